//! The authentication request (OIDCC-3.1.2.1), and what must be remembered until its response comes.

use openidconnect::core::CoreResponseType;
use openidconnect::{AuthenticationFlow, CsrfToken, Nonce, PkceCodeChallenge, PkceCodeVerifier, Scope};
use serde_json::{Value, json};
use url::Url;

use super::RelyingParty;
use super::client::client;
use super::discovery::Metadata;
use super::ports::random_text;
use super::rejection::Rejection;
use super::weakness::Weakness;
use crate::decision::{Abilities, ProviderProfile, ResponseType, Start, Timestamp};

/// How long a visitor may take at the provider, in seconds.
pub(super) const PATIENCE: i64 = 600;

/// Parameters that a test may lay over the product's own request. They are ours, no product has them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Overrides {
    /// `prompt`
    pub prompt: Option<String>,
    /// `login_hint`
    pub login_hint: Option<String>,
    /// `max_age`, in seconds
    pub max_age: Option<i64>,
    /// `scope`, in place of the product's
    pub scope: Option<String>,
    /// `response_mode`, in place of the product's
    pub response_mode: Option<String>,
    /// `acr_values`
    pub acr_values: Option<String>,
}

impl Overrides {
    /// Reads them from the query of a start URL.
    pub(super) fn read(query: &[(String, String)]) -> Self {
        let of = |name: &str| query.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
        Self {
            prompt: of("prompt"),
            login_hint: of("login_hint"),
            max_age: of("max_age").and_then(|seconds| seconds.parse().ok()),
            scope: of("scope"),
            response_mode: of("response_mode"),
            acr_values: of("acr_values"),
        }
    }

    /// Writes them as they are read.
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let max_age = self.max_age.map(|seconds| seconds.to_string());
        [
            ("prompt", self.prompt.clone()),
            ("login_hint", self.login_hint.clone()),
            ("max_age", max_age),
            ("scope", self.scope.clone()),
            ("response_mode", self.response_mode.clone()),
            ("acr_values", self.acr_values.clone()),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
        .collect()
    }
}

/// Why the browser is sent to the provider.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Purpose {
    /// Somebody signs in.
    SignIn,
    /// The session with this id is renewed in the background.
    Renewal(String),
    /// Whoever has the session with this id may have signed out at the provider.
    Check(String),
}

/// What is remembered of a request until its response comes. One use only.
#[derive(Clone, Debug)]
pub(super) struct Transaction {
    /// The index of the provider in the profile.
    pub(super) provider: usize,
    /// The value of the browser's cookie: a response in another browser is not ours (X-R1).
    pub(super) browser: String,
    pub(super) start: Start,
    pub(super) purpose: Purpose,
    pub(super) nonce: String,
    pub(super) verifier: Option<String>,
    pub(super) max_age: Option<i64>,
    pub(super) begun_at: Timestamp,
    /// The how manieth it is of all that were begun.
    pub(super) number: u64,
}

impl Transaction {
    /// The `nonce` that was sent. None was with a request that a weak relying party made up afterwards.
    pub(super) fn nonce(&self) -> Option<&str> {
        (!self.nonce.is_empty()).then_some(&self.nonce)
    }

    /// What a relying party that takes responses it never asked for makes up about one.
    pub(super) fn made_up(browser: String) -> Self {
        Self {
            provider: 0,
            browser,
            start: Start::default(),
            purpose: Purpose::SignIn,
            nonce: String::new(),
            verifier: None,
            max_age: None,
            begun_at: Timestamp(0),
            number: 0,
        }
    }
}

/// What a new request is about.
#[derive(Clone, Debug)]
pub(super) struct Begin {
    pub(super) provider: usize,
    pub(super) browser: String,
    pub(super) start: Start,
    pub(super) purpose: Purpose,
    pub(super) overrides: Overrides,
    pub(super) id_token_hint: Option<String>,
}

impl RelyingParty {
    /// Writes an authentication request, remembers it under its `state`, and gives its URL.
    pub(super) async fn begin(&self, begin: Begin) -> Result<Url, Rejection> {
        let (profile, metadata) = self.introduced(begin.provider).await?;
        let client = client(&profile, &metadata)?;
        let state = random_text(self.entropy());
        let nonce = random_text(self.entropy());
        let verifier = self.verifier(&profile, &metadata);
        let max_age = begin.overrides.max_age.or(profile.abilities.max_age);

        let (sent_state, sent_nonce) = (state.clone(), nonce.clone());
        let mut request = client.authorize_url(
            flow(profile.response_type),
            move || CsrfToken::new(sent_state),
            move || Nonce::new(sent_nonce),
        );
        let scope = begin.overrides.scope.clone().unwrap_or_else(|| profile.scope.clone());
        request = request.add_scope(Scope::new(scope));
        if let Some(verifier) = &verifier {
            request = if self.downgrades(&metadata) {
                request
                    .add_extra_param("code_challenge", verifier.clone())
                    .add_extra_param("code_challenge_method", "plain")
            } else {
                let verifier = PkceCodeVerifier::new(verifier.clone());
                request.set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier))
            };
        }
        let mode = profile.response_mode.map(|mode| mode.as_str().to_owned());
        if let Some(mode) = begin.overrides.response_mode.clone().or(mode) {
            request = request.add_extra_param("response_mode", mode);
        }
        for (name, value) in begin.overrides.pairs() {
            if !matches!(name, "scope" | "response_mode" | "max_age") {
                request = request.add_extra_param(name, value);
            }
        }
        if let Some(seconds) = max_age {
            request = request.add_extra_param("max_age", seconds.to_string());
        }
        if let Some(claims) = claims_parameter(&profile.abilities) {
            request = request.add_extra_param("claims", claims.to_string());
        }
        if let Some(hint) = begin.id_token_hint {
            request = request.add_extra_param("id_token_hint", hint);
        }
        let (url, _, _) = request.url();
        let url = self.packed(&profile, url)?;

        let transaction = Transaction {
            provider: begin.provider,
            browser: begin.browser,
            start: begin.start,
            purpose: begin.purpose,
            nonce,
            verifier,
            max_age,
            begun_at: self.now(),
            number: 0,
        };
        self.remember(state, transaction);
        Ok(url)
    }
}

/// The `claims` parameter: what is configured, and the authentication contexts of which one is essential (OIDCC-5.5.1.1).
fn claims_parameter(abilities: &Abilities) -> Option<Value> {
    let mut claims = abilities.claims.clone();
    if !abilities.acr.is_empty() {
        let acr = json!({ "essential": true, "values": abilities.acr });
        let claims = claims.get_or_insert_with(|| json!({}));
        let of_id_token =
            claims.as_object_mut().map(|claims| claims.entry("id_token").or_insert_with(|| json!({})));
        if let Some(Value::Object(members)) = of_id_token {
            members.insert("acr".to_owned(), acr);
        }
    }
    claims
}

impl RelyingParty {
    /// RFC7636-4.1, RFC9700-2.1.1: fresh and random for each request, whatever the metadata says about PKCE: a provider
    /// that does not know the parameters ignores them (RFC9700-4.8.2).
    fn verifier(&self, profile: &ProviderProfile, metadata: &Metadata) -> Option<String> {
        let without = [Weakness::SendsNoChallenge, Weakness::TakesForeignCodes, Weakness::AcceptsUnsolicited];
        let never = || self.left_out.has_any(&without);
        let not_offered = || methods(metadata).is_empty() && self.skips(Weakness::DowngradesChallenge);
        if !profile.pkce || never() || not_offered() {
            return None;
        }
        let constant = self.skips(Weakness::RepeatsVerifier).then(|| "verifier".repeat(6));
        Some(constant.unwrap_or_else(|| random_text(self.entropy())))
    }

    fn downgrades(&self, metadata: &Metadata) -> bool {
        !methods(metadata).iter().any(|method| method == "S256") && self.skips(Weakness::DowngradesChallenge)
    }
}

/// `code_challenge_methods_supported` (RFC8414-2).
fn methods(metadata: &Metadata) -> &[String] {
    &metadata.additional_metadata().additional_metadata.code_challenge_methods_supported
}

fn flow(response_type: ResponseType) -> AuthenticationFlow<CoreResponseType> {
    use CoreResponseType::{Code, IdToken, Token};
    match response_type {
        ResponseType::Code => AuthenticationFlow::AuthorizationCode,
        ResponseType::IdToken => AuthenticationFlow::Implicit(false),
        ResponseType::IdTokenToken => AuthenticationFlow::Implicit(true),
        ResponseType::CodeIdToken => AuthenticationFlow::Hybrid(vec![Code, IdToken]),
        ResponseType::CodeToken => AuthenticationFlow::Hybrid(vec![Code, Token]),
        ResponseType::CodeIdTokenToken => AuthenticationFlow::Hybrid(vec![Code, IdToken, Token]),
    }
}

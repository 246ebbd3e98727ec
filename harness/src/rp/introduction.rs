//! What a relying party learns of a provider before its first login there: which issuer is a person's (OpenID Connect
//! Discovery 1.0, 2), and as whom it is registered itself (OpenID Connect Dynamic Client Registration 1.0).

use std::sync::Arc;

use http::Method;
use http::header::{ACCEPT, CONTENT_TYPE};
use serde_json::{Value, json};
use url::Url;

use super::RelyingParty;
use super::discovery::Metadata;
use super::json;
use super::rejection::Rejection;
use super::weakness::Weakness;
use crate::decision::{
    ClientAuthentication, Profile, ProviderProfile, Registration, RequestForm, ResponseType, SignOut,
};

/// OIDCD-2: the relation that names the issuer.
const ISSUER_RELATION: &str = "http://openid.net/specs/connect/1.0/issuer";

/// As whom the relying party is registered.
#[derive(Clone, Debug)]
pub(super) struct Registered {
    client_id: String,
    client_secret: Option<String>,
}

/// What was learnt of one provider, to lay over what is configured.
#[derive(Clone, Debug, Default)]
pub(super) struct Learnt {
    pub(super) issuer: Option<String>,
    pub(super) registered: Option<Registered>,
}

impl Learnt {
    fn lay_over(&self, profile: &mut ProviderProfile) {
        if let Some(issuer) = &self.issuer {
            profile.issuer.clone_from(issuer);
        }
        if let Some(registered) = &self.registered {
            profile.client_id.clone_from(&registered.client_id);
            profile.client_secret.clone_from(&registered.client_secret);
        }
    }
}

impl RelyingParty {
    /// A provider as it is configured, and as it is known by now.
    pub(super) fn provider(&self, index: usize) -> Option<ProviderProfile> {
        let mut profile = self.product().profile().providers.get(index)?.clone();
        self.with_known(index, |known| known.learnt.lay_over(&mut profile));
        if index > 0 && self.skips(Weakness::SharesRedirectUri) {
            profile.redirect_uri.clone_from(&self.product().profile().providers.first()?.redirect_uri);
        }
        Some(profile)
    }

    /// Gets acquainted: finds the issuer, fetches its metadata and registers, each at most once.
    pub(super) async fn introduced(
        &self,
        index: usize,
    ) -> Result<(ProviderProfile, Arc<Metadata>), Rejection> {
        let gone = || Rejection::Unavailable { endpoint: "discovery", cause: "no such provider".to_owned() };
        let mut provider = self.provider(index).ok_or_else(gone)?;
        let found = self.with_known(index, |known| known.learnt.issuer.is_some());
        if let Some(identifier) = provider.abilities.identifier.clone().filter(|_| !found) {
            let issuer = self.issuer_of(&identifier).await?;
            self.with_known(index, |known| known.learnt.issuer = Some(issuer.clone()));
            provider.issuer = issuer;
        }
        let metadata = self.metadata(index, &provider).await?;
        let registered = self.with_known(index, |known| known.learnt.registered.is_some());
        if provider.abilities.registration == Registration::Dynamic && !registered {
            let registered = self.register(&provider, &metadata).await?;
            // Of two that were made at once, the first is kept: a request may already carry it.
            self.with_known(index, |known| known.learnt.registered.get_or_insert(registered).clone());
        }
        Ok((self.provider(index).ok_or_else(gone)?, metadata))
    }

    /// OIDCD-2: whose provider this is, by `WebFinger`.
    async fn issuer_of(&self, identifier: &str) -> Result<String, Rejection> {
        let unusable = |cause: String| Rejection::Unavailable { endpoint: "webfinger", cause };
        let host = host_of(identifier).ok_or_else(|| unusable(format!("`{identifier}` names no host")))?;
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair("resource", identifier)
            .append_pair("rel", ISSUER_RELATION)
            .finish();
        let request = http::Request::get(format!("https://{host}/.well-known/webfinger?{query}"))
            .header(ACCEPT, "application/jrd+json, application/json")
            .body(Vec::new())
            .map_err(|e| unusable(e.to_string()))?;
        let response = self.call("webfinger", request).await?;
        if response.status() != http::StatusCode::OK {
            return Err(unusable(format!("it answered {}", response.status().as_u16())));
        }
        let document = json::read(response.body(), &self.left_out).map_err(|e| unusable(e.to_string()))?;
        let issuer = self.named_issuer(&document, &host);
        let issuer = issuer.ok_or_else(|| unusable("it names no issuer".to_owned()))?;
        // OIDCD-2: "The returned Issuer location MUST be a URI RFC 3986 with a scheme component that MUST be https".
        if Url::parse(&issuer).is_ok_and(|url| url.scheme() == "https") {
            return Ok(issuer);
        }
        Err(unusable(format!("the issuer `{issuer}` is no https URL")))
    }

    /// The issuer that an answer names, or what a relying party with a weakness makes of the answer.
    fn named_issuer(&self, document: &Value, host: &str) -> Option<String> {
        let (right, first) = (issuer_link(document), first_link(document));
        if right != first && self.skips(Weakness::TakesAnyLink) {
            return first.map(str::to_owned);
        }
        let guessed = || self.skips(Weakness::GuessesMetadata).then(|| format!("https://{host}"));
        right.map(str::to_owned).or_else(guessed)
    }

    /// OIDCR-3.1
    async fn register(
        &self,
        provider: &ProviderProfile,
        metadata: &Metadata,
    ) -> Result<Registered, Rejection> {
        let unusable = |cause: String| Rejection::Unavailable { endpoint: "registration", cause };
        let endpoint = metadata.registration_endpoint();
        let endpoint = endpoint.ok_or_else(|| unusable("the metadata names no such endpoint".to_owned()))?;
        let asked = client_metadata(&self.profile(), provider);
        let request = http::Request::builder()
            .method(Method::POST)
            .uri(endpoint.url().as_str())
            .header(CONTENT_TYPE, "application/json")
            .header(ACCEPT, "application/json")
            .body(asked.to_string().into_bytes())
            .map_err(|e| unusable(e.to_string()))?;
        let response = self.call("registration", request).await?;
        // OIDCR-3.2: "A successful response SHOULD use the HTTP 201 Created status code".
        if !response.status().is_success() {
            return Err(unusable(format!("it answered {}", response.status().as_u16())));
        }
        let answer = json::read(response.body(), &self.left_out).map_err(|e| unusable(e.to_string()))?;
        as_asked(&asked, &answer)?;
        let text = |name: &str| answer.get(name).and_then(Value::as_str).map(str::to_owned);
        let client_id = text("client_id").ok_or_else(|| unusable("it gave no `client_id`".to_owned()))?;
        Ok(Registered { client_id, client_secret: text("client_secret") })
    }
}

/// OIDCR-3.2: "The Authorization Server MAY reject or replace any of the Client's requested field values and substitute
/// them with suitable values." With others than these, a login would fail in ways that are hard to understand.
fn as_asked(asked: &Value, answer: &Value) -> Result<(), Rejection> {
    let needed = ["token_endpoint_auth_method", "id_token_signed_response_alg", "redirect_uris"];
    let other =
        needed.into_iter().find(|name| answer.get(name).is_some_and(|it| asked.get(name) != Some(it)));
    match other {
        Some(member) => Err(Rejection::RegisteredOtherwise(member)),
        None => Ok(()),
    }
}

/// OIDCR-2: what it says of itself, which is what it then does.
fn client_metadata(profile: &Profile, provider: &ProviderProfile) -> Value {
    let base = &profile.base_url;
    let at = |path: &Option<String>| path.as_ref().map(|path| format!("{base}{path}"));
    let abilities = &provider.abilities;
    let (object_alg, by_uri) = match abilities.request {
        RequestForm::Parameters => (None, false),
        RequestForm::Object(algorithm) => (Some(algorithm.0), false),
        RequestForm::Uri(algorithm) => (Some(algorithm.0), true),
    };
    let objects = profile.services.request_objects.as_ref().filter(|_| by_uri);
    let post_logout = match &profile.sign_out {
        SignOut::EndSession { post_logout_redirect_uri } => Some(vec![post_logout_redirect_uri]),
        SignOut::Local => None,
    };
    let mut metadata = json!({
        "client_name": profile.product,
        "application_type": "web",
        "redirect_uris": [provider.redirect_uri],
        "response_types": [provider.response_type.as_str()],
        "grant_types": grant_types(provider.response_type),
        "token_endpoint_auth_method": auth_method(provider),
        "jwks_uri": at(&profile.services.jwks),
        "id_token_signed_response_alg": provider.algorithms.first().map(|it| it.0),
        "userinfo_signed_response_alg": abilities.userinfo_alg.map(|it| it.0),
        "request_object_signing_alg": object_alg,
        "request_uris": objects.map(|prefix| super::request_object::addresses(base, prefix)),
        "post_logout_redirect_uris": post_logout,
        "frontchannel_logout_uri": at(&profile.paths.frontchannel_logout),
        "frontchannel_logout_session_required": profile.services.frontchannel_names_session,
        "backchannel_logout_uri": at(&profile.services.backchannel_logout),
        "initiate_login_uri": at(&profile.services.initiate),
        "default_max_age": abilities.max_age,
    });
    if let Some(members) = metadata.as_object_mut() {
        members.retain(|_, value| !value.is_null());
    }
    metadata
}

fn grant_types(response_type: ResponseType) -> Vec<&'static str> {
    let implicit = response_type.has_id_token() || response_type.has_token();
    [
        response_type.has_code().then_some("authorization_code"),
        implicit.then_some("implicit"),
        response_type.has_code().then_some("refresh_token"),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The way to authenticate under the name that metadata has for it (OIDCC-9).
fn auth_method(provider: &ProviderProfile) -> &'static str {
    match provider.client_authentication {
        ClientAuthentication::ClientSecretBasic | ClientAuthentication::AsMetadataOffers => {
            "client_secret_basic"
        }
        ClientAuthentication::ClientSecretPost => "client_secret_post",
        ClientAuthentication::ClientSecretJwt => "client_secret_jwt",
        ClientAuthentication::PrivateKeyJwt => "private_key_jwt",
        ClientAuthentication::TlsClientAuth => "tls_client_auth",
        ClientAuthentication::SelfSignedTlsClientAuth => "self_signed_tls_client_auth",
        ClientAuthentication::None => "none",
    }
}

/// OIDCD-2.1: the host is what follows the last `@` of an `acct` identifier, or the host and port of a URL.
fn host_of(identifier: &str) -> Option<String> {
    if let Some(account) = identifier.strip_prefix("acct:") {
        return account.rsplit_once('@').map(|(_, host)| host.to_owned());
    }
    Url::parse(identifier).ok().filter(Url::has_host).map(|url| url.authority().to_owned())
}

/// The first link of the right relation (RFC7033-4.4.4).
fn issuer_link(document: &Value) -> Option<&str> {
    let links = document.get("links")?.as_array()?;
    let named = links.iter().find(|link| link.get("rel").and_then(Value::as_str) == Some(ISSUER_RELATION));
    named?.get("href")?.as_str()
}

/// The first link, whatever it is.
fn first_link(document: &Value) -> Option<&str> {
    document.get("links")?.as_array()?.first()?.get("href")?.as_str()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::{as_asked, host_of, issuer_link};

    #[rstest]
    #[case::account("acct:ada@idp.test", Some("idp.test"))]
    #[case::account_with_two_signs("acct:ada%40acme.test@idp.test", Some("idp.test"))]
    #[case::account_at_a_port("acct:ada@idp.test:8443", Some("idp.test:8443"))]
    #[case::url("https://idp.test:8443/ada", Some("idp.test:8443"))]
    #[case::neither("ada", None)]
    fn an_identifier_names_the_host_to_ask(#[case] identifier: &str, #[case] host: Option<&str>) {
        assert_eq!(host_of(identifier).as_deref(), host);
    }

    #[test]
    fn the_link_of_the_right_relation_names_the_issuer() {
        let document = json!({ "links": [
            { "rel": "http://webfinger.net/rel/avatar", "href": "https://idp.test/ada.png" },
            { "rel": super::ISSUER_RELATION, "href": "https://idp.test" },
        ]});
        assert_eq!(issuer_link(&document), Some("https://idp.test"));
    }

    #[rstest]
    #[case::as_asked(json!({ "id_token_signed_response_alg": "ES256" }), true)]
    #[case::nothing_said(json!({}), true)]
    #[case::otherwise(json!({ "id_token_signed_response_alg": "RS256" }), false)]
    fn a_provider_that_registers_something_else_is_left(
        #[case] answer: serde_json::Value,
        #[case] goes_on: bool,
    ) {
        assert_eq!(as_asked(&json!({ "id_token_signed_response_alg": "ES256" }), &answer).is_ok(), goes_on);
    }
}

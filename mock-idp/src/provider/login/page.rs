//! What the login page shows.

use serde::Serialize;

use super::LoginProblem;
use super::form::{FAULT_FIELD, claims_field};
use crate::config::Document;
use crate::protocol::Parameters;
use crate::protocol::authorization::{AcceptedRequest, ClaimsRequest, Security};
use crate::protocol::client::Presentation;
use crate::provider::{Call, Provider, UserSummary};

/// What the login page shows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct LoginPage {
    /// The provider.
    pub issuer: String,
    /// The client's id.
    pub client_id: String,
    /// The client's name for people, or the id once more.
    pub client_name: String,
    /// Whether the client is registered.
    pub client_registered: bool,
    /// The client's pages.
    pub presentation: Presentation,
    /// Where the answer will go.
    pub redirect_uri: String,
    /// What is asked for.
    pub response_type: &'static str,
    /// How the answer travels.
    pub response_mode: &'static str,
    /// The scopes.
    pub scopes: Vec<String>,
    /// The claims that are asked for one by one, each with its document.
    pub claims_asked_for: Vec<String>,
    /// The PKCE method, if there is a challenge.
    pub pkce: Option<&'static str>,
    /// What is unusual about the request.
    pub notes: Vec<String>,
    /// The users to choose from.
    pub users: Vec<UserSummary>,
    /// Text for the field of any other user.
    pub other_user: String,
    /// The request, to be carried along by the form, so that there is nothing to lose when the page is left open.
    pub request: String,
    /// The claims typed in so far, in the order of [`Document::ALL`].
    #[serde(skip)]
    pub claims: [String; 3],
    /// The faults typed in so far.
    pub fault: String,
    /// What is wrong with the form.
    #[serde(skip)]
    pub problem: Option<LoginProblem>,
}

impl LoginPage {
    /// The page again, with everything that was typed in.
    pub(super) fn again(self, form: &Parameters, problem: LoginProblem) -> Self {
        Self {
            other_user: form.owned("other_user").unwrap_or_default(),
            claims: Document::ALL.map(|document| form.owned(claims_field(document)).unwrap_or_default()),
            fault: form.owned(FAULT_FIELD).unwrap_or_default(),
            problem: Some(problem),
            ..self
        }
    }
}

impl Provider {
    pub(in crate::provider) fn login_page(&self, accepted: &AcceptedRequest, call: &Call) -> LoginPage {
        LoginPage {
            issuer: self.issuer(&call.base),
            client_id: accepted.client.id.clone(),
            client_name: accepted.client.name.clone(),
            client_registered: accepted.client.is_registered(),
            presentation: accepted.client.presentation.clone(),
            redirect_uri: accepted.back.redirect_uri().to_owned(),
            response_type: accepted.response_type.as_str(),
            response_mode: accepted.back.mode().as_str(),
            scopes: accepted.scope.words().map(str::to_owned).collect(),
            claims_asked_for: claims_asked_for(&accepted.claims),
            pkce: accepted.challenge.as_ref().map(|challenge| challenge.method.as_str()),
            notes: self.notes(accepted),
            users: self.users.summaries(),
            other_user: accepted.login_hint.clone().unwrap_or_default(),
            request: self.to_carry(accepted),
            claims: <[String; 3]>::default(),
            fault: String::new(),
            problem: None,
        }
    }

    /// What a careful developer would want to hear about a request that is fine otherwise.
    fn notes(&self, accepted: &AcceptedRequest) -> Vec<String> {
        let request = &accepted.parameters;
        let mut notes = Vec::new();
        if request.value("state").is_none() {
            notes.push("the request has no `state`".to_owned());
        }
        if let Some(security @ Security::Unchecked(_)) = accepted.object {
            notes.push(format!("the request object is {security}"));
        }
        if accepted.nonce.is_none() && accepted.scope.contains("openid") {
            notes.push("the request has no `nonce`".to_owned());
        }
        if accepted.response_type.has_code() && accepted.challenge.is_none() {
            notes.push("the request has no PKCE challenge".to_owned());
        }
        if !accepted.scope.contains("openid") {
            notes.push("the scope has no `openid`: this is plain OAuth 2.0, without an ID token".to_owned());
        }
        for scope in
            accepted.scope.words().filter(|scope| !self.settings.scopes.iter().any(|known| known == scope))
        {
            notes.push(format!("the scope `{scope}` is not known to this provider, and releases nothing"));
        }
        notes.extend(self.preferences(request));
        notes
    }

    /// Wishes that the page or the tokens do not fulfil, which is no error (OIDCC-3.1.2.1).
    fn preferences(&self, request: &Parameters) -> Vec<String> {
        let mut notes = Vec::new();
        if let Some(locales) = request.value("ui_locales").filter(|tags| !tags.split(' ').any(is_english)) {
            notes.push(format!("`ui_locales` is `{locales}`, and this page is in English"));
        }
        if let Some(display) = request.value("display").filter(|display| *display != "page") {
            notes.push(format!("`display` is `{display}`, and this is an ordinary page all the same"));
        }
        let known = &self.settings.acr_values;
        let unknown =
            |values: &&str| !values.split(' ').any(|value| known.iter().any(|known| known == value));
        if let Some(values) = request.value("acr_values").filter(unknown) {
            notes.push(format!("`acr_values` is `{values}`, of which this provider knows nothing"));
        }
        notes
    }
}

/// The names of claims that are asked for one by one, each with its document.
pub(in crate::provider) fn claims_asked_for(claims: &ClaimsRequest) -> Vec<String> {
    let documents = [(Document::IdToken, &claims.id_token), (Document::Userinfo, &claims.userinfo)];
    let all = documents.into_iter().flat_map(|(document, claims)| {
        claims.iter().map(move |(name, wanted)| {
            let essential = if wanted.essential { ", essential" } else { "" };
            format!("{name} ({}{essential})", document.name())
        })
    });
    all.collect()
}

/// Whether a language tag is about English (RFC5646-2.1: upper and lower case do not matter).
fn is_english(tag: &str) -> bool {
    tag.split('-').next().is_some_and(|language| language.eq_ignore_ascii_case("en"))
}

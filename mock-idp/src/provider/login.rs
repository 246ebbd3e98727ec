//! Signing in: the page that asks, the form that answers, and the session that remembers.

use serde::Serialize;
use serde_json::{Map, Value};

use super::authorize::NamedSession;
use super::ports::token;
use super::store::Session;
use super::{Call, Endpoint, Interaction, JournalEntry, LoginClaims, Provider, UserSummary};
use crate::config::Document;
use crate::protocol::authorization::{
    AcceptedRequest, AuthorizationError, Prompt, Refused, Unredirectable, authorize,
};
use crate::protocol::{Parameters, Timestamp};

/// A session cookie to be set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionCookie {
    /// The value; it opens the session.
    pub value: String,
    /// How long the session lives, in seconds.
    pub max_age: i64,
}

/// Somebody who is signed in.
#[derive(Clone, Debug)]
pub(super) struct Login {
    pub(super) sid: String,
    pub(super) user: String,
    pub(super) subject: String,
    pub(super) auth_time: Timestamp,
    pub(super) claims: LoginClaims,
}

impl Login {
    pub(super) fn of(sid: String, session: Session) -> Self {
        let Session { user, subject, auth_time, claims, .. } = session;
        Self { sid, user, subject, auth_time, claims }
    }
}

/// What the login page shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LoginPage {
    /// The provider.
    pub issuer: String,
    /// The client's id.
    pub client_id: String,
    /// The client's name for people.
    pub client_name: String,
    /// Whether the client is registered.
    pub client_registered: bool,
    /// Where the answer will go.
    pub redirect_uri: String,
    /// What is asked for.
    pub response_type: &'static str,
    /// How the answer travels.
    pub response_mode: &'static str,
    /// The scopes.
    pub scopes: Vec<String>,
    /// The PKCE method, if there is a challenge.
    pub pkce: Option<&'static str>,
    /// What is unusual about the request.
    pub notes: Vec<String>,
    /// The users to choose from.
    pub users: Vec<UserSummary>,
    /// Text for the field of any other user.
    pub other_user: String,
    /// The request, to be carried along by the form.
    pub request: String,
    /// The claims typed in so far: ID token, access token, UserInfo.
    pub claims: [String; 3],
    /// What is wrong with the form.
    #[serde(skip)]
    pub problem: Option<ClaimsProblem>,
}

/// What is wrong with a login form.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClaimsProblem {
    /// No button and no name.
    #[error("choose a user, or type the name of another one")]
    Nobody,
    /// The text is not JSON.
    #[error("the claims for `{document}` are not JSON: line {line}, column {column}: {message}")]
    NotJson {
        /// Which text.
        document: &'static str,
        /// Where, from 1.
        line: usize,
        /// Where, from 1.
        column: usize,
        /// What was expected there.
        message: String,
    },
    /// The text is JSON, but not an object.
    #[error("the claims for `{0}` are not an object such as `{{ \"roles\": [\"admin\"] }}`")]
    NotAnObject(&'static str),
}

impl Provider {
    /// Takes in the login page's form.
    pub fn login(&self, call: &Call, cookies: &[String]) -> Interaction {
        let mut entry = self.entry(Endpoint::Login, call);
        let outcome = self.form(call, cookies, &mut entry);
        self.concluded(outcome, call, entry)
    }

    fn form(
        &self,
        call: &Call,
        cookies: &[String],
        entry: &mut JournalEntry,
    ) -> Result<Interaction, AuthorizationError> {
        let form = call.parameters.as_ref().map_err(|cause| Unredirectable::from(cause.clone()))?;
        let request = form.value("request").ok_or(Unredirectable::RequestLost)?;
        let request = Parameters::parse(request).map_err(|_| Unredirectable::RequestLost)?;
        entry.client = request.owned("client_id");
        // the form could have been changed on its way, so the request is checked again
        let accepted = authorize(&request, &self.registrations)?;
        if form.value("deny").is_some() {
            return Err(accepted.back.refused(Refused::Denied));
        }
        let (user, claims) = match chosen(form).and_then(|user| Ok((user, typed_claims(form)?))) {
            Ok(choice) => choice,
            Err(problem) => {
                entry.notes.push(problem.to_string());
                let page = self.login_page(&accepted, &request, call);
                return Ok(Interaction::Ask(Box::new(with_problem(page, form, problem))));
            }
        };
        let user = self.users.meant_by(&user).unwrap_or(user);
        let session = self.session_of(cookies);
        let (login, cookie) = match session {
            Some((sid, session)) if agrees_only(&accepted, &session, &user, &claims) => {
                (Login::of(sid, session), None)
            }
            session => {
                let (login, cookie) = self.sign_in(&user, claims, session);
                (login, Some(cookie))
            }
        };
        let response = self.answer(accepted, &login, call, entry)?;
        Ok(Interaction::Answer { delivery: response.delivery(), cookie })
    }

    /// Opens a session, or renews that of the same user; another user's session in the same browser ends.
    pub(super) fn sign_in(
        &self,
        user: &str,
        claims: LoginClaims,
        previous: Option<NamedSession>,
    ) -> (Login, SessionCookie) {
        let now = self.now();
        let max_age = self.settings.lifetimes.session.as_secs();
        let secret = token::<32>(self.ports.entropy.as_ref());
        let mut session = Session::new(user.to_owned(), self.users.subject(user), &secret, now, max_age);
        session.claims = claims;
        let sid = match previous {
            Some((sid, previous)) if previous.user == user => {
                session.clients = previous.clients;
                sid
            }
            Some((sid, _)) => {
                self.store.end_session(&sid, now);
                token::<16>(self.ports.entropy.as_ref())
            }
            None => token::<16>(self.ports.entropy.as_ref()),
        };
        self.store.put_session(&sid, session.clone(), now);
        let cookie = SessionCookie { value: format!("{sid}.{secret}"), max_age };
        (Login::of(sid, session), cookie)
    }

    /// The first session that one of the cookies opens.
    pub(super) fn session_of(&self, cookies: &[String]) -> Option<NamedSession> {
        cookies.iter().find_map(|cookie| {
            let (sid, secret) = cookie.split_once('.')?;
            let session = self.store.session_of(sid, secret, self.now())?;
            Some((sid.to_owned(), session))
        })
    }

    pub(super) fn login_page(
        &self,
        accepted: &AcceptedRequest,
        request: &Parameters,
        call: &Call,
    ) -> LoginPage {
        let hint = accepted.login_hint.clone().unwrap_or_default();
        LoginPage {
            issuer: self.issuer(&call.base),
            client_id: accepted.client.id.clone(),
            client_name: accepted.client.name.clone(),
            client_registered: accepted.client.is_registered(),
            redirect_uri: accepted.back.redirect_uri().to_owned(),
            response_type: accepted.response_type.as_str(),
            response_mode: accepted.back.mode().as_str(),
            scopes: accepted.scope.words().map(str::to_owned).collect(),
            pkce: accepted.challenge.as_ref().map(|challenge| challenge.method.as_str()),
            notes: self.notes(accepted, request),
            users: self.users.summaries(),
            other_user: if self.users.meant_by(&hint).is_some() { String::new() } else { hint },
            request: request.encoded(),
            claims: <[String; 3]>::default(),
            problem: None,
        }
    }

    /// What a careful developer would want to hear about a request that is fine otherwise.
    fn notes(&self, accepted: &AcceptedRequest, request: &Parameters) -> Vec<String> {
        let mut notes = Vec::new();
        if request.value("state").is_none() {
            notes.push("the request has no `state`".to_owned());
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
        notes
    }
}

/// Whether a form only repeats what the running session says already, so that nobody signed in again.
fn agrees_only(accepted: &AcceptedRequest, session: &Session, user: &str, claims: &LoginClaims) -> bool {
    accepted.prompts.iter().all(|prompt| *prompt == Prompt::Consent)
        && accepted.max_age.is_none()
        && session.user == user
        && *claims == LoginClaims::default()
}

/// The user of the button that was pressed, or of the text field.
fn chosen(form: &Parameters) -> Result<String, ClaimsProblem> {
    form.owned("user")
        .or_else(|| form.value("other_user").map(|name| name.trim().to_owned()))
        .filter(|name| !name.is_empty())
        .ok_or(ClaimsProblem::Nobody)
}

fn field(document: Document) -> &'static str {
    match document {
        Document::IdToken => "claims.id_token",
        Document::AccessToken => "claims.access_token",
        Document::Userinfo => "claims.userinfo",
    }
}

fn typed_claims(form: &Parameters) -> Result<LoginClaims, ClaimsProblem> {
    Ok(LoginClaims {
        id_token: typed(form, Document::IdToken)?,
        access_token: typed(form, Document::AccessToken)?,
        userinfo: typed(form, Document::Userinfo)?,
    })
}

fn typed(form: &Parameters, document: Document) -> Result<Map<String, Value>, ClaimsProblem> {
    let text = form.value(field(document)).unwrap_or_default();
    if text.trim().is_empty() {
        return Ok(Map::new());
    }
    let value: Value = serde_json::from_str(text).map_err(|error| {
        let message = error.to_string();
        let message = message.split(" at line ").next().unwrap_or_default().to_owned();
        ClaimsProblem::NotJson {
            document: document.name(),
            line: error.line(),
            column: error.column(),
            message,
        }
    })?;
    match value {
        Value::Object(claims) => Ok(claims),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            Err(ClaimsProblem::NotAnObject(document.name()))
        }
    }
}

/// The page again, with everything that was typed in.
fn with_problem(page: LoginPage, form: &Parameters, problem: ClaimsProblem) -> LoginPage {
    LoginPage {
        other_user: form.owned("other_user").unwrap_or_default(),
        claims: Document::ALL.map(|document| form.owned(field(document)).unwrap_or_default()),
        problem: Some(problem),
        ..page
    }
}

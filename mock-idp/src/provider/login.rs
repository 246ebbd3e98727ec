//! Signing in: the page that asks, the form that answers, and the session that remembers.

mod claims;
mod form;
mod page;
mod seal;

pub use self::claims::ClaimsMistake;
pub(super) use self::form::faults;
pub use self::form::{FAULT_FIELD, LoginProblem, claims_field};
pub use self::page::LoginPage;
pub(super) use self::page::claims_asked_for;
pub(super) use self::seal::Sealer;

use self::form::{choice, denies};
use self::seal::{is_sealed, without_seal};
use super::authorize::{NamedSession, Visit};
use super::ports::token;
use super::store::Session;
use super::{Call, Endpoint, Interaction, JournalEntry, LoginClaims, Provider};
use crate::fault::Faults;
use crate::protocol::authorization::{
    AcceptedRequest, AuthorizationError, Prompt, Refused, Unredirectable, Way,
};
use crate::protocol::{Parameters, Timestamp};

/// A session cookie to be set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionCookie {
    /// The value; it opens the session.
    pub value: String,
    /// The value of the cookie beside it, which opens nothing and which scripts may read (OIDCSM-3.2).
    pub browser_state: String,
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
    /// The faults that were chosen for this login alone.
    pub(super) faults: Faults,
}

impl Login {
    pub(super) fn of(sid: String, session: Session) -> Self {
        let Session { user, subject, auth_time, claims, .. } = session;
        Self { sid, user, subject, auth_time, claims, faults: Faults::default() }
    }
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
        let accepted = self.carried(form, call, entry)?;
        if denies(form) {
            return Err(accepted.back.refused(Refused::Denied));
        }
        let chosen = choice(form).and_then(|(user, claims)| Ok((user, claims, faults(form)?)));
        let (user, claims, faults) = match chosen {
            Ok(chosen) => chosen,
            Err(problem) => {
                entry.notes.push(problem.to_string());
                let page = self.login_page(&accepted, call).again(form, problem);
                return Ok(Interaction::Ask(Box::new(page)));
            }
        };
        let user = self.users.meant_by(&user).unwrap_or(user);
        self.admitted(&accepted, &user, &claims)?;
        let session = self.session_of(cookies);
        let (mut login, cookie) = match session {
            Some((sid, session)) if self.goes_on(&accepted, &session, &user, &claims) => {
                (Login::of(sid, session), None)
            }
            session => {
                let (login, cookie) = self.sign_in(&user, claims, session);
                (login, Some(cookie))
            }
        };
        login.faults = faults;
        self.settle(Visit { accepted, call }, &login, cookie, entry)
    }

    /// The request that a form carries. It could have been changed on its way, so it is checked again.
    pub(super) fn carried(
        &self,
        form: &Parameters,
        call: &Call,
        entry: &mut JournalEntry,
    ) -> Result<AcceptedRequest, AuthorizationError> {
        let carried = form.value("request").ok_or(Unredirectable::RequestLost)?;
        let carried = Parameters::parse(carried).map_err(|_| Unredirectable::RequestLost)?;
        entry.client = carried.owned("client_id");
        let seen_before = is_sealed(&carried) && self.sealer().holds(&carried);
        let way = if seen_before { Way::Direct } else { Way::Browser };
        self.measured(&without_seal(&carried), way, call, entry)
    }

    /// A request for a form to carry.
    pub(super) fn to_carry(&self, accepted: &AcceptedRequest) -> String {
        if self.has_to_push(&accepted.client) {
            self.sealer().sealed(&accepted.parameters)
        } else {
            accepted.parameters.encoded()
        }
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
        let browser_state = session.browser_state();
        let cookie = SessionCookie { value: format!("{sid}.{secret}"), browser_state, max_age };
        (Login::of(sid, session), cookie)
    }

    /// Whether a form only chooses whoever is signed in already, so that nobody signed in again: `select_account` asks "to
    /// select a user account", and only `login` and `max_age` for another authentication (OIDCC-3.1.2.1).
    fn goes_on(
        &self,
        accepted: &AcceptedRequest,
        session: &Session,
        user: &str,
        claims: &LoginClaims,
    ) -> bool {
        let age = self.now().seconds_since(session.auth_time);
        session.user == user
            && *claims == LoginClaims::default()
            && !accepted.prompts.contains(&Prompt::Login)
            && accepted.max_age.is_none_or(|max_age| age <= max_age && max_age > 0)
    }

    /// The first session that one of the cookies opens.
    pub(super) fn session_of(&self, cookies: &[String]) -> Option<NamedSession> {
        cookies.iter().find_map(|cookie| {
            let (sid, secret) = cookie.split_once('.')?;
            let session = self.store.session_of(sid, secret, self.now())?;
            Some((sid.to_owned(), session))
        })
    }
}

//! The end-session endpoint, and sessions that the provider ends by itself.

mod notices;

use std::borrow::Cow;

use serde_json::Value;

pub use self::notices::{BackChannelCall, FrontChannelCall, LogoutToken, NoBackChannel, Notices, Told};

use super::faults::Making;
use super::store::Session;
use super::{Call, Endpoint, JournalEntry, Provider, UserSummary};
use crate::fault::Target;
use crate::protocol::Parameters;
use crate::protocol::client::Clients as _;
use crate::protocol::keys::jwe::{Envelope, NotEncrypted};
use crate::protocol::keys::{encryption, jws};
use crate::protocol::logout::{EndSessionError, EndSessionRequest, Hint, Return, end_session};

/// What the browser gets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Farewell {
    /// The session is over, or there was none.
    LoggedOut(LoggedOut),
    /// Somebody asks for a logout who may not be the person; the person is asked.
    Confirm(Confirmation),
    /// The person was asked and prefers to stay.
    Stayed(UserSummary),
    /// An error page; nothing was ended.
    Refuse(EndSessionError),
}

/// A logout that took place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoggedOut {
    /// The user who was signed in.
    pub user: Option<String>,
    /// Clients that are told by a frame each.
    pub frames: Vec<FrontChannelCall>,
    /// Clients that are called.
    pub calls: Vec<BackChannelCall>,
    /// Where the browser goes afterwards.
    pub return_to: Option<String>,
}

/// What the person is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confirmation {
    /// Who is signed in.
    pub user: UserSummary,
    /// The client that asks, if it said who it is.
    pub client_name: Option<String>,
    /// Where the browser goes afterwards.
    pub return_to: Option<String>,
    /// The request and the `sid` of the session in question, to be carried along by the form. A page that somebody else
    /// made does not know the `sid`, so an answer that has it comes from here.
    pub request: Vec<(String, String)>,
}

/// What the person answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Answer {
    LogOut,
    Stay,
}

impl Answer {
    fn to(request: &Parameters, sid: &str) -> Option<Self> {
        match request.value("action").filter(|_| request.value("sid") == Some(sid))? {
            "logout" => Some(Self::LogOut),
            "stay" => Some(Self::Stay),
            _ => None,
        }
    }
}

impl Provider {
    /// Answers a logout request (OIDCRP-2).
    ///
    /// The session ends, and with it refresh tokens that were issued without `offline_access` (OIDCBC-2.7). Other tokens live as
    /// long as they were issued for, as with most providers. Whoever wants them gone revokes them.
    pub fn log_out(&self, call: &Call, cookies: &[String]) -> Farewell {
        let mut entry = self.entry(Endpoint::EndSession, call);
        let farewell = match self.farewell(call, cookies, &mut entry) {
            Ok(farewell) => farewell,
            Err(cause) => {
                entry.refused(&cause);
                Farewell::Refuse(cause)
            }
        };
        if let Farewell::LoggedOut(LoggedOut { frames, return_to: Some(_), .. }) = &farewell
            && frames.is_empty()
        {
            entry.status = 303;
        }
        self.record(call, entry);
        farewell
    }

    fn farewell(
        &self,
        call: &Call,
        cookies: &[String],
        entry: &mut JournalEntry,
    ) -> Result<Farewell, EndSessionError> {
        let request = call.parameters.as_ref().map_err(|cause| EndSessionError::from(cause.clone()))?;
        let hint = request.value("id_token_hint").map(|hint| self.verified_id_token(hint)).transpose();
        let hint = hint.map_err(EndSessionError::HintInvalid)?;
        let checked = end_session(request, hint, &self.registrations)?;
        entry.client = checked.client.as_ref().map(|client| client.id.clone()).or(entry.client.take());

        let current = self.session_of(cookies);
        let named = checked.hint.as_ref().and_then(|hint| hint.sid.clone());
        let ending = match (current, named) {
            (None, None) => None,
            // the hint proves that the client knew the session, even from another browser or without cookies
            (None, Some(sid)) => self.store.session(&sid, self.now()).map(|session| (sid, session)),
            (Some((sid, session)), named) => {
                let known_to_the_client =
                    named.as_deref() == Some(&sid) || self.same_person(&checked, &session);
                match Answer::to(request, &sid) {
                    Some(Answer::Stay) => return Ok(Farewell::Stayed(self.users.summary_of(&session.user))),
                    None if !known_to_the_client => {
                        let user = self.users.summary_of(&session.user);
                        return Ok(Farewell::Confirm(confirmation(request, checked, user, &sid)));
                    }
                    Some(Answer::LogOut) | None => {}
                }
                Some((sid, session))
            }
        };
        let Some((sid, session)) = ending else {
            return Ok(Farewell::LoggedOut(LoggedOut {
                user: None,
                frames: Vec::new(),
                calls: Vec::new(),
                return_to: self.way_back(checked.return_to, entry),
            }));
        };
        entry.user = Some(session.user.clone());
        self.store.end_session(&sid, self.now());
        let Notices { frames, calls } = self.notices(&sid, &session);
        Ok(Farewell::LoggedOut(LoggedOut {
            frames,
            calls,
            user: Some(session.user),
            return_to: self.way_back(checked.return_to, entry),
        }))
    }

    /// Where the browser goes, with the faults of the way.
    fn way_back(&self, way: Option<Return>, entry: &mut JournalEntry) -> Option<String> {
        let mut way = way?;
        let faults = self.due(Target::EndSession, entry);
        if !faults.is_empty() {
            self.in_context(&Making::of(entry), |at| {
                faults.parameters(Target::EndSession, &mut way.parameters, at)
            });
        }
        Some(way.address())
    }

    /// Whether the hint is about the person who is signed in.
    fn same_person(&self, request: &EndSessionRequest, session: &Session) -> bool {
        let Some(hint) = request.hint.as_ref().filter(|hint| hint.sid.is_none()) else { return false };
        self.meant_by_client(&hint.client_id, &hint.subject, Some(&session.subject)) == session.subject
    }

    /// Ends a session, named by `sid`, or every session of a user, from the provider's side. What comes back is what a
    /// browser would have to load (OIDCFC-3), and somebody to send (OIDCBC-2.5), to tell the clients.
    pub fn end_session(&self, sid_or_user: &str) -> Notices {
        let now = self.now();
        let mut sids = self.store.sessions_of(sid_or_user, now);
        if sids.is_empty() {
            sids.push(sid_or_user.to_owned());
        }
        let ended = sids.iter().filter_map(|sid| Some((sid, self.store.end_session(sid, now)?)));
        let mut notices = Notices::default();
        for Notices { frames, calls } in ended.map(|(sid, session)| self.notices(sid, &session)) {
            notices.frames.extend(frames);
            notices.calls.extend(calls);
        }
        notices
    }

    /// What an ID token of this provider says, however old it is; or why it is not one.
    pub(super) fn verified_id_token(&self, token: &str) -> Result<Hint, String> {
        let token = opened(token)?;
        let decoded = jws::decode(&token).map_err(|why| why.to_string())?;
        let text = |claim: &str| decoded.claims.get(claim).and_then(Value::as_str).map(str::to_owned);
        let issuer = text("iss").ok_or("it has no `iss`")?;
        if !self.settings.issuer.is(&issuer) {
            return Err(format!("its issuer is `{issuer}`"));
        }
        let client_id = text("azp").or_else(|| text("aud")).ok_or("it names no client")?;
        let symmetric = decoded.algorithm().is_ok_and(crate::protocol::keys::Algorithm::is_symmetric);
        let verdict = if symmetric {
            let client = self.registrations.client(&client_id).ok_or("its client is not known")?;
            let secret = client.secret().ok_or("its client has no secret")?;
            decoded.verify_with_secret(secret)
        } else {
            let kid = decoded.kid().ok_or("its header has no `kid`")?;
            let keys = self.keys();
            let key = keys.ever(kid).ok_or_else(|| format!("the provider never had a key `{kid}`"))?;
            decoded.verify_with_jwk(&key.public_jwk())
        };
        verdict.map_err(|why| why.to_string())?;
        if decoded.header.get("typ").and_then(Value::as_str) != Some("JWT") {
            return Err("it is an access token".to_owned());
        }
        // a signed UserInfo response has neither, and is no ID token (OIDCC-2)
        if ["exp", "iat"].iter().any(|claim| !decoded.claims.contains_key(*claim)) {
            return Err("it is not an ID token: it does not say when it was issued and expires".to_owned());
        }
        let subject = text("sub").ok_or("it has no `sub`")?;
        Ok(Hint { client_id, subject, sid: text("sid") })
    }
}

/// The ID token in what may be encrypted: "If the ID Token received by the RP from the OP is encrypted, to use it as an
/// `id_token_hint`, the Client MUST decrypt the signed ID Token contained within the encrypted ID Token. The Client MAY
/// re-encrypt the signed ID token to the Authentication Server" (OIDCC-3.1.2.1).
fn opened(token: &str) -> Result<Cow<'_, str>, String> {
    if Envelope::parse(token) == Err(NotEncrypted::Parts) {
        return Ok(Cow::Borrowed(token));
    }
    let why = |why: String| format!("it is encrypted, and not for this provider: {why}");
    let inside = encryption::decrypt(token).map_err(|cause| why(cause.to_string()))?;
    String::from_utf8(inside).map(Cow::Owned).map_err(|_| why("what is inside is not text".to_owned()))
}

fn confirmation(
    request: &Parameters,
    checked: EndSessionRequest,
    user: UserSummary,
    sid: &str,
) -> Confirmation {
    let received = request.iter().filter(|(name, _)| !matches!(*name, "action" | "sid"));
    Confirmation {
        user,
        client_name: checked.client.map(|client| client.name.clone()),
        return_to: checked.return_to.map(|way| way.address()),
        request: received
            .chain([("sid", sid)])
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect(),
    }
}

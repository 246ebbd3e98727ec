//! Everything that ends: codes, grants, tokens and sessions. Used-once is enforced here.
//!
//! One short lock guards it all, so that redeeming a code and finding out that it was redeemed before are one step. An
//! entry leaves when its time is over; a little later than it stops being good, so that a late request can be told why.

mod claims_tokens;
mod devices;
mod expiring;
mod pushed;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

pub(super) use self::claims_tokens::ClaimsTokenRecord;
pub(super) use self::devices::{Answer, Device, Heard};

use self::expiring::Expiring;
pub(super) use self::pushed::PushedRequest;
use super::LoginClaims;
use super::faults::Begun;
use super::users::Asked;
use crate::protocol::authorization::ClaimsRequest;
use crate::protocol::client_assertion::OnceOnly;
use crate::protocol::token::authorization_code::Promise;
use crate::protocol::user_code::UserCode;
use crate::protocol::{Scope, Timestamp};

/// For how many seconds an entry that is not good any more can still be explained.
const EXPLAINED: i64 = 300;

/// How many clients of one session are remembered, to be told of its end: where any client is taken, a browser that makes
/// up names must not fill the memory.
const MOST_CLIENTS: usize = 1_000;

/// What secrets are stored under, so that a leak of the store would leak none of them.
type Digest = [u8; 32];

/// A person's agreement that a client may have tokens; all of these fall with it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Grant {
    pub(super) client_id: String,
    pub(super) user: String,
    pub(super) subject: String,
    pub(super) scope: Scope,
    pub(super) nonce: Option<String>,
    pub(super) auth_time: Timestamp,
    /// The authentication context class, where the client asked for one.
    pub(super) acr: Option<String>,
    pub(super) sid: String,
    pub(super) claims: LoginClaims,
    pub(super) requested: ClaimsRequest,
    /// Whether it brings an access token.
    pub(super) opens_userinfo: bool,
    pub(super) issuer: String,
    /// How the login was begun.
    pub(super) begun: Begun,
}

impl Grant {
    /// What was asked for; the scope is that of the token at hand, which may be narrower than the grant's.
    pub(super) const fn asked<'a>(&'a self, scope: &'a Scope) -> Asked<'a> {
        Asked { scope, claims: &self.requested, login: &self.claims, opens_userinfo: self.opens_userinfo }
    }
}

/// Names a grant.
pub(super) type GrantId = String;

/// A code, and whether it was redeemed.
#[derive(Clone, Debug)]
pub(super) struct CodeRecord {
    pub(super) promise: Promise,
    pub(super) grant: GrantId,
    used: bool,
}

/// An access token.
#[derive(Clone, Debug)]
pub(super) struct AccessTokenRecord {
    pub(super) client_id: String,
    pub(super) grant: Option<GrantId>,
    pub(super) scope: Scope,
    pub(super) issuer: String,
    pub(super) jti: String,
    /// The thumbprint of the TLS certificate without which it is not good.
    pub(super) certificate: Option<String>,
    pub(super) issued: Timestamp,
    pub(super) expires: Timestamp,
}

/// A refresh token, and whether it was used.
#[derive(Clone, Debug)]
pub(super) struct RefreshTokenRecord {
    pub(super) client_id: String,
    pub(super) grant: GrantId,
    /// The thumbprint of the TLS certificate without which it is not good.
    pub(super) certificate: Option<String>,
    pub(super) issued: Timestamp,
    pub(super) expires: Timestamp,
    /// Whether its session was ended, and it does not outlive that.
    pub(super) session_ended: bool,
    used: bool,
}

/// A person's session at the provider.
#[derive(Clone, Debug)]
pub(super) struct Session {
    pub(super) user: String,
    pub(super) subject: String,
    pub(super) auth_time: Timestamp,
    pub(super) claims: LoginClaims,
    pub(super) expires: Timestamp,
    secret: Digest,
    /// The clients that this session signed in to, and the issuer that each was told.
    pub(super) clients: BTreeMap<String, String>,
}

/// What happened to something that can be used once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Use {
    /// This was the first time.
    First,
    /// It was used before; its grant is gone now.
    Again,
    /// There is no such thing.
    Unknown,
}

/// How much is stored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StoreSize {
    /// Codes, redeemed ones included.
    pub codes: usize,
    /// Grants.
    pub grants: usize,
    /// Access tokens.
    pub access_tokens: usize,
    /// Refresh tokens, used ones included.
    pub refresh_tokens: usize,
    /// Sessions.
    pub sessions: usize,
    /// Client assertions that must not be used again.
    pub assertions: usize,
    /// Devices that asked, answered ones included.
    pub devices: usize,
    /// Pushed requests, used ones included.
    pub pushed: usize,
    /// Access tokens for distributed claims.
    pub claims_tokens: usize,
}

#[derive(Debug, Default)]
struct State {
    codes: Expiring<Digest, CodeRecord>,
    grants: Expiring<GrantId, Arc<Grant>>,
    access_tokens: Expiring<Digest, AccessTokenRecord>,
    refresh_tokens: Expiring<Digest, RefreshTokenRecord>,
    sessions: Expiring<String, Session>,
    assertions: Expiring<Digest, ()>,
    devices: Expiring<UserCode, Device>,
    device_codes: Expiring<Digest, UserCode>,
    pushed: Expiring<Digest, PushedRequest>,
    claims_tokens: Expiring<Digest, ClaimsTokenRecord>,
}

/// The store of one provider.
#[derive(Debug, Default)]
pub(super) struct Store {
    state: Mutex<State>,
}

impl Store {
    fn at(&self, now: Timestamp) -> MutexGuard<'_, State> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.codes.forget(now);
        state.grants.forget(now);
        state.access_tokens.forget(now);
        state.refresh_tokens.forget(now);
        state.sessions.forget(now);
        state.assertions.forget(now);
        state.devices.forget(now);
        state.device_codes.forget(now);
        state.pushed.forget(now);
        state.claims_tokens.forget(now);
        state
    }

    pub(super) fn size(&self, now: Timestamp) -> StoreSize {
        let state = self.at(now);
        StoreSize {
            codes: state.codes.len(),
            grants: state.grants.len(),
            access_tokens: state.access_tokens.len(),
            refresh_tokens: state.refresh_tokens.len(),
            sessions: state.sessions.len(),
            assertions: state.assertions.len(),
            devices: state.devices.len(),
            pushed: state.pushed.len(),
            claims_tokens: state.claims_tokens.len(),
        }
    }

    /// Keeps a grant as long as anything that depends on it.
    pub(super) fn put_grant(&self, id: &str, grant: Arc<Grant>, until: Timestamp, now: Timestamp) {
        self.at(now).grants.insert(id.to_owned(), grant, until.plus(EXPLAINED));
    }

    /// A grant that was not revoked.
    pub(super) fn grant(&self, id: &str, now: Timestamp) -> Option<Arc<Grant>> {
        self.at(now).grants.value(id).cloned()
    }

    /// Keeps a grant longer, if it is still there.
    pub(super) fn prolong_grant(&self, id: &str, until: Timestamp, now: Timestamp) {
        self.at(now).grants.prolong(id, until.plus(EXPLAINED));
    }

    /// Revokes a grant and with it every token that depends on it.
    pub(super) fn revoke_grant(&self, id: &str, now: Timestamp) {
        self.at(now).grants.remove(id);
    }

    /// Keeps a code, and remembers it after its use for as long as its tokens may live, to notice a second use.
    pub(super) fn put_code(&self, code: &str, record: CodeRecord, tokens_until: Timestamp, now: Timestamp) {
        let until = record.promise.expires.max(tokens_until).plus(EXPLAINED);
        self.at(now).codes.insert(digest_of(code), record, until);
    }

    pub(super) fn code(&self, code: &str, now: Timestamp) -> Option<CodeRecord> {
        self.at(now).codes.value(&digest_of(code)).cloned()
    }

    /// Redeems a code: of any number of attempts, however they are timed, one is the first. A second one revokes the
    /// grant (RFC6749-4.1.2).
    pub(super) fn redeem(&self, code: &str, now: Timestamp) -> Use {
        let mut state = self.at(now);
        let Some(record) = state.codes.value_mut(&digest_of(code)) else { return Use::Unknown };
        if std::mem::replace(&mut record.used, true) {
            let grant = record.grant.clone();
            state.grants.remove(&grant);
            return Use::Again;
        }
        Use::First
    }

    pub(super) fn put_access_token(&self, token: &str, record: AccessTokenRecord, now: Timestamp) {
        let until = record.expires.plus(EXPLAINED);
        self.at(now).access_tokens.insert(digest_of(token), record, until);
    }

    pub(super) fn access_token(&self, token: &str, now: Timestamp) -> Option<AccessTokenRecord> {
        self.at(now).access_tokens.value(&digest_of(token)).cloned()
    }

    pub(super) fn revoke_access_token(&self, token: &str, now: Timestamp) {
        self.at(now).access_tokens.remove(&digest_of(token));
    }

    pub(super) fn put_refresh_token(&self, token: &str, record: RefreshTokenRecord, now: Timestamp) {
        let until = record.expires.plus(EXPLAINED);
        self.at(now).refresh_tokens.insert(digest_of(token), record, until);
    }

    pub(super) fn refresh_token(&self, token: &str, now: Timestamp) -> Option<RefreshTokenRecord> {
        self.at(now).refresh_tokens.value(&digest_of(token)).cloned()
    }

    /// Uses a refresh token up. A second use revokes the whole family (RFC9700-4.14.2).
    pub(super) fn use_refresh_token(&self, token: &str, now: Timestamp) -> Use {
        let mut state = self.at(now);
        let Some(record) = state.refresh_tokens.value_mut(&digest_of(token)) else { return Use::Unknown };
        if std::mem::replace(&mut record.used, true) {
            let grant = record.grant.clone();
            state.grants.remove(&grant);
            return Use::Again;
        }
        Use::First
    }

    /// Notes that a client used an assertion, and whether it was the first time. It is remembered for as long as it would
    /// be good (OIDCC-9, RFC7523-3).
    pub(super) fn first_use(&self, client_id: &str, once_only: &OnceOnly, now: Timestamp) -> bool {
        let digest = digest_of(&format!("{} {client_id} {}", client_id.len(), once_only.jti));
        let mut state = self.at(now);
        if state.assertions.value(&digest).is_some() {
            return false;
        }
        state.assertions.insert(digest, (), once_only.expires);
        true
    }

    /// Revokes everything that a client was granted (RFC7592-2.3).
    pub(super) fn revoke_client(&self, client_id: &str, now: Timestamp) {
        let mut state = self.at(now);
        let of_client = |grant: &Arc<Grant>| grant.client_id == client_id;
        state.grants.remove_where(|grant| of_client(grant));
        state.access_tokens.remove_where(|token| token.client_id == client_id);
    }

    pub(super) fn put_session(&self, sid: &str, session: Session, now: Timestamp) {
        let until = session.expires;
        self.at(now).sessions.insert(sid.to_owned(), session, until);
    }

    pub(super) fn session(&self, sid: &str, now: Timestamp) -> Option<Session> {
        self.at(now).sessions.value(sid).cloned()
    }

    /// The session that a cookie opens.
    pub(super) fn session_of(&self, sid: &str, secret: &str, now: Timestamp) -> Option<Session> {
        self.session(sid, now).filter(|session| session.secret == digest_of(secret))
    }

    /// Notes that a session signed in to a client.
    pub(super) fn signed_in_to(&self, sid: &str, client_id: &str, issuer: &str, now: Timestamp) {
        if let Some(session) = self.at(now).sessions.value_mut(sid)
            && (session.clients.len() < MOST_CLIENTS || session.clients.contains_key(client_id))
        {
            session.clients.insert(client_id.to_owned(), issuer.to_owned());
        }
    }

    /// Ends a session. "Refresh tokens issued without the `offline_access` property to a session being logged out SHOULD be
    /// revoked when the logout occurs." (OIDCBC-2.7)
    pub(super) fn end_session(&self, sid: &str, now: Timestamp) -> Option<Session> {
        let mut state = self.at(now);
        let State { sessions, grants, refresh_tokens, .. } = &mut *state;
        let session = sessions.remove(sid)?;
        let of_session = |grant: &Grant| grant.sid == sid && !grant.scope.contains("offline_access");
        for record in refresh_tokens.values_mut() {
            record.session_ended |= grants.value(&record.grant).is_some_and(|grant| of_session(grant));
        }
        Some(session)
    }

    /// All sessions.
    pub(super) fn sessions(&self, now: Timestamp) -> Vec<(String, Session)> {
        self.at(now).sessions.iter().map(|(sid, session)| (sid.clone(), session.clone())).collect()
    }

    /// The sessions of a user.
    pub(super) fn sessions_of(&self, user: &str, now: Timestamp) -> Vec<String> {
        let state = self.at(now);
        state
            .sessions
            .iter()
            .filter(|(_, session)| session.user == user)
            .map(|(sid, _)| sid.clone())
            .collect()
    }
}

impl CodeRecord {
    pub(super) const fn new(promise: Promise, grant: GrantId) -> Self {
        Self { promise, grant, used: false }
    }

    /// Whether the code was redeemed.
    pub(super) const fn is_used(&self) -> bool {
        self.used
    }
}

impl RefreshTokenRecord {
    pub(super) const fn new(
        client_id: String,
        grant: GrantId,
        issued: Timestamp,
        expires: Timestamp,
    ) -> Self {
        Self { client_id, grant, certificate: None, issued, expires, session_ended: false, used: false }
    }

    /// The same, good only with a TLS certificate.
    pub(super) fn bound_to(self, certificate: Option<&str>) -> Self {
        Self { certificate: certificate.map(str::to_owned), ..self }
    }

    /// Whether the token was used.
    pub(super) const fn is_used(&self) -> bool {
        self.used
    }
}

impl Session {
    pub(super) fn new(user: String, subject: String, secret: &str, now: Timestamp, lifetime: i64) -> Self {
        Self {
            user,
            subject,
            auth_time: now,
            claims: LoginClaims::default(),
            expires: now.plus(lifetime),
            secret: digest_of(secret),
            clients: BTreeMap::new(),
        }
    }

    /// What the browser can read of the session, to notice a change (OIDCSM-3.2). It is another one after each sign-in.
    pub(super) fn browser_state(&self) -> String {
        self.seal("browser state")
    }

    /// What only the pages that were shown in this sign-in can know: its secret and a text, digested.
    pub(super) fn seal(&self, text: &str) -> String {
        let mut digest = digest::Context::new(&digest::SHA256);
        digest.update(&self.secret);
        digest.update(text.as_bytes());
        URL_SAFE_NO_PAD.encode(digest.finish())
    }
}

fn digest_of(secret: &str) -> Digest {
    let computed = digest::digest(&digest::SHA256, secret.as_bytes());
    let mut digest = Digest::default();
    for (to, from) in digest.iter_mut().zip(computed.as_ref()) {
        *to = *from;
    }
    digest
}

#[cfg(test)]
mod tests;

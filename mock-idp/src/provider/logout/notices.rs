//! Whom a logout is told: clients with a frame in the browser, and clients that are called.

use serde_json::{Map, Value, json};

use crate::config::Document;
use crate::fault::{Delivery, Target};
use crate::protocol::Scope;
use crate::protocol::authorization::ClaimsRequest;
use crate::protocol::client::{Client, Clients as _};
use crate::protocol::keys::jws;
use crate::protocol::logout::back_channel::{self, LogoutTokenContent, logout_token};
use crate::protocol::logout::{front_channel, with_parameters};
use crate::provider::faults::Making;
use crate::provider::journal::JournalError;
use crate::provider::ports::token;
use crate::provider::protect::{Draft, Protection, Seal, Unsignable};
use crate::provider::store::Session;
use crate::provider::users::Asked;
use crate::provider::{CallFailed, Endpoint, IssuedToken, JournalEntry, OutgoingCall, Provider};

/// The field of a form that a logout token comes in (OIDCBC-2.5).
const LOGOUT_TOKEN: &str = "logout_token";

/// A client that is told of the logout through the browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FrontChannelCall {
    /// The client.
    pub client_id: String,
    /// What its frame loads: its logout URI with `iss` and `sid`.
    pub url: String,
}

/// A client that is told of the logout directly (OIDCBC-2.5).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BackChannelCall {
    /// The client.
    pub client_id: String,
    /// Where it wants to be told.
    pub url: String,
    /// The issuer that the client knows.
    issuer: String,
    /// The logout token as it is sent, or why there is none.
    token: Result<String, CallFailed>,
    /// What is sent: one call, unless a fault says otherwise.
    calls: Vec<OutgoingCall>,
    /// The faults of the token and of its delivery.
    faults: Vec<String>,
}

impl BackChannelCall {
    /// The calls to be made, one after the other. Where there are none, this is the reason.
    pub fn calls(&self) -> Result<&[OutgoingCall], CallFailed> {
        match &self.token {
            Err(why) => Err(why.clone()),
            Ok(_) if self.calls.is_empty() => Err(CallFailed::Withheld),
            Ok(_) => Ok(&self.calls),
        }
    }
}

/// What became of telling a client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// The client.
    pub client_id: String,
    /// Where it was told.
    pub url: String,
    /// The HTTP status of its answer, if there was one.
    pub status: Option<u16>,
    /// Whether it signed the person out, or why not.
    pub outcome: Result<(), CallFailed>,
}

/// A logout token that somebody wants to be delivered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LogoutToken {
    /// As it stands.
    Given(String),
    /// A good one that names a person, a session, or both.
    Naming {
        /// The person.
        sub: Option<String>,
        /// The session.
        sid: Option<String>,
    },
}

/// Why a client cannot be told directly.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoBackChannel {
    /// There is no such client.
    #[error("there is no client `{0}`")]
    UnknownClient(String),
    /// It does not want to be told.
    #[error("the client `{0}` has no `backchannel_logout_uri`")]
    NoUri(String),
}

/// Whom to tell that sessions are over.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Notices {
    /// By a frame each, if there is a browser.
    pub frames: Vec<FrontChannelCall>,
    /// By a call each.
    pub calls: Vec<BackChannelCall>,
}

impl Provider {
    /// Notes what became of a call in the journal.
    pub fn notified(&self, call: &BackChannelCall, outcome: Result<u16, CallFailed>) -> Told {
        let method = call.calls.first().map_or("POST", |call| call.method);
        let mut entry = JournalEntry::new(Endpoint::Outgoing, method, call.issuer.clone(), self.now());
        entry.client = Some(call.client_id.clone());
        entry.parameters.insert("url".to_owned(), call.url.clone());
        entry.parameters.insert("for".to_owned(), "backchannel_logout_uri".to_owned());
        if let Some(token) = call.token.as_ref().ok().and_then(|token| jws::decode(token).ok()) {
            let (header, claims) = (token.header, token.claims);
            entry.tokens.push(IssuedToken { kind: "logout_token", header, encryption: Map::new(), claims });
        }
        // "If the logout succeeded, the RP MUST respond with HTTP 200 OK. However, note that some Web frameworks will
        // substitute an HTTP 204 No Content response" (OIDCBC-2.8)
        let outcome = match outcome {
            Ok(status @ (200 | 204)) => Ok(status),
            Ok(status) => Err(CallFailed::Status { status }),
            Err(failed) => Err(failed),
        };
        match &outcome {
            Ok(status) => entry.status = *status,
            Err(failed) => {
                entry.status = failed.status();
                entry.error = Some(JournalError {
                    code: failed.code(),
                    cause: failed.to_string(),
                    clause: "OIDCBC-2.8",
                });
            }
        }
        entry.faults.clone_from(&call.faults);
        self.note(entry);
        let status = match &outcome {
            Ok(status) => Some(*status),
            Err(failed) => Some(failed.status()).filter(|status| *status > 0),
        };
        let (client_id, url) = (call.client_id.clone(), call.url.clone());
        Told { client_id, url, status, outcome: outcome.map(drop) }
    }

    /// Every client that a session signed in to, and that wants to be told.
    pub(super) fn notices(&self, sid: &str, session: &Session) -> Notices {
        let mut notices = Notices::default();
        for (client_id, issuer) in &session.clients {
            let Some(client) = self.registrations.client(client_id) else { continue };
            let entry = |method| {
                let mut entry = JournalEntry::new(Endpoint::Outgoing, method, issuer.clone(), self.now());
                entry.client = Some(client_id.clone());
                entry.user = Some(session.user.clone());
                entry
            };
            if let Some(uri) = &client.frontchannel_logout_uri {
                let sid = client.logout_session.front_channel.then_some(sid);
                let url = self.frame(uri, sid, entry("GET"));
                notices.frames.push(FrontChannelCall { client_id: client_id.clone(), url });
            }
            if let Some(url) = &client.backchannel_logout_uri {
                let mut entry = entry("POST");
                let token = self.logout_token(&client, sid, session, &mut entry);
                notices.calls.push(self.delivery(&client, url, token, entry));
            }
        }
        notices
    }

    /// What a client's frame loads. It is the browser that loads it, so the journal speaks only of faults.
    fn frame(&self, uri: &str, sid: Option<&str>, mut entry: JournalEntry) -> String {
        let mut parameters = sid.map(|sid| front_channel::parameters(&entry.issuer, sid)).unwrap_or_default();
        let faults = self.due(Target::FrontchannelLogout, &mut entry);
        if faults.is_empty() {
            return with_parameters(uri, &parameters);
        }
        self.in_context(&Making::of(&entry), |at| {
            faults.parameters(Target::FrontchannelLogout, &mut parameters, at)
        });
        let url = with_parameters(uri, &parameters);
        entry.parameters.insert("url".to_owned(), url.clone());
        entry.parameters.insert("for".to_owned(), "frontchannel_logout_uri".to_owned());
        entry.status = 0;
        self.note(entry);
        url
    }

    /// The call that brings a client its token, or what a fault makes of it.
    fn delivery(
        &self,
        client: &Client,
        url: &str,
        token: Result<String, CallFailed>,
        mut entry: JournalEntry,
    ) -> BackChannelCall {
        let faults = self.due(Target::BackchannelLogout, &mut entry);
        let previous = || self.login_before(&client.id).logout_token.clone();
        let token = match faults.delivery() {
            Some(Delivery::Previous) => token.map(|token| previous().unwrap_or(token)),
            Some(_) | None => token,
        };
        BackChannelCall {
            client_id: client.id.clone(),
            url: url.to_owned(),
            calls: token.as_deref().map(|token| delivered(url, token, faults.delivery())).unwrap_or_default(),
            token,
            issuer: entry.issuer,
            faults: entry.faults,
        }
    }

    /// A call that brings a client a logout token of somebody's choice. No session ends by it.
    pub fn logout_call(
        &self,
        client_id: &str,
        issuer: &str,
        token: LogoutToken,
    ) -> Result<BackChannelCall, NoBackChannel> {
        let client = self.registrations.client(client_id);
        let client = client.ok_or_else(|| NoBackChannel::UnknownClient(client_id.to_owned()))?;
        let url = client.backchannel_logout_uri.clone();
        let url = url.ok_or_else(|| NoBackChannel::NoUri(client_id.to_owned()))?;
        let mut entry = JournalEntry::new(Endpoint::Outgoing, "POST", issuer.to_owned(), self.now());
        entry.client = Some(client_id.to_owned());
        let token = match token {
            LogoutToken::Given(token) => Ok(token),
            LogoutToken::Naming { sub, sid } => {
                let mut claims = self.logout_claims(&client, issuer, "", None);
                for (name, value) in [("sub", sub), ("sid", sid)] {
                    match value {
                        Some(value) => drop(claims.insert(name.to_owned(), value.into())),
                        None => drop(claims.shift_remove(name)),
                    }
                }
                self.signed_logout_token(&client, claims, &mut entry)
            }
        };
        Ok(self.delivery(&client, &url, token, entry))
    }

    fn logout_token(
        &self,
        client: &Client,
        sid: &str,
        session: &Session,
        entry: &mut JournalEntry,
    ) -> Result<String, CallFailed> {
        let subject = self.subject_in_id_tokens(client, session);
        let sid = client.logout_session.back_channel.then_some(sid);
        let claims = self.logout_claims(client, &entry.issuer, &subject, sid);
        self.signed_logout_token(client, claims, entry)
    }

    fn logout_claims(
        &self,
        client: &Client,
        issuer: &str,
        subject: &str,
        sid: Option<&str>,
    ) -> Map<String, Value> {
        logout_token(&LogoutTokenContent {
            issuer,
            client_id: &client.id,
            subject,
            sid,
            jti: &token::<16>(self.ports.entropy.as_ref()),
            now: self.now(),
        })
    }

    /// Signed as the client's ID tokens are (OIDCBC-2.6: validated "in the same way").
    fn signed_logout_token(
        &self,
        client: &Client,
        claims: Map<String, Value>,
        entry: &mut JournalEntry,
    ) -> Result<String, CallFailed> {
        let issuer = entry.issuer.clone();
        let unsigned = |why: Unsignable| CallFailed::Unsigned(why.to_string());
        let seal = match self.id_token_protection(client).map_err(unsigned)?.seal {
            Seal::Signed(signer) => Seal::Signed(signer),
            // "A Logout Token MUST be signed" (OIDCBC-2.4), whatever ID tokens are
            Seal::Unsigned | Seal::Bare => Seal::Signed(self.key_signer(None).map_err(unsigned)?),
        };
        let making = Making { issuer: &issuer, client_id: &client.id, access_token: None };
        let draft = Draft { kind: "logout_token", typ: back_channel::TYP, claims, making };
        self.finished(draft, &Protection { seal, to: None }, entry).map_err(unsigned)
    }

    /// The `sub` that the client's ID tokens said: somebody may have typed in another one when they signed in.
    fn subject_in_id_tokens(&self, client: &Client, session: &Session) -> String {
        let (scope, claims) = (Scope::default(), ClaimsRequest::default());
        let asked = Asked { scope: &scope, claims: &claims, login: &session.claims, opens_userinfo: false };
        let said = self.users.claims(&session.user, Document::IdToken, &asked);
        let said = said.get("sub").and_then(Value::as_str);
        self.subject_for(client, said.unwrap_or(&session.subject))
    }
}

/// The calls that bring a token: "an HTTP POST […] with a `logout_token` parameter" (OIDCBC-2.5), or what comes instead.
fn delivered(url: &str, token: &str, delivery: Option<Delivery>) -> Vec<OutgoingCall> {
    let form = |fields: &[(&str, &str)]| OutgoingCall::post(url.to_owned(), fields);
    let honest = form(&[(LOGOUT_TOKEN, token)]);
    let in_query = || with_parameters(url, &[(LOGOUT_TOKEN.to_owned(), token.to_owned())]);
    let call = match delivery {
        None | Some(Delivery::Previous) => honest,
        Some(Delivery::Lost) => return Vec::new(),
        Some(Delivery::Twice) => return vec![honest.clone(), honest],
        Some(Delivery::Get) => OutgoingCall::get(in_query()),
        Some(Delivery::InQuery) => OutgoingCall { url: in_query(), body: Vec::new(), ..honest },
        Some(Delivery::Json) => OutgoingCall {
            content_type: Some("application/json"),
            body: json!({ LOGOUT_TOKEN: token }).to_string().into_bytes(),
            ..honest
        },
        Some(Delivery::PlainText) => OutgoingCall { content_type: Some("text/plain"), ..honest },
        Some(Delivery::Untyped) => OutgoingCall { content_type: None, ..honest },
        Some(Delivery::Empty) => OutgoingCall { body: Vec::new(), ..honest },
        Some(Delivery::WithoutToken) => form(&[("example_unknown", "x")]),
        Some(Delivery::EmptyToken) => form(&[(LOGOUT_TOKEN, "")]),
        Some(Delivery::TwoTokens) => form(&[(LOGOUT_TOKEN, token), (LOGOUT_TOKEN, "not.a.token")]),
        Some(Delivery::Padded(bytes)) => form(&[(LOGOUT_TOKEN, token), ("padding", &"x".repeat(bytes))]),
    };
    vec![call]
}

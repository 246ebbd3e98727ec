//! The reference relying party: a real HTTP application that speaks OpenID Connect the way a product does.
//!
//! It owns every protocol check and every session; what a sign-in amounts to is the product's decision. It holds a
//! product without naming any.
//!
//! The flow, file by file: `http` receives the browser, `authentication_request` sends it to the provider,
//! `authentication_response` takes it back, `sign_in` gathers the documents with `token_request`, `verification` (by
//! `id_token` and `access_token`), `userinfo` and `vouched_claims`, `sessions` lets the product decide, `session_check` watches it, `logout`
//! ends it.

mod access_token;
mod authentication_request;
mod authentication_response;
mod call;
mod client;
mod client_assertion;
mod discovery;
mod flaw;
mod gullible;
mod http;
mod id_token;
mod introduction;
mod json;
mod jws;
mod logout;
mod logout_token;
mod own_keys;
mod pages;
mod plain;
mod ports;
mod rejection;
mod request_object;
mod session_check;
mod sessions;
mod sign_in;
mod state;
mod token_request;
mod userinfo;
mod verification;
mod vouched_claims;
mod weakness;

use std::fmt;
use std::sync::{Arc, Mutex};

use axum::Router;
use serde_json::Value;
use url::Url;

use crate::decision::{Act, AnyProduct, Envelope, Event, Mistake, Profile, Timestamp};
use crate::transport::{Clock, Transport};
use state::Inner;
use weakness::LeftOut;

pub use authentication_request::Overrides;
pub use flaw::{Flaw, TokenKind};
pub use http::{LOGIN_PATH, RENEW_PATH};
pub use plain::PlainSetup;
pub use ports::Entropy;
pub use rejection::Rejection;
pub use sessions::NoRefresh;
pub use state::{Cause, Decoded, Outcome, Received, Session};
pub use weakness::{Questions, Weakness};

/// A relying party for one configured product. A clone is the same one.
#[derive(Clone)]
pub struct RelyingParty {
    shared: Arc<Shared>,
    left_out: LeftOut,
}

struct Shared {
    transport: Transport,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    inner: Mutex<Inner>,
}

impl fmt::Debug for RelyingParty {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("RelyingParty").field("inner", &self.shared.inner).finish_non_exhaustive()
    }
}

impl RelyingParty {
    /// A relying party that stores what is written in `state` (`null` for nothing).
    ///
    /// # Errors
    ///
    /// All mistakes in `state`.
    pub fn new(
        product: Box<dyn AnyProduct>,
        state: &Value,
        transport: &Transport,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Self, Vec<Mistake>> {
        let stored = product.state(state)?;
        let inner = Mutex::new(Inner::new(Arc::from(product), stored));
        let transport = transport.called_by("rp");
        let shared = Arc::new(Shared { transport, clock, entropy, inner });
        Ok(Self { shared, left_out: LeftOut::default() })
    }

    /// The application.
    pub fn router(&self) -> Router {
        http::router(self.clone())
    }

    /// Host and port of the product's base URL: what the router is to be served under in process.
    pub fn authority(&self) -> String {
        let profile = self.profile();
        let url = Url::parse(&profile.base_url).ok();
        url.map(|url| url.authority().to_owned()).unwrap_or_default()
    }

    /// How the product talks OpenID Connect.
    pub fn profile(&self) -> Profile {
        self.product().profile().clone()
    }

    /// An address of the product: its base URL and `path`.
    pub fn address(&self, path: &str) -> String {
        format!("{}{path}", self.product().profile().base_url)
    }

    /// What the product has stored.
    pub fn stored(&self) -> Value {
        self.inner().stored.clone()
    }

    /// The sessions that have not ended, by id.
    pub fn sessions(&self) -> Vec<Session> {
        self.inner().sessions.values().cloned().collect()
    }

    /// A session that has not ended.
    pub fn session(&self, id: &str) -> Option<Session> {
        let now = self.now();
        self.inner().sessions.get(id).filter(|session| session.is_live(now)).cloned()
    }

    /// The name of the session cookie; its value is the session's id.
    pub fn session_cookie(&self) -> String {
        http::session_cookie(self.product().profile())
    }

    /// Everything that happened, in order.
    pub fn outcomes(&self) -> Vec<Outcome> {
        self.inner().outcomes.iter().cloned().collect()
    }

    /// Everything that happened since this was last called.
    pub fn take_outcomes(&self) -> Vec<Outcome> {
        std::mem::take(&mut self.inner().outcomes).into()
    }

    /// How many requests wait for their response.
    pub fn pending(&self) -> usize {
        self.inner().transactions.len()
    }

    /// An administrator acts inside the product.
    pub fn administer(&self, act: Act) -> Envelope {
        self.decide(Event::Administer(act), Received::default(), None)
    }

    /// The product asks itself whether a session may do something; `None` when there is no such session.
    pub fn check_permission(&self, session: &str, permission: &str) -> Option<Envelope> {
        let session = self.session(session)?;
        let event = Event::PermissionCheck { session: session.view, permission: permission.to_owned() };
        Some(self.decide(event, Received::default(), Some(session.id)))
    }

    /// Starts again with another configuration. What the product has stored stays; sessions, requests under way and
    /// what was known of the providers are gone.
    ///
    /// # Errors
    ///
    /// All mistakes that the new configuration makes of the stored state.
    pub fn restart(&self, product: Box<dyn AnyProduct>) -> Result<(), Vec<Mistake>> {
        let mut inner = self.inner();
        let stored = product.state(&inner.stored)?;
        let outcomes = std::mem::take(&mut inner.outcomes);
        *inner = Inner { outcomes, ..Inner::new(Arc::from(product), stored) };
        Ok(())
    }

    fn product(&self) -> Arc<dyn AnyProduct> {
        Arc::clone(&self.inner().product)
    }

    fn now(&self) -> Timestamp {
        Timestamp(self.shared.clock.now())
    }

    fn transport(&self) -> &Transport {
        &self.shared.transport
    }

    fn entropy(&self) -> &dyn Entropy {
        self.shared.entropy.as_ref()
    }
}

/// Serves a relying party over TCP until the listener fails or the future is dropped.
///
/// # Errors
///
/// When the listener fails.
pub async fn serve(listener: tokio::net::TcpListener, rp: &RelyingParty) -> std::io::Result<()> {
    axum::serve(listener, rp.router()).await
}

#[cfg(test)]
mod tests;

//! One provider, one plain relying party, one browser, one clock; no sockets.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use axum::Router;
use harness::decision::ClientAuthentication;
use harness::rp::{PlainSetup, RelyingParty, Weakness};
use harness::transport::{Carried, Transport};
use harness::user_agent::{Browser, Page};
use mock_idp::MockIdp;
use mock_idp::config::IdpConfig;
use mock_idp::protocol::Timestamp;
use mock_idp::provider::CallFailed;
use mock_idp::provider::ports::{Clock as _, VirtualClock};
use serde_json::{Value, json};

const NOW: i64 = 1_930_377_600;

pub(crate) struct World {
    pub(crate) idp: MockIdp,
    pub(crate) rp: RelyingParty,
    pub(crate) browser: Browser,
    pub(crate) clock: VirtualClock,
    pub(crate) transport: Transport,
}

impl World {
    /// A provider at which the relying party is registered.
    pub(crate) fn new(setup: &PlainSetup) -> Self {
        Self::with(setup, &json!({}))
    }

    /// The same, with members of the provider's configuration laid over it.
    pub(crate) fn with(setup: &PlainSetup, config: &Value) -> Self {
        let public = setup.client_authentication == ClientAuthentication::None;
        let client = json!({
            "secret": setup.client_secret.as_ref().filter(|_| !public),
            "public": public,
            "jwks_uri": setup.jwks_uri(),
            "request_uris": setup.request_uris(),
            "backchannel_logout_uri": setup.backchannel_logout_uri(),
            "id_token_alg": setup.id_token_alg.0,
            "userinfo_alg": setup.userinfo_alg.map(|it| it.0),
            "auth_method": setup.client_authentication,
            "redirect_uris": [setup.redirect_uri(0)],
            "post_logout_redirect_uris": [setup.post_logout_redirect_uri()],
            "logout_uri": setup.frontchannel_logout_uri(),
            "refresh_tokens": "always",
        });
        let mut all = json!({
            "seed": 42,
            "auto_login": "ada",
            "clients": { &setup.client_id: client },
            "outgoing": { "allow": ["rp.test"] },
        });
        for (name, value) in config.as_object().unwrap() {
            all[name] = value.clone();
        }
        let config: IdpConfig = serde_json::from_value(all).unwrap();
        let clock = VirtualClock::at(Timestamp(NOW));
        let transport = Transport::in_process();
        let builder = MockIdp::builder().config(config).base_url("https://idp.test");
        let builder = builder.clock(Arc::new(clock.clone())).fetcher(Arc::new(Carried(transport.clone())));
        let (router, idp) = builder.in_process().unwrap();
        transport.serve("idp.test", router);
        let time = clock.clone();
        let time = Arc::new(move || time.now().as_secs());
        let rp = RelyingParty::plain(setup, &transport, time.clone(), Arc::new(counting_entropy()));
        transport.serve(&rp.authority(), rp.router());
        let browser = Browser::new(&transport, time);
        Self { idp, rp, browser, clock, transport }
    }

    /// The same world with a relying party that does without something.
    pub(crate) fn weak(mut self, weakness: Weakness) -> Self {
        self.rp = self.rp.without(weakness);
        self.transport.serve(&self.rp.authority(), self.rp.router());
        self
    }

    /// Lets the provider misbehave.
    pub(crate) fn faulty(self, faults: &[&str]) -> Self {
        for fault in faults {
            self.idp.default_provider().add_fault(fault.parse().unwrap()).unwrap();
        }
        self
    }

    pub(crate) async fn sign_in(&mut self) -> Page {
        self.browser.open("https://rp.test/login").await.unwrap().clone()
    }

    pub(crate) async fn me(&mut self) -> Value {
        serde_json::from_str(&self.browser.open("https://rp.test/me").await.unwrap().body).unwrap()
    }

    /// Why the last sign-in was refused.
    pub(crate) fn reason(&self) -> Option<String> {
        self.rp.outcomes().pop().and_then(|outcome| outcome.envelope.reason)
    }

    /// Takes the requests that come to a host that nobody should call.
    pub(crate) fn watch(&self, host: &str) -> Arc<Mutex<Vec<String>>> {
        let seen: Arc<Mutex<Vec<String>>> = Arc::default();
        let log = Arc::clone(&seen);
        let router = Router::new().fallback(move |request: axum::extract::Request| {
            log.lock().unwrap().push(format!("{} {}", request.method(), request.uri()));
            async { "here" }
        });
        self.transport.serve(host, router);
        seen
    }

    /// Another person's browser.
    pub(crate) fn fresh_browser(&self) -> Browser {
        let clock = self.clock.clone();
        Browser::new(&self.transport, Arc::new(move || clock.now().as_secs()))
    }

    /// Ends the sessions that a name stands for at the provider; gives what the relying party answered.
    pub(crate) async fn end_at_provider(&self, sid_or_user: &str) -> Result<(), CallFailed> {
        self.idp.end_session("", sid_or_user).await.pop().expect("the relying party is told").outcome
    }

    /// How often the provider was asked at one endpoint.
    pub(crate) fn calls(&self, endpoint: &str) -> usize {
        let journal = self.idp.default_provider().journal();
        journal.iter().filter(|entry| entry.endpoint.name() == endpoint).count()
    }
}

/// Bytes that differ from draw to draw and repeat from run to run.
fn counting_entropy() -> impl Fn(&mut [u8]) + Send + Sync {
    let counter = AtomicU64::new(0);
    move |bytes: &mut [u8]| {
        let drawn = counter.fetch_add(1, Ordering::Relaxed).to_le_bytes();
        for (byte, value) in bytes.iter_mut().zip(drawn.into_iter().cycle()) {
            *byte = value;
        }
    }
}

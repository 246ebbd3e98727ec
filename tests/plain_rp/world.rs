//! One provider, one plain relying party, one browser, one clock; no sockets.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use harness::rp::{PlainSetup, RelyingParty, Weakness};
use harness::transport::Transport;
use harness::user_agent::{Browser, Page};
use mock_idp::MockIdp;
use mock_idp::config::IdpConfig;
use mock_idp::protocol::Timestamp;
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
        let client = json!({
            "secret": setup.client_secret,
            "redirect_uris": [setup.redirect_uri(0)],
            "post_logout_redirect_uris": [setup.post_logout_redirect_uri()],
            "logout_uri": format!("{}/frontchannel_logout", setup.base_url),
            "refresh_tokens": "always",
        });
        let mut all = json!({ "seed": 42, "auto_login": "ada", "clients": { &setup.client_id: client } });
        for (name, value) in config.as_object().unwrap() {
            all[name] = value.clone();
        }
        let config: IdpConfig = serde_json::from_value(all).unwrap();
        let clock = VirtualClock::at(Timestamp(NOW));
        let builder = MockIdp::builder().config(config).base_url("https://idp.test");
        let (router, idp) = builder.clock(Arc::new(clock.clone())).in_process().unwrap();
        let transport = Transport::in_process();
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

//! One provider, one relying party, one browser, one clock.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use super::product::Credulous;
use super::provider::{self, Script};
use crate::decision::{Departures, Profile};
use crate::rp::{Outcome, RelyingParty};
use crate::transport::Transport;
use crate::user_agent::{Browser, Page};

pub(super) const NOW: i64 = 1_900_000_000;

pub(super) struct World {
    pub(super) script: provider::Shared,
    pub(super) rp: RelyingParty,
    pub(super) browser: Browser,
    pub(super) transport: Transport,
    clock: Arc<AtomicI64>,
}

/// Bytes that differ and repeat from run to run.
fn entropy() -> impl Fn(&mut [u8]) + Send + Sync {
    let counter = AtomicU64::new(0);
    move |bytes: &mut [u8]| {
        let drawn = counter.fetch_add(1, Ordering::Relaxed);
        for (index, byte) in bytes.iter_mut().enumerate() {
            *byte = drawn.to_le_bytes().get(index).copied().unwrap_or_default();
        }
    }
}

impl World {
    pub(super) fn new(profile: Profile) -> Self {
        let world = Self::over(Transport::in_process(), profile);
        world.transport.serve(&world.rp.authority(), world.rp.router());
        world
    }

    /// A world whose relying party still has to be served.
    pub(super) fn over(transport: Transport, profile: Profile) -> Self {
        Self::lax(transport, profile, Departures::default())
    }

    /// A world whose product leaves checks out.
    pub(super) fn lax(transport: Transport, profile: Profile, departures: Departures) -> Self {
        let script = Arc::new(Mutex::new(Script::default()));
        transport.serve("idp.test", provider::router(Arc::clone(&script)));
        let clock = Arc::new(AtomicI64::new(NOW));
        let time = Arc::clone(&clock);
        let time = Arc::new(move || time.load(Ordering::Relaxed));
        let product = Box::new(Credulous(profile, departures));
        let stored = json!({"logins": 0});
        let rp = RelyingParty::new(product, &stored, &transport, time.clone(), Arc::new(entropy())).unwrap();
        let browser = Browser::new(&transport, time);
        Self { script, rp, browser, transport, clock }
    }

    pub(super) fn other_browser(&self) -> Browser {
        let clock = Arc::clone(&self.clock);
        Browser::new(&self.transport, Arc::new(move || clock.load(Ordering::Relaxed)))
    }

    pub(super) fn advance(&self, seconds: i64) {
        let now = self.clock.fetch_add(seconds, Ordering::Relaxed) + seconds;
        self.script.lock().unwrap().now = now;
    }

    pub(super) async fn sign_in(&mut self) -> Page {
        self.browser.open("https://app.test/tenant").await.unwrap().clone()
    }

    pub(super) async fn me(&mut self) -> Value {
        serde_json::from_str(&self.browser.open("https://app.test/me").await.unwrap().body).unwrap()
    }

    pub(super) fn last(&self) -> Outcome {
        self.rp.outcomes().pop().unwrap()
    }

    pub(super) fn reason(&self) -> Option<String> {
        self.last().envelope.reason
    }

    pub(super) fn requests(&self, endpoint: &str) -> Vec<provider::Parameters> {
        let script = self.script.lock().unwrap();
        script.requests.iter().filter(|(name, _)| name == endpoint).map(|(_, asked)| asked.clone()).collect()
    }
}

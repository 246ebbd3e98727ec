//! The mock provider of a case.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use mock_idp::config::{ClaimsChange, IdpConfig};
use serde_json::{Value, json};

use super::Trouble;
use crate::transport::Clock;

/// The provider's endpoints that `idp.calls` counts.
const ENDPOINTS: [&str; 9] =
    ["discovery", "jwks", "authorize", "token", "userinfo", "introspect", "revoke", "end_session", "health"];

/// The mock provider of a case.
pub(in crate::scenario) struct IdpWorld {
    idp: MockIdp,
    router: Router,
    provider: Arc<Provider>,
    clock: VirtualClock,
    logout_uris: BTreeMap<String, String>,
    seen: usize,
    journal: Vec<Value>,
}

impl IdpWorld {
    pub(super) fn new(config: &IdpConfig, base_url: &str, start: i64, seed: u64) -> Self {
        let clock = VirtualClock::new(start);
        let (router, idp) = MockIdp::builder()
            .config(config.clone())
            .base_url(base_url)
            .clock(Arc::new(clock.clone()))
            .seed(seed)
            .in_process();
        let issuer = config.issuer.as_deref().unwrap_or("/acme");
        let provider = idp.provider(issuer);
        let logout_uris = config
            .clients
            .iter()
            .filter_map(|(id, client)| Some((id.clone(), client.logout_uri.clone()?)))
            .collect();
        Self { idp, router, provider, clock, logout_uris, seen: 0, journal: Vec::new() }
    }

    pub(super) fn router(&self) -> Router {
        self.router.clone()
    }

    /// The clock that everybody shares.
    pub(super) fn clock(&self) -> Arc<dyn Clock> {
        let clock = self.clock.clone();
        Arc::new(move || clock.now())
    }

    pub(super) fn now(&self) -> i64 {
        self.clock.now()
    }

    pub(in crate::scenario) fn advance(&self, seconds: i64) {
        self.clock.advance(seconds);
    }

    pub(in crate::scenario) fn change_claims(
        &self,
        user: &str,
        change: &ClaimsChange,
    ) -> Result<(), Trouble> {
        self.provider.user_claims(user, change.clone()).map_err(Trouble::because)
    }

    pub(in crate::scenario) fn rotate_keys(&self, keep_old: Option<i64>) {
        self.provider.rotate_keys(keep_old.unwrap_or(0));
    }

    /// Where a person ends their session at the provider.
    pub(in crate::scenario) fn end_session_endpoint(&self) -> String {
        format!("{}/end_session", self.idp.issuer(""))
    }

    pub(super) fn logout_uris(&self) -> impl Iterator<Item = (&str, &str)> {
        self.logout_uris.iter().map(|(client, uri)| (client.as_str(), uri.as_str()))
    }

    /// How often each endpoint was called since this was last asked.
    pub(super) fn calls(&mut self) -> Value {
        let mut calls: BTreeMap<&str, usize> = ENDPOINTS.iter().map(|name| (*name, 0)).collect();
        let entries = self.provider.journal();
        for entry in entries.iter().skip(self.seen) {
            let value = json!(entry);
            let endpoint = value.get("endpoint").and_then(Value::as_str).unwrap_or_default();
            if let Some(count) = calls.get_mut(endpoint) {
                *count += 1;
            }
            self.journal.push(value);
        }
        self.seen = entries.len();
        json!(calls)
    }

    /// The entries that [`Self::calls`] counted since this was last asked.
    pub(super) fn take_journal(&mut self) -> Vec<Value> {
        std::mem::take(&mut self.journal)
    }
}

/// Where an issuer's keys are published.
pub(in crate::scenario) fn jwks_uri(issuer: &str) -> String {
    format!("{}/jwks", issuer.trim_end_matches('/'))
}

use shim::*;
mod shim {
    use super::*;
    use std::sync::atomic::*;
    #[derive(Clone)]
    pub(super) struct VirtualClock(Arc<AtomicI64>);
    impl VirtualClock {
        pub(super) fn new(n: i64) -> Self {
            Self(Arc::new(AtomicI64::new(n)))
        }
        pub(super) fn now(&self) -> i64 {
            self.0.load(Ordering::SeqCst)
        }
        pub(super) fn advance(&self, n: i64) {
            self.0.fetch_add(n, Ordering::SeqCst);
        }
    }
    pub(super) struct Provider;
    impl Provider {
        pub(super) fn user_claims(&self, _: &str, _: ClaimsChange) -> Result<(), String> {
            Ok(())
        }
        pub(super) fn rotate_keys(&self, _: i64) {}
        pub(super) fn journal(&self) -> Vec<Value> {
            vec![]
        }
    }
    pub(super) struct MockIdp(IdpConfig);
    impl MockIdp {
        pub(super) fn builder() -> Self {
            Self(IdpConfig::default())
        }
        pub(super) fn config(self, c: IdpConfig) -> Self {
            Self(c)
        }
        pub(super) fn base_url(self, _: &str) -> Self {
            self
        }
        pub(super) fn clock(self, _: Arc<VirtualClock>) -> Self {
            self
        }
        pub(super) fn seed(self, _: u64) -> Self {
            self
        }
        pub(super) fn in_process(self) -> (Router, Self) {
            (Router::new(), self)
        }
        pub(super) fn provider(&self, _: &str) -> Arc<Provider> {
            Arc::new(Provider)
        }
        pub(super) fn issuer(&self, _: &str) -> String {
            String::new()
        }
    }
}

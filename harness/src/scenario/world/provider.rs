//! The mock provider of a case.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use mock_idp::MockIdp;
use mock_idp::config::{ClaimsChange, FaultRules, IdpConfig};
use mock_idp::fault::plan::RuleId;
use mock_idp::protocol::Timestamp;
use mock_idp::provider::ports::{Clock as _, Entropy, SeededEntropy, VirtualClock};
use mock_idp::provider::{JournalEntry, Provider, path};
use serde_json::{Value, json};

use super::{DEFAULT_SEED, Trouble};
use crate::scenario::outcome::hide_hashes;
use crate::transport::{Carried, Clock, Transport};

/// The provider's endpoints, by the names that `idp.calls` and the journal use.
const ENDPOINTS: [&str; 13] = [
    "authorization",
    "check_session",
    "consent",
    "discovery",
    "end_session",
    "introspection",
    "jwks",
    "login",
    "oauth_metadata",
    "registration",
    "revocation",
    "token",
    "userinfo",
];

/// A fault that was added to a provider, and the name under which it is taken away.
pub(in crate::scenario) type AddedFault = (Arc<Provider>, RuleId);

/// The mock provider of a case.
pub(in crate::scenario) struct IdpWorld {
    idp: MockIdp,
    router: Router,
    /// The providers, the configured one first, each with the number of the last journal entry that was looked at.
    providers: Vec<(Arc<Provider>, u64)>,
    clock: VirtualClock,
    logout_uris: BTreeMap<String, String>,
    journal: Vec<Value>,
}

impl IdpWorld {
    /// A provider at `base_url`, of which the product uses the issuers with these paths. What it has to ask of others it
    /// asks over the same transport as everybody.
    pub(super) fn new(
        config: &IdpConfig,
        base_url: &str,
        start: i64,
        paths: &[String],
        transport: &Transport,
    ) -> Result<Self, Trouble> {
        let clock = VirtualClock::at(Timestamp(start));
        let seeded = IdpConfig { seed: Some(config.seed.unwrap_or(DEFAULT_SEED)), ..config.clone() };
        let builder = MockIdp::builder()
            .config(seeded)
            .base_url(base_url)
            .clock(Arc::new(clock.clone()))
            .fetcher(Arc::new(Carried(transport.called_by("idp"))));
        let (router, idp) = builder.in_process().map_err(Trouble::because)?;
        let mut providers = vec![idp.default_provider()];
        for path in paths {
            let provider = idp.provider(path);
            if !providers.iter().any(|known| Arc::ptr_eq(known, &provider)) {
                providers.push(provider);
            }
        }
        let providers = providers.into_iter().map(|provider| (provider, 0)).collect();
        let logout_uris = config
            .clients
            .iter()
            .filter_map(|(id, client)| Some((id.clone(), client.logout_uri.clone()?)))
            .collect();
        Ok(Self { idp, router, providers, clock, logout_uris, journal: Vec::new() })
    }

    pub(super) fn router(&self) -> Router {
        self.router.clone()
    }

    /// Repeatable randomness for the relying party, unlike the provider's.
    pub(super) fn entropy(seed: u64) -> impl crate::rp::Entropy {
        let source = SeededEntropy::new(seed, "relying party");
        move |bytes: &mut [u8]| Entropy::fill(&source, bytes)
    }

    /// The clock that everybody shares.
    pub(super) fn clock(&self) -> Arc<dyn Clock> {
        self.clock_ahead(0)
    }

    /// The same clock as somebody reads it whose own is so many seconds ahead.
    pub(super) fn clock_ahead(&self, skew: i64) -> Arc<dyn Clock> {
        let clock = self.clock.clone();
        Arc::new(move || clock.now().0.saturating_add(skew))
    }

    /// The same clock, to be moved.
    pub(super) fn virtual_clock(&self) -> VirtualClock {
        self.clock.clone()
    }

    pub(super) fn now(&self) -> i64 {
        self.clock.now().0
    }

    pub(in crate::scenario) fn advance(&self, seconds: i64) {
        self.clock.advance(seconds);
    }

    pub(in crate::scenario) fn change_claims(&self, user: &str, change: &ClaimsChange) {
        self.providers.iter().for_each(|(provider, _)| provider.user_claims(user, change));
    }

    pub(in crate::scenario) fn rotate_keys(&self, keep_old: Option<i64>) -> Result<(), Trouble> {
        let keep_old = keep_old.unwrap_or(0);
        self.providers
            .iter()
            .try_for_each(|(provider, _)| provider.rotate_keys(keep_old))
            .map_err(Trouble::because)
    }

    /// Lets faults fire at every issuer; says how to take them back.
    pub(in crate::scenario) fn add_faults(&self, faults: &FaultRules) -> Result<Vec<AddedFault>, Trouble> {
        let mut added = Vec::new();
        for rule in &faults.0 {
            for (provider, _) in &self.providers {
                let id = provider.add_fault(rule.clone()).map_err(Trouble::because)?;
                added.push((Arc::clone(provider), id));
            }
        }
        Ok(added)
    }

    pub(in crate::scenario) fn take_faults(added: &[AddedFault]) {
        for (provider, id) in added {
            provider.take_fault(*id);
        }
    }

    /// Takes faults away: all of them, or those of one name. A name that stands nowhere is a mistake.
    pub(in crate::scenario) fn clear_faults(&self, which: &str) -> Result<(), Trouble> {
        if which == "all" {
            self.providers.iter().for_each(|(provider, _)| provider.clear_faults());
            return Ok(());
        }
        let taken: usize = self.providers.iter().map(|(provider, _)| provider.remove_fault(which)).sum();
        if taken > 0 {
            Ok(())
        } else {
            Err(Trouble(format!("no fault `{which}` stands, so none can be cleared")))
        }
    }

    /// Where a person ends their session at the provider.
    pub(in crate::scenario) fn end_session_endpoint(&self) -> String {
        format!("{}{}", self.idp.default_issuer(), path::END_SESSION)
    }

    pub(super) fn logout_uris(&self) -> impl Iterator<Item = (&str, &str)> {
        self.logout_uris.iter().map(|(client, uri)| (client.as_str(), uri.as_str()))
    }

    /// How often each endpoint was called since this was last asked.
    pub(super) fn calls(&mut self) -> Value {
        let mut calls: BTreeMap<&str, usize> = ENDPOINTS.iter().map(|name| (*name, 0)).collect();
        for (provider, seen) in &mut self.providers {
            let last = *seen;
            for entry in provider.journal().into_iter().filter(|entry| entry.sequence > last) {
                *seen = entry.sequence;
                *calls.entry(entry.endpoint.name()).or_default() += 1;
                self.journal.push(shown(&entry));
            }
        }
        json!(calls)
    }

    /// The entries that [`Self::calls`] counted since this was last asked.
    pub(super) fn take_journal(&mut self) -> Vec<Value> {
        std::mem::take(&mut self.journal)
    }
}

/// A journal entry as reports show it.
fn shown(entry: &JournalEntry) -> Value {
    let mut entry = json!(entry);
    let tokens = entry.get_mut("tokens").and_then(Value::as_array_mut);
    tokens.into_iter().flatten().filter_map(|token| token.get_mut("claims")).for_each(hide_hashes);
    entry
}

/// Where an issuer's keys are published.
pub(in crate::scenario) fn jwks_uri(issuer: &str) -> String {
    format!("{}{}", issuer.trim_end_matches('/'), path::JWKS)
}

//! What the relying party remembers: requests under way, sessions, what the product has stored, and what happened.
//!
//! All of it sits behind one short lock. Nothing is awaited, signed or hashed under it; a product's decision is a
//! pure function and is made under it, so that two sign-ins cannot both be the first.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, MutexGuard, PoisonError};

use serde::Serialize;
use serde_json::{Map, Value};

use super::RelyingParty;
use super::authentication_request::{PATIENCE, Transaction};
use super::discovery::Known;
use super::weakness::Weakness;
use crate::decision::{AnyProduct, Documents, Envelope, Event, SessionView, Start, Timestamp};

/// As many happenings as are kept when nobody takes them; a served relying party must not grow.
const OUTCOME_LIMIT: usize = 10_000;

/// A session of a signed-in person.
#[derive(Clone, Debug, PartialEq)]
pub struct Session {
    /// Its id, the value of the session cookie.
    pub id: String,
    /// The index of the provider in the profile.
    pub provider: usize,
    /// What the visitor had asked for.
    pub start: Start,
    /// What products are shown of it.
    pub view: SessionView,
    /// `sid` of the ID token, if it had one: the provider's name for its own session.
    pub sid: Option<String>,
    /// What the provider's page is asked about (`session_state`, OIDCSM-2), if it came with the login.
    pub session_state: Option<String>,
    /// The ID token as received, for `id_token_hint`.
    pub id_token: Option<String>,
    /// The refresh token, if one was given.
    pub refresh_token: Option<String>,
    /// The `nonce` of the request that opened the session.
    pub nonce: String,
    /// The documents of the sign-in or of the last renewal.
    pub documents: Documents,
    /// When it opened.
    pub opened_at: Timestamp,
    /// When it ends by itself; `None` never.
    pub expires_at: Option<Timestamp>,
}

impl Session {
    pub(super) fn is_live(&self, now: Timestamp) -> bool {
        self.expires_at.is_none_or(|at| now < at)
    }
}

/// A token as it was received, taken apart.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Decoded {
    /// The JOSE header.
    pub header: Map<String, Value>,
    /// The claims.
    pub claims: Map<String, Value>,
}

/// What a sign-in or a renewal received, for reports.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Received {
    /// The ID token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_token: Option<Decoded>,
    /// The access token, when it is a JWT.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_token: Option<Decoded>,
    /// `token_type`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_type: Option<String>,
    /// `expires_in`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_in: Option<i64>,
    /// `scope`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// Whether a refresh token came with it.
    pub refresh_token: bool,
}

/// What a decision was about.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub enum Cause {
    /// Somebody asked to sign in and was not sent to a provider.
    Start(Start),
    /// Something happened.
    Event(Event),
}

/// One thing that happened, and what the product decided.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Outcome {
    /// When.
    pub at: Timestamp,
    /// What happened.
    pub cause: Cause,
    /// What was decided.
    pub envelope: Envelope,
    /// What was received, for sign-ins and renewals.
    pub received: Received,
    /// The session that was opened or that it concerned.
    pub session: Option<String>,
}

/// Everything that changes.
#[derive(Debug)]
pub(super) struct Inner {
    pub(super) product: Arc<dyn AnyProduct>,
    pub(super) stored: Value,
    pub(super) transactions: BTreeMap<String, Transaction>,
    pub(super) sessions: BTreeMap<String, Session>,
    pub(super) known: BTreeMap<usize, Known>,
    pub(super) outcomes: VecDeque<Outcome>,
    pub(super) swept_at: Option<Timestamp>,
    /// How many requests were begun.
    pub(super) begun: u64,
    /// Request objects that are published, by their place.
    pub(super) request_objects: BTreeMap<usize, String>,
    /// How many were published.
    pub(super) published: usize,
    /// The identifiers of logout tokens that came lately, and when.
    pub(super) logouts_seen: BTreeMap<String, Timestamp>,
}

impl Inner {
    pub(super) const fn new(product: Arc<dyn AnyProduct>, stored: Value) -> Self {
        Self {
            product,
            stored,
            transactions: BTreeMap::new(),
            sessions: BTreeMap::new(),
            known: BTreeMap::new(),
            outcomes: VecDeque::new(),
            swept_at: None,
            begun: 0,
            request_objects: BTreeMap::new(),
            published: 0,
            logouts_seen: BTreeMap::new(),
        }
    }

    /// Lets go of what has ended. It runs at the first look after the clock has moved.
    fn sweep(&mut self, now: Timestamp) {
        if self.swept_at.replace(now) == Some(now) {
            return;
        }
        self.sessions.retain(|_, session| session.is_live(now));
        self.transactions.retain(|_, transaction| now.0 < transaction.begun_at.0.saturating_add(PATIENCE));
    }

    fn record(&mut self, outcome: Outcome) {
        if self.outcomes.len() == OUTCOME_LIMIT {
            self.outcomes.pop_front();
        }
        self.outcomes.push_back(outcome);
    }
}

impl RelyingParty {
    /// Everything that changes, with what has ended swept out.
    pub(super) fn inner(&self) -> MutexGuard<'_, Inner> {
        let now = self.now();
        let mut inner = self.shared.inner.lock().unwrap_or_else(PoisonError::into_inner);
        inner.sweep(now);
        inner
    }

    pub(super) fn with_known<T>(&self, provider: usize, act: impl FnOnce(&mut Known) -> T) -> T {
        act(self.inner().known.entry(provider).or_default())
    }

    pub(super) fn remember(&self, state: String, transaction: Transaction) {
        let mut inner = self.inner();
        inner.begun = inner.begun.saturating_add(1);
        let number = inner.begun;
        inner.transactions.insert(state, Transaction { number, ..transaction });
    }

    /// Takes the request with this `state` out: a state is good for one response.
    pub(super) fn recall(&self, state: &str) -> Option<Transaction> {
        if self.skips(Weakness::KeepsState) {
            return self.inner().transactions.get(state).cloned();
        }
        self.inner().transactions.remove(state)
    }

    /// The `state` of the request that this browser began last. Only a relying party that does not look at the `state` of
    /// responses has a use for it.
    pub(super) fn latest_state(&self, browser: &str) -> Option<String> {
        let inner = self.inner();
        let own = inner.transactions.iter().filter(|(_, it)| it.browser == browser);
        Some(own.max_by_key(|(_, it)| it.number)?.0.clone())
    }

    /// Lets the product decide, keeps the state that follows, and records the outcome.
    pub(super) fn decide(&self, event: Event, received: Received, session: Option<String>) -> Envelope {
        let at = self.now();
        let mut inner = self.inner();
        let (envelope, stored) = inner.product.on(&inner.stored, &event, at);
        inner.stored = stored;
        let cause = Cause::Event(event);
        inner.record(Outcome { at, cause, envelope: envelope.clone(), received, session });
        envelope
    }

    /// Records that a visitor was not sent to a provider.
    pub(super) fn record_refused_start(&self, start: Start, envelope: Envelope) {
        let at = self.now();
        let cause = Cause::Start(start);
        self.inner().record(Outcome { at, cause, envelope, received: Received::default(), session: None });
    }

    pub(super) fn keep(&self, session: Session) {
        self.inner().sessions.insert(session.id.clone(), session);
    }

    /// Changes a session, unless it ended in the meantime.
    pub(super) fn update(&self, session: Session) {
        if let Some(kept) = self.inner().sessions.get_mut(&session.id) {
            *kept = session;
        }
    }

    /// Takes the refresh token out of a session, so that nobody else uses it at the same time.
    pub(super) fn take_refresh_token(&self, session: &str) -> Option<String> {
        self.inner().sessions.get_mut(session)?.refresh_token.take()
    }

    pub(super) fn end(&self, session: &str) -> Option<Session> {
        self.inner().sessions.remove(session)
    }
}

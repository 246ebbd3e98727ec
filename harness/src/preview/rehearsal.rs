//! A sign-in that can be decided again: with other claims, under other readings, as often as a question needs it.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::Input;
use super::received::Received;
use super::terms::{self, Algorithms};
use crate::decision::{
    AnyExample, AnyProduct, Document, Documents, Envelope, Event, Grant, IdentityDocument, Mistake,
    ProductKind, ProtocolFailure, Setup, SignIn, Timestamp, Userinfo,
};

/// A sign-in, the configured product that decides it, and everything that is there before.
#[derive(Debug)]
pub struct Rehearsal<'k> {
    kind: &'k dyn ProductKind,
    setup: Setup,
    product: Box<dyn AnyProduct>,
    state: Value,
    sign_in: SignIn,
    now: Timestamp,
    /// Whether the same claims stand for the ID token and the access token.
    twins: bool,
    /// What the tokens say besides claims, where they are to be held against the configuration.
    presented: Option<Algorithms>,
    /// What counts because nothing else was given.
    taken_for_granted: Vec<&'static str>,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Played {
    /// The decision with its reasons.
    pub envelope: Envelope,
    /// What is stored after it.
    pub state: Value,
    /// The rights that it gives.
    pub grants: Vec<Grant>,
}

impl<'k> Rehearsal<'k> {
    /// Takes in what is to be previewed; what is left out has the default of the product examples.
    ///
    /// # Errors
    ///
    /// All mistakes of the input. A path starts with the part of the input: `/config`, `/claims`, `/access_token`,
    /// `/userinfo`, `/state` or `/readings`.
    pub fn of(kind: &'k dyn ProductKind, input: &Input) -> Result<Self, Vec<Mistake>> {
        let defaults = kind.example(&json!({}))?;
        let mut mistakes = Vec::new();
        let vendor = input.config.clone().unwrap_or(defaults.vendor);
        let setup = Setup { vendor, readings: input.readings.clone(), base_url: None };
        let product =
            kind.configure(&setup).map_err(|wrong| mistakes.extend(wrong.into_iter().map(in_config))).ok();
        let state = match (&product, &input.state) {
            (Some(product), Some(written)) => {
                product.state(written).map_err(|wrong| mistakes.extend(below("/state", wrong))).ok()
            }
            _ => Some(defaults.state),
        };
        let received = Received::from(input).map_err(|wrong| mistakes.extend(wrong)).ok();
        let (Some(product), Some(state), Some(received), true) =
            (product, state, received, mistakes.is_empty())
        else {
            return Err(mistakes);
        };
        let algorithms = received.algorithms.clone();
        let (documents, twins) = received.documents(identity(&*product));
        let sign_in = SignIn { documents, ..SignIn::default() };
        let parts = [("configuration", input.config.is_none()), ("state", input.state.is_none())];
        let taken_for_granted =
            parts.into_iter().filter_map(|(part, missing)| missing.then_some(part)).collect();
        let presented = input.config.is_some().then_some(algorithms);
        Ok(Self {
            kind,
            setup,
            product,
            state,
            sign_in,
            now: defaults.now,
            twins,
            presented,
            taken_for_granted,
        })
    }

    /// Takes in one case in the shape of `given`, merged over the defaults of the product examples.
    ///
    /// # Errors
    ///
    /// All mistakes, each with its place in `given` or below `/readings`.
    pub fn of_example(
        kind: &'k dyn ProductKind,
        given: &Value,
        readings: &BTreeMap<String, String>,
    ) -> Result<Self, Vec<Mistake>> {
        let AnyExample { mut product, vendor, state, sign_in, now } = kind.example(given)?;
        let setup = Setup { vendor, readings: readings.clone(), base_url: None };
        if !readings.is_empty() {
            product = kind.configure(&setup)?;
        }
        Ok(Self {
            kind,
            setup,
            product,
            state,
            sign_in,
            now,
            twins: false,
            presented: None,
            taken_for_granted: Vec::new(),
        })
    }

    /// Decides.
    pub fn play(&self) -> Played {
        self.played_by(&*self.product, &self.sign_in)
    }

    /// Decides with other documents.
    pub fn play_with(&self, documents: Documents) -> Played {
        let sign_in = SignIn { documents, ..self.sign_in.clone() };
        self.played_by(&*self.product, &sign_in)
    }

    /// Decides under other readings than those that were asked for; `None` when they do not go together.
    pub fn play_under(&self, others: &[(&str, &str)]) -> Option<Played> {
        let mut setup = self.setup.clone();
        setup.readings.extend(others.iter().map(|(id, choice)| ((*id).to_owned(), (*choice).to_owned())));
        let product = self.kind.configure(&setup).ok()?;
        Some(self.played_by(&*product, &self.sign_in))
    }

    /// The same as if the tokens had been issued by the configured provider to the configured client, as far as they name
    /// an issuer and a client at all. A sample knows neither.
    #[must_use]
    pub fn issued_here(mut self) -> Self {
        self.presented = None;
        let Some(provider) = self.product.profile().providers.first() else { return self };
        let (issuer, client) =
            (Value::from(provider.issuer.clone()), Value::from(provider.client_id.clone()));
        let names = [
            ("iss", issuer),
            ("azp", client.clone()),
            ("cid", client.clone()),
            ("client_id", client.clone()),
        ];
        for document in [Document::IdToken, Document::AccessToken] {
            let Some(claims) = self.sign_in.documents.claims_mut(document) else { continue };
            let audience = [("aud", client.clone())].into_iter().filter(|_| document == Document::IdToken);
            for (name, value) in names.iter().cloned().chain(audience) {
                if let Some(named) = claims.get_mut(name) {
                    *named = value;
                }
            }
        }
        self
    }

    /// The same with other documents.
    pub(super) fn with(self, documents: Documents) -> Self {
        Self { sign_in: SignIn { documents, ..self.sign_in }, ..self }
    }

    /// The sign-in as it is before any document arrives.
    pub(super) fn sign_in_without_documents(&self) -> SignIn {
        let SignIn { start, origin, failure, .. } = &self.sign_in;
        SignIn {
            start: start.clone(),
            origin: origin.clone(),
            documents: Documents::default(),
            failure: failure.clone(),
        }
    }

    /// When it happens.
    pub(super) const fn now(&self) -> Timestamp {
        self.now
    }

    /// The kind of product.
    pub const fn kind(&self) -> &'k dyn ProductKind {
        self.kind
    }

    /// The configured product.
    pub fn product(&self) -> &dyn AnyProduct {
        &*self.product
    }

    /// The configuration and the readings that were asked for.
    pub const fn setup(&self) -> &Setup {
        &self.setup
    }

    /// What is stored before.
    pub const fn state(&self) -> &Value {
        &self.state
    }

    /// The documents that the sign-in brings.
    pub const fn documents(&self) -> &Documents {
        &self.sign_in.documents
    }

    /// Whether one set of claims stands for both tokens, so that what is changed in one is changed in the other.
    pub const fn twins(&self) -> bool {
        self.twins
    }

    /// Where the identity is read from.
    pub fn identity(&self) -> IdentityDocument {
        identity(&*self.product)
    }

    /// What was taken for granted because it was not given, and what a login would check besides.
    pub fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        if !self.taken_for_granted.is_empty() {
            let parts = self.taken_for_granted.join(" and no ");
            notes.push(format!("no {parts} given: taken from the product examples"));
        }
        if self.twins {
            notes.push("no access token was given: the claims are taken for its claims too".to_owned());
        }
        notes.extend(self.objections());
        notes
    }

    /// What a login would hold against these tokens before it came to the claims, and what the product makes of that.
    fn objections(&self) -> Vec<String> {
        let Some(mut algorithms) = self.presented.clone() else { return Vec::new() };
        let Some(provider) = self.product.profile().providers.first() else { return Vec::new() };
        let mut documents = self.sign_in.documents.clone();
        let expiry = terms::expiry(provider.identity, &documents);
        if self.twins {
            documents.id_token = None;
            algorithms.access_token = algorithms.id_token.take();
        }
        let objection = |failure: ProtocolFailure| {
            let said = format!("{} ({})", failure.detail, failure.clause);
            let sign_in = SignIn { failure: Some(failure), ..self.sign_in.clone() };
            let reason = self.played_by(&*self.product, &sign_in).envelope.reason?;
            Some(format!("a login with this token is refused ({reason}): {said}"))
        };
        terms::objections(provider, &documents, &algorithms)
            .into_iter()
            .filter_map(objection)
            .chain(expiry)
            .collect()
    }

    /// The same with something else about the sign-in or the stored state, which no input can say.
    #[cfg(test)]
    pub(super) fn changed(mut self, change: impl FnOnce(&mut SignIn, &mut Value)) -> Self {
        change(&mut self.sign_in, &mut self.state);
        self.state = self.product.state(&self.state).unwrap();
        self
    }

    fn played_by(&self, product: &dyn AnyProduct, sign_in: &SignIn) -> Played {
        let event = Event::SignIn(Box::new(sign_in.clone()));
        let (envelope, state) = product.on(&self.state, &event, self.now);
        let grants = product.grants(&envelope.record());
        Played { envelope, state, grants }
    }
}

/// The document that identifies the user at the first provider.
fn identity(product: &dyn AnyProduct) -> IdentityDocument {
    product.profile().providers.first().map_or(IdentityDocument::IdToken, |provider| provider.identity)
}

impl Received {
    /// The documents of a sign-in, and whether claims that came alone stand for the token that identifies the user.
    pub(super) fn documents(self, identity: IdentityDocument) -> (Documents, bool) {
        let twins = self.access_token.is_none()
            && identity == IdentityDocument::AccessToken
            && self.id_token.is_some();
        let access_token = if twins { self.id_token.clone() } else { self.access_token };
        let userinfo = self.userinfo.map(|claims| Userinfo { status: 200, claims });
        (Documents { id_token: self.id_token, access_token, userinfo }, twins)
    }
}

fn in_config(mistake: Mistake) -> Mistake {
    if mistake.path.starts_with("/readings/") { mistake } else { under("/config", mistake) }
}

fn below(part: &str, mistakes: Vec<Mistake>) -> Vec<Mistake> {
    mistakes.into_iter().map(|mistake| under(part, mistake)).collect()
}

fn under(part: &str, mistake: Mistake) -> Mistake {
    let separator = if mistake.path.is_empty() || mistake.path.starts_with('/') { "" } else { " " };
    Mistake { path: format!("{part}{separator}{}", mistake.path), ..mistake }
}

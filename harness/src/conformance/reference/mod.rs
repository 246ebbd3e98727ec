//! The reference relying party as the one that is asked: in process, a world of its own for each case.

mod plain;
mod product;

use std::collections::BTreeSet;
use std::sync::Arc;

use mock_idp::TlsFlaw;
use mock_idp::protocol::Timestamp;
use mock_idp::provider::ports::{Clock as _, Entropy, SeededEntropy, VirtualClock};

use super::agent::Driver;
use super::case::{Capability, Flow};
use super::profiles::Variant;
use super::stage::Props;
use super::trouble::Trouble;
use crate::decision::ProductKind;
use crate::rp::{Questions, Weakness};
use crate::transport::Clock;
use plain::Plain;
use product::Product;

/// The clock of all cases: 2031-03-04T08:00:00Z.
const CLOCK: i64 = 1_930_377_600;
/// What everything random in a case follows from.
const SEED: u64 = 42;

/// A reference relying party, and the browser that people use with it.
#[derive(Debug)]
pub struct Reference {
    kind: Kind,
    driver: Driver,
}

#[derive(Debug)]
enum Kind {
    /// Without product rules, set up for whatever a case needs.
    Plain(Plain),
    /// With the rules of one product.
    Product(Box<Product>),
}

impl From<Kind> for Reference {
    fn from(kind: Kind) -> Self {
        Self { kind, driver: Driver::Scripted }
    }
}

impl Reference {
    /// The relying party without product rules.
    pub fn plain() -> Self {
        Kind::Plain(Plain::default()).into()
    }

    /// The same with one check left out, to show that the harness notices. Nothing on the command line leads here.
    pub fn weak(weakness: Weakness) -> Self {
        Kind::Plain(Plain { weakness: Some(weakness), ..Plain::default() }).into()
    }

    /// The same, whole or weak, which notes here the weaknesses that would make a difference to what it does.
    pub(super) fn noting(weakness: Option<Weakness>, questions: &Questions) -> Self {
        Kind::Plain(Plain { weakness, questions: Some(questions.clone()) }).into()
    }

    /// The relying party of a product.
    ///
    /// # Errors
    ///
    /// When the product does not take its own example.
    pub fn of_product(kind: &'static dyn ProductKind) -> Result<Self, Trouble> {
        Ok(Kind::Product(Box::new(Product::new(kind)?)).into())
    }

    /// The same, with this browser in front of it.
    #[must_use]
    pub fn driven_by(self, driver: Driver) -> Self {
        Self { driver, ..self }
    }

    /// Its name in reports.
    pub fn name(&self) -> String {
        match &self.kind {
            Kind::Plain(_) => "reference:plain".to_owned(),
            Kind::Product(product) => format!("reference:{}", product.name()),
        }
    }

    /// The shapes of the flow that it has; `None` when it takes on any.
    pub fn shapes(&self) -> Option<Vec<Variant>> {
        match &self.kind {
            Kind::Plain(_) => None,
            Kind::Product(product) => Some(vec![product.shape()]),
        }
    }

    /// What it can do, or can be set up for.
    pub fn abilities(&self) -> BTreeSet<Capability> {
        match &self.kind {
            Kind::Plain(_) => Plain::abilities(),
            Kind::Product(product) => product.abilities(),
        }
    }

    /// Why a flow cannot be played with the browser that people use, if it cannot.
    pub const fn cannot(&self, flow: Flow) -> Option<&'static str> {
        self.driver.cannot(flow)
    }

    /// A world of its own for one case, with this flaw of the provider's certificate where it needs TLS.
    ///
    /// # Errors
    ///
    /// When it cannot be set up.
    pub fn props(
        &self,
        variant: Variant,
        needs: &[Capability],
        flaw: Option<TlsFlaw>,
    ) -> Result<Props, Trouble> {
        let props = match &self.kind {
            Kind::Plain(plain) => plain.props(variant, needs, flaw),
            Kind::Product(product) => product.props(variant, needs),
        };
        Ok(Props { driver: self.driver.clone(), ..props? })
    }
}

/// The time of a case, as the provider and as everybody else reads it.
fn time() -> (VirtualClock, Arc<dyn Clock>) {
    let clock = VirtualClock::at(Timestamp(CLOCK));
    let read = clock.clone();
    (clock, Arc::new(move || read.now().as_secs()))
}

/// Repeatable randomness for the relying party, unlike the provider's.
fn entropy() -> impl crate::rp::Entropy {
    let source = SeededEntropy::new(SEED, "relying party");
    move |bytes: &mut [u8]| Entropy::fill(&source, bytes)
}

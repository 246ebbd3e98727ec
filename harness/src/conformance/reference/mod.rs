//! The reference relying party as the one that is asked: in process, a world of its own for each case.

mod plain;
mod product;

use std::collections::BTreeSet;
use std::sync::Arc;

use mock_idp::TlsFlaw;
use mock_idp::protocol::Timestamp;
use mock_idp::provider::ports::{Clock as _, Entropy, SeededEntropy, VirtualClock};

use super::case::Capability;
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

/// A kind of reference relying party.
#[derive(Debug)]
pub enum Reference {
    /// Without product rules, set up for whatever a case needs.
    Plain(Plain),
    /// With the rules of one product.
    Product(Box<Product>),
}

impl Reference {
    /// The relying party without product rules.
    pub fn plain() -> Self {
        Self::Plain(Plain::default())
    }

    /// The same with one check left out, to show that the harness notices. Nothing on the command line leads here.
    pub fn weak(weakness: Weakness) -> Self {
        Self::Plain(Plain { weakness: Some(weakness), ..Plain::default() })
    }

    /// The same, whole or weak, which notes here the weaknesses that would make a difference to what it does.
    pub(super) fn noting(weakness: Option<Weakness>, questions: &Questions) -> Self {
        Self::Plain(Plain { weakness, questions: Some(questions.clone()) })
    }

    /// The relying party of a product.
    ///
    /// # Errors
    ///
    /// When the product does not take its own example.
    pub fn of_product(kind: &'static dyn ProductKind) -> Result<Self, Trouble> {
        Ok(Self::Product(Box::new(Product::new(kind)?)))
    }

    /// Its name in reports.
    pub fn name(&self) -> String {
        match self {
            Self::Plain(_) => "reference:plain".to_owned(),
            Self::Product(product) => format!("reference:{}", product.name()),
        }
    }

    /// The shapes of the flow that it has; `None` when it takes on any.
    pub fn shapes(&self) -> Option<Vec<Variant>> {
        match self {
            Self::Plain(_) => None,
            Self::Product(product) => Some(vec![product.shape()]),
        }
    }

    /// What it can do, or can be set up for.
    pub fn abilities(&self) -> BTreeSet<Capability> {
        match self {
            Self::Plain(_) => Plain::abilities(),
            Self::Product(product) => product.abilities(),
        }
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
        match self {
            Self::Plain(plain) => plain.props(variant, needs, flaw),
            Self::Product(product) => product.props(variant, needs),
        }
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

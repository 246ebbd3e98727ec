//! The reference relying party as the one that is asked: in process, a world of its own for each case.

mod product;

use std::collections::BTreeSet;
use std::sync::Arc;

use mock_idp::protocol::Timestamp;
use mock_idp::provider::ports::{Clock as _, Entropy, SeededEntropy, VirtualClock};

use super::case::Capability;
use super::profiles::Variant;
use super::stage::Props;
use super::trouble::Trouble;
use crate::decision::ProductKind;
use crate::transport::Clock;
use product::Product;

/// The clock of all cases: 2031-03-04T08:00:00Z.
const CLOCK: i64 = 1_930_377_600;
/// What everything random in a case follows from.
const SEED: u64 = 42;

/// A kind of reference relying party.
#[derive(Debug)]
pub enum Reference {
    /// With the rules of one product.
    Product(Box<Product>),
}

impl Reference {
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
            Self::Product(product) => format!("reference:{}", product.name()),
        }
    }

    /// The shapes of the flow that it has; `None` when it takes on any.
    pub fn shapes(&self) -> Option<Vec<Variant>> {
        match self {
            Self::Product(product) => Some(vec![product.shape()]),
        }
    }

    /// What it can do; `None` when it can be set up for anything.
    pub fn abilities(&self) -> Option<BTreeSet<Capability>> {
        match self {
            Self::Product(product) => Some(product.abilities()),
        }
    }

    /// A world of its own for one case.
    ///
    /// # Errors
    ///
    /// When it cannot be set up.
    pub fn props(&self, variant: Variant, needs: &[Capability]) -> Result<Props, Trouble> {
        match self {
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

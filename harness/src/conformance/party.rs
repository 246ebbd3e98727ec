//! Who is asked: the reference relying party, or a stranger.

use std::collections::BTreeSet;

use super::case::Capability;
use super::profiles::Variant;
use super::reference::Reference;
use super::stage::Props;
use super::trouble::Trouble;

/// A relying party that can be put on a stage as often as there are cases.
#[derive(Debug)]
pub enum Party {
    /// Ours, in process.
    Reference(Reference),
}

impl Party {
    /// Its name in reports.
    pub fn name(&self) -> String {
        match self {
            Self::Reference(reference) => reference.name(),
        }
    }

    /// How to see who is signed in, in words.
    pub fn probe(&self) -> Option<String> {
        match self {
            Self::Reference(_) => Some("its own answer to who is signed in".to_owned()),
        }
    }

    /// The shapes of the flow that it has; `None` when it takes on any.
    pub fn shapes(&self) -> Option<Vec<Variant>> {
        match self {
            Self::Reference(reference) => reference.shapes(),
        }
    }

    /// What it can do, or can be set up for.
    pub fn abilities(&self) -> BTreeSet<Capability> {
        match self {
            Self::Reference(reference) => reference.abilities(),
        }
    }

    /// Everything that one case needs.
    ///
    /// # Errors
    ///
    /// When it cannot be set up.
    pub fn props(&self, variant: Variant, needs: &[Capability]) -> Result<Props, Trouble> {
        match self {
            Self::Reference(reference) => reference.props(variant, needs),
        }
    }
}

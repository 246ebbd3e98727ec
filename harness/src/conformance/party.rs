//! Who is asked: the reference relying party, or a stranger.

use std::collections::BTreeSet;

use mock_idp::TlsFlaw;

use super::case::{Capability, Flow};
use super::external::External;
use super::profiles::Variant;
use super::reference::Reference;
use super::stage::Props;
use super::trouble::Trouble;

/// A relying party that can be put on a stage as often as there are cases.
#[derive(Debug)]
pub enum Party {
    /// Ours, in process.
    Reference(Reference),
    /// A stranger.
    External(Box<External>),
}

impl Party {
    /// Its name in reports.
    pub fn name(&self) -> String {
        match self {
            Self::Reference(reference) => reference.name(),
            Self::External(stranger) => stranger.name(),
        }
    }

    /// How to see who is signed in, in words.
    pub fn probe(&self) -> Option<String> {
        match self {
            Self::Reference(_) => Some("its own answer to who is signed in".to_owned()),
            Self::External(stranger) => stranger.probe(),
        }
    }

    /// The shapes of the flow that it has; `None` when it takes on any.
    pub fn shapes(&self) -> Option<Vec<Variant>> {
        match self {
            Self::Reference(reference) => reference.shapes(),
            Self::External(stranger) => Some(vec![stranger.shape()]),
        }
    }

    /// What it can do, or can be set up for.
    pub fn abilities(&self) -> BTreeSet<Capability> {
        match self {
            Self::Reference(reference) => reference.abilities(),
            Self::External(stranger) => stranger.abilities(),
        }
    }

    /// What may help when nobody is seen to be signed in.
    pub const fn advice(&self) -> &'static str {
        match self {
            Self::Reference(_) => "",
            Self::External(stranger) => stranger.advice(),
        }
    }

    /// Why a flow cannot be played, if it cannot.
    pub fn cannot(&self, flow: Flow) -> Option<&'static str> {
        match self {
            Self::Reference(reference) => reference.cannot(flow),
            Self::External(stranger) => stranger.cannot(flow),
        }
    }

    /// How many cases can be played at once, of so many that are wanted.
    pub fn at_once(&self, wanted: usize) -> usize {
        match self {
            Self::Reference(_) => wanted,
            Self::External(stranger) => {
                if stranger.is_parallel() {
                    wanted
                } else {
                    1
                }
            }
        }
    }

    /// Everything that one case needs, with this flaw of the provider's certificate where it needs TLS.
    ///
    /// # Errors
    ///
    /// When it cannot be set up.
    pub async fn props(
        &self,
        variant: Variant,
        needs: &[Capability],
        flaw: Option<TlsFlaw>,
    ) -> Result<Props, Trouble> {
        match self {
            Self::Reference(reference) => reference.props(variant, needs, flaw),
            Self::External(stranger) => stranger.props(needs, flaw).await,
        }
    }
}

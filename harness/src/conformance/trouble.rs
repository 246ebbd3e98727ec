//! What kept a case from being played. It says nothing about the relying party.

/// Why a case could not be played.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Trouble(pub String);

impl Trouble {
    /// For this reason.
    pub fn because(cause: impl std::fmt::Display) -> Self {
        Self(cause.to_string())
    }
}

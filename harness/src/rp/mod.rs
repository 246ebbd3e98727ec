//! The reference relying party.

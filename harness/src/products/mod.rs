//! The five products. Claims in, decision and reasons out.
//!
//! To add one: a folder of the same shape (`README.md`, `mod.rs`, `config.rs`, `profile.rs`, `rules.rs`, `record.rs`,
//! `tests.rs`), one line in [`ALL`], `scenarios/<product>/` and `fixtures/clients/<product>.yaml`.

mod catalogue;
mod draft;
mod form;
pub mod protocol;

pub mod gorules;
#[cfg(test)]
pub(crate) mod testing;

use crate::decision::ProductKind;

/// Every product, in the order in which they are listed.
pub const ALL: &[&dyn ProductKind] = &[&gorules::Kind];

/// The product with this name.
pub fn named(name: &str) -> Option<&'static dyn ProductKind> {
    ALL.iter().copied().find(|kind| kind.name() == name)
}

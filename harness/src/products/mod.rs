//! The five products. Claims in, decision and reasons out.
//!
//! To add one: a folder of the same shape (`README.md`, `mod.rs`, `config.rs`, `profile.rs`, `rules.rs`, `record.rs`,
//! `tests.rs`), one line in [`ALL`], `scenarios/<product>/` and `fixtures/clients/<product>.yaml`.

pub mod billrun;
pub mod billwerk;
pub mod bindplane;
#[cfg(test)]
pub(crate) mod cases;
pub(crate) mod catalogue;
pub mod cloudbilling;
pub(crate) mod dotenv;
pub(crate) mod draft;
pub(crate) mod findings;
pub(crate) mod form;
pub mod gorules;
pub mod protocol;
#[cfg(test)]
mod soundness;
#[cfg(test)]
mod testing;

use crate::decision::ProductKind;

/// Every product, in the order in which they are listed.
pub const ALL: &[&dyn ProductKind] = &[
    &billrun::BillRun,
    &cloudbilling::CloudBilling,
    &billwerk::Billwerk,
    &gorules::GoRules,
    &bindplane::Bindplane,
];

/// The product with this name.
pub fn named(name: &str) -> Option<&'static dyn ProductKind> {
    ALL.iter().copied().find(|kind| kind.name() == name)
}

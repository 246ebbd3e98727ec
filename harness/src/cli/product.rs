//! Products by the names that are typed.

use mock_idp::source::did_you_mean;

use crate::decision::ProductKind;
use crate::products;

/// The name of a product; a clap parser.
pub(super) fn product(name: &str) -> Result<&'static str, String> {
    let known = || products::ALL.iter().map(|kind| kind.name());
    known().find(|known| *known == name).ok_or_else(|| {
        let question = did_you_mean(name, known()).map(|question| format!("{question} ")).unwrap_or_default();
        format!("{question}products are {}", names())
    })
}

/// All names, for a sentence.
pub(super) fn names() -> String {
    products::ALL.iter().map(|kind| kind.name()).collect::<Vec<_>>().join(", ")
}

/// The products of these names, which [`product`] has let through.
pub(super) fn named(names: &[&'static str]) -> Vec<&'static dyn ProductKind> {
    names.iter().filter_map(|name| products::named(name)).collect()
}

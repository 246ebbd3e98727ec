//! The forms that other programs read: JUnit, SARIF, TAP, workflow commands, Markdown, and the shell of an HTML page; and
//! the line that an entry of the provider's journal is for people.
//!
//! Without the feature `driver` only the rules of escaping are built. Nothing here knows what a run is. Whoever has something to report brings it into one of these shapes, and is spared
//! the rules of escaping.

pub mod escape;
#[cfg(feature = "driver")]
pub mod html;
#[cfg(feature = "driver")]
pub mod journal;
#[cfg(feature = "driver")]
pub mod junit;
#[cfg(feature = "driver")]
pub mod markdown;
#[cfg(feature = "driver")]
pub mod sarif;
#[cfg(all(test, feature = "driver"))]
pub(crate) mod schemas;
#[cfg(feature = "driver")]
pub mod tap;
#[cfg(feature = "driver")]
pub mod workflow;
#[cfg(feature = "driver")]
mod xml;

/// A text without terminal escapes.
#[cfg(feature = "driver")]
pub fn plain(text: &str) -> String {
    anstream::adapter::strip_str(text).to_string()
}

//! The forms that other programs read: JUnit, SARIF, TAP, workflow commands, Markdown, and the shell of an HTML page.
//!
//! Nothing here knows what a run is. Whoever has something to report brings it into one of these shapes, and is spared
//! the rules of escaping.

pub mod html;
pub mod junit;
pub mod markdown;
pub mod sarif;
pub mod tap;
pub mod workflow;
mod xml;

/// A text without terminal escapes.
pub fn plain(text: &str) -> String {
    anstream::adapter::strip_str(text).to_string()
}

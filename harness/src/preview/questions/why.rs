//! Why a value is what it is: the chain of steps behind it, from the first look to the last decision.

use serde::Serialize;
use serde_json::Value;

use super::answers;
use super::path::pointer;
use crate::decision::Step;
use crate::preview::Played;

/// A value and the chain behind it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Why {
    /// JSON pointer into the result.
    pub path: String,
    /// What is there; `null` when nothing is.
    pub value: Value,
    /// The steps behind it, in order. Where nothing is, those behind the nearest value around it.
    pub chain: Vec<Step>,
}

/// The chain behind the value at a path.
pub fn why(played: &Played, path: &str) -> Why {
    let result = answers(played);
    let path = pointer(path, &result);
    let value = result.pointer(&path).cloned().unwrap_or_default();
    let trace = &played.envelope.trace;
    let mut chain = trace.chain(&path);
    // A value that was never reached is explained by what was decided instead.
    if chain.is_empty() {
        chain = trace.chain("/decision");
    }
    Why { path, value, chain: chain.into_iter().cloned().collect() }
}

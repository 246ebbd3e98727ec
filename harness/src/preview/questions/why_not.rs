//! Why a value is not another one: what stands in the way, and the smallest edits that would get there.

use serde::Serialize;
use serde_json::Value;

use super::hindrance::hindrances;
use super::ways::edited;
use super::{Expression, Hindrance, Unknown, Way, answers, unknown_words, ways};
use crate::preview::{Played, Rehearsal};

/// What stands in the way of something, and how to get there.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct WhyNot {
    /// What is wanted.
    pub wanted: String,
    /// Whether it holds already.
    pub holds: bool,
    /// Each path that is wanted, with what is there.
    pub found: Vec<(String, Value)>,
    /// What to write instead where a list is held against a text.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub hints: Vec<String>,
    /// Words that are wanted and mean nothing to the product.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unknown: Vec<Unknown>,
    /// What was decided instead, and the rules that would produce it, as far as they did not.
    pub in_the_way: Vec<Hindrance>,
    /// The smallest edits that would get there, the best first; each was played.
    pub ways: Vec<Way>,
    /// How many sign-ins were played to find them.
    pub played: usize,
}

/// Looks for what stands in the way of an expression.
pub fn why_not(rehearsal: &Rehearsal<'_>, base: &Played, wanted: &Expression) -> WhyNot {
    let verdict = wanted.verdict(&answers(base));
    let mut answer = WhyNot {
        wanted: wanted.to_string(),
        holds: verdict.holds,
        found: verdict.found,
        hints: wanted.hints(&answers(base)),
        unknown: Vec::new(),
        in_the_way: Vec::new(),
        ways: Vec::new(),
        played: 0,
    };
    if answer.holds {
        return answer;
    }
    answer.unknown = unknown_words(rehearsal, wanted);
    (answer.ways, answer.played) = ways(rehearsal, base, wanted);
    let best = answer.ways.first().and_then(|way| Some(rehearsal.play_with(edited(rehearsal, &way.edits)?)));
    // A word that means nothing is in the way before any rule.
    if best.is_some() || answer.unknown.is_empty() {
        answer.in_the_way = hindrances(base, best.as_ref(), wanted);
    }
    answer
}

//! Words in a question that mean nothing to the product: a project that does not exist, a role that is none.

use serde::Serialize;

use super::Expression;
use super::expression::Relation;
use crate::decision::{Range, Stand, segments};
use crate::preview::Rehearsal;

/// A word that no decision holds at its place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Unknown {
    /// The word.
    pub word: String,
    /// What it should be: `project`, `role in a project`.
    pub what: &'static str,
    /// All that there are.
    pub known: Vec<String>,
    /// The rule that lets in no other.
    pub rule: &'static str,
}

/// The words that are wanted and that the product does not know, under its configuration and in its state.
pub fn unknown_words(rehearsal: &Rehearsal<'_>, wanted: &Expression) -> Vec<Unknown> {
    let ranges = rehearsal.product().ranges(rehearsal.state());
    let mut found: Vec<Unknown> = Vec::new();
    for (path, relation) in wanted.asserted() {
        let path = segments(path);
        for range in &ranges {
            let word = range.rest(&path).and_then(|rest| word(range, rest, relation));
            let unknown = word.filter(|word| !range.has(word)).map(|word| Unknown {
                word,
                what: range.what,
                known: range.words.clone(),
                rule: range.rule.id,
            });
            found.extend(unknown.filter(|unknown| !found.contains(unknown)));
        }
    }
    found
}

/// The word that stands, or is to stand, where the range says.
fn word(range: &Range, rest: &[String], relation: &Relation) -> Option<String> {
    match (range.stand, rest) {
        (Stand::Value, []) => relation.equals(),
        (Stand::Keys | Stand::Entries, []) => relation.contains(),
        (Stand::Value, _) => None,
        // Where dots are part of a key, more than one segment is the key.
        (Stand::Keys, rest) => {
            let keys = (1..=rest.len()).map(|count| rest.get(..count).unwrap_or_default().join("."));
            keys.clone().find(|key| range.has(key)).or_else(|| rest.first().cloned())
        }
        (Stand::Entries, rest) => Some(rest.join(".")).filter(|entry| entry.parse::<usize>().is_err()),
    }
}

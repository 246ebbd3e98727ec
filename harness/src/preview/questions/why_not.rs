//! Why a value is not another one: what stands in the way, and the smallest edits that would get there.

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::Value;

use super::path::pointer;
use super::{Expression, Way, answers, ways};
use crate::decision::{Outcome, Step};
use crate::preview::questions::ways::edited;
use crate::preview::{Played, Rehearsal};

/// A rule that could have produced what is wanted, and why it did not.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Hindrance {
    /// The rule.
    pub rule: &'static str,
    /// The rule in one sentence.
    pub title: &'static str,
    /// What became of it; absent when it was never reached.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
    /// Its first condition that is not met, in words.
    pub why: String,
}

/// What stands in the way of something, and how to get there.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct WhyNot {
    /// What is wanted.
    pub wanted: String,
    /// Whether it holds already.
    pub holds: bool,
    /// Each path that is wanted, with what is there.
    pub found: Vec<(String, Value)>,
    /// The rules that would produce it, as far as they did not.
    pub in_the_way: Vec<Hindrance>,
    /// The smallest edits that would get there, the best first; each was played.
    pub ways: Vec<Way>,
    /// How many sign-ins were played to find them.
    pub played: usize,
}

/// Looks for what stands in the way of an expression.
pub fn why_not(rehearsal: &Rehearsal<'_>, base: &Played, wanted: &Expression) -> WhyNot {
    let verdict = wanted.verdict(&answers(base));
    let (ways, played) = if verdict.holds { (Vec::new(), 0) } else { ways(rehearsal, base, wanted) };
    let reached = ways.first().and_then(|way| Some(rehearsal.play_with(edited(rehearsal, &way.edits)?)));
    let in_the_way = reached.map(|reached| hindrances(base, &reached, wanted)).unwrap_or_default();
    WhyNot {
        wanted: wanted.to_string(),
        holds: verdict.holds,
        found: verdict.found,
        in_the_way,
        ways,
        played,
    }
}

/// The rules behind what is reached, as far as they did not fire before.
fn hindrances(base: &Played, reached: &Played, wanted: &Expression) -> Vec<Hindrance> {
    let result = answers(reached);
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    for path in wanted.paths() {
        for step in reached.envelope.trace.chain(&pointer(&path, &result)) {
            if step.outcome == Outcome::Fired && seen.insert(step.rule) {
                found.extend(hindrance(base, step));
            }
        }
    }
    found
}

fn hindrance(base: &Played, reached: &Step) -> Option<Hindrance> {
    let same_rule = || base.envelope.trace.steps.iter().filter(|step| step.rule == reached.rule);
    if same_rule().any(|step| step.outcome == Outcome::Fired && same_looks(step, reached)) {
        return None;
    }
    let unmet = same_rule().find(|step| step.outcome != Outcome::Fired);
    let why = match unmet {
        Some(step) => step.why.clone(),
        None if same_rule().next().is_some() => return None,
        None => "it was never reached".to_owned(),
    };
    Some(Hindrance { rule: reached.rule, title: reached.title, outcome: unmet.map(|step| step.outcome), why })
}

/// Whether two steps looked at the same places.
fn same_looks(one: &Step, other: &Step) -> bool {
    let looks = |step: &Step| {
        step.reads.iter().map(|read| (read.document, read.path.clone())).collect::<BTreeSet<_>>()
    };
    looks(one) == looks(other)
}

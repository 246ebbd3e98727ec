//! What stands in the way of a value: what was decided instead, and what would have had to apply and did not.

use std::collections::BTreeSet;
use std::fmt;

use serde::Serialize;
use serde_json::Value;

use super::path::pointer;
use super::{Expression, answers};
use crate::decision::{Document, Outcome, Read, Step, StepId, Trace};
use crate::preview::Played;

/// A rule that stands in the way.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Hindrance {
    /// The rule.
    pub rule: &'static str,
    /// The rule in one sentence.
    pub title: &'static str,
    /// What became of it; absent when it was never reached.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
    /// Why it came out so: what it decided instead, or its first condition that is not met.
    pub why: String,
    /// The settings that it looked at.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub settings: Vec<Setting>,
}

/// A setting, as the vendor names it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Setting {
    /// Its name.
    pub name: String,
    /// Its value; absent when it is not set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<Value>,
    /// Whether it is not set, and the value is its default.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub default: bool,
}

impl Setting {
    fn of(read: &Read) -> Self {
        let name = read.path.trim_start_matches('/').to_owned();
        Self { name, value: read.value.clone(), default: read.document == Document::Default }
    }
}

impl fmt::Display for Setting {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, value, default } = self;
        match value {
            Some(value) if *default => write!(out, "{name} = {value}, by default"),
            Some(value) => write!(out, "{name} = {value}"),
            None => write!(out, "{name} is not set"),
        }
    }
}

impl Hindrance {
    fn of(step: &Step) -> Self {
        let settings = step.reads.iter().filter(|read| is_setting(read)).map(Setting::of).collect();
        let Step { rule, title, outcome, why, .. } = step;
        Self { rule, title, outcome: Some(*outcome), why: why.clone(), settings }
    }

    fn never_reached(step: &Step) -> Self {
        let why = "it was never reached".to_owned();
        Self { rule: step.rule, title: step.title, outcome: None, why, settings: Vec::new() }
    }
}

/// What stands in the way of something; `reached` is what comes of the best way there, if there is one.
pub(in crate::preview) fn hindrances(
    base: &Played,
    reached: Option<&Played>,
    wanted: &Expression,
) -> Vec<Hindrance> {
    let mut found: Vec<Hindrance> = Vec::new();
    let mut never: Vec<Hindrance> = Vec::new();
    for path in wanted.paths() {
        let on_the_way = reached.map(|reached| chain(reached, &path)).unwrap_or_default();
        found.extend(decided_instead(base, &path, &on_the_way).into_iter().map(Hindrance::of));
        for step in on_the_way.iter().filter(|step| step.outcome == Outcome::Fired) {
            let same_rule: Vec<&Step> =
                base.envelope.trace.steps.iter().filter(|other| other.rule == step.rule).collect();
            if same_rule.is_empty() {
                never.push(Hindrance::never_reached(step));
            } else {
                found.extend(unmet(&same_rule, step).map(Hindrance::of));
            }
        }
    }
    // What was never reached follows from what was.
    let mut told = BTreeSet::new();
    let all = if found.is_empty() { never } else { found };
    all.into_iter().filter(|it| told.insert((it.rule, it.why.clone()))).collect()
}

/// What made the value at a path what it is.
pub(in crate::preview) fn decided_by(played: &Played, path: &str) -> Vec<Hindrance> {
    decided_instead(played, path, &[]).into_iter().map(Hindrance::of).collect()
}

fn chain<'p>(played: &'p Played, path: &str) -> Vec<&'p Step> {
    played.envelope.trace.chain(&resting(played, path))
}

/// The pointer that has the reasons: of what no decision was made about, those of the decision itself.
fn resting(played: &Played, path: &str) -> String {
    let pointer = pointer(path, &answers(played));
    let known = played.envelope.trace.direct(&pointer).is_some();
    if known { pointer } else { "/decision".to_owned() }
}

/// The steps that made the value what it is, other than those that are on the way too.
fn decided_instead<'p>(base: &'p Played, path: &str, on_the_way: &[&Step]) -> Vec<&'p Step> {
    let trace = &base.envelope.trace;
    let pointer = resting(base, path);
    let Some((holder, direct)) = trace.direct(&pointer) else { return Vec::new() };
    let others = others(trace, holder);
    // What is there for want of a value of its own rests on what its neighbours rest on too.
    let own = holder == pointer;
    let decides = |step: &Step| {
        let indirect = !step.then.is_empty() || step.reads.iter().any(is_setting);
        let direct = direct.contains(&step.seq);
        (direct && own) || ((direct || indirect) && !others.contains(&step.seq))
    };
    let fired = |step: &Step| {
        // That something was not there decides too, where nothing else does.
        let alone = own && direct == [step.seq];
        alone || matches!(step.outcome, Outcome::Fired | Outcome::Overridden)
    };
    let same = |step: &Step| {
        let alike = |other: &&Step| (other.rule, other.outcome) == (step.rule, step.outcome);
        on_the_way
            .iter()
            .filter(|other| alike(other))
            .any(|other| other.why == step.why || same_looks(other, step))
    };
    let chain = trace.chain(&pointer).into_iter();
    chain.filter(|step| fired(step) && decides(step) && !same(step)).collect()
}

/// The steps that other values rest on directly.
fn others(trace: &Trace, holder: &str) -> BTreeSet<StepId> {
    let others = trace.provenance.iter().filter(|(pointer, _)| pointer.as_str() != holder);
    others.flat_map(|(_, steps)| steps.iter().copied()).collect()
}

/// The first step of a rule that did not fire, where it fires on the way.
fn unmet<'p>(same_rule: &[&'p Step], on_the_way: &Step) -> Option<&'p Step> {
    let fired = |step: &&Step| step.outcome == Outcome::Fired;
    if same_rule.iter().any(|step| fired(step) && same_looks(step, on_the_way)) {
        return None;
    }
    same_rule.iter().copied().find(|step| !fired(step))
}

/// Whether two steps looked at the same places.
fn same_looks(one: &Step, other: &Step) -> bool {
    let looks = |step: &Step| {
        step.reads.iter().map(|read| (read.document, read.path.clone())).collect::<BTreeSet<_>>()
    };
    looks(one) == looks(other)
}

fn is_setting(read: &Read) -> bool {
    matches!(read.document, Document::Config | Document::Default)
}

//! Decisions, steps and differences in few words, as snapshots hold them.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde_json::Value;

use crate::decision::{Envelope, Grant, Outcome, Read, Step, StepId};

/// The decision with its reason and the product's own record.
pub(super) fn outcome(envelope: &Envelope) -> String {
    let claims = envelope.claims.iter().map(|claims| format!(" {claims:?}"));
    let reason = envelope.reason.iter().map(|reason| format!(" {reason}"));
    let record = (!envelope.record.is_empty()).then(|| format!(" {}", envelope.record()));
    let parts: String = reason.chain(claims).chain(record).collect();
    format!("{}{parts}", envelope.decision)
}

pub(super) fn grant(grant: &Grant) -> String {
    format!("{}={}({})", grant.target, grant.level, grant.rank)
}

/// The sign of an outcome.
const fn sign(outcome: Outcome) -> char {
    match outcome {
        Outcome::Fired => '+',
        Outcome::NotApplicable => '-',
        Outcome::NoInput => '~',
        Outcome::Unreadable => '?',
        Outcome::Overridden => '<',
    }
}

/// A step in one word: `R13+Q1(10,11)`.
pub(super) fn mark(step: &Step) -> String {
    let short = |id: &'static str| id.split_once('-').map_or(id, |(_, short)| short);
    let readings: String = step.readings.keys().map(|id| short(id)).collect();
    let because =
        if step.because.is_empty() { String::new() } else { format!("({})", numbers(&step.because)) };
    format!("{}{}{readings}{because}", short(step.rule), sign(step.outcome))
}

pub(super) fn numbers(steps: &[StepId]) -> String {
    steps.iter().map(|step| step.0.to_string()).collect::<Vec<_>>().join(",")
}

/// A step in one line, without the values that it looked at.
pub(super) fn sentence(step: &Step) -> String {
    let mut line = format!("{} {}", sign(step.outcome), step.why);
    for (id, choice) in &step.readings {
        write!(line, " [{id} {choice}]").unwrap();
    }
    let reads: BTreeSet<String> = step.reads.iter().map(looked_at).collect();
    if !reads.is_empty() {
        write!(line, " <-{}", reads.into_iter().collect::<String>()).unwrap();
    }
    for follows in &step.then {
        write!(line, " -> {} {}", follows.op, follows.target).unwrap();
    }
    line
}

/// A place that was looked at: which part of it mattered, and which setting chose it.
fn looked_at(read: &Read) -> String {
    let part = read.part.map(|part| format!("#{part}")).unwrap_or_default();
    let setting = read.named_by.map(|setting| format!("@{setting}")).unwrap_or_default();
    format!(" {}:{}{part}{setting}", read.document.name(), read.path)
}

/// Where two values differ: the members of objects, and the entries of lists of objects, at any depth.
pub(super) fn differing(place: &str, one: &Value, other: &Value, places: &mut Vec<String>) {
    if one == other {
        return;
    }
    match (one, other) {
        (Value::Object(before), Value::Object(now)) => {
            let names: BTreeSet<&String> = before.keys().chain(now.keys()).collect();
            for name in names {
                differing(&format!("{place}/{name}"), &one[name], &other[name], places);
            }
        }
        (Value::Array(before), Value::Array(now)) if before.iter().chain(now).all(Value::is_object) => {
            for index in 0..before.len().max(now.len()) {
                differing(&format!("{place}/{index}"), &one[index], &other[index], places);
            }
        }
        (_, _) => places.push(format!("{place} {one} -> {other}")),
    }
}

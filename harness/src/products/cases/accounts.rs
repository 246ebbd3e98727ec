//! Every case put on record: what it gives and leaves behind, which rules spoke, and in which words.
//!
//! A case's `expect` names what the case is about; the rest of a decision could change unseen without these.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use rstest::rstest;
use serde_json::Value;

use super::super::testing::after;
use super::{cases_of, named};
use crate::decision::{Envelope, Grant, Outcome, ProductKind, Step};

#[rstest]
#[case::billrun("billrun")]
#[case::cloudbilling("cloudbilling")]
#[case::billwerk("billwerk")]
#[case::gorules("gorules")]
#[case::bindplane("bindplane")]
fn a_case_gives_stores_and_explains_what_is_on_record(#[case] product: &str) {
    let kind = named(product).unwrap();
    let accounts: Vec<String> = cases_of(product).iter().map(|case| account(kind, case)).collect();
    insta::with_settings!({snapshot_suffix => product, omit_expression => true}, {
        insta::assert_snapshot!("account", accounts.join("\n"));
    });
}

#[rstest]
#[case::billrun("billrun")]
#[case::cloudbilling("cloudbilling")]
#[case::billwerk("billwerk")]
#[case::gorules("gorules")]
#[case::bindplane("bindplane")]
fn a_rule_speaks_in_the_words_that_are_on_record(#[case] product: &str) {
    let kind = named(product).unwrap();
    let mut said: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for case in cases_of(product) {
        for step in after(kind, &case["given"], &[]).0.trace.steps {
            said.entry(step.rule).or_default().insert(sentence(&step));
        }
    }
    let mut phrases = String::new();
    for rule in kind.rules() {
        for sentence in said.remove(rule.id).unwrap_or_default() {
            writeln!(phrases, "{} {sentence}", rule.id).unwrap();
        }
    }
    assert_eq!(said, BTreeMap::new(), "these are no rules of {product}");
    insta::with_settings!({snapshot_suffix => product, omit_expression => true}, {
        insta::assert_snapshot!("phrases", phrases);
    });
}

#[rstest]
#[case::billrun("billrun")]
#[case::cloudbilling("cloudbilling")]
#[case::billwerk("billwerk")]
#[case::gorules("gorules")]
#[case::bindplane("bindplane")]
fn another_reading_changes_the_cases_that_are_on_record(#[case] product: &str) {
    let kind = named(product).unwrap();
    let cases = cases_of(product);
    let usual: Vec<(Envelope, Value)> = cases.iter().map(|case| after(kind, &case["given"], &[])).collect();
    let mut changes = String::new();
    for reading in kind.readings() {
        for choice in reading.choices.iter().skip(1) {
            let mut cases_of_change: BTreeMap<String, Vec<&str>> = BTreeMap::new();
            for (case, usual) in cases.iter().zip(&usual) {
                let other = after(kind, &case["given"], &[(reading.id, choice.name)]);
                if let Some(change) = change(usual, &other) {
                    cases_of_change.entry(change).or_default().push(case["id"].as_str().unwrap());
                }
            }
            writeln!(changes, "{} {}", reading.id, choice.name).unwrap();
            for (change, cases) in cases_of_change {
                writeln!(changes, "  {change}: {}", cases.join(" ")).unwrap();
            }
        }
    }
    insta::with_settings!({snapshot_suffix => product, omit_expression => true}, {
        insta::assert_snapshot!("readings", changes);
    });
}

/// A case in a few lines.
fn account(kind: &dyn ProductKind, case: &Value) -> String {
    let given = &case["given"];
    let before = kind.example(given).unwrap();
    let (envelope, state) = after(kind, given, &[]);
    let mut lines = vec![format!("{} {}", text(&case["id"]), text(&case["title"]))];
    lines.push(format!("  {}", outcome(&envelope)));
    let grants: Vec<String> = before.product.grants(&envelope.record()).iter().map(grant).collect();
    for (name, list) in
        [("grants", &grants), ("effects", &envelope.effects), ("findings", &envelope.findings)]
    {
        if !list.is_empty() {
            lines.push(format!("  {name}: {}", list.join(", ")));
        }
    }
    for (part, now) in state.as_object().unwrap() {
        if before.state[part] != *now {
            lines.push(format!("  stored {part}: {now}"));
        }
    }
    let spoke: Vec<String> = envelope.trace.steps.iter().map(mark).collect();
    lines.push(format!("  rules: {}", spoke.join(" ")));
    lines.join("\n") + "\n"
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

/// The decision with its reason and the product's own record.
pub(super) fn outcome(envelope: &Envelope) -> String {
    let claims = envelope.claims.iter().map(|claims| format!(" {claims:?}"));
    let reason = envelope.reason.iter().map(|reason| format!(" {reason}"));
    let record = (!envelope.record.is_empty()).then(|| format!(" {}", envelope.record()));
    let parts: String = reason.chain(claims).chain(record).collect();
    format!("{}{parts}", envelope.decision)
}

fn grant(grant: &Grant) -> String {
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

/// A step in one word: `R13+Q1`.
pub(super) fn mark(step: &Step) -> String {
    let short = |id: &'static str| id.split_once('-').map_or(id, |(_, short)| short);
    let readings: String = step.readings.keys().map(|id| short(id)).collect();
    format!("{}{}{readings}", short(step.rule), sign(step.outcome))
}

/// A step in one line, without the values that it looked at.
pub(super) fn sentence(step: &Step) -> String {
    let mut line = format!("{} {}", sign(step.outcome), step.why);
    for (id, choice) in &step.readings {
        write!(line, " [{id} {choice}]").unwrap();
    }
    let reads: BTreeSet<String> =
        step.reads.iter().map(|read| format!(" {}:{}", read.document.name(), read.path)).collect();
    if !reads.is_empty() {
        write!(line, " <-{}", reads.into_iter().collect::<String>()).unwrap();
    }
    for follows in &step.then {
        write!(line, " -> {} {}", follows.op, follows.target).unwrap();
    }
    line
}

/// What is different about a decision and the state after it; nothing if only the explanation is.
fn change(usual: &(Envelope, Value), other: &(Envelope, Value)) -> Option<String> {
    let verdict =
        |envelope: &Envelope| envelope.reason.clone().unwrap_or_else(|| envelope.decision.to_owned());
    if verdict(&usual.0) != verdict(&other.0) {
        return Some(format!("{} -> {}", verdict(&usual.0), verdict(&other.0)));
    }
    let mut places = Vec::new();
    differing("", &usual.0.record(), &other.0.record(), &mut places);
    differing("/effects", &usual.0.effects.clone().into(), &other.0.effects.clone().into(), &mut places);
    differing("/findings", &usual.0.findings.clone().into(), &other.0.findings.clone().into(), &mut places);
    differing("stored ", &usual.1, &other.1, &mut places);
    (!places.is_empty()).then(|| places.join(", "))
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

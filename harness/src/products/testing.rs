//! What the products' tests share: running a case, and the property that explanations are true.

use std::collections::BTreeMap;

use proptest::test_runner::Config;
use serde_json::Value;

use super::draft::segment;
use super::soundness::Trial;
use crate::decision::matches::differences;
use crate::decision::{AnyExample, AnyProduct, Envelope, Event, ProductKind, Setup, find, segments};

/// How often a property is tried when nobody says: proptest's own number.
const UNTOLD: u32 = 256;

/// So many tries of a property, or what `PROPTEST_CASES` says, which proptest reads into its defaults: a mutant need not
/// be tried as often as a release.
pub(crate) fn tries(usual: u32) -> Config {
    let told = Config::default();
    let cases = if told.cases == UNTOLD { usual } else { told.cases };
    Config { cases, failure_persistence: None, ..told }
}

/// `given` and `expect` of the case with this id.
pub(crate) fn case(cases: &str, id: &str) -> (Value, Value) {
    let cases: Vec<Value> = serde_json::from_str(cases).unwrap();
    let case = cases.iter().find(|case| case["id"] == id).unwrap_or_else(|| panic!("no case {id}"));
    (case["given"].clone(), case["expect"].clone())
}

/// The decision for a case.
pub(crate) fn decide(kind: &dyn ProductKind, given: &Value) -> Envelope {
    decide_under(kind, given, &[])
}

/// The decision for a case under other readings than the recommended ones.
pub(crate) fn decide_under(kind: &dyn ProductKind, given: &Value, readings: &[(&str, &str)]) -> Envelope {
    after(kind, given, readings).0
}

/// The decision for a case, and the state after it.
pub(crate) fn after(kind: &dyn ProductKind, given: &Value, readings: &[(&str, &str)]) -> (Envelope, Value) {
    let example = kind.example(given).unwrap();
    let product = configured(kind, &example.vendor, readings);
    let state = product.state(&example.state).unwrap();
    let (envelope, after) = product.on(&state, &Event::SignIn(Box::new(example.sign_in)), example.now);
    assert_eq!(unnamed(kind, &envelope), Vec::<String>::new(), "paths to these would be refused");
    (envelope, after)
}

/// The values of a decision that none of the product's fields leads to.
pub(crate) fn unnamed(kind: &dyn ProductKind, envelope: &Envelope) -> Vec<String> {
    let mut envelope = serde_json::to_value(envelope).unwrap();
    for reasons in ["trace", "provenance"] {
        envelope.as_object_mut().unwrap().remove(reasons);
    }
    let fields = kind.fields();
    let mut leaves = Vec::new();
    pointers(&envelope, "", &mut leaves);
    leaves.retain(|path| {
        let segments = segments(path);
        find(&fields, &segments.iter().map(String::as_str).collect::<Vec<_>>()).is_err()
    });
    leaves
}

/// Pointers to everything in a value, below the whole.
fn pointers(value: &Value, path: &str, found: &mut Vec<String>) {
    let members: Vec<(String, &Value)> = match value {
        Value::Object(members) => members.iter().map(|(name, value)| (segment(name), value)).collect(),
        Value::Array(entries) => {
            entries.iter().enumerate().map(|(at, value)| (at.to_string(), value)).collect()
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
    };
    for (name, value) in members {
        let path = format!("{path}/{name}");
        pointers(value, &path, found);
        found.push(path);
    }
}

/// The product under these readings.
pub(crate) fn configured(
    kind: &dyn ProductKind,
    vendor: &Value,
    readings: &[(&str, &str)],
) -> Box<dyn AnyProduct> {
    let readings: BTreeMap<String, String> =
        readings.iter().map(|(id, choice)| ((*id).to_owned(), (*choice).to_owned())).collect();
    kind.configure(&Setup { vendor: vendor.clone(), base_url: None, readings }).unwrap()
}

/// Asserts that the case `id` of an examples file comes out as it says.
pub(crate) fn holds(kind: &dyn ProductKind, cases: &str, id: &str) {
    let (given, expect) = case(cases, id);
    let actual = serde_json::to_value(decide(kind, &given)).unwrap();
    assert_eq!(differences(&expect, &actual), [], "{actual:#}");
}

/// The ids of an examples file.
pub(crate) fn ids(cases: &str) -> Vec<String> {
    let cases: Vec<Value> = serde_json::from_str(cases).unwrap();
    cases.iter().map(|case| case["id"].as_str().unwrap().to_owned()).collect()
}

/// The reason of a refusal, or `signed_in`.
pub(crate) fn verdict(envelope: &Envelope) -> &str {
    envelope.reason.as_deref().unwrap_or(envelope.decision)
}

/// The value at a pointer into the product's own record; `null` where there is none.
pub(crate) fn at(envelope: &Envelope, pointer: &str) -> Value {
    envelope.record().pointer(pointer).cloned().unwrap_or_default()
}

/// Checks that the explanation of a case is true: without the claims behind a value, the value is gone or rests on
/// something else; without a claim that no step cites, nothing changes.
pub(crate) fn sound(kind: &dyn ProductKind, given: &Value) {
    sound_under(kind, given, &[]);
}

/// The same under other readings than the recommended ones.
pub(crate) fn sound_under(kind: &dyn ProductKind, given: &Value, readings: &[(&str, &str)]) {
    let AnyExample { vendor, state, sign_in, now, .. } = kind.example(given).unwrap();
    let trial = Trial { product: configured(kind, &vendor, readings), state, sign_in, now };
    assert_eq!(trial.untruth(), Ok(()));
}

/// Asserts that a product's README lists each of its rules and readings with their sentences.
pub(crate) fn documented(kind: &dyn ProductKind, readme: &str) {
    for rule in kind.rules() {
        let line = format!("| {} | {} |", rule.id, rule.title);
        assert!(readme.contains(&line), "README does not say: {line}");
        for id in rule.readings {
            assert!(kind.readings().iter().any(|reading| reading.id == *id), "{} names {id}", rule.id);
        }
    }
    for reading in kind.readings() {
        let line = format!("| {} | {} |", reading.id, reading.question);
        assert!(readme.contains(&line), "README does not say: {line}");
        for choice in reading.choices {
            assert!(readme.contains(&format!("`{}`: {}", choice.name, choice.meaning)), "{}", choice.name);
        }
    }
}

//! What the products' tests share: running a case, and the property that explanations are true.

use std::collections::BTreeMap;

use serde_json::Value;

use super::soundness::Trial;
use crate::decision::matches::differences;
use crate::decision::{AnyExample, Envelope, Event, ProductKind, Setup};

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
    let readings: BTreeMap<String, String> =
        readings.iter().map(|(id, choice)| ((*id).to_owned(), (*choice).to_owned())).collect();
    let setup = Setup { vendor: example.vendor, base_url: None, readings };
    let product = kind.configure(&setup).unwrap();
    let state = product.state(&example.state).unwrap();
    product.on(&state, &Event::SignIn(Box::new(example.sign_in)), example.now)
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
    let AnyExample { product, state, sign_in, now, .. } = kind.example(given).unwrap();
    let trial = Trial { product, state, sign_in, now };
    assert_eq!(trial.untruth(), Ok(()));
}

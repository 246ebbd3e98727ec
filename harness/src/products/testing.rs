//! What the products' tests share: running a case of the product examples, and configuring a product from JSON.

use serde_json::Value;

use crate::decision::matches::differences;
use crate::decision::{AnyExample, AnyProduct, Envelope, Event, ProductKind, Setup};

/// Runs a case in the shape of `given`.
pub(crate) fn decide(kind: &dyn ProductKind, given: &Value) -> Envelope {
    decide_and_apply(kind, given).0
}

/// Runs a case in the shape of `given`, and gives the state after it too.
pub(crate) fn decide_and_apply(kind: &dyn ProductKind, given: &Value) -> (Envelope, Value) {
    let AnyExample { product, state, sign_in, now, .. } = kind.example(given).unwrap();
    product.on(&state, &Event::SignIn(Box::new(sign_in)), now)
}

/// Runs a case under other readings.
pub(crate) fn decide_under(kind: &dyn ProductKind, readings: &[(&str, &str)], given: &Value) -> Envelope {
    let AnyExample { vendor, state, sign_in, now, .. } = kind.example(given).unwrap();
    let product = configure(kind, vendor, readings);
    product.on(&state, &Event::SignIn(Box::new(sign_in)), now).0
}

/// Configures a product.
pub(crate) fn configure(
    kind: &dyn ProductKind,
    vendor: Value,
    readings: &[(&str, &str)],
) -> Box<dyn AnyProduct> {
    let readings = readings.iter().map(|(id, choice)| ((*id).to_owned(), (*choice).to_owned())).collect();
    kind.configure(&Setup { vendor, readings, base_url: None }).unwrap()
}

/// Asserts that the case `id` of an examples file comes out as it says.
pub(crate) fn holds(kind: &dyn ProductKind, file: &str, id: &str) {
    let cases: Vec<Value> = serde_json::from_str(file).unwrap();
    let case = cases.iter().find(|case| case["id"] == id).unwrap();
    let envelope = decide(kind, &case["given"]);
    let found = differences(&case["expect"], &serde_json::to_value(&envelope).unwrap());
    if !found.is_empty() {
        let lines: Vec<String> = found.iter().map(ToString::to_string).collect();
        panic!("{id}: {}\n{:#?}", lines.join("\n"), envelope.trace);
    }
}

/// The ids of an examples file.
pub(crate) fn ids(file: &str) -> Vec<String> {
    let cases: Vec<Value> = serde_json::from_str(file).unwrap();
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

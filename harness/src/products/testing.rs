//! What the products' tests share: running a case, and the property that explanations are true.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests: a broken case should stop the test"
)]

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::decision::matches::differences;
use crate::decision::{ClaimPath, Document, Envelope, Event, ProductKind, Setup, Step};

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
    let example = kind.example(given).unwrap();
    let decide = |taken: &BTreeSet<(Document, String)>| {
        let mut sign_in = example.sign_in.clone();
        for (document, pointer) in taken.iter().rev() {
            sign_in.documents.remove(*document, &ClaimPath::from_pointer(pointer));
        }
        example.product.on(&example.state, &Event::SignIn(Box::new(sign_in)), example.now).0
    };
    let whole = decide(&BTreeSet::new());
    for pointer in whole.trace.provenance.keys() {
        let chain = whole.trace.chain(pointer);
        let claims = cited_claims(&chain, true);
        if claims.is_empty() {
            continue;
        }
        let less = decide(&claims);
        let value = |envelope: &Envelope| serde_json::to_value(envelope).unwrap().pointer(pointer).cloned();
        if value(&whole).is_some() && value(&whole) == value(&less) {
            let before = cited(&chain);
            let now = cited(&less.trace.chain(pointer));
            assert!(!now.is_subset(&before), "{pointer} stays without {claims:?}\n{}", json!(whole.trace));
        }
    }
    untouched_by_the_rest(&whole, &example.sign_in.documents, decide);
}

fn untouched_by_the_rest(
    whole: &Envelope,
    documents: &crate::decision::Documents,
    decide: impl Fn(&BTreeSet<(Document, String)>) -> Envelope,
) {
    let cited = cited_claims(&whole.trace.steps.iter().collect::<Vec<_>>(), false);
    for document in [Document::IdToken, Document::AccessToken, Document::Userinfo] {
        for name in documents.claims(document).into_iter().flat_map(serde_json::Map::keys) {
            let pointer = ClaimPath::top(name).pointer();
            let below = format!("{pointer}/");
            if cited.iter().any(|(d, p)| *d == document && (*p == pointer || p.starts_with(&below))) {
                continue;
            }
            let mut less = decide(&BTreeSet::from([(document, pointer.clone())]));
            less.trace = whole.trace.clone();
            assert_eq!(&less, whole, "{pointer} of {} is not cited and matters", document.name());
        }
    }
}

fn cited_claims(chain: &[&Step], present: bool) -> BTreeSet<(Document, String)> {
    let reads = chain.iter().flat_map(|step| &step.reads);
    reads
        .filter(|read| read.document.carries_claims() && (!present || read.value.is_some()))
        .map(|read| (read.document, read.path.clone()))
        .collect()
}

fn cited(chain: &[&Step]) -> BTreeSet<(Document, String)> {
    chain.iter().flat_map(|step| &step.reads).map(|read| (read.document, read.path.clone())).collect()
}

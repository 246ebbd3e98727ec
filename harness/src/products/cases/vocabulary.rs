//! What a product says that it listens to is what it asks for, and what it says that it can decide is all that it decides.

use std::collections::BTreeSet;

use rstest::rstest;
use serde_json::Value;

use super::{alternatives, cases_of, named};
use crate::decision::{AnyExample, ClaimPath, Document, Event, Range, Stand, Term};
use crate::products::testing::decide_under;

/// Claims that stand in for each other, in either of the documents that are laid over each other.
const STAND_INS: &[&str] = &["/preferred_username", "/billrun_roles.billing", "/groups"];

/// Claims about the token, and marks in place of a claim: they say nothing about the person.
const ABOUT_THE_TOKEN: &[&str] =
    &["/iss", "/aud", "/exp", "/azp", "/cid", "/client_id", "/sid", "/hasgroups", "/_claim_names"];

#[rstest]
fn every_claim_that_a_step_asks_for_is_in_the_vocabulary(
    #[values("billrun", "cloudbilling", "billwerk", "gorules", "bindplane")] product: &str,
) {
    let kind = named(product).unwrap();
    let mut unheard = BTreeSet::new();
    for case in cases_of(product) {
        let AnyExample { product, state, sign_in, now, .. } = kind.example(&case["given"]).unwrap();
        // The vocabulary is that of the integration a login starts at when it names none.
        if sign_in.start.provider.as_deref().is_some_and(|name| !["oidc", "keycloak"].contains(&name)) {
            continue;
        }
        let terms = product.vocabulary(&state);
        let (envelope, _) = product.on(&state, &Event::SignIn(Box::new(sign_in)), now);
        for read in envelope.trace.steps.iter().flat_map(|step| &step.reads) {
            let heard = |term: &Term| {
                let whole = term.path.pointer();
                // A path is asked for segment by segment, and first as one name with dots.
                let literal = format!("/{}", term.path.segments().join("."));
                let leads = |longer: &str, shorter: &str| {
                    longer.strip_prefix(shorter).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
                };
                term.document == read.document
                    && (leads(&whole, &read.path)
                        || leads(&read.path, &whole)
                        || read.path.replace("~1", "/") == literal)
            };
            // BillRun's CRM data is looked at to be ignored (BR-R17), and so are legal entities that do not exist (BW-R11).
            let ignored = read.path.ends_with("/crm") || read.path.starts_with("/legal_entity_roles/");
            let known =
                !read.document.carries_claims() || ignored || ABOUT_THE_TOKEN.contains(&read.path.as_str());
            if !known && !terms.iter().any(heard) {
                unheard.insert((read.document, read.path.clone(), case["id"].to_string()));
            }
        }
    }
    assert_eq!(unheard, BTreeSet::new());
}

#[rstest]
fn without_a_claim_that_is_said_to_be_required_nobody_signs_in(
    #[values("billrun", "cloudbilling", "billwerk", "gorules", "bindplane")] product: &str,
) {
    let kind = named(product).unwrap();
    let mut needless = BTreeSet::new();
    for case in cases_of(product).iter().filter(|case| case["expect"]["decision"] == "signed_in") {
        let AnyExample { product, state, sign_in, now, .. } = kind.example(&case["given"]).unwrap();
        for term in product.vocabulary(&state).into_iter().filter(|term| term.required) {
            let mut less = sign_in.clone();
            let stand_ins = STAND_INS.iter().map(|pointer| ClaimPath::from_pointer(pointer));
            for path in [term.path.clone()].into_iter().chain(stand_ins) {
                for document in [term.document, Document::Userinfo] {
                    less.documents.remove(document, &path);
                }
            }
            let (envelope, _) = product.on(&state, &Event::SignIn(Box::new(less)), now);
            if envelope.signed_in() {
                needless.insert(format!("{} without {}", case["id"], term.path.pointer()));
            }
        }
    }
    assert_eq!(needless, BTreeSet::new());
}

#[rstest]
fn no_decision_holds_a_word_beyond_the_range_that_is_named(
    #[values("billrun", "cloudbilling", "billwerk", "gorules", "bindplane")] product: &str,
) {
    let kind = named(product).unwrap();
    let mut beyond = BTreeSet::new();
    let mut held = BTreeSet::new();
    for case in cases_of(product) {
        let AnyExample { product, state, .. } = kind.example(&case["given"]).unwrap();
        let ranges = product.ranges(&state);
        let chosen = alternatives(kind).map(|choice| vec![choice]);
        for choice in chosen.chain([Vec::new()]) {
            let envelope = decide_under(kind, &case["given"], &choice);
            for range in &ranges {
                for word in words_at(range, &envelope.record()) {
                    held.insert(range.path.join("."));
                    if !range.has(&word) {
                        beyond.insert(format!("{} {choice:?}: {} `{word}`", case["id"], range.what));
                    }
                }
            }
        }
        let unheld =
            ranges.iter().find(|range| !kind.fields().iter().any(|field| range.path[0] == field.name));
        assert!(unheld.is_none(), "{unheld:?}");
    }
    assert_eq!(beyond, BTreeSet::new());
    assert!(!held.is_empty());
}

fn below<'v>(value: &'v Value, name: &str) -> Vec<&'v Value> {
    match (name, value.as_object()) {
        ("*", Some(members)) => members.values().collect(),
        (name, Some(members)) => members.get(name).into_iter().collect(),
        (_, None) => Vec::new(),
    }
}

/// The words that stand in a record where a range says.
fn words_at(range: &Range, record: &Value) -> Vec<String> {
    let mut places = vec![record];
    for name in range.path {
        places = places.into_iter().flat_map(|value| below(value, name)).collect();
    }
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let words = |value: &Value| match range.stand {
        Stand::Keys => value.as_object().into_iter().flat_map(|members| members.keys().cloned()).collect(),
        Stand::Value => text(value).into_iter().collect::<Vec<_>>(),
        Stand::Entries => value.as_array().into_iter().flatten().filter_map(text).collect(),
    };
    places.into_iter().flat_map(words).collect()
}

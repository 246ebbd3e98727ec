//! The fields that a product names are those that its decisions have: a path that is asked for is held against them.

use std::collections::BTreeSet;

use rstest::rstest;
use serde_json::Value;

use super::conduct::happenings;
use super::{alternatives, cases_of, named};
use crate::decision::{Envelope, Field, Holds, ProductKind, bare};
use crate::products::testing::{decide, decide_under, unnamed};

/// Decisions about every case, under every reading, and about all else that happens.
fn decisions(kind: &dyn ProductKind) -> Vec<Envelope> {
    let mut decisions = happenings(kind.name());
    for case in cases_of(kind.name()) {
        decisions.push(decide(kind, &case["given"]));
        decisions.extend(alternatives(kind).map(|choice| decide_under(kind, &case["given"], &[choice])));
    }
    decisions
}

#[rstest]
fn every_field_of_every_decision_is_named_and_every_named_field_is_in_one(
    #[values("billrun", "cloudbilling", "billwerk", "gorules", "bindplane")] product: &str,
) {
    let kind = named(product).unwrap();
    let mut missing: BTreeSet<String> = paths(kind.record_fields(), "").into_iter().collect();
    for envelope in decisions(kind) {
        assert_eq!(unnamed(kind, &envelope), Vec::<String>::new());
        let whole = serde_json::to_value(&envelope).unwrap();
        missing.retain(|path| whole.pointer(path).is_none_or(Value::is_null));
    }
    assert_eq!(missing, BTreeSet::new(), "no decision of {product} has these");
}

/// Pointers to every field.
fn paths(fields: &[Field], above: &str) -> Vec<String> {
    let below = |field: &Field| {
        let path = format!("{above}/{}", field.name);
        let mut all = match field.holds {
            Holds::Fields(fields) => paths(fields, &path),
            Holds::Value | Holds::List | Holds::Keyed => Vec::new(),
        };
        all.push(path);
        all
    };
    fields.iter().flat_map(below).collect()
}

/// Codes that no case, reading or happening leads to; each is in a test or a scenario of its product's own.
const SELDOM: &[(&str, &[&str])] = &[
    ("billwerk", &["settings_only"]),
    ("bindplane", &["missing_required_claim", "missing_setting", "user_removed"]),
    ("cloudbilling", &["local_account_email_conflict", "user.linked_to_local_account", "user.unlocked"]),
    ("gorules", &["subject_changed"]),
];

/// The reverse is asserted of every decision, where an [`Envelope`] is made.
#[rstest]
fn every_code_that_a_product_names_is_in_some_decision(
    #[values("billrun", "cloudbilling", "billwerk", "gorules", "bindplane")] product: &str,
) {
    let kind = named(product).unwrap();
    let codes = kind.codes();
    let seldom = SELDOM.iter().find(|(name, _)| *name == product).map_or(&[][..], |(_, codes)| codes);
    let of = |part: &str, all: &[&str]| -> BTreeSet<String> {
        all.iter().filter(|code| !seldom.contains(code)).map(|code| format!("{part} {code}")).collect()
    };
    let mut missing = of("reason", codes.reasons);
    missing.extend(of("effect", codes.effects));
    missing.extend(of("finding", codes.findings));
    for envelope in decisions(kind) {
        let reasons = envelope.reason.iter().map(|code| format!("reason {}", bare(code)));
        let effects = envelope.effects.iter().map(|code| format!("effect {}", bare(code)));
        let findings = envelope.findings.iter().map(|code| format!("finding {}", bare(code)));
        reasons.chain(effects).chain(findings).for_each(|code| {
            missing.remove(&code);
        });
    }
    assert_eq!(missing, BTreeSet::new());
}

//! Every case put on record: what it gives and leaves behind, which rules spoke, and in which words.
//!
//! A case's `expect` names what the case is about; the rest of a decision could change unseen without these.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use rstest::rstest;
use serde_json::Value;

use super::super::testing::{after, configured};
use super::telling::{differing, grant, mark, numbers, outcome, sentence};
use super::{alternatives, cases_of, named};
use crate::decision::{AnyExample, AnyProduct, Envelope, Event, Grant, ProductKind, Timestamp};

#[rstest]
fn a_case_gives_stores_and_explains_what_is_on_record(
    #[values("billrun", "cloudbilling", "billwerk", "gorules", "bindplane")] product: &str,
) {
    let kind = named(product).unwrap();
    let accounts: Vec<String> = cases_of(product).iter().map(|case| account(kind, case)).collect();
    insta::with_settings!({snapshot_suffix => product, omit_expression => true}, {
        insta::assert_snapshot!("account", accounts.join("\n"));
    });
}

#[rstest]
fn a_rule_speaks_in_the_words_that_are_on_record(
    #[values("billrun", "cloudbilling", "billwerk", "gorules", "bindplane")] product: &str,
) {
    let kind = named(product).unwrap();
    let mut said: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    let scenes = scenes(kind);
    let readings: Vec<_> = alternatives(kind).map(|chosen| vec![chosen]).chain([Vec::new()]).collect();
    for (scene, readings) in
        scenes.iter().flat_map(|scene| readings.iter().map(move |chosen| (scene, chosen)))
    {
        for step in scene.under(kind, readings).0.trace.steps {
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
fn another_reading_changes_the_cases_that_are_on_record(
    #[values("billrun", "cloudbilling", "billwerk", "gorules", "bindplane")] product: &str,
) {
    let kind = named(product).unwrap();
    let scenes = scenes(kind);
    let usual: Vec<(Envelope, Value)> = scenes.iter().map(|scene| scene.under(kind, &[])).collect();
    let mut changes = String::new();
    for (id, choice) in alternatives(kind) {
        let mut cases_of_change: BTreeMap<String, Vec<&str>> = BTreeMap::new();
        for (scene, usual) in scenes.iter().zip(&usual) {
            let product = configured(kind, &scene.vendor, &[(id, choice)]);
            if let Some(change) = change(usual, &scene.at(&*product), |record| product.grants(record)) {
                cases_of_change.entry(change).or_default().push(&scene.id);
            }
        }
        writeln!(changes, "{id} {choice}").unwrap();
        for (change, cases) in cases_of_change {
            writeln!(changes, "  {change}: {}", cases.join(" ")).unwrap();
        }
    }
    insta::with_settings!({snapshot_suffix => product, omit_expression => true}, {
        insta::assert_snapshot!("readings", changes);
    });
}

/// A case, read once.
struct Scene {
    id: String,
    vendor: Value,
    state: Value,
    event: Event,
    now: Timestamp,
}

fn scenes(kind: &dyn ProductKind) -> Vec<Scene> {
    let scene = |case: &Value| {
        let AnyExample { vendor, state, sign_in, now, .. } = kind.example(&case["given"]).unwrap();
        let event = Event::SignIn(Box::new(sign_in));
        Scene { id: text(&case["id"]).to_owned(), vendor, state, event, now }
    };
    cases_of(kind.name()).iter().map(scene).collect()
}

impl Scene {
    fn at(&self, product: &dyn AnyProduct) -> (Envelope, Value) {
        product.on(&self.state, &self.event, self.now)
    }

    fn under(&self, kind: &dyn ProductKind, readings: &[(&str, &str)]) -> (Envelope, Value) {
        self.at(&*configured(kind, &self.vendor, readings))
    }
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
    let rests = envelope.trace.provenance.iter();
    let rests: Vec<String> = rests.map(|(place, steps)| format!("{place} {}", numbers(steps))).collect();
    lines.push(format!("  rests: {}", rests.join(", ")));
    lines.join("\n") + "\n"
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

/// What is different about a decision and the state after it; nothing if only the explanation is.
fn change(
    usual: &(Envelope, Value),
    other: &(Envelope, Value),
    granted: impl Fn(&Value) -> Vec<Grant>,
) -> Option<String> {
    let verdict =
        |envelope: &Envelope| envelope.reason.clone().unwrap_or_else(|| envelope.decision.to_owned());
    if verdict(&usual.0) != verdict(&other.0) {
        let mut words = vec![verdict(&usual.0), "->".to_owned(), verdict(&other.0)];
        words.extend(granted(&other.0.record()).iter().map(grant));
        return Some(words.join(" "));
    }
    let mut places = Vec::new();
    differing("", &usual.0.record(), &other.0.record(), &mut places);
    differing("/effects", &usual.0.effects.clone().into(), &other.0.effects.clone().into(), &mut places);
    differing("/findings", &usual.0.findings.clone().into(), &other.0.findings.clone().into(), &mut places);
    differing("stored ", &usual.1, &other.1, &mut places);
    (!places.is_empty()).then(|| places.join(", "))
}

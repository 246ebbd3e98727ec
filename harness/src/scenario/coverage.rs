//! Which rules of which products nothing fires.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use serde_json::Value;

use super::event::{CaseReport, RuleCoverage, UnfiredRule};
use crate::decision::{Event, ProductKind};
use crate::products;

/// The product examples, below the root of the repository.
const EXAMPLES: &str = "fixtures/examples";
/// Rule id → why nothing fires it, below the root of the repository.
const REASONS: &str = "scenarios/rules-that-do-not-fire.json";

/// Counts the rules that fired in these cases or in an example. Examples and reasons are looked for below `root`; where
/// there are none, only the cases count.
pub fn of(cases: &[CaseReport], root: &Path) -> RuleCoverage {
    let mut fired: BTreeSet<String> = cases.iter().flat_map(CaseReport::fired).collect();
    for kind in products::ALL {
        fired.extend(fired_by_examples(*kind, &root.join(EXAMPLES)));
    }
    let reasons: BTreeMap<String, String> = read(&root.join(REASONS)).unwrap_or_default();
    let mut coverage = RuleCoverage::default();
    for rule in products::ALL.iter().flat_map(|kind| kind.rules()) {
        coverage.rules += 1;
        if fired.contains(rule.id) {
            coverage.fired += 1;
        } else {
            coverage.missing.push(UnfiredRule {
                rule: rule.id.to_owned(),
                title: rule.title.to_owned(),
                reason: reasons.get(rule.id).cloned(),
            });
        }
    }
    coverage
}

fn fired_by_examples(kind: &dyn ProductKind, folder: &Path) -> BTreeSet<String> {
    let examples: Vec<Value> = read(&folder.join(format!("{}.json", kind.name()))).unwrap_or_default();
    let given = examples.iter().filter_map(|example| example.get("given"));
    let runnable = given.filter_map(|given| kind.example(given).ok());
    runnable
        .flat_map(|example| {
            let event = Event::SignIn(Box::new(example.sign_in));
            let (envelope, _) = example.product.on(&example.state, &event, example.now);
            envelope.trace.fired()
        })
        .map(str::to_owned)
        .collect()
}

fn read<T: serde::de::DeserializeOwned>(path: &Path) -> Option<T> {
    serde_json::from_str(&fs::read_to_string(path).ok()?).ok()
}

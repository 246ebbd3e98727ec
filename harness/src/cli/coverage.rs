//! Which rules of which products nothing fires.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::decision::{Event, ProductKind};
use crate::products;
use crate::scenario::event::{CaseReport, RuleCoverage, UnfiredRule};

/// The product examples, and the reasons for rules that cannot fire; found where the harness is started in its own
/// repository, and otherwise not counted.
const EXAMPLES: &str = "fixtures/examples";
const REASONS: &str = "fixtures/examples/rules-that-do-not-fire.json";

/// Counts the rules that fired in these cases or in an example.
pub(super) fn of(cases: &[CaseReport]) -> RuleCoverage {
    let mut fired: BTreeSet<String> = cases.iter().flat_map(CaseReport::fired).collect();
    for kind in products::ALL {
        fired.extend(fired_by_examples(*kind, Path::new(EXAMPLES)));
    }
    let reasons: BTreeMap<String, String> = read(Path::new(REASONS)).unwrap_or_default();
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

//! The product examples through a real login: claims in the mock provider, the browser at the product's own URLs.

use std::collections::BTreeSet;

use harness::decision::matches::differences;
use rstest::rstest;
use serde_json::Value;

use crate::support::world::World;

/// The cases that no honest provider yields, with reasons. The pure function answers them all the same.
const DISHONEST: &[(&str, &str)] = &[
    ("BR-E18", "a provider does not answer 403 to the access token that it has just issued"),
    ("CB-E15", "a provider's `sub` is text (OIDCC-2); a number is refused before the product sees it"),
    ("GR-E19", "a provider does not forge its own signature"),
];

const EXAMPLES: &[(&str, &str, usize)] = &[
    ("billrun", include_str!("../fixtures/examples/billrun.json"), 13),
    ("cloudbilling", include_str!("../fixtures/examples/cloudbilling.json"), 11),
    ("billwerk", include_str!("../fixtures/examples/billwerk.json"), 12),
    ("gorules", include_str!("../fixtures/examples/gorules.json"), 15),
    ("bindplane", include_str!("../fixtures/examples/bindplane.json"), 23),
];

fn examples(product: &str) -> Vec<Value> {
    let (_, text, count) = EXAMPLES.iter().find(|(name, _, _)| *name == product).unwrap();
    let cases: Vec<Value> = serde_json::from_str(text).unwrap();
    assert_eq!(cases.len(), *count, "cases of {product}");
    cases
}

fn is_dishonest(case: &Value) -> bool {
    DISHONEST.iter().any(|(id, _)| case["id"] == *id)
}

#[rstest]
#[tokio::test]
async fn every_example_holds_through_a_real_login(
    #[values("billrun", "cloudbilling", "billwerk", "gorules", "bindplane")] product: &str,
) {
    let kind = harness::products::named(product).unwrap();
    let mut broken = Vec::new();
    for case in examples(product).iter().filter(|case| !is_dishonest(case)) {
        let mut world = World::of_case(kind, &case["given"]);
        world.sign_in().await;
        let outcome = world.last();
        let envelope = serde_json::to_value(&outcome.envelope).unwrap();
        let found = differences(&case["expect"], &envelope);
        broken.extend(
            found
                .iter()
                .map(|difference| format!("{}: {difference} ({:?})", case["id"], outcome.envelope.rejection)),
        );
    }
    assert_eq!(broken, Vec::<String>::new());
}

#[test]
fn every_case_left_out_exists() {
    let all: BTreeSet<String> = EXAMPLES
        .iter()
        .flat_map(|(product, _, _)| examples(product))
        .map(|case| case["id"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(all.len(), 74);
    assert!(DISHONEST.iter().all(|(id, reason)| all.contains(*id) && !reason.is_empty()));
}

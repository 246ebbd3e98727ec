//! The second set of cases, written from the rules alone, for corners that the product examples leave out.

use rstest::rstest;
use serde_json::Value;

use super::named;
use super::testing::decide;
use crate::decision::ProductKind;
use crate::decision::matches::differences;

const BILLRUN: &str = include_str!("../../../fixtures/examples/more/billrun.json");
const CLOUDBILLING: &str = include_str!("../../../fixtures/examples/more/cloudbilling.json");
const BILLWERK: &str = include_str!("../../../fixtures/examples/more/billwerk.json");
const GORULES: &str = include_str!("../../../fixtures/examples/more/gorules.json");
const BINDPLANE: &str = include_str!("../../../fixtures/examples/more/bindplane.json");

#[rstest]
#[case::billrun("billrun", BILLRUN)]
#[case::cloudbilling("cloudbilling", CLOUDBILLING)]
#[case::billwerk("billwerk", BILLWERK)]
#[case::gorules("gorules", GORULES)]
#[case::bindplane("bindplane", BINDPLANE)]
fn every_case_of_the_file_comes_out_as_it_says(#[case] product: &str, #[case] cases: &str) {
    let kind = named(product).unwrap();
    let cases: Vec<Value> = serde_json::from_str(cases).unwrap();
    let wrong: Vec<String> = cases.iter().filter_map(|case| difference(kind, case)).collect();
    assert!(wrong.is_empty(), "fixtures/examples/more/{product}.json\n{}", wrong.join("\n"));
}

/// What is wrong with a case: its id, its title and each difference.
fn difference(kind: &dyn ProductKind, case: &Value) -> Option<String> {
    let actual = serde_json::to_value(decide(kind, &case["given"])).unwrap();
    let found = differences(&case["expect"], &actual);
    let lines: Vec<String> = found.iter().map(|difference| format!("    {difference}")).collect();
    (!lines.is_empty()).then(|| format!("{} {}\n{}", case["id"], case["title"], lines.join("\n")))
}

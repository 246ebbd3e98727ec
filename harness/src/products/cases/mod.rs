//! Cases of all products at once: a second set of them, what the alternatives of readings change in them, and what
//! becomes of a case that is written wrongly, and what products listen to.

mod accounts;
mod alternatives;
mod conduct;
mod doubts;
mod fields;
mod mistakes;
mod rights;
mod settings;
mod talk;
mod telling;
mod vocabulary;
mod wrong;

use rstest::rstest;
use serde_json::Value;

use super::testing::{decide, sound};
use super::{ALL, named};
use crate::decision::ProductKind;
use crate::decision::matches::differences;

/// The product examples, then the second set, of every product.
const FILES: [(&str, [&str; 2]); 5] = [
    (
        "billrun",
        [
            include_str!("../../../../fixtures/examples/billrun.json"),
            include_str!("../../../../fixtures/examples/more/billrun.json"),
        ],
    ),
    (
        "cloudbilling",
        [
            include_str!("../../../../fixtures/examples/cloudbilling.json"),
            include_str!("../../../../fixtures/examples/more/cloudbilling.json"),
        ],
    ),
    (
        "billwerk",
        [
            include_str!("../../../../fixtures/examples/billwerk.json"),
            include_str!("../../../../fixtures/examples/more/billwerk.json"),
        ],
    ),
    (
        "gorules",
        [
            include_str!("../../../../fixtures/examples/gorules.json"),
            include_str!("../../../../fixtures/examples/more/gorules.json"),
        ],
    ),
    (
        "bindplane",
        [
            include_str!("../../../../fixtures/examples/bindplane.json"),
            include_str!("../../../../fixtures/examples/more/bindplane.json"),
        ],
    ),
];

/// All cases of a product.
pub(crate) fn cases_of(product: &str) -> Vec<Value> {
    let (_, files) = FILES.iter().find(|(name, _)| *name == product).expect("each product has its examples");
    files.iter().flat_map(|text| serde_json::from_str::<Vec<Value>>(text).unwrap()).collect()
}

/// Every choice of every reading besides the recommended ones.
fn alternatives(kind: &dyn ProductKind) -> impl Iterator<Item = (&'static str, &'static str)> {
    let readings = kind.readings().iter();
    readings.flat_map(|reading| reading.choices.iter().skip(1).map(|choice| (reading.id, choice.name)))
}

#[test]
fn every_product_has_its_examples() {
    let names: Vec<&str> = ALL.iter().map(|kind| kind.name()).collect();
    assert_eq!(FILES.map(|(name, _)| name).to_vec(), names);
}

#[rstest]
fn every_case_comes_out_as_it_says(
    #[values("billrun", "cloudbilling", "billwerk", "gorules", "bindplane")] product: &str,
) {
    let kind = named(product).unwrap();
    let wrong: Vec<String> = cases_of(product).iter().filter_map(|case| difference(kind, case)).collect();
    assert!(wrong.is_empty(), "fixtures/examples[/more]/{product}.json\n{}", wrong.join("\n"));
}

#[rstest]
fn the_explanation_of_every_case_is_true(
    #[values("billrun", "cloudbilling", "billwerk", "gorules", "bindplane")] product: &str,
) {
    let kind = named(product).unwrap();
    for case in cases_of(product) {
        sound(kind, &case["given"]);
    }
}

/// What is wrong with a case: its id, its title and each difference.
fn difference(kind: &dyn ProductKind, case: &Value) -> Option<String> {
    let actual = serde_json::to_value(decide(kind, &case["given"])).unwrap();
    let found = differences(&case["expect"], &actual);
    let lines: Vec<String> = found.iter().map(|difference| format!("    {difference}")).collect();
    (!lines.is_empty()).then(|| format!("{} {}\n{}", case["id"], case["title"], lines.join("\n")))
}

/// A second set that repeats the first, or itself, would only look like more.
#[rstest]
fn no_two_cases_are_given_the_same(
    #[values("billrun", "cloudbilling", "billwerk", "gorules", "bindplane")] product: &str,
) {
    let cases = cases_of(product);
    for (index, case) in cases.iter().enumerate() {
        let same = cases
            .iter()
            .skip(index + 1)
            .find(|other| other["given"] == case["given"] || other["id"] == case["id"]);
        assert!(same.is_none(), "{} and {}", case["id"], same.unwrap()["id"]);
    }
}

#[rstest]
#[case::billrun("billrun", "BR", 12)]
#[case::cloudbilling("cloudbilling", "CB", 10)]
#[case::billwerk("billwerk", "BW", 11)]
#[case::gorules("gorules", "GR", 12)]
#[case::bindplane("bindplane", "BP", 18)]
fn every_question_has_a_reading_with_alternatives(
    #[case] product: &str,
    #[case] prefix: &str,
    #[case] questions: usize,
) {
    let readings = named(product).unwrap().readings();
    let ids: Vec<String> = (1..=questions).map(|number| format!("{prefix}-Q{number}")).collect();
    assert_eq!(readings.iter().map(|reading| reading.id).collect::<Vec<_>>(), ids);
    for reading in readings {
        assert!(reading.choices.len() > 1, "{} has no alternative", reading.id);
    }
}

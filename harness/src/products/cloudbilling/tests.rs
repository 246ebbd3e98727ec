//! CloudBilling's cases from the product examples, and the rules that they do not touch.

use rstest::rstest;

use super::Kind;
use crate::decision::matches::differences;
use crate::products::testing::{case, decide, sound};

const CASES: &str = include_str!("../../../../fixtures/examples/cloudbilling.json");

#[rstest]
#[case::all_claims_first_sign_in("CB-E01")]
#[case::name_falls_back_to_preferred_username("CB-E03")]
#[case::preferred_username_falls_back_to_name("CB-E04")]
#[case::neither_name_nor_preferred_username("CB-E06")]
#[case::roles_missing("CB-E07")]
#[case::one_known_one_unknown_group("CB-E09")]
#[case::only_unknown_groups("CB-E10")]
#[case::an_empty_array_revokes_everything("CB-E12")]
#[case::email_missing("CB-E13")]
#[case::sub_is_a_number("CB-E15")]
#[case::account_locked("CB-E16")]
fn the_example_holds(#[case] id: &str) {
    let (given, expect) = case(CASES, id);
    let actual = serde_json::to_value(decide(&Kind, &given)).unwrap();
    assert_eq!(differences(&expect, &actual), [], "{actual:#}");
    sound(&Kind, &given);
}

//! billwerk's cases from the product examples, and the rules that they do not touch.

use rstest::rstest;

use super::Kind;
use crate::decision::matches::differences;
use crate::products::testing::{case, decide, sound};

const CASES: &str = include_str!("../../../../fixtures/examples/billwerk.json");

#[rstest]
#[case::created_without_any_permission("BW-E01")]
#[case::profile_is_written_through("BW-E03")]
#[case::one_role_for_every_legal_entity("BW-E04")]
#[case::admin_with_another_role("BW-E06")]
#[case::read_only_operations_with_operations("BW-E07")]
#[case::roles_differ_per_legal_entity("BW-E09")]
#[case::unknown_legal_entity_is_skipped("BW-E10")]
#[case::roles_revoked_when_the_claim_disappears("BW-E12")]
#[case::invited_user_links_and_keeps_roles("BW-E13")]
#[case::azure_with_external_roles("BW-E15")]
#[case::azure_with_roles_from_billwerk("BW-E16")]
#[case::an_internal_user_owns_the_address("BW-E18")]
fn the_example_holds(#[case] id: &str) {
    let (given, expect) = case(CASES, id);
    let actual = serde_json::to_value(decide(&Kind, &given)).unwrap();
    assert_eq!(differences(&expect, &actual), [], "{actual:#}");
    sound(&Kind, &given);
}

//! billwerk's cases from the product examples, and the rules that they do not touch.

mod administer;
mod identity;
mod roles;
mod settings;

use rstest::rstest;
use serde_json::{Value, json};

use super::Billwerk;
use crate::decision::{AnyExample, AnyProduct, ProductKind as _, Setup};
use crate::products::testing::{decide, documented, holds, ids};

const EXAMPLES: &str = include_str!("../../../../../fixtures/examples/billwerk.json");

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
    holds(&Billwerk, EXAMPLES, id);
}

#[test]
fn every_example_is_a_case_above() {
    assert_eq!(ids(EXAMPLES).len(), 12);
}

#[test]
fn the_readme_lists_every_rule_and_reading() {
    documented(&Billwerk, include_str!("../README.md"));
}

#[test]
fn the_trace_of_a_skipped_legal_entity_reads_well() {
    let claims = json!({"LE9": ["Admin"], "LE2": ["Admin", "Operations"]});
    let given = with(eva("RolePerLegalEntity"), "/id_token/legal_entity_roles", claims);
    insta::assert_json_snapshot!(decide(&Billwerk, &given));
}

/// A login of Eva under a strategy.
fn eva(strategy: &str) -> Value {
    json!({
        "strategy": strategy,
        "id_token": {
            "sub": "ext-77",
            "email": "eva@corp.example",
            "given_name": "Eva",
            "family_name": "Kern"
        }
    })
}

/// The case with another value at a pointer, whose parent exists.
fn with(mut given: Value, pointer: &str, value: Value) -> Value {
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    given.pointer_mut(parent).unwrap()[key] = value;
    given
}

/// A form that works, as the vendor names its fields.
fn form(strategy: &str) -> Value {
    json!({
        "Authority": "https://idp.example",
        "OIDC Settings Client ID": "billwerk-settings",
        "External Login Client ID": "billwerk-login",
        "Client Secret": "s",
        "External Role Assignments Strategy": strategy,
        "Active": true
    })
}

/// billwerk with these settings under these readings.
fn configured(vendor: Value, readings: &[(&str, &str)]) -> Box<dyn AnyProduct> {
    let readings = readings.iter().map(|(id, choice)| ((*id).to_owned(), (*choice).to_owned())).collect();
    Billwerk.configure(&Setup { vendor, base_url: None, readings }).unwrap()
}

fn example(given: &Value) -> AnyExample {
    Billwerk.example(given).unwrap()
}

//! The rights in a record, also in such as no case comes to.

use rstest::rstest;
use serde_json::{Value, json};

use super::named;
use crate::products::testing::configured;

#[rstest]
#[case::billrun(
    "billrun", json!({"effective_permissions": ["read", "admin"]}),
    &[("effective_permissions.read", "granted", 1), ("effective_permissions.admin", "granted", 1)]
)]
#[case::cloudbilling(
    "cloudbilling", json!({"user": {"user_groups": ["ug-sales"]}}), &[("user.user_groups.ug-sales", "member", 1)]
)]
#[case::gorules(
    "gorules",
    json!({"user": {"type": "author"}, "access": {"project_permissions": {"P1": ["view"]}}}),
    &[("user.type", "author", 2), ("access.project_permissions.P1.view", "granted", 1)]
)]
#[case::gorules_owner("gorules", json!({"user": {"type": "owner"}}), &[("user.type", "owner", 4)])]
#[case::gorules_unknown_type("gorules", json!({"user": {"type": "root"}}), &[])]
#[case::bindplane(
    "bindplane",
    json!({"organization_role": "admin", "project_roles": {"P1": "user", "P2": "viewer"}}),
    &[("organization_role", "admin", 3), ("project_roles.P1", "user", 2), ("project_roles.P2", "viewer", 1)]
)]
#[case::bindplane_none("bindplane", json!({"organization_role": "none"}), &[("organization_role", "none", 0)])]
fn rights_are_named_and_ordered(
    #[case] product: &str,
    #[case] record: Value,
    #[case] rights: &[(&str, &str, u8)],
) {
    let kind = named(product).unwrap();
    let vendor = kind.example(&json!({})).unwrap().vendor;
    let grants = configured(kind, &vendor, &[]).grants(&record);
    let found: Vec<(&str, &str, u8)> =
        grants.iter().map(|grant| (grant.target.as_str(), grant.level.as_str(), grant.rank)).collect();
    assert_eq!(found, rights);
}

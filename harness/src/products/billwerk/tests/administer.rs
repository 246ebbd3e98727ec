//! What an administrator can do.

use rstest::rstest;
use serde_json::{Value, json};

use super::{configured, form};
use crate::decision::{Act, Envelope, Event, Timestamp};
use crate::products::testing::{at, verdict};

const NONE: &str = "NoExternalRoleAssignments";
const ONE: &str = "OneRoleForAllLegalEntities";

/// The act in an account with Eva (external) and Root (internal).
fn act(strategy: &str, act: Act) -> (Envelope, Value) {
    let product = configured(json!({"oidc": form(strategy), "azure": form(ONE)}), &[]);
    let state = json!({"users": [
        {"external_id": "ext-77", "email": "eva@corp.example", "first_name": "Eva", "roles": {"LE1": ["Finance"]}},
        {"type": "internal", "email": "root@corp.example"}
    ]});
    let state = product.state(&state).unwrap();
    product.on(&state, &Event::Administer(act), Timestamp(0))
}

#[test]
fn an_invited_user_is_created_beforehand() {
    let invitation = json!({"email": "ida@corp.example", "roles": {"LE1": ["Products"]}});
    let (envelope, state) = act(NONE, Act::Invite(invitation));
    assert_eq!(verdict(&envelope), "signed_in");
    assert_eq!(envelope.effects, ["user.invited:ida@corp.example"]);
    assert_eq!(at(&envelope, "/user/status"), json!("invited"));
    assert_eq!(state["users"][2]["roles"], json!({"LE1": ["Products"]}));
    assert!(envelope.trace.fired().contains(&"BW-R15"));
}

#[rstest]
#[case::of_the_other_integration(json!({"type": "external", "provider": "azure", "external_id": "oid-1"}))]
#[case::managed_here(json!({"type": "internal", "provider": "oidc"}))]
fn an_invitation_is_kept_as_it_was_given(#[case] fields: Value) {
    let mut invitation = json!({"email": "ida@corp.example", "first_name": "Ida", "last_name": "Ray"});
    invitation.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    let (_, state) = act(NONE, Act::Invite(invitation.clone()));
    for (field, value) in invitation.as_object().unwrap() {
        assert_eq!(&state["users"][2][field], value, "{field}");
    }
}

#[rstest]
#[case::roles_under_an_external_strategy(ONE, json!({"email": "i@x", "roles": {}}), "field_read_only")]
#[case::no_roles_under_an_external_strategy(ONE, json!({"email": "i@x"}), "signed_in")]
#[case::the_strategy_of_the_other_integration(NONE, json!({"email": "i@x", "provider": "azure", "roles": {}}), "field_read_only")]
#[case::an_internal_user_is_managed_here(ONE, json!({"email": "i@x", "type": "internal", "roles": {"LE1": ["Admin"]}}), "signed_in")]
#[case::an_internal_user_has_no_external_id(NONE, json!({"email": "i@x", "type": "internal", "external_id": "a"}), "field_read_only")]
#[case::unknown_legal_entity(NONE, json!({"email": "i@x", "roles": {"LE9": ["Admin"]}}), "unknown_legal_entity:LE9")]
#[case::roles_that_stand_alone(NONE, json!({"email": "i@x", "roles": {"LE1": ["Admin", "Reports"]}}), "invalid_role_combination:LE1")]
#[case::unknown_role(NONE, json!({"email": "i@x", "roles": {"LE1": ["Boss"]}}), "unknown_role:Boss")]
#[case::a_taken_address(NONE, json!({"email": "EVA@corp.example"}), "user_exists:EVA@corp.example")]
#[case::no_address(NONE, json!({}), "act_not_understood:missing field `email`")]
#[case::a_misspelt_field(NONE, json!({"email": "i@x", "role": {}}), "act_not_understood:unknown field `role`, expected one of `type`, `provider`, `email`, `first_name`, `last_name`, `external_id`, `roles`")]
#[case::the_address_of_an_internal_user(NONE, json!({"email": "Root@corp.example"}), "internal_user_email_conflict")]
fn an_invitation(#[case] strategy: &str, #[case] fields: Value, #[case] outcome: &str) {
    let (envelope, state) = act(strategy, Act::Invite(fields));
    assert_eq!(verdict(&envelope), outcome);
    assert_eq!(state["users"].as_array().unwrap().len(), if outcome == "signed_in" { 3 } else { 2 });
}

#[rstest]
#[case::roles(NONE, json!({"user": "eva@corp.example", "roles": {"LE2": ["Admin"]}}), "signed_in", "")]
#[case::by_external_id(NONE, json!({"user": "ext-77", "roles": {}}), "signed_in", "")]
#[case::e_mail(NONE, json!({"user": "ext-77", "email": "e@x"}), "field_read_only", "email")]
#[case::external_id(NONE, json!({"user": "ext-77", "external_id": "x"}), "field_read_only", "external_id")]
#[case::names(NONE, json!({"user": "ext-77", "first_name": "E", "last_name": "K"}), "field_read_only", "first_name, last_name")]
#[case::one_read_only_field_refuses_all(NONE, json!({"user": "ext-77", "roles": {}, "email": "e@x"}), "field_read_only", "email")]
#[case::roles_from_the_provider(ONE, json!({"user": "ext-77", "roles": {}}), "field_read_only", "roles")]
#[case::an_internal_user(ONE, json!({"user": "root@corp.example", "email": "r@x", "first_name": "R", "roles": {"LE1": ["Admin"]}}), "signed_in", "")]
#[case::a_taken_address(ONE, json!({"user": "root@corp.example", "email": "eva@corp.example"}), "user_exists:eva@corp.example", "")]
#[case::the_same_address(ONE, json!({"user": "root@corp.example", "email": "Root@corp.example"}), "signed_in", "")]
#[case::nobody(NONE, json!({"user": "who@x", "roles": {}}), "unknown_user:who@x", "")]
#[case::an_impossible_set(NONE, json!({"user": "ext-77", "roles": {"LE1": ["ReadOnlyOperations", "Reports"]}}), "invalid_role_combination:LE1", "")]
fn an_edit(#[case] strategy: &str, #[case] fields: Value, #[case] outcome: &str, #[case] read_only: &str) {
    let (envelope, state) = act(strategy, Act::EditUser(fields));
    assert_eq!(verdict(&envelope), outcome);
    assert_eq!(at(&envelope, "/fields").as_str().unwrap_or_default(), read_only);
    assert_eq!(envelope.trace.fired().contains(&"BW-R23"), outcome == "field_read_only");
    if outcome != "signed_in" {
        assert_eq!(state["users"][0]["roles"], json!({"LE1": ["Finance"]}));
        assert_eq!(envelope.effects, [""; 0]);
    }
}

#[rstest]
#[case::managed_in_billwerk(NONE, "ext-77", "signed_in")]
#[case::from_the_provider(ONE, "ext-77", "field_read_only")]
#[case::of_an_internal_user(ONE, "root@corp.example", "signed_in")]
fn roles_are_assigned(#[case] strategy: &str, #[case] user: &str, #[case] outcome: &str) {
    let assignment = Act::AssignRoles(json!({"user": user, "roles": {"LE1": [], "LE2": ["Reports"]}}));
    let (envelope, _) = act(strategy, assignment);
    assert_eq!(verdict(&envelope), outcome);
    if outcome == "signed_in" {
        assert_eq!(at(&envelope, "/roles_by_legal_entity"), json!({"LE2": ["Reports"]}));
    }
    assert_eq!(envelope.trace.fired().contains(&"BW-R16"), outcome == "field_read_only");
}

#[test]
fn authentication_is_not_switched_at_a_user() {
    assert_eq!(
        verdict(&act(NONE, Act::SwitchAuthentication(json!({}))).0),
        "act_not_known:switch_authentication"
    );
}

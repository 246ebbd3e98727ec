//! Where roles come from, and what becomes of them.

use rstest::rstest;
use serde_json::{Value, json};

use super::{Billwerk, configured, eva, example, form, with};
use crate::decision::{Event, ProductKind as _, SessionView, Standing, Timestamp};
use crate::products::testing::{after, at, decide, decide_under, sound, sound_under, verdict};

const NONE: &str = "NoExternalRoleAssignments";
const ONE: &str = "OneRoleForAllLegalEntities";
const PER: &str = "RolePerLegalEntity";

#[rstest]
#[case::a_list(json!(["Finance", "Reports"]), json!(["Finance", "Reports"]), &[])]
#[case::a_single_string(json!("Finance"), json!(["Finance"]), &[])]
#[case::duplicates_collapse(json!(["Reports", "Finance", "Reports"]), json!(["Reports", "Finance"]), &[])]
#[case::unknown_names_are_skipped(json!(["Finanz", "Finance"]), json!(["Finance"]), &["unknown_role:Finanz"])]
#[case::letter_case_matters(json!(["finance"]), Value::Null, &["unknown_role:finance"])]
#[case::a_string_is_not_split(json!("Finance,Reports"), Value::Null, &["unknown_role:Finance,Reports"])]
#[case::administrator_is_unknown(json!("Administrator"), Value::Null, &["unknown_role:Administrator"])]
#[case::admin_alone(json!(["Admin"]), json!(["Admin"]), &[])]
#[case::admin_beside_an_unknown_name(json!(["Admin", "Boss"]), json!(["Admin"]), &["unknown_role:Boss"])]
#[case::findings_follow_the_values(
    json!(["Boss", "Admin", "Chief", "Reports", "Boss"]),
    Value::Null,
    &["unknown_role:Boss", "unknown_role:Chief", "invalid_role_combination:all"]
)]
#[case::both_that_stand_alone(json!(["Admin", "ReadOnlyOperations"]), Value::Null, &["invalid_role_combination:all"])]
#[case::an_empty_list(json!([]), Value::Null, &[])]
#[case::a_number(json!(7), Value::Null, &[])]
#[case::a_mixed_list(json!(["Finance", 7]), Value::Null, &[])]
#[case::an_object(json!({"LE1": ["Finance"]}), Value::Null, &[])]
#[case::null(Value::Null, Value::Null, &[])]
fn one_role_for_all(#[case] claim: Value, #[case] roles: Value, #[case] findings: &[&str]) {
    let given = with(eva(ONE), "/id_token/roles", claim);
    let envelope = decide(&Billwerk, &given);
    assert_eq!(at(&envelope, "/roles_by_legal_entity/LE1"), roles);
    assert_eq!(at(&envelope, "/roles_by_legal_entity/LE2"), roles);
    assert_eq!(at(&envelope, "/has_any_permission"), json!(!roles.is_null()));
    assert_eq!(envelope.findings, findings);
    assert_eq!(verdict(&envelope), "signed_in");
    sound(&Billwerk, &given);
}

#[rstest]
#[case::a_string_per_entity(json!({"LE1": "Admin"}), json!({"LE1": ["Admin"]}), &[])]
#[case::null_is_nothing(json!({"LE1": null, "LE9": null}), json!({}), &[])]
#[case::an_empty_list_is_left_out(json!({"LE1": []}), json!({}), &[])]
#[case::entities_are_compared_exactly(json!({"le1": "Admin"}), json!({}), &["unknown_legal_entity:le1"])]
#[case::an_entity_with_a_slash(json!({"LE/1": "Admin"}), json!({}), &["unknown_legal_entity:LE/1"])]
#[case::roles_of_an_unknown_entity_are_not_looked_at(json!({"LE9": "Boss"}), json!({}), &["unknown_legal_entity:LE9"])]
#[case::findings_follow_the_object(
    json!({"LE2": ["Boss", "Admin", "Reports"], "LE9": 1, "LE1": "Boss"}),
    json!({}),
    &["unknown_role:Boss", "invalid_role_combination:LE2", "unknown_legal_entity:LE9", "unknown_role:Boss"]
)]
#[case::another_type_per_entity(json!({"LE1": 1, "LE2": "Reports"}), json!({"LE2": ["Reports"]}), &[])]
#[case::a_list(json!(["Admin"]), json!({}), &[])]
#[case::the_flat_claim_is_not_consulted(Value::Null, json!({}), &[])]
fn role_per_legal_entity(#[case] claim: Value, #[case] roles: Value, #[case] findings: &[&str]) {
    let given =
        with(with(eva(PER), "/id_token/legal_entity_roles", claim), "/id_token/roles", json!(["Finance"]));
    let envelope = decide(&Billwerk, &given);
    assert_eq!(at(&envelope, "/roles_by_legal_entity"), roles);
    assert_eq!(envelope.findings, findings);
    sound(&Billwerk, &given);
}

#[rstest]
#[case::other_roles(ONE, json!({"LE1": ["Reports"], "LE2": ["Reports"]}), &["user.roles_replaced"])]
#[case::one_entity_less(ONE, json!({"LE1": ["Finance", "Products"]}), &["user.roles_replaced"])]
#[case::the_same_in_another_order(
    ONE, json!({"LE1": ["Products", "Finance"], "LE2": ["Finance", "Products"]}), &[]
)]
#[case::managed_in_billwerk(NONE, json!({"LE1": ["Reports"]}), &[])]
fn stored_roles_are_replaced_only_when_they_differ(
    #[case] strategy: &str,
    #[case] stored: Value,
    #[case] effects: &[&str],
) {
    let given = with(eva(strategy), "/id_token/roles", json!(["Finance", "Products"]));
    let given = with(given, "/existing_user", json!({"roles": stored}));
    let (envelope, state) = after(&Billwerk, &given, &[]);
    assert_eq!(envelope.effects, effects);
    assert_eq!(state["users"][0]["roles"], at(&envelope, "/roles_by_legal_entity"));
    sound(&Billwerk, &given);
}

#[test]
fn the_effects_of_one_login_come_in_order() {
    let given = with(eva(ONE), "/id_token/roles", json!("Finance"));
    let known =
        with(given.clone(), "/existing_user", json!({"first_name": "Ev", "roles": {"LE1": ["Reports"]}}));
    assert_eq!(decide(&Billwerk, &known).effects, ["user.profile_updated", "user.roles_replaced"]);
    let invited = with(given, "/existing_user", json!({"status": "invited"}));
    assert_eq!(decide(&Billwerk, &invited).effects, ["user.linked_to_invitation", "user.roles_replaced"]);
}

#[test]
fn a_new_user_is_stored_with_the_roles_of_the_login() {
    let given = with(eva(ONE), "/id_token/roles", json!("Finance"));
    let (envelope, state) = after(&Billwerk, &given, &[]);
    assert_eq!(envelope.effects, ["user.created"]);
    assert_eq!(state["users"][0]["roles"], json!({"LE1": ["Finance"], "LE2": ["Finance"]}));
}

#[rstest]
#[case::q1(("BW-Q1", "one_claim"), PER, json!(["LE1:Admin", "LE2:Reports", "Admin", "LE9:Admin"]),
    json!({"LE1": ["Admin"], "LE2": ["Reports"]}), &["unknown_role:Admin", "unknown_legal_entity:LE9"])]
#[case::q5_strongest(("BW-Q5", "keep_strongest"), ONE, json!(["Reports", "Admin"]),
    json!({"LE1": ["Admin"], "LE2": ["Admin"]}), &["invalid_role_combination:all"])]
#[case::q5_strongest_of_the_others(("BW-Q5", "keep_strongest"), ONE, json!(["ReadOnlyOperations", "Reports"]),
    json!({"LE1": ["Reports"], "LE2": ["Reports"]}), &["invalid_role_combination:all"])]
#[case::q5_weakest(("BW-Q5", "keep_weakest"), ONE, json!(["Admin", "ReadOnlyOperations", "Reports"]),
    json!({"LE1": ["ReadOnlyOperations"], "LE2": ["ReadOnlyOperations"]}), &["invalid_role_combination:all"])]
#[case::q8(("BW-Q8", "single"), ONE, json!(["Finance", "Reports"]), json!({}), &["invalid_role_combination:all"])]
#[case::q9(("BW-Q9", "alias"), ONE, json!(["Administrator", "Admin"]), json!({"LE1": ["Admin"], "LE2": ["Admin"]}), &[])]
fn another_reading_gives_other_roles(
    #[case] reading: (&str, &str),
    #[case] strategy: &str,
    #[case] claim: Value,
    #[case] roles: Value,
    #[case] findings: &[&str],
) {
    let given = with(eva(strategy), "/id_token/roles", claim);
    let envelope = decide_under(&Billwerk, &given, &[reading]);
    sound_under(&Billwerk, &given, &[reading]);
    assert_eq!(at(&envelope, "/roles_by_legal_entity"), roles);
    assert_eq!(envelope.findings, findings);
    assert!(envelope.trace.steps.iter().any(|step| step.readings.get(reading.0) == Some(&reading.1)));
}

#[test]
fn one_role_is_one_role_under_either_reading() {
    let envelope = decide_under(
        &Billwerk,
        &with(eva(ONE), "/id_token/roles", json!(["Finance"])),
        &[("BW-Q8", "single")],
    );
    assert_eq!(at(&envelope, "/roles_by_legal_entity"), json!({"LE1": ["Finance"], "LE2": ["Finance"]}));
}

#[rstest]
#[case::revoke("revoke", "signed_in", json!({}), &["user.roles_replaced"])]
#[case::keep("keep", "signed_in", json!({"LE1": ["Finance"]}), &[])]
#[case::refuse("refuse", "missing_required_claim", Value::Null, &[])]
fn a_missing_role_claim(
    #[case] choice: &str,
    #[case] outcome: &str,
    #[case] roles: Value,
    #[case] effects: &[&str],
) {
    let given = with(eva(PER), "/existing_user", json!({"roles": {"LE1": ["Finance"]}}));
    let envelope = decide_under(&Billwerk, &given, &[("BW-Q6", choice)]);
    sound_under(&Billwerk, &given, &[("BW-Q6", choice)]);
    assert_eq!(verdict(&envelope), outcome);
    assert_eq!(at(&envelope, "/roles_by_legal_entity"), roles);
    assert_eq!(envelope.effects, effects);
}

#[rstest]
#[case::oidc_external("oidc", ONE, json!({"editable_fields": [], "roles_visible": false, "read_only": false}), "BW-R20")]
#[case::oidc_managed("oidc", NONE, json!({"editable_fields": ["roles"], "roles_visible": true, "read_only": false}), "BW-R21")]
#[case::azure_external("azure", PER, json!({"editable_fields": [], "roles_visible": true, "read_only": true}), "BW-R18")]
#[case::azure_managed("azure", NONE, json!({"editable_fields": ["roles"], "roles_visible": true, "read_only": false}), "BW-R19")]
fn what_can_be_edited(#[case] provider: &str, #[case] strategy: &str, #[case] ui: Value, #[case] rule: &str) {
    let envelope = decide(&Billwerk, &with(eva(strategy), "/provider", json!(provider)));
    assert_eq!(at(&envelope, "/ui"), ui);
    assert!(envelope.trace.fired().contains(&rule));
}

#[test]
fn roles_from_azure_may_be_read_as_hidden() {
    let given = with(eva(ONE), "/provider", json!("azure"));
    let envelope = decide_under(&Billwerk, &given, &[("BW-Q10", "hidden")]);
    assert_eq!(at(&envelope, "/ui/roles_visible"), json!(false));
}

#[rstest]
#[case::next_login("next_login", json!({"LE1": ["Finance"], "LE2": ["Finance"]}))]
#[case::immediate("immediate", json!({}))]
fn after_a_switch_of_strategy_a_running_session_shows(#[case] choice: &str, #[case] roles: Value) {
    let given = example(&with(eva(ONE), "/id_token/roles", json!("Finance")));
    let event = Event::SignIn(Box::new(given.sign_in));
    let (envelope, state) = given.product.on(&given.state, &event, Timestamp(0));
    let session =
        SessionView { record: envelope.record(), issuer: String::new(), subject: Some("ext-77".to_owned()) };
    let switched = configured(form(PER), &[("BW-Q11", choice)]);
    let Standing::Live(record) = switched.look(&state, &session) else { panic!("the session ended") };
    assert_eq!(record["roles_by_legal_entity"], roles);
    assert_eq!(record["has_any_permission"], json!(roles != json!({})));
    assert_eq!(switched.grants(&record).is_empty(), roles == json!({}));
    // the next login follows the new strategy either way
    let (envelope, _) = switched.on(&state, &event, Timestamp(1));
    assert_eq!(at(&envelope, "/roles_by_legal_entity"), json!({}));
}

/// Eva's roles came from the provider, and are managed in billwerk now.
#[rstest]
#[case::next_login(ONE, "next_login", json!({"LE1": ["Finance"]}), true)]
#[case::immediate(ONE, "immediate", json!({}), true)]
#[case::no_switch(NONE, "immediate", json!({"LE1": ["Finance"]}), false)]
fn a_login_after_a_switch_to_no_strategy_finds(
    #[case] before: &str,
    #[case] choice: &str,
    #[case] roles: Value,
    #[case] cited: bool,
) {
    let product = configured(form(NONE), &[("BW-Q11", choice)]);
    let eva_stored = json!({"external_id": "ext-77", "email": "eva@corp.example", "roles": {"LE1": ["Finance"]}, "roles_from": before});
    let state = product.state(&json!({ "users": [eva_stored] })).unwrap();
    let event = Event::SignIn(Box::new(example(&eva(NONE)).sign_in));
    let (envelope, _) = product.on(&state, &event, Timestamp(0));
    assert_eq!(at(&envelope, "/roles_by_legal_entity"), roles);
    let step = envelope.trace.steps.iter().find(|step| step.rule == "BW-R9").unwrap();
    assert_eq!(step.readings.contains_key("BW-Q11"), cited);
}

#[rstest]
#[case::from_another_strategy(ONE, true)]
#[case::from_the_same(PER, false)]
fn a_login_says_whether_the_strategy_was_switched(#[case] before: &str, #[case] cited: bool) {
    let product = configured(form(PER), &[]);
    let state = product
        .state(
            &json!({"users": [{"external_id": "ext-77", "email": "eva@corp.example", "roles_from": before}]}),
        )
        .unwrap();
    let event = Event::SignIn(Box::new(example(&eva(PER)).sign_in));
    let (envelope, after) = product.on(&state, &event, Timestamp(0));
    let step = envelope.trace.steps.iter().find(|step| step.rule == "BW-R14").unwrap();
    assert_eq!(step.readings.contains_key("BW-Q11"), cited);
    assert_eq!(after["users"][0]["roles_from"], json!(PER));
}

#[rstest]
#[case::personal_details("personal_details", json!({}), "signed_in")]
#[case::menu_without_roles("menu", json!({}), "permission_denied:menu")]
#[case::menu("menu", json!({"LE1": ["Reports"]}), "signed_in")]
#[case::a_role_anywhere("Reports", json!({"LE1": ["Reports"]}), "signed_in")]
#[case::a_role_here("LE1/Reports", json!({"LE1": ["Reports"]}), "signed_in")]
#[case::a_role_elsewhere("LE2/Reports", json!({"LE1": ["Reports"]}), "permission_denied:LE2/Reports")]
#[case::another_role("Finance", json!({"LE1": ["Reports"]}), "permission_denied:Finance")]
fn a_permission_check(#[case] permission: &str, #[case] roles: Value, #[case] outcome: &str) {
    let given = example(&with(eva(NONE), "/existing_user", json!({"roles": roles})));
    let (envelope, state) =
        given.product.on(&given.state, &Event::SignIn(Box::new(given.sign_in)), Timestamp(0));
    let session = SessionView { record: envelope.record(), issuer: String::new(), subject: None };
    let check = Event::PermissionCheck { session, permission: permission.to_owned() };
    assert_eq!(verdict(&given.product.on(&state, &check, Timestamp(0)).0), outcome);
}

#[test]
fn every_rule_and_reading_is_numbered_in_order() {
    let rules: Vec<&str> = Billwerk.rules().iter().map(|rule| rule.id).collect();
    assert_eq!(rules, (1..=24).map(|n| format!("BW-R{n}")).collect::<Vec<_>>());
    let readings: Vec<&str> = Billwerk.readings().iter().map(|reading| reading.id).collect();
    assert_eq!(readings, (1..=11).map(|n| format!("BW-Q{n}")).collect::<Vec<_>>());
}

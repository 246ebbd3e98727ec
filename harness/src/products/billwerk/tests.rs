//! billwerk's cases from the product examples, and the rules that they do not touch.

#![expect(clippy::needless_pass_by_value, reason = "`json!` literals are passed as they are written")]

use rstest::rstest;
use serde_json::{Value, json};

use super::Kind;
use crate::decision::{
    Act, AnyProduct, Envelope, Event, ProductKind, SessionView, Setup, Standing, Start, Timestamp,
};
use crate::products::testing::{at, decide, decide_under, documented, holds, ids, sound, verdict};

const EXAMPLES: &str = include_str!("../../../../fixtures/examples/billwerk.json");
const ONE: &str = "OneRoleForAllLegalEntities";
const PER_ENTITY: &str = "RolePerLegalEntity";
const NO_EXTERNAL: &str = "NoExternalRoleAssignments";

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
    holds(&Kind, EXAMPLES, id);
}

#[test]
fn every_example_is_a_case_above_and_its_explanation_is_true() {
    assert_eq!(ids(EXAMPLES).len(), 12);
    let cases: Vec<Value> = serde_json::from_str(EXAMPLES).unwrap();
    for case in cases {
        sound(&Kind, &case["given"]);
    }
}

/// Eva under a strategy, with further claims; `null` takes one away.
fn eva(strategy: &str, more: Value) -> Value {
    let mut claims =
        json!({"sub": "ext-77", "email": "eva@corp.example", "given_name": "Eva", "family_name": "Kern"});
    for (key, value) in more.as_object().unwrap() {
        claims[key] = value.clone();
    }
    json!({"strategy": strategy, "id_token": claims})
}

fn existing(mut given: Value, user: Value) -> Value {
    given["existing_user"] = user;
    given
}

#[rstest]
#[case::no_email(json!({"email": null}), json!(["email"]))]
#[case::neither(json!({"email": null, "sub": null}), json!(["email", "sub"]))]
#[case::numeric_sub(json!({"sub": 7}), json!(["sub"]))]
#[case::blank_email(json!({"email": " "}), json!(["email"]))]
fn sub_and_email_are_required(#[case] more: Value, #[case] claims: Value) {
    let given = eva(NO_EXTERNAL, more);
    let envelope = decide(&Kind, &given);
    assert_eq!(verdict(&envelope), "missing_required_claim");
    assert_eq!(json!(envelope.claims), claims);
    sound(&Kind, &given);
}

#[rstest]
#[case::one_string(ONE, json!({"roles": "Finance"}), json!({"LE1": ["Finance"], "LE2": ["Finance"]}), &[])]
#[case::unknown_role_is_skipped(ONE, json!({"roles": ["finance", "Reports"]}), json!({"LE1": ["Reports"], "LE2": ["Reports"]}), &["unknown_role:finance"])]
#[case::unknown_role_beside_admin_leaves_admin(ONE, json!({"roles": ["Admin", "Boss"]}), json!({"LE1": ["Admin"], "LE2": ["Admin"]}), &["unknown_role:Boss"])]
#[case::administrator_is_no_role(ONE, json!({"roles": ["Administrator"]}), json!({}), &["unknown_role:Administrator"])]
#[case::duplicates_are_one_role(ONE, json!({"roles": ["Admin", "Admin"]}), json!({"LE1": ["Admin"], "LE2": ["Admin"]}), &[])]
#[case::a_number_is_no_role(ONE, json!({"roles": 5}), json!({}), &[])]
#[case::the_entity_claim_is_not_consulted(ONE, json!({"legal_entity_roles": {"LE1": "Admin"}}), json!({}), &[])]
#[case::the_flat_claim_is_not_consulted(PER_ENTITY, json!({"roles": ["Admin"]}), json!({}), &[])]
#[case::findings_per_scope(
    PER_ENTITY, json!({"legal_entity_roles": {"LE2": ["Admin", "Reports"], "LE9": "Admin", "LE1": ["x", "Finance"]}}),
    json!({"LE1": ["Finance"]}), &["invalid_role_combination:LE2", "unknown_legal_entity:LE9", "unknown_role:x"]
)]
#[case::an_entity_of_another_type(PER_ENTITY, json!({"legal_entity_roles": {"LE1": 1, "LE2": []}}), json!({}), &[])]
#[case::a_list_is_no_map(PER_ENTITY, json!({"legal_entity_roles": ["Admin"]}), json!({}), &[])]
fn roles_come_from_the_claim(
    #[case] strategy: &str,
    #[case] more: Value,
    #[case] roles: Value,
    #[case] findings: &[&str],
) {
    let given = eva(strategy, more);
    let envelope = decide(&Kind, &given);
    assert_eq!(at(&envelope, "/roles_by_legal_entity"), roles);
    assert_eq!(at(&envelope, "/has_any_permission"), json!(roles != json!({})));
    assert_eq!(envelope.findings, findings);
    sound(&Kind, &given);
}

#[rstest]
#[case::nothing_changed(NO_EXTERNAL, json!({}), json!({}), &[])]
#[case::a_name_that_is_no_longer_sent(NO_EXTERNAL, json!({"given_name": null}), json!({"first_name": "Eva"}), &["user.profile_updated"])]
#[case::profile_then_roles(ONE, json!({"roles": "Finance"}), json!({"email": "old@corp.example"}), &["user.profile_updated", "user.roles_replaced"])]
#[case::the_same_roles_in_another_order(
    ONE, json!({"roles": ["Finance", "Reports"]}),
    json!({"roles": {"LE1": ["Reports", "Finance"], "LE2": ["Finance", "Reports"]}}), &[]
)]
#[case::invited_under_an_external_strategy(
    ONE, json!({"roles": "Finance"}), json!({"status": "invited"}),
    &["user.linked_to_invitation", "user.roles_replaced"]
)]
#[case::invited_with_another_letter_case(
    NO_EXTERNAL, json!({}), json!({"status": "invited", "email": "EVA@corp.example"}), &["user.linked_to_invitation"]
)]
#[case::invited_under_another_address(
    NO_EXTERNAL, json!({}), json!({"status": "invited", "email": "other@corp.example"}), &["user.created"]
)]
#[case::an_internal_user_with_another_address(
    NO_EXTERNAL, json!({}), json!({"type": "internal", "email": "other@corp.example"}), &["user.created"]
)]
fn effects_are_what_changed(
    #[case] strategy: &str,
    #[case] more: Value,
    #[case] user: Value,
    #[case] effects: &[&str],
) {
    let given = existing(eva(strategy, more), user);
    let envelope = decide(&Kind, &given);
    assert_eq!(envelope.effects, effects);
    assert_eq!(at(&envelope, "/user/status"), "active");
    sound(&Kind, &given);
}

#[test]
fn names_that_are_not_sent_are_left_empty() {
    let given = eva(NO_EXTERNAL, json!({"given_name": null, "family_name": 7}));
    let envelope = decide(&Kind, &given);
    assert_eq!((at(&envelope, "/user/first_name"), at(&envelope, "/user/last_name")), (json!(""), json!("")));
    sound(&Kind, &given);
}

#[rstest]
#[case::single_claim("BW-Q1", "single_claim", eva(PER_ENTITY, json!({"roles": {"LE1": "Finance"}})), json!({"LE1": ["Finance"]}))]
#[case::strongest("BW-Q5", "keep_strongest", eva(PER_ENTITY, json!({"legal_entity_roles": {"LE1": ["Reports", "Admin"]}})), json!({"LE1": ["Admin"]}))]
#[case::weakest("BW-Q5", "keep_weakest", eva(PER_ENTITY, json!({"legal_entity_roles": {"LE1": ["ReadOnlyOperations", "Operations"]}})), json!({"LE1": ["ReadOnlyOperations"]}))]
#[case::kept("BW-Q6", "keep", existing(eva(ONE, json!({})), json!({"roles": {"LE1": ["Finance"]}})), json!({"LE1": ["Finance"]}))]
#[case::one_value("BW-Q8", "single", eva(ONE, json!({"roles": ["Finance", "Reports"]})), json!({}))]
#[case::alias("BW-Q9", "alias", eva(PER_ENTITY, json!({"legal_entity_roles": {"LE1": "Administrator"}})), json!({"LE1": ["Admin"]}))]
fn another_reading_gives_other_roles(
    #[case] id: &str,
    #[case] choice: &str,
    #[case] given: Value,
    #[case] roles: Value,
) {
    assert_eq!(at(&decide_under(&Kind, &given, &[(id, choice)]), "/roles_by_legal_entity"), roles);
    assert_ne!(at(&decide(&Kind, &given), "/roles_by_legal_entity"), roles);
}

#[rstest]
#[case::role_claim_demanded("BW-Q6", "refuse", eva(ONE, json!({})), "missing_required_claim")]
#[case::internal_user_linked("BW-Q7", "link", existing(eva(NO_EXTERNAL, json!({})), json!({"type": "internal"})), "signed_in")]
fn another_reading_gives_another_outcome(
    #[case] id: &str,
    #[case] choice: &str,
    #[case] given: Value,
    #[case] expected: &str,
) {
    assert_eq!(verdict(&decide_under(&Kind, &given, &[(id, choice)])), expected);
    assert_ne!(verdict(&decide(&Kind, &given)), expected);
}

#[test]
fn roles_from_azure_can_be_hidden() {
    let mut given = eva(ONE, json!({"roles": "Finance"}));
    given["provider"] = json!("azure");
    assert_eq!(at(&decide(&Kind, &given), "/ui/roles_visible"), json!(true));
    assert_eq!(at(&decide_under(&Kind, &given, &[("BW-Q10", "hidden")]), "/ui/roles_visible"), json!(false));
}

/// The dialogue with some fields changed; `null` empties one.
fn configured(changes: Value, readings: &[(&str, &str)]) -> Box<dyn AnyProduct> {
    let mut vendor = Kind.example(&json!({})).unwrap().vendor;
    for (key, value) in changes.as_object().unwrap() {
        vendor[key] = value.clone();
    }
    let readings = readings.iter().map(|(id, choice)| ((*id).to_owned(), (*choice).to_owned())).collect();
    Kind.configure(&Setup { vendor, base_url: None, readings }).unwrap()
}

#[rstest]
#[case::not_ticked(json!({"Active": null}))]
#[case::locked(json!({"Unlocked": false}))]
fn without_an_active_integration_there_is_no_sso(#[case] changes: Value) {
    let product = configured(changes, &[]);
    assert_eq!(verdict(&product.admit(&Start::default()).unwrap_err()), "sso_not_enabled");
    let example = Kind.example(&eva(NO_EXTERNAL, json!({"sub": null}))).unwrap();
    let (envelope, _) = product.on(&example.state, &Event::SignIn(Box::new(example.sign_in)), example.now);
    assert_eq!(verdict(&envelope), "sso_not_enabled");
}

#[rstest]
#[case::two_client_ids(&[], "billwerk", "id_token token")]
#[case::one_client_id(&[("BW-Q3", "one")], "billwerk-settings", "id_token token")]
#[case::another_flow(&[("BW-Q2", "code")], "billwerk", "code")]
fn the_profile_follows_the_readings(
    #[case] readings: &[(&str, &str)],
    #[case] client_id: &str,
    #[case] response_type: &str,
) {
    let product = configured(json!({}), readings);
    let provider = &product.profile().providers[0];
    assert_eq!((provider.client_id.as_str(), provider.response_type.as_str()), (client_id, response_type));
}

#[test]
fn a_strategy_may_be_written_as_the_drop_down_shows_it() {
    let key = "External Role Assignments Strategy";
    configured(json!({key: "Role per legal entity"}), &[]);
    let mut vendor = json!({});
    vendor[key] = json!("RolePerLegalEntty");
    let mistakes = Kind.configure(&Setup { vendor, ..Setup::default() }).unwrap_err();
    assert_eq!(mistakes[0].help.as_deref(), Some("did you mean `RolePerLegalEntity`?"));
}

fn act(strategy: &str, state: &Value, act: Act) -> (Envelope, Value) {
    let product = configured(json!({"External Role Assignments Strategy": strategy}), &[]);
    let state = product.state(state).unwrap();
    product.on(&state, &Event::Administer(act), Timestamp(0))
}

fn stored(user: Value) -> Value {
    json!({"legal_entities": ["LE1", "LE2"], "users": [user]})
}

#[rstest]
#[case::roles_in_billwerk(NO_EXTERNAL, json!({"email": "eva@corp.example", "roles": {"LE1": ["Products"]}}), "signed_in")]
#[case::no_role_selection(ONE, json!({"email": "eva@corp.example", "roles": {"LE1": ["Products"]}}), "field_read_only")]
#[case::without_roles(ONE, json!({"email": "eva@corp.example"}), "signed_in")]
#[case::unknown_role(NO_EXTERNAL, json!({"email": "eva@corp.example", "roles": {"LE1": ["x"]}}), "unknown_role:x")]
#[case::exclusive_roles(NO_EXTERNAL, json!({"email": "eva@corp.example", "roles": {"LE1": ["Admin", "Reports"]}}), "invalid_role_combination:LE1")]
#[case::an_internal_users_address(NO_EXTERNAL, json!({"email": "ROOT@corp.example"}), "internal_user_email_conflict")]
fn an_administrator_invites(#[case] strategy: &str, #[case] invitation: Value, #[case] expected: &str) {
    let state = stored(json!({"type": "internal", "email": "root@corp.example"}));
    assert_eq!(verdict(&act(strategy, &state, Act::Invite(invitation)).0), expected);
}

#[rstest]
#[case::roles_in_billwerk(NO_EXTERNAL, json!({"roles": {"LE1": ["Finance"]}}), "signed_in")]
#[case::roles_of_the_provider(ONE, json!({"roles": {"LE1": ["Finance"]}}), "field_read_only")]
#[case::name(NO_EXTERNAL, json!({"first_name": "E."}), "field_read_only")]
#[case::email(NO_EXTERNAL, json!({"email": "x@corp.example"}), "field_read_only")]
#[case::a_read_only_field_among_others(NO_EXTERNAL, json!({"external_id": "x", "roles": {}}), "field_read_only")]
fn an_external_user_is_edited(#[case] strategy: &str, #[case] mut edit: Value, #[case] expected: &str) {
    edit["user"] = json!("ext-77");
    let state = stored(json!({"type": "external", "external_id": "ext-77", "email": "eva@corp.example"}));
    let (envelope, after) = act(strategy, &state, Act::EditUser(edit));
    assert_eq!(verdict(&envelope), expected);
    if expected != "signed_in" {
        assert_eq!(after.pointer("/users/0/roles"), Some(&json!({})));
    }
}

#[rstest]
#[case::by_external_id(&[], json!({"external_id": "ext-77", "email": "x@corp.example"}), "user.linked_to_invitation")]
#[case::bound_to_somebody_else(&[], json!({"external_id": "ext-1", "email": "eva@corp.example"}), "user.created")]
#[case::id_only(&[("BW-Q4", "external_id")], json!({"email": "eva@corp.example"}), "user.created")]
#[case::email_only(&[("BW-Q4", "email")], json!({"external_id": "ext-1", "email": "eva@corp.example"}), "user.linked_to_invitation")]
fn an_invited_user_is_recognised(
    #[case] readings: &[(&str, &str)],
    #[case] mut user: Value,
    #[case] effect: &str,
) {
    user["status"] = json!("invited");
    let example = Kind.example(&eva(NO_EXTERNAL, json!({}))).unwrap();
    let product = configured(json!({}), readings);
    let state = product.state(&stored(user)).unwrap();
    let (envelope, _) = product.on(&state, &Event::SignIn(Box::new(example.sign_in)), example.now);
    assert_eq!(envelope.effects, [effect]);
}

#[rstest]
#[case::next_login(&[], json!(true))]
#[case::immediate(&[("BW-Q11", "immediate")], json!(false))]
fn another_strategy_takes_hold(#[case] readings: &[(&str, &str)], #[case] permitted: Value) {
    let example = Kind.example(&eva(ONE, json!({"roles": "Finance"}))).unwrap();
    let (envelope, state) =
        example.product.on(&example.state, &Event::SignIn(Box::new(example.sign_in)), example.now);
    let session = SessionView { record: envelope.record(), issuer: String::new(), subject: None };
    let Standing::Live(record) = configured(json!({}), readings).look(&state, &session) else {
        panic!("ended")
    };
    assert_eq!(record["has_any_permission"], permitted);
}

#[rstest]
#[case::anywhere("Finance", "signed_in")]
#[case::in_one_entity("LE1/Finance", "signed_in")]
#[case::in_another_entity("LE2/Finance", "permission_denied:LE2/Finance")]
fn a_permission_is_a_role(#[case] permission: &str, #[case] expected: &str) {
    let record = json!({"roles_by_legal_entity": {"LE1": ["Finance"]}});
    let session = SessionView { record, issuer: String::new(), subject: None };
    let check = Event::PermissionCheck { session, permission: permission.to_owned() };
    assert_eq!(verdict(&configured(json!({}), &[]).on(&Value::Null, &check, Timestamp(0)).0), expected);
}

#[test]
fn a_state_with_an_unknown_field_is_refused() {
    assert!(configured(json!({}), &[]).state(&json!({"user": []})).is_err());
    let roles = stored(json!({"email": "a@b", "roles": {"LE9": ["Admin"]}}));
    let mistakes = configured(json!({}), &[]).state(&roles).unwrap_err();
    assert_eq!(mistakes[0].message, "there is no legal entity `LE9`");
}

#[test]
fn the_trace_of_roles_per_legal_entity_reads_well() {
    let given = existing(
        eva(PER_ENTITY, json!({"legal_entity_roles": {"LE9": "Admin", "LE2": ["Reports", "Boss"]}})),
        json!({"roles": {"LE1": ["Finance"]}}),
    );
    insta::assert_json_snapshot!(decide(&Kind, &given));
}

#[test]
fn the_readme_lists_every_rule_and_reading() {
    documented(&Kind, include_str!("README.md"));
}

#![expect(clippy::needless_pass_by_value, reason = "`json!` literals are passed as they are written")]

mod believed;

use rstest::rstest;
use serde_json::{Value, json};

use super::GoRules;
use crate::decision::{
    Act, AnyExample, Event, ProductKind, ProtocolFailure, SessionView, Setup, SignIn, Standing, Start,
    Timestamp,
};
use crate::products::testing::{
    after, at, case, decide, decide_under, documented, holds, ids, sound, verdict,
};

const EXAMPLES: &str = include_str!("../../../../fixtures/examples/gorules.json");
const MAPPING: &str = "Infra_architect->admin,developers->member";

#[rstest]
#[case::gr_e01("GR-E01")]
#[case::gr_e03("GR-E03")]
#[case::gr_e04("GR-E04")]
#[case::gr_e06("GR-E06")]
#[case::gr_e07("GR-E07")]
#[case::gr_e09("GR-E09")]
#[case::gr_e10("GR-E10")]
#[case::gr_e12("GR-E12")]
#[case::gr_e13("GR-E13")]
#[case::gr_e15("GR-E15")]
#[case::gr_e16("GR-E16")]
#[case::gr_e18("GR-E18")]
#[case::gr_e19("GR-E19")]
#[case::gr_e21("GR-E21")]
#[case::gr_e22("GR-E22")]
fn the_example_holds(#[case] id: &str) {
    holds(&GoRules, EXAMPLES, id);
    sound(&GoRules, &case(EXAMPLES, id).0);
}

#[test]
fn the_readme_lists_every_rule_and_reading() {
    documented(&GoRules, include_str!("README.md"));
}

#[test]
fn every_example_is_a_case_above() {
    assert_eq!(ids(EXAMPLES).len(), 15);
}

/// A login of Gus with these groups under this environment.
fn gus(env: Value, groups: Value) -> Value {
    json!({ "env": env, "access_token": { "sub": "g1", "email": "gus@corp.example", "groups": groups } })
}

fn with(mut given: Value, key: &str, value: Value) -> Value {
    given[key] = value;
    given
}

#[rstest]
#[case::no_client_id(json!({"SSO_OAUTH2_CLIENT_ID": ""}), "missing_setting:SSO_OAUTH2_CLIENT_ID")]
#[case::no_issuer(json!({"SSO_OAUTH2_ISSUER": null}), "missing_setting:SSO_OAUTH2_ISSUER")]
#[case::another_provider(json!({"SSO_OAUTH2_PROVIDER": "okta"}), "missing_setting:SSO_OAUTH2_PROVIDER")]
#[case::provider_before_issuer(json!({"SSO_OAUTH2_PROVIDER": "", "SSO_OAUTH2_ISSUER": ""}), "missing_setting:SSO_OAUTH2_PROVIDER")]
#[case::bad_entry(json!({"SSO_OAUTH2_GROUPS_MAPPING": "a->admin, b"}), "invalid_groups_mapping:b")]
fn an_unusable_configuration_refuses_before_and_after_the_exchange(#[case] env: Value, #[case] reason: &str) {
    let given = gus(env, json!([]));
    assert_eq!(decide(&GoRules, &given).decision, "config_error");
    assert_eq!(verdict(&decide(&GoRules, &given)), reason);
    let AnyExample { product, .. } = GoRules.example(&given).unwrap();
    assert_eq!(verdict(&product.admit(&Start::default()).unwrap_err()), reason);
}

#[rstest]
#[case::opaque_before_signature(json!("opaque"), "identity_token_not_a_jwt")]
#[case::signature_before_email(json!({"sub": "g1"}), "invalid_token_signature")]
fn the_first_refusal_in_order_is_reported(#[case] token: Value, #[case] reason: &str) {
    let given = json!({"signature": "invalid", "access_token": token});
    assert_eq!(verdict(&decide(&GoRules, &given)), reason);
}

#[test]
fn a_forged_signature_names_the_protocol_check() {
    let envelope = decide(&GoRules, &with(gus(json!({}), json!([])), "signature", json!("invalid")));
    assert_eq!(envelope.rejection.unwrap().code, "invalid_id_token:signature");
}

#[test]
fn without_keys_a_forged_signature_passes_with_a_finding() {
    let env = json!({"SSO_OAUTH2_JWKS_URI": ""});
    let envelope = decide(&GoRules, &with(gus(env, json!([])), "signature", json!("invalid")));
    assert_eq!(verdict(&envelope), "signed_in");
    assert_eq!(envelope.findings, ["signature_not_verified"]);
}

#[rstest]
#[case::azp("azp", "invalid_id_token:azp")]
#[case::cid("cid", "invalid_id_token:azp")]
#[case::client_id("client_id", "invalid_id_token:azp")]
#[case::aud("aud", "signed_in")]
fn an_access_token_of_another_client_is_refused_but_its_audience_is_not_looked_at(
    #[case] claim: &str,
    #[case] outcome: &str,
) {
    let mut given = gus(json!({}), json!([]));
    given["access_token"][claim] = json!("another");
    assert_eq!(verdict(&decide(&GoRules, &given)), outcome);
    given["access_token"][claim] = json!("gorules");
    assert_eq!(verdict(&decide(&GoRules, &given)), "signed_in");
}

#[rstest]
#[case::literal_first("literal_first", "admin")]
#[case::path_only("path_only", "member")]
fn a_claim_name_with_dots_is_looked_up(#[case] choice: &str, #[case] level: &str) {
    let env = json!({"SSO_OAUTH2_CUSTOM_CLAIM_NAME": "https://acme.test/groups", "SSO_OAUTH2_GROUPS_MAPPING": MAPPING});
    let mut given = gus(env, json!(null));
    given["access_token"]["https://acme.test/groups"] = json!(["Infra_architect"]);
    given["access_token"]["https://acme"] = json!({"test/groups": ["developers"]});
    assert_eq!(at(&decide_under(&GoRules, &given, &[("GR-Q4", choice)]), "/user/type"), level);
}

#[rstest]
#[case::number(json!(7), &["groups_claim_invalid_type"])]
#[case::mixed_list(json!(["developers", 7]), &["groups_claim_invalid_type"])]
#[case::object(json!({"a": 1}), &["groups_claim_invalid_type"])]
#[case::null(json!(null), &["groups_claim_absent"])]
#[case::empty_list(json!([]), &[])]
fn a_groups_claim_is_reported(#[case] groups: Value, #[case] findings: &[&str]) {
    assert_eq!(decide(&GoRules, &gus(json!({}), groups)).findings, findings);
}

#[rstest]
#[case::claim_names("_claim_names", json!({"groups": "src1"}), &["groups_claim_absent", "groups_overage"])]
#[case::hasgroups("hasgroups", json!(true), &["groups_claim_absent", "groups_overage"])]
#[case::hasgroups_false("hasgroups", json!(false), &["groups_claim_absent"])]
fn an_overage_marker_is_reported(#[case] claim: &str, #[case] value: Value, #[case] findings: &[&str]) {
    let mut given = gus(json!({}), json!(null));
    given["access_token"][claim] = value;
    assert_eq!(decide(&GoRules, &given).findings, findings);
}

#[rstest]
#[case::highest("highest", "admin")]
#[case::first_in_string("first_in_string", "member")]
#[case::lowest("lowest", "member")]
fn several_mapped_groups_give(#[case] choice: &str, #[case] level: &str) {
    let env = json!({"SSO_OAUTH2_GROUPS_MAPPING": "everyone->member,root->admin"});
    let given = gus(env, json!(["root", "everyone"]));
    assert_eq!(at(&decide_under(&GoRules, &given, &[("GR-Q1", choice)]), "/user/type"), level);
}

#[rstest]
#[case::no_mapping_keeps(json!({}), "leave_type_alone", "admin", &[])]
#[case::no_mapping_resets(json!({}), "always_member", "member", &["user.type_changed:admin->member"])]
#[case::a_mapping_demotes(json!({"SSO_OAUTH2_GROUPS_MAPPING": MAPPING}), "leave_type_alone", "member", &["user.type_changed:admin->member"])]
fn the_level_of_a_stored_admin_without_groups(
    #[case] env: Value,
    #[case] choice: &str,
    #[case] level: &str,
    #[case] effects: &[&str],
) {
    let given = with(gus(env, json!([])), "existing_user", json!({"type": "admin"}));
    let envelope = decide_under(&GoRules, &given, &[("GR-Q7", choice)]);
    assert_eq!(at(&envelope, "/user/type"), level);
    assert_eq!(envelope.effects, effects);
}

#[test]
fn the_owner_is_never_changed_and_reaches_every_project() {
    let given = gus(json!({"SSO_OAUTH2_GROUPS_MAPPING": MAPPING}), json!(["developers"]));
    let envelope = decide(&GoRules, &with(given, "existing_user", json!({"type": "owner"})));
    assert_eq!(at(&envelope, "/user/type"), "owner");
    assert_eq!(at(&envelope, "/access/all_projects"), true);
    assert_eq!(envelope.effects, Vec::<String>::new());
}

fn roles() -> Value {
    json!([
        {"name": "lead", "idpGroups": ["leads"], "projects": ["risk"], "permissions": ["releases:manage", "documents:edit-content"]},
        {"name": "audit", "idpGroups": ["auditors", "leads"], "all_projects": true, "permissions": ["documents:view-content", "releases:manage"]},
    ])
}

#[test]
fn roles_come_in_the_order_of_their_definition_and_permissions_at_their_first_appearance() {
    let env = json!({"SSO_OAUTH2_ROLES_MAPPING_ENABLED": "true"});
    let given = with(gus(env, json!(["auditors", "leads", "leads"])), "roles", roles());
    let envelope = decide(&GoRules, &given);
    assert_eq!(at(&envelope, "/roles/idp"), json!(["lead", "audit"]));
    let permissions = json!({
        "pricing": ["documents:view-content", "releases:manage"],
        "risk": ["releases:manage", "documents:edit-content", "documents:view-content"],
    });
    assert_eq!(at(&envelope, "/access/project_permissions"), permissions);
    assert_eq!(at(&envelope, "/access/all_projects"), false);
}

#[rstest]
#[case::replaced("true", "replaced", &[], &["user.idp_roles_replaced"])]
#[case::sticky("true", "sticky", &["lead"], &[])]
#[case::replaced_when_switched_off("false", "replaced", &[], &["user.idp_roles_replaced"])]
fn a_role_whose_group_is_gone_is(
    #[case] on: &str,
    #[case] choice: &str,
    #[case] idp: &[&str],
    #[case] effects: &[&str],
) {
    let env = json!({"SSO_OAUTH2_ROLES_MAPPING_ENABLED": on});
    let given = with(gus(env, json!([])), "roles", roles());
    let given = with(given, "existing_user", json!({"idp_roles": ["lead"]}));
    let envelope = decide_under(&GoRules, &given, &[("GR-Q8", choice)]);
    assert_eq!(at(&envelope, "/roles/idp"), json!(idp));
    assert_eq!(envelope.effects, effects);
}

#[rstest]
#[case::empty(json!(""))]
#[case::number(json!(7))]
#[case::null(json!(null))]
fn an_address_that_is_no_text_is_missing(#[case] email: Value) {
    let mut given = gus(json!({}), json!([]));
    given["access_token"]["email"] = email;
    let envelope = decide(&GoRules, &given);
    assert_eq!(verdict(&envelope), "missing_required_claim");
    assert_eq!(envelope.record["token"], "access_token");
}

#[test]
fn an_invited_user_becomes_active() {
    let given = with(gus(json!({}), json!([])), "existing_user", json!({"status": "invited"}));
    let (envelope, state) = after(&GoRules, &given, &[]);
    assert_eq!(envelope.effects, ["user.activated"]);
    assert_eq!(at(&envelope, "/user/status"), "active");
    assert_eq!(state["users"][0]["status"], "active");
}

#[test]
fn a_case_of_letters_does_not_make_another_user_but_another_subject_is_reported() {
    let AnyExample { product, sign_in, .. } = GoRules.example(&gus(json!({}), json!([]))).unwrap();
    let stored = json!({"users": [{"email": "Gus@Corp.example", "sub": "old"}]});
    let state = product.state(&stored).unwrap();
    let (envelope, after) = product.on(&state, &Event::SignIn(Box::new(sign_in)), Timestamp(0));
    assert_eq!(envelope.findings, ["subject_changed"]);
    assert_eq!(envelope.effects, Vec::<String>::new());
    assert_eq!(after["users"][0]["sub"], "old");
}

#[test]
fn disabling_a_user_ends_the_session() {
    let AnyExample { product, state, sign_in, now, .. } =
        GoRules.example(&gus(json!({}), json!([]))).unwrap();
    let (envelope, state) = product.on(&state, &Event::SignIn(Box::new(sign_in)), now);
    let session = SessionView { record: envelope.record(), issuer: String::new(), subject: None };
    assert_eq!(product.look(&state, &session), Standing::Live(envelope.record()));
    let act = Act::EditUser(json!({"email": "gus@corp.example", "status": "disabled"}));
    let (envelope, state) = product.on(&state, &Event::Administer(act), now);
    assert_eq!(envelope.effects, ["user.status_changed:active->disabled"]);
    assert_eq!(product.look(&state, &session), Standing::Ended("user_disabled"));
}

fn state_mismatch() -> ProtocolFailure {
    ProtocolFailure {
        code: "state_mismatch".to_owned(),
        name: "state_mismatch",
        clause: "RFC6749-10.12",
        detail: "the state is another browser's".to_owned(),
    }
}

#[test]
fn a_failed_check_refuses_under_its_own_code_and_names_its_clause() {
    let AnyExample { product, state, now, .. } = GoRules.example(&gus(json!({}), json!([]))).unwrap();
    let sign_in = SignIn { failure: Some(state_mismatch()), ..SignIn::default() };
    let (envelope, after) = product.on(&state, &Event::SignIn(Box::new(sign_in)), now);
    assert_eq!(verdict(&envelope), "state_mismatch");
    assert_eq!(envelope.rejection, Some(state_mismatch()));
    assert_eq!(after, state);
}

#[test]
fn an_opaque_token_after_a_failed_check_is_refused_as_such_and_the_check_is_told() {
    let given = json!({"access_token": "opaque"});
    let AnyExample { product, state, mut sign_in, now, .. } = GoRules.example(&given).unwrap();
    sign_in.failure = Some(state_mismatch());
    let (envelope, _) = product.on(&state, &Event::SignIn(Box::new(sign_in)), now);
    assert_eq!(verdict(&envelope), "identity_token_not_a_jwt");
    assert_eq!(envelope.rejection, Some(state_mismatch()));
}

#[test]
fn a_stored_user_without_an_address_is_the_one_whom_a_refused_login_brings() {
    let given = with(gus(json!({}), json!([])), "signature", json!("invalid"));
    let given = with(given, "existing_user", json!({"type": "member"}));
    let (envelope, state) = after(&GoRules, &given, &[]);
    assert_eq!(verdict(&envelope), "invalid_token_signature");
    assert_eq!(state["users"][0]["email"], "gus@corp.example");
}

#[rstest]
#[case::access_token("access_token", "signed_in")]
#[case::id_token("id_token", "identity_token_not_a_jwt")]
fn the_token_that_identifies_can_be_chosen(#[case] source: &str, #[case] outcome: &str) {
    let given = gus(json!({"SSO_OAUTH2_IDENTITY_TOKEN_SOURCE": source}), json!([]));
    assert_eq!(verdict(&decide(&GoRules, &given)), outcome);
}

#[rstest]
#[case::granted("pricing/documents:view-content", "signed_in")]
#[case::not_granted("pricing/releases:deploy", "permission_denied:pricing/releases:deploy")]
#[case::unknown_project("sales/documents:view-content", "permission_denied:sales/documents:view-content")]
fn a_permission_is_checked(#[case] permission: &str, #[case] outcome: &str) {
    let env = json!({"SSO_OAUTH2_ROLES_MAPPING_ENABLED": "true"});
    let given = with(gus(env, json!(["auditors"])), "roles", roles());
    let AnyExample { product, state, sign_in, now, .. } = GoRules.example(&given).unwrap();
    let (envelope, state) = product.on(&state, &Event::SignIn(Box::new(sign_in)), now);
    let session = SessionView { record: envelope.record(), issuer: String::new(), subject: None };
    let check = Event::PermissionCheck { session, permission: permission.to_owned() };
    assert_eq!(verdict(&product.on(&state, &check, now).0), outcome);
}

#[test]
fn the_profile_follows_the_environment() {
    let vendor = json!({"APP_URL": "https://brms.acme.test/", "SSO_OAUTH2_CLIENT_ID": "brms", "SSO_OAUTH2_ISSUER": "https://idp.test/a"});
    let product = GoRules.configure(&Setup { vendor, ..Setup::default() }).unwrap();
    let provider = &product.profile().providers[0];
    assert_eq!(provider.redirect_uri, "https://brms.acme.test/_callback");
    assert_eq!(provider.scope, "openid email profile");
    assert!(provider.pkce && provider.client_secret.is_none());
}

#[rstest]
#[case::unknown_field(json!({"acess_token": {}}), "/acess_token")]
#[case::unknown_variable(json!({"env": {"SSO_OAUTH2_JWKS": "x"}}), "/env/SSO_OAUTH2_JWKS")]
#[case::bad_signature(json!({"signature": "forged"}), "/signature")]
#[case::bad_status(json!({"existing_user": {"status": "gone"}}), "/existing_user/status")]
#[case::bad_role(json!({"roles": [{"nam": "x"}]}), "/roles/0")]
fn a_mistake_in_a_case_is_placed(#[case] given: Value, #[case] path: &str) {
    let mistakes = GoRules.example(&given).unwrap_err();
    assert_eq!(mistakes.iter().map(|mistake| mistake.path.as_str()).collect::<Vec<_>>(), [path]);
}

#[test]
fn the_trace_of_a_demotion_reads_well() {
    let env = json!({"SSO_OAUTH2_GROUPS_MAPPING": MAPPING});
    let given =
        with(gus(env, json!(["infra_architect", "developers"])), "existing_user", json!({"type": "admin"}));
    insta::assert_json_snapshot!(decide(&GoRules, &given));
}

//! BillRun's cases from the product examples, and the rules that they do not touch.

#![expect(clippy::needless_pass_by_value, reason = "`json!` literals are passed as they are written")]

use rstest::rstest;
use serde_json::{Value, json};

use super::BillRun;
use crate::decision::{
    AnyProduct, Departures, Envelope, Event, Origin, Outcome, ProductKind, ProtocolFailure, SessionLifetime,
    SessionView, Setup, Start, Timestamp,
};
use crate::products::testing::{after, at, decide, decide_under, documented, holds, ids, sound, verdict};

const EXAMPLES: &str = include_str!("../../../../fixtures/examples/billrun.json");

#[rstest]
#[case::roles_in_the_id_token_at_the_default_path("BR-E01")]
#[case::roles_only_in_userinfo("BR-E03")]
#[case::id_token_beats_userinfo("BR-E04")]
#[case::custom_nested_roles_path("BR-E06")]
#[case::literal_claim_name_wins_over_traversal("BR-E07")]
#[case::empty_role_list("BR-E09")]
#[case::role_claim_missing("BR-E10")]
#[case::sub_becomes_the_user_name("BR-E12")]
#[case::empty_preferred_username_has_no_fallback("BR-E13")]
#[case::crm_never_becomes_permissions("BR-E15")]
#[case::write_does_not_imply_read("BR-E16")]
#[case::userinfo_answers_403("BR-E18")]
#[case::protocol_not_listed("BR-E19")]
fn the_example_holds(#[case] id: &str) {
    holds(&BillRun, EXAMPLES, id);
}

#[test]
fn every_example_is_a_case_above_and_its_explanation_is_true() {
    assert_eq!(ids(EXAMPLES).len(), 13);
    let cases: Vec<Value> = serde_json::from_str(EXAMPLES).unwrap();
    for case in cases {
        sound(&BillRun, &case["given"]);
    }
}

/// Dana with these roles at the default path of the ID token.
fn dana(billing: Value) -> Value {
    json!({"id_token": {"sub": "u1", "preferred_username": "dana", "billrun_roles": {"billing": billing}}})
}

/// One provider with further settings.
fn provider(more: Value) -> Value {
    let mut entry = json!({"name": "keycloak", "issuer_url": "https://idp.example", "client_id": "billrun"});
    for (key, value) in more.as_object().unwrap() {
        entry[key] = value.clone();
    }
    json!({"protocols": ["oidc"], "oidc": [entry]})
}

#[rstest]
#[case::a_scalar(json!("read"))]
#[case::a_number(json!(1))]
#[case::an_object(json!({"read": true}))]
#[case::an_array_with_a_number(json!(["read", 1]))]
#[case::an_array_with_null(json!(["read", null]))]
#[case::null(json!(null))]
fn anything_but_an_array_of_strings_is_no_roles(#[case] billing: Value) {
    let given = dana(billing);
    let envelope = decide(&BillRun, &given);
    assert_eq!(verdict(&envelope), "session_error");
    assert_eq!(at(&envelope, "/redirect"), "https://billrun.host/?error=session_error");
    sound(&BillRun, &given);
}

#[rstest]
#[case::order_case_unknown_values_and_duplicates(json!(["write", "READ", "write", "x"]), json!(["write"]))]
#[case::admin_supersedes_all_others(json!(["admin"]), json!(["read", "write", "reports", "admin"]))]
#[case::known_order(json!(["reports", "read"]), json!(["read", "reports"]))]
#[case::only_unknown_roles_sign_in_without_permissions(json!(["Admin"]), json!([]))]
fn roles_are_kept_verbatim_and_checked_exactly(#[case] billing: Value, #[case] effective: Value) {
    let given = dana(billing.clone());
    let envelope = decide(&BillRun, &given);
    assert_eq!(at(&envelope, "/session/roles"), billing);
    assert_eq!(at(&envelope, "/effective_permissions"), effective);
    assert_eq!(envelope.effects, Vec::<String>::new());
    sound(&BillRun, &given);
}

#[rstest]
#[case::id_token_object_without_billing_hides_userinfo(
    json!({"sub": "u1", "preferred_username": "dana", "billrun_roles": {"crm": {}}}), "session_error"
)]
#[case::null_in_the_id_token_hides_nothing(
    json!({"sub": "u1", "preferred_username": "dana", "billrun_roles": null}), "signed_in"
)]
#[case::literal_name_in_userinfo_needs_no_path(json!({"sub": "u1"}), "signed_in")]
fn conflicts_are_settled_per_top_level_claim(#[case] id_token: Value, #[case] outcome: &str) {
    let userinfo = json!({"sub": "u1", "billrun_roles": {"billing": ["read"]}});
    let given = json!({"id_token": id_token, "userinfo": userinfo});
    assert_eq!(verdict(&decide(&BillRun, &given)), outcome);
    sound(&BillRun, &given);
}

#[rstest]
#[case::null_falls_back_to_sub(json!({"preferred_username": null}), json!("u1"))]
#[case::zero_is_a_name(json!({"preferred_username": "0"}), json!("0"))]
#[case::userinfo_supplies_it(json!({}), json!("from-userinfo"))]
fn the_user_name_is_found(#[case] id_token: Value, #[case] username: Value) {
    let mut claims = json!({"sub": "u1", "billrun_roles": {"billing": ["read"]}});
    for (key, value) in id_token.as_object().unwrap() {
        claims[key] = value.clone();
    }
    let mut userinfo = json!({"sub": "u1"});
    if id_token == json!({}) {
        userinfo["preferred_username"] = json!("from-userinfo");
    }
    let given = json!({"id_token": claims, "userinfo": userinfo});
    assert_eq!(at(&decide(&BillRun, &given), "/session/username"), username);
    sound(&BillRun, &given);
}

#[rstest]
#[case::numeric_preferred_username(json!({"sub": "u1", "preferred_username": 7}))]
#[case::numeric_sub(json!({"sub": 42}))]
fn a_user_name_of_another_type_is_none(#[case] mut id_token: Value) {
    id_token["billrun_roles"] = json!({"billing": ["read"]});
    let given = json!({"id_token": id_token});
    assert_eq!(verdict(&decide(&BillRun, &given)), "session_error");
    sound(&BillRun, &given);
}

#[rstest]
#[case::another_sub(json!({"sub": "u2"}), "login_failed")]
#[case::no_sub(json!({}), "login_failed")]
#[case::the_same_sub(json!({"sub": "u1"}), "signed_in")]
fn userinfo_speaks_of_the_subject_of_the_id_token(#[case] userinfo: Value, #[case] outcome: &str) {
    let mut given = dana(json!(["read"]));
    given["userinfo"] = userinfo;
    assert_eq!(verdict(&decide(&BillRun, &given)), outcome);
    sound(&BillRun, &given);
}

#[rstest]
#[case::default_path(json!({}), json!({"billrun_roles": {"billing": ["read"]}}), &[])]
#[case::flat_path(json!({"roles_path": "roles"}), json!({"roles": ["read"]}), &["billrun_roles_structure_absent"])]
#[case::literal_name(json!({}), json!({"billrun_roles.billing": ["read"]}), &["billrun_roles_structure_absent"])]
#[case::under_another_object(
    json!({"roles_path": "a.billrun_roles.roles"}), json!({"a": {"billrun_roles": {"roles": ["read"]}}}), &[]
)]
fn missing_surroundings_are_only_a_finding(
    #[case] more: Value,
    #[case] mut claims: Value,
    #[case] findings: &[&str],
) {
    claims["sub"] = json!("u1");
    let given = json!({"auth": provider(more), "id_token": claims});
    let envelope = decide(&BillRun, &given);
    assert_eq!(verdict(&envelope), "signed_in");
    assert_eq!(envelope.findings, findings);
    sound(&BillRun, &given);
}

#[rstest]
#[case::container("BR-Q1", "container", json!({"id_token": {"sub": "dana", "billrun_roles": {"billing": ["read"]}}}), "signed_in")]
#[case::hidden_protocol("BR-Q2", "hide", json!({"auth": {"oidc": provider(json!({}))["oidc"]}, "id_token": {"sub": "a", "billrun_roles": {"billing": ["read"]}}}), "signed_in")]
#[case::another_subject("BR-Q5", "accept", json!({"id_token": {"sub": "a", "billrun_roles": {"billing": ["read"]}}, "userinfo": {"sub": "b"}}), "signed_in")]
#[case::object_of_roles("BR-Q6", "accept", json!({"id_token": {"sub": "a", "billrun_roles": {"billing": {"0": "read"}}}}), "signed_in")]
#[case::zero_is_empty("BR-Q7", "copy", json!({"id_token": {"sub": "0", "billrun_roles": {"billing": ["read"]}}}), "session_error")]
fn another_reading_gives_another_outcome(
    #[case] id: &str,
    #[case] choice: &str,
    #[case] given: Value,
    #[case] outcome: &str,
) {
    assert_eq!(verdict(&decide_under(&BillRun, &given, &[(id, choice)])), outcome);
    if id != "BR-Q1" {
        assert_ne!(verdict(&decide(&BillRun, &given)), outcome);
    }
}

#[rstest]
#[case::an_object(json!({"0": "read", "1": 7}), json!(["read"]))]
#[case::a_mixed_array(json!([1, "write", null]), json!(["write"]))]
fn the_texts_of_another_shape_are_roles_where_that_is_accepted(#[case] billing: Value, #[case] roles: Value) {
    let envelope = decide_under(&BillRun, &dana(billing), &[("BR-Q6", "accept")]);
    assert_eq!(at(&envelope, "/session/roles"), roles);
}

#[rstest]
#[case::a_text(json!("read"))]
#[case::a_number(json!(7))]
fn a_single_value_is_no_roles_whatever_is_accepted(#[case] billing: Value) {
    let envelope = decide_under(&BillRun, &dana(billing), &[("BR-Q6", "accept")]);
    assert_eq!(verdict(&envelope), "session_error");
}

#[rstest]
#[case::there(json!({"billing": ["read"], "crm": ["write"]}), Some(Outcome::Fired))]
#[case::not_there(json!({"billing": ["read"]}), Some(Outcome::NotApplicable))]
fn what_stands_beside_the_roles_is_looked_at(#[case] roles: Value, #[case] outcome: Option<Outcome>) {
    let envelope = decide(&BillRun, &json!({"id_token": {"sub": "u1", "billrun_roles": roles}}));
    let step = envelope.trace.steps.iter().find(|step| step.rule == "BR-R17");
    assert_eq!(step.map(|step| step.outcome), outcome);
    assert_eq!(at(&envelope, "/session/roles"), json!(["read"]));
}

#[rstest]
#[case::one_name("roles", 1)]
#[case::a_path("a.roles", 2)]
fn a_claim_is_not_looked_for_twice(#[case] path: &str, #[case] looks: usize) {
    let given = json!({"auth": provider(json!({"roles_path": path})), "id_token": {"sub": "u1"}});
    let envelope = decide(&BillRun, &given);
    let step = envelope.trace.steps.iter().find(|step| step.rule == "BR-R13").unwrap();
    assert_eq!(step.because.len(), looks);
}

#[rstest]
#[case::as_written(json!({"timeout": 60}), Ok(60))]
#[case::one_second(json!({"timeout": 1}), Ok(1))]
#[case::none(json!({"timeout": 0}), Err("expected a positive number of seconds"))]
#[case::less(json!({"timeout": -5}), Err("expected a positive number of seconds"))]
fn a_session_lasts_as_long_as_it_says(#[case] session: Value, #[case] outcome: Result<i64, &str>) {
    let mut vendor = BillRun.example(&json!({})).unwrap().vendor;
    vendor["auth"]["session"] = session;
    let configured = BillRun.configure(&Setup { vendor, base_url: None, readings: [].into() });
    let lifetime = configured.map(|product| product.profile().session_lifetime);
    let told = lifetime.as_ref().map_err(|mistakes| mistakes[0].message.as_str());
    assert_eq!(told.copied(), outcome.map(SessionLifetime::Seconds));
}

#[rstest]
#[case::of_the_state_under_copy("state_mismatch", "copy", true)]
#[case::of_the_state("state_mismatch", "check_first", false)]
#[case::of_something_else("nonce_mismatch", "copy", false)]
fn a_failure_names_the_reading_that_it_rests_on(
    #[case] code: &str,
    #[case] choice: &str,
    #[case] named: bool,
) {
    let envelope = came_back(start("oidc", "keycloak"), Some(failure(code)), &[("BR-Q10", choice)]);
    let step = envelope.trace.steps.iter().find(|step| step.rule == "BR-R22").unwrap();
    assert_eq!(step.readings.contains_key("BR-Q10"), named);
}

#[test]
fn write_includes_read_under_the_hierarchy() {
    let envelope = decide_under(&BillRun, &dana(json!(["write"])), &[("BR-Q3", "hierarchy")]);
    assert_eq!(at(&envelope, "/effective_permissions"), json!(["read", "write"]));
}

#[test]
fn one_name_is_one_person_when_providers_are_merged() {
    let separate = decide(&BillRun, &dana(json!(["read"])));
    assert_eq!(at(&separate, "/session/identity"), json!({"provider": "keycloak", "username": "dana"}));
    let merged = decide_under(&BillRun, &dana(json!(["read"])), &[("BR-Q8", "merge")]);
    assert_eq!(at(&merged, "/session/identity"), json!({"username": "dana"}));
}

fn configured(readings: &[(&str, &str)]) -> Box<dyn AnyProduct> {
    let vendor = BillRun.example(&json!({})).unwrap().vendor;
    let readings = readings.iter().map(|(id, choice)| ((*id).to_owned(), (*choice).to_owned())).collect();
    BillRun.configure(&Setup { vendor, base_url: None, readings }).unwrap()
}

fn start(protocol: &str, provider: &str) -> Start {
    Start { protocol: Some(protocol.to_owned()), provider: Some(provider.to_owned()), return_to: None }
}

#[rstest]
#[case::unknown_protocol(start("saml", "keycloak"), "protocol_not_supported", Value::Null)]
#[case::unknown_provider(start("oidc", "other"), "missing_config", json!("https://billrun.host/?error=missing_config"))]
#[case::another_letter_case(start("oidc", "Keycloak"), "missing_config", json!("https://billrun.host/?error=missing_config"))]
fn a_start_url_is_refused_before_anybody_leaves(
    #[case] start: Start,
    #[case] reason: &str,
    #[case] redirect: Value,
) {
    let refused = configured(&[]).admit(&start).unwrap_err();
    assert_eq!(verdict(&refused), reason);
    assert_eq!(at(&refused, "/redirect"), redirect);
}

#[test]
fn the_first_of_two_providers_with_one_name_decides() {
    let auth = json!({"protocols": ["oidc"], "oidc": [{"name": "a"}, {"name": "a", "issuer_url": "https://b.example"}]});
    let product = BillRun.configure(&Setup { vendor: auth, ..Setup::default() }).unwrap();
    assert_eq!(verdict(&product.admit(&start("oidc", "a")).unwrap_err()), "missing_config");
}

/// The decision about Dana with this start, failure and readings.
fn came_back(start: Start, failure: Option<ProtocolFailure>, readings: &[(&str, &str)]) -> Envelope {
    let example = BillRun.example(&dana(json!(["read"]))).unwrap();
    let mut sign_in = example.sign_in;
    sign_in.start = start;
    sign_in.failure = failure;
    sign_in.origin = Origin { issuer: "https://idp.example".to_owned(), tokens_in_query: false };
    configured(readings).on(&example.state, &Event::SignIn(Box::new(sign_in)), Timestamp(0)).0
}

#[rstest]
#[case::same_origin("/admin?tab=1", &[], "https://billrun.host/admin?tab=1")]
#[case::same_origin_in_full("https://billrun.host/x", &[], "https://billrun.host/x")]
#[case::another_origin("https://evil.example/", &[], "https://billrun.host/")]
#[case::scheme_relative("//evil.example/", &[], "https://billrun.host/")]
#[case::a_script("javascript:alert(1)", &[], "https://billrun.host/")]
#[case::followed_anywhere("https://evil.example/", &[("BR-Q9", "copy")], "https://evil.example/")]
fn a_login_leads_to_the_page_that_was_asked_for(
    #[case] return_to: &str,
    #[case] readings: &[(&str, &str)],
    #[case] redirect: &str,
) {
    let start = Start { return_to: Some(return_to.to_owned()), ..start("oidc", "keycloak") };
    assert_eq!(at(&came_back(start, None, readings), "/redirect"), redirect);
}

fn failure(code: &str) -> ProtocolFailure {
    let detail = "as a test says".to_owned();
    ProtocolFailure { code: code.to_owned(), name: "test", clause: "OIDCC-3.1.3.7", detail }
}

#[rstest]
#[case::state("state_mismatch")]
#[case::audience("invalid_id_token:aud")]
#[case::error_response("idp_error:access_denied")]
fn every_protocol_failure_is_login_failed(#[case] code: &str) {
    let envelope = came_back(start("oidc", "keycloak"), Some(failure(code)), &[]);
    assert_eq!(verdict(&envelope), "login_failed");
    assert_eq!(at(&envelope, "/redirect"), "https://billrun.host/?error=login_failed");
    assert_eq!(envelope.rejection.unwrap().code, code);
    assert_eq!(envelope.trace.fired(), ["BR-R3", "BR-R22"]);
}

#[test]
fn an_uncaught_error_response_leads_nowhere() {
    let crash = [("BR-Q11", "crash")];
    let envelope = came_back(start("oidc", "keycloak"), Some(failure("idp_error:access_denied")), &crash);
    assert_eq!(verdict(&envelope), "idp_error:access_denied");
    assert_eq!(at(&envelope, "/redirect"), Value::Null);
}

#[test]
fn a_real_exchange_attests_the_rules_of_the_wire() {
    let fired = came_back(start("oidc", "keycloak"), None, &[]).trace.fired();
    for rule in ["BR-R2", "BR-R5", "BR-R6", "BR-R7", "BR-R8", "BR-R9"] {
        assert!(fired.contains(&rule), "{rule} not in {fired:?}");
    }
}

#[test]
fn the_profile_is_that_of_the_documentation() {
    let product = configured(&[]);
    let provider = &product.profile().providers[0];
    assert_eq!(provider.scope, "openid profile billrun openid");
    assert_eq!(provider.redirect_uri, "https://billrun.host/auth/login?protocol=oidc&provider=keycloak");
    assert_eq!(provider.label, "Login with Keycloak");
    assert!(!provider.algorithms.iter().any(|algorithm| matches!(algorithm.0, "PS384" | "ES256" | "none")));
    assert_eq!(product.departures(), Departures::default());
    assert_eq!(configured(&[("BR-Q12", "dedupe")]).profile().providers[0].scope, "openid profile billrun");
    assert!(configured(&[("BR-Q4", "copy")]).departures().nonce_may_be_absent);
}

#[rstest]
#[case::a_role(json!(["reports"]), "reports", "signed_in")]
#[case::admin_has_all(json!(["admin"]), "write", "signed_in")]
#[case::letter_case(json!(["READ"]), "read", "permission_denied:read")]
fn a_permission_is_checked_against_the_session(
    #[case] roles: Value,
    #[case] permission: &str,
    #[case] outcome: &str,
) {
    let record = json!({"session": {"username": "dana", "roles": roles}});
    let session = SessionView { record, issuer: "https://idp.example".to_owned(), subject: None };
    let check = Event::PermissionCheck { session, permission: permission.to_owned() };
    assert_eq!(verdict(&configured(&[]).on(&Value::Null, &check, Timestamp(0)).0), outcome);
}

#[test]
fn only_the_audit_log_is_written() {
    let (_, state) = after(&BillRun, &dana(json!(["read"])), &[]);
    let entry = json!({"action": "login", "provider": "keycloak", "at": 1_793_491_200});
    assert_eq!(state, json!({"audit": {"login_dana": entry}}));
}

#[rstest]
#[case::misspelt_key(json!({"protocol": []}), "/protocol", "did you mean `protocols`?")]
#[case::misspelt_provider_key(json!({"auth": {"oidc": [{"issuer": "x"}]}}), "/auth/oidc/0/issuer", "did you mean `issuer_url`?")]
fn a_misspelt_key_is_a_mistake(#[case] vendor: Value, #[case] path: &str, #[case] help: &str) {
    let mistakes = BillRun.configure(&Setup { vendor, ..Setup::default() }).unwrap_err();
    assert_eq!((mistakes[0].path.as_str(), mistakes[0].help.as_deref()), (path, Some(help)));
}

#[test]
fn the_trace_of_a_hidden_role_reads_well() {
    let given = json!({
        "id_token": {"sub": "u1", "preferred_username": "dana", "billrun_roles": {"crm": {"crm_is_admin": 1}}},
        "userinfo": {"sub": "u1", "billrun_roles": {"billing": ["read"]}},
    });
    insta::assert_json_snapshot!(decide(&BillRun, &given));
}

#[test]
fn the_readme_lists_every_rule_and_reading() {
    documented(&BillRun, include_str!("README.md"));
}

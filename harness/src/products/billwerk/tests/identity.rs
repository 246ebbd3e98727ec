//! Who somebody is, and which refusal comes first.

use rstest::rstest;
use serde_json::{Value, json};

use super::{Billwerk, configured, eva, example, form, with};
use crate::decision::{
    Envelope, Event, Origin, ProtocolFailure, SessionView, SignIn, Standing, Start, Timestamp,
};
use crate::products::testing::{after, at, decide, decide_under, sound, sound_under, verdict};

const NONE: &str = "NoExternalRoleAssignments";

#[rstest]
#[case::sub("sub", Value::Null, &["sub"])]
#[case::email("email", Value::Null, &["email"])]
#[case::a_numeric_sub("sub", json!(77), &["sub"])]
#[case::a_blank_email("email", json!(" "), &["email"])]
fn without_a_usable_required_claim_there_is_no_login(
    #[case] name: &str,
    #[case] value: Value,
    #[case] missing: &[&str],
) {
    let given = with(eva(NONE), &format!("/id_token/{name}"), value);
    let envelope = decide(&Billwerk, &given);
    assert_eq!(verdict(&envelope), "missing_required_claim");
    assert_eq!(envelope.claims.as_deref().unwrap(), missing);
    assert_eq!((envelope.effects.len(), envelope.findings.len()), (0, 0));
    sound(&Billwerk, &given);
}

#[test]
fn all_missing_claims_are_named_sorted() {
    let envelope = decide(&Billwerk, &json!({}));
    assert_eq!(envelope.claims.unwrap(), ["email", "sub"]);
}

#[rstest]
#[case::absent(Value::Null)]
#[case::empty(json!(""))]
#[case::no_string(json!(["Eva"]))]
fn a_name_without_its_claim_is_left_empty(#[case] value: Value) {
    let given =
        with(with(eva(NONE), "/id_token/given_name", value), "/existing_user", json!({"first_name": "Eva"}));
    let envelope = decide(&Billwerk, &given);
    assert_eq!(at(&envelope, "/user/first_name"), json!(""));
    assert_eq!(at(&envelope, "/user/last_name"), json!("Kern"));
    assert_eq!(envelope.effects, ["user.profile_updated"]);
    sound(&Billwerk, &given);
}

#[rstest]
#[case::e_mail("email", "Eva@corp.example", true)]
#[case::first_name("first_name", "Eve", true)]
#[case::last_name("last_name", "Kerner", true)]
#[case::as_it_was("last_name", "Kern", false)]
fn the_profile_follows_the_provider(#[case] field: &str, #[case] stored: &str, #[case] updated: bool) {
    let given = with(eva(NONE), "/existing_user", json!({ (field): stored }));
    let (envelope, state) = after(&Billwerk, &given, &[]);
    assert_eq!(envelope.effects.contains(&"user.profile_updated".to_owned()), updated);
    assert_eq!(state["users"][0]["email"], json!("eva@corp.example"));
    assert_eq!(envelope.trace.fired().contains(&"BW-R7"), field == "email");
    sound(&Billwerk, &given);
}

#[test]
fn a_refused_login_changes_nothing() {
    let given = with(eva(NONE), "/existing_user", json!({"type": "internal", "email": "EVA@CORP.example"}));
    let (envelope, state) = after(&Billwerk, &given, &[]);
    assert_eq!(verdict(&envelope), "internal_user_email_conflict");
    assert_eq!(state["users"][0]["type"], json!("internal"));
    assert_eq!(state["users"].as_array().unwrap().len(), 1);
    sound(&Billwerk, &given);
}

#[test]
fn an_internal_user_may_be_read_as_taken_over() {
    let given = with(eva(NONE), "/existing_user", json!({"type": "internal", "email": "EVA@CORP.example"}));
    let (envelope, state) = after(&Billwerk, &given, &[("BW-Q7", "link")]);
    sound_under(&Billwerk, &given, &[("BW-Q7", "link")]);
    assert_eq!(envelope.effects, ["user.converted_to_external"]);
    assert_eq!(state["users"][0]["type"], json!("external"));
    assert_eq!(state["users"][0]["external_id"], json!("ext-77"));
}

/// A state with these users, checked, and Eva's login to it.
fn login_to(users: &Value, readings: &[(&str, &str)]) -> (Envelope, Value) {
    let product = configured(form(NONE), readings);
    let state = product.state(&json!({ "users": users })).unwrap();
    let event = Event::SignIn(Box::new(example(&eva(NONE)).sign_in));
    product.on(&state, &event, Timestamp(0))
}

#[rstest]
#[case::by_external_id(json!({"external_id": "ext-77", "email": "e@old.example"}), "external_id_then_email", true)]
#[case::by_e_mail_letter_case_aside(json!({"email": "EVA@corp.example"}), "external_id_then_email", true)]
#[case::another_external_id(json!({"external_id": "x", "email": "eva@corp.example"}), "external_id_then_email", false)]
#[case::another_e_mail(json!({"email": "e@old.example"}), "external_id_then_email", false)]
#[case::only_external_id(json!({"email": "eva@corp.example"}), "external_id", false)]
#[case::only_e_mail(json!({"external_id": "x", "email": "eva@corp.example"}), "email", true)]
#[case::only_e_mail_against_external_id(json!({"external_id": "ext-77", "email": "e@old.example"}), "email", false)]
#[case::of_the_other_integration(json!({"provider": "azure", "email": "eva@corp.example"}), "external_id_then_email", false)]
fn an_invitation_is_taken_up(#[case] mut invited: Value, #[case] linking: &str, #[case] linked: bool) {
    invited["status"] = json!("invited");
    let (envelope, state) = login_to(&json!([invited]), &[("BW-Q4", linking)]);
    let effect = if linked { "user.linked_to_invitation" } else { "user.created" };
    assert_eq!(envelope.effects, [effect]);
    let user = &state["users"][usize::from(!linked)];
    assert_eq!((&user["external_id"], &user["status"]), (&json!("ext-77"), &json!("active")));
    assert_eq!(user["email"], json!("eva@corp.example"));
}

#[test]
fn an_external_id_beats_an_invitation() {
    let users = json!([
        {"status": "invited", "email": "eva@corp.example"},
        {"external_id": "ext-77", "email": "eva@corp.example", "first_name": "Eva", "last_name": "Kern"}
    ]);
    let (envelope, state) = login_to(&users, &[]);
    assert_eq!(envelope.effects, [""; 0]);
    assert_eq!(state["users"][0]["status"], json!("invited"));
}

#[test]
fn the_same_external_id_at_two_integrations_is_two_users() {
    let users = json!([{"provider": "azure", "external_id": "ext-77", "email": "eva@corp.example"}]);
    let (envelope, state) = login_to(&users, &[]);
    assert_eq!(envelope.effects, ["user.created"]);
    assert_eq!(state["users"][1]["provider"], json!("oidc"));
}

#[test]
fn an_active_user_is_not_recognised_by_e_mail() {
    let users = json!([{"external_id": "ext-1", "email": "eva@corp.example"}]);
    assert_eq!(login_to(&users, &[]).0.effects, ["user.created"]);
}

#[test]
fn the_first_user_gets_no_privilege() {
    let (envelope, _) = login_to(&json!([]), &[]);
    assert_eq!(at(&envelope, "/roles_by_legal_entity"), json!({}));
    assert!(envelope.trace.fired().contains(&"BW-R24"));
}

#[rstest]
#[case::off_before_protocol(json!({"Active": false}), "sso_not_enabled")]
#[case::protocol_before_claims(json!({}), "nonce_mismatch")]
fn the_first_refusal_in_order_is_reported(#[case] changed: Value, #[case] reason: &str) {
    let mut vendor = form(NONE);
    for (key, value) in changed.as_object().unwrap() {
        vendor[key] = value.clone();
    }
    let failure = ProtocolFailure {
        code: "nonce_mismatch".to_owned(),
        name: "nonce_mismatch",
        clause: "OIDCC-3.1.3.7-11",
        detail: "expected `a`, found `b`".to_owned(),
    };
    let sign_in = SignIn { failure: Some(failure), ..SignIn::default() };
    let product = configured(vendor, &[]);
    let state = product.state(&Value::Null).unwrap();
    let (envelope, _) = product.on(&state, &Event::SignIn(Box::new(sign_in)), Timestamp(0));
    assert_eq!(verdict(&envelope), reason);
    assert_eq!(envelope.rejection.is_some(), reason == "nonce_mismatch");
}

#[test]
fn required_claims_come_before_the_internal_user() {
    let given = with(eva(NONE), "/existing_user", json!({"type": "internal"}));
    assert_eq!(
        verdict(&decide(&Billwerk, &with(given, "/id_token/sub", Value::Null))),
        "missing_required_claim"
    );
}

#[test]
fn a_token_that_came_over_the_wire_is_for_the_login_client() {
    let sign_in = SignIn {
        origin: Origin { issuer: "https://idp.example".to_owned(), tokens_in_query: false },
        ..example(&eva(NONE)).sign_in
    };
    let product = configured(form(NONE), &[]);
    let state = product.state(&Value::Null).unwrap();
    let (envelope, _) = product.on(&state, &Event::SignIn(Box::new(sign_in.clone())), Timestamp(0));
    assert_eq!(verdict(&envelope), "signed_in");
    assert!(envelope.trace.fired().contains(&"BW-R3"));
    // the settings dialogue proves that the form works, and signs nobody in
    let start = Start { provider: Some("oidc-settings".to_owned()), ..Start::default() };
    let event = Event::SignIn(Box::new(SignIn { start, ..sign_in }));
    let (envelope, after) = product.on(&state, &event, Timestamp(0));
    assert_eq!((verdict(&envelope), after), ("settings_only", state));
}

#[test]
fn a_session_follows_its_stored_user() {
    let (envelope, mut state) = login_to(&json!([]), &[]);
    let session = SessionView { record: envelope.record(), issuer: String::new(), subject: None };
    let product = configured(form(NONE), &[]);
    state["users"][0]["roles"] = json!({"LE2": ["Reports"]});
    let Standing::Live(record) = product.look(&state, &session) else { panic!("the session ended") };
    assert_eq!(record["roles_by_legal_entity"], json!({"LE2": ["Reports"]}));
    state["users"] = json!([]);
    assert_eq!(product.look(&state, &session), Standing::Ended("user_removed"));
}

/// Each of the others has something in common with Eva: the External Id elsewhere, or the integration.
#[test]
fn a_session_is_that_of_one_user_among_several() {
    let users = json!([
        {"provider": "azure", "external_id": "ext-77", "email": "other@corp.example"},
        {"external_id": "ext-1", "email": "another@corp.example", "roles": {"LE1": ["Admin"]}},
        {"external_id": "ext-77", "email": "eva@corp.example", "roles": {"LE1": ["Finance"]}}
    ]);
    let (envelope, state) = login_to(&users, &[]);
    let session = SessionView { record: envelope.record(), issuer: String::new(), subject: None };
    assert_eq!(configured(form(NONE), &[]).look(&state, &session), Standing::Live(envelope.record()));
    assert_eq!(at(&envelope, "/user/email"), json!("eva@corp.example"));
}

#[test]
fn signing_out_and_a_refused_renewal_leave_users_alone() {
    let (envelope, state) = login_to(&json!([]), &[]);
    let session = SessionView { record: envelope.record(), issuer: String::new(), subject: None };
    let product = configured(form(NONE), &[]);
    let refused = Event::RenewalRefused { session: session.clone(), error: "login_required".to_owned() };
    for (event, rule) in [(Event::SignOut { session }, "BW-R22"), (refused, "BW-R2")] {
        let (after, left) = product.on(&state, &event, Timestamp(0));
        assert_eq!((after.record(), &left), (envelope.record(), &state));
        assert_eq!(after.trace.fired(), [rule]);
    }
    let renewal = Event::Renewal(Box::default());
    assert_eq!(verdict(&product.on(&state, &renewal, Timestamp(0)).0), "renewal_not_supported");
}

#[test]
fn other_readings_do_not_touch_a_plain_login() {
    let plain = decide(&Billwerk, &eva(NONE));
    for reading in
        [("BW-Q2", "code"), ("BW-Q3", "one"), ("BW-Q4", "email"), ("BW-Q6", "refuse"), ("BW-Q7", "link")]
    {
        let other = decide_under(&Billwerk, &eva(NONE), &[reading]);
        assert_eq!((other.record(), other.effects), (plain.record(), plain.effects.clone()));
    }
}

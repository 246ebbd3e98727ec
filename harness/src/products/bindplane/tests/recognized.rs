//! Which stored user a login is, which invitation is meant for it, and what is recorded without a word.

use rstest::rstest;
use serde_json::{Value, json};

use super::{Bindplane, bo};
use crate::decision::{AnyExample, Envelope, Event, ProductKind as _, Timestamp};
use crate::products::testing::{at, configured};

const ISSUER: &str = "https://idp.test/bindplane";

/// Bo's login with claims to a stored state under readings, and the state that it leaves.
fn login(claims: Value, state: &Value, readings: &[(&str, &str)]) -> (Envelope, Value) {
    let mut given = bo(claims);
    given["oidc"]["disableInvitations"] = json!(false);
    let AnyExample { vendor, sign_in, .. } = Bindplane.example(&given).unwrap();
    let product = configured(&Bindplane, &vendor, readings);
    let state = product.state(state).unwrap();
    product.on(&state, &Event::SignIn(Box::new(sign_in)), Timestamp(0))
}

fn somebody() -> Value {
    json!({"sub": "first", "login": "first@corp.example", "organization_role": "admin"})
}

#[rstest]
#[case::another_address(json!({"iss": ISSUER, "sub": "b1", "login": "old@corp.example"}))]
#[case::the_address_in_another_letter_case(json!({"iss": ISSUER, "sub": "b1", "login": "BO@corp.example"}))]
#[case::the_subject_of_who_was_added_by_hand(json!({"login": "BO@corp.example", "iss": ISSUER}))]
#[case::the_issuer_that_was_left_out(json!({"sub": "b1", "login": "bo@corp.example"}))]
fn a_login_records_what_was_not_known(#[case] stored: Value) {
    let (envelope, state) = login(json!({}), &json!({"users": [somebody(), stored]}), &[]);
    assert_eq!(envelope.effects, [""; 0]);
    let user = &state["users"][1];
    assert_eq!([&user["iss"], &user["sub"], &user["login"]], [ISSUER, "b1", "bo@corp.example"]);
    assert_eq!(state["users"].as_array().unwrap().len(), 2);
}

#[rstest]
#[case::the_subject_at_another_issuer(json!({"iss": "https://other.example", "sub": "b1", "login": "x@corp.example"}))]
#[case::another_subject_with_the_address(json!({"iss": ISSUER, "sub": "b2", "login": "bo@corp.example"}))]
#[case::added_by_hand_with_another_address(json!({"login": "x@corp.example"}))]
fn somebody_else_is_not_taken_for_the_person(#[case] stored: Value) {
    let state = json!({"projects": ["P1"], "users": [somebody(), stored]});
    let (envelope, state) = login(json!({"bindplane_projects": "P1"}), &state, &[]);
    assert_eq!(envelope.effects, ["user.created", "project.access_granted:P1"]);
    assert_eq!(state["users"][2]["sub"], "b1");
}

#[test]
fn the_invitation_for_the_address_is_redeemed_and_the_others_stay() {
    let open = |email: &str, project: &str| json!({"email": email, "project": project, "role": "user"});
    let state = json!({
        "projects": ["P1", "P2", "P3"],
        "users": [somebody()],
        "invitations": [open("eve@corp.example", "P1"), open("BO@corp.example", "P2"), open("bo@corp.example", "P3")],
    });
    let (envelope, left) = login(json!({}), &state, &[]);
    assert_eq!(at(&envelope, "/project_roles"), json!({"P2": "user"}));
    assert_eq!(left["invitations"], json!([open("eve@corp.example", "P1"), open("bo@corp.example", "P3")]));
}

#[rstest]
#[case::a_higher_role("admin", "admin", "BP-R24")]
#[case::the_same_role("user", "user", "BP-R13")]
#[case::a_lower_role("viewer", "user", "BP-R13")]
fn beside_claims_an_invitation_counts_where_it_gives_more(
    #[case] invited: &str,
    #[case] role: &str,
    #[case] rule: &str,
) {
    let state = json!({
        "projects": ["P1"],
        "users": [somebody()],
        "invitations": [{"project": "P1", "role": invited}],
    });
    let claims = json!({"bindplane_projects": "user:P1"});
    let (envelope, _) = login(claims, &state, &[("BP-Q12", "union")]);
    assert_eq!(at(&envelope, "/project_roles"), json!({"P1": role}));
    let behind = &envelope.trace.provenance["/project_roles/P1"];
    let rules: Vec<&str> =
        behind.iter().filter_map(|step| envelope.trace.step(*step)).map(|step| step.rule).collect();
    assert_eq!(rules, [rule]);
}

/// Bindplane's projects can go while roles in them stay stored.
#[test]
fn a_role_in_a_project_that_is_gone_is_shown_last_and_revoked_by_claims() {
    let given = json!({
        "oidc": {"disableInvitations": true},
        "id_token": {"sub": "b1", "email": "bo@corp.example", "bindplane_projects": "P2"},
        "existing_user": {"organization_role": "user", "project_roles": {"P9": "admin", "P2": "viewer"}},
    });
    assert_eq!(played(&given).effects, ["project.access_revoked:P9"]);
    let mut unsynchronised = given;
    unsynchronised["oidc"]["disableInvitations"] = json!(false);
    let shown = at(&played(&unsynchronised), "/project_roles");
    assert_eq!(shown.to_string(), r#"{"P2":"viewer","P9":"admin"}"#);
}

/// A case as it is written: its state may be one that nobody could write otherwise.
fn played(given: &Value) -> Envelope {
    let AnyExample { product, state, sign_in, now, .. } = Bindplane.example(given).unwrap();
    product.on(&state, &Event::SignIn(Box::new(sign_in)), now).0
}

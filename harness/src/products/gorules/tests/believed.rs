//! Whom an access token is for, what stands in for groups, and who a login is.

use rstest::rstest;
use serde_json::{Value, json};

use super::{GoRules, gus};
use crate::decision::{AnyExample, Envelope, Event, ProductKind as _, Timestamp};
use crate::products::testing::{at, configured, decide, decide_under, verdict};

/// The decision about Gus's token with these claims besides, under GR-Q10 = `enforce`.
fn enforced(claims: Value) -> Envelope {
    let mut given = gus(json!({}), json!([]));
    given["access_token"].as_object_mut().unwrap().extend(claims.as_object().unwrap().clone());
    decide_under(&GoRules, &given, &[("GR-Q10", "enforce")])
}

#[rstest]
#[case::one(json!({"aud": "gorules"}), "signed_in")]
#[case::one_of_several(json!({"aud": ["account", "gorules"]}), "signed_in")]
#[case::another(json!({"aud": "account"}), "invalid_id_token:aud")]
#[case::others(json!({"aud": ["account", "gorules-2"]}), "invalid_id_token:aud")]
#[case::none(json!({}), "invalid_id_token:aud")]
#[case::a_stranger_first(json!({"aud": "account", "azp": "other"}), "invalid_id_token:azp")]
#[case::ourselves_by_every_name(json!({"aud": "gorules", "azp": "gorules", "cid": "gorules", "client_id": "gorules"}), "signed_in")]
#[case::a_stranger_last(json!({"aud": "gorules", "azp": "gorules", "client_id": "other"}), "invalid_id_token:azp")]
fn an_audience_that_is_enforced_holds_the_client(#[case] claims: Value, #[case] outcome: &str) {
    assert_eq!(verdict(&enforced(claims)), outcome);
}

#[rstest]
#[case::the_usual_name(json!({"_claim_names": {"groups": "src1"}}), true)]
#[case::the_name_in_force(json!({"_claim_names": {"teams": "src1"}}), true)]
#[case::another_claim(json!({"_claim_names": {"roles": "src1"}}), false)]
#[case::no_object(json!({"_claim_names": ["groups"]}), false)]
#[case::the_mark(json!({"hasgroups": true}), true)]
#[case::no_truth_value(json!({"hasgroups": "true"}), false)]
fn groups_that_did_not_fit_are_reported(#[case] claims: Value, #[case] reported: bool) {
    let mut given = gus(json!({"SSO_OAUTH2_CUSTOM_CLAIM_NAME": "teams"}), json!([]));
    given["access_token"].as_object_mut().unwrap().extend(claims.as_object().unwrap().clone());
    let findings = decide(&GoRules, &given).findings;
    assert_eq!(findings.contains(&"groups_overage".to_owned()), reported, "{findings:?}");
}

/// Gus's login, with a name, to these users under readings, and the users that it leaves.
fn login(users: &Value, readings: &[(&str, &str)]) -> (Envelope, Value) {
    let mut given = gus(json!({}), json!([]));
    given["access_token"]["name"] = json!("Gus");
    let AnyExample { vendor, sign_in, .. } = GoRules.example(&given).unwrap();
    let product = configured(&GoRules, &vendor, readings);
    let state = product.state(&json!({ "users": users })).unwrap();
    let (envelope, state) = product.on(&state, &Event::SignIn(Box::new(sign_in)), Timestamp(0));
    (envelope, state["users"].clone())
}

#[rstest]
#[case::another_name(json!({"sub": "g1", "display_name": "Old"}))]
#[case::no_name(json!({"sub": "g1"}))]
#[case::no_subject(json!({"display_name": "Gus"}))]
fn a_login_records_name_and_subject_without_a_word(#[case] mut stored: Value) {
    stored["email"] = json!("gus@corp.example");
    let (envelope, users) = login(&json!([{"email": "ann@corp.example"}, stored]), &[]);
    assert_eq!(envelope.effects, [""; 0]);
    assert_eq!((&users[1]["sub"], &users[1]["display_name"]), (&json!("g1"), &json!("Gus")));
    assert_eq!(users[0].get("sub"), None);
}

#[test]
fn a_user_may_be_known_by_the_subject() {
    let users = json!([
        {"email": "gus@corp.example", "sub": "g9"},
        {"email": "none@corp.example"},
        {"email": "old@corp.example", "sub": "g1", "type": "admin"},
    ]);
    let (envelope, left) = login(&users, &[("GR-Q11", "sub")]);
    assert_eq!(at(&envelope, "/user/email"), "old@corp.example");
    assert_eq!(at(&envelope, "/user/type"), "admin");
    assert_eq!(left.as_array().unwrap().len(), 3);
}

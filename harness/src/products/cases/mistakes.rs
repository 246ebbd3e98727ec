//! A case that is written wrongly is answered with its mistakes, each with a place; nothing panics.

use proptest::prelude::*;
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};
use rstest::rstest;
use serde_json::{Map, Value, json};

use super::super::testing::tries;
use super::{cases_of, named};
use crate::decision::{AnyExample, Event, Mistake};

#[rstest]
#[case::billrun_unknown_field("billrun", json!({"id_tokn": {}}), "/id_tokn", "did you mean `id_token`?")]
#[case::billrun_unknown_setting("billrun", json!({"auth": {"protocol": []}}), "/auth/protocol", "did you mean `protocols`?")]
#[case::cloudbilling_unknown_field("cloudbilling", json!({"userinfo": {}}), "/userinfo", "known are `id_token`, `existing_user`")]
#[case::cloudbilling_unknown_user_field("cloudbilling", json!({"existing_user": {"user_group": []}}), "/existing_user/user_group", "did you mean `user_groups`?")]
#[case::billwerk_unknown_field("billwerk", json!({"strategie": "x"}), "/strategie", "did you mean `strategy`?")]
#[case::billwerk_unknown_provider("billwerk", json!({"provider": "saml"}), "/provider", "use `oidc` or `azure`")]
#[case::billwerk_unknown_status("billwerk", json!({"existing_user": {"status": "locked"}}), "/existing_user/status", "use `active` or `invited`")]
#[case::gorules_unknown_field("gorules", json!({"acess_token": {}}), "/acess_token", "did you mean `access_token`?")]
#[case::gorules_unknown_signature("gorules", json!({"signature": "forged"}), "/signature", "use `valid` or `invalid`")]
#[case::bindplane_unknown_field("bindplane", json!({"invitations": {}}), "/invitations", "did you mean `invitation`?")]
#[case::bindplane_unknown_role("bindplane", json!({"invitation": {"project": "P1", "role": "admn"}}), "/invitation/role", "did you mean `admin`?")]
#[case::bindplane_unknown_project("bindplane", json!({"invitation": {"project": "P1x", "role": "admin"}}), "/invitation/project", "did you mean `P1`?")]
fn what_does_not_exist_is_named_with_help(
    #[case] product: &str,
    #[case] given: Value,
    #[case] path: &str,
    #[case] help: &str,
) {
    let mistakes = mistakes(product, &given);
    assert_eq!(mistakes.len(), 1, "{mistakes:?}");
    assert_eq!((mistakes[0].path.as_str(), mistakes[0].help.as_deref()), (path, Some(help)));
}

#[rstest]
#[case::billrun_no_object("billrun", json!([]), "")]
#[case::billrun_id_token("billrun", json!({"id_token": "a.b.c"}), "/id_token")]
#[case::billrun_userinfo("billrun", json!({"userinfo": []}), "/userinfo")]
#[case::billrun_status("billrun", json!({"userinfo_status": "200"}), "/userinfo_status")]
#[case::billrun_status_out_of_range("billrun", json!({"userinfo_status": -1}), "/userinfo_status")]
#[case::billrun_provider("billrun", json!({"provider": 1}), "/provider")]
#[case::billrun_protocols("billrun", json!({"auth": {"protocols": "oidc"}}), "/auth/protocols")]
#[case::billrun_entry("billrun", json!({"auth": {"oidc": ["keycloak"]}}), "/auth/oidc/0")]
#[case::cloudbilling_id_token("cloudbilling", json!({"id_token": 1}), "/id_token")]
#[case::cloudbilling_locked("cloudbilling", json!({"existing_user": {"locked": "yes"}}), "/existing_user/locked")]
#[case::cloudbilling_groups("cloudbilling", json!({"existing_user": {"user_groups": "ug-sales"}}), "/existing_user/user_groups")]
#[case::billwerk_strategy("billwerk", json!({"strategy": "Everything"}), "/strategy")]
#[case::billwerk_roles("billwerk", json!({"existing_user": {"roles": ["Admin"]}}), "/existing_user/roles")]
#[case::billwerk_user("billwerk", json!({"existing_user": "eva"}), "/existing_user")]
#[case::gorules_env("gorules", json!({"env": "X=1"}), "/env")]
#[case::gorules_token("gorules", json!({"access_token": 7}), "/access_token")]
#[case::gorules_source("gorules", json!({"env": {"SSO_OAUTH2_IDENTITY_TOKEN_SOURCE": "userinfo"}}), "/env/SSO_OAUTH2_IDENTITY_TOKEN_SOURCE")]
#[case::gorules_role("gorules", json!({"roles": [{"name": "ba", "idpGroup": []}]}), "/roles/0")]
#[case::gorules_type("gorules", json!({"existing_user": {"type": "root"}}), "/existing_user/type")]
#[case::bindplane_oidc("bindplane", json!({"oidc": true}), "/oidc")]
#[case::bindplane_setting("bindplane", json!({"oidc": {"disableInvitations": 3}}), "/oidc/disableInvitations")]
#[case::bindplane_admins("bindplane", json!({"other_org_admins": "1"}), "/other_org_admins")]
#[case::bindplane_admins_below_none("bindplane", json!({"other_org_admins": -1}), "/other_org_admins")]
#[case::bindplane_admins_beyond_measure("bindplane", json!({"other_org_admins": 4_000_000_000_u64}), "/other_org_admins")]
#[case::bindplane_has_users("bindplane", json!({"organization_has_users": 0}), "/organization_has_users")]
#[case::bindplane_user("bindplane", json!({"existing_user": {"organization_role": "owner"}}), "/existing_user/organization_role")]
fn what_has_the_wrong_type_or_value_is_named(
    #[case] product: &str,
    #[case] given: Value,
    #[case] path: &str,
) {
    let mistakes = mistakes(product, &given);
    assert!(mistakes.iter().any(|mistake| mistake.path == path), "{mistakes:?}");
}

fn mistakes(product: &str, given: &Value) -> Vec<Mistake> {
    named(product).unwrap().example(given).unwrap_err()
}

/// Something that is nowhere expected.
fn anything() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(json!(null)),
        Just(json!([])),
        Just(json!({})),
        Just(json!([null, 1, "x", {}])),
        Just(json!({"": {"~/": [1]}})),
        Just(json!("a->b->,:,\u{0}é\u{202e}")),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<bool>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
    ]
}

/// Replaces, adds or removes what lies `depth` members below, the way chosen by `turns`.
fn spoil(value: &mut Value, turns: &[usize], with: &Value) {
    let (turn, rest) = turns.split_first().map_or((0, [].as_slice()), |(turn, rest)| (*turn, rest));
    match value {
        Value::Object(members) if !rest.is_empty() && !members.is_empty() => {
            let key = members.keys().nth(turn % members.len()).cloned().unwrap();
            if turn % 7 == 6 {
                rename(members, &key);
            } else {
                spoil(&mut members[&key], rest, with);
            }
        }
        Value::Array(entries) if !rest.is_empty() && !entries.is_empty() => {
            let index = turn % entries.len();
            spoil(&mut entries[index], rest, with);
        }
        Value::Null
        | Value::Bool(_)
        | Value::Number(_)
        | Value::String(_)
        | Value::Array(_)
        | Value::Object(_) => value.clone_from(with),
    }
}

fn rename(members: &mut Map<String, Value>, key: &str) {
    let value = members.shift_remove(key).unwrap_or_default();
    members.insert(format!("{key}x"), value);
}

#[rstest]
fn a_spoilt_case_is_decided_or_its_mistakes_are_named(
    #[values("billrun", "cloudbilling", "billwerk", "gorules", "bindplane")] product: &str,
) {
    let kind = named(product).unwrap();
    let cases = cases_of(product);
    let turns = proptest::collection::vec(any::<u8>().prop_map(usize::from), 1..6);
    let spoilt = (0..cases.len(), proptest::collection::vec((turns, anything()), 1..4));
    let mut runner = TestRunner::new_with_rng(tries(1500), TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let outcome = runner.run(&spoilt, |(index, changes)| {
        let mut given = cases[index]["given"].clone();
        for (turns, with) in &changes {
            spoil(&mut given, turns, with);
        }
        match kind.example(&given) {
            Ok(AnyExample { product, state, sign_in, now, .. }) => {
                let (envelope, _) = product.on(&state, &Event::SignIn(Box::new(sign_in)), now);
                prop_assert_eq!(envelope.signed_in(), envelope.reason.is_none(), "{}", given);
            }
            Err(mistakes) => {
                prop_assert!(!mistakes.is_empty(), "{}", given);
                for mistake in mistakes {
                    let place = named_place(&mistake, &given);
                    prop_assert!(place && !mistake.message.is_empty(), "{given}\n{mistake:?}");
                }
            }
        }
        Ok(())
    });
    if let Err(failure) = outcome {
        panic!("{failure}");
    }
}

/// Whether a mistake names a place that is there; that of a missing member is the object that misses it.
fn named_place(mistake: &Mistake, given: &Value) -> bool {
    let missing = mistake.message.contains(" needs a ");
    let place =
        mistake.path.rsplit_once('/').filter(|_| missing).map_or(mistake.path.as_str(), |(parent, _)| parent);
    given.pointer(place).is_some()
}

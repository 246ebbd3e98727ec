//! What no case needs, and what would go wrong unseen: rights in a record, states that contradict themselves, words that are
//! nearly right, which rule a failure breaks.

use rstest::rstest;
use serde_json::{Value, json};

use super::named;
use crate::decision::ProtocolFailure;
use crate::products::form::{Form, did_you_mean};
use crate::products::testing::configured;
use crate::products::{dotenv, protocol};

#[rstest]
#[case::billrun(
    "billrun", json!({"effective_permissions": ["read", "admin"]}),
    &[("permissions.read", "granted", 1), ("permissions.admin", "granted", 1)]
)]
#[case::cloudbilling(
    "cloudbilling", json!({"user": {"user_groups": ["ug-sales"]}}), &[("user_groups.ug-sales", "member", 1)]
)]
#[case::gorules(
    "gorules",
    json!({"user": {"type": "author"}, "access": {"project_permissions": {"P1": ["view"]}}}),
    &[("user.type", "author", 2), ("project_permissions.P1.view", "granted", 1)]
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

fn member(key: &str) -> Value {
    json!({
        "external_key": ["https://idp.example", key], "email": "a@acme.example", "name": "A", "locked": false,
        "preferred_username": "a", "given_name": "A", "family_name": "B", "user_groups": [],
    })
}

#[rstest]
#[case::bindplane_project_of_a_user(
    "bindplane", json!({"projects": ["P1"], "users": [{"login": "a@x", "project_roles": {"P9": "viewer"}}], "invitations": []}),
    "/users/0/project_roles unknown project `P9`"
)]
#[case::cloudbilling_two_of_one_key(
    "cloudbilling", json!({"users": [member("a"), member("b"), member("a")]}),
    "/users/2/external_key two users have the same `external_key`"
)]
#[case::gorules_permission(
    "gorules", json!({"projects": [], "roles": [{"name": "r", "permissions": ["fly"]}], "users": []}),
    "/roles/0/permissions unknown permission `fly`"
)]
#[case::gorules_project(
    "gorules", json!({"projects": ["P1"], "roles": [{"name": "r", "projects": ["P1", "P9"]}], "users": []}),
    "/roles/0/projects unknown project `P9`"
)]
fn a_state_that_contradicts_itself_is_refused_at_its_place(
    #[case] product: &str,
    #[case] state: Value,
    #[case] said: &str,
) {
    let kind = named(product).unwrap();
    let vendor = kind.example(&json!({})).unwrap().vendor;
    let mistakes = configured(kind, &vendor, &[]).state(&state).unwrap_err();
    let found: Vec<String> = mistakes.iter().map(|it| format!("{} {}", it.path, it.message)).collect();
    assert_eq!(found, [said]);
}

#[rstest]
#[case::one_letter_of_four("ABCE", Some("ABCD"))]
#[case::in_small_letters("abcd", Some("ABCD"))]
#[case::two_letters_of_four("ABEF", None)]
#[case::three_letters_of_eight("ABCDEXYZ", None)]
fn a_variable_is_near_by_a_quarter_of_its_letters(#[case] name: &str, #[case] near: Option<&str>) {
    assert_eq!(dotenv::near(name, ["ABCD", "ABCDEFGH"].into_iter()), near);
}

#[rstest]
#[case::near("admn", &["admin", "user"], "did you mean `admin`?")]
#[case::in_capitals("ADMIN", &["admin", "user"], "did you mean `admin`?")]
#[case::just_too_far("aaaa", &["aababx"], "known are `aababx`")]
#[case::far("root", &["admin", "user"], "known are `admin`, `user`")]
fn a_word_is_near_from_a_likeness_of_more_than_four_fifths(
    #[case] word: &str,
    #[case] known: &[&str],
    #[case] help: &str,
) {
    assert_eq!(did_you_mean(word, known).as_deref(), Some(help));
}

#[rstest]
#[case::a_truth_value(json!(true), "a truth value")]
#[case::a_number(json!(1), "a number")]
#[case::a_text(json!("x"), "a text")]
#[case::a_list(json!([]), "a list")]
fn what_was_found_instead_of_an_object_is_named(#[case] value: Value, #[case] kind: &str) {
    let mistakes = Form::of(&value, "/x").into_mistakes();
    assert_eq!(mistakes[0].message, format!("expected an object, found {kind}"));
    let object = json!({"key": {}});
    let mut form = Form::of(&object, "");
    assert_eq!(form.text("key"), None);
    assert_eq!(form.into_mistakes()[0].message, "expected a text, found an object");
}

#[rstest]
#[case::state("state_mismatch", "X-R1")]
#[case::nonce("nonce_mismatch", "X-R2")]
#[case::audience("invalid_id_token:aud", "X-R3")]
#[case::key("invalid_id_token:kid", "X-R4")]
#[case::error("idp_error:access_denied", "X-R5")]
fn a_failure_breaks_the_rule_that_it_is_about(#[case] code: &str, #[case] rule: &str) {
    let (code, detail) = (code.to_owned(), String::new());
    let failure = ProtocolFailure { code, name: "test", clause: "OIDCC-3.1.3.7", detail };
    assert_eq!(protocol::rule_of(&failure).id, rule);
}

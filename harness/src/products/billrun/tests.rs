//! BillRun's cases from the product examples, and the rules that they do not touch.

use rstest::rstest;
use serde_json::{Value, json};

use super::{BillRun, Config, Kind};
use crate::decision::matches::differences;
use crate::decision::{
    Admission, AnyProduct, Configured, Envelope, Event, ProductKind, ProtocolFailure, SessionView, Setup,
    SignIn, Start, Timestamp, Token, Userinfo,
};
use crate::products::testing::{case, decide, decide_under, sound};

const CASES: &str = include_str!("../../../../fixtures/examples/billrun.json");

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
    let (given, expect) = case(CASES, id);
    let envelope = decide(&Kind, &given);
    let actual = serde_json::to_value(&envelope).unwrap();
    assert_eq!(differences(&expect, &actual), [], "{actual:#}");
    sound(&Kind, &given);
}

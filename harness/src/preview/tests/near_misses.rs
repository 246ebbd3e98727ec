//! Near misses, and what a newcomer reads after ten typical mistakes in claims.
#![expect(clippy::needless_pass_by_value, reason = "tables of cases read better without references")]

use rstest::{Context, rstest};
use serde_json::{Value, json};

use super::super::*;
use super::nowhere;
use crate::decision::{Document, ProductKind};
use crate::products;

/// A token at Bindplane with invitations disabled, where claims decide at every login.
fn bindplane(claims: Value) -> Value {
    let mut token = json!({"sub": "b1", "email": "bo@corp.example"});
    token.as_object_mut().unwrap().extend(claims.as_object().unwrap().clone());
    json!({"oidc": {"disableInvitations": true}, "id_token": token})
}

fn cloudbilling(roles: Value) -> Value {
    json!({"id_token": {
        "sub": "a1", "email": "ann@acme.example", "name": "Ann", "locale": "en-GB", "zoneinfo": "Europe/Amsterdam",
        "roles": roles,
    }})
}

fn cloudbilling_with(claims: Value) -> Value {
    let mut given = cloudbilling(json!(["ug-sales"]));
    given["id_token"].as_object_mut().unwrap().extend(claims.as_object().unwrap().clone());
    given
}

fn gorules(id_token: Value, access_token: Value) -> Value {
    let mut token = json!({"sub": "g1", "email": "gus@corp.example", "azp": "gorules", "aud": "gorules"});
    token.as_object_mut().unwrap().extend(access_token.as_object().unwrap().clone());
    json!({
        "env": {"SSO_OAUTH2_GROUPS_MAPPING": "ops->admin,dev->member"},
        "id_token": id_token, "access_token": token,
    })
}

fn billrun(claims: Value) -> Value {
    let mut token = json!({"sub": "u1", "preferred_username": "dana"});
    token.as_object_mut().unwrap().extend(claims.as_object().unwrap().clone());
    json!({"id_token": token, "userinfo": {"sub": "u1"}})
}

fn billwerk(claims: Value) -> Value {
    let mut token = json!({"sub": "ext-77", "email": "eva@corp.example"});
    token.as_object_mut().unwrap().extend(claims.as_object().unwrap().clone());
    json!({"strategy": "OneRoleForAllLegalEntities", "id_token": token})
}

fn previewed(product: &str, given: &Value) -> Preview {
    example(products::named(product).unwrap(), given, &BTreeMap::new()).unwrap()
}

/// The transcripts hold what a newcomer reads: the result, what is almost right, and how sure it is.
#[rstest]
#[case::a_misspelt_claim("bindplane", bindplane(json!({"bindplane_project": "admin:P1"})))]
#[case::a_list_where_a_text_is_read("bindplane", bindplane(json!({"bindplane_projects": ["admin:P1", "P2"]})))]
#[case::a_group_in_the_wrong_letter_case("gorules", gorules(json!({}), json!({"groups": ["Ops"]})))]
#[case::groups_in_the_other_token("gorules", gorules(json!({"groups": ["ops"]}), json!({})))]
#[case::groups_at_another_depth("gorules", gorules(json!({}), json!({"realm_access": {"groups": ["ops"]}})))]
#[case::a_namespace_before_the_name("gorules", gorules(json!({}), json!({"https://acme.example/groups": ["ops"]})))]
#[case::a_text_where_a_list_is_read("cloudbilling", cloudbilling(json!("ug-sales")))]
#[case::a_group_that_does_not_exist("cloudbilling", cloudbilling(json!(["ug-sales", "0f5c2d1e-marketing"])))]
#[case::a_role_by_its_other_name("billwerk", billwerk(json!({"roles": ["finance"]})))]
#[case::a_misspelt_segment_of_a_path("billrun", billrun(json!({"billrun_role": {"billing": ["read"]}})))]
fn ten_mistakes_in_claims_read_well(#[context] ctx: Context, #[case] product: &str, #[case] given: Value) {
    let preview = previewed(product, &given);
    insta::with_settings!({ snapshot_suffix => ctx.description.unwrap() }, {
        insta::assert_snapshot!(text(&preview, Level::Off, &nowhere));
    });
}

/// A code, a case, and the edit that is offered.
#[rstest]
#[case::name("bindplane", bindplane(json!({"bindplane_org_admn": "true"})), "N0101", Some("rename id_token:bindplane_org_admn to id_token:bindplane_org_admin"))]
#[case::name_in_letter_case("bindplane", bindplane(json!({"Bindplane-Projects": "P1"})), "N0101", Some("rename id_token:Bindplane-Projects to id_token:bindplane_projects"))]
#[case::a_json_list_in_a_text("cloudbilling", cloudbilling(json!("['ug-sales']")), "N0102", Some(r#"set id_token:roles=["ug-sales"]"#))]
#[case::objects_in_a_list("cloudbilling", cloudbilling(json!([{"id": "x", "value": "ug-sales"}])), "N0102", Some(r#"set id_token:roles=["ug-sales"]"#))]
#[case::a_truth_as_a_text("cloudbilling", cloudbilling_with(json!({"email_verified": "False"})), "N0102", Some("set id_token:email_verified=false"))]
#[case::a_pair_of_project_and_role("bindplane", bindplane(json!({"bindplane_projects": {"P1": "admin"}})), "N0102", Some(r#"set id_token:bindplane_projects="admin:P1""#))]
#[case::a_separated_text("gorules", gorules(json!({}), json!({"groups": "ops dev"})), "N0102", Some(r#"set access_token:groups=["ops","dev"]"#))]
#[case::another_document("gorules", gorules(json!({"groups": ["ops"]}), json!({})), "N0103", Some("copy id_token:groups to access_token:groups"))]
#[case::another_depth("cloudbilling", json!({"id_token": {
    "sub": "a1", "email": "a@b.example", "name": "A", "locale": "en-GB", "zoneinfo": "Europe/Paris", "realm_access": {"roles": ["ug-sales"]},
}}), "N0104", Some("rename id_token:/realm_access/roles to id_token:roles"))]
#[case::a_path_for_a_name("bindplane", json!({
    "oidc": {"disableInvitations": true, "customClaims": {"groups": "realm.groups"}},
    "id_token": {"sub": "b1", "email": "b@c.example", "realm": {"groups": ["bindplane-admin"]}},
}), "N0105", Some("rename id_token:/realm/groups to id_token:realm.groups"))]
#[case::an_empty_part("bindplane", bindplane(json!({"bindplane_projects": "user:P1,"})), "N0106", None)]
#[case::half_an_entry("bindplane", bindplane(json!({"bindplane_projects": "user:P1,admin:"})), "N0106", None)]
#[case::another_separator("bindplane", bindplane(json!({"bindplane_projects": "user:P1;user:P2"})), "N0106", Some(r#"set id_token:bindplane_projects="user:P1,user:P2""#))]
#[case::a_blank_in_a_value("gorules", gorules(json!({}), json!({"groups": ["ops "]})), "N0107", Some(r#"set access_token:groups=["ops"]"#))]
#[case::a_value_off_by_a_letter("bindplane", bindplane(json!({"groups": ["bindplane-admn"]})), "N0107", Some(r#"set id_token:groups=["bindplane-admin"]"#))]
#[case::an_unknown_project("bindplane", bindplane(json!({"bindplane_projects": "user:P1,user:warehouse"})), "N0108", None)]
#[case::an_unknown_role("bindplane", bindplane(json!({"bindplane_default_role": "superhero"})), "N0109", None)]
#[case::an_outranked_claim("bindplane", bindplane(json!({"bindplane_projects": "P1", "groups": ["bindplane-projects-P2"]})), "N0110", Some("remove id_token:bindplane_projects"))]
#[case::a_scope_not_asked_for("bindplane", json!({"oidc": {"scopes": ["openid"]}, "id_token": {"sub": "b1", "bindplane_projects": "P1"}}), "N0111", None)]
#[case::group_overage("gorules", gorules(json!({}), json!({"_claim_names": {"groups": "src1"}, "_claim_sources": {}})), "N0112", None)]
fn a_near_miss_has_its_code_and_a_verified_edit(
    #[case] product: &str,
    #[case] given: Value,
    #[case] code: &str,
    #[case] edit: Option<&str>,
) {
    let preview = previewed(product, &given);
    let shown = text(&preview, Level::Off, &nowhere);
    let miss = preview.near_misses.iter().find(|miss| miss.code == code).unwrap_or_else(|| panic!("{shown}"));
    let offered = miss.what_if.as_ref().map(|what_if| what_if.edit.to_string());
    assert_eq!(offered.as_deref(), edit, "{shown}");
}

#[test]
fn a_misspelt_name_that_would_change_nothing_is_noted_and_promises_nothing() {
    let claims = json!({"bindplane_projects": "admin:P1", "bindplane_org_admn": "false"});
    let found = previewed("bindplane", &bindplane(claims));
    let [miss] = found.near_misses.as_slice() else { panic!("{:?}", found.near_misses) };
    assert_eq!((miss.code, miss.severity, miss.what_if.is_none()), ("N0101", Severity::Note, true));
    assert_eq!(miss.help.as_deref(), Some("under that name it would change nothing here"));
}

#[test]
fn what_an_edit_is_said_to_change_is_what_the_product_makes_of_it() {
    for kind in products::ALL {
        for case in products::cases::cases_of(kind.name()) {
            let rehearsal = Rehearsal::of_example(*kind, &case["given"], &BTreeMap::new()).unwrap();
            let base = rehearsal.play();
            for miss in near_misses(&rehearsal, &base).0 {
                let Some(what_if) = miss.what_if else { continue };
                let written = what_if.edit.to_string();
                let edit = Edit::parse(&written, Document::Userinfo).unwrap();
                assert_eq!(edit, what_if.edit, "{}: {written}", case["id"]);
                let documents = edit.applied(rehearsal.documents(), rehearsal.twins()).unwrap();
                let after = rehearsal.play_with(documents);
                assert_eq!(difference(&base, &after), what_if.difference, "{}: {written}", case["id"]);
                assert_eq!(what_if.privilege, what_if.difference.privilege());
            }
        }
    }
}

#[test]
fn a_token_of_strange_size_is_looked_at_in_bounds() {
    let letters = || 'a'..='z';
    let names =
        letters().flat_map(|one| letters().map(move |other| format!("bindplane_project{one}{other}")));
    let claims: Map<String, Value> = names.map(|name| (name, json!(vec!["P1"; 4]))).collect();
    let preview = previewed("bindplane", &bindplane(Value::Object(claims)));
    assert_eq!(preview.near_misses.len(), 20);
}

#[rstest]
#[case::what_is_read("billrun", billrun(json!({"billrun_roles": {"billing": ["read"]}, "department": "sales", "rolls": ["x"]})), &[])]
#[case::a_truth("cloudbilling", cloudbilling_with(json!({"email_verified": false})), &[])]
#[case::a_claim_by_reference("gorules", gorules(json!({}), json!({"_claim_names": {"groups": "src1"}, "_claim_sources": {}})), &["N0112"])]
fn what_is_right_is_no_near_miss(#[case] product: &str, #[case] given: Value, #[case] others: &[&str]) {
    let codes: Vec<&str> = previewed(product, &given).near_misses.iter().map(|miss| miss.code).collect();
    assert_eq!(codes, others);
}

/// BillRun reads the ID token or UserInfo, so that what the ID token has need not be in the other as well.
#[test]
fn a_claim_that_counts_already_is_not_looked_for_elsewhere() {
    let kind: &dyn ProductKind = products::named("billrun").unwrap();
    let claims = Some(json!({
        "id_token": {"sub": "u1", "preferred_username": "dana", "billrun_roles": {"billing": ["read"]}},
        "access_token": {"sub": "u1", "preferred_username": "dana"},
    }));
    let rehearsal = Rehearsal::of(kind, &Input { claims, ..Input::default() }).unwrap();
    let (misses, _) = near_misses(&rehearsal, &rehearsal.play());
    assert!(misses.iter().all(|miss| miss.code != "N0103"), "{misses:?}");
}

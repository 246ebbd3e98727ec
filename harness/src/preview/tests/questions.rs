//! Why, why not, what if, which changes matter, and what is required.
#![expect(clippy::needless_pass_by_value, reason = "tables of cases read better without references")]

use rstest::{Context, rstest};
use serde_json::{Value, json};

use super::super::*;
use crate::decision::Document;
use crate::products;

fn rehearsal(product: &str, given: &Value) -> Rehearsal<'static> {
    Rehearsal::of_example(products::named(product).unwrap(), given, &BTreeMap::new()).unwrap()
}

fn bo(claims: Value) -> Rehearsal<'static> {
    let mut token = json!({"sub": "b1", "email": "bo@corp.example"});
    token.as_object_mut().unwrap().extend(claims.as_object().unwrap().clone());
    rehearsal("bindplane", &json!({"oidc": {"disableInvitations": true}, "id_token": token}))
}

/// Somebody who is known, where claims matter at the first login only.
fn stored_bo() -> Rehearsal<'static> {
    let state = json!({
        "projects": ["P1", "P2", "P3"],
        "users": [
            {"sub": "b0", "login": "ada@corp.example", "organization_role": "admin"},
            {"sub": "b1", "login": "bo@corp.example", "project_roles": {"P1": "admin"}},
        ],
    });
    let claims = json!({"sub": "b1", "email": "bo@corp.example", "bindplane_projects": "admin:P3"});
    let input = Input { state: Some(state), claims: Some(claims), ..Input::default() };
    Rehearsal::of(products::named("bindplane").unwrap(), &input).unwrap()
}

fn gus(claims: Value) -> Rehearsal<'static> {
    let mut token = json!({"sub": "g1", "email": "gus@corp.example", "aud": "gorules"});
    token.as_object_mut().unwrap().extend(claims.as_object().unwrap().clone());
    let roles = json!([{"name": "lead", "idpGroups": ["leads"], "projects": ["pricing"], "permissions": ["releases:manage"]}]);
    let env = json!({"SSO_OAUTH2_GROUPS_MAPPING": "ops->admin,dev->member", "SSO_OAUTH2_ROLES_MAPPING_ENABLED": "true"});
    rehearsal("gorules", &json!({"env": env, "roles": roles, "access_token": token}))
}

fn ask(rehearsal: &Rehearsal<'_>, questions: &Questions) -> String {
    questions.answered(rehearsal, None).unwrap().tell()
}

fn wanted(text: &str) -> Expression {
    Expression::parse(text).unwrap()
}

#[rstest]
#[case::why(bo(json!({"bindplane_projects": "admin:P1,user:P2,P3"})), Questions { why: vec!["project_roles.P3".to_owned()], ..Questions::default() })]
#[case::why_of_what_is_not_there(bo(json!({"groups": ["staff"]})), Questions { why: vec!["project_roles.P1".to_owned()], ..Questions::default() })]
#[case::why_not(bo(json!({"bindplane_projects": "P1"})), Questions { why_not: vec![wanted("project_roles.P1=admin")], ..Questions::default() })]
#[case::why_not_a_permission(gus(json!({"groups": ["Leads"]})), Questions { why_not: vec![wanted("access.project_permissions.pricing contains releases:manage")], ..Questions::default() })]
#[case::why_not_what_an_entry_is_in_the_way_of(bo(json!({"bindplane_projects": "admin:P1,user:P2,P3"})), Questions { why_not: vec![wanted("project_roles.P3 = admin")], ..Questions::default() })]
#[case::why_not_with_one_entry_more(bo(json!({"bindplane_projects": "admin:P1"})), Questions { why_not: vec![wanted("project_roles.P3 = admin")], ..Questions::default() })]
#[case::why_not_a_role_that_is_none(bo(json!({"bindplane_projects": "P1"})), Questions { why_not: vec![wanted("project_roles.P1 = owner")], ..Questions::default() })]
#[case::why_not_under_a_setting(stored_bo(), Questions { why_not: vec![wanted("project_roles.P3 = admin")], ..Questions::default() })]
#[case::why_not_in_vain(bo(json!({"bindplane_projects": "P1"})), Questions { why_not: vec![wanted("project_roles.P9=admin")], ..Questions::default() })]
#[case::why_not_what_holds(bo(json!({"bindplane_projects": "P1"})), Questions { why_not: vec![wanted("project_roles.P1=viewer")], ..Questions::default() })]
#[case::what_if(gus(json!({"groups": []})), Questions { what_if: vec!["set groups=[\"dev\"]".to_owned(), "add groups=ops".to_owned()], ..Questions::default() })]
#[case::what_if_there_is_nothing(gus(json!({})), Questions { what_if: vec!["remove groups".to_owned()], ..Questions::default() })]
#[case::mutate(gus(json!({"groups": ["ops", "dev"], "department": "x"})), Questions { mutate: true, ..Questions::default() })]
#[case::mutate_where_much_means_something(bo(json!({"bindplane_projects": "admin:P1,user:P2", "groups": ["viewer", "staff"]})), Questions { mutate: true, ..Questions::default() })]
#[case::what_if_a_list_changes(rehearsal("cloudbilling", &json!({"id_token": {
    "sub": "a1", "email": "a@b.example", "name": "A", "locale": "en-GB", "zoneinfo": "Europe/Paris", "roles": ["ug-sales"],
}})), Questions { what_if: vec!["set roles=[\"ug-finance\"]".to_owned()], ..Questions::default() })]
fn an_answer_reads_well(
    #[context] ctx: Context,
    #[case] rehearsal: Rehearsal<'static>,
    #[case] questions: Questions,
) {
    insta::with_settings!({ snapshot_suffix => ctx.description.unwrap() }, {
        insta::assert_snapshot!(ask(&rehearsal, &questions));
    });
}

#[test]
fn two_sets_of_claims_are_compared_by_their_rights() {
    let before = bo(json!({"bindplane_projects": "admin:P1,user:P2"}));
    let after = bo(json!({"bindplane_projects": "viewer:P1,admin:P3"}));
    let answers = Questions::default().answered(&before, Some(&after)).unwrap();
    let difference = answers.compare.unwrap().difference;
    assert_eq!(
        difference.granted.iter().map(|grant| grant.target.as_str()).collect::<Vec<_>>(),
        ["project_roles.P3"]
    );
    assert_eq!(
        difference.revoked.iter().map(|grant| grant.target.as_str()).collect::<Vec<_>>(),
        ["project_roles.P2"]
    );
    let lowered =
        [Shift { target: "project_roles.P1".to_owned(), from: "admin".to_owned(), to: "viewer".to_owned() }];
    assert_eq!(
        (difference.raised.as_slice(), difference.lowered.as_slice()),
        ([].as_slice(), lowered.as_slice())
    );
    assert_eq!(difference.privilege(), Privilege::RaisesAndLowers);
}

#[rstest]
#[case::a_right("project_roles.P1 = admin", true)]
#[case::certainty("certain", true)]
#[case::another_level("project_roles.P1 = user", false)]
fn what_is_required_is_held_against_the_decision(#[case] text: &str, #[case] holds: bool) {
    let questions = Questions { require: vec![wanted(text)], ..Questions::default() };
    let answers = questions.answered(&bo(json!({"bindplane_projects": "admin:P1"})), None).unwrap();
    assert_eq!(answers.all_required_hold(), holds);
}

/// Whatever is wanted of somebody who brings nothing, each way that is shown leads there.
#[rstest]
#[case::billrun("billrun", "effective_permissions contains write")]
#[case::billwerk("billwerk", "decision = signed_in")]
#[case::cloudbilling("cloudbilling", "user.user_groups contains ug-finance")]
#[case::gorules("gorules", "decision = signed_in")]
#[case::bindplane("bindplane", "project_roles.P2 = admin and organization_role = user")]
fn the_ways_that_are_shown_lead_there(#[case] product: &str, #[case] text: &str) {
    let rehearsal = rehearsal(product, &json!({"id_token": {}}));
    let base = rehearsal.play();
    let (ways, _) = ways(&rehearsal, &base, &wanted(text));
    assert!(!ways.is_empty());
    for way in ways {
        let start = rehearsal.documents().clone();
        let documents =
            way.edits.iter().fold(start, |documents, edit| edit.applied(&documents, false).unwrap());
        assert!(wanted(text).holds(&answers(&rehearsal.play_with(documents))), "{way:?}");
    }
}

#[test]
fn every_right_that_is_shown_can_be_asked_for_as_it_is_shown() {
    for kind in products::ALL {
        for case in products::cases::cases_of(kind.name()) {
            let played = rehearsal(kind.name(), &case["given"]).play();
            for grant in &played.grants {
                let asked = wanted(&format!("\"{}\"", grant.target));
                assert_eq!(asked.astray(&kind.fields(), &kind.codes()), []);
                assert!(asked.holds(&answers(&played)), "{}: {}", case["id"], grant.target);
            }
        }
    }
}

#[test]
fn where_a_list_is_held_against_a_text_the_answer_says_how_to_ask() {
    let asked = wanted("access.project_permissions.pricing = releases:manage");
    let questions = Questions { why_not: vec![asked.clone()], require: vec![asked], ..Questions::default() };
    let answers = questions.answered(&gus(json!({"groups": ["leads"]})), None).unwrap();
    let hint = "`access.project_permissions.pricing` is a list: write \
                `access.project_permissions.pricing contains releases:manage`";
    assert_eq!(answers.require[0].hints, [hint]);
    assert!(answers.tell().contains(hint), "{}", answers.tell());
}

/// The smallest is the first.
#[rstest]
#[case::an_entry_for_another(bo(json!({"bindplane_projects": "admin:P1,user:P2,P3"})), "project_roles.P3 = admin", "set id_token:bindplane_projects=\"admin:P1,user:P2,admin:P3\"")]
#[case::an_entry_less(bo(json!({"bindplane_projects": "admin:P1,user:P2,user:P1"})), "project_roles.P1 = admin", "set id_token:bindplane_projects=\"admin:P1,user:P2\"")]
#[case::an_entry_more(bo(json!({"groups": ["bindplane-projects-P1"]})), "project_roles.P2 = viewer", "add id_token:groups=bindplane-projects-P2")]
#[case::an_object_for_a_list(rehearsal("billrun", &json!({"id_token": {"sub": "u1", "billrun_roles": ["read"]}, "userinfo": {"sub": "u1"}})), "effective_permissions contains read", "set id_token:billrun_roles={\"billing\":[\"read\"]}")]
fn the_smallest_way_comes_first(
    #[case] rehearsal: Rehearsal<'static>,
    #[case] text: &str,
    #[case] edit: &str,
) {
    let (ways, _) = ways(&rehearsal, &rehearsal.play(), &wanted(text));
    assert_eq!(ways[0].edits.iter().map(ToString::to_string).collect::<Vec<_>>(), [edit]);
}

#[rstest]
#[case::no_edit("groups", "`groups` is no edit")]
#[case::unknown_verb("drop groups", "`drop` is no edit")]
#[case::no_value("set groups", "`=` is missing in `set groups`")]
#[case::no_target("rename groups", "` to ` is missing in `rename groups`")]
#[case::no_place("remove id_token:", "a place is missing")]
fn what_is_no_edit_says_why(#[case] text: &str, #[case] why: &str) {
    let error = Edit::parse(text, Document::IdToken).unwrap_err();
    assert!(error.starts_with(why) && error.contains("write `set PLACE=VALUE`"), "{error}");
}

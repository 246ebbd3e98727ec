#![expect(clippy::needless_pass_by_value, reason = "`json!` literals are passed as they are written")]

mod recognized;

use rstest::rstest;
use serde_json::{Value, json};

use super::Bindplane;
use crate::decision::{Act, AnyExample, Envelope, Event, ProductKind, SessionView, Standing, Timestamp};
use crate::products::testing::{
    after, at, case, configured, decide, decide_under, documented, holds, ids, sound, verdict,
};

const EXAMPLES: &str = include_str!("../../../../fixtures/examples/bindplane.json");

#[rstest]
#[case::bp_e01("BP-E01")]
#[case::bp_e03("BP-E03")]
#[case::bp_e04("BP-E04")]
#[case::bp_e06("BP-E06")]
#[case::bp_e07("BP-E07")]
#[case::bp_e09("BP-E09")]
#[case::bp_e10("BP-E10")]
#[case::bp_e12("BP-E12")]
#[case::bp_e13("BP-E13")]
#[case::bp_e15("BP-E15")]
#[case::bp_e16("BP-E16")]
#[case::bp_e18("BP-E18")]
#[case::bp_e19("BP-E19")]
#[case::bp_e21("BP-E21")]
#[case::bp_e22("BP-E22")]
#[case::bp_e24("BP-E24")]
#[case::bp_e25("BP-E25")]
#[case::bp_e27("BP-E27")]
#[case::bp_e28("BP-E28")]
#[case::bp_e30("BP-E30")]
#[case::bp_e31("BP-E31")]
#[case::bp_e33("BP-E33")]
#[case::bp_e34("BP-E34")]
fn the_example_holds(#[case] id: &str) {
    holds(&Bindplane, EXAMPLES, id);
    sound(&Bindplane, &case(EXAMPLES, id).0);
}

#[test]
fn the_readme_lists_every_rule_and_reading() {
    documented(&Bindplane, include_str!("README.md"));
}

#[test]
fn every_example_is_a_case_above() {
    assert_eq!(ids(EXAMPLES).len(), 23);
}

/// Bo's login with these claims while invitations are disabled.
fn bo(claims: Value) -> Value {
    let mut id_token = json!({"sub": "b1", "email": "bo@corp.example"});
    id_token.as_object_mut().unwrap().extend(claims.as_object().unwrap().clone());
    json!({"oidc": {"disableInvitations": true}, "id_token": id_token})
}

fn with(mut given: Value, key: &str, value: Value) -> Value {
    given[key] = value;
    given
}

fn stored(organization_role: &str, project_roles: Value) -> Value {
    json!({"organization_role": organization_role, "project_roles": project_roles})
}

fn projects(envelope: &Envelope) -> Value {
    at(envelope, "/project_roles")
}

#[rstest]
#[case::one_explicit_does_not_trigger("admin:P1,P2", "user", "user")]
#[case::two_explicit_trigger("admin:P1,admin:P3,P2", "user", "user")]
#[case::least_of_explicit("viewer:P1,admin:P3,P2", "admin", "viewer")]
#[case::no_default_one_explicit("admin:P1,P2", "", "viewer")]
#[case::no_default_two_explicit("user:P1,admin:P3,P2", "", "user")]
#[case::one_project_named_twice_is_one_project("admin:P1,user:P1,P2", "admin", "admin")]
fn a_bare_project_falls_back_to(#[case] listed: &str, #[case] default: &str, #[case] role: &str) {
    let claims = json!({"bindplane_projects": listed, "bindplane_default_role": default});
    assert_eq!(projects(&decide(&Bindplane, &bo(claims)))["P2"], role);
}

#[rstest]
#[case::minimum_of_both("minimum_of_both", "viewer")]
#[case::default_wins("default_wins", "viewer")]
#[case::minimum_of_explicit("minimum_of_explicit", "user")]
fn the_fallback_can_be_read_as(#[case] choice: &str, #[case] role: &str) {
    let claims = json!({"bindplane_projects": "user:P1,admin:P3,P2", "bindplane_default_role": "viewer"});
    assert_eq!(projects(&decide_under(&Bindplane, &bo(claims), &[("BP-Q2", choice)]))["P2"], role);
}

#[rstest]
#[case::text(json!("true"), "admin", &[])]
#[case::text_in_capitals(json!("TRUE"), "admin", &[])]
#[case::boolean(json!(true), "admin", &[])]
#[case::no(json!("false"), "user", &[])]
#[case::boolean_no(json!(false), "user", &[])]
#[case::one(json!("1"), "user", &["unrecognized_org_admin:1"])]
#[case::number(json!(1), "user", &["unrecognized_org_admin:1"])]
#[case::object(json!({"a": 1}), "user", &["unrecognized_org_admin:{\"a\":1}"])]
#[case::empty_is_no_claim(json!(""), "admin", &[])]
#[case::null_is_no_claim(json!(null), "admin", &[])]
fn beside_the_group_the_organization_admin_claim_says(
    #[case] claim: Value,
    #[case] role: &str,
    #[case] findings: &[&str],
) {
    let claims = json!({"bindplane_org_admin": claim, "groups": ["bindplane-org-admin", "bindplane-projects-P1", "user"]});
    let envelope = decide(&Bindplane, &bo(claims));
    assert_eq!(at(&envelope, "/organization_role"), role);
    assert_eq!(envelope.findings, findings);
}

#[rstest]
#[case::array(json!({"groups": ["staff", "Bindplane-User", "bindplane-admin"]}), json!({"P1": "user"}))]
#[case::text(json!({"groups": " staff , , bindplane-user "}), json!({"P1": "user"}))]
#[case::plain_words(json!({"groups": ["VIEWER"]}), json!({"P1": "viewer"}))]
#[case::roles_after_groups(json!({"groups": ["staff"], "roles": "bindplane-admin"}), json!({"P1": "admin"}))]
#[case::groups_before_roles(json!({"groups": ["viewer"], "roles": ["admin"]}), json!({"P1": "viewer"}))]
#[case::group_ids_when_groups_yield_nothing(json!({"groups": " , ", "group_ids": ["user"]}), json!({"P1": "user"}))]
#[case::group_ids_are_never_merged(json!({"groups": ["staff"], "group_ids": ["user"]}), json!({"P1": "viewer"}))]
fn a_role_is_inferred_from(#[case] mut claims: Value, #[case] roles: Value) {
    claims["bindplane_projects"] = json!("P1");
    assert_eq!(projects(&decide(&Bindplane, &bo(claims))), roles);
}

#[rstest]
#[case::prefix_in_any_case("BINDPLANE-PROJECTS-P1", json!({"P1": "user"}), &[])]
#[case::id_exactly("bindplane-projects-p1", json!({}), &["malformed_project_entry:bindplane-projects-p1", "no_project_scope"])]
#[case::role_and_id("bindplane-projects-Admin:P1", json!({"P1": "admin"}), &[])]
#[case::unknown_role("bindplane-projects-boss:P1", json!({"P1": "viewer"}), &["unrecognized_role:boss"])]
#[case::no_id("bindplane-projects-", json!({}), &["malformed_project_entry:bindplane-projects-", "no_project_scope"])]
fn a_project_group_grants(#[case] group: &str, #[case] roles: Value, #[case] findings: &[&str]) {
    let envelope = decide(&Bindplane, &bo(json!({"groups": ["user", group]})));
    assert_eq!(projects(&envelope), roles);
    assert_eq!(envelope.findings, findings);
}

#[rstest]
#[case::claim_only("claim_only", json!({"P1": "viewer"}))]
#[case::union("union", json!({"P1": "viewer", "P2": "admin"}))]
fn project_groups_beside_the_claim_count_as(#[case] choice: &str, #[case] roles: Value) {
    let claims = json!({"bindplane_projects": "P1", "groups": ["bindplane-projects-admin:P2"]});
    assert_eq!(projects(&decide_under(&Bindplane, &bo(claims), &[("BP-Q8", choice)])), roles);
}

#[rstest]
#[case::twice_least("admin:P1,viewer:P1", json!({"P1": "viewer"}), &[])]
#[case::blanks_and_case(" Admin : P1 ", json!({"P1": "admin"}), &[])]
#[case::unknown_word("boss:P1", json!({"P1": "viewer"}), &["unrecognized_role:boss"])]
#[case::unknown_word_of_unknown_project("boss:nope,P2", json!({"P2": "viewer"}), &["malformed_project_entry:boss:nope"])]
#[case::no_role(":P1,P2", json!({"P2": "viewer"}), &["malformed_project_entry::P1"])]
#[case::in_the_order_of_projects("P3,P1", json!({"P1": "viewer", "P3": "viewer"}), &[])]
fn a_list_of_projects_gives(#[case] listed: &str, #[case] roles: Value, #[case] findings: &[&str]) {
    let envelope = decide(&Bindplane, &bo(json!({"bindplane_projects": listed})));
    assert_eq!(projects(&envelope), roles);
    assert_eq!(envelope.findings, findings);
}

#[rstest]
#[case::projects_as_list(json!({"bindplane_projects": ["P1"]}), &["claims_unparseable:bindplane_projects"])]
#[case::only_separators(json!({"bindplane_projects": " , "}), &["claims_unparseable:bindplane_projects"])]
#[case::default_role_as_number(json!({"bindplane_default_role": 1, "bindplane_projects": "boss:P1"}), &["claims_unparseable:bindplane_default_role"])]
#[case::groups_as_object(json!({"groups": {}, "bindplane_projects": "P1"}), &["claims_unparseable:groups"])]
#[case::groups_of_mixed_type(json!({"groups": ["admin", 1]}), &["claims_unparseable:groups"])]
#[case::several(json!({"roles": 1, "bindplane_projects": true}), &["claims_unparseable:roles", "claims_unparseable:bindplane_projects"])]
fn claims_that_cannot_be_used_change_nothing(#[case] claims: Value, #[case] findings: &[&str]) {
    let given = with(bo(claims), "existing_user", stored("user", json!({"P1": "admin"})));
    let envelope = decide(&Bindplane, &given);
    assert_eq!(projects(&envelope), json!({"P1": "admin"}));
    assert_eq!(envelope.effects, ["no_provisioning_change"]);
    assert_eq!(envelope.findings, findings);
}

#[test]
fn an_organization_admin_may_bring_projects_of_any_type() {
    let envelope = decide(&Bindplane, &bo(json!({"bindplane_org_admin": "true", "bindplane_projects": 7})));
    assert_eq!(at(&envelope, "/organization_role"), "admin");
    assert_eq!(envelope.findings, Vec::<String>::new());
}

#[test]
fn a_role_without_projects_gives_a_new_user_none() {
    let envelope = decide(&Bindplane, &bo(json!({"bindplane_default_role": "admin"})));
    assert_eq!(verdict(&envelope), "signed_in");
    assert_eq!(at(&envelope, "/organization_role"), "user");
    assert_eq!(projects(&envelope), json!({}));
    assert_eq!(envelope.effects, ["user.created"]);
    assert_eq!(envelope.findings, ["no_project_scope"]);
}

#[test]
fn the_last_organization_admin_is_kept_as_stored() {
    let everything = json!({"P1": "admin", "P2": "admin", "P3": "admin"});
    let given = with(
        bo(json!({"bindplane_projects": "user:P1"})),
        "existing_user",
        stored("admin", everything.clone()),
    );
    let envelope = decide(&Bindplane, &with(given, "other_org_admins", json!(0)));
    assert_eq!(at(&envelope, "/organization_role"), "admin");
    assert_eq!(projects(&envelope), everything);
    assert_eq!(envelope.effects, ["no_provisioning_change"]);
    assert_eq!(envelope.findings, ["last_organization_admin_retained"]);
}

#[test]
fn claims_can_make_an_existing_user_organization_admin() {
    let given = bo(json!({"bindplane_org_admin": "true"}));
    let envelope = decide(&Bindplane, &with(given, "existing_user", stored("user", json!({"P2": "viewer"}))));
    let effects = [
        "organization.role_changed:user->admin",
        "project.role_changed:P2:viewer->admin",
        "project.access_granted:P1",
        "project.access_granted:P3",
    ];
    assert_eq!(envelope.effects, effects);
}

#[test]
fn what_is_left_out_of_a_stored_user_causes_no_effect() {
    let given = bo(json!({"bindplane_org_admin": "true"}));
    let envelope = decide(
        &Bindplane,
        &with(
            given,
            "existing_user",
            json!({"project_roles": {"P1": "admin", "P2": "admin", "P3": "admin"}}),
        ),
    );
    assert_eq!(envelope.effects, Vec::<String>::new());
}

#[rstest]
#[case::keep("keep", "signed_in", &["no_provisioning_change"], &["no_valid_claims"])]
#[case::revoke_all("revoke_all", "signed_in", &["project.access_revoked:P1"], &[])]
#[case::refuse("refuse", "no_valid_claims", &[], &[])]
fn an_existing_user_without_valid_claims(
    #[case] choice: &str,
    #[case] outcome: &str,
    #[case] effects: &[&str],
    #[case] findings: &[&str],
) {
    let given =
        with(bo(json!({"groups": ["staff"]})), "existing_user", stored("user", json!({"P1": "user"})));
    let envelope = decide_under(&Bindplane, &given, &[("BP-Q18", choice)]);
    assert_eq!(verdict(&envelope), outcome);
    assert_eq!(envelope.effects, effects);
    assert_eq!(envelope.findings, findings);
}

#[rstest]
#[case::valid_claims(json!({"bindplane_projects": "admin:P2"}), &["claims_not_synced:disableInvitations=false"])]
#[case::no_claims(json!({}), &[])]
fn with_invitations_enabled_an_existing_user_keeps_everything(
    #[case] claims: Value,
    #[case] findings: &[&str],
) {
    let given = with(bo(claims), "existing_user", stored("user", json!({"P1": "user"})));
    let envelope = decide(&Bindplane, &with(given, "oidc", json!({})));
    assert_eq!(projects(&envelope), json!({"P1": "user"}));
    assert_eq!(envelope.effects, Vec::<String>::new());
    assert_eq!(envelope.findings, findings);
}

#[rstest]
#[case::least("unusable_least_privileged")]
#[case::last("unusable_last")]
fn a_claim_that_is_spoilt_in_several_ways_is_reported_once(#[case] choice: &str) {
    let given = bo(json!({"bindplane_projects": "admin:east,user:west,lab"}));
    let envelope = decide_under(&Bindplane, &given, &[("BP-Q10", choice)]);
    assert_eq!(envelope.findings, ["claims_unparseable:bindplane_projects"]);
    let behind = envelope.trace.provenance.get("/findings/0").unwrap();
    assert!(behind.len() > 3, "each entry is a reason: {behind:?}");
}

#[rstest]
#[case::invitation_alone(json!({}), &[], &["user.created", "invitation.accepted", "project.access_granted:P2"], &[])]
#[case::claims_decide(json!({"bindplane_projects": "user:P1"}), &[], &["user.created", "project.access_granted:P1"], &[])]
#[case::unusable_claims_fall_to_it(json!({"bindplane_projects": "x"}), &[], &["user.created", "invitation.accepted", "project.access_granted:P2"], &["claims_unparseable:bindplane_projects"])]
#[case::invitation_wins(json!({"bindplane_projects": "user:P1"}), &[("BP-Q12", "invitation")], &["user.created", "invitation.accepted", "project.access_granted:P2"], &[])]
#[case::both(json!({"bindplane_projects": "user:P1"}), &[("BP-Q12", "union")], &["user.created", "invitation.accepted", "project.access_granted:P1", "project.access_granted:P2"], &[])]
fn somebody_invited_gets(
    #[case] claims: Value,
    #[case] readings: &[(&str, &str)],
    #[case] effects: &[&str],
    #[case] findings: &[&str],
) {
    let given =
        with(with(bo(claims), "oidc", json!({})), "invitation", json!({"project": "P2", "role": "admin"}));
    let (envelope, state) = after(&Bindplane, &given, readings);
    assert_eq!(envelope.effects, effects);
    assert_eq!(envelope.findings, findings);
    let open = !effects.contains(&"invitation.accepted");
    assert_eq!(state["invitations"].as_array().unwrap().len(), usize::from(open));
}

#[rstest]
#[case::enabled(json!({}))]
#[case::disabled(json!({"disableInvitations": true}))]
fn the_first_user_is_bootstrapped_without_claims(#[case] oidc: Value) {
    let given = with(with(bo(json!({})), "oidc", oidc), "organization_has_users", json!(false));
    let envelope = decide(&Bindplane, &given);
    assert_eq!(envelope.effects, ["user.created", "bootstrap.organization_admin"]);
    assert_eq!(at(&envelope, "/organization_role"), "admin");
}

#[test]
fn a_plain_word_after_renaming_counts_with_a_finding() {
    let oidc = json!({"disableInvitations": true, "customClaims": {"adminGroupName": "acme-admin"}});
    let given = with(bo(json!({"groups": ["admin", "bindplane-projects-P1"]})), "oidc", oidc);
    let envelope = decide(&Bindplane, &given);
    assert_eq!(projects(&envelope), json!({"P1": "admin"}));
    assert_eq!(envelope.findings, ["plain_role_word_matched"]);
    let envelope = decide_under(&Bindplane, &given, &[("BP-Q13", "until_renamed")]);
    assert_eq!(projects(&envelope), json!({"P1": "viewer"}));
}

#[rstest]
#[case::no_secret("/auth/oidc/oauth2ClientSecret", json!(""), "auth.oidc.oauth2ClientSecret", "is not set")]
#[case::another_kind_of_authentication("/auth/type", json!("system"), "auth.type", "is not `oidc`")]
fn a_missing_setting_is_named(
    #[case] place: &str,
    #[case] value: Value,
    #[case] setting: &str,
    #[case] why: &str,
) {
    let AnyExample { mut vendor, state, sign_in, now, .. } = Bindplane.example(&bo(json!({}))).unwrap();
    *vendor.pointer_mut(place).unwrap() = value;
    let product = configured(&Bindplane, &vendor, &[]);
    let (envelope, _) = product.on(&state, &Event::SignIn(Box::new(sign_in)), now);
    assert_eq!(envelope.decision, "config_error");
    assert_eq!(verdict(&envelope), format!("missing_setting:{setting}"));
    assert_eq!(envelope.trace.steps.last().unwrap().why, format!("`{setting}` {why}"));
}

#[rstest]
#[case::no_subject(json!({"sub": ""}), "issuer_and_subject", Some("sub"))]
#[case::no_address(json!({"email": ""}), "issuer_and_subject", None)]
#[case::no_address_by_which_one_is_known(json!({"email": ""}), "email", Some("email"))]
fn somebody_who_cannot_be_told_from_others_is_refused(
    #[case] claims: Value,
    #[case] identity: &str,
    #[case] missing: Option<&str>,
) {
    let given = with(bo(claims), "existing_user", stored("user", json!({})));
    let envelope = decide_under(&Bindplane, &given, &[("BP-Q16", identity)]);
    let refused = missing.map_or("signed_in", |_| "missing_required_claim");
    assert_eq!(verdict(&envelope), refused);
    assert_eq!(envelope.claims, missing.map(|claim| vec![claim.to_owned()]));
}

#[test]
fn somebody_who_is_known_by_the_address_keeps_the_newest_subject() {
    let given = with(bo(json!({})), "existing_user", stored("user", json!({})));
    let readings = [("BP-Q16", "email")];
    let AnyExample { vendor, state, mut sign_in, now, .. } = Bindplane.example(&given).unwrap();
    let product = configured(&Bindplane, &vendor, &readings);
    let claims = sign_in.documents.id_token.as_mut().and_then(|token| token.claims.as_mut()).unwrap();
    claims.insert("sub".to_owned(), json!("b2"));
    let (_, after) = product.on(&state, &Event::SignIn(Box::new(sign_in)), now);
    let subjects = |state: &Value| {
        let users = state["users"].as_array().unwrap();
        users.iter().map(|user| user["sub"].clone()).collect::<Vec<_>>()
    };
    assert!(subjects(&state).contains(&json!("b1")) && !subjects(&after).contains(&json!("b1")));
    assert!(subjects(&after).contains(&json!("b2")), "{after}");
}

#[test]
fn the_same_subject_of_another_issuer_is_somebody_else() {
    let given = with(bo(json!({"bindplane_projects": "P1"})), "existing_user", stored("user", json!({})));
    let AnyExample { product, state, mut sign_in, now, .. } = Bindplane.example(&given).unwrap();
    sign_in.origin.issuer = "https://other.test".to_owned();
    let (envelope, after) = product.on(&state, &Event::SignIn(Box::new(sign_in)), now);
    assert_eq!(envelope.effects, ["user.created", "project.access_granted:P1"]);
    assert_eq!(after["users"].as_array().unwrap().len(), 3);
}

#[test]
fn somebody_added_by_hand_signs_in_without_an_invitation() {
    let AnyExample { product, state, sign_in, now, .. } =
        Bindplane.example(&with(bo(json!({})), "oidc", json!({}))).unwrap();
    let act = Act::AssignRoles(json!({"login": "Bo@corp.example", "project_roles": {"P1": "user"}}));
    let (envelope, state) = product.on(&state, &Event::Administer(act), now);
    assert_eq!(envelope.effects, ["user.added:Bo@corp.example"]);
    let (envelope, state) = product.on(&state, &Event::SignIn(Box::new(sign_in)), now);
    assert_eq!(projects(&envelope), json!({"P1": "user"}));
    assert_eq!(state["users"][1]["sub"], "b1");
}

fn session(envelope: &Envelope) -> SessionView {
    SessionView { record: envelope.record(), issuer: String::new(), subject: Some("b1".to_owned()) }
}

#[test]
fn switching_the_kind_of_authentication_removes_everybody_and_their_sessions() {
    let AnyExample { product, state, sign_in, now, .. } =
        Bindplane.example(&bo(json!({"bindplane_projects": "P1"}))).unwrap();
    let sign_in = Event::SignIn(Box::new(sign_in));
    let (envelope, state) = product.on(&state, &sign_in, now);
    assert_eq!(product.look(&state, &session(&envelope)), Standing::Live(envelope.record()));
    let (_, state) = product.on(&state, &Event::Administer(Act::SwitchAuthentication(json!({}))), now);
    assert_eq!(state["users"], json!([]));
    assert_eq!(product.look(&state, &session(&envelope)), Standing::Ended("user_removed"));
    let (envelope, _) = product.on(&state, &sign_in, Timestamp(1));
    assert_eq!(envelope.effects, ["user.created", "bootstrap.organization_admin"]);
}

#[rstest]
#[case::user_edits("project.configurations.edit:P1", true)]
#[case::user_triggers_no_rollouts("project.rollouts.trigger:P1", false)]
#[case::user_manages_nobody("project.users.manage:P1", false)]
#[case::admin_triggers_rollouts("project.rollouts.trigger:P2", true)]
#[case::viewer_reads("project.view:P3", true)]
#[case::viewer_does_not_edit("project.configurations.edit:P3", false)]
#[case::user_of_the_organization_views_it("organization.view", true)]
#[case::user_of_the_organization_creates_no_project("organization.projects.create", false)]
fn a_role_permits(#[case] permission: &str, #[case] permitted: bool) {
    let given = bo(json!({"bindplane_projects": "user:P1,admin:P2,viewer:P3"}));
    let AnyExample { product, state, sign_in, now, .. } = Bindplane.example(&given).unwrap();
    let (envelope, state) = product.on(&state, &Event::SignIn(Box::new(sign_in)), now);
    let check = Event::PermissionCheck { session: session(&envelope), permission: permission.to_owned() };
    let denied = format!("permission_denied:{permission}");
    let expected = if permitted { "signed_in" } else { denied.as_str() };
    assert_eq!(verdict(&product.on(&state, &check, now).0), expected);
}

#[rstest]
#[case::unknown_field(json!({"idtoken": {}}), "/idtoken")]
#[case::unknown_setting(json!({"oidc": {"disableInvitation": true}}), "/oidc/disableInvitation")]
#[case::bad_role(json!({"invitation": {"project": "P1", "role": "boss"}}), "/invitation/role")]
#[case::bad_project(json!({"invitation": {"project": "P9", "role": "admin"}}), "/invitation/project")]
#[case::bad_organization_role(json!({"existing_user": {"organization_role": "owner"}}), "/existing_user/organization_role")]
fn a_mistake_in_a_case_is_placed(#[case] given: Value, #[case] path: &str) {
    let mistakes = Bindplane.example(&given).unwrap_err();
    assert_eq!(mistakes.iter().map(|mistake| mistake.path.as_str()).collect::<Vec<_>>(), [path]);
}

#[test]
fn the_trace_of_a_synchronisation_reads_well() {
    let claims = json!({"bindplane_projects": "admin:P1,viewer:P2,P3", "groups": ["bindplane-projects-P2"]});
    insta::assert_json_snapshot!(decide(
        &Bindplane,
        &with(bo(claims), "existing_user", stored("user", json!({"P2": "admin"})))
    ));
}

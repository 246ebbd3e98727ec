//! What is said about a configuration, a stored state or a case that is written wrongly, put on record word by word.

use std::fmt::Write as _;

use rstest::rstest;
use serde_json::{Value, json};

use super::super::testing::configured;
use super::named;
use crate::decision::{Mistake, ProductKind, Setup};

/// A configuration that is right, configurations that are wrong, states that are wrong, and cases that are wrong.
type Wrong = (Value, [Value; 3]);

fn billrun() -> Wrong {
    let right = json!({"protocols": ["oidc"], "oidc": [{"name": "a"}]});
    let vendors = json!([
        [], {"protocol": []}, {"auth": {"oidc": {}}}, {"auth": []}, {"oidc": ["keycloak"]}, {"oidc": [{"issuer": "x"}]},
        {"oidc": [{"name": 1, "label": [], "issuer_url": {}, "client_id": true, "client_secret": 2, "scopes": "a b", "roles_path": 3}]},
        {"session": {"timeout": 0}}, {"session": {"timeout": -1}}, {"session": {"timeout": "1h"}},
        {"session": {"timout": 60}}, {"session": 60},
    ]);
    let states = json!([{"users": []}, {"audit": []}, {"audit": {"login_a": {"action": "login"}}}]);
    let cases = json!([
        [], {"id_tokn": {}}, {"id_token": "a.b.c", "userinfo": [], "provider": 1}, {"userinfo_status": "200"},
        {"userinfo_status": 70_000}, {"auth": {"oidc": [{"scope": []}]}, "id_token": 1},
    ]);
    (right, [vendors, states, cases])
}

fn cloudbilling() -> Wrong {
    let right = json!({"id": 17, "tenant": "A", "client_id": "c", "issuer": "https://i"});
    let vendors = json!([
        null, [], {}, {"id": 17, "tenant": "A", "client_id": "c", "isuer": "https://i"},
        {"id": "", "tenant": "/", "client_id": "", "issuer": "https://i"},
        {"id": [], "tenant": 1, "client_id": {}, "issuer": true, "lenient_profile": "yes"},
    ]);
    let user = |sub: &str, issuer: &str| json!({"external_key": [issuer, sub]});
    let states = json!([
        {"users": [user("a", "https://i"), user("b", "https://i"), user("a", "https://i"), user("b", "https://i")]},
        {"users": [{"external_key": ["a"]}]}, {"users": [{"name": 1}]}, {"user": []},
    ]);
    let cases = json!([
        [], {"userinfo": {}}, {"id_token": 1},
        {"existing_user": {"locked": "yes", "user_groups": "ug-sales", "user_group": []}}, {"existing_user": "ann"},
    ]);
    (right, [vendors, states, cases])
}

fn billwerk() -> Wrong {
    let right = json!({"Authority": "https://idp.example", "Active": true});
    let vendors = json!([
        [], {"Autority": "x"}, {"Open Id Connect": {"Scopes": "x"}}, {"Open Id Connect": {}, "Azure AD": {}},
        {"strategy": "RolesPerLegalEntity"}, {"strategy": 7}, {"oidc": "on"}, {"Active": "yes", "Unlocked": 1},
        {"azure": {"authority": 1, "settings_client_id": 2, "login_client_id": 3, "client_secret": 4, "scope": 5}},
        {"oidc": {"strategy": "none"}, "azure": {"active": 1}},
    ]);
    let user = |more: Value| {
        let mut user = json!({"email": "a@b.example"});
        user.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        json!({ "users": [user] })
    };
    let two = |one: &str, other: &str| {
        let user = |id: &str, provider: &str| json!({"email": "a@b.example", "external_id": id, "provider": provider});
        json!({"users": [user("x", "oidc"), user(one, other)]})
    };
    let states = json!([
        {"user": []}, {"users": [{}]}, user(json!({})), user(json!({"type": "internal", "external_id": "x"})),
        user(json!({"external_id": "x", "roles": {"LE9": ["Admin"], "LE 1": ["Admin"], "LE2": ["Admin", "Reports"]}})),
        user(json!({"external_id": "x", "roles": {"LE1": ["ReadOnlyOperations", "Reports"]}})),
        user(json!({"external_id": "x", "roles": {"LE1": ["Boss"]}})), user(json!({"status": "gone"})),
        two("x", "oidc"), two("x", "azure"), two("y", "oidc"),
        {"legal_entities": ["a/b"], "users": [{"email": "a", "type": "internal", "roles": {"a/c": []}}]},
    ]);
    let cases = json!([
        [], {"strategie": "x"}, {"provider": "saml"}, {"provider": 1}, {"strategy": "Everything"}, {"id_token": []},
        {"existing_user": "eva"}, {"existing_user": {"type": "guest", "status": "locked", "roles": ["Admin"], "email": 1}},
        {"existing_user": {"roles": {"LE1": ["Boss"]}, "role": {}}},
    ]);
    (right, [vendors, states, cases])
}

fn gorules() -> Wrong {
    let right = json!({"SSO_OAUTH2_PROVIDER": "oidc"});
    let vendors = json!([
        7, [], {"env": {}, "SSO_OAUTH2_PROVIDER": "oidc"}, {"env": 7}, {"env": {"SSO_OAUTH2_CLIENTID": "x"}},
        {"SSO_ANYTHING": "x"}, {"app_url": "x"}, {"APP_URI": "x"}, {"db-host": "x"}, {"": "x"}, {"a/b": "x"},
        {"SSO_OAUTH2_CLIENT_ID": ["x"], "SSO_OAUTH2_ISSUER": {}}, {"SSO_OAUTH2_IDENTITY_TOKEN_SOURCE": "userinfo"},
        "SSO_OAUTH2_CLIENT_ID\nSSO_OAUTH2_IDENTITY_TOKEN_SOURCE=id\n", {"env": "SSO_OAUTH2_ISSUR=x"},
    ]);
    let states = json!([
        {"project": []},
        {"projects": ["pricing"], "roles": [{"name": "a", "projects": ["pricing", "pricin"], "permissions": ["documents:ful"]}]},
        {"roles": [{"name": "lead"}], "users": [{"email": "x"}, {"email": "y", "manual_roles": ["lead", "leed"]}]},
        {"roles": [{"nam": "x"}]}, {"users": [{"email": "x", "type": "root"}]},
    ]);
    let cases = json!([
        [], {"acess_token": {}}, {"env": "X=1"}, {"env": {"SSO_OAUTH2_JWKS": "x"}}, {"access_token": 7}, {"id_token": []},
        {"signature": "forged"}, {"roles": {}}, {"roles": [{"name": "ba", "idpGroup": []}]}, {"existing_user": "gus"},
        {"existing_user": {"type": "root", "status": "gone", "idp_roles": "x", "manual_roles": [1], "sub": "g1"}},
    ]);
    (right, [vendors, states, cases])
}

fn bindplane() -> Wrong {
    let right = json!({"auth": {"type": "oidc"}});
    let oidc = |more: Value| json!({"auth": {"oidc": more}});
    let vendors = json!([
        7, [], {"aut": {}}, {"auth": {"oicd": {}}}, {"network": {"remoteUrl": "x"}},
        oidc(json!({"isuer": "x"})), oidc(json!({"clientID": "x", "clientSecret": "y"})),
        oidc(json!({"customClaims": {"group": "x"}})), oidc(json!("on")), oidc(json!({"customClaims": 1})),
        oidc(json!({"disableInvitations": "yes", "scopes": "openid", "issuer": 1})), {"env": 7, "auth": []},
        {"env": {"BINDPLANE_OIDC_CLIENT_ID": "x", "BINDPLANE_OIDC_NOTHING": "y", "bindplane_oidc_issuer": "z"}},
        {"env": {"BINDPLANE_OIDC_SCOPES": ["openid"], "BINDPLANE_OIDC_ISSUER": {}}},
        {"env": {"BINDPLANE_OIDC_DISABLE_INVITATIONS": "yes"}}, {"env": "BINDPLANE_OIDC_DISABLE_INVITATIONS=2"},
        "BINDPLANE_OIDC_ISSUER\nBINDPLANE_OIDC_ISUER=x", {"env": {"BINDPLAN_OIDC_ISSUER": "x", "my-host": "y"}},
        {"env": {"DB_HOST2": "x", "BINDPLANE_WEB_URI": "y", "BINDPLANE_OIDC_DISABLE_INVITATIONS": "0", "BINDPLANE_OIDC_SCOPES": null}},
    ]);
    let states = json!([
        {"user": []}, {"projects": ["P1"], "users": [{}, {"project_roles": {"P1": "user", "P2": "user"}}]},
        {"projects": ["P1"], "invitations": [{"project": "P1", "role": "user"}, {"project": "P9", "role": "user"}]},
        {"users": [{"project_roles": {"P1": "boss"}}]}, {"users": [{"organization_role": "viewer"}]},
    ]);
    let cases = json!([
        [], {"invitations": {}}, {"oidc": true}, {"oidc": {"disableInvitations": 3}}, {"other_org_admins": -1},
        {"other_org_admins": 1001}, {"other_org_admins": "1"}, {"organization_has_users": 0}, {"id_token": 1},
        {"invitation": {"project": "P1", "role": "admn"}}, {"invitation": {"project": "P9", "role": "admin"}},
        {"invitation": {}}, {"invitation": {"project": 1, "role": 2, "email": "x"}}, {"invitation": []},
        {"existing_user": {"organization_role": "owner", "project_roles": {"P1": "boss", "P2": 7}, "login": "x"}},
        {"existing_user": {"organization_role": 1, "project_roles": []}},
    ]);
    (right, [vendors, states, cases])
}

#[rstest]
#[case::billrun("billrun", billrun())]
#[case::cloudbilling("cloudbilling", cloudbilling())]
#[case::billwerk("billwerk", billwerk())]
#[case::gorules("gorules", gorules())]
#[case::bindplane("bindplane", bindplane())]
fn every_mistake_is_said_in_the_words_that_are_on_record(
    #[case] product: &str,
    #[case] (right, [vendors, states, cases]): Wrong,
) {
    let kind = named(product).unwrap();
    let readings =
        [(format!("{}-Q1", prefix(kind)), "nothing".to_owned()), ("XX-Q1".to_owned(), "x".to_owned())];
    let setup = Setup { vendor: right.clone(), readings: readings.into(), ..Setup::default() };
    let mut record = said("readings", &json!(null), kind.configure(&setup).map(drop));
    for vendor in vendors.as_array().unwrap() {
        let setup = Setup { vendor: vendor.clone(), ..Setup::default() };
        record += &said("configuration", vendor, kind.configure(&setup).map(drop));
    }
    let right = configured(kind, &right, &[]);
    for state in states.as_array().unwrap() {
        record += &said("state", state, right.state(state).map(drop));
    }
    for case in cases.as_array().unwrap() {
        record += &said("case", case, kind.example(case).map(drop));
    }
    insta::with_settings!({snapshot_suffix => product, omit_expression => true}, {
        insta::assert_snapshot!("wrong", record);
    });
}

/// `BR` of BillRun.
fn prefix(kind: &dyn ProductKind) -> &'static str {
    kind.readings().first().and_then(|reading| reading.id.split_once('-')).map_or("", |(prefix, _)| prefix)
}

fn said(what: &str, written: &Value, read: Result<(), Vec<Mistake>>) -> String {
    let mut said = format!("{what} {written}\n");
    if read.is_ok() {
        said += "  is accepted\n";
    }
    for mistake in read.err().into_iter().flatten() {
        let help = mistake.help.as_ref().map(|help| format!(" ({help})")).unwrap_or_default();
        writeln!(said, "  {mistake}{help}").unwrap();
    }
    said
}

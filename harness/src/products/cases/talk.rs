//! How a product talks OpenID Connect and what it listens to, put on record: for a plain configuration in full, for other
//! configurations and readings by what they change.

use std::fmt::Write as _;

use rstest::rstest;
use serde_json::{Map, Value, json};

use super::super::testing::configured;
use super::telling::differing;
use super::{alternatives, named};
use crate::decision::{AnyProduct, Setup, Term};

/// Configurations of a product, each with a name; the first is the plain one.
type Vendors = Vec<(&'static str, Value)>;

fn billrun() -> Vendors {
    let with = |more: Value| {
        let mut entry =
            json!({"name": "key cloak", "issuer_url": "https://idp.example", "client_id": "billrun"});
        entry.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        json!({"protocols": ["oidc"], "oidc": [entry]})
    };
    let mut timeout = with(json!({}));
    timeout["session"] = json!({"timeout": 60});
    vec![
        ("plain", with(json!({}))),
        ("a secret and a label", with(json!({"client_secret": "s", "label": "Keycloak"}))),
        ("scopes", with(json!({"scopes": ["openid", "roles"]}))),
        ("roles elsewhere", with(json!({"roles_path": "a.b.roles"}))),
        ("empty fields", with(json!({"roles_path": "", "issuer_url": ""}))),
        ("a shorter session", timeout),
        ("nothing", json!({})),
    ]
}

fn cloudbilling() -> Vendors {
    let tenant = json!({
        "Client Identifier": "c", "Issuer Identifier": "https://idp.example", "ID": "17", "Tenant": "AcmeCorp",
    });
    let mut lenient = tenant.clone();
    lenient["lenient_profile"] = json!(true);
    vec![
        ("plain", tenant),
        ("lenient", lenient),
        ("short names", json!({"client_id": "d", "issuer": "https://i", "id": 18, "tenant": "/Acme/"})),
    ]
}

fn billwerk() -> Vendors {
    let with = |more: Value| {
        let mut form = json!({
            "Authority": "https://idp.example", "OIDC Settings Client ID": "settings",
            "External Login Client ID": "login", "Client Secret": "s", "Active": true,
        });
        form.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        form
    };
    vec![
        ("plain", with(json!({}))),
        ("a scope", with(json!({"Scope": "openid"}))),
        ("one role for all", with(json!({"strategy": "One role for all legal entities"}))),
        ("roles per legal entity", with(json!({"strategy": "RolePerLegalEntity"}))),
        ("azure", json!({"azure": with(json!({"strategy": "RolePerLegalEntity"}))})),
        ("both", json!({"azure": with(json!({"strategy": "RolePerLegalEntity"})), "oidc": with(json!({}))})),
        ("empty fields", with(json!({"Authority": "", "Client Secret": "", "OIDC Settings Client ID": ""}))),
        ("nothing", Value::Null),
    ]
}

fn gorules() -> Vendors {
    let with = |more: Value| {
        let mut env = json!({
            "SSO_OAUTH2_PROVIDER": "oidc", "SSO_OAUTH2_CLIENT_ID": "brms", "SSO_OAUTH2_ISSUER": "https://idp.example",
            "SSO_OAUTH2_JWKS_URI": "https://idp.example/jwks",
        });
        env.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        env
    };
    let mapping = "b->admin,broken,a->member,b->member";
    vec![
        ("plain", with(json!({}))),
        ("a mapping", with(json!({"SSO_OAUTH2_GROUPS_MAPPING": mapping}))),
        (
            "roles",
            with(json!({"SSO_OAUTH2_GROUPS_MAPPING": mapping, "SSO_OAUTH2_ROLES_MAPPING_ENABLED": true})),
        ),
        ("the ID token", with(json!({"SSO_OAUTH2_IDENTITY_TOKEN_SOURCE": "id_token"}))),
        ("no keys", with(json!({"SSO_OAUTH2_JWKS_URI": ""}))),
        (
            "a callback",
            with(json!({"SSO_OAUTH2_REDIRECT_URI": "sso/back?x=1", "APP_URL": "https://brms.example/"})),
        ),
        ("a whole callback", with(json!({"SSO_OAUTH2_REDIRECT_URI": "https://brms.example/back?x=1"}))),
        ("a path of groups", with(json!({"SSO_OAUTH2_CUSTOM_CLAIM_NAME": "realm.groups"}))),
        ("a URL of groups", with(json!({"SSO_OAUTH2_CUSTOM_CLAIM_NAME": "https://x.example/groups"}))),
        (
            "more",
            with(json!({"SSO_OAUTH2_SCOPES": "openid", "SSO_OAUTH2_AUTHORITY_URL": "https://meta.example"})),
        ),
        ("nothing", json!({})),
    ]
}

fn bindplane() -> Vendors {
    let with = |more: Value| {
        let mut oidc = json!({
            "issuer": "https://idp.example", "oauth2ClientID": "bp", "oauth2ClientSecret": "s", "scopes": ["openid", "email"],
        });
        oidc.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        json!({"auth": {"type": "oidc", "oidc": oidc}})
    };
    let renamed = json!({
        "groups": "g", "groupIds": "gi", "roles": "r", "organizationAdmin": "o", "projects": "p", "defaultRole": "d",
        "orgAdminGroupName": "oag", "projectsGroupPrefix": "pp-", "adminGroupName": "ag", "userGroupName": "ug",
        "viewerGroupName": "vg",
    });
    vec![
        ("plain", with(json!({}))),
        ("other names", with(json!({"customClaims": renamed}))),
        ("empty fields", with(json!({"issuer": "", "scopes": [], "customClaims": {"groups": ""}}))),
        ("nothing", json!({})),
    ]
}

/// A state in which something is known.
fn known(product: &str) -> Value {
    match product {
        "cloudbilling" => json!({"user_groups": ["ug-sales"]}),
        "billwerk" => json!({"legal_entities": ["DE", "AT"]}),
        "gorules" => json!({"roles": [
            {"name": "lead", "idpGroups": ["TECH-leads", "a"]},
            {"name": "auditor", "idpGroups": ["audit", "TECH-leads"]},
        ]}),
        "bindplane" => json!({"projects": ["P1", "P2"]}),
        _ => Value::Null,
    }
}

#[rstest]
#[case::billrun("billrun", billrun())]
#[case::cloudbilling("cloudbilling", cloudbilling())]
#[case::billwerk("billwerk", billwerk())]
#[case::gorules("gorules", gorules())]
#[case::bindplane("bindplane", bindplane())]
fn a_product_talks_and_listens_as_is_on_record(#[case] product: &str, #[case] vendors: Vendors) {
    let kind = named(product).unwrap();
    let (_, plain) = vendors.first().unwrap();
    let usual = manner(&*configured(kind, plain, &[]), product);
    let mut record = serde_json::to_string_pretty(&usual).unwrap();
    for (name, vendor) in &vendors {
        note(&mut record, name, &usual, &manner(&*configured(kind, vendor, &[]), product));
    }
    let setup =
        Setup { vendor: plain.clone(), base_url: Some("http://127.0.0.1:1/".to_owned()), ..Setup::default() };
    note(&mut record, "served locally", &usual, &manner(&*kind.configure(&setup).unwrap(), product));
    for (id, choice) in alternatives(kind) {
        for (name, vendor) in &vendors {
            let before = manner(&*configured(kind, vendor, &[]), product);
            let after = manner(&*configured(kind, vendor, &[(id, choice)]), product);
            if before != after {
                note(&mut record, &format!("{id} {choice}: {name}"), &before, &after);
            }
        }
    }
    insta::with_settings!({snapshot_suffix => product, omit_expression => true}, {
        insta::assert_snapshot!("talk", record);
    });
}

fn note(record: &mut String, name: &str, before: &Value, after: &Value) {
    let mut changes = Vec::new();
    differing("", before, after, &mut changes);
    write!(record, "\n{name}").unwrap();
    for change in changes {
        write!(record, "\n  {change}").unwrap();
    }
}

/// Everything about how a configured product talks and listens.
fn manner(product: &dyn AnyProduct, name: &str) -> Value {
    let state = product.state(&known(name)).unwrap();
    let profile = product.profile();
    let secrets: Vec<bool> =
        profile.providers.iter().map(|provider| provider.client_secret.is_some()).collect();
    let terms: Map<String, Value> = product.vocabulary(&state).iter().map(term).collect();
    json!({"profile": profile, "secrets": secrets, "departures": product.departures(), "terms": terms})
}

fn term(term: &Term) -> (String, Value) {
    let name = format!("{}:{}", term.document.name(), term.path.pointer());
    let required = if term.required { "required " } else { "" };
    let setting = term.setting.map(|setting| format!(" at {setting}")).unwrap_or_default();
    let means = term.example.map_or_else(|| term.words.join(" "), |example| format!("like {example}"));
    (name, json!(format!("{required}{:?}{setting}: {means}", term.shape)))
}

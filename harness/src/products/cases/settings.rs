//! The settings that a product names are those that its profile is made of.

use rstest::rstest;
use serde_json::{Value, json};

use super::named;
use crate::decision::{KeySource, ProviderProfile, Setup};

/// What a setting decides.
type Part = fn(&ProviderProfile) -> Value;

#[rstest]
#[case::billrun("billrun", json!({ "oidc": [{ "name": "a", "client_id": "b", "scopes": ["c"] }] }))]
#[case::cloudbilling("cloudbilling", json!({ "client_id": "a", "id": "b", "issuer": "c", "tenant": "d" }))]
#[case::cloudbilling_in_full("cloudbilling", json!({ "Client Identifier": "a", "ID": "b", "Issuer Identifier": "c", "Tenant": "d" }))]
#[case::billwerk("billwerk", json!({ "settings_client_id": "a", "login_client_id": "b", "scope": "c" }))]
#[case::billwerk_in_full("billwerk", json!({ "Open Id Connect": { "OIDC Settings Client ID": "a", "External Login Client ID": "b", "Scope": "c" } }))]
#[case::gorules("gorules", json!({ "SSO_OAUTH2_CLIENT_ID": "a", "SSO_OAUTH2_SCOPES": "b", "SSO_OAUTH2_JWKS_URI": "c", "SSO_OAUTH2_REDIRECT_URI": "/d" }))]
#[case::gorules_by_address("gorules", json!({ "SSO_OAUTH2_CLIENT_ID": "a", "SSO_OAUTH2_SCOPES": "b", "SSO_OAUTH2_JWKS_URI": "c", "APP_URL": "https://d" }))]
#[case::bindplane("bindplane", json!({ "network": { "remoteURL": "https://a" }, "auth": { "oidc": { "oauth2ClientID": "b", "scopes": ["c"] } } }))]
#[case::bindplane_by_variables("bindplane", json!({ "env": { "BINDPLANE_WEB_URL": "https://a", "BINDPLANE_OIDC_OAUTH2_CLIENT_ID": "b", "BINDPLANE_OIDC_SCOPES": "c" } }))]
fn every_named_setting_changes_what_it_is_named_for(#[case] product: &str, #[case] vendor: Value) {
    let kind = named(product).unwrap();
    let names = kind.settings();
    let parts: [(&[&str], Part); 4] = [
        (names.client_id, |provider| json!(provider.client_id)),
        (names.scope, |provider| json!(provider.scope)),
        (names.keys, |provider| json!(provider.keys == KeySource::NotChecked)),
        (names.redirect_uri, |provider| json!(provider.redirect_uri)),
    ];
    for (names, part) in parts.into_iter().filter(|(names, _)| !names.is_empty()) {
        let talked = |vendor: &Value| -> Vec<Value> {
            let setup = Setup { vendor: vendor.clone(), ..Setup::default() };
            let (product, _) = kind.read(&setup);
            product.profile().providers.iter().map(part).collect()
        };
        let before = talked(&vendor);
        let written: Vec<Value> = names
            .iter()
            .filter_map(|name| {
                let mut changed = vendor.clone();
                change(&mut changed, name).then_some(changed)
            })
            .collect();
        assert!(!written.is_empty(), "none of {names:?}");
        for changed in written {
            assert_ne!(talked(&changed), before, "{changed}");
        }
    }
}

/// Gives the settings of this name another value; says whether there are any.
fn change(value: &mut Value, name: &str) -> bool {
    match value {
        Value::Object(members) => {
            let mut found = false;
            for (key, value) in members {
                if key == name {
                    *value = if value.is_array() { json!(["other"]) } else { json!("") };
                    found = true;
                } else {
                    found |= change(value, name);
                }
            }
            found
        }
        Value::Array(entries) => {
            entries.iter_mut().filter_map(|entry| change(entry, name).then_some(())).count() > 0
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

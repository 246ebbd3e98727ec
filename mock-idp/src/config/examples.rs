//! The users that exist when nobody configured any: enough claims to get into each of the five products.

use indexmap::IndexMap;
use serde_json::{Map, Value, json};

use super::UserConfig;

/// Ada administers, Ben uses, Cai may do nothing.
pub fn example_users() -> IndexMap<String, UserConfig> {
    [("ada", "u-1001", ada()), ("ben", "u-1002", ben()), ("cai", "u-1003", cai())]
        .into_iter()
        .map(|(name, sub, claims)| {
            (name.to_owned(), UserConfig { sub: Some(sub.to_owned()), claims, ..UserConfig::default() })
        })
        .collect()
}

fn ada() -> Map<String, Value> {
    person(
        &["Ada", "Fix"],
        json!({
            "roles": ["admin"],
            "groups": ["admins", "developers"],
            "billrun_roles": { "billing": ["admin"] },
            "bindplane_org_admin": "true",
            "legal_entity_roles": { "acme": ["admin"] },
        }),
    )
}

fn ben() -> Map<String, Value> {
    person(
        &["Ben", "Roe"],
        json!({
            "roles": ["user"],
            "groups": ["developers"],
            "billrun_roles": { "billing": ["read"] },
            "bindplane_projects": "user:default",
            "legal_entity_roles": { "acme": ["user"] },
        }),
    )
}

fn cai() -> Map<String, Value> {
    person(&["Cai", "Lund"], json!({}))
}

/// The standard claims (OIDCC-5.1) of a person, and the given ones.
fn person(name: &[&str; 2], extra: Value) -> Map<String, Value> {
    let [given, family] = name;
    let username = given.to_lowercase();
    let mut claims = Map::new();
    let standard = json!({
        "name": format!("{given} {family}"),
        "given_name": given,
        "family_name": family,
        "preferred_username": username,
        "email": format!("{username}@example.test"),
        "email_verified": true,
        "locale": "en-GB",
        "zoneinfo": "Europe/London",
    });
    for part in [standard, extra] {
        if let Value::Object(part) = part {
            claims.extend(part);
        }
    }
    claims
}

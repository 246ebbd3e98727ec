//! The users that exist when nobody configured any: enough claims to get into each of the five products, and for the
//! strict persona every standard claim besides.

use indexmap::IndexMap;
use serde_json::{Map, Value, json};

use super::{Persona, UserConfig};

/// A person: what every document may say of them, and what only the products' own claims say.
struct Person {
    standard: Map<String, Value>,
    of_the_products: Map<String, Value>,
}

/// Ada administers, Ben uses, Cai may do nothing.
pub fn example_users(persona: Persona) -> IndexMap<String, UserConfig> {
    [("ada", "u-1001", ada()), ("ben", "u-1002", ben()), ("cai", "u-1003", cai())]
        .into_iter()
        .map(|(name, sub, person)| {
            let user = match persona {
                Persona::Lenient => lenient(person),
                Persona::Strict => strict(name, person),
            };
            (name.to_owned(), UserConfig { sub: Some(sub.to_owned()), ..user })
        })
        .collect()
}

/// Every document says everything.
fn lenient(person: Person) -> UserConfig {
    let mut claims = person.standard;
    claims.extend(person.of_the_products);
    UserConfig { claims, ..UserConfig::default() }
}

/// No scope releases the products' claims, so an ID token that is issued alone would say them unasked.
fn strict(name: &str, person: Person) -> UserConfig {
    let mut claims = person.standard;
    claims.extend(other_standard_claims(name));
    let Person { of_the_products, .. } = person;
    UserConfig {
        claims,
        access_token: of_the_products.clone(),
        userinfo: of_the_products,
        ..UserConfig::default()
    }
}

/// What is left of the standard claims (OIDCC-5.1), so that every one of them can be asked for and has its type.
fn other_standard_claims(name: &str) -> Map<String, Value> {
    let claims = json!({
        "middle_name": "Test",
        "nickname": name,
        "profile": format!("https://people.example.test/{name}"),
        "picture": format!("https://people.example.test/{name}.png"),
        "website": format!("https://{name}.example.test/"),
        "gender": "unspecified",
        "birthdate": "1990-02-28",
        "updated_at": 1_735_689_600,
        "address": {
            "formatted": "1 Test Street\nLondon\nN1 1AA\nUnited Kingdom",
            "street_address": "1 Test Street",
            "locality": "London",
            "region": "Greater London",
            "postal_code": "N1 1AA",
            "country": "United Kingdom",
        },
        "phone_number": "+44 20 7946 0100",
        "phone_number_verified": true,
    });
    members(claims)
}

fn ada() -> Person {
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

fn ben() -> Person {
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

fn cai() -> Person {
    person(&["Cai", "Lund"], json!({}))
}

/// The standard claims (OIDCC-5.1) of a person, and the given ones.
fn person(name: &[&str; 2], of_the_products: Value) -> Person {
    let [given, family] = name;
    let username = given.to_lowercase();
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
    Person { standard: members(standard), of_the_products: members(of_the_products) }
}

fn members(object: Value) -> Map<String, Value> {
    match object {
        Value::Object(members) => members,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => Map::new(),
    }
}

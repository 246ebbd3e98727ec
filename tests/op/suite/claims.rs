//! The standard claims and their types (OIDCC-5.1).

use serde_json::{Map, Value};

/// The claims that `profile` asks for (OIDCC-5.4).
pub(crate) const PROFILE: [&str; 14] = [
    "name",
    "family_name",
    "given_name",
    "middle_name",
    "nickname",
    "preferred_username",
    "profile",
    "picture",
    "website",
    "gender",
    "birthdate",
    "zoneinfo",
    "locale",
    "updated_at",
];
/// The claims that `email` asks for.
pub(crate) const EMAIL: [&str; 2] = ["email", "email_verified"];
/// The claims that `address` asks for.
pub(crate) const ADDRESS: [&str; 1] = ["address"];
/// The claims that `phone` asks for.
pub(crate) const PHONE: [&str; 2] = ["phone_number", "phone_number_verified"];

/// The members of `address` (OIDCC-5.1.1), all of them strings.
const ADDRESS_MEMBERS: [&str; 6] =
    ["formatted", "street_address", "locality", "region", "postal_code", "country"];

/// Every standard claim that is there has the type that it should have, and says something.
pub(crate) fn assert_typed(claims: &Map<String, Value>) {
    for (name, value) in claims {
        let fine = match name.as_str() {
            "email_verified" | "phone_number_verified" => value.is_boolean(),
            "updated_at" => value.as_i64().is_some_and(|time| (0..1 << 33).contains(&time)),
            "address" => value.as_object().is_some_and(is_address),
            "sub" => value.as_str().is_some_and(is_subject),
            name if PROFILE.contains(&name) || matches!(name, "email" | "phone_number") => is_text(value),
            _ => true,
        };
        assert!(fine, "the claim `{name}` cannot be {value}");
    }
}

fn is_text(value: &Value) -> bool {
    value.as_str().is_some_and(|text| !text.is_empty())
}

/// "It MUST NOT exceed 255 ASCII characters in length." (OIDCC-2)
fn is_subject(text: &str) -> bool {
    !text.is_empty() && text.len() <= 255 && text.is_ascii()
}

fn is_address(address: &Map<String, Value>) -> bool {
    !address.is_empty()
        && address.iter().all(|(name, value)| ADDRESS_MEMBERS.contains(&name.as_str()) && is_text(value))
}

/// All of these claims are there.
pub(crate) fn assert_contains(claims: &Map<String, Value>, names: &[&str]) {
    let missing: Vec<_> = names.iter().filter(|name| !claims.contains_key(**name)).collect();
    assert!(missing.is_empty(), "{missing:?} are not among {:?}", claims.keys().collect::<Vec<_>>());
}

//! The people at the provider, where no product says who they have to be.

use indexmap::IndexMap;
use mock_idp::config::UserConfig;
use serde_json::json;

use super::stage::{People, Person};

const PERSON: &str = "person";
const OTHER: &str = "other";

/// Somebody who signs in, and somebody else. Their subjects are words that no page has by chance.
pub(super) fn people() -> People {
    People {
        person: Person { user: PERSON.to_owned(), subject: "person-7c31e0".to_owned() },
        other: Person { user: OTHER.to_owned(), subject: "other-b2f94a".to_owned() },
    }
}

/// Their accounts, with a claim for each scope.
pub(super) fn users() -> IndexMap<String, UserConfig> {
    let People { person, other } = people();
    [person, other].into_iter().map(|who| (who.user, account(&who.subject))).collect()
}

fn account(subject: &str) -> UserConfig {
    let claims = json!({
        "name": "Person Acme", "given_name": "Person", "family_name": "Acme", "preferred_username": subject,
        "picture": "https://idp.test/picture.png", "locale": "en-GB", "zoneinfo": "Europe/Amsterdam",
        "email": format!("{subject}@acme.test"), "email_verified": true, "phone_number": "+31 20 123 4567",
        "address": { "country": "NL" },
    });
    UserConfig {
        sub: Some(subject.to_owned()),
        claims: claims.as_object().cloned().unwrap_or_default(),
        ..UserConfig::default()
    }
}

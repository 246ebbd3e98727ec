//! The people at the provider, where no product says who they have to be.

use indexmap::IndexMap;
use mock_idp::config::{AggregatedClaims, ClaimSource, DistributedClaims, UserConfig};
use serde_json::{Map, Value, json};

use super::case::Capability;
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

/// What others state of them, where a case is about that: a text that no page has by chance.
pub(super) const STATED: &str = "rated-by-others-4d80c5";

/// Their accounts, with a claim for each scope, and with claims that others vouch for where a case needs some.
pub(super) fn users(needs: &[Capability]) -> IndexMap<String, UserConfig> {
    let People { person, other } = people();
    let sources = claim_sources(needs);
    let account = |who: &Person| UserConfig { claim_sources: sources.clone(), ..account(&who.subject) };
    [person, other].into_iter().map(|who| (who.user.clone(), account(&who))).collect()
}

fn claim_sources(needs: &[Capability]) -> IndexMap<String, ClaimSource> {
    let claims: Map<String, Value> = [("credit_rating".to_owned(), STATED.into())].into_iter().collect();
    let bank = AggregatedClaims { claims: claims.clone(), ..AggregatedClaims::default() };
    let bureau = DistributedClaims { claims, ..DistributedClaims::default() };
    let all = [
        (Capability::AggregatedClaims, "bank", ClaimSource::Aggregated(bank)),
        (Capability::DistributedClaims, "bureau", ClaimSource::Distributed(bureau)),
    ];
    let needed = all.into_iter().filter(|(need, ..)| needs.contains(need));
    needed.map(|(_, name, source)| (name.to_owned(), source)).collect()
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

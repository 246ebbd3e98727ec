//! Ways to take a signature for good that no relying party should have. Each is somebody's weakness; without one, nothing
//! here is ever asked.

mod numbers;
mod secrets;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::RelyingParty;
use super::jws::{self, Jwt, KeySet};
use super::weakness::Weakness;
use crate::decision::ProviderProfile;

/// A signature, and what somebody gullible has at hand to judge it with.
pub(super) struct Asked<'a> {
    pub(super) jwt: &'a Jwt,
    pub(super) profile: &'a ProviderProfile,
    /// The provider's keys.
    pub(super) keys: &'a KeySet,
    /// What was found at the addresses in the header.
    pub(super) fetched: &'a [Vec<u8>],
}

/// One way, and whose it is.
type Way = (Weakness, fn(&Asked<'_>) -> bool);

const WAYS: &[Way] = &[
    (Weakness::AcceptsUnsigned, says_that_it_is_unsigned),
    (Weakness::CountsNoSegments, has_no_signature),
    (Weakness::AssumesAlgorithm, fits_the_usual_algorithm),
    (Weakness::AcceptsAnyAlgorithm, |it| fits_a_published_key(it, named(it), |_| true)),
    (Weakness::TrustsHeaderKey, fits_its_own_key),
    (Weakness::TrustsHeaderCertificate, fits_its_own_certificate),
    (Weakness::FollowsHeaderAddress, fits_what_its_address_gave),
    (Weakness::TakesPublicKeyForSecret, secrets::fits_what_is_published),
    (Weakness::TakesPublishedSecret, secrets::fits_a_published_secret),
    (Weakness::TakesClientSecret, secrets::fits_the_client_secret),
    (Weakness::TakesUsualSecrets, secrets::fits_what_anybody_would_guess),
    (Weakness::SkipsUnknownKeys, |it| !published(it).any(|key| same_id(key, it))),
    (Weakness::TakesAnyNumber, numbers::fits_without_a_look_at_the_numbers),
    (Weakness::TakesShortKeys, numbers::fits_a_short_key),
    (Weakness::IgnoresKeyUse, |it| {
        by_registered_algorithm(it, |key| same_id(key, it) && same_algorithm(key, it))
    }),
    (Weakness::IgnoresKeyAlgorithm, |it| by_registered_algorithm(it, |key| same_id(key, it) && usable(key))),
];

impl RelyingParty {
    /// Whether one of its weaknesses takes the signature of a token for good.
    ///
    /// The keys are those that were fetched for the signature; where none were, a weakness fetches them.
    pub(super) async fn believes(
        &self,
        (provider, profile): (usize, &ProviderProfile),
        jwt: &Jwt,
        fetched: &[Vec<u8>],
    ) -> bool {
        let known = self.known_keys(provider);
        for (weakness, believes) in WAYS {
            let fits = |keys: &KeySet| believes(&Asked { jwt, profile, keys, fetched });
            if known.as_ref().is_some_and(|keys| !fits(keys)) || !self.skips(*weakness) {
                continue;
            }
            let keys = self.keys(provider, profile).await.unwrap_or_default();
            if fits(&keys) {
                return true;
            }
        }
        false
    }

    /// What stands at the addresses in a header, if it is weak enough to go there.
    pub(super) async fn what_the_header_points_to(&self, jwt: &Jwt) -> Vec<Vec<u8>> {
        let mut found = Vec::new();
        let addresses = ["jku", "x5u"].into_iter().filter_map(|name| jwt.header.get(name)).flat_map(texts);
        let addresses: Vec<&str> = addresses.collect();
        if addresses.is_empty() || !self.skips(Weakness::FollowsHeaderAddress) {
            return found;
        }
        for address in addresses {
            let Ok(request) = http::Request::get(address).body(Vec::new()) else { continue };
            found.extend(self.carry(request).await.ok().map(http::Response::into_body));
        }
        found
    }
}

/// A text, or the texts in a list.
fn texts(value: &Value) -> Vec<&str> {
    match value.as_array() {
        Some(list) => list.iter().filter_map(Value::as_str).collect(),
        None => value.as_str().into_iter().collect(),
    }
}

fn named<'a>(asked: &Asked<'a>) -> &'a str {
    asked.jwt.header_text("alg").unwrap_or_default()
}

/// RFC7515-4.1.1 makes names of algorithms case-sensitive; whoever looks for `none` alone is caught by `nOnE`.
fn says_that_it_is_unsigned(asked: &Asked<'_>) -> bool {
    named(asked).trim().eq_ignore_ascii_case("none")
}

fn has_no_signature(asked: &Asked<'_>) -> bool {
    asked.jwt.signature.is_empty()
}

fn fits_the_usual_algorithm(asked: &Asked<'_>) -> bool {
    let usual = asked.profile.algorithms.first().map_or("RS256", |algorithm| algorithm.0);
    asked.jwt.header_text("alg").is_none() && fits_a_published_key(asked, usual, |_| true)
}

fn by_registered_algorithm(asked: &Asked<'_>, fits: impl Fn(&Value) -> bool) -> bool {
    let registered = asked.profile.algorithms.iter().any(|algorithm| algorithm.0 == named(asked));
    registered && fits_a_published_key(asked, named(asked), fits)
}

fn fits_a_published_key(asked: &Asked<'_>, algorithm: &str, fits: impl Fn(&Value) -> bool) -> bool {
    published(asked).filter(|key| fits(key)).any(|key| jws::fits_key(asked.jwt, algorithm, key))
}

/// The provider's keys, as they were published.
fn published<'a>(asked: &Asked<'a>) -> impl Iterator<Item = &'a Value> + use<'a> {
    asked.keys.document.get("keys").and_then(Value::as_array).into_iter().flatten()
}

fn same_id(key: &Value, asked: &Asked<'_>) -> bool {
    asked.jwt.header.get("kid").is_none_or(|kid| key.get("kid") == Some(kid))
}

fn usable(key: &Value) -> bool {
    let for_signatures = key.get("use").is_none_or(|it| it == "sig");
    let operations = key.get("key_ops").and_then(Value::as_array);
    for_signatures && operations.is_none_or(|all| all.iter().any(|it| it == "verify"))
}

fn same_algorithm(key: &Value, asked: &Asked<'_>) -> bool {
    key.get("alg").is_none_or(|it| it == named(asked))
}

fn fits_its_own_key(asked: &Asked<'_>) -> bool {
    asked.jwt.header.get("jwk").is_some_and(|jwk| jws::fits_key(asked.jwt, named(asked), jwk))
}

fn fits_its_own_certificate(asked: &Asked<'_>) -> bool {
    let chain = asked.jwt.header.get("x5c").map(texts).unwrap_or_default();
    chain.into_iter().any(|certificate| jws::fits_certificate(asked.jwt, certificate))
}

/// A set of keys, a certificate in PEM, or one in DER.
fn fits_what_its_address_gave(asked: &Asked<'_>) -> bool {
    asked.fetched.iter().any(|found| {
        let set: Option<Value> = serde_json::from_slice(found).ok();
        let keys = set.as_ref().and_then(|set| set.get("keys")).and_then(Value::as_array);
        let by_key = keys.into_iter().flatten().any(|key| jws::fits_key(asked.jwt, named(asked), key));
        let text = String::from_utf8_lossy(found);
        let body: String = text.lines().filter(|line| !line.starts_with("-----")).collect();
        let certificate = if text.starts_with("-----") { body } else { STANDARD.encode(found) };
        by_key || jws::fits_certificate(asked.jwt, &certificate)
    })
}

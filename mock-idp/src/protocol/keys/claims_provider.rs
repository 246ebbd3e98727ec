//! The keys of the claims provider that stands beside the provider (OIDCC-5.6): published test keys of `fixtures/keys`, and
//! none that signs anything else.

use std::sync::{Arc, LazyLock};

use serde_json::{Value, json};

use super::{Algorithm, KeyKind, KeyMaterial, SigningKey};

/// A key, read when it is first needed.
type Fixed = LazyLock<Option<Arc<KeyMaterial>>>;

macro_rules! fixed_key {
    ($name:ident, $algorithm:expr, $file:literal) => {
        static $name: Fixed = LazyLock::new(|| {
            let pem = include_str!(concat!("../../../../fixtures/keys/", $file));
            KeyMaterial::from_pem($algorithm, pem).ok().map(Arc::new)
        });
    };
}

fixed_key!(RSA, Algorithm::RS256, "claims-provider-rsa.pem");
fixed_key!(P256, Algorithm::ES256, "claims-provider-p256.pem");
fixed_key!(P384, Algorithm::ES384, "claims-provider-p384.pem");
fixed_key!(ED25519, Algorithm::EdDsa, "claims-provider-ed25519.pem");

/// The key that signs with an algorithm. A claims provider shares no secret with a client, so there is none for HS*.
pub fn claims_provider_key(algorithm: Algorithm) -> Option<SigningKey> {
    let material = match algorithm.key_kind() {
        KeyKind::Rsa => &RSA,
        KeyKind::P256 => &P256,
        KeyKind::P384 => &P384,
        KeyKind::Ed25519 => &ED25519,
        KeyKind::Secret => return None,
    };
    let kid = format!("claims-provider-{}", algorithm.as_str().to_lowercase());
    Some(SigningKey::new(kid, algorithm, Arc::clone(material.as_ref()?)))
}

/// The JWK set with the keys for these algorithms.
pub fn claims_provider_keys(algorithms: impl IntoIterator<Item = Algorithm>) -> Value {
    let keys = algorithms.into_iter().filter_map(claims_provider_key).map(|key| key.public_jwk());
    json!({ "keys": keys.collect::<Vec<_>>() })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::protocol::Timestamp;
    use crate::protocol::keys::{KeyPlan, KeySet};

    fn asymmetric() -> impl Iterator<Item = Algorithm> {
        Algorithm::ALL.into_iter().filter(|algorithm| !algorithm.is_symmetric())
    }

    fn publics(set: &Value) -> BTreeSet<String> {
        let public = |key: &Value| format!("{}{}", key["n"], key["x"]);
        set["keys"].as_array().unwrap().iter().map(public).collect()
    }

    #[test]
    fn there_is_a_key_for_every_algorithm_and_the_provider_has_none_of_them() {
        let own = claims_provider_keys(asymmetric());
        assert_eq!(own["keys"].as_array().unwrap().len(), asymmetric().count());
        let mut provider = KeySet::new(asymmetric().map(KeyPlan::fixed).collect(), || [0; 32]).unwrap();
        for rotation in 0..3 {
            let published = provider.published(Timestamp(0));
            assert_eq!(publics(&own).intersection(&publics(&published)).count(), 0, "rotation {rotation}");
            provider = provider.rotated(Timestamp(0), || [0; 32]).unwrap();
        }
    }

    #[test]
    fn there_is_no_key_where_a_secret_is_needed() {
        assert!(claims_provider_key(Algorithm::HS256).is_none());
    }
}

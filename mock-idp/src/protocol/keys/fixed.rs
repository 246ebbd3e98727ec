//! The test keys of `fixtures/keys`: published, fixed, and parsed at most once per process.

use std::sync::{Arc, LazyLock};

use super::{Algorithm, KeyKind, KeyMaterial, KeyPlan, SigningKey};

macro_rules! fixed_keys {
    ($name:ident, $algorithm:expr, $($file:literal),+) => {
        static $name: [LazyLock<Option<Arc<KeyMaterial>>>; 3] = [$(LazyLock::new(|| {
            let pem = include_str!(concat!("../../../../fixtures/keys/", $file));
            KeyMaterial::from_pem($algorithm, pem).ok().map(Arc::new)
        })),+];
    };
}

fixed_keys!(RSA, Algorithm::RS256, "rsa-1.pem", "rsa-2.pem", "rsa-3.pem");
fixed_keys!(P256, Algorithm::ES256, "p256-1.pem", "p256-2.pem", "p256-3.pem");
fixed_keys!(P384, Algorithm::ES384, "p384-1.pem", "p384-2.pem", "p384-3.pem");
fixed_keys!(ED25519, Algorithm::EdDsa, "ed25519-1.pem", "ed25519-2.pem", "ed25519-3.pem");

/// The fixed key for an algorithm after so many rotations, as long as there are any.
pub(super) fn fixed_key(algorithm: Algorithm, rotation: usize) -> Option<Arc<KeyMaterial>> {
    let keys = match algorithm.key_kind() {
        KeyKind::Rsa => &RSA,
        KeyKind::P256 => &P256,
        KeyKind::P384 => &P384,
        KeyKind::Ed25519 => &ED25519,
        KeyKind::Secret => return None,
    };
    keys.get(rotation).and_then(|key| key.as_ref().map(Arc::clone))
}

/// Keys that no provider publishes: those of somebody who pretends to be one.
static STRANGERS: [LazyLock<Option<Arc<KeyMaterial>>>; 2] = [
    LazyLock::new(|| {
        let pem = include_str!("../../../../fixtures/keys/stranger-rsa.pem");
        KeyMaterial::from_pem(Algorithm::RS256, pem).ok().map(Arc::new)
    }),
    LazyLock::new(|| {
        let pem = include_str!("../../../../fixtures/keys/stranger-p256.pem");
        KeyMaterial::from_pem(Algorithm::ES256, pem).ok().map(Arc::new)
    }),
];

/// The certificate of the stranger's RSA key, as PEM.
pub const STRANGER_CERTIFICATE: &str = include_str!("../../../../fixtures/keys/stranger-rsa.crt");

/// The stranger's key under a key id: for the same algorithm where there is one, for RS256 otherwise.
pub fn stranger(algorithm: Algorithm, kid: &str) -> Option<SigningKey> {
    let [rsa, p256] = &STRANGERS;
    let (algorithm, material) = match algorithm.key_kind() {
        KeyKind::Rsa => (algorithm, rsa),
        KeyKind::P256 => (algorithm, p256),
        KeyKind::P384 | KeyKind::Ed25519 | KeyKind::Secret => (Algorithm::RS256, rsa),
    };
    let material = material.as_ref().map(Arc::clone)?;
    Some(SigningKey::new(kid.to_owned(), algorithm, material))
}

/// A plan for keys that are the stranger's: the known ones where there are some, and else made from entropy.
pub fn strangers_plan(plan: KeyPlan) -> KeyPlan {
    let known = stranger(plan.algorithm, "").filter(|key| key.algorithm() == plan.algorithm);
    KeyPlan { first: known.map(|key| key.shared_material()), always_fresh: true, ..plan }
}

/// The stranger's certificate as `x5c` wants it: DER in ordinary base64 (RFC7515-4.1.6).
pub fn stranger_certificate() -> String {
    STRANGER_CERTIFICATE.lines().filter(|line| !line.starts_with("-----")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::Timestamp;
    use crate::protocol::keys::KeySet;

    #[test]
    fn every_fixed_key_can_be_read() {
        for algorithm in Algorithm::ALL.into_iter().filter(|algorithm| !algorithm.is_symmetric()) {
            for rotation in 0..3 {
                assert!(fixed_key(algorithm, rotation).is_some(), "{algorithm} {rotation}");
            }
        }
    }

    #[test]
    fn the_fixed_keys_are_those_that_are_published_in_the_fixtures() {
        let asymmetric = Algorithm::ALL.into_iter().filter(|algorithm| !algorithm.is_symmetric());
        let plans = asymmetric.map(KeyPlan::fixed).collect();
        let published = KeySet::new(plans, || [0; 32]).unwrap().published(Timestamp(0));
        let expected: serde_json::Value =
            serde_json::from_str(include_str!("../../../../fixtures/keys/jwks.json")).unwrap();
        assert_eq!(published, expected);
    }
}

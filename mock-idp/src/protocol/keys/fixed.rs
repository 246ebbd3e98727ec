//! The test keys of `fixtures/keys`: published, fixed, and parsed at most once per process.

use std::sync::{Arc, LazyLock};

use super::{Algorithm, KeyKind, KeyMaterial};

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::Timestamp;
    use crate::protocol::keys::{KeyPlan, KeySet};

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

//! The provider's keys: one per algorithm in use, and those that were rotated away.

use std::fmt;
use std::sync::Arc;

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::encryption;
use super::fixed::fixed_key;
use super::{Algorithm, KeyError, KeyMaterial};
use crate::protocol::Timestamp;

/// How many rotated keys are remembered to recognise old tokens; older ones are forgotten.
const REMEMBERED: usize = 64;

/// A key as planned: where it comes from now and after each rotation.
#[derive(Clone)]
pub struct KeyPlan {
    /// The algorithm.
    pub algorithm: Algorithm,
    /// The key id before any rotation; made from the algorithm when there is none.
    pub kid: Option<String>,
    /// The first key; the fixed one when there is none.
    pub first: Option<Arc<KeyMaterial>>,
    /// Whether later keys are made from entropy even while there are fixed ones.
    pub always_fresh: bool,
}

impl fmt::Debug for KeyPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyPlan")
            .field("algorithm", &self.algorithm)
            .field("kid", &self.kid)
            .finish_non_exhaustive()
    }
}

impl KeyPlan {
    /// The fixed key for an algorithm, under the default key id.
    pub const fn fixed(algorithm: Algorithm) -> Self {
        Self { algorithm, kid: None, first: None, always_fresh: false }
    }

    /// The key after so many rotations.
    fn key(&self, rotation: usize, seed: [u8; 32]) -> Result<SigningKey, KeyError> {
        let kid =
            self.kid.clone().unwrap_or_else(|| format!("{}-key", self.algorithm.as_str().to_lowercase()));
        let material = match &self.first {
            Some(first) if rotation == 0 => Arc::clone(first),
            _ => match fixed_key(self.algorithm, rotation).filter(|_| !self.always_fresh) {
                Some(fixed) => fixed,
                None => Arc::new(KeyMaterial::from_seed(self.algorithm, seed)?),
            },
        };
        let kid = if rotation == 0 { kid } else { format!("{kid}-{}", rotation + 1) };
        Ok(SigningKey { kid, algorithm: self.algorithm, material })
    }
}

/// A key that signs.
#[derive(Clone)]
pub struct SigningKey {
    kid: String,
    algorithm: Algorithm,
    material: Arc<KeyMaterial>,
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey")
            .field("kid", &self.kid)
            .field("algorithm", &self.algorithm)
            .finish_non_exhaustive()
    }
}

impl SigningKey {
    /// A key under a name.
    pub const fn new(kid: String, algorithm: Algorithm, material: Arc<KeyMaterial>) -> Self {
        Self { kid, algorithm, material }
    }

    /// The key id.
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// The algorithm.
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The private key.
    pub fn material(&self) -> &KeyMaterial {
        &self.material
    }

    /// The private key, to be a key of somebody else's under another name.
    pub(super) fn shared_material(&self) -> Arc<KeyMaterial> {
        Arc::clone(&self.material)
    }

    /// The published form (RFC7517-4).
    pub fn public_jwk(&self) -> Value {
        let mut jwk = Map::new();
        jwk.insert("kid".to_owned(), self.kid.clone().into());
        jwk.insert("use".to_owned(), "sig".into());
        jwk.insert("alg".to_owned(), self.algorithm.as_str().into());
        jwk.extend(self.material.public_members());
        Value::Object(jwk)
    }
}

/// What a key is good for now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct KeyState {
    /// The key id.
    pub kid: String,
    /// What it signs with.
    pub alg: Algorithm,
    /// Whether it signs.
    pub signs: bool,
    /// Until when it stays published, once it was rotated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub published_until: Option<Timestamp>,
}

/// A rotated key, and until when it stays published.
#[derive(Clone, Debug)]
struct Retired {
    key: SigningKey,
    published_until: Timestamp,
}

/// The keys of one provider.
#[derive(Clone, Debug)]
pub struct KeySet {
    plans: Vec<KeyPlan>,
    current: Vec<SigningKey>,
    retired: Vec<Retired>,
    rotations: usize,
}

impl KeySet {
    /// Makes the keys of a plan; the first is the default. `seed` is asked for one seed per key.
    pub fn new(plans: Vec<KeyPlan>, seed: impl FnMut() -> [u8; 32]) -> Result<Self, KeyError> {
        let current = keys(&plans, 0, seed)?;
        Ok(Self { plans, current, retired: Vec::new(), rotations: 0 })
    }

    /// The key that signs with an algorithm, or the default key.
    pub fn signing(&self, algorithm: Option<Algorithm>) -> Option<&SigningKey> {
        match algorithm {
            None => self.current.first(),
            Some(algorithm) => self.current.iter().find(|key| key.algorithm == algorithm),
        }
    }

    /// The keys that sign, the default one first.
    pub fn current(&self) -> &[SigningKey] {
        &self.current
    }

    /// The algorithms that this set signs with, the default one first.
    pub fn algorithms(&self) -> Vec<Algorithm> {
        self.current.iter().map(SigningKey::algorithm).collect()
    }

    /// New keys in place of the current ones, which stay published until then. The set is only replaced when every new
    /// key could be made.
    pub fn rotated(
        &self,
        published_until: Timestamp,
        seed: impl FnMut() -> [u8; 32],
    ) -> Result<Self, KeyError> {
        let rotations = self.rotations + 1;
        let current = keys(&self.plans, rotations, seed)?;
        let old = self.current.iter().map(|key| Retired { key: key.clone(), published_until });
        let retired = old.chain(self.retired.iter().cloned()).take(REMEMBERED).collect();
        Ok(Self { plans: self.plans.clone(), current, retired, rotations })
    }

    /// The keys that are published now, the current ones first.
    pub fn states(&self, now: Timestamp) -> Vec<KeyState> {
        let state = |key: &SigningKey, published_until: Option<Timestamp>| KeyState {
            kid: key.kid.clone(),
            alg: key.algorithm,
            signs: published_until.is_none(),
            published_until,
        };
        let old = self.retired.iter().filter(|old| old.published_until > now);
        let current = self.current.iter().map(|key| state(key, None));
        current.chain(old.map(|old| state(&old.key, Some(old.published_until)))).collect()
    }

    /// The JWK set as published now (OIDCD-3 `jwks_uri`, OIDCC-10.1.1 for the old keys).
    pub fn published(&self, now: Timestamp) -> Value {
        let old = self.retired.iter().filter(|old| old.published_until > now).map(|old| &old.key);
        let mut keys: Vec<_> = self.current.iter().chain(old).map(SigningKey::public_jwk).collect();
        keys.extend(encryption::published());
        json!({ "keys": keys })
    }

    /// A key that signs or once signed, by its id: tokens that come back are recognised even when nobody else would.
    pub fn ever(&self, kid: &str) -> Option<&SigningKey> {
        self.current.iter().chain(self.retired.iter().map(|old| &old.key)).find(|key| key.kid == kid)
    }
}

fn keys(
    plans: &[KeyPlan],
    rotation: usize,
    mut seed: impl FnMut() -> [u8; 32],
) -> Result<Vec<SigningKey>, KeyError> {
    plans.iter().map(|plan| plan.key(rotation, seed())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set() -> KeySet {
        KeySet::new(vec![KeyPlan::fixed(Algorithm::ES256), KeyPlan::fixed(Algorithm::EdDsa)], || [1; 32])
            .unwrap()
    }

    fn kids(set: &KeySet, now: i64) -> Vec<String> {
        let published = set.published(Timestamp(now));
        published["keys"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|key| key["use"] == "sig")
            .map(|key| key["kid"].as_str().unwrap().to_owned())
            .collect()
    }

    #[test]
    fn the_old_key_stays_published_for_a_while_and_is_never_forgotten_by_the_provider() {
        let rotated = set().rotated(Timestamp(100), || [2; 32]).unwrap();
        assert_eq!(kids(&rotated, 99), ["es256-key-2", "eddsa-key-2", "es256-key", "eddsa-key"]);
        assert_eq!(kids(&rotated, 100), ["es256-key-2", "eddsa-key-2"]);
        assert!(rotated.ever("es256-key").is_some());
    }

    #[test]
    fn every_rotation_brings_another_key_also_when_the_fixed_ones_are_used_up() {
        let mut set = set();
        let mut seen = vec![set.published(Timestamp(0))["keys"][0]["x"].clone()];
        for round in 0..5 {
            set = set.rotated(Timestamp(0), || [round; 32]).unwrap();
            let x = set.published(Timestamp(0))["keys"][0]["x"].clone();
            assert!(!seen.contains(&x), "rotation {round}");
            seen.push(x);
        }
    }

    #[test]
    fn published_keys_have_distinct_ids() {
        let rotated = set().rotated(Timestamp(100), || [2; 32]).unwrap();
        let mut ids = kids(&rotated, 0);
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), 4);
    }
}

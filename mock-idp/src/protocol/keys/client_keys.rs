//! The public keys that a client registered (OIDCR-2, RFC7517-5).

use serde_json::Value;

use super::Algorithm;
use super::jwe::{Encryption, Recipient, UnusableKey};
use super::jws::{BadSignature, Decoded, key_type};

/// Members that only a private or a shared key has (RFC7518-6.2.2, RFC7518-6.3.2, RFC7518-6.4.1).
const PRIVATE: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

/// A client's keys; none by default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClientKeys {
    keys: Vec<Value>,
    /// Why nobody knows them.
    unavailable: Option<String>,
}

/// A value that is not a set of public keys.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadKeySet {
    /// Not a JWK set at all.
    #[error("a JWK set is an object with a list `keys`")]
    NotASet,
    /// A key is not one.
    #[error("key {0} of the JWK set is not an object with a `kty`")]
    NotAKey(usize),
    /// A key that nobody else should have.
    #[error("key {index} of the JWK set has the member `{member}`, so it is not a public key")]
    Private {
        /// Its place, from 1.
        index: usize,
        /// The member that gives it away.
        member: &'static str,
    },
}

/// Why no key of a client holds for a signature.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotVerified {
    /// No key fits.
    #[error("the client has no {algorithm} key{}", kid.as_ref().map(|kid| format!(" with the kid `{kid}`")).unwrap_or_default())]
    NoKey {
        /// What the header asks for.
        algorithm: Algorithm,
        /// The key id in the header.
        kid: Option<String>,
    },
    /// A key fits, the signature does not hold.
    #[error(transparent)]
    Signature(#[from] BadSignature),
    /// The keys are published somewhere and could not be had.
    #[error("the keys of the client are not known: {0}")]
    Unavailable(String),
}

/// Why nothing can be encrypted to a client.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoRecipient {
    /// No key is good for it.
    #[error("{0} among the client's keys")]
    Key(#[from] UnusableKey),
    /// The keys are published somewhere and could not be had.
    #[error("the keys of the client are not known: {0}")]
    Unavailable(String),
}

impl ClientKeys {
    /// The keys of a JWK set. Keys of an unknown type stay in it and are never chosen (RFC7517-5).
    pub fn new(set: &Value) -> Result<Self, BadKeySet> {
        let keys = set.get("keys").and_then(Value::as_array).ok_or(BadKeySet::NotASet)?;
        for (place, key) in keys.iter().enumerate() {
            let index = place + 1;
            if key.get("kty").and_then(Value::as_str).is_none() {
                return Err(BadKeySet::NotAKey(index));
            }
            if let Some(member) = PRIVATE.into_iter().find(|member| key.get(*member).is_some()) {
                return Err(BadKeySet::Private { index, member });
            }
        }
        Ok(Self { keys: keys.clone(), unavailable: None })
    }

    /// Keys that the client publishes and that could not be had.
    pub const fn unavailable(why: String) -> Self {
        Self { keys: Vec::new(), unavailable: Some(why) }
    }

    /// Each of them, as a JWK.
    pub(in crate::protocol) fn iter(&self) -> impl Iterator<Item = &Value> {
        self.keys.iter()
    }

    /// Whether there is none.
    pub const fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// The key that documents for the client are encrypted to (OIDCC-10.2).
    pub fn recipient(&self, encryption: Encryption) -> Result<Recipient, NoRecipient> {
        if let Some(why) = &self.unavailable {
            return Err(NoRecipient::Unavailable(why.clone()));
        }
        Ok(Recipient::among(&self.keys, encryption)?)
    }

    /// Checks a signature with those keys that the header can mean.
    ///
    /// A `kid` chooses among keys that have one (OIDCC-10.1); without it every key of the algorithm's type is tried.
    pub fn verify(&self, token: &Decoded) -> Result<(), NotVerified> {
        let algorithm = token.algorithm()?;
        if let Some(why) = &self.unavailable {
            return Err(NotVerified::Unavailable(why.clone()));
        }
        let mut outcome = Err(NotVerified::NoKey { algorithm, kid: token.kid().map(str::to_owned) });
        for key in self.keys.iter().filter(|key| may_be_meant(key, algorithm, token.kid())) {
            match token.verify_with_jwk(key) {
                Ok(()) => return Ok(()),
                Err(why) => outcome = Err(why.into()),
            }
        }
        outcome
    }
}

fn may_be_meant(key: &Value, algorithm: Algorithm, kid: Option<&str>) -> bool {
    let text = |member| key.get(member).and_then(Value::as_str);
    text("kty") == Some(key_type(algorithm))
        && text("use").is_none_or(|purpose| purpose == "sig")
        && text("alg").is_none_or(|only| only == algorithm.as_str())
        && (kid.is_none() || text("kid").is_none() || text("kid") == kid)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::*;
    use crate::protocol::keys::jws::{Signer, decode, sign};
    use crate::protocol::keys::{KeyPlan, KeySet, SigningKey};

    fn key(algorithm: Algorithm) -> SigningKey {
        KeySet::new(vec![KeyPlan::fixed(algorithm)], || [0; 32]).unwrap().signing(None).unwrap().clone()
    }

    fn token(algorithm: Algorithm, kid: Option<&str>) -> Decoded {
        let signer = Signer::Key(key(algorithm));
        let mut header = signer.header("JWT");
        match kid {
            Some(kid) => header.insert("kid".to_owned(), kid.into()),
            None => header.remove("kid"),
        };
        decode(&sign(&header, &serde_json::Map::new(), &signer).unwrap()).unwrap()
    }

    /// The published keys for both algorithms, with some members replaced in the first.
    fn keys(changes: &Value) -> ClientKeys {
        let mut first = key(Algorithm::RS256).public_jwk();
        for (name, value) in changes.as_object().unwrap() {
            first[name] = value.clone();
        }
        let other = key(Algorithm::ES256).public_jwk();
        ClientKeys::new(&json!({ "keys": [other, first, { "kty": "new" }] })).unwrap()
    }

    #[rstest]
    #[case::by_its_kid(json!({}), Some("rs256-key"))]
    #[case::without_a_kid(json!({}), None)]
    #[case::of_a_key_that_has_no_kid(json!({ "kid": null }), Some("any"))]
    #[case::of_a_key_for_any_use(json!({ "use": null, "alg": null }), None)]
    fn a_signature_is_checked_with_the_key_that_is_meant(#[case] changes: Value, #[case] kid: Option<&str>) {
        assert_eq!(keys(&changes).verify(&token(Algorithm::RS256, kid)), Ok(()));
    }

    #[rstest]
    #[case::another_kid(json!({}), Some("other"))]
    #[case::a_key_for_encryption(json!({ "use": "enc" }), None)]
    #[case::a_key_for_another_algorithm(json!({ "alg": "PS256" }), None)]
    fn a_key_that_is_not_meant_is_not_tried(#[case] changes: Value, #[case] kid: Option<&str>) {
        let expected = NotVerified::NoKey { algorithm: Algorithm::RS256, kid: kid.map(str::to_owned) };
        assert_eq!(keys(&changes).verify(&token(Algorithm::RS256, kid)), Err(expected));
    }

    #[rstest]
    #[case::a_list(json!([]), BadKeySet::NotASet)]
    #[case::no_keys(json!({}), BadKeySet::NotASet)]
    #[case::text_as_a_key(json!({ "keys": ["x"] }), BadKeySet::NotAKey(1))]
    #[case::no_type(json!({ "keys": [{ "kty": "RSA" }, {}] }), BadKeySet::NotAKey(2))]
    #[case::private(json!({ "keys": [{ "kty": "EC", "d": "x" }] }), BadKeySet::Private { index: 1, member: "d" })]
    #[case::shared(json!({ "keys": [{ "kty": "oct", "k": "x" }] }), BadKeySet::Private { index: 1, member: "k" })]
    fn other_values_are_not_a_set_of_public_keys(#[case] set: Value, #[case] expected: BadKeySet) {
        assert_eq!(ClientKeys::new(&set), Err(expected));
    }
}

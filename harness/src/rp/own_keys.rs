//! The relying party's own keys: to prove who it is, and to sign its requests.

use serde_json::{Value, json};

use super::jws::{self, OwnKey};

/// Published test keys; see `fixtures/keys`.
const RSA: &str = include_str!("../../../fixtures/keys/client-rsa.pem");
const P256: &str = include_str!("../../../fixtures/keys/client-p256.pem");
const P256_CERTIFICATE: &str = include_str!("../../../fixtures/keys/client-p256.crt");

/// A certificate of its own making, with its key, as PEM.
pub(super) fn certificate() -> String {
    format!("{P256}{P256_CERTIFICATE}")
}

/// The key for an algorithm.
pub(super) fn key_for(algorithm: &str) -> Option<OwnKey> {
    match algorithm {
        "ES256" => OwnKey::ec(P256.as_bytes(), "client-p256"),
        "RS256" | "RS384" | "RS512" | "PS256" | "PS384" | "PS512" => {
            OwnKey::rsa(RSA.as_bytes(), "client-rsa")
        }
        _ => None,
    }
}

/// The public keys as a JWK set.
pub(super) fn jwks() -> Value {
    let keys: Vec<Value> = ["RS256", "ES256"]
        .into_iter()
        .filter_map(|algorithm| jws::public_jwk(&key_for(algorithm)?, algorithm))
        .collect();
    json!({ "keys": keys })
}

/// Claims as a JWT, signed by one of the keys, by a secret for the HMAC algorithms, or not at all for `none`.
pub(super) fn signed(algorithm: &str, secret: Option<&str>, claims: &Value) -> Option<String> {
    match algorithm {
        "none" => Some(jws::unsigned(claims)),
        "HS256" | "HS384" | "HS512" => jws::sign(algorithm, &OwnKey::secret(secret?.as_bytes()), claims),
        _ => jws::sign(algorithm, &key_for(algorithm)?, claims),
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::{jwks, signed};
    use crate::rp::jws::{Jwt, KeySet, verify};

    #[rstest]
    #[case::rsa("RS256")]
    #[case::pss("PS256")]
    #[case::elliptic_curve("ES256")]
    #[case::secret("HS256")]
    fn what_it_signs_is_verified_with_what_it_publishes(#[case] algorithm: &str) {
        let secret = Some("a-secret-of-some-length-for-the-test");
        let token = signed(algorithm, secret, &json!({ "iss": "app" })).unwrap();
        let mut published = jwks();
        // A key that is published for one algorithm is not used by another.
        published["keys"].as_array_mut().unwrap().iter_mut().for_each(|key| key["alg"] = json!(algorithm));
        let keys = KeySet::read(&published).unwrap();
        assert_eq!(verify(&Jwt::decode(&token).unwrap(), &keys, secret), Ok(()));
    }

    #[test]
    fn no_private_member_is_published() {
        let keys = jwks().to_string();
        assert!(["\"d\"", "\"p\"", "\"q\"", "\"k\""].iter().all(|member| !keys.contains(member)), "{keys}");
        assert_eq!(jwks()["keys"].as_array().unwrap().len(), 2);
    }
}

//! Signatures, verified by other libraries than those that the provider signs and verifies with: `RustCrypto`'s, behind
//! openidconnect.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "helpers of tests, which clippy does not recognise as such"
)]

use aws_lc_rs::digest::{SHA256, SHA384, SHA512, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use openidconnect::JsonWebKey as _;
use openidconnect::core::{CoreJsonWebKey, CoreJwsSigningAlgorithm};
use serde_json::{Map, Value, json};

/// A JWT, taken apart.
#[derive(Clone, Debug)]
pub(crate) struct Signed {
    pub(crate) header: Map<String, Value>,
    pub(crate) claims: Map<String, Value>,
    message: String,
    signature: Vec<u8>,
}

impl Signed {
    pub(crate) fn read(jwt: &str) -> Self {
        let parts: Vec<&str> = jwt.split('.').collect();
        let [header, claims, signature] = parts[..] else { panic!("`{jwt}` is no JWT of three parts") };
        let bytes = |part: &str| URL_SAFE_NO_PAD.decode(part).expect("base64url without padding");
        let object = |part: &str| serde_json::from_slice(&bytes(part)).expect("the part is a JSON object");
        Self {
            header: object(header),
            claims: object(claims),
            message: format!("{header}.{claims}"),
            signature: bytes(signature),
        }
    }

    /// The key of a JWK set that the header names, which has to be one.
    fn key<'a>(&self, jwks: &'a Value) -> &'a Value {
        let kid = self.header.get("kid").expect("the header has a `kid`");
        let keys = jwks["keys"].as_array().expect("`keys` is a list");
        let named: Vec<_> = keys.iter().filter(|key| key["kid"] == *kid).collect();
        let [key] = named[..] else { panic!("{} keys have the kid {kid}", named.len()) };
        key
    }

    /// Whether the signature is that of the key that the header names, with the key's algorithm.
    pub(crate) fn is_by(&self, jwks: &Value) -> bool {
        let jwk = self.key(jwks);
        assert_eq!(jwk["alg"], self.header["alg"], "the key is for the algorithm");
        let key: CoreJsonWebKey = serde_json::from_value(jwk.clone()).unwrap();
        self.holds(&key)
    }

    /// Whether the signature was made with this secret.
    pub(crate) fn is_by_secret(&self, secret: &str) -> bool {
        assert_eq!(self.header.get("kid"), None, "a secret has no name");
        self.holds(&CoreJsonWebKey::new_symmetric(secret.as_bytes().to_vec()))
    }

    fn holds(&self, key: &CoreJsonWebKey) -> bool {
        let alg: CoreJwsSigningAlgorithm = serde_json::from_value(self.header["alg"].clone()).unwrap();
        key.verify_signature(&alg, self.message.as_bytes(), &self.signature).is_ok()
    }

    /// "the left-most half of the hash" of a text, with the hash of the signature (OIDCC-3.1.3.6).
    pub(crate) fn half_hash(&self, text: &str) -> String {
        let hash = match self.header["alg"].as_str().unwrap() {
            alg if alg.ends_with("256") => digest(&SHA256, text.as_bytes()),
            alg if alg.ends_with("384") => digest(&SHA384, text.as_bytes()),
            // Ed25519 has SHA-512 inside (RFC8032-5.1)
            _ => digest(&SHA512, text.as_bytes()),
        };
        let hash = hash.as_ref();
        URL_SAFE_NO_PAD.encode(&hash[..hash.len() / 2])
    }

    /// "the empty octet sequence as its JWS Signature value" (RFC7518-3.6)
    pub(crate) fn is_unsigned(&self) -> bool {
        self.header["alg"] == json!("none") && self.signature.is_empty()
    }
}

//! Signing with the fixture keys, for tests only.

use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey, Header, crypto};
use serde_json::{Value, json};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// A private key with the algorithm it signs with.
pub(super) struct Key {
    pub(super) kid: &'static str,
    pub(super) algorithm: Algorithm,
    private: EncodingKey,
}

pub(super) fn ed25519(kid: &'static str, number: u8) -> Key {
    let pem: &[u8] = match number {
        1 => include_bytes!("../../../../fixtures/keys/ed25519-1.pem"),
        _ => include_bytes!("../../../../fixtures/keys/ed25519-2.pem"),
    };
    Key { kid, algorithm: Algorithm::EdDSA, private: EncodingKey::from_ed_pem(pem).unwrap() }
}

pub(super) fn rsa(kid: &'static str, algorithm: Algorithm) -> Key {
    let pem = include_bytes!("../../../../fixtures/keys/rsa-1.pem");
    Key { kid, algorithm, private: EncodingKey::from_rsa_pem(pem).unwrap() }
}

pub(super) fn p256(kid: &'static str) -> Key {
    let pem = include_bytes!("../../../../fixtures/keys/p256-1.pem");
    Key { kid, algorithm: Algorithm::ES256, private: EncodingKey::from_ec_pem(pem).unwrap() }
}

pub(super) fn hmac(secret: &str) -> Key {
    Key { kid: "", algorithm: Algorithm::HS256, private: EncodingKey::from_secret(secret.as_bytes()) }
}

impl Key {
    pub(super) fn jwk(&self) -> Value {
        let mut jwk = Jwk::from_encoding_key(&self.private, self.algorithm).unwrap();
        jwk.common.key_id = Some(self.kid.to_owned());
        serde_json::to_value(jwk).unwrap()
    }

    pub(super) fn header(&self) -> Value {
        let mut header = Header::new(self.algorithm);
        header.kid = (!self.kid.is_empty()).then(|| self.kid.to_owned());
        serde_json::to_value(header).unwrap()
    }

    pub(super) fn sign(&self, claims: &Value) -> String {
        self.sign_with_header(&self.header(), claims)
    }

    pub(super) fn sign_with_header(&self, header: &Value, claims: &Value) -> String {
        let signed = unsigned(header, claims);
        let signature = crypto::sign(signed.as_bytes(), &self.private, self.algorithm).unwrap();
        format!("{signed}.{signature}")
    }
}

pub(super) fn unsigned(header: &Value, claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}", part(header), part(claims))
}

pub(super) fn jwks(keys: &[Key]) -> Value {
    json!({"keys": keys.iter().map(Key::jwk).collect::<Vec<_>>()})
}

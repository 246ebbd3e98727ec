//! The public key of a certificate beside that of a JWK.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use rsa::RsaPublicKey;
use rsa::pkcs8::DecodePublicKey as _;
use rsa::traits::PublicKeyParts as _;
use serde_json::Value;

/// The first byte of a point on a curve that is written with both coordinates (SEC1-2.3.3).
const UNCOMPRESSED: u8 = 4;

/// A public key as certificates have it (RFC5280-4.1.2.7).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PublicKey {
    /// With its algorithm, as DER.
    pub(super) whole: Vec<u8>,
    /// Without it: a point or an encoded RSA key.
    pub(super) bits: Vec<u8>,
}

impl PublicKey {
    /// Whether a JWK is this key.
    pub(super) fn is(&self, jwk: &Value) -> bool {
        match jwk.get("kty").and_then(Value::as_str) {
            Some("RSA") => self.is_rsa(jwk).unwrap_or(false),
            Some("EC") => self.is_point(jwk).unwrap_or(false),
            Some("OKP") => bytes(jwk, "x").is_some_and(|x| x == self.bits),
            Some(_) | None => false,
        }
    }

    fn is_rsa(&self, jwk: &Value) -> Option<bool> {
        let key = RsaPublicKey::from_public_key_der(&self.whole).ok()?;
        let number = |member| Some(rsa::BigUint::from_bytes_be(&bytes(jwk, member)?));
        Some(*key.n() == number("n")? && *key.e() == number("e")?)
    }

    fn is_point(&self, jwk: &Value) -> Option<bool> {
        let point = [vec![UNCOMPRESSED], bytes(jwk, "x")?, bytes(jwk, "y")?].concat();
        Some(point == self.bits)
    }
}

/// The certificate that comes with a JWK: the first in `x5c`, in base64 and not base64url (RFC7517-4.7).
pub(super) fn certificate(jwk: &Value) -> Option<Vec<u8>> {
    STANDARD.decode(jwk.get("x5c")?.as_array()?.first()?.as_str()?).ok()
}

fn bytes(jwk: &Value, member: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(jwk.get(member)?.as_str()?).ok()
}

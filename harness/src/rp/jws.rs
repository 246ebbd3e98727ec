//! Signatures of compact JWTs; the only door to jsonwebtoken in this crate.
//!
//! The library verifies a signature with a key and does nothing else here. Its own claim checks read the system
//! clock and let most bad ID tokens through, so they are never called.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyOperations, PublicKeyUse};
use jsonwebtoken::{Algorithm, AlgorithmFamily, DecodingKey};
use serde_json::{Map, Value};

use super::flaw::Flaw;

/// A compact JWT, taken apart. Nothing of it is verified.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Jwt {
    /// The JOSE header.
    pub(super) header: Map<String, Value>,
    /// The claims.
    pub(super) claims: Map<String, Value>,
    signed: String,
    signature: String,
}

impl Jwt {
    /// Takes a token apart; `None` when it is not three parts of base64url with a JSON object in the first two.
    pub(super) fn decode(token: &str) -> Option<Self> {
        let (signed, signature) = token.rsplit_once('.')?;
        let (header, claims) = signed.split_once('.')?;
        Some(Self {
            header: object(header)?,
            claims: object(claims)?,
            signed: signed.to_owned(),
            signature: signature.to_owned(),
        })
    }

    /// A claim. `null` is as good as absent (products.md X-R7).
    pub(super) fn claim(&self, name: &str) -> Option<&Value> {
        self.claims.get(name).filter(|value| !value.is_null())
    }

    /// A text member of the header.
    pub(super) fn header_text(&self, name: &str) -> Option<&str> {
        self.header.get(name)?.as_str()
    }
}

fn object(part: &str) -> Option<Map<String, Value>> {
    let bytes = URL_SAFE_NO_PAD.decode(part).ok()?;
    serde_json::from_slice(&bytes).ok()
}

/// A provider's public keys.
#[derive(Clone, Debug, Default)]
pub(super) struct KeySet {
    keys: Vec<Jwk>,
}

impl KeySet {
    /// Reads a JWK Set; keys of kinds that we do not know are skipped (RFC 7517, 5).
    pub(super) fn read(document: &Value) -> Option<Self> {
        let listed = document.get("keys")?.as_array()?;
        let keys = listed.iter().filter_map(|key| serde_json::from_value(key.clone()).ok()).collect();
        Some(Self { keys })
    }
}

/// Verifies the signature with a key of the provider, or with the client secret for the HMAC algorithms.
///
/// # Errors
///
/// What is wrong with the signature; `UnknownKey` when other keys might help.
pub(super) fn verify(jwt: &Jwt, keys: &KeySet, client_secret: Option<&str>) -> Result<(), Flaw> {
    let name = jwt.header_text("alg").unwrap_or_default();
    let algorithm: Algorithm = name.parse().map_err(|_| Flaw::AlgorithmNotAccepted(name.to_owned()))?;
    if is_hmac(algorithm) {
        // OIDCC-3.1.3.7-8: the key is the client secret, never a key from the JWKS.
        let secret = client_secret.filter(|secret| !secret.is_empty()).ok_or(Flaw::BadSignature)?;
        return matches(jwt, &DecodingKey::from_secret(secret.as_bytes()), algorithm);
    }
    let kid = jwt.header.get("kid");
    let fitting: Vec<&Jwk> = keys.keys.iter().filter(|key| fits(key, kid, algorithm)).collect();
    if fitting.is_empty() {
        return Err(Flaw::UnknownKey(kid.map_or_else(|| "(none)".to_owned(), Value::to_string)));
    }
    let verified = fitting
        .iter()
        .any(|key| DecodingKey::from_jwk(key).is_ok_and(|key| matches(jwt, &key, algorithm).is_ok()));
    if verified { Ok(()) } else { Err(Flaw::BadSignature) }
}

fn matches(jwt: &Jwt, key: &DecodingKey, algorithm: Algorithm) -> Result<(), Flaw> {
    match jsonwebtoken::crypto::verify(&jwt.signature, jwt.signed.as_bytes(), key, algorithm) {
        Ok(true) => Ok(()),
        Ok(false) | Err(_) => Err(Flaw::BadSignature),
    }
}

/// Whether this key, and no other, made the signature. Only a gullible relying party asks of a key that it was handed.
pub(super) fn fits_key(jwt: &Jwt, key: &Value) -> bool {
    let algorithm = jwt.header_text("alg").and_then(|name| name.parse().ok());
    let key = serde_json::from_value(key.clone()).ok().and_then(|key: Jwk| DecodingKey::from_jwk(&key).ok());
    algorithm.zip(key).is_some_and(|(algorithm, key)| matches(jwt, &key, algorithm).is_ok())
}

const fn is_hmac(algorithm: Algorithm) -> bool {
    matches!(algorithm, Algorithm::HS256 | Algorithm::HS384 | Algorithm::HS512)
}

/// Whether a key may have made the signature: same `kid` (X-R4), made for signatures, same algorithm and kind.
fn fits(key: &Jwk, kid: Option<&Value>, algorithm: Algorithm) -> bool {
    let common = &key.common;
    let same_kid =
        kid.is_none_or(|kid| kid.as_str().is_some_and(|kid| common.key_id.as_deref() == Some(kid)));
    let for_signatures = common.public_key_use.as_ref().is_none_or(|it| *it == PublicKeyUse::Signature)
        && common.key_operations.as_ref().is_none_or(|it| it.contains(&KeyOperations::Verify));
    let same_algorithm = common.key_algorithm.is_none_or(|it| it == algorithm.into());
    same_kid && for_signatures && same_algorithm && same_kind(&key.algorithm, algorithm)
}

fn same_kind(key: &AlgorithmParameters, algorithm: Algorithm) -> bool {
    // Symmetric keys do not belong in a published set (RFC 7517, 9.2), so HMAC finds none here.
    if let AlgorithmParameters::EllipticCurve(key) = key {
        (key.curve == EllipticCurve::P256 && algorithm == Algorithm::ES256)
            || (key.curve == EllipticCurve::P384 && algorithm == Algorithm::ES384)
    } else if let AlgorithmParameters::OctetKeyPair(_) = key {
        algorithm == Algorithm::EdDSA
    } else {
        matches!(key, AlgorithmParameters::RSA(_)) && algorithm.family() == AlgorithmFamily::Rsa
    }
}

//! Signatures of compact JWTs; the only door to jsonwebtoken in this crate.
//!
//! The library verifies a signature with a key and does nothing else here. Its own claim checks read the system
//! clock and let most bad ID tokens through, so they are never called.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyOperations, PublicKeyUse};
use jsonwebtoken::{Algorithm, AlgorithmFamily, DecodingKey, EncodingKey, Header};
use serde_json::{Map, Value};

use super::flaw::Flaw;
use super::json;
use super::weakness::{LeftOut, Weakness};

/// A compact JWT, taken apart. Nothing of it is verified.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Jwt {
    /// The JOSE header.
    pub(super) header: Map<String, Value>,
    /// The claims.
    pub(super) claims: Map<String, Value>,
    pub(super) signed: String,
    pub(super) signature: String,
}

impl Jwt {
    /// Takes a token apart; `None` when it is not three parts of base64url with a JSON object in the first two.
    pub(super) fn decode(token: &str) -> Option<Self> {
        Self::read(token, &LeftOut::default())
    }

    /// The same, as a relying party with these weaknesses does it.
    pub(super) fn read(token: &str, left_out: &LeftOut) -> Option<Self> {
        let ordinary = base64url(token);
        let token = if ordinary != token && left_out.has(Weakness::ReadsAnyBase64) {
            ordinary.as_str()
        } else {
            token
        };
        let mut parts = token.split('.');
        let (header, claims, signature) = (parts.next()?, parts.next()?, parts.next());
        // RFC7515-7.1: three parts, two dots.
        if (signature.is_none() || parts.next().is_some()) && !left_out.has(Weakness::CountsNoSegments) {
            return None;
        }
        let mut jwt = Self {
            header: object(header, left_out)?,
            claims: object(claims, left_out)?,
            signed: format!("{header}.{claims}"),
            signature: signature.unwrap_or_default().to_owned(),
        };
        if let Some(replicated) = jwt.header.get("sub").cloned()
            && left_out.has(Weakness::TrustsHeaderClaims)
        {
            jwt.claims.insert("sub".to_owned(), replicated);
        }
        Some(jwt)
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

/// What a careless decoder reads: base64url without padding or spaces, whatever alphabet it was in.
fn base64url(token: &str) -> String {
    let plain = token.chars().filter(|it| *it != '=' && !it.is_whitespace());
    plain
        .map(|it| {
            if it == '+' {
                '-'
            } else if it == '/' {
                '_'
            } else {
                it
            }
        })
        .collect()
}

fn object(part: &str, left_out: &LeftOut) -> Option<Map<String, Value>> {
    json::read_object(&URL_SAFE_NO_PAD.decode(part).ok()?, left_out)
}

/// A provider's public keys.
#[derive(Clone, Debug, Default)]
pub(super) struct KeySet {
    keys: Vec<Jwk>,
    /// The set as it was published.
    pub(super) document: Value,
}

impl KeySet {
    /// Reads a JWK Set; keys of kinds that we do not know are skipped (RFC 7517, 5).
    pub(super) fn read(document: &Value) -> Option<Self> {
        let listed = document.get("keys")?.as_array()?;
        let keys = listed.iter().filter_map(|key| serde_json::from_value(key.clone()).ok()).collect();
        Some(Self { keys, document: document.clone() })
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
    let fitting: Vec<&Jwk> = keys.keys.iter().filter(|key| may_have_made(key, kid, algorithm)).collect();
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

/// Whether a key made the signature by the algorithm of this name, whatever else is known of the key. Only a gullible
/// relying party asks so, and so for the three below.
pub(super) fn fits_key(jwt: &Jwt, algorithm: &str, key: &Value) -> bool {
    let key = serde_json::from_value(key.clone()).ok();
    let key = key.filter(|key: &Jwk| !matches!(key.algorithm, AlgorithmParameters::OctetKey(_)));
    key.and_then(|key| DecodingKey::from_jwk(&key).ok()).is_some_and(|key| fits(jwt, algorithm, &key))
}

/// Whether the RSA key of a certificate, in base64, made it.
pub(super) fn fits_certificate(jwt: &Jwt, certificate: &str) -> bool {
    let pem = format!("-----BEGIN CERTIFICATE-----\n{certificate}\n-----END CERTIFICATE-----\n");
    let named = jwt.header_text("alg").unwrap_or_default();
    DecodingKey::from_rsa_pem(pem.as_bytes()).is_ok_and(|key| fits(jwt, named, &key))
}

/// Whether these bytes, as the secret of an HMAC, made it.
pub(super) fn fits_secret(jwt: &Jwt, secret: &[u8]) -> bool {
    let named = jwt.header_text("alg").unwrap_or_default();
    named.starts_with("HS") && fits(jwt, named, &DecodingKey::from_secret(secret))
}

fn fits(jwt: &Jwt, algorithm: &str, key: &DecodingKey) -> bool {
    algorithm.parse().is_ok_and(|algorithm| matches(jwt, key, algorithm).is_ok())
}

/// A key of the relying party's own.
pub(super) struct OwnKey {
    key: EncodingKey,
    kid: Option<&'static str>,
}

impl OwnKey {
    /// An RSA key from PEM.
    pub(super) fn rsa(pem: &[u8], kid: &'static str) -> Option<Self> {
        Some(Self { key: EncodingKey::from_rsa_pem(pem).ok()?, kid: Some(kid) })
    }

    /// A key on an elliptic curve from PEM.
    pub(super) fn ec(pem: &[u8], kid: &'static str) -> Option<Self> {
        Some(Self { key: EncodingKey::from_ec_pem(pem).ok()?, kid: Some(kid) })
    }

    /// A secret.
    pub(super) fn secret(secret: &[u8]) -> Self {
        Self { key: EncodingKey::from_secret(secret), kid: None }
    }
}

/// Claims as a signed JWT.
pub(super) fn sign(algorithm: &str, key: &OwnKey, claims: &Value) -> Option<String> {
    let header = Header { kid: key.kid.map(str::to_owned), ..Header::new(algorithm.parse().ok()?) };
    jsonwebtoken::encode(&header, claims, &key.key).ok()
}

/// Claims as an unsecured JWT (RFC7519-6).
pub(super) fn unsigned(claims: &Value) -> String {
    let encoded = |text: &str| URL_SAFE_NO_PAD.encode(text);
    format!("{}.{}.", encoded(r#"{"alg":"none"}"#), encoded(&claims.to_string()))
}

/// The public half of a key as a JWK, named but free for every algorithm of its kind.
pub(super) fn public_jwk(key: &OwnKey, algorithm: &str) -> Option<Value> {
    let mut jwk = Jwk::from_encoding_key(&key.key, algorithm.parse().ok()?).ok()?;
    jwk.common.key_id = key.kid.map(str::to_owned);
    jwk.common.public_key_use = Some(PublicKeyUse::Signature);
    jwk.common.key_algorithm = None;
    serde_json::to_value(jwk).ok()
}

const fn is_hmac(algorithm: Algorithm) -> bool {
    matches!(algorithm, Algorithm::HS256 | Algorithm::HS384 | Algorithm::HS512)
}

/// Whether a key may have made the signature: same `kid` (X-R4), made for signatures, same algorithm and kind.
fn may_have_made(key: &Jwk, kid: Option<&Value>, algorithm: Algorithm) -> bool {
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

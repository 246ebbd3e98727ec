//! The one door to signatures: compact JWS (RFC7515-7.1), made with kept keys, verified with jsonwebtoken.
//!
//! jsonwebtoken does not sign here, because it parses the private key again for every token. It does verify, so that what
//! is sent out and what is taken back never rest on the same code. Only signatures are checked: times and audiences are
//! the caller's, because jsonwebtoken would ask the system clock.

use std::fmt;
use std::sync::Arc;

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::DecodingKey;
use jsonwebtoken::jwk::Jwk;
use serde_json::{Map, Value};

use super::material::SigningFailed;
use super::{Algorithm, KeyKind, Signature, SigningKey};
use crate::protocol::Timestamp;

/// What signs a token.
#[derive(Clone)]
pub enum Signer {
    /// A key of the provider.
    Key(SigningKey),
    /// A client's secret (OIDCC-10.1).
    Secret {
        /// HS256, HS384 or HS512.
        algorithm: Algorithm,
        /// The client secret.
        secret: Arc<str>,
    },
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key(key) => key.fmt(f),
            Self::Secret { algorithm, .. } => {
                f.debug_struct("Secret").field("algorithm", algorithm).finish_non_exhaustive()
            }
        }
    }
}

impl Signer {
    /// The algorithm.
    pub const fn algorithm(&self) -> Algorithm {
        match self {
            Self::Key(key) => key.algorithm(),
            Self::Secret { algorithm, .. } => *algorithm,
        }
    }

    /// The header of a token of this `typ`. A secret has no key id.
    pub fn header(&self, typ: &str) -> Map<String, Value> {
        let mut header = Map::new();
        header.insert("alg".to_owned(), self.algorithm().as_str().into());
        header.insert("typ".to_owned(), typ.into());
        if let Self::Key(key) = self {
            header.insert("kid".to_owned(), key.kid().into());
        }
        header
    }

    /// The bare signature of a message.
    pub fn signature(&self, message: &[u8]) -> Result<Vec<u8>, SigningFailed> {
        match self {
            Self::Key(key) => key.material().sign(key.algorithm(), message),
            Self::Secret { algorithm, secret } => {
                let digest = match algorithm {
                    Algorithm::HS256 => hmac::HMAC_SHA256,
                    Algorithm::HS384 => hmac::HMAC_SHA384,
                    Algorithm::HS512 => hmac::HMAC_SHA512,
                    Algorithm::RS256
                    | Algorithm::RS384
                    | Algorithm::RS512
                    | Algorithm::PS256
                    | Algorithm::PS384
                    | Algorithm::PS512
                    | Algorithm::ES256
                    | Algorithm::ES384
                    | Algorithm::EdDsa => return Err(SigningFailed),
                };
                let key = hmac::Key::new(digest, secret.as_bytes());
                Ok(hmac::sign(&key, message).as_ref().to_vec())
            }
        }
    }
}

/// HS256 with any bytes for a key.
pub fn mac_sha256(key: &[u8], message: &[u8]) -> Vec<u8> {
    hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), message).as_ref().to_vec()
}

/// Signs claims under a header.
pub fn sign(
    header: &Map<String, Value>,
    claims: &Map<String, Value>,
    signer: &Signer,
) -> Result<String, SigningFailed> {
    let header = serde_json::to_vec(header).map_err(|_| SigningFailed)?;
    let claims = serde_json::to_vec(claims).map_err(|_| SigningFailed)?;
    let mut token = URL_SAFE_NO_PAD.encode(header);
    token.push('.');
    URL_SAFE_NO_PAD.encode_string(claims, &mut token);
    let signature = signer.signature(token.as_bytes())?;
    token.push('.');
    URL_SAFE_NO_PAD.encode_string(signature, &mut token);
    Ok(token)
}

/// Claims under no signature: "the empty octet sequence as its JWS Signature value" (RFC7518-3.6).
pub fn unsecured(header: &Map<String, Value>, claims: &Map<String, Value>) -> Result<String, SigningFailed> {
    let part = |members| serde_json::to_vec(members).map(|json| URL_SAFE_NO_PAD.encode(json));
    match (part(header), part(claims)) {
        (Ok(header), Ok(claims)) => Ok(format!("{header}.{claims}.")),
        (Err(_), _) | (_, Err(_)) => Err(SigningFailed),
    }
}

/// A token taken apart; nothing in it is to be believed before its signature is checked.
#[derive(Clone, Debug, PartialEq)]
pub struct Decoded {
    /// The header.
    pub header: Map<String, Value>,
    /// The claims.
    pub claims: Map<String, Value>,
    signing_input: String,
    signature: String,
}

/// Text that is not a JWT.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAJwt {
    /// The number of dots is not two.
    #[error("a signed JWT has three parts separated by dots")]
    Parts,
    /// A part is not base64url.
    #[error("the {0} is not base64url without padding")]
    Base64(&'static str),
    /// A part is not a JSON object.
    #[error("the {0} is not a JSON object")]
    Json(&'static str),
}

/// A claim that should say a time and does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("it is not a number of seconds")]
pub struct NotADate;

/// A signature that does not hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadSignature {
    /// The header names no algorithm that we know; `none` is one of those.
    #[error("the header's `alg` is {0}, which is not a signature algorithm")]
    Algorithm(String),
    /// The header names another algorithm than the key is for.
    #[error("the header's `alg` is `{found}`, the key is for `{expected}`")]
    OtherAlgorithm {
        /// What the key is for.
        expected: String,
        /// What the header says.
        found: Algorithm,
    },
    /// The key cannot be used for verification.
    #[error("the key cannot be used: {0}")]
    Key(String),
    /// The signature was made by another key or over other bytes.
    #[error("the signature does not match the key and the content")]
    Mismatch,
    /// The header makes an extension critical that we do not know (RFC7515-4.1.11).
    #[error("the header has `crit`, and no critical extension is known here")]
    Critical,
}

/// Takes a token apart.
pub fn decode(token: &str) -> Result<Decoded, NotAJwt> {
    let mut parts = token.split('.');
    let (Some(header), Some(claims), Some(signature), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(NotAJwt::Parts);
    };
    Ok(Decoded {
        header: part(header, "header")?,
        claims: part(claims, "payload")?,
        signing_input: format!("{header}.{claims}"),
        signature: signature.to_owned(),
    })
}

fn part(text: &str, name: &'static str) -> Result<Map<String, Value>, NotAJwt> {
    let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| NotAJwt::Base64(name))?;
    serde_json::from_slice(&bytes).map_err(|_| NotAJwt::Json(name))
}

impl Decoded {
    /// The key id in the header.
    pub fn kid(&self) -> Option<&str> {
        self.header.get("kid").and_then(Value::as_str)
    }

    /// Whether there is no signature (RFC7515-6, RFC7518-3.6: "the empty octet sequence").
    pub const fn is_unsecured(&self) -> bool {
        self.signature.is_empty()
    }

    /// A claim that says a time: a `NumericDate`, which may have a fraction (RFC7519-2).
    pub fn time(&self, claim: &str) -> Result<Option<Timestamp>, NotADate> {
        let Some(value) = self.claims.get(claim) else { return Ok(None) };
        #[expect(
            clippy::cast_possible_truncation,
            reason = "whole seconds are meant, and the cast saturates"
        )]
        let seconds = value.as_i64().or_else(|| value.as_f64().map(|seconds| seconds as i64));
        seconds.map(|seconds| Some(Timestamp(seconds))).ok_or(NotADate)
    }

    /// The algorithm in the header.
    pub fn algorithm(&self) -> Result<Algorithm, BadSignature> {
        let named = self.header.get("alg");
        named.and_then(Value::as_str).and_then(|name| name.parse().ok()).ok_or_else(|| {
            BadSignature::Algorithm(named.map_or_else(|| "missing".to_owned(), |name| format!("`{name}`")))
        })
    }

    /// How the header says that it is signed, if it is: not to be asked where `none` would not do.
    pub fn named_signature(&self) -> Result<Signature, BadSignature> {
        if self.header.get("alg").and_then(Value::as_str) == Some(Signature::Unsigned.as_str()) {
            return Ok(Signature::Unsigned);
        }
        self.algorithm().map(Signature::Signed)
    }

    /// Checks the signature with a published key.
    pub fn verify_with_jwk(&self, jwk: &Value) -> Result<(), BadSignature> {
        let found = self.algorithm()?;
        let meant = jwk.get("alg").and_then(Value::as_str);
        if let Some(expected) = meant.filter(|meant| *meant != found.as_str()) {
            return Err(BadSignature::OtherAlgorithm { expected: expected.to_owned(), found });
        }
        // RFC8725-3.1: a public key is never a shared secret, whatever the header says
        let kty = jwk.get("kty").and_then(Value::as_str).unwrap_or_default();
        if kty != key_type(found) {
            return Err(BadSignature::OtherAlgorithm { expected: kty.to_owned(), found });
        }
        let key: Jwk =
            serde_json::from_value(jwk.clone()).map_err(|error| BadSignature::Key(error.to_string()))?;
        let key = DecodingKey::from_jwk(&key).map_err(|error| BadSignature::Key(error.to_string()))?;
        self.verify(&key, found)
    }

    /// Checks the signature with a client's secret.
    pub fn verify_with_secret(&self, secret: &str) -> Result<(), BadSignature> {
        let found = self.algorithm()?;
        if !found.is_symmetric() {
            return Err(BadSignature::OtherAlgorithm { expected: "HS256".to_owned(), found });
        }
        self.verify(&DecodingKey::from_secret(secret.as_bytes()), found)
    }

    fn verify(&self, key: &DecodingKey, algorithm: Algorithm) -> Result<(), BadSignature> {
        if self.header.contains_key("crit") {
            return Err(BadSignature::Critical);
        }
        let good = jsonwebtoken::crypto::verify(
            &self.signature,
            self.signing_input.as_bytes(),
            key,
            library_name(algorithm),
        );
        match good {
            Ok(true) => Ok(()),
            Ok(false) | Err(_) => Err(BadSignature::Mismatch),
        }
    }
}

/// The `kty` of the keys for an algorithm.
pub(super) const fn key_type(algorithm: Algorithm) -> &'static str {
    match algorithm.key_kind() {
        KeyKind::Rsa => "RSA",
        KeyKind::P256 | KeyKind::P384 => "EC",
        KeyKind::Ed25519 => "OKP",
        KeyKind::Secret => "oct",
    }
}

const fn library_name(algorithm: Algorithm) -> jsonwebtoken::Algorithm {
    match algorithm {
        Algorithm::RS256 => jsonwebtoken::Algorithm::RS256,
        Algorithm::RS384 => jsonwebtoken::Algorithm::RS384,
        Algorithm::RS512 => jsonwebtoken::Algorithm::RS512,
        Algorithm::PS256 => jsonwebtoken::Algorithm::PS256,
        Algorithm::PS384 => jsonwebtoken::Algorithm::PS384,
        Algorithm::PS512 => jsonwebtoken::Algorithm::PS512,
        Algorithm::ES256 => jsonwebtoken::Algorithm::ES256,
        Algorithm::ES384 => jsonwebtoken::Algorithm::ES384,
        Algorithm::EdDsa => jsonwebtoken::Algorithm::EdDSA,
        Algorithm::HS256 => jsonwebtoken::Algorithm::HS256,
        Algorithm::HS384 => jsonwebtoken::Algorithm::HS384,
        Algorithm::HS512 => jsonwebtoken::Algorithm::HS512,
    }
}

#[cfg(test)]
mod tests;

//! A private key, parsed once and kept: parsing an RSA key for each signature would cost more than the signature.

use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, EcdsaSigningAlgorithm,
    Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RSA_PKCS1_SHA512, RSA_PSS_SHA256,
    RSA_PSS_SHA384, RSA_PSS_SHA512, RsaEncoding, RsaKeyPair,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{RngCore as _, SeedableRng as _};
use rsa::pkcs1::DecodeRsaPublicKey as _;
use rsa::pkcs8::{EncodePrivateKey as _, SecretDocument};
use rsa::traits::PublicKeyParts as _;
use serde_json::{Map, Value};

use super::{Algorithm, KeyKind};

/// The size of RSA keys that are made from a seed.
const RSA_BITS: usize = 2048;

/// A private key.
#[derive(Debug)]
pub enum KeyMaterial {
    /// RSA, for RS* and PS*.
    Rsa(RsaKeyPair),
    /// P-256, for ES256.
    P256(EcdsaKeyPair),
    /// P-384, for ES384.
    P384(EcdsaKeyPair),
    /// Ed25519, for `EdDSA`.
    Ed25519(Ed25519KeyPair),
}

/// A private key that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The text is not a PEM document.
    #[error("this is not a PEM document with a private key")]
    NotPem,
    /// The key is in a file that nobody has read: a running provider reads none.
    #[error("the key file `{0}` is not read here: write what it holds, under `pem` or `jwk`")]
    NotRead(String),
    /// The PEM document holds something else.
    #[error("a PEM document labelled `{0}` is not a private key in PKCS#8, PKCS#1 or SEC1 form")]
    Label(String),
    /// The key does not suit the algorithm, or is broken.
    #[error("this key cannot sign with {algorithm}")]
    Unsuitable {
        /// The algorithm that was asked for.
        algorithm: Algorithm,
    },
    /// None of several JWKs is meant.
    #[error("there is no private key for {algorithm}{} among these JWKs", named(kid.as_ref()))]
    NoJwk {
        /// The algorithm that was asked for.
        algorithm: Algorithm,
        /// The key id that was asked for.
        kid: Option<String>,
    },
    /// HS* has no key of its own.
    #[error("{0} is keyed with the client's secret, it has no key of the provider")]
    Symmetric(Algorithm),
}

fn named(kid: Option<&String>) -> String {
    kid.map(|kid| format!(" with the id `{kid}`")).unwrap_or_default()
}

/// The signature could not be made; the cryptographic library gives no reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the signature could not be made")]
pub struct SigningFailed;

impl KeyMaterial {
    /// Reads a PEM text: PKCS#8, PKCS#1 or SEC1.
    pub fn from_pem(algorithm: Algorithm, pem: &str) -> Result<Self, KeyError> {
        let (label, document) = SecretDocument::from_pem(pem.trim_start()).map_err(|_| KeyError::NotPem)?;
        if !matches!(label, "PRIVATE KEY" | "RSA PRIVATE KEY" | "EC PRIVATE KEY") {
            return Err(KeyError::Label(label.to_owned()));
        }
        Self::from_der(algorithm, document.as_bytes())
    }

    /// Makes a key from a seed: the same seed gives the same key.
    pub fn from_seed(algorithm: Algorithm, seed: [u8; 32]) -> Result<Self, KeyError> {
        let unsuitable = KeyError::Unsuitable { algorithm };
        match algorithm.key_kind() {
            KeyKind::Rsa => {
                let mut random = ChaCha20Rng::from_seed(seed);
                let key = rsa::RsaPrivateKey::new(&mut random, RSA_BITS).map_err(|_| unsuitable.clone())?;
                let der = key.to_pkcs8_der().map_err(|_| unsuitable)?;
                Self::from_der(algorithm, der.as_bytes())
            }
            KeyKind::P256 => Self::from_der(algorithm, &sec1(P256_HEAD, &scalar::<32>(seed), P256_TAIL)),
            KeyKind::P384 => Self::from_der(algorithm, &sec1(P384_HEAD, &scalar::<48>(seed), P384_TAIL)),
            KeyKind::Ed25519 => {
                Ed25519KeyPair::from_seed_unchecked(&seed).map(Self::Ed25519).map_err(|_| unsuitable)
            }
            KeyKind::Secret => Err(KeyError::Symmetric(algorithm)),
        }
    }

    /// Reads DER: PKCS#8, PKCS#1 or SEC1.
    pub(super) fn from_der(algorithm: Algorithm, der: &[u8]) -> Result<Self, KeyError> {
        let ec = |curve: &'static EcdsaSigningAlgorithm| EcdsaKeyPair::from_private_key_der(curve, der).ok();
        let key = match algorithm.key_kind() {
            KeyKind::Rsa => {
                RsaKeyPair::from_pkcs8(der).or_else(|_| RsaKeyPair::from_der(der)).ok().map(Self::Rsa)
            }
            KeyKind::P256 => ec(&ECDSA_P256_SHA256_FIXED_SIGNING).map(Self::P256),
            KeyKind::P384 => ec(&ECDSA_P384_SHA384_FIXED_SIGNING).map(Self::P384),
            KeyKind::Ed25519 => Ed25519KeyPair::from_pkcs8(der).ok().map(Self::Ed25519),
            KeyKind::Secret => return Err(KeyError::Symmetric(algorithm)),
        };
        key.ok_or(KeyError::Unsuitable { algorithm })
    }

    /// Signs, in the form that JWS wants (RFC7518-3).
    pub fn sign(&self, algorithm: Algorithm, message: &[u8]) -> Result<Vec<u8>, SigningFailed> {
        let random = SystemRandom::new();
        match self {
            Self::Rsa(key) => {
                let encoding = rsa_encoding(algorithm).ok_or(SigningFailed)?;
                let mut signature = vec![0; key.public_modulus_len()];
                key.sign(encoding, &random, message, &mut signature).map_err(|_| SigningFailed)?;
                Ok(signature)
            }
            Self::P256(key) | Self::P384(key) => key
                .sign(&random, message)
                .map(|signature| signature.as_ref().to_vec())
                .map_err(|_| SigningFailed),
            Self::Ed25519(key) => Ok(key.sign(message).as_ref().to_vec()),
        }
    }

    /// The public members of the JWK (RFC7517-4, RFC7518-6): never a private one.
    pub fn public_members(&self) -> Map<String, Value> {
        match self {
            Self::Rsa(key) => rsa_members(key).unwrap_or_default(),
            Self::P256(key) => ec_members("P-256", key.public_key().as_ref()),
            Self::P384(key) => ec_members("P-384", key.public_key().as_ref()),
            Self::Ed25519(key) => {
                members([("kty", "OKP"), ("crv", "Ed25519"), ("x", &base64url(key.public_key().as_ref()))])
            }
        }
    }

    /// The public half of an RSA key as PKCS#1.
    pub(super) fn rsa_public_der(&self) -> Option<&[u8]> {
        match self {
            Self::Rsa(key) => Some(key.public_key().as_ref()),
            Self::P256(_) | Self::P384(_) | Self::Ed25519(_) => None,
        }
    }

    /// The private key as PKCS#8 in PEM, for handing it to a test's own tools.
    pub fn to_pkcs8(&self) -> Option<Vec<u8>> {
        match self {
            Self::Rsa(key) => key.as_der().ok().map(|der| der.as_ref().to_vec()),
            Self::P256(key) | Self::P384(key) => key.to_pkcs8v1().ok().map(|der| der.as_ref().to_vec()),
            Self::Ed25519(key) => key.to_pkcs8v1().ok().map(|der| der.as_ref().to_vec()),
        }
    }
}

const fn rsa_encoding(algorithm: Algorithm) -> Option<&'static dyn RsaEncoding> {
    match algorithm {
        Algorithm::RS256 => Some(&RSA_PKCS1_SHA256),
        Algorithm::RS384 => Some(&RSA_PKCS1_SHA384),
        Algorithm::RS512 => Some(&RSA_PKCS1_SHA512),
        Algorithm::PS256 => Some(&RSA_PSS_SHA256),
        Algorithm::PS384 => Some(&RSA_PSS_SHA384),
        Algorithm::PS512 => Some(&RSA_PSS_SHA512),
        Algorithm::ES256
        | Algorithm::ES384
        | Algorithm::EdDsa
        | Algorithm::HS256
        | Algorithm::HS384
        | Algorithm::HS512 => None,
    }
}

fn rsa_members(key: &RsaKeyPair) -> Option<Map<String, Value>> {
    let public = rsa::RsaPublicKey::from_pkcs1_der(key.public_key().as_ref()).ok()?;
    let (n, e) = (base64url(&public.n().to_bytes_be()), base64url(&public.e().to_bytes_be()));
    Some(members([("kty", "RSA"), ("n", &n), ("e", &e)]))
}

/// `point` is uncompressed: one byte 4, then x and y of equal length (SEC1-2.3.3).
pub(super) fn ec_members(curve: &str, point: &[u8]) -> Map<String, Value> {
    let coordinates = point.get(1..).unwrap_or_default();
    let (x, y) = coordinates.split_at(coordinates.len() / 2);
    members([("kty", "EC"), ("crv", curve), ("x", &base64url(x)), ("y", &base64url(y))])
}

pub(super) fn members<const N: usize>(pairs: [(&str, &str); N]) -> Map<String, Value> {
    pairs.into_iter().map(|(name, value)| (name.to_owned(), Value::from(value))).collect()
}

pub(super) fn base64url(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// DER of an RFC 5915 `ECPrivateKey` without its public part, up to the scalar and after it.
const P256_HEAD: &[u8] = &[0x30, 0x31, 0x02, 0x01, 0x01, 0x04, 0x20];
const P256_TAIL: &[u8] = &[0xa0, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];
const P384_HEAD: &[u8] = &[0x30, 0x3e, 0x02, 0x01, 0x01, 0x04, 0x30];
const P384_TAIL: &[u8] = &[0xa0, 0x07, 0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x22];

fn sec1(head: &[u8], scalar: &[u8], tail: &[u8]) -> Vec<u8> {
    [head, scalar, tail].concat()
}

/// The DER of a private key on a curve, from its number, which has the length of the curve's.
pub(super) fn ec_private_der(kind: KeyKind, scalar: &[u8]) -> Option<Vec<u8>> {
    let (head, tail, length) = match kind {
        KeyKind::P256 => (P256_HEAD, P256_TAIL, 32),
        KeyKind::P384 => (P384_HEAD, P384_TAIL, 48),
        KeyKind::Rsa | KeyKind::Ed25519 | KeyKind::Secret => return None,
    };
    (scalar.len() == length).then(|| sec1(head, scalar, tail))
}

/// A number below the order of the curve: both orders start with 32 one-bits, so clearing the first bit suffices.
fn scalar<const N: usize>(seed: [u8; 32]) -> [u8; N] {
    let mut bytes = [0; N];
    ChaCha20Rng::from_seed(seed).fill_bytes(&mut bytes);
    if let Some(first) = bytes.first_mut() {
        *first &= 0x7f;
    }
    bytes
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    const ASYMMETRIC: [Algorithm; 4] =
        [Algorithm::RS256, Algorithm::ES256, Algorithm::ES384, Algorithm::EdDsa];

    #[test]
    fn the_same_seed_gives_the_same_key_and_another_seed_another() {
        for algorithm in ASYMMETRIC {
            let key = |seed| KeyMaterial::from_seed(algorithm, [seed; 32]).unwrap().public_members();
            assert_eq!(key(1), key(1), "{algorithm}");
            assert_ne!(key(1), key(2), "{algorithm}");
        }
    }

    #[rstest]
    #[case::not_pem(Algorithm::RS256, "hello", KeyError::NotPem)]
    #[case::rsa_for_ecdsa(
        Algorithm::ES256,
        include_str!("../../../../fixtures/keys/rsa-1.pem"),
        KeyError::Unsuitable { algorithm: Algorithm::ES256 }
    )]
    #[case::other_curve(
        Algorithm::ES384,
        include_str!("../../../../fixtures/keys/p256-1.pem"),
        KeyError::Unsuitable { algorithm: Algorithm::ES384 }
    )]
    #[case::secret(
        Algorithm::HS256,
        include_str!("../../../../fixtures/keys/rsa-1.pem"),
        KeyError::Symmetric(Algorithm::HS256)
    )]
    fn an_unusable_key_is_refused(
        #[case] algorithm: Algorithm,
        #[case] pem: &str,
        #[case] expected: KeyError,
    ) {
        assert_eq!(KeyMaterial::from_pem(algorithm, pem).unwrap_err(), expected);
    }

    #[test]
    fn no_private_member_is_published() {
        for algorithm in ASYMMETRIC {
            let members = KeyMaterial::from_seed(algorithm, [7; 32]).unwrap().public_members();
            let names: Vec<_> = members.keys().map(String::as_str).collect();
            assert!(names.iter().all(|name| ["kty", "crv", "n", "e", "x", "y"].contains(name)), "{names:?}");
        }
    }
}

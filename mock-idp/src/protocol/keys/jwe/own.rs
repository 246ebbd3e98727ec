//! Private keys, and what others encrypted to them.

use std::fmt;

use aws_lc_rs::agreement::PrivateKey as AgreementKey;
use aws_lc_rs::rsa::{
    OAEP_SHA1_MGF1SHA1, OAEP_SHA256_MGF1SHA256, OaepPrivateDecryptingKey, PrivateDecryptingKey,
};
use rsa::pkcs8::EncodePrivateKey as _;
use rsa::{BigUint, RsaPrivateKey};
use serde_json::{Map, Value};

use super::agreement::{Curve, agreed};
use super::{ContentEncryption, KeyManagement, bytes};

/// Members of a JWK that everybody may see.
const PUBLIC: [&str; 6] = ["kty", "crv", "n", "e", "x", "y"];

/// A private key that opens encrypted documents.
pub struct DecryptionKey {
    key: PrivateKey,
    public: Map<String, Value>,
}

enum PrivateKey {
    Rsa(OaepPrivateDecryptingKey),
    Agreement { curve: Curve, key: AgreementKey },
}

impl fmt::Debug for DecryptionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DecryptionKey").field("public", &self.public).finish_non_exhaustive()
    }
}

impl DecryptionKey {
    /// The key in a private JWK: RSA with its primes, or a curve's.
    pub fn from_jwk(jwk: &Value) -> Option<Self> {
        let public = PUBLIC.iter().filter_map(|name| Some(((*name).to_owned(), jwk.get(name)?.clone())));
        let key = match Curve::of(jwk) {
            Some(curve) => PrivateKey::Agreement { curve, key: curve.private_key(jwk)? },
            None => PrivateKey::Rsa(rsa(jwk)?),
        };
        Some(Self { key, public: public.collect() })
    }

    /// The public members of its JWK.
    pub const fn public_members(&self) -> &Map<String, Value> {
        &self.public
    }

    /// Whether the key is of the type that an algorithm needs.
    pub const fn suits(&self, alg: KeyManagement) -> bool {
        matches!(self.key, PrivateKey::Agreement { .. }) == alg.agrees()
    }

    /// The content key of a document. There is one way to fail, whatever the cause (RFC7516-11.5).
    pub(super) fn content_key(
        &self,
        (alg, enc): (KeyManagement, ContentEncryption),
        header: &Map<String, Value>,
        encrypted: &[u8],
    ) -> Option<Vec<u8>> {
        if !self.suits(alg) {
            return None;
        }
        match &self.key {
            PrivateKey::Agreement { curve, key } => agreed((*curve, key), (alg, enc), header, encrypted),
            PrivateKey::Rsa(key) => {
                let padding =
                    if alg == KeyManagement::RsaOaep { &OAEP_SHA1_MGF1SHA1 } else { &OAEP_SHA256_MGF1SHA256 };
                let mut content_key = vec![0; key.min_output_size()];
                Some(key.decrypt(padding, encrypted, &mut content_key, None).ok()?.to_vec())
            }
        }
    }
}

/// The library reads PKCS#8, so the numbers are put into that first.
fn rsa(jwk: &Value) -> Option<OaepPrivateDecryptingKey> {
    let number = |member| bytes(jwk, member).map(|bytes| BigUint::from_bytes_be(&bytes));
    let primes = vec![number("p")?, number("q")?];
    let key = RsaPrivateKey::from_components(number("n")?, number("e")?, number("d")?, primes).ok()?;
    let der = key.to_pkcs8_der().ok()?;
    OaepPrivateDecryptingKey::new(PrivateDecryptingKey::from_pkcs8(der.as_bytes()).ok()?).ok()
}

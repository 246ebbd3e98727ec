//! A client's public key, and what is encrypted to it.
//!
//! RSA encryption is not the library's that decrypts: that one draws its own random bytes, and what a provider with a seed
//! sends has to repeat byte for byte.

use rand_chacha::rand_core::CryptoRngCore;
use rsa::traits::PublicKeyParts as _;
use rsa::{BigUint, Oaep, RsaPublicKey};
use serde_json::{Map, Value};
use sha1::Sha1;
use sha2::Sha256;

use super::agreement::{Agreed, Curve, agree_with};
use super::{Encryption, KeyManagement, bytes};

/// "A key of size 2048 bits or larger MUST be used with these algorithms." (RFC7518-4.2, RFC7518-4.3)
const FEWEST_RSA_BITS: usize = 2048;

/// A key of a client, for one pair of algorithms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipient {
    pub(super) encryption: Encryption,
    pub(super) kid: Option<String>,
    key: PublicKey,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum PublicKey {
    Rsa(RsaPublicKey),
    Agreement { curve: Curve, point: Vec<u8> },
}

/// Why nothing can be encrypted to a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnusableKey {
    /// It is not meant for it.
    #[error("no key is for {0}")]
    NotMeant(KeyManagement),
    /// A member is missing, or no number or point.
    #[error("the key for {0} is broken")]
    Broken(KeyManagement),
    /// Too easily broken by others.
    #[error("the RSA key has {0} bits, and {FEWEST_RSA_BITS} are the fewest")]
    Short(usize),
}

impl Recipient {
    /// The key in a JWK set that is for this encryption: one that names the algorithm before one that only has the type.
    pub fn among(keys: &[Value], encryption: Encryption) -> Result<Self, UnusableKey> {
        let alg = encryption.alg;
        let named = |key: &&Value| key.get("alg").and_then(Value::as_str) == Some(alg.as_str());
        let mut meant: Vec<&Value> = keys.iter().filter(|key| is_meant(key, alg)).collect();
        meant.sort_by_key(|key| !named(key));
        let mut outcome = Err(UnusableKey::NotMeant(alg));
        for key in meant {
            match public_key(key, alg) {
                Ok(public) => {
                    let kid = key.get("kid").and_then(Value::as_str).map(str::to_owned);
                    return Ok(Self { encryption, kid, key: public });
                }
                Err(why) => outcome = Err(why),
            }
        }
        outcome
    }

    /// How the content key reaches the client.
    pub const fn alg(&self) -> KeyManagement {
        self.encryption.alg
    }

    /// A new content key, and what has to travel with it.
    pub(super) fn content_key(&self, random: &mut impl CryptoRngCore) -> Option<Agreed> {
        let Encryption { alg, enc } = self.encryption;
        match &self.key {
            PublicKey::Agreement { curve, point } => agree_with(*curve, point, (alg, enc), random),
            PublicKey::Rsa(public) => {
                let mut key = vec![0; enc.key_length()];
                random.fill_bytes(&mut key);
                let padding =
                    if alg == KeyManagement::RsaOaep { Oaep::new::<Sha1>() } else { Oaep::new::<Sha256>() };
                let encrypted = public.encrypt(random, padding, &key).ok()?;
                Some(Agreed { key, encrypted, members: Map::new() })
            }
        }
    }
}

/// Whether a key can be meant: it has the type, and neither use (RFC7517-4.2), operations (RFC7517-4.3) nor algorithm
/// (RFC7517-4.4) speak against it.
fn is_meant(key: &Value, alg: KeyManagement) -> bool {
    const OPERATIONS: [&str; 4] = ["encrypt", "wrapKey", "deriveKey", "deriveBits"];
    let text = |member| key.get(member).and_then(Value::as_str);
    let operations = key.get("key_ops").and_then(Value::as_array);
    let for_encryption = |operations: &Vec<Value>| {
        operations.iter().filter_map(Value::as_str).any(|operation| OPERATIONS.contains(&operation))
    };
    has_type(key, alg)
        && text("use").is_none_or(|purpose| purpose == "enc")
        && text("alg").is_none_or(|only| only == alg.as_str())
        && operations.is_none_or(for_encryption)
}

fn has_type(key: &Value, alg: KeyManagement) -> bool {
    if alg.agrees() {
        Curve::of(key).is_some()
    } else {
        key.get("kty").and_then(Value::as_str) == Some("RSA")
    }
}

fn public_key(key: &Value, alg: KeyManagement) -> Result<PublicKey, UnusableKey> {
    let broken = UnusableKey::Broken(alg);
    if let Some(curve) = Curve::of(key) {
        let point = curve.point(key).ok_or(broken)?;
        return Ok(PublicKey::Agreement { curve, point });
    }
    let number = |member| bytes(key, member).map(|bytes| BigUint::from_bytes_be(&bytes)).ok_or(broken);
    let public = RsaPublicKey::new(number("n")?, number("e")?).map_err(|_| broken)?;
    match public.n().bits() {
        bits if bits < FEWEST_RSA_BITS => Err(UnusableKey::Short(bits)),
        _ => Ok(PublicKey::Rsa(public)),
    }
}

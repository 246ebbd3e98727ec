//! Agreeing on a key with an ephemeral key pair (RFC7518-4.6, RFC8037-3.2).

use aws_lc_rs::agreement::{
    Algorithm, ECDH_P256, ECDH_P384, ECDH_P521, PrivateKey, UnparsedPublicKey, X25519, agree,
};
use aws_lc_rs::kdf::{SskdfDigestAlgorithmId, get_sskdf_digest_algorithm, sskdf_digest};
use rand_chacha::rand_core::RngCore;
use serde_json::{Map, Value};

use super::super::material::{ec_members, members};
use super::key_wrap::{unwrapped, wrapped};
use super::{ContentEncryption, KeyManagement, base64url, bytes};

/// A curve to agree on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Curve {
    P256,
    P384,
    P521,
    X25519,
}

impl Curve {
    /// The curve of a JWK.
    pub(super) fn of(jwk: &Value) -> Option<Self> {
        let text = |member| jwk.get(member).and_then(Value::as_str);
        match (text("kty")?, text("crv")?) {
            ("EC", "P-256") => Some(Self::P256),
            ("EC", "P-384") => Some(Self::P384),
            ("EC", "P-521") => Some(Self::P521),
            ("OKP", "X25519") => Some(Self::X25519),
            _ => None,
        }
    }

    const fn algorithm(self) -> &'static Algorithm {
        match self {
            Self::P256 => &ECDH_P256,
            Self::P384 => &ECDH_P384,
            Self::P521 => &ECDH_P521,
            Self::X25519 => &X25519,
        }
    }

    /// The length of a coordinate, and of a private key.
    const fn length(self) -> usize {
        match self {
            Self::P256 | Self::X25519 => 32,
            Self::P384 => 48,
            Self::P521 => 66,
        }
    }

    /// The public key of a JWK in the form that the library takes. "The length of this octet string MUST be the full size of
    /// a coordinate" (RFC7518-6.2.1.2).
    pub(super) fn point(self, jwk: &Value) -> Option<Vec<u8>> {
        let coordinate = |member| bytes(jwk, member).filter(|bytes| bytes.len() == self.length());
        let x = coordinate("x")?;
        match self {
            Self::X25519 => Some(x),
            Self::P256 | Self::P384 | Self::P521 => Some([vec![4], x, coordinate("y")?].concat()),
        }
    }

    /// The public members of a JWK.
    fn members(self, point: &[u8]) -> Map<String, Value> {
        match self {
            Self::P256 => ec_members("P-256", point),
            Self::P384 => ec_members("P-384", point),
            Self::P521 => ec_members("P-521", point),
            Self::X25519 => members([("kty", "OKP"), ("crv", "X25519"), ("x", &base64url(point))]),
        }
    }

    /// The private key of a JWK.
    pub(super) fn private_key(self, jwk: &Value) -> Option<PrivateKey> {
        PrivateKey::from_private_key(self.algorithm(), &bytes(jwk, "d")?).ok()
    }

    /// A private key from random bytes. It is below the order of each curve: those of P-256 and P-384 start with one-bits,
    /// so clearing the first bit suffices, and that of P-521 has its first bit in the lowest place of the first byte.
    fn ephemeral(self, random: &mut impl RngCore) -> Option<PrivateKey> {
        let mut scalar = vec![0; self.length()];
        random.fill_bytes(&mut scalar);
        if let Some(first) = scalar.first_mut() {
            *first &= if self == Self::P521 { 0 } else { 0x7f };
        }
        PrivateKey::from_private_key(self.algorithm(), &scalar).ok()
    }
}

/// A content key on its way: itself, in encrypted form, and what the header says of it.
pub(super) struct Agreed {
    pub(super) key: Vec<u8>,
    pub(super) encrypted: Vec<u8>,
    pub(super) members: Map<String, Value>,
}

/// Agrees on a key with a recipient who is not there.
pub(super) fn agree_with(
    curve: Curve,
    point: &[u8],
    (alg, enc): (KeyManagement, ContentEncryption),
    random: &mut impl RngCore,
) -> Option<Agreed> {
    let ephemeral = curve.ephemeral(random)?;
    let epk = curve.members(ephemeral.compute_public_key().ok()?.as_ref());
    let derived = derived(&ephemeral, (curve, point), &Derivation::new(alg, enc, [&[], &[]]))?;
    let members = Map::from_iter([("epk".to_owned(), epk.into())]);
    if alg.wrapping_key_length().is_none() {
        return Some(Agreed { key: derived, encrypted: Vec::new(), members });
    }
    let mut key = vec![0; enc.key_length()];
    random.fill_bytes(&mut key);
    let encrypted = wrapped(&derived, &key)?;
    Some(Agreed { key, encrypted, members })
}

/// The content key that somebody agreed on with us.
pub(super) fn agreed(
    (curve, private): (Curve, &PrivateKey),
    (alg, enc): (KeyManagement, ContentEncryption),
    header: &Map<String, Value>,
    encrypted: &[u8],
) -> Option<Vec<u8>> {
    let epk = header.get("epk").filter(|epk| Curve::of(epk) == Some(curve))?;
    let point = curve.point(epk)?;
    let parties = [party(header, "apu")?, party(header, "apv")?];
    let derivation = Derivation::new(alg, enc, [&parties[0], &parties[1]]);
    let derived = derived(private, (curve, &point), &derivation)?;
    match alg.wrapping_key_length() {
        Some(_) => unwrapped(&derived, encrypted).filter(|key| key.len() == enc.key_length()),
        // "the JWE Encrypted Key is the empty octet sequence" (RFC7516-5.2)
        None => encrypted.is_empty().then_some(derived),
    }
}

/// What a party says of itself (RFC7518-4.6.1.2): nothing, or bytes.
fn party(header: &Map<String, Value>, member: &str) -> Option<Vec<u8>> {
    match header.get(member) {
        None => Some(Vec::new()),
        Some(Value::String(text)) => super::decoded(text),
        Some(Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_)) => None,
    }
}

/// What a derived key is bound to (RFC7518-4.6.2).
struct Derivation {
    info: Vec<u8>,
    length: usize,
}

impl Derivation {
    fn new(alg: KeyManagement, enc: ContentEncryption, parties: [&[u8]; 2]) -> Self {
        let (name, length) = match alg.wrapping_key_length() {
            Some(length) => (alg.as_str(), length),
            None => (enc.as_str(), enc.key_length()),
        };
        let mut info = Vec::new();
        for part in [name.as_bytes(), parties[0], parties[1]] {
            info.extend(count(part.len()));
            info.extend(part);
        }
        info.extend(count(length * 8));
        Self { info, length }
    }
}

/// A number in 32 bits, big-endian.
fn count(number: usize) -> [u8; 4] {
    u32::try_from(number).unwrap_or(u32::MAX).to_be_bytes()
}

fn derived(private: &PrivateKey, (curve, point): (Curve, &[u8]), derivation: &Derivation) -> Option<Vec<u8>> {
    let sha256 = get_sskdf_digest_algorithm(SskdfDigestAlgorithmId::Sha256)?;
    let peer = UnparsedPublicKey::new(curve.algorithm(), point);
    agree(private, peer, (), |secret| {
        let mut key = vec![0; derivation.length];
        sskdf_digest(sha256, secret, &derivation.info, &mut key).map_err(|_| ())?;
        Ok(key)
    })
    .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_rfc_7518_is_derived_byte_for_byte() {
        let vectors: Value =
            serde_json::from_str(include_str!("../../../../../fixtures/vectors/rfc7518.json")).unwrap();
        let vector = &vectors["C"];
        let (alice, bob) = (&vector["alice"], &vector["bob"]);
        let derivation =
            Derivation::new(KeyManagement::EcdhEs, ContentEncryption::A128Gcm, [b"Alice", b"Bob"]);
        for (own, other) in [(alice, bob), (bob, alice)] {
            let own = Curve::P256.private_key(own).unwrap();
            let point = Curve::P256.point(other).unwrap();
            let key = derived(&own, (Curve::P256, &point), &derivation).unwrap();
            assert_eq!(base64url(&key), vector["derived"]);
        }
    }
}

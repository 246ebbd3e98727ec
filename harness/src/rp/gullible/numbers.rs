//! Signatures that fit for whoever leaves out a look at the numbers (RFC7518-3.3, RFC7518-3.4).

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rsa::traits::PublicKeyParts as _;
use rsa::{BigUint, Pkcs1v15Sign, RsaPublicKey};
use serde_json::Value;

use super::{Asked, named, published, same_id};

/// What stands before a SHA-256 digest in a PKCS#1 signature (RFC8017-9.2).
const DIGEST_INFO: [u8; 19] = [
    0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00,
    0x04, 0x20,
];

/// The order of P-256 (FIPS 186-5, SP 800-186).
const P256_ORDER: [u8; 32] = [
    0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xbc,
    0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
];

/// Whether the signature fits by arithmetic alone, under the algorithm that was registered.
pub(super) fn fits_without_a_look_at_the_numbers(asked: &Asked<'_>) -> bool {
    let registered = asked.profile.algorithms.iter().any(|algorithm| algorithm.0 == named(asked));
    let Ok(signature) = URL_SAFE_NO_PAD.decode(&asked.jwt.signature) else { return false };
    let mut keys = published(asked).filter(|key| same_id(key, asked));
    registered
        && match named(asked) {
            // an exponent of 1 leaves every number as it is
            "RS256" => keys
                .filter_map(rsa_key)
                .any(|key| *key.e() == BigUint::from(1_u8) && fits(&key, &signature, asked)),
            "ES256" => keys.any(is_on_p256) && is_nothing(&signature),
            _ => false,
        }
}

/// Whether the signature fits a published RSA key of a length that RFC7518-3.3 forbids, and that our library refuses.
pub(super) fn fits_a_short_key(asked: &Asked<'_>) -> bool {
    let registered = asked.profile.algorithms.iter().any(|algorithm| algorithm.0 == "RS256");
    let Ok(signature) = URL_SAFE_NO_PAD.decode(&asked.jwt.signature) else { return false };
    let mut keys = published(asked).filter(|key| same_id(key, asked)).filter_map(rsa_key);
    registered
        && named(asked) == "RS256"
        && keys.any(|key| key.n().bits() < 2_048 && fits(&key, &signature, asked))
}

/// A key as it is written, whatever its numbers are.
fn rsa_key(key: &Value) -> Option<RsaPublicKey> {
    let number = |member: &str| {
        let octets = URL_SAFE_NO_PAD.decode(key.get(member)?.as_str()?).ok()?;
        Some(BigUint::from_bytes_be(&octets))
    };
    Some(RsaPublicKey::new_unchecked(number("n")?, number("e")?))
}

/// RSASSA-PKCS1-v1_5 with SHA-256 (RFC7518-3.3).
fn fits(key: &RsaPublicKey, signature: &[u8], asked: &Asked<'_>) -> bool {
    let digest = digest(&SHA256, asked.jwt.signed.as_bytes());
    let padding = Pkcs1v15Sign { hash_len: Some(digest.as_ref().len()), prefix: Box::from(DIGEST_INFO) };
    key.verify(padding, digest.as_ref(), signature).is_ok()
}

fn is_on_p256(key: &Value) -> bool {
    key.get("crv").is_some_and(|crv| crv == "P-256")
}

/// With `r` and `s` of nothing, modulo the order of the curve, both sides of the equation are the point at infinity: the
/// standard's look at their range is all that stands against it (FIPS 186-5, 6.4.2).
fn is_nothing(signature: &[u8]) -> bool {
    let nothing = |part: &[u8]| part == P256_ORDER || part.iter().all(|byte| *byte == 0);
    signature.len() == 2 * P256_ORDER.len() && signature.chunks(P256_ORDER.len()).all(nothing)
}

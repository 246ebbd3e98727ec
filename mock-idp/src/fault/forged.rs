//! Signatures that nobody has to compute: they verify for whoever leaves out a check of the arithmetic (RFC7518-3.3,
//! RFC7518-3.4, CVE-2022-21449).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::Expected::Refuse;
use super::jwt::{JwsEdit, base64url};
use super::jwt_key::SigningWith;
use super::{Context, Edit, Group, way};
use crate::protocol::keys::Algorithm;

/// The order of P-256 (FIPS 186-5, SP 800-186).
const P256_ORDER: [u8; 32] = [
    0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xbc,
    0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
];

/// What stands before a SHA-256 digest in a PKCS#1 signature (RFC8017-9.2).
const DIGEST_INFO: [u8; 19] = [
    0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00,
    0x04, 0x20,
];

pub(super) const GROUPS: &[Group] = &[Group {
    name: "forged",
    clause: "RFC7518-3.4",
    rp: "refuses numbers that no signature and no key can have",
    values: &[
        way(
            "ecdsa_zero",
            Refuse,
            "sends an ES256 signature of nothing but zeros",
            ecdsa(|signature| signature.fill(0)),
        ),
        way(
            "ecdsa_order",
            Refuse,
            "sends an ES256 signature that is twice the order of the curve",
            ecdsa(|signature| {
                signature.clear();
                signature.extend(P256_ORDER);
                signature.extend(P256_ORDER);
            }),
        ),
        way(
            "rsa_exponent_1",
            Refuse,
            "sends the signature that fits the keys of `jwks.keys=exponent_1`",
            Edit::Jws(JwsEdit::compact(padded_digest)),
        ),
    ],
}];

const fn ecdsa(signature: fn(&mut Vec<u8>)) -> Edit {
    Edit::Jws(JwsEdit {
        with: SigningWith::Published(Algorithm::ES256),
        signature: Some(signature),
        ..JwsEdit::HONEST
    })
}

/// With an exponent of 1 a signature is the padded digest itself (RFC8017-9.2), of the length of a key of 2048 bits.
fn padded_digest(token: &str, _: &Context<'_>) -> String {
    let Some((message, signature)) = token.rsplit_once('.') else { return token.to_owned() };
    let length = URL_SAFE_NO_PAD.decode(signature).map_or(256, |honest| honest.len());
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, message.as_bytes());
    let tail = [&DIGEST_INFO, digest.as_ref()].concat();
    let mut block = vec![0x00, 0x01];
    block.resize(length.saturating_sub(tail.len() + 1), 0xff);
    block.push(0x00);
    block.extend(tail);
    format!("{message}.{}", base64url(&block))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_padded_digest_is_as_long_as_the_signature_was() {
        let token = format!("e30.e30.{}", base64url(&[7; 256]));
        let forged = super::super::tests::at(|at| padded_digest(&token, at));
        let block = URL_SAFE_NO_PAD.decode(forged.rsplit('.').next().unwrap()).unwrap();
        assert_eq!((block.len(), &block[..3], block[256 - 32 - 20]), (256, &[0, 1, 0xff][..], 0));
    }
}

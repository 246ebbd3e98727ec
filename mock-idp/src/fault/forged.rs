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
pub(super) const DIGEST_INFO: [u8; 19] = [
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
            // the block is that of SHA-256, whatever else the client registered
            Edit::Jws(JwsEdit {
                with: SigningWith::Published(Algorithm::RS256),
                compact: Some(padded_digest),
                ..JwsEdit::HONEST
            }),
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
    use rsa::BigUint;
    use rstest::rstest;
    use serde_json::{Map, Value};

    use super::super::tests::at;
    use super::super::{Faults, Honest, Target};
    use super::*;
    use crate::protocol::keys::jws::Signer;

    fn bytes(text: &str) -> Vec<u8> {
        URL_SAFE_NO_PAD.decode(text).unwrap()
    }

    fn number(member: &Value) -> BigUint {
        BigUint::from_bytes_be(&bytes(member.as_str().unwrap()))
    }

    #[rstest]
    #[case::in_place_of_rsa(Algorithm::RS256)]
    #[case::in_place_of_another_kind(Algorithm::ES256)]
    fn a_padded_digest_is_what_an_honest_signature_is_raised_to(#[case] registered: Algorithm) {
        at(|at| {
            let signer = Signer::Key(at.keys.signing(Some(registered)).unwrap().clone());
            let honest = Honest { header: &signer.header("JWT"), claims: &Map::new(), signer: &signer };
            let faults = Faults::new(vec!["id_token.forged=rsa_exponent_1".parse().unwrap()]);
            let made = faults.jwt(Target::IdToken, &honest, at).unwrap().unwrap();
            let (message, forged) = made.token.rsplit_once('.').unwrap();

            let key = at.keys.signing(Some(Algorithm::RS256)).unwrap();
            assert_eq!((&made.header["alg"], &made.header["kid"]), (&"RS256".into(), &key.kid().into()));
            let (jwk, signature) = (key.public_jwk(), Signer::Key(key.clone()).signature(message.as_bytes()));
            // RSAVP1 (RFC8017-5.2.2): with an exponent of 1 it gives back the signature itself
            let block =
                BigUint::from_bytes_be(&signature.unwrap()).modpow(&number(&jwk["e"]), &number(&jwk["n"]));
            let forged = bytes(forged);
            assert_eq!((forged.len(), BigUint::from_bytes_be(&forged)), (256, block));
        });
    }
}

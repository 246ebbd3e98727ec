//! RSA keys that are too short to prove anything: whoever finds the two primes signs as the provider (RFC7518-3.3).

use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rsa::pkcs8::DecodePrivateKey as _;
use rsa::traits::PublicKeyParts as _;
use rsa::{Pkcs1v15Sign, RsaPrivateKey};

use super::Expected::Refuse;
use super::claims::{Members, set};
use super::forged::DIGEST_INFO;
use super::jwt::{JwsEdit, base64url};
use super::jwt_key::SigningWith;
use super::{Context, Edit, Group, way};
use crate::protocol::keys::Algorithm;

type Short = LazyLock<Option<RsaPrivateKey>>;

static BITS_512: Short = LazyLock::new(|| read(include_str!("../../../fixtures/keys/short-rsa-512.pem")));
static BITS_1024: Short = LazyLock::new(|| read(include_str!("../../../fixtures/keys/short-rsa-1024.pem")));

fn read(pem: &str) -> Option<RsaPrivateKey> {
    RsaPrivateKey::from_pkcs8_pem(pem).ok()
}

pub(super) const GROUPS: &[Group] = &[Group {
    name: "short_key",
    clause: "RFC7518-3.3",
    rp: "refuses RSA keys of fewer than 2,048 bits, however well they fit the signature",
    values: &[
        way(
            "512",
            Refuse,
            "sends the RS256 signature that fits the keys of `jwks.keys=rsa_512`",
            signed(|token, _| resigned(&BITS_512, token)),
        ),
        way(
            "1024",
            Refuse,
            "sends the RS256 signature that fits the keys of `jwks.keys=rsa_1024`",
            signed(|token, _| resigned(&BITS_1024, token)),
        ),
    ],
}];

const fn signed(compact: fn(&str, &Context<'_>) -> String) -> Edit {
    Edit::Jws(JwsEdit {
        with: SigningWith::Published(Algorithm::RS256),
        compact: Some(compact),
        ..JwsEdit::HONEST
    })
}

/// The token under the signature of a short key.
fn resigned(key: &Short, token: &str) -> String {
    let Some((message, _)) = token.rsplit_once('.') else { return token.to_owned() };
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, message.as_bytes());
    let padding = Pkcs1v15Sign { hash_len: Some(digest.as_ref().len()), prefix: Box::from(DIGEST_INFO) };
    let signature = key.as_ref().and_then(|key| key.sign(padding, digest.as_ref()).ok()).unwrap_or_default();
    format!("{message}.{}", base64url(&signature))
}

/// An RSA key of the set becomes one of 512 bits, under the same name.
pub(super) fn to_512(key: &mut Members) {
    shorten(key, &BITS_512);
}

/// An RSA key of the set becomes one of 1,024 bits, under the same name.
pub(super) fn to_1024(key: &mut Members) {
    shorten(key, &BITS_1024);
}

fn shorten(key: &mut Members, short: &Short) {
    if let Some(short) = short.as_ref().filter(|_| key.get("kty").is_some_and(|kty| kty == "RSA")) {
        set(key, "n", URL_SAFE_NO_PAD.encode(short.n().to_bytes_be()));
        set(key, "e", URL_SAFE_NO_PAD.encode(short.e().to_bytes_be()));
    }
}

//! What gullible relying parties take for the secret of an HMAC (RFC8725-2.1).

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::Value;

use super::{Asked, published};
use crate::rp::jws;

/// The object identifier of RSA keys with its absent parameters, as a `SubjectPublicKeyInfo` has them (RFC3279-2.3.1).
const RSA_ENCRYPTION: [u8; 15] =
    [0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00];

/// Public keys, in any form in which a library may hand one to an HMAC.
pub(super) fn fits_what_is_published(asked: &Asked<'_>) -> bool {
    let whole = asked.keys.document.to_string().into_bytes();
    let forms = published(asked).flat_map(forms).chain([whole]);
    forms.into_iter().any(|secret| jws::fits_secret(asked.jwt, &secret))
}

/// A symmetric key that was published, against RFC7517-9.2.
pub(super) fn fits_a_published_secret(asked: &Asked<'_>) -> bool {
    let secrets = published(asked).filter(|key| key.get("kty").is_some_and(|kty| kty == "oct"));
    let mut secrets = secrets.filter_map(|key| decoded(key, "k"));
    secrets.any(|secret| jws::fits_secret(asked.jwt, &secret))
}

/// The client secret, whatever was registered.
pub(super) fn fits_the_client_secret(asked: &Asked<'_>) -> bool {
    let secret = asked.profile.client_secret.as_deref().unwrap_or_default();
    !secret.is_empty() && jws::fits_secret(asked.jwt, secret.as_bytes())
}

/// What is there when a secret is not.
pub(super) fn fits_what_anybody_would_guess(asked: &Asked<'_>) -> bool {
    ["", "null", "undefined", "secret"].iter().any(|secret| jws::fits_secret(asked.jwt, secret.as_bytes()))
}

fn forms(key: &Value) -> Vec<Vec<u8>> {
    let text = |name: &str| key.get(name).and_then(Value::as_str).map(|it| it.as_bytes().to_vec());
    let mut forms = vec![key.to_string().into_bytes()];
    forms.extend(text("n"));
    forms.extend(text("e"));
    forms.extend(decoded(key, "n"));
    if let (Some(n), Some(e)) = (decoded(key, "n"), decoded(key, "e")) {
        let pkcs1 = tagged(0x30, &[integer(&n), integer(&e)].concat());
        let bits = tagged(0x03, &[vec![0], pkcs1.clone()].concat());
        let spki = tagged(0x30, &[RSA_ENCRYPTION.to_vec(), bits].concat());
        for (der, label) in [(pkcs1, "RSA PUBLIC KEY"), (spki, "PUBLIC KEY")] {
            let pem = pem(label, &der);
            forms.extend([pem.trim_end().as_bytes().to_vec(), pem.into_bytes(), der]);
        }
    }
    forms
}

fn decoded(key: &Value, name: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(key.get(name)?.as_str()?).ok()
}

/// DER: a tag, a length and the content.
fn tagged(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len().to_be_bytes();
    let length: Vec<u8> = length.into_iter().skip_while(|byte| *byte == 0).collect();
    let short = content.len() < 0x80;
    let count = u8::try_from(length.len()).unwrap_or_default();
    let mut der = vec![tag];
    der.extend((!short).then_some(0x80 | count));
    der.extend(length);
    der.extend(content);
    der
}

/// DER: a number that is not negative.
fn integer(bytes: &[u8]) -> Vec<u8> {
    let negative = bytes.first().is_some_and(|first| first & 0x80 != 0);
    let sign: &[u8] = if negative { &[0] } else { &[] };
    tagged(0x02, &[sign, bytes].concat())
}

fn pem(label: &str, der: &[u8]) -> String {
    let encoded = STANDARD.encode(der);
    let lines: Vec<String> =
        encoded.as_bytes().chunks(64).map(|line| String::from_utf8_lossy(line).into_owned()).collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
}

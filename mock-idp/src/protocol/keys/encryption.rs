//! The provider's own encryption keys: what clients encrypt request objects and hints to (OIDCC-10.2).
//!
//! There is one published key for each algorithm, because a JWK names at most one (RFC7517-4.4). They are the fixed ones of
//! `fixtures/keys/encryption.json` and stay when signing keys are rotated: rotating an encryption key is announced by
//! cache headers and takes place at the clients' pace (OIDCC-10.2.1).

use std::sync::LazyLock;

use serde_json::{Map, Value};

use super::jwe::{DecryptionKey, Encryption, Envelope, KeyManagement, NotDecrypted};

static KEYS: LazyLock<Vec<DecryptionKey>> = LazyLock::new(|| {
    let file = include_str!("../../../../fixtures/keys/encryption.json");
    let set: Value = serde_json::from_str(file).unwrap_or_default();
    let keys = set.get("keys").and_then(Value::as_array).into_iter().flatten();
    keys.filter_map(DecryptionKey::from_jwk).collect()
});

/// The published form of each (RFC7517-4).
pub(super) fn published() -> Vec<Value> {
    let jwk = |alg: KeyManagement| {
        let mut jwk = Map::new();
        jwk.insert("kid".to_owned(), kid(alg).into());
        jwk.insert("use".to_owned(), "enc".into());
        jwk.insert("alg".to_owned(), alg.as_str().into());
        jwk.extend(key(alg)?.public_members().clone());
        Some(Value::Object(jwk))
    };
    KeyManagement::ALL.into_iter().filter_map(jwk).collect()
}

/// What was encrypted to one of them. The `kid` is a hint that has to be right where it is given; a key serves every
/// algorithm of its type, whichever it is published for.
pub fn decrypt(compact: &str) -> Result<Vec<u8>, NotDecrypted> {
    let envelope = Envelope::parse(compact)?;
    let Encryption { alg, .. } = envelope.encryption()?;
    let meant = envelope.kid().is_none_or(|named| {
        KeyManagement::ALL.into_iter().any(|other| kid(other) == named && same_key(alg, other))
    });
    let key = key(alg).filter(|_| meant);
    let key = key.ok_or_else(|| NotDecrypted::NoKey { alg, kid: envelope.kid().map(str::to_owned) })?;
    envelope.open(key)
}

fn kid(alg: KeyManagement) -> String {
    format!("{}-key", alg.as_str().to_lowercase())
}

fn key(alg: KeyManagement) -> Option<&'static DecryptionKey> {
    KEYS.iter().find(|key| key.suits(alg))
}

fn same_key(one: KeyManagement, other: KeyManagement) -> bool {
    key(one).is_some_and(|key| key.suits(other))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::*;
    use crate::protocol::keys::jwe::{ContentEncryption, Recipient};

    /// Something encrypted to a published key, under another `kid`.
    fn encrypted(alg: KeyManagement, kid: Option<&str>) -> String {
        let mut keys = published();
        for key in &mut keys {
            key["kid"] = json!(kid);
        }
        let encryption = Encryption { alg, enc: ContentEncryption::default() };
        Recipient::among(&keys, encryption).unwrap().encrypt(b"hello", None, [1; 32]).unwrap().compact
    }

    #[test]
    fn each_algorithm_has_a_published_key_without_private_members() {
        let names: Vec<Value> = published().iter().map(|key| key["alg"].clone()).collect();
        assert_eq!(names, KeyManagement::ALL.map(|alg| json!(alg.as_str())));
        for key in published() {
            assert_eq!(key["use"], "enc");
            assert_eq!(["d", "p", "q"].map(|member| key.get(member)), [None; 3], "{key}");
        }
    }

    #[rstest]
    #[case::by_its_name(KeyManagement::RsaOaep, Some("rsa-oaep-key"))]
    #[case::by_no_name(KeyManagement::EcdhEs, None)]
    #[case::by_the_name_for_another_algorithm(KeyManagement::EcdhEsA256Kw, Some("ecdh-es-key"))]
    fn what_is_encrypted_to_a_published_key_is_opened(#[case] alg: KeyManagement, #[case] kid: Option<&str>) {
        assert_eq!(decrypt(&encrypted(alg, kid)), Ok(b"hello".to_vec()));
    }

    #[rstest]
    #[case::unknown("other")]
    #[case::of_another_type("ecdh-es-key")]
    #[case::of_a_signing_key("rs256-key")]
    fn a_name_that_no_such_key_has_is_no_key(#[case] kid: &str) {
        let alg = KeyManagement::RsaOaep256;
        let expected = NotDecrypted::NoKey { alg, kid: Some(kid.to_owned()) };
        assert_eq!(decrypt(&encrypted(alg, Some(kid))), Err(expected));
    }
}

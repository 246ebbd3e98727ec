//! Defects of keys, and of promises to have something to do with them.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{DecodingKey, Validation, decode, decode_header};
use mock_idp::MockIdp;
use mock_idp::config::IdpConfig;
use mock_idp::protocol::keys::jws;
use openidconnect::JsonWebKey as _;
use openidconnect::core::{CoreJsonWebKeySet, CoreJwsSigningAlgorithm};
use proptest::prelude::*;
use rstest::rstest;
use serde_json::{Map, Value, json};

use super::{REDIRECT_URI, code, redeem};
use crate::wire::Wire;

/// The members of a public key (RFC7517-4, RFC7518-6.2.1, RFC7518-6.3.1, RFC8037-2).
const PUBLIC: &[&str] =
    &["kty", "use", "key_ops", "alg", "kid", "n", "e", "crv", "x", "y", "x5c", "x5t", "x5t#S256", "x5u"];

fn config(signing: &Value, seed: u64) -> IdpConfig {
    let mut clients = Map::new();
    for key in signing.as_array().unwrap() {
        let client =
            json!({ "secret": "s3cret", "redirect_uris": [REDIRECT_URI], "id_token_alg": key["alg"] });
        clients.insert(key["alg"].as_str().unwrap().to_owned(), client);
    }
    let users = json!({ "ada": {} });
    serde_json::from_value(
        json!({ "issuer": "/acme", "seed": seed, "signing": signing, "clients": clients, "users": users }),
    )
    .unwrap()
}

/// Keys of any number and kind. RSA keys are only the fixed ones: making one takes seconds without optimisation.
fn signing() -> impl Strategy<Value = Value> {
    let rsa = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"].map(|alg| json!({ "alg": alg }));
    let fixed = ["ES256", "ES384", "EdDSA"].map(|alg| json!({ "alg": alg }));
    let seeded = ["ES256", "ES384", "EdDSA"].map(|alg| json!({ "alg": alg, "from": "seed" }));
    let all = rsa.into_iter().chain(fixed).chain(seeded).collect::<Vec<_>>();
    proptest::sample::subsequence(all, 1..=6).prop_map(|mut keys| {
        let mut seen = BTreeSet::new();
        keys.retain(|key| seen.insert(key["alg"].as_str().unwrap().to_owned()));
        Value::Array(keys)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn no_private_member_is_ever_published(signing in signing(), seed in any::<u64>(), rotations in 0..3_usize) {
        let only_curves = signing.as_array().unwrap().iter().all(|key| key["alg"].as_str().unwrap().starts_with('E'));
        let (_, idp) = MockIdp::builder().config(config(&signing, seed)).in_process().unwrap();
        let provider = idp.default_provider();
        // A rotation makes new keys, and RSA keys take their time.
        for _ in 0..rotations * usize::from(only_curves) {
            provider.rotate_keys(3_600).unwrap();
        }
        let published = provider.published_keys();
        prop_assert_eq!(published.as_object().unwrap().keys().collect::<Vec<_>>(), ["keys"]);
        for key in published["keys"].as_array().unwrap() {
            for member in key.as_object().unwrap().keys() {
                prop_assert!(PUBLIC.contains(&member.as_str()), "`{}` in {}", member, key);
            }
            prop_assert_ne!(&key["kty"], "oct");
        }
    }
}

/// A provider of one key, and the ID token that it signs now.
async fn id_token(wire: &mut Wire, alg: &str) -> String {
    let client = [("client_id", alg)];
    let code = code(wire, &client).await;
    let (status, tokens) = redeem(wire, &code, &client).await;
    assert_eq!(status, 200, "{tokens}");
    tokens["id_token"].as_str().unwrap().to_owned()
}

async fn published(wire: &mut Wire) -> Value {
    serde_json::from_str(&wire.fetch("/acme/jwks").await.body).unwrap()
}

fn key_of<'a>(published: &'a Value, token: &str) -> Option<&'a Value> {
    let decoded = jws::decode(token).unwrap();
    published["keys"].as_array().unwrap().iter().find(|key| key["kid"].as_str() == decoded.kid())
}

#[rstest]
#[case::rsa("RS256")]
#[case::curve("ES256")]
#[case::edwards("EdDSA")]
#[tokio::test]
async fn keys_rotate_when_they_are_told_to(#[case] alg: &str) {
    let mut wire = Wire::of(config(&json!([{ "alg": alg }]), 42));
    let before = id_token(&mut wire, alg).await;
    wire.idp.default_provider().rotate_keys(3_600).unwrap();
    let after = id_token(&mut wire, alg).await;

    let keys = published(&mut wire).await;
    let (old, new) = (key_of(&keys, &before).unwrap(), key_of(&keys, &after).unwrap());
    assert_ne!(old["kid"], new["kid"]);
    jws::decode(&before).unwrap().verify_with_jwk(old).unwrap();
    jws::decode(&after).unwrap().verify_with_jwk(new).unwrap();
    assert!(jws::decode(&after).unwrap().verify_with_jwk(old).is_err(), "the key itself is another");

    wire.idp.default_provider().rotate_keys(0).unwrap();
    let keys = published(&mut wire).await;
    assert_eq!(key_of(&keys, &after), None, "a key that is not kept is not published");
}

/// Words of what is only promised. That nothing panics is clippy's to see.
const STUBS: [&str; 5] = ["todo!", "unimplemented!", "not implemented", "not yet implemented", "coming soon"];

#[test]
fn nothing_public_is_a_stub() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut open: Vec<PathBuf> = ["mock-idp/src", "harness/src"].map(|source| root.join(source)).into();
    let (mut read, mut stubs) = (0, Vec::new());
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else if path.extension().is_some_and(|extension| extension == "rs") && !is_test(&path) {
            read += 1;
            let text = fs::read_to_string(&path).unwrap().to_lowercase();
            let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
            stubs.extend(
                STUBS.iter().filter(|it| code.contains(**it)).map(|it| format!("{}: {it}", path.display())),
            );
        }
    }
    assert!(read > 100, "only {read} files were read");
    assert_eq!(stubs, Vec::<String>::new());
}

fn is_test(path: &Path) -> bool {
    path.file_stem().is_some_and(|stem| stem == "tests")
        || path.components().any(|component| component.as_os_str() == "tests")
}

/// Three more libraries, written in other languages, do the same in `fixtures/interop`.
#[rstest]
#[case("RS256", CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256)]
#[case("RS384", CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384)]
#[case("RS512", CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512)]
#[case("PS256", CoreJwsSigningAlgorithm::RsaSsaPssSha256)]
#[case("PS384", CoreJwsSigningAlgorithm::RsaSsaPssSha384)]
#[case("PS512", CoreJwsSigningAlgorithm::RsaSsaPssSha512)]
#[case("ES256", CoreJwsSigningAlgorithm::EcdsaP256Sha256)]
#[case("ES384", CoreJwsSigningAlgorithm::EcdsaP384Sha384)]
#[case("EdDSA", CoreJwsSigningAlgorithm::EdDsa)]
#[tokio::test]
async fn other_libraries_read_the_keys_and_verify_with_them(
    #[case] alg: &str,
    #[case] algorithm: CoreJwsSigningAlgorithm,
) {
    let mut wire = Wire::of(config(&json!([{ "alg": alg }]), 42));
    let token = id_token(&mut wire, alg).await;
    let text = wire.fetch("/acme/jwks").await.body;
    let members = ["alg", "crv", "e", "kid", "kty", "n", "use", "x", "y"];
    for key in published(&mut wire).await["keys"].as_array().unwrap() {
        let odd: Vec<_> =
            key.as_object().unwrap().keys().filter(|it| !members.contains(&it.as_str())).collect();
        assert_eq!(odd, Vec::<&String>::new());
        let encrypts = ["RSA-OAEP", "ECDH-ES"].iter().any(|it| key["alg"].as_str().unwrap().starts_with(it));
        assert_eq!(key["use"], if encrypts { "enc" } else { "sig" });
    }

    let header = decode_header(&token).unwrap();
    let keys: JwkSet = serde_json::from_str(&text).unwrap();
    let key = DecodingKey::from_jwk(keys.find(header.kid.as_deref().unwrap()).unwrap()).unwrap();
    let mut validation = Validation::new(header.alg);
    validation.set_audience(&[alg]);
    validation.validate_exp = false;
    let claims = decode::<Map<String, Value>>(&token, &key, &validation).unwrap().claims;
    assert_eq!(claims["sub"], "ada");

    let keys: CoreJsonWebKeySet = serde_json::from_str(&text).unwrap();
    let (message, signature) = token.rsplit_once('.').unwrap();
    let signature =
        base64::Engine::decode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, signature).unwrap();
    let key =
        keys.keys().iter().find(|key| key.key_id().map(|it| it.as_str()) == header.kid.as_deref()).unwrap();
    key.verify_signature(&algorithm, message.as_bytes(), &signature).unwrap();
}

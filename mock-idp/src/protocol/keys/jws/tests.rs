use rstest::rstest;
use serde_json::json;

use super::*;
use crate::protocol::keys::{KeyPlan, KeySet};

fn claims() -> Map<String, Value> {
    json!({ "sub": "ada", "n": [1, null] }).as_object().unwrap().clone()
}

fn key(algorithm: Algorithm) -> SigningKey {
    KeySet::new(vec![KeyPlan::fixed(algorithm)], || [0; 32]).unwrap().signing(None).unwrap().clone()
}

fn signed(signer: &Signer) -> String {
    sign(&signer.header("JWT"), &claims(), signer).unwrap()
}

#[rstest]
#[case::rs256(Algorithm::RS256)]
#[case::rs384(Algorithm::RS384)]
#[case::rs512(Algorithm::RS512)]
#[case::ps256(Algorithm::PS256)]
#[case::ps384(Algorithm::PS384)]
#[case::ps512(Algorithm::PS512)]
#[case::es256(Algorithm::ES256)]
#[case::es384(Algorithm::ES384)]
#[case::eddsa(Algorithm::EdDsa)]
fn a_token_is_verified_by_an_independent_library_with_the_published_key(#[case] algorithm: Algorithm) {
    let key = key(algorithm);
    let decoded = decode(&signed(&Signer::Key(key.clone()))).unwrap();
    assert_eq!(decoded.claims, claims());
    assert_eq!(decoded.kid(), Some(key.kid()));
    assert_eq!(decoded.verify_with_jwk(&key.public_jwk()), Ok(()));
}

#[rstest]
#[case::hs256(Algorithm::HS256)]
#[case::hs384(Algorithm::HS384)]
#[case::hs512(Algorithm::HS512)]
fn a_secret_signs_and_only_that_secret_verifies(#[case] algorithm: Algorithm) {
    let decoded = decode(&signed(&Signer::Secret { algorithm, secret: "s3cret".into() })).unwrap();
    assert_eq!(decoded.verify_with_secret("s3cret"), Ok(()));
    assert_eq!(decoded.verify_with_secret("other"), Err(BadSignature::Mismatch));
    assert_eq!(decoded.kid(), None);
}

#[test]
fn rs256_and_eddsa_and_hs256_signatures_repeat_byte_for_byte() {
    for signer in [
        Signer::Key(key(Algorithm::RS256)),
        Signer::Key(key(Algorithm::EdDsa)),
        Signer::Secret { algorithm: Algorithm::HS256, secret: "s".into() },
    ] {
        assert_eq!(signed(&signer), signed(&signer));
    }
}

#[test]
fn a_public_key_is_not_taken_as_a_shared_secret() {
    let jwk = key(Algorithm::RS256).public_jwk();
    let modulus = jwk["n"].as_str().unwrap();
    let forged =
        decode(&signed(&Signer::Secret { algorithm: Algorithm::HS256, secret: modulus.into() })).unwrap();
    assert!(matches!(forged.verify_with_jwk(&jwk), Err(BadSignature::OtherAlgorithm { .. })));
}

#[test]
fn an_unsigned_token_has_no_good_signature() {
    let header = URL_SAFE_NO_PAD.encode(r#"{"alg":"none"}"#);
    let token = decode(&format!("{header}.{}.", URL_SAFE_NO_PAD.encode("{}"))).unwrap();
    let refused = token.verify_with_jwk(&key(Algorithm::RS256).public_jwk());
    assert!(matches!(refused, Err(BadSignature::Algorithm(_))), "{refused:?}");
}

#[test]
fn a_changed_payload_has_no_good_signature() {
    let key = key(Algorithm::ES256);
    let token = signed(&Signer::Key(key.clone()));
    let mut parts: Vec<_> = token.split('.').map(str::to_owned).collect();
    parts[1] = URL_SAFE_NO_PAD.encode(r#"{"sub":"eve"}"#);
    let decoded = decode(&parts.join(".")).unwrap();
    assert_eq!(decoded.verify_with_jwk(&key.public_jwk()), Err(BadSignature::Mismatch));
}

#[test]
fn a_critical_extension_is_refused() {
    let signer = Signer::Key(key(Algorithm::ES256));
    let mut header = signer.header("JWT");
    header.insert("crit".to_owned(), json!(["exp"]));
    let decoded = decode(&sign(&header, &claims(), &signer).unwrap()).unwrap();
    assert_eq!(decoded.verify_with_jwk(&key(Algorithm::ES256).public_jwk()), Err(BadSignature::Critical));
}

#[rstest]
#[case::two_parts("a.b", NotAJwt::Parts)]
#[case::four_parts("a.b.c.d", NotAJwt::Parts)]
#[case::not_base64("?.e30.", NotAJwt::Base64("header"))]
#[case::not_json("eA.e30.", NotAJwt::Json("header"))]
#[case::payload_is_a_list("e30.W10.", NotAJwt::Json("payload"))]
fn what_is_not_a_jwt_is_named(#[case] text: &str, #[case] expected: NotAJwt) {
    assert_eq!(decode(text).unwrap_err(), expected);
}

fn vector(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[test]
fn the_es256_example_of_rfc_7515_is_verified() {
    let vector = vector(include_str!("../../../../../fixtures/vectors/rfc7515.json"));
    let token = decode(vector["token"].as_str().unwrap()).unwrap();
    assert_eq!(Value::Object(token.claims.clone()), vector["claims"]);
    assert_eq!(token.verify_with_jwk(&vector["jwk"]), Ok(()));
}

#[test]
fn the_ed25519_example_of_rfc_8037_is_signed_byte_for_byte() {
    let vector = vector(include_str!("../../../../../fixtures/vectors/rfc8037.json"));
    let seed = URL_SAFE_NO_PAD.decode(vector["d"].as_str().unwrap()).unwrap();
    let key =
        crate::protocol::keys::KeyMaterial::from_seed(Algorithm::EdDsa, seed.try_into().unwrap()).unwrap();
    assert_eq!(key.public_members()["x"], vector["x"]);
    let signature = key.sign(Algorithm::EdDsa, vector["signing_input"].as_str().unwrap().as_bytes()).unwrap();
    assert_eq!(URL_SAFE_NO_PAD.encode(signature), vector["signature"]);
}

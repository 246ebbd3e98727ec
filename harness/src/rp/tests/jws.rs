use jsonwebtoken::Algorithm;
use rstest::rstest;
use serde_json::{Value, json};

use super::keys::{Key, ed25519, hmac, jwks, p256, rsa, unsigned};
use crate::rp::flaw::Flaw;
use crate::rp::jws::{Jwt, KeySet, verify};

fn verdict(token: &str, keys: &Value) -> Result<(), Flaw> {
    verify(&Jwt::decode(token).unwrap(), &KeySet::read(keys).unwrap(), Some("the-client-secret-of-the-tests"))
}

fn claims() -> Value {
    json!({"sub": "ada"})
}

#[rstest]
#[case::rs256(rsa("k", Algorithm::RS256))]
#[case::rs512(rsa("k", Algorithm::RS512))]
#[case::ps256(rsa("k", Algorithm::PS256))]
#[case::es256(p256("k"))]
#[case::eddsa(ed25519("k", 1))]
fn a_published_key_verifies_its_signature(#[case] key: Key) {
    let token = key.sign(&claims());
    assert_eq!(verdict(&token, &jwks(&[key])), Ok(()));
}

#[test]
fn hmac_is_keyed_with_the_client_secret() {
    let token = hmac("the-client-secret-of-the-tests").sign(&claims());
    assert_eq!(verdict(&token, &json!({"keys": []})), Ok(()));
}

#[test]
fn a_symmetric_key_in_the_published_set_is_never_used() {
    let key = hmac("published-by-mistake-and-long-enough");
    let token = key.sign(&claims());
    assert_eq!(verdict(&token, &jwks(&[key])), Err(Flaw::BadSignature));
}

#[test]
fn the_right_kid_with_another_key_is_a_bad_signature() {
    let token = ed25519("k", 1).sign(&claims());
    assert_eq!(verdict(&token, &jwks(&[ed25519("k", 2)])), Err(Flaw::BadSignature));
}

#[test]
fn a_changed_payload_is_a_bad_signature() {
    let token = ed25519("k", 1).sign(&claims());
    let (_, signature) = token.rsplit_once('.').unwrap();
    let forged = unsigned(&ed25519("k", 1).header(), &json!({"sub": "eve"}));
    assert_eq!(verdict(&format!("{forged}.{signature}"), &jwks(&[ed25519("k", 1)])), Err(Flaw::BadSignature));
}

#[test]
fn an_unknown_kid_is_told_from_a_bad_signature() {
    let token = ed25519("new", 1).sign(&claims());
    assert_eq!(verdict(&token, &jwks(&[ed25519("old", 1)])), Err(Flaw::UnknownKey("\"new\"".to_owned())));
}

#[test]
fn a_token_without_kid_is_tried_with_every_key_of_its_kind() {
    let token = ed25519("", 1).sign(&claims());
    assert_eq!(verdict(&token, &jwks(&[p256("a"), ed25519("b", 2), ed25519("c", 1)])), Ok(()));
}

#[rstest]
#[case::for_encryption(json!({"use": "enc"}))]
#[case::without_the_verify_operation(json!({"key_ops": ["sign"]}))]
#[case::for_another_algorithm(json!({"alg": "ES256"}))]
fn a_key_made_for_something_else_does_not_fit(#[case] change: Value) {
    let token = ed25519("k", 1).sign(&claims());
    let mut keys = jwks(&[ed25519("k", 1)]);
    keys["keys"][0].as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
    assert_eq!(verdict(&token, &keys), Err(Flaw::UnknownKey("\"k\"".to_owned())));
}

#[rstest]
#[case::two_parts("e30.e30")]
#[case::four_parts("e30.e30.e30.e30")]
#[case::padded("e30=.e30=.x")]
#[case::header_is_no_object("W10.e30.x")]
#[case::opaque("2YotnFZFEjr1zCsicMWpAA")]
fn what_is_no_compact_jwt_is_not_decoded(#[case] token: &str) {
    assert_eq!(Jwt::decode(token), None);
}

#[test]
fn keys_of_unknown_kinds_are_skipped() {
    let keys = json!({"keys": [{"kty": "new"}, {"kty": "RSA"}, ed25519("k", 1).jwk()]});
    assert_eq!(verdict(&ed25519("k", 1).sign(&claims()), &keys), Ok(()));
}

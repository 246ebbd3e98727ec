//! Clients that prove themselves with a signed JWT.

use rstest::rstest;
use serde_json::{Map, Value, json};

use super::world::{START, World, call};
use crate::protocol::client_assertion::JWT_BEARER;
use crate::protocol::client_authentication::BasicCredentials;
use crate::protocol::keys::jws::{self, Signer};
use crate::protocol::keys::{Algorithm, KeyPlan, KeySet};
use crate::protocol::token::{TokenError, TokenResponse};

const ISSUER: &str = "https://idp.test/acme";

fn own_key(algorithm: Algorithm) -> Signer {
    let keys = KeySet::new(vec![KeyPlan::fixed(algorithm)], || [0; 32]).unwrap();
    Signer::Key(keys.signing(None).unwrap().clone())
}

fn secret(algorithm: Algorithm, secret: &str) -> Signer {
    Signer::Secret { algorithm, secret: secret.into() }
}

/// `jwt` signs with a key, `mac` with its secret, and `either` has a secret and may do what it wants with it.
fn world() -> World {
    let Signer::Key(key) = own_key(Algorithm::ES256) else { panic!("a key of the provider signs") };
    World::with(json!({ "clients": {
        "jwt": { "auth_method": "private_key_jwt", "jwks": { "keys": [key.public_jwk()] } },
        "mac": { "auth_method": "client_secret_jwt", "secret": "mac-secret" },
        "either": { "secret": "either-secret" },
        "inferred": { "jwks": { "keys": [key.public_jwk()] } },
    } }))
}

/// The assertion of a client, good for a minute, with some claims replaced; a `null` takes one away.
fn assertion(client: &str, signer: &Signer, changes: &Value) -> String {
    let mut claims: Map<String, Value> = Map::new();
    claims.insert("iss".to_owned(), client.into());
    claims.insert("sub".to_owned(), client.into());
    claims.insert("aud".to_owned(), ISSUER.into());
    claims.insert("exp".to_owned(), (START + 60).into());
    claims.insert("jti".to_owned(), "j-1".into());
    for (name, value) in changes.as_object().unwrap() {
        match value {
            Value::Null => claims.remove(name),
            value => claims.insert(name.clone(), value.clone()),
        };
    }
    jws::sign(&signer.header("JWT"), &claims, signer).unwrap()
}

fn ask(world: &World, assertion: &str, more: &[(&str, &str)]) -> Result<TokenResponse, TokenError> {
    let usual = [
        ("grant_type", "client_credentials"),
        ("client_assertion_type", JWT_BEARER),
        ("client_assertion", assertion),
    ];
    let all: Vec<_> = usual.iter().chain(more).copied().collect();
    world.provider.token(&call(&all), &BasicCredentials::Absent)
}

#[rstest]
#[case::issuer(json!({}))]
#[case::token_endpoint(json!({ "aud": "https://idp.test/acme/token" }))]
#[case::one_of_several(json!({ "aud": ["https://other.test", ISSUER] }))]
#[case::valid_since_just_now(json!({ "iat": START + 59, "nbf": START }))]
#[case::a_fraction_of_a_second(json!({ "exp": 1_900_000_000.5_f64 + 60.0 }))]
fn an_assertion_is_good_for(#[case] changes: Value) {
    let assertion = assertion("jwt", &own_key(Algorithm::ES256), &changes);
    ask(&world(), &assertion, &[("client_id", "jwt")]).unwrap();
}

#[rstest]
#[case::a_key_of_its_own("jwt", own_key(Algorithm::ES256))]
#[case::a_key_where_nothing_else_is_registered("inferred", own_key(Algorithm::ES256))]
#[case::its_secret("mac", secret(Algorithm::HS256, "mac-secret"))]
#[case::its_secret_and_a_longer_hash("mac", secret(Algorithm::HS512, "mac-secret"))]
#[case::its_secret_where_it_may_choose("either", secret(Algorithm::HS256, "either-secret"))]
fn a_client_signs_with(#[case] client: &str, #[case] signer: Signer) {
    ask(&world(), &assertion(client, &signer, &json!({})), &[]).unwrap();
}

#[rstest]
#[case::of_another_audience(json!({ "aud": "https://other.test" }), "`aud` is \"https://other.test\"")]
#[case::of_no_audience(json!({ "aud": null }), "no `aud`")]
#[case::expired_now(json!({ "exp": START }), "it expired at 2030-03-17T17:46:40Z")]
#[case::that_never_expires(json!({ "exp": null }), "no `exp`")]
#[case::with_an_end_in_words(json!({ "exp": "soon" }), "no `exp`")]
#[case::with_an_end_too_far_off(json!({ "exp": START + 86_401 }), "more than a day from now")]
#[case::of_the_future(json!({ "nbf": START + 61 }), "of the future: `nbf`")]
#[case::issued_in_the_future(json!({ "iat": START + 61 }), "of the future: `iat`")]
#[case::without_an_id(json!({ "jti": null }), "no `jti`")]
#[case::issued_by_somebody_else(json!({ "iss": "eve" }), "`iss` is `eve`")]
#[case::without_a_subject(json!({ "sub": null }), "no `sub`")]
fn an_assertion_is_refused(#[case] changes: Value, #[case] reason: &str) {
    refused(&assertion("jwt", &own_key(Algorithm::ES256), &changes), &[], reason);
}

#[rstest]
#[case::another_key("jwt", own_key(Algorithm::RS256), "the client has no RS256 key")]
#[case::a_secret_in_place_of_a_key(
    "jwt",
    secret(Algorithm::HS256, "x"),
    "authenticated with client_secret_jwt"
)]
#[case::a_key_in_place_of_a_secret("mac", own_key(Algorithm::ES256), "authenticated with private_key_jwt")]
#[case::another_secret("mac", secret(Algorithm::HS256, "guess"), "signature does not match")]
#[case::a_public_client("spa", own_key(Algorithm::ES256), "registered for none")]
#[case::nobody("nobody", own_key(Algorithm::ES256), "there is no client `nobody`")]
fn a_client_is_not_believed_that_signs_with(
    #[case] client: &str,
    #[case] signer: Signer,
    #[case] reason: &str,
) {
    refused(&assertion(client, &signer, &json!({})), &[], reason);
}

#[rstest]
#[case::another_client_id(&[("client_id", "eve")], "the parameter client_id says `eve`")]
#[case::a_secret_beside_it(&[("client_id", "jwt"), ("client_secret", "x")], "and in the body")]
fn an_assertion_stands_alone(#[case] more: &[(&str, &str)], #[case] reason: &str) {
    refused(&assertion("jwt", &own_key(Algorithm::ES256), &json!({})), more, reason);
}

fn refused(assertion: &str, more: &[(&str, &str)], reason: &str) {
    let world = world();
    let cause = ask(&world, assertion, more).unwrap_err().to_string();
    assert!(cause.contains(reason), "{cause}");
    assert_eq!(world.provider.store_size().assertions, 0, "only a good assertion is remembered");
}

#[test]
fn an_assertion_is_good_once_and_is_forgotten_when_it_expires() {
    let world = world();
    let key = own_key(Algorithm::ES256);
    let first = assertion("jwt", &key, &json!({}));
    ask(&world, &first, &[]).unwrap();
    let cause = ask(&world, &first, &[]).unwrap_err().to_string();
    assert!(cause.ends_with("its `jti` `j-1` was used before"), "{cause}");
    ask(&world, &assertion("inferred", &key, &json!({})), &[]).expect("a jti belongs to one client");
    ask(&world, &assertion("jwt", &key, &json!({ "jti": "j-2" })), &[]).unwrap();
    assert_eq!(world.provider.store_size().assertions, 3);

    world.clock.advance(60);
    assert_eq!(world.provider.store_size().assertions, 0);
    let cause = ask(&world, &first, &[]).unwrap_err().to_string();
    assert!(cause.contains("it expired at"), "{cause}");
}

#[test]
fn a_client_with_keys_that_sends_no_assertion_is_refused() {
    let parameters = [("grant_type", "client_credentials"), ("client_id", "jwt")];
    let cause = world().provider.token(&call(&parameters), &BasicCredentials::Absent).unwrap_err();
    assert!(cause.to_string().contains("did not send a client_assertion"), "{cause}");
}

#[test]
fn introspection_and_revocation_take_assertions_too() {
    let world = world();
    let key = own_key(Algorithm::ES256);
    let tokens = ask(&world, &assertion("jwt", &key, &json!({})), &[]).unwrap();
    let request = |jti: &str| {
        let assertion = assertion("jwt", &key, &json!({ "jti": jti }));
        call(&[
            ("client_assertion_type", JWT_BEARER),
            ("client_assertion", assertion.as_str()),
            ("token", tokens.access_token.as_str()),
        ])
    };
    let active = |jti: &str| {
        world.provider.introspect(&request(jti), &BasicCredentials::Absent).unwrap()["active"] == true
    };
    assert!(active("j-2"));
    world.provider.revoke(&request("j-3"), &BasicCredentials::Absent).unwrap();
    assert!(!active("j-4"));
}

//! Codes and the tokens that they bring.

use rstest::rstest;
use serde_json::{Value, json};

use super::World;
use super::world::{BASE, REDIRECT_URI, START, answered, call, claims};
use crate::protocol::ResponseType;
use crate::protocol::bearer::BearerError;
use crate::protocol::client_authentication::ClientAuthenticationError;
use crate::protocol::issue::hash::left_half;
use crate::protocol::keys::{Algorithm, jws};
use crate::protocol::pkce::s256;
use crate::protocol::token::TokenError;

#[test]
fn a_code_brings_tokens_about_the_person_who_signed_in() {
    let world = World::new();
    let tokens = world.redeem(&world.code(&[])).unwrap();
    let id_token = claims(tokens.id_token.as_deref().unwrap());
    let expected = json!({
        "iss": "https://idp.test/acme",
        "aud": "app",
        "exp": START + 300,
        "iat": START,
        "auth_time": START,
        "nonce": "n-1",
        "sid": id_token["sid"],
        "at_hash": left_half(Algorithm::RS256, &tokens.access_token),
        "sub": "u-1",
        "email": "ada@acme.test",
        "roles": ["admin"],
    });
    assert_eq!(Value::Object(id_token), expected);
    assert_eq!((tokens.token_type, tokens.expires_in, tokens.scope.as_str()), ("Bearer", 600, "openid"));
    assert_eq!(tokens.refresh_token, None);
    assert_eq!(
        world.userinfo(&tokens.access_token),
        Ok(json!({ "sub": "u-1", "email": "ada@acme.test", "roles": ["admin"] }))
    );
}

#[test]
fn every_response_type_brings_what_it_names_and_its_hashes() {
    for response_type in ResponseType::ALL {
        let world = World::new();
        let answer = world.answer(&[("response_type", response_type.as_str())]);
        assert_eq!(answer.value("code").is_some(), response_type.has_code(), "{response_type}");
        assert_eq!(answer.value("access_token").is_some(), response_type.has_token(), "{response_type}");
        assert_eq!(answer.value("id_token").is_some(), response_type.has_id_token(), "{response_type}");
        assert_eq!((answer.value("state"), answer.value("iss")), (Some("st"), Some("https://idp.test/acme")));
        if let Some(id_token) = answer.value("id_token") {
            let id_token = claims(id_token);
            let hash = |name| answer.value(name).map(|text| json!(left_half(Algorithm::RS256, text)));
            assert_eq!(id_token.get("c_hash").cloned(), hash("code"), "{response_type}");
            assert_eq!(id_token.get("at_hash").cloned(), hash("access_token"), "{response_type}");
            assert_eq!(id_token["nonce"], "n-1");
        }
        if let Some(token) = answer.value("access_token") {
            assert_eq!(answer.value("expires_in"), Some("600"));
            assert_eq!(world.userinfo(token).unwrap()["sub"], "u-1");
        }
    }
}

#[rstest]
#[case::with_state(&[])]
#[case::without_state(&[("state", "")])]
fn form_post_works_with_and_without_state(#[case] changes: &[(&str, &str)]) {
    let world = World::new();
    let changes: Vec<_> = [("response_mode", "form_post")].iter().chain(changes).copied().collect();
    assert!(world.answer(&changes).value("code").is_some());
}

#[test]
fn a_code_redeemed_twice_is_refused_and_its_tokens_die() {
    let world = World::new();
    let code = world.code(&[]);
    let tokens = world.redeem(&code).unwrap();
    world.clock.advance(30);
    assert_eq!(world.redeem(&code), Err(TokenError::CodeAlreadyRedeemed));
    assert_eq!(world.userinfo(&tokens.access_token), Err(BearerError::Revoked));
    assert_eq!(world.introspect(&tokens.access_token), json!({ "active": false }));
}

#[test]
fn a_code_expires() {
    let world = World::new();
    let code = world.code(&[]);
    world.clock.advance(60);
    assert!(matches!(world.redeem(&code), Err(TokenError::CodeExpired(_))));
    world.clock.advance(3_600);
    assert_eq!(world.redeem(&code), Err(TokenError::CodeUnknown));
}

#[test]
fn a_failed_attempt_does_not_spoil_the_code() {
    let world = World::new();
    let code = world.code(&[]);
    let stolen = world.token_as(
        "eve",
        "eve",
        &[("grant_type", "authorization_code"), ("code", &code), ("redirect_uri", REDIRECT_URI)],
    );
    assert!(matches!(stolen, Err(TokenError::CodeOfAnotherClient { .. })));
    assert!(world.redeem(&code).is_ok());
}

#[test]
fn a_public_client_proves_possession() {
    let world = World::new();
    let (verifier, another) = ("v".repeat(43), "w".repeat(43));
    let code = world.code(&[
        ("client_id", "spa"),
        ("code_challenge", &s256(&verifier)),
        ("code_challenge_method", "S256"),
    ]);
    let request = |verifier| {
        let parameters = [
            ("grant_type", "authorization_code"),
            ("client_id", "spa"),
            ("code", &code),
            ("redirect_uri", REDIRECT_URI),
            ("code_verifier", verifier),
        ];
        world
            .provider
            .token(&call(&parameters), &crate::protocol::client_authentication::BasicCredentials::Absent)
    };
    assert_eq!(request(""), Err(TokenError::VerifierMissing));
    assert_eq!(request(&another), Err(TokenError::VerifierWrong));
    assert!(request(&verifier).unwrap().refresh_token.is_some());
}

#[test]
fn a_wrong_secret_is_refused() {
    let world = World::new();
    let refused = world.token_as("app", "wrong", &[("grant_type", "client_credentials")]);
    let expected = ClientAuthenticationError::SecretWrong { client_id: "app".to_owned() };
    assert_eq!(refused, Err(TokenError::Client(expected)));
}

#[test]
fn a_client_on_its_own_behalf_has_no_person() {
    let world = World::new();
    let tokens = world.token(&[("grant_type", "client_credentials"), ("scope", "openid api")]).unwrap();
    assert_eq!((tokens.id_token, tokens.refresh_token), (None, None));
    assert_eq!(claims(&tokens.access_token)["sub"], "app");
    assert_eq!(world.userinfo(&tokens.access_token), Err(BearerError::NoOpenidScope));
    assert_eq!(world.introspect(&tokens.access_token)["active"], true);
}

#[test]
fn an_access_token_is_a_jwt_of_its_own_type() {
    let world = World::new();
    let tokens = world.redeem(&world.code(&[("scope", "openid api")])).unwrap();
    let token = jws::decode(&tokens.access_token).unwrap();
    assert_eq!(token.header["typ"], "at+jwt");
    assert_eq!(token.claims["client_id"], "app");
    assert_eq!(token.claims["aud"], "app");
    assert_eq!(token.claims["scope"], "openid api");
    assert_eq!(token.claims["roles"], json!(["admin"]));
}

#[rstest]
#[case::ps256("PS256")]
#[case::es384("ES384")]
#[case::eddsa("EdDSA")]
#[case::hs512("HS512")]
fn a_client_chooses_its_algorithm(#[case] algorithm: &str) {
    let client = json!({ "secret": "s3cret", "redirect_uris": [REDIRECT_URI], "id_token_alg": algorithm });
    let world = World::with(json!({ "clients": { "app": client } }));
    let tokens = world.redeem(&world.code(&[])).unwrap();
    let id_token = jws::decode(tokens.id_token.as_deref().unwrap()).unwrap();
    assert_eq!(id_token.header["alg"], algorithm);
    let keys = world.provider.published_keys();
    let key = keys["keys"]
        .as_array()
        .unwrap()
        .iter()
        .find(|key| Some(key["kid"].as_str().unwrap()) == id_token.kid());
    match key {
        Some(key) => assert_eq!(id_token.verify_with_jwk(key), Ok(())),
        None => assert_eq!(id_token.verify_with_secret("s3cret"), Ok(())),
    }
    let metadata = world.provider.discovery(&call(&[]), crate::provider::Endpoint::Discovery);
    let offered = metadata["id_token_signing_alg_values_supported"].as_array().unwrap();
    assert!(offered.contains(&json!(algorithm)) && offered.contains(&json!("RS256")));
}

#[test]
fn an_opaque_access_token_opens_userinfo_all_the_same() {
    let client = json!({ "secret": "s3cret", "redirect_uris": [REDIRECT_URI], "access_token": "opaque" });
    let world = World::with(json!({ "clients": { "app": client } }));
    let tokens = world.redeem(&world.code(&[])).unwrap();
    assert!(jws::decode(&tokens.access_token).is_err());
    assert_eq!(world.userinfo(&tokens.access_token).unwrap()["sub"], "u-1");
}

#[test]
fn the_journal_holds_what_userinfo_said() {
    let world = World::new();
    let tokens = world.redeem(&world.code(&[])).unwrap();
    let said = world.userinfo(&tokens.access_token).unwrap();
    let journal = world.provider.journal();
    let [told] = journal.last().unwrap().tokens.as_slice() else { panic!("{journal:?}") };
    assert_eq!((told.kind, Value::Object(told.claims.clone())), ("userinfo", said));
}

#[test]
fn a_client_without_tokens_in_the_query_gets_an_error_in_the_fragment() {
    let world = World::new();
    let refused = world.ask(&[("response_type", "id_token"), ("response_mode", "query")]);
    assert_eq!(answered(&refused).value("error"), Some("invalid_request"));
    let journal = world.provider.journal();
    assert_eq!(journal.last().unwrap().error.as_ref().unwrap().clause, "OAuth.Responses-3");
}

#[test]
fn the_journal_shows_tokens_decoded_and_hides_what_opens_something() {
    let world = World::new();
    let code = world.code(&[]);
    let tokens = world.redeem(&code).unwrap();
    let journal = serde_json::to_string(&world.provider.journal()).unwrap();
    for secret in [code.as_str(), tokens.access_token.as_str(), "s3cret"] {
        assert!(!journal.contains(secret), "{secret}");
    }
    let kinds: Vec<_> =
        world.provider.journal().iter().flat_map(|entry| entry.tokens.clone()).map(|t| t.kind).collect();
    assert_eq!(kinds, ["code", "access_token", "id_token"]);
}

#[test]
fn the_same_seed_gives_the_same_tokens() {
    let tokens = || {
        let world = World::new();
        world.redeem(&world.code(&[])).unwrap()
    };
    assert_eq!(tokens(), tokens());
}

#[test]
fn a_token_of_another_issuer_is_named_in_the_journal() {
    let world = World::new();
    let tokens = world.redeem(&world.code(&[])).unwrap();
    let mut call = call(&[]);
    call.base = "http://idp:9400".to_owned();
    let bearer = format!("Bearer {}", tokens.access_token);
    assert!(world.provider.userinfo(&call, Some(&bearer)).is_ok());
    let notes = world.provider.journal().last().unwrap().notes.clone();
    assert!(
        notes[0].contains(&format!("{BASE}/acme")) && notes[0].contains("http://idp:9400/acme"),
        "{notes:?}"
    );
}

#[test]
fn of_a_hundred_concurrent_redemptions_exactly_one_brings_tokens() {
    let world = World::new();
    let code = world.code(&[]);
    let outcomes: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..100).map(|_| scope.spawn(|| world.redeem(&code))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    assert!(outcomes.iter().all(|outcome| matches!(outcome, Ok(_) | Err(TokenError::CodeAlreadyRedeemed))));
}

#[test]
fn an_answer_without_scope_has_no_empty_one() {
    let answer = World::new().answer(&[("response_type", "code token"), ("scope", "")]);
    let names: Vec<_> = answer.iter().map(|(name, _)| name.to_owned()).collect();
    assert!(names.contains(&"access_token".to_owned()), "{names:?}");
    assert!(!names.contains(&"scope".to_owned()), "{names:?}");
}

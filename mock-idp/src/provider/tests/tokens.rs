//! Refreshing, revoking, rotating keys, and claims that change meanwhile.

use serde_json::json;

use super::World;
use super::world::{REDIRECT_URI, START, basic, call, claims};
use crate::protocol::bearer::BearerError;
use crate::protocol::client_authentication::BasicCredentials;
use crate::protocol::keys::jws;
use crate::protocol::token::TokenError;
use crate::provider::{Arrival, Endpoint};

fn offline(world: &World) -> crate::protocol::token::TokenResponse {
    world.redeem(&world.code(&[("scope", "openid offline_access api")])).unwrap()
}

#[test]
fn a_refresh_brings_the_same_person_a_new_refresh_token_and_no_nonce() {
    let world = World::new();
    let first = offline(&world);
    world.clock.advance(1_000);
    let second = world.refresh(first.refresh_token.as_deref().unwrap()).unwrap();
    let (before, after) =
        (claims(first.id_token.as_deref().unwrap()), claims(second.id_token.as_deref().unwrap()));
    for claim in ["iss", "sub", "aud", "auth_time", "sid"] {
        assert_eq!(before[claim], after[claim], "{claim}");
    }
    assert_eq!((after.get("nonce"), &after["iat"]), (None, &json!(START + 1_000)));
    assert_ne!(first.refresh_token, second.refresh_token);
    assert_eq!(second.scope, "openid offline_access api");
}

#[test]
fn a_refresh_token_used_twice_revokes_the_family() {
    let world = World::new();
    let first = offline(&world);
    let token = first.refresh_token.unwrap();
    let second = world.refresh(&token).unwrap();
    assert_eq!(world.refresh(&token), Err(TokenError::RefreshTokenReused));
    assert_eq!(world.refresh(second.refresh_token.as_deref().unwrap()), Err(TokenError::GrantRevoked));
    assert_eq!(world.userinfo(&second.access_token), Err(BearerError::Revoked));
}

#[test]
fn a_refresh_token_is_its_clients_only() {
    let world = World::new();
    let token = offline(&world).refresh_token.unwrap();
    let stolen = world.token_as("eve", "eve", &[("grant_type", "refresh_token"), ("refresh_token", &token)]);
    assert!(matches!(stolen, Err(TokenError::RefreshTokenOfAnotherClient { .. })));
    assert!(world.refresh(&token).is_ok(), "the attempt of another client changes nothing");
}

#[test]
fn an_invented_refresh_token_is_refused() {
    assert_eq!(World::new().refresh("invented"), Err(TokenError::RefreshTokenUnknown));
}

#[test]
fn a_refresh_token_expires_unless_it_is_used() {
    let world = World::new();
    let mut token = offline(&world).refresh_token.unwrap();
    for _ in 0..3 {
        world.clock.advance(8 * 3_600 - 1);
        token = world.refresh(&token).unwrap().refresh_token.unwrap();
    }
    world.clock.advance(8 * 3_600);
    assert!(matches!(world.refresh(&token), Err(TokenError::RefreshTokenExpired(_))));
}

#[test]
fn a_refresh_may_ask_for_less_and_not_for_more() {
    let world = World::new();
    let token = offline(&world).refresh_token.unwrap();
    let ask = |token: &str, scope| {
        world.token(&[("grant_type", "refresh_token"), ("refresh_token", token), ("scope", scope)])
    };
    assert_eq!(ask(&token, "openid admin"), Err(TokenError::ScopeBeyondGrant("admin".to_owned())));
    assert_eq!(ask(&token, "openid").unwrap().scope, "openid");
}

#[test]
fn claims_changed_meanwhile_are_in_the_next_tokens_and_in_userinfo_at_once() {
    let world = World::new();
    let first = offline(&world);
    let change =
        serde_json::from_value(json!({ "merge": { "roles": ["reader"] }, "remove": ["email"] })).unwrap();
    world.provider.user_claims("ada", &change);
    assert_eq!(world.userinfo(&first.access_token), Ok(json!({ "sub": "u-1", "roles": ["reader"] })));
    let second = world.refresh(first.refresh_token.as_deref().unwrap()).unwrap();
    let after = claims(second.id_token.as_deref().unwrap());
    assert_eq!((after.get("email"), &after["roles"]), (None, &json!(["reader"])));
}

#[test]
fn a_scope_releases_the_claims_that_it_names() {
    let world = World::with(json!({ "scopes": { "billing": ["roles"] } }));
    let without = world.redeem(&world.code(&[])).unwrap();
    let with = world.redeem(&world.code(&[("scope", "openid billing")])).unwrap();
    assert_eq!(claims(without.id_token.as_deref().unwrap()).get("roles"), None);
    assert_eq!(claims(with.id_token.as_deref().unwrap())["roles"], json!(["admin"]));
    assert_eq!(world.userinfo(&without.access_token), Ok(json!({ "sub": "u-1", "email": "ada@acme.test" })));
}

#[test]
fn after_a_rotation_new_tokens_name_the_new_key_and_old_ones_can_be_verified_for_a_while() {
    let world = World::new();
    let old = world.redeem(&world.code(&[])).unwrap().id_token.unwrap();
    world.provider.rotate_keys(3_600).unwrap();
    let new = world.redeem(&world.code(&[])).unwrap().id_token.unwrap();
    let verified = |token: &str| {
        let token = jws::decode(token).unwrap();
        let keys = world.provider.published_keys();
        let key =
            keys["keys"].as_array().unwrap().iter().find(|key| key["kid"].as_str() == token.kid()).cloned();
        key.map(|key| token.verify_with_jwk(&key))
    };
    assert_eq!((verified(&old), verified(&new)), (Some(Ok(())), Some(Ok(()))));
    world.clock.advance(3_600);
    assert_eq!((verified(&old), verified(&new)), (None, Some(Ok(()))));
}

#[test]
fn a_revoked_refresh_token_takes_its_grant_along_and_a_revoked_access_token_only_itself() {
    let world = World::new();
    let tokens = offline(&world);
    let (access, refresh) = (tokens.access_token, tokens.refresh_token.unwrap());
    let revoke = |token: &str| world.provider.revoke(&call(&[("token", token)]), &basic("app", "s3cret"));
    let another = world.refresh(&refresh).unwrap();
    assert_eq!(revoke(&access), Ok(()));
    assert!(matches!(world.userinfo(&access), Err(BearerError::Unknown { .. })));
    assert!(world.userinfo(&another.access_token).is_ok());
    assert_eq!(revoke(another.refresh_token.as_deref().unwrap()), Ok(()));
    assert_eq!(world.userinfo(&another.access_token), Err(BearerError::Revoked));
    assert_eq!(revoke("never seen"), Ok(()));
}

#[test]
fn a_token_of_another_client_cannot_be_revoked() {
    let world = World::new();
    let tokens = offline(&world);
    let call = call(&[("token", tokens.access_token.as_str())]);
    let refused = world.provider.revoke(&call, &basic("eve", "eve"));
    assert!(matches!(refused, Err(TokenError::TokenOfAnotherClient { .. })));
    assert!(world.userinfo(&tokens.access_token).is_ok());
}

#[test]
fn introspection_tells_what_is_known_of_both_kinds_of_token() {
    let world = World::new();
    let tokens = offline(&world);
    let access = world.introspect(&tokens.access_token);
    assert_eq!(
        (&access["sub"], &access["username"], &access["exp"]),
        (&json!("u-1"), &json!("ada"), &json!(START + 600))
    );
    let refresh = world.introspect(tokens.refresh_token.as_deref().unwrap());
    assert_eq!((&refresh["active"], &refresh["token_type"]), (&json!(true), &json!("refresh_token")));
    world.clock.advance(600);
    assert_eq!(world.introspect(&tokens.access_token), json!({ "active": false }));
    assert!(matches!(world.userinfo(&tokens.access_token), Err(BearerError::Expired(_))));
}

#[test]
fn several_audiences_come_with_an_authorized_party() {
    let client =
        json!({ "secret": "s3cret", "redirect_uris": [REDIRECT_URI], "id_token_audiences": ["api"] });
    let world = World::with(json!({ "clients": { "app": client } }));
    let id_token = claims(&world.redeem(&world.code(&[])).unwrap().id_token.unwrap());
    assert_eq!((&id_token["aud"], &id_token["azp"]), (&json!(["app", "api"]), &json!("app")));
}

#[test]
fn finished_logins_leave_the_provider() {
    let world = World::new();
    for _ in 0..50 {
        world.forget_cookies();
        offline(&world);
        world.clock.advance(1);
    }
    assert_eq!(world.provider.store_size().sessions, 50);
    world.clock.advance(9 * 3_600);
    assert_eq!(world.provider.store_size(), crate::provider::StoreSize::default());
}

#[test]
fn a_public_client_is_not_told_what_is_known_of_a_token() {
    let world = World::new();
    let tokens = offline(&world);
    let request = call(&[("client_id", "spa"), ("token", &tokens.access_token)]);
    let refused = world.provider.introspect(&request, &BasicCredentials::Absent);
    assert_eq!(refused, Err(TokenError::IntrospectedByPublicClient("spa".into())));
}

#[test]
fn a_token_request_with_a_device_code_alone_leads_to_the_clients_keys() {
    let jwks_uri = "https://tv.example/jwks";
    let world = World::with(json!({ "clients": { "tv": {
        "secret": "s3cret",
        "jwks_uri": jwks_uri,
        "auth_method": "client_secret_basic",
        "id_token_encryption": { "alg": "RSA-OAEP-256" },
    } } }));
    let codes = world.provider.device_authorization(&call(&[("scope", "openid")]), &basic("tv", "s3cret"));
    let grant_type = "urn:ietf:params:oauth:grant-type:device_code";
    let request = call(&[("grant_type", grant_type), ("device_code", &codes.unwrap().device_code)]);
    let arrival = Arrival { endpoint: Endpoint::Token, call: &request, document: None };
    let wanted = world.provider.wanted(&arrival, &[]).map(|wanted| wanted.url);
    assert_eq!(wanted.as_deref(), Some(jwks_uri));
}

#[test]
fn a_token_for_claims_lives_as_long_as_it_says() {
    let user = json!({ "sub": "u-1", "claim_sources": { "bank": { "distributed": { "claims": { "rating": "AA" } } } } });
    let world = World::with(json!({ "users": { "ada": user } }));
    let tokens = world.redeem(&world.code(&[])).unwrap();
    world.clock.advance(599);
    let told = world.userinfo(&tokens.access_token).unwrap();
    let opens = format!("Bearer {}", told["_claim_sources"]["bank"]["access_token"].as_str().unwrap());
    world.clock.advance(599);
    let fetched = world.provider.distributed_claims(&call(&[]), Some(&opens));
    assert!(fetched.is_ok(), "{fetched:?}");
}

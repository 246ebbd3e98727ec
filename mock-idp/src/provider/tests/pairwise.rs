//! Subject identifiers that differ from sector to sector.

use rstest::rstest;
use serde_json::{Value, json};

use super::world::{REDIRECT_URI, World, answered, basic, call, claims};
use crate::provider::{Farewell, Interaction};

/// `app` and `spa` are of one sector, `eve` is of another.
fn world() -> World {
    World::with(json!({
        "clients": {
            "app": { "secret": "s3cret", "redirect_uris": [REDIRECT_URI], "subject_type": "pairwise" },
            "near": { "public": true, "redirect_uris": [REDIRECT_URI], "subject_type": "pairwise", "refresh_tokens": "always" },
            "far": {
                "public": true, "redirect_uris": [REDIRECT_URI], "subject_type": "pairwise",
                "sector_identifier_uri": "https://far.example/uris.json",
            },
            "open": { "public": true, "redirect_uris": [REDIRECT_URI] },
        },
        "users": {
            "ada": { "sub": "u-1", "claims": { "roles": ["admin"] } },
            "ben": { "sub": "u-2" },
            "odd": { "sub": "u-3", "userinfo": { "sub": "somebody-else" } },
        },
    }))
}

fn id_token(world: &World, client: &str, user: &str) -> String {
    world.forget_cookies();
    let answer = world.answer(&[("client_id", client), ("login_hint", user), ("response_type", "id_token")]);
    answer.owned("id_token").unwrap()
}

fn subject(world: &World, client: &str, user: &str) -> String {
    claims(&id_token(world, client, user))["sub"].as_str().unwrap().to_owned()
}

#[test]
fn clients_of_one_sector_see_one_subject_and_others_another() {
    let world = world();
    let at = |client| subject(&world, client, "ada");
    assert_eq!(at("open"), "u-1");
    assert_eq!(at("app"), at("near"));
    assert_ne!(at("app"), at("far"));
    assert_ne!(at("app"), "u-1");
    assert_ne!(at("app"), subject(&world, "app", "ben"));
    assert_eq!(at("app"), subject(&self::world(), "app", "ada"), "it is the same after a restart");
}

#[test]
fn every_document_says_the_same_subject_and_none_the_other() {
    let world = world();
    let tokens = world.redeem(&world.code(&[("scope", "openid offline_access")])).unwrap();
    let id_token = claims(tokens.id_token.as_deref().unwrap());
    let subject = &id_token["sub"];
    assert_eq!(&claims(&tokens.access_token)["sub"], subject);
    assert_eq!(&world.userinfo(&tokens.access_token).unwrap()["sub"], subject);
    for token in [&tokens.access_token, tokens.refresh_token.as_ref().unwrap()] {
        let known = world.introspect(token);
        assert_eq!((&known["active"], &known["sub"]), (&json!(true), subject));
        assert_eq!(known.get("username"), None);
        assert!(!known.to_string().contains("u-1"), "{known}");
    }
}

#[test]
fn a_document_that_differs_on_purpose_still_does() {
    let world = world();
    let code = world.code(&[("login_hint", "odd")]);
    let tokens = world.redeem(&code).unwrap();
    let told = world.userinfo(&tokens.access_token).unwrap();
    assert_ne!(told["sub"], claims(tokens.id_token.as_deref().unwrap())["sub"]);
    assert_ne!(told["sub"], "somebody-else");
}

#[rstest]
#[case::its_own("app", "app")]
#[case::of_the_same_sector("near", "app")]
#[case::of_another_sector("far", "app")]
#[case::public("open", "app")]
#[case::pairwise_for_a_public_client("app", "open")]
fn a_hint_is_understood_whoever_it_was_issued_to(#[case] issued_to: &str, #[case] client: &str) {
    let world = world();
    let hint = id_token(&world, issued_to, "ada");
    let silent = [
        ("client_id", client),
        ("response_type", "id_token"),
        ("prompt", "none"),
        ("id_token_hint", hint.as_str()),
    ];
    assert!(answered(&world.ask(&silent)).value("id_token").is_some());
    id_token(&world, client, "ben");
    assert_eq!(answered(&world.ask(&silent)).value("error"), Some("login_required"));
}

#[test]
fn a_subject_that_is_asked_for_is_the_clients_own() {
    let world = world();
    let own = subject(&world, "app", "ada");
    let asked = |subject: &str| {
        let wanted: Value = json!({ "id_token": { "sub": { "value": subject } } });
        let interaction = world.ask(&[("prompt", "none"), ("claims", &wanted.to_string())]);
        answered(&interaction).value("code").is_some()
    };
    assert!(asked(&own));
    assert!(!asked(&subject(&world, "far", "ada")), "another sector's");
}

#[test]
fn a_stranger_is_recognised_by_a_pairwise_hint() {
    let world = World::with(json!({
        "login_hint": "sign_in",
        "clients": { "app": {
            "secret": "s3cret", "redirect_uris": [REDIRECT_URI], "subject_type": "pairwise",
        } },
    }));
    let page = world.asked(&[]);
    let signed_in = world.press(&page, &[("user", "somebody@new.example")]);
    let Interaction::Answer { .. } = signed_in else { panic!("{signed_in:?}") };
    let code = answered(&signed_in).owned("code").unwrap();
    let hint = world.redeem(&code).unwrap().id_token.unwrap();
    let silent = [("prompt", "none"), ("id_token_hint", hint.as_str())];
    assert!(answered(&world.ask(&silent)).value("code").is_some());
}

#[test]
fn a_pairwise_hint_signs_out() {
    let world = world();
    let hint = id_token(&world, "app", "ada");
    let farewell = world.log_out(&[("id_token_hint", &hint)]);
    assert!(matches!(farewell, Farewell::LoggedOut(gone) if gone.user.as_deref() == Some("ada")));
}

#[test]
fn a_refresh_keeps_the_subject() {
    let world = world();
    let code = world.code(&[
        ("client_id", "near"),
        ("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"),
        ("code_challenge_method", "S256"),
    ]);
    let redeemed = world.provider.token(
        &call(&[
            ("grant_type", "authorization_code"),
            ("code", &code),
            ("client_id", "near"),
            ("redirect_uri", REDIRECT_URI),
            ("code_verifier", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
        ]),
        &crate::protocol::client_authentication::BasicCredentials::Absent,
    );
    let first = redeemed.unwrap();
    let refreshed = world
        .provider
        .token(
            &call(&[
                ("grant_type", "refresh_token"),
                ("client_id", "near"),
                ("refresh_token", first.refresh_token.as_deref().unwrap()),
            ]),
            &basic("near", ""),
        )
        .unwrap();
    let sub = |token: Option<String>| claims(&token.unwrap())["sub"].clone();
    assert_eq!(sub(first.id_token), sub(refreshed.id_token));
}

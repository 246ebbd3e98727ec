//! The login page, the session that it opens, and `prompt`.

use serde_json::json;

use super::World;
use super::world::{REDIRECT_URI, answered, call, claims};
use crate::provider::{Interaction, LoginProblem};

#[test]
fn the_page_says_who_asks_for_what_and_lists_the_users() {
    let page = World::new().asked(&[("scope", "openid billing"), ("state", "")]);
    assert_eq!((page.client_id.as_str(), page.response_type, page.pkce), ("app", "code", None));
    let users: Vec<_> = page.users.iter().map(|user| (user.name.as_str(), user.subject.as_str())).collect();
    assert_eq!(users, [("ada", "u-1"), ("ben", "u-2")]);
    assert_eq!(
        page.notes,
        [
            "the request has no `state`",
            "the request has no PKCE challenge",
            "the scope `billing` is not known to this provider, and releases nothing",
        ]
    );
}

#[test]
fn a_button_signs_its_user_in_and_the_session_answers_the_next_request() {
    let world = World::new();
    let page = world.asked(&[]);
    assert!(answered(&world.press(&page, &[("user", "ben")])).value("code").is_some());
    world.clock.advance(100);
    let silent = answered(&world.ask(&[("prompt", "none"), ("response_type", "id_token")]));
    let id_token = claims(silent.value("id_token").unwrap());
    assert_eq!(id_token["sub"], "u-2");
    assert_eq!(id_token["iat"].as_i64().unwrap() - id_token["auth_time"].as_i64().unwrap(), 100);
}

#[test]
fn anybody_else_can_sign_in_by_name() {
    let world = World::new();
    let page = world.asked(&[("response_type", "id_token")]);
    let answer = answered(&world.press(&page, &[("other_user", " zed@acme.test "), ("action", "other")]));
    let id_token = claims(answer.value("id_token").unwrap());
    assert_eq!((&id_token["sub"], id_token.get("email")), (&json!("zed@acme.test"), None));
}

#[test]
fn the_deny_button_tells_the_client() {
    let world = World::new();
    let page = world.asked(&[]);
    let answer = answered(&world.press(&page, &[("action", "deny")]));
    assert_eq!((answer.value("error"), answer.value("state")), (Some("access_denied"), Some("st")));
}

#[test]
fn claims_typed_in_reach_their_document_only() {
    let world = World::new();
    let page = world.asked(&[]);
    let fields = [
        ("user", "ada"),
        ("claims.id_token", r#"{ "roles": { "$unset": true }, "only": "id" }"#),
        ("claims.userinfo", r#"{ "only": "userinfo" }"#),
    ];
    let code = answered(&world.press(&page, &fields)).owned("code").unwrap();
    let tokens = world.redeem(&code).unwrap();
    let id_token = claims(tokens.id_token.as_deref().unwrap());
    assert_eq!((id_token.get("roles"), &id_token["only"]), (None, &json!("id")));
    assert_eq!(claims(&tokens.access_token)["roles"], json!(["admin"]));
    assert_eq!(world.userinfo(&tokens.access_token).unwrap()["only"], "userinfo");
    // the next sign-in knows nothing of them
    world.forget_cookies();
    let again = world.redeem(&world.code(&[])).unwrap();
    assert_eq!(claims(again.id_token.as_deref().unwrap())["roles"], json!(["admin"]));
}

#[test]
fn a_mistake_in_typed_claims_is_shown_with_its_place_and_nothing_is_lost() {
    let world = World::new();
    let page = world.asked(&[]);
    let typed = "{\n  \"roles\": [admin]\n}";
    let Interaction::Ask(page) = world.press(&page, &[("user", "ada"), ("claims.userinfo", typed)]) else {
        panic!("signed in with broken claims");
    };
    let problem = page.problem.unwrap().to_string();
    assert_eq!(problem, "`claims.userinfo`, line 2, column 13: expected value");
    assert_eq!(world.provider.journal().last().unwrap().status, 400);
    assert_eq!(page.claims, ["", "", typed]);
}

#[test]
fn enter_without_a_name_asks_again() {
    let world = World::new();
    let page = world.asked(&[]);
    let Interaction::Ask(page) = world.press(&page, &[("action", "other"), ("other_user", "")]) else {
        panic!("signed nobody in");
    };
    assert_eq!(page.problem, Some(LoginProblem::Nobody));
}

#[test]
fn a_form_without_its_request_is_not_sent_anywhere() {
    let world = World::new();
    let interaction = world.provider.login(&call(&[("user", "ada")]), &[]);
    assert!(matches!(interaction, Interaction::Refuse(_)), "{interaction:?}");
}

#[test]
fn silence_without_a_session_needs_a_login() {
    let world = World::new();
    let state = "s".repeat(128);
    let answer = answered(&world.ask(&[("prompt", "none"), ("state", &state)]));
    assert_eq!(
        (answer.value("error"), answer.value("state")),
        (Some("login_required"), Some(state.as_str()))
    );
}

#[test]
fn a_session_ends_by_itself() {
    let world = World::new();
    world.answer(&[]);
    world.clock.advance(8 * 3_600 - 1);
    assert!(answered(&world.ask(&[("prompt", "none")])).value("code").is_some());
    world.clock.advance(1);
    assert_eq!(answered(&world.ask(&[("prompt", "none")])).value("error"), Some("login_required"));
}

#[test]
fn a_sign_in_that_is_too_old_is_repeated_in_the_same_session() {
    let world = World::new();
    let first = claims(world.answer(&[("response_type", "id_token")]).value("id_token").unwrap());
    world.clock.advance(2);
    let page = world.asked(&[("max_age", "1"), ("response_type", "id_token")]);
    let answer = answered(&world.press(&page, &[("user", "ada")]));
    let second = claims(answer.value("id_token").unwrap());
    assert_eq!(second["auth_time"].as_i64().unwrap() - first["auth_time"].as_i64().unwrap(), 2);
    assert_eq!(first["sid"], second["sid"]);
}

#[test]
fn an_id_token_hint_about_another_person_is_not_silent() {
    let world = World::new();
    let ada = world.answer(&[("response_type", "id_token")]).owned("id_token").unwrap();
    assert!(answered(&world.ask(&[("prompt", "none"), ("id_token_hint", &ada)])).value("code").is_some());
    world.answer(&[("login_hint", "ben")]);
    let answer = answered(&world.ask(&[("prompt", "none"), ("id_token_hint", &ada)]));
    assert_eq!(answer.value("error"), Some("login_required"));
}

#[test]
fn a_forged_id_token_hint_is_refused() {
    let world = World::new();
    let token = world.answer(&[("response_type", "id_token")]).owned("id_token").unwrap();
    let (unsigned, _) = token.rsplit_once('.').unwrap();
    let forged = format!("{unsigned}.{}", "A".repeat(342));
    let answer = answered(&world.ask(&[("id_token_hint", &forged)]));
    assert_eq!(answer.value("error"), Some("invalid_request"));
}

#[test]
fn auto_login_needs_no_page() {
    let world = World::with(json!({ "auto_login": "ben" }));
    let answer = answered(&world.ask(&[("response_type", "id_token")]));
    assert_eq!(claims(answer.value("id_token").unwrap())["sub"], "u-2");
}

#[test]
fn whoever_chooses_the_account_that_is_signed_in_does_not_sign_in_again() {
    let world = World::new();
    world.answer(&[]);
    world.clock.advance(10);
    let page = world.asked(&[("prompt", "select_account"), ("response_type", "id_token")]);
    let answer = answered(&world.press(&page, &[("user", "ada")]));
    let id_token = claims(answer.value("id_token").unwrap());
    assert_eq!(id_token["iat"].as_i64().unwrap() - id_token["auth_time"].as_i64().unwrap(), 10);
}

#[test]
fn whoever_signs_in_stays_signed_in_when_the_answer_is_an_error() {
    let unsignable = json!({ "public": true, "redirect_uris": [REDIRECT_URI], "id_token_alg": "HS256" });
    let world = World::with(json!({ "clients": { "unsignable": unsignable } }));
    world.answered_login("ada");
    let request = [("client_id", "unsignable"), ("response_type", "id_token"), ("prompt", "login")];
    let page = world.asked(&request);
    let refused = answered(&world.press(&page, &[("user", "ada")]));
    assert_eq!(refused.value("error"), Some("server_error"));
    let silent = answered(&world.ask(&[("prompt", "none")]));
    assert_eq!(silent.value("error"), None, "the browser holds the session");
}

//! One session at the provider and what it answers: to whom, how long, and when the person is asked again.

use rstest::rstest;
use serde_json::{Value, json};

use crate::support::app::{Answer, App, REDIRECT_URI, answer, claims};

const RESPONSE_TYPES: [&str; 6] =
    ["code", "id_token", "id_token token", "code id_token", "code token", "code id_token token"];

fn app() -> App {
    App::of(&json!({ "persona": "strict", "consent": "never", "clients": {
        "app": { "secret": "s3cret", "redirect_uris": [REDIRECT_URI] },
        "other": { "secret": "s3cret", "redirect_uris": [REDIRECT_URI] },
    } }))
}

/// What the ID token says, wherever it comes from.
async fn id_token(app: &App, answer: &Answer) -> serde_json::Map<String, Value> {
    match answer.get("id_token") {
        Some(token) => claims(token),
        None => claims(app.redeem(answer).await["id_token"].as_str().unwrap()),
    }
}

async fn auth_time(app: &App, answer: &Answer) -> i64 {
    id_token(app, answer).await["auth_time"].as_i64().unwrap()
}

#[tokio::test]
async fn a_session_answers_every_client_with_the_same_sign_in() {
    let mut app = app();
    let first = app.sign_in("ada", &[("response_type", "id_token")]).await;
    app.clock.advance(600);
    let second =
        answer(&app.ask(&[("client_id", "other"), ("response_type", "id_token"), ("prompt", "none")]).await);
    let (first, second) = (claims(&first["id_token"]), claims(&second["id_token"]));
    for claim in ["sub", "sid", "auth_time"] {
        assert_eq!(first[claim], second[claim], "{claim}");
    }
    assert_eq!((&first["aud"], &second["aud"]), (&json!("app"), &json!("other")));
}

#[tokio::test]
async fn a_sign_in_is_as_old_as_it_is_however_often_it_is_used() {
    for response_type in RESPONSE_TYPES {
        let mut app = app();
        let first = app.sign_in("ada", &[("response_type", response_type), ("max_age", "15000")]).await;
        let signed_in = auth_time(&app, &first).await;
        for seconds in [1, 100, 9_000] {
            app.clock.advance(seconds);
            let more = [("response_type", response_type), ("max_age", "10000")];
            let again = answer(&app.ask(&more).await);
            assert_eq!(auth_time(&app, &again).await, signed_in, "{response_type} after {seconds}");
        }
    }
}

#[rstest]
#[case::because_the_client_says_so(&[("prompt", "login")])]
#[case::because_it_is_too_long_ago(&[("max_age", "1")])]
#[case::because_it_is_to_be_now(&[("max_age", "0")])]
#[tokio::test]
async fn the_person_signs_in_again(#[case] more: &[(&str, &str)]) {
    for response_type in RESPONSE_TYPES {
        let mut app = app();
        let request: Vec<_> = [("response_type", response_type)].iter().chain(more).copied().collect();
        let first = app.sign_in("ada", &[("response_type", response_type)]).await;
        let signed_in = auth_time(&app, &first).await;
        app.clock.advance(2);
        let page = app.ask(&request).await;
        assert!(page.button("user", "ada").is_some(), "{response_type}: a page is shown: {}", page.body);
        let second = answer(&app.press("user", "ada").await);
        assert_eq!(auth_time(&app, &second).await, signed_in + 2, "{response_type}");
    }
}

#[tokio::test]
async fn a_refreshed_id_token_keeps_the_time_of_the_sign_in() {
    let mut app = app();
    let more = [("scope", "openid offline_access"), ("prompt", "consent")];
    let first = app.sign_in("ada", &more).await;
    let tokens = app.redeem(&first).await;
    app.clock.advance(500);
    let body =
        format!("grant_type=refresh_token&refresh_token={}", tokens["refresh_token"].as_str().unwrap());
    let refreshed = crate::support::app::read(&app.post("/token", "Basic YXBwOnMzY3JldA==", &body).await);
    let (old, new) =
        (claims(tokens["id_token"].as_str().unwrap()), claims(refreshed["id_token"].as_str().unwrap()));
    for claim in ["iss", "sub", "aud", "auth_time", "sid"] {
        assert_eq!(old[claim], new[claim], "OIDCC-12.2: {claim}");
    }
    assert_eq!(new.get("nonce"), None, "OIDCC-12.2");
}

#[tokio::test]
async fn a_hint_about_whoever_is_signed_in_is_silent_however_old_it_is() {
    let mut app = app();
    let first = app.sign_in("ada", &[("response_type", "id_token")]).await;
    app.clock.advance(3_600);
    let hint = first["id_token"].as_str();
    let silent = answer(&app.ask(&[("id_token_hint", hint), ("prompt", "none")]).await);
    assert!(silent.contains_key("code"), "OIDCC-3.1.2.1 has no need for it to be unexpired: {silent:?}");
    let elsewhere = [("client_id", "other"), ("id_token_hint", hint), ("prompt", "none")];
    assert!(answer(&app.ask(&elsewhere).await).contains_key("code"), "nor for the same client");
}

#[tokio::test]
async fn a_hint_about_somebody_else_is_not_answered_for_whoever_is_signed_in() {
    let mut app = app();
    let ada = app.sign_in("ada", &[("response_type", "id_token")]).await["id_token"].clone();
    app.sign_in("ben", &[("prompt", "login")]).await;
    let silent = answer(&app.ask(&[("id_token_hint", &ada), ("prompt", "none")]).await);
    assert_eq!(silent["error"], "login_required");
    let page = app.ask(&[("id_token_hint", &ada)]).await;
    assert!(page.button("user", "ben").is_some(), "somebody has to sign in: {}", page.body);
    let refused = answer(&app.press("user", "ben").await);
    assert_eq!(refused["error"], "login_required", "OIDCC-3.1.2.2: not for a different user");
    let allowed = app.sign_in("ada", &[("id_token_hint", &ada)]).await;
    assert!(allowed.contains_key("code"), "{allowed:?}");
}

#[rstest]
#[case::of_another_provider(true)]
#[case::of_nobody(false)]
#[tokio::test]
async fn a_hint_that_is_not_ours_is_an_error(#[case] signed: bool) {
    let mut app = app();
    app.sign_in("ada", &[]).await;
    let hint = if signed {
        let mut elsewhere = App::of(&json!({ "issuer": "/other" }));
        let query =
            "client_id=app&redirect_uri=https://app.example/cb&response_type=id_token&scope=openid&nonce=n";
        elsewhere.open(&format!("https://idp.test/other/authorize?{query}&login_hint=ada")).await;
        let page = elsewhere.browser.page().cloned().unwrap();
        answer(&page)["id_token"].clone()
    } else {
        "e30.e30.e30".to_owned()
    };
    let refused = answer(&app.ask(&[("id_token_hint", &hint), ("prompt", "none")]).await);
    assert_eq!((refused["error"].as_str(), refused["state"].as_str()), ("invalid_request", "st"));
}

#[tokio::test]
async fn choosing_an_account_shows_all_of_them() {
    let mut app = app();
    app.sign_in("ada", &[]).await;
    let page = app.ask(&[("prompt", "select_account")]).await;
    for user in ["ada", "ben", "cai"] {
        assert!(page.button("user", user).is_some(), "{user} can be chosen: {}", page.body);
    }
    let ben = answer(&app.press("user", "ben").await);
    assert_eq!(id_token(&app, &ben).await["sub"], "u-1002");
}

#[tokio::test]
async fn who_signs_out_is_signed_out_for_every_client() {
    let mut app = app();
    app.sign_in("ada", &[]).await;
    app.sign_in("ada", &[("client_id", "other")]).await;
    app.open("https://idp.test/logout").await;
    app.press("action", "logout").await;
    for client in ["app", "other"] {
        let silent = answer(&app.ask(&[("client_id", client), ("prompt", "none")]).await);
        assert_eq!(silent["error"], "login_required", "{client}");
    }
}

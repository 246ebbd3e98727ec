//! The consent page in a browser: what it shows, where its buttons lead, and when it is shown again.

use rstest::rstest;
use serde_json::json;

use crate::support::app::{App, REDIRECT_URI, answer, claims};

fn app() -> App {
    App::of(&json!({ "persona": "strict" }))
}

#[tokio::test]
async fn a_person_sees_what_is_released_and_allows_it() {
    let mut app = app();
    app.ask(&[("scope", "openid email offline_access"), ("prompt", "consent")]).await;
    let page = app.press("user", "ada").await;
    assert_eq!((page.status, page.url.path()), (200, "/login"));
    for shown in ["ada@example.test", "<h2 id=\"userinfo\">UserInfo</h2>", "A refresh token lets"] {
        assert!(page.body.contains(shown), "{shown} is not on the page: {}", page.body);
    }
    assert!(!page.body.contains("birthdate"), "what is not released is not shown: {}", page.body);
    let page = app.press("action", "allow").await;
    let tokens = app.redeem(&answer(&page)).await;
    assert!(tokens.contains_key("refresh_token"));
}

#[tokio::test]
async fn a_person_refuses_and_stays_signed_in() {
    let mut app = app();
    app.ask(&[]).await;
    app.press("user", "ada").await;
    let refused = answer(&app.press("action", "deny").await);
    assert_eq!((refused["error"].as_str(), refused["state"].as_str()), ("access_denied", "st"));
    let silent = answer(&app.ask(&[("prompt", "none")]).await);
    assert_eq!(silent["error"], "consent_required", "signed in, and not agreed");
    let page = app.ask(&[]).await;
    assert!(page.button("action", "allow").is_some(), "asked again, without another sign-in: {}", page.body);
}

#[tokio::test]
async fn what_was_agreed_to_is_not_asked_for_again() {
    let mut app = app();
    let first = app.sign_in("ada", &[("scope", "openid email"), ("response_type", "id_token")]).await;
    app.clock.advance(100);
    let silent = answer(
        &app.ask(&[("scope", "openid email"), ("response_type", "id_token"), ("prompt", "none")]).await,
    );
    let (first, silent) = (claims(&first["id_token"]), claims(&silent["id_token"]));
    assert_eq!((&first["sub"], &first["auth_time"]), (&silent["sub"], &silent["auth_time"]));
    let more = answer(&app.ask(&[("scope", "openid email phone"), ("prompt", "none")]).await);
    assert_eq!(more["error"], "consent_required");
}

#[tokio::test]
async fn prompt_consent_asks_again_without_another_sign_in() {
    let mut app = app();
    let first = app.sign_in("ada", &[("response_type", "id_token")]).await;
    app.clock.advance(100);
    let page = app.ask(&[("response_type", "id_token"), ("prompt", "consent")]).await;
    assert!(page.button("user", "ada").is_none(), "{}", page.body);
    let second = answer(&app.press("action", "allow").await);
    assert_eq!(claims(&first["id_token"])["auth_time"], claims(&second["id_token"])["auth_time"]);
}

#[tokio::test]
async fn prompt_login_and_consent_asks_both() {
    let mut app = app();
    app.sign_in("ada", &[]).await;
    app.clock.advance(100);
    let page = app.ask(&[("response_type", "id_token"), ("prompt", "login consent")]).await;
    assert!(page.button("action", "allow").is_none());
    let page = app.press("user", "ada").await;
    assert!(page.button("action", "allow").is_some());
    let second = answer(&app.press("action", "allow").await);
    let id_token = claims(&second["id_token"]);
    assert_eq!(id_token["auth_time"], id_token["iat"]);
}

#[tokio::test]
async fn the_page_shows_the_pages_of_the_client() {
    let mut app = App::of(&json!({ "persona": "strict", "clients": {} }));
    let metadata = json!({
        "redirect_uris": [REDIRECT_URI],
        "logo_uri": "https://cdn.example/logo.png",
        "policy_uri": "https://app.example/policy",
        "tos_uri": "https://app.example/terms",
    });
    let client = crate::support::app::read(&app.send_json("/register", &metadata).await);
    let id = client["client_id"].as_str().unwrap();
    let login = app.ask(&[("client_id", id)]).await;
    let consent = app.press("user", "ada").await;
    for page in [login, consent] {
        for shown in ["logo.png\"", "policy\"", "terms\""] {
            assert!(page.body.contains(shown), "{shown}: {}", page.body);
        }
        let policy = page.header("content-security-policy").unwrap();
        assert!(policy.contains("img-src data: https://cdn.example;"), "{policy}");
    }
}

#[rstest]
#[case::query("code", "query")]
#[case::fragment("code id_token", "fragment")]
#[case::form("code id_token token", "form_post")]
#[tokio::test]
async fn an_answer_after_consent_travels_as_it_was_asked_for(
    #[case] response_type: &str,
    #[case] mode: &str,
) {
    let mut app = app();
    let answer = app.sign_in("ada", &[("response_type", response_type), ("response_mode", mode)]).await;
    assert_eq!(answer["state"], "st");
    assert!(app.redeem(&answer).await.contains_key("id_token"));
}

#[tokio::test]
async fn a_form_on_another_site_agrees_to_nothing() {
    let mut app = app();
    app.ask(&[]).await;
    let page = app.press("user", "ada").await;
    let (form, allow) = page.button("action", "allow").unwrap();
    let stolen = form.clone().with("seal", "").pressing(allow);
    let page = app.browser.submit(&stolen).await.unwrap();
    assert!(page.button("action", "allow").is_some(), "asked again: {}", page.body);
}

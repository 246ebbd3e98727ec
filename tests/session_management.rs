//! Session Management 1.0, with the computation of the frame's script done again by its description (OIDCSM-3.2).
//!
//! `just interop` runs the script itself.

use rstest::rstest;
use serde_json::json;

use crate::support::app::{Answer, App, answer};

const ORIGIN: &str = "https://app.example";

fn app() -> App {
    App::of(&json!({}))
}

/// What the frame's page answers to an application at `origin`.
fn told(app: &App, origin: &str, state: &str) -> &'static str {
    let Some((_, salt)) = state.split_once('.') else { return "error" };
    let browser = app.cookie("mock_idp_state").unwrap_or_default();
    let text = format!("app {origin} {browser} {salt}");
    let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text.as_bytes());
    let hex = hash.as_ref().iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
    if format!("{hex}.{salt}") == state { "unchanged" } else { "changed" }
}

#[tokio::test]
async fn the_frame_is_published_and_may_be_framed_by_everybody() {
    let app = app();
    let metadata = app.metadata().await;
    assert_eq!(metadata["check_session_iframe"], "https://idp.test/check_session");
    let page = app.get("/check_session").await;
    assert_eq!(page.status(), 200);
    assert_eq!(page.headers().get("x-frame-options"), None);
    let policy = page.headers()["content-security-policy"].to_str().unwrap();
    assert!(!policy.contains("frame-ancestors") && policy.contains("script-src 'sha256-"), "{policy}");
    let body = String::from_utf8_lossy(page.body());
    assert!(body.contains("addEventListener('message'"), "{body}");
}

#[rstest]
#[case::code("code")]
#[case::id_token("id_token")]
#[case::everything("code id_token token")]
#[tokio::test]
async fn an_answer_carries_the_state_until_the_person_signs_out(#[case] response_type: &str) {
    let mut app = app();
    let first = app.sign_in("ada", &[("response_type", response_type)]).await;
    let state = &first["session_state"];
    assert!(!state.contains(' '), "OIDCSM-2");
    assert_eq!(told(&app, ORIGIN, state), "unchanged");
    assert_eq!(told(&app, "https://evil.example", state), "changed");

    app.clock.advance(600);
    let silent = answer(&app.ask(&[("response_type", response_type), ("prompt", "none")]).await);
    assert_eq!(told(&app, ORIGIN, &silent["session_state"]), "unchanged");
    assert_eq!(told(&app, ORIGIN, state), "unchanged");
    assert_ne!(&silent["session_state"], state, "each state has a salt of its own");

    app.open("https://idp.test/logout").await;
    app.press("action", "logout").await;
    assert_eq!(told(&app, ORIGIN, state), "changed");
}

#[tokio::test]
async fn another_person_is_another_state() {
    let mut app = app();
    let ada = app.sign_in("ada", &[]).await;
    let ben = app.sign_in("ben", &[("prompt", "login")]).await;
    assert_eq!(told(&app, ORIGIN, &ada["session_state"]), "changed");
    assert_eq!(told(&app, ORIGIN, &ben["session_state"]), "unchanged");
}

#[tokio::test]
async fn a_session_that_ran_out_is_another_state() {
    let mut app = app();
    let first = app.sign_in("ada", &[]).await;
    app.clock.advance(8 * 3_600 + 1);
    assert_eq!(told(&app, ORIGIN, &first["session_state"]), "changed");
}

#[tokio::test]
async fn scripts_may_read_the_state_and_not_the_session() {
    let app = app();
    let query =
        "client_id=app&redirect_uri=https://app.example/cb&response_type=code&scope=openid&login_hint=ada";
    let answer = app.get(&format!("/authorize?{query}")).await;
    let cookies: Vec<_> =
        answer.headers().get_all("set-cookie").iter().map(|cookie| cookie.to_str().unwrap()).collect();
    let [session, state] = cookies.as_slice() else { panic!("two cookies, and not {cookies:?}") };
    assert!(session.starts_with("mock_idp_session=") && session.contains("HttpOnly"), "{session}");
    assert!(state.starts_with("mock_idp_state=") && !state.contains("HttpOnly"), "{state}");
    for cookie in [session, state] {
        assert!(cookie.contains("SameSite=None; Secure"), "it has to reach frames of other sites: {cookie}");
    }
    let value = state.split(['=', ';']).nth(1).unwrap();
    assert!(!session.contains(value), "the one does not open the other");
}

#[rstest]
#[case::plain_oauth(&[("scope", "api")], "code")]
#[case::refused(&[("prompt", "none"), ("max_age", "0")], "error")]
#[tokio::test]
async fn an_answer_that_is_no_sign_in_has_no_state(#[case] more: &[(&str, &str)], #[case] has: &str) {
    let mut app = app();
    app.sign_in("ada", &[]).await;
    let answer: Answer = answer(&app.ask(more).await);
    assert!(answer.contains_key(has), "{answer:?}");
    assert!(!answer.contains_key("session_state"), "{answer:?}");
}

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{AppendHeaders, Html, IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};

use super::{Browser, BrowserError};
use crate::transport::Transport;

fn browser(hosts: impl IntoIterator<Item = (&'static str, Router)>) -> Browser {
    let transport = Transport::in_process();
    for (host, router) in hosts {
        transport.serve(host, router);
    }
    Browser::new(&transport, Arc::new(|| 1_000_000))
}

fn seen_cookie(headers: &HeaderMap) -> String {
    headers.get(header::COOKIE).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()
}

fn with_cookie(cookie: &'static str, response: impl axum::response::IntoResponse) -> Response {
    (AppendHeaders([(header::SET_COOKIE, cookie)]), response).into_response()
}

fn app() -> Router {
    Router::new()
        .route(
            "/set",
            get(|| async {
                let lax = with_cookie("lax=1; Path=/", "");
                with_cookie("none=1; Path=/; SameSite=None; Secure", lax)
            }),
        )
        .route(
            "/callback",
            post(|headers: HeaderMap, body: Bytes| async move {
                format!("{} with {}", String::from_utf8_lossy(&body), seen_cookie(&headers))
            }),
        )
        .route("/out", get(|headers: HeaderMap| async move { seen_cookie(&headers) }))
        .route("/login", get(|| async { Redirect::to("https://idp.test/form#kept") }))
}

#[tokio::test]
async fn a_form_that_submits_itself_arrives_as_a_cross_site_post() {
    let idp = Router::new().route("/form", get(|| async {
        Html(r#"<form method="post" action="https://app.test/callback"><input type="hidden" name="state" value="s 1">
             </form><script>document.forms[0].submit()</script>"#)
    }));
    let mut browser = browser([("app.test", app()), ("idp.test", idp)]);
    browser.open("https://app.test/set").await.unwrap();
    let page = browser.open("https://app.test/login").await.unwrap();
    assert_eq!(page.body, "state=s+1 with none=1");
    let log: Vec<String> =
        browser.log().iter().map(|v| format!("{} {} {}", v.method, v.url, v.status)).collect();
    assert_eq!(
        log,
        [
            "GET https://app.test/set 200",
            "GET https://app.test/login 303",
            "GET https://idp.test/form 200",
            "POST https://app.test/callback 200",
        ]
    );
}

#[tokio::test]
async fn what_is_held_up_can_be_delivered_by_another_browser() {
    let idp = Router::new().route("/form", get(|| async {
        Html(r#"<form method="post" action="https://app.test/callback"><input type="hidden" name="state" value="s">
             </form><script>document.forms[0].submit()</script>"#)
    }));
    let mut one = browser([("app.test", app()), ("idp.test", idp)]);
    let mut other = one.clone();
    one.open("https://app.test/set").await.unwrap();
    one.hold_before(&"https://app.test/".parse().unwrap());
    let held_up = one.open("https://app.test/login").await.unwrap_err();
    assert_eq!(held_up, BrowserError::HeldUp("https://app.test/callback".to_owned()));
    let held = one.take_held().unwrap();
    assert_eq!(held.parameters(), [("state".to_owned(), "s".to_owned())]);
    assert_eq!(other.deliver(held.clone()).await.unwrap().body, "state=s with ");
    assert_eq!(one.deliver(held).await.unwrap().body, "state=s with none=1");
}

#[tokio::test]
async fn frames_are_loaded_before_the_page_goes_on() {
    let idp = Router::new().route("/logout", get(|| async {
        Html(r#"<iframe src="https://app.test/out"></iframe><meta http-equiv="refresh" content="0;url=https://app.test/out">"#)
    }));
    let mut browser = browser([("app.test", app()), ("idp.test", idp)]);
    browser.open("https://app.test/set").await.unwrap();
    let page = browser.open("https://idp.test/logout").await.unwrap();
    assert_eq!(page.body, "lax=1; none=1");
    let frames: Vec<bool> = browser.log().iter().map(|visit| visit.framed).collect();
    assert_eq!(frames, [false, false, true, false]);
}

#[tokio::test]
async fn a_fragment_survives_redirects_and_is_not_sent() {
    let idp = Router::new().route("/form", get(|| async { "here" }));
    let mut browser = browser([("app.test", app()), ("idp.test", idp)]);
    let page = browser.open("https://app.test/login").await.unwrap();
    assert_eq!(page.url.as_str(), "https://idp.test/form#kept");
}

#[tokio::test]
async fn status_307_keeps_method_and_body() {
    let idp = Router::new()
        .route(
            "/form",
            get(|| async { Html("<form method=post action=/again><input name=a value=b></form>") }),
        )
        .route("/again", post(|| async { Redirect::temporary("https://app.test/callback") }));
    let mut browser = browser([("app.test", app()), ("idp.test", idp)]);
    let form = browser.open("https://idp.test/form").await.unwrap().forms[0].clone();
    assert_eq!(browser.submit(&form).await.unwrap().body, "a=b with ");
}

#[tokio::test]
async fn a_redirect_loop_is_cut() {
    let app = Router::new().route("/a", get(|| async { (StatusCode::FOUND, [(header::LOCATION, "/a")]) }));
    let error = browser([("app.test", app)]).open("https://app.test/a").await.unwrap_err();
    assert_eq!(error, BrowserError::TooManyHops("https://app.test/a".to_owned()));
}

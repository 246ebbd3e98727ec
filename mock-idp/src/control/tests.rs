//! The control room over HTTP, without a socket.

use axum::body::{Body, to_bytes};
use http::Request;
use rstest::{Context, rstest};
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::MockIdp;
use crate::config::IdpConfig;

fn idp() -> MockIdp {
    let config: IdpConfig = serde_json::from_value(json!({
        "issuer": "/acme",
        "seed": 42,
        "clock": "2031-03-04T08:00:00Z",
        "signing": [{ "alg": "ES256" }, { "alg": "EdDSA" }],
        "clients": { "app": { "secret": "s3cret", "redirect_uris": ["https://app.example/cb"] } },
    }))
    .unwrap();
    MockIdp::builder().config(config).in_process().unwrap().1
}

async fn sent(idp: &MockIdp, method: &str, path: &str, body: &str) -> (u16, String, Value) {
    let request = Request::builder().method(method).uri(path).header("host", "127.0.0.1:9401");
    let request = request.header("content-type", "application/json").body(Body::from(body.to_owned()));
    let answer = idp.control_router().oneshot(request.unwrap()).await.unwrap();
    let (parts, body) = answer.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap();
    let kind = parts.headers["content-type"].to_str().unwrap().to_owned();
    (parts.status.as_u16(), kind, serde_json::from_slice(&body).unwrap())
}

#[rstest]
#[case::issuers("GET", "/issuers", "")]
#[case::keys("GET", "/issuers/acme/keys", "")]
#[case::rotated("POST", "/issuers/acme/keys/rotate", r#"{"keep_old": "1h"}"#)]
#[case::rotated_without_a_word("POST", "/issuers/acme/keys/rotate", "")]
#[case::rotated_and_forgotten("POST", "/issuers/acme/keys/rotate", r#"{"keep_old": "0s"}"#)]
#[case::misspelt("POST", "/issuers/acme/keys/rotate", r#"{"keep": "1h"}"#)]
#[case::not_a_duration("POST", "/issuers/acme/keys/rotate", r#"{"keep_old": 60}"#)]
#[case::not_json("POST", "/issuers/acme/keys/rotate", "keep_old=1h")]
#[case::no_issuer("GET", "/issuers/acne/keys", "")]
#[case::nothing_there("GET", "/issuers/acme", "")]
#[case::wrong_method("GET", "/issuers/acme/keys/rotate", "")]
#[tokio::test]
async fn an_answer_is_json(
    #[context] case: Context,
    #[case] method: &str,
    #[case] path: &str,
    #[case] body: &str,
) {
    let (status, kind, body) = sent(&idp(), method, path, body).await;
    let wanted = if status == 200 { "application/json" } else { "application/problem+json" };
    assert_eq!(kind, wanted);
    insta::with_settings!({ snapshot_suffix => case.description.unwrap(), omit_expression => true }, {
        insta::assert_snapshot!(format!("{status}\n{body:#}"));
    });
}

#[tokio::test]
async fn a_form_from_a_page_is_refused() {
    let request = Request::post("/issuers/acme/keys/rotate")
        .header("host", "localhost:9401")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Body::empty());
    let answer = idp().control_router().oneshot(request.unwrap()).await.unwrap();
    assert_eq!(answer.status(), 415);
}

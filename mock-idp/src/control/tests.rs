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
#[case::nothing_there("GET", "/issuers-of-acme", "")]
#[case::wrong_method("GET", "/issuers/acme/keys/rotate", "")]
#[case::one_of_several_methods("POST", "/issuers/acme", "")]
#[case::one_issuer("GET", "/issuers/acme", "")]
#[case::added("POST", "/issuers", r#"{"path": "/t-1", "idp": {"auto_login": "ada"}}"#)]
#[case::added_where_there_is_one("POST", "/issuers", r#"{"path": "/acme"}"#)]
#[case::added_at_no_path("POST", "/issuers", r#"{"path": "acme"}"#)]
#[case::added_with_a_mistake("POST", "/issuers", r#"{"idp": {"auto_login": "eve"}}"#)]
#[case::added_with_another_clock("POST", "/issuers", r#"{"idp": {"clock": "2031-03-04T08:00:00Z"}}"#)]
#[case::added_with_a_key_file(
    "POST",
    "/issuers",
    r#"{"idp": {"signing": {"alg": "ES256", "from": {"file": "key.pem"}}}}"#
)]
#[case::the_configured_one_stays("DELETE", "/issuers/acme", "")]
#[case::no_faults("GET", "/issuers/acme/faults", "")]
#[case::fault_added(
    "POST",
    "/issuers/acme/faults",
    r#"{"fault": "id_token.aud=missing,client=app,times=1"}"#
)]
#[case::faults_added(
    "POST",
    "/issuers/acme/faults",
    r#"{"faults": ["id_token.aud=missing", "jwks.keys=empty"]}"#
)]
#[case::fault_misspelt("POST", "/issuers/acme/faults", r#"{"fault": "id_token.nonse=wrong"}"#)]
#[case::fault_not_named("POST", "/issuers/acme/faults", "{}")]
#[case::fault_that_does_not_stand("DELETE", "/issuers/acme/faults/id_token.aud", "")]
#[case::users("GET", "/issuers/acme/users", "")]
#[case::user("GET", "/issuers/acme/users/ada", "")]
#[case::user_put("PUT", "/issuers/acme/users/eve", r#"{"sub": "u-9", "claims": {"roles": ["ops"]}}"#)]
#[case::user_changed("PATCH", "/issuers/acme/users/ada", r#"{"merge": {"roles": []}, "remove": ["email"]}"#)]
#[case::user_misspelt("PUT", "/issuers/acme/users/eve", r#"{"clams": {}}"#)]
#[case::nobody_to_change("PATCH", "/issuers/acme/users/eve", r#"{"merge": {}}"#)]
#[case::clock("GET", "/clock", "")]
#[case::clock_set("PUT", "/clock", r#"{"time": "2032-01-01T00:00:00Z"}"#)]
#[case::clock_advanced("POST", "/clock/advance", r#"{"by": "5m"}"#)]
#[case::clock_not_told_where("POST", "/clock/advance", "{}")]
#[case::journal("GET", "/issuers/acme/journal", "")]
#[case::journal_filtered_by_nothing_known("GET", "/issuers/acme/journal?since=3", "")]
#[case::nothing_came("GET", "/issuers/acme/journal/next?timeout=1ms", "")]
#[case::not_a_timeout("GET", "/issuers/acme/journal/next?timeout=soon", "")]
#[case::sessions("GET", "/issuers/acme/sessions", "")]
#[case::no_session("DELETE", "/issuers/acme/sessions/ada", "")]
#[case::no_back_channel("POST", "/issuers/acme/logout_tokens", r#"{"client": "app", "sub": "ada"}"#)]
#[case::nothing_to_deliver("POST", "/issuers/acme/logout_tokens", r#"{"client": "app"}"#)]
#[case::trap("GET", "/trap", "")]
#[case::nobody_came("GET", "/trap/next?timeout=1ms", "")]
#[tokio::test]
async fn an_answer_is_json(
    #[context] case: Context,
    #[case] method: &str,
    #[case] path: &str,
    #[case] body: &str,
) {
    let (status, kind, body) = sent(&idp(), method, path, body).await;
    let wanted = if status < 300 { "application/json" } else { "application/problem+json" };
    assert_eq!(kind, wanted);
    insta::with_settings!({ snapshot_suffix => case.description.unwrap(), omit_expression => true }, {
        insta::assert_snapshot!(format!("{status}\n{body:#}"));
    });
}

#[tokio::test]
async fn a_wrong_method_is_met_with_those_that_there_are() {
    let request = Request::post("/issuers/acme").header("host", "localhost:9401").body(Body::empty());
    let answer = idp().control_router().oneshot(request.unwrap()).await.unwrap();
    assert_eq!((answer.status().as_u16(), answer.headers()["allow"].to_str().unwrap()), (405, "GET, DELETE"));
}

#[tokio::test]
async fn a_fault_is_taken_away_by_its_number_or_its_name() {
    let idp = idp();
    let faults = "/issuers/acme/faults";
    let rules = json!({ "faults": ["id_token.aud=missing", "id_token.aud=wrong", "jwks.keys=empty"] });
    let (_, _, added) = sent(&idp, "POST", faults, &rules.to_string()).await;
    let first = added["faults"][0]["id"].as_u64().unwrap();
    assert_eq!(nothing(&idp, "DELETE", &format!("{faults}/{first}")).await, 204);
    let left = |standing: Value| {
        let standing = standing["faults"].as_array().unwrap().clone();
        standing.iter().map(|fault| fault["fault"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(left(sent(&idp, "GET", faults, "").await.2), ["id_token.aud=wrong", "jwks.keys=empty"]);
    assert_eq!(nothing(&idp, "DELETE", &format!("{faults}/id_token.aud")).await, 204);
    assert_eq!(left(sent(&idp, "GET", faults, "").await.2), ["jwks.keys=empty"]);
    assert_eq!(nothing(&idp, "DELETE", faults).await, 204);
    assert_eq!(left(sent(&idp, "GET", faults, "").await.2), [""; 0]);
}

#[tokio::test]
async fn one_wrong_fault_adds_none() {
    let idp = idp();
    let rules = json!({ "faults": ["id_token.aud=missing", "id_token.aud=gone"] });
    assert_eq!(sent(&idp, "POST", "/issuers/acme/faults", &rules.to_string()).await.0, 400);
    assert_eq!(idp.default_provider().faults(), []);
}

#[tokio::test]
async fn a_user_is_as_configured_after_a_reset_and_a_stranger_is_gone() {
    let idp = idp();
    let users = "/issuers/acme/users";
    let before = sent(&idp, "GET", &format!("{users}/ada"), "").await.2;
    sent(&idp, "PATCH", &format!("{users}/ada"), r#"{"merge": {"roles": ["changed"]}}"#).await;
    sent(&idp, "PUT", &format!("{users}/eve"), r#"{"sub": "u-9"}"#).await;
    assert_ne!(sent(&idp, "GET", &format!("{users}/ada"), "").await.2, before);
    for name in ["ada", "eve"] {
        assert_eq!(nothing(&idp, "DELETE", &format!("{users}/{name}")).await, 204);
    }
    assert_eq!(sent(&idp, "GET", &format!("{users}/ada"), "").await.2, before);
    assert_eq!(sent(&idp, "GET", &format!("{users}/eve"), "").await.0, 404);
    sent(&idp, "PUT", &format!("{users}/eve"), "{}").await;
    assert_eq!(nothing(&idp, "DELETE", users).await, 204);
    assert_eq!(sent(&idp, "GET", &format!("{users}/eve"), "").await.0, 404);
}

#[tokio::test]
async fn an_issuer_comes_with_a_path_of_its_own_and_goes() {
    let idp = idp();
    let (status, _, made) = sent(&idp, "POST", "/issuers", "").await;
    assert_eq!(status, 201);
    let path = made["path"].as_str().unwrap().trim_end_matches('/').to_owned();
    let other = sent(&idp, "POST", "/issuers", "").await.2["path"].clone();
    assert_ne!(made["path"], other, "nobody else has it");
    // what is done to it is done to no other
    sent(&idp, "POST", &format!("/issuers{path}/faults"), r#"{"fault": "jwks.keys=empty"}"#).await;
    assert_eq!(idp.default_provider().faults(), []);
    assert_eq!(nothing(&idp, "DELETE", &format!("/issuers{path}")).await, 204);
    assert_eq!(sent(&idp, "GET", &format!("/issuers{path}/faults"), "").await.0, 404);
    assert_eq!(nothing(&idp, "DELETE", &format!("/issuers{path}")).await, 404);
}

#[tokio::test]
async fn there_are_only_so_many_issuers() {
    let idp = idp();
    let mut statuses = Vec::new();
    for number in 0..1_000 {
        statuses.push(
            sent(&idp, "POST", "/issuers", &json!({ "path": format!("/{number}") }).to_string()).await.0,
        );
    }
    assert_eq!((statuses[998], statuses[999]), (201, 409), "the configured one is there as well");
}

#[tokio::test]
async fn a_clock_that_is_the_machines_cannot_be_set() {
    let idp = MockIdp::builder().in_process().unwrap().1;
    assert_eq!(sent(&idp, "GET", "/clock", "").await.2["virtual"], false);
    let (status, _, problem) = sent(&idp, "POST", "/clock/advance", r#"{"by": "1h"}"#).await;
    assert_eq!(status, 409, "{problem}");
}

/// The status of a request that is answered with nothing, or refused.
async fn nothing(idp: &MockIdp, method: &str, path: &str) -> u16 {
    let request = Request::builder().method(method).uri(path).header("host", "127.0.0.1:9401");
    let answer = idp.control_router().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    answer.status().as_u16()
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

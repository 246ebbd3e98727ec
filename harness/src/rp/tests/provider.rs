//! A provider that says whatever a test wants. It checks nothing; the mock provider does that elsewhere.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};
use serde_json::{Value, json};

use super::keys::{Key, ed25519, jwks};
use super::world::NOW;
use crate::rp::id_token::left_half_hash;

pub(super) type Parameters = BTreeMap<String, String>;

/// What the provider says. Tests change it between requests.
pub(super) struct Script {
    pub(super) keys: Vec<Key>,
    /// The key to sign with: published or not.
    pub(super) signs_with: Key,
    /// Laid over the claims of every ID token; `null` takes a claim away.
    pub(super) claims: Value,
    /// Laid over the parameters of every authentication response.
    pub(super) response: Value,
    pub(super) error: Option<&'static str>,
    pub(super) metadata: Value,
    pub(super) refresh_error: Option<&'static str>,
    /// Authentication requests and token requests received.
    pub(super) requests: Vec<(String, Parameters)>,
    pub(super) now: i64,
}

pub(super) type Shared = Arc<Mutex<Script>>;

impl Default for Script {
    fn default() -> Self {
        Self {
            keys: vec![ed25519("one", 1)],
            signs_with: ed25519("one", 1),
            claims: json!({}),
            response: json!({}),
            error: None,
            metadata: json!({}),
            refresh_error: None,
            requests: Vec::new(),
            now: NOW,
        }
    }
}

pub(super) fn router(script: Shared) -> Router {
    Router::new()
        .route("/{name}/.well-known/openid-configuration", get(discovery))
        .route("/{name}/jwks", get(keys))
        .route("/{name}/authorize", get(authorize))
        .route("/{name}/token", post(token))
        .route("/{name}/userinfo", get(userinfo))
        .route("/{name}/end", get(|| async { "signed out of the provider" }))
        .with_state(script)
}

fn issuer(name: &str) -> String {
    format!("https://idp.test/{name}")
}

fn laid_over(mut base: Value, change: &Value) -> Value {
    let members = base.as_object_mut().unwrap();
    for (name, value) in change.as_object().unwrap() {
        if value.is_null() {
            members.remove(name);
        } else {
            members.insert(name.clone(), value.clone());
        }
    }
    base
}

async fn discovery(State(script): State<Shared>, Path(name): Path<String>) -> Response {
    let issuer = issuer(&name);
    let metadata = json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"),
        "userinfo_endpoint": format!("{issuer}/userinfo"),
        "end_session_endpoint": format!("{issuer}/end"),
        "jwks_uri": format!("{issuer}/jwks"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["EdDSA", "ES512"],
    });
    let metadata = laid_over(metadata, &script.lock().unwrap().metadata);
    axum_json(StatusCode::OK, &metadata)
}

async fn keys(State(script): State<Shared>, Path(name): Path<String>) -> Response {
    let mut script = script.lock().unwrap();
    script.requests.push((format!("{name} jwks"), Parameters::new()));
    axum_json(StatusCode::OK, &jwks(&script.keys))
}

async fn authorize(
    State(script): State<Shared>,
    Path(name): Path<String>,
    Query(asked): Query<Parameters>,
) -> Response {
    let mut script = script.lock().unwrap();
    script.requests.push((format!("{name} authorize"), asked.clone()));
    let response_type = asked["response_type"].clone();
    let mut answer = json!({"state": asked["state"]});
    let nonce = asked["nonce"].clone();
    if let Some(error) = script.error {
        answer["error"] = json!(error);
    } else {
        let code = format!("{nonce}.{name}");
        if response_type.contains("code") {
            answer["code"] = json!(code);
        }
        let access_token = response_type.split(' ').any(|word| word == "token").then_some("front-token");
        if let Some(token) = access_token {
            answer["access_token"] = json!(token);
            answer["token_type"] = json!("Bearer");
        }
        if response_type.contains("id_token") {
            let code = response_type.contains("code").then_some(code.as_str());
            answer["id_token"] = json!(id_token(&script, &name, &nonce, (access_token, code)));
        }
    }
    let answer = laid_over(answer, &script.response);
    deliver(&asked, &answer)
}

/// Sends the answer back in the mode that was asked for.
fn deliver(asked: &Parameters, answer: &Value) -> Response {
    let parameters = answer.as_object().unwrap().iter();
    let parameters: Vec<(&str, &str)> = parameters.map(|(k, v)| (k.as_str(), v.as_str().unwrap())).collect();
    let target = &asked["redirect_uri"];
    if asked.get("response_mode").is_some_and(|mode| mode == "form_post") {
        let input = |(name, value)| format!("<input type=hidden name=\"{name}\" value=\"{value}\">");
        let inputs = parameters.into_iter().map(input).collect::<Vec<_>>().concat();
        let page = format!(
            "<body onload=\"document.forms[0].submit()\"><form method=post action=\"{target}\">{inputs}</form>"
        );
        return Html(page).into_response();
    }
    let mut url = url::Url::parse(target).unwrap();
    url.query_pairs_mut().extend_pairs(parameters);
    Redirect::to(url.as_str()).into_response()
}

fn id_token(script: &Script, name: &str, nonce: &str, with: (Option<&str>, Option<&str>)) -> String {
    let mut claims = json!({
        "iss": issuer(name), "aud": "app", "sub": "ada", "sid": format!("sid-{name}"), "nonce": nonce,
        "iat": script.now, "exp": script.now + 300, "email": "ada@acme.test",
    });
    for (hash, value) in [("at_hash", with.0), ("c_hash", with.1)] {
        if let Some(value) = value {
            claims[hash] = json!(left_half_hash("EdDSA", value).unwrap());
        }
    }
    script.signs_with.sign(&laid_over(claims, &script.claims))
}

async fn token(
    State(script): State<Shared>,
    Path(name): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let asked: Parameters = form_urlencoded::parse(&body).into_owned().collect();
    let mut script = script.lock().unwrap();
    let mut seen = asked.clone();
    if let Some(basic) = headers.get("authorization") {
        seen.insert("authorization".to_owned(), basic.to_str().unwrap().to_owned());
    }
    script.requests.push((format!("{name} token"), seen));
    let refreshing = asked["grant_type"] == "refresh_token";
    if let Some(error) = script.refresh_error.filter(|_| refreshing) {
        return axum_json(StatusCode::BAD_REQUEST, &json!({"error": error}));
    }
    let nonce = asked.get("code").and_then(|code| code.split_once('.')).map(|(nonce, _)| nonce.to_owned());
    let mut body = json!({
        "access_token": "back-token", "token_type": "Bearer", "expires_in": 600, "refresh_token": "again",
        "id_token": id_token(&script, &name, nonce.as_deref().unwrap_or_default(), (Some("back-token"), None)),
    });
    if refreshing {
        let claims = json!({"nonce": null});
        let mut without_nonce = script.claims.clone();
        without_nonce.as_object_mut().unwrap().extend(claims.as_object().unwrap().clone());
        let before = std::mem::replace(&mut script.claims, without_nonce);
        body["id_token"] = json!(id_token(&script, &name, "", (None, None)));
        script.claims = before;
    }
    axum_json(StatusCode::OK, &body)
}

async fn userinfo(headers: HeaderMap) -> Response {
    axum_json(StatusCode::OK, &json!({"sub": "ada", "with": headers["authorization"].to_str().unwrap()}))
}

fn axum_json(status: StatusCode, body: &Value) -> Response {
    (status, [("content-type", "application/json")], body.to_string()).into_response()
}

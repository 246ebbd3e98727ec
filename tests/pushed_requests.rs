//! Pushed authorization requests over HTTP (RFC 9126).

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "helpers of tests, which clippy does not recognise as such"
)]

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use http::header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, LOCATION};
use http::{HeaderMap, Request, StatusCode};
use mock_idp::MockIdp;
use mock_idp::protocol::Timestamp;
use mock_idp::protocol::keys::jws::{self, Signer};
use mock_idp::protocol::keys::{Algorithm, KeyPlan, KeySet};
use mock_idp::provider::ports::VirtualClock;
use rstest::rstest;
use serde_json::{Map, Value, json};
use tower::ServiceExt as _;
use url::form_urlencoded;

use crate::wire::{BASIC, REDIRECT_URI};

const NOW: i64 = 1_930_377_600;
const ISSUER: &str = "https://idp.test/acme";

/// A provider whose clients may push their requests, and one of them, `pushes`, has to.
struct World {
    router: Router,
    idp: MockIdp,
    clock: VirtualClock,
}

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: String,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }

    /// The parameters that reach the client.
    fn answered(&self) -> Map<String, Value> {
        let location = self.headers.get(LOCATION).map(|value| value.to_str().unwrap()).unwrap_or_default();
        let rest = location.strip_prefix(REDIRECT_URI).unwrap_or_default();
        let parameters = form_urlencoded::parse(rest.trim_start_matches(['&', '#']).as_bytes()).into_owned();
        parameters.map(|(name, value)| (name, Value::String(value))).collect()
    }
}

fn key() -> Signer {
    let keys = KeySet::new(vec![KeyPlan::fixed(Algorithm::ES256)], || [0; 32]).unwrap();
    Signer::Key(keys.signing(None).unwrap().clone())
}

/// The proof of `pushes`, for this audience.
fn assertion(audience: &str) -> String {
    let key = key();
    let claims = json!({
        "iss": "pushes", "sub": "pushes", "aud": audience, "exp": NOW + 60, "jti": audience,
    });
    jws::sign(&key.header("JWT"), claims.as_object().unwrap(), &key).unwrap()
}

fn form(fields: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}

impl World {
    fn new() -> Self {
        Self::with(&json!({}))
    }

    fn with(requests: &Value) -> Self {
        let Signer::Key(key) = key() else { panic!("a key signs") };
        let config = json!({
            "issuer": "/acme",
            "seed": 42,
            "requests": requests,
            "clients": {
                "app": { "secret": "s3cret", "redirect_uris": [REDIRECT_URI] },
                "spa": { "public": true, "redirect_uris": [REDIRECT_URI], "pkce": "optional" },
                "pushes": {
                    "jwks": { "keys": [key.public_jwk()] },
                    "redirect_uris": [REDIRECT_URI],
                    "pushed_requests": "required",
                },
            },
            "users": { "ada": { "sub": "u-1" } },
        });
        let clock = VirtualClock::at(Timestamp(NOW));
        let builder = MockIdp::builder()
            .config(serde_json::from_value(config).unwrap())
            .base_url("https://idp.test")
            .clock(Arc::new(clock.clone()));
        let (router, idp) = builder.in_process().unwrap();
        Self { router, idp, clock }
    }

    async fn send(&self, request: Request<Body>) -> Answer {
        let answer = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = answer.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body: String::from_utf8(body.to_vec()).unwrap(),
        }
    }

    async fn post(&self, path: &str, authorization: Option<&str>, body: String) -> Answer {
        let request = Request::post(path).header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        let request = match authorization {
            Some(value) => request.header(AUTHORIZATION, value),
            None => request,
        };
        self.send(request.body(Body::from(body)).unwrap()).await
    }

    async fn fetch(&self, path: &str) -> Answer {
        self.send(Request::get(path).body(Body::empty()).unwrap()).await
    }

    /// Pushes a request of `app` with these parameters over the usual ones.
    async fn push(&self, more: &[(&str, &str)]) -> Answer {
        self.push_as(Some(BASIC), more).await
    }

    async fn push_as(&self, authorization: Option<&str>, more: &[(&str, &str)]) -> Answer {
        let usual = [
            ("redirect_uri", REDIRECT_URI),
            ("response_type", "code"),
            ("scope", "openid"),
            ("state", "pushed"),
            ("login_hint", "ada"),
        ];
        let kept = usual.iter().filter(|(name, _)| more.iter().all(|(other, _)| other != name));
        let all: Vec<_> = kept.chain(more).copied().collect();
        self.post("/acme/par", authorization, form(&all)).await
    }

    /// The reference to a pushed request of `app`.
    async fn pushed(&self, more: &[(&str, &str)]) -> String {
        let answer = self.push(more).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        answer.json()["request_uri"].as_str().unwrap().to_owned()
    }

    async fn authorize(&self, client: &str, uri: &str, beside: &[(&str, &str)]) -> Answer {
        let all: Vec<_> =
            [("client_id", client), ("request_uri", uri)].iter().chain(beside).copied().collect();
        self.fetch(&format!("/acme/authorize?{}", form(&all))).await
    }

    async fn pushed_with_a_key(&self, more: &[(&str, &str)]) -> String {
        let assertion = assertion(ISSUER);
        let proof = [("client_assertion_type", JWT_BEARER), ("client_assertion", assertion.as_str())];
        let all: Vec<_> = proof.iter().chain(more).copied().collect();
        let answer = self.push_as(None, &all).await;
        assert_eq!(answer.status, 201, "{}: {}", answer.body, self.last_cause());
        answer.json()["request_uri"].as_str().unwrap().to_owned()
    }

    fn last_cause(&self) -> String {
        let journal = self.idp.provider("acme").journal();
        journal.last().unwrap().error.clone().map(|error| error.cause).unwrap_or_default()
    }
}

const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

#[tokio::test]
async fn a_pushed_request_is_answered_with_a_reference_that_brings_a_code() {
    let world = World::new();
    let answer = world.push(&[]).await;
    assert_eq!((answer.status.as_u16(), &answer.json()["expires_in"]), (201, &json!(60)));
    assert_eq!(answer.headers[CACHE_CONTROL], "no-store");
    let uri = answer.json()["request_uri"].as_str().unwrap().to_owned();
    let reference = uri.strip_prefix("urn:ietf:params:oauth:request_uri:").unwrap();
    assert!(reference.len() >= 43, "256 bits that nobody guesses");

    let beside = [("state", "beside"), ("scope", "email"), ("redirect_uri", "https://evil.example/")];
    let answered = world.authorize("app", &uri, &beside).await.answered();
    assert_eq!(answered["state"], "pushed", "what stands beside the reference does not count");
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", answered["code"].as_str().unwrap()),
        ("redirect_uri", REDIRECT_URI),
    ];
    let tokens = world.post("/acme/token", Some(BASIC), form(&fields)).await;
    assert!(tokens.json()["id_token"].is_string(), "{}", tokens.body);

    let journal = world.idp.provider("acme").journal();
    let entry = journal.iter().find(|entry| entry.endpoint.name() == "authorization").unwrap();
    assert_eq!(entry.parameters["state"], "pushed");
    assert_eq!(entry.notes, ["the parameters are those of a pushed request"]);
}

#[tokio::test]
async fn a_reference_is_good_once() {
    let world = World::new();
    let uri = world.pushed(&[]).await;
    assert!(world.authorize("app", &uri, &[]).await.answered().contains_key("code"));
    let again = world.authorize("app", &uri, &[]).await;
    assert_eq!(again.status, 400);
    assert!(again.body.contains("the pushed request was used before"), "{}", again.body);
    assert!(again.body.contains("go back to the application"), "{}", again.body);
    let told = [("redirect_uri", REDIRECT_URI), ("state", "s")];
    let again = world.authorize("app", &uri, &told).await.answered();
    assert_eq!((&again["error"], &again["state"]), (&json!("invalid_request_uri"), &json!("s")));
}

#[tokio::test]
async fn a_reference_expires() {
    let world = World::new();
    let uri = world.pushed(&[]).await;
    world.clock.advance(60);
    assert_eq!(world.authorize("app", &uri, &[]).await.status, 400);
    assert!(world.last_cause().contains("the pushed request expired at"), "{}", world.last_cause());
    world.clock.advance(300);
    world.authorize("app", &uri, &[]).await;
    assert!(world.last_cause().contains("no such request was pushed"), "{}", world.last_cause());
    assert_eq!(world.idp.provider("acme").store_size().pushed, 0);
}

#[tokio::test]
async fn a_reference_is_of_no_use_to_another_client_and_is_not_used_up_by_it() {
    let world = World::new();
    let uri = world.pushed(&[]).await;
    assert_eq!(world.authorize("spa", &uri, &[]).await.status, 400);
    assert!(world.last_cause().contains("pushed by `app`, not by `spa`"), "{}", world.last_cause());
    assert!(world.authorize("app", &uri, &[]).await.answered().contains_key("code"));
}

#[rstest]
#[case::wrong_secret(Some("Basic YXBwOndyb25n"), &[], 401, "invalid_client")]
#[case::nobody(None, &[], 401, "invalid_client")]
#[case::a_reference(Some(BASIC), &[("request_uri", "urn:ietf:params:oauth:request_uri:x")], 400, "invalid_request")]
#[case::unregistered_redirect_uri(Some(BASIC), &[("redirect_uri", "https://evil.example/")], 400, "invalid_request")]
#[case::no_response_type(Some(BASIC), &[("response_type", "")], 400, "invalid_request")]
#[case::unknown_response_type(Some(BASIC), &[("response_type", "x")], 400, "unsupported_response_type")]
#[case::no_nonce(Some(BASIC), &[("response_type", "id_token")], 400, "invalid_request")]
#[case::bad_object(Some(BASIC), &[("request", "e30.e30")], 400, "invalid_request_object")]
#[case::another_client(Some(BASIC), &[("client_id", "spa")], 400, "invalid_request")]
#[tokio::test]
async fn a_request_that_would_be_refused_cannot_be_pushed(
    #[case] authorization: Option<&str>,
    #[case] more: &[(&str, &str)],
    #[case] status: u16,
    #[case] error: &str,
) {
    let world = World::new();
    let answer = world.push_as(authorization, more).await;
    assert_eq!((answer.status.as_u16(), &answer.json()["error"]), (status, &json!(error)), "{}", answer.body);
    assert_eq!(answer.headers[CACHE_CONTROL], "no-store");
    assert_eq!(world.idp.provider("acme").store_size().pushed, 0);
}

#[tokio::test]
async fn a_public_client_pushes_with_its_id() {
    let world = World::new();
    let answer = world.push_as(None, &[("client_id", "spa")]).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    let uri = answer.json()["request_uri"].as_str().unwrap().to_owned();
    assert!(world.authorize("spa", &uri, &[]).await.answered().contains_key("code"));
}

#[rstest]
#[case::issuer(ISSUER)]
#[case::token_endpoint("https://idp.test/acme/token")]
#[case::this_endpoint("https://idp.test/acme/par")]
#[tokio::test]
async fn an_assertion_may_be_for(#[case] audience: &str) {
    let world = World::new();
    let assertion = assertion(audience);
    let proof = [("client_assertion_type", JWT_BEARER), ("client_assertion", assertion.as_str())];
    assert_eq!(world.push_as(None, &proof).await.status, 201, "{}", world.last_cause());
    let again = world.push_as(None, &proof).await;
    assert_eq!((again.status.as_u16(), &again.json()["error"]), (401, &json!("invalid_client")));
    assert!(world.last_cause().contains("was used before"), "{}", world.last_cause());
}

#[tokio::test]
async fn a_request_object_can_be_pushed() {
    let world = World::new();
    let key = key();
    let inside = json!({ "client_id": "pushes", "state": "inside", "aud": ISSUER });
    let object = jws::sign(&key.header("JWT"), inside.as_object().unwrap(), &key).unwrap();
    let uri = world.pushed_with_a_key(&[("request", &object)]).await;
    assert_eq!(world.authorize("pushes", &uri, &[]).await.answered()["state"], "inside");
}

#[tokio::test]
async fn a_client_that_has_to_push_is_refused_when_it_does_not() {
    let world = World::new();
    let plain = [("redirect_uri", REDIRECT_URI), ("response_type", "code"), ("state", "s")];
    let all: Vec<_> = [("client_id", "pushes")].iter().chain(&plain).copied().collect();
    let answered = world.fetch(&format!("/acme/authorize?{}", form(&all))).await.answered();
    assert_eq!((&answered["error"], &answered["state"]), (&json!("invalid_request"), &json!("s")));
    assert!(world.last_cause().contains("`pushes` has to push its requests"), "{}", world.last_cause());
}

#[tokio::test]
async fn the_login_form_of_a_client_that_has_to_push_carries_a_request_that_nobody_can_change() {
    let world = World::new();
    let uri = world.pushed_with_a_key(&[("login_hint", "")]).await;
    let page = world.authorize("pushes", &uri, &[]).await;
    let carried = page.body.split_once("name=\"request\" value=\"").unwrap().1.split_once('"').unwrap().0;
    let carried = carried.replace("&amp;", "&");
    let press = async |request: &str| {
        let answer = world.post("/acme/login", None, form(&[("request", request), ("user", "ada")])).await;
        answer.answered()
    };
    assert!(press(&carried).await.contains_key("code"), "{}", world.last_cause());
    let changed = press(&carried.replace("scope=openid", "scope=openid+admin")).await;
    assert_eq!(changed["error"], "invalid_request");
    assert!(world.last_cause().contains("has to push"), "{}", world.last_cause());
}

#[rstest]
#[case::optional("optional", Some(false))]
#[case::required("required", Some(true))]
#[case::off("off", None)]
#[tokio::test]
async fn the_metadata_says_whether_requests_can_or_have_to_be_pushed(
    #[case] pushed: &str,
    #[case] required: Option<bool>,
) {
    let world = World::with(&json!({ "pushed": pushed }));
    let metadata = world.fetch("/acme/.well-known/openid-configuration").await.json();
    let endpoint = metadata.get("pushed_authorization_request_endpoint");
    assert_eq!(endpoint, required.map(|_| json!("https://idp.test/acme/par")).as_ref());
    let said = metadata.get("require_pushed_authorization_requests");
    assert_eq!(said, required.map(Value::Bool).as_ref());

    let plain = [
        ("client_id", "app"),
        ("redirect_uri", REDIRECT_URI),
        ("response_type", "code"),
        ("login_hint", "ada"),
    ];
    let answered = world.fetch(&format!("/acme/authorize?{}", form(&plain))).await.answered();
    assert_eq!(answered.contains_key("code"), required != Some(true), "{answered:?}");
    assert_eq!(world.push(&[]).await.status.as_u16(), if required.is_some() { 201 } else { 404 });
}

#[tokio::test]
async fn a_request_that_is_too_large_is_not_taken_in() {
    let answer = World::new().push(&[("state", &"x".repeat(64 * 1024))]).await;
    assert_eq!((answer.status.as_u16(), &answer.json()["error"]), (413, &json!("invalid_request")));
}

#[tokio::test]
async fn clients_that_push_and_never_come_do_not_fill_the_memory() {
    let world = World::new();
    let mut refused = 0;
    for _ in 0..2_001 {
        let answer = world.push(&[]).await;
        refused += usize::from(answer.status == 503);
    }
    assert_eq!((refused, world.idp.provider("acme").store_size().pushed), (1, 2_000));
    world.clock.advance(60);
    assert_eq!(world.push(&[]).await.status, 201, "those whose time is over make room");
}

//! What a client registers and what comes of it later, over a socket.

#![expect(clippy::unwrap_used, reason = "helpers of tests, which clippy does not recognise as such")]

use std::sync::Arc;

use http::header::{COOKIE, LOCATION, SET_COOKIE};
use mock_idp::MockIdp;
use mock_idp::protocol::Timestamp;
use mock_idp::protocol::keys::jws;
use mock_idp::provider::ports::VirtualClock;
use rstest::rstest;
use serde_json::{Map, Value, json};
use url::{Url, form_urlencoded};

const NOW: i64 = 1_930_377_600;
const REDIRECT_URI: &str = "https://app.example/cb";

struct Op {
    idp: MockIdp,
    clock: VirtualClock,
    http: reqwest::Client,
    cookie: String,
}

impl Op {
    async fn start(config: Value) -> Self {
        let clock = VirtualClock::at(Timestamp(NOW));
        let builder = MockIdp::builder().config(serde_json::from_value(config).unwrap());
        let idp = builder.clock(Arc::new(clock.clone())).start().await.unwrap();
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        Self { idp, clock, http, cookie: String::new() }
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.idp.url())
    }

    async fn register(&self, more: Value) -> (u16, Map<String, Value>) {
        let mut metadata = json!({ "redirect_uris": [REDIRECT_URI], "response_types": ["id_token"] });
        metadata.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let answer = self.http.post(self.url("/register")).json(&metadata).send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }

    /// The parameters of the answer to a request for an ID token; none, when a page is shown.
    async fn ask(&mut self, client: &str, more: &[(&str, &str)]) -> Map<String, Value> {
        let usual = [
            ("client_id", client),
            ("redirect_uri", REDIRECT_URI),
            ("response_type", "id_token"),
            ("scope", "openid"),
            ("nonce", "n"),
        ];
        let unsaid = usual.iter().filter(|(name, _)| more.iter().all(|(said, _)| said != name));
        let all = form_urlencoded::Serializer::new(String::new()).extend_pairs(unsaid.chain(more)).finish();
        let request = self.http.get(self.url(&format!("/authorize?{all}"))).header(COOKIE, &self.cookie);
        let answer = request.send().await.unwrap();
        if let Some(cookie) = answer.headers().get(SET_COOKIE) {
            cookie.to_str().unwrap().split(';').next().unwrap().clone_into(&mut self.cookie);
        }
        let Some(location) = answer.headers().get(LOCATION) else { return Map::new() };
        let location = Url::parse(location.to_str().unwrap()).unwrap();
        let parameters =
            form_urlencoded::parse(location.fragment().unwrap_or_default().as_bytes()).into_owned();
        parameters.map(|(name, value)| (name, Value::String(value))).collect()
    }
}

fn id_token(answer: &Map<String, Value>) -> Map<String, Value> {
    jws::decode(answer["id_token"].as_str().unwrap()).unwrap().claims
}

#[tokio::test]
async fn a_default_max_age_has_the_person_sign_in_again_unless_the_request_says_otherwise() {
    let mut op = Op::start(json!({ "users": { "ada": {} } })).await;
    let (_, told) = op.register(json!({ "default_max_age": 60, "require_auth_time": true })).await;
    assert_eq!((&told["default_max_age"], &told["require_auth_time"]), (&json!(60), &json!(true)));
    let id = told["client_id"].as_str().unwrap().to_owned();
    let first = op.ask(&id, &[("login_hint", "ada")]).await;
    assert_eq!(id_token(&first)["auth_time"], NOW);

    op.clock.advance(60);
    let silent = op.ask(&id, &[("prompt", "none")]).await;
    assert_eq!(id_token(&silent)["auth_time"], NOW, "a sign-in of sixty seconds is young enough");
    op.clock.advance(1);
    assert_eq!(op.ask(&id, &[("prompt", "none")]).await["error"], "login_required");
    let patient = op.ask(&id, &[("prompt", "none"), ("max_age", "100")]).await;
    assert_eq!(id_token(&patient)["auth_time"], NOW, "the request overrides what is registered");
    let again = op.ask(&id, &[("login_hint", "ada")]).await;
    assert_eq!(id_token(&again)["auth_time"], NOW + 61);
}

#[tokio::test]
async fn default_acr_values_name_the_class_of_a_sign_in_unless_the_request_says_otherwise() {
    let config = json!({ "users": { "ada": {} }, "acr_values": ["bronze", "silver"] });
    let mut op = Op::start(config).await;
    let (_, told) = op.register(json!({ "default_acr_values": ["gold", "silver"] })).await;
    assert_eq!(told["default_acr_values"], json!(["gold", "silver"]));
    let id = told["client_id"].as_str().unwrap().to_owned();
    let usual = op.ask(&id, &[("login_hint", "ada")]).await;
    assert_eq!(id_token(&usual)["acr"], "silver", "the first that the provider knows");
    let asked = op.ask(&id, &[("login_hint", "ada"), ("acr_values", "bronze")]).await;
    assert_eq!(id_token(&asked)["acr"], "bronze", "the request overrides what is registered");
}

/// RFC8252-7.3: an application on a desktop listens on whatever port the system gives it.
#[rstest]
#[case::native("native", true)]
#[case::web("web", false)]
#[tokio::test]
async fn only_a_native_client_is_answered_at_any_port_of_its_loopback_address(
    #[case] kind: &str,
    #[case] answered: bool,
) {
    let mut op = Op::start(json!({ "users": { "ada": {} } })).await;
    let registration = json!({
        "application_type": kind, "redirect_uris": ["http://127.0.0.1/cb"], "response_types": ["code"],
    });
    let (_, told) = op.register(registration).await;
    let id = told["client_id"].as_str().unwrap().to_owned();
    let at = [
        ("redirect_uri", "http://127.0.0.1:52817/cb"),
        ("response_type", "code"),
        ("response_mode", "fragment"),
        ("login_hint", "ada"),
    ];
    let answer = op.ask(&id, &at).await;
    assert_eq!(answer.contains_key("code"), answered, "{answer:?}");
}

#[tokio::test]
async fn a_thousand_clients_register_and_the_next_one_is_told_that_it_is_full() {
    let op = Op::start(json!({})).await;
    let mut last = Map::new();
    for _ in 0..1_000 {
        let (status, told) = op.register(json!({})).await;
        assert_eq!(status, 201, "{told:?}");
        last = told;
    }
    let (status, refused) = op.register(json!({})).await;
    assert_eq!((status, &refused["error"]), (503, &json!("server_error")));
    let journal = op.idp.default_provider().journal();
    let cause = journal.last().unwrap().error.as_ref().unwrap().cause.clone();
    assert!(cause.contains("1000 clients are registered, which is the most; delete some"), "{cause}");

    let token = last["registration_access_token"].as_str().unwrap();
    let address = last["registration_client_uri"].as_str().unwrap();
    let gone = op.http.delete(address).bearer_auth(token).send().await.unwrap();
    assert_eq!(gone.status(), 204);
    assert_eq!(op.register(json!({})).await.0, 201, "there is room again");
}

#[rstest]
#[case::other_keys(json!([{ "alg": "ES256" }]), json!(["ES256"]), 1)]
#[case::rs256_among_others(json!([{ "alg": "ES256" }, { "alg": "RS256" }]), json!(["ES256", "RS256"]), 0)]
#[tokio::test]
async fn a_provider_without_an_rs256_key_does_not_offer_it_and_notes_that_clients_may_miss_it(
    #[case] signing: Value,
    #[case] offered: Value,
    #[case] notes: usize,
) {
    let op = Op::start(json!({ "signing": signing, "any_client": false, "registration": false })).await;
    let address = op.url("/.well-known/openid-configuration");
    for _ in 0..2 {
        let metadata: Value = op.http.get(&address).send().await.unwrap().json().await.unwrap();
        assert_eq!(metadata["id_token_signing_alg_values_supported"], offered);
    }
    let noted: Vec<_> =
        op.idp.default_provider().journal().into_iter().flat_map(|entry| entry.notes).collect();
    assert_eq!(noted.len(), notes, "{noted:?}");
    assert!(
        noted.iter().all(|note| note.contains("offers no RS256") && note.contains("OIDCD-3")),
        "{noted:?}"
    );
}

//! `request_uri`: request objects that a client publishes (OIDCC-6.2).

use rstest::rstest;
use serde_json::{Map, Value, json};
use url::form_urlencoded;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use mock_idp::protocol::keys::jws::{self, Signer};
use mock_idp::protocol::pkce::s256;

use super::provider::{Op, key, published};
use super::site::Site;

const REDIRECT_URI: &str = "https://app.example/cb";

fn unsigned(claims: &Value) -> String {
    format!("{}.{}.", URL_SAFE_NO_PAD.encode(r#"{"alg":"none"}"#), URL_SAFE_NO_PAD.encode(claims.to_string()))
}

fn signed(claims: &Value, signer: &Signer) -> String {
    jws::sign(&signer.header("JWT"), claims.as_object().unwrap(), signer).unwrap()
}

/// A provider with one client, which has these settings besides a secret and a redirect URI.
async fn provider(client: Value, requests: Value) -> Op {
    let mut app = json!({ "secret": "s3cret", "redirect_uris": [REDIRECT_URI] });
    app.as_object_mut().unwrap().extend(client.as_object().unwrap().clone());
    Op::start(json!({ "requests": requests, "clients": { "app": app }, "users": { "ada": {} } })).await
}

/// A provider that fetches request objects from this address.
async fn registered(uri: &str) -> Op {
    provider(json!({ "request_uris": [uri] }), json!({})).await
}

/// The parameters that reach the client after a request that refers to `uri`.
async fn ask(op: &Op, uri: &str, more: &[(&str, &str)]) -> Map<String, Value> {
    let usual = [
        ("client_id", "app"),
        ("redirect_uri", REDIRECT_URI),
        ("response_type", "code"),
        ("scope", "openid"),
        ("state", "beside"),
        ("login_hint", "ada"),
        ("request_uri", uri),
    ];
    let all = form_urlencoded::Serializer::new(String::new()).extend_pairs(usual.iter().chain(more)).finish();
    let answer = op.http.get(op.url(&format!("/authorize?{all}"))).send().await.unwrap();
    let location = answer.headers().get("location").map(|value| value.to_str().unwrap().to_owned());
    let rest = location.as_deref().and_then(|to| to.strip_prefix(REDIRECT_URI)).unwrap_or_default();
    let parameters = form_urlencoded::parse(rest.trim_start_matches(['?', '#']).as_bytes()).into_owned();
    parameters.map(|(name, value)| (name, Value::String(value))).collect()
}

async fn metadata(op: &Op) -> Value {
    let address = op.url("/.well-known/openid-configuration");
    op.http.get(address).send().await.unwrap().json().await.unwrap()
}

#[tokio::test]
async fn the_metadata_says_that_references_are_followed() {
    let op = registered("https://app.example/o").await;
    let metadata = metadata(&op).await;
    assert_eq!(metadata["request_uri_parameter_supported"], true);
    assert_eq!(metadata["require_request_uri_registration"], true);
}

#[tokio::test]
async fn an_unsigned_object_is_fetched_and_wins() {
    let site = Site::open().await;
    site.publish("/o", unsigned(&json!({ "state": "inside" })));
    let op = registered(&site.url("/o")).await;
    let answer = ask(&op, &site.url("/o"), &[]).await;
    assert_eq!(answer["state"], "inside", "{}", op.last_cause());
    assert!(answer.contains_key("code"));
    let calls = op.calls();
    assert_eq!((calls.len(), calls[0].parameters["for"].as_str()), (1, "request_uri"));
}

#[tokio::test]
async fn a_signed_object_is_checked_with_keys_that_are_fetched_too() {
    let site = Site::open().await;
    let signer = key("a");
    site.publish("/jwks", published(&[&signer]));
    let client = json!({ "jwks_uri": site.url("/jwks"), "request_uris": [site.url("/o")] });
    let op = provider(client, json!({})).await;
    site.publish(
        "/o",
        signed(&json!({ "iss": "app", "aud": op.idp.default_issuer(), "state": "inside" }), &signer),
    );
    assert_eq!(ask(&op, &site.url("/o"), &[]).await["state"], "inside", "{}", op.last_cause());
    assert_eq!(site.visits("/jwks"), 1);

    site.publish("/o", signed(&json!({ "state": "inside" }), &key("stranger")));
    let answer = ask(&op, &site.url("/o"), &[]).await;
    assert_eq!((&answer["error"], &answer["state"]), (&json!("invalid_request_uri"), &json!("beside")));
    assert!(op.last_cause().contains("its signature is not good"), "{}", op.last_cause());
}

#[tokio::test]
async fn a_signed_object_by_value_is_checked_with_keys_that_are_fetched() {
    let site = Site::open().await;
    let signer = key("a");
    site.publish("/jwks", published(&[&signer]));
    let op = provider(json!({ "jwks_uri": site.url("/jwks") }), json!({})).await;
    let object = signed(&json!({ "state": "inside" }), &signer);
    assert_eq!(ask(&op, "", &[("request", &object)]).await["state"], "inside", "{}", op.last_cause());
}

#[tokio::test]
async fn an_object_is_kept_as_long_as_the_fragment_is_the_same_and_not_without_one() {
    let site = Site::open().await;
    let [first, second] = ["first", "second"].map(|state| unsigned(&json!({ "state": state })));
    let [one, two] = [&first, &second].map(|object| format!("{}#{}", site.url("/o"), s256(object)));
    let op = registered(&one).await;
    site.publish("/o", first);
    assert_eq!(ask(&op, &one, &[]).await["state"], "first");
    site.publish("/o", second);
    assert_eq!(ask(&op, &one, &[]).await["state"], "first", "the fragment says that nothing changed");
    assert_eq!(site.visits("/o"), 1);
    assert_eq!(ask(&op, &two, &[]).await["state"], "second", "{}", op.last_cause());
    assert_eq!(site.visits("/o"), 2);
    for visits in 3..5 {
        assert_eq!(ask(&op, &site.url("/o"), &[]).await["state"], "second");
        assert_eq!(site.visits("/o"), visits, "without a fragment nobody knows");
    }
}

#[tokio::test]
async fn a_hash_that_is_not_that_of_the_document_is_noted() {
    let site = Site::open().await;
    site.publish("/o", unsigned(&json!({ "state": "inside" })));
    let uri = format!("{}#{}", site.url("/o"), s256("another"));
    let op = registered(&uri).await;
    assert_eq!(ask(&op, &uri, &[]).await["state"], "inside");
    let journal = op.journal();
    let notes = &journal.last().unwrap().notes;
    assert!(notes[0].contains("is not the SHA-256 hash of the document"), "{notes:?}");
}

#[rstest]
#[case::missing("/nothing", "the answer has the status 404")]
#[case::elsewhere("/moved", "redirects are not followed")]
#[case::no_jwt("/text", "it cannot be read: a signed JWT has three parts")]
#[case::nested("/nested", "there is a `request_uri` in it")]
#[case::too_large("/large", "the answer is larger than 65536 bytes")]
#[tokio::test]
async fn a_reference_that_leads_to_no_request_is_an_error_and_the_journal_says_why(
    #[case] path: &str,
    #[case] why: &str,
) {
    let site = Site::open().await;
    site.publish("/o", unsigned(&json!({})));
    site.answer("/moved", 302, site.url("/o"));
    site.publish("/text", "no object");
    site.publish("/nested", unsigned(&json!({ "request_uri": "https://app.example/o" })));
    site.publish("/large", "x".repeat(65_537));
    let op = registered(&site.url(path)).await;
    let answer = ask(&op, &site.url(path), &[]).await;
    assert_eq!((&answer["error"], &answer["state"]), (&json!("invalid_request_uri"), &json!("beside")));
    assert_eq!(answer["error_description"], "the request_uri leads to no valid request");
    assert!(op.last_cause().contains(why), "{}", op.last_cause());
    assert_eq!(site.visits("/o"), 0, "a redirect is not followed");
}

#[tokio::test]
async fn a_reference_that_the_client_did_not_register_is_not_followed() {
    let site = Site::open().await;
    site.publish("/other", unsigned(&json!({})));
    let op = registered(&site.url("/o")).await;
    assert_eq!(ask(&op, &site.url("/other"), &[]).await["error"], "invalid_request_uri");
    assert!(op.last_cause().contains("is not among the request_uris of `app`"), "{}", op.last_cause());
    assert_eq!(site.visits("/other"), 0);
}

#[tokio::test]
async fn a_host_that_was_not_allowed_is_not_called_and_the_refusal_says_how_to_allow_it() {
    let op = registered("https://app.example/o").await;
    assert_eq!(ask(&op, "https://app.example/o", &[]).await["error"], "invalid_request_uri");
    assert!(op.last_cause().contains("--allow-outgoing app.example"), "{}", op.last_cause());
}

#[tokio::test]
async fn without_registration_every_reference_on_the_loopback_interface_is_followed() {
    let site = Site::open().await;
    site.publish("/o", unsigned(&json!({ "state": "inside" })));
    let op = provider(json!({}), json!({ "only_registered_uris": false })).await;
    assert_eq!(metadata(&op).await["require_request_uri_registration"], false);
    assert_eq!(ask(&op, &site.url("/o"), &[]).await["state"], "inside", "{}", op.last_cause());
}

#[tokio::test]
async fn switched_off_references_are_refused_and_not_fetched() {
    let site = Site::open().await;
    let client = json!({ "request_uris": [site.url("/o")] });
    let op = provider(client, json!({ "by_reference": false })).await;
    assert_eq!(metadata(&op).await["request_uri_parameter_supported"], false);
    let answer = ask(&op, &site.url("/o"), &[]).await;
    assert_eq!((&answer["error"], &answer["state"]), (&json!("request_uri_not_supported"), &json!("beside")));
    assert_eq!(site.visits("/o"), 0);
}

#[tokio::test]
async fn a_reference_and_an_object_exclude_each_other() {
    let site = Site::open().await;
    let op = registered(&site.url("/o")).await;
    let object = unsigned(&json!({}));
    let answer = ask(&op, &site.url("/o"), &[("request", &object)]).await;
    assert_eq!(answer["error"], "invalid_request");
    assert_eq!(site.visits("/o"), 0);
}

#[tokio::test]
async fn a_client_registers_where_its_request_objects_are() {
    let site = Site::open().await;
    let signer = key("a");
    let op = Op::start(json!({ "users": { "ada": {} } })).await;
    let metadata = json!({
        "redirect_uris": [REDIRECT_URI],
        "request_object_signing_alg": "ES256",
        "request_uris": [site.url("/o")],
        "jwks": serde_json::from_str::<Value>(&published(&[&signer])).unwrap(),
    });
    let (status, told) = op.register(metadata).await;
    assert_eq!((status.as_u16(), &told["request_uris"]), (201, &json!([site.url("/o")])), "{told:?}");
    let id = told["client_id"].as_str().unwrap();
    site.publish("/o", signed(&json!({ "client_id": id, "state": "inside" }), &signer));
    let asked = form(id, &site.url("/o"));
    let answer = op.http.get(op.url(&format!("/authorize?{asked}"))).send().await.unwrap();
    let location = answer.headers()["location"].to_str().unwrap();
    assert!(location.contains("code=") && location.contains("state=inside"), "{location}");

    site.publish("/o", unsigned(&json!({ "client_id": id })));
    let answer = op.http.get(op.url(&format!("/authorize?{asked}"))).send().await.unwrap();
    let location = answer.headers()["location"].to_str().unwrap();
    assert!(location.contains("error=invalid_request_uri"), "{location}");
    assert!(op.last_cause().contains("is registered for `ES256`"), "{}", op.last_cause());
}

fn form(client: &str, uri: &str) -> String {
    let fields = [
        ("client_id", client),
        ("redirect_uri", REDIRECT_URI),
        ("response_type", "code"),
        ("scope", "openid"),
        ("login_hint", "ada"),
        ("request_uri", uri),
    ];
    form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}

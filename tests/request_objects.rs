//! Request objects over HTTP: by value, from the request to the tokens.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "helpers of tests, which clippy does not recognise as such"
)]

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::header::LOCATION;
use mock_idp::config::IdpConfig;
use mock_idp::protocol::keys::jwe::{ContentEncryption, Encryption, KeyManagement, NESTED, Recipient};
use mock_idp::protocol::keys::jws::{self, Signer};
use mock_idp::protocol::keys::{Algorithm, KeyPlan, KeySet};
use rstest::rstest;
use serde_json::{Map, Value, json};
use url::form_urlencoded;

use crate::wire::{Answer, BASIC, REDIRECT_URI, Wire};

/// When the provider's clock stands still.
const NOW: i64 = 1_930_377_600;

fn key() -> Signer {
    let keys = KeySet::new(vec![KeyPlan::fixed(Algorithm::ES256)], || [0; 32]).unwrap();
    Signer::Key(keys.signing(None).unwrap().clone())
}

/// Two clients with a key: `app` may sign or not, `signs` has to.
fn config(requests: &Value) -> IdpConfig {
    let Signer::Key(key) = key() else { panic!("a key signs") };
    let keys = json!({ "keys": [key.public_jwk()] });
    serde_json::from_value(json!({
        "issuer": "/acme",
        "seed": 42,
        "requests": requests,
        "clients": {
            "app": { "secret": "s3cret", "redirect_uris": [REDIRECT_URI], "jwks": keys },
            "signs": {
                "secret": "s3cret",
                "redirect_uris": [REDIRECT_URI],
                "jwks": keys,
                "request_object_alg": "ES256",
            },
        },
        "users": { "ada": { "sub": "u-1" }, "ben": { "sub": "u-2" } },
    }))
    .unwrap()
}

fn provider() -> Wire {
    Wire::of(config(&json!({})))
}

fn unsigned(claims: &Value) -> String {
    format!("{}.{}.", URL_SAFE_NO_PAD.encode(r#"{"alg":"none"}"#), URL_SAFE_NO_PAD.encode(claims.to_string()))
}

fn signed(claims: &Value) -> String {
    let key = key();
    jws::sign(&key.header("oauth-authz-req+jwt"), claims.as_object().unwrap(), &key).unwrap()
}

/// Asks with these parameters over the usual ones; an empty value takes one away.
async fn ask(wire: &mut Wire, more: &[(&str, &str)]) -> Answer {
    let usual = [
        ("client_id", "app"),
        ("redirect_uri", REDIRECT_URI),
        ("response_type", "code"),
        ("scope", "openid"),
        ("state", "beside"),
        ("login_hint", "ada"),
    ];
    let kept = usual.iter().filter(|(name, _)| more.iter().all(|(other, _)| other != name));
    let all = form_urlencoded::Serializer::new(String::new()).extend_pairs(kept.chain(more)).finish();
    wire.fetch(&format!("/acme/authorize?{all}")).await
}

/// The parameters of the answer at the redirect URI; nothing, if the browser was sent elsewhere or nowhere.
fn answered(answer: &Answer) -> Map<String, Value> {
    let rest = answer.header(LOCATION).strip_prefix(REDIRECT_URI).unwrap_or_default();
    let parameters = form_urlencoded::parse(rest.trim_start_matches(['&', '#']).as_bytes()).into_owned();
    parameters.map(|(name, value)| (name, Value::String(value))).collect()
}

/// The claims of the ID token that a code brings.
async fn id_token(wire: &mut Wire, code: &Value) -> Map<String, Value> {
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str().unwrap()),
        ("redirect_uri", REDIRECT_URI),
    ];
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let tokens = wire.post("/acme/token", BASIC, &body).await;
    let tokens: Value = serde_json::from_str(&tokens.body).unwrap();
    jws::decode(tokens["id_token"].as_str().unwrap()).unwrap().claims
}

async fn metadata(wire: &mut Wire) -> Value {
    let answer = wire.fetch("/acme/.well-known/openid-configuration").await;
    serde_json::from_str(&answer.body).unwrap()
}

#[tokio::test]
async fn the_metadata_says_that_request_objects_are_taken_and_how_they_may_be_signed() {
    let metadata = metadata(&mut provider()).await;
    assert_eq!(metadata["request_parameter_supported"], true);
    let offered = metadata["request_object_signing_alg_values_supported"].as_array().unwrap();
    for algorithm in ["none", "RS256", "ES256", "PS512", "EdDSA", "HS384"] {
        assert!(offered.contains(&json!(algorithm)), "{algorithm}");
    }
}

#[rstest]
#[case::unsigned(unsigned(&json!({ "state": "inside", "nonce": "n-2", "max_age": 300 })))]
#[case::signed(signed(&json!({
    "iss": "app", "aud": "https://idp.test/acme", "exp": NOW + 60, "state": "inside", "nonce": "n-2",
})))]
#[tokio::test]
async fn what_stands_in_the_object_is_what_the_tokens_are_made_of(#[case] object: String) {
    let mut wire = provider();
    let answer = ask(&mut wire, &[("nonce", "n-1"), ("request", &object)]).await;
    let answer = answered(&answer);
    assert_eq!(answer["state"], "inside");
    assert_eq!(id_token(&mut wire, &answer["code"]).await["nonce"], "n-2");
}

#[tokio::test]
async fn the_redirect_uri_in_the_object_is_used_where_the_one_beside_it_is_bad() {
    let inside = unsigned(&json!({ "redirect_uri": REDIRECT_URI }));
    let beside = [("redirect_uri", "https://app.example/unregistered"), ("request", inside.as_str())];
    let answer = ask(&mut provider(), &beside).await;
    assert!(answered(&answer).contains_key("code"), "{}", answer.body);

    let inside = unsigned(&json!({ "redirect_uri": "https://app.example/unregistered" }));
    let answer = ask(&mut provider(), &[("request", &inside)]).await;
    assert_eq!(answer.header(LOCATION), "", "there is no falling back to the one beside it");
    assert!(answer.body.contains("is not registered for `app`"), "{}", answer.body);
}

#[tokio::test]
async fn the_login_form_carries_the_request_that_counts() {
    let mut wire = provider();
    let object = signed(&json!({ "state": "inside", "nonce": "n-2", "scope": "openid email" }));
    let page = ask(&mut wire, &[("login_hint", ""), ("request", &object)]).await;
    let form = page.body.split_once("name=\"request\" value=\"").unwrap().1.split_once('"').unwrap().0;
    let form = form.replace("&amp;", "&").replace("&#38;", "&").replace("&#x3d;", "=").replace("&#x2f;", "/");
    let carried: Map<String, Value> = form_urlencoded::parse(form.as_bytes())
        .map(|(name, value)| (name.into_owned(), Value::String(value.into_owned())))
        .collect();
    assert_eq!(
        (&carried["state"], &carried["scope"], carried.get("request")),
        (&json!("inside"), &json!("openid email"), None),
        "{form}"
    );
    let fields = [("request", form.as_str()), ("user", "ben")];
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let answer = wire.post("/acme/login", "", &body).await;
    let answer = answered(&answer);
    let id_token = id_token(&mut wire, &answer["code"]).await;
    assert_eq!((&id_token["nonce"], &id_token["sub"]), (&json!("n-2"), &json!("u-2")));
}

#[rstest]
#[case::garbage("app", "e30.e30".to_owned(), "three parts")]
#[case::unsigned_where_a_signature_is_registered("signs", unsigned(&json!({})), "is registered for `ES256`")]
#[case::of_another_client("app", signed(&json!({ "client_id": "signs" })), "its client_id is `signs`")]
#[case::for_another_response_type("app", signed(&json!({ "response_type": "id_token" })), "response_type")]
#[case::for_another_provider("app", signed(&json!({ "aud": "https://other.test" })), "its `aud` is")]
#[case::from_somebody_else("app", signed(&json!({ "iss": "eve" })), "its `iss` is")]
#[case::expired("app", signed(&json!({ "exp": NOW })), "it expired at")]
#[case::nested("app", signed(&json!({ "request_uri": "https://app.example/o" })), "there is a `request_uri` in it")]
#[case::tampered_with("app", signed(&json!({})).replacen(".e30.", ".eyJhIjoxfQ.", 1), "signature does not match")]
#[tokio::test]
async fn an_object_that_is_not_good_is_an_error_with_the_state_and_its_reason_in_the_journal(
    #[case] client: &str,
    #[case] object: String,
    #[case] reason: &str,
) {
    let mut wire = provider();
    let answer = ask(&mut wire, &[("client_id", client), ("request", &object)]).await;
    let answer = answered(&answer);
    assert_eq!((&answer["error"], &answer["state"]), (&json!("invalid_request_object"), &json!("beside")));
    assert_eq!(answer["error_description"], "the request object is invalid");
    let journal = wire.idp.provider("acme").journal();
    let cause = &journal.last().unwrap().error.as_ref().unwrap().cause;
    assert!(cause.contains(reason), "{cause}");
}

#[tokio::test]
async fn a_bad_object_is_shown_to_the_person_where_nothing_else_leads_to_the_client() {
    let answer = ask(&mut provider(), &[("redirect_uri", ""), ("request", "e30.e30")]).await;
    assert_eq!((answer.status.as_u16(), answer.header(LOCATION)), (400, ""));
    assert!(answer.body.contains("the request object is refused"), "{}", answer.body);
}

#[tokio::test]
async fn switched_off_request_objects_are_refused_and_not_offered() {
    let mut wire = Wire::of(config(&json!({ "objects": false, "by_reference": false })));
    let metadata = metadata(&mut wire).await;
    assert_eq!(metadata["request_parameter_supported"], false);
    assert_eq!(metadata.get("request_object_signing_alg_values_supported"), None);
    let answer = ask(&mut wire, &[("request", &unsigned(&json!({ "state": "inside" })))]).await;
    let answer = answered(&answer);
    assert_eq!((&answer["error"], &answer["state"]), (&json!("request_not_supported"), &json!("beside")));
}

#[tokio::test]
async fn the_journal_shows_the_request_that_counted() {
    let mut wire = provider();
    ask(&mut wire, &[("request", &signed(&json!({ "state": "inside" })))]).await;
    let journal = wire.idp.provider("acme").journal();
    let entry = journal.last().unwrap();
    assert_eq!(entry.parameters["state"], "inside");
    assert!(entry.notes[0].contains("signed with ES256"), "{:?}", entry.notes);
}

/// An object, encrypted to a key that the provider publishes.
async fn encrypted(wire: &mut Wire, object: &str, encryption: Encryption) -> String {
    let keys: Value = serde_json::from_str(&wire.fetch("/acme/jwks").await.body).unwrap();
    let recipient = Recipient::among(keys["keys"].as_array().unwrap(), encryption).unwrap();
    recipient.encrypt(object.as_bytes(), Some(NESTED), [7; 32]).unwrap().compact
}

#[tokio::test]
async fn an_object_may_be_encrypted_with_every_algorithm_that_is_published() {
    let mut wire = provider();
    let metadata = metadata(&mut wire).await;
    for alg in KeyManagement::ALL {
        for enc in ContentEncryption::ALL {
            let offered = |list: &str, name: &str| metadata[list].as_array().unwrap().contains(&json!(name));
            assert!(offered("request_object_encryption_alg_values_supported", alg.as_str()), "{alg:?}");
            assert!(offered("request_object_encryption_enc_values_supported", enc.as_str()), "{enc:?}");
            for object in [signed(&json!({ "state": "inside" })), unsigned(&json!({ "state": "inside" }))] {
                let object = encrypted(&mut wire, &object, Encryption { alg, enc }).await;
                let answer = ask(&mut wire, &[("request", &object)]).await;
                assert_eq!(answered(&answer)["state"], "inside", "{alg:?} {enc:?}");
            }
        }
    }
}

#[tokio::test]
async fn what_is_encrypted_is_checked_all_the_same() {
    let mut wire = provider();
    let encryption = Encryption { alg: KeyManagement::RsaOaep256, enc: ContentEncryption::A256Gcm };
    let object = encrypted(&mut wire, &unsigned(&json!({ "client_id": "eve" })), encryption).await;
    let answer = answered(&ask(&mut wire, &[("request", &object)]).await);
    assert_eq!(answer["error"], "invalid_request_object");

    let object = encrypted(&mut wire, &unsigned(&json!({})), encryption).await;
    let (envelope, _) = object.rsplit_once('.').unwrap();
    let changed = format!("{envelope}.{}", URL_SAFE_NO_PAD.encode([0; 16]));
    let answer = answered(&ask(&mut wire, &[("request", &changed)]).await);
    assert_eq!(answer["error"], "invalid_request_object");
    let journal = wire.idp.provider("acme").journal();
    let cause = &journal.last().unwrap().error.as_ref().unwrap().cause;
    assert!(cause.contains("it cannot be decrypted"), "{cause}");
}

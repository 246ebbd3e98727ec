//! `jwks_uri`: keys that a client publishes (OIDCR-2, OIDCC-10.1.1).

use mock_idp::protocol::keys::jwe::{DecryptionKey, Envelope};
use rstest::rstest;
use serde_json::{Value, json};

use super::provider::{Op, key, published};
use super::site::Site;

/// A provider with one client, whose keys are at this address.
async fn provider(jwks_uri: &str) -> Op {
    Op::start(json!({ "clients": { "app": { "jwks_uri": jwks_uri } } })).await
}

#[tokio::test]
async fn published_keys_are_fetched_once_and_used_for_every_assertion() {
    let site = Site::open().await;
    let signer = key("a");
    site.publish("/jwks", published(&[&signer]));
    let mut op = provider(&site.url("/jwks")).await;
    assert_eq!(site.visits("/jwks"), 0, "nothing is fetched before it is needed");
    for _ in 0..3 {
        let (status, answer) = op.prove("app", &signer).await;
        assert_eq!(status, 200, "{answer}: {}", op.last_cause());
    }
    assert_eq!(site.visits("/jwks"), 1);
    let calls = op.calls();
    assert_eq!(calls.len(), 1);
    assert_eq!((calls[0].parameters["for"].as_str(), calls[0].client.as_deref()), ("jwks_uri", Some("app")));
    assert_eq!(calls[0].parameters["url"], site.url("/jwks"));
}

#[tokio::test]
async fn a_rotated_key_is_found_at_once_and_the_old_one_is_not_good_any_more() {
    let site = Site::open().await;
    let (old, new) = (key("old"), key("new"));
    site.publish("/jwks", published(&[&old]));
    let mut op = provider(&site.url("/jwks")).await;
    assert_eq!(op.prove("app", &old).await.0, 200);
    site.publish("/jwks", published(&[&new]));
    assert_eq!(op.prove("app", &new).await.0, 200, "{}", op.last_cause());
    assert_eq!(site.visits("/jwks"), 2);
    assert_eq!(op.prove("app", &old).await.0, 401);
    assert!(op.last_cause().contains("no ES256 key with the kid `old`"), "{}", op.last_cause());
}

#[tokio::test]
async fn a_key_that_is_taken_back_is_good_for_ten_minutes_at_most() {
    let site = Site::open().await;
    let signer = key("a");
    site.publish("/jwks", published(&[&signer]));
    let mut op = provider(&site.url("/jwks")).await;
    assert_eq!(op.prove("app", &signer).await.0, 200);
    site.publish("/jwks", published(&[]));
    op.clock.advance(599);
    assert_eq!(op.prove("app", &signer).await.0, 200);
    op.clock.advance(1);
    assert_eq!(op.prove("app", &signer).await.0, 401);
}

#[tokio::test]
async fn wrong_signatures_do_not_have_the_client_called_without_end() {
    let site = Site::open().await;
    site.publish("/jwks", published(&[&key("a")]));
    let mut op = provider(&site.url("/jwks")).await;
    for _ in 0..30 {
        assert_eq!(op.prove("app", &key("stranger")).await.0, 401);
    }
    assert_eq!(site.visits("/jwks"), 20);
    op.clock.advance(10);
    assert_eq!(op.prove("app", &key("a")).await.0, 200);
    assert_eq!(op.prove("app", &key("stranger")).await.0, 401);
    assert_eq!(site.visits("/jwks"), 21, "after a while it is tried again");
}

#[tokio::test]
async fn keys_that_were_good_stay_good_while_the_client_is_down() {
    let site = Site::open().await;
    let signer = key("a");
    site.publish("/jwks", published(&[&signer]));
    let mut op = provider(&site.url("/jwks")).await;
    assert_eq!(op.prove("app", &signer).await.0, 200);
    site.answer("/jwks", 503, "down");
    op.clock.advance(600);
    assert_eq!(op.prove("app", &signer).await.0, 200, "{}", op.last_cause());
    let failed = op.calls().pop().unwrap();
    assert_eq!((failed.status, failed.error.unwrap().code), (503, "status"));
}

#[rstest]
#[case::missing("/nothing", "the answer has the status 404")]
#[case::elsewhere("/moved", "the answer has the status 302, and redirects are not followed")]
#[case::no_json("/text", "it is not JSON")]
#[case::no_key_set("/object", "a JWK set is an object with a list `keys`")]
#[case::private("/private", "is not a public key")]
#[case::too_large("/large", "the answer is larger than 65536 bytes")]
#[tokio::test]
async fn without_keys_the_client_is_not_believed_and_the_journal_says_why(
    #[case] path: &str,
    #[case] why: &str,
) {
    let site = Site::open().await;
    let signer = key("a");
    site.publish("/jwks", published(&[&signer]));
    site.answer("/moved", 302, site.url("/jwks"));
    site.publish("/text", "keys: none");
    site.publish("/object", "{}");
    site.publish("/private", r#"{"keys":[{"kty":"EC","d":"x"}]}"#);
    site.publish("/large", "x".repeat(65_537));
    let mut op = provider(&site.url(path)).await;
    let (status, answer) = op.prove("app", &signer).await;
    assert_eq!((status.as_u16(), &answer["error"]), (401, &json!("invalid_client")));
    assert_eq!(answer["error_description"], "client authentication failed", "the wire says no more");
    let cause = op.last_cause();
    assert!(cause.contains(&site.url(path)) && cause.contains(why), "{cause}");
    assert_eq!(site.visits("/jwks"), 0, "a redirect is not followed");
    assert_eq!(op.calls().pop().unwrap().error.unwrap().clause, "OIDCC-10.1");
}

#[tokio::test]
async fn a_failure_is_not_remembered() {
    let site = Site::open().await;
    let signer = key("a");
    let mut op = provider(&site.url("/jwks")).await;
    assert_eq!(op.prove("app", &signer).await.0, 401);
    site.publish("/jwks", published(&[&signer]));
    assert_eq!(op.prove("app", &signer).await.0, 200, "{}", op.last_cause());
}

#[tokio::test]
async fn a_client_registers_where_its_keys_are() {
    let site = Site::open().await;
    let signer = key("a");
    site.publish("/jwks", published(&[&signer]));
    let mut op = Op::start(json!({})).await;
    let (status, told) = op
        .register(json!({
            "grant_types": ["client_credentials"],
            "token_endpoint_auth_method": "private_key_jwt",
            "jwks_uri": site.url("/jwks"),
        }))
        .await;
    assert_eq!(status, 201, "{told:?}");
    assert_eq!(told["jwks_uri"], site.url("/jwks"));
    assert_eq!(told.get("client_secret"), None);
    let id = told["client_id"].as_str().unwrap().to_owned();
    assert_eq!(op.prove(&id, &signer).await.0, 200, "{}", op.last_cause());
}

#[rstest]
#[case::both(json!({ "jwks_uri": "https://app.example/jwks", "jwks": { "keys": [] } }), "not used together")]
#[case::plain_http(json!({ "jwks_uri": "http://app.example/jwks" }), "an https URL")]
#[case::no_url(json!({ "jwks_uri": "jwks" }), "an https URL")]
#[case::no_text(json!({ "jwks_uri": 1 }), "a string")]
#[case::neither(json!({ "token_endpoint_auth_method": "private_key_jwt" }), "or at a `jwks_uri`")]
#[tokio::test]
async fn other_keys_cannot_be_registered(#[case] member: Value, #[case] why: &str) {
    let op = Op::start(json!({})).await;
    let mut metadata = json!({ "redirect_uris": ["https://app.example/cb"] });
    metadata.as_object_mut().unwrap().extend(member.as_object().unwrap().clone());
    let (status, answer) = op.register(metadata).await;
    assert_eq!((status.as_u16(), &answer["error"]), (400, &json!("invalid_client_metadata")));
    assert!(op.last_cause().contains(why), "{}", op.last_cause());
}

/// A key set with one key to encrypt to, and the private half.
fn to_encrypt_to(name: &str) -> (String, DecryptionKey) {
    let vectors: Value = serde_json::from_str(include_str!("../../fixtures/vectors/joserfc.json")).unwrap();
    let private = vectors["keys"][name].clone();
    let key = DecryptionKey::from_jwk(&private).unwrap();
    (json!({ "keys": [key.public_members()] }).to_string(), key)
}

#[tokio::test]
async fn tokens_are_encrypted_to_a_published_key() {
    let site = Site::open().await;
    let (published, key) = to_encrypt_to("P-256");
    site.publish("/jwks", published);
    let client = json!({
        "secret": "s3cret", "jwks_uri": site.url("/jwks"), "any_loopback_redirect_uri": true,
        "id_token_encryption": { "alg": "ECDH-ES" },
    });
    let op =
        Op::start(json!({ "clients": { "app": client }, "users": { "ada": {} }, "auto_login": "ada" })).await;
    let query = "client_id=app&redirect_uri=http://localhost/cb&scope=openid&response_type=code";
    let answer = op.http.get(op.url(&format!("/authorize?{query}"))).send().await.unwrap();
    let location = url::Url::parse(answer.headers()["location"].to_str().unwrap()).unwrap();
    let code = location.query_pairs().find(|(name, _)| name == "code").unwrap().1.into_owned();
    let fields =
        [("grant_type", "authorization_code"), ("code", &code), ("redirect_uri", "http://localhost/cb")];
    let request = op.http.post(op.url("/token")).basic_auth("app", Some("s3cret")).form(&fields);
    let tokens: Value = request.send().await.unwrap().json().await.unwrap();
    let opened = Envelope::parse(tokens["id_token"].as_str().unwrap()).unwrap().open(&key).unwrap();
    assert_eq!(opened.split(|byte| *byte == b'.').count(), 3, "there is a signed JWT inside");
    assert_eq!(site.visits("/jwks"), 1);
}

#[tokio::test]
async fn a_published_key_that_is_of_no_use_is_told_to_the_operator_and_no_token_is_given_out() {
    let site = Site::open().await;
    site.publish("/jwks", to_encrypt_to("RSA").0);
    let client = json!({
        "secret": "s3cret", "jwks_uri": site.url("/jwks"), "any_loopback_redirect_uri": true,
        "id_token_encryption": { "alg": "ECDH-ES" },
    });
    let op =
        Op::start(json!({ "clients": { "app": client }, "users": { "ada": {} }, "auto_login": "ada" })).await;
    let query = "client_id=app&redirect_uri=http://localhost/cb&scope=openid&response_type=id_token&nonce=n";
    let answer = op.http.get(op.url(&format!("/authorize?{query}"))).send().await.unwrap();
    let location = answer.headers()["location"].to_str().unwrap();
    assert!(location.contains("#error=server_error"), "{location}");
    assert!(op.last_cause().contains("no key is for ECDH-ES among the client's keys"), "{}", op.last_cause());
}

//! ID tokens and UserInfo responses as a client is registered for them: signed, unsigned, encrypted, over HTTP.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "helpers of tests, which clippy does not recognise as such"
)]

use axum::body::Body;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use harness::transport::Response;
use mock_idp::protocol::issue::hash::left_half;
use mock_idp::protocol::keys::jwe::{DecryptionKey, Encryption, Envelope, Recipient};
use mock_idp::protocol::keys::{Algorithm, jws};
use rstest::rstest;
use serde_json::{Map, Value, json};
use tower::ServiceExt as _;

use crate::support::app::{App, ISSUER, REDIRECT_URI, read};

/// A private key of the client.
fn private_key(name: &str) -> Value {
    let vectors: Value = serde_json::from_str(include_str!("../fixtures/vectors/joserfc.json")).unwrap();
    vectors["keys"][name].clone()
}

/// The client's key set: two keys to encrypt to, with their names.
fn jwks() -> Value {
    let keys = ["RSA", "P-256"].map(|name| {
        let mut key = private_key(name);
        key.as_object_mut()
            .unwrap()
            .retain(|member, _| ["kty", "crv", "n", "e", "x", "y"].contains(&&**member));
        key["kid"] = json!(name);
        key["use"] = json!("enc");
        key
    });
    json!({ "keys": keys })
}

/// A provider with the users ada and ben, whose client `app` has these settings on top.
fn app(more: &Value) -> App {
    let mut client = json!({ "secret": "s3cret", "redirect_uris": [REDIRECT_URI], "jwks": jwks() });
    for (name, value) in more.as_object().unwrap() {
        client[name] = value.clone();
    }
    App::of(&json!({
        "clients": { "app": client },
        "users": { "ada": { "sub": "u-1", "claims": { "name": "Ada Fix" } }, "ben": {} },
    }))
}

/// What the client finds in an encrypted document.
fn opened(document: &str, key: &str) -> String {
    let key = DecryptionKey::from_jwk(&private_key(key)).unwrap();
    String::from_utf8(Envelope::parse(document).unwrap().open(&key).unwrap()).unwrap()
}

/// The claims of a JWT that the provider signed with a published key.
async fn verified(app: &App, token: &str) -> Map<String, Value> {
    let token = jws::decode(token).unwrap();
    let published = Value::Object(read(&app.get("/jwks").await));
    let keys = published["keys"].as_array().unwrap();
    let key = keys.iter().find(|key| key["kid"].as_str() == token.kid()).unwrap();
    token.verify_with_jwk(key).unwrap();
    token.claims
}

async fn userinfo(app: &App, access_token: &str) -> (Response, String) {
    let answer = app.post("/userinfo", &format!("Bearer {access_token}"), "").await;
    let body = String::from_utf8(answer.body().clone()).unwrap();
    (answer, body)
}

#[rstest]
#[case::rsa_oaep("RSA-OAEP", "A128GCM", "RSA")]
#[case::rsa_oaep_256("RSA-OAEP-256", "A256GCM", "RSA")]
#[case::ecdh_es("ECDH-ES", "A256CBC-HS512", "P-256")]
#[case::ecdh_es_a128kw("ECDH-ES+A128KW", "A128GCM", "P-256")]
#[case::ecdh_es_a192kw("ECDH-ES+A192KW", "A256GCM", "P-256")]
#[case::ecdh_es_a256kw("ECDH-ES+A256KW", "A128CBC-HS256", "P-256")]
#[tokio::test]
async fn an_encrypted_id_token_has_a_signed_one_inside(
    #[case] alg: &str,
    #[case] enc: &str,
    #[case] key: &str,
) {
    let mut app = app(&json!({ "id_token_encryption": { "alg": alg, "enc": enc } }));
    let answer = app.sign_in("ada", &[]).await;
    let tokens = app.redeem(&answer).await;

    let id_token = tokens["id_token"].as_str().unwrap();
    let header = Envelope::parse(id_token).unwrap().header;
    let named = ["alg", "enc", "kid", "cty"].map(|member| header[member].as_str().unwrap());
    assert_eq!(named, [alg, enc, key, "JWT"]);

    let claims = verified(&app, &opened(id_token, key)).await;
    assert_eq!((&claims["sub"], &claims["nonce"]), (&json!("u-1"), &json!("n-1")));
    let expected = left_half(Algorithm::RS256, tokens["access_token"].as_str().unwrap());
    assert_eq!(claims["at_hash"], expected, "the hash is of the signature's algorithm");
}

#[tokio::test]
async fn a_huge_encrypted_id_token_is_sent_by_a_faulty_token_endpoint_and_not_kept_in_the_journal() {
    let mut client = json!({ "secret": "s3cret", "redirect_uris": [REDIRECT_URI], "jwks": jwks() });
    client["id_token_encryption"] = json!({ "alg": "RSA-OAEP" });
    let mut app = App::of(&json!({
        "clients": { "app": client },
        "faults": ["id_token.extra=mb_10", "token.token_type=DPoP"],
    }));
    let answer = app.sign_in("ada", &[]).await;
    let body = format!(
        "grant_type=authorization_code&code={}&redirect_uri={REDIRECT_URI}&client_id=app&client_secret=s3cret",
        answer["code"]
    );
    // past the transport, which takes no answer of this size
    let request = http::Request::post("/token")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Body::from(body));
    let answer = app.idp.router().oneshot(request.unwrap()).await.unwrap();
    let body = axum::body::to_bytes(answer.into_body(), usize::MAX).await.unwrap();
    let tokens: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(tokens["token_type"], "DPoP");
    assert!(tokens["id_token"].as_str().unwrap().len() > 17_000_000);
    let journal = app.idp.default_provider().journal();
    let told = journal.iter().flat_map(|entry| &entry.tokens).find(|token| token.kind == "id_token").unwrap();
    assert_eq!(told.claims["extra"], "(10000000 bytes)");
}

#[tokio::test]
async fn an_id_token_is_encrypted_in_the_fragment_as_well() {
    let mut app = app(&json!({ "id_token_encryption": { "alg": "ECDH-ES" } }));
    let answer = app.sign_in("ada", &[("response_type", "code id_token token")]).await;
    let id_token = &answer["id_token"];
    assert_eq!(Envelope::parse(id_token).unwrap().header["enc"], "A128CBC-HS256", "the default (OIDCR-2)");
    let claims = verified(&app, &opened(id_token, "P-256")).await;
    assert_eq!(claims["c_hash"], left_half(Algorithm::RS256, &answer["code"]));
    assert_eq!(claims["at_hash"], left_half(Algorithm::RS256, &answer["access_token"]));
}

#[tokio::test]
async fn with_a_seed_encryption_repeats_byte_for_byte() {
    let mut tokens = Vec::new();
    for _ in 0..2 {
        let mut app = app(&json!({ "id_token_encryption": { "alg": "RSA-OAEP" } }));
        let answer = app.sign_in("ada", &[]).await;
        tokens.push(app.redeem(&answer).await["id_token"].clone());
    }
    assert_eq!(tokens[0], tokens[1]);
}

#[rstest]
#[case::signed(json!({ "userinfo_alg": "RS256" }))]
#[case::signed_otherwise(json!({ "userinfo_alg": "ES384" }))]
#[tokio::test]
async fn a_signed_userinfo_response_says_who_issued_it_for_whom(#[case] settings: Value) {
    let mut app = app(&settings);
    let answer = app.sign_in("ada", &[]).await;
    let tokens = app.redeem(&answer).await;
    let (answer, body) = userinfo(&app, tokens["access_token"].as_str().unwrap()).await;
    assert_eq!(answer.headers()["content-type"], "application/jwt");
    assert_eq!(answer.headers()["cache-control"], "no-store");
    assert_eq!(jws::decode(&body).unwrap().header["alg"], settings["userinfo_alg"]);
    let expected = json!({ "iss": ISSUER, "aud": "app", "sub": "u-1", "name": "Ada Fix" });
    assert_eq!(Value::Object(verified(&app, &body).await), expected);
}

#[tokio::test]
async fn a_userinfo_response_can_be_signed_with_the_secret_or_not_at_all() {
    for (alg, signed) in [("HS256", true), ("none", false)] {
        let mut app = app(&json!({ "userinfo_alg": alg }));
        let answer = app.sign_in("ada", &[]).await;
        let tokens = app.redeem(&answer).await;
        let (answer, body) = userinfo(&app, tokens["access_token"].as_str().unwrap()).await;
        assert_eq!(answer.headers()["content-type"], "application/jwt");
        let jwt = jws::decode(&body).unwrap();
        assert_eq!((&jwt.header["alg"], &jwt.claims["iss"]), (&json!(alg), &json!(ISSUER)));
        assert_eq!(jwt.verify_with_secret("s3cret").is_ok(), signed);
        assert_eq!(body.ends_with('.'), !signed);
    }
}

#[tokio::test]
async fn a_userinfo_response_that_is_only_encrypted_has_the_claims_inside() {
    let mut app = app(&json!({ "userinfo_encryption": { "alg": "RSA-OAEP-256", "enc": "A256GCM" } }));
    let answer = app.sign_in("ada", &[]).await;
    let tokens = app.redeem(&answer).await;
    let (answer, body) = userinfo(&app, tokens["access_token"].as_str().unwrap()).await;
    assert_eq!(answer.headers()["content-type"], "application/jwt");
    assert_eq!(Envelope::parse(&body).unwrap().header.get("cty"), None, "there is no JWT inside");
    let claims: Value = serde_json::from_str(&opened(&body, "RSA")).unwrap();
    assert_eq!(claims, json!({ "sub": "u-1", "name": "Ada Fix" }));
    assert_eq!(tokens["id_token"].as_str().unwrap().matches('.').count(), 2, "the ID token is not encrypted");
}

#[tokio::test]
async fn a_userinfo_response_is_signed_then_encrypted() {
    let settings = json!({ "userinfo_alg": "PS256", "userinfo_encryption": { "alg": "ECDH-ES+A128KW" } });
    let mut app = app(&settings);
    let answer = app.sign_in("ada", &[]).await;
    let tokens = app.redeem(&answer).await;
    let (_, body) = userinfo(&app, tokens["access_token"].as_str().unwrap()).await;
    assert_eq!(Envelope::parse(&body).unwrap().header["cty"], "JWT");
    let claims = verified(&app, &opened(&body, "P-256")).await;
    assert_eq!((&claims["aud"], &claims["name"]), (&json!("app"), &json!("Ada Fix")));
}

/// The answer to a sign-in without a page, for somebody who was signed in before.
async fn hinted(app: &mut App, hint: &str) -> Option<String> {
    let answer = app.sign_in("ada", &[("prompt", "none"), ("id_token_hint", hint)]).await;
    answer.get("error").cloned()
}

#[tokio::test]
async fn an_encrypted_id_token_is_a_hint_once_it_is_decrypted_or_encrypted_to_the_provider() {
    let mut app = app(&json!({ "id_token_encryption": { "alg": "RSA-OAEP" } }));
    let answer = app.sign_in("ada", &[]).await;
    let encrypted = app.redeem(&answer).await["id_token"].as_str().unwrap().to_owned();
    assert_eq!(hinted(&mut app, &encrypted).await.as_deref(), Some("invalid_request"));

    let id_token = opened(&encrypted, "RSA");
    assert_eq!(hinted(&mut app, &id_token).await, None);

    let published = read(&app.get("/jwks").await);
    for alg in ["RSA-OAEP", "RSA-OAEP-256", "ECDH-ES", "ECDH-ES+A128KW", "ECDH-ES+A192KW", "ECDH-ES+A256KW"] {
        let to = Encryption { alg: alg.parse().unwrap(), enc: "A128CBC-HS256".parse().unwrap() };
        let recipient = Recipient::among(published["keys"].as_array().unwrap(), to).unwrap();
        let hint = recipient.encrypt(id_token.as_bytes(), Some("JWT"), [3; 32]).unwrap().compact;
        assert_eq!(hinted(&mut app, &hint).await, None, "{alg}");
    }
}

#[tokio::test]
async fn a_userinfo_response_is_not_an_id_token() {
    let mut app = app(&json!({ "userinfo_alg": "RS256" }));
    let answer = app.sign_in("ada", &[]).await;
    let tokens = app.redeem(&answer).await;
    let (_, body) = userinfo(&app, tokens["access_token"].as_str().unwrap()).await;
    assert_eq!(hinted(&mut app, &body).await.as_deref(), Some("invalid_request"));
}

#[tokio::test]
async fn an_unsigned_id_token_comes_from_the_token_endpoint_only() {
    let mut app = app(&json!({ "id_token_alg": "none", "flows": ["code", "hybrid"] }));
    let answer = app.sign_in("ada", &[]).await;
    let tokens = app.redeem(&answer).await;
    let text = tokens["id_token"].as_str().unwrap();
    assert!(text.ends_with('.'), "the signature is empty: {text}");
    let id_token = jws::decode(text).unwrap();
    assert_eq!(Value::Object(id_token.header), json!({ "alg": "none", "typ": "JWT" }));
    assert_eq!(id_token.claims["nonce"], "n-1");
    assert_eq!(id_token.claims.get("at_hash"), None, "there is no algorithm whose hash it could be");

    let answer = app.sign_in("ada", &[("response_type", "code id_token")]).await;
    assert_eq!(answer["error"], "unauthorized_client");
    let answer = app.sign_in("ada", &[("response_type", "code token")]).await;
    assert!(answer.contains_key("access_token"), "no ID token comes with it: {answer:?}");
    assert_eq!(
        hinted(&mut app, text).await.as_deref(),
        Some("invalid_request"),
        "anybody could have made it"
    );
}

#[tokio::test]
async fn discovery_lists_what_a_client_can_have() {
    let metadata = app(&json!({ "userinfo_alg": "HS512" })).metadata().await;
    let algs =
        json!(["RSA-OAEP", "RSA-OAEP-256", "ECDH-ES", "ECDH-ES+A128KW", "ECDH-ES+A192KW", "ECDH-ES+A256KW"]);
    let encs = json!(["A128CBC-HS256", "A256CBC-HS512", "A128GCM", "A256GCM"]);
    for document in ["id_token", "userinfo"] {
        assert_eq!(metadata[&format!("{document}_encryption_alg_values_supported")], algs);
        assert_eq!(metadata[&format!("{document}_encryption_enc_values_supported")], encs);
    }
    assert_eq!(metadata["id_token_signing_alg_values_supported"], json!(["RS256"]));
    assert_eq!(metadata["userinfo_signing_alg_values_supported"], json!(["RS256", "HS512"]));

    let unsigned = app(&json!({ "id_token_alg": "none", "flows": ["code"] })).metadata().await;
    assert_eq!(unsigned["id_token_signing_alg_values_supported"], json!(["RS256", "none"]));
    assert_eq!(unsigned["userinfo_signing_alg_values_supported"], json!(["RS256"]));

    let open = App::of(&json!({ "registration": true })).metadata().await;
    for document in ["id_token", "userinfo"] {
        let listed = &open[&format!("{document}_signing_alg_values_supported")];
        assert_eq!(listed, &json!(["RS256", "HS256", "HS384", "HS512", "none"]));
    }
}

#[tokio::test]
async fn a_client_registers_how_its_documents_are_protected() {
    let mut app = App::of(&json!({ "registration": true, "users": { "ada": {}, "ben": {} } }));
    let document = json!({
        "redirect_uris": [REDIRECT_URI],
        "jwks": jwks(),
        "id_token_signed_response_alg": "none",
        "id_token_encrypted_response_alg": "ECDH-ES+A256KW",
        "userinfo_signed_response_alg": "HS256",
        "userinfo_encrypted_response_alg": "RSA-OAEP",
        "userinfo_encrypted_response_enc": "A256CBC-HS512",
    });
    let told = read(&app.send_json("/register", &document).await);
    let text = |member: &str| told[member].as_str().unwrap().to_owned();
    assert_eq!(told["id_token_encrypted_response_enc"], "A128CBC-HS256");

    let (id, secret) = (text("client_id"), text("client_secret"));
    let answer = app.sign_in("ada", &[("client_id", &id)]).await;
    let basic = format!("Basic {}", STANDARD.encode(format!("{id}:{secret}")));
    let body = format!("grant_type=authorization_code&code={}&redirect_uri={REDIRECT_URI}", answer["code"]);
    let tokens = read(&app.post("/token", &basic, &body).await);
    let id_token = opened(tokens["id_token"].as_str().unwrap(), "P-256");
    assert_eq!(jws::decode(&id_token).unwrap().header["alg"], "none");
    let (_, body) = userinfo(&app, tokens["access_token"].as_str().unwrap()).await;
    jws::decode(&opened(&body, "RSA")).unwrap().verify_with_secret(&secret).unwrap();
}

#[rstest]
#[case::no_key(json!({ "id_token_encrypted_response_alg": "RSA-OAEP" }))]
#[case::content_alone(json!({ "userinfo_encrypted_response_enc": "A256GCM" }))]
#[case::unsigned_in_the_browser(json!({ "id_token_signed_response_alg": "none", "response_types": ["id_token"] }))]
#[tokio::test]
async fn what_cannot_be_had_is_not_registered(#[case] more: Value) {
    let app = App::of(&json!({ "registration": true }));
    let mut document = json!({ "redirect_uris": [REDIRECT_URI] });
    document.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let answer = app.send_json("/register", &document).await;
    assert_eq!((answer.status().as_u16(), &read(&answer)["error"]), (400, &json!("invalid_client_metadata")));
}

/// The client's keys can change after it was configured; what cannot be encrypted is not sent in the clear.
#[tokio::test]
async fn without_a_key_to_encrypt_to_there_is_an_error_and_no_token() {
    let mut app = app(&json!({ "jwks": { "keys": [] }, "userinfo_encryption": { "alg": "RSA-OAEP" } }));
    let answer = app.sign_in("ada", &[]).await;
    let tokens = app.redeem(&answer).await;
    let (answer, body) = userinfo(&app, tokens["access_token"].as_str().unwrap()).await;
    assert_eq!(answer.status(), 500);
    assert!(body.contains("\"server_error\""), "{body}");
    assert!(!answer.headers().contains_key("www-authenticate"), "the token is good");
}

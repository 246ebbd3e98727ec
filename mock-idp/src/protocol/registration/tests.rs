use rstest::rstest;
use serde_json::json;

use super::*;
use crate::protocol::{Cause, OAuthErrorCode};

fn strict() -> Rules {
    Rules {
        id_token_algorithms: vec![Algorithm::RS256, Algorithm::HS256],
        certificates: false,
        any_loopback: false,
        requests: RequestRules { objects: true, pushed: true },
        pkce: PkceRule::default(),
    }
}

fn register(sent: &Value, rules: &Rules) -> Result<ClientMetadata, RegistrationError> {
    let usual = json!({ "redirect_uris": ["https://app.example/cb"] });
    let mut document = usual.as_object().unwrap().clone();
    document.extend(sent.as_object().unwrap().clone());
    checked(&document, rules)
}

/// A key set with a key on P-256 (RFC7518-C).
fn curve(purpose: &str) -> Value {
    let (x, y) =
        ("weNJy2HscCSM6AEDTDg04biOvhFhyyWvOHQfeF_PxMQ", "e8lnCO-AlStT-NJVX-crhB7QRYhiix03illJOVAOyck");
    json!({ "keys": [{ "kty": "EC", "crv": "P-256", "use": purpose, "x": x, "y": y }] })
}

fn said(sent: &Value) -> Value {
    Value::Object(register(sent, &strict()).unwrap().members)
}

#[test]
fn a_client_that_says_little_is_told_the_defaults() {
    let expected = json!({
        "redirect_uris": ["https://app.example/cb"],
        "subject_type": "public",
        "application_type": "web",
        "response_types": ["code"],
        "grant_types": ["authorization_code"],
        "token_endpoint_auth_method": "client_secret_basic",
        "id_token_signed_response_alg": "RS256",
    });
    assert_eq!(said(&json!({ "unheard_of": 1, "client_name": null })), expected);
}

#[rstest]
#[case::name_in_several_languages(json!({ "client_name": "App", "client_name#ja-Hani-JP": "アプリ" }))]
#[case::pages(json!({ "logo_uri": "https://a.example/l.png", "tos_uri": "http://a.example/t", "policy_uri#de": "https://a.example/d" }))]
#[case::people(json!({ "contacts": ["ada@acme.test"] }))]
#[case::login_elsewhere(json!({ "initiate_login_uri": "https://app.example/login" }))]
#[case::keys_by_address(json!({ "jwks_uri": "https://app.example/jwks" }))]
#[case::logout(json!({ "post_logout_redirect_uris": ["https://app.example/bye"], "frontchannel_logout_uri": "https://app.example/out", "frontchannel_logout_session_required": true }))]
#[case::age(json!({ "default_max_age": 0, "require_auth_time": true }))]
#[case::classes(json!({ "default_acr_values": ["gold", "2"] }))]
#[case::scope(json!({ "scope": "openid email" }))]
#[case::assertions(json!({ "token_endpoint_auth_method": "client_secret_jwt", "token_endpoint_auth_signing_alg": "HS512" }))]
#[case::hybrid(json!({ "response_types": ["code id_token"], "grant_types": ["authorization_code", "implicit"] }))]
#[case::for_itself(json!({ "grant_types": ["client_credentials"], "redirect_uris": [] }))]
#[case::references(json!({ "request_uris": ["https://app.example/o#GkurKxf5T0Y-mnPFCHqWOMiZi4VS138cQO_V7PZHAdM"] }))]
#[case::pushed(json!({ "require_pushed_authorization_requests": true }))]
#[case::encrypted_requests(json!({ "request_object_encryption_alg": "RSA-OAEP", "request_object_encryption_enc": "A256GCM" }))]
#[case::unsigned_requests(json!({ "request_object_signing_alg": "none" }))]
#[case::signed_requests(json!({ "request_object_signing_alg": "PS256" }))]
#[case::symmetric(json!({ "id_token_signed_response_alg": "HS256" }))]
#[case::unsigned(json!({ "id_token_signed_response_alg": "none", "response_types": ["code", "code token"] }))]
#[case::userinfo(json!({ "userinfo_signed_response_alg": "none" }))]
#[case::encrypted(json!({ "jwks": curve("enc"), "id_token_encrypted_response_alg": "ECDH-ES", "id_token_encrypted_response_enc": "A256GCM" }))]
#[case::encrypted_userinfo(json!({ "jwks": curve("enc"), "userinfo_encrypted_response_alg": "ECDH-ES+A256KW", "userinfo_encrypted_response_enc": "A128CBC-HS256" }))]
fn what_is_registered_is_said_back(#[case] sent: Value) {
    let said = said(&sent);
    for (member, value) in sent.as_object().unwrap() {
        assert_eq!(said.get(member), Some(value), "{member}");
    }
}

#[test]
fn the_content_encryption_that_is_left_out_is_said() {
    let said = said(&json!({ "jwks": curve("enc"), "id_token_encrypted_response_alg": "ECDH-ES" }));
    assert_eq!(said["id_token_encrypted_response_enc"], "A128CBC-HS256");
    assert_eq!(said.get("userinfo_encrypted_response_enc"), None);
}

#[rstest]
#[case::implicit("id_token", json!(["implicit"]))]
#[case::hybrid("code id_token token", json!(["authorization_code", "implicit"]))]
fn grant_types_follow_from_response_types(#[case] response_type: &str, #[case] expected: Value) {
    assert_eq!(said(&json!({ "response_types": [response_type] }))["grant_types"], expected);
}

#[rstest]
#[case::fragment("https://app.example/cb#x", "has a fragment")]
#[case::empty_fragment("https://app.example/cb#", "has a fragment")]
#[case::relative("/cb", "is not an absolute URI")]
#[case::not_ascii("https://app.example/ü", "is not an absolute URI")]
#[case::script("javascript:alert(1)", "that browsers run")]
#[case::own_scheme("com.example.app:/cb", "has a scheme of its own")]
#[case::not_https("http://app.example/cb", "is not https")]
#[case::loopback("https://localhost/cb", "leads to the loopback interface")]
fn a_web_client_that_gets_tokens_in_the_browser_cannot_return_to(#[case] uri: &str, #[case] reason: &str) {
    let sent = json!({ "redirect_uris": [uri], "response_types": ["id_token"] });
    refused(&sent, OAuthErrorCode::InvalidRedirectUri, reason);
}

#[rstest]
#[case::web_with_a_query("web", "https://app.example/cb?a=1")]
#[case::web_under_development("web", "http://localhost:3000/cb")]
#[case::confidential_over_http("web", "http://app.example/cb")]
#[case::app_with_a_scheme_of_its_own("native", "com.example.app:/cb")]
#[case::app_on_the_loopback_interface("native", "http://127.0.0.1/cb")]
#[case::app_with_a_claimed_address("native", "https://app.example/cb")]
fn a_client_that_gets_codes_may_return_to(#[case] kind: &str, #[case] uri: &str) {
    register(&json!({ "application_type": kind, "redirect_uris": [uri] }), &strict()).unwrap();
}

#[test]
fn a_provider_that_accepts_the_loopback_interface_does_so_for_every_client() {
    let sent = json!({ "redirect_uris": ["http://localhost/cb"], "response_types": ["id_token"] });
    register(&sent, &Rules { any_loopback: true, ..strict() }).unwrap();
}

#[rstest]
#[case::none(json!({ "redirect_uris": [] }), "has no redirect_uris")]
#[case::native_over_http(json!({ "application_type": "native", "redirect_uris": ["http://app.example/cb"] }), "the client is native")]
#[case::public_over_http(json!({ "token_endpoint_auth_method": "none", "redirect_uris": ["http://app.example/cb"] }), "the client is public")]
fn redirect_uris_suit_the_client(#[case] sent: Value, #[case] reason: &str) {
    refused(&sent, OAuthErrorCode::InvalidRedirectUri, reason);
}

#[rstest]
#[case::text_for_a_list(json!({ "contacts": "ada@acme.test" }), "`contacts` has to be a list of strings")]
#[case::number_for_text(json!({ "client_name": 1 }), "`client_name` has to be a string")]
#[case::negative_age(json!({ "default_max_age": -1 }), "a number of seconds")]
#[case::one_class_for_a_list(json!({ "default_acr_values": "2" }), "a list of strings")]
#[case::text_for_a_flag(json!({ "require_auth_time": "yes" }), "true or false")]
#[case::logo_that_runs(json!({ "logo_uri": "javascript:alert(1)" }), "`logo_uri` has to be an http or https URL")]
#[case::translated_page_that_runs(json!({ "tos_uri#de": "data:x" }), "`tos_uri#de` has to be")]
#[case::login_over_http(json!({ "initiate_login_uri": "http://app.example/login" }), "an https URL")]
#[case::logout_elsewhere(json!({ "frontchannel_logout_uri": "https://other.example/out" }), "scheme, host and port of a redirect URI")]
#[case::return_that_runs(json!({ "post_logout_redirect_uris": ["javascript:x"] }), "a list of absolute URIs")]
#[case::kind(json!({ "application_type": "desktop" }), "`web` or `native`")]
#[case::response_type(json!({ "response_types": ["token"] }), "a list of response types")]
#[case::grant_type(json!({ "grant_types": ["password"] }), "`grant_types` cannot be `password`")]
#[case::grant_type_missing(json!({ "response_types": ["code id_token"], "grant_types": ["authorization_code"] }), "need the grant type `implicit`")]
#[case::method(json!({ "token_endpoint_auth_method": "tls_client_auth" }), "cannot be `tls_client_auth`")]
#[case::alg_that_the_method_has_not(json!({ "token_endpoint_auth_method": "client_secret_jwt", "token_endpoint_auth_signing_alg": "RS256" }), "does not sign with RS256")]
#[case::unsigned_in_the_browser(json!({ "id_token_signed_response_alg": "none", "response_types": ["code", "code id_token"] }), "`code id_token` brings an ID token through the browser")]
#[case::signed_otherwise(json!({ "id_token_signed_response_alg": "ES256" }), "there are RS256, HS256")]
#[case::userinfo_signed_otherwise(json!({ "userinfo_signed_response_alg": "ES256" }), "there are RS256, HS256")]
#[case::public_and_symmetric_userinfo(json!({ "token_endpoint_auth_method": "none", "userinfo_signed_response_alg": "HS256" }), "has no secret to verify")]
#[case::encrypted_without_a_key(json!({ "id_token_encrypted_response_alg": "RSA-OAEP" }), "no key is for RSA-OAEP among the client's keys")]
#[case::encrypted_with_a_key_to_sign(json!({ "userinfo_encrypted_response_alg": "ECDH-ES", "jwks": curve("sig") }), "no key is for ECDH-ES")]
#[case::encrypted_in_an_unknown_way(json!({ "id_token_encrypted_response_alg": "RSA1_5" }), "there are RSA-OAEP, RSA-OAEP-256, ECDH-ES, ECDH-ES+A128KW, ECDH-ES+A192KW, ECDH-ES+A256KW")]
#[case::content_in_an_unknown_way(json!({ "userinfo_encrypted_response_alg": "ECDH-ES", "userinfo_encrypted_response_enc": "A192GCM" }), "there are A128CBC-HS256, A256CBC-HS512, A128GCM, A256GCM")]
#[case::content_alone(json!({ "id_token_encrypted_response_enc": "A128GCM" }), "sent together with its `alg`")]
#[case::userinfo_content_alone(json!({ "userinfo_encrypted_response_enc": "A128GCM" }), "sent together with its `alg`")]
#[case::public_and_symmetric(json!({ "token_endpoint_auth_method": "none", "id_token_signed_response_alg": "HS256" }), "has no secret to verify")]
#[case::reference_to_a_file(json!({ "request_uris": ["file:///o"] }), "a list of http or https URLs")]
#[case::requests_encrypted_somehow(json!({ "request_object_encryption_alg": "RSA1_5" }), "a key encryption algorithm")]
#[case::content_encrypted_somehow(json!({ "request_object_encryption_alg": "RSA-OAEP", "request_object_encryption_enc": "XOR" }), "a content encryption algorithm")]
#[case::content_encrypted_alone(json!({ "request_object_encryption_enc": "A256GCM" }), "is nothing without")]
#[case::requests_signed_somehow(json!({ "request_object_signing_alg": "XS1" }), "a signature algorithm or `none`")]
#[case::public_and_symmetric_requests(json!({ "token_endpoint_auth_method": "none", "request_object_signing_alg": "HS256" }), "has no secret to sign HS256")]
#[case::public_for_itself(json!({ "token_endpoint_auth_method": "none", "grant_types": ["client_credentials"] }), "cannot use client_credentials")]
#[case::no_keys(json!({ "token_endpoint_auth_method": "private_key_jwt" }), "needs keys in `jwks`")]
#[case::empty_keys(json!({ "token_endpoint_auth_method": "private_key_jwt", "jwks": { "keys": [] } }), "needs a key")]
#[case::private_keys(json!({ "jwks": { "keys": [{ "kty": "EC", "d": "x" }] } }), "not a public key")]
#[case::keys_over_plain_http(json!({ "jwks_uri": "http://app.example/jwks" }), "an https URL")]
#[case::keys_twice(json!({ "jwks_uri": "https://app.example/jwks", "jwks": { "keys": [] } }), "not used together")]
#[case::sector_over_plain_http(json!({ "sector_identifier_uri": "http://app.example/s" }), "an https URL")]
#[case::subjects_of_another_kind(json!({ "subject_type": "private" }), "there are public, pairwise")]
#[case::scope(json!({ "scope": "\"" }), "scopes separated by spaces")]
fn metadata_is_refused(#[case] sent: Value, #[case] reason: &str) {
    refused(&sent, OAuthErrorCode::InvalidClientMetadata, reason);
}

fn refused(sent: &Value, code: OAuthErrorCode, reason: &str) {
    let cause = register(sent, &strict()).unwrap_err();
    assert!(cause.to_string().contains(reason), "{cause}");
    assert_eq!((cause.code(), cause.status()), (code, 400));
}

#[rstest]
#[case::form(Some("application/x-www-form-urlencoded"), "a=b")]
#[case::unnamed(None, "{}")]
#[case::a_list(Some("application/json"), "[]")]
#[case::cut_off(Some("application/json"), "{")]
fn only_a_json_object_is_a_document(#[case] content_type: Option<&str>, #[case] body: &str) {
    let refused = document(content_type, body.as_bytes());
    assert!(matches!(refused, Err(RegistrationError::NotAnObject(_))), "{refused:?}");
    assert_eq!(document(Some("application/json; charset=utf-8"), b"{}"), Ok(Map::new()));
}

#[test]
fn only_who_needs_a_secret_is_given_one() {
    let needs = |sent: Value| register(&sent, &strict()).unwrap().needs_secret();
    let keys = json!({ "keys": [{ "kty": "EC" }] });
    assert!(needs(json!({})));
    assert!(!needs(json!({ "token_endpoint_auth_method": "none" })));
    assert!(!needs(json!({ "token_endpoint_auth_method": "private_key_jwt", "jwks": keys })));
    let verifies = json!({ "token_endpoint_auth_method": "private_key_jwt", "jwks": keys, "id_token_signed_response_alg": "HS256" });
    assert!(needs(verifies));
    let signs = json!({ "token_endpoint_auth_method": "private_key_jwt", "jwks": keys, "request_object_signing_alg": "HS256" });
    assert!(needs(signs));
}

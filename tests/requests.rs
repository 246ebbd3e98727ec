//! What an authentication request can ask for besides a sign-in, over HTTP from the request to the tokens.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "helpers of tests, which clippy does not recognise as such"
)]

use mock_idp::config::IdpConfig;
use mock_idp::protocol::keys::jws;
use rstest::rstest;
use serde_json::{Map, Value, json};
use url::form_urlencoded;

use crate::wire::{BASIC, REDIRECT_URI, Wire};

/// A provider of which `ada` has claims that only scopes release.
fn provider() -> Wire {
    let config: IdpConfig = serde_json::from_value(json!({
        "issuer": "/acme",
        "seed": 42,
        "standard_scopes": true,
        "clients": { "app": { "secret": "s3cret", "redirect_uris": [REDIRECT_URI] } },
        "users": {
            "ada": { "sub": "u-1", "claims": { "name": "Ada Fix", "email": "ada@acme.test" } },
            "ben": { "sub": "u-2" },
        },
    }))
    .unwrap();
    Wire::of(config)
}

/// The answer to a request of `app` for ada, with these parameters on top.
async fn answer(wire: &mut Wire, more: &[(&str, &str)]) -> Map<String, Value> {
    let usual = [
        ("client_id", "app"),
        ("redirect_uri", REDIRECT_URI),
        ("response_type", "code"),
        ("response_mode", "fragment"),
        ("scope", "openid"),
        ("state", "st"),
        ("login_hint", "ada"),
    ];
    let kept = usual.iter().filter(|(name, _)| more.iter().all(|(other, _)| other != name));
    let all = form_urlencoded::Serializer::new(String::new()).extend_pairs(kept.chain(more)).finish();
    let answer = wire.fetch(&format!("/acme/authorize?{all}")).await;
    let location = answer.header(http::header::LOCATION);
    let fragment = location.split_once('#').map(|(_, fragment)| fragment).unwrap_or_default();
    let parameters = form_urlencoded::parse(fragment.as_bytes()).into_owned();
    parameters.map(|(name, value)| (name, Value::String(value))).collect()
}

/// The claims of the ID token, and of UserInfo, that such a request brings.
async fn claims(wire: &mut Wire, more: &[(&str, &str)]) -> (Map<String, Value>, Value) {
    let answer = answer(wire, more).await;
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", answer["code"].as_str().unwrap()),
        ("redirect_uri", REDIRECT_URI),
    ];
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let tokens = wire.post("/acme/token", BASIC, &body).await;
    let tokens: Value = serde_json::from_str(&tokens.body).unwrap();
    let bearer = format!("Bearer {}", tokens["access_token"].as_str().unwrap());
    let userinfo = wire.post("/acme/userinfo", &bearer, "").await;
    let id_token = jws::decode(tokens["id_token"].as_str().unwrap()).unwrap();
    (id_token.claims, serde_json::from_str(&userinfo.body).unwrap())
}

async fn metadata(wire: &mut Wire) -> Value {
    let answer = wire.fetch("/acme/.well-known/openid-configuration").await;
    serde_json::from_str(&answer.body).unwrap()
}

#[tokio::test]
async fn an_essential_claim_is_in_userinfo_and_does_not_leak_into_the_id_token() {
    let mut wire = provider();
    assert_eq!(metadata(&mut wire).await["claims_parameter_supported"], true);
    let asked = json!({ "userinfo": { "name": { "essential": true } } }).to_string();
    let (id_token, userinfo) = claims(&mut wire, &[("claims", &asked)]).await;
    assert_eq!(userinfo, json!({ "sub": "u-1", "name": "Ada Fix" }));
    assert_eq!(id_token.get("name"), None);
}

#[rstest]
#[case::not_json("{", "code", "invalid_request")]
#[case::a_list(r#"["name"]"#, "code", "invalid_request")]
#[case::userinfo_without_a_token_for_it(r#"{"userinfo":{}}"#, "id_token", "invalid_request")]
#[case::another_subject(r#"{"id_token":{"sub":{"value":"u-2"}}}"#, "code", "login_required")]
#[tokio::test]
async fn a_claims_parameter_that_cannot_be_met_is_an_error_with_the_state(
    #[case] asked: &str,
    #[case] response_type: &str,
    #[case] error: &str,
) {
    let more = [("claims", asked), ("response_type", response_type), ("nonce", "n")];
    let answer = answer(&mut provider(), &more).await;
    assert_eq!((&answer["error"], &answer["state"]), (&json!(error), &json!("st")));
    assert_eq!(answer.get("code"), None);
}

#[tokio::test]
async fn the_acr_that_is_asked_for_is_among_those_published_and_is_stated() {
    let mut wire = provider();
    let metadata = metadata(&mut wire).await;
    assert_eq!(metadata["acr_values_supported"], json!(["1", "2"]));
    let (id_token, _) = claims(&mut wire, &[("acr_values", "gold 2")]).await;
    assert_eq!(id_token["acr"], "2");
    let (id_token, _) = claims(&mut wire, &[]).await;
    assert_eq!(id_token.get("acr"), None, "nobody asked");
}

#[tokio::test]
async fn an_essential_acr_that_cannot_be_had_is_an_error() {
    let asked = json!({ "id_token": { "acr": { "essential": true, "values": ["gold"] } } }).to_string();
    let answer = answer(&mut provider(), &[("claims", &asked)]).await;
    assert_eq!(answer["error"], "unmet_authentication_requirements");
}

#[rstest]
#[case::display("display", "popup")]
#[case::locales("ui_locales", "se")]
#[case::locales_of_claims("claims_locales", "se")]
#[case::unknown_acr("acr_values", "gold")]
#[tokio::test]
async fn a_wish_that_is_not_fulfilled_is_no_error(#[case] name: &str, #[case] value: &str) {
    assert!(answer(&mut provider(), &[(name, value)]).await.contains_key("code"));
}

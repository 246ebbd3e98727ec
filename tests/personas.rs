//! The strict persona, as the OpenID Foundation's tests meet it, and the lenient one beside it (`docs/personas.md`).

use rstest::rstest;
use serde_json::{Value, json};

use crate::support::app::{App, REDIRECT_URI, answer, claims, read};

fn strict() -> App {
    App::of(&json!({ "persona": "strict" }))
}

fn names(claims: &serde_json::Map<String, Value>) -> Vec<&str> {
    claims.keys().map(String::as_str).collect()
}

const EVERYTHING: &str = "openid profile email address phone";

#[tokio::test]
async fn scope_claims_are_in_userinfo_and_not_in_the_id_token_beside_it() {
    let mut app = strict();
    let answer = app.sign_in("ada", &[("scope", EVERYTHING)]).await;
    let tokens = app.redeem(&answer).await;
    let id_token = claims(tokens["id_token"].as_str().unwrap());
    let protocol = ["iss", "aud", "exp", "iat", "auth_time", "nonce", "sid", "at_hash", "sub"];
    assert_eq!(names(&id_token), protocol, "OIDCC-5.4");

    let userinfo = app.userinfo(tokens["access_token"].as_str().unwrap()).await;
    let types: Vec<(&str, &str)> =
        userinfo.iter().map(|(name, value)| (name.as_str(), kind(value))).collect();
    for claim in STANDARD {
        assert!(types.contains(&claim), "{claim:?} is missing: {types:?}");
    }
}

/// OIDCC-5.1: every claim that the four scopes release, and its JSON type.
const STANDARD: [(&str, &str); 19] = [
    ("name", "string"),
    ("given_name", "string"),
    ("family_name", "string"),
    ("middle_name", "string"),
    ("nickname", "string"),
    ("preferred_username", "string"),
    ("profile", "string"),
    ("picture", "string"),
    ("website", "string"),
    ("gender", "string"),
    ("birthdate", "string"),
    ("zoneinfo", "string"),
    ("locale", "string"),
    ("updated_at", "number"),
    ("email", "string"),
    ("email_verified", "boolean"),
    ("address", "object"),
    ("phone_number", "string"),
    ("phone_number_verified", "boolean"),
];

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

#[tokio::test]
async fn an_id_token_alone_carries_the_scope_claims() {
    let mut app = strict();
    let answer = app.sign_in("ada", &[("scope", "openid email"), ("response_type", "id_token")]).await;
    let id_token = claims(&answer["id_token"]);
    assert_eq!((&id_token["email"], id_token.get("name")), (&json!("ada@example.test"), None));
}

#[rstest]
#[case::code_and_id_token("code id_token")]
#[case::id_token_and_token("id_token token")]
#[case::all_three("code id_token token")]
#[tokio::test]
async fn an_id_token_of_the_front_channel_is_thin_where_an_access_token_comes_of_it(
    #[case] response_type: &str,
) {
    let mut app = strict();
    let answer = app.sign_in("ada", &[("scope", "openid email"), ("response_type", response_type)]).await;
    assert_eq!(claims(&answer["id_token"]).get("email"), None);
}

#[tokio::test]
async fn a_claim_asked_for_by_name_is_in_the_id_token() {
    let mut app = strict();
    let asked = json!({ "id_token": { "email": null }, "userinfo": { "name": { "essential": true } } });
    let answer = app.sign_in("ada", &[("claims", &asked.to_string())]).await;
    let tokens = app.redeem(&answer).await;
    let id_token = claims(tokens["id_token"].as_str().unwrap());
    assert_eq!((&id_token["email"], id_token.get("name")), (&json!("ada@example.test"), None));
    let userinfo = app.userinfo(tokens["access_token"].as_str().unwrap()).await;
    assert_eq!((&userinfo["name"], userinfo.get("email")), (&json!("Ada Fix"), None));
}

#[rstest]
#[case::without_consent("openid offline_access", "", None)]
#[case::with_consent("openid offline_access", "consent", Some("openid offline_access"))]
#[case::unasked("openid", "consent", None)]
#[tokio::test]
async fn a_refresh_token_needs_offline_access_and_consent(
    #[case] scope: &str,
    #[case] prompt: &str,
    #[case] granted: Option<&str>,
) {
    let mut app = strict();
    let answer = app.sign_in("ada", &[("scope", scope), ("prompt", prompt)]).await;
    let tokens = app.redeem(&answer).await;
    assert_eq!(tokens.contains_key("refresh_token"), granted.is_some());
    assert_eq!(tokens["scope"], granted.unwrap_or("openid"));
}

#[tokio::test]
async fn a_login_hint_fills_in_the_page_and_signs_nobody_in() {
    let mut app = strict();
    let page = app.ask(&[("login_hint", "ada@example.test")]).await;
    let filled = page.form_with("other_user").unwrap().fields.iter().find(|(name, _)| name == "other_user");
    assert_eq!(filled.unwrap().1, "ada@example.test");
    app.press("action", "other").await;
    let page = app.press("action", "allow").await;
    assert!(answer(&page).contains_key("code"));
}

#[tokio::test]
async fn only_registered_redirect_uris_are_served_and_clients_register_themselves() {
    let mut app = App::of(&json!({ "persona": "strict", "clients": {} }));
    let page = app.ask(&[("client_id", "anybody"), ("redirect_uri", "http://localhost/cb")]).await;
    assert_eq!((page.status, page.url.host_str()), (400, Some("idp.test")));

    assert!(app.metadata().await.contains_key("registration_endpoint"));
    let metadata = json!({ "redirect_uris": [REDIRECT_URI], "token_endpoint_auth_method": "none" });
    let client = read(&app.send_json("/register", &metadata).await);
    let id = client["client_id"].as_str().unwrap();
    let elsewhere = format!("{REDIRECT_URI}?foo=bar");
    let page = app.ask(&[("client_id", id), ("redirect_uri", &elsewhere)]).await;
    assert_eq!((page.status, page.url.host_str()), (400, Some("idp.test")));
    let answer = app.sign_in("ada", &[("client_id", id)]).await;
    assert!(answer.contains_key("code"), "a public client need not use PKCE: {answer:?}");
}

#[rstest]
#[case::scopes_release_everything(json!({ "standard_scopes": false }), "roles email")]
#[case::id_tokens_say_it_all(json!({ "thin_id_tokens": false }), "roles")]
#[case::both(json!({ "standard_scopes": false, "thin_id_tokens": false }), "roles email")]
#[tokio::test]
async fn a_choice_of_the_persona_can_be_made_otherwise(#[case] choice: Value, #[case] expected: &str) {
    let ada = json!({ "claims": { "roles": ["admin"], "email": "ada@acme.test" } });
    let mut config = json!({ "persona": "strict", "users": { "ada": ada } });
    config.as_object_mut().unwrap().extend(choice.as_object().unwrap().clone());
    let thin = config.get("thin_id_tokens").is_none();
    let mut app = App::of(&config);
    let answer = app.sign_in("ada", &[]).await;
    let tokens = app.redeem(&answer).await;
    let userinfo = app.userinfo(tokens["access_token"].as_str().unwrap()).await;
    let id_token = claims(tokens["id_token"].as_str().unwrap());
    let said = if thin { &userinfo } else { &id_token };
    for claim in ["roles", "email"] {
        assert_eq!(said.contains_key(claim), expected.contains(claim), "{claim} in {said:?}");
    }
}

#[tokio::test]
async fn without_a_persona_every_document_says_everything_and_a_hint_skips_the_page() {
    let mut app = App::of(&json!({}));
    let page = app.ask(&[("login_hint", "ada"), ("scope", "openid offline_access")]).await;
    let tokens = app.redeem(&answer(&page)).await;
    assert!(tokens.contains_key("refresh_token"));
    assert_eq!(claims(tokens["id_token"].as_str().unwrap())["email"], "ada@example.test");
}

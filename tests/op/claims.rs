//! Scopes that ask for claims, and the `claims` parameter.

use serde_json::{Map, Value, json};

use super::script::scripts;
use super::suite::claims::{ADDRESS, EMAIL, PHONE, PROFILE, assert_contains};
use super::suite::{Run, SignIn};

scripts![
    oidcc_scope_profile,
    oidcc_scope_email,
    oidcc_scope_address,
    oidcc_scope_phone,
    oidcc_scope_all,
    oidcc_claims_essential,
    oidcc_claims_locales,
];

async fn oidcc_scope_profile(run: &mut Run) {
    released(run, "openid profile", &PROFILE).await;
}

async fn oidcc_scope_email(run: &mut Run) {
    released(run, "openid email", &EMAIL).await;
}

async fn oidcc_scope_address(run: &mut Run) {
    released(run, "openid address", &ADDRESS).await;
}

async fn oidcc_scope_phone(run: &mut Run) {
    released(run, "openid phone", &PHONE).await;
}

async fn oidcc_scope_all(run: &mut Run) {
    let all: Vec<_> = [&PROFILE[..], &EMAIL, &ADDRESS, &PHONE].concat();
    released(run, "openid profile email address phone", &all).await;
}

/// "The Claims requested by the `profile`, `email`, `address`, and `phone` scope values are returned from the UserInfo Endpoint
/// […] when a `response_type` value is used that results in an Access Token being issued. However, when no Access Token is
/// issued (which is the case for the `response_type` value `id_token`), the resulting Claims are returned in the ID Token."
/// (OIDCC-5.4)
async fn released(run: &mut Run, scope: &str, claims: &[&str]) {
    let client = run.client().await;
    let request = run.request(&client).with("scope", scope);
    let signed = run.sign_in(&client, &request).await;
    let said = where_claims_go(run, &signed).await;
    assert_contains(&said, claims);
    let others = [&PROFILE[..], &EMAIL, &ADDRESS, &PHONE].concat();
    let stray: Vec<_> = others.iter().filter(|c| !claims.contains(c) && said.contains_key(**c)).collect();
    assert!(stray.is_empty(), "nobody asked for {stray:?}");
    if run.entry.response_type.grants_access() {
        signed.assert_thin();
    }
}

/// UserInfo where there is an access token, the ID token otherwise.
async fn where_claims_go(run: &Run, signed: &SignIn) -> Map<String, Value> {
    if run.entry.response_type.grants_access() {
        run.userinfo(signed.access_token(), signed.id_token().sub()).await
    } else {
        signed.id_token().claims().clone()
    }
}

/// An essential claim is said where it was asked for, and only there (OIDCC-5.5).
async fn oidcc_claims_essential(run: &mut Run) {
    let client = run.client().await;
    let document = if run.entry.response_type.grants_access() { "userinfo" } else { "id_token" };
    let asked = json!({ document: { "name": { "essential": true } } }).to_string();
    let request = run.request(&client).with("claims", &asked);
    let signed = run.sign_in(&client, &request).await;
    assert_contains(&where_claims_go(run, &signed).await, &["name"]);
    if document == "userinfo" {
        signed.assert_thin();
    }
}

/// "An error SHOULD NOT result if some or all of the requested locales are not supported" (OIDCC-5.2).
async fn oidcc_claims_locales(run: &mut Run) {
    let client = run.client().await;
    let request = run.request(&client).with("claims_locales", "se");
    run.sign_in(&client, &request).await;
}

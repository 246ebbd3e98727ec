//! Redirect URIs: registered, exact, and never guessed.

use serde_json::json;

use super::script::scripts;
use super::suite::{Run, address};

scripts![
    oidcc_ensure_registered_redirect_uri,
    oidcc_ensure_redirect_uri_in_authorization_request,
    oidcc_redirect_uri_query_ok,
    oidcc_redirect_uri_query_mismatch,
    oidcc_redirect_uri_query_added,
    oidcc_redirect_uri_regfrag,
];

/// "This URI MUST exactly match one of the Redirection URI values for the Client pre-registered at the OpenID Provider, with the
/// matching performed as described in Section 6.2.1 of RFC3986 (Simple String Comparison)." (OIDCC-3.1.2.1) The person sees
/// why nothing happens, and nobody is sent anywhere.
async fn assert_not_taken(run: &mut Run, redirect_uri: &str) {
    let client = run.clients.last().cloned();
    let client = match client {
        Some(client) => client,
        None => run.client().await,
    };
    let request = run.request(&client).with("redirect_uri", redirect_uri);
    let page = run.error_page(&request).await;
    assert!(page.body.contains("is not registered for"), "{}", page.body);
}

async fn oidcc_ensure_registered_redirect_uri(run: &mut Run) {
    assert_not_taken(run, &address("/another-callback")).await;
}

/// `redirect_uri` is "REQUIRED" (OIDCC-3.1.2.1).
async fn oidcc_ensure_redirect_uri_in_authorization_request(run: &mut Run) {
    let uris = [address("/callback"), address("/second-callback")];
    let client = run.registered(&json!({ "redirect_uris": uris })).await;
    let request = run.request(&client).without("redirect_uri");
    let page = run.error_page(&request).await;
    assert!(page.body.contains("the request has no redirect_uri"), "{}", page.body);
}

/// "The endpoint URI MAY include an […] query component […], which MUST be retained when adding additional query parameters."
/// (RFC6749-3.1.2)
async fn oidcc_redirect_uri_query_ok(run: &mut Run) {
    let client = run.registered(&json!({ "redirect_uris": [address("/callback?foo=bar")] })).await;
    run.plain_sign_in(&client).await;
    assert!(run.site.last().query.is_some_and(|query| query.starts_with("foo=bar&")));
}

async fn oidcc_redirect_uri_query_mismatch(run: &mut Run) {
    run.registered(&json!({ "redirect_uris": [address("/callback?foo=bar")] })).await;
    assert_not_taken(run, &address("/callback?foo=baz")).await;
}

async fn oidcc_redirect_uri_query_added(run: &mut Run) {
    run.registered(&json!({})).await;
    assert_not_taken(run, &address("/callback?foo=bar")).await;
}

/// "The endpoint URI MUST NOT include a fragment component." (RFC6749-3.1.2) The code for it is
/// `invalid_redirect_uri` (OIDCR-3.3).
async fn oidcc_redirect_uri_regfrag(run: &mut Run) {
    let members = run.metadata_of_a_client(&json!({ "redirect_uris": [address("/callback#foobar")] }));
    run.register(&members).await.assert_error(400, "invalid_redirect_uri");
}

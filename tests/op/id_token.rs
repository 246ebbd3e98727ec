//! ID tokens.

use serde_json::json;

use super::script::scripts;
use super::suite::{Arrival, Run, visit};

scripts![
    oidcc_idtoken_signature,
    oidcc_idtoken_rs256,
    oidcc_idtoken_unsigned,
    oidcc_ensure_request_without_nonce_fails,
    oidcc_ensure_request_without_nonce_succeeds_for_code_flow,
];

/// A client that does not say how its ID tokens should be signed gets RS256, with a `kid`.
async fn oidcc_idtoken_signature(run: &mut Run) {
    let client = run.registered(&json!({ "id_token_signed_response_alg": null })).await;
    let signed = run.plain_sign_in(&client).await;
    assert_eq!(signed.id_token().jwt.alg(), "RS256");
    assert!(signed.id_token().jwt.header["kid"].is_string());
}

/// A client gets the algorithm that it registered.
async fn oidcc_idtoken_rs256(run: &mut Run) {
    let client = run.registered(&json!({ "id_token_signed_response_alg": "RS256" })).await;
    let signed = run.plain_sign_in(&client).await;
    assert_eq!(signed.id_token().jwt.alg(), "RS256");
}

/// "The value `none` MUST NOT be used as the ID Token `alg` value unless the Client uses only Response Types that return no ID
/// Token from the Authorization Endpoint" (OIDCR-2). This client does, and asks for it.
async fn oidcc_idtoken_unsigned(run: &mut Run) {
    let offered = run.metadata["id_token_signing_alg_values_supported"].as_array().unwrap();
    assert!(offered.contains(&json!("none")), "{offered:?}");
    let client = run.registered(&json!({ "id_token_signed_response_alg": "none" })).await;
    let signed = run.plain_sign_in(&client).await;
    signed.id_token().jwt.assert_unsigned();
}

/// `nonce` is "REQUIRED" where an ID token comes through the browser (OIDCC-3.2.2.1, OIDCC-3.3.2.11).
async fn oidcc_ensure_request_without_nonce_fails(run: &mut Run) {
    let client = run.client().await;
    let request = run.request(&client).without("nonce");
    match run.visit(&request).await.arrival {
        Arrival::Client(response) => response.assert_refused_with(&["invalid_request"]),
        Arrival::Provider(page) => visit::assert_error_page(&page),
    }
}

/// `nonce` is "OPTIONAL" where it comes from the token endpoint only (OIDCC-3.1.2.1).
async fn oidcc_ensure_request_without_nonce_succeeds_for_code_flow(run: &mut Run) {
    let client = run.client().await;
    let request = run.request(&client).without("nonce");
    let signed = run.sign_in(&client, &request).await;
    assert_eq!(signed.id_token().claims().get("nonce"), None);
}

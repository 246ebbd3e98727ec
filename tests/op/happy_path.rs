//! Happy paths and client authentication.

use super::plans::Mode;
use super::script::scripts;
use super::suite::{Arrival, Run, jose, visit};

scripts![
    oidcc_server,
    oidcc_server_client_secret_post,
    oidcc_ensure_client_assertion_with_iss_aud_succeeds,
    oidcc_alternate_happy_flow,
    oidcc_ensure_post_request_succeeds,
    oidcc_ensure_request_with_unknown_parameter_succeeds,
    oidcc_ensure_request_with_valid_pkce_succeeds,
    oidcc_response_type_missing,
];

/// The checks on the way say most of it; and an ID token has no claims that nobody asked for.
async fn oidcc_server(run: &mut Run) {
    let client = run.client().await;
    let signed = run.plain_sign_in(&client).await;
    signed.assert_thin();
    assert_eq!(signed.visit.logins.len(), 1, "the person was asked once");
}

async fn oidcc_server_client_secret_post(run: &mut Run) {
    let client = run.client().await;
    run.plain_sign_in(&client).await;
}

/// "The JWT MUST contain an `aud` (audience) claim containing a value that identifies the authorization server as an intended
/// audience." (RFC7523-3) The issuer does.
async fn oidcc_ensure_client_assertion_with_iss_aud_succeeds(run: &mut Run) {
    let client = run.client().await;
    let request = run.request(&client);
    let visit = run.visit(&request).await;
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", visit.response().required("code")),
        ("redirect_uri", &client.redirect_uri),
    ];
    let answer = run.token_request_for(&client, &fields, &run.op.issuer).await;
    run.redeemed(&client, &request, &answer);
}

/// "If the value contains multiple space-delimited strings, their order does not matter" (RFC6749-3.3).
async fn oidcc_alternate_happy_flow(run: &mut Run) {
    let client = run.client().await;
    let request = run.request(&client).with("scope", "email openid").reversed();
    run.sign_in(&client, &request).await;
}

/// "Authorization Servers MUST support the use of the HTTP GET and POST methods" (OIDCC-3.1.2.1). No clock runs here, so the
/// thirty seconds that the suite waits are nobody's concern.
async fn oidcc_ensure_post_request_succeeds(run: &mut Run) {
    let client = run.client().await;
    let request = run.request(&client);
    let visit = run.visit_by_post(&request).await;
    run.completed(&client, &request, visit).await;
}

/// "The authorization server MUST ignore unrecognized request parameters." (RFC6749-3.1)
async fn oidcc_ensure_request_with_unknown_parameter_succeeds(run: &mut Run) {
    let client = run.client().await;
    let request = run.request(&client).with("extra", "foobar");
    run.sign_in(&client, &request).await;
}

/// A challenge and its verifier (RFC7636-4). That a wrong verifier is refused shows that the challenge was not ignored.
async fn oidcc_ensure_request_with_valid_pkce_succeeds(run: &mut Run) {
    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    let client = run.client().await;
    let request = run.request(&client);
    let request = request.with("code_challenge", &jose::s256(VERIFIER)).with("code_challenge_method", "S256");
    for verifier in [VERIFIER, "another-verifier-that-nobody-made-a-challenge-of"] {
        let visit = run.visit(&request).await;
        run.accepted(&client, &request, visit.response());
        let fields = [
            ("grant_type", "authorization_code"),
            ("code", visit.response().required("code")),
            ("redirect_uri", &client.redirect_uri),
            ("code_verifier", verifier),
        ];
        let answer = run.token_request(&client, &fields).await;
        if verifier == VERIFIER {
            run.redeemed(&client, &request, &answer);
        } else {
            answer.assert_error(400, "invalid_grant");
        }
    }
}

/// "If an authorization request is missing the `response_type` parameter […] the authorization server MUST return an error
/// response" (RFC6749-3.1.1).
async fn oidcc_response_type_missing(run: &mut Run) {
    let client = run.client().await;
    let request = run.request(&client).without("response_type");
    let visit = run.visit(&request).await;
    assert!(visit.was_silent(), "nobody has to sign in for that");
    match visit.arrival {
        Arrival::Client(response) => {
            response.assert_refused_with(&["invalid_request", "unsupported_response_type"]);
        }
        Arrival::Provider(page) => {
            assert_ne!(run.entry.mode, Mode::FormPost, "the way back is known");
            visit::assert_error_page(&page);
        }
    }
}

//! UserInfo.

use serde_json::{Value, json};

use super::script::scripts;
use super::suite::Run;
use super::suite::jose::Jwt;
use super::suite::userinfo::{By, checked};

scripts![oidcc_userinfo_get, oidcc_userinfo_post_header, oidcc_userinfo_post_body, oidcc_userinfo_rs256];

/// "The Client sends the UserInfo Request using either HTTP GET or HTTP POST." (OIDCC-5.3.1) The media type "MUST be
/// `application/json`" (OIDCC-5.3.2).
async fn oidcc_userinfo_get(run: &mut Run) {
    said(run, By::Get).await;
}

async fn oidcc_userinfo_post_header(run: &mut Run) {
    said(run, By::PostWithHeader).await;
}

/// In the body "using the `access_token` parameter" (RFC6750-2.2).
async fn oidcc_userinfo_post_body(run: &mut Run) {
    said(run, By::PostWithBody).await;
}

async fn said(run: &mut Run, by: By) {
    let client = run.client().await;
    let signed = run.plain_sign_in(&client).await;
    let answer = run.ask_userinfo(signed.access_token(), by).await;
    checked(&answer.json_with(200), signed.id_token().sub());
    // the token of the browser is as good as that of the token endpoint
    if let Some(token) = signed.response().value("access_token") {
        let answer = run.ask_userinfo(token, by).await;
        checked(&answer.json_with(200), signed.id_token().sub());
    }
}

/// "If signed, the UserInfo Response MUST contain the Claims `iss` (issuer) and `aud` (audience) as members. The `iss` value MUST
/// be the OP's Issuer Identifier URL. The `aud` value MUST be or include the RP's Client ID value." (OIDCC-5.3.2)
async fn oidcc_userinfo_rs256(run: &mut Run) {
    let client = run.registered(&json!({ "userinfo_signed_response_alg": "RS256" })).await;
    let signed = run.plain_sign_in(&client).await;
    let answer = run.ask_userinfo(signed.access_token(), By::Get).await;
    assert_eq!((answer.status, answer.media_type()), (200, "application/jwt"), "{}", answer.body);
    let jwt = Jwt::read(&answer.body);
    jwt.assert_signed_by(&run.jwks);
    checked(&Value::Object(jwt.claims.clone()), signed.id_token().sub());
    assert_eq!((&jwt.claims["iss"], &jwt.claims["aud"]), (&json!(run.op.issuer), &json!(client.id)));
    assert_eq!(jwt.claims.get("nonce"), None, "a nonce is for ID tokens");
}

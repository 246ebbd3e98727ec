//! Codes and refresh tokens.

use super::registration::{JWKS, client_with_jwks_uri};
use super::script::scripts;
use super::suite::userinfo::By;
use super::suite::{Client, IdToken, Run, Tokens};

scripts![
    oidcc_codereuse,
    oidcc_codereuse_30seconds,
    oidcc_refresh_token,
    oidcc_refresh_token_rp_key_rotation,
];

/// "If an authorization code is used more than once, the authorization server MUST deny the request" (RFC6749-4.1.2).
async fn oidcc_codereuse(run: &mut Run) {
    reused_after(run, 0).await;
}

async fn oidcc_codereuse_30seconds(run: &mut Run) {
    reused_after(run, 30).await;
}

/// "… and SHOULD revoke (when possible) all tokens previously issued based on that authorization code." (RFC6749-4.1.2)
async fn reused_after(run: &mut Run, seconds: i64) {
    let client = run.client().await;
    let request = run.request(&client);
    let visit = run.visit(&request).await;
    let answer = run.redemption(&client, &request, visit.response()).await;
    let (tokens, id_token) = run.redeemed(&client, &request, &answer);
    run.userinfo(tokens.access_token(), id_token.sub()).await;
    run.op.clock.advance(seconds);
    let again = run.redemption(&client, &request, visit.response()).await;
    again.assert_error(400, "invalid_grant");
    let dead = run.ask_userinfo(tokens.access_token(), By::Get).await;
    dead.assert_error(401, "invalid_token");
    assert!(dead.header("www-authenticate").contains("error=\"invalid_token\""));
}

/// Refreshing works for the client whose token it is, brings an ID token that agrees with the first one (OIDCC-12.2), and does
/// not work for another client (RFC6749-6).
async fn oidcc_refresh_token(run: &mut Run) {
    let client = run.client().await;
    let (first, id_token) = offline(run, &client).await;
    let refresh_token = first.refresh_token().expect("`offline_access` brings a refresh token");

    let other = run.second_client().await;
    run.refresh(&other, refresh_token).await.assert_error(400, "invalid_grant");

    run.op.clock.advance(1);
    let answer = run.refresh(&client, refresh_token).await;
    let second = Tokens::read(&answer);
    assert_ne!(first.access_token(), second.access_token());
    assert_continues(run, &client, &id_token, &second);
    run.userinfo(second.access_token(), id_token.sub()).await;
}

/// A key that the provider did not see before is looked for where the client publishes its keys (OIDCC-10.1.1). Sixty seconds
/// pass before, as in the suite.
async fn oidcc_refresh_token_rp_key_rotation(run: &mut Run) {
    let mut client = client_with_jwks_uri(run).await;
    let (first, id_token) = offline(run, &client).await;
    client.key = 1;
    run.site.publish(JWKS, client.key().jwks().to_string());
    run.op.clock.advance(60);
    let refresh_token = first.refresh_token().expect("`offline_access` brings a refresh token");
    let answer = run.refresh(&client, refresh_token).await;
    assert_continues(run, &client, &id_token, &Tokens::read(&answer));
    assert_eq!(run.site.hits(JWKS).len(), 2, "the keys were fetched again");
}

/// Signs in with `offline_access`, for which a client has to ask with `prompt=consent` (OIDCC-11).
async fn offline(run: &mut Run, client: &Client) -> (Tokens, IdToken) {
    let request = run.request(client).with("scope", "openid offline_access").with("prompt", "consent");
    let signed = run.sign_in(client, &request).await;
    let id_token = signed.id_token().clone();
    (signed.tokens.expect("there was a code"), id_token)
}

/// The ID token of a refresh has `iss`, `sub`, `aud` and `azp` of the first one, the `auth_time` of the original
/// authentication, "its `iat` Claim MUST represent the time that the new ID Token is issued", and it needs no nonce
/// (OIDCC-12.2).
fn assert_continues(run: &Run, client: &Client, first: &IdToken, tokens: &Tokens) {
    let with = super::suite::IssuedWith { access_token: Some(tokens.access_token()), ..Default::default() };
    let second = IdToken::read(run, client, tokens.id_token(), with);
    for claim in ["iss", "sub", "aud", "auth_time", "azp"] {
        assert_eq!(first.claims().get(claim), second.claims().get(claim), "`{claim}`");
    }
    assert_eq!(second.time("iat"), run.op.now());
}

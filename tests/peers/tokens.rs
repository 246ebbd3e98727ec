//! Defects at the token endpoint and behind it.

use mock_idp::protocol::keys::jws;
use rstest::rstest;
use serde_json::{Map, Value};

use super::{
    CHALLENGE, VERIFIER, assert_refused, authorize, brought_back, code, provider, redeem, token, value_of,
};
use crate::wire::Wire;

const PUBLIC: [(&str, &str); 2] = [("client_id", "spa"), ("client_secret", "")];

fn claims(token: &Value) -> Map<String, Value> {
    jws::decode(token.as_str().unwrap()).unwrap().claims
}

async fn userinfo(wire: &mut Wire, tokens: &Value) -> (u16, String) {
    let bearer = format!("Bearer {}", tokens["access_token"].as_str().unwrap());
    let answer = wire.post("/acme/userinfo", &bearer, "").await;
    (answer.status.as_u16(), answer.body)
}

/// "If the values are not equal, an error response indicating "`invalid_grant`" […] MUST be returned" (RFC7636-4.6)
#[rstest]
#[case::confidential_s256(&[], "S256")]
#[case::confidential_plain(&[], "plain")]
#[case::public_s256(&PUBLIC, "S256")]
#[case::public_plain(&PUBLIC, "plain")]
#[tokio::test]
async fn a_verifier_that_is_left_out_fails_the_check(#[case] client: &[(&str, &str)], #[case] method: &str) {
    let mut wire = provider();
    let challenge = if method == "plain" { VERIFIER } else { CHALLENGE };
    let mut asked = vec![("code_challenge", challenge), ("code_challenge_method", method)];
    asked.extend(client.iter().filter(|(name, _)| *name == "client_id"));
    let code = code(&mut wire, &asked).await;

    assert_refused(&redeem(&mut wire, &code, client).await, "invalid_grant");
    let wrong =
        [client, &[("code_verifier", "another-verifier-of-at-least-forty-three-characters")]].concat();
    assert_refused(&redeem(&mut wire, &code, &wrong).await, "invalid_grant");
    let right = [client, &[("code_verifier", VERIFIER)]].concat();
    assert_eq!(redeem(&mut wire, &code, &right).await.0, 200);
}

#[rstest]
#[case::invented("invented", &[])]
#[case::a_code_in_its_place("CODE", &[])]
#[case::an_access_token_in_its_place("ACCESS", &[])]
#[case::used_before("USED", &[])]
#[case::of_another_client("LIVE", &[("client_id", "other")])]
#[tokio::test]
async fn a_refresh_token_that_nobody_issued_yields_nothing(
    #[case] which: &str,
    #[case] client: &[(&str, &str)],
) {
    let mut wire = provider();
    let code = code(&mut wire, &[]).await;
    let (_, first) = redeem(&mut wire, &code, &[]).await;
    let used = first["refresh_token"].as_str().unwrap();
    let (_, second) =
        token(&mut wire, &[("grant_type", "refresh_token"), ("refresh_token", used)], &[]).await;
    let presented = match which {
        "CODE" => &code,
        "ACCESS" => second["access_token"].as_str().unwrap(),
        "USED" => used,
        "LIVE" => second["refresh_token"].as_str().unwrap(),
        other => other,
    };
    let fields = [("grant_type", "refresh_token"), ("refresh_token", presented)];
    assert_refused(&token(&mut wire, &fields, client).await, "invalid_grant");
}

#[rstest]
#[case::no_verifier("")]
#[case::another_verifier("another-verifier-of-at-least-forty-three-characters")]
#[tokio::test]
async fn a_failed_check_is_the_last_thing_that_happens(#[case] verifier: &str) {
    let mut wire = provider();
    let code = code(&mut wire, &[("code_challenge", CHALLENGE), ("code_challenge_method", "S256")]).await;
    let before = wire.idp.default_provider().store_size();

    assert_refused(&redeem(&mut wire, &code, &[("code_verifier", verifier)]).await, "invalid_grant");
    let provider = wire.idp.default_provider();
    assert_eq!(provider.store_size(), before, "nothing was made");
    assert_eq!(provider.journal().last().unwrap().tokens, [], "nothing was given out");
    assert_eq!(redeem(&mut wire, &code, &[("code_verifier", VERIFIER)]).await.0, 200, "the code is unspoilt");
}

/// RFC6749-4.1.2, RFC6749-4.1.3
#[rstest]
#[case::invented(&[("code", "invented")])]
#[case::of_another_client(&[("client_id", "other")])]
#[case::for_another_redirect_uri(&[("redirect_uri", "https://app.example/other")])]
#[case::for_a_redirect_uri_that_only_begins_so(&[("redirect_uri", "https://app.example/cb")])]
#[tokio::test]
async fn a_code_is_bound_to_its_client_its_redirect_uri_and_one_use(#[case] changes: &[(&str, &str)]) {
    let mut wire = provider();
    let code = code(&mut wire, &[]).await;
    assert_refused(&redeem(&mut wire, &code, changes).await, "invalid_grant");

    let (status, tokens) = redeem(&mut wire, &code, &[]).await;
    assert_eq!(status, 200);
    assert_refused(&redeem(&mut wire, &code, &[]).await, "invalid_grant");
    assert_eq!(userinfo(&mut wire, &tokens).await.0, 401, "what the first use brought is revoked");
}

/// "The lifetime in seconds of the access token" (RFC6749-5.1)
#[tokio::test]
async fn expires_in_is_a_whole_number_of_seconds() {
    let mut wire = provider();
    let authorized = authorize(&mut wire, &[("response_type", "code token")]).await;
    let authorized = brought_back(&authorized);
    let in_fragment: i64 = value_of(&authorized, "expires_in").unwrap().parse().unwrap();

    let code = value_of(&authorized, "code").unwrap();
    let (_, redeemed) = redeem(&mut wire, &code, &[]).await;
    let refresh_token = redeemed["refresh_token"].as_str().unwrap();
    let fields = [("grant_type", "refresh_token"), ("refresh_token", refresh_token)];
    let (_, refreshed) = token(&mut wire, &fields, &[]).await;
    let (_, own) = token(&mut wire, &[("grant_type", "client_credentials")], &[]).await;
    for tokens in [&redeemed, &refreshed, &own] {
        let claims = claims(&tokens["access_token"]);
        let lifetime = claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap();
        assert_eq!(tokens["expires_in"].as_i64(), Some(lifetime), "the token itself says how long it lives");
        assert_eq!(in_fragment, lifetime);
    }
    assert_eq!(in_fragment, 600);
}

#[rstest]
#[case::first("openid profile email")]
#[case::in_the_middle("profile openid email")]
#[case::last("profile email openid")]
#[case::alone("openid")]
#[tokio::test]
async fn the_order_of_scopes_does_not_matter(#[case] scope: &str) {
    let mut wire = provider();
    let code = code(&mut wire, &[("scope", scope)]).await;
    let (status, tokens) = redeem(&mut wire, &code, &[]).await;
    assert_eq!(status, 200, "{tokens}");
    assert_eq!(claims(&tokens["id_token"])["sub"], "u-1");
}

/// "The sub (subject) Claim MUST always be returned in the `UserInfo` Response" (OIDCC-5.3.2)
#[rstest]
#[case::configured("ada", "openid", "u-1")]
#[case::with_more_scopes("ben", "profile openid", "u-2")]
#[tokio::test]
async fn userinfo_names_the_subject_of_the_id_token(
    #[case] user: &str,
    #[case] scope: &str,
    #[case] sub: &str,
) {
    let mut wire = provider();
    let code = code(&mut wire, &[("login_hint", user), ("scope", scope)]).await;
    let (_, tokens) = redeem(&mut wire, &code, &[]).await;
    let (status, body) = userinfo(&mut wire, &tokens).await;
    assert_eq!(status, 200, "{body}");
    let userinfo: Value = serde_json::from_str(&body).unwrap();
    assert_eq!((&userinfo["sub"], &claims(&tokens["id_token"])["sub"]), (&sub.into(), &sub.into()));
}

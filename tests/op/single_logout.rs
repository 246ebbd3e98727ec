//! Logout of which clients hear: by a frame, by a call, or by asking.

use harness::user_agent::SameSite;
use serde_json::json;
use url::Url;

use super::logout::{AFTERWARDS, assert_back, log_out, signed_in};
use super::script::scripts;
use super::suite::{Client, IdToken, Run, address, jose};

scripts![
    oidcc_frontchannel_logout_discovery_endpoint_verification,
    oidcc_frontchannel_rp_initiated_logout,
    oidcc_backchannel_logout_discovery_endpoint_verification,
    oidcc_backchannel_rp_initiated_logout,
    oidcc_session_management_discovery_endpoint_verification,
    oidcc_session_management_rp_initiated_logout,
];

fn assert_promised(run: &Run, members: [&str; 2]) {
    for member in members {
        assert_eq!(run.metadata[member], true, "`{member}`");
    }
    assert!(Url::parse(&run.endpoint("end_session_endpoint")).is_ok());
}

async fn oidcc_frontchannel_logout_discovery_endpoint_verification(run: &mut Run) {
    assert_promised(run, ["frontchannel_logout_supported", "frontchannel_logout_session_supported"]);
}

/// "The OP renders `<iframe src="frontchannel_logout_uri">` in a page" (OIDCFC-3), with "`iss`" and "`sid`" (OIDCFC-2), and then the browser goes where the client wanted it.
async fn oidcc_frontchannel_rp_initiated_logout(run: &mut Run) {
    const FRAME: &str = "/front-channel-logout";
    let more =
        json!({ "frontchannel_logout_uri": address(FRAME), "frontchannel_logout_session_required": true });
    let (client, signed) = signed_in(run, more).await;
    let uri = address(AFTERWARDS);
    let state = run.fresh("state");
    let hint = &signed.id_token().text;
    let page =
        log_out(run, &[("id_token_hint", hint), ("post_logout_redirect_uri", &uri), ("state", &state)]).await;
    assert_back(&page, Some(&state));
    let [call] = &run.site.hits(FRAME)[..] else { panic!("the frame is loaded once") };
    let query = call.query.as_deref().unwrap_or_default();
    let query: Vec<_> = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    let sid = signed.id_token().text_of("sid").expect("the ID token has a `sid`");
    let expected = [("iss", run.op.issuer.as_str()), ("sid", sid)];
    assert_eq!(query, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    run.assert_nobody_is_signed_in(&client).await;
}

async fn oidcc_backchannel_logout_discovery_endpoint_verification(run: &mut Run) {
    assert_promised(run, ["backchannel_logout_supported", "backchannel_logout_session_supported"]);
}

/// The logout token reaches the client by a POST, in a form with nothing else (OIDCBC-2.5), before the browser goes on.
async fn oidcc_backchannel_rp_initiated_logout(run: &mut Run) {
    const PATH: &str = "/back-channel-logout";
    let endpoint = run.site.open().await + PATH;
    let more = json!({ "backchannel_logout_uri": endpoint, "backchannel_logout_session_required": true });
    let (client, signed) = signed_in(run, more).await;
    let (state, uri) = (run.fresh("state"), address(AFTERWARDS));
    let hint = &signed.id_token().text;
    let page =
        log_out(run, &[("id_token_hint", hint), ("post_logout_redirect_uri", &uri), ("state", &state)]).await;
    assert_back(&page, Some(&state));
    let [call] = &run.site.hits(PATH)[..] else { panic!("the client is told once") };
    assert_eq!((call.method.as_str(), call.query.as_deref()), ("POST", None));
    assert_eq!(call.content_type, "application/x-www-form-urlencoded");
    let fields: Vec<_> = url::form_urlencoded::parse(call.body.as_bytes()).into_owned().collect();
    let [(name, token)] = &fields[..] else { panic!("one parameter, not {fields:?}") };
    assert_eq!(name, "logout_token");
    assert_logout_token(run, &client, token, signed.id_token());
    run.assert_nobody_is_signed_in(&client).await;
}

/// OIDCBC-2.4
fn assert_logout_token(run: &Run, client: &Client, token: &str, id_token: &IdToken) {
    const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";
    let jwt = jose::Jwt::read(token);
    jwt.assert_signed_by(&run.jwks);
    let claims = &jwt.claims;
    assert_eq!((&claims["iss"], &claims["aud"]), (&json!(run.op.issuer), &json!(client.id)));
    let now = run.op.now();
    assert!((claims["iat"].as_i64().unwrap() - now).abs() <= 5 * 60);
    assert!(claims["exp"].as_i64().is_some_and(|exp| exp > now), "`exp` is {}", claims["exp"]);
    assert!(claims["jti"].as_str().is_some_and(|jti| !jti.is_empty()));
    assert_eq!(claims["events"], json!({ EVENT: {} }));
    // so that nobody takes it for an ID token
    assert_eq!(claims.get("nonce"), None);
    for claim in ["sub", "sid"] {
        assert_eq!(claims.get(claim), id_token.claims().get(claim), "`{claim}`");
    }
}

async fn oidcc_session_management_discovery_endpoint_verification(run: &mut Run) {
    for member in ["check_session_iframe", "end_session_endpoint"] {
        assert!(Url::parse(&run.endpoint(member)).is_ok_and(|url| url.scheme() == "https"));
    }
}

/// The client keeps the provider's page in a frame and asks it whether the session is still the one of `session_state`: it is,
/// until the person signs out.
async fn oidcc_session_management_rp_initiated_logout(run: &mut Run) {
    let (client, signed) = signed_in(run, json!({})).await;
    let state = signed.response().required("session_state").to_owned();
    assert!(!state.contains(' '), "\"This string MUST NOT contain the space (\" \") character\" (OIDCSM-2)");
    assert_iframe_page(run).await;
    assert!(is_unchanged(run, &client, &state));
    let uri = address(AFTERWARDS);
    let page =
        log_out(run, &[("id_token_hint", &signed.id_token().text), ("post_logout_redirect_uri", &uri)]).await;
    assert_back(&page, None);
    assert!(!is_unchanged(run, &client, &state));
    run.assert_nobody_is_signed_in(&client).await;
}

/// The page may stand in a frame of the client's, and waits there for messages.
async fn assert_iframe_page(run: &mut Run) {
    let endpoint = run.endpoint("check_session_iframe");
    let page = run.browser.frame(&endpoint).await.expect("the provider answers");
    assert_eq!((page.status, page.header("x-frame-options")), (200, None));
    let policy = page.header("content-security-policy").unwrap_or_default();
    assert!(!policy.contains("frame-ancestors 'none'"), "{policy}");
    assert!(page.body.contains("addEventListener('message'"), "{}", page.body);
}

/// What the page's script finds out, done again: the cookie that scripts may read, hashed with the client, the origin of the
/// question and the salt (OIDCSM-3.2), against what the client knows.
fn is_unchanged(run: &Run, client: &Client, known: &str) -> bool {
    let readable: Vec<_> =
        run.browser.cookies().live(run.op.now()).filter(|cookie| !cookie.http_only).collect();
    let state = match readable[..] {
        [] => "",
        [cookie] => {
            assert!(
                cookie.secure && cookie.same_site == SameSite::None,
                "frames of other sites need the cookie"
            );
            &cookie.value
        }
        _ => panic!("{} cookies can be read by scripts", readable.len()),
    };
    let origin = Url::parse(&client.redirect_uri).unwrap().origin().ascii_serialization();
    let (_, salt) = known.rsplit_once('.').expect("there is a salt");
    let hash = jose::sha256_in_hex(&format!("{} {origin} {state} {salt}", client.id));
    known == format!("{hash}.{salt}")
}

//! Logout that a client asks for.

use harness::user_agent::Page;
use serde_json::{Value, json};
use url::Url;

use super::script::scripts;
use super::suite::{Client, IdToken, Run, SignIn, address, jose};

scripts![
    oidcc_rp_initiated_logout_discovery_endpoint_verification,
    oidcc_rp_initiated_logout,
    oidcc_rp_initiated_logout_no_state,
    oidcc_rp_initiated_logout_no_params,
    oidcc_rp_initiated_logout_only_state,
    oidcc_rp_initiated_logout_no_post_logout_redirect_uri,
    oidcc_rp_initiated_logout_no_id_token_hint,
    oidcc_rp_initiated_logout_bad_post_logout_redirect_uri,
    oidcc_rp_initiated_logout_query_added_to_post_logout_redirect_uri,
    oidcc_rp_initiated_logout_modified_id_token_hint,
    oidcc_rp_initiated_logout_bad_id_token_hint,
];

/// Where the browser is to go afterwards.
pub(super) const AFTERWARDS: &str = "/signed-out";

/// A client with a place to go afterwards, and somebody signed in to it.
pub(super) async fn signed_in(run: &mut Run, more: Value) -> (Client, SignIn) {
    let mut members = json!({ "post_logout_redirect_uris": [address(AFTERWARDS)] });
    members.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let client = run.registered(&members).await;
    let signed = run.plain_sign_in(&client).await;
    (client, signed)
}

/// Goes to the end-session endpoint with these parameters.
pub(super) async fn log_out(run: &mut Run, parameters: &[(&str, &str)]) -> Page {
    let endpoint = run.endpoint("end_session_endpoint");
    let mut url = Url::parse(&endpoint).unwrap();
    if !parameters.is_empty() {
        url.query_pairs_mut().extend_pairs(parameters);
    }
    run.browser.open(url.as_str()).await.expect("the provider answers").clone()
}

/// The browser is back at the client, with the state and nothing else.
pub(super) fn assert_back(page: &Page, state: Option<&str>) {
    let mut expected = Url::parse(&address(AFTERWARDS)).unwrap();
    if let Some(state) = state {
        expected.query_pairs_mut().append_pair("state", state);
    }
    assert_eq!(page.url, expected);
}

/// The page says that nobody is signed in any more. Where it had to ask first, the button is pressed.
async fn assert_signed_out_page(run: &mut Run, page: Page) {
    let page = match page.button("action", "logout") {
        Some((form, button)) => {
            assert!(page.body.contains("<h1>Sign out?</h1>"), "{}", page.body);
            let form = form.clone().pressing(button);
            run.browser.submit(&form).await.expect("the provider answers").clone()
        }
        None => page,
    };
    assert_eq!((page.status, page.url.host_str()), (200, run_host(run).as_deref()));
    assert!(page.body.contains("<h1>You are signed out</h1>"), "{}", page.body);
    assert!(page.refresh.is_none());
}

/// The provider neither sends the browser to the client nor offers to: "the OP MUST NOT perform post-logout redirection"
/// (OIDCRP-3).
fn assert_stays(run: &Run, page: &Page) {
    assert_eq!(page.url.host_str(), run_host(run).as_deref(), "the browser stays at the provider");
    assert!(page.refresh.is_none() && !page.submits_itself, "{}", page.body);
    assert!(run.site.hits(AFTERWARDS).is_empty(), "nothing came to the client");
    let asks = page.body.contains("<h1>Sign out?</h1>");
    let refuses = page.status == 400 && page.body.contains("<h1>This request is refused</h1>");
    assert!(asks || refuses, "{}", page.body);
}

fn run_host(run: &Run) -> Option<String> {
    Url::parse(&run.op.issuer).unwrap().host_str().map(str::to_owned)
}

/// "`end_session_endpoint` REQUIRED. URL at the OP to which an RP can perform a redirect" (OIDCRP-2.1).
async fn oidcc_rp_initiated_logout_discovery_endpoint_verification(run: &mut Run) {
    assert!(Url::parse(&run.endpoint("end_session_endpoint")).is_ok());
}

async fn oidcc_rp_initiated_logout(run: &mut Run) {
    let state = "L9".repeat(64);
    let (client, signed) = signed_in(run, json!({})).await;
    let hint = &signed.id_token().text;
    let uri = address(AFTERWARDS);
    let page =
        log_out(run, &[("id_token_hint", hint), ("post_logout_redirect_uri", &uri), ("state", &state)]).await;
    assert_back(&page, Some(&state));
    run.assert_nobody_is_signed_in(&client).await;
}

async fn oidcc_rp_initiated_logout_no_state(run: &mut Run) {
    let (client, signed) = signed_in(run, json!({})).await;
    let uri = address(AFTERWARDS);
    let page =
        log_out(run, &[("id_token_hint", &signed.id_token().text), ("post_logout_redirect_uri", &uri)]).await;
    assert_back(&page, None);
    run.assert_nobody_is_signed_in(&client).await;
}

async fn oidcc_rp_initiated_logout_no_params(run: &mut Run) {
    let (client, _) = signed_in(run, json!({})).await;
    let page = log_out(run, &[]).await;
    assert_signed_out_page(run, page).await;
    run.assert_nobody_is_signed_in(&client).await;
}

async fn oidcc_rp_initiated_logout_only_state(run: &mut Run) {
    let (client, _) = signed_in(run, json!({})).await;
    let page = log_out(run, &[("state", "alone")]).await;
    assert_signed_out_page(run, page).await;
    assert!(run.site.hits(AFTERWARDS).is_empty());
    run.assert_nobody_is_signed_in(&client).await;
}

async fn oidcc_rp_initiated_logout_no_post_logout_redirect_uri(run: &mut Run) {
    let (client, signed) = signed_in(run, json!({})).await;
    let page = log_out(run, &[("id_token_hint", &signed.id_token().text)]).await;
    assert_signed_out_page(run, page).await;
    run.assert_nobody_is_signed_in(&client).await;
}

/// "An `id_token_hint` carrying an ID Token for the RP is also RECOMMENDED when requesting post-logout redirection; if it is not
/// supplied with `post_logout_redirect_uri`, the OP MUST NOT perform post-logout redirection unless the OP has other means of
/// confirming the legitimacy of the post-logout redirection target." (OIDCRP-3)
async fn oidcc_rp_initiated_logout_no_id_token_hint(run: &mut Run) {
    signed_in(run, json!({})).await;
    let page = log_out(run, &[("post_logout_redirect_uri", &address(AFTERWARDS))]).await;
    assert_stays(run, &page);
}

/// There is no redirection "if the `post_logout_redirect_uri` value supplied does not exactly match one of the previously
/// registered" ones (OIDCRP-3).
async fn assert_not_returned_to(run: &mut Run, uri: &str) {
    let (_, signed) = signed_in(run, json!({})).await;
    let page =
        log_out(run, &[("id_token_hint", &signed.id_token().text), ("post_logout_redirect_uri", uri)]).await;
    assert_stays(run, &page);
}

async fn oidcc_rp_initiated_logout_bad_post_logout_redirect_uri(run: &mut Run) {
    assert_not_returned_to(run, &address("/signed-out/elsewhere")).await;
}

async fn oidcc_rp_initiated_logout_query_added_to_post_logout_redirect_uri(run: &mut Run) {
    assert_not_returned_to(run, &format!("{}?foo=bar", address(AFTERWARDS))).await;
}

/// "When an `id_token_hint` parameter is present, the OP MUST validate that it was the issuer of the ID Token." (OIDCRP-2)
async fn assert_hint_not_taken(run: &mut Run, forged: impl FnOnce(&IdToken) -> String) {
    let (_, signed) = signed_in(run, json!({})).await;
    let hint = forged(signed.id_token());
    let uri = address(AFTERWARDS);
    let page = log_out(run, &[("id_token_hint", &hint), ("post_logout_redirect_uri", &uri)]).await;
    assert_stays(run, &page);
}

async fn oidcc_rp_initiated_logout_modified_id_token_hint(run: &mut Run) {
    assert_hint_not_taken(run, |token| jose::unsigned(&Value::Object(token.claims().clone()))).await;
}

async fn oidcc_rp_initiated_logout_bad_id_token_hint(run: &mut Run) {
    let forged = |token: &IdToken| {
        let kid = token.jwt.header["kid"].as_str().unwrap();
        jose::CLIENT_KEYS[1].signed_as(kid, &Value::Object(token.claims().clone()))
    };
    assert_hint_not_taken(run, forged).await;
}

//! Logout tokens that travel as they should not, and ways back that say what they should not.

use mock_idp::protocol::keys::jws;
use reqwest::header::{CONTENT_TYPE, LOCATION};
use rstest::rstest;
use serde_json::{Value, json};
use url::form_urlencoded;

use super::logout::{BYE, CALLBACK, log_out, provider, sign_in, text};
use super::provider::Op;
use super::site::{Site, Visit};

/// A logout with this fault standing; gives the provider and who came to the client.
async fn logout_with(fault: &str) -> (Op, Vec<Visit>) {
    let site = Site::open().await;
    site.publish("/out", "");
    let op = provider(&site, &[("app", "/out")], json!({})).await;
    op.idp.default_provider().add_fault(fault.parse().unwrap()).unwrap();
    let (cookie, answer) = sign_in(&op, "app", "", "openid").await;
    log_out(&op, &cookie, &[("id_token_hint", text(&answer, "id_token"))]).await;
    let visited = site.visited("/out");
    (op, visited)
}

fn fields(text: &str) -> Vec<(String, String)> {
    form_urlencoded::parse(text.as_bytes()).into_owned().collect()
}

fn is_token(text: &str) -> bool {
    jws::decode(text).is_ok_and(|token| token.claims.contains_key("events"))
}

/// What is sent: method, content type, the names in the query and those in the form.
#[rstest]
#[case::get("get", "GET", "", &["logout_token"], &[])]
#[case::in_query("in_query", "POST", "application/x-www-form-urlencoded", &["logout_token"], &[])]
#[case::plain_text("plain_text", "POST", "text/plain", &[], &["logout_token"])]
#[case::untyped("untyped", "POST", "", &[], &["logout_token"])]
#[case::empty("empty", "POST", "application/x-www-form-urlencoded", &[], &[])]
#[case::without("without_token", "POST", "application/x-www-form-urlencoded", &[], &["example_unknown"])]
#[case::empty_token("empty_token", "POST", "application/x-www-form-urlencoded", &[], &["logout_token"])]
#[case::two("two_tokens", "POST", "application/x-www-form-urlencoded", &[], &["logout_token", "logout_token"])]
#[case::padded("mb_1", "POST", "application/x-www-form-urlencoded", &[], &["logout_token", "padding"])]
#[tokio::test]
async fn a_fault_of_the_delivery_is_in_the_call(
    #[case] value: &str,
    #[case] method: &str,
    #[case] content_type: &str,
    #[case] in_query: &[&str],
    #[case] in_form: &[&str],
) {
    let fault = format!("backchannel_logout.delivery={value}");
    let (op, visits) = logout_with(&fault).await;
    let [visit] = &*visits else { panic!("{visits:?}") };
    let found = visit.headers.get(CONTENT_TYPE).map(|kind| kind.to_str().unwrap()).unwrap_or_default();
    assert_eq!((visit.method.as_str(), found), (method, content_type));
    let names = |text: &str| fields(text).into_iter().map(|(name, _)| name).collect::<Vec<_>>();
    assert_eq!(
        (names(&visit.query), names(&visit.body)),
        (
            in_query.iter().map(ToString::to_string).collect(),
            in_form.iter().map(ToString::to_string).collect()
        )
    );
    // the token itself is a good one wherever there is one
    let tokens = [fields(&visit.query), fields(&visit.body)].concat();
    let first = tokens.iter().find(|(name, _)| name == "logout_token");
    assert_eq!(first.is_none_or(|(_, token)| is_token(token)), value != "empty_token");
    assert_eq!((op.calls()[0].faults.clone(), op.calls()[0].method.as_str()), (vec![fault], method));
}

#[tokio::test]
async fn a_logout_can_come_as_a_json_document() {
    let (_, visits) = logout_with("backchannel_logout.delivery=json").await;
    let body: Value = serde_json::from_str(&visits[0].body).unwrap();
    assert!(is_token(body["logout_token"].as_str().unwrap()));
    assert_eq!(visits[0].headers[CONTENT_TYPE], "application/json");
}

#[tokio::test]
async fn a_logout_that_is_lost_is_said_to_be() {
    let (op, visits) = logout_with("backchannel_logout.delivery=lost").await;
    assert_eq!(visits.len(), 0);
    let [call] = &*op.calls() else { panic!("{:?}", op.calls()) };
    assert_eq!(call.error.as_ref().map(|error| error.code), Some("withheld"));
    assert_eq!(call.faults, ["backchannel_logout.delivery=lost"]);
}

#[tokio::test]
async fn a_logout_token_comes_twice_and_is_the_same() {
    let (op, visits) = logout_with("backchannel_logout.delivery=twice").await;
    assert_eq!((visits.len(), op.calls().len()), (2, 2));
    assert_eq!(visits[0].body, visits[1].body);
}

#[tokio::test]
async fn the_logout_token_of_the_login_before_comes_once_more() {
    let site = Site::open().await;
    site.publish("/out", "");
    let op = provider(&site, &[("app", "/out")], json!({})).await;
    let rule = "backchannel_logout.delivery=previous,nth=2";
    op.idp.default_provider().add_fault(rule.parse().unwrap()).unwrap();
    for _ in 0..2 {
        let (cookie, answer) = sign_in(&op, "app", "", "openid").await;
        log_out(&op, &cookie, &[("id_token_hint", text(&answer, "id_token"))]).await;
    }
    let [first, second] = &*site.visited("/out") else { panic!() };
    assert_eq!(first.body, second.body, "the same `jti` once more");
    let sid = |call: usize| op.calls()[call].tokens[0].claims["sid"].clone();
    assert_eq!(sid(0), sid(1), "and the journal says so");
}

#[rstest]
#[case::id_token("logout_token.token=id_token", "JWT", false)]
#[case::honest("backchannel_logout.delivery=twice", "logout+jwt", true)]
#[tokio::test]
async fn an_id_token_under_an_honest_signature_is_no_logout_token(
    #[case] fault: &str,
    #[case] typ: &str,
    #[case] has_events: bool,
) {
    let (op, visits) = logout_with(fault).await;
    let token = jws::decode(&fields(&visits[0].body)[0].1).unwrap();
    assert_eq!(token.verify_with_jwk(&op.idp.default_provider().published_keys()["keys"][0]), Ok(()));
    assert_eq!((&token.header["typ"], token.claims.contains_key("events")), (&json!(typ), has_events));
    assert_eq!(token.claims["aud"], "app");
}

#[rstest]
#[case::wrong("frontchannel_logout.iss=wrong", "iss=<issuer>1&sid=<sid>")]
#[case::no_issuer("frontchannel_logout.iss=missing", "sid=<sid>")]
#[case::attacker("frontchannel_logout.iss=attacker", "iss=https://attacker.invalid&sid=<sid>")]
#[case::other_session("frontchannel_logout.sid=wrong", "iss=<issuer>&sid=<sid>1")]
#[case::no_session("frontchannel_logout.sid=missing", "iss=<issuer>")]
#[case::neither("frontchannel_logout.parameters=missing", "")]
#[tokio::test]
async fn a_fault_of_a_frame_is_in_its_address(#[case] fault: &str, #[case] query: &str) {
    let op = Op::start(json!({
        "clients": { "app": {
            "secret": "s", "redirect_uris": [CALLBACK], "logout_uri": "https://app.example/frame",
        } },
        "users": { "ada": {} },
        "login_hint": "sign_in",
    }))
    .await;
    op.idp.default_provider().add_fault(fault.parse().unwrap()).unwrap();
    let (cookie, answer) = sign_in(&op, "app", "", "openid").await;
    let id_token = text(&answer, "id_token");
    let page = log_out(&op, &cookie, &[("id_token_hint", id_token)]).await.text().await.unwrap();
    let said = jws::decode(id_token).unwrap().claims;
    let query = query
        .replace("<issuer>", said["iss"].as_str().unwrap())
        .replace("<sid>", said["sid"].as_str().unwrap());
    let frame = page.split("https:&#x2f;&#x2f;app.example&#x2f;frame").nth(1).unwrap();
    let frame = frame.split('"').next().unwrap().replace("&#x2f;", "/").replace("&amp;", "&");
    let found: Vec<_> = fields(frame.trim_start_matches('?'));
    assert_eq!(found, fields(&query), "{frame}");
    assert_eq!(op.calls()[0].faults, [fault]);
}

#[rstest]
#[case::honest("logout_token.jti=missing", "https://app.example/bye?state=s")]
#[case::other("end_session.state=wrong", "https://app.example/bye?state=s1")]
#[case::none("end_session.state=missing", "https://app.example/bye")]
#[case::foreign(
    "end_session.state=foreign",
    "https://app.example/bye?state=https%3A%2F%2Ftrap.invalid%2Fafter-logout"
)]
#[case::twice("end_session.state=twice", "https://app.example/bye?state=s&state=s1")]
#[tokio::test]
async fn a_fault_of_the_way_back_is_in_its_address(#[case] fault: &str, #[case] address: &str) {
    let site = Site::open().await;
    site.publish("/out", "");
    let op = provider(&site, &[("app", "/out")], json!({})).await;
    op.idp.default_provider().add_fault(fault.parse().unwrap()).unwrap();
    let (cookie, answer) = sign_in(&op, "app", "", "openid").await;
    let hint = text(&answer, "id_token");
    let request = [("id_token_hint", hint), ("post_logout_redirect_uri", BYE), ("state", "s")];
    let answer = log_out(&op, &cookie, &request).await;
    assert_eq!(answer.headers()[LOCATION], address);
}

//! Back-channel logout: who is told, what, and what became of it (OIDCBC).

use std::collections::BTreeMap;
use std::io::Write;
use std::sync::{Arc, Mutex};

use mock_idp::protocol::keys::jws::{self, Decoded};
use reqwest::header::{CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE};
use rstest::rstest;
use serde_json::{Map, Value, json};
use tracing_subscriber::util::SubscriberInitExt as _;
use url::form_urlencoded;

use super::provider::Op;
use super::site::Site;

pub(super) const CALLBACK: &str = "https://app.example/cb";
pub(super) const BYE: &str = "https://app.example/bye";
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// A provider whose clients are told at these paths of a site.
pub(super) async fn provider(site: &Site, clients: &[(&str, &str)], outgoing: Value) -> Op {
    let clients: Map<String, Value> = clients
        .iter()
        .map(|(id, path)| {
            let client = json!({
                "secret": format!("{id}-secret-of-enough-bytes-for-hs256"),
                "redirect_uris": [CALLBACK],
                "post_logout_redirect_uris": [BYE],
                "backchannel_logout_uri": site.url(path),
                "refresh_tokens": "always",
            });
            ((*id).to_owned(), client)
        })
        .collect();
    let users = json!({ "ada": { "sub": "u-1" } });
    Op::start(json!({ "clients": clients, "users": users, "outgoing": outgoing, "login_hint": "sign_in" }))
        .await
}

/// Signs ada in to a client; gives the cookie and what the client was sent.
pub(super) async fn sign_in(
    op: &Op,
    client: &str,
    cookie: &str,
    scope: &str,
) -> (String, Map<String, Value>) {
    let request = op.get(
        "/authorize",
        &[
            ("client_id", client),
            ("redirect_uri", CALLBACK),
            ("response_type", "code id_token"),
            ("scope", scope),
            ("nonce", "n-1"),
            ("login_hint", "ada"),
        ],
    );
    let answer = request.header(COOKIE, cookie).send().await.unwrap();
    let location = answer.headers()[LOCATION].to_str().unwrap();
    let fragment = location.split_once('#').unwrap().1;
    let parameters = form_urlencoded::parse(fragment.as_bytes()).into_owned();
    let parameters = parameters.map(|(name, value)| (name, Value::String(value))).collect();
    let set = answer.headers().get(SET_COOKIE).map(|set| set.to_str().unwrap());
    (set.map_or(cookie, |set| set.split(';').next().unwrap()).to_owned(), parameters)
}

pub(super) fn text<'a>(parameters: &'a Map<String, Value>, name: &str) -> &'a str {
    parameters[name].as_str().unwrap()
}

pub(super) async fn log_out(op: &Op, cookie: &str, more: &[(&str, &str)]) -> reqwest::Response {
    op.get("/logout", more).header(COOKIE, cookie).send().await.unwrap()
}

/// The logout tokens that were posted to a path, nothing else beside them.
fn logout_tokens(site: &Site, path: &str) -> Vec<Decoded> {
    let tokens = site.visited(path).into_iter().map(|visit| {
        assert_eq!(visit.method, "POST");
        assert_eq!(visit.headers[CONTENT_TYPE], "application/x-www-form-urlencoded");
        let fields: BTreeMap<_, _> = form_urlencoded::parse(visit.body.as_bytes()).into_owned().collect();
        assert_eq!(fields.keys().collect::<Vec<_>>(), ["logout_token"]);
        jws::decode(&fields["logout_token"]).unwrap()
    });
    tokens.collect()
}

#[tokio::test]
async fn every_client_of_the_session_gets_a_logout_token_of_its_own() {
    let site = Site::open().await;
    site.publish("/one", "");
    site.answer("/two", 204, "");
    let op = provider(&site, &[("one", "/one"), ("two", "/two"), ("three", "/three")], json!({})).await;
    let (cookie, first) = sign_in(&op, "one", "", "openid").await;
    let (cookie, second) = sign_in(&op, "two", &cookie, "openid").await;
    let hint = text(&first, "id_token");
    let answer =
        log_out(&op, &cookie, &[("id_token_hint", hint), ("post_logout_redirect_uri", BYE), ("state", "s")])
            .await;
    assert_eq!(
        (answer.status().as_u16(), answer.headers()[LOCATION].to_str().unwrap()),
        (303, "https://app.example/bye?state=s")
    );
    assert_eq!(site.visits("/three"), 0, "nobody signed in to it");

    let keys = op.idp.default_provider().published_keys();
    for (client, path, parameters) in [("one", "/one", &first), ("two", "/two", &second)] {
        let id_token = jws::decode(text(parameters, "id_token")).unwrap();
        let [token] = logout_tokens(&site, path).try_into().unwrap();
        token.verify_with_jwk(&keys["keys"][0]).unwrap();
        assert_eq!(
            (&token.header["typ"], &token.header["alg"]),
            (&json!("logout+jwt"), &id_token.header["alg"])
        );
        let claims = &token.claims;
        for same in ["iss", "sub", "sid"] {
            assert_eq!(claims[same], id_token.claims[same], "{same}");
        }
        assert_eq!((&claims["aud"], &claims["events"]), (&json!(client), &json!({ EVENT: {} })));
        assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 120);
        assert_eq!(claims.get("nonce"), None);
        assert!(claims["jti"].is_string());
    }
    let told = op.calls();
    let statuses: Vec<_> =
        told.iter().map(|entry| (entry.client.as_deref().unwrap(), entry.status)).collect();
    assert_eq!(statuses.len(), 2);
    assert!(statuses.contains(&("one", 200)) && statuses.contains(&("two", 204)), "{statuses:?}");
    assert_eq!(told[0].tokens[0].kind, "logout_token");
}

/// What is logged, to be read afterwards.
#[derive(Clone, Default)]
struct Logged(Arc<Mutex<Vec<u8>>>);

impl Write for Logged {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn the_log_says_what_became_of_each_client_when_the_browser_is_sent_on() {
    let logged = Logged::default();
    let sink = logged.clone();
    // where there is one subscriber alone, whether anybody listens to a line is asked in the thread that meets it first,
    // which may be another test's
    let elsewhere = tracing_subscriber::registry().set_default();
    let subscriber = tracing_subscriber::fmt().with_ansi(false).with_writer(move || sink.clone());
    let guard = subscriber.finish().set_default();

    let site = Site::open().await;
    site.publish("/one", "");
    site.answer("/two", 500, "");
    let op = provider(&site, &[("one", "/one"), ("two", "/two")], json!({})).await;
    let (cookie, first) = sign_in(&op, "one", "", "openid").await;
    let (cookie, _) = sign_in(&op, "two", &cookie, "openid").await;
    let hint = text(&first, "id_token");
    let answer = log_out(&op, &cookie, &[("id_token_hint", hint), ("post_logout_redirect_uri", BYE)]).await;
    assert_eq!(answer.status(), 303, "nobody sees a page");
    drop((guard, elsewhere));

    let log = String::from_utf8(logged.0.lock().unwrap().clone()).unwrap();
    let line = |client: &str| {
        let about = "endpoint=\"outgoing\" method=\"POST\"";
        let found =
            log.lines().find(|line| line.contains(about) && line.contains(&format!("client=\"{client}\"")));
        found.unwrap_or_else(|| panic!("{client} in {log}")).to_owned()
    };
    let (told, failed) = (line("one"), line("two"));
    assert!(told.contains("INFO") && told.contains("the call was answered"), "{told}");
    assert!(told.contains("status=200") && told.contains(&format!("url={}", site.url("/one"))), "{told}");
    assert!(failed.contains("WARN") && failed.contains("status=500"), "{failed}");
    assert!(failed.contains("OIDCBC-2.8") && failed.contains("the call failed"), "{failed}");
}

#[rstest]
#[case::left_out(Value::Null, true)]
#[case::required(json!(true), true)]
#[case::not_required(json!(false), false)]
#[tokio::test]
async fn a_client_is_told_the_session_unless_it_said_that_it_need_not_be(
    #[case] required: Value,
    #[case] told: bool,
) {
    let site = Site::open().await;
    site.publish("/out", "");
    let mut client = json!({
        "secret": "s3cret", "redirect_uris": [CALLBACK],
        "logout_uri": "https://app.example/frame?a=b", "backchannel_logout_uri": site.url("/out"),
    });
    if !required.is_null() {
        client["frontchannel_logout_session_required"] = required.clone();
        client["backchannel_logout_session_required"] = required;
    }
    let op =
        Op::start(json!({ "clients": { "app": client }, "users": { "ada": {} }, "login_hint": "sign_in" }))
            .await;
    let (cookie, parameters) = sign_in(&op, "app", "", "openid").await;
    let id_token = jws::decode(text(&parameters, "id_token")).unwrap();
    let page = log_out(&op, &cookie, &[("id_token_hint", text(&parameters, "id_token"))])
        .await
        .text()
        .await
        .unwrap();
    assert!(page.contains("app.example&#x2f;frame?a=b"), "{page}");
    assert_eq!(page.contains("sid="), told, "{page}");
    let [token] = logout_tokens(&site, "/out").try_into().unwrap();
    assert_eq!(token.claims.get("sid"), id_token.claims.get("sid").filter(|_| told));
    assert_eq!(token.claims["sub"], id_token.claims["sub"]);
}

#[tokio::test]
async fn a_fault_of_a_logout_token_is_in_it_and_the_journal_says_so() {
    let site = Site::open().await;
    site.publish("/out", "");
    let op = provider(&site, &[("app", "/out")], json!({})).await;
    op.idp.default_provider().add_fault("logout_token.events=missing,client=app".parse().unwrap()).unwrap();
    let (cookie, answer) = sign_in(&op, "app", "", "openid").await;
    log_out(&op, &cookie, &[("id_token_hint", text(&answer, "id_token"))]).await;
    let [token] = logout_tokens(&site, "/out").try_into().unwrap();
    assert_eq!((token.claims.get("events"), &token.claims["aud"]), (None, &json!("app")));
    assert_eq!(op.calls()[0].faults, ["logout_token.events=missing"]);
}

#[tokio::test]
async fn a_logout_token_is_signed_as_the_clients_id_tokens_are_and_says_their_subject() {
    let site = Site::open().await;
    site.publish("/out", "");
    let op = Op::start(json!({
        "clients": { "app": {
            "secret": "a-secret-of-enough-bytes-for-hs256", "redirect_uris": [CALLBACK],
            "id_token_alg": "HS256", "subject_type": "pairwise", "backchannel_logout_uri": site.url("/out"),
        } },
        "users": { "ada": { "sub": "u-1" } },
        "login_hint": "sign_in",
    }))
    .await;
    let (cookie, parameters) = sign_in(&op, "app", "", "openid").await;
    log_out(&op, &cookie, &[("id_token_hint", text(&parameters, "id_token"))]).await;
    let [token] = logout_tokens(&site, "/out").try_into().unwrap();
    token.verify_with_secret("a-secret-of-enough-bytes-for-hs256").unwrap();
    let id_token = jws::decode(text(&parameters, "id_token")).unwrap();
    assert_eq!(token.claims["sub"], id_token.claims["sub"]);
    assert_ne!(token.claims["sub"], "u-1");
}

#[tokio::test]
async fn clients_are_told_all_at_once() {
    let site = Site::open().await;
    // each waits for the other: one after the other, neither would ever answer
    let op = provider(&site, &[("one", "/pair"), ("two", "/pair")], json!({})).await;
    let (cookie, first) = sign_in(&op, "one", "", "openid").await;
    sign_in(&op, "two", &cookie, "openid").await;
    log_out(&op, &cookie, &[("id_token_hint", text(&first, "id_token"))]).await;
    assert_eq!(op.calls().iter().map(|entry| entry.status).collect::<Vec<_>>(), [200, 200]);
}

#[rstest]
#[case::refused("/refused", "400", "status")]
#[case::gone("/gone", "404", "status")]
#[case::elsewhere("/moved", "redirects are not followed", "status")]
#[case::never_answered("/never", "no whole answer within 100 ms", "timed_out")]
#[tokio::test]
async fn a_client_that_does_not_confirm_is_named_on_the_page_and_in_the_journal(
    #[case] path: &str,
    #[case] why: &str,
    #[case] code: &str,
) {
    let site = Site::open().await;
    site.answer("/refused", 400, r#"{"error":"invalid_request"}"#);
    site.answer("/moved", 302, site.url("/elsewhere"));
    let op = provider(&site, &[("app", path)], json!({ "timeout": "100ms" })).await;
    let (cookie, parameters) = sign_in(&op, "app", "", "openid").await;
    let answer = log_out(&op, &cookie, &[("id_token_hint", text(&parameters, "id_token"))]).await;
    assert_eq!(answer.status(), 200, "the logout itself took place");
    let page = answer.text().await.unwrap();
    assert!(page.contains("You are signed out") && page.contains("may still have you signed in"), "{page}");
    assert!(page.contains(why), "{page}");
    assert_eq!(op.calls().pop().unwrap().error.unwrap().code, code);
    assert_eq!(site.visits("/elsewhere"), 0);
}

#[tokio::test]
async fn a_client_on_a_host_that_is_not_allowed_is_not_called() {
    let site = Site::open().await;
    let op = Op::start(json!({
        "clients": { "app": {
            "secret": "s", "redirect_uris": [CALLBACK],
            "backchannel_logout_uri": "https://app.example/out",
        } },
        "users": { "ada": {} },
        "login_hint": "sign_in",
    }))
    .await;
    let (cookie, parameters) = sign_in(&op, "app", "", "openid").await;
    let answer = log_out(&op, &cookie, &[("id_token_hint", text(&parameters, "id_token"))]).await;
    let page = answer.text().await.unwrap();
    assert!(page.contains("--allow-outgoing app.example"), "{page}");
    assert_eq!(site.visits("/out"), 0);
}

#[tokio::test]
async fn whoever_runs_the_provider_can_end_a_session_and_is_told_who_heard_of_it() {
    let site = Site::open().await;
    site.publish("/one", "");
    let op = provider(&site, &[("one", "/one"), ("two", "/two")], json!({})).await;
    let (cookie, _) = sign_in(&op, "one", "", "openid").await;
    sign_in(&op, "two", &cookie, "openid").await;
    let told = op.idp.end_session("", "ada").await;
    let told: Vec<_> = told.iter().map(|told| (told.client_id.as_str(), told.outcome.is_ok())).collect();
    assert_eq!(told, [("one", true), ("two", false)]);
    assert_eq!(op.idp.end_session("", "ada").await, [], "it is over");
}

#[rstest]
#[case::without_offline_access("openid", Some("invalid_grant"))]
#[case::with_offline_access("openid offline_access", None)]
#[tokio::test]
async fn a_refresh_token_outlives_the_session_only_as_offline_access(
    #[case] scope: &str,
    #[case] error: Option<&str>,
) {
    let site = Site::open().await;
    site.publish("/out", "");
    let op = provider(&site, &[("app", "/out")], json!({})).await;
    let (cookie, parameters) = sign_in(&op, "app", "", scope).await;
    let code = [
        ("grant_type", "authorization_code"),
        ("code", text(&parameters, "code")),
        ("redirect_uri", CALLBACK),
    ];
    let tokens = token(&op, &code).await;
    log_out(&op, &cookie, &[("id_token_hint", text(&parameters, "id_token"))]).await;
    let refreshed = token(
        &op,
        &[("grant_type", "refresh_token"), ("refresh_token", tokens["refresh_token"].as_str().unwrap())],
    )
    .await;
    assert_eq!(refreshed.get("error").and_then(Value::as_str), error, "{refreshed}");
    if error.is_some() {
        assert!(
            op.last_cause().contains("the session of the refresh token was ended"),
            "{}",
            op.last_cause()
        );
    }
    let bearer = tokens["access_token"].as_str().unwrap();
    let userinfo = op.http.get(op.url("/userinfo")).bearer_auth(bearer).send().await.unwrap();
    assert_eq!(userinfo.status(), 200, "an access token lives as long as it was issued for");
}

async fn token(op: &Op, form: &[(&str, &str)]) -> Value {
    let secret = "app-secret-of-enough-bytes-for-hs256";
    let request = op.http.post(op.url("/token")).basic_auth("app", Some(secret)).form(form);
    request.send().await.unwrap().json().await.unwrap()
}

#[rstest]
#[case::https(json!({ "backchannel_logout_uri": "https://app.example/out?a=b", "backchannel_logout_session_required": true }), None)]
#[case::http_of_a_confidential_client(json!({ "backchannel_logout_uri": "http://app.example/out" }), None)]
#[case::http_of_a_public_client_on_this_machine(json!({ "backchannel_logout_uri": "http://localhost:3000/out", "token_endpoint_auth_method": "none" }), None)]
#[case::http_of_a_public_client(json!({ "backchannel_logout_uri": "http://app.example/out", "token_endpoint_auth_method": "none" }), Some("because the client is public"))]
#[case::fragment(json!({ "backchannel_logout_uri": "https://app.example/out#x" }), Some("without fragment"))]
#[case::no_url(json!({ "backchannel_logout_uri": "/out" }), Some("http or https URL"))]
#[case::no_truth(json!({ "backchannel_logout_session_required": "yes" }), Some("true or false"))]
#[tokio::test]
async fn a_back_channel_can_be_registered(#[case] members: Value, #[case] refusal: Option<&str>) {
    let op = Op::start(json!({})).await;
    let mut metadata = json!({ "redirect_uris": [CALLBACK] });
    metadata.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    let (status, told) = op.register(metadata).await;
    match refusal {
        None => {
            assert_eq!(status, 201, "{told:?}");
            members.as_object().unwrap().iter().for_each(|(name, value)| assert_eq!(&told[name], value));
        }
        Some(why) => {
            assert_eq!((status.as_u16(), &told["error"]), (400, &json!("invalid_client_metadata")));
            assert!(op.last_cause().contains(why), "{}", op.last_cause());
        }
    }
}

#[tokio::test]
async fn the_back_channel_is_advertised() {
    let op = Op::start(json!({})).await;
    let metadata = op.get("/.well-known/openid-configuration", &[]).send().await.unwrap();
    let metadata: Value = metadata.json().await.unwrap();
    assert_eq!(metadata["backchannel_logout_supported"], true);
    assert_eq!(metadata["backchannel_logout_session_supported"], true);
}

//! A provider, an application that shows what it is sent, and a person's browser; no sockets.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "helpers of tests, which clippy does not recognise as such"
)]

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::routing::any;
use harness::transport::{Response, Transport};
use harness::user_agent::{Browser, Page};
use mock_idp::MockIdp;
use mock_idp::config::IdpConfig;
use mock_idp::protocol::Timestamp;
use mock_idp::protocol::keys::jws;
use mock_idp::provider::ports::{Clock as _, VirtualClock};
use serde_json::{Map, Value, json};
use url::form_urlencoded;

pub(crate) const NOW: i64 = 1_930_377_600;
pub(crate) const ISSUER: &str = "https://idp.test";
pub(crate) const REDIRECT_URI: &str = "https://app.example/cb";

/// The parameters of an authentication response.
pub(crate) type Answer = BTreeMap<String, String>;

pub(crate) struct App {
    pub(crate) idp: MockIdp,
    pub(crate) transport: Transport,
    pub(crate) browser: Browser,
    pub(crate) clock: VirtualClock,
}

async fn echo(request: Request) -> String {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    format!("{} {} {}", parts.method, parts.uri, String::from_utf8(body.to_vec()).unwrap())
}

impl App {
    /// A provider with this configuration and, unless it says otherwise, the client `app`.
    pub(crate) fn of(config: &Value) -> Self {
        let mut all = json!({
            "seed": 42,
            "clients": { "app": { "secret": "s3cret", "redirect_uris": [REDIRECT_URI] } },
        });
        for (name, value) in config.as_object().unwrap() {
            all[name] = value.clone();
        }
        let config: IdpConfig = serde_json::from_value(all).unwrap();
        let clock = VirtualClock::at(Timestamp(NOW));
        let builder = MockIdp::builder().config(config).base_url(ISSUER).clock(Arc::new(clock.clone()));
        let (router, idp) = builder.in_process().unwrap();
        let transport = Transport::in_process();
        transport.serve("idp.test", router);
        transport.serve("app.example", Router::new().fallback(any(echo)));
        let time = clock.clone();
        let browser = Browser::new(&transport, Arc::new(move || time.now().as_secs()));
        Self { idp, transport, browser, clock }
    }

    /// Sends the browser to the provider. An empty value takes a usual parameter away.
    pub(crate) async fn ask(&mut self, more: &[(&str, &str)]) -> Page {
        let usual = [
            ("client_id", "app"),
            ("redirect_uri", REDIRECT_URI),
            ("response_type", "code"),
            ("scope", "openid"),
            ("state", "st"),
            ("nonce", "n-1"),
        ];
        let kept = usual.iter().filter(|(name, _)| more.iter().all(|(other, _)| other != name));
        let all = kept.chain(more).filter(|(_, value)| !value.is_empty());
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(all).finish();
        self.open(&format!("{ISSUER}/authorize?{query}")).await
    }

    /// A cookie that the provider set in the browser.
    pub(crate) fn cookie(&self, name: &str) -> Option<String> {
        let now = self.clock.now().as_secs();
        self.browser.cookies().value("idp.test", name, now).map(str::to_owned)
    }

    pub(crate) async fn open(&mut self, address: &str) -> Page {
        self.browser.open(address).await.unwrap().clone()
    }

    /// Presses a button of the page that the browser shows.
    pub(crate) async fn press(&mut self, name: &str, value: &str) -> Page {
        let page = self.browser.page().cloned().unwrap();
        let found = page.button(name, value);
        assert!(found.is_some(), "the page has no button {name}={value}: {}", page.body);
        let (form, button) = found.unwrap();
        self.browser.submit(&form.clone().pressing(button)).await.unwrap().clone()
    }

    /// Asks, presses the user's button where a login page is shown, and agrees where a consent page is.
    pub(crate) async fn sign_in(&mut self, user: &str, more: &[(&str, &str)]) -> Answer {
        let page = self.ask(more).await;
        let page = if page.button("user", user).is_some() { self.press("user", user).await } else { page };
        let page =
            if page.button("action", "allow").is_some() { self.press("action", "allow").await } else { page };
        answer(&page)
    }

    /// Redeems a code of `app`.
    pub(crate) async fn redeem(&self, answer: &Answer) -> Map<String, Value> {
        let fields = [
            ("grant_type", "authorization_code"),
            ("code", answer["code"].as_str()),
            ("redirect_uri", REDIRECT_URI),
        ];
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let answer = self.post("/token", "Basic YXBwOnMzY3JldA==", &body).await;
        read(&answer)
    }

    /// UserInfo, asked with this access token.
    pub(crate) async fn userinfo(&self, access_token: &str) -> Map<String, Value> {
        read(&self.post("/userinfo", &format!("Bearer {access_token}"), "").await)
    }

    pub(crate) async fn post(&self, path: &str, authorization: &str, body: &str) -> Response {
        let request = http::Request::post(format!("{ISSUER}{path}"))
            .header("authorization", authorization)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body.as_bytes().to_vec());
        self.transport.send(request.unwrap()).await.unwrap()
    }

    pub(crate) async fn get(&self, path: &str) -> Response {
        let request = http::Request::get(format!("{ISSUER}{path}")).body(Vec::new()).unwrap();
        self.transport.send(request).await.unwrap()
    }

    /// Sends a JSON document.
    pub(crate) async fn send_json(&self, path: &str, document: &Value) -> Response {
        let request = http::Request::post(format!("{ISSUER}{path}"))
            .header("content-type", "application/json")
            .body(document.to_string().into_bytes());
        self.transport.send(request.unwrap()).await.unwrap()
    }

    pub(crate) async fn metadata(&self) -> Map<String, Value> {
        read(&self.get("/.well-known/openid-configuration").await)
    }
}

/// The body of an answer, which is a JSON object.
pub(crate) fn read(answer: &Response) -> Map<String, Value> {
    let body = String::from_utf8_lossy(answer.body());
    let object = serde_json::from_str(&body);
    assert!(object.is_ok(), "{} {body}", answer.status());
    object.unwrap()
}

/// What the application was sent: in the fragment, in the query, or in a form.
pub(crate) fn answer(page: &Page) -> Answer {
    assert_eq!(page.url.host_str(), Some("app.example"), "{}", page.body);
    let posted = page.body.strip_prefix("POST /cb ");
    let text = posted.or(page.url.fragment()).or(page.url.query()).expect("parameters");
    form_urlencoded::parse(text.as_bytes()).into_owned().collect()
}

/// The claims of a token that the answer brings.
pub(crate) fn claims(token: &str) -> Map<String, Value> {
    jws::decode(token).unwrap().claims
}

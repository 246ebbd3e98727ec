//! What the provider puts on the wire: status, headers and bodies, over in-process HTTP and once over a socket.
//!
//! Time and seed are fixed, so nothing has to be redacted. A JWT is shown decoded: its signature has been checked before.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::format_push_string,
    reason = "helpers of tests, which clippy does not recognise as such"
)]

mod coverage;
mod refusals;
mod requests;
mod script;
mod shapes;

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use http::{HeaderMap, Method, Request, StatusCode, header};
use mock_idp::MockIdp;
use mock_idp::config::IdpConfig;
use mock_idp::protocol::Timestamp;
use mock_idp::protocol::keys::jwe::Envelope;
use mock_idp::protocol::keys::{Algorithm, claims_provider_keys, jws};
use mock_idp::provider::ports::VirtualClock;
use rstest::{Context, rstest};
use serde_json::{Value, json};
use tower::ServiceExt as _;

const ISSUER: &str = "https://idp.test/acme";
pub(crate) const REDIRECT_URI: &str = "https://app.example/cb?protocol=oidc&provider=keycloak";
pub(crate) const BASIC: &str = "Basic YXBwOnMzY3JldA==";

/// A provider with one client of every kind, a browser's cookies, and the answer to the last request.
pub(crate) struct Wire {
    router: Router,
    pub(crate) idp: MockIdp,
    cookie: Option<String>,
}

/// An answer, read to its end.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    headers: HeaderMap,
    pub(crate) body: String,
}

fn config() -> IdpConfig {
    serde_json::from_value(json!({
        "issuer": "/acme",
        "seed": 42,
        "clients": {
            "app": {
                "name": "The <App>",
                "secret": "s3cret",
                "redirect_uris": [REDIRECT_URI],
                "logout_uri": "https://app.example/out",
                "post_logout_redirect_uris": ["https://app.example/bye"],
                "refresh_tokens": "always",
            },
            "plus": { "secret": "a+b%", "redirect_uris": [REDIRECT_URI] },
        },
        "users": { "ada": { "sub": "u-1", "claims": { "name": "Ada Fix", "roles": ["admin"], "a.b/c": null } } },
    }))
    .unwrap()
}

impl Wire {
    fn new() -> Self {
        Self::of(config())
    }

    pub(crate) fn of(config: IdpConfig) -> Self {
        let clock = VirtualClock::at(Timestamp(1_930_377_600));
        let builder = MockIdp::builder().config(config).base_url("https://idp.test").clock(Arc::new(clock));
        let (router, idp) = builder.in_process().unwrap();
        Self { router, idp, cookie: None }
    }

    async fn send(&mut self, request: http::request::Builder, body: &str) -> Answer {
        let request = match &self.cookie {
            Some(cookie) => request.header(header::COOKIE, cookie),
            None => request,
        };
        let request: Request<Body> = request.body(Body::from(body.to_owned())).unwrap();
        let answer = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = answer.into_parts();
        if let Some(cookie) = parts.headers.get(header::SET_COOKIE) {
            self.cookie = cookie.to_str().unwrap().split(';').next().map(str::to_owned);
        }
        let body = to_bytes(body, usize::MAX).await.unwrap();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body: String::from_utf8(body.to_vec()).unwrap(),
        }
    }

    pub(crate) async fn fetch(&mut self, path: &str) -> Answer {
        self.send(Request::get(path), "").await
    }

    pub(crate) async fn post(&mut self, path: &str, authorization: &str, body: &str) -> Answer {
        let request = Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        let request = match authorization {
            "" => request,
            value => request.header(header::AUTHORIZATION, value),
        };
        self.send(request, body).await
    }

    /// Asks for a sign-in of ada.
    async fn authorize(&mut self, more: &str) -> Answer {
        let redirect_uri = REDIRECT_URI.replace('?', "%3F").replace('&', "%26");
        let usual = format!("client_id=app&redirect_uri={redirect_uri}&state=st&nonce=n-1&scope=openid");
        self.fetch(&format!("/acme/authorize?{usual}&{more}")).await
    }

    async fn code(&mut self) -> String {
        let answer = self.authorize("response_type=code&login_hint=ada").await;
        let location = url::Url::parse(answer.header(header::LOCATION)).unwrap();
        let code = location.query_pairs().find(|(name, _)| name == "code");
        code.unwrap().1.into_owned()
    }

    async fn tokens(&mut self) -> Value {
        let code = self.code().await;
        let redirect_uri = REDIRECT_URI.replace('?', "%3F").replace('&', "%26");
        let body = format!("grant_type=authorization_code&code={code}&redirect_uri={redirect_uri}");
        let answer = self.post("/acme/token", BASIC, &body).await;
        serde_json::from_str(&answer.body).unwrap()
    }

    /// A JWT in words, after its signature was found good; of an encrypted one, what everybody can read.
    fn decoded(&self, token: &str) -> Option<Value> {
        if let Ok(envelope) = Envelope::parse(token) {
            return Some(json!({ "header": envelope.header, "claims": "(encrypted)" }));
        }
        let token = jws::decode(token).ok()?;
        let of_the_claims_provider = claims_provider_keys([Algorithm::RS256]);
        let all = [self.idp.provider("acme").published_keys(), of_the_claims_provider];
        let mut keys = all.iter().flat_map(|set| set["keys"].as_array().unwrap());
        let key = keys.find(|key| key["kid"].as_str() == token.kid()).unwrap();
        token.verify_with_jwk(key).unwrap();
        Some(json!({ "header": token.header, "claims": token.claims }))
    }

    /// Puts JWTs in words, however deep in a document they are.
    fn decode_within(&self, value: &mut Value) {
        match value {
            Value::String(text) => {
                if let Some(decoded) = self.decoded(text) {
                    *value = decoded;
                }
            }
            Value::Array(entries) => entries.iter_mut().for_each(|entry| self.decode_within(entry)),
            Value::Object(members) => members.values_mut().for_each(|member| self.decode_within(member)),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    /// An answer as a page to read.
    fn shown(&self, answer: &Answer) -> String {
        let mut page = format!("{}\n", answer.status);
        let mut headers: Vec<_> = answer.headers.iter().collect();
        headers.sort_by_key(|(name, _)| name.as_str());
        for (name, value) in headers {
            page.push_str(&format!("{name}: {}\n", value.to_str().unwrap()));
        }
        page.push('\n');
        match serde_json::from_str::<Value>(&answer.body) {
            Ok(mut body) => {
                self.decode_within(&mut body);
                page.push_str(&serde_json::to_string_pretty(&body).unwrap());
            }
            Err(_) => match self.decoded(&answer.body) {
                Some(jwt) => page.push_str(&serde_json::to_string_pretty(&jwt).unwrap()),
                None => page.push_str(&without_style(&answer.body)),
            },
        }
        page
    }
}

/// The style is the same on every page, and nobody wants to read it here.
fn without_style(page: &str) -> String {
    match (page.split_once("<style>"), page.split_once("</style>")) {
        (Some((before, _)), Some((_, after))) => format!("{before}<style>…</style>{after}"),
        _ => page.to_owned(),
    }
}

impl Answer {
    pub(crate) fn header(&self, name: http::HeaderName) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }
}

fn assert_snapshot(name: &str, case: &Context, page: &str) {
    insta::with_settings!({
        snapshot_suffix => case.description.unwrap(),
        prepend_module_to_snapshot => false,
        omit_expression => true,
    }, {
        insta::assert_snapshot!(name, page);
    });
}

#[rstest]
#[case::openid("/acme/.well-known/openid-configuration")]
#[case::oauth("/.well-known/oauth-authorization-server/acme")]
#[case::jwks("/acme/jwks")]
#[case::health("/health")]
#[case::no_endpoint("/acme")]
#[case::no_issuer("/other/jwks")]
#[case::wrong_method("/acme/token")]
#[tokio::test]
async fn metadata(#[context] case: Context, #[case] path: &str) {
    let mut wire = Wire::new();
    let answer = wire.fetch(path).await;
    assert_snapshot("metadata", &case, &wire.shown(&answer));
}

/// A provider that registers nobody and takes no pushed requests.
#[rstest]
#[case::registration("/acme/register")]
#[case::pushed_requests("/acme/par")]
#[tokio::test]
async fn what_is_switched_off_is_not_there(#[context] case: Context, #[case] path: &str) {
    let off = json!({ "registration": false, "requests": { "pushed": "off" } });
    let mut config = serde_json::to_value(config()).unwrap();
    config.as_object_mut().unwrap().extend(off.as_object().unwrap().clone());
    let mut wire = Wire::of(serde_json::from_value(config).unwrap());
    let answer = wire.post(path, "", "").await;
    assert_snapshot("switched_off", &case, &wire.shown(&answer));
}

#[tokio::test]
async fn tokens_in_the_fragment_are_good() {
    let mut wire = Wire::new();
    let answer = wire.authorize("response_type=code+id_token+token&login_hint=ada").await;
    let location = answer.header(header::LOCATION);
    let fragment = location.strip_prefix(&format!("{REDIRECT_URI}#")).unwrap();
    let parameters: Vec<(String, String)> =
        url::form_urlencoded::parse(fragment.as_bytes()).into_owned().collect();
    let names: Vec<_> = parameters.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        names,
        [
            "code",
            "access_token",
            "token_type",
            "expires_in",
            "scope",
            "id_token",
            "session_state",
            "state",
            "iss"
        ]
    );
    let id_token = &parameters[5].1;
    assert_eq!(wire.decoded(id_token).unwrap()["claims"]["iss"], ISSUER);
}

#[tokio::test]
async fn a_token_request_that_is_not_a_form_is_an_invalid_request() {
    let mut wire = Wire::new();
    let request = Request::post("/acme/token").header(header::CONTENT_TYPE, "application/json");
    let answer = wire.send(request, "{}").await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert_eq!(answer.header(header::CONTENT_TYPE), "application/json");
    assert!(answer.body.contains(r#""error":"invalid_request""#), "{}", answer.body);
}

#[rstest]
#[case::good("Bearer TOKEN", "")]
#[tokio::test]
async fn userinfo(#[context] case: Context, #[case] authorization: &str, #[case] body: &str) {
    let mut wire = Wire::new();
    let tokens = wire.tokens().await;
    let token = tokens["access_token"].as_str().unwrap();
    let (authorization, body) = (authorization.replace("TOKEN", token), body.replace("TOKEN", token));
    let answer = wire.post("/acme/userinfo?schema=openid", &authorization, &body).await;
    assert_snapshot("userinfo", &case, &wire.shown(&answer));
}

#[tokio::test]
async fn a_body_beside_the_token_in_the_header_does_not_matter_to_userinfo() {
    let mut wire = Wire::new();
    let tokens = wire.tokens().await;
    let bearer = format!("Bearer {}", tokens["access_token"].as_str().unwrap());
    let request = Request::post("/acme/userinfo").header(header::CONTENT_TYPE, "application/json");
    let answer = wire.send(request.header(header::AUTHORIZATION, bearer), "{}").await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
}

#[tokio::test]
async fn a_token_in_the_query_string_does_not_open_userinfo_and_the_journal_says_so() {
    let mut wire = Wire::new();
    let tokens = wire.tokens().await;
    let token = tokens["access_token"].as_str().unwrap();
    let answer = wire.fetch(&format!("/acme/userinfo?access_token={token}")).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    let journal = wire.idp.provider("acme").journal();
    assert!(journal.last().unwrap().notes[0].contains("RFC6750-2.3"));
}

#[tokio::test]
async fn a_secret_that_was_not_form_encoded_is_refused_with_that_reason() {
    let mut wire = Wire::new();
    // base64 of `plus:a+b%`
    let answer = wire.post("/acme/token", "Basic cGx1czphK2Il", "grant_type=client_credentials").await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    let journal = wire.idp.provider("acme").journal();
    let error = journal.last().unwrap().error.clone().unwrap();
    assert_eq!((error.clause, error.code), ("RFC6749-2.3.1", "invalid_client"));
    assert!(error.cause.contains("without form-encoding"), "{}", error.cause);

    // base64 of `plus:a%2Bb%25`
    let answer =
        wire.post("/acme/token", "Basic cGx1czphJTJCYiUyNQ==", "grant_type=client_credentials").await;
    assert_eq!(answer.status, StatusCode::OK);
}

#[tokio::test]
async fn an_issuer_with_a_final_slash_recognises_its_own_id_tokens() {
    let config = IdpConfig { issuer: Some("/acme/".to_owned()), ..config() };
    let (router, idp) = MockIdp::builder().config(config).in_process().unwrap();
    let mut wire = Wire { router, idp, cookie: None };
    let tokens = wire.tokens().await;
    let hint = tokens["id_token"].as_str().unwrap();
    let bye = "https://app.example/bye";
    let answer =
        wire.fetch(&format!("/acme/logout?id_token_hint={hint}&post_logout_redirect_uri={bye}")).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    assert!(answer.body.contains("https:&#x2f;&#x2f;app.example&#x2f;bye"), "{}", answer.body);
}

#[tokio::test]
async fn a_return_address_that_is_no_uri_is_refused_and_not_redirected_to() {
    let (router, idp) = MockIdp::builder().in_process().unwrap();
    let mut wire = Wire { router, idp, cookie: None };
    let answer = wire.fetch("/logout?client_id=a&post_logout_redirect_uri=http://localhost/%00").await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
}

#[rstest]
#[case::token("/acme/token")]
#[case::jwks("/acme/jwks")]
#[case::discovery("/acme/.well-known/openid-configuration")]
#[case::userinfo("/acme/userinfo")]
#[tokio::test]
async fn scripts_of_other_origins_may_read(#[case] path: &str) {
    let mut wire = Wire::new();
    let preflight = Request::builder()
        .method(Method::OPTIONS)
        .uri(path)
        .header(header::ORIGIN, "https://spa.example")
        .header(header::ACCESS_CONTROL_REQUEST_HEADERS, "authorization,x-own");
    let preflight = wire.send(preflight, "").await;
    assert_eq!(preflight.status, StatusCode::NO_CONTENT);
    assert_eq!(preflight.header(header::ACCESS_CONTROL_ALLOW_ORIGIN), "*");
    assert_eq!(preflight.header(header::ACCESS_CONTROL_ALLOW_HEADERS), "authorization,x-own");
    let elsewhere = path.replace("/acme", "/acne");
    for answer in [wire.fetch(path).await, wire.post(path, "", "").await, wire.fetch(&elsewhere).await] {
        assert_eq!(
            answer.header(header::ACCESS_CONTROL_ALLOW_ORIGIN),
            "*",
            "also on errors: {}",
            answer.status
        );
    }
}

#[rstest]
#[case::page("/acme/authorize")]
#[case::login("/acme/login")]
#[case::logout("/acme/logout")]
#[tokio::test]
async fn scripts_of_other_origins_may_not_read_what_cookies_open(#[case] path: &str) {
    let answer = Wire::new().fetch(path).await;
    assert_eq!(answer.header(header::ACCESS_CONTROL_ALLOW_ORIGIN), "");
}

#[tokio::test]
async fn without_any_configuration_everything_on_the_loopback_interface_is_accepted() {
    let (router, _idp) = MockIdp::builder().in_process().unwrap();
    let query = "client_id=whoever&response_type=code&scope=openid&login_hint=ben&redirect_uri=http://localhost:3000/cb";
    let request = Request::get(format!("http://127.0.0.1:9400/any/path/authorize?{query}"));
    let answer = router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    let location = answer.headers()[header::LOCATION].to_str().unwrap().to_owned();
    assert!(location.ends_with("iss=http%3A%2F%2F127.0.0.1%3A9400%2Fany%2Fpath"), "{location}");

    let code = url::Url::parse(&location).unwrap();
    let code = code.query_pairs().find(|(name, _)| name == "code").unwrap().1.into_owned();
    let body = format!(
        "grant_type=authorization_code&client_id=whoever&client_secret=any&redirect_uri=http://localhost:3000/cb&code={code}"
    );
    let request = Request::post("http://127.0.0.1:9400/any/path/token")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded; charset=utf-8");
    let answer = router.oneshot(request.body(Body::from(body)).unwrap()).await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
}

#[tokio::test]
async fn elsewhere_than_on_the_loopback_interface_nothing_is_accepted_unasked() {
    let (router, _idp) = MockIdp::builder().in_process().unwrap();
    let query =
        "client_id=a&response_type=code&scope=openid&login_hint=ben&redirect_uri=https://app.example/cb";
    let request = Request::get(format!("/authorize?{query}")).body(Body::empty()).unwrap();
    let answer = router.oneshot(request).await.unwrap();
    assert_eq!(answer.status(), StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_provider_listens_on_a_free_port_and_stops_when_it_is_dropped() {
    let idp = MockIdp::builder().user("ada", json!({ "roles": ["admin"] })).start().await.unwrap();
    let (url, issuer) = (idp.url().to_owned(), idp.issuer("acme"));
    assert_eq!(issuer, format!("{url}/acme"));
    let fetch = async || reqwest::get(format!("{issuer}/.well-known/openid-configuration")).await;
    let metadata: Value = fetch().await.unwrap().json().await.unwrap();
    assert_eq!(metadata["issuer"], issuer);
    assert_eq!(idp.provider("acme").journal().len(), 1);
    drop(idp);
    while fetch().await.is_ok() {
        tokio::task::yield_now().await;
    }
}

impl Wire {
    async fn document(&mut self, method: Method, path: &str, token: &str, body: &Value) -> Answer {
        let request = Request::builder().method(method).uri(path);
        let request = request.header(header::CONTENT_TYPE, "application/json");
        let request = match token {
            "" => request,
            token => request.header(header::AUTHORIZATION, format!("Bearer {token}")),
        };
        self.send(request, &body.to_string()).await
    }

    /// A provider that lets clients register themselves, and one that did.
    async fn registered(more: Value) -> (Self, Value) {
        let config = IdpConfig { registration: Some(true), ..config() };
        let clock = VirtualClock::at(Timestamp(1_930_377_600));
        let builder = MockIdp::builder().config(config).base_url("https://idp.test").clock(Arc::new(clock));
        let (router, idp) = builder.in_process().unwrap();
        let mut wire = Self { router, idp, cookie: None };
        let mut body =
            json!({ "redirect_uris": [REDIRECT_URI], "client_name": "Dyn", "contacts": ["ada@acme.test"] });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let answer = wire.document(Method::POST, "/acme/register", "", &body).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.body);
        (wire, serde_json::from_str(&answer.body).unwrap())
    }
}

fn text<'a>(document: &'a Value, member: &str) -> &'a str {
    document[member].as_str().unwrap()
}

#[rstest]
#[case::replaced_as_another(Method::PUT, "TOKEN", json!({ "client_id": "other", "redirect_uris": ["https://app.example/new"] }))]
#[tokio::test]
async fn registered_client(
    #[context] case: Context,
    #[case] method: Method,
    #[case] token: &str,
    #[case] body: Value,
) {
    let (mut wire, client) = Wire::registered(json!({})).await;
    let path = text(&client, "registration_client_uri").strip_prefix("https://idp.test").unwrap();
    let token = if token == "TOKEN" { text(&client, "registration_access_token") } else { token };
    let answer = wire.document(method, path, token, &body).await;
    assert_snapshot("registered_client", &case, &wire.shown(&answer));
}

#[tokio::test]
async fn a_client_that_registered_signs_in_until_it_is_deleted() {
    let pages = json!({
        "logo_uri": "https://cdn.example/logo.png",
        "policy_uri": "https://app.example/policy",
        "tos_uri": "https://app.example/terms",
    });
    let (mut wire, client) = Wire::registered(pages).await;
    let (id, secret) = (text(&client, "client_id"), text(&client, "client_secret"));
    let redirect_uri = REDIRECT_URI.replace('?', "%3F").replace('&', "%26");
    let request = format!(
        "/acme/authorize?client_id={id}&redirect_uri={redirect_uri}&state=s&nonce=n&scope=openid&response_type=code"
    );
    let page = wire.fetch(&request).await;
    let policy = page.header(header::CONTENT_SECURITY_POLICY);
    assert!(policy.contains("img-src data: https://cdn.example;"), "{policy}");
    for shown in ["logo.png", "policy\"", "terms\""] {
        assert!(page.body.contains(shown), "{shown}: {}", page.body);
    }

    let answer = wire.fetch(&format!("{request}&login_hint=ada")).await;
    let location = url::Url::parse(answer.header(header::LOCATION)).unwrap();
    let code = location.query_pairs().find(|(name, _)| name == "code").unwrap().1.into_owned();
    let body = format!("grant_type=authorization_code&code={code}&redirect_uri={redirect_uri}");
    let basic = format!(
        "Basic {}",
        base64::Engine::encode(&base64::engine::general_purpose::STANDARD, format!("{id}:{secret}"))
    );
    let tokens = wire.post("/acme/token", &basic, &body).await;
    assert_eq!(tokens.status, StatusCode::OK, "{}", tokens.body);
    let tokens: Value = serde_json::from_str(&tokens.body).unwrap();
    let bearer = format!("Bearer {}", text(&tokens, "access_token"));
    assert_eq!(wire.post("/acme/userinfo", &bearer, "").await.status, StatusCode::OK);

    let path = text(&client, "registration_client_uri").strip_prefix("https://idp.test").unwrap();
    let token = text(&client, "registration_access_token");
    assert_eq!(wire.document(Method::DELETE, path, token, &json!(null)).await.status, StatusCode::NO_CONTENT);
    assert_eq!(wire.document(Method::GET, path, token, &json!(null)).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(wire.fetch(&request).await.status, StatusCode::BAD_REQUEST);
    assert_eq!(wire.post("/acme/userinfo", &bearer, "").await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn registration_is_offered_only_where_it_is_open() {
    let (mut open, _) = Wire::registered(json!({})).await;
    let mut closed = Wire::new();
    let discovery = "/acme/.well-known/openid-configuration";
    let offered = |body: &str| body.contains("https://idp.test/acme/register\"");
    assert!(offered(&open.fetch(discovery).await.body));
    assert!(!offered(&closed.fetch(discovery).await.body));
    let answer = closed.document(Method::POST, "/acme/register", "", &json!({})).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
}

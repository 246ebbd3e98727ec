//! Devices without a browser (RFC 8628), from the first question to the tokens, over in-process HTTP.

#![expect(clippy::unwrap_used, reason = "helpers of tests, which clippy does not recognise as such")]

use std::sync::Arc;

use harness::transport::Transport;
use harness::user_agent::{Browser, Page};
use mock_idp::MockIdp;
use mock_idp::config::IdpConfig;
use mock_idp::protocol::Timestamp;
use mock_idp::protocol::keys::jws;
use mock_idp::provider::Provider;
use mock_idp::provider::ports::{Clock as _, VirtualClock};
use rstest::rstest;
use serde_json::{Map, Value, json};
use url::form_urlencoded;

const ISSUER: &str = "https://idp.test";
const DEVICE_CODE: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// A provider, a device that asks it, and a person's browser.
struct World {
    idp: MockIdp,
    clock: VirtualClock,
    transport: Transport,
    browser: Browser,
}

/// What a device was told first.
struct Codes {
    device: String,
    user: String,
    complete: String,
    told: Map<String, Value>,
}

impl World {
    fn new(more: &Value) -> Self {
        let mut config = json!({
            "seed": 42,
            "clients": {
                "tv": { "name": "The <TV>", "public": true, "flows": ["device"], "refresh_tokens": "always" },
                "other": { "public": true, "flows": ["device"] },
                "web": { "secret": "s", "flows": ["code"], "redirect_uris": ["https://app.test/"] },
            },
        });
        config.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let config: IdpConfig = serde_json::from_value(config).unwrap();
        let clock = VirtualClock::at(Timestamp(1_930_377_600));
        let builder = MockIdp::builder().config(config).base_url(ISSUER).clock(Arc::new(clock.clone()));
        let (router, idp) = builder.in_process().unwrap();
        let transport = Transport::in_process();
        transport.serve("idp.test", router);
        let time = clock.clone();
        let browser = Browser::new(&transport, Arc::new(move || time.now().as_secs()));
        Self { idp, clock, transport, browser }
    }

    fn provider(&self) -> Arc<Provider> {
        self.idp.default_provider()
    }

    async fn post(&self, path: &str, form: &[(&str, &str)]) -> (u16, Map<String, Value>) {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let request = http::Request::post(format!("{ISSUER}{path}"))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body.into_bytes())
            .unwrap();
        let answer = self.transport.send(request).await.unwrap();
        (answer.status().as_u16(), serde_json::from_slice(answer.body()).unwrap())
    }

    async fn codes(&self) -> Codes {
        let (status, told) =
            self.post("/device_authorization", &[("client_id", "tv"), ("scope", "openid profile")]).await;
        assert_eq!(status, 200, "{told:?}");
        let member = |name: &str| told.get(name).unwrap().as_str().unwrap().to_owned();
        Codes {
            device: member("device_code"),
            user: member("user_code"),
            complete: member("verification_uri_complete"),
            told,
        }
    }

    async fn ask_as(&self, client: &str, device_code: &str) -> (u16, Map<String, Value>) {
        let form = [("grant_type", DEVICE_CODE), ("client_id", client), ("device_code", device_code)];
        self.post("/token", &form).await
    }

    /// What the device hears when it asks: an error, or nothing.
    async fn heard(&self, codes: &Codes) -> Option<String> {
        let (_, told) = self.ask_as("tv", &codes.device).await;
        told.get("error").map(|error| error.as_str().unwrap().to_owned())
    }

    async fn open(&mut self, address: &str) -> Page {
        self.browser.open(address).await.unwrap().clone()
    }

    async fn press(&mut self, name: &str, value: &str) -> Page {
        let page = self.browser.page().cloned().unwrap();
        let found = page.button(name, value);
        assert!(found.is_some(), "the page has no button {name}={value}: {}", page.body);
        let (form, button) = found.unwrap();
        self.browser.submit(&form.clone().pressing(button)).await.unwrap().clone()
    }

    fn cause(&self) -> (String, String) {
        let error = self.provider().journal().pop().unwrap().error.unwrap();
        (error.clause.to_owned(), error.cause)
    }
}

#[tokio::test]
async fn a_device_is_told_where_to_send_the_person_and_for_how_long() {
    let world = World::new(&json!({}));
    let Codes { user, mut told, .. } = world.codes().await;
    assert!(told.remove("device_code").unwrap().as_str().unwrap().len() > 40);
    assert_eq!((user.len(), user.find('-')), (9, Some(4)), "{user}");
    let expected = json!({
        "user_code": user,
        "verification_uri": format!("{ISSUER}/device"),
        "verification_uri_complete": format!("{ISSUER}/device?user_code={user}"),
        "expires_in": 600,
        "interval": 5,
    });
    assert_eq!(Value::Object(told), expected);
}

#[tokio::test]
async fn discovery_names_the_endpoint_and_the_grant() {
    let world = World::new(&json!({}));
    let request =
        http::Request::get(format!("{ISSUER}/.well-known/openid-configuration")).body(Vec::new()).unwrap();
    let answer = world.transport.send(request).await.unwrap();
    let said: Value = serde_json::from_slice(answer.body()).unwrap();
    assert_eq!(
        said.get("device_authorization_endpoint"),
        Some(&json!(format!("{ISSUER}/device_authorization")))
    );
    let grants = said.get("grant_types_supported").and_then(Value::as_array).unwrap();
    assert!(grants.contains(&json!(DEVICE_CODE)), "{grants:?}");
}

#[tokio::test]
async fn a_person_types_the_code_and_the_device_gets_tokens_about_them() {
    let mut world = World::new(&json!({}));
    let codes = world.codes().await;
    assert_eq!(world.heard(&codes).await.as_deref(), Some("authorization_pending"));

    let page = world.open(&format!("{ISSUER}/device")).await;
    let form = page.form_with("user_code").unwrap().clone().with("user_code", &codes.user.to_lowercase());
    let page = world.browser.submit(&form).await.unwrap().clone();
    assert!(page.body.contains(&codes.user), "the code is shown, to be compared: {}", page.body);
    assert!(
        page.body.contains("The &lt;TV&gt;") && page.body.contains("<code>profile</code>"),
        "{}",
        page.body
    );
    let page = world.press("user", "ada").await;
    assert!(page.body.contains("is connected</h1>"), "{}", page.body);

    world.clock.advance(5);
    let (status, tokens) = world.ask_as("tv", &codes.device).await;
    assert_eq!(status, 200, "{tokens:?}");
    let names: Vec<_> = tokens.keys().map(String::as_str).collect();
    assert_eq!(names, ["access_token", "token_type", "expires_in", "refresh_token", "scope", "id_token"]);
    let claims = jws::decode(tokens.get("id_token").unwrap().as_str().unwrap()).unwrap().claims;
    assert_eq!((claims.get("sub"), claims.get("aud")), (Some(&json!("u-1001")), Some(&json!("tv"))));
    assert_eq!(claims.get("nonce"), None);
}

#[tokio::test]
async fn the_complete_address_leads_straight_to_the_question() {
    let mut world = World::new(&json!({}));
    let codes = world.codes().await;
    let page = world.open(&codes.complete).await;
    assert!(page.button("user", "ada").is_some() && page.button("action", "deny").is_some(), "{}", page.body);
    assert_eq!(world.heard(&codes).await.as_deref(), Some("authorization_pending"), "a look is not a yes");
}

#[tokio::test]
async fn a_person_who_refuses_ends_it() {
    let mut world = World::new(&json!({}));
    let codes = world.codes().await;
    world.open(&codes.complete).await;
    let page = world.press("action", "deny").await;
    assert!(page.body.contains("is not connected</h1>"), "{}", page.body);
    assert_eq!(world.heard(&codes).await.as_deref(), Some("access_denied"));
    assert_eq!(world.cause().0, "RFC8628-3.5");
}

#[rstest]
#[case::unknown("BBBB-BBBB")]
#[case::no_code("hello")]
#[tokio::test]
async fn a_code_that_nobody_waits_with_is_asked_for_again(#[case] typed: &str) {
    let mut world = World::new(&json!({}));
    let page = world.open(&format!("{ISSUER}/device?user_code={typed}")).await;
    assert_eq!(page.status, 400);
    assert!(page.body.contains("No device waits with this code."), "{}", page.body);
    assert!(page.form_with("user_code").is_some());
}

#[tokio::test]
async fn a_form_without_a_user_connects_nobody() {
    let mut world = World::new(&json!({}));
    let codes = world.codes().await;
    world.open(&codes.complete).await;
    let page = world.press("action", "other").await;
    assert_eq!(page.status, 400);
    assert!(page.body.contains("No user is named."), "{}", page.body);
    assert_eq!(world.heard(&codes).await.as_deref(), Some("authorization_pending"));
}

#[tokio::test]
async fn with_auto_login_opening_the_address_is_a_yes() {
    let mut world = World::new(&json!({ "auto_login": "ben" }));
    let codes = world.codes().await;
    assert!(world.open(&codes.complete).await.body.contains("is connected</h1>"));
    assert_eq!(world.heard(&codes).await, None);
}

#[tokio::test]
async fn a_device_that_asks_too_often_has_to_wait_five_seconds_more_each_time() {
    let world = World::new(&json!({}));
    let codes = world.codes().await;
    let mut heard = Vec::new();
    for pause in [0, 4, 9, 15, 19, 20] {
        world.clock.advance(pause);
        heard.push(world.heard(&codes).await.unwrap());
    }
    let expected = [
        "authorization_pending", // the first time
        "slow_down",             // 4 of 5 seconds
        "slow_down",             // 9 of 10
        "authorization_pending", // 15 of 15
        "authorization_pending",
        "authorization_pending",
    ];
    assert_eq!(heard, expected);
    assert_eq!(world.provider().waiting_devices().first().unwrap().interval, 15);
}

#[tokio::test]
async fn a_device_whose_answer_is_there_gets_it_however_fast_it_asks() {
    let world = World::new(&json!({}));
    let codes = world.codes().await;
    assert_eq!(world.heard(&codes).await.as_deref(), Some("authorization_pending"));
    world.provider().approve_device(&codes.user, "ada").unwrap();
    assert_eq!(world.heard(&codes).await, None);
}

#[tokio::test]
async fn tests_answer_devices_without_a_browser() {
    let world = World::new(&json!({ "device_interval": "1s" }));
    let (yes, no) = (world.codes().await, world.codes().await);
    let provider = world.provider();
    assert_eq!(provider.waiting_devices().len(), 2);

    provider.hold_back_device(&yes.user).unwrap();
    assert_eq!(world.heard(&yes).await.as_deref(), Some("slow_down"));
    world.clock.advance(6);
    assert_eq!(world.heard(&yes).await.as_deref(), Some("authorization_pending"), "held back once");

    provider.approve_device(&yes.user.to_lowercase(), "ada").unwrap();
    provider.deny_device(&no.user).unwrap();
    assert_eq!(world.heard(&yes).await, None);
    assert_eq!(world.heard(&no).await.as_deref(), Some("access_denied"));
    assert_eq!(provider.waiting_devices(), []);

    let answered = provider.deny_device(&yes.user).unwrap_err();
    assert!(answered.to_string().contains("was answered before"), "{answered}");
}

#[tokio::test]
async fn both_codes_expire() {
    let mut world = World::new(&json!({ "lifetimes": { "device_code": "1m" } }));
    let codes = world.codes().await;
    world.clock.advance(60);
    assert_eq!(world.heard(&codes).await.as_deref(), Some("expired_token"));
    assert_eq!(world.open(&codes.complete).await.status, 400);
    assert!(world.provider().approve_device(&codes.user, "ada").is_err());
}

#[tokio::test]
async fn a_device_gets_its_tokens_once() {
    let world = World::new(&json!({}));
    let codes = world.codes().await;
    world.provider().approve_device(&codes.user, "ada").unwrap();
    assert_eq!(world.heard(&codes).await, None);
    assert_eq!(world.heard(&codes).await.as_deref(), Some("invalid_grant"));
    assert!(world.cause().1.contains("was exchanged for tokens before"), "{:?}", world.cause());
}

#[rstest]
#[case::of_another_client("other", None, "invalid_grant", "was issued to `tv` and is presented by `other`")]
#[case::of_nobody("tv", Some("x"), "invalid_grant", "is not one of this provider")]
#[case::without_the_right("web", None, "unauthorized_client", "not registered for the device grant")]
#[tokio::test]
async fn a_device_code_is_good_only_for_its_client(
    #[case] client: &str,
    #[case] code: Option<&str>,
    #[case] error: &str,
    #[case] why: &str,
) {
    let world = World::new(&json!({}));
    let codes = world.codes().await;
    let mut form = vec![("grant_type", DEVICE_CODE), ("client_id", client)];
    form.push(("device_code", code.unwrap_or(&codes.device)));
    if client == "web" {
        form.push(("client_secret", "s"));
    }
    let (status, told) = world.post("/token", &form).await;
    assert_eq!((status, told.get("error")), (400, Some(&json!(error))));
    assert!(world.cause().1.contains(why), "{:?}", world.cause());
}

#[rstest]
#[case::unknown_client(&[("client_id", "nobody")], 401, "invalid_client")]
#[case::without_the_right(&[("client_id", "web"), ("client_secret", "s")], 400, "unauthorized_client")]
#[case::malformed_scope(&[("client_id", "tv"), ("scope", "a\"b")], 400, "invalid_scope")]
#[tokio::test]
async fn a_first_question_that_is_not_in_order_is_refused(
    #[case] form: &[(&str, &str)],
    #[case] status: u16,
    #[case] error: &str,
) {
    let world = World::new(&json!({}));
    let (found, told) = world.post("/device_authorization", form).await;
    assert_eq!((found, told.get("error")), (status, Some(&json!(error))));
}

#[tokio::test]
async fn a_device_registers_itself() {
    let world = World::new(&json!({ "registration": true }));
    let document = json!({ "grant_types": [DEVICE_CODE], "token_endpoint_auth_method": "none" });
    let request = http::Request::post(format!("{ISSUER}/register"))
        .header("content-type", "application/json")
        .body(document.to_string().into_bytes())
        .unwrap();
    let told: Value = serde_json::from_slice(world.transport.send(request).await.unwrap().body()).unwrap();
    let id = told.get("client_id").and_then(Value::as_str).unwrap();
    let (status, codes) = world.post("/device_authorization", &[("client_id", id)]).await;
    assert_eq!(status, 200, "{codes:?}");
}

//! The provider's pages in a browser: what a person presses, and where it leads.

use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::routing::any;
use harness::transport::Transport;
use harness::user_agent::{Browser, Form, Page};
use mock_idp::MockIdp;
use mock_idp::config::IdpConfig;
use mock_idp::protocol::Timestamp;
use mock_idp::provider::ports::VirtualClock;
use rstest::rstest;
use serde_json::{Value, json};

const NOW: i64 = 1_930_377_600;
const AUTHORIZE: &str = "https://idp.test/acme/authorize?client_id=app&redirect_uri=https://app.example/cb\
                         &state=s%26%0D%0A&nonce=n-1&scope=openid";

/// A browser, a provider, and an application that shows what it is sent.
struct World {
    browser: Browser,
    idp: MockIdp,
}

fn config() -> IdpConfig {
    serde_json::from_value(json!({
        "issuer": "/acme",
        "seed": 42,
        "clients": {
            "app": {
                "secret": "s3cret",
                "redirect_uris": ["https://app.example/cb"],
                "logout_uri": "https://app.example/out",
                "post_logout_redirect_uris": ["https://app.example/bye"],
            },
        },
        "users": { "ada": { "sub": "u-1", "claims": { "roles": ["admin"], "email": "ada@acme.test" } } },
    }))
    .unwrap()
}

async fn echo(request: Request) -> String {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    format!("{} {} {}", parts.method, parts.uri, String::from_utf8(body.to_vec()).unwrap())
}

impl World {
    fn new() -> Self {
        let clock = VirtualClock::at(Timestamp(NOW));
        let builder = MockIdp::builder().config(config()).base_url("https://idp.test").clock(Arc::new(clock));
        let (router, idp) = builder.in_process().unwrap();
        let transport = Transport::in_process();
        transport.serve("idp.test", router);
        transport.serve("app.example", Router::new().fallback(any(echo)));
        Self { browser: Browser::new(&transport, Arc::new(|| NOW)), idp }
    }

    async fn open(&mut self, address: &str) -> Page {
        self.browser.open(address).await.unwrap().clone()
    }

    /// Asks for a sign-in and gets the login page.
    async fn asked(&mut self, more: &str) -> Page {
        let page = self.open(&format!("{AUTHORIZE}&{more}")).await;
        assert_eq!((page.status, page.forms.len()), (200, 1), "{}", page.body);
        page
    }

    async fn press(&mut self, page: &Page, name: &str, value: &str) -> Page {
        let form = page.forms[0].clone();
        self.press_in(form, name, value).await
    }

    async fn press_in(&mut self, form: Form, name: &str, value: &str) -> Page {
        let button = form.button(name, value).expect("the page has the button").clone();
        self.browser.submit(&form.pressing(&button)).await.unwrap().clone()
    }

    async fn signed_in(&mut self) -> Value {
        let page = self.asked("response_type=id_token").await;
        let page = self.press(&page, "user", "ada").await;
        id_token(&page)
    }

    async fn is_signed_in(&mut self) -> bool {
        let page = self.open(&format!("{AUTHORIZE}&response_type=code&prompt=none")).await;
        parameter(&page, "code").is_some()
    }
}

/// A parameter of the answer that the application was sent to with.
fn parameter(page: &Page, name: &str) -> Option<String> {
    let text = page.url.fragment().or(page.url.query()).unwrap_or_default();
    let mut pairs = url::form_urlencoded::parse(text.as_bytes());
    pairs.find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
}

fn id_token(page: &Page) -> Value {
    let token = parameter(page, "id_token").expect("an ID token");
    Value::Object(mock_idp::protocol::keys::jws::decode(&token).unwrap().claims)
}

#[tokio::test]
async fn a_button_leads_back_to_the_application_with_a_code_and_its_state() {
    let mut world = World::new();
    let page = world.asked("response_type=code").await;
    let page = world.press(&page, "user", "ada").await;
    assert_eq!(page.url.host_str(), Some("app.example"));
    assert!(parameter(&page, "code").is_some(), "{}", page.url);
    assert_eq!(parameter(&page, "state").as_deref(), Some("s&\r\n"), "the request comes back unchanged");
    assert!(world.is_signed_in().await);
}

#[tokio::test]
async fn deny_leads_back_with_access_denied_and_signs_nobody_in() {
    let mut world = World::new();
    let page = world.asked("response_type=code").await;
    let page = world.press(&page, "action", "deny").await;
    assert_eq!(parameter(&page, "error").as_deref(), Some("access_denied"));
    assert!(!world.is_signed_in().await);
}

#[rstest]
#[case::somebody_unknown(" zoe@acme.test ", "zoe@acme.test", None)]
#[case::somebody_configured("u-1", "u-1", Some("ada@acme.test"))]
#[tokio::test]
async fn any_other_name_becomes_the_subject(
    #[case] typed: &str,
    #[case] sub: &str,
    #[case] email: Option<&str>,
) {
    let mut world = World::new();
    let page = world.asked("response_type=id_token").await;
    let form = page.forms[0].clone().with("other_user", typed);
    let page = world.press_in(form, "action", "other").await;
    let claims = id_token(&page);
    assert_eq!((claims["sub"].as_str(), claims.get("email").and_then(Value::as_str)), (Some(sub), email));
    if email.is_none() {
        let names: Vec<_> = claims.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(names, ["iss", "aud", "exp", "iat", "auth_time", "nonce", "sid", "sub"]);
    }
}

#[tokio::test]
async fn enter_in_the_field_signs_in_its_user_and_not_the_first_of_the_list() {
    let mut world = World::new();
    let page = world.asked("response_type=id_token").await;
    let first = &page.forms[0].buttons[0];
    assert_eq!((first.name.as_str(), first.value.as_str()), ("action", "other"));
}

#[tokio::test]
async fn a_form_without_a_name_comes_back_and_says_so() {
    let mut world = World::new();
    let page = world.asked("response_type=code").await;
    let page = world.press(&page, "action", "other").await;
    assert_eq!(page.status, 400);
    assert!(page.body.contains("No user is named"), "{}", page.body);
    let page = world.press(&page, "user", "ada").await;
    assert!(parameter(&page, "code").is_some());
}

#[tokio::test]
async fn a_mistake_in_claims_is_shown_in_its_place_and_can_be_corrected() {
    let mut world = World::new();
    let page = world.asked("response_type=id_token").await;
    let form = page.forms[0].clone().with("claims.id_token", "{\r\n  \"roles\": [admin]\r\n}");
    let page = world.press_in(form, "user", "ada").await;
    assert_eq!((page.status, page.url.path()), (400, "/acme/login"));
    assert!(page.body.contains("line 2, column 13"), "{}", page.body);
    assert!(!world.is_signed_in().await);

    let typed = page.forms[0].fields.iter().find(|(name, _)| name == "claims.id_token");
    assert!(typed.unwrap().1.contains("[admin]"), "what was typed is still there");
    let claims = r#"{ "roles": { "$unset": true }, "plan": "pro" }"#;
    let form = page.forms[0].clone().with("claims.id_token", claims);
    let page = world.press_in(form, "user", "ada").await;
    let said = id_token(&page);
    assert_eq!(
        (said.get("roles"), &said["plan"], &said["email"]),
        (None, &json!("pro"), &json!("ada@acme.test"))
    );
}

#[tokio::test]
async fn a_changed_request_in_the_form_is_refused() {
    let mut world = World::new();
    let page = world.asked("response_type=code").await;
    let request = &page.forms[0].fields.iter().find(|(name, _)| name == "request").unwrap().1;
    let request = request.replace("app.example", "evil.example");
    let page = world.press_in(page.forms[0].clone().with("request", &request), "user", "ada").await;
    assert_eq!((page.status, page.url.host_str()), (400, Some("idp.test")));
    for text in
        ["is not registered for `app`", "<strong>What to do:</strong> register this address", "OIDCC-3.1.2.1"]
    {
        assert!(page.body.contains(text), "{text}\n{}", page.body);
    }
}

#[tokio::test]
async fn a_form_carries_the_answer_to_the_application_by_itself() {
    let mut world = World::new();
    let page = world.asked("response_type=code&response_mode=form_post").await;
    let page = world.press(&page, "user", "ada").await;
    assert!(page.body.starts_with("POST /cb code="), "{}", page.body);
    assert!(page.body.contains("&state=s%26"), "{}", page.body);
}

#[rstest]
#[case::by_redirect("query")]
#[case::by_a_form("form_post")]
#[tokio::test]
async fn an_application_renews_silently_in_a_frame_on_another_site(#[case] mode: &str) {
    let mut world = World::new();
    world.signed_in().await;
    let address = format!("{AUTHORIZE}&response_type=code&prompt=none&response_mode={mode}");
    let framed = world.browser.frame(&address).await.unwrap();
    assert!(format!("{}{}", framed.url, framed.body).contains("code="), "{}", framed.body);
}

#[tokio::test]
async fn a_logout_tells_the_application_in_a_frame_and_then_goes_on() {
    let mut world = World::new();
    let sid = world.signed_in().await["sid"].as_str().unwrap().to_owned();
    let page = world
        .open("https://idp.test/acme/logout?client_id=app&post_logout_redirect_uri=https://app.example/bye&state=s")
        .await;
    assert!(page.body.contains("Sign out?"), "{}", page.body);
    let page = world.press(&page, "action", "logout").await;
    assert_eq!(page.url.as_str(), "https://app.example/bye?state=s");
    let framed: Vec<_> =
        world.browser.log().iter().filter(|visit| visit.framed).map(|visit| visit.url.as_str()).collect();
    assert_eq!(framed, [format!("https://app.example/out?iss=https%3A%2F%2Fidp.test%2Facme&sid={sid}")]);
    assert!(!world.is_signed_in().await);
}

#[tokio::test]
async fn who_prefers_to_stay_goes_nowhere() {
    let mut world = World::new();
    world.signed_in().await;
    let page = world.open("https://idp.test/acme/logout").await;
    let page = world.press(&page, "action", "stay").await;
    assert_eq!((page.status, page.url.path()), (200, "/acme/logout"));
    assert!(page.body.contains("You are still signed in"), "{}", page.body);
    assert!(page.frames.is_empty());
    assert!(world.is_signed_in().await);
}

#[tokio::test]
async fn a_link_elsewhere_signs_nobody_out() {
    let mut world = World::new();
    world.signed_in().await;
    let page = world.open("https://idp.test/acme/logout?action=logout").await;
    assert!(page.button("action", "logout").is_some(), "{}", page.body);
    assert!(world.is_signed_in().await);
}

#[tokio::test]
async fn the_journal_knows_that_a_form_came_to_nothing() {
    let mut world = World::new();
    let page = world.asked("response_type=code").await;
    world.press(&page, "action", "other").await;
    let journal = world.idp.provider("acme").journal();
    let last = journal.last().unwrap();
    assert_eq!((last.status, last.notes.as_slice()), (400, &["no user is named".to_owned()][..]));
}

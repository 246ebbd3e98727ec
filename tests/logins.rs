//! Whole logins, renewals and sign-outs of each product, through the mock provider and the scripted browser.

use std::sync::Arc;

use harness::decision::Setup;
use harness::rp::{RENEW_PATH, RelyingParty};
use harness::transport::Transport;
use harness::user_agent::Browser;
use mock_idp::MockIdp;
use mock_idp::config::ClaimsChange;
use mock_idp::protocol::Timestamp;
use mock_idp::provider::ports::{Clock as _, VirtualClock};
use rstest::rstest;
use serde_json::{Value, json};

use crate::support::world::{USER, World};

fn world(product: &str, given: &Value) -> World {
    World::of_case(harness::products::named(product).unwrap(), given)
}

fn ann() -> Value {
    json!({
        "sub": "a1", "email": "ann@acme.example", "name": "Ann Acme", "locale": "en-GB",
        "zoneinfo": "Europe/Amsterdam", "roles": ["ug-sales"],
    })
}

fn merge(claims: &Value) -> ClaimsChange {
    ClaimsChange { merge: claims.as_object().cloned().unwrap_or_default(), ..ClaimsChange::default() }
}

fn given_of(product: &str) -> Value {
    match product {
        "billrun" => json!({
            "id_token": {"sub": "d1", "preferred_username": "dana", "billrun_roles": {"billing": ["read", "write"]}},
            "userinfo": {"sub": "d1"},
        }),
        "cloudbilling" => json!({"id_token": ann()}),
        "billwerk" => {
            json!({"id_token": {"sub": "ext-77", "email": "eva@corp.example", "given_name": "Eva"}})
        }
        "gorules" => json!({"access_token": {"sub": "g1", "email": "gus@corp.example"}}),
        _ => json!({"id_token": {"sub": "b1", "email": "bo@corp.example", "bindplane_projects": "admin:P1"}}),
    }
}

/// How often discovery, authorization, token and UserInfo are called says which flow it was.
#[rstest]
#[case::billrun("billrun", ("code", 1, 1))]
#[case::cloudbilling("cloudbilling", ("id_token", 0, 0))]
#[case::billwerk("billwerk", ("id_token token", 0, 0))]
#[case::gorules("gorules", ("code", 1, 0))]
#[case::bindplane("bindplane", ("code", 1, 0))]
#[tokio::test]
async fn each_product_signs_in_with_its_own_flow(#[case] product: &str, #[case] flow: (&str, usize, usize)) {
    let mut world = world(product, &given_of(product));
    world.sign_in().await;
    assert!(world.last().envelope.signed_in(), "{:?}", world.last().envelope.rejection);
    assert_eq!(world.me().await["signed_in"], json!(true));
    let asked = world.browser.log().iter().find(|visit| visit.url.contains("response_type=")).unwrap();
    let asked = url::Url::parse(&asked.url).unwrap();
    let response_type = asked.query_pairs().find(|(name, _)| name == "response_type").unwrap().1.into_owned();
    assert_eq!((response_type.as_str(), world.calls("token"), world.calls("userinfo")), flow);
}

#[rstest]
#[case::billrun("billrun")]
#[case::billwerk("billwerk")]
#[case::gorules("gorules")]
#[case::bindplane("bindplane")]
#[tokio::test]
async fn after_a_local_sign_out_the_next_click_needs_no_password(#[case] product: &str) {
    let mut world = world(product, &given_of(product));
    world.sign_in().await;
    let logout = world.rp.address(&world.rp.profile().paths.logout);
    world.browser.open(&logout).await.unwrap();
    assert_eq!(world.me().await["signed_in"], json!(false));
    let start = world.rp.start_url(None, &[]);
    let start = if product == "billrun" { world.rp.start_url(Some("keycloak"), &[]) } else { start };
    world.browser.take_log();
    world.browser.open(&start).await.unwrap();
    assert_eq!(world.me().await["signed_in"], json!(true));
    assert!(world.calls("end_session") == 0, "the provider is not told");
}

#[tokio::test]
async fn cloudbilling_renews_silently_and_replaces_the_groups() {
    let mut world = world("cloudbilling", &given_of("cloudbilling"));
    world.sign_in().await;
    let expires = world.rp.sessions()[0].expires_at;
    world.clock.advance(60);
    world.provider().user_claims(USER, &merge(&json!({"roles": ["ug-finance"]})));
    let renew = world.rp.address(RENEW_PATH);
    let page = world.browser.frame(&renew).await.unwrap();
    assert_eq!(page.status, 200, "{}", page.body);
    assert_eq!(world.last().envelope.effects, ["user.groups_replaced"]);
    assert_eq!(world.rp.sessions()[0].expires_at.map(|at| at.0), expires.map(|at| at.0 + 60));
}

#[tokio::test]
async fn cloudbilling_signs_out_at_both_ends() {
    let mut world = world("cloudbilling", &given_of("cloudbilling"));
    world.sign_in().await;
    let logout = world.rp.address(&world.rp.profile().paths.logout);
    let page = world.browser.open(&logout).await.unwrap();
    assert_eq!(page.status, 200, "{}", page.body);
    assert_eq!((world.calls("end_session"), world.me().await["signed_in"].clone()), (1, json!(false)));

    let renew = world.rp.address(RENEW_PATH);
    assert_eq!(world.browser.frame(&renew).await.unwrap().status, 409, "there is no session to renew");
    world.browser.open(&world.rp.start_url(None, &[])).await.unwrap();
    assert!(world.browser.page().unwrap().button("user", USER).is_some(), "the provider asks again");
}

#[tokio::test]
async fn a_logout_at_the_provider_reaches_cloudbilling_through_a_frame() {
    let mut world = world("cloudbilling", &given_of("cloudbilling"));
    world.sign_in().await;
    let session = world.rp.sessions()[0].clone();
    let end = format!("{}/logout?id_token_hint={}", session.view.issuer, session.id_token.unwrap());
    world.browser.open(&end).await.unwrap();
    assert_eq!(world.rp.sessions(), []);
    assert!(world.browser.log().iter().any(|visit| visit.framed && visit.url.contains("sid=")));
}

#[tokio::test]
async fn a_renewal_after_the_providers_session_ended_is_refused_and_the_session_runs_out() {
    let mut world = world("cloudbilling", &given_of("cloudbilling"));
    world.sign_in().await;
    let issuer = world.rp.sessions()[0].view.issuer.clone();
    world.browser.forget(url::Url::parse(&issuer).unwrap().host_str().unwrap());
    let renew = world.rp.address(RENEW_PATH);
    world.browser.frame(&renew).await.unwrap();
    assert_eq!(world.rp.sessions().len(), 1);
    let expires = world.rp.sessions()[0].expires_at.unwrap();
    world.clock.set(Timestamp(expires.0));
    assert_eq!(world.rp.sessions(), []);
}

#[tokio::test]
async fn a_key_rotated_in_mid_session_is_found_by_one_more_look() {
    let mut world = world("bindplane", &given_of("bindplane"));
    world.sign_in().await;
    world.provider().rotate_keys(3600).unwrap();
    world.browser.open(&world.rp.address("/rp/login")).await.unwrap();
    assert!(world.last().envelope.signed_in());
    assert_eq!(world.calls("jwks"), 2);
}

#[tokio::test]
async fn a_refused_login_at_the_provider_changes_nothing() {
    let mut world = world("bindplane", &given_of("bindplane"));
    let before = world.rp.stored();
    world.browser.open(&world.rp.start_url(None, &[])).await.unwrap();
    let page = world.browser.page().cloned().unwrap();
    let mut buttons =
        page.forms.iter().flat_map(|form| form.buttons.iter().map(move |button| (form, button)));
    let (form, deny) = buttons.find(|(_, button)| button.text == "Deny").unwrap();
    world.browser.submit(&form.clone().pressing(deny)).await.unwrap();
    assert_eq!(world.last().envelope.rejection.map(|it| it.code).as_deref(), Some("idp_error:access_denied"));
    assert_eq!((world.rp.stored(), world.rp.sessions()), (before, vec![]));
}

#[tokio::test]
async fn a_refresh_token_brings_new_claims_to_bindplane() {
    let mut given = given_of("bindplane");
    given["oidc"] = json!({"scopes": ["openid", "email", "offline_access"], "disableInvitations": true});
    let mut world = world("bindplane", &given);
    world.sign_in().await;
    let session = world.rp.sessions()[0].clone();
    world.provider().user_claims(USER, &merge(&json!({"bindplane_projects": "viewer:P1,user:P2"})));
    let envelope = world.rp.refresh(&session.id).await.unwrap();
    assert_eq!(envelope.effects, ["project.role_changed:P1:admin->viewer", "project.access_granted:P2"]);
    let renewed = world.rp.session(&session.id).unwrap();
    assert_ne!(renewed.refresh_token, session.refresh_token, "the provider rotates refresh tokens");
}

#[tokio::test]
async fn two_billrun_providers_with_one_configuration_stay_apart() {
    let provider = |name: &str| {
        json!({
            "name": name, "label": name, "issuer_url": "https://idp.example", "client_id": "billrun",
            "client_secret": "s",
        })
    };
    let mut given = given_of("billrun");
    given["auth"] = json!({"protocols": ["oidc"], "oidc": [provider("keycloak"), provider("spare")]});
    let mut world = world("billrun", &given);
    world.sign_in().await;
    assert_eq!(world.me().await["provider"], json!("keycloak"));

    // A good response for one provider, delivered at the other's redirect URI.
    world.browser.take_log();
    world.browser.open(&world.rp.start_url(Some("keycloak"), &[])).await.unwrap();
    let callback = world.browser.log().iter().find(|visit| visit.url.contains("code=")).unwrap().url.clone();
    let crossed = callback.replace("provider=keycloak", "provider=spare");
    world.browser.open(&crossed).await.unwrap();
    let rejection = world.last().envelope.rejection.unwrap();
    assert_eq!(
        (rejection.code.as_str(), world.last().envelope.reason.as_deref()),
        ("state_mismatch", Some("login_failed"))
    );
    assert_eq!(world.browser.page().unwrap().url.as_str(), "https://billrun.host/?error=login_failed");
}

/// Everything on real sockets: the posted form needs a cookie that browsers keep on the loopback interface only because
/// they trust it.
#[tokio::test]
async fn cloudbilling_signs_in_over_tcp() {
    let clock = VirtualClock::at(Timestamp(1_900_000_000));
    let idp = MockIdp::builder().user(USER, ann()).auto_login(USER).clock(Arc::new(clock.clone()));
    let idp = idp.start().await.unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let setup = Setup {
        vendor: json!({
            "Client Identifier": "cloudbilling", "Issuer Identifier": idp.issuer("acme"), "ID": "17", "Tenant": "AcmeCorp",
        }),
        base_url: Some(format!("http://{}", listener.local_addr().unwrap())),
        ..Setup::default()
    };
    let product = harness::products::named("cloudbilling").unwrap().configure(&setup).unwrap();
    let state = json!({"user_groups": ["ug-sales"]});
    let transport = Transport::tcp().unwrap();
    let time = Arc::new(move || clock.now().as_secs());
    let drawn = std::sync::atomic::AtomicU8::new(0);
    let entropy =
        move |bytes: &mut [u8]| bytes.fill(drawn.fetch_add(1, std::sync::atomic::Ordering::Relaxed));
    let rp = RelyingParty::new(product, &state, &transport, time.clone(), Arc::new(entropy)).unwrap();
    let application = rp.clone();
    let server = tokio::spawn(async move { harness::rp::serve(listener, &application).await });

    let mut browser = Browser::new(&transport, time);
    let page = browser.open(&rp.start_url(None, &[])).await.unwrap();
    assert_eq!(page.status, 200, "{}", page.body);
    assert_eq!(rp.sessions()[0].view.record["user"]["user_groups"], json!(["ug-sales"]));
    let frame = browser.frame(&rp.address(RENEW_PATH)).await.unwrap();
    assert_eq!(frame.status, 200, "{}", frame.body);
    server.abort();
}

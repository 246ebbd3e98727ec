//! What the plain relying party can do, with a provider that behaves.

use harness::decision::{
    Algorithm, ClientAuthentication, Registration, RequestForm, ResponseMode, ResponseType,
};
use harness::rp::PlainSetup;
use rstest::rstest;
use serde_json::json;

use super::world::World;

#[tokio::test]
async fn the_usual_login_is_by_code_and_shows_who_it_is() {
    let mut world = World::new(&PlainSetup::default());
    let page = world.sign_in().await;
    assert_eq!((page.status, page.url.as_str()), (200, "https://rp.test/"), "{:?}", world.reason());
    let me = world.me().await;
    assert_eq!(
        (&me["signed_in"], &me["issuer"], &me["sub"]),
        (&json!(true), &json!("https://idp.test"), &json!("u-1001"))
    );
    assert_eq!((&me["claims"]["aud"], &me["userinfo"]["sub"]), (&json!("plain"), &json!("u-1001")));
}

#[rstest]
#[tokio::test]
async fn each_response_type_signs_in_in_each_of_its_modes(
    #[values(
        ResponseType::Code,
        ResponseType::IdToken,
        ResponseType::IdTokenToken,
        ResponseType::CodeIdToken,
        ResponseType::CodeToken,
        ResponseType::CodeIdTokenToken
    )]
    response_type: ResponseType,
    #[values(None, Some(ResponseMode::FormPost), Some(ResponseMode::Fragment))] response_mode: Option<
        ResponseMode,
    >,
) {
    let mut world = World::new(&PlainSetup { response_type, response_mode, ..PlainSetup::default() });
    world.sign_in().await;
    assert_eq!(world.me().await["sub"], json!("u-1001"), "{:?}", world.reason());
    assert_eq!(world.calls("token"), usize::from(response_type.has_code()));
    assert_eq!(world.calls("userinfo"), usize::from(response_type != ResponseType::IdToken));
}

#[rstest]
#[case::its_own("/reports?month=5", "https://rp.test/reports?month=5")]
#[case::somebody_elses("https://evil.test/", "https://rp.test/")]
#[case::somebody_elses_without_a_scheme("//evil.test/", "https://rp.test/")]
#[tokio::test]
async fn a_sign_in_returns_to_a_page_of_its_own_only(#[case] asked: &str, #[case] there: &str) {
    let mut world = World::new(&PlainSetup::default());
    let asked: String = url::form_urlencoded::byte_serialize(asked.as_bytes()).collect();
    let page = world.browser.open(&format!("https://rp.test/login?return_to={asked}")).await.unwrap();
    assert_eq!(page.url.as_str(), there);
}

#[tokio::test]
async fn a_session_is_renewed_with_its_refresh_token() {
    let mut world = World::new(&PlainSetup::default());
    world.sign_in().await;
    world.clock.advance(100);
    let page = world.browser.open("https://rp.test/refresh").await.unwrap();
    let me: serde_json::Value = serde_json::from_str(&page.body).unwrap();
    assert_eq!((page.status, &me["sub"]), (200, &json!("u-1001")));
    assert_eq!((world.calls("token"), world.calls("userinfo")), (2, 2));
}

#[rstest]
#[case::header(ClientAuthentication::ClientSecretBasic)]
#[case::body(ClientAuthentication::ClientSecretPost)]
#[case::jwt_by_secret(ClientAuthentication::ClientSecretJwt)]
#[case::jwt_by_key(ClientAuthentication::PrivateKeyJwt)]
#[case::nothing(ClientAuthentication::None)]
#[tokio::test]
async fn it_authenticates_as_it_is_registered(#[case] client_authentication: ClientAuthentication) {
    let mut world = World::new(&PlainSetup { client_authentication, ..PlainSetup::default() });
    world.sign_in().await;
    assert_eq!(world.me().await["sub"], json!("u-1001"), "{:?}", world.reason());
    world.browser.open("https://rp.test/refresh").await.unwrap();
    assert_eq!((world.reason(), world.calls("token")), (None, 2));
}

#[rstest]
#[case::by_value(RequestForm::Object(Algorithm("RS256")))]
#[case::by_value_on_a_curve(RequestForm::Object(Algorithm("ES256")))]
#[case::by_value_with_the_secret(RequestForm::Object(Algorithm("HS256")))]
#[case::by_reference(RequestForm::Uri(Algorithm("RS256")))]
#[case::by_reference_unsigned(RequestForm::Uri(Algorithm("none")))]
#[tokio::test]
async fn its_requests_travel_as_objects(#[case] request: RequestForm) {
    let mut world = World::new(&PlainSetup { request, max_age: Some(300), ..PlainSetup::default() });
    world.sign_in().await;
    assert_eq!(world.me().await["sub"], json!("u-1001"), "{:?}", world.reason());
    let asked =
        world.browser.log().iter().find(|visit| visit.url.contains("/authorize?")).unwrap().url.clone();
    assert!(asked.contains("request") && !asked.contains("nonce="), "{asked}");
}

#[rstest]
#[case::plainly(PlainSetup::default())]
#[case::for_objects(PlainSetup { request: RequestForm::Uri(Algorithm("RS256")), ..PlainSetup::default() })]
#[case::for_all_else(PlainSetup {
    response_type: ResponseType::CodeIdTokenToken,
    client_authentication: ClientAuthentication::PrivateKeyJwt,
    userinfo_alg: Some(Algorithm("RS256")),
    max_age: Some(600),
    ..PlainSetup::default()
})]
#[tokio::test]
async fn it_registers_itself_once(#[case] setup: PlainSetup) {
    let setup = PlainSetup { registration: Registration::Dynamic, client_id: String::new(), ..setup };
    let mut world = World::with(&setup, &json!({ "clients": {}, "registration": true }));
    for _ in 0..2 {
        world.sign_in().await;
        assert_eq!(world.me().await["sub"], json!("u-1001"), "{:?}", world.reason());
    }
    assert_eq!((world.calls("registration"), world.calls("token")), (1, 2));
}

#[rstest]
#[case::account("acct:ada@idp.test")]
#[case::url("https://idp.test/people/ada")]
#[tokio::test]
async fn it_finds_the_issuer_of_a_person(#[case] identifier: &str) {
    let identifier = Some(identifier.to_owned());
    let issuers = vec!["https://unknown.test".to_owned()];
    let mut world = World::new(&PlainSetup { identifier, issuers, ..PlainSetup::default() });
    world.sign_in().await;
    assert_eq!(world.me().await["issuer"], json!("https://idp.test"), "{:?}", world.reason());
}

#[rstest]
#[case::json(None, false)]
#[case::json_for_a_form(None, true)]
#[case::signed(Some(Algorithm("RS256")), false)]
#[case::signed_on_a_curve_for_a_form(Some(Algorithm("ES256")), true)]
#[tokio::test]
async fn userinfo_is_asked_for_as_it_is_agreed(
    #[case] userinfo_alg: Option<Algorithm>,
    #[case] token_in_body: bool,
) {
    let setup = PlainSetup { userinfo_alg, token_in_body, ..PlainSetup::default() };
    let keys = json!({ "signing": [{ "alg": "RS256" }, { "alg": "ES256" }] });
    let mut world = World::with(&setup, &keys);
    world.sign_in().await;
    let me = world.me().await;
    assert_eq!(me["userinfo"]["email"], json!("ada@example.test"), "{:?} {me}", world.reason());
}

#[rstest]
#[case::that_came_along("aggregated", 0)]
#[case::that_are_elsewhere("distributed", 1)]
#[tokio::test]
async fn claims_of_others_are_used_if_it_trusts_whoever_states_them(
    #[case] kind: &str,
    #[case] fetched: usize,
) {
    let trusted = ("https://idp.test/claims_provider", json!("AA"), fetched);
    for (claims_provider, rating, fetched) in [trusted, ("https://other.test", json!(null), fetched)] {
        let claims_providers = vec![claims_provider.to_owned()];
        let setup = PlainSetup { claims_providers, ..PlainSetup::default() };
        let source = json!({ kind: { "claims": { "credit_rating": "AA", "shoe_size": 41 } } });
        let user =
            json!({ "sub": "u-1001", "claims": { "shoe_size": 38 }, "claim_sources": { "bank": source } });
        let mut world = World::with(&setup, &json!({ "users": { "ada": user } }));
        world.sign_in().await;
        let me = world.me().await;
        let said = (&me["userinfo"]["credit_rating"], &me["userinfo"]["shoe_size"]);
        assert_eq!(said, (&rating, &json!(38)), "{:?} {me}", world.reason());
        assert_eq!(world.calls("claims"), fetched);
    }
}

#[tokio::test]
async fn claims_of_others_are_left_alone_by_whoever_trusts_nobody_with_them() {
    let source = json!({ "distributed": { "claims": { "credit_rating": "AA" } } });
    let user = json!({ "sub": "u-1001", "claim_sources": { "bank": source } });
    let mut world = World::with(&PlainSetup::default(), &json!({ "users": { "ada": user } }));
    world.sign_in().await;
    assert_eq!(world.me().await["userinfo"]["credit_rating"], json!(null));
    assert_eq!(world.calls("claims"), 0);
}

#[tokio::test]
async fn a_login_without_a_page_ends_with_the_error_that_says_why() {
    let mut world = World::with(&PlainSetup::default(), &json!({ "auto_login": null }));
    let page = world.browser.open("https://rp.test/login?prompt=none&max_age=0").await.unwrap().clone();
    assert_eq!(page.url.host_str(), Some("rp.test"), "{}", page.url);
    assert_eq!(world.reason().as_deref(), Some("idp_error:login_required"));
    assert_eq!((world.me().await["signed_in"].clone(), world.calls("authorization")), (json!(false), 1));
}

#[tokio::test]
async fn an_essential_context_and_a_recent_login_are_asked_for_and_checked() {
    let acr = vec!["urn:mace:incommon:iap:silver".to_owned()];
    let mut world = World::new(&PlainSetup { max_age: Some(60), acr: acr.clone(), ..PlainSetup::default() });
    world.sign_in().await;
    let asked =
        world.browser.log().iter().find(|visit| visit.url.contains("/authorize?")).unwrap().url.clone();
    assert!(asked.contains("max_age=60") && asked.contains("essential"), "{asked}");
}

#[rstest]
#[case::get("https://rp.test/initiate?iss=https%3A%2F%2Fidp.test&login_hint=ada", true)]
#[case::with_a_target_of_its_own(
    "https://rp.test/initiate?iss=https%3A%2F%2Fidp.test&target_link_uri=https%3A%2F%2Frp.test%2Freports",
    true
)]
#[case::unknown_issuer("https://rp.test/initiate?iss=https%3A%2F%2Fevil.test", false)]
#[case::issuer_on_this_machine("https://rp.test/initiate?iss=http%3A%2F%2F127.0.0.1", false)]
#[case::without_issuer("https://rp.test/initiate", false)]
#[tokio::test]
async fn others_begin_a_login_at_an_issuer_that_is_known(#[case] address: &str, #[case] signs_in: bool) {
    let mut world = World::new(&PlainSetup::default());
    let page = world.browser.open(address).await.unwrap().clone();
    assert_eq!(page.url.as_str() == "https://rp.test/reports", address.contains("reports"));
    assert_eq!(world.me().await["signed_in"], json!(signs_in));
    assert_eq!(world.calls("discovery"), usize::from(signs_in));
}

#[tokio::test]
async fn signing_out_ends_the_session_at_both_ends() {
    let mut world = World::new(&PlainSetup::default());
    world.sign_in().await;
    let page = world.browser.open("https://rp.test/logout").await.unwrap().clone();
    assert!(page.url.as_str().starts_with("https://rp.test/signed_out?state="), "{}", page.url);
    assert_eq!(world.me().await, json!({ "signed_in": false }));
    assert_eq!(world.calls("end_session"), 1);
}

#[rstest]
#[case::of_a_person("ada")]
#[case::of_a_session("sid")]
#[tokio::test]
async fn the_provider_ends_the_session_by_the_back_channel(#[case] named: &str) {
    let mut world = World::new(&PlainSetup::default());
    world.sign_in().await;
    let sid = world.me().await["sid"].as_str().unwrap().to_owned();
    let named = if named == "sid" { &sid } else { named };
    assert_eq!(world.end_at_provider(named).await, Ok(()));
    assert_eq!(world.me().await, json!({ "signed_in": false }));
}

//! What the plain relying party can do, with a provider that behaves.

use harness::decision::{ResponseMode, ResponseType};
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

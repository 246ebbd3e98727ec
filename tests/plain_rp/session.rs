//! How it watches the session at the provider, up to what its script does: `just interop` runs that.

use harness::rp::{PlainSetup, Weakness};
use rstest::rstest;
use serde_json::json;

use super::world::World;

const FRAME: &str = "https://rp.test/check_session";

fn watching() -> PlainSetup {
    PlainSetup { watches_session: true, ..PlainSetup::default() }
}

/// What the script says to the provider's page.
fn message(page: &str) -> Option<&str> {
    page.split_once("data-message=\"")?.1.split_once('"').map(|(message, _)| message)
}

#[tokio::test]
async fn somebody_who_is_signed_in_has_the_two_frames() {
    let mut world = World::new(&watching());
    let page = world.sign_in().await;
    assert!(
        page.body.contains("<iframe id=\"op\" src=\"https://idp.test/check_session\" hidden>"),
        "{}",
        page.body
    );
    assert!(page.body.contains("<iframe src=\"/check_session\" hidden>"), "{}", page.body);
    let frame = world.browser.open(FRAME).await.unwrap().body.clone();
    let (client, state) = message(&frame).unwrap().split_once(' ').unwrap();
    assert_eq!((client, state.contains(' ')), ("plain", false));
    assert!(frame.contains("data-provider=\"https://idp.test\""), "{frame}");
    let elsewhere = world.fresh_browser().open("https://rp.test/").await.unwrap().body.clone();
    assert!(!elsewhere.contains("<iframe"), "{elsewhere}");
}

#[rstest]
#[case::it_is_not_to(PlainSetup::default(), None)]
#[case::it_never_watches(watching(), Some(Weakness::NeverWatches))]
#[tokio::test]
async fn otherwise_there_is_no_frame(#[case] setup: PlainSetup, #[case] weakness: Option<Weakness>) {
    let mut world = World::new(&setup);
    if let Some(weakness) = weakness {
        world = world.weak(weakness);
    }
    let page = world.sign_in().await;
    assert!(page.body.contains("signed in") && !page.body.contains("<iframe"), "{}", page.body);
    let frame = world.browser.open(FRAME).await.unwrap().body.clone();
    assert_eq!(message(&frame), None, "{frame}");
}

/// What the script does when the provider's page says `changed`.
async fn changed(world: &mut World) -> String {
    world.browser.open(&format!("{FRAME}?changed")).await.unwrap().body.clone()
}

#[tokio::test]
async fn whoever_is_still_there_stays_signed_in_with_another_state() {
    let mut world = World::new(&watching());
    world.sign_in().await;
    let before = world.browser.open(FRAME).await.unwrap().body.clone();
    let after = changed(&mut world).await;
    let asked = world.browser.log().iter().rfind(|visit| visit.url.contains("/authorize?")).unwrap();
    assert!(asked.url.contains("prompt=none") && asked.url.contains("id_token_hint="), "{}", asked.url);
    assert!(message(&after).is_some_and(|after| message(&before) != Some(after)), "{after}");
    assert_eq!(world.me().await["signed_in"], json!(true));
}

#[tokio::test]
async fn whoever_has_signed_out_at_the_provider_is_signed_out() {
    let mut world = World::with(&watching(), &json!({ "auto_login": null }));
    let page = world.sign_in().await;
    let (form, ada) = page.button("user", "ada").unwrap();
    world.browser.submit(&form.clone().pressing(ada)).await.unwrap();
    assert_eq!(world.me().await["signed_in"], json!(true));
    world.idp.default_provider().end_session("ada");
    let frame = changed(&mut world).await;
    assert!(frame.contains("nobody is signed in"), "{frame}");
    assert_eq!(world.me().await["signed_in"], json!(false));
}

//! What the relying party does besides signing people in or not, and what a weak one does instead.

use harness::rp::{PlainSetup, Weakness};
use harness::user_agent::Browser;
use rstest::rstest;
use serde_json::json;

use super::world::World;

/// Both relying parties: with nothing left out, and with this weakness.
fn pair(setup: &PlainSetup, weakness: Weakness) -> [World; 2] {
    [World::new(setup), World::new(setup).weak(weakness)]
}

fn usual() -> PlainSetup {
    PlainSetup::default()
}

/// The address at which the last response came back.
fn callback(browser: &Browser) -> String {
    let back = browser.log().iter().rev().find(|visit| visit.url.contains("/callback?"));
    back.expect("a response came back").url.clone()
}

fn asked(browser: &Browser) -> Vec<String> {
    let requests = browser.log().iter().filter(|visit| visit.url.contains("/authorize?"));
    requests.map(|visit| visit.url.clone()).collect()
}

fn parameter(url: &str, name: &str) -> Option<String> {
    let url = url::Url::parse(url).unwrap();
    url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

#[tokio::test]
async fn a_response_is_taken_once() {
    let [mut whole, mut weak] = pair(&usual(), Weakness::KeepsState);
    for world in [&mut whole, &mut weak] {
        world.sign_in().await;
        let again = callback(&world.browser);
        world.browser.open(&again).await.unwrap();
    }
    assert_eq!((whole.calls("token"), weak.calls("token")), (1, 2));
}

#[tokio::test]
async fn a_response_is_taken_from_the_browser_that_asked() {
    let [mut whole, mut weak] = pair(&usual(), Weakness::SkipsBrowser);
    for (world, signs_in) in [(&mut whole, false), (&mut weak, true)] {
        // The attacker stops before the response is delivered, and gives it to somebody else.
        let login = world.transport.send(get("https://rp.test/login")).await.unwrap();
        let to = login.headers()["location"].to_str().unwrap().to_owned();
        let answer = world.transport.send(get(&to)).await.unwrap();
        let back = answer.headers()["location"].to_str().unwrap().to_owned();
        world.browser.open(&back).await.unwrap();
        assert_eq!(world.me().await["signed_in"], json!(signs_in), "{:?}", world.reason());
    }
}

fn get(url: &str) -> http::Request<Vec<u8>> {
    http::Request::get(url).body(Vec::new()).unwrap()
}

#[tokio::test]
async fn each_login_has_its_own_verifier() {
    let [mut whole, mut weak] = pair(&usual(), Weakness::RepeatsVerifier);
    for (world, differ) in [(&mut whole, true), (&mut weak, false)] {
        world.sign_in().await;
        world.sign_in().await;
        let challenges: Vec<_> =
            asked(&world.browser).iter().map(|url| parameter(url, "code_challenge").unwrap()).collect();
        assert_eq!(challenges[0] != challenges[1], differ);
    }
}

#[rstest]
#[case::not_offered("discovery.code_challenge_methods_supported=missing", None)]
#[case::only_plain("discovery.code_challenge_methods_supported=plain", Some("plain"))]
#[tokio::test]
async fn metadata_do_not_talk_it_out_of_pkce(#[case] fault: &str, #[case] weaker: Option<&str>) {
    let [whole, weak] = pair(&usual(), Weakness::DowngradesChallenge);
    for (world, method) in [(whole, Some("S256")), (weak, weaker)] {
        let mut world = world.faulty(&[fault]);
        world.sign_in().await;
        let found = parameter(&asked(&world.browser)[0], "code_challenge_method");
        assert_eq!(found.as_deref(), method);
    }
}

#[rstest]
#[case::token("token.redirect=307", "token")]
#[case::userinfo("userinfo.redirect=307", "userinfo")]
#[case::metadata("discovery.redirect=302", "discovery")]
#[case::keys("jwks.redirect=302", "jwks")]
#[tokio::test]
async fn nothing_is_sent_on_by_a_redirect(#[case] fault: &str, #[case] endpoint: &str) {
    let [whole, weak] = pair(&usual(), Weakness::FollowsRedirects);
    for (world, followed) in [(whole, false), (weak, true)] {
        let mut world = world.faulty(&[fault]);
        let trap = world.watch("trap.invalid");
        world.sign_in().await;
        assert_eq!(trap.lock().unwrap().is_empty(), !followed, "{endpoint}: {:?}", world.reason());
    }
}

#[rstest]
#[case::keys("id_token.jku=attacker")]
#[case::certificate("id_token.x5u=attacker")]
#[tokio::test]
async fn no_address_in_a_token_is_called(#[case] fault: &str) {
    let [whole, weak] = pair(&usual(), Weakness::FollowsHeaderAddress);
    for (world, called) in [(whole, false), (weak, true)] {
        let mut world = world.faulty(&[fault]);
        let trap = world.watch("trap.invalid");
        world.sign_in().await;
        assert_eq!(world.me().await["signed_in"], json!(false));
        assert_eq!(trap.lock().unwrap().is_empty(), !called);
    }
}

#[tokio::test]
async fn unknown_keys_bring_about_a_bounded_number_of_calls() {
    let [whole, weak] = pair(&usual(), Weakness::LooksForKeysWithoutEnd);
    let mut calls = Vec::new();
    for world in [whole, weak] {
        let mut world = world.faulty(&["id_token.kid=fresh"]);
        for _ in 0..20 {
            world.sign_in().await;
        }
        calls.push(world.calls("jwks"));
    }
    assert!(calls[0] <= 6 && calls[1] >= 20, "{calls:?}");
}

#[tokio::test]
async fn a_failed_login_is_not_begun_again_by_itself() {
    let [whole, weak] = pair(&usual(), Weakness::StartsAgainAfterErrors);
    let mut logins = Vec::new();
    for world in [whole, weak] {
        let mut world = world.faulty(&["authorize.error=access_denied"]);
        let _ = world.browser.open("https://rp.test/login").await;
        logins.push(world.calls("authorization"));
    }
    assert!(logins[0] == 1 && logins[1] > 2, "{logins:?}");
}

#[tokio::test]
async fn what_a_provider_writes_stays_text() {
    let [whole, weak] = pair(&usual(), Weakness::WritesMarkup);
    for (world, written) in [(whole, false), (weak, true)] {
        let mut world = world.faulty(&["authorize.error=markup"]);
        let page = world.sign_in().await;
        assert_eq!(page.body.contains("<script"), written, "{}", page.body);
    }
}

#[tokio::test]
async fn a_secret_is_sent_in_one_place() {
    let [mut whole, mut weak] = pair(&usual(), Weakness::SendsSecretTwice);
    whole.sign_in().await;
    weak.sign_in().await;
    let accepted = [whole.me().await["signed_in"].clone(), weak.me().await["signed_in"].clone()];
    assert_eq!(accepted, [json!(true), json!(false)], "{:?}", weak.reason());
}

#[tokio::test]
async fn a_foreign_target_is_not_returned_to() {
    let [mut whole, mut weak] = pair(&usual(), Weakness::ReturnsAnywhere);
    for (world, there) in [(&mut whole, "https://rp.test/"), (&mut weak, "https://evil.test/")] {
        let _evil = world.watch("evil.test");
        let address =
            "https://rp.test/initiate?iss=https%3A%2F%2Fidp.test&target_link_uri=https%3A%2F%2Fevil.test%2F";
        assert_eq!(world.browser.open(address).await.unwrap().url.as_str(), there);
    }
}

#[tokio::test]
async fn a_session_has_an_identifier_of_its_own() {
    let [mut whole, mut weak] = pair(&usual(), Weakness::KeepsSessionId);
    let mut kept = Vec::new();
    for world in [&mut whole, &mut weak] {
        world.sign_in().await;
        let before: Vec<String> = world.rp.sessions().into_iter().map(|session| session.id).collect();
        world.sign_in().await;
        kept.push(world.rp.sessions().iter().any(|session| before.contains(&session.id)));
    }
    assert_eq!(kept, [false, true]);
}

/// Two people's browsers at one relying party, and a logout of one of them.
#[rstest]
#[case::one_session(Weakness::EndsAllSessions, &["logout_token.sub=missing"], [true, false])]
#[case::all_of_a_person(Weakness::EndsOneSession, &["logout_token.sid=missing"], [false, true])]
#[tokio::test]
async fn a_logout_token_ends_what_it_names(
    #[case] weakness: Weakness,
    #[case] faults: &[&str],
    #[case] another_stays: [bool; 2],
) {
    let worlds = pair(&usual(), weakness);
    for (world, stays) in worlds.into_iter().zip(another_stays) {
        let mut world = world.faulty(faults);
        world.sign_in().await;
        let sid = world.me().await["sid"].as_str().unwrap().to_owned();
        world.browser = world.fresh_browser();
        world.sign_in().await;
        assert_eq!(world.rp.sessions().len(), 2);
        let _ = world.end_at_provider(&sid).await;
        assert_eq!(world.rp.sessions().len() == 1, stays, "{:?}", world.rp.sessions().len());
    }
}

#[rstest]
#[case::by_get("GET", "", 405)]
#[case::without_a_token("POST", "a=b", 400)]
#[case::with_garbage("POST", "logout_token=a.b.c", 400)]
#[tokio::test]
async fn the_back_channel_answers_as_it_has_to(
    #[case] method: &str,
    #[case] body: &str,
    #[case] status: u16,
) {
    let world = World::new(&usual());
    let request = http::Request::builder()
        .method(method)
        .uri("https://rp.test/backchannel_logout")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(body.as_bytes().to_vec())
        .unwrap();
    let answer = world.transport.send(request).await.unwrap();
    assert_eq!(
        (answer.status().as_u16(), &answer.headers()["cache-control"]),
        (status, &"no-store".parse().unwrap())
    );
}

#[rstest]
#[case::another_issuer("frontchannel_logout.iss=wrong")]
#[case::another_session("frontchannel_logout.sid=wrong")]
#[case::nothing_named("frontchannel_logout.parameters=missing")]
#[tokio::test]
async fn a_frame_ends_the_session_that_it_names_only(#[case] fault: &str) {
    let faults = [fault, "backchannel_logout.delivery=lost"];
    let [whole, weak] = pair(&usual(), Weakness::SkipsFrontChannelNames);
    for (world, sessions) in [(whole, 1), (weak, 0)] {
        let mut world = world.faulty(&faults);
        world.sign_in().await;
        let status = world.browser.open("https://idp.test/logout").await.unwrap().status;
        let form = world.browser.page().unwrap().forms.first().cloned();
        if let Some(form) = form {
            let button = form.buttons.first().cloned().unwrap_or_default();
            world.browser.submit(&form.pressing(&button)).await.unwrap();
        }
        assert_eq!(world.rp.sessions().len(), sessions, "{status}");
    }
}

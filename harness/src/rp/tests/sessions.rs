use serde_json::json;

use super::product::{implicit, profile};
use super::world::World;
use crate::decision::{Departures, Event, ResponseType, SessionLifetime};
use crate::rp::{Cause, NoRefresh, RENEW_PATH};

fn renew() -> String {
    format!("https://app.test{RENEW_PATH}")
}

#[tokio::test]
async fn a_session_ends_with_its_id_token() {
    let mut world = World::new(profile());
    world.sign_in().await;
    world.advance(299);
    assert_eq!(world.me().await["signed_in"], json!(true));
    world.advance(1);
    assert_eq!(world.me().await, json!({"signed_in": false}));
    assert_eq!(world.rp.sessions(), []);
}

#[tokio::test]
async fn a_session_with_its_own_lifetime_outlives_its_id_token() {
    let mut profile = profile();
    profile.session_lifetime = SessionLifetime::Seconds(3600);
    let mut world = World::new(profile);
    world.sign_in().await;
    world.advance(3599);
    assert_eq!(world.me().await["signed_in"], json!(true));
    world.advance(1);
    assert_eq!(world.me().await["signed_in"], json!(false));
}

#[tokio::test]
async fn requests_that_are_never_answered_are_forgotten() {
    let mut world = World::new(profile());
    world.script.lock().unwrap().response = json!({"state": "lost"});
    for _ in 0..5 {
        world.sign_in().await;
    }
    assert_eq!(world.rp.pending(), 5);
    world.advance(600);
    assert_eq!(world.rp.pending(), 0);
}

#[tokio::test]
async fn silent_renewal_in_a_frame_keeps_the_session_and_takes_new_claims() {
    let mut world = World::new(implicit(ResponseType::IdToken));
    world.sign_in().await;
    let before = world.rp.sessions()[0].clone();
    world.advance(240);
    world.script.lock().unwrap().claims = json!({"email": "ada@new.test"});
    let page = world.browser.frame(&renew()).await.unwrap();
    assert_eq!((page.status, world.reason()), (200, None));

    let asked = world.requests("one authorize").pop().unwrap();
    assert_eq!((asked["prompt"].as_str(), asked.contains_key("id_token_hint")), ("none", true));
    let after = world.rp.sessions()[0].clone();
    assert_eq!((&after.id, after.expires_at.unwrap().0), (&before.id, before.expires_at.unwrap().0 + 240));
    world.advance(100);
    assert_eq!(world.me().await["record"]["email"], json!("ada@new.test"));
}

#[tokio::test]
async fn a_refused_renewal_lets_the_session_run_out() {
    let mut world = World::new(implicit(ResponseType::IdToken));
    world.sign_in().await;
    world.script.lock().unwrap().error = Some("login_required");
    world.browser.frame(&renew()).await.unwrap();
    let Cause::Event(Event::RenewalRefused { error, .. }) = world.last().cause else { panic!("no refusal") };
    assert_eq!(error, "login_required");
    assert_eq!(world.me().await["signed_in"], json!(true));
    world.advance(300);
    assert_eq!(world.me().await["signed_in"], json!(false));
}

#[tokio::test]
async fn a_renewal_for_somebody_else_is_refused() {
    let mut world = World::new(implicit(ResponseType::IdToken));
    world.sign_in().await;
    world.script.lock().unwrap().claims = json!({"sub": "eve"});
    world.browser.frame(&renew()).await.unwrap();
    assert_eq!(world.reason().as_deref(), Some("invalid_id_token:sub"));
    assert_eq!(world.me().await["sub"], json!("ada"));
}

#[tokio::test]
async fn a_renewal_that_the_product_refuses_ends_the_session() {
    let mut world = World::new(implicit(ResponseType::IdToken));
    world.sign_in().await;
    world.script.lock().unwrap().claims = json!({"banned": true});
    world.browser.frame(&renew()).await.unwrap();
    assert_eq!(world.reason().as_deref(), Some("banned"));
    assert_eq!(world.rp.sessions(), []);
}

#[tokio::test]
async fn a_refresh_token_renews_and_rotates() {
    let mut world = World::new(profile());
    world.sign_in().await;
    let session = world.rp.sessions()[0].clone();
    world.advance(200);
    let envelope = world.rp.refresh(&session.id).await.unwrap();
    assert!(envelope.signed_in());
    let asked = world.requests("one token").pop().unwrap();
    assert_eq!((asked["grant_type"].as_str(), asked["refresh_token"].as_str()), ("refresh_token", "again"));
    let renewed = world.rp.session(&session.id).unwrap();
    assert_eq!(renewed.expires_at.unwrap().0, session.expires_at.unwrap().0 + 200);
}

#[tokio::test]
async fn a_refused_refresh_is_the_providers_no() {
    let mut world = World::new(profile());
    world.sign_in().await;
    let session = world.rp.sessions()[0].id.clone();
    world.script.lock().unwrap().refresh_error = Some("invalid_grant");
    assert_eq!(world.rp.refresh(&session).await.unwrap().reason.as_deref(), Some("invalid_grant"));
    assert!(world.rp.session(&session).is_some());
    assert_eq!(world.rp.refresh("gone").await.unwrap_err(), NoRefresh::NoSession);
}

#[tokio::test]
async fn an_implicit_session_has_nothing_to_refresh_with() {
    let mut world = World::new(implicit(ResponseType::IdToken));
    world.sign_in().await;
    let session = world.rp.sessions()[0].id.clone();
    assert_eq!(world.rp.refresh(&session).await.unwrap_err(), NoRefresh::NoRefreshToken);
}

#[tokio::test]
async fn signing_out_ends_both_sessions() {
    let mut world = World::new(profile());
    world.sign_in().await;
    let page = world.browser.open("https://app.test/logout").await.unwrap();
    assert_eq!(page.body, "signed out of the provider");
    let end = world.browser.log().last().unwrap().url.clone();
    let query = url::Url::parse(&end).unwrap();
    let names: Vec<String> = query.query_pairs().map(|(name, _)| name.into_owned()).collect();
    assert_eq!(names, ["client_id", "post_logout_redirect_uri", "state", "id_token_hint"]);
    assert_eq!(world.me().await["signed_in"], json!(false));
    assert!(matches!(world.last().cause, Cause::Event(Event::SignOut { .. })));
}

#[tokio::test]
async fn the_provider_signs_out_without_the_browsers_cookie_and_twice() {
    let mut world = World::new(profile());
    world.sign_in().await;
    let mut elsewhere = world.other_browser();
    let call = "https://app.test/signout?iss=https%3A%2F%2Fidp.test%2Fone&sid=sid-one";
    for _ in 0..2 {
        assert_eq!(elsewhere.open(call).await.unwrap().status, 200);
    }
    assert_eq!(world.rp.sessions(), []);
    let sign_outs =
        world.rp.outcomes().into_iter().filter(|it| matches!(it.cause, Cause::Event(Event::SignOut { .. })));
    assert_eq!(sign_outs.count(), 1);
}

#[tokio::test]
async fn a_sid_of_another_issuer_signs_nobody_out() {
    let mut world = World::new(profile());
    world.sign_in().await;
    let mut elsewhere = world.other_browser();
    let call = "https://app.test/signout?iss=https%3A%2F%2Fidp.test%2Ftwo&sid=sid-one";
    assert_eq!(elsewhere.open(call).await.unwrap().status, 200);
    assert_eq!(elsewhere.open("https://app.test/signout?sid=sid-one").await.unwrap().status, 400);
    assert_eq!(world.rp.sessions().len(), 1);
}

#[tokio::test]
async fn a_restart_ends_sessions_and_keeps_what_is_stored() {
    let mut world = World::new(profile());
    world.sign_in().await;
    world.rp.restart(Box::new(super::product::Credulous(profile(), Departures::default()))).unwrap();
    assert_eq!((world.rp.sessions(), world.rp.stored()), (vec![], json!({"logins": 1})));
    assert_eq!(world.me().await["signed_in"], json!(false));
}

#[tokio::test]
async fn a_signed_in_visitor_is_not_sent_away_again() {
    let mut world = World::new(profile());
    world.sign_in().await;
    let page = world.sign_in().await;
    assert_eq!((page.url.as_str(), world.requests("one authorize").len()), ("https://app.test/tenant", 1));
}

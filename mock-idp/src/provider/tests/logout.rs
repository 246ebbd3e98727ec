//! Signing out, from either side.

use rstest::rstest;

use super::World;
use super::world::{answered, claims};
use crate::protocol::logout::EndSessionError;
use crate::provider::{Confirmation, Farewell, LoggedOut};

const RETURN: &str = "https://app.example/bye";

fn signed_in(world: &World) -> String {
    world.answer(&[("response_type", "id_token")]).owned("id_token").unwrap()
}

fn logged_out(farewell: Farewell) -> LoggedOut {
    match farewell {
        Farewell::LoggedOut(logged_out) => logged_out,
        other => panic!("expected a logout, found {other:?}"),
    }
}

fn asked(farewell: Farewell) -> Confirmation {
    match farewell {
        Farewell::Confirm(confirmation) => confirmation,
        other => panic!("expected a question, found {other:?}"),
    }
}

fn is_signed_in(world: &World) -> bool {
    answered(&world.ask(&[("prompt", "none")])).value("code").is_some()
}

#[test]
fn a_hint_signs_out_tells_the_clients_and_leads_back_with_state() {
    let world = World::new();
    let hint = signed_in(&world);
    let sid = claims(&hint)["sid"].as_str().unwrap().to_owned();
    let farewell =
        world.log_out(&[("id_token_hint", &hint), ("post_logout_redirect_uri", RETURN), ("state", "a b")]);
    let logged_out = logged_out(farewell);
    assert_eq!(logged_out.user.as_deref(), Some("ada"));
    assert_eq!(logged_out.return_to.as_deref(), Some("https://app.example/bye?state=a+b"));
    let frames: Vec<_> = logged_out.frames.iter().map(|frame| frame.url.as_str()).collect();
    assert_eq!(frames, [format!("https://app.example/out?iss=https%3A%2F%2Fidp.test%2Facme&sid={sid}")]);
    assert!(!is_signed_in(&world));
}

#[test]
fn an_expired_hint_is_good_enough() {
    let world = World::new();
    let hint = signed_in(&world);
    world.clock.advance(3_600);
    assert_eq!(logged_out(world.log_out(&[("id_token_hint", &hint)])).user.as_deref(), Some("ada"));
}

#[test]
fn a_hint_ends_its_session_also_without_the_cookie() {
    let world = World::new();
    let hint = signed_in(&world);
    let cookies = world.cookies();
    world.forget_cookies();
    assert_eq!(logged_out(world.log_out(&[("id_token_hint", &hint)])).user.as_deref(), Some("ada"));
    assert!(world.provider.session_of(&cookies).is_none());
}

#[rstest]
#[case::nothing_sent(&[])]
#[case::only_state(&[("state", "s")])]
#[case::only_a_client(&[("client_id", "app"), ("post_logout_redirect_uri", RETURN)])]
fn without_a_hint_the_person_is_asked(#[case] parameters: &[(&str, &str)]) {
    let world = World::new();
    signed_in(&world);
    let confirmation = asked(world.log_out(parameters));
    assert!(is_signed_in(&world));
    let answer = |action| -> Vec<(&str, &str)> {
        let carried = confirmation.request.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        carried.chain([("action", action)]).collect()
    };
    assert!(matches!(world.log_out(&answer("stay")), Farewell::Stayed(user) if user.name == "ada"));
    assert!(is_signed_in(&world));
    assert_eq!(logged_out(world.log_out(&answer("logout"))).user.as_deref(), Some("ada"));
    assert!(!is_signed_in(&world));
}

#[rstest]
#[case::without_a_session(&[("action", "logout")])]
#[case::of_another_session(&[("action", "logout"), ("sid", "guessed")])]
#[case::that_is_none(&[("action", "")])]
fn an_answer_that_does_not_come_from_the_page_is_a_question(#[case] parameters: &[(&str, &str)]) {
    let world = World::new();
    signed_in(&world);
    asked(world.log_out(parameters));
    assert!(is_signed_in(&world));
}

#[test]
fn a_hint_of_another_session_asks_the_person_who_is_signed_in() {
    let world = World::new();
    let ada = signed_in(&world);
    world.answer(&[("login_hint", "ben")]);
    assert_eq!(asked(world.log_out(&[("id_token_hint", &ada)])).user.name, "ben");
}

#[test]
fn nobody_signed_in_is_a_logout_page() {
    let world = World::new();
    assert_eq!(logged_out(world.log_out(&[])).user, None);
}

#[rstest]
#[case::unregistered("https://evil.example/", false)]
#[case::query_added("https://app.example/bye?foo=bar", false)]
#[case::registered(RETURN, true)]
fn the_return_address_is_compared_exactly(#[case] uri: &str, #[case] good: bool) {
    let world = World::new();
    let hint = signed_in(&world);
    let farewell = world.log_out(&[("id_token_hint", &hint), ("post_logout_redirect_uri", uri)]);
    match farewell {
        Farewell::LoggedOut(logged_out) => assert!(good && logged_out.return_to.is_some()),
        Farewell::Refuse(EndSessionError::ReturnNotRegistered { .. }) => {
            assert!(!good);
            assert!(is_signed_in(&world), "a refused request ends nothing");
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_return_address_without_hint_or_client_is_refused() {
    let refused = World::new().log_out(&[("post_logout_redirect_uri", RETURN)]);
    assert_eq!(refused, Farewell::Refuse(EndSessionError::ClientUnknown(RETURN.to_owned())));
}

#[test]
fn a_client_that_is_not_the_hints_is_refused() {
    let world = World::new();
    let hint = signed_in(&world);
    let refused = world.log_out(&[("id_token_hint", &hint), ("client_id", "eve")]);
    assert!(matches!(refused, Farewell::Refuse(EndSessionError::ClientIdDiffers { .. })), "{refused:?}");
}

#[test]
fn an_unsigned_hint_is_refused() {
    let world = World::new();
    let hint = signed_in(&world);
    let payload = hint.split('.').nth(1).unwrap();
    // {"alg":"none","typ":"JWT"}
    let unsigned = format!("eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{payload}.");
    let refused = world.log_out(&[("id_token_hint", &unsigned)]);
    assert!(matches!(refused, Farewell::Refuse(EndSessionError::HintInvalid(_))), "{refused:?}");
    assert!(is_signed_in(&world));
}

#[test]
fn the_provider_ends_a_session_by_name_or_by_sid() {
    let world = World::new();
    signed_in(&world);
    let calls = world.provider.end_session("ada").frames;
    assert_eq!(calls.iter().map(|call| call.client_id.as_str()).collect::<Vec<_>>(), ["app"]);
    assert!(!is_signed_in(&world));

    let hint = signed_in(&world);
    let sid = claims(&hint)["sid"].as_str().unwrap().to_owned();
    assert_eq!(world.provider.end_session(&sid).frames.len(), 1);
    assert!(!is_signed_in(&world));
}

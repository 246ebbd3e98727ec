//! Claims asked for one by one, and people asked for by subject.

use rstest::rstest;
use serde_json::{Value, json};

use super::World;
use super::world::{answered, claims};

/// Claims that only a scope would release.
fn gated() -> World {
    World::with(json!({ "scopes": { "billing": ["roles"], "email": ["email"] } }))
}

fn asking_for(claims: &Value) -> String {
    claims.to_string()
}

#[rstest]
#[case::not_asked_for(json!({}), [false, false])]
#[case::in_the_id_token(json!({ "id_token": { "roles": null } }), [true, false])]
#[case::in_userinfo(json!({ "userinfo": { "roles": { "essential": true } } }), [false, true])]
#[case::in_both(json!({ "id_token": { "roles": null }, "userinfo": { "roles": null } }), [true, true])]
#[case::with_a_value_it_does_not_have(
    json!({ "id_token": { "roles": { "essential": true, "value": ["owner"] } } }),
    [true, false]
)]
#[case::somebody_elses(json!({ "id_token": { "phone_number": { "essential": true } } }), [false, false])]
fn a_claim_is_released_in_the_document_for_which_it_is_asked(
    #[case] asked: Value,
    #[case] released: [bool; 2],
) {
    let [in_id_token, in_userinfo] = released;
    let world = gated();
    let tokens = world.redeem(&world.code(&[("claims", &asking_for(&asked))])).unwrap();
    let id_token = claims(tokens.id_token.as_deref().unwrap());
    let userinfo = world.userinfo(&tokens.access_token).unwrap();
    let roles = json!(["admin"]);
    assert_eq!(id_token.get("roles"), in_id_token.then_some(&roles));
    assert_eq!(userinfo.get("roles"), in_userinfo.then_some(&roles));
    assert_eq!((id_token.get("email"), userinfo.get("email")), (None, None), "nobody asked for it");
    assert_eq!(claims(&tokens.access_token).get("roles"), None, "no request reaches the access token");
}

#[test]
fn an_id_token_through_the_browser_has_the_claims_that_were_asked_for() {
    let asked = asking_for(&json!({ "id_token": { "email": null } }));
    let answer = gated().answer(&[("response_type", "id_token"), ("claims", &asked)]);
    assert_eq!(claims(answer.value("id_token").unwrap())["email"], "ada@acme.test");
}

#[test]
fn a_refresh_remembers_which_claims_were_asked_for() {
    let world = gated();
    let asked = asking_for(&json!({ "id_token": { "roles": null }, "userinfo": { "email": null } }));
    let code = world.code(&[("scope", "openid offline_access"), ("claims", &asked)]);
    let first = world.redeem(&code).unwrap();
    let second = world.refresh(first.refresh_token.as_deref().unwrap()).unwrap();
    assert_eq!(claims(second.id_token.as_deref().unwrap())["roles"], json!(["admin"]));
    assert_eq!(world.userinfo(&second.access_token), Ok(json!({ "sub": "u-1", "email": "ada@acme.test" })));
}

fn subject(subject: &str) -> String {
    asking_for(&json!({ "id_token": { "sub": { "value": subject } } }))
}

#[test]
fn a_session_of_the_subject_that_is_asked_for_answers_silently() {
    let world = World::new();
    world.code(&[]);
    let silent = |wanted: &str| answered(&world.ask(&[("prompt", "none"), ("claims", &subject(wanted))]));
    assert!(silent("u-1").value("code").is_some());
    assert_eq!(silent("u-2").value("error"), Some("login_required"));
}

#[rstest]
#[case::the_one_who_is_asked_for("ben", None)]
#[case::somebody_else("ada", Some("login_required"))]
#[case::a_stranger("zed", Some("login_required"))]
fn only_the_subject_that_is_asked_for_may_sign_in(#[case] user: &str, #[case] error: Option<&str>) {
    let world = World::new();
    let page = world.asked(&[("claims", &subject("u-2"))]);
    let answer = answered(&world.press(&page, &[("user", user)]));
    assert_eq!(answer.value("error"), error);
    assert_eq!(answer.value("code").is_some(), error.is_none());
    assert_eq!(world.cookies().is_empty(), error.is_some(), "who is refused is not signed in");
}

#[test]
fn a_login_hint_to_somebody_else_is_refused_with_both_names() {
    let world = World::new();
    let refused = world.ask(&[("login_hint", "ada"), ("claims", &subject("u-2"))]);
    assert_eq!(answered(&refused).value("error"), Some("login_required"));
    let error = world.provider.journal().last().unwrap().error.clone().unwrap();
    assert_eq!(
        (error.cause.as_str(), error.clause),
        ("`u-1` signed in, and the request is for `u-2`", "OIDCC-3.1.2.2")
    );
}

#[test]
fn the_person_of_an_id_token_hint_is_the_only_one_who_may_sign_in() {
    let world = World::new();
    let hint = world.redeem(&world.code(&[])).unwrap().id_token.unwrap();
    world.forget_cookies();
    for (user, error) in [("ben", Some("login_required")), ("ada", None)] {
        let page = world.asked(&[("id_token_hint", &hint)]);
        assert_eq!(answered(&world.press(&page, &[("user", user)])).value("error"), error, "{user}");
    }
}

#[test]
fn the_page_says_which_claims_are_asked_for() {
    let asked = json!({ "id_token": { "roles": null }, "userinfo": { "email": { "essential": true } } });
    let page = World::new().asked(&[("claims", &asking_for(&asked))]);
    assert_eq!(page.claims_asked_for, ["roles (id_token)", "email (userinfo, essential)"]);
}

fn insisting_on(values: &Value) -> String {
    asking_for(&json!({ "id_token": { "acr": { "essential": true, "values": values } } }))
}

#[test]
fn the_id_token_states_the_first_acr_that_is_known_and_still_does_after_a_refresh() {
    let world = World::new();
    let first =
        world.redeem(&world.code(&[("acr_values", "gold 2 1"), ("scope", "openid offline_access")])).unwrap();
    let second = world.refresh(first.refresh_token.as_deref().unwrap()).unwrap();
    for tokens in [first, second] {
        assert_eq!(claims(tokens.id_token.as_deref().unwrap())["acr"], "2");
    }
}

#[test]
fn the_acr_of_a_user_stands_against_what_is_asked_for() {
    let users = json!({ "ada": { "sub": "u-1", "id_token": { "acr": "gold" } }, "ben": { "sub": "u-2" } });
    let world = World::with(json!({ "users": users }));
    let stated = |changes: &[(&str, &str)]| {
        let tokens = world.redeem(&world.code(changes)).unwrap();
        claims(tokens.id_token.as_deref().unwrap())["acr"].clone()
    };
    assert_eq!(stated(&[("acr_values", "1")]), "gold");
    assert_eq!(stated(&[("claims", &insisting_on(&json!(["gold"])))]), "gold");
    assert_eq!(stated(&[]), "gold");
}

#[test]
fn an_acr_that_cannot_be_had_fails_the_sign_in_and_opens_no_session() {
    let world = World::with(json!({ "acr_values": ["silver"] }));
    let gold = insisting_on(&json!(["gold"]));
    let page = world.asked(&[("claims", &gold)]);
    let refused = answered(&world.press(&page, &[("user", "ada")]));
    assert_eq!(refused.value("error"), Some("unmet_authentication_requirements"));
    assert!(world.cookies().is_empty());

    world.code(&[]);
    let refused = answered(&world.ask(&[("claims", &gold)]));
    assert_eq!(refused.value("error"), Some("unmet_authentication_requirements"), "nor does a session do");
    let silver = answered(&world.ask(&[("claims", &insisting_on(&json!(["gold", "silver"])))]));
    assert!(silver.value("code").is_some());
}

#[test]
fn the_page_says_which_wishes_it_does_not_fulfil() {
    let world = World::new();
    let wishes =
        [("ui_locales", "se nl"), ("display", "popup"), ("acr_values", "gold"), ("claims_locales", "se")];
    let notes = world.asked(&wishes).notes;
    let of_wishes: Vec<_> = notes.iter().filter(|note| note.starts_with('`')).collect();
    assert_eq!(
        of_wishes,
        [
            "`ui_locales` is `se nl`, and this page is in English",
            "`display` is `popup`, and this is an ordinary page all the same",
            "`acr_values` is `gold`, of which this provider knows nothing",
        ]
    );
    let fulfilled = [("ui_locales", "nl EN-gb"), ("display", "page"), ("acr_values", "gold 2")];
    assert!(world.asked(&fulfilled).notes.iter().all(|note| !note.starts_with('`')));
}

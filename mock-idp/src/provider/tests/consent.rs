//! The consent page, what is remembered of it, and when it is shown again.

use rstest::rstest;
use serde_json::json;

use super::World;
use super::world::{answered, claims};
use crate::config::Document;
use crate::provider::{ConsentPage, Endpoint, Interaction};

fn once() -> World {
    World::with(json!({ "consent": "once" }))
}

fn page(interaction: Interaction) -> ConsentPage {
    match interaction {
        Interaction::AskConsent { page, .. } => *page,
        other => panic!("expected the consent page, found {other:?}"),
    }
}

/// The consent page after signing in as ada.
fn asked(world: &World, changes: &[(&str, &str)]) -> ConsentPage {
    let login = world.asked(changes);
    page(world.press(&login, &[("user", "ada")]))
}

fn is_answered(interaction: &Interaction) -> bool {
    matches!(interaction, Interaction::Answer { .. }) && answered(interaction).value("code").is_some()
}

#[test]
fn the_page_says_what_each_document_tells_of_whom() {
    let world = World::with(json!({ "consent": "once", "standard_scopes": true, "thin_id_tokens": true }));
    let asked = asked(&world, &[("scope", "openid email"), ("claims", r#"{"id_token":{"roles":null}}"#)]);
    assert_eq!((asked.client_id.as_str(), asked.user.subject.as_str(), asked.offline), ("app", "u-1", false));
    assert_eq!(asked.scopes, ["openid", "email"]);
    assert_eq!(asked.claims_asked_for, ["roles (id_token)"]);
    let told: Vec<(Document, Vec<(&str, &str)>)> = asked
        .released
        .iter()
        .map(|part| {
            let claims = part.claims.iter().map(|claim| (claim.name.as_str(), claim.value.as_str()));
            (part.document, claims.collect())
        })
        .collect();
    let (sub, email, roles) =
        (("sub", r#""u-1""#), ("email", r#""ada@acme.test""#), ("roles", r#"["admin"]"#));
    assert_eq!(
        told,
        [
            (Document::IdToken, vec![sub, roles]),
            (Document::AccessToken, vec![sub, email, roles]),
            (Document::Userinfo, vec![sub, email, roles]),
        ]
    );
}

#[rstest]
#[case::plain_oauth(&[("scope", "api")], &[Document::AccessToken])]
#[case::an_id_token_alone(&[("response_type", "id_token")], &[Document::IdToken])]
fn documents_that_are_not_issued_are_not_on_the_page(
    #[case] request: &[(&str, &str)],
    #[case] documents: &[Document],
) {
    let asked = asked(&once(), request);
    let shown: Vec<_> = asked.released.iter().map(|part| part.document).collect();
    assert_eq!(shown, documents);
}

#[test]
fn offline_access_is_named() {
    assert!(asked(&once(), &[("scope", "openid offline_access")]).offline);
}

#[test]
fn nobody_is_answered_before_the_person_agreed_and_then_at_once() {
    let world = once();
    let asked = asked(&world, &[]);
    assert!(is_answered(&world.answer_consent(&asked, "allow")));
    assert!(is_answered(&world.ask(&[("prompt", "none")])), "it is remembered");
    world.forget_cookies();
    assert!(is_answered(&world.answered_login("ada")), "for the user, not for the session");
}

#[test]
fn somebody_else_and_another_client_are_asked_for_themselves() {
    let world = once();
    let asked = asked(&world, &[]);
    world.answer_consent(&asked, "allow");
    page(world.ask(&[("client_id", "eve")]));
    world.forget_cookies();
    let login = world.asked(&[]);
    page(world.press(&login, &[("user", "ben")]));
}

#[test]
fn more_than_was_agreed_to_is_asked_for() {
    let world = once();
    let less = asked(&world, &[]);
    world.answer_consent(&less, "allow");
    let more = page(world.ask(&[("scope", "openid roles")]));
    assert!(is_answered(&world.answer_consent(&more, "allow")));
    assert!(is_answered(&world.ask(&[("scope", "roles openid")])));
}

#[test]
fn who_refuses_is_asked_again_and_the_client_is_told() {
    let world = once();
    let asked = asked(&world, &[]);
    let answer = answered(&world.answer_consent(&asked, "deny"));
    assert_eq!((answer.value("error"), answer.value("state")), (Some("access_denied"), Some("st")));
    page(world.ask(&[]));
    let silent = answered(&world.ask(&[("prompt", "none")]));
    assert_eq!(silent.value("error"), Some("consent_required"));
    let journal = world.provider.journal();
    let causes: Vec<_> = journal.iter().filter_map(|entry| entry.error.as_ref()).collect();
    assert_eq!(causes[0].cause, "the person refused on the consent page");
    assert!(causes[1].cause.contains("has not agreed yet to what `app` asks for"), "{}", causes[1].cause);
}

#[test]
fn consent_asked_for_again_is_not_another_sign_in() {
    let world = once();
    let first = asked(&world, &[]);
    world.answer_consent(&first, "allow");
    world.clock.advance(10);
    let again = page(world.ask(&[("prompt", "consent"), ("response_type", "id_token")]));
    let id_token = answered(&world.answer_consent(&again, "allow")).owned("id_token").unwrap();
    let id_token = claims(&id_token);
    assert_eq!(id_token["iat"].as_i64().unwrap() - id_token["auth_time"].as_i64().unwrap(), 10);
}

#[rstest]
#[case::never(json!({}), "", false)]
#[case::never_but_the_request_asks(json!({}), "consent", true)]
#[case::always(json!({ "consent": "always" }), "", true)]
#[case::nobody_sits_there(json!({ "auto_login": "ada" }), "consent", false)]
#[case::nobody_sits_there_in_a_strict_provider(json!({ "persona": "strict", "auto_login": "ada" }), "", false)]
#[case::somebody_does(json!({ "consent": "once", "auto_login": "ada" }), "", true)]
#[case::not_for_this_client(
    json!({ "consent": "always", "clients": { "app": {
        "secret": "s3cret", "redirect_uris": ["https://app.example/cb?a=1"], "consent": "never",
    } } }),
    "",
    false
)]
#[case::only_for_this_client(
    json!({ "auto_login": "ada", "clients": { "app": {
        "secret": "s3cret", "redirect_uris": ["https://app.example/cb?a=1"], "consent": "once",
    } } }),
    "",
    true
)]
fn configuration_and_prompt_say_who_is_asked(
    #[case] config: serde_json::Value,
    #[case] prompt: &str,
    #[case] asked: bool,
) {
    let world = World::with(config);
    let interaction = match world.ask(&[("prompt", prompt)]) {
        Interaction::Ask(login) => world.press(&login, &[("user", "ada")]),
        answer => answer,
    };
    assert_eq!(matches!(interaction, Interaction::AskConsent { .. }), asked, "{interaction:?}");
    assert_eq!(is_answered(&interaction), !asked);
}

#[test]
fn always_asks_whoever_agreed_before() {
    let world = World::with(json!({ "consent": "always" }));
    let first = asked(&world, &[]);
    assert!(is_answered(&world.answer_consent(&first, "allow")));
    page(world.ask(&[]));
}

#[rstest]
#[case::another_request("request", "client_id=eve")]
#[case::a_guess("seal", "guess")]
#[case::no_seal("seal", "")]
fn a_form_that_is_not_from_the_page_agrees_to_nothing(#[case] field: &str, #[case] forged: &str) {
    let world = once();
    let mut asked = asked(&world, &[]);
    if field == "seal" {
        forged.clone_into(&mut asked.seal);
    } else {
        asked.request = asked.request.replace("client_id=app", forged);
    }
    page(world.answer_consent(&asked, "allow"));
    page(world.answer_consent(&asked, "deny"));
}

#[test]
fn a_session_that_ended_while_the_page_was_open_starts_anew() {
    let world = once();
    let asked = asked(&world, &[]);
    world.clock.advance(8 * 3_600);
    assert!(matches!(world.answer_consent(&asked, "allow"), Interaction::Ask(_)));
    let last = world.provider.journal().pop().unwrap();
    assert_eq!((last.endpoint, last.status), (Endpoint::Consent, 200));
}

#[test]
fn somebody_else_may_sign_in_instead() {
    let world = once();
    let asked = asked(&world, &[]);
    let Interaction::Ask(login) = world.answer_consent(&asked, "switch") else { panic!("no login page") };
    assert_eq!(page(world.press(&login, &[("user", "ben")])).user.subject, "u-2");
}

#[test]
fn the_journal_keeps_the_seal_to_itself() {
    let world = once();
    let asked = asked(&world, &[]);
    world.answer_consent(&asked, "allow");
    let last = world.provider.journal().pop().unwrap();
    assert_eq!(last.parameters["seal"], "(hidden)");
    assert_eq!((last.client.as_deref(), last.user.as_deref()), (Some("app"), Some("ada")));
}

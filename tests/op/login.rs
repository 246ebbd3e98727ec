//! How a person is asked, and when.

use harness::user_agent::Page;

use super::script::scripts;
use super::suite::{Arrival, Client, Run, SignIn, USER};

scripts![
    oidcc_display_page,
    oidcc_display_popup,
    oidcc_ui_locales,
    oidcc_login_hint,
    oidcc_ensure_request_with_acr_values_succeeds,
    oidcc_prompt_login,
    oidcc_prompt_none_logged_in,
    oidcc_prompt_none_not_logged_in,
    oidcc_max_age_1,
    oidcc_max_age_10000,
    oidcc_id_token_hint,
];

/// "The minimum level of support required for this parameter is simply to have its use not result in an error." (OIDCC-15.1)
async fn tolerated(run: &mut Run, name: &str, value: &str) -> SignIn {
    let client = run.client().await;
    let request = run.request(&client).with(name, value);
    run.sign_in(&client, &request).await
}

async fn oidcc_display_page(run: &mut Run) {
    let signed = tolerated(run, "display", "page").await;
    assert_login_page(&signed.visit.logins[0]);
}

async fn oidcc_display_popup(run: &mut Run) {
    let signed = tolerated(run, "display", "popup").await;
    assert_login_page(&signed.visit.logins[0]);
}

async fn oidcc_ui_locales(run: &mut Run) {
    tolerated(run, "ui_locales", "se").await;
}

/// A hint of somebody whom the provider does not know is a hint all the same.
async fn oidcc_login_hint(run: &mut Run) {
    const HINT: &str = "buffy@rp.example";
    let signed = tolerated(run, "login_hint", HINT).await;
    let [page] = &signed.visit.logins[..] else { panic!("the login page is shown once") };
    let field = page.form_with("other_user").and_then(|form| {
        form.fields.iter().find(|(name, _)| name == "other_user").map(|(_, value)| value.as_str())
    });
    assert_eq!(field, Some(HINT), "the hint is filled in");
}

/// The suite asks for what the metadata offers; "The Authentication Context Class […] returned as the `acr` Claim Value"
/// (OIDCC-3.1.2.1).
async fn oidcc_ensure_request_with_acr_values_succeeds(run: &mut Run) {
    let offered = run.metadata["acr_values_supported"].as_array().unwrap().clone();
    let values: Vec<_> = offered.iter().map(|value| value.as_str().unwrap()).collect();
    let signed = tolerated(run, "acr_values", &values.join(" ")).await;
    let acr = signed.id_token().text_of("acr").expect("the ID token has an `acr`");
    assert!(values.contains(&acr), "`{acr}` is none of {values:?}");
}

/// "The Authorization Server SHOULD prompt the End-User for reauthentication." (OIDCC-3.1.2.1)
async fn oidcc_prompt_login(run: &mut Run) {
    let client = run.client().await;
    let first = run.plain_sign_in(&client).await;
    run.op.clock.advance(1);
    let request = run.request(&client).with("prompt", "login");
    let second = run.sign_in(&client, &request).await;
    assert_asked_again(&first, &second);
}

/// The login page was seen, the same person signed in on it, and the tokens say when.
fn assert_asked_again(first: &SignIn, second: &SignIn) {
    let [page] = &second.visit.logins[..] else { panic!("the login page has to be shown") };
    assert_login_page(page);
    let (first, second) = (first.id_token(), second.id_token());
    assert!(second.time("auth_time") > first.time("auth_time"), "`auth_time` is later");
    assert_eq!(first.sub(), second.sub());
}

/// A page on which the person can choose who they are, or refuse.
fn assert_login_page(page: &Page) {
    assert_eq!(page.status, 200);
    assert!(page.body.contains("<h1>Sign in to"), "{}", page.body);
    assert!(page.button("user", USER).is_some() && page.button("action", "deny").is_some());
}

/// "The Authorization Server MUST NOT display any authentication or consent user interface pages." (OIDCC-3.1.2.1)
async fn assert_silent(run: &mut Run, client: &Client, first: &SignIn, more: &[(&str, &str)]) {
    run.op.clock.advance(1);
    let request = run.request(client);
    let request = more.iter().fold(request, |request, (name, value)| request.with(name, value));
    let second = run.sign_in(client, &request).await;
    assert!(second.visit.was_silent(), "{:?}", second.visit);
    let event = |signed: &SignIn| (signed.id_token().sub().to_owned(), signed.id_token().time("auth_time"));
    assert_eq!(event(first), event(&second), "it is the same person, and the same sign-in");
}

async fn oidcc_prompt_none_logged_in(run: &mut Run) {
    let client = run.client().await;
    let first = run.plain_sign_in(&client).await;
    assert_silent(run, &client, &first, &[("prompt", "none")]).await;
}

/// The errors of OIDCC-3.1.2.6, with a state that fills a line.
async fn oidcc_prompt_none_not_logged_in(run: &mut Run) {
    const CODES: [&str; 4] =
        ["login_required", "interaction_required", "consent_required", "account_selection_required"];
    let client = run.client().await;
    let state = "s".repeat(64) + &"T4".repeat(32);
    let request = run.request(&client).with("prompt", "none").with("state", &state);
    let visit = run.visit(&request).await;
    assert!(visit.was_silent());
    match visit.arrival {
        Arrival::Client(response) => {
            response.assert_refused_with(&CODES);
            assert_eq!(response.value("state"), Some(state.as_str()));
        }
        Arrival::Provider(page) => panic!("`prompt=none` shows a page: {}", page.body),
    }
}

/// "If the elapsed time is greater than this value, the OP MUST attempt to actively re-authenticate the End-User. […] When
/// `max_age` is used, the ID Token returned MUST include an `auth_time` Claim Value." (OIDCC-3.1.2.1)
async fn oidcc_max_age_1(run: &mut Run) {
    let client = run.client().await;
    let first = run.plain_sign_in(&client).await;
    run.op.clock.advance(2);
    let request = run.request(&client).with("max_age", "1");
    let second = run.sign_in(&client, &request).await;
    assert_asked_again(&first, &second);
    assert_eq!(second.id_token().time("auth_time"), run.op.now(), "it was just now");
}

async fn oidcc_max_age_10000(run: &mut Run) {
    let client = run.client().await;
    let request = run.request(&client).with("max_age", "15000");
    let first = run.sign_in(&client, &request).await;
    assert_silent(run, &client, &first, &[("max_age", "10000")]).await;
}

/// "ID Token previously issued by the Authorization Server being passed as a hint" (OIDCC-3.1.2.1); the person whom it is about
/// is signed in, so there is nothing to ask.
async fn oidcc_id_token_hint(run: &mut Run) {
    let client = run.client().await;
    let first = run.plain_sign_in(&client).await;
    let hint = first.id_token().text.clone();
    assert_silent(run, &client, &first, &[("prompt", "none"), ("id_token_hint", &hint)]).await;
}

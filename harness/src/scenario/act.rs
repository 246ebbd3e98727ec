//! What each action does in the world, and what it comes to.

use mock_idp::config::Duration;
use serde_json::{Map, Value, json};

use super::model::{Action, DetailedLogin, Logout, Refresh, Replay, Step};
use super::outcome::{Outcome, documents};
use super::world::{Trouble, Who, World};
use crate::decision::Event;
use crate::rp::{self, Cause, RENEW_PATH};
use crate::user_agent::Page;

/// Carries a step out.
pub(super) async fn carry_out(world: &mut World, step: &Step, action: &Action) -> Result<Outcome, Trouble> {
    let browser = step.browser.as_deref();
    let mut outcome = Outcome::default();
    match action {
        Action::Login(login) => sign_in(world, login, browser, &mut outcome).await?,
        Action::Refresh(Refresh::Token) => refresh_token(world, browser, &mut outcome).await?,
        Action::Refresh(Refresh::Silent) => refresh_silently(world, browser, &mut outcome).await?,
        Action::Logout(Logout::Rp) => sign_out(world, browser, &mut outcome).await?,
        Action::Logout(Logout::Idp) => end_provider_session(world, browser, &mut outcome).await?,
        Action::Observe(_) => observe(world, browser, &mut outcome).await?,
        Action::Permission(name) => permission(world, name, browser, &mut outcome).await?,
        Action::Request(request) => {
            let page = world.request(request, browser).await?;
            outcome.set("response", response(&page));
            decided_meanwhile(world, &mut outcome);
        }
        Action::Replay(what) => replay(world, *what, browser, &mut outcome).await?,
        Action::Product(act) => {
            let envelope = world.rp.administer(act.clone().into());
            outcome.decided(&envelope);
        }
        Action::Restart(restart) => world.restart(restart)?,
        Action::Claims(claims) => world.idp.change_claims(&claims.user, &claims.change()),
        Action::Advance(by) => world.idp.advance(by.as_secs()),
        Action::RotateKeys(rotation) => {
            world.idp.rotate_keys(rotation.keep_old.map(Duration::as_secs))?;
        }
        Action::SetFaults(faults) => drop(world.idp.add_faults(faults)?),
        Action::ClearFaults(which) => world.idp.clear_faults(which)?,
    }
    Ok(outcome)
}

/// Adds what holds after a step, whatever it did: who is signed in, what is stored, whom the provider heard from.
pub(super) async fn look_around(
    world: &mut World,
    step: &Step,
    outcome: &mut Outcome,
) -> Result<(), Trouble> {
    outcome.set("idp", world.heard());
    outcome.set("state", world.rp.stored());
    if world.has_browser(step.browser.as_deref()) {
        let who = world.who(step.browser.as_deref()).await?;
        outcome.set("signed_in", json!(who.signed_in));
        if who.signed_in {
            outcome.in_session(world.session_facts(&who), &who.record);
        }
    }
    Ok(())
}

async fn sign_in(
    world: &mut World,
    login: &DetailedLogin,
    browser: Option<&str>,
    outcome: &mut Outcome,
) -> Result<(), Trouble> {
    let page = world.sign_in(login, browser).await?;
    if !decided_meanwhile(world, outcome) {
        // The provider did not send the browser back: its own page is what came of it.
        outcome.set("response", response(&page));
    }
    compare_with_last(world, browser, outcome).await
}

async fn refresh_token(
    world: &mut World,
    browser: Option<&str>,
    outcome: &mut Outcome,
) -> Result<(), Trouble> {
    let session = world.session_id(browser)?;
    world.rp.refresh(&session).await.map_err(Trouble::because)?;
    decided_meanwhile(world, outcome);
    compare_with_last(world, browser, outcome).await
}

async fn refresh_silently(
    world: &mut World,
    browser: Option<&str>,
    outcome: &mut Outcome,
) -> Result<(), Trouble> {
    let address = world.rp.address(RENEW_PATH);
    let page = world.used_browser(browser)?.frame(&address).await.map_err(Trouble::because)?;
    if !decided_meanwhile(world, outcome) {
        outcome.set("response", response(&page));
    }
    compare_with_last(world, browser, outcome).await
}

async fn sign_out(world: &mut World, browser: Option<&str>, outcome: &mut Outcome) -> Result<(), Trouble> {
    let address = world.rp.address(&world.rp.profile().paths.logout);
    let page = world.used_browser(browser)?.open(&address).await.map_err(Trouble::because)?.clone();
    let page = confirmed(world, page, browser).await?;
    decided_meanwhile(world, outcome);
    outcome.set("response", response(&page));
    Ok(())
}

async fn end_provider_session(
    world: &mut World,
    browser: Option<&str>,
    outcome: &mut Outcome,
) -> Result<(), Trouble> {
    let address = world.idp.end_session_endpoint();
    let page = world.used_browser(browser)?.open(&address).await.map_err(Trouble::because)?.clone();
    let page = confirmed(world, page, browser).await?;
    decided_meanwhile(world, outcome);
    outcome.set("response", response(&page));
    Ok(())
}

/// Answers the provider's question whether to sign out, if it asks.
async fn confirmed(world: &mut World, page: Page, browser: Option<&str>) -> Result<Page, Trouble> {
    let Some((form, button)) = page.button("action", "logout") else { return Ok(page) };
    let form = form.clone().pressing(button);
    world.used_browser(browser)?.submit(&form).await.map_err(Trouble::because).cloned()
}

async fn observe(world: &mut World, browser: Option<&str>, outcome: &mut Outcome) -> Result<(), Trouble> {
    let Who { record, reason, .. } = world.who(browser).await?;
    if let Value::Object(record) = record {
        outcome.value.extend(record);
    }
    outcome.set("ended", json!(reason));
    Ok(())
}

async fn permission(
    world: &mut World,
    name: &str,
    browser: Option<&str>,
    outcome: &mut Outcome,
) -> Result<(), Trouble> {
    let who = world.who(browser).await?;
    let envelope = match world.session_id(browser) {
        Ok(session) if who.signed_in => world.rp.check_permission(&session, name),
        Ok(_) | Err(_) => None,
    };
    world.rp.take_outcomes();
    match envelope {
        Some(envelope) => outcome.decided(&envelope),
        // Nothing is decided about nobody, which an expectation may well be about.
        None => outcome.set("ended", json!(who.reason)),
    }
    Ok(())
}

async fn replay(
    world: &mut World,
    what: Replay,
    browser: Option<&str>,
    outcome: &mut Outcome,
) -> Result<(), Trouble> {
    match what {
        Replay::Callback => {
            let page = world.repeat_callback(browser).await?;
            outcome.set("response", response(&page));
            decided_meanwhile(world, outcome);
        }
        Replay::TokenRequest => outcome.set("response", world.repeat_token_request().await?),
    }
    Ok(())
}

/// Takes in what the relying party decided during the step; says whether there was anything.
fn decided_meanwhile(world: &World, outcome: &mut Outcome) -> bool {
    let outcomes = world.rp.take_outcomes();
    let Some(last) = outcomes.last() else { return false };
    match &last.cause {
        Cause::Event(Event::SignOut { .. }) => outcome.noted(&last.envelope),
        Cause::Event(Event::RenewalRefused { error, .. }) => {
            outcome.noted(&last.envelope);
            outcome.set("renewal_refused", json!(error));
        }
        Cause::Start(_) | Cause::Event(_) => outcome.decided(&last.envelope),
    }
    outcome.set("documents", received(last, world.start));
    true
}

fn received(outcome: &rp::Outcome, start: i64) -> Value {
    match &outcome.cause {
        Cause::Event(Event::SignIn(sign_in) | Event::Renewal(sign_in)) => {
            documents(&sign_in.documents, &outcome.received, start)
        }
        Cause::Start(_) | Cause::Event(_) => Value::Null,
    }
}

/// Compares with what the same person had before, once they are signed in.
async fn compare_with_last(
    world: &mut World,
    browser: Option<&str>,
    outcome: &mut Outcome,
) -> Result<(), Trouble> {
    if outcome.value.get("decision") != Some(&json!("signed_in")) {
        return Ok(());
    }
    let who = world.who(browser).await?;
    if let Some(subject) = who.person() {
        let changes = world.changes(&subject, Value::Object(outcome.value.clone()));
        outcome.set("changes", changes);
    }
    Ok(())
}

/// A page as an outcome shows it: a JSON body as it is, of a page for people its title.
fn response(page: &Page) -> Value {
    let mut response = Map::new();
    response.insert("status".to_owned(), json!(page.status));
    response.insert("url".to_owned(), json!(without_query(page.url.as_str())));
    match serde_json::from_str::<Value>(&page.body) {
        Ok(body) => response.insert("body".to_owned(), body),
        Err(_) => title(&page.body).and_then(|title| response.insert("title".to_owned(), json!(title))),
    };
    Value::Object(response)
}

fn title(html: &str) -> Option<&str> {
    let (_, behind) = html.split_once("<title>")?;
    Some(behind.split_once("</title>")?.0.trim())
}

/// An address without what is random in it.
fn without_query(url: &str) -> &str {
    url.split(['?', '#']).next().unwrap_or(url)
}

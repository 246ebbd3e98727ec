//! Somebody hands the start page an address of another site to return to after the login.

use crate::conformance::agent::Agent;
use crate::conformance::case::Lure;
use crate::conformance::evidence::{Outcome, Site};
use crate::conformance::stage::Stage;
use crate::conformance::trouble::Trouble;
use crate::user_agent::BrowserError;

/// What the script says that nobody is to run.
const NEEDLE: &str = "needle";

pub(super) async fn play(stage: &mut Stage, lure: Lure) -> Result<(), Trouble> {
    let target = address(lure, stage.sites().trap());
    let mut agent = stage.agent();
    let start = stage.contract().start_url(&stage.sites().issuer(), &target);
    let person = stage.people().person.clone();
    let went = match agent.open(&start).await {
        Ok(page) => stage.go_on(&mut agent, page, &person).await.map(drop),
        Err(error) => Err(error),
    };
    left_the_site(stage, &agent, went).await;
    Ok(())
}

/// An address that leads to the trap, if somebody is taken in by it.
fn address(lure: Lure, trap: &str) -> String {
    let host = trap.split_once("://").map_or(trap, |(_, host)| host);
    match lure {
        Lure::Absolute => format!("{trap}/lured"),
        Lure::SchemeRelative => format!("//{host}/lured"),
        Lure::Backslash => format!("/\\{host}/lured"),
        Lure::Script => format!("javascript:alert('{NEEDLE}')"),
    }
}

/// Whether the browser was sent off the site: it came to the trap, or was told to run a script.
pub(super) async fn left_the_site(stage: &mut Stage, agent: &Agent, went: Result<(), BrowserError>) {
    stage.look_around();
    let lured = stage.evidence().heard.iter().any(|heard| heard.site == Site::Trap);
    let scripted = stage.answers().into_iter().any(|(_, answer)| {
        answer
            .location
            .is_some_and(|location| location.trim().to_ascii_lowercase().starts_with("javascript:"))
    });
    // a browser that runs scripts ran this one, which speaks to the person
    let scripted = scripted || agent.dialogs().iter().any(|text| text == NEEDLE);
    let (outcome, said) = match (lured, scripted) {
        (true, _) => (Outcome::Done, "the browser was sent to the other site"),
        (false, true) => (Outcome::Done, "the browser was sent to a `javascript:` address"),
        (false, false) => (Outcome::Refused, "the browser stayed on the site"),
    };
    stage.note(went);
    stage.evidence().outcome = Some(outcome);
    stage.evidence().facts.insert("outcome", said.into());
}

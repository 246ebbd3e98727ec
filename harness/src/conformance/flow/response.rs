//! What several flows do: signing in up to the response, which is held up before it arrives.

use url::Url;

use crate::conformance::agent::Agent;
use crate::conformance::evidence::Who;
use crate::conformance::stage::{Person, Stage};
use crate::conformance::trouble::Trouble;
use crate::user_agent::{BrowserError, Held};

/// Signs a person in at an issuer, and holds the response up before the relying party.
pub(super) async fn held(
    stage: &Stage,
    agent: &mut Agent,
    issuer: &str,
    person: &Person,
) -> Result<Held, Trouble> {
    let site = Url::parse(&stage.contract().base_url).map_err(Trouble::because)?;
    let start = stage.contract().start_url(issuer, &stage.contract().base_url);
    let page = agent.open(&start).await.map_err(Trouble::because)?;
    agent.hold_before(&site).await.map_err(Trouble::because)?;
    taken(stage.go_on(agent, page, person).await.err(), agent)
}

/// Begins a login at an issuer, and holds the request up before that provider.
pub(super) async fn asked(stage: &Stage, agent: &mut Agent, issuer: &str) -> Result<Held, Trouble> {
    let site = Url::parse(issuer).map_err(Trouble::because)?;
    agent.hold_before(&site).await.map_err(Trouble::because)?;
    let start = stage.contract().start_url(issuer, &stage.contract().base_url);
    let outcome = agent.open(&start).await;
    taken(outcome.err(), agent)
}

/// What was held up, if it was.
fn taken(stopped: Option<BrowserError>, agent: &mut Agent) -> Result<Held, Trouble> {
    match (agent.take_held(), stopped) {
        (Some(held), _) => Ok(held),
        (None, Some(error)) => Err(Trouble::because(error)),
        (None, None) => Err(Trouble("the login did not lead from one site to the other".to_owned())),
    }
}

/// The browser as it is now.
pub(super) async fn copy(stage: &Stage, agent: &Agent) -> Result<Agent, Trouble> {
    let site = Url::parse(&stage.contract().base_url).map_err(Trouble::because)?;
    agent.copy(&site).await.map_err(Trouble::because)
}

/// Delivers a response; whatever comes of it, the probe tells.
pub(super) async fn deliver(stage: &mut Stage, agent: &mut Agent, held: Held) {
    let went = agent.deliver(held).await;
    stage.note(went);
}

/// Signs the person in honestly, which has to succeed before an attack says anything.
pub(super) async fn signed_in(stage: &Stage, agent: &mut Agent) -> Result<(), Trouble> {
    stage.sign_in(agent).await.map_err(Trouble::because)?;
    is_signed_in(stage, agent).await
}

/// Nobody in this browser is no base for an attack.
pub(super) async fn is_signed_in(stage: &Stage, agent: &Agent) -> Result<(), Trouble> {
    match stage.who(agent).await {
        Who::Somebody(_) | Who::NotAsked => Ok(()),
        Who::Nobody | Who::Unclear(_) => {
            Err(Trouble("nobody was signed in by a login that is an honest one".to_owned()))
        }
    }
}

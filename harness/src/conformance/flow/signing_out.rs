//! A person signs out: here, or at the provider, which tells the relying party in a frame (RP-Initiated Logout 1.0,
//! Front-Channel Logout 1.0).

use super::response::signed_in;
use crate::conformance::agent::Agent;
use crate::conformance::checks::LOGOUT_FRAME;
use crate::conformance::evidence::{Outcome, Who};
use crate::conformance::stage::Stage;
use crate::conformance::target::Ask;
use crate::conformance::trouble::Trouble;
use crate::user_agent::Page;

/// A `state` that nobody sent, and that leads elsewhere.
const FOREIGN_STATE: &str = "https://elsewhere.test/";

/// Here, and at the provider.
pub(super) async fn here(stage: &mut Stage) -> Result<(), Trouble> {
    let ask = request(stage)?;
    let mut agent = somebody(stage).await?;
    stage.misbehave()?;
    let page = agent.ask(&stage.contract().address(&ask.path), &ask).await.map_err(Trouble::because)?;
    confirm(&mut agent, page).await?;
    stage.behave();
    frames(stage, &agent);
    conclude(stage, &agent).await;
    Ok(())
}

/// At the provider, with no word to the relying party but in a frame.
pub(super) async fn at_the_provider(stage: &mut Stage) -> Result<(), Trouble> {
    let mut agent = somebody(stage).await?;
    stage.misbehave()?;
    let page = agent.open(&stage.sites().end_session_endpoint()).await.map_err(Trouble::because)?;
    confirm(&mut agent, page).await?;
    stage.behave();
    frames(stage, &agent);
    conclude(stage, &agent).await;
    Ok(())
}

/// Nobody signs out, and somebody comes back from it.
pub(super) async fn not_at_all(stage: &mut Stage) -> Result<(), Trouble> {
    let ask = request(stage)?;
    let mut first = somebody(stage).await?;
    let page = first.ask(&stage.contract().address(&ask.path), &ask).await.map_err(Trouble::because)?;
    confirm(&mut first, page).await?;
    let heard = stage.sites().heard();
    let back = heard.iter().rev().find_map(|request| request.parameter("post_logout_redirect_uri"));
    let Some(back) = back else {
        stage.nothing_to_see("it asks for nobody to be sent back from the provider's logout");
        return Ok(());
    };
    let mut back = url::Url::parse(back).map_err(Trouble::because)?;
    back.query_pairs_mut().append_pair("state", FOREIGN_STATE);
    let mut agent = somebody(stage).await?;
    stage.set_traps(&["elsewhere.test"]);
    let went = agent.open(back.as_str()).await;
    stage.note(went);
    conclude(stage, &agent).await;
    Ok(())
}

fn request(stage: &Stage) -> Result<Ask, Trouble> {
    let known = stage.contract().logout.clone();
    known.ok_or_else(|| Trouble("nobody has said where a person signs out (`--logout`)".to_owned()))
}

async fn somebody(stage: &mut Stage) -> Result<Agent, Trouble> {
    let mut agent = stage.agent();
    signed_in(stage, &mut agent).await?;
    let before = stage.who(&agent).await;
    stage.evidence().before = Some(before);
    Ok(agent)
}

/// Yes, sign out: the provider asks, unless the relying party gave it a hint.
pub(super) async fn confirm(agent: &mut Agent, page: Page) -> Result<(), Trouble> {
    if let Some(yes) = page.button("action", "logout") {
        agent.press(yes).await.map_err(Trouble::because)?;
    }
    Ok(())
}

/// Keeps what the relying party showed in the provider's frames.
fn frames(stage: &mut Stage, agent: &Agent) {
    let framed = |url: &str| agent.visits().iter().any(|visit| visit.framed && visit.url == url);
    let shown = stage.answers().into_iter().filter(|(url, _)| framed(url));
    let shown: Vec<_> = shown.map(|(_, answer)| (LOGOUT_FRAME.to_owned(), answer)).collect();
    stage.evidence().answers.extend(shown);
}

/// Whether the session is over.
async fn conclude(stage: &mut Stage, agent: &Agent) {
    let after = stage.who(agent).await;
    let crash = stage.answers().into_iter().any(|(_, answer)| answer.status == 500);
    let (outcome, said) = match &after {
        _ if crash => (Outcome::Crashed(500), "it answered with the server error 500"),
        Who::Nobody => (Outcome::Done, "the session is over"),
        Who::Somebody(_) => (Outcome::Refused, "the session goes on"),
        Who::Unclear(_) => (stage.unclear(), "it does not say who is signed in"),
        Who::NotAsked => (Outcome::Silent, "nothing was seen"),
    };
    stage.look_around();
    stage.evidence().facts.insert("outcome", said.into());
    stage.evidence().outcome = Some(outcome);
    stage.evidence().after = Some(after);
}

//! A login, and then a refresh, or several.

use super::response::signed_in;
use super::together::together;
use crate::conformance::agent::Agent;
use crate::conformance::case::Pace;
use crate::conformance::evidence::{Outcome, Who};
use crate::conformance::stage::Stage;
use crate::conformance::target::Ask;
use crate::conformance::trouble::Trouble;

/// How many refreshes follow each other.
const SEVERAL: usize = 3;

/// One refresh, during which the provider misbehaves.
pub(super) async fn play(stage: &mut Stage) -> Result<(), Trouble> {
    let ask = request(stage)?;
    let mut agent = stage.agent();
    signed_in(stage, &mut agent).await?;
    let before = stage.who(&agent).await;
    stage.evidence().before = Some(before);
    stage.misbehave()?;
    let status = stage.ask(&mut agent, &ask).await;
    stage.behave();
    conclude(stage, &agent, &[status]).await;
    Ok(())
}

/// Several refreshes of one session.
pub(super) async fn again(stage: &mut Stage, pace: Pace) -> Result<(), Trouble> {
    let ask = request(stage)?;
    let mut agent = stage.agent();
    signed_in(stage, &mut agent).await?;
    stage.misbehave()?;
    let mut statuses = Vec::new();
    match pace {
        Pace::InTurn => {
            for _ in 0..SEVERAL {
                statuses.push(stage.ask(&mut agent, &ask).await);
            }
        }
        Pace::AtOnce => {
            let address = stage.contract().address(&ask.path);
            let mut windows = Vec::new();
            for _ in 0..SEVERAL {
                windows.push(agent.window().await.map_err(Trouble::because)?);
            }
            let asked = windows.into_iter().map(|mut window| {
                let (ask, address) = (&ask, &address);
                async move { window.ask(address, ask).await.ok().map(|page| page.status) }
            });
            statuses = together(asked).await;
        }
    }
    stage.behave();
    conclude(stage, &agent, &statuses).await;
    Ok(())
}

/// What makes it refresh.
pub(super) fn request(stage: &Stage) -> Result<Ask, Trouble> {
    let known = stage.contract().refresh.clone();
    known.ok_or_else(|| Trouble("nobody has said what makes it refresh its tokens (`--refresh`)".to_owned()))
}

/// The tokens are new if it says so to each request, and the person is still signed in.
async fn conclude(stage: &mut Stage, agent: &Agent, statuses: &[Option<u16>]) {
    let after = stage.who(agent).await;
    let well = |status: &Option<u16>| status.is_some_and(|status| status < 400);
    let crash = statuses.iter().flatten().copied().find(|status| *status == 500);
    let (outcome, said) = match (crash, statuses.iter().all(well), &after) {
        (Some(status), ..) => {
            (Outcome::Crashed(status), format!("it answered with the server error {status}"))
        }
        (None, true, Who::Somebody(_) | Who::NotAsked) => {
            (Outcome::Done, "the tokens were refreshed".to_owned())
        }
        (None, true, Who::Nobody | Who::Unclear(_)) => {
            (Outcome::Refused, "the person is signed out by the refresh".to_owned())
        }
        (None, false, _) => (Outcome::Refused, "nothing was refreshed".to_owned()),
    };
    stage.look_around();
    stage.evidence().facts.insert("outcome", said.into());
    stage.evidence().outcome = Some(outcome);
    stage.evidence().after = Some(after);
}

//! Twenty browsers sign in side by side, two people in turn.

use super::together::together;
use crate::conformance::agent::Agent;
use crate::conformance::checks::SOMEBODY_ELSE;
use crate::conformance::evidence::{Outcome, Who};
use crate::conformance::stage::{Person, Stage};
use crate::conformance::trouble::Trouble;
use crate::user_agent::BrowserError;

const BROWSERS: usize = 20;

pub(super) async fn play(stage: &mut Stage) -> Result<(), Trouble> {
    let people = [stage.people().person.clone(), stage.people().other.clone()];
    let everybody = || people.iter().cycle().take(BROWSERS);
    let signed_in = together(everybody().map(|person| signed_in(stage, person))).await;
    // nobody is looked at before everybody has signed in
    let looked_at = everybody().zip(signed_in).map(|(person, agent)| mistaken(stage, person, agent));
    let mistakes: Vec<Mistake> = together(looked_at).await.into_iter().flatten().collect();
    let mixed_up = mistakes.iter().find(|mistake| mistake.is_somebody_else);
    let mixed_up = mixed_up.map(|mistake| mistake.said.clone());
    let first = mistakes.into_iter().next().map(|mistake| mistake.said);
    if let Some(said) = &mixed_up {
        stage.evidence().facts.insert(SOMEBODY_ELSE, said.clone().into());
    }
    stage.look_around();
    stage.evidence().outcome = Some(if first.is_none() { Outcome::Done } else { Outcome::Refused });
    let said =
        mixed_up.or(first).unwrap_or_else(|| format!("{BROWSERS} people were signed in, each as themselves"));
    stage.evidence().facts.insert("outcome", said.into());
    Ok(())
}

async fn signed_in(stage: &Stage, person: &Person) -> Result<Agent, BrowserError> {
    let mut agent = stage.agent();
    let page = agent.open(&stage.start_url()).await?;
    stage.go_on(&mut agent, page, person).await?;
    Ok(agent)
}

/// What went wrong for one of them.
struct Mistake {
    /// They have the session of somebody else.
    is_somebody_else: bool,
    said: String,
}

async fn mistaken(stage: &Stage, person: &Person, signed_in: Result<Agent, BrowserError>) -> Option<Mistake> {
    let without_a_session = |said| Some(Mistake { is_somebody_else: false, said });
    let agent = match signed_in {
        Ok(agent) => agent,
        Err(error) => return without_a_session(error.to_string()),
    };
    match stage.who(&agent).await {
        Who::Somebody(Some(subject)) if subject != person.subject => Some(Mistake {
            is_somebody_else: true,
            said: format!("`{}` signed in, and `{subject}` is signed in", person.subject),
        }),
        Who::Somebody(_) | Who::NotAsked => None,
        Who::Nobody => without_a_session(format!("`{}` signed in, and nobody is", person.subject)),
        Who::Unclear(why) => without_a_session(why),
    }
}

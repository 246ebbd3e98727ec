//! Twenty browsers sign in side by side, two people in turn.

use super::together::together;
use crate::conformance::evidence::{Outcome, Who};
use crate::conformance::stage::{Person, Stage};
use crate::conformance::trouble::Trouble;

const BROWSERS: usize = 20;

pub(super) async fn play(stage: &mut Stage) -> Result<(), Trouble> {
    let people = [stage.people().person.clone(), stage.people().other.clone()];
    let signing_in = people.iter().cycle().take(BROWSERS).map(|person| signed_in_as(stage, person));
    let mistaken = together(signing_in).await.into_iter().flatten().next();
    stage.look_around();
    stage.evidence().outcome = Some(if mistaken.is_none() { Outcome::Done } else { Outcome::Refused });
    let said = mistaken.unwrap_or_else(|| format!("{BROWSERS} people were signed in, each as themselves"));
    stage.evidence().facts.insert("outcome", said.into());
    Ok(())
}

/// What went wrong for one of them, if something did.
async fn signed_in_as(stage: &Stage, person: &Person) -> Option<String> {
    let mut agent = stage.agent();
    let page = match agent.open(&stage.start_url()).await {
        Ok(page) => page,
        Err(error) => return Some(error.to_string()),
    };
    if let Err(error) = stage.go_on(&mut agent, page, person).await {
        return Some(error.to_string());
    }
    match stage.who(&agent).await {
        Who::Somebody(Some(subject)) if subject != person.subject => {
            Some(format!("`{}` signed in, and `{subject}` is signed in", person.subject))
        }
        Who::Somebody(_) | Who::NotAsked => None,
        Who::Nobody => Some(format!("`{}` signed in, and nobody is", person.subject)),
        Who::Unclear(why) => Some(why),
    }
}

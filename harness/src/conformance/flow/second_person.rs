//! Two people with one email address: the second one's is not verified.

use serde_json::{Value, json};

use super::response::signed_in;
use crate::conformance::evidence::{Outcome, Who};
use crate::conformance::stage::Stage;
use crate::conformance::trouble::Trouble;

pub(super) async fn play(stage: &mut Stage) -> Result<(), Trouble> {
    let mut first = stage.agent();
    signed_in(stage, &mut first).await?;
    let (person, other) = (stage.people().person.clone(), stage.people().other.clone());
    let change: Value = json!({ "merge": { "email": format!("{}@acme.test", person.subject) } });
    let change = serde_json::from_value(change).map_err(Trouble::because)?;
    stage.sites().provider().user_claims(&other.user, &change);
    stage.misbehave()?;
    let mut second = stage.agent();
    let page = second.open(&stage.start_url()).await.map_err(Trouble::because)?;
    if let Err(error) = stage.go_on(&mut second, page, &other).await {
        stage.evidence().facts.insert("browser", error.to_string().into());
    }
    stage.behave();
    stage.conclude(&second).await;
    let after = stage.evidence().after.clone();
    let (outcome, said) = match after {
        Some(Who::Somebody(Some(subject))) if subject == person.subject => {
            (Outcome::Done, "the second person got the first one's account")
        }
        Some(Who::Somebody(Some(_))) => (Outcome::Refused, "the second person is signed in as themselves"),
        Some(Who::Somebody(None)) => (Outcome::Silent, "the probe does not say who is signed in"),
        Some(Who::Nobody) => (Outcome::Refused, "the second person is not signed in"),
        Some(Who::Unclear(_) | Who::NotAsked) | None => return Ok(()),
    };
    stage.evidence().outcome = Some(outcome);
    stage.evidence().facts.insert("outcome", said.into());
    Ok(())
}

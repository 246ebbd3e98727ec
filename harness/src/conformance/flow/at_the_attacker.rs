//! A login at the attacker's provider, which misbehaves.

use serde_json::Value;

use super::response::held;
use crate::conformance::evidence::Outcome;
use crate::conformance::stage::Stage;
use crate::conformance::trouble::Trouble;

pub(super) async fn play(stage: &mut Stage) -> Result<(), Trouble> {
    let mut agent = stage.agent();
    let before = stage.who(&agent).await;
    stage.evidence().before = Some(before);
    stage.misbehave()?;
    let person = stage.people().person.clone();
    let start = stage.contract().start_url(&stage.sites().attackers_issuer(), &stage.contract().base_url);
    let went = match agent.open(&start).await {
        Ok(page) => stage.go_on(&mut agent, page, &person).await.map(drop),
        Err(error) => Err(error),
    };
    stage.note(went);
    stage.behave();
    stage.conclude(&agent).await;
    Ok(())
}

/// The attacker's provider knows somebody by the `sub` of the honest provider's person. The attack succeeds when a login
/// there opens the account of the honest one.
pub(super) async fn with_a_known_subject(stage: &mut Stage) -> Result<(), Trouble> {
    let (honest, theirs) = (stage.sites().issuer(), stage.sites().attackers_issuer());
    let mut agent = stage.agent();
    let person = stage.people().person.clone();
    let response = held(stage, &mut agent, &theirs, &person).await?;
    super::response::deliver(stage, &mut agent, response).await;
    let shown = stage.shown(&agent).await;
    stage.conclude(&agent).await;
    let named = named_issuer(&shown);
    let says = |issuer: &str| named.as_deref().map_or_else(|| shown.contains(issuer), |it| it == issuer);
    let (outcome, said) = if says(&theirs) {
        (Outcome::Refused, "it says that the attacker's issuer signed the person in")
    } else if says(&honest) {
        (Outcome::Done, "it says that the honest issuer signed the person in")
    } else {
        (Outcome::Silent, "it does not say which issuer signed the person in")
    };
    let nobody = stage.evidence().outcome != Some(Outcome::Done);
    if !nobody {
        stage.evidence().outcome = Some(outcome);
        stage.evidence().facts.insert("outcome", said.into());
    }
    Ok(())
}

/// The issuer in an answer that says who is signed in, where it has a member of such a name.
fn named_issuer(shown: &str) -> Option<String> {
    let shown: Value = serde_json::from_str(shown).ok()?;
    ["issuer", "iss"].iter().find_map(|name| shown.get(name)?.as_str().map(str::to_owned))
}

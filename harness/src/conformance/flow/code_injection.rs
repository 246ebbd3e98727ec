//! An attacker has a code of theirs and puts it into the response to somebody else's login.

use super::response::{deliver, held};
use crate::conformance::stage::Stage;
use crate::conformance::trouble::Trouble;

pub(super) async fn play(stage: &mut Stage) -> Result<(), Trouble> {
    let issuer = stage.sites().issuer();
    let (person, other) = (stage.people().person.clone(), stage.people().other.clone());
    let mut attacker = stage.agent();
    let theirs = held(stage, &mut attacker, &issuer, &other).await?;
    let code = theirs.parameter("code").ok_or_else(|| Trouble("the response brings no code".to_owned()))?;
    let mut browser = stage.agent();
    let response = held(stage, &mut browser, &issuer, &person).await?;
    let before = stage.who(&browser).await;
    stage.evidence().before = Some(before);
    deliver(stage, &mut browser, response.with("code", &code)).await;
    stage.conclude(&browser).await;
    Ok(())
}

//! A login is under way in another browser when the person signs in; the provider takes something out of that one.

use super::response::held;
use crate::conformance::stage::Stage;
use crate::conformance::trouble::Trouble;

pub(super) async fn play(stage: &mut Stage) -> Result<(), Trouble> {
    let (issuer, other) = (stage.sites().issuer(), stage.people().other.clone());
    let mut elsewhere = stage.agent();
    held(stage, &mut elsewhere, &issuer, &other).await?;
    let mut agent = stage.agent();
    let before = stage.who(&agent).await;
    stage.evidence().before = Some(before);
    stage.misbehave()?;
    if let Err(error) = stage.sign_in(&mut agent).await {
        stage.evidence().facts.insert("browser", error.to_string().into());
    }
    stage.behave();
    stage.conclude(&agent).await;
    Ok(())
}

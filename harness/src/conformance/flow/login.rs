//! One login; the provider misbehaves all through it.

use crate::conformance::stage::Stage;
use crate::conformance::trouble::Trouble;

pub(super) async fn play(stage: &mut Stage) -> Result<(), Trouble> {
    let mut agent = stage.agent();
    let before = stage.who(&agent).await;
    stage.evidence().before = Some(before);
    stage.misbehave()?;
    // wherever the browser ends, the probe says what came of it
    if let Err(error) = stage.sign_in(&mut agent).await {
        stage.evidence().facts.insert("browser", error.to_string().into());
    }
    stage.behave();
    stage.conclude(&agent).await;
    Ok(())
}

//! Two logins of one person in two browsers; the provider misbehaves from the second one on.

use crate::conformance::evidence::Who;
use crate::conformance::stage::Stage;
use crate::conformance::trouble::Trouble;

pub(super) async fn play(stage: &mut Stage) -> Result<(), Trouble> {
    let mut first = stage.agent();
    stage.sign_in(&mut first).await.map_err(Trouble::because)?;
    match stage.who(&first).await {
        Who::Somebody(_) | Who::NotAsked => {}
        Who::Nobody | Who::Unclear(_) => {
            return Err(Trouble(
                "nobody was signed in by the first login, which is an honest one".to_owned(),
            ));
        }
    }
    let mut second = stage.agent();
    let before = stage.who(&second).await;
    stage.evidence().before = Some(before);
    stage.misbehave()?;
    if let Err(error) = stage.sign_in(&mut second).await {
        stage.evidence().facts.insert("browser", error.to_string().into());
    }
    stage.behave();
    stage.conclude(&second).await;
    Ok(())
}

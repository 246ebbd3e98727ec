//! Somebody gave the browser its cookies before the login, or read them, and uses them after it.

use super::response::{copy, deliver, held, is_signed_in};
use crate::conformance::stage::Stage;
use crate::conformance::trouble::Trouble;

pub(super) async fn play(stage: &mut Stage) -> Result<(), Trouble> {
    let mut agent = stage.agent();
    let (issuer, person) = (stage.sites().issuer(), stage.people().person.clone());
    let response = held(stage, &mut agent, &issuer, &person).await?;
    let before_the_login = copy(stage, &agent).await?;
    deliver(stage, &mut agent, response).await;
    is_signed_in(stage, &agent).await?;
    stage.conclude(&before_the_login).await;
    Ok(())
}

//! The response that signed a person in is delivered again, to the same browser as it was before the login.

use super::response::{copy, deliver, held, is_signed_in};
use crate::conformance::stage::Stage;
use crate::conformance::trouble::Trouble;

pub(super) async fn play(stage: &mut Stage) -> Result<(), Trouble> {
    let mut agent = stage.agent();
    let (issuer, person) = (stage.sites().issuer(), stage.people().person.clone());
    let response = held(stage, &mut agent, &issuer, &person).await?;
    let mut again = copy(stage, &agent).await?;
    deliver(stage, &mut agent, response.clone()).await;
    is_signed_in(stage, &agent).await?;
    let before = stage.who(&again).await;
    stage.evidence().before = Some(before);
    deliver(stage, &mut again, response).await;
    stage.conclude(&again).await;
    Ok(())
}

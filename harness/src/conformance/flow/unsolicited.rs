//! A good response under a `state` that nobody sent, in a browser that has begun nothing.

use super::response::{deliver, held};
use crate::conformance::stage::Stage;
use crate::conformance::trouble::Trouble;

pub(super) async fn play(stage: &mut Stage) -> Result<(), Trouble> {
    let mut attacker = stage.agent();
    let (issuer, other) = (stage.sites().issuer(), stage.people().other.clone());
    let response = held(stage, &mut attacker, &issuer, &other).await?;
    let mut browser = stage.agent();
    let before = stage.who(&browser).await;
    stage.evidence().before = Some(before);
    deliver(stage, &mut browser, response.with("state", "nobody-sent-this-state")).await;
    stage.conclude(&browser).await;
    Ok(())
}

//! An attacker signs in as themselves, keeps the response back, and makes somebody else's browser deliver it.

use super::response::{deliver, held};
use crate::conformance::case::Victim;
use crate::conformance::stage::Stage;
use crate::conformance::trouble::Trouble;

pub(super) async fn play(stage: &mut Stage, victim: Victim) -> Result<(), Trouble> {
    let mut attacker = stage.agent();
    let (issuer, other) = (stage.sites().issuer(), stage.people().other.clone());
    let response = held(stage, &mut attacker, &issuer, &other).await?;
    let mut browser = stage.agent();
    if victim == Victim::SigningIn {
        browser.open(&stage.start_url()).await.map_err(Trouble::because)?;
    }
    let before = stage.who(&browser).await;
    stage.evidence().before = Some(before);
    deliver(stage, &mut browser, response).await;
    stage.conclude(&browser).await;
    Ok(())
}

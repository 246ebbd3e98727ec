//! One login; the provider misbehaves all through it.

use super::third_party_login::LINK_LOCAL;
use crate::conformance::stage::Stage;
use crate::conformance::trouble::Trouble;

pub(super) async fn play(stage: &mut Stage) -> Result<(), Trouble> {
    // only our own transport is led there; for a stranger such a case is not played
    stage.set_traps(&[LINK_LOCAL]);
    let mut agent = stage.agent();
    stage.misled_login(&mut agent).await?;
    stage.keep_what_was_shown();
    Ok(())
}

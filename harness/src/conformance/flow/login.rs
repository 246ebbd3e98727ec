//! One login; the provider misbehaves all through it.

use crate::conformance::stage::Stage;
use crate::conformance::trouble::Trouble;

pub(super) async fn play(stage: &mut Stage) -> Result<(), Trouble> {
    let mut agent = stage.agent();
    stage.misled_login(&mut agent).await
}

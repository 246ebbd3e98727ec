//! A login is under way in another browser when the person signs in; the provider takes something out of that one.

use super::response::held;
use crate::conformance::stage::Stage;
use crate::conformance::trouble::Trouble;

pub(super) async fn play(stage: &mut Stage) -> Result<(), Trouble> {
    let (issuer, other) = (stage.sites().issuer(), stage.people().other.clone());
    let mut elsewhere = stage.agent();
    held(stage, &mut elsewhere, &issuer, &other).await?;
    let mut agent = stage.agent();
    stage.misled_login(&mut agent).await
}

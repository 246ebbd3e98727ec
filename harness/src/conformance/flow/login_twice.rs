//! Two logins of one person in two browsers; the provider misbehaves from the second one on.

use super::response::signed_in;
use crate::conformance::stage::Stage;
use crate::conformance::trouble::Trouble;

pub(super) async fn play(stage: &mut Stage) -> Result<(), Trouble> {
    let mut first = stage.agent();
    signed_in(stage, &mut first).await?;
    let mut second = stage.agent();
    stage.misled_login(&mut second).await
}

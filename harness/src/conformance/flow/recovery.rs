//! A login while the provider misbehaves, and another one in another browser when it is well again.

use crate::conformance::checks::RECOVERED;
use crate::conformance::evidence::Who;
use crate::conformance::stage::Stage;
use crate::conformance::trouble::Trouble;

/// As long as a relying party may remember that something did not work, in seconds.
const A_WHILE: i64 = 600;

pub(super) async fn play(stage: &mut Stage) -> Result<(), Trouble> {
    let mut agent = stage.agent();
    stage.misled_login(&mut agent).await?;
    stage.advance(A_WHILE);
    let mut later = stage.agent();
    let went = stage.sign_in(&mut later).await.is_ok();
    let recovered = match stage.who(&later).await {
        Who::Somebody(_) => true,
        Who::Nobody | Who::Unclear(_) => false,
        Who::NotAsked => went,
    };
    stage.evidence().facts.insert(RECOVERED, recovered.into());
    stage.look_around();
    Ok(())
}

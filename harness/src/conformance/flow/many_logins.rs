//! Many logins, one after the other, each in a browser of its own; the provider misbehaves in all of them.

use crate::conformance::stage::Stage;
use crate::conformance::trouble::Trouble;

/// Enough to tell a relying party that asks for keys at each login from one that does not.
const LOGINS: usize = 20;

pub(super) async fn play(stage: &mut Stage) -> Result<(), Trouble> {
    stage.misbehave()?;
    let mut last = stage.agent();
    for _ in 0..LOGINS {
        last = stage.agent();
        let went = stage.sign_in(&mut last).await;
        stage.note(went);
    }
    stage.behave();
    stage.conclude(&last).await;
    Ok(())
}

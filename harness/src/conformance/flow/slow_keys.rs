//! A login whose keys are late, while somebody else who is signed in already asks for a page.

use std::time::Duration;

use tokio::join;
use tokio::time::timeout;

use super::response::signed_in;
use crate::conformance::checks::SERVED_MEANWHILE;
use crate::conformance::evidence::Who;
use crate::conformance::stage::Stage;
use crate::conformance::trouble::Trouble;

/// The login has come as far as its keys by then, and waits.
const UNDER_WAY: Duration = Duration::from_millis(300);

/// Less than the keys take, and more than a page.
const PATIENCE: Duration = Duration::from_millis(1_500);

pub(super) async fn play(stage: &mut Stage) -> Result<(), Trouble> {
    let mut other = stage.agent();
    signed_in(stage, &mut other).await?;
    stage.sites().provider().rotate_keys(0).map_err(Trouble::because)?;
    stage.misbehave()?;
    let mut agent = stage.agent();
    let (ended, served) = {
        let mut login = Box::pin(stage.sign_in(&mut agent));
        if let Ok(ended) = timeout(UNDER_WAY, &mut login).await {
            (ended, None)
        } else {
            let looking = Box::pin(timeout(PATIENCE, stage.who(&other)));
            let (ended, seen) = join!(login, looking);
            (ended, Some(matches!(seen, Ok(Who::Somebody(_) | Who::NotAsked))))
        }
    };
    stage.behave();
    stage.note(ended);
    // a login that was not slow kept nobody waiting
    stage.evidence().facts.insert(SERVED_MEANWHILE, served.unwrap_or(true).into());
    stage.conclude(&agent).await;
    Ok(())
}

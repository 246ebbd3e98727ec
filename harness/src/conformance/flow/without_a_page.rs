//! A login that is to show no page, of somebody whom the provider does not know: it answers with an error by itself
//! (OIDCC-3.1.2.6).

use crate::conformance::stage::Stage;
use crate::conformance::trouble::Trouble;

pub(super) async fn play(stage: &mut Stage) -> Result<(), Trouble> {
    let start = stage.contract().silent_url(&stage.sites().issuer());
    let start =
        start.ok_or_else(|| Trouble("where a login without a page starts is not known".to_owned()))?;
    let mut agent = stage.agent();
    let before = stage.who(&agent).await;
    stage.evidence().before = Some(before);
    let went = agent.open(&start).await;
    stage.note(went);
    stage.conclude(&agent).await;
    stage.keep_what_was_shown();
    Ok(())
}

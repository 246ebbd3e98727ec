//! Two logins of somebody of whom others state something too; the provider misbehaves in the second. What the flow is after is
//! that the relying party uses those claims, which is seen only where it shows them.

use super::response::signed_in;
use super::third_party_login::LINK_LOCAL;
use crate::conformance::evidence::Outcome;
use crate::conformance::people::STATED;
use crate::conformance::stage::Stage;
use crate::conformance::trouble::Trouble;

pub(super) async fn play(stage: &mut Stage) -> Result<(), Trouble> {
    // only our own transport is led there; for a stranger such a case is not played
    stage.set_traps(&[LINK_LOCAL]);
    let mut first = stage.agent();
    signed_in(stage, &mut first).await?;
    let shows_them = stage.shown(&first).await.contains(STATED);
    let mut second = stage.agent();
    stage.misled_login(&mut second).await?;
    let shown = stage.shown(&second).await.contains(STATED);
    let evidence = stage.evidence();
    let (outcome, told) = match (evidence.outcome.take(), shown, shows_them) {
        (Some(Outcome::Done), true, _) => (Outcome::Done, "what others state is shown"),
        (Some(Outcome::Done), false, true) => (Outcome::Refused, "what others state is not shown"),
        (Some(Outcome::Done), false, false) => (Outcome::Silent, "what others state is never shown"),
        (other, _, _) => {
            evidence.outcome = other;
            return Ok(());
        }
    };
    evidence.outcome = Some(outcome);
    evidence.facts.insert("outcome", told.into());
    Ok(())
}

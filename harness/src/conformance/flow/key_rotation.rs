//! The provider changes its keys: between two logins, or in the middle of one.

use super::response::signed_in;
use crate::conformance::stage::Stage;
use crate::conformance::trouble::Trouble;

/// Longer than anybody refuses to ask for keys again, in seconds.
const A_WHILE: i64 = 600;

pub(super) async fn between_logins(stage: &mut Stage) -> Result<(), Trouble> {
    let mut first = stage.agent();
    signed_in(stage, &mut first).await?;
    stage.advance(A_WHILE);
    new_keys(stage)?;
    let mut second = stage.agent();
    let went = stage.sign_in(&mut second).await;
    stage.note(went);
    stage.conclude(&second).await;
    Ok(())
}

pub(super) async fn in_a_login(stage: &mut Stage) -> Result<(), Trouble> {
    let mut first = stage.agent();
    signed_in(stage, &mut first).await?;
    stage.advance(A_WHILE);
    let mut second = stage.agent();
    let page = second.open(&stage.start_url()).await.map_err(Trouble::because)?;
    new_keys(stage)?;
    let person = stage.people().person.clone();
    let went = stage.go_on(&mut second, page, &person).await;
    stage.note(went);
    stage.conclude(&second).await;
    Ok(())
}

fn new_keys(stage: &Stage) -> Result<(), Trouble> {
    stage.sites().provider().rotate_keys(0).map_err(Trouble::because)
}

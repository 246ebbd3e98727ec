//! Two people with one email address: the second one's is not verified.

use serde_json::{Value, json};

use super::response::signed_in;
use crate::conformance::checks::AS_THEMSELVES;
use crate::conformance::evidence::Who;
use crate::conformance::stage::Stage;
use crate::conformance::trouble::Trouble;

pub(super) async fn play(stage: &mut Stage) -> Result<(), Trouble> {
    let mut first = stage.agent();
    signed_in(stage, &mut first).await?;
    let (person, other) = (stage.people().person.clone(), stage.people().other.clone());
    let change: Value = json!({ "merge": { "email": format!("{}@acme.test", person.subject) } });
    let change = serde_json::from_value(change).map_err(Trouble::because)?;
    stage.sites().provider().user_claims(&other.user, &change);
    stage.misbehave()?;
    let mut second = stage.agent();
    let page = second.open(&stage.start_url()).await.map_err(Trouble::because)?;
    if let Err(error) = stage.go_on(&mut second, page, &other).await {
        stage.evidence().facts.insert("browser", error.to_string().into());
    }
    stage.behave();
    stage.conclude(&second).await;
    if let Some(Who::Somebody(Some(subject))) = stage.evidence().after.clone() {
        stage.evidence().facts.insert(AS_THEMSELVES, (subject == other.subject).into());
    }
    Ok(())
}

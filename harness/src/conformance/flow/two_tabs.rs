//! A person begins a login at the honest provider in one tab and at the attacker's in another, and finishes the first.

use url::Url;

use crate::conformance::evidence::{Outcome, Site, Who};
use crate::conformance::stage::Stage;
use crate::conformance::trouble::Trouble;

pub(super) async fn play(stage: &mut Stage) -> Result<(), Trouble> {
    let mut browser = stage.agent();
    let before = stage.who(&browser).await;
    stage.evidence().before = Some(before);
    let first = browser.open(&stage.start_url()).await.map_err(Trouble::because)?;
    let theirs = stage.contract().start_url(&stage.sites().attackers_issuer(), &stage.contract().base_url);
    browser.open_beside(&theirs).await.map_err(Trouble::because)?;
    let site = Url::parse(&stage.contract().base_url).map_err(Trouble::because)?;
    browser.hold_before(&site).await.map_err(Trouble::because)?;
    let person = stage.people().person.clone();
    let stopped = stage.go_on(&mut browser, first, &person).await.err();
    let response = browser.take_held().ok_or_else(|| {
        Trouble(stopped.map_or_else(|| "the provider did not answer".to_owned(), |error| error.to_string()))
    })?;
    let code = response.parameter("code");
    super::response::deliver(stage, &mut browser, response).await;
    let shown = stage.shown(&browser).await;
    stage.conclude(&browser).await;
    let stolen = code.is_some()
        && stage.evidence().heard.iter().any(|heard| {
            heard.site == Site::Attacker
                && heard.endpoint == "token"
                && heard.parameter("code") == code.as_deref()
        });
    let elsewhere = matches!(stage.evidence().after, Some(Who::Somebody(_)))
        && shown.contains(&stage.sites().attackers_issuer());
    let (outcome, said) = match (stolen, elsewhere) {
        (true, _) => (Outcome::Done, "the honest provider's code reached the attacker"),
        (false, true) => (Outcome::Done, "it says that the attacker's issuer signed the person in"),
        (false, false) => (Outcome::Refused, "the response was judged against its own request"),
    };
    stage.evidence().outcome = Some(outcome);
    stage.evidence().facts.insert("outcome", said.into());
    Ok(())
}

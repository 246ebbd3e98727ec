//! The session at the provider, as a page of the relying party's watches it (OpenID Connect Session Management 1.0, 3).

use std::time::Duration;

use url::Url;

use super::response::is_signed_in;
use super::signing_out::confirm;
use crate::conformance::agent::Agent;
use crate::conformance::case::Said;
use crate::conformance::evidence::{Outcome, Who};
use crate::conformance::stage::Stage;
use crate::conformance::system::pause;
use crate::conformance::trouble::Trouble;
use crate::user_agent::Page;

/// "at an interval suitable for the RP application" (OIDCSM-3.1): whoever says nothing for so long does not watch.
const INTERVAL: Duration = Duration::from_secs(15);

/// How long it may take from a change to what the relying party does about it.
const REACTION: Duration = Duration::from_secs(20);

/// How long nothing may come of a message that is none.
const SILENCE: Duration = Duration::from_secs(3);

/// How often somebody looks.
const LOOK: Duration = Duration::from_millis(250);

/// The person signs out at the provider, which tells nobody.
pub(super) async fn play(stage: &mut Stage) -> Result<(), Trouble> {
    let (agent, _) = somebody(stage).await?;
    if let Some(departure) = departure(stage, &agent).await? {
        end(stage, Outcome::Refused, departure);
        return Ok(());
    }
    let before = asked_again(stage);
    let mut elsewhere = agent.window().await.map_err(Trouble::because)?;
    let page = elsewhere.open(&stage.sites().end_session_endpoint()).await.map_err(Trouble::because)?;
    confirm(&mut elsewhere, page).await?;
    let asked = within(REACTION, || asked_again(stage) > before).await;
    let after = settled(stage, &agent, asked).await;
    let told = elsewhere.visits().iter().any(|visit| visit.framed && stage.contract().is_at(&visit.url));
    let told = told || !stage.take_called().is_empty();
    if told && !asked {
        return Err(Trouble(
            "the provider told it of the logout by itself, so nobody knows what it noticed".to_owned(),
        ));
    }
    let (outcome, said) = match (asked, &after) {
        (true, Who::Nobody) => {
            (Outcome::Done, "it asked the provider again with `prompt=none`, and the session is over")
        }
        (true, _) => (Outcome::Done, "it asked the provider again with `prompt=none`"),
        (false, Who::Nobody) => (Outcome::Done, "the session is over"),
        (false, _) => (Outcome::Refused, "it did not notice that the session at the provider is over"),
    };
    stage.evidence().after = Some(after);
    end(stage, outcome, said.to_owned());
    Ok(())
}

/// The session goes on, and a page says something else, or nothing that anybody agreed on.
pub(super) async fn told(stage: &mut Stage, said: Said) -> Result<(), Trouble> {
    let (agent, page) = somebody(stage).await?;
    let frame = provider_page(stage)?;
    let trap = Url::parse(stage.sites().trap()).map_err(Trouble::because)?;
    let besieged = match said {
        Said::ByTheAttacker => {
            Some(agent.opened_by(&trap, page.url.as_str()).await.map_err(Trouble::because)?)
        }
        Said::Error | Said::Garbage => None,
    };
    let watching = besieged.as_ref().map_or(&agent, |(_, window)| window);
    if let Some(departure) = departure(stage, watching).await? {
        return Err(Trouble(format!("whoever does not watch has nobody to believe: {departure}")));
    }
    let before = asked_again(stage);
    let spoken = match (&besieged, said) {
        (Some((attacker, _)), _) => attacker.says_to_opened("changed").await,
        (None, Said::Garbage) => agent.says_in(&frame, "{\"changed\":true}").await,
        (None, Said::Error | Said::ByTheAttacker) => agent.says_in(&frame, "error").await,
    };
    spoken.map_err(Trouble::because)?;
    let asked = within(SILENCE, || asked_again(stage) > before).await;
    let after = stage.who(&agent).await;
    let (outcome, said) = match (asked, &after) {
        (true, _) => (Outcome::Done, "it asked the provider again with `prompt=none`"),
        (false, Who::Nobody) => (Outcome::Done, "the session is over"),
        (false, _) => (Outcome::Refused, "nothing came of the message"),
    };
    stage.evidence().after = Some(after);
    end(stage, outcome, said.to_owned());
    Ok(())
}

/// Somebody who is signed in, and the page where that ended, which watches from now on.
async fn somebody(stage: &mut Stage) -> Result<(Agent, Page), Trouble> {
    let mut agent = stage.agent();
    let page = stage.sign_in(&mut agent).await.map_err(Trouble::because)?;
    is_signed_in(stage, &agent).await?;
    let before = stage.who(&agent).await;
    stage.evidence().before = Some(before);
    Ok((agent, page))
}

fn provider_page(stage: &Stage) -> Result<Url, Trouble> {
    Url::parse(&stage.sites().check_session_iframe()).map_err(Trouble::because)
}

/// What it does otherwise than to ask the provider's page with its client identifier, a space and the session state.
async fn departure(stage: &Stage, agent: &Agent) -> Result<Option<String>, Trouble> {
    let heard = stage.sites().heard();
    if !heard.iter().any(|request| request.endpoint == "check_session") {
        return Ok(Some("its page does not load the provider's (`check_session_iframe`)".to_owned()));
    }
    let message = agent.overheard(&provider_page(stage)?, INTERVAL).await.map_err(Trouble::because)?;
    let Some(message) = message else {
        let seconds = INTERVAL.as_secs();
        return Ok(Some(format!("it asked the provider's page nothing for {seconds} seconds")));
    };
    let client = heard.iter().rev().find_map(|request| request.parameter("client_id")).unwrap_or_default();
    let rest = message.text.strip_prefix(client).and_then(|rest| rest.strip_prefix(' '));
    let is_right = rest.is_some_and(|rest| !rest.is_empty() && !rest.contains(' '));
    let said = || {
        format!(
            "it asks `{}`, which is not its client identifier, a space and the session state",
            message.text
        )
    };
    Ok((!is_right).then(said))
}

/// How often it asked the provider without a page.
fn asked_again(stage: &Stage) -> usize {
    let heard = stage.sites().heard();
    heard.iter().filter(|it| it.endpoint == "authorize" && it.parameter("prompt") == Some("none")).count()
}

/// Who is signed in when the answer has come, if there is one to wait for.
async fn settled(stage: &Stage, agent: &Agent, asked: bool) -> Who {
    let mut who = stage.who(agent).await;
    for _ in 0..8 {
        if !asked || who == Who::Nobody {
            break;
        }
        pause(LOOK).await;
        who = stage.who(agent).await;
    }
    who
}

/// Whether something comes about in that time.
async fn within(time: Duration, so: impl Fn() -> bool) -> bool {
    let mut left = time;
    while !so() {
        let Some(less) = left.checked_sub(LOOK) else { return false };
        left = less;
        pause(LOOK).await;
    }
    true
}

fn end(stage: &mut Stage, outcome: Outcome, said: String) {
    stage.look_around();
    stage.evidence().outcome = Some(outcome);
    stage.evidence().facts.insert("outcome", said.into());
}

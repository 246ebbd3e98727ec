//! The provider ends a session, and tells the relying party with a logout token (OpenID Connect Back-Channel Logout 1.0).

use super::refresh;
use super::response::signed_in;
use crate::conformance::agent::Agent;
use crate::conformance::checks::{LOGOUT_TOKEN, OTHER_SESSION, REFRESHED_AFTER_LOGOUT};
use crate::conformance::evidence::{Answer, Outcome, Who};
use crate::conformance::stage::Stage;
use crate::conformance::trouble::Trouble;

/// A login, and then a logout token.
pub(super) async fn play(stage: &mut Stage) -> Result<(), Trouble> {
    let agent = somebody(stage).await?;
    stage.misbehave()?;
    end_last_session(stage).await?;
    stage.behave();
    conclude(stage, &agent).await;
    Ok(())
}

/// Two logins of one person, each followed by a logout token; the provider misbehaves in the second logout.
pub(super) async fn twice(stage: &mut Stage) -> Result<(), Trouble> {
    somebody(stage).await?;
    end_last_session(stage).await?;
    play(stage).await
}

/// Two sessions of one person, and a logout token about the first.
pub(super) async fn one_of_two(stage: &mut Stage) -> Result<(), Trouble> {
    let first = somebody(stage).await?;
    let sid = sid(stage)?;
    let second = somebody(stage).await?;
    stage.misbehave()?;
    end(stage, &sid).await;
    stage.behave();
    let other = matches!(stage.who(&second).await, Who::Somebody(_));
    stage.evidence().facts.insert(OTHER_SESSION, other.into());
    conclude(stage, &first).await;
    Ok(())
}

/// A logout token, and then a refresh of the session that is over.
pub(super) async fn then_refresh(stage: &mut Stage) -> Result<(), Trouble> {
    let ask = refresh::request(stage)?;
    let mut agent = somebody(stage).await?;
    stage.misbehave()?;
    end_last_session(stage).await?;
    let refreshes = |stage: &Stage| {
        let heard = stage.sites().heard();
        heard.iter().filter(|it| it.parameter("grant_type") == Some("refresh_token")).count()
    };
    let before = refreshes(stage);
    stage.ask(&mut agent, &ask).await;
    let used = refreshes(stage) > before;
    stage.behave();
    stage.evidence().facts.insert(REFRESHED_AFTER_LOGOUT, used.into());
    conclude(stage, &agent).await;
    Ok(())
}

/// Somebody who is signed in.
async fn somebody(stage: &mut Stage) -> Result<Agent, Trouble> {
    let mut agent = stage.agent();
    signed_in(stage, &mut agent).await?;
    let before = stage.who(&agent).await;
    stage.evidence().before = Some(before);
    Ok(agent)
}

fn sid(stage: &Stage) -> Result<String, Trouble> {
    stage.last_sid().ok_or_else(|| Trouble("the last login has no session at the provider".to_owned()))
}

async fn end_last_session(stage: &mut Stage) -> Result<(), Trouble> {
    let sid = sid(stage)?;
    end(stage, &sid).await;
    Ok(())
}

/// Ends a session, and keeps what the relying party answered.
async fn end(stage: &mut Stage, sid: &str) {
    stage.end_session(sid).await;
    let answers: Vec<Answer> = stage.take_called();
    let answers = answers.into_iter().map(|answer| (LOGOUT_TOKEN.to_owned(), answer));
    stage.evidence().answers.extend(answers);
}

/// Whether the session is over, as the probe says, or else as the answer to the logout token does.
async fn conclude(stage: &mut Stage, agent: &Agent) {
    let after = stage.who(agent).await;
    let status = stage.evidence().answers.iter().rev().find(|(to, _)| to == LOGOUT_TOKEN);
    let status = status.map(|(_, answer)| answer.status);
    let (outcome, said) = match (&after, status) {
        (_, Some(500)) => (Outcome::Crashed(500), "it answered with the server error 500"),
        (Who::Nobody, _) | (Who::NotAsked, Some(200 | 204)) => (Outcome::Done, "the session is over"),
        (Who::Somebody(_), _) | (Who::NotAsked, Some(_)) => (Outcome::Refused, "the session goes on"),
        (Who::Unclear(_), _) => (stage.unclear(), "it does not say who is signed in"),
        (Who::NotAsked, None) => (Outcome::Silent, "nothing was seen"),
    };
    stage.look_around();
    stage.evidence().facts.insert("outcome", said.into());
    stage.evidence().outcome = Some(outcome);
    stage.evidence().after = Some(after);
}

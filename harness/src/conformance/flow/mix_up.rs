//! Two providers are confused: the login is begun at one, and the response is the other's.
//!
//! Whoever sits between browser and relying party, or runs one of the two providers, sends the authentication request on to
//! the other provider (RFC9700-4.4.1). That one answers honestly; its code is to reach no token endpoint but its own.

use url::Url;

use super::response::{asked, deliver};
use crate::conformance::agent::Agent;
use crate::conformance::case::Begun;
use crate::conformance::evidence::{Outcome, Site};
use crate::conformance::stage::Stage;
use crate::conformance::trouble::Trouble;
use crate::user_agent::Held;

pub(super) async fn play(stage: &mut Stage, begun: Begun) -> Result<(), Trouble> {
    let (honest, theirs) = (stage.sites().issuer(), stage.sites().attackers_issuer());
    let (one, other, thief) = match begun {
        Begun::AtTheHonest => (honest, theirs, Site::Provider),
        Begun::AtTheAttacker => (theirs, honest, Site::Attacker),
    };
    // what a request to the other provider looks like
    let ordinary = asked(stage, &mut stage.agent(), &other).await?;
    let mut agent = stage.agent();
    let before = stage.who(&agent).await;
    stage.evidence().before = Some(before);
    let request = asked(stage, &mut agent, &one).await?;
    let response = answered_by(stage, &mut agent, request, &ordinary).await?;
    let code = response.parameter("code").ok_or_else(|| Trouble("the response brings no code".to_owned()))?;
    deliver(stage, &mut agent, response.without("iss")).await;
    stage.conclude(&agent).await;
    let stolen = stage.evidence().heard.iter().any(|heard| {
        heard.site == thief && heard.endpoint == "token" && heard.parameter("code") == Some(&code)
    });
    let (outcome, said) = if stolen {
        (Outcome::Done, "the code of one provider reached the token endpoint of the other")
    } else {
        (Outcome::Refused, "the code reached no token endpoint but that of the provider that gave it")
    };
    stage.evidence().outcome = Some(outcome);
    stage.evidence().facts.insert("outcome", said.into());
    Ok(())
}

/// Sends a request to the provider of another one, in the form that that provider knows, and holds up what it answers.
async fn answered_by(
    stage: &Stage,
    agent: &mut Agent,
    request: Held,
    ordinary: &Held,
) -> Result<Held, Trouble> {
    let redirect_uri = ordinary.parameter("redirect_uri");
    let client_id = ordinary.parameter("client_id");
    let (Some(redirect_uri), Some(client_id)) = (redirect_uri, client_id) else {
        return Err(Trouble("the authentication request cannot be read".to_owned()));
    };
    let request = request.to(&ordinary.address()).with("redirect_uri", &redirect_uri);
    let request = request.with("client_id", &client_id);
    let page = agent.deliver(request).await.map_err(Trouble::because)?;
    let site = Url::parse(&stage.contract().base_url).map_err(Trouble::because)?;
    agent.hold_before(&site).await.map_err(Trouble::because)?;
    let person = stage.people().person.clone();
    let stopped = stage.go_on(agent, page, &person).await.err();
    agent.take_held().ok_or_else(|| {
        let why = stopped.map_or_else(|| "the provider did not answer".to_owned(), |error| error.to_string());
        Trouble(why)
    })
}

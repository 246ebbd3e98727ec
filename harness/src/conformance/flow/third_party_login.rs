//! Somebody else begins a login: they send the browser to the `initiate_login_uri` (OIDCC-4).

use url::form_urlencoded;

use super::open_redirect::left_the_site;
use crate::conformance::agent::Agent;
use crate::conformance::case::Initiation;
use crate::conformance::evidence::Outcome;
use crate::conformance::stage::Stage;
use crate::conformance::trouble::Trouble;
use crate::user_agent::{BrowserError, Page};

pub(super) async fn play(stage: &mut Stage, initiation: Initiation) -> Result<(), Trouble> {
    let path = stage.contract().initiate.clone();
    let path = path.ok_or_else(|| Trouble("it is not known where others begin a login".to_owned()))?;
    let address = stage.contract().address(&path);
    let parameters = parameters(stage, initiation);
    stage.set_traps(&[LOOPBACK, LINK_LOCAL]);
    let mut agent = stage.agent();
    let before = stage.who(&agent).await;
    stage.evidence().before = Some(before);
    let by_post = matches!(initiation, Initiation::UnknownByPost | Initiation::ForeignTargetByPost);
    let person = stage.people().person.clone();
    let went = match begin(&mut agent, &address, &parameters, by_post).await {
        Ok(page) => stage.go_on(&mut agent, page, &person).await.map(drop),
        Err(error) => Err(error),
    };
    if matches!(initiation, Initiation::ForeignTarget | Initiation::ForeignTargetByPost) {
        left_the_site(stage, &agent, went).await;
        return Ok(());
    }
    stage.note(went);
    stage.conclude(&agent).await;
    let sent = stage.evidence().heard.iter().any(|heard| heard.endpoint == "authorize");
    if initiation != Initiation::Known && sent {
        stage.evidence().outcome = Some(Outcome::Done);
        stage.evidence().facts.insert("outcome", "it sent the browser to an authorization endpoint".into());
    }
    Ok(())
}

/// Hosts at which nobody has anything to ask.
const LOOPBACK: &str = "127.0.0.1:1";
pub(super) const LINK_LOCAL: &str = "169.254.169.254";

fn parameters(stage: &Stage, initiation: Initiation) -> Vec<(&'static str, String)> {
    let (known, trap) = (stage.sites().issuer(), stage.sites().trap());
    let foreign = ("target_link_uri", format!("{trap}/lured"));
    match initiation {
        Initiation::Known => vec![("iss", known)],
        Initiation::Unknown | Initiation::UnknownByPost => vec![("iss", format!("{trap}/unknown"))],
        Initiation::WithoutTls => vec![("iss", other_scheme(&known))],
        Initiation::Loopback => vec![("iss", format!("http://{LOOPBACK}/issuer"))],
        Initiation::LinkLocal => vec![("iss", format!("http://{LINK_LOCAL}/latest"))],
        Initiation::Nobody => vec![("login_hint", stage.people().person.user.clone())],
        Initiation::ForeignTarget | Initiation::ForeignTargetByPost => vec![("iss", known), foreign],
    }
}

fn other_scheme(issuer: &str) -> String {
    match issuer.split_once("://") {
        Some(("https", rest)) => format!("http://{rest}"),
        Some((_, rest)) => format!("https://{rest}"),
        None => issuer.to_owned(),
    }
}

async fn begin(
    agent: &mut Agent,
    address: &str,
    parameters: &[(&str, String)],
    by_post: bool,
) -> Result<Page, BrowserError> {
    if by_post {
        let fields = parameters.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        return agent.post(address, fields).await;
    }
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish();
    let mark = if address.contains('?') { '&' } else { '?' };
    agent.open(&format!("{address}{mark}{query}")).await
}

//! Signing out: the question before (OIDCRPI-2) and the page after, which tells the applications (OIDCFC-3).

use serde::Serialize;
use url::Url;

use super::policy::{Policy, followable};
use super::{Page, templates};

/// The question whether to sign out.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct ConfirmLogoutPage<'a> {
    /// The issuer that people are signed in at.
    pub issuer: &'a str,
    /// Who is signed in.
    pub user: Person<'a>,
    /// The name of the client that asks, if it is known.
    pub client: Option<&'a str>,
    /// Where the browser goes afterwards, if anywhere.
    pub continue_to: Option<&'a str>,
    /// Where the form is sent.
    pub action: &'a str,
    /// The logout request as received, to be sent along. A parameter named `action` is left out.
    pub fields: &'a [(String, String)],
}

/// Somebody who is signed in.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Person<'a> {
    /// The name that people know.
    pub name: &'a str,
    /// The subject identifier.
    pub sub: &'a str,
}

/// Asks whether to sign out, so that a link on somebody's page cannot do it. The buttons send `action=logout` and
/// `action=stay`.
pub fn confirm_logout(page: &ConfirmLogoutPage<'_>) -> Page {
    let fields: Vec<_> = page.fields.iter().filter(|(name, _)| name != "action").cloned().collect();
    let view = ConfirmLogoutPage { fields: &fields, ..*page };
    let policy = Policy::default().form_to_self();
    let policy = page.continue_to.into_iter().fold(policy, Policy::form_to);
    templates::page("confirm_logout.html", &view, &policy)
}

/// What is left to do once the session is over.
#[derive(Clone, Debug)]
pub struct SignedOutPage<'a> {
    /// The issuer that people were signed in at.
    pub issuer: &'a str,
    /// The front-channel logout URIs of the applications, `iss` and `sid` included.
    pub iframes: &'a [String],
    /// Where the browser goes next, `state` included.
    pub continue_to: Option<&'a str>,
}

/// Goes on once every frame has loaded, or after five seconds if one hangs. Without script, a refresh does.
pub(super) const CONTINUE: &str = "(function(){var link=document.getElementById('continue');\
function go(){location.replace(link.href)}\
addEventListener('load',go);setTimeout(go,5000)})()";

/// Tells the applications through frames that the session is over, then goes on.
pub fn signed_out(page: &SignedOutPage<'_>) -> Page {
    let continue_to = page.continue_to.filter(|uri| Url::parse(uri).is_ok_and(|uri| followable(&uri)));
    let view = SignedOut {
        issuer: page.issuer,
        frames: page.iframes.iter().map(|uri| Frame { uri, host: host(uri) }).collect(),
        continue_to,
        script: CONTINUE,
    };
    let policy = page.iframes.iter().fold(Policy::default(), |policy, uri| policy.frame(uri));
    let policy = if continue_to.is_some() { policy.script(CONTINUE) } else { policy };
    templates::page("signed_out.html", &view, &policy)
}

#[derive(Serialize)]
struct SignedOut<'a> {
    issuer: &'a str,
    frames: Vec<Frame<'a>>,
    continue_to: Option<&'a str>,
    script: &'static str,
}

#[derive(Serialize)]
struct Frame<'a> {
    uri: &'a str,
    host: String,
}

/// The part of a URI by which people recognise an application.
fn host(uri: &str) -> String {
    let parsed = Url::parse(uri).ok();
    parsed
        .map(|uri| uri.origin().ascii_serialization())
        .filter(|origin| origin != "null")
        .unwrap_or(uri.to_owned())
}

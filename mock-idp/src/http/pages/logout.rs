//! Signing out: the question before (OIDCRP-2) and the page after, which tells the applications (OIDCFC-3).

use serde::Serialize;
use url::Url;

use super::policy::{Policy, followable};
use super::{Page, templates};
use crate::provider::{Confirmation, LoggedOut, Told, UserSummary};

/// Asks whether to sign out, so that a link on somebody's page cannot do it. The form is sent to `action`; its buttons
/// send `action=logout` and `action=stay`.
pub(in crate::http) fn confirm_logout(question: &Confirmation, issuer: &str, action: &str) -> Page {
    let view = Question {
        issuer,
        action,
        user: &question.user,
        client: question.client_name.as_deref(),
        continue_to: question.return_to.as_deref(),
        fields: &question.request,
    };
    let policy = Policy::default().form_to_self();
    let policy = view.continue_to.into_iter().fold(policy, Policy::form_to);
    templates::page("confirm_logout.html", &view, &policy)
}

#[derive(Serialize)]
struct Question<'a> {
    issuer: &'a str,
    action: &'a str,
    user: &'a UserSummary,
    client: Option<&'a str>,
    continue_to: Option<&'a str>,
    fields: &'a [(String, String)],
}

/// Says that nothing changed.
pub(in crate::http) fn still_signed_in(user: &UserSummary, issuer: &str) -> Page {
    templates::page("still_signed_in.html", &StillSignedIn { issuer, user }, &Policy::default())
}

#[derive(Serialize)]
struct StillSignedIn<'a> {
    issuer: &'a str,
    user: &'a UserSummary,
}

/// Goes on once every frame has loaded, or after five seconds if one hangs. Without script, a refresh does so after five
/// seconds in any case.
const CONTINUE: &str = "(function(){var link=document.getElementById('continue');\
function go(){location.replace(link.href)}\
addEventListener('load',go);setTimeout(go,5000)})()";

/// Tells the applications through frames that the session is over, says which ones were told directly, then goes on.
pub(in crate::http) fn signed_out(logged_out: &LoggedOut, told: &[Told], issuer: &str) -> Page {
    let continue_to =
        logged_out.return_to.as_deref().filter(|uri| Url::parse(uri).is_ok_and(|uri| followable(&uri)));
    let uris = logged_out.frames.iter().map(|frame| frame.url.as_str());
    let policy = uris.clone().fold(Policy::default(), Policy::frame);
    let policy = if continue_to.is_some() { policy.script(CONTINUE) } else { policy };
    let frames = uris.map(|uri| Frame { uri, host: host(uri) }).collect();
    templates::page(
        "signed_out.html",
        &SignedOut {
            issuer,
            frames,
            told: told.iter().map(Called::of).collect(),
            continue_to,
            script: CONTINUE,
        },
        &policy,
    )
}

#[derive(Serialize)]
struct SignedOut<'a> {
    issuer: &'a str,
    frames: Vec<Frame<'a>>,
    told: Vec<Called>,
    continue_to: Option<&'a str>,
    script: &'static str,
}

#[derive(Serialize)]
struct Frame<'a> {
    uri: &'a str,
    host: String,
}

/// An application that was told directly.
#[derive(Serialize)]
struct Called {
    host: String,
    /// Why it may still have the person signed in.
    failure: Option<String>,
}

impl Called {
    fn of(told: &Told) -> Self {
        Self { host: host(&told.url), failure: told.outcome.as_ref().err().map(ToString::to_string) }
    }
}

/// The part of a URI by which people recognise an application.
fn host(uri: &str) -> String {
    let parsed = Url::parse(uri).ok();
    parsed
        .map(|uri| uri.origin().ascii_serialization())
        .filter(|origin| origin != "null")
        .unwrap_or(uri.to_owned())
}

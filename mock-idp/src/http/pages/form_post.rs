//! A response carried by a form (OAuth 2.0 Form Post Response Mode): the browser posts it to the client.

use serde::Serialize;

use super::policy::Policy;
use super::{Page, templates};

/// Sends the form on its own where script runs. It goes through the prototype, because a parameter named `submit` would
/// take the place of the form's method.
const SUBMIT: &str = "HTMLFormElement.prototype.submit.call(document.forms[0])";

/// The page that posts the response to the client's redirect URI, with a button for browsers without script.
///
/// Frames may show it, because applications renew silently in one, and there is nothing on it to be tricked into.
pub(in crate::http) fn form_post(action: &str, fields: &[(String, String)]) -> Page {
    let view = View { action, fields, script: SUBMIT };
    templates::page("form_post.html", &view, &Policy::default().script(SUBMIT).form_to(action).framed())
}

#[derive(Serialize)]
struct View<'a> {
    action: &'a str,
    fields: &'a [(String, String)],
    script: &'static str,
}

//! A response carried by a form (OAuth 2.0 Form Post Response Mode): the browser posts it to the client.

use serde::Serialize;

use super::policy::Policy;
use super::{Page, templates};

/// The response and where it goes.
#[derive(Clone, Copy, Debug)]
pub struct FormPostPage<'a> {
    /// The client's redirect URI.
    pub action: &'a str,
    /// The parameters of the response.
    pub fields: &'a [(String, String)],
}

/// Sends the form on its own where script runs. It goes through the prototype, because a parameter named `submit` would
/// take the place of the form's method.
pub(super) const SUBMIT: &str = "HTMLFormElement.prototype.submit.call(document.forms[0])";

/// The page that posts the response, with a button for browsers without script.
pub fn form_post(page: &FormPostPage<'_>) -> Page {
    let view = View { action: page.action, fields: page.fields, script: SUBMIT };
    templates::page("form_post.html", &view, &Policy::default().script(SUBMIT).form_to(page.action))
}

#[derive(Serialize)]
struct View<'a> {
    action: &'a str,
    fields: &'a [(String, String)],
    script: &'static str,
}

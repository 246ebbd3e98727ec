//! The error page: what is shown when there is nowhere to send the browser.

use serde::Serialize;

use super::policy::Policy;
use super::{Page, templates};

/// What the error page says.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct ErrorPage<'a> {
    /// The issuer that refused.
    pub issuer: &'a str,
    /// The standard's code, such as `invalid_request`.
    pub code: &'a str,
    /// The precise reason.
    pub reason: &'a str,
    /// The clause that the request breaks, such as `RFC6749-4.1.2.1`.
    pub clause: Option<&'a str>,
    /// What to do about it.
    pub help: Option<&'a str>,
    /// What was received and what was expected, by name.
    pub details: &'a [(String, String)],
}

/// The error page. It never sends anybody anywhere.
pub fn error(page: &ErrorPage<'_>) -> Page {
    let view = View { page, clause_url: page.clause.and_then(clause_url) };
    templates::page("error.html", &view, &Policy::default())
}

#[derive(Serialize)]
struct View<'a> {
    #[serde(flatten)]
    page: &'a ErrorPage<'a>,
    clause_url: Option<String>,
}

/// Where a clause can be read: `RFC6749-4.1.2.1` is section 4.1.2.1 of RFC 6749, `OIDCC-3.1.2.6` belongs to OpenID
/// Connect Core, whose sections have no address of their own.
pub(super) fn clause_url(clause: &str) -> Option<String> {
    let (document, section) = clause.split_once('-')?;
    let name = match document {
        "OIDCC" => "openid-connect-core-1_0",
        "OIDCD" => "openid-connect-discovery-1_0",
        "OIDCFC" => "openid-connect-frontchannel-1_0",
        "OIDCRPI" => "openid-connect-rpinitiated-1_0",
        "OAuth2Multi" => "oauth-v2-multiple-response-types-1_0",
        "OAuth2FP" => "oauth-v2-form-post-response-mode-1_0",
        _ => return rfc_url(document, section),
    };
    Some(format!("https://openid.net/specs/{name}.html"))
}

fn rfc_url(document: &str, section: &str) -> Option<String> {
    let number: u16 = document.strip_prefix("RFC")?.parse().ok()?;
    let section: String = section.chars().take_while(|c| c.is_ascii_digit() || *c == '.').collect();
    Some(format!("https://www.rfc-editor.org/rfc/rfc{number}#section-{section}"))
}

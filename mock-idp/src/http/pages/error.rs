//! The error page: what is shown when there is nowhere to send the browser.

use serde::Serialize;

use super::policy::Policy;
use super::{Page, templates};
use crate::protocol::Cause;

/// The error page. It never sends anybody anywhere. A mock says more on it than a real provider would.
pub(in crate::http) fn error(why: &dyn Cause, issuer: &str) -> Page {
    let view = View {
        issuer,
        code: why.code().as_str(),
        reason: why.to_string(),
        help: why.help(),
        clause: why.clause(),
        clause_url: clause_url(why.clause()),
    };
    templates::page("error.html", &view, &Policy::default())
}

#[derive(Serialize)]
struct View<'a> {
    issuer: &'a str,
    code: &'static str,
    reason: String,
    help: Option<&'static str>,
    clause: &'static str,
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
        "OIDCRP" => "openid-connect-rpinitiated-1_0",
        "OAuth.Responses" => "oauth-v2-multiple-response-types-1_0",
        "OAuth.Post" => "oauth-v2-form-post-response-mode-1_0",
        _ => return rfc_url(document, section),
    };
    Some(format!("https://openid.net/specs/{name}.html"))
}

fn rfc_url(document: &str, section: &str) -> Option<String> {
    let number: u16 = document.strip_prefix("RFC")?.parse().ok()?;
    let section: String = section.chars().take_while(|c| c.is_ascii_digit() || *c == '.').collect();
    Some(format!("https://www.rfc-editor.org/rfc/rfc{number}#section-{section}"))
}

//! The few pages that a person sees. Everything that came from outside is escaped.

use serde_json::Value;

use super::RelyingParty;
use crate::decision::{Envelope, Profile, Start};
use crate::markup::escape::html as escape;

/// The page of somebody who is signed in, with the frames that watch the session.
pub(super) fn signed_in(profile: &Profile, shown: &Value, frames: &str) -> String {
    let record = serde_json::to_string_pretty(shown).unwrap_or_default();
    let body = format!(
        "<p id=\"status\">signed in</p><pre id=\"record\">{}</pre><p><a href=\"{}\">Sign out</a></p>{frames}",
        escape(&record),
        escape(&profile.paths.logout)
    );
    page(profile.product, &body)
}

/// The page of somebody who is not; `error` is the code that an earlier attempt left in the address.
pub(super) fn signed_out(rp: &RelyingParty, error: Option<&str>) -> String {
    let profile = rp.profile();
    let mut body = String::from("<p id=\"status\">not signed in</p>");
    if let Some(error) = error {
        body.push_str(&format_error(error, ""));
    }
    // BR-R1, BW-R1: what would be refused is not offered.
    let offered = |name: &str| {
        let start =
            Start { protocol: Some("oidc".to_owned()), provider: Some(name.to_owned()), return_to: None };
        rp.product().admit(&start).is_ok()
    };
    for provider in profile.providers.iter().filter(|provider| offered(&provider.name)) {
        let start = rp.start_url(Some(&provider.name), &[]);
        let label = escape(&provider.label);
        body.push_str("<p><a href=\"");
        body.push_str(&escape(&start));
        body.push_str("\">");
        body.push_str(&label);
        body.push_str("</a></p>");
    }
    page(profile.product, &body)
}

/// The page that refuses, with the product's reason and the check behind it.
pub(super) fn refused(profile: &Profile, envelope: &Envelope) -> String {
    let reason = envelope.reason.as_deref().unwrap_or(envelope.decision);
    let detail = envelope.rejection.as_ref().map(|it| format!("{} ({}): {}", it.name, it.clause, it.detail));
    page(profile.product, &format_error(reason, detail.as_deref().unwrap_or_default()))
}

/// A page with one sentence.
pub(super) fn notice(profile: &Profile, text: &str) -> String {
    page(profile.product, &format!("<p id=\"status\">{}</p>", escape(text)))
}

/// A page that nobody sees, which consists of a script.
pub(super) fn frame(profile: &Profile, script: &str) -> String {
    page(profile.product, script)
}

/// A page with an error code and its explanation.
pub(super) fn error(profile: &Profile, code: &str, detail: &str) -> String {
    page(profile.product, &format_error(code, detail))
}

/// Where the page below writes the fragment.
pub(super) const FRAGMENT_FIELD: &str = "fragment";

/// The page that hands over what stands in the fragment of its own address. No browser sends a fragment to a server
/// (RFC9110-7.1), so an application that has none of its pages in the browser asks for it like this.
pub(super) fn fragment(profile: &Profile) -> String {
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{}</title></head>\
         <body onload=\"document.forms[0].{FRAGMENT_FIELD}.value = location.hash.slice(1); document.forms[0].submit()\">\
         <form method=\"post\"><input type=\"hidden\" name=\"{FRAGMENT_FIELD}\"></form></body></html>",
        escape(profile.product)
    )
}

fn format_error(code: &str, detail: &str) -> String {
    format!(
        "<p>refused: <code id=\"error\">{}</code></p><p id=\"detail\">{}</p>",
        escape(code),
        escape(detail)
    )
}

fn page(title: &str, body: &str) -> String {
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{}</title></head><body>{body}</body></html>",
        escape(title)
    )
}

//! The URIs of a client.

use url::{Host, Url};

use super::members;
use crate::source::{Diagnostic, Node, code};

/// The settings that hold one URI or a list of them.
const SETTINGS: [&str; 6] = [
    "redirect_uris",
    "logout_uri",
    "backchannel_logout_uri",
    "post_logout_redirect_uris",
    "jwks_uri",
    "sector_identifier_uri",
];

/// Every URI of every client is absolute and has no fragment (RFC6749-3.1.2).
pub(super) fn all(block: &Node) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (_, client) in members(block, "clients") {
        for setting in SETTINGS {
            let value = client.get(setting).into_iter();
            let uris =
                value.flat_map(|value| value.as_list().map_or(std::slice::from_ref(value), |list| list));
            found.extend(uris.filter_map(|uri| one(setting, uri)));
        }
    }
    found
}

fn one(setting: &str, node: &Node) -> Option<Diagnostic> {
    let uri = node.as_str()?;
    match Url::parse(uri) {
        Err(_) => {
            let found = Diagnostic::error(code::MALFORMED, format!("`{uri}` is not an absolute URI"));
            let whole = if uri.starts_with('/') {
                format!("https://app.test{uri}")
            } else {
                format!("https://{uri}")
            };
            let help = format!("write the scheme and the host too: `{whole}`");
            Some(found.at(node.span, "expected a whole URI").help(help))
        }
        Ok(url) if url.fragment().is_some() => {
            let found = Diagnostic::error(code::MALFORMED, format!("`{uri}` has a fragment"));
            let bare = uri.split('#').next().unwrap_or_default();
            let clause = "RFC6749-3.1.2: a redirection endpoint has no fragment";
            let found = found.at(node.span, "a fragment is not allowed").help(format!("write `{bare}`"));
            Some(if setting == "redirect_uris" { found.with_note(clause) } else { found })
        }
        Ok(url) if is_host_and_port(&url) => {
            let found = Diagnostic::error(code::MALFORMED, format!("`{uri}` has no scheme"));
            Some(found.at(node.span, "expected a whole URI").help(format!("write `http://{uri}`")))
        }
        Ok(url) if !uri.bytes().all(|byte| byte.is_ascii_graphic()) => {
            let found = Diagnostic::error(code::MALFORMED, format!("`{uri}` has characters that no URI has"));
            let found = found.at(node.span, "not printable ASCII").help(format!("write `{url}`"));
            Some(found.with_note("RFC3986-2: applications send it percent-encoded"))
        }
        Ok(_) => None,
    }
}

/// Whether what was read as a scheme is a host, as in `localhost:3000/cb`.
fn is_host_and_port(url: &Url) -> bool {
    url.cannot_be_a_base() && url.path().starts_with(|first: char| first.is_ascii_digit())
}

/// Whether a URL's host is this machine.
pub(super) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

//! The issuer identifier (OIDCC-2, OIDCD-3).

use url::Url;

use super::codes;
use super::uris::is_loopback;
use crate::config::IdpConfig;
use crate::source::{Diagnostic, Node, code};

/// An issuer is a path of this provider, or a URL without query and fragment; the attacker's too.
pub(super) fn forms(block: &Node) -> Vec<Diagnostic> {
    [block.get("issuer"), block.at("/attacker/issuer")].into_iter().flatten().filter_map(form).collect()
}

/// Whoever attacks an issuer is another one.
pub(super) fn attacker(block: &Node, config: &IdpConfig) -> Option<Diagnostic> {
    let attacker = config.attacker.as_ref()?;
    let honest = config.issuer.as_deref().unwrap_or_default();
    (path(&attacker.issuer) == path(honest)).then(|| {
        let at = block.at("/attacker/issuer").or_else(|| block.get("attacker")).unwrap_or(block);
        Diagnostic::error(codes::CONTRADICTION, "the attacker's issuer is the honest one")
            .at(at.span, "served at the same path")
            .help("give one of them another path, such as `/attacker`")
    })
}

/// Where an issuer is served.
fn path(issuer: &str) -> String {
    let path = Url::parse(issuer).map_or_else(|_| issuer.to_owned(), |url| url.path().to_owned());
    path.trim_matches('/').to_owned()
}

fn form(node: &Node) -> Option<Diagnostic> {
    let issuer = node.as_str()?;
    if issuer.contains(['?', '#']) {
        let found =
            Diagnostic::error(code::MALFORMED, format!("issuer `{issuer}` has a query or a fragment"));
        return Some(
            found
                .at(node.span, "neither is allowed")
                .with_note("OIDCD-3: an issuer has no query or fragment"),
        );
    }
    if issuer == "/" || issuer.starts_with('/') && !issuer.ends_with('/') {
        return None;
    }
    if issuer.starts_with('/') {
        return Some(slash(node, issuer));
    }
    match Url::parse(issuer) {
        Ok(url) if !matches!(url.scheme(), "http" | "https") => Some(neither(node, issuer)),
        Err(_) => Some(neither(node, issuer)),
        Ok(_) if issuer.ends_with('/') => Some(slash(node, issuer)),
        Ok(url) if url.scheme() == "http" && !is_loopback(&url) => Some(plain_http(node, issuer)),
        Ok(_) => None,
    }
}

fn neither(node: &Node, issuer: &str) -> Diagnostic {
    Diagnostic::error(code::MALFORMED, format!("issuer `{issuer}` is neither a path nor a URL"))
        .at(node.span, "expected a path or an http or https URL")
        .help(format!("write `/{issuer}` for a path below this provider's address, or the whole URL"))
}

fn slash(node: &Node, issuer: &str) -> Diagnostic {
    Diagnostic::warning(codes::ISSUER, format!("issuer `{issuer}` ends in a slash"))
        .at(node.span, "the slash is part of the name")
        .help(format!("write `{}` unless the slash is what you are testing", issuer.trim_end_matches('/')))
        .with_note("relying parties compare the issuer byte for byte, and many lose or add this slash")
}

fn plain_http(node: &Node, issuer: &str) -> Diagnostic {
    Diagnostic::warning(
        codes::ISSUER,
        format!("issuer `{issuer}` is plain http on a host that is not loopback"),
    )
    .at(node.span, "not protected on its way")
    .with_note("OIDCC-2: an issuer is an https URL; relying parties often allow http for localhost alone")
}

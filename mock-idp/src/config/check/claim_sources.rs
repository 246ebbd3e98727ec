//! Claims of others: what a relying party could not find, or not tell apart.

use std::collections::BTreeMap;

use url::Url;

use super::super::Document;
use super::{codes, members};
use crate::protocol::keys::Algorithm;
use crate::source::{Diagnostic, Node, Span, code};

/// The members that lead to the claims of others (OIDCC-5.6.2).
const REFERENCES: [&str; 2] = ["_claim_names", "_claim_sources"];

/// One source in the tree: `bank: { aggregated: { … } }`.
struct Source<'a> {
    name: &'a str,
    kind: &'a str,
    settings: &'a Node,
}

/// Every check of every user.
pub(super) fn all(block: &Node) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let mut given = BTreeMap::new();
    for (_, user) in members(block, "users") {
        let sources = sources(user);
        for source in &sources {
            found.extend(keyed_with_a_secret(source));
            found.extend(no_endpoint(source));
            found.extend(unknown_elsewhere(source));
            found.extend(no_token(source));
            found.extend(says_nothing(source));
            found.extend(shared_token(source, &mut given));
        }
        found.extend(two_sources(&sources));
        if !sources.is_empty() {
            found.extend(written_references(user));
        }
    }
    found
}

fn sources(user: &Node) -> Vec<Source<'_>> {
    let named = user.get("claim_sources").and_then(Node::as_map).into_iter().flatten();
    named
        .filter_map(|entry| {
            let kind = entry.value.as_map()?.iter().next()?;
            Some(Source { name: &entry.key, kind: &kind.key, settings: &kind.value })
        })
        .collect()
}

/// A claims provider shares no secret with a client.
fn keyed_with_a_secret(source: &Source<'_>) -> Option<Diagnostic> {
    let alg = source.settings.get("alg")?;
    let name = alg.as_str()?;
    name.parse().ok().filter(|algorithm: &Algorithm| algorithm.is_symmetric())?;
    let found =
        Diagnostic::error(codes::CONTRADICTION, format!("`{name}` is not a key of a claims provider"))
            .at(alg.span, "keyed with a client's secret");
    Some(found.help("choose an algorithm with a pair of keys, or `none`"))
}

/// "OAuth 2.0 resource endpoint from which the associated Claim can be retrieved" (OIDCC-5.6.2)
fn no_endpoint(source: &Source<'_>) -> Option<Diagnostic> {
    let endpoint = source.settings.get("endpoint")?;
    let text = endpoint.as_str().filter(|text| Url::parse(text).is_err())?;
    let found = Diagnostic::error(code::MALFORMED, format!("`{text}` is not an absolute URI"));
    Some(
        found
            .at(endpoint.span, "expected a whole URI")
            .help("leave it out for the endpoint of this provider"),
    )
}

/// A token that is made up here opens nothing elsewhere.
fn unknown_elsewhere(source: &Source<'_>) -> Option<Diagnostic> {
    let endpoint = source.settings.get("endpoint").filter(|endpoint| !endpoint.is_null())?;
    let token = source.settings.get("access_token").filter(|token| token.as_str() == Some("generated"))?;
    let title =
        format!("the claims of `{}` are fetched elsewhere, where no token made here is known", source.name);
    let found = Diagnostic::error(codes::CONTRADICTION, title)
        .at(token.span, "made by this provider")
        .also(endpoint.span, "asked there");
    Some(found.help("write `access_token: { given: ... }` or `access_token: omitted`"))
}

/// `b64token` (RFC6750-2.1).
fn no_token(source: &Source<'_>) -> Option<Diagnostic> {
    let given = given(source)?;
    let text = given.as_str()?;
    let stem = text.trim_end_matches('=');
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~+/".contains(&byte);
    if !stem.is_empty() && stem.bytes().all(fits) {
        return None;
    }
    let found = Diagnostic::error(code::MALFORMED, format!("`{text}` cannot be sent as a bearer token"));
    let found = found.at(given.span, "no token has this form");
    Some(found.with_note("RFC6750-2.1: letters, digits and `-._~+/`, and `=` at the end"))
}

/// Without a name in it, nothing refers to a source.
fn says_nothing(source: &Source<'_>) -> Option<Diagnostic> {
    let claims = source.settings.get("claims");
    let names = claims.and_then(Node::as_map).into_iter().flatten();
    if names.into_iter().any(|claim| claim.key != "sub") {
        return None;
    }
    let place = claims.unwrap_or(source.settings).span;
    let found = Diagnostic::warning(codes::NO_EFFECT, format!("source `{}` has no claims", source.name));
    Some(found.at(place, "nothing refers to it").help("add `claims: { ... }`"))
}

/// The endpoint here tells whose claims are asked for by the token.
fn shared_token<'a>(source: &Source<'a>, seen: &mut BTreeMap<&'a str, Span>) -> Option<Diagnostic> {
    let given = given(source).filter(|_| source.settings.get("endpoint").is_none_or(Node::is_null))?;
    let text = given.as_str()?;
    match seen.get(text) {
        None => {
            seen.insert(text, given.span);
            None
        }
        Some(first) => Some(
            Diagnostic::error(codes::SHARED_NAME, "two sources have one access token")
                .at(given.span, "second use")
                .also(*first, "first use")
                .help("the endpoint tells by the token whose claims are asked for; change one of them"),
        ),
    }
}

fn given<'a>(source: &Source<'a>) -> Option<&'a Node> {
    source.settings.get("access_token")?.get("given")
}

/// `_claim_names` says one source for each claim (OIDCC-5.6.2).
fn two_sources(sources: &[Source<'_>]) -> Vec<Diagnostic> {
    let mut seen: BTreeMap<&str, Span> = BTreeMap::new();
    let mut found = Vec::new();
    for source in sources {
        let claims = source.settings.get("claims").and_then(Node::as_map).into_iter().flatten();
        for claim in claims.into_iter().filter(|claim| claim.key != "sub") {
            match seen.get(claim.key.as_str()) {
                None => drop(seen.insert(&claim.key, claim.key_span)),
                Some(first) => found.push(
                    Diagnostic::error(codes::CONTRADICTION, format!("claim `{}` has two sources", claim.key))
                        .at(claim.key_span, format!("in the {} claims of `{}` too", source.kind, source.name))
                        .also(*first, "first source")
                        .with_note("OIDCC-5.6.2: `_claim_names` refers from each claim to one source"),
                ),
            }
        }
    }
    found
}

/// What is written by hand would stand where the provider puts its own.
fn written_references(user: &Node) -> Vec<Diagnostic> {
    let overlays = Document::ALL.into_iter().map(Document::name);
    let documents = std::iter::once("claims").chain(overlays).filter_map(|name| user.get(name)?.as_map());
    let written =
        documents.flat_map(|claims| claims.iter().filter(|claim| REFERENCES.contains(&claim.key.as_str())));
    written
        .map(|claim| {
            Diagnostic::error(codes::CONTRADICTION, format!("`{}` follows from `claim_sources`", claim.key))
                .at(claim.key_span, "written as well")
                .help("remove it, or `claim_sources`")
        })
        .collect()
}

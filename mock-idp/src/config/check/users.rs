//! Users and the documents about them.

use std::collections::BTreeMap;

use super::super::{Document, IdpConfig};
use super::{codes, members};
use crate::source::{Diagnostic, Map, Node, Span, code};

/// A subject longer than this is not one (OIDCC-2).
const LONGEST_SUBJECT: usize = 255;

/// A `sub` that no relying party has to accept.
pub(super) fn subjects(block: &Node) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (_, user) in members(block, "users") {
        found.extend(user.get("sub").and_then(subject_form));
        for claims in documents(user) {
            found.extend(claims.get("sub").and_then(subject_type));
        }
    }
    found
}

fn subject_form(sub: &Node) -> Option<Diagnostic> {
    let text = sub.as_str()?;
    let reason = if text.is_empty() {
        "empty"
    } else if !text.is_ascii() {
        "not ASCII"
    } else if text.len() > LONGEST_SUBJECT {
        "longer than 255 characters"
    } else {
        return None;
    };
    let found = Diagnostic::warning(codes::SUBJECT, format!("this `sub` is {reason}"))
        .at(sub.span, reason)
        .with_note("OIDCC-2: a subject is at most 255 ASCII characters, and some relying parties check it");
    Some(found)
}

/// `sub` may differ between documents, but it is always text there.
fn subject_type(sub: &Node) -> Option<Diagnostic> {
    if sub.as_str().is_some() || unset_marker(sub).is_some() {
        return None;
    }
    let text = sub.to_json().to_string();
    let found = Diagnostic::error(code::WRONG_TYPE, format!("`sub` must be a string, found {}", sub.kind()))
        .at(sub.span, sub.kind())
        .help(format!("write `\"{text}\"`; an honest provider never sends another type"));
    Some(found)
}

/// `{ $unset: true }` takes a claim away where there is one to take away.
pub(super) fn overlays(block: &Node) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (_, user) in members(block, "users") {
        let general = user.get("claims").and_then(Node::as_map);
        for claim in general.into_iter().flatten() {
            found.extend(unset_marker(&claim.value).map(|marker| {
                Diagnostic::warning(
                    codes::NO_EFFECT,
                    format!("there is nothing to unset for `{}`", claim.key),
                )
                .at(marker, "takes away what `claims` gives")
                .help("leave the claim out here, or move this to `id_token`, `access_token` or `userinfo`")
            }));
        }
        for overlay in Document::ALL.into_iter().filter_map(|document| user.get(document.name())?.as_map()) {
            found.extend(overlay.iter().filter_map(|claim| malformed_marker(&claim.value)));
        }
    }
    found
}

/// The place of a `{ $unset: true }`.
fn unset_marker(value: &Node) -> Option<Span> {
    value.get("$unset").filter(|truth| truth.as_bool() == Some(true)).map(|_| value.span)
}

/// A map that means to unset and says it in another way.
fn malformed_marker(value: &Node) -> Option<Diagnostic> {
    let marker = value.as_map()?.entry("$unset")?;
    if value.as_map()?.len() == 1 && marker.value.as_bool() == Some(true) {
        return None;
    }
    let found =
        Diagnostic::error(code::WRONG_TYPE, "a claim is unset by `{ $unset: true }` and nothing else")
            .at(value.span, "this would be sent as it stands")
            .help("write `{ $unset: true }`");
    Some(found)
}

/// Two users of one subject are one person to a relying party.
pub(super) fn shared_subjects(block: &Node, config: &IdpConfig) -> Vec<Diagnostic> {
    let mut seen: BTreeMap<&str, (&str, Span)> = BTreeMap::new();
    let mut found = Vec::new();
    for (name, node) in members(block, "users") {
        let Some(user) = config.users.get(name) else { continue };
        let sub = user.sub.as_deref().unwrap_or(name);
        let span = node.get("sub").map_or(node.span, |sub| sub.span);
        match seen.get(sub) {
            None => drop(seen.insert(sub, (name, span))),
            Some((other, first)) => found.push(
                Diagnostic::warning(
                    codes::NEAR_MISS,
                    format!("users `{other}` and `{name}` share the subject `{sub}`"),
                )
                .at(span, "second use")
                .also(*first, "first use")
                .with_note("to a relying party they are one person (OIDCC-5.7)"),
            ),
        }
    }
    found
}

/// The maps of claims that a user has.
fn documents(user: &Node) -> impl Iterator<Item = &Map> {
    let overlays = Document::ALL.into_iter().map(Document::name);
    std::iter::once("claims").chain(overlays).filter_map(|name| user.get(name)?.as_map())
}

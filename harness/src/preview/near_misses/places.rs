//! N0103 to N0105: the right claim in the wrong document, at another depth, or with its path written as a name.

use super::{Candidate, Scene};
use crate::decision::{ClaimPath, Document, Term};
use crate::preview::{Edit, Place};

/// N0103: claims that are asked for in one document and are in another.
pub(super) fn in_another_document(scene: &Scene<'_>) -> Vec<Candidate> {
    let mut found = Vec::new();
    for (_, wanted) in scene.absent() {
        // where either of two documents will do, one is enough
        if scene.present().any(|(_, place, _)| place.path == wanted.path) {
            continue;
        }
        let others = scene.documents().into_iter().filter(|document| *document != wanted.document);
        for place in others.map(|document| Place { document, path: wanted.path.clone() }) {
            if scene.value(&place).is_none() || scene.is_asked_for(&place) {
                continue;
            }
            let (here, there) = (in_words(place.document), in_words(wanted.document));
            let message = format!("`{}` is in the {here}; the {there} is read", place.name());
            let edit = Edit::Copy(place.clone(), wanted.clone());
            found.push(Candidate::new("N0103", place, message).with([edit]));
        }
    }
    found
}

/// N0104: a claim of the right name at another depth, or behind a namespace.
pub(super) fn elsewhere(scene: &Scene<'_>) -> Vec<Candidate> {
    let mut found = Vec::new();
    for (term, wanted) in scene.absent() {
        let Some(name) = wanted.path.segments().last() else { continue };
        let is_namespaced =
            |last: &str| last.strip_suffix(name.as_str()).is_some_and(|rest| rest.ends_with(['/', ':', '#']));
        for (place, value) in scene.places(wanted.document) {
            let last = place.path.segments().last().map(String::as_str).unwrap_or_default();
            let same_name = last == name || is_namespaced(last);
            if !same_name
                || is_a_reference(&place)
                || value.is_object()
                || place == wanted
                || scene.is_asked_for(&place)
            {
                continue;
            }
            let message = format!("`{}` is there; `{}` is read", place.name(), wanted.name());
            let edit = Edit::Rename(place.clone(), wanted.clone());
            found.push(Candidate::new("N0104", place, message).with([edit]).help(setting(term)));
        }
    }
    found
}

/// Whether a place only says where claims are to be fetched: the members of `_claim_names` are named after claims, and are
/// none (OIDCC-5.6.2).
fn is_a_reference(place: &Place) -> bool {
    let first = place.path.segments().first().map(String::as_str);
    matches!(first, Some("_claim_names" | "_claim_sources"))
}

/// N0105: a path that is written as one name with dots, or a name with dots that is written as a path.
pub(super) fn dotted(scene: &Scene<'_>) -> Vec<Candidate> {
    let mut found = Vec::new();
    for (term, wanted) in scene.absent() {
        let segments = wanted.path.segments();
        let name = segments.join(".");
        let other = if segments.len() > 1 { ClaimPath::top(&name) } else { ClaimPath::dotted(&name) };
        let place = Place { document: wanted.document, path: other };
        if place == wanted || scene.value(&place).is_none() {
            continue;
        }
        let message = match segments.len() {
            1 => format!(
                "`{}` is a path; a claim whose name is `{name}`, dots included, is read",
                place.name()
            ),
            _ => format!("`{name}` is one name with dots; the path `{}` is read", wanted.name()),
        };
        let edit = Edit::Rename(place.clone(), wanted.clone());
        found.push(Candidate::new("N0105", place, message).with([edit]).help(setting(term)));
    }
    found
}

fn setting(term: &Term) -> Option<String> {
    term.setting.map(|setting| format!("the setting `{setting}` says where it is looked for"))
}

/// How a document is called.
pub(super) const fn in_words(document: Document) -> &'static str {
    match document {
        Document::IdToken => "ID token",
        Document::AccessToken => "access token",
        Document::Userinfo => "UserInfo response",
        Document::Config => "configuration",
        Document::State => "stored state",
        Document::Request => "request",
        Document::Default => "defaults",
    }
}

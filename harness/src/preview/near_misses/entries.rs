//! N0106 to N0109: entries of a claim that are malformed, close to one that means something, or unknown.

use serde_json::Value;

use super::{Candidate, MOST_PLACES, Scene, closeness};
use crate::decision::{Shape, Term};
use crate::preview::{Edit, Place};

/// The entries of a claim as they are written.
fn entries(shape: Shape, value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) if shape == Shape::SeparatedText => text.split(',').take(MOST_PLACES).collect(),
        Value::String(text) => vec![text],
        Value::Array(entries) => entries.iter().filter_map(Value::as_str).take(MOST_PLACES).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => Vec::new(),
    }
}

/// N0106: empty parts, parts that name only half of what they should, and other separators than commas.
pub(super) fn malformed(scene: &Scene<'_>) -> Vec<Candidate> {
    let separated = scene.present().filter(|(term, ..)| term.shape == Shape::SeparatedText);
    separated
        .filter_map(|(_, place, value)| separators(&place, value.as_str()?))
        .chain(parts(scene))
        .collect()
}

/// Empty parts are skipped in silence, and another separator makes one part of all.
fn separators(place: &Place, text: &str) -> Option<Candidate> {
    let other = [';', '|', '\n', ' '].into_iter().find(|separator| text.trim().contains(*separator));
    if let Some(separator) = other.filter(|_| !text.contains(',')) {
        let joined = text
            .split(separator)
            .map(str::trim)
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(",");
        let message = format!(
            "the entries of `{}` are separated by `{}`; commas are read",
            place.name(),
            separator.escape_default()
        );
        let edit = Edit::Set(place.clone(), Value::from(joined));
        return Some(Candidate::new("N0106", place.clone(), message).of_entry("").with([edit]));
    }
    let empty = text.split(',').filter(|part| part.trim().is_empty()).count();
    (empty > 0 && !text.trim().is_empty()).then(|| {
        let parts = if empty == 1 { "an empty part, which is" } else { "empty parts, which are" };
        let message = format!("`{}` has {parts} skipped", place.name());
        Candidate::new("N0106", place.clone(), message).of_entry("").anyway()
    })
}

/// `admin:` names no project, and `:P1` no role.
fn parts(scene: &Scene<'_>) -> Vec<Candidate> {
    let mut found = Vec::new();
    for (term, place, value) in
        scene.present().filter(|(term, ..)| term.words.iter().any(|word| word.contains(':')))
    {
        for part in entries(term.shape, value).into_iter().map(str::trim) {
            let half = match part.split_once(':') {
                Some((_, "")) => "it names a role and nothing that the role is for",
                Some(("", _)) => "it names no role before the `:`",
                Some((_, rest)) if rest.contains(':') => "there is more than one `:`",
                Some(_) | None => continue,
            };
            let message = format!("the entry `{part}` of `{}` is skipped: {half}", place.name());
            let bare = part.trim_matches(':');
            let known = term.words.iter().any(|word| word == bare);
            let edits = if known { replaced(&place, term, value, (part, bare)) } else { Vec::new() };
            found.push(Candidate::new("N0106", place.clone(), message).of_entry(part).with(edits).anyway());
        }
    }
    found
}

/// N0107: entries that are almost one that means something.
pub(super) fn close(scene: &Scene<'_>) -> Vec<Candidate> {
    let mut found = Vec::new();
    for (term, place, value) in scene.present().filter(|(term, ..)| !term.words.is_empty()) {
        for entry in entries(term.shape, value) {
            // What is missing from half an entry, nobody can guess.
            if term.words.iter().any(|word| word == entry) || entry.trim().ends_with(':') {
                continue;
            }
            let near = term
                .words
                .iter()
                .filter_map(|word| closeness(entry, word).map(|(distance, how)| (distance, word, how)));
            let Some((_, word, how)) = near.min_by_key(|(distance, ..)| *distance) else { continue };
            let message = format!("`{entry}` in `{}` is not `{word}`; it differs {how}", place.name());
            let edits = replaced(&place, term, value, (entry, word));
            found.push(Candidate::new("N0107", place.clone(), message).of_entry(entry).with(edits));
        }
    }
    found
}

/// Findings that name an entry: their prefix, the code of the near miss, and what is wrong with the entry.
const FINDINGS: &[(&str, &str, &str)] = &[
    ("unknown_user_group:", "N0108", "names no user group that exists"),
    ("unknown_legal_entity:", "N0108", "names no legal entity that exists"),
    ("malformed_project_entry:", "N0108", "names no project that exists"),
    ("unknown_role:", "N0109", "is no role, and is skipped"),
    ("unrecognized_role:", "N0109", "is no role, and the least role is taken"),
    ("unrecognized_org_admin:", "N0109", "is neither true nor false, and means no"),
];

/// N0108 and N0109: entries that the product itself complains about.
pub(super) fn unknown(scene: &Scene<'_>) -> Vec<Candidate> {
    let mut found = Vec::new();
    for finding in &scene.base.envelope.findings {
        let known = FINDINGS
            .iter()
            .find_map(|(prefix, code, what)| Some((finding.strip_prefix(prefix)?, code, what)));
        let Some((entry, code, what)) = known else { continue };
        let Some((term, place)) = holder(scene, entry) else { continue };
        // Such an entry is malformed, which was said.
        if entry.ends_with(':') || entry.starts_with(':') || entry.matches(':').count() > 1 {
            continue;
        }
        let message = format!("`{entry}` in `{}` {what}", place.name());
        found.push(Candidate::new(code, place, message).of_entry(entry).help(known_words(term)).anyway());
    }
    found
}

/// The claim that an entry stands in.
fn holder<'s>(scene: &'s Scene<'_>, entry: &str) -> Option<(&'s Term, Place)> {
    let holds = |term: &Term, value: &Value| {
        let in_key = value.as_object().is_some_and(|members| members.contains_key(entry));
        let in_part = |part: &str| part.trim() == entry || part.split(':').any(|half| half.trim() == entry);
        in_key || entries(term.shape, value).into_iter().any(in_part)
    };
    scene.present().find(|(term, _, value)| holds(term, value)).map(|(term, place, _)| (term, place))
}

fn known_words(term: &Term) -> Option<String> {
    let shown: Vec<String> = term.words.iter().take(8).map(|word| format!("`{word}`")).collect();
    let more = if term.words.len() > shown.len() { ", …" } else { "" };
    (!shown.is_empty()).then(|| format!("known are {}{more}", shown.join(", ")))
}

/// The claim with one entry replaced.
fn replaced(place: &Place, term: &Term, value: &Value, (from, to): (&str, &str)) -> Vec<Edit> {
    let swap = |entry: &str| if entry.trim() == from.trim() { to.to_owned() } else { entry.to_owned() };
    let all: Vec<String> = entries(term.shape, value).into_iter().map(swap).collect();
    let value = match value {
        Value::Array(_) => Value::from(all),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_) => {
            Value::from(all.join(","))
        }
    };
    vec![Edit::Set(place.clone(), value)]
}

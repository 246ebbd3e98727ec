//! A user's claims in one line, for the button that signs them in.

use serde_json::{Map, Value};

use crate::config::{Document, UserConfig, is_unset};

/// How many claims the line names, and how long each value may be.
const CLAIMS: usize = 4;
const VALUE_CHARS: usize = 40;

/// Claims that every user has and that tell two users apart no better than their name does (OIDCC-5.1).
const PLAIN: [&str; 9] = [
    "name",
    "given_name",
    "family_name",
    "preferred_username",
    "email_verified",
    "locale",
    "picture",
    "updated_at",
    "zoneinfo",
];

/// The claims that make the difference, values as JSON so that `"true"` and `true` do not look alike.
pub(super) fn gist(user: &UserConfig) -> String {
    let overlays = Document::ALL
        .into_iter()
        .flat_map(|document| telling(user.overlay(document), format!(" in {}", document.name())));
    let claims: Vec<String> = telling(&user.claims, String::new()).chain(overlays).collect();
    if claims.is_empty() {
        return "no claims about permissions".to_owned();
    }
    let line = claims.iter().take(CLAIMS).map(String::as_str).collect::<Vec<_>>().join(", ");
    match claims.len().saturating_sub(CLAIMS) {
        0 => line,
        more => format!("{line} and {more} more"),
    }
}

fn telling(claims: &Map<String, Value>, place: String) -> impl Iterator<Item = String> {
    claims.iter().filter(|(name, _)| !PLAIN.contains(&name.as_str())).map(move |(name, value)| {
        let name = cut(name);
        if is_unset(value) {
            format!("no {name}{place}")
        } else {
            format!("{name}{place}: {}", cut(&value.to_string()))
        }
    })
}

/// At most [`VALUE_CHARS`] characters, the last of them an ellipsis if something is missing.
fn cut(text: &str) -> String {
    if text.chars().nth(VALUE_CHARS).is_none() {
        return text.to_owned();
    }
    text.chars().take(VALUE_CHARS - 1).chain(['…']).collect()
}

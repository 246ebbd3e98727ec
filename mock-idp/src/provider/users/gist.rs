//! A user's claims in one line, for the button that signs them in.

use std::borrow::Cow;

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
pub(in crate::provider) fn gist(user: &UserConfig) -> String {
    let overlays = Document::ALL
        .into_iter()
        .flat_map(|document| telling(user.overlay(document), format!(" in {}", document.name())));
    let sources =
        user.claim_sources.iter().flat_map(|(name, source)| telling(source.claims(), format!(" by {name}")));
    let claims: Vec<String> = telling(&user.claims, String::new()).chain(overlays).chain(sources).collect();
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
    let whole = text.chars().nth(VALUE_CHARS).is_none();
    let shown = if whole { VALUE_CHARS } else { VALUE_CHARS - 1 };
    let mut line: String = text.chars().take(shown).map(visible).collect();
    if !whole {
        line.push('…');
    }
    line
}

/// The character, or its escape if it cannot be seen or would turn the line around.
fn visible(c: char) -> Cow<'static, str> {
    let unseen = matches!(c, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
    if unseen || c.is_control() { format!("\\u{:04x}", u32::from(c)).into() } else { c.to_string().into() }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::{Value, json};

    use super::gist;

    #[rstest]
    #[case::only_a_name(json!({"claims": {"name": "Ada", "locale": "en"}}), "no claims about permissions")]
    #[case::text_and_truth_differ(json!({"claims": {"a": "true", "b": true}}), r#"a: "true", b: true"#)]
    #[case::null_is_a_value(json!({"claims": {"roles": null}}), "roles: null")]
    #[case::overlays_say_where(json!({"claims": {"a": 1}, "userinfo": {"a": 2}}), "a: 1, a in userinfo: 2")]
    #[case::others_vouch(
        json!({"claim_sources": {"bank": {"aggregated": {"claims": {"rating": "A"}}}}}),
        r#"rating by bank: "A""#
    )]
    #[case::a_claim_taken_away(json!({"id_token": {"a": {"$unset": true}}}), "no a in id_token")]
    #[case::more_than_fit(json!({"claims": {"a": 1, "b": 2, "c": 3, "d": 4, "e": 5}}), "a: 1, b: 2, c: 3, d: 4 and 1 more")]
    #[case::a_long_value(
        json!({"claims": {"a": "x".repeat(1000)}}),
        r#"a: "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…"#
    )]
    #[case::marks_that_turn_text_around(json!({"claims": {"a": "\u{202e}nimda"}}), r#"a: "\u202enimda""#)]
    fn a_gist_names_what_makes_the_difference(#[case] user: Value, #[case] line: &str) {
        assert_eq!(gist(&serde_json::from_value(user).unwrap()), line);
    }
}

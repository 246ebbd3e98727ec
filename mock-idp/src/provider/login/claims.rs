//! Claims as a person types them into the login page.

use std::fmt;

use serde::de::{Error as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

/// What is wrong with the claims in one field, and where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("`{field}`, line {line}, column {column}: {message}")]
pub struct ClaimsMistake {
    /// The name of the field, such as `claims.id_token`.
    pub field: &'static str,
    /// The line, counted from 1.
    pub line: usize,
    /// The character in the line, counted from 1.
    pub column: usize,
    /// What is wrong there.
    pub message: String,
}

/// Reads the claims in a field: a JSON object in which no claim is given twice, or nothing at all.
///
/// # Errors
/// The first mistake and its place, when the text is anything else.
pub(super) fn parse_claims(field: &'static str, text: &str) -> Result<Map<String, Value>, ClaimsMistake> {
    if text.trim().is_empty() {
        return Ok(Map::new());
    }
    match serde_json::from_str::<Claims>(text) {
        Ok(Claims(claims)) => Ok(claims),
        Err(error) => Err(mistake(field, text, &error)),
    }
}

fn mistake(field: &'static str, text: &str, error: &serde_json::Error) -> ClaimsMistake {
    let whole_is_wrong = error.is_data() && !text.trim_start().starts_with('{');
    let (line, column) = if whole_is_wrong { start_of(text) } else { place(text, error) };
    let message = if whole_is_wrong {
        OBJECT_WANTED.to_owned()
    } else if error.is_eof() {
        "the text ends before the object is complete".to_owned()
    } else {
        without_place(&error.to_string())
    };
    ClaimsMistake { field, line, column, message }
}

/// Line and column, in characters. The parser counts bytes, and stands at column 0 when it trips over a line break.
fn place(text: &str, error: &serde_json::Error) -> (usize, usize) {
    let line = error.line().max(1);
    let bytes = text.split('\n').nth(line - 1).unwrap_or_default().char_indices();
    let column = bytes.take_while(|(start, _)| *start < error.column()).count();
    (line, column.max(1))
}

/// Where the first character stands that is not blank.
fn start_of(text: &str) -> (usize, usize) {
    let blank = text.chars().take_while(|c| c.is_whitespace());
    blank.fold((1, 1), |(line, column), c| if c == '\n' { (line + 1, 1) } else { (line, column + 1) })
}

fn without_place(message: &str) -> String {
    message.rsplit_once(" at line ").map_or(message, |(before, _)| before).to_owned()
}

const OBJECT_WANTED: &str = "claims are an object such as `{\"roles\": [\"admin\"]}`";

struct Claims(Map<String, Value>);

impl<'de> Deserialize<'de> for Claims {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(EachOnce)
    }
}

/// Takes each claim once. Plain maps let the last one win, which hides a slip in a hand-written object.
struct EachOnce;

impl<'de> Visitor<'de> for EachOnce {
    type Value = Claims;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(OBJECT_WANTED)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Claims, A::Error> {
        let mut claims = Map::new();
        while let Some(name) = entries.next_key::<String>()? {
            if claims.contains_key(&name) {
                return Err(A::Error::custom(format!("claim `{name}` is given twice")));
            }
            let value = entries.next_value()?;
            claims.insert(name, value);
        }
        Ok(Claims(claims))
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::{Value, json};

    use super::parse_claims;

    #[rstest]
    #[case::an_object(r#"{"roles": ["admin"]}"#, json!({"roles": ["admin"]}))]
    #[case::nothing("", json!({}))]
    #[case::only_blanks(" \r\n\t", json!({}))]
    #[case::line_breaks_of_a_browser("{\r\n\"a\": null\r\n}\r\n", json!({"a": null}))]
    #[case::names_with_dots_and_urls(r#"{"https://acme.test/roles.x": 1}"#, json!({"https://acme.test/roles.x": 1}))]
    #[case::a_marker_that_takes_a_claim_away(r#"{"a": {"$unset": true}}"#, json!({"a": {"$unset": true}}))]
    fn claims_are_an_object_or_nothing(#[case] text: &str, #[case] expected: Value) {
        assert_eq!(parse_claims("claims.id_token", text).map(Value::Object), Ok(expected));
    }

    #[rstest]
    #[case::a_missing_comma("{\n  \"a\": 1\n  \"b\": 2\n}", (3, 3), "expected `,` or `}`")]
    #[case::a_comma_too_many("{\"a\": 1,}", (1, 9), "trailing comma")]
    #[case::single_quotes("{'a': 1}", (1, 2), "key must be a string")]
    #[case::characters_are_counted_not_bytes("{\"naïve\": x}", (1, 11), "expected value")]
    #[case::text_after_the_object("{}\n{}", (2, 1), "trailing characters")]
    #[case::an_object_that_is_not_closed("{\n  \"a\": [1,\n", (3, 1), "the text ends before the object is complete")]
    #[case::a_line_break_in_text("{\"a\": \"x\ny\"}", (2, 1), "control character (\\u0000-\\u001F) found while parsing a string")]
    #[case::a_list("\n [1]", (2, 2), "claims are an object such as `{\"roles\": [\"admin\"]}`")]
    #[case::text("\"roles\"", (1, 1), "claims are an object such as `{\"roles\": [\"admin\"]}`")]
    #[case::null("null", (1, 1), "claims are an object such as `{\"roles\": [\"admin\"]}`")]
    #[case::a_claim_given_twice("{\"a\": 1,\n \"a\": 2}", (2, 4), "claim `a` is given twice")]
    #[case::a_number_out_of_range("{\"a\": 1e999}", (1, 11), "number out of range")]
    fn a_mistake_is_placed(#[case] text: &str, #[case] place: (usize, usize), #[case] message: &str) {
        let mistake = parse_claims("claims.userinfo", text).unwrap_err();
        assert_eq!((mistake.line, mistake.column), place, "{mistake}");
        assert_eq!(mistake.message, message);
        assert_eq!(mistake.field, "claims.userinfo");
    }

    #[test]
    fn nesting_without_end_is_a_mistake() {
        let text = format!("{{\"a\": {}", "[".repeat(100_000));
        assert_eq!(parse_claims("claims.id_token", &text).unwrap_err().message, "recursion limit exceeded");
    }
}

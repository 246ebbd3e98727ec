//! JSON from outside, read so that nobody else reads it otherwise.
//!
//! RFC8259-4 leaves it open what a name means that stands twice in an object; two readers of one token may then see two
//! subjects. RFC7519-4 and RFC7515-4: "JWS implementations MUST either reject JWSs with duplicate Header Parameter names
//! or use a JSON parser that returns only the lexically last". Here they are rejected, in every document.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::weakness::{LeftOut, Weakness};

/// Reads a document.
pub(super) fn read(text: &[u8], left_out: &LeftOut) -> Result<Value, serde_json::Error> {
    let strictly = parsed(text, Twice::Refused);
    if strictly.is_ok() {
        return strictly;
    }
    if left_out.has(Weakness::TakesFirstDuplicate) {
        return parsed(text, Twice::First);
    }
    if left_out.has(Weakness::MendsJson) {
        // whatever stands behind the first value is not looked at
        return Reader(Twice::Refused).deserialize(&mut serde_json::Deserializer::from_slice(&mended(text)));
    }
    strictly
}

fn parsed(text: &[u8], twice: Twice) -> Result<Value, serde_json::Error> {
    let mut reader = serde_json::Deserializer::from_slice(text);
    let value = Reader(twice).deserialize(&mut reader)?;
    reader.end()?;
    Ok(value)
}

/// The same, for documents that have to be objects.
pub(super) fn read_object(text: &[u8], left_out: &LeftOut) -> Option<Map<String, Value>> {
    match read(text, left_out).ok()? {
        Value::Object(members) => Some(members),
        // What is no object is one to somebody who only looks at what is inside.
        Value::Array(entries) if left_out.has(Weakness::MendsJson) => {
            entries.into_iter().find_map(|entry| entry.as_object().cloned())
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => None,
    }
}

/// What a weak reader makes of what is no JSON: other characters for wrong bytes, no byte order mark, no comments, and
/// `null` for what is no number.
fn mended(text: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(text).trim_start_matches('\u{feff}').replace("NaN", "null");
    let without_comment = match (text.find("/*"), text.find("*/")) {
        (Some(start), Some(end)) if start < end => {
            let (before, rest) = text.split_at(start);
            let after = rest.split_once("*/").map_or("", |(_, after)| after);
            format!("{before}{after}")
        }
        _ => text,
    };
    without_comment.into_bytes()
}

/// What to do with a name that stands twice.
#[derive(Clone, Copy)]
enum Twice {
    Refused,
    First,
}

#[derive(Clone, Copy)]
struct Reader(Twice);

impl<'de> DeserializeSeed<'de> for Reader {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, input: D) -> Result<Value, D::Error> {
        input.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Reader {
    type Value = Value;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("JSON")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(entry) = entries.next_element_seed(self)? {
            list.push(entry);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            let value = members.next_value_seed(self)?;
            match (self.0, object.contains_key(&name)) {
                (Twice::Refused, true) => {
                    return Err(A::Error::custom(format_args!("`{name}` stands there twice")));
                }
                (Twice::First, true) => {}
                (Twice::Refused | Twice::First, _) => drop(object.insert(name, value)),
            }
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::super::weakness::LeftOut;
    use super::read;

    #[test]
    fn a_document_is_read_as_it_is() {
        let text = br#"{"a": [1, -2, 2.5, "\u00e4", true, null], "b": {"c": {}}}"#;
        let expected = json!({"a": [1, -2, 2.5, "\u{e4}", true, null], "b": {"c": {}}});
        assert_eq!(read(text, &LeftOut::default()).unwrap(), expected);
    }

    #[rstest]
    #[case::twice(br#"{"sub": "a", "sub": "b"}"#, "`sub` stands there twice")]
    #[case::in_disguise(br#"{"sub": "a", "\u0073ub": "b"}"#, "`sub` stands there twice")]
    #[case::inside(br#"[{"a": {"b": 1, "b": 1}}]"#, "`b` stands there twice")]
    #[case::more_after_it(b"{} {}", "trailing characters")]
    #[case::no_number(b"[NaN]", "expected value")]
    #[case::too_large_a_number(b"[1e400]", "number out of range")]
    #[case::no_text(b"[\"\xff\"]", "invalid unicode")]
    #[case::a_mark_before_it(b"\xef\xbb\xbf{}", "expected value")]
    fn what_others_might_read_otherwise_is_refused(#[case] text: &[u8], #[case] why: &str) {
        let refused = read(text, &LeftOut::default()).unwrap_err().to_string();
        assert!(refused.contains(why), "{refused}");
    }

    #[test]
    fn a_tower_is_not_climbed() {
        let tower = "[".repeat(10_000);
        let refused = read(tower.as_bytes(), &LeftOut::default()).unwrap_err().to_string();
        assert!(refused.contains("recursion limit"), "{refused}");
    }
}

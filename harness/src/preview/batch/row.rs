//! One user of a file: a line of JSON, or a record of CSV under the names of its columns.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

/// A user as written, and where.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The line, counted from 1.
    pub line: u64,
    /// The claims, a JWT, or a token response.
    pub text: Written,
}

/// The forms in which a user is written.
#[derive(Clone, Debug, PartialEq)]
pub enum Written {
    /// A line of JSON, or a JWT.
    Line(Vec<u8>),
    /// The claims of a record.
    Claims(Map<String, Value>),
    /// Nothing that could be read, for this reason.
    Nothing(String),
}

impl Row {
    /// The claims in any form that a preview reads.
    ///
    /// # Errors
    ///
    /// Why the line cannot be read.
    pub fn claims(self) -> Result<Value, String> {
        match self.text {
            Written::Claims(claims) => Ok(Value::Object(claims)),
            Written::Nothing(why) => Err(why),
            Written::Line(line) => {
                let text = std::str::from_utf8(&line).map_err(|_| "this is no UTF-8".to_owned())?.trim();
                if text.starts_with(['{', '[']) {
                    return serde_json::from_str(text)
                        .map(|Once(claims)| claims)
                        .map_err(|wrong| in_line(&wrong));
                }
                Ok(Value::from(text))
            }
        }
    }
}

/// What is wrong with a line of JSON, and at which column; which line it is the reader knows better.
fn in_line(wrong: &serde_json::Error) -> String {
    let said = wrong.to_string();
    let bare = said.split_once(" at line ").map_or(said.as_str(), |(bare, _)| bare);
    format!("{bare}, at column {}", wrong.column())
}

/// JSON in which no object has a member twice: of two values of one claim nobody can say which counts (RFC 8259, section 4).
struct Once(Value);

impl<'de> Deserialize<'de> for Once {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Reader).map(Self)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Value;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, truth: bool) -> Result<Value, E> {
        Ok(Value::Bool(truth))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(Value::from(number))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
        Ok(Value::from(number))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Value, E> {
        Ok(Value::from(number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::from(text))
    }

    fn visit_string<E>(self, text: String) -> Result<Value, E> {
        Ok(Value::String(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(Once(entry)) = entries.next_element()? {
            list.push(entry);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            if map.contains_key(&name) {
                return Err(A::Error::custom(format_args!("key `{name}` stands twice in this map")));
            }
            let Once(value) = members.next_value()?;
            map.insert(name, value);
        }
        Ok(Value::Object(map))
    }
}

/// The claims of a CSV record.
///
/// A column `groups` holds a text, a column `groups[]` a list whose entries are separated by `;`, and a column whose name
/// starts with `/` lies at that JSON pointer. `true` and `false` stay texts, and an empty cell is no claim.
pub fn csv_claims<'c>(columns: impl Iterator<Item = (&'c str, &'c str)>) -> Map<String, Value> {
    let mut claims = Map::new();
    for (column, cell) in columns.filter(|(_, cell)| !cell.is_empty()) {
        let (name, value) = match column.strip_suffix("[]") {
            Some(name) => (name, cell.split(';').map(str::trim).filter(|entry| !entry.is_empty()).collect()),
            None => (column, Value::from(cell)),
        };
        put(&mut claims, name, value);
    }
    claims
}

fn put(claims: &mut Map<String, Value>, name: &str, value: Value) {
    let Some(pointer) = name.strip_prefix('/') else {
        claims.insert(name.to_owned(), value);
        return;
    };
    let mut object = claims;
    let mut segments: Vec<String> =
        pointer.split('/').map(|segment| segment.replace("~1", "/").replace("~0", "~")).collect();
    let last = segments.pop().unwrap_or_default();
    for segment in segments {
        let inner = object.entry(segment).or_insert_with(|| Value::Object(Map::new()));
        match inner {
            Value::Object(inner) => object = inner,
            // A column gave the claim another form; the first one counts.
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => return,
        }
    }
    object.insert(last, value);
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    fn line(text: &str) -> Result<Value, String> {
        Row { line: 7, text: Written::Line(text.as_bytes().to_vec()) }.claims()
    }

    #[test]
    fn a_line_is_read_as_it_is() {
        let text = r#" {"a":[1,-2,1.5,true,null,"x\u00e9"],"b":{"a":{}},"n":18446744073709551615} "#;
        assert_eq!(line(text).unwrap(), serde_json::from_str::<Value>(text).unwrap());
        assert_eq!(line("e30.e30.c2ln").unwrap(), json!("e30.e30.c2ln"));
    }

    #[rstest]
    #[case::a_claim_twice(r#"{"sub":"a","sub":"b"}"#, "key `sub` stands twice in this map, at column 16")]
    #[case::one_twice_below(r#"{"a":[{"b":1,"b":1}]}"#, "key `b` stands twice in this map, at column 16")]
    #[case::no_end(r#"{"sub":"a""#, "EOF while parsing an object, at column 10")]
    #[case::a_comma_too_many(r#"{"sub":"a",}"#, "trailing comma, at column 12")]
    fn what_is_wrong_with_a_line_is_told_with_its_column(#[case] text: &str, #[case] why: &str) {
        assert_eq!(line(text).unwrap_err(), why);
    }

    #[test]
    fn a_record_becomes_claims() {
        let record = [
            ("sub", "u-1"),
            ("groups[]", "ops; dev;"),
            ("admin", "true"),
            ("email", ""),
            ("/realm_access/roles[]", "a"),
            ("https://acme.example/team", "x"),
        ];
        let claims = csv_claims(record.into_iter());
        let wanted = json!({
            "sub": "u-1", "groups": ["ops", "dev"], "admin": "true", "realm_access": {"roles": ["a"]},
            "https://acme.example/team": "x",
        });
        assert_eq!(Value::Object(claims), wanted);
    }
}

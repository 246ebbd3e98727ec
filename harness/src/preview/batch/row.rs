//! One user of a file: a line of JSON, or a record of CSV under the names of its columns.

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
                if text.starts_with('{') {
                    return serde_json::from_str(text).map_err(|error| error.to_string());
                }
                Ok(Value::from(text))
            }
        }
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
    use serde_json::json;

    use super::*;

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

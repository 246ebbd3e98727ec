//! JSON Schema's types as messages name them.

use jsonschema::JsonType;
use jsonschema::error::TypeKind;

use crate::source::suggest::join;

/// The types that a `type` keyword allows.
pub(super) fn allowed(kind: &TypeKind) -> Vec<JsonType> {
    match kind {
        TypeKind::Single(one) => vec![*one],
        TypeKind::Multiple(several) => several.iter().collect(),
    }
}

/// `a string or a list`. That a value may be left out is not worth saying beside other kinds.
pub(super) fn expected(types: &[JsonType]) -> String {
    let worth_saying = |kind: &&JsonType| types.len() == 1 || !matches!(kind, JsonType::Null);
    let mut words: Vec<String> = Vec::new();
    for kind in types.iter().filter(worth_saying) {
        let word = word(*kind).to_owned();
        if !words.contains(&word) {
            words.push(word);
        }
    }
    join(&words, "or")
}

fn word(kind: JsonType) -> &'static str {
    match kind {
        JsonType::Null => "empty",
        JsonType::Boolean => "true or false",
        JsonType::Integer => "an integer",
        JsonType::Number => "a number",
        JsonType::String => "a string",
        JsonType::Array => "a list",
        JsonType::Object => "a map",
    }
}

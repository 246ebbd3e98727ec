//! The entries of a claim as they are written, and the claim with one of them otherwise.

use serde_json::Value;

use crate::decision::Shape;

/// The entries of a claim of this shape.
pub(super) fn entries(shape: Shape, value: &Value) -> Vec<String> {
    match value {
        Value::String(text) if shape == Shape::SeparatedText => {
            text.split(',').map(|part| part.trim().to_owned()).collect()
        }
        Value::String(text) => vec![text.clone()],
        Value::Array(entries) => entries.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => Vec::new(),
    }
}

/// The entries with one of them replaced or gone.
pub(super) fn replaced(entries: &[String], index: usize, with: Option<&str>) -> Vec<String> {
    let kept = |(at, entry): (usize, &String)| {
        if at == index { with.map(str::to_owned) } else { Some(entry.clone()) }
    };
    entries.iter().enumerate().filter_map(kept).collect()
}

/// Entries in the form in which the claim has them.
pub(super) fn joined(like: &Value, entries: Vec<String>) -> Value {
    if like.is_array() { Value::from(entries) } else { Value::from(entries.join(",")) }
}

//! N0102: the right claim, in a JSON form in which it is not read.

use serde_json::Value;

use super::{Candidate, Scene, in_words};
use crate::decision::{Shape, Term};
use crate::preview::Edit;

/// Claims in another form than the product reads, each with the forms that might be meant.
pub(super) fn mistyped(scene: &Scene<'_>) -> Vec<Candidate> {
    let candidate = |(term, place, value): (&Term, _, &Value)| {
        let forms = forms(term, value);
        let name = crate::preview::Place::name(&place);
        let message = format!("`{name}` is {}; {} is read", described(value), in_words(term.shape));
        let edits: Vec<Edit> = forms.into_iter().map(|form| Edit::Set(place.clone(), form)).collect();
        (!edits.is_empty()).then(|| Candidate {
            loss_counts: !fits(term.shape, value),
            ..Candidate::new("N0102", place.clone(), message).with(edits)
        })
    };
    scene.present().filter_map(candidate).collect()
}

/// Whether a value has a form that is read.
pub(super) fn fits(shape: Shape, value: &Value) -> bool {
    let texts = || value.as_array().is_some_and(|entries| entries.iter().all(Value::is_string));
    match shape {
        Shape::Text | Shape::SeparatedText => value.is_string(),
        Shape::Truth => value.is_boolean(),
        Shape::List => texts(),
        Shape::ListOrText => value.is_string() || texts(),
    }
}

/// Other forms of a value, the likeliest first.
fn forms(term: &Term, value: &Value) -> Vec<Value> {
    let forms = match (term.shape, value) {
        (Shape::Text, Value::Array(entries)) => {
            entries.iter().take(1).filter(|_| entries.len() == 1).cloned().collect()
        }
        (Shape::Text, Value::Bool(_) | Value::Number(_)) => vec![Value::from(value.to_string())],
        (Shape::Truth, Value::String(text)) => {
            text.to_lowercase().parse().into_iter().map(Value::Bool).collect()
        }
        (Shape::SeparatedText, Value::Array(entries)) => vec![Value::from(texts(entries).join(","))],
        (Shape::SeparatedText, Value::Object(members)) => vec![Value::from(pairs(members))],
        (Shape::List | Shape::ListOrText, Value::String(text)) => lists(text),
        (Shape::List | Shape::ListOrText, Value::Array(entries)) => vec![Value::from(texts(entries))],
        (Shape::List | Shape::ListOrText, Value::Object(members)) => {
            vec![Value::from(members.keys().cloned().collect::<Vec<_>>())]
        }
        _ => Vec::new(),
    };
    forms.into_iter().filter(|form| form != value).collect()
}

/// The entries as texts; of objects their names or values.
fn texts(entries: &[Value]) -> Vec<String> {
    let named = |object: &Value| {
        ["name", "value", "displayName", "id"]
            .iter()
            .find_map(|key| object.get(*key)?.as_str().map(str::to_owned))
    };
    let text = |entry: &Value| match entry {
        Value::String(text) => Some(text.clone()),
        Value::Object(_) => named(entry),
        Value::Bool(_) | Value::Number(_) => Some(entry.to_string()),
        Value::Null | Value::Array(_) => None,
    };
    entries.iter().filter_map(text).collect()
}

/// `{"P1": "admin"}` as `admin:P1`.
fn pairs(members: &serde_json::Map<String, Value>) -> String {
    let pairs = members.iter().filter_map(|(key, value)| Some(format!("{}:{key}", value.as_str()?)));
    pairs.collect::<Vec<_>>().join(",")
}

/// A text that looks like a list, as that list; any other as a list of one.
fn lists(text: &str) -> Vec<Value> {
    let json = serde_json::from_str::<Value>(&text.replace('\'', "\"")).ok().filter(Value::is_array);
    let separated =
        [',', ';', '|', ' '].into_iter().filter(|separator| text.contains(*separator)).map(|separator| {
            let entries = text.split(separator).map(str::trim).filter(|entry| !entry.is_empty());
            Value::from(entries.collect::<Vec<_>>())
        });
    json.into_iter().chain(separated).chain([Value::from(vec![text])]).collect()
}

fn described(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(text) if text.trim_start().starts_with('[') => "a text that looks like a list",
        Value::String(_) => "one text",
        Value::Array(entries) if entries.iter().all(Value::is_string) => "a list",
        Value::Array(_) => "a list that holds more than texts",
        Value::Object(_) => "an object",
    }
}

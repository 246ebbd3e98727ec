//! Reads a vendor's configuration, or a case's `given`, key by key, and collects every mistake on the way.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::decision::{Mistake, ReadingMistake};

/// A JSON object being read; `null` counts as absent everywhere.
#[derive(Debug)]
pub(crate) struct Form<'v> {
    path: String,
    map: Option<&'v Map<String, Value>>,
    mistakes: Vec<Mistake>,
}

impl<'v> Form<'v> {
    /// Starts to read `value`, which lies at `path`; `null` is an empty object.
    pub(crate) fn of(value: &'v Value, path: impl Into<String>) -> Self {
        let mut form = Self { path: path.into(), map: value.as_object(), mistakes: Vec::new() };
        if form.map.is_none() && !value.is_null() {
            let path = form.path.clone();
            form.mistakes.push(mistake(path, format!("expected an object, found {}", kind(value))));
        }
        form
    }

    /// Notes every key that is not one of `known`.
    pub(crate) fn only(&mut self, known: &[&str]) {
        for key in self.map.into_iter().flat_map(Map::keys) {
            if !known.contains(&key.as_str()) {
                self.mistakes.push(Mistake {
                    path: self.place(key),
                    message: format!("unknown key `{key}`"),
                    help: did_you_mean(key, known),
                });
            }
        }
    }

    /// The pointer of a member.
    pub(crate) fn place(&self, key: &str) -> String {
        format!("{}/{}", self.path, key.replace('~', "~0").replace('/', "~1"))
    }

    /// A member, whatever its type.
    pub(crate) fn value(&self, key: &str) -> Option<&'v Value> {
        self.map?.get(key).filter(|value| !value.is_null())
    }

    /// A text.
    pub(crate) fn text(&mut self, key: &str) -> Option<String> {
        self.typed(key, "a text", |value| value.as_str().map(str::to_owned))
    }

    /// The first of several spellings of one key that is there.
    pub(crate) fn any_text(&mut self, keys: &[&str]) -> Option<String> {
        keys.iter().find_map(|key| self.text(key))
    }

    /// A truth value.
    pub(crate) fn flag(&mut self, key: &str) -> Option<bool> {
        self.typed(key, "`true` or `false`", Value::as_bool)
    }

    /// A whole number.
    pub(crate) fn number(&mut self, key: &str) -> Option<i64> {
        self.typed(key, "a whole number", Value::as_i64)
    }

    /// A list of texts.
    pub(crate) fn texts(&mut self, key: &str) -> Option<Vec<String>> {
        self.typed(key, "a list of texts", |value| {
            value.as_array()?.iter().map(|entry| entry.as_str().map(str::to_owned)).collect()
        })
    }

    /// The entries of a list, each with its pointer.
    pub(crate) fn list(&mut self, key: &str) -> Vec<(String, &'v Value)> {
        let place = self.place(key);
        self.typed(key, "a list", Value::as_array)
            .into_iter()
            .flatten()
            .enumerate()
            .map(|(index, entry)| (format!("{place}/{index}"), entry))
            .collect()
    }

    /// An object.
    pub(crate) fn object(&mut self, key: &str) -> Option<&'v Map<String, Value>> {
        self.typed(key, "an object", Value::as_object)
    }

    /// Notes something wrong with a member.
    pub(crate) fn wrong(&mut self, key: &str, message: impl Into<String>, help: Option<String>) {
        let path = self.place(key);
        self.mistakes.push(Mistake { path, message: message.into(), help });
    }

    /// Takes over the mistakes of another part.
    pub(crate) fn also(&mut self, mistakes: impl IntoIterator<Item = Mistake>) {
        self.mistakes.extend(mistakes);
    }

    /// The mistakes found.
    pub(crate) fn into_mistakes(self) -> Vec<Mistake> {
        self.mistakes
    }

    fn typed<T>(&mut self, key: &str, wanted: &str, read: impl Fn(&'v Value) -> Option<T>) -> Option<T> {
        let value = self.value(key)?;
        let found = read(value);
        if found.is_none() {
            let message = format!("expected {wanted}, found {}", kind(value));
            self.mistakes.push(mistake(self.place(key), message));
        }
        found
    }
}

/// Chooses readings by id, and notes each id or choice that does not exist.
pub(crate) fn choose_readings(
    chosen: &BTreeMap<String, String>,
    mut choose: impl FnMut(&str, &str) -> Result<(), ReadingMistake>,
) -> Vec<Mistake> {
    chosen
        .iter()
        .filter_map(|(id, choice)| {
            let wrong = choose(id, choice).err()?;
            let help = match &wrong {
                ReadingMistake::UnknownReading { id, known } => did_you_mean(id, known),
                ReadingMistake::UnknownChoice { known, .. } => {
                    Some(format!("the choices are {}", quoted(known)))
                }
            };
            Some(Mistake { path: format!("/readings/{id}"), message: wrong.to_string(), help })
        })
        .collect()
}

/// The value if there are no mistakes.
pub(crate) fn unless_mistaken<T>(mistakes: Vec<Mistake>, value: T) -> Result<T, Vec<Mistake>> {
    if mistakes.is_empty() { Ok(value) } else { Err(mistakes) }
}

/// A case over its defaults: a member of the case replaces the default as a whole.
pub(crate) fn over_defaults(defaults: &str, given: &Value) -> Value {
    let mut merged: Map<String, Value> = serde_json::from_str(defaults).unwrap_or_default();
    for (key, value) in given.as_object().into_iter().flatten().filter(|(_, value)| !value.is_null()) {
        merged.insert(key.clone(), value.clone());
    }
    Value::Object(merged)
}

/// The nearest known word, or all of them when none is near.
pub(crate) fn did_you_mean(word: &str, known: &[&str]) -> Option<String> {
    let lower = word.to_lowercase();
    let nearest = known
        .iter()
        .map(|candidate| (strsim::jaro_winkler(&lower, &candidate.to_lowercase()), candidate))
        .max_by(|a, b| a.0.total_cmp(&b.0))?;
    if nearest.0 > 0.8 {
        Some(format!("did you mean `{}`?", nearest.1))
    } else {
        Some(format!("known are {}", quoted(known)))
    }
}

fn quoted(words: &[&str]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}

fn mistake(path: String, message: String) -> Mistake {
    Mistake { path, message, help: None }
}

const fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Bool(_) => "a truth value",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

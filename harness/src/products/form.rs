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
    /// Known keys that are not there, each with the misspelt one that is.
    meant: BTreeMap<String, &'v str>,
    mistakes: Vec<Mistake>,
}

impl<'v> Form<'v> {
    /// Starts to read `value`, which lies at `path`; `null` is an empty object.
    pub(crate) fn of(value: &'v Value, path: impl Into<String>) -> Self {
        let mut form =
            Self { path: path.into(), map: value.as_object(), meant: BTreeMap::new(), mistakes: Vec::new() };
        if form.map.is_none() && !value.is_null() {
            let path = form.path.clone();
            form.mistakes.push(mistake(path, format!("expected an object, found {}", kind(value))));
        }
        form
    }

    /// Notes every key that is not one of `known`, and reads a misspelt one as what was probably meant, so that one pass
    /// finds what else is wrong, and nothing that only follows from it.
    pub(crate) fn only_as_meant(&mut self, known: &[&str]) {
        self.only(known);
        for key in self.map.into_iter().flat_map(Map::keys) {
            if let Some(meant) = nearest(key, known).filter(|_| !known.contains(&key.as_str())) {
                self.reads_as(key, meant);
            }
        }
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

    /// Has a key read as another, unless that one is there too.
    pub(crate) fn reads_as(&mut self, written: &'v str, meant: &str) {
        if self.map.is_some_and(|map| !map.contains_key(meant)) {
            self.meant.insert(meant.to_owned(), written);
        }
    }

    /// The members under the keys that were probably meant.
    pub(crate) fn as_meant(&self) -> Map<String, Value> {
        let named = |written: &str| self.meant.iter().find(|(_, it)| **it == written).map(|(meant, _)| meant);
        let members = self.map.into_iter().flatten();
        members.map(|(key, value)| (named(key).unwrap_or(key).clone(), value.clone())).collect()
    }

    /// The pointers of what was probably meant, each with that of what is written.
    pub(crate) fn renamed(&self) -> impl Iterator<Item = (String, String)> {
        self.meant.iter().map(|(meant, written)| (self.below(meant), self.below(written)))
    }

    /// The pointer of a member.
    pub(crate) fn place(&self, key: &str) -> String {
        self.below(self.meant.get(key).copied().unwrap_or(key))
    }

    fn below(&self, key: &str) -> String {
        format!("{}/{}", self.path, key.replace('~', "~0").replace('/', "~1"))
    }

    /// A member, whatever its type.
    pub(crate) fn value(&self, key: &str) -> Option<&'v Value> {
        let key = self.meant.get(key).copied().unwrap_or(key);
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
    match nearest(word, known) {
        Some(meant) => Some(format!("did you mean `{meant}`?")),
        None => (!known.is_empty()).then(|| format!("known are {}", quoted(known))),
    }
}

/// The nearest known word, if one is near.
fn nearest<'k>(word: &str, known: &[&'k str]) -> Option<&'k str> {
    let lower = word.to_lowercase();
    let likeness = |known: &str| strsim::jaro_winkler(&lower, &known.to_lowercase());
    let ranked = known.iter().map(|known| (likeness(known), *known));
    ranked.max_by(|a, b| a.0.total_cmp(&b.0)).filter(|(likeness, _)| *likeness > 0.8).map(|(_, known)| known)
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

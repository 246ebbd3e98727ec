//! A change of the claims that can be typed, shown and tried.
//!
//! | Edit | What it does |
//! | --- | --- |
//! | `set PLACE=VALUE` | puts a value there; VALUE is JSON, and a text where it is not |
//! | `add PLACE=ENTRY` | adds an entry to a list, or to a text that is a list |
//! | `remove PLACE` | takes a claim away |
//! | `rename PLACE to PLACE` | moves a claim |
//! | `copy PLACE to PLACE` | repeats a claim elsewhere, for example in another document |
//!
//! PLACE is the name of a top-level claim, dots included, or a JSON pointer such as `/realm_access/roles`; before it may
//! stand `id_token:`, `access_token:` or `userinfo:`. Without one it is in the token that identifies the user.

use std::fmt;

use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

use crate::decision::{ClaimPath, Document, Documents, Shape, Token, Userinfo};

/// A claim, there or not.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The document.
    pub document: Document,
    /// Where in it.
    pub path: ClaimPath,
}

impl Place {
    /// Reads a place.
    pub fn parse(text: &str, usual: Document) -> Option<Self> {
        let text = text.trim();
        let documents = [Document::IdToken, Document::AccessToken, Document::Userinfo];
        let named = documents
            .into_iter()
            .find_map(|document| Some((document, text.strip_prefix(document.name())?.strip_prefix(':')?)));
        let (document, name) = named.unwrap_or((usual, text));
        let path = if name.starts_with('/') { ClaimPath::from_pointer(name) } else { ClaimPath::top(name) };
        (!name.is_empty()).then_some(Self { document, path })
    }

    /// The claim's name as a person would say it.
    pub fn name(&self) -> String {
        match self.path.segments() {
            [name] if !name.starts_with('/') => name.clone(),
            _ => self.path.pointer(),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}:{}", self.document.name(), self.name())
    }
}

/// A change of the claims.
#[derive(Clone, Debug, PartialEq)]
pub enum Edit {
    /// Puts a value there.
    Set(Place, Value),
    /// Adds an entry to what is there.
    Add(Place, String),
    /// Takes the claim away.
    Remove(Place),
    /// Moves a claim.
    Rename(Place, Place),
    /// Repeats a claim elsewhere.
    Copy(Place, Place),
}

impl Edit {
    /// Reads an edit; a place without a document is in `usual`.
    ///
    /// # Errors
    ///
    /// What is wrong with it.
    pub fn parse(text: &str, usual: Document) -> Result<Self, String> {
        let help = "write `set PLACE=VALUE`, `add PLACE=ENTRY`, `remove PLACE`, `rename PLACE to PLACE` or `copy PLACE to PLACE`";
        let place =
            |text: &str| Place::parse(text, usual).ok_or_else(|| format!("a place is missing; {help}"));
        let (verb, rest) =
            text.trim().split_once(' ').ok_or_else(|| format!("`{text}` is no edit; {help}"))?;
        match verb {
            "set" | "add" => {
                let (at, value) =
                    rest.split_once('=').ok_or_else(|| format!("`=` is missing in `{text}`; {help}"))?;
                if verb == "add" {
                    return Ok(Self::Add(place(at)?, value.trim().to_owned()));
                }
                let value = serde_json::from_str(value).unwrap_or_else(|_| Value::from(value.trim()));
                Ok(Self::Set(place(at)?, value))
            }
            "remove" => Ok(Self::Remove(place(rest)?)),
            "rename" | "copy" => {
                let (from, to) = rest
                    .split_once(" to ")
                    .ok_or_else(|| format!("` to ` is missing in `{text}`; {help}"))?;
                let (from, to) = (place(from)?, place(to)?);
                Ok(if verb == "rename" { Self::Rename(from, to) } else { Self::Copy(from, to) })
            }
            _ => Err(format!("`{verb}` is no edit; {help}")),
        }
    }

    /// The documents after the edit; `None` when it cannot be made or changes nothing.
    ///
    /// With `twins` one set of claims stands for both tokens, and the edit is made in both.
    pub fn applied(&self, documents: &Documents, twins: bool) -> Option<Documents> {
        let mut edited = documents.clone();
        self.apply(&mut edited)?;
        if twins {
            edited.id_token.clone_from(&edited.access_token);
        }
        (edited != *documents).then_some(edited)
    }

    /// The same, where something that is no object stands on the way to a nested claim: that is replaced.
    #[must_use]
    pub fn making_room(self, documents: &Documents) -> Self {
        let Self::Set(at, value) = &self else { return self };
        let segments = at.path.segments();
        let blocked = (1..segments.len()).find_map(|depth| {
            let (above, below) = segments.split_at_checked(depth)?;
            let above = ClaimPath::of(above.iter().cloned());
            let blocks = documents.value(at.document, &above).is_some_and(|value| !value.is_object());
            blocks.then_some((above, below))
        });
        let Some((path, below)) = blocked else { return self };
        let nested = below
            .iter()
            .rev()
            .fold(value.clone(), |inner, name| Value::Object(Map::from_iter([(name.clone(), inner)])));
        Self::Set(Place { document: at.document, path }, nested)
    }

    /// The claim that is another one afterwards.
    pub const fn changed(&self) -> &Place {
        match self {
            Self::Set(at, _)
            | Self::Add(at, _)
            | Self::Remove(at)
            | Self::Rename(_, at)
            | Self::Copy(_, at) => at,
        }
    }

    fn apply(&self, documents: &mut Documents) -> Option<()> {
        match self {
            Self::Set(at, value) => put(documents, at, value.clone()),
            Self::Add(at, entry) => {
                let value = with_entry(documents.value(at.document, &at.path), entry)?;
                put(documents, at, value)
            }
            Self::Remove(at) => documents.remove(at.document, &at.path).then_some(()),
            Self::Rename(from, to) => {
                let value = documents.value(from.document, &from.path)?.clone();
                documents.remove(from.document, &from.path);
                put(documents, to, value)
            }
            Self::Copy(from, to) => {
                let value = documents.value(from.document, &from.path)?.clone();
                put(documents, to, value)
            }
        }
    }

    /// The edit that gives a claim of this shape one more entry, or the value if it has only one.
    pub fn giving(at: Place, shape: Shape, present: Option<&Value>, word: &str) -> Self {
        let word = word.to_owned();
        match (shape, present) {
            (Shape::Truth, _) => Self::Set(at, Value::Bool(word == "true")),
            (Shape::Text, _) | (Shape::SeparatedText, None) => Self::Set(at, Value::from(word)),
            (Shape::List | Shape::ListOrText, None) => Self::Set(at, Value::from(vec![word])),
            (Shape::SeparatedText | Shape::List | Shape::ListOrText, Some(_)) => Self::Add(at, word),
        }
    }
}

impl fmt::Display for Edit {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Set(at, value) => write!(out, "set {at}={value}"),
            Self::Add(at, entry) => write!(out, "add {at}={entry}"),
            Self::Remove(at) => write!(out, "remove {at}"),
            Self::Rename(from, to) => write!(out, "rename {from} to {to}"),
            Self::Copy(from, to) => write!(out, "copy {from} to {to}"),
        }
    }
}

impl Serialize for Edit {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A list with one more entry; a text is a list that commas separate.
fn with_entry(present: Option<&Value>, entry: &str) -> Option<Value> {
    match present {
        None => Some(Value::from(vec![entry])),
        Some(Value::Array(entries)) if entries.iter().all(|held| held != entry) => {
            Some(entries.iter().cloned().chain([Value::from(entry)]).collect())
        }
        Some(Value::String(text)) if text.is_empty() => Some(Value::from(entry)),
        Some(Value::String(text)) => Some(Value::from(format!("{text},{entry}"))),
        Some(_) => None,
    }
}

/// Puts a value into a document, with the objects on the way to it; an opaque token holds none.
fn put(documents: &mut Documents, at: &Place, value: Value) -> Option<()> {
    let (last, parents) = at.path.segments().split_last()?;
    let mut object = open(documents, at.document)?;
    for parent in parents {
        let inner = object.entry(parent.clone()).or_insert_with(|| Value::Object(Map::new()));
        object = inner.as_object_mut()?;
    }
    object.insert(last.clone(), value);
    Some(())
}

/// The claims of a document, which is made where there is none.
fn open(documents: &mut Documents, document: Document) -> Option<&mut Map<String, Value>> {
    let token = || Token::verified(Map::new());
    match document {
        Document::IdToken => documents.id_token.get_or_insert_with(token).claims.as_mut(),
        Document::AccessToken => documents.access_token.get_or_insert_with(token).claims.as_mut(),
        Document::Userinfo => {
            let response =
                documents.userinfo.get_or_insert_with(|| Userinfo { status: 200, claims: Map::new() });
            Some(&mut response.claims)
        }
        Document::Config | Document::State | Document::Request | Document::Default => None,
    }
}

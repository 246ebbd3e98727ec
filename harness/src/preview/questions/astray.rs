//! Questions about what no decision has. Their answer would be that nothing is there, which is true of whatever is misspelt.

use std::fmt;

use serde_json::Value;

use super::expression::Relation;
use super::{Expression, Questions};
use crate::decision::{Codes, Field, Holds, ProductKind, UnknownField, held, segments};

/// What only `--require` knows, beside the fields of a decision.
pub const CERTAIN: &str = "certain";

/// A question that asks for what cannot be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Astray {
    /// What was asked.
    pub asked: String,
    /// What is wrong with it.
    pub wrong: Wrong,
}

/// What is wrong with a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// A path leads nowhere.
    Path(UnknownField),
    /// A list is held against a text, which it never is.
    ListAgainstText {
        /// The path to the list.
        path: String,
        /// What holds when the text is one of its entries.
        instead: String,
    },
    /// A word or code that is never there.
    Word {
        /// The word.
        word: String,
        /// Where it was asked for, in words that are typed.
        place: String,
        /// Whether that is a list.
        in_list: bool,
        /// All that there are.
        known: Vec<&'static str>,
    },
}

impl fmt::Display for Wrong {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path(unknown) => unknown.fmt(out),
            Self::ListAgainstText { path, .. } => write!(out, "`{path}` is a list, and never one text"),
            Self::Word { word, place, in_list: false, .. } => write!(out, "`{place}` is never `{word}`"),
            Self::Word { word, place, in_list: true, .. } => write!(out, "`{place}` never has `{word}`"),
        }
    }
}

impl Questions {
    /// What is asked in vain of a product of this kind.
    pub fn astray(&self, kind: &dyn ProductKind) -> Vec<Astray> {
        let (fields, codes) = (kind.fields(), kind.codes());
        let required = [fields.as_slice(), &[Field::value(CERTAIN)]].concat();
        let why = self.why.iter().filter_map(|path| {
            let unknown = holds(path, &fields).err()?;
            Some(Astray { asked: path.clone(), wrong: Wrong::Path(unknown) })
        });
        let why_not = self.why_not.iter().flat_map(|wanted| wanted.astray(&fields, &codes));
        let require = self.require.iter().flat_map(|wanted| wanted.astray(&required, &codes));
        why.chain(why_not).chain(require).collect()
    }
}

impl Expression {
    /// What is asked in vain of a decision with these fields, codes and words.
    pub fn astray(&self, fields: &[Field], codes: &Codes) -> Vec<Astray> {
        let wrong = self.tests().into_iter().flat_map(|(path, relation)| match holds(path, fields) {
            Err(unknown) => vec![Wrong::Path(unknown)],
            Ok(held) => match against_text(path, relation).filter(|_| held == Some(Holds::List)) {
                Some(wrong) => vec![wrong],
                None => foreign(path, relation, held, codes),
            },
        });
        let mut astray: Vec<Astray> = wrong.map(|wrong| Astray { asked: self.to_string(), wrong }).collect();
        astray.dedup();
        astray
    }
}

/// `path = text` of a list.
fn against_text(path: &str, relation: &Relation) -> Option<Wrong> {
    let instead = relation.contained(path)?;
    Some(Wrong::ListAgainstText { path: path.to_owned(), instead })
}

/// Words and codes that are never where they are looked for.
fn foreign(path: &str, relation: &Relation, held: Option<Holds>, codes: &Codes) -> Vec<Wrong> {
    let segments = segments(path);
    let at: Vec<&str> = segments.iter().map(String::as_str).collect();
    let entry: Vec<&str> = at.iter().copied().chain(["0"]).collect();
    let never = |word: &str| {
        let known = codes.instead_of(word, &at)?;
        Some(Wrong::Word { word: word.to_owned(), place: path.to_owned(), in_list: false, known })
    };
    let never_has = |word: &Value| {
        let word = word.as_str()?;
        let known = codes.instead_of(word, &entry)?;
        Some(Wrong::Word { word: word.to_owned(), place: path.to_owned(), in_list: true, known })
    };
    if let Some((list, code)) = code_by_itself(&at) {
        let known = codes.instead_of(&code, &[list, "0"]);
        let word = |known| Wrong::Word { word: code, place: list.to_owned(), in_list: true, known };
        return known.map(word).into_iter().collect();
    }
    match relation {
        Relation::Is(value) | Relation::IsNot(value) => match value {
            Value::String(word) => never(word).into_iter().collect(),
            Value::Bool(_) | Value::Number(_) => never(&value.to_string()).into_iter().collect(),
            Value::Array(entries) => entries.iter().filter_map(never_has).collect(),
            // nothing is what a field has that is left out
            Value::Null | Value::Object(_) => Vec::new(),
        },
        // an object holds keys, and these are data
        Relation::Contains(_) if held == Some(Holds::Keyed) => Vec::new(),
        Relation::Contains(word) => never_has(word).into_iter().collect(),
        Relation::Holds => Vec::new(),
    }
}

/// An effect or a finding that is named by itself and not by its position.
fn code_by_itself<'p>(at: &[&'p str]) -> Option<(&'p str, String)> {
    match at {
        [list @ ("effects" | "findings"), code @ ..] => {
            let code = code.join(".");
            (!code.is_empty() && code.parse::<usize>().is_err()).then_some((*list, code))
        }
        _ => None,
    }
}

fn holds(path: &str, fields: &[Field]) -> Result<Option<Holds>, UnknownField> {
    let segments = segments(path);
    held(fields, &segments.iter().map(String::as_str).collect::<Vec<_>>())
}

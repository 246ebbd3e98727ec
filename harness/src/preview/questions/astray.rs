//! Questions about what no decision has. Their answer would be that nothing is there, which is true of whatever is misspelt.

use std::fmt;

use super::expression::Relation;
use super::{Expression, Questions};
use crate::decision::{Field, Holds, ProductKind, UnknownField, held, segments};

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
}

impl fmt::Display for Wrong {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path(unknown) => unknown.fmt(out),
            Self::ListAgainstText { path, .. } => write!(out, "`{path}` is a list, and never one text"),
        }
    }
}

impl Questions {
    /// What is asked in vain of a product of this kind.
    pub fn astray(&self, kind: &dyn ProductKind) -> Vec<Astray> {
        let fields = kind.fields();
        let required = [fields.as_slice(), &[Field::value(CERTAIN)]].concat();
        let why = self.why.iter().filter_map(|path| {
            let unknown = holds(path, &fields).err()?;
            Some(Astray { asked: path.clone(), wrong: Wrong::Path(unknown) })
        });
        let why_not = self.why_not.iter().flat_map(|wanted| wanted.astray(&fields));
        let require = self.require.iter().flat_map(|wanted| wanted.astray(&required));
        why.chain(why_not).chain(require).collect()
    }
}

impl Expression {
    /// What is asked in vain of a decision with these fields.
    pub fn astray(&self, fields: &[Field]) -> Vec<Astray> {
        let tests = self.tests();
        let wrong = tests.into_iter().filter_map(|(path, relation)| match holds(path, fields) {
            Err(unknown) => Some(Wrong::Path(unknown)),
            Ok(Some(Holds::List)) => against_text(path, relation),
            Ok(_) => None,
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

fn holds(path: &str, fields: &[Field]) -> Result<Option<Holds>, UnknownField> {
    let segments = segments(path);
    held(fields, &segments.iter().map(String::as_str).collect::<Vec<_>>())
}

//! Questions about what no decision has. Their answer would be that nothing is there, which is true of whatever is misspelt.

use super::{Expression, Questions};
use crate::decision::{Field, ProductKind, UnknownField, find, segments};

/// What only `--require` knows, beside the fields of a decision.
pub const CERTAIN: &str = "certain";

/// A question with a path that leads nowhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Astray {
    /// What was asked.
    pub asked: String,
    /// Where its path ends.
    pub unknown: UnknownField,
}

impl Questions {
    /// The paths that lead to nothing which a decision of this product could hold.
    pub fn astray(&self, kind: &dyn ProductKind) -> Vec<Astray> {
        let fields = kind.fields();
        let required = [fields.as_slice(), &[Field::value(CERTAIN)]].concat();
        let why = self
            .why
            .iter()
            .filter_map(|path| Some(Astray { asked: path.clone(), unknown: unknown(path, &fields)? }));
        let why_not = self.why_not.iter().flat_map(|wanted| wanted.astray(&fields));
        let require = self.require.iter().flat_map(|wanted| wanted.astray(&required));
        why.chain(why_not).chain(require).collect()
    }
}

impl Expression {
    /// The paths that lead to nothing which a decision with these fields could hold.
    pub fn astray(&self, fields: &[Field]) -> Vec<Astray> {
        let unknown = self.paths().into_iter().filter_map(|path| unknown(&path, fields));
        unknown.map(|unknown| Astray { asked: self.to_string(), unknown }).collect()
    }
}

fn unknown(path: &str, fields: &[Field]) -> Option<UnknownField> {
    let segments = segments(path);
    find(fields, &segments.iter().map(String::as_str).collect::<Vec<_>>()).err()
}

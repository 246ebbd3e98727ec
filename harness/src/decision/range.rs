//! Words that can stand at a place of a decision, where they are a closed set: the projects that exist, the roles.
//!
//! A decision never holds another word there, so whoever wants one can be told that there is none.

use super::Rule;

/// Where in a decision words stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stand {
    /// As the keys of a field.
    Keys,
    /// As the value of a field.
    Value,
    /// As the entries of a list.
    Entries,
}

/// A closed set of words at a place of a decision.
#[derive(Clone, Debug)]
pub struct Range {
    /// The names on the way to the field; `*` is any key.
    pub path: &'static [&'static str],
    /// How they stand there.
    pub stand: Stand,
    /// What each is: `project`, `user group`.
    pub what: &'static str,
    /// All that there are.
    pub words: Vec<String>,
    /// The rule that lets in no other.
    pub rule: &'static Rule,
}

impl Range {
    /// Keys of a field.
    pub fn keys<W: Into<String>>(
        path: &'static [&'static str],
        what: &'static str,
        words: impl IntoIterator<Item = W>,
        rule: &'static Rule,
    ) -> Self {
        Self { path, stand: Stand::Keys, what, words: words.into_iter().map(Into::into).collect(), rule }
    }

    /// The value of a field.
    pub fn value<W: Into<String>>(
        path: &'static [&'static str],
        what: &'static str,
        words: impl IntoIterator<Item = W>,
        rule: &'static Rule,
    ) -> Self {
        Self { stand: Stand::Value, ..Self::keys(path, what, words, rule) }
    }

    /// Entries of a list.
    pub fn entries<W: Into<String>>(
        path: &'static [&'static str],
        what: &'static str,
        words: impl IntoIterator<Item = W>,
        rule: &'static Rule,
    ) -> Self {
        Self { stand: Stand::Entries, ..Self::keys(path, what, words, rule) }
    }

    /// Whether this word is one of them.
    pub fn has(&self, word: &str) -> bool {
        self.words.iter().any(|known| known == word)
    }

    /// What follows the field's path in a longer one, if it is on the way.
    pub fn rest<'p, S: AsRef<str>>(&self, path: &'p [S]) -> Option<&'p [S]> {
        let (way, rest) = path.split_at_checked(self.path.len())?;
        let same = self.path.iter().zip(way).all(|(name, part)| *name == "*" || *name == part.as_ref());
        same.then_some(rest)
    }
}

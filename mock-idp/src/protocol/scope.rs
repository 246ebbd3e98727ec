//! Scopes (RFC6749-3.3): words in the order in which they were asked for, each once.

use std::fmt;
use std::str::FromStr;

/// A set of scope words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope(Vec<String>);

/// A scope with a character that scopes cannot have.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a scope: only printable ASCII without `\"` and `\\` is allowed")]
pub struct MalformedScope(String);

impl Scope {
    /// Whether a word is among them.
    pub fn contains(&self, word: &str) -> bool {
        self.0.iter().any(|known| known == word)
    }

    /// The words.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The scope without a word.
    #[must_use]
    pub fn without(&self, word: &str) -> Self {
        Self(self.0.iter().filter(|known| *known != word).cloned().collect())
    }

    /// The first word that is not in another scope.
    pub fn first_beyond<'a>(&'a self, other: &Self) -> Option<&'a str> {
        self.words().find(|word| !other.contains(word))
    }
}

impl FromStr for Scope {
    type Err = MalformedScope;

    /// Repeated words are one word: applications do send `openid openid profile`.
    fn from_str(text: &str) -> Result<Self, MalformedScope> {
        let mut scope = Self::default();
        for word in text.split(' ').filter(|word| !word.is_empty()) {
            if !word.bytes().all(|byte| matches!(byte, 0x21 | 0x23..=0x5b | 0x5d..=0x7e)) {
                return Err(MalformedScope(word.to_owned()));
            }
            if !scope.contains(word) {
                scope.0.push(word.to_owned());
            }
        }
        Ok(scope)
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join(" "))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn repeated_words_are_one_word_and_the_order_stays() {
        assert_eq!("openid roles openid".parse::<Scope>().unwrap().to_string(), "openid roles");
    }

    #[test]
    fn a_quotation_mark_is_refused() {
        assert!("open\"id".parse::<Scope>().is_err());
    }

    proptest! {
        #[test]
        fn scopes_survive_their_text(words in proptest::collection::vec("[!#-\\[\\]-~]{1,8}", 0..6)) {
            let scope: Scope = words.join(" ").parse().unwrap();
            prop_assert_eq!(scope.to_string().parse::<Scope>().unwrap(), scope);
        }
    }
}

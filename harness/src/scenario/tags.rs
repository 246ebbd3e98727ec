//! Tag expressions: `bindplane and not (slow or network)`.

use std::collections::BTreeSet;
use std::fmt;

/// A parsed tag expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TagExpression {
    /// The tag is there.
    Tag(String),
    /// Both hold.
    And(Box<Self>, Box<Self>),
    /// One holds.
    Or(Box<Self>, Box<Self>),
    /// It does not hold.
    Not(Box<Self>),
}

/// Why a tag expression could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TagMistake {
    /// A tag, `not` or `(` was expected.
    #[error("expected a tag, `not` or `(`, found {0}")]
    Operand(String),
    /// `)` was expected.
    #[error("expected `)`, found {0}")]
    Unclosed(String),
    /// The expression goes on where it should end.
    #[error("expected `and`, `or` or the end, found {0}")]
    Trailing(String),
}

impl fmt::Display for TagExpression {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tag(tag) => out.write_str(tag),
            Self::And(left, right) => write!(out, "({left} and {right})"),
            Self::Or(left, right) => write!(out, "({left} or {right})"),
            Self::Not(inner) => write!(out, "not {inner}"),
        }
    }
}

impl TagExpression {
    /// Reads an expression.
    ///
    /// # Errors
    ///
    /// When the text is not an expression; the error names the word that does not fit.
    pub fn parse(text: &str) -> Result<Self, TagMistake> {
        let spaced = text.replace('(', " ( ").replace(')', " ) ");
        let mut words = spaced.split_whitespace().peekable();
        let expression = Self::either(&mut words)?;
        words.next().map_or(Ok(expression), |word| Err(TagMistake::Trailing(format!("`{word}`"))))
    }

    /// Whether the expression holds for these tags.
    pub fn holds(&self, tags: &BTreeSet<String>) -> bool {
        match self {
            Self::Tag(tag) => tags.contains(tag),
            Self::And(left, right) => left.holds(tags) && right.holds(tags),
            Self::Or(left, right) => left.holds(tags) || right.holds(tags),
            Self::Not(inner) => !inner.holds(tags),
        }
    }

    fn either(words: &mut Words<'_>) -> Result<Self, TagMistake> {
        let mut left = Self::both(words)?;
        while words.next_if_eq(&"or").is_some() {
            left = Self::Or(Box::new(left), Box::new(Self::both(words)?));
        }
        Ok(left)
    }

    fn both(words: &mut Words<'_>) -> Result<Self, TagMistake> {
        let mut left = Self::operand(words)?;
        while words.next_if_eq(&"and").is_some() {
            left = Self::And(Box::new(left), Box::new(Self::operand(words)?));
        }
        Ok(left)
    }

    fn operand(words: &mut Words<'_>) -> Result<Self, TagMistake> {
        match words.next() {
            Some("not") => Ok(Self::Not(Box::new(Self::operand(words)?))),
            Some("(") => {
                let inner = Self::either(words)?;
                match words.next() {
                    Some(")") => Ok(inner),
                    other => Err(TagMistake::Unclosed(quoted(other))),
                }
            }
            Some(word) if !matches!(word, "and" | "or" | ")") => Ok(Self::Tag(word.to_owned())),
            other => Err(TagMistake::Operand(quoted(other))),
        }
    }
}

type Words<'a> = std::iter::Peekable<std::str::SplitWhitespace<'a>>;

fn quoted(word: Option<&str>) -> String {
    word.map_or_else(|| "the end".to_owned(), |word| format!("`{word}`"))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::TagExpression;

    #[rstest]
    #[case::one_tag("a", "a b", true)]
    #[case::and_binds_tighter_than_or("x or a and b", "a b", true)]
    #[case::not_binds_tightest("not a and b", "a b", false)]
    #[case::parentheses("not (a and x)", "a b", true)]
    #[case::or("x or y", "a", false)]
    fn an_expression_selects_by_tags(#[case] text: &str, #[case] tags: &str, #[case] holds: bool) {
        let tags = tags.split(' ').map(str::to_owned).collect();
        assert_eq!(TagExpression::parse(text).unwrap().holds(&tags), holds);
    }

    #[rstest]
    #[case::empty("", "expected a tag, `not` or `(`, found the end")]
    #[case::dangling_and("a and", "expected a tag, `not` or `(`, found the end")]
    #[case::two_tags("a b", "expected `and`, `or` or the end, found `b`")]
    #[case::unclosed("(a", "expected `)`, found the end")]
    fn a_broken_expression_names_the_word(#[case] text: &str, #[case] said: &str) {
        assert_eq!(TagExpression::parse(text).unwrap_err().to_string(), said);
    }
}

//! Workflow commands: lines of output that GitHub Actions takes for annotations.

use std::fmt;

/// How an annotation is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `::error`.
    Error,
    /// `::warning`.
    Warning,
    /// `::notice`.
    Notice,
}

/// An annotation: what is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Annotation {
    /// How it is shown.
    pub kind: Kind,
    /// The title above the message.
    pub title: String,
    /// What is wrong; line breaks are kept.
    pub message: String,
    /// File, line, column, and the column behind the last character.
    pub place: Option<(String, usize, usize, usize)>,
}

impl fmt::Display for Annotation {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self.kind {
            Kind::Error => "error",
            Kind::Warning => "warning",
            Kind::Notice => "notice",
        };
        write!(out, "::{name} ")?;
        if let Some((file, line, column, end)) = &self.place {
            write!(out, "file={},line={line},col={column},endColumn={end},", property(file))?;
        }
        write!(out, "title={}::{}", property(&self.title), data(&self.message))
    }
}

/// A message ends at the end of its line, and `%` begins an escape.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A property ends at `,` or `:` as well.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::{Annotation, Kind};

    #[test]
    fn what_would_end_a_command_or_a_property_is_escaped() {
        let annotation = Annotation {
            kind: Kind::Error,
            title: "R0601 a: b, c".to_owned(),
            message: "100 %\r\nwhy: a::b".to_owned(),
            place: Some(("a,b:c.yaml".to_owned(), 3, 4, 6)),
        };
        assert_eq!(
            annotation.to_string(),
            "::error file=a%2Cb%3Ac.yaml,line=3,col=4,endColumn=6,title=R0601 a%3A b%2C c::100 %25%0D%0Awhy: a::b"
        );
    }
}

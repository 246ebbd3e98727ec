//! What is wrong, where, and what to do about it.

use std::borrow::Cow;

use super::text::Span;

/// One message about a text. The title says what is wrong in terms of the file, the label under the caret what was
/// found, `help` is something to type, a note says where the knowledge comes from.
#[derive(Debug, Clone, PartialEq)]
pub struct Diagnostic {
    /// A stable name, such as `E0201`.
    pub code: Cow<'static, str>,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong.
    pub title: String,
    /// Where, and what was found there. Absent when there is no text to show, as for a file that cannot be opened.
    pub primary: Option<Label>,
    /// Other places that matter.
    pub secondary: Vec<Label>,
    /// What to do.
    pub help: Vec<String>,
    /// Where the knowledge comes from.
    pub notes: Vec<String>,
}

/// A place and what is to be said about it.
#[derive(Debug, Clone, PartialEq)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// The words beside the caret; may be empty.
    pub text: String,
}

/// How bad a [`Diagnostic`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The file cannot be used.
    Error,
    /// The file can be used, but may not say what was meant.
    Warning,
    /// Something worth knowing.
    Note,
}

impl Diagnostic {
    /// An error.
    pub fn error(code: impl Into<Cow<'static, str>>, title: impl Into<String>) -> Self {
        Self::new(Severity::Error, code, title)
    }

    /// A warning.
    pub fn warning(code: impl Into<Cow<'static, str>>, title: impl Into<String>) -> Self {
        Self::new(Severity::Warning, code, title)
    }

    /// A note.
    pub fn note(code: impl Into<Cow<'static, str>>, title: impl Into<String>) -> Self {
        Self::new(Severity::Note, code, title)
    }

    fn new(severity: Severity, code: impl Into<Cow<'static, str>>, title: impl Into<String>) -> Self {
        Self {
            code: code.into(),
            severity,
            title: title.into(),
            primary: None,
            secondary: Vec::new(),
            help: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// Says where, and what was found there.
    #[must_use]
    pub fn at(mut self, span: Span, label: impl Into<String>) -> Self {
        self.primary = Some(Label { span, text: label.into() });
        self
    }

    /// Points at another place that matters.
    #[must_use]
    pub fn also(mut self, span: Span, label: impl Into<String>) -> Self {
        self.secondary.push(Label { span, text: label.into() });
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help.push(text.into());
        self
    }

    /// Says what to do, if there is something to say.
    #[must_use]
    pub fn help_if(mut self, text: Option<String>) -> Self {
        self.help.extend(text);
        self
    }

    /// Says where the knowledge comes from.
    #[must_use]
    pub fn with_note(mut self, text: impl Into<String>) -> Self {
        self.notes.push(text.into());
        self
    }

    /// Whether the file cannot be used because of this.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }

    /// Orders messages as a reader meets them in the file; those without a place come first.
    pub fn sort(diagnostics: &mut [Diagnostic]) {
        diagnostics.sort_by(|a, b| {
            let place = |d: &Diagnostic| d.primary.as_ref().map(|label| label.span);
            (place(a), a.severity, &a.code).cmp(&(place(b), b.severity, &b.code))
        });
    }
}

/// The codes that this room gives. Rooms that check meaning have their own.
pub mod code {
    /// The text is not YAML (or, in a `.json` file, not JSON).
    pub const SYNTAX: &str = "E0101";
    /// The file is not UTF-8.
    pub const ENCODING: &str = "E0102";
    /// A file cannot be read.
    pub const UNREADABLE: &str = "E0103";
    /// A key stands twice in one map.
    pub const DUPLICATE_KEY: &str = "E0104";
    /// YAML that has no JSON meaning here: tags, several documents, keys that are not text.
    pub const UNSUPPORTED: &str = "E0105";
    /// The document is too large once its aliases are followed.
    pub const TOO_LARGE: &str = "E0106";
    /// An integer that would lose digits.
    pub const NUMBER: &str = "E0107";
    /// A key that nothing reads.
    pub const UNKNOWN_KEY: &str = "E0201";
    /// A value of another kind than is read there.
    pub const WRONG_TYPE: &str = "E0202";
    /// Text where true or false is meant.
    pub const TEXT_FOR_BOOL: &str = "E0203";
    /// A malformed duration, time or URL.
    pub const MALFORMED: &str = "E0206";
    /// A key that must be there and is not.
    pub const MISSING_KEY: &str = "E0209";
    /// A number or a length out of bounds.
    pub const OUT_OF_BOUNDS: &str = "E0210";
    /// A word that is not in a closed list.
    pub const NOT_IN_LIST: &str = "E0301";
}

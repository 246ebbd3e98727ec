//! What the provider wants from others, as values: it calls nobody itself.

use url::form_urlencoded;

/// The largest document that is read; those that clients publish have a few kilobytes.
pub const LARGEST_DOCUMENT: usize = 64 * 1024;

/// The type of a form.
const FORM: &str = "application/x-www-form-urlencoded";

/// A call to somebody else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutgoingCall {
    /// Where to.
    pub url: String,
    /// The HTTP method.
    pub method: &'static str,
    /// What the body is said to be.
    pub content_type: Option<&'static str>,
    /// The body.
    pub body: Vec<u8>,
    /// How much of an answer is read.
    pub most_bytes: usize,
}

impl OutgoingCall {
    /// Asks for a document.
    pub const fn get(url: String) -> Self {
        Self { url, method: "GET", content_type: None, body: Vec::new(), most_bytes: LARGEST_DOCUMENT }
    }

    /// Sends a form. Of the answer only the status matters, and no more than a remark is read.
    pub fn post(url: String, form: &[(&str, &str)]) -> Self {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        Self { method: "POST", content_type: Some(FORM), body: body.into_bytes(), ..Self::get(url) }
    }
}

/// What was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutgoingAnswer {
    /// The HTTP status.
    pub status: u16,
    /// The body.
    pub body: Vec<u8>,
}

/// Why a call brought nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CallFailed {
    /// Too many others are under way.
    #[error("too many other calls are under way")]
    Busy,
    /// Nobody may be called there.
    #[error(
        "this provider calls only the loopback interface and hosts that were allowed; allow it with `--allow-outgoing {0}`, \
         or with `outgoing: {{allow: [\"{0}\"]}}` in the `idp:` block"
    )]
    NotAllowed(String),
    /// The address is of no use.
    #[error("it is not an http or https URL without user name and password")]
    NotAUrl,
    /// The answer is not text.
    #[error("the answer is not UTF-8")]
    NotText,
    /// The answer is an error, or sends elsewhere.
    #[error("the answer has the status {status}{}", if (300..400).contains(status) { ", and redirects are not followed" } else { "" })]
    Status {
        /// The status.
        status: u16,
    },
    /// It took too long.
    #[error("there was no whole answer within {0} ms")]
    TimedOut(i64),
    /// The answer is too large.
    #[error("the answer is larger than {0} bytes")]
    TooLarge(usize),
    /// There is nothing to send.
    #[error("what was to be sent could not be signed: {0}")]
    Unsigned(String),
    /// A fault kept it back.
    #[error("a fault kept it back")]
    Withheld,
    /// There is no connection.
    #[error("no answer: {0}")]
    Unreachable(String),
}

impl CallFailed {
    /// The HTTP status that was answered, if that is what was wrong.
    pub const fn status(&self) -> u16 {
        match self {
            Self::Status { status } => *status,
            Self::NotText | Self::TooLarge(_) => 200,
            Self::Busy
            | Self::NotAllowed(_)
            | Self::NotAUrl
            | Self::TimedOut(_)
            | Self::Unsigned(_)
            | Self::Withheld
            | Self::Unreachable(_) => 0,
        }
    }

    /// One word for the journal.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Busy => "busy",
            Self::NotAllowed(_) => "not_allowed",
            Self::NotAUrl => "not_a_url",
            Self::NotText => "not_text",
            Self::Status { .. } => "status",
            Self::TimedOut(_) => "timed_out",
            Self::TooLarge(_) => "too_large",
            Self::Unsigned(_) => "unsigned",
            Self::Withheld => "withheld",
            Self::Unreachable(_) => "unreachable",
        }
    }
}

//! What the program's exit code says. Scripts may rely on these numbers.

use std::fmt::Display;
use std::process::ExitCode;

/// It worked.
pub const SUCCESS: u8 = 0;
/// The token that was inspected is not valid.
pub const FAILED: u8 = 1;
/// The command line was not understood.
pub const USAGE: u8 = 2;
/// A file or a token was not understood; nothing was done.
pub const NOT_UNDERSTOOD: u8 = 3;
/// It could not be done: the port is taken, the server does not answer.
pub const CANNOT_RUN: u8 = 4;

/// Why a command did not succeed.
#[derive(Debug)]
pub(super) struct Failure {
    code: u8,
    text: String,
}

impl Failure {
    /// The command line is understood and cannot be obeyed.
    pub(super) fn usage(message: impl Display) -> Self {
        Self::new(USAGE, message)
    }

    /// Some input makes no sense.
    pub(super) fn not_understood(message: impl Display) -> Self {
        Self::new(NOT_UNDERSTOOD, message)
    }

    /// The mistakes of a file, drawn already.
    pub(super) fn drawn(text: String) -> Self {
        Self { code: NOT_UNDERSTOOD, text }
    }

    /// The world does not allow it.
    pub(super) fn cannot_run(message: impl Display) -> Self {
        Self::new(CANNOT_RUN, message)
    }

    /// Something was found that is not as it should be; all is said already.
    pub(super) fn failed() -> Self {
        Self { code: FAILED, text: String::new() }
    }

    fn new(code: u8, message: impl Display) -> Self {
        Self { code, text: format!("error: {message}\n") }
    }

    /// Adds a line that says what to do.
    #[must_use]
    pub(super) fn help(mut self, text: impl Display) -> Self {
        self.text = format!("{}  help: {text}\n", self.text);
        self
    }

    /// What to say; empty when all is said already.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// The exit code.
    pub(super) fn code(&self) -> ExitCode {
        ExitCode::from(self.code)
    }
}

//! Where a command reads and writes. A test gives it buffers.

use std::fmt;
use std::io::{self, Read, Write};

use crate::http::system::SystemClock;
use crate::protocol::Timestamp;
use crate::provider::ports::Clock as _;
use crate::source::Style;

/// The streams, the look and the time of one run.
pub struct Io<'a> {
    /// Standard input.
    pub input: &'a mut dyn Read,
    /// Standard output: what was asked for.
    pub out: &'a mut dyn Write,
    /// Standard error: everything said about it.
    pub err: &'a mut dyn Write,
    /// Whether `err` takes colours.
    pub style: Style,
    /// The time when the command was started.
    pub now: Timestamp,
}

impl fmt::Debug for Io<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Io").field("style", &self.style).field("now", &self.now).finish_non_exhaustive()
    }
}

impl Io<'_> {
    /// Writes to standard output. A reader that has gone away is not an error: it has seen enough.
    pub(super) fn say(&mut self, text: &str) {
        let written: io::Result<()> = self.out.write_all(text.as_bytes()).and_then(|()| self.out.flush());
        drop(written);
    }

    /// Writes to standard error.
    pub(super) fn remark(&mut self, text: &str) {
        let written: io::Result<()> = self.err.write_all(text.as_bytes()).and_then(|()| self.err.flush());
        drop(written);
    }
}

/// The time on this machine's clock, for [`Io::now`].
pub fn now() -> Timestamp {
    SystemClock.now()
}

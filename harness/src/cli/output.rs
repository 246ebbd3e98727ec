//! Output with terminal escapes, or without where they are not wanted.

use std::io::{self, Write};

use anstream::adapter::StripBytes;

/// A writer whose reader may go away, as `head` does when it has seen enough: what is written after that goes nowhere, and
/// the work goes on, as it is still to say what came of it.
pub(super) struct Forsaken<'a> {
    inner: &'a mut (dyn Write + Send),
    /// Whether the work has an end by itself.
    ends: bool,
    gone: bool,
}

impl<'a> Forsaken<'a> {
    pub(super) fn new(inner: &'a mut (dyn Write + Send), ends: bool) -> Self {
        Self { inner, ends, gone: false }
    }

    fn unless_gone<T>(&mut self, nothing: T, done: io::Result<T>) -> io::Result<T> {
        match done {
            Err(error) if self.ends && error.kind() == io::ErrorKind::BrokenPipe => {
                self.gone = true;
                Ok(nothing)
            }
            done => done,
        }
    }
}

impl Write for Forsaken<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.gone {
            return Ok(bytes.len());
        }
        let written = self.inner.write(bytes);
        self.unless_gone(bytes.len(), written)
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.gone {
            return Ok(());
        }
        let flushed = self.inner.flush();
        self.unless_gone((), flushed)
    }
}

/// A writer that takes terminal escapes away, unless colours are wanted.
pub(super) struct Output<'a> {
    inner: &'a mut (dyn Write + Send),
    strip: Option<StripBytes>,
}

impl<'a> Output<'a> {
    pub(super) fn new(inner: &'a mut (dyn Write + Send), coloured: bool) -> Self {
        Self { inner, strip: (!coloured).then(StripBytes::new) }
    }
}

impl Write for Output<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.strip {
            Some(strip) => {
                for text in strip.strip_next(bytes) {
                    self.inner.write_all(text)?;
                }
            }
            None => self.inner.write_all(bytes)?,
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

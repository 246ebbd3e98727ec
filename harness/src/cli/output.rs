//! Output with terminal escapes, or without where they are not wanted.

use std::io::{self, Write};

use anstream::adapter::StripBytes;

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

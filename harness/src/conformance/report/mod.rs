//! Reports about a run: readers of its events, and of nothing else.

mod html;
mod json;
mod junit;
mod terminal;
mod told;

use std::fmt;
use std::io::{self, Write};

use super::event::Event;

pub use html::Html;
pub use json::Json;
pub use junit::Junit;
pub use terminal::Terminal;

/// A reader of events.
pub trait Report: fmt::Debug {
    /// Takes the next event in and writes what it has to say.
    ///
    /// # Errors
    ///
    /// When `out` cannot be written to.
    fn tell(&mut self, event: &Event, out: &mut dyn Write) -> io::Result<()>;
}

#[cfg(test)]
mod tests;

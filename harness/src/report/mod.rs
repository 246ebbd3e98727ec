//! Reports: readers of the events of a run, and of nothing else.
//!
//! To add one: a file here, a variant of [`Format`], its arm in [`report`].

mod json;
mod terminal;

use std::fmt;
use std::io::{self, Write};

use crate::scenario::event::Event;

/// The form of a report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// For people.
    #[default]
    Human,
    /// One JSON document, at the end.
    Json,
}

/// For which steps the rules are shown that led to the outcome.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Explain {
    /// For none.
    Off,
    /// For values that are not as expected.
    #[default]
    Failures,
    /// For every step.
    All,
}

/// How much is said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Detail {
    /// Whether cases that passed have a line of their own.
    pub passed: bool,
    /// For which steps the rules are shown.
    pub explain: Explain,
}

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

/// The report of this form.
pub fn report(format: Format, detail: Detail) -> Box<dyn Report> {
    match format {
        Format::Human => Box::new(terminal::Terminal::new(detail)),
        Format::Json => Box::new(json::Json::default()),
    }
}

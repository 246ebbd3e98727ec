//! TAP version 14.

use std::fmt;
use std::io::{self, Write};

use serde_json::{Map, Value};

/// One line of a test: whether it went well, and why it does not count where it was skipped.
#[derive(Clone, Copy, Debug)]
pub struct Point<'a> {
    /// Its number, counted from 1.
    pub number: usize,
    /// Whether it went well.
    pub ok: bool,
    /// What was tested.
    pub description: &'a str,
    /// Why it was not run.
    pub skipped: Option<&'a str>,
}

/// Writes at a depth of nesting: subtests are indented by four spaces.
pub struct Writer<'a> {
    out: &'a mut dyn Write,
    indent: &'static str,
}

impl fmt::Debug for Writer<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Writer").field("indent", &self.indent).finish_non_exhaustive()
    }
}

impl<'a> Writer<'a> {
    /// Writes at the outermost level.
    pub fn new(out: &'a mut dyn Write) -> Self {
        Self { out, indent: "" }
    }

    /// Writes a subtest, whose own line follows it.
    pub fn subtest(&mut self, name: &str) -> io::Result<Writer<'_>> {
        writeln!(self.out, "{}# Subtest: {}", self.indent, escaped(name))?;
        Ok(Writer { out: &mut *self.out, indent: "    " })
    }

    /// The version; it must be the first line.
    pub fn version(&mut self) -> io::Result<()> {
        writeln!(self.out, "TAP version 14")
    }

    /// How many tests there are at this level.
    pub fn plan(&mut self, count: usize) -> io::Result<()> {
        writeln!(self.out, "{}1..{count}", self.indent)
    }

    /// The line of one test.
    pub fn point(&mut self, point: Point<'_>) -> io::Result<()> {
        let not = if point.ok { "" } else { "not " };
        let Point { number, description, .. } = point;
        write!(self.out, "{}{not}ok {number} - {}", self.indent, escaped(description))?;
        match point.skipped {
            // A reason is free text up to the end of the line.
            Some(reason) => writeln!(self.out, " # SKIP {}", on_one_line(reason)),
            None => writeln!(self.out),
        }
    }

    /// What there is to say of the test above. Each value is written as JSON, which is YAML.
    pub fn diagnostic(&mut self, members: &Map<String, Value>) -> io::Result<()> {
        writeln!(self.out, "{}  ---", self.indent)?;
        for (name, value) in members {
            writeln!(self.out, "{}  {name}: {value}", self.indent)?;
        }
        writeln!(self.out, "{}  ...", self.indent)
    }

    /// A remark.
    pub fn comment(&mut self, text: &str) -> io::Result<()> {
        text.lines().try_for_each(|line| writeln!(self.out, "{}# {line}", self.indent))
    }

    /// Nothing can be tested, for this reason.
    pub fn bail_out(&mut self, reason: &str) -> io::Result<()> {
        writeln!(self.out, "Bail out! {}", escaped(reason))
    }
}

/// TAP 14: `#` in a description opens a directive unless a backslash stands before it, and a backslash escapes itself.
fn escaped(text: &str) -> String {
    on_one_line(text).replace('\\', "\\\\").replace('#', "\\#")
}

fn on_one_line(text: &str) -> String {
    text.split(['\n', '\r']).map(str::trim).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

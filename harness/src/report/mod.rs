//! Reports: readers of the events of a run, and of nothing else.
//!
//! To add one: a file here, a variant of [`Format`], its arm in [`report`]. What is not about runs but about the form — how
//! XML, SARIF or TAP are written — stands in [`markup`](crate::markup), which other rooms use as well.

mod annotations;
mod collected;
mod html;
mod json;
mod json_lines;
mod junit;
mod page;
mod sarif;
mod tap;
mod terminal;

use std::fmt;
use std::io::{self, Write};

pub(crate) use crate::decision::counted;
use crate::scenario::event::{CaseReport, Event, Failure, RunFinished, SnapshotState, StepReport, Verdict};

/// The form of a report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// For people.
    #[default]
    Human,
    /// One JSON document, at the end.
    Json,
    /// A line of JSON for each event, as it happens.
    JsonLines,
    /// TAP 14, steps as subtests, as it happens.
    Tap,
    /// JUnit's XML.
    Junit,
    /// SARIF 2.1.0.
    Sarif,
    /// One HTML page.
    Html,
    /// A page of Markdown.
    Markdown,
    /// Annotations for GitHub Actions: lines of its output.
    Annotations,
    /// The same as [`Format::Markdown`], no longer than GitHub takes for the summary of a job.
    Summary,
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

/// Which cases have a line of their own; each level includes those before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// None.
    None,
    /// Those that failed or could not be run.
    Fail,
    /// Those that took more than a second.
    Slow,
    /// Those that passed.
    #[default]
    Pass,
    /// Those that were not run.
    Skip,
}

/// When it is said what was not as expected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FailureOutput {
    /// With the case.
    #[default]
    Immediate,
    /// When all is over.
    Final,
    /// With the case, and again when all is over.
    Both,
    /// Not at all.
    Never,
}

/// How much is said, for people.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Detail {
    /// Which cases have a line of their own.
    pub status: Status,
    /// When it is said what was not as expected.
    pub failures: FailureOutput,
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

/// The report of this form.
pub fn report(format: Format, detail: Detail) -> Box<dyn Report> {
    match format {
        Format::Human => Box::new(terminal::Terminal::new(detail)),
        Format::Json => Box::new(json::Json::default()),
        Format::JsonLines => Box::new(json_lines::JsonLines),
        Format::Tap => Box::new(tap::Tap::default()),
        Format::Junit => Box::new(junit::Junit::default()),
        Format::Sarif => Box::new(sarif::Sarif::default()),
        Format::Html => Box::new(html::Html::default()),
        Format::Markdown => Box::new(page::Markdown::unlimited()),
        Format::Annotations => Box::new(annotations::Annotations::default()),
        Format::Summary => Box::new(page::Markdown::for_a_summary()),
    }
}

/// What a case came to, in a word.
const fn word(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Passed => "passed",
        Verdict::Failed => "failed",
        Verdict::Skipped(_) => "skipped",
        Verdict::Broken(_) => "broken",
    }
}

/// A case as one line names it.
fn name(case: &CaseReport) -> String {
    format!("{} / {}", case.id.stem(), case.id.case)
}

/// The lines by which an outcome differs from the one that was kept, if that is what failed.
fn difference<'s>(step: &'s StepReport, failure: &Failure) -> Option<&'s str> {
    match &step.snapshot.as_ref().filter(|_| failure.code == "R0602")?.state {
        SnapshotState::Differs { diff, .. } => Some(diff),
        SnapshotState::Same | SnapshotState::Written | SnapshotState::Missing { .. } => None,
    }
}

/// Why nothing ran.
pub(crate) fn mistakes(count: usize) -> String {
    format!("{} in the files, so nothing ran", counted(count, "mistake"))
}

/// What cases came to, in words: `3 cases: 1 passed, 2 failed`.
pub(crate) fn tally(run: &RunFinished) -> String {
    let mut parts = vec![format!("{} passed", run.passed)];
    for (count, word) in [(run.failed, "failed"), (run.broken, "broken"), (run.skipped, "skipped")] {
        if count > 0 {
            parts.push(format!("{count} {word}"));
        }
    }
    format!("{}: {}", counted(run.cases(), "case"), parts.join(", "))
}

#[cfg(test)]
mod tests;

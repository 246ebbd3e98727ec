//! A run as people read it. Colours are written always; who owns the terminal strips them where they are not wanted.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};

use super::{Report, told};
use crate::conformance::event::{Calibration, CaseReport, Event, RunFinished, RunResult, RunStarted};
use crate::conformance::verdict::Word;
use crate::decision::counted;

const GOOD: Style = AnsiColor::Green.on_default().bold();
const BAD: Style = AnsiColor::Red.on_default().bold();
const DOUBT: Style = AnsiColor::Yellow.on_default().bold();
const QUIET: Style = Style::new().dimmed();

/// Writes cases as they finish, with the evidence of those that did not pass, and a summary.
#[derive(Debug)]
pub struct Terminal {
    /// Whether cases that passed or were skipped have a line of their own.
    passed: bool,
    not_passed: Vec<String>,
}

impl Terminal {
    /// A report that leaves cases out that passed or were skipped, unless they are wanted.
    pub const fn new(passed: bool) -> Self {
        Self { passed, not_passed: Vec::new() }
    }
}

impl Report for Terminal {
    fn tell(&mut self, event: &Event, out: &mut dyn Write) -> io::Result<()> {
        match event {
            Event::Started(run) => started(run, out),
            Event::CaseFinished(case) => self.case(case, out),
            Event::Finished(run) => self.summary(run, out),
        }
    }
}

fn started(run: &RunStarted, out: &mut dyn Write) -> io::Result<()> {
    let profiles: Vec<&str> = run.profiles.iter().map(|profile| profile.name()).collect();
    writeln!(
        out,
        "harness {}   {}   {}   {}",
        env!("CARGO_PKG_VERSION"),
        run.relying_party,
        counted(run.cases, "case"),
        profiles.join(", "),
    )?;
    match &run.probe {
        Some(probe) => writeln!(out, "{QUIET}who is signed in: {probe}{QUIET:#}")?,
        None => writeln!(
            out,
            "{DOUBT}there is no probe{DOUBT:#}: silence is all there is to go by, and proves little (`--session`)"
        )?,
    }
    for calibration in &run.calibration {
        if let Some(void) = &calibration.void {
            writeln!(out, "{BAD}{:>12}{BAD:#} {}: {void}", "VOID", calibration.shape)?;
            writeln!(out, "             good login: {}", calibration.good)?;
            writeln!(out, "             bad login: {}", calibration.bad)?;
        }
    }
    if run.calibration.iter().all(|calibration| calibration.void.is_none()) {
        writeln!(
            out,
            "{QUIET}calibrated: a good login signs somebody in, one that the provider refuses does not{QUIET:#}"
        )?;
    }
    let late = |calibration: &&Calibration| calibration.tries > 0 && calibration.void.is_none();
    for calibration in run.calibration.iter().filter(late) {
        let tries = calibration.tries + 1;
        writeln!(out, "{DOUBT}{}: calibrated at try {tries} only{DOUBT:#}", calibration.shape)?;
    }
    Ok(())
}

impl Terminal {
    fn case(&mut self, case: &CaseReport, out: &mut dyn Write) -> io::Result<()> {
        let style = style(case);
        let word = case.verdict.word.as_str();
        let expected = if case.expected_because.is_some() { ", as expected" } else { "" };
        let tries = match case.earlier.len() {
            0 => String::new(),
            earlier => format!(", at try {}", earlier + 1),
        };
        let line = format!(
            "{style}{word:>12}{style:#} {}  {QUIET}{}{tries}{expected}{QUIET:#}",
            case.id, case.shape
        );
        let quiet = matches!(case.verdict.word, Word::Passed | Word::Skipped) && !case.is_flaky();
        if quiet && !self.passed {
            return Ok(());
        }
        if case.verdict.word == Word::Skipped {
            writeln!(out, "{line}{QUIET}: {}{QUIET:#}", case.verdict.reason)?;
        } else {
            writeln!(out, "{line}")?;
        }
        if !quiet {
            self.not_passed.push(format!("{line}: {}", case.verdict.reason));
            details(case, out)?;
        }
        Ok(())
    }

    fn summary(&self, run: &RunFinished, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "------------")?;
        if let Some(void) = &run.void {
            writeln!(out, "{BAD}{:>12}{BAD:#} the run says nothing: {void}", "VOID")?;
            return Ok(());
        }
        let bad = run.unexpected.failed + run.unexpected.errors + run.stale.len() > 0;
        let style = match (bad, run.unexpected.weak + run.unexpected.warnings > 0) {
            (true, _) => BAD,
            (false, true) => DOUBT,
            (false, false) => GOOD,
        };
        let counts = [
            (run.failed, "failed"),
            (run.errors, "not playable"),
            (run.warnings, "with a warning"),
            (run.weak, "weak"),
            (run.skipped, "skipped"),
            (run.expected, "as expected"),
            (run.flaky, "flaky"),
        ];
        let mut parts = vec![format!("{} passed", run.passed)];
        parts.extend(
            counts.iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}")),
        );
        writeln!(
            out,
            "{style}{:>12}{style:#} {}: {}",
            "Summary",
            counted(run.cases(), "case"),
            parts.join(", ")
        )?;
        if run.result() == RunResult::Empty {
            writeln!(out, "{DOUBT}{:>12}{DOUBT:#} nothing was found out: each case was skipped", "")?;
        }
        for line in &self.not_passed {
            writeln!(out, "{line}")?;
        }
        for stale in &run.stale {
            writeln!(out, "{BAD}{:>12}{BAD:#} {stale}", "STALE")?;
        }
        match run.result() {
            RunResult::Warned => {
                writeln!(
                    out,
                    "{DOUBT}{:>12}{DOUBT:#} nothing failed, but it does what it should not",
                    "NOT PASSED"
                )
            }
            RunResult::Weak => {
                writeln!(
                    out,
                    "{DOUBT}{:>12}{DOUBT:#} nothing failed, but some verdicts rest on silence",
                    "NOT PASSED"
                )
            }
            RunResult::Passed
            | RunResult::Failed
            | RunResult::Incomplete
            | RunResult::Void
            | RunResult::Empty
            | RunResult::Interrupted => Ok(()),
        }
    }
}

/// The bug report of a case.
fn details(case: &CaseReport, out: &mut dyn Write) -> io::Result<()> {
    told::lines(case)
        .into_iter()
        .try_for_each(|(label, text)| writeln!(out, "             {QUIET}{label:>8}{QUIET:#} {text}"))
}

const fn style(case: &CaseReport) -> Style {
    match case.verdict.word {
        Word::Passed => GOOD,
        Word::Failed | Word::Error if case.expected_because.is_none() => BAD,
        Word::Failed | Word::Error | Word::Warning | Word::Weak => DOUBT,
        Word::Skipped => QUIET,
    }
}

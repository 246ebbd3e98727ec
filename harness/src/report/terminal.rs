//! A run as people read it. Colours are written always; who owns the terminal strips them where they are not wanted.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};

use super::{Detail, Explain, FailureOutput, Report, Status, counted, tally};
use crate::markup::journal;
use crate::scenario::event::{
    CaseReport, Event, RuleCoverage, RunFinished, SnapshotState, StepReport, Verdict,
};

const GOOD: Style = AnsiColor::Green.on_default().bold();
const BAD: Style = AnsiColor::Red.on_default().bold();
const DOUBT: Style = AnsiColor::Yellow.on_default().bold();
const QUIET: Style = Style::new().dimmed();

/// Writes cases as they finish, failures with them, and a summary.
#[derive(Debug)]
pub(super) struct Terminal {
    detail: Detail,
    not_passed: Vec<String>,
    /// What is said of failures when all is over.
    later: Vec<u8>,
}

/// From here on, a case is slow.
const SLOW: f64 = 1.0;

impl Terminal {
    pub(super) fn new(detail: Detail) -> Self {
        Self { detail, not_passed: Vec::new(), later: Vec::new() }
    }
}

impl Report for Terminal {
    fn tell(&mut self, event: &Event, out: &mut dyn Write) -> io::Result<()> {
        match event {
            Event::RunStarted(run) => writeln!(
                out,
                "harness {}   {}, {}   reference RP {}",
                run.version,
                counted(run.scenarios, "scenario"),
                counted(run.cases, "case"),
                run.transport,
            ),
            // What is to be said about files goes where messages go, in colour and before anything runs.
            Event::Finding(_) | Event::CaseStarted(_) => Ok(()),
            Event::CaseFinished(case) => self.case(case, out),
            Event::RunFinished(run) => self.summary(run, out),
        }
    }
}

impl Terminal {
    fn case(&mut self, case: &CaseReport, out: &mut dyn Write) -> io::Result<()> {
        let line = line(case);
        if self.has_line(case) {
            writeln!(out, "{line}")?;
        }
        if case.is_bad() {
            self.not_passed.push(line.clone());
        }
        if self.detail.explain == Explain::All {
            case.steps.iter().try_for_each(|step| explain(step, out))?;
        }
        if matches!(self.detail.failures, FailureOutput::Immediate | FailureOutput::Both) {
            self.failures(case, out)?;
        }
        if matches!(self.detail.failures, FailureOutput::Final | FailureOutput::Both) && case.is_bad() {
            let mut later = Vec::new();
            writeln!(later, "{line}")?;
            self.failures(case, &mut later)?;
            self.later.extend(later);
        }
        Ok(())
    }

    fn has_line(&self, case: &CaseReport) -> bool {
        let least = match case.verdict {
            Verdict::Failed | Verdict::Broken(_) => Status::Fail,
            Verdict::Passed if case.seconds.is_some_and(|seconds| seconds > SLOW) => Status::Slow,
            Verdict::Passed => Status::Pass,
            Verdict::Skipped(_) => Status::Skip,
        };
        self.detail.status >= least
    }

    /// What was not as expected.
    fn failures(&self, case: &CaseReport, out: &mut dyn Write) -> io::Result<()> {
        case.steps.iter().try_for_each(|step| self.step(step, out))?;
        if let Verdict::Broken(reason) = &case.verdict {
            writeln!(out, "\n{BAD}could not go on{BAD:#}: {reason}\n")?;
        }
        Ok(())
    }

    fn step(&self, step: &StepReport, out: &mut dyn Write) -> io::Result<()> {
        let failed = step.failures.iter().any(|failure| failure.code != "R0602");
        for failure in &step.failures {
            write!(out, "\n{}", failure.rendered)?;
            let gutter = " ".repeat(failure.place.line.to_string().len());
            writeln!(out, "{gutter} |")?;
            if self.detail.explain != Explain::Off {
                for line in &failure.why {
                    writeln!(out, "{gutter} = why: {line}")?;
                }
            }
            writeln!(out, "{gutter} = rerun: {}", failure.rerun)?;
        }
        if let Some(snapshot) = &step.snapshot
            && let SnapshotState::Differs { diff, .. } = &snapshot.state
        {
            writeln!(out, "\n{}", coloured(diff))?;
        }
        if failed && !step.journal.is_empty() {
            writeln!(out, "\n  {QUIET}the provider's journal of step {}:{QUIET:#}", step.id)?;
            for entry in &step.journal {
                writeln!(out, "    {QUIET}{}{QUIET:#}", journal::line(entry))?;
            }
            writeln!(out)?;
        }
        Ok(())
    }

    fn summary(&mut self, run: &RunFinished, out: &mut dyn Write) -> io::Result<()> {
        if let Some(coverage) = &run.rule_coverage {
            rule_coverage(coverage, out)?;
        }
        out.write_all(&std::mem::take(&mut self.later))?;
        writeln!(out, "------------")?;
        let style = if run.failed + run.broken > 0 { BAD } else { GOOD };
        let mut line = format!("{}{}", took(run.seconds), tally(run));
        if run.written_snapshots > 0 {
            line = format!("{line}   {} written", counted(run.written_snapshots, "snapshot"));
        }
        if run.pending_snapshots > 0 {
            line = format!("{line}   {} to review", counted(run.pending_snapshots, "snapshot"));
        }
        writeln!(out, "{style}{:>12}{style:#} {line}", "Summary")?;
        for line in &self.not_passed {
            writeln!(out, "{line}")?;
        }
        if !run.doubts.is_empty() {
            writeln!(out, "  This pass may mean less than it seems:")?;
            for doubt in &run.doubts {
                writeln!(out, "{DOUBT}{:>12}{DOUBT:#} {doubt}", "")?;
            }
        }
        if run.pending_snapshots > 0 {
            writeln!(out, "  Next: `harness review`, or `harness run --snapshots update` to take them all")?;
        }
        Ok(())
    }
}

/// A case on one line.
fn line(case: &CaseReport) -> String {
    let name = format!("{:<12} {}", case.id.product, case.id.stem());
    let (style, word) = match &case.verdict {
        Verdict::Passed => (GOOD, "PASS"),
        Verdict::Failed => (BAD, "FAIL"),
        Verdict::Skipped(_) => (QUIET, "SKIP"),
        Verdict::Broken(_) => (BAD, "BROKEN"),
    };
    let tail = match &case.verdict {
        Verdict::Passed => String::new(),
        Verdict::Failed | Verdict::Broken(_) => {
            failed_step(case).map_or(String::new(), |id| format!(", step {id}"))
        }
        Verdict::Skipped(reason) => format!(": {reason}"),
    };
    let took = took(case.seconds);
    format!("{style}{word:>12}{style:#} {took}{name}  {QUIET}{}{tail}{QUIET:#}", case.id.case)
}

/// `[  0.004s] `, or nothing where nobody measured.
fn took(seconds: Option<f64>) -> String {
    seconds.map_or_else(String::new, |seconds| format!("[{seconds:>7.3}s] "))
}

fn failed_step(case: &CaseReport) -> Option<&str> {
    let failed = |step: &&StepReport| matches!(step.verdict, Verdict::Failed | Verdict::Broken(_));
    case.steps.iter().find(failed).map(|step| step.id.as_str())
}

fn explain(step: &StepReport, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "               {}  {QUIET}{}{QUIET:#}", step.id, step.action)?;
    let lines = step.outcome.pointer("/trace/steps").and_then(serde_json::Value::as_array);
    for line in lines.into_iter().flatten().filter_map(serde_json::Value::as_str) {
        writeln!(out, "                 {line}")?;
    }
    Ok(())
}

fn rule_coverage(coverage: &RuleCoverage, out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "\nrules fired by a selected case or an example: {} of {}",
        coverage.fired, coverage.rules
    )?;
    for missing in &coverage.missing {
        let (style, reason) = match &missing.reason {
            Some(reason) => (QUIET, format!(" ({reason})")),
            None => (DOUBT, String::new()),
        };
        writeln!(out, "  {style}{:<8}{style:#} {}{reason}", missing.rule, missing.title)?;
    }
    writeln!(out)
}

fn coloured(diff: &str) -> String {
    let line = |line: &str| {
        let style = match line.chars().next() {
            Some('+') => GOOD,
            Some('-') => BAD,
            _ => QUIET,
        };
        format!("  {style}{line}{style:#}")
    };
    diff.lines().map(line).collect::<Vec<_>>().join("\n")
}

//! A run as people read it. Colours are written always; who owns the terminal strips them where they are not wanted.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};

use super::{Detail, Explain, Report};
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
}

impl Terminal {
    pub(super) fn new(detail: Detail) -> Self {
        Self { detail, not_passed: Vec::new() }
    }
}

impl Report for Terminal {
    fn tell(&mut self, event: &Event, out: &mut dyn Write) -> io::Result<()> {
        match event {
            Event::RunStarted(run) => writeln!(
                out,
                "harness {}   {}, {}   reference RP {}",
                env!("CARGO_PKG_VERSION"),
                counted(run.scenarios, "scenario"),
                counted(run.cases, "case"),
                run.transport,
            ),
            Event::CaseFinished(case) => self.case(case, out),
            Event::RunFinished(run) => self.summary(run, out),
        }
    }
}

impl Terminal {
    fn case(&mut self, case: &CaseReport, out: &mut dyn Write) -> io::Result<()> {
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
        let line = format!("{style}{word:>12}{style:#} {name}  {QUIET}{}{tail}{QUIET:#}", case.id.case);
        if self.detail.passed || case.verdict != Verdict::Passed {
            writeln!(out, "{line}")?;
        }
        if !matches!(case.verdict, Verdict::Passed | Verdict::Skipped(_)) {
            self.not_passed.push(line);
        }
        for step in &case.steps {
            self.step(step, out)?;
        }
        if let Verdict::Broken(reason) = &case.verdict {
            writeln!(out, "\n{BAD}could not go on{BAD:#}: {reason}\n")?;
        }
        Ok(())
    }

    fn step(&self, step: &StepReport, out: &mut dyn Write) -> io::Result<()> {
        if self.detail.explain == Explain::All {
            explain(step, out)?;
        }
        let failed = step.failures.iter().any(|failure| failure.code != "R0602");
        for failure in &step.failures {
            write!(out, "\n{}", failure.rendered)?;
            let gutter = " ".repeat(failure.line.to_string().len());
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
                writeln!(out, "    {QUIET}{}{QUIET:#}", journal_line(entry))?;
            }
            writeln!(out)?;
        }
        Ok(())
    }

    fn summary(&self, run: &RunFinished, out: &mut dyn Write) -> io::Result<()> {
        if let Some(coverage) = &run.rule_coverage {
            rule_coverage(coverage, out)?;
        }
        writeln!(out, "------------")?;
        let style = if run.failed + run.broken > 0 { BAD } else { GOOD };
        let mut parts = vec![format!("{} passed", run.passed)];
        for (count, word) in [(run.failed, "failed"), (run.broken, "broken"), (run.skipped, "skipped")] {
            if count > 0 {
                parts.push(format!("{count} {word}"));
            }
        }
        let mut line = format!("{}: {}", counted(run.cases(), "case"), parts.join(", "));
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

/// One entry of the provider's journal on one line.
fn journal_line(entry: &serde_json::Value) -> String {
    let text = |key: &str| entry.get(key).and_then(serde_json::Value::as_str).unwrap_or("");
    let status = entry.get("status").map(ToString::to_string).unwrap_or_default();
    let mut line = format!("{} {} {status}", text("method"), text("endpoint"));
    for key in ["client", "user"] {
        if !text(key).is_empty() {
            line = format!("{line}  {key} {}", text(key));
        }
    }
    match entry.pointer("/error/cause").and_then(serde_json::Value::as_str) {
        Some(cause) => format!("{line}  {cause}"),
        None => line,
    }
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

fn counted(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

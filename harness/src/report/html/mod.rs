//! A run as one HTML page: what makes a pass mean less, then failures with their reasons, then all cases.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::collected::Collected;
use super::{Report, name, page, word};
use crate::markup::{self, journal, plain};
use crate::scenario::event::{CaseReport, Event, Failure, Finding, RunFinished, StepReport, Verdict};

const TEMPLATE: &str = include_str!("report.html");

/// Collects everything and writes it at the end.
#[derive(Debug, Default)]
pub(super) struct Html(Collected);

impl Report for Html {
    fn tell(&mut self, event: &Event, out: &mut dyn Write) -> io::Result<()> {
        let Some(finished) = self.0.take(event) else { return Ok(()) };
        let page = markup::html::page(TEMPLATE, self.view(finished)).map_err(io::Error::other)?;
        out.write_all(page.as_bytes())
    }
}

impl Html {
    /// What the template names.
    fn view(&self, finished: &RunFinished) -> Value {
        json!({
            "headline": page::headline(finished),
            "run": self.0.run,
            "seconds": finished.seconds.map(|seconds| format!("{seconds:.2}")),
            "doubts": finished.doubts,
            "findings": self.0.findings.iter().map(finding).collect::<Vec<_>>(),
            "bad": self.0.bad().into_iter().map(case).collect::<Vec<_>>(),
            "cases": self.0.cases.iter().map(case).collect::<Vec<_>>(),
            "coverage": finished.rule_coverage,
        })
    }
}

fn finding(finding: &Finding) -> Value {
    json!({ "severity": finding.severity, "text": plain(&finding.rendered).trim_end() })
}

fn case(case: &CaseReport) -> Value {
    let reason = match &case.verdict {
        Verdict::Skipped(reason) | Verdict::Broken(reason) => Some(reason),
        Verdict::Passed | Verdict::Failed => None,
    };
    json!({
        "name": name(case),
        "product": case.id.product,
        "scenario": case.id.scenario,
        "place": format!("{}:{}", case.id.file, case.line),
        "tags": case.tags,
        "seed": case.seed,
        "clock": case.clock,
        "state": word(&case.verdict),
        "reason": reason,
        "new": case.failed_before == Some(false),
        "seconds": case.seconds.map(|seconds| format!("{seconds:.3}")),
        "steps": case.steps.iter().map(step).collect::<Vec<_>>(),
    })
}

fn step(step: &StepReport) -> Value {
    json!({
        "id": step.id,
        "action": step.action,
        "state": word(&step.verdict),
        "notes": step.notes,
        "failures": step.failures.iter().map(|it| failure(step, it)).collect::<Vec<_>>(),
        "trace": step.outcome.pointer("/trace/steps"),
        "journal": step.journal.iter().map(journal::line).collect::<Vec<_>>(),
    })
}

fn failure(step: &StepReport, failure: &Failure) -> Value {
    json!({
        "text": plain(&failure.rendered).trim_end(),
        "why": failure.why,
        "rerun": failure.rerun,
        "difference": super::difference(step, failure),
    })
}

//! TAP 14: a test for each case, its steps as subtests.

use std::io::{self, Write};

use serde_json::{Map, Value, json};

use super::{Report, mistakes, name};
use crate::markup::tap::{Point, Writer};
use crate::scenario::event::{CaseReport, Event, Failure, Finding, StepReport, Verdict};

/// Writes cases as they are over.
#[derive(Debug, Default)]
pub(super) struct Tap {
    cases: usize,
}

impl Report for Tap {
    fn tell(&mut self, event: &Event, out: &mut dyn Write) -> io::Result<()> {
        let mut tap = Writer::new(out);
        match event {
            Event::RunStarted(run) => {
                tap.version()?;
                tap.plan(run.cases)
            }
            Event::Finding(finding) => tap.comment(&in_a_line(finding)),
            Event::CaseStarted(_) => Ok(()),
            Event::CaseFinished(case) => {
                self.cases += 1;
                self.case(case, &mut tap)
            }
            Event::RunFinished(run) if run.mistakes > 0 => tap.bail_out(&mistakes(run.mistakes)),
            Event::RunFinished(run) => run.doubts.iter().try_for_each(|doubt| tap.comment(doubt)),
        }
    }
}

impl Tap {
    fn case(&self, case: &CaseReport, tap: &mut Writer<'_>) -> io::Result<()> {
        let name = name(case);
        if !case.steps.is_empty() {
            steps(&case.steps, &mut tap.subtest(&name)?)?;
        }
        tap.point(point(self.cases, &name, &case.verdict))?;
        match &case.verdict {
            Verdict::Broken(reason) => {
                let members =
                    [("message", json!(reason)), ("at", json!({ "file": case.id.file, "line": case.line }))];
                tap.diagnostic(&members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
            }
            // Of a failure, the steps say it.
            Verdict::Failed | Verdict::Passed | Verdict::Skipped(_) => Ok(()),
        }
    }
}

fn steps(steps: &[StepReport], tap: &mut Writer<'_>) -> io::Result<()> {
    tap.plan(steps.len())?;
    for (index, step) in steps.iter().enumerate() {
        tap.point(point(index + 1, &step.id, &step.verdict))?;
        // A test has one block of YAML.
        if let Some((first, others)) = step.failures.split_first() {
            let mut members = diagnostic(first);
            if !others.is_empty() {
                members.insert("also".to_owned(), others.iter().map(diagnostic).map(Value::Object).collect());
            }
            tap.diagnostic(&members)?;
        }
    }
    Ok(())
}

fn point<'a>(number: usize, description: &'a str, verdict: &'a Verdict) -> Point<'a> {
    let skipped = match verdict {
        Verdict::Skipped(reason) => Some(reason.as_str()),
        Verdict::Passed | Verdict::Failed | Verdict::Broken(_) => None,
    };
    let ok = matches!(verdict, Verdict::Passed | Verdict::Skipped(_));
    Point { number, ok, description, skipped }
}

fn diagnostic(failure: &Failure) -> Map<String, Value> {
    let place = &failure.place;
    let mut members = Map::new();
    members.insert("message".to_owned(), json!(failure.title));
    members.insert("code".to_owned(), json!(failure.code));
    members
        .insert("at".to_owned(), json!({ "file": place.file, "line": place.line, "column": place.column }));
    if let Some(rule) = failure.rules().last() {
        members.insert("rule".to_owned(), json!(rule));
        members.insert("why".to_owned(), json!(failure.why));
    }
    members.insert("rerun".to_owned(), json!(failure.rerun));
    members
}

fn in_a_line(finding: &Finding) -> String {
    let place =
        finding.place.as_ref().map(|place| format!("{}:{}:{}: ", place.file, place.line, place.column));
    format!("{}{}: {}", place.unwrap_or_default(), finding.code, finding.title)
}

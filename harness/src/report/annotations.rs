//! Annotations for GitHub Actions, new failures before old ones, and no more than are shown.

use std::io::{self, Write};

use super::collected::Collected;
use super::{Report, page};
use crate::markup::workflow::{Annotation, Kind};
use crate::scenario::event::{CaseReport, Event, Failure, Finding, Level, Place, StepReport, Verdict};

/// GitHub shows ten errors and ten warnings of a step, and drops the others without a word.
const MOST: usize = 10;

/// Collects everything and writes it at the end.
#[derive(Debug, Default)]
pub(super) struct Annotations(Collected);

impl Report for Annotations {
    fn tell(&mut self, event: &Event, out: &mut dyn Write) -> io::Result<()> {
        let Some(finished) = self.0.take(event) else { return Ok(()) };
        let (errors, warnings): (Vec<Annotation>, Vec<Annotation>) =
            self.all().into_iter().partition(|annotation| annotation.kind == Kind::Error);
        for annotation in errors.iter().take(MOST).chain(warnings.iter().take(MOST)) {
            writeln!(out, "{annotation}")?;
        }
        let left_out = [(errors.len(), "error"), (warnings.len(), "warning")]
            .into_iter()
            .filter(|(count, _)| *count > MOST)
            .map(|(count, noun)| super::counted(count - MOST, noun));
        let left_out: Vec<String> = left_out.collect();
        if !left_out.is_empty() {
            let message = format!("{} more are not shown here", left_out.join(" and "));
            let notice = Annotation { kind: Kind::Notice, title: "harness".to_owned(), message, place: None };
            writeln!(out, "{notice}")?;
        }
        writeln!(out, "{}", page::headline(finished))
    }
}

impl Annotations {
    fn all(&self) -> Vec<Annotation> {
        let mut all: Vec<Annotation> = self.0.findings.iter().filter_map(of_a_file).collect();
        for case in self.0.bad() {
            all.extend(case.failures().map(|(step, failure)| of_a_step(case, step, failure)));
            if let Verdict::Broken(reason) = &case.verdict
                && case.failures().next().is_none()
            {
                all.push(of_a_case(case, reason));
            }
        }
        all
    }
}

fn of_a_file(finding: &Finding) -> Option<Annotation> {
    let kind = match finding.severity {
        Level::Error => Kind::Error,
        Level::Warning => Kind::Warning,
        Level::Note => return None,
    };
    let message = [std::slice::from_ref(&finding.title), &finding.help].concat().join("\nhelp: ");
    Some(Annotation { kind, title: finding.code.clone(), message, place: finding.place.as_ref().map(place) })
}

fn of_a_step(case: &CaseReport, step: &StepReport, failure: &Failure) -> Annotation {
    let pending = step.snapshot.as_ref().is_some_and(|snapshot| snapshot.state.pending());
    // What only waits for a person is no mistake yet.
    let kind = if pending && failure.code == "R0602" { Kind::Warning } else { Kind::Error };
    let why = failure.why.iter().map(|line| format!("why: {line}"));
    let message = [failure.title.clone()].into_iter().chain(why).collect::<Vec<_>>().join("\n");
    Annotation {
        kind,
        title: format!("{} {}: {}", failure.code, super::name(case), step.id),
        message,
        place: Some(place(&failure.place)),
    }
}

fn of_a_case(case: &CaseReport, reason: &str) -> Annotation {
    Annotation {
        kind: Kind::Error,
        title: format!("R0603 {}", super::name(case)),
        message: reason.to_owned(),
        place: Some((case.id.file.clone(), case.line, 1, 2)),
    }
}

fn place(place: &Place) -> (String, usize, usize, usize) {
    (place.file.clone(), place.line, place.column, place.end_column)
}

//! JUnit's XML: a suite for each scenario file, a test case for each case.

use std::io::{self, Write};

use super::Report;
use super::collected::Collected;
use crate::markup::junit::{Case, Outcome, Problem, Suite, document};
use crate::scenario::event::{CaseReport, Event, Failure, Finding, Level, StepReport, Verdict};

/// Collects everything and writes it at the end.
#[derive(Debug, Default)]
pub(super) struct Junit(Collected);

impl Report for Junit {
    fn tell(&mut self, event: &Event, out: &mut dyn Write) -> io::Result<()> {
        let Some(finished) = self.0.take(event) else { return Ok(()) };
        let mut suites: Vec<Suite> = Vec::new();
        let mistakes = self.0.findings.iter().filter(|finding| finding.severity == Level::Error);
        for (file, case) in
            mistakes.map(unusable).chain(self.0.cases.iter().map(|it| (it.id.file.clone(), case(it))))
        {
            match suites.iter_mut().find(|suite| suite.name == file) {
                Some(suite) => suite.cases.push(case),
                None => suites.push(Suite { name: file.clone(), file: Some(file), cases: vec![case] }),
            }
        }
        out.write_all(document("harness", &suites, finished.seconds).as_bytes())
    }
}

/// A file that cannot be used is a case that cannot be run.
fn unusable(finding: &Finding) -> (String, Case) {
    let place = finding.place.clone().unwrap_or_default();
    let file = if place.file.is_empty() { "files".to_owned() } else { place.file };
    let problem = Problem {
        code: finding.code.clone(),
        message: finding.title.clone(),
        text: finding.rendered.clone(),
    };
    let case = Case {
        name: format!("{} {}", finding.code, finding.title),
        class: "check".to_owned(),
        file: finding.place.as_ref().map(|place| place.file.clone()),
        line: finding.place.as_ref().map(|place| place.line),
        outcome: Outcome::Broken(vec![problem]),
        ..Case::default()
    };
    (file, case)
}

fn case(case: &CaseReport) -> Case {
    let rule = case.failures().find_map(|(_, failure)| failure.rules().last());
    let mut properties = vec![("product", case.id.product.clone())];
    properties.extend((!case.tags.is_empty()).then(|| ("tags", case.tags.join(","))));
    properties.extend(rule.map(|rule| ("rule", rule.to_owned())));
    Case {
        name: case.id.case.clone(),
        // A dot opens a level on a dashboard: first the product, then the scenario.
        class: format!("{}.{}", case.id.product, case.id.stem()),
        file: Some(case.id.file.clone()),
        line: Some(case.line),
        seconds: case.seconds,
        properties,
        outcome: match &case.verdict {
            Verdict::Passed => Outcome::Passed,
            Verdict::Skipped(reason) => Outcome::Skipped(reason.clone()),
            Verdict::Failed => Outcome::Failed(problems(case)),
            Verdict::Broken(reason) => Outcome::Broken(broken(case, reason)),
        },
        earlier: Vec::new(),
    }
}

/// What the terminal would say of each failure.
fn problems(case: &CaseReport) -> Vec<Problem> {
    let problem = |(step, failure): (&StepReport, &Failure)| {
        let diff = super::difference(step, failure).map(|diff| format!("\n{diff}")).unwrap_or_default();
        let why = failure.why.iter().map(|line| format!("why: {line}"));
        let last = why.chain([format!("rerun: {}", failure.rerun)]).collect::<Vec<_>>().join("\n");
        Problem {
            code: failure.code.to_owned(),
            message: format!("step {}: {}", step.id, failure.title),
            text: format!("{}{last}\n{diff}", failure.rendered),
        }
    };
    case.failures().map(problem).collect()
}

fn broken(case: &CaseReport, reason: &str) -> Vec<Problem> {
    let told = problems(case);
    if !told.is_empty() {
        return told;
    }
    vec![Problem { code: "R0603".to_owned(), message: reason.to_owned(), text: reason.to_owned() }]
}

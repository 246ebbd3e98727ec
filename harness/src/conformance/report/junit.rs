//! JUnit's XML: a suite for each shape of the flow, a test case for each case, and calibration before them.
//!
//! JUnit has no word for what is neither good nor bad. A warning is skipped, for it did not pass, and so are a case with nothing
//! but silence, where nothing was shown, and a failure that an expected-results file explains; the property `verdict` has the word.

use std::io::{self, Write};

use super::{Report, told};
use crate::conformance::event::{Calibration, CaseReport, Event, RunFinished};
use crate::conformance::verdict::{Verdict, Word};
use crate::markup::junit::{Case, Outcome, Problem, Suite, Try, document};

/// Collects everything and writes it at the end.
#[derive(Debug, Default)]
pub struct Junit {
    suites: Vec<Suite>,
}

impl Report for Junit {
    fn tell(&mut self, event: &Event, out: &mut dyn Write) -> io::Result<()> {
        match event {
            Event::Started(run) => {
                self.suites.push(suite("calibration", run.calibration.iter().map(calibration)));
            }
            Event::CaseFinished(report) => self.take(report),
            Event::Finished(run) => {
                self.suites.extend(of_the_run(run));
                let suites: Vec<Suite> = self.suites.drain(..).filter(|it| !it.cases.is_empty()).collect();
                return out.write_all(document("harness conformance", &suites, None).as_bytes());
            }
        }
        Ok(())
    }
}

impl Junit {
    fn take(&mut self, report: &CaseReport) {
        match self.suites.iter_mut().find(|suite| suite.name == report.shape) {
            Some(suite) => suite.cases.push(case(report)),
            None => self.suites.push(suite(&report.shape, [case(report)])),
        }
    }
}

fn suite(name: &str, cases: impl IntoIterator<Item = Case>) -> Suite {
    Suite { name: name.to_owned(), cases: cases.into_iter().collect(), ..Suite::default() }
}

/// A shape that could not be calibrated is an error: nothing that follows it could be believed.
fn calibration(found: &Calibration) -> Case {
    let void = found.void.as_ref().map(|void| Problem {
        code: "VOID".to_owned(),
        message: void.clone(),
        text: format!("good login: {}\nbad login: {}\n", found.good, found.bad),
    });
    Case {
        name: found.shape.clone(),
        class: "calibration".to_owned(),
        outcome: void.map_or(Outcome::Passed, |problem| Outcome::Broken(vec![problem])),
        ..Case::default()
    }
}

/// What is not the matter of one case: a run that never came to its first or its last, and results that do not hold any more.
fn of_the_run(run: &RunFinished) -> Vec<Suite> {
    let problem = |code: &str, text: &str| {
        vec![Problem { code: code.to_owned(), message: text.to_owned(), text: text.to_owned() }]
    };
    let case = |name: String, class: &str, outcome| Case {
        name,
        class: class.to_owned(),
        outcome,
        ..Case::default()
    };
    let broken =
        |code: &str, text: &str| case("the run".to_owned(), "run", Outcome::Broken(problem(code, text)));
    let void = run.void.iter().map(|void| broken("VOID", void));
    let interrupted =
        run.interrupted.then(|| broken("INTERRUPTED", "the run was broken off before its last case"));
    let stale = run.stale.iter().enumerate().map(|(number, stale)| {
        let outcome = Outcome::Failed(problem("STALE", stale));
        case(format!("entry that does not hold any more {}", number + 1), "expected", outcome)
    });
    vec![suite("run", void.chain(interrupted)), suite("expected results", stale)]
}

fn case(report: &CaseReport) -> Case {
    let profiles: Vec<&str> = report.bindings.iter().map(|binding| binding.profile.name()).collect();
    let properties = [
        ("verdict", report.verdict.word.as_str().to_owned()),
        ("clauses", report.clauses.join(", ")),
        ("faults", report.faults.join(" ")),
        ("profiles", profiles.join(", ")),
        ("seen", report.verdict.reason.clone()),
        ("module", report.module.unwrap_or_default().to_owned()),
    ];
    Case {
        name: report.id.clone(),
        // A dot opens a level on a dashboard: first the shape, then the row.
        class: format!("{}.{}", report.shape, report.row),
        properties: properties.into_iter().filter(|(_, value)| !value.is_empty()).collect(),
        outcome: outcome(report),
        earlier: report.earlier.iter().map(|verdict| earlier(report, verdict)).collect(),
        ..Case::default()
    }
}

fn outcome(report: &CaseReport) -> Outcome {
    let word = report.verdict.word;
    if let Some(because) = &report.expected_because {
        return Outcome::Skipped(format!("{}, as expected: {because}", word.as_str()));
    }
    match word {
        Word::Passed => Outcome::Passed,
        Word::Skipped => Outcome::Skipped(report.verdict.reason.clone()),
        Word::Weak | Word::Warning => {
            Outcome::Skipped(format!("{}: {}", word.as_str(), report.verdict.reason))
        }
        Word::Failed => Outcome::Failed(vec![problem(report)]),
        Word::Error => Outcome::Broken(vec![problem(report)]),
    }
}

fn earlier(report: &CaseReport, verdict: &Verdict) -> Try {
    let problem = short(report, verdict);
    if verdict.word == Word::Error { Try::Broken(problem) } else { Try::Failed(problem) }
}

fn short(report: &CaseReport, verdict: &Verdict) -> Problem {
    Problem {
        code: verdict.word.as_str().to_owned(),
        message: format!("{}: {}", report.title, verdict.reason),
        text: String::new(),
    }
}

fn problem(report: &CaseReport) -> Problem {
    let lines = told::lines(report).into_iter().chain(told::evidence(report));
    let requests = told::requests(report).into_iter().map(|line| format!("  {line}\n"));
    Problem {
        text: lines.map(|(label, text)| format!("{label}: {text}\n")).chain(requests).collect(),
        ..short(report, &report.verdict)
    }
}

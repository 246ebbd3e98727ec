//! SARIF: what is wrong in files and what was not as expected, for code scanning.

use std::collections::BTreeSet;
use std::io::{self, Write};

use super::Report;
use super::collected::Collected;
use crate::explain::codes;
use crate::markup::sarif::{self, Place, Rule, Tool, document, fingerprint};
use crate::scenario::event::{self, CaseReport, Event, Failure, Level, StepReport, Verdict};

/// Collects everything and writes it at the end.
#[derive(Debug, Default)]
pub(super) struct Sarif(Collected);

impl Report for Sarif {
    fn tell(&mut self, event: &Event, out: &mut dyn Write) -> io::Result<()> {
        if self.0.take(event).is_none() {
            return Ok(());
        }
        let mut findings: Vec<sarif::Finding> = self.0.findings.iter().map(of_a_file).collect();
        for case in self.0.cases.iter().filter(|case| case.is_bad()) {
            findings.extend(case.failures().map(|(step, failure)| of_a_step(case, step, failure)));
            findings.extend(of_a_case(case));
        }
        let ids: BTreeSet<&str> = findings.iter().map(|finding| finding.rule.as_str()).collect();
        let rules: Vec<Rule> = ids.into_iter().map(rule).collect();
        let tool = Tool { name: "harness", version: env!("CARGO_PKG_VERSION") };
        serde_json::to_writer_pretty(&mut *out, &document(tool, &rules, &findings))?;
        writeln!(out)
    }
}

/// What a code is about, as `harness explain` tells it.
fn rule(id: &str) -> Rule {
    let (title, help) = match codes::named(id) {
        Some(code) => (sentence(code.title), code.prose.to_owned()),
        None => {
            (id.to_owned(), "`harness check` shows it at its place, with what to do about it.".to_owned())
        }
    };
    Rule { id: id.to_owned(), title, help }
}

fn sentence(title: &str) -> String {
    let mut letters = title.chars();
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
}

fn of_a_file(finding: &event::Finding) -> sarif::Finding {
    let file = finding.place.as_ref().map_or("", |place| place.file.as_str());
    sarif::Finding {
        rule: finding.code.clone(),
        level: match finding.severity {
            Level::Error => sarif::Level::Error,
            Level::Warning => sarif::Level::Warning,
            Level::Note => sarif::Level::Note,
        },
        message: [std::slice::from_ref(&finding.title), &finding.help].concat().join("\nhelp: "),
        place: finding.place.as_ref().map(place),
        flow: Vec::new(),
        fingerprint: fingerprint(&[&finding.code, file, &finding.title]),
    }
}

fn of_a_step(case: &CaseReport, step: &StepReport, failure: &Failure) -> sarif::Finding {
    sarif::Finding {
        rule: failure.code.to_owned(),
        level: sarif::Level::Error,
        message: format!(
            "{}, step {}: {}\nrerun: {}",
            super::name(case),
            step.id,
            failure.title,
            failure.rerun
        ),
        place: Some(place(&failure.place)),
        flow: failure.why.clone(),
        fingerprint: fingerprint(&[failure.code, &case.id.key(), &step.id, path(failure)]),
    }
}

/// The value that an expectation is about, which tells two of them in one step apart.
fn path(failure: &Failure) -> &str {
    failure.title.split('`').nth(1).unwrap_or_default()
}

/// A case that broke before any step could say why.
fn of_a_case(case: &CaseReport) -> Option<sarif::Finding> {
    let Verdict::Broken(reason) = &case.verdict else { return None };
    if case.failures().next().is_some() {
        return None;
    }
    Some(sarif::Finding {
        rule: "R0603".to_owned(),
        level: sarif::Level::Error,
        message: format!("{}: {reason}", super::name(case)),
        place: Some(Place { file: case.id.file.clone(), line: case.line, column: 1, end_column: 2 }),
        flow: Vec::new(),
        fingerprint: fingerprint(&["R0603", &case.id.key()]),
    })
}

fn place(place: &event::Place) -> Place {
    let event::Place { file, line, column, end_column } = place.clone();
    Place { file, line, column, end_column }
}

//! A run as one HTML page, a certificate and a bug report at once: what was asked of whom and how far it can be believed,
//! then what the relying party should not have done, then all cases.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde_json::{Value, json};

use super::{Report, told};
use crate::conformance::event::{CaseReport, Event, RunFinished, RunStarted};
use crate::conformance::profiles::Profile;
use crate::conformance::verdict::Word;
use crate::markup;

const TEMPLATE: &str = include_str!("certificate.html");

/// From the worst to the best; this is the order in which the page tells of them.
const ORDER: [Word; 6] = [Word::Failed, Word::Error, Word::Weak, Word::Warning, Word::Skipped, Word::Passed];

/// Collects everything and writes it at the end.
#[derive(Debug, Default)]
pub struct Html {
    run: Option<Box<RunStarted>>,
    cases: Vec<CaseReport>,
}

impl Report for Html {
    fn tell(&mut self, event: &Event, out: &mut dyn Write) -> io::Result<()> {
        match event {
            Event::Started(run) => self.run = Some(run.clone()),
            Event::CaseFinished(case) => self.cases.push((**case).clone()),
            Event::Finished(finished) => {
                let page = markup::html::page(TEMPLATE, self.view(finished)).map_err(io::Error::other)?;
                return out.write_all(page.as_bytes());
            }
        }
        Ok(())
    }
}

impl Html {
    /// What the template names.
    fn view(&self, finished: &RunFinished) -> Value {
        json!({
            "version": env!("CARGO_PKG_VERSION"),
            "run": self.run,
            "result": finished.result().as_str(),
            "failed": finished.unexpected.failed > 0,
            "void": finished.void,
            "interrupted": finished.interrupted,
            "stale": finished.stale,
            "counts": counts(self.cases.iter()),
            "profiles": self.profiles(),
            "bad": self.told_of(|case| case.expected_because.is_none() && is_bad(case)),
            "known": self.told_of(|case| case.expected_because.is_some()),
            "cases": self.cases.iter().map(case).collect::<Vec<_>>(),
        })
    }

    /// The cases of a kind, the worst first, and otherwise in the order in which they were played.
    fn told_of(&self, keep: impl Fn(&CaseReport) -> bool) -> Vec<Value> {
        let kept = |word: Word| self.cases.iter().filter(move |case| case.verdict.word == word);
        ORDER.into_iter().flat_map(kept).filter(|case| keep(case)).map(case).collect()
    }

    /// What each profile came to. A case that two profiles bind is counted with both.
    fn profiles(&self) -> Vec<Value> {
        let profiles = self.run.iter().flat_map(|run| run.profiles.iter().copied());
        let bound =
            |case: &CaseReport, profile: Profile| case.bindings.iter().any(|it| it.profile == profile);
        profiles
            .map(|profile| {
                let cases = self.cases.iter().filter(|case| bound(case, profile));
                json!({ "name": profile.name(), "counts": counts(cases) })
            })
            .collect()
    }
}

/// How many cases have which verdict, in the order of the page.
fn counts<'c>(cases: impl Iterator<Item = &'c CaseReport>) -> Vec<Value> {
    let mut counts: BTreeMap<Word, usize> = BTreeMap::new();
    for case in cases {
        *counts.entry(case.verdict.word).or_default() += 1;
    }
    let count = |word: &Word| counts.get(word).copied().unwrap_or_default();
    ORDER.iter().rev().map(|word| json!({ "state": state(*word), "count": count(word) })).collect()
}

fn is_bad(case: &CaseReport) -> bool {
    !matches!(case.verdict.word, Word::Passed | Word::Skipped) || case.is_flaky()
}

fn state(word: Word) -> String {
    word.as_str().to_ascii_lowercase()
}

fn case(case: &CaseReport) -> Value {
    let pairs = |lines: Vec<(&'static str, String)>| {
        lines.into_iter().map(|(label, text)| json!({ "label": label, "text": text })).collect::<Vec<_>>()
    };
    let bindings: Vec<&str> = case.bindings.iter().map(|binding| binding.profile.name()).collect();
    json!({
        "id": case.id,
        "shape": case.shape,
        "title": case.title,
        "module": case.module.filter(|module| *module != case.id),
        "profiles": bindings,
        "state": state(case.verdict.word),
        "lines": pairs(told::lines(case)),
        "evidence": pairs(told::evidence(case)),
        "requests": told::requests(case),
    })
}

//! A run as a page of Markdown: for the summary of a job, or for an issue.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::collected::Collected;
use super::{Report, counted, mistakes, tally};
use crate::markup::markdown::Page;
use crate::scenario::event::{CaseReport, Event, Finding, RunFinished, Verdict};

/// GitHub refuses a summary of more than 1 MiB as a whole.
const SUMMARY: usize = 1024 * 1024;

/// Collects everything and writes it at the end.
#[derive(Debug)]
pub(super) struct Markdown {
    collected: Collected,
    limit: usize,
}

impl Markdown {
    pub(super) fn unlimited() -> Self {
        Self { collected: Collected::default(), limit: usize::MAX }
    }

    pub(super) fn for_a_summary() -> Self {
        Self { collected: Collected::default(), limit: SUMMARY }
    }
}

impl Report for Markdown {
    fn tell(&mut self, event: &Event, out: &mut dyn Write) -> io::Result<()> {
        let Some(finished) = self.collected.take(event) else { return Ok(()) };
        let mut page = Page::new(self.limit);
        page.heading(1, &headline(finished));
        self.doubts(finished, &mut page);
        self.findings(&mut page);
        self.failures(&mut page);
        self.skipped(&mut page);
        self.scenarios(&mut page);
        out.write_all(page.finish().as_bytes())
    }
}

/// What came of the run, in one line.
pub(super) fn headline(run: &RunFinished) -> String {
    if run.mistakes > 0 {
        return format!("harness: {}", mistakes(run.mistakes));
    }
    let mut line = format!("harness: {}", tally(run));
    if run.pending_snapshots > 0 {
        line = format!("{line}; {} to review", counted(run.pending_snapshots, "snapshot"));
    }
    line
}

impl Markdown {
    fn doubts(&self, run: &RunFinished, page: &mut Page) {
        if !run.doubts.is_empty() {
            page.sentence("This pass may mean less than it seems:");
            page.list(run.doubts.iter().map(String::as_str));
        }
        if !self.collected.run.selection.is_empty() {
            page.sentence(&format!("Selected: {}", self.collected.run.selection.join(" ")));
        }
    }

    fn findings(&self, page: &mut Page) {
        let row = |finding: &Finding| {
            let place =
                finding.place.as_ref().map(|place| format!("{}:{}:{}", place.file, place.line, place.column));
            let help = finding.help.iter().map(|help| format!(" ({help})"));
            let what = [finding.title.clone()].into_iter().chain(help).collect();
            vec![finding.code.clone(), place.unwrap_or_default(), what]
        };
        if !self.collected.findings.is_empty() {
            page.heading(2, "What the files say");
            page.table(&["code", "where", "what"], self.collected.findings.iter().map(row));
        }
    }

    fn failures(&self, page: &mut Page) {
        let bad = self.collected.bad();
        if bad.is_empty() {
            return;
        }
        page.heading(2, "What was not as expected");
        page.table(&["case", "step", "where", "what", "why"], bad.into_iter().flat_map(rows));
    }

    fn skipped(&self, page: &mut Page) {
        let reason = |case: &CaseReport| match &case.verdict {
            Verdict::Skipped(reason) => Some(vec![super::name(case), reason.clone()]),
            Verdict::Passed | Verdict::Failed | Verdict::Broken(_) => None,
        };
        let rows: Vec<Vec<String>> = self.collected.cases.iter().filter_map(reason).collect();
        if !rows.is_empty() {
            page.heading(2, "What was not run");
            page.table(&["case", "because"], rows);
        }
    }

    fn scenarios(&self, page: &mut Page) {
        let mut counts: BTreeMap<(&str, &str), [usize; 4]> = BTreeMap::new();
        for case in &self.collected.cases {
            let [passed, failed, broken, skipped] =
                counts.entry((case.id.product.as_str(), case.id.file.as_str())).or_default();
            *match case.verdict {
                Verdict::Passed => passed,
                Verdict::Failed => failed,
                Verdict::Broken(_) => broken,
                Verdict::Skipped(_) => skipped,
            } += 1;
        }
        if counts.is_empty() {
            return;
        }
        page.heading(2, "Scenarios");
        let rows = counts.into_iter().map(|((product, file), counts)| {
            [product, file]
                .map(str::to_owned)
                .into_iter()
                .chain(counts.map(|count| count.to_string()))
                .collect()
        });
        page.table(&["product", "scenario", "passed", "failed", "broken", "skipped"], rows);
    }
}

/// A row for each failure of a case, and one for a case that has none and is broken all the same.
fn rows(case: &CaseReport) -> Vec<Vec<String>> {
    let new = if case.failed_before == Some(false) { " (new)" } else { "" };
    let name = format!("{}{new}", super::name(case));
    let mut rows: Vec<Vec<String>> = case
        .failures()
        .map(|(step, failure)| {
            let place = format!("{}:{}", failure.place.file, failure.place.line);
            vec![name.clone(), step.id.clone(), place, failure.title.clone(), failure.why.join("; ")]
        })
        .collect();
    if let Verdict::Broken(reason) = &case.verdict
        && rows.is_empty()
    {
        let place = format!("{}:{}", case.id.file, case.line);
        rows.push(vec![name, String::new(), place, reason.clone(), String::new()]);
    }
    rows
}

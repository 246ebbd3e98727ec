//! Everything that happened, for reports that can only begin at the end.

use crate::scenario::event::{CaseReport, Event, Finding, RunFinished, RunStarted};

/// A whole run.
#[derive(Debug, Default)]
pub(super) struct Collected {
    pub(super) run: RunStarted,
    pub(super) findings: Vec<Finding>,
    pub(super) cases: Vec<CaseReport>,
}

impl Collected {
    /// Takes an event in; gives the end of the run when that is it.
    pub(super) fn take<'e>(&mut self, event: &'e Event) -> Option<&'e RunFinished> {
        match event {
            Event::RunStarted(run) => self.run = run.clone(),
            Event::Finding(finding) => self.findings.push((**finding).clone()),
            Event::CaseStarted(_) => {}
            Event::CaseFinished(case) => self.cases.push((**case).clone()),
            Event::RunFinished(finished) => return Some(finished),
        }
        None
    }

    /// Cases that did not come to what was expected, new failures before old ones.
    pub(super) fn bad(&self) -> Vec<&CaseReport> {
        let mut bad: Vec<&CaseReport> = self.cases.iter().filter(|case| case.is_bad()).collect();
        bad.sort_by_key(|case| case.failed_before == Some(true));
        bad
    }
}

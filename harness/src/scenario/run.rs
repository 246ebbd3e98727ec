//! A whole run: cases in parallel, told of in the order of their files.

use std::collections::BTreeMap;
use std::io;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;

use super::event::{CaseReport, Event, RunFinished, RunStarted, Verdict};
use super::load::{Case, Loaded};
use super::runner::CaseRunner;
use super::snapshot::SnapshotMode;

/// How a run is done.
#[derive(Clone, Debug)]
pub struct RunOptions {
    /// How many cases at once.
    pub jobs: usize,
    /// What happens to snapshots.
    pub snapshots: SnapshotMode,
    /// Stop each case after this step.
    pub to: Option<String>,
    /// Stop at the first case that does not pass.
    pub fail_fast: bool,
    /// Over TCP on the loopback interface, instead of in process.
    pub tcp: bool,
    /// Set from outside to stop after the cases that are under way.
    pub interrupted: Arc<AtomicBool>,
}

impl Default for RunOptions {
    fn default() -> Self {
        Self {
            jobs: 1,
            snapshots: SnapshotMode::Check,
            to: None,
            fail_fast: false,
            tcp: false,
            interrupted: Arc::default(),
        }
    }
}

/// Plays all cases and tells of them. The end of the run is not told but given back, so that more can be added to it.
///
/// # Errors
///
/// When the machinery of the run cannot be set up.
pub fn run(loaded: &Loaded, options: &RunOptions, tell: &mut dyn FnMut(Event)) -> io::Result<RunFinished> {
    let cases = &loaded.cases;
    let mut files: Vec<&str> = cases.iter().map(|case| case.id.file.as_str()).collect();
    files.dedup();
    let transport = if options.tcp { "over TCP" } else { "in process" };
    tell(Event::RunStarted(RunStarted { scenarios: files.len(), cases: cases.len(), transport }));

    let (next, stop) = (AtomicUsize::new(0), AtomicBool::new(false));
    let (sender, receiver) = mpsc::channel();
    let mut finished = RunFinished::default();
    thread::scope(|scope| {
        let mut workers = Vec::new();
        for _ in 0..options.jobs.min(cases.len()).max(1) {
            let (sender, next, stop) = (sender.clone(), &next, &stop);
            workers.push(scope.spawn(move || {
                work(loaded, options, next, &|index, report| {
                    // The other end is gone only when the run has failed.
                    let _ = sender.send((index, report));
                    !stop.load(Ordering::Relaxed) && !options.interrupted.load(Ordering::Relaxed)
                })
            }));
        }
        drop(sender);
        let mut take = |report: CaseReport| {
            finished.count(&report);
            let good = matches!(report.verdict, Verdict::Passed | Verdict::Skipped(_));
            tell(Event::CaseFinished(Box::new(report)));
            stop.fetch_or(options.fail_fast && !good, Ordering::Relaxed);
            (!options.fail_fast || good) && !options.interrupted.load(Ordering::Relaxed)
        };
        let left = in_order(cases, receiver, &mut take);
        let reason = if options.interrupted.load(Ordering::Relaxed) {
            "the run was interrupted"
        } else {
            "the run stopped at the first failure"
        };
        for case in left {
            take(stopped(case, reason));
        }
        workers.into_iter().try_for_each(|worker| {
            worker.join().unwrap_or_else(|_| Err(io::Error::other("a case broke off the run")))
        })
    })?;
    Ok(finished)
}

/// Plays cases until there are none left or `send` says to stop.
fn work(
    loaded: &Loaded,
    options: &RunOptions,
    next: &AtomicUsize,
    send: &dyn Fn(usize, CaseReport) -> bool,
) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    loop {
        let index = next.fetch_add(1, Ordering::Relaxed);
        let Some(case) = loaded.cases.get(index) else { return Ok(()) };
        let runner = CaseRunner { sources: &loaded.sources, options };
        if !send(index, runtime.block_on(runner.run(case))) {
            return Ok(());
        }
    }
}

/// Hands reports on in the order of the cases, until `take` says to stop. Gives the cases that are left.
fn in_order<'c>(
    cases: &'c [Case],
    reports: mpsc::Receiver<(usize, CaseReport)>,
    take: &mut dyn FnMut(CaseReport) -> bool,
) -> &'c [Case] {
    let mut waiting = BTreeMap::new();
    let mut due = 0;
    'reports: for (index, report) in reports {
        waiting.insert(index, report);
        while let Some(report) = waiting.remove(&due) {
            due += 1;
            if !take(report) {
                break 'reports;
            }
        }
    }
    cases.get(due..).unwrap_or_default()
}

fn stopped(case: &Case, reason: &str) -> CaseReport {
    let verdict = Verdict::Skipped(reason.to_owned());
    CaseReport { id: case.id.clone(), verdict, steps: Vec::new(), warnings: Vec::new() }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::path::Path;
    use std::sync::Arc;
    use std::sync::atomic::AtomicBool;

    use super::{RunOptions, run};
    use crate::scenario::event::{Event, Verdict};
    use crate::scenario::load::{LoadOptions, load};

    #[test]
    fn an_interrupted_run_tells_what_did_run_and_skips_the_rest() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scenarios/billrun");
        let options = LoadOptions { env: &|_| None, readings: BTreeMap::new(), ci: false };
        let loaded = load(&[folder], &options).unwrap();
        let options = RunOptions { interrupted: Arc::new(AtomicBool::new(true)), ..RunOptions::default() };
        let mut verdicts = Vec::new();
        let finished = run(&loaded, &options, &mut |event| {
            if let Event::CaseFinished(case) = event {
                verdicts.push(case.verdict);
            }
        });
        assert_eq!(finished.unwrap().cases(), loaded.cases.len());
        let (first, rest) = verdicts.split_first().unwrap();
        assert_eq!(first, &Verdict::Passed);
        let skipped = Verdict::Skipped("the run was interrupted".to_owned());
        assert!(rest.iter().all(|verdict| *verdict == skipped));
    }
}

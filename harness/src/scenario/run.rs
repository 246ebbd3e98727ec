//! A whole run: cases in parallel, told of in the order of their files.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::io;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

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
    /// What was asked for, to be told in reports.
    pub selection: Vec<String>,
    /// Cases that failed in the run before, by their keys, if anything is known of it.
    pub failed_before: Option<BTreeSet<String>>,
    /// Measures how long cases take. Without it nobody does, and two runs tell the same.
    pub stopwatch: Option<Stopwatch>,
}

/// A clock that says how much time has gone by since some moment.
#[derive(Clone)]
pub struct Stopwatch(Arc<dyn Fn() -> Duration + Send + Sync>);

impl Stopwatch {
    /// Reads the time from `clock`.
    pub fn new(clock: impl Fn() -> Duration + Send + Sync + 'static) -> Self {
        Self(Arc::new(clock))
    }

    /// The time that has gone by.
    pub fn read(&self) -> Duration {
        (self.0)()
    }
}

impl fmt::Debug for Stopwatch {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_tuple("Stopwatch").finish_non_exhaustive()
    }
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
            selection: Vec::new(),
            failed_before: None,
            stopwatch: None,
        }
    }
}

/// What is about to run.
pub fn started(loaded: &Loaded, options: &RunOptions) -> RunStarted {
    let mut files: Vec<&str> = loaded.cases.iter().map(|case| case.id.file.as_str()).collect();
    files.dedup();
    RunStarted {
        version: env!("CARGO_PKG_VERSION"),
        selection: options.selection.clone(),
        scenarios: files.len(),
        cases: loaded.cases.len(),
        transport: if options.tcp { "over TCP" } else { "in process" },
    }
}

/// Plays all cases and tells of them. The end of the run is not told but given back, so that more can be added to it.
///
/// # Errors
///
/// When the machinery of the run cannot be set up.
pub fn run(loaded: &Loaded, options: &RunOptions, tell: &mut dyn FnMut(Event)) -> io::Result<RunFinished> {
    let cases = &loaded.cases;
    let began = options.stopwatch.as_ref().map(Stopwatch::read);
    tell(Event::RunStarted(started(loaded, options)));

    let (next, stop) = (AtomicUsize::new(0), AtomicBool::new(false));
    let (sender, receiver) = mpsc::channel();
    let runner = CaseRunner { sources: &loaded.sources, options };
    let mut finished = RunFinished::default();
    thread::scope(|scope| {
        let mut workers = Vec::new();
        for _ in 0..options.jobs.min(cases.len()).max(1) {
            let (sender, runner, next, stop) = (sender.clone(), &runner, &next, &stop);
            workers.push(scope.spawn(move || {
                work(cases, runner, next, &|news| {
                    // The other end is gone only when the run has failed.
                    let _ = sender.send(news);
                    !stop.load(Ordering::Relaxed) && !options.interrupted.load(Ordering::Relaxed)
                })
            }));
        }
        drop(sender);
        let mut take = |event: Event| {
            let case = if let Event::CaseFinished(case) = &event { Some(&**case) } else { None };
            if let Some(case) = case {
                finished.count(case);
            }
            let good = !case.is_some_and(CaseReport::is_bad);
            tell(event);
            stop.fetch_or(options.fail_fast && !good, Ordering::Relaxed);
            !options.fail_fast || good
        };
        let left = in_order(cases, receiver, &mut take);
        let reason = if options.interrupted.load(Ordering::Relaxed) {
            "the run was interrupted"
        } else {
            "the run stopped at the first failure"
        };
        for (case, report) in left {
            let skipped = || Box::new(runner.report(case, Verdict::Skipped(reason.to_owned())));
            take(Event::CaseFinished(report.unwrap_or_else(skipped)));
        }
        workers.into_iter().try_for_each(|worker| {
            worker.join().unwrap_or_else(|_| Err(io::Error::other("a case broke off the run")))
        })
    })?;
    let ended = options.stopwatch.as_ref().map(Stopwatch::read);
    finished.seconds = ended.zip(began).map(|(ended, began)| ended.saturating_sub(began).as_secs_f64());
    Ok(finished)
}

/// What workers tell: a case by its index, which begins or is over.
enum News {
    Started(usize),
    Finished(usize, Box<CaseReport>),
}

/// Plays cases until there are none left or `send` says to stop.
fn work(
    cases: &[Case],
    runner: &CaseRunner<'_>,
    next: &AtomicUsize,
    send: &dyn Fn(News) -> bool,
) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    loop {
        let index = next.fetch_add(1, Ordering::Relaxed);
        let Some(case) = cases.get(index) else { return Ok(()) };
        send(News::Started(index));
        if !send(News::Finished(index, Box::new(runtime.block_on(runner.run(case))))) {
            return Ok(());
        }
    }
}

/// Hands reports on in the order of the cases, until `take` says to stop or nobody sends any more. Gives the cases that
/// are left: of an interrupted run each that was under way with its report, once `take` said to stop none, so that what is
/// told does not depend on how many cases run at once.
fn in_order<'c>(
    cases: &'c [Case],
    news: mpsc::Receiver<News>,
    take: &mut dyn FnMut(Event) -> bool,
) -> impl Iterator<Item = (&'c Case, Option<Box<CaseReport>>)> + use<'c> {
    let mut waiting = BTreeMap::new();
    let mut due = 0;
    'news: for news in news {
        match news {
            News::Started(index) => {
                if let Some(case) = cases.get(index) {
                    take(Event::CaseStarted(case.id.clone()));
                }
            }
            News::Finished(index, report) => {
                waiting.insert(index, report);
            }
        }
        while let Some(report) = waiting.remove(&due) {
            due += 1;
            if !take(Event::CaseFinished(report)) {
                waiting.clear();
                break 'news;
            }
        }
    }
    cases.iter().enumerate().skip(due).map(move |(index, case)| (case, waiting.remove(&index)))
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::Arc;
    use std::sync::atomic::AtomicBool;

    use rstest::rstest;

    use super::{RunOptions, run};
    use crate::scenario::event::{Event, Verdict};
    use crate::scenario::load::{LoadOptions, load};

    #[rstest]
    #[case::one_at_a_time(1)]
    #[case::several_at_once(4)]
    fn an_interrupted_run_tells_what_did_run_and_skips_the_rest(#[case] jobs: usize) {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scenarios/billrun");
        let options = LoadOptions::default();
        let loaded = load(&[folder], &options).unwrap();
        let options =
            RunOptions { jobs, interrupted: Arc::new(AtomicBool::new(true)), ..RunOptions::default() };
        let mut verdicts = Vec::new();
        let finished = run(&loaded, &options, &mut |event| {
            if let Event::CaseFinished(case) = event {
                verdicts.push(case.verdict);
            }
        });
        assert_eq!(finished.unwrap().cases(), loaded.cases.len());
        // Each worker finishes the case that it has taken.
        let (ran, rest) = verdicts.split_at(jobs);
        assert!(ran.iter().all(|verdict| *verdict == Verdict::Passed), "{ran:?}");
        let skipped = Verdict::Skipped("the run was interrupted".to_owned());
        assert!(rest.iter().all(|verdict| *verdict == skipped));
    }
}

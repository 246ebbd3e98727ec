//! `harness run`: play the scenarios.

mod interruption;
mod output;
mod progress;
mod to;
mod watch;

use std::collections::BTreeSet;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Instant;

use clap::builder::FalseyValueParser;
use clap::{Args, ValueEnum};
use mock_idp::source::Severity;

use super::output::Output as Stream;
use super::selection::{Selected, show};
use super::share::{Nothing, Share};
use super::{COULD_NOT_RUN, ColorWhen, FAILED, INTERRUPTED, INVALID, Io, NOTHING_RAN, OK, TO_REVIEW, USAGE};
use crate::scenario::event::{CaseReport, Event, RunFinished, Verdict};
use crate::scenario::finding::finding;
use crate::scenario::last_run::LastRun;
use crate::scenario::run::{RunOptions, Stopwatch, run, started};
use crate::scenario::snapshot::SnapshotMode;
use crate::scenario::{Loaded, coverage};
use output::{Output, Spoken, Targets, tell};
use progress::Progress;

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  harness run                                   every scenario below `scenarios`
  harness run -t 'bindplane and not slow'       by tag
  harness run my.scenario.yaml --explain all    with the rules behind every step
  harness run --watch                           again whenever a file is saved
  harness run --ci --shard 1/4 --report junit=target/harness/junit.xml
  harness run --snapshots update                take the present outcomes as the right ones

Exit codes: 0 all passed, 1 something failed, 2 bad command line, 3 invalid file (nothing ran),
4 could not run, 5 nothing was selected, 6 all passed but for snapshots that wait for review, 130 interrupted")]
pub(super) struct Run {
    #[command(flatten)]
    selected: Selected,
    #[command(flatten)]
    share: Share,
    /// Stop each case after this step, and leave out cases that have no such step
    #[arg(long, value_name = "STEP", help_heading = "Selection")]
    to: Option<String>,
    /// Stop at the first case that does not pass
    #[arg(long, env = "HARNESS_RUN_FAIL_FAST", value_parser = FalseyValueParser::new())]
    fail_fast: bool,
    /// How many cases at once [default: number of CPUs]
    #[arg(short, long, value_name = "N", env = "HARNESS_RUN_JOBS")]
    jobs: Option<usize>,
    /// Over TCP on the loopback interface, instead of in process
    #[arg(long, env = "HARNESS_RUN_TCP", value_parser = FalseyValueParser::new())]
    tcp: bool,
    /// Run again what a saved file affects, until `q` or Ctrl+C
    #[arg(short, long, conflicts_with = "ci")]
    watch: bool,
    /// check: compare; new: leave missing ones for review; pending: leave different ones as well; update: take all
    /// [default: pending; check with --ci]
    #[arg(long, value_name = "MODE", env = "HARNESS_RUN_SNAPSHOTS")]
    snapshots: Option<Snapshots>,
    #[command(flatten)]
    output: Output,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Snapshots {
    /// Compare only.
    Check,
    /// Leave what is missing for review.
    New,
    /// Leave what is missing or differs for review.
    Pending,
    /// Take what differs.
    Update,
}

/// What a run came to.
#[derive(Debug)]
struct Played {
    finished: RunFinished,
    /// Keys of the cases that passed.
    passed: BTreeSet<String>,
    /// Keys of the cases that did not pass. A case that was not run is in neither.
    failed: BTreeSet<String>,
    code: u8,
}

impl Played {
    /// Nothing ran, which comes to this exit code.
    fn nothing(code: u8) -> Self {
        Self { finished: RunFinished::default(), passed: BTreeSet::new(), failed: BTreeSet::new(), code }
    }
}

impl Run {
    /// Whether it runs until somebody ends it.
    pub(super) const fn watches(&self) -> bool {
        self.watch
    }

    pub(super) fn run(&self, color: ColorWhen, io: &mut Io<'_>) -> io::Result<u8> {
        if let Some(mistake) = self.contradiction() {
            writeln!(io.err, "error: {mistake}")?;
            return Ok(USAGE);
        }
        if self.watch {
            return watch::watch(self, color, io);
        }
        let interrupted = interruption::flag(|| ())?;
        let mut loaded = match self.selected.load(color, io)? {
            Ok(loaded) => loaded,
            Err(code) => return Ok(code),
        };
        if let Err(mistake) = self.cut_short(&mut loaded) {
            writeln!(io.err, "error: {mistake}")?;
            return Ok(USAGE);
        }
        let before = LastRun::read(self.share.cache());
        let (cases, nothing) = self.share.of(std::mem::take(&mut loaded.cases), &before);
        loaded.cases = cases;
        let options = RunOptions {
            failed_before: before.knows().then(|| before.failed()),
            ..self.options(interrupted)
        };
        let playing = Playing { run: self, options, color, spoken: Spoken::Everything };
        let played = playing.play(&loaded, nothing.as_ref(), io)?;
        Ok(played.code)
    }

    /// Leaves out cases without the step of `--to`. All selected cases are asked, before a share or what failed is taken of
    /// them: the step may be one of the others. Of a file with mistakes nobody knows what steps it has.
    fn cut_short(&self, loaded: &mut Loaded) -> Result<(), String> {
        if !loaded.has_errors() {
            loaded.cases = to::with_step(std::mem::take(&mut loaded.cases), self.to.as_deref())?;
        }
        Ok(())
    }

    fn contradiction(&self) -> Option<String> {
        if self.selected.ci
            && matches!(self.snapshots, Some(Snapshots::New | Snapshots::Pending | Snapshots::Update))
        {
            return Some("`--ci` never writes snapshots".to_owned());
        }
        self.output.contradiction(self.watch)
    }

    fn options(&self, interrupted: Arc<AtomicBool>) -> RunOptions {
        let jobs = self.jobs.or_else(|| thread::available_parallelism().ok().map(usize::from));
        RunOptions {
            jobs: jobs.unwrap_or(1).max(1),
            snapshots: match self.snapshots {
                None if self.selected.ci => SnapshotMode::Check,
                None | Some(Snapshots::Pending) => SnapshotMode::Pending,
                Some(Snapshots::Check) => SnapshotMode::Check,
                Some(Snapshots::New) => SnapshotMode::New,
                Some(Snapshots::Update) => SnapshotMode::Update,
            },
            to: self.to.clone(),
            fail_fast: self.fail_fast,
            tcp: self.tcp,
            interrupted,
            selection: [self.selected.asked(), self.share.asked(), self.asked()].concat(),
            failed_before: None,
            stopwatch: Some(stopwatch()),
        }
    }

    /// How far to go, as on the command line.
    fn asked(&self) -> Vec<String> {
        self.to.iter().map(|step| format!("--to {step}")).collect()
    }

    const fn code(&self, run: &RunFinished) -> u8 {
        if run.broken > 0 {
            COULD_NOT_RUN
        } else if run.failed > run.only_to_review {
            FAILED
        } else if run.only_to_review > 0 {
            TO_REVIEW
        } else if run.passed == 0 && !self.selected.allow_empty {
            // Everything was skipped: that is not success either.
            NOTHING_RAN
        } else {
            OK
        }
    }
}

/// A run with everything that it needs besides the scenarios.
struct Playing<'r> {
    run: &'r Run,
    options: RunOptions,
    color: ColorWhen,
    spoken: Spoken,
}

impl Playing<'_> {
    /// Plays the cases; tells of files that cannot be used, and of nothing to play, in their place.
    fn play(&self, loaded: &Loaded, nothing: Option<&Nothing>, io: &mut Io<'_>) -> io::Result<Played> {
        let least = if loaded.has_errors() { Severity::Warning } else { Severity::Error };
        show(loaded, least, self.color, io)?;
        let spoken = if loaded.has_errors() || nothing.is_some() { Spoken::ForPrograms } else { self.spoken };
        let mut targets = match self.run.output.open(spoken, io) {
            Ok(targets) => targets,
            Err((path, error)) => {
                writeln!(io.err, "error: cannot write `{}`: {error}", path.display())?;
                return Ok(Played::nothing(COULD_NOT_RUN));
            }
        };
        if loaded.has_errors() {
            self.tell_of_no_run(loaded, &mut targets, io);
            targets.finish()?;
            return Ok(Played::nothing(INVALID));
        }
        if let Some(nothing) = nothing {
            self.tell_of_no_run(loaded, &mut targets, io);
            targets.finish()?;
            let in_order = nothing.in_order || self.run.selected.allow_empty;
            writeln!(io.err, "{}: {}", if in_order { "note" } else { "error" }, nothing.because)?;
            return Ok(Played::nothing(if in_order { OK } else { NOTHING_RAN }));
        }
        let (finished, cases) = match self.tell_of_a_run(loaded, &mut targets, io) {
            Ok(played) => played,
            Err(error) => {
                writeln!(io.err, "error: {error}")?;
                return Ok(Played::nothing(COULD_NOT_RUN));
            }
        };
        self.remember(&cases, io)?;
        targets.finish()?;
        let interrupted = self.options.interrupted.load(Ordering::Relaxed);
        Ok(Played {
            passed: keys(&cases, |case| case.verdict == Verdict::Passed),
            failed: keys(&cases, CaseReport::is_bad),
            code: if interrupted { INTERRUPTED } else { self.run.code(&finished) },
            finished,
        })
    }

    fn tell_of_no_run(&self, loaded: &Loaded, targets: &mut Targets, io: &mut Io<'_>) {
        let mut out = io.out(self.color);
        tell(targets, &Event::RunStarted(started(loaded, &self.options)), &mut out);
        tell_findings(loaded, targets, &mut out);
        let mistakes = loaded.diagnostics.iter().filter(|diagnostic| diagnostic.is_error()).count();
        let finished = RunFinished { mistakes, ..RunFinished::default() };
        tell(targets, &Event::RunFinished(Box::new(finished)), &mut out);
    }

    fn tell_of_a_run(
        &self,
        loaded: &Loaded,
        targets: &mut Targets,
        io: &mut Io<'_>,
    ) -> io::Result<(RunFinished, Vec<CaseReport>)> {
        let kind = self.run.output.progress(self.run.selected.ci, io);
        let mut progress = Progress::new(kind, loaded.cases.len());
        let coloured = io.coloured(self.color, io.out_is_terminal);
        let (mut out, err) = (Stream::new(io.out, coloured), &mut *io.err);
        let mut cases = Vec::new();
        let mut counted = Ok(());
        let finished = run(loaded, &self.options, &mut |event| {
            if counted.is_ok() {
                counted = progress.see(&event, err);
            }
            progress.suspend(|| {
                tell(targets, &event, &mut out);
                if matches!(event, Event::RunStarted(_)) {
                    tell_findings(loaded, targets, &mut out);
                }
            });
            if let Event::CaseFinished(case) = event {
                cases.push(*case);
            }
        });
        progress.finish();
        let mut finished = finished?;
        if self.run.output.rule_coverage {
            finished.rule_coverage = Some(coverage::of(&cases, Path::new(".")));
        }
        tell(targets, &Event::RunFinished(Box::new(finished.clone())), &mut out);
        counted?;
        Ok((finished, cases))
    }

    /// Takes down what failed. That this is not possible is no reason to fail.
    fn remember(&self, cases: &[CaseReport], io: &mut Io<'_>) -> io::Result<()> {
        let share = &self.run.share;
        if !share.remembers(self.run.selected.ci) {
            return Ok(());
        }
        let mut memory = LastRun::read(share.cache());
        for case in cases {
            memory.take(case, self.run.to.is_none());
        }
        if let Err(error) = memory.write(share.cache()) {
            let folder = share.cache().display();
            writeln!(io.err, "warning: cannot remember in `{folder}` what failed: {error}")?;
        }
        Ok(())
    }
}

fn keys(cases: &[CaseReport], which: impl Fn(&CaseReport) -> bool) -> BTreeSet<String> {
    cases.iter().filter(|case| which(case)).map(|case| case.id.key()).collect()
}

fn tell_findings(loaded: &Loaded, targets: &mut Targets, out: &mut Stream<'_>) {
    for diagnostic in &loaded.diagnostics {
        tell(targets, &Event::Finding(Box::new(finding(diagnostic, &loaded.sources))), out);
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "how long cases take is told to people, and nothing depends on it"
)]
fn stopwatch() -> Stopwatch {
    let start = Instant::now();
    Stopwatch::new(move || start.elapsed())
}

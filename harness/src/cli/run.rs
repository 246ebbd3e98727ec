//! `harness run`: play the scenarios.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use clap::{Args, ValueEnum};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use mock_idp::source::Severity;

use super::selection::{Selected, show};
use super::{
    COULD_NOT_RUN, ColorWhen, FAILED, INTERRUPTED, INVALID, Io, NOTHING_RAN, OK, OutputFormat, TO_REVIEW,
};
use crate::report::{self, Detail, Explain, Format};
use crate::scenario::coverage;
use crate::scenario::event::{CaseReport, Event, RunFinished};
use crate::scenario::run::{RunOptions, run};
use crate::scenario::snapshot::SnapshotMode;

#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of the command line")]
#[command(after_help = "Examples:
  harness run                                   every scenario below `scenarios`
  harness run -t 'bindplane and not slow'       by tag
  harness run my.scenario.yaml --explain all    with the rules behind every step
  harness run --snapshots update                take the present outcomes as the right ones

Exit codes: 0 all passed, 1 something failed, 2 bad command line, 3 invalid file (nothing ran),
4 could not run, 5 nothing was selected, 6 all passed but for snapshots that wait for review, 130 interrupted")]
pub(super) struct Run {
    #[command(flatten)]
    selected: Selected,
    /// Stop each case after this step
    #[arg(long, value_name = "STEP", help_heading = "Selection")]
    to: Option<String>,
    /// Stop at the first case that does not pass
    #[arg(long, env = "HARNESS_RUN_FAIL_FAST")]
    fail_fast: bool,
    /// How many cases at once [default: number of CPUs]
    #[arg(short, long, value_name = "N", env = "HARNESS_RUN_JOBS")]
    jobs: Option<usize>,
    /// Over TCP on the loopback interface, instead of in process
    #[arg(long, env = "HARNESS_RUN_TCP")]
    tcp: bool,
    /// check: compare; new: leave missing ones for review; pending: leave different ones as well; update: take all
    /// [default: pending; check with --ci]
    #[arg(long, value_name = "MODE", env = "HARNESS_RUN_SNAPSHOTS")]
    snapshots: Option<Snapshots>,
    /// human or json
    #[arg(
        long,
        value_name = "FORMAT",
        default_value = "human",
        help_heading = "Output",
        env = "HARNESS_RUN_FORMAT"
    )]
    format: OutputFormat,
    /// Show the rules behind: off, failures, all
    #[arg(
        long,
        value_name = "WHEN",
        default_value = "failures",
        help_heading = "Output",
        env = "HARNESS_RUN_EXPLAIN"
    )]
    explain: ExplainWhen,
    /// Say nothing of cases that pass
    #[arg(short, long, help_heading = "Output", env = "HARNESS_RUN_QUIET")]
    quiet: bool,
    /// List the product rules that no selected case and no example fires
    #[arg(long, help_heading = "Output")]
    rule_coverage: bool,
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

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum ExplainWhen {
    /// Never.
    Off,
    /// For values that are not as expected.
    Failures,
    /// For every step.
    All,
}

impl Run {
    pub(super) fn run(&self, color: ColorWhen, io: &mut Io<'_>) -> io::Result<u8> {
        if self.selected.ci
            && matches!(self.snapshots, Some(Snapshots::New | Snapshots::Pending | Snapshots::Update))
        {
            writeln!(io.err, "error: `--ci` never writes snapshots")?;
            return Ok(super::USAGE);
        }
        let loaded = match self.selected.load(color, io)? {
            Ok(loaded) => loaded,
            Err(code) => return Ok(code),
        };
        let least = if loaded.has_errors() { Severity::Warning } else { Severity::Error };
        show(&loaded, least, color, io)?;
        if loaded.has_errors() {
            return Ok(INVALID);
        }
        if loaded.cases.is_empty() {
            if !self.selected.allow_empty {
                writeln!(io.err, "error: nothing was selected")?;
                return Ok(NOTHING_RAN);
            }
            return Ok(OK);
        }
        let options = self.options();
        let progress = self.progress(loaded.cases.len(), io);
        let (finished, told) = {
            let mut report = report::report(self.format(), self.detail());
            let mut out = io.out(color);
            let mut told = Ok(());
            let mut cases: Vec<CaseReport> = Vec::new();
            let finished = run(&loaded, &options, &mut |event| {
                if let Event::CaseFinished(case) = &event {
                    progress.inc(1);
                    if self.rule_coverage {
                        cases.push((**case).clone());
                    }
                }
                if told.is_ok() {
                    told = progress.suspend(|| report.tell(&event, &mut out));
                }
            });
            let finished = match finished {
                Ok(finished) => self.with_coverage(finished, &cases),
                Err(error) => {
                    writeln!(io.err, "error: {error}")?;
                    return Ok(COULD_NOT_RUN);
                }
            };
            if told.is_ok() {
                progress.finish_and_clear();
                told = report.tell(&Event::RunFinished(Box::new(finished.clone())), &mut out);
            }
            (finished, told)
        };
        told?;
        if options.interrupted.load(Ordering::Relaxed) {
            return Ok(INTERRUPTED);
        }
        Ok(self.code(&finished))
    }

    const fn format(&self) -> Format {
        match self.format {
            OutputFormat::Human => Format::Human,
            OutputFormat::Json => Format::Json,
        }
    }

    const fn detail(&self) -> Detail {
        let explain = match self.explain {
            ExplainWhen::Off => Explain::Off,
            ExplainWhen::Failures => Explain::Failures,
            ExplainWhen::All => Explain::All,
        };
        Detail { passed: !self.quiet, explain }
    }

    fn options(&self) -> RunOptions {
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
            interrupted: interruption(),
        }
    }

    /// A bar on a terminal, nothing otherwise.
    fn progress(&self, cases: usize, io: &Io<'_>) -> ProgressBar {
        let shown = io.err_is_terminal && !self.selected.ci && self.format == OutputFormat::Human;
        let target = if shown { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(Some(cases as u64), target);
        if let Ok(style) =
            ProgressStyle::with_template("{spinner} {pos}/{len} cases {wide_bar:.dim} {elapsed}")
        {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(100));
        bar
    }

    fn with_coverage(&self, mut finished: RunFinished, cases: &[CaseReport]) -> RunFinished {
        if self.rule_coverage {
            finished.rule_coverage = Some(coverage::of(cases, Path::new(".")));
        }
        finished
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

/// A flag that Ctrl+C sets: the cases under way are finished, and what did run is reported.
fn interruption() -> Arc<AtomicBool> {
    let flag = Arc::new(AtomicBool::new(false));
    let set = Arc::clone(&flag);
    thread::spawn(move || {
        let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else { return };
        if runtime.block_on(tokio::signal::ctrl_c()).is_ok() {
            set.store(true, Ordering::Relaxed);
        }
    });
    flag
}

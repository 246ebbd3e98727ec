//! What a run writes: one form on the output, and any number of reports beside it.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::builder::FalseyValueParser;
use clap::{Args, ValueEnum};

use super::progress::ProgressKind;
use crate::cli::Io;
use crate::cli::reports::{self, Sink};
use crate::report::{self, Detail, Explain, FailureOutput, Format, Report, Status};
use crate::scenario::event::Event;

#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub(super) struct Output {
    /// human, json, jsonl, tap or github
    #[arg(long, value_name = "FORMAT", default_value = "human", env = "HARNESS_RUN_FORMAT")]
    format: OutFormat,
    /// Write a report as well: junit, json, jsonl, tap, sarif, html, markdown or github; may be repeated. A file is written
    /// anew, but `github=PATH` adds the summary to what is in it, as GitHub has steps share one file
    #[arg(long, value_name = "KIND=PATH", value_parser = report_to)]
    report: Vec<ReportTo>,
    /// Show the rules behind: off, failures, all
    #[arg(long, value_name = "WHEN", default_value = "failures", env = "HARNESS_RUN_EXPLAIN")]
    explain: ExplainWhen,
    /// Which cases have a line of their own, each level with those before it: none, fail, slow, pass, skip
    #[arg(
        long,
        value_name = "LEVEL",
        default_value = "pass",
        env = "HARNESS_RUN_STATUS_LEVEL",
        conflicts_with = "quiet"
    )]
    status_level: StatusLevel,
    /// When it is said what was not as expected: immediate, final, both, never
    #[arg(
        long = "failure-output",
        value_name = "WHEN",
        default_value = "immediate",
        env = "HARNESS_RUN_FAILURE_OUTPUT"
    )]
    failures: FailuresWhen,
    /// How it is shown how far the run is: auto, bar, counter, none
    #[arg(long, value_name = "KIND", default_value = "auto", env = "HARNESS_RUN_PROGRESS")]
    progress: ProgressKind,
    /// Say nothing of cases that pass; the same as `--status-level fail`
    #[arg(short, long, env = "HARNESS_RUN_QUIET", value_parser = FalseyValueParser::new())]
    quiet: bool,
    /// List the product rules that no selected case and no example fires
    #[arg(long)]
    pub(super) rule_coverage: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum OutFormat {
    /// For people
    Human,
    /// One JSON document, at the end
    Json,
    /// A line of JSON for each event
    Jsonl,
    /// TAP version 14
    Tap,
    /// Annotations for GitHub Actions, and the summary of the job
    Github,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum ExplainWhen {
    /// Never
    Off,
    /// For values that are not as expected
    Failures,
    /// For every step
    All,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum StatusLevel {
    /// None
    None,
    /// Those that failed or could not be run
    Fail,
    /// Those that took more than a second
    Slow,
    /// Those that passed
    Pass,
    /// Those that were not run
    #[value(alias = "all")]
    Skip,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum FailuresWhen {
    /// With the case
    Immediate,
    /// When all is over
    Final,
    /// With the case, and again when all is over
    Both,
    /// Not at all
    Never,
}

/// A report that is written beside the output.
#[derive(Clone, Debug, PartialEq, Eq)]
struct ReportTo {
    kind: Kind,
    /// Where to. Only that for GitHub can do without.
    path: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    File(Format),
    /// Annotations on the output, and a summary in a file that others add to as well.
    Github,
}

/// The kinds of reports by name.
const KINDS: [(&str, Kind); 8] = [
    ("junit", Kind::File(Format::Junit)),
    ("json", Kind::File(Format::Json)),
    ("jsonl", Kind::File(Format::JsonLines)),
    ("tap", Kind::File(Format::Tap)),
    ("sarif", Kind::File(Format::Sarif)),
    ("html", Kind::File(Format::Html)),
    ("markdown", Kind::File(Format::Markdown)),
    ("github", Kind::Github),
];

/// Where GitHub Actions wants the summary of a job.
const JOB_SUMMARY: &str = "GITHUB_STEP_SUMMARY";

fn report_to(text: &str) -> Result<ReportTo, String> {
    let (kind, path) = reports::kind_and_path(text, &KINDS, |kind| kind != Kind::Github)?;
    Ok(ReportTo { kind, path })
}

impl Output {
    /// What does not go together, in words.
    pub(super) fn contradiction(&self, watch: bool) -> Option<String> {
        let github = self.report.iter().any(|report| report.kind == Kind::Github);
        if github && self.format != OutFormat::Human && self.format != OutFormat::Github {
            return Some(
                "`--report github` writes to the output and would spoil another `--format`".to_owned(),
            );
        }
        if watch && self.format != OutFormat::Human {
            return Some("`--watch` is for people: it goes with `--format human` only".to_owned());
        }
        reports::same_path(self.report.iter().filter_map(|report| report.path.as_deref()))
    }

    /// Opens all files, so that one that cannot be written is told before anything runs.
    pub(super) fn open(&self, spoken: Spoken, io: &Io<'_>) -> Result<Targets, (PathBuf, io::Error)> {
        let mut targets = Targets::default();
        let format = match self.format {
            OutFormat::Human => Some(Format::Human).filter(|_| spoken == Spoken::Everything),
            OutFormat::Json => Some(Format::Json),
            OutFormat::Jsonl => Some(Format::JsonLines),
            OutFormat::Tap => Some(Format::Tap),
            OutFormat::Github => None,
        };
        if let Some(format) = format {
            targets.add(report::report(format, self.detail()), Sink::Out);
        }
        for wanted in &self.report {
            match (wanted.kind, &wanted.path) {
                (Kind::File(format), Some(path)) => self.file(format, path, &mut targets)?,
                (Kind::File(_), None) => {}
                (Kind::Github, path) => self.github(path.clone(), &mut targets, io)?,
            }
        }
        if self.format == OutFormat::Github && !self.report.iter().any(|report| report.kind == Kind::Github) {
            self.github(None, &mut targets, io)?;
        }
        Ok(targets)
    }

    fn github(
        &self,
        path: Option<PathBuf>,
        targets: &mut Targets,
        io: &Io<'_>,
    ) -> Result<(), (PathBuf, io::Error)> {
        targets.add(report::report(Format::Annotations, self.detail()), Sink::Out);
        let summary = (io.env)(JOB_SUMMARY).filter(|path| !path.is_empty()).map(PathBuf::from);
        if let Some(path) = path.or(summary) {
            self.file(Format::Summary, &path, targets)?;
        }
        Ok(())
    }

    fn file(&self, format: Format, path: &Path, targets: &mut Targets) -> Result<(), (PathBuf, io::Error)> {
        // others add to the summary of a job as well
        let file = reports::create(path, format == Format::Summary)?;
        targets.add(report::report(format, self.detail()), Sink::File(file));
        Ok(())
    }

    fn detail(&self) -> Detail {
        let quiet = if self.quiet { Status::Fail } else { Status::Skip };
        Detail {
            status: quiet.min(match self.status_level {
                StatusLevel::None => Status::None,
                StatusLevel::Fail => Status::Fail,
                StatusLevel::Slow => Status::Slow,
                StatusLevel::Pass => Status::Pass,
                StatusLevel::Skip => Status::Skip,
            }),
            failures: match self.failures {
                FailuresWhen::Immediate => FailureOutput::Immediate,
                FailuresWhen::Final => FailureOutput::Final,
                FailuresWhen::Both => FailureOutput::Both,
                FailuresWhen::Never => FailureOutput::Never,
            },
            explain: match self.explain {
                ExplainWhen::Off => Explain::Off,
                ExplainWhen::Failures => Explain::Failures,
                ExplainWhen::All => Explain::All,
            },
        }
    }

    /// How it is shown how far the run is.
    pub(super) fn progress(&self, ci: bool, io: &Io<'_>) -> ProgressKind {
        match self.progress {
            ProgressKind::Auto if io.err_is_terminal && !ci => ProgressKind::Bar,
            ProgressKind::Auto if self.format != OutFormat::Human => ProgressKind::Counter,
            ProgressKind::Auto => ProgressKind::None,
            ProgressKind::Bar if !io.err_is_terminal => ProgressKind::Counter,
            ProgressKind::Bar | ProgressKind::Counter | ProgressKind::None => self.progress,
        }
    }
}

/// How much goes to the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Spoken {
    /// All that the format has.
    Everything,
    /// Only what programs read: people were told in another way.
    ForPrograms,
}

/// The reports of a run, and where each goes.
pub(super) type Targets = reports::Targets<Box<dyn Report>>;

/// Tells all of them.
pub(super) fn tell(targets: &mut Targets, event: &Event, out: &mut dyn Write) {
    targets.tell(out, |report, out| report.tell(event, out));
}

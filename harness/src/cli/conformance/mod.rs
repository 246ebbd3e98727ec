//! `harness conformance`: a verdict about a relying party.

mod target;

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use std::{fs, thread};

use clap::Args;

use super::reports::{self, Sink};
use super::{
    COULD_NOT_RUN, ColorWhen, FAILED, INCONCLUSIVE, INTERRUPTED, INVALID, Io, NOTHING_RAN, OK, OutputFormat,
    USAGE,
};
use crate::conformance::event::{Event, RunFinished, RunResult, RunStarted};
use crate::conformance::expected::ExpectedResults;
use crate::conformance::party::Party;
use crate::conformance::plan::{Play, plan, unknown};
use crate::conformance::profiles::Profile;
use crate::conformance::report::{Html, Json, Junit, Report, Terminal};
use crate::conformance::run::{RunOptions, run};
use target::Target;

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  harness conformance --rp reference:plain                      the reference relying party, under all profiles
  harness conformance --rp reference:cloudbilling               the same with a product's rules
  harness conformance --rp reference:bindplane --profile bcp    held to RFC 9700
  harness conformance --rp reference:billrun --expected fixtures/conformance/billrun.yaml
  harness conformance --rp http://127.0.0.1:3000 --start /login --session 'GET /api/me /sub'
  harness conformance --rp-command 'node app.js' --session 'GET /me /sub' --only 'RPX-SIG-*'
  harness conformance --rp http://127.0.0.1:5173 --session 'GET / Sign out' --driver chromium
  harness conformance --rp reference:plain --report html=certificate.html --report junit=junit.xml

What the rules of each product do otherwise than the standards stands in fixtures/conformance/PRODUCT.yaml.

A run is void unless a good login is seen to succeed and a blatantly bad one to fail.

Exit codes: 0 all passed, but for what was skipped or is known, 1 something failed, 2 bad command line,
3 invalid file (nothing ran), 4 could not run, the run is void or a case could not be played, 5 nothing was selected,
7 nothing failed but not all passed: some verdicts rest on silence or are warnings, 130 interrupted")]
pub(super) struct Conformance {
    #[command(flatten)]
    target: Target,
    /// The profiles that it is held to [default: all that fit its flow]
    #[arg(long, value_name = "LIST", value_delimiter = ',', help_heading = "Selection")]
    profile: Vec<Profile>,
    /// Only these cases: a case, a row, a module of the OpenID Foundation, with `*` for anything; may be repeated
    #[arg(long, value_name = "CASE", help_heading = "Selection")]
    only: Vec<String>,
    /// Leave these cases out, and say why; may be repeated
    #[arg(long, value_name = "CASE=REASON", help_heading = "Selection", value_parser = skip)]
    skip: Vec<(String, String)>,
    /// Results that are known and explained; one that does not hold any more fails the run
    #[arg(long, value_name = "FILE")]
    expected: Option<PathBuf>,
    /// How many cases at once [default: number of CPUs]
    #[arg(short, long, value_name = "N", env = "HARNESS_CONFORMANCE_JOBS")]
    jobs: Option<usize>,
    /// Try a case again, up to so often, that could not be played or that a hiccup may have spoilt; what was accepted once is
    /// not tried again; not for the reference relying parties with the scripted browser
    #[arg(long, value_name = "N", default_value = "0", env = "HARNESS_CONFORMANCE_RETRIES")]
    retries: usize,
    /// How many seconds one flow may take [default: 60, or 180 with `--driver chromium`]
    #[arg(long, value_name = "SECONDS", env = "HARNESS_CONFORMANCE_TIMEOUT")]
    timeout: Option<u64>,
    /// human or json
    #[arg(long, value_name = "FORMAT", default_value = "human", help_heading = "Output")]
    format: OutputFormat,
    /// Say nothing of cases that passed or were skipped
    #[arg(short, long, help_heading = "Output")]
    quiet: bool,
    /// Write a report as well: junit, html or json; may be repeated
    #[arg(long, value_name = "KIND=PATH", help_heading = "Output", value_parser = report_to)]
    report: Vec<(Kind, PathBuf)>,
}

/// The form of a report beside the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Junit,
    Html,
    Json,
}

const KINDS: [(&str, Kind); 3] = [("junit", Kind::Junit), ("html", Kind::Html), ("json", Kind::Json)];

fn report_to(text: &str) -> Result<(Kind, PathBuf), String> {
    let (kind, path) = reports::kind_and_path(text, &KINDS, |_| true)?;
    Ok((kind, path.unwrap_or_default()))
}

type Targets = reports::Targets<Box<dyn Report>>;

fn tell(targets: &mut Targets, event: &Event, out: &mut dyn Write) {
    targets.tell(out, |report, out| report.tell(event, out));
}

fn skip(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((case, reason)) if !reason.trim().is_empty() => Ok((case.to_owned(), reason.to_owned())),
        Some(_) | None => {
            Err("expected `CASE=REASON`, for example `RPX-CLM-36=accounts are never linked`".to_owned())
        }
    }
}

impl Conformance {
    pub(super) fn run(&self, color: ColorWhen, io: &mut Io<'_>) -> io::Result<u8> {
        if let Some(mistake) = reports::same_path(self.report.iter().map(|(_, path)| path.as_path())) {
            writeln!(io.err, "error: {mistake}")?;
            return Ok(USAGE);
        }
        if let Some(mistake) = self.target.mistake().or_else(|| self.mistake()) {
            writeln!(io.err, "error: {mistake}")?;
            return Ok(USAGE);
        }
        let mut patterns = self.only.iter().chain(self.skip.iter().map(|(pattern, _)| pattern));
        if let Some(mistake) = patterns.find_map(|pattern| unknown(pattern)) {
            writeln!(io.err, "error: {mistake}")?;
            return Ok(USAGE);
        }
        let expected = match self.expected.as_deref().map(expected_results).transpose() {
            Ok(expected) => expected.unwrap_or_default(),
            Err(message) => {
                writeln!(io.err, "error: {message}")?;
                return Ok(INVALID);
            }
        };
        let mut targets = match self.open() {
            Ok(targets) => targets,
            Err((path, error)) => {
                writeln!(io.err, "error: cannot write `{}`: {error}", path.display())?;
                return Ok(COULD_NOT_RUN);
            }
        };
        let party = match self.target.party(self.timeout.map(Duration::from_secs)) {
            Ok(party) => party,
            Err(message) => {
                writeln!(io.err, "error: {message}")?;
                self.tell_of_no_run(&message, targets)?;
                return Ok(COULD_NOT_RUN);
            }
        };
        let profiles = self.profiles(&party);
        let plays = self.plays(&party, &profiles);
        if plays.is_empty() {
            let asked: Vec<&str> = profiles.iter().map(|profile| profile.name()).collect();
            let message =
                format!("nothing was selected: no such case is asked of it under {}", asked.join(", "));
            writeln!(io.err, "error: {message}")?;
            self.tell_of_no_run(&message, targets)?;
            return Ok(NOTHING_RAN);
        }
        let options = RunOptions { profiles, expected, ..self.options() };
        targets.add(self.shown(), Sink::Out);
        let mut out = io.out(color);
        let mut begun = false;
        let ran = run(&party, &plays, &options, &mut |event| {
            begun = true;
            tell(&mut targets, &event, &mut out);
        });
        if ran.is_err() && !begun {
            tell(&mut targets, &Event::Started(Box::new(self.nothing_started())), &mut out);
        }
        Ok(code(finish(ran, targets, &mut out)?.result()))
    }

    fn mistake(&self) -> Option<String> {
        (self.retries > 0 && self.target.is_repeatable()).then(|| {
            "`--retries` is not for the reference relying party\nhelp: it comes out the same every time; a case of it that does \
             not is a mistake of ours, which a second try would hide"
                .to_owned()
        })
    }

    /// What was asked for, or else whatever says something about the flow that the relying party has.
    fn profiles(&self, party: &Party) -> Vec<Profile> {
        if !self.profile.is_empty() {
            return self.profile.clone();
        }
        let covers = |profile: &Profile| {
            party.shapes().is_none_or(|shapes| shapes.iter().any(|shape| profile.covers(*shape)))
        };
        Profile::ALL.into_iter().filter(covers).collect()
    }

    fn plays(&self, party: &Party, profiles: &[Profile]) -> Vec<Play> {
        let mut plays = plan(profiles, party.shapes().as_deref());
        if !self.only.is_empty() {
            plays.retain(|play| self.only.iter().any(|pattern| play.is_meant(pattern)));
        }
        plays
    }

    fn options(&self) -> RunOptions {
        let jobs = self.jobs.or_else(|| thread::available_parallelism().ok().map(usize::from));
        RunOptions {
            jobs: jobs.unwrap_or(1).max(1),
            patience: self.timeout.map_or_else(|| self.target.patience(), Duration::from_secs),
            skip: self.skip.clone(),
            retries: self.retries,
            command: self.command(),
            interrupted: interruption(),
            ..RunOptions::default()
        }
    }

    /// The command line of this run, as far as it says how each case is played and judged.
    fn command(&self) -> String {
        let secret =
            if self.target.has_secret() { "HARNESS_CONFORMANCE_SECRET='its client secret' " } else { "" };
        let mut command = format!("{secret}harness conformance {}", self.target.words().join(" "));
        if !self.profile.is_empty() {
            let names: Vec<&str> = self.profile.iter().map(|profile| profile.name()).collect();
            command.extend([" --profile ", &names.join(",")]);
        }
        if let Some(seconds) = self.timeout {
            command.extend([" --timeout ", &seconds.to_string()]);
        }
        command
    }

    /// Opens all files, so that one that cannot be written is told before anything runs.
    fn open(&self) -> Result<Targets, (PathBuf, io::Error)> {
        let mut targets = Targets::default();
        for (kind, path) in &self.report {
            let report: Box<dyn Report> = match kind {
                Kind::Junit => Box::new(Junit::default()),
                Kind::Html => Box::new(Html::default()),
                Kind::Json => Box::new(Json::default()),
            };
            targets.add(report, Sink::File(reports::create(path, false)?));
        }
        Ok(targets)
    }

    /// A relying party that cannot be met is told in the reports too: an empty file would look like an old one.
    fn tell_of_no_run(&self, why: &str, mut targets: Targets) -> io::Result<()> {
        tell(&mut targets, &Event::Started(Box::new(self.nothing_started())), &mut io::sink());
        tell(&mut targets, &Event::Finished(Box::new(void(why))), &mut io::sink());
        targets.finish()
    }

    /// A run before anything is known of the relying party.
    fn nothing_started(&self) -> RunStarted {
        RunStarted {
            relying_party: self.target.name(),
            profiles: self.profile.clone(),
            cases: 0,
            shapes: Vec::new(),
            probe: None,
            calibration: Vec::new(),
        }
    }

    fn shown(&self) -> Box<dyn Report> {
        match self.format {
            OutputFormat::Human => Box::new(Terminal::new(!self.quiet)),
            OutputFormat::Json => Box::new(Json::default()),
        }
    }
}

/// Tells the end of a run, of one that broke down too: what it had found so far is in the reports, and that it is void.
fn finish(
    ran: io::Result<RunFinished>,
    mut targets: Targets,
    out: &mut dyn Write,
) -> io::Result<RunFinished> {
    let end = match &ran {
        Ok(finished) => finished.clone(),
        Err(error) => void(&error.to_string()),
    };
    tell(&mut targets, &Event::Finished(Box::new(end)), out);
    targets.finish()?;
    ran
}

/// A run that says nothing, and why.
fn void(why: &str) -> RunFinished {
    RunFinished { void: Some(why.to_owned()), ..RunFinished::default() }
}

fn expected_results(path: &Path) -> Result<ExpectedResults, String> {
    let text =
        fs::read_to_string(path).map_err(|error| format!("cannot read `{}`: {error}", path.display()))?;
    ExpectedResults::read(&text).map_err(|error| format!("`{}`: {error}", path.display()))
}

const fn code(result: RunResult) -> u8 {
    match result {
        RunResult::Interrupted => INTERRUPTED,
        RunResult::Void | RunResult::Incomplete => COULD_NOT_RUN,
        RunResult::Failed => FAILED,
        RunResult::Weak | RunResult::Warned => INCONCLUSIVE,
        RunResult::Empty => NOTHING_RAN,
        RunResult::Passed => OK,
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

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use std::io;

    use super::reports::{self, Sink};
    use super::{Targets, code, finish};
    use crate::conformance::event::RunResult;
    use crate::conformance::report::Json;

    #[test]
    fn a_run_that_breaks_down_is_void_in_its_reports() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report.json");
        let mut targets = Targets::default();
        targets.add(Box::new(Json::default()), Sink::File(reports::create(&path, false).unwrap()));
        let broken = io::Error::other("a case broke off the run");
        let error = finish(Err(broken), targets, &mut io::sink()).unwrap_err();
        assert_eq!(error.to_string(), "a case broke off the run");
        let written: serde_json::Value =
            serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        assert_eq!(written["summary"]["void"], "a case broke off the run");
    }

    #[rstest]
    #[case::passed(RunResult::Passed, 0)]
    #[case::failed(RunResult::Failed, 1)]
    #[case::incomplete(RunResult::Incomplete, 4)]
    #[case::void(RunResult::Void, 4)]
    #[case::empty(RunResult::Empty, 5)]
    #[case::weak(RunResult::Weak, 7)]
    #[case::warned(RunResult::Warned, 7)]
    #[case::interrupted(RunResult::Interrupted, 130)]
    fn a_result_has_an_exit_code(#[case] result: RunResult, #[case] expected: u8) {
        assert_eq!(code(result), expected);
    }
}

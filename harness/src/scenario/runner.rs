//! One case from its first step to its last.

use mock_idp::source::{Diagnostic, Sources, Span, Style, render};
use serde_json::{Map, Value, json};

use super::act::{carry_out, look_around};
use super::event::{CaseReport, Failure, SnapshotReport, SnapshotState, StepReport, Verdict};
use super::expectation;
use super::load::Case;
use super::matcher::{Mismatch, dotted};
use super::model::{Action, Snapshot, Step};
use super::outcome::{Outcome, kept, why};
use super::page;
use super::run::{RunOptions, Stopwatch};
use super::snapshot;
use super::world::{Addresses, IdpWorld, Trouble, World};

/// The tag of cases that cannot be played over TCP.
const IN_PROCESS: &str = "in-process";

/// Plays cases.
pub(super) struct CaseRunner<'a> {
    pub(super) sources: &'a Sources,
    pub(super) options: &'a RunOptions,
}

impl CaseRunner<'_> {
    pub(super) async fn run(&self, case: &Case) -> CaseReport {
        let mut report = self.report(case, Verdict::Passed);
        let began = self.options.stopwatch.as_ref().map(Stopwatch::read);
        let unfit = self.options.tcp && case.tags.contains(IN_PROCESS);
        let unfit = unfit.then(|| "it needs names that exist in process only".to_owned());
        if let Some(reason) = case.skip.clone().or(unfit) {
            report.verdict = Verdict::Skipped(reason);
            return report;
        }
        report.verdict = match self.play(case, &mut report.steps).await {
            Ok(()) => verdict(&report.steps),
            Err(trouble) => Verdict::Broken(trouble.to_string()),
        };
        let ended = self.options.stopwatch.as_ref().map(Stopwatch::read);
        report.seconds = ended.zip(began).map(|(ended, began)| ended.saturating_sub(began).as_secs_f64());
        report
    }

    /// The report of a case without its steps.
    pub(super) fn report(&self, case: &Case, verdict: Verdict) -> CaseReport {
        CaseReport {
            id: case.id.clone(),
            line: self.sources.position(case.span.source, case.span.start).line,
            tags: case.tags.iter().cloned().collect(),
            seed: case.file.idp.seed,
            clock: case.file.idp.clock.map(|clock| clock.to_string()),
            verdict,
            seconds: None,
            failed_before: self.options.failed_before.as_ref().map(|failed| failed.contains(&case.id.key())),
            steps: Vec::new(),
            warnings: case.warnings.clone(),
        }
    }

    async fn play(&self, case: &Case, reports: &mut Vec<StepReport>) -> Result<(), Trouble> {
        let addresses =
            if self.options.tcp { Addresses::on_sockets(case).await? } else { Addresses::in_process(case)? };
        let case = addresses.case(case)?;
        let mut world = World::new(&case, addresses)?;
        for (index, step) in case.file.steps.iter().enumerate() {
            let report = Playing { runner: self, case: &case, index, step }.step(&mut world).await;
            let go_on = !matches!(report.verdict, Verdict::Broken(_)) && !self.is_last(step);
            reports.push(report);
            if !go_on {
                break;
            }
        }
        Ok(())
    }

    /// Whether the run goes no further than this step.
    fn is_last(&self, step: &Step) -> bool {
        let id = step.id.as_deref().unwrap_or_default();
        self.options.to.as_deref() == Some(id)
    }
}

fn verdict(steps: &[StepReport]) -> Verdict {
    let broken = steps.iter().find_map(|step| match &step.verdict {
        Verdict::Broken(reason) => Some(reason.clone()),
        Verdict::Passed | Verdict::Failed | Verdict::Skipped(_) => None,
    });
    match broken {
        Some(reason) => Verdict::Broken(reason),
        None if steps.iter().any(|step| step.verdict == Verdict::Failed) => Verdict::Failed,
        None => Verdict::Passed,
    }
}

/// A step being played.
struct Playing<'a> {
    runner: &'a CaseRunner<'a>,
    case: &'a Case,
    index: usize,
    step: &'a Step,
}

impl Playing<'_> {
    fn id(&self) -> &str {
        self.step.id.as_deref().unwrap_or_default()
    }

    async fn step(&self, world: &mut World) -> StepReport {
        let action = self.step.action();
        let mut report = StepReport {
            id: self.id().to_owned(),
            action: action.as_ref().map(ToString::to_string).unwrap_or_default(),
            verdict: Verdict::Passed,
            outcome: Value::Null,
            failures: Vec::new(),
            snapshot: None,
            journal: Vec::new(),
            notes: self.step.notes.clone(),
        };
        match (&self.step.skip, action) {
            (Some(reason), _) => report.verdict = Verdict::Skipped(reason.clone()),
            (None, Some(action)) => self.play(world, &action, &mut report).await,
            (None, None) => report.verdict = Verdict::Broken("the step has no action".to_owned()),
        }
        report
    }

    async fn play(&self, world: &mut World, action: &Action, report: &mut StepReport) {
        let done = self.carried_out(world, action).await;
        report.journal = world.journal();
        let mut outcome = match done {
            Ok(outcome) => outcome,
            Err(trouble) => {
                report.failures.push(self.trouble(&trouble));
                report.verdict = Verdict::Broken(trouble.to_string());
                return;
            }
        };
        outcome.set("warnings", json!(self.case.warnings));
        let mismatches = self
            .step
            .expect
            .as_ref()
            .map(|expect| expectation::compare(expect, &outcome))
            .unwrap_or_default();
        report.failures.extend(mismatches.iter().map(|mismatch| self.mismatch(mismatch, &outcome)));
        let value = named(world, outcome.value);
        match self.snapshot(&value) {
            Ok(snapshot) => {
                report
                    .failures
                    .extend(snapshot.as_ref().and_then(|snapshot| self.snapshot_failure(snapshot)));
                report.snapshot = snapshot;
            }
            Err(error) => report.failures.push(self.trouble(&Trouble::because(error))),
        }
        report.outcome = Value::Object(value);
        if !report.failures.is_empty() {
            report.verdict = Verdict::Failed;
        }
    }

    async fn carried_out(&self, world: &mut World, action: &Action) -> Result<Outcome, Trouble> {
        let added = world.idp.add_faults(&self.step.faults)?;
        let outcome = self.done(world, action).await;
        IdpWorld::take_faults(&added);
        outcome
    }

    async fn done(&self, world: &mut World, action: &Action) -> Result<Outcome, Trouble> {
        let mut outcome = carry_out(world, self.step, action).await?;
        look_around(world, self.step, &mut outcome).await?;
        Ok(outcome)
    }

    fn snapshot(&self, value: &Map<String, Value>) -> std::io::Result<Option<SnapshotReport>> {
        let parts = match &self.step.snapshot {
            None | Some(Snapshot::Whole(false)) => return Ok(None),
            Some(Snapshot::Whole(true)) => None,
            Some(Snapshot::Parts(parts)) => Some(parts.as_slice()),
        };
        let body = page::write(&kept(value, parts));
        let path = snapshot::path(&self.case.path, &self.case.id.case, self.id());
        let state = snapshot::settle(&path, &self.case.id, self.id(), &body, self.runner.options.snapshots)?;
        Ok(Some(SnapshotReport { path: path.to_string_lossy().replace('\\', "/"), body, state }))
    }

    fn mismatch(&self, mismatch: &Mismatch, outcome: &Outcome) -> Failure {
        let path = dotted(&mismatch.pointer);
        let actual = mismatch.actual.as_ref().map_or_else(|| "absent".to_owned(), Value::to_string);
        let title = format!("expected `{path}` {}, it is {actual}", mismatch.wanted);
        let span = self.case.expectation_span(self.index, &mismatch.expectation);
        let mut failure = self.failure("R0601", title, span, format!("actual: {actual}"));
        failure.why = why(&outcome.trace, &mismatch.pointer);
        if failure.why.is_empty() && is_decided(&mismatch.pointer) {
            // What is not there has no reason of its own; the refusal is the reason.
            failure.why = why(&outcome.trace, "/reason");
        }
        failure
    }

    fn snapshot_failure(&self, snapshot: &SnapshotReport) -> Option<Failure> {
        let (title, label) = match &snapshot.state {
            SnapshotState::Same | SnapshotState::Written => return None,
            SnapshotState::Missing { .. } => {
                (format!("there is no snapshot `{}`", snapshot.path), "write it with `--snapshots update`")
            }
            SnapshotState::Differs { .. } => {
                (format!("the outcome differs from the snapshot `{}`", snapshot.path), "shown below")
            }
        };
        let span = self.case.step_span(self.index, "snapshot");
        Some(self.failure("R0602", title, span, label.to_owned()))
    }

    fn trouble(&self, trouble: &Trouble) -> Failure {
        let key = super::model::ACTIONS.iter().find(|key| self.has(key)).copied().unwrap_or("id");
        let span = self.case.step_span(self.index, key);
        self.failure("R0603", trouble.to_string(), span, "could not be carried out".to_owned())
    }

    fn has(&self, action: &str) -> bool {
        self.case.has_key(self.index, action)
    }

    fn failure(&self, code: &'static str, title: String, span: Span, label: String) -> Failure {
        let sources = self.runner.sources;
        let place = super::finding::place(span, sources);
        let diagnostic = Diagnostic::error(code, title.clone()).at(span, label);
        Failure {
            code,
            title,
            place,
            why: Vec::new(),
            rerun: self.rerun(),
            rendered: render(&[diagnostic], sources, Style::Ansi),
        }
    }

    /// The command that plays the case up to this step.
    fn rerun(&self) -> String {
        let case = &self.case.id;
        let only =
            if case.case == "main" { String::new() } else { format!(" --case {}", quoted(&case.case)) };
        format!("harness run {}{only} --to {}", quoted(&case.file), quoted(self.id()))
    }
}

/// Whether a place in an outcome is the product's decision, and not what others saw.
fn is_decided(pointer: &str) -> bool {
    !["/idp", "/state", "/response", "/warnings", "/documents", "/signed_in", "/trace"]
        .iter()
        .any(|other| pointer == *other || pointer.starts_with(&format!("{other}/")))
}

/// A word of a command line, quoted where a shell needs it.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./=,".contains(c);
    if word.chars().all(plain) { word.to_owned() } else { format!("'{word}'") }
}

/// The outcome with names for addresses.
fn named(world: &World, value: Map<String, Value>) -> Map<String, Value> {
    let mut value = Value::Object(value);
    world.addresses.named(&mut value);
    match value {
        Value::Object(map) => map,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => Map::new(),
    }
}

//! What happens during a run: the interface between running and reporting. Reports read these and nothing else.

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::Value;

/// Something that happened during a run, in the order in which a reader wants to hear of it: cases are over in the order
/// of their files, whatever order they really finished in. Only their beginnings are told as they happen.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum Event {
    /// The run begins.
    RunStarted(RunStarted),
    /// Something is to be said about a file. After an error nothing runs.
    Finding(Box<Finding>),
    /// A case begins.
    CaseStarted(CaseId),
    /// A case is over.
    CaseFinished(Box<CaseReport>),
    /// The run is over.
    RunFinished(Box<RunFinished>),
}

/// What is about to run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct RunStarted {
    /// The version of the harness.
    pub version: &'static str,
    /// What was asked for, as on the command line: `--tag slow`.
    pub selection: Vec<String>,
    /// How many scenario files were selected.
    pub scenarios: usize,
    /// How many cases they hold.
    pub cases: usize,
    /// `in process` or `over TCP`.
    pub transport: &'static str,
}

/// Something that `check` says about a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Its code, for example `E0301`.
    pub code: String,
    /// How bad it is.
    pub severity: Level,
    /// What is wrong, in one line.
    pub title: String,
    /// Where; a file that cannot be opened has no place in it.
    #[serde(flatten)]
    pub place: Option<Place>,
    /// What to do.
    pub help: Vec<String>,
    /// The same as a terminal shows it: the line with a caret, in colour.
    #[serde(skip)]
    pub rendered: String,
}

/// How bad a [`Finding`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// The file cannot be used.
    Error,
    /// The file can be used, but may not say what was meant.
    Warning,
    /// Something worth knowing.
    Note,
}

/// A place in a file. Lines and columns count from 1, columns in characters.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Place {
    /// The file, with `/` between folders.
    pub file: String,
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
    /// The column behind the last character on that line.
    pub end_column: usize,
}

/// One case of one scenario.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct CaseId {
    /// The scenario file: from the folder in which the harness runs where it lies below that, whatever links lead to it;
    /// elsewhere the path that was given, without detours.
    pub file: String,
    /// The scenario's sentence.
    pub scenario: String,
    /// The case, `main` where there is only one.
    pub case: String,
    /// The product.
    pub product: String,
}

impl CaseId {
    /// The scenario's short name: its file name without `.scenario.yaml`.
    pub fn stem(&self) -> &str {
        stem(&self.file)
    }

    /// What no other case has, and what stays the same however many cases stand before it:
    /// `scenarios/billrun/a-path.scenario.yaml#main`.
    pub fn key(&self) -> String {
        format!("{}#{}", self.file, self.case)
    }
}

/// A file name without its folder and without `.scenario.yaml`, or without the ending that it has instead.
pub fn stem(file: &str) -> &str {
    let name = file.rsplit('/').next().unwrap_or(file);
    let cut = name.rsplit_once(".scenario.").or_else(|| name.rsplit_once('.'));
    cut.map_or(name, |(stem, _)| stem)
}

/// How a case or a step ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "verdict", content = "reason", rename_all = "snake_case")]
pub enum Verdict {
    /// Everything expected came true.
    Passed,
    /// An expectation or a snapshot did not hold.
    Failed,
    /// It was not run, for this reason.
    Skipped(String),
    /// It could not be run, for this reason.
    Broken(String),
}

/// A case that is over.
#[derive(Clone, Debug, Serialize)]
pub struct CaseReport {
    /// Which one.
    pub id: CaseId,
    /// The line on which it is written, counted from 1.
    pub line: usize,
    /// Words to select it by.
    pub tags: Vec<String>,
    /// The seed that codes and tokens come from, if it is fixed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
    /// The time at which it begins, if that is fixed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clock: Option<String>,
    /// How it ended.
    #[serde(flatten)]
    pub verdict: Verdict,
    /// How many seconds it took, if anybody measured.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seconds: Option<f64>,
    /// Whether it failed in the run before, if anything is known of that run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failed_before: Option<bool>,
    /// Its steps, up to the first that could not be run.
    pub steps: Vec<StepReport>,
    /// Codes of the warnings that `check` gives for it, for example `W0505`.
    pub warnings: Vec<String>,
}

impl CaseReport {
    /// Whether it did not come to what was expected.
    pub const fn is_bad(&self) -> bool {
        matches!(self.verdict, Verdict::Failed | Verdict::Broken(_))
    }

    /// Everything that was not as expected, with the step it happened in.
    pub fn failures(&self) -> impl Iterator<Item = (&StepReport, &Failure)> {
        self.steps.iter().flat_map(|step| step.failures.iter().map(move |failure| (step, failure)))
    }

    /// Rules that fired in any of the steps.
    pub fn fired(&self) -> BTreeSet<String> {
        let fired = self.steps.iter().filter_map(|step| step.outcome.pointer("/trace/fired")?.as_array());
        fired.flatten().filter_map(|rule| rule.as_str().map(str::to_owned)).collect()
    }
}

/// A step that is over.
#[derive(Clone, Debug, Serialize)]
pub struct StepReport {
    /// Its id.
    pub id: String,
    /// What it did, as written: `login ada`.
    pub action: String,
    /// How it ended.
    #[serde(flatten)]
    pub verdict: Verdict,
    /// What came out, in the shape that `expect` is matched against.
    pub outcome: Value,
    /// What was not as expected.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub failures: Vec<Failure>,
    /// What became of its snapshot, if it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub snapshot: Option<SnapshotReport>,
    /// What the provider received and answered during the step.
    pub journal: Vec<Value>,
    /// The author's notes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notes: Option<String>,
}

/// Something that was not as expected, at a place in a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Failure {
    /// `R0601` for an expectation, `R0602` for a snapshot, `R0603` for a step that could not be carried out.
    pub code: &'static str,
    /// What is wrong, in one line.
    pub title: String,
    /// Where it was expected.
    #[serde(flatten)]
    pub place: Place,
    /// The rules behind the actual value, one line each, the rule's id first.
    pub why: Vec<String>,
    /// The command that runs up to this step.
    pub rerun: String,
    /// The same as a terminal shows it: the line with a caret, in colour.
    #[serde(skip)]
    pub rendered: String,
}

impl Failure {
    /// The ids of the rules behind the actual value.
    pub fn rules(&self) -> impl Iterator<Item = &str> {
        self.why.iter().filter_map(|line| line.split_whitespace().next())
    }
}

/// What became of a snapshot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SnapshotReport {
    /// The file, with `/` between folders.
    pub path: String,
    /// What the outcome comes to as text.
    #[serde(skip)]
    pub body: String,
    /// What became of it.
    #[serde(flatten)]
    pub state: SnapshotState,
}

/// What became of a snapshot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum SnapshotState {
    /// The same as the stored one.
    Same,
    /// It was written or replaced.
    Written,
    /// There is no stored one.
    Missing {
        /// Whether a `.snap.new` was left beside it for review.
        pending: bool,
    },
    /// It differs from the stored one.
    Differs {
        /// The difference, line by line.
        diff: String,
        /// Whether a `.snap.new` was left beside it for review.
        pending: bool,
    },
}

impl SnapshotState {
    /// Whether a person should look at it.
    pub const fn pending(&self) -> bool {
        matches!(self, Self::Missing { pending: true } | Self::Differs { pending: true, .. })
    }
}

impl CaseReport {
    /// Whether nothing failed but snapshots that now wait for a person.
    fn only_to_review(&self) -> bool {
        let pending = |step: &StepReport| step.snapshot.as_ref().is_some_and(|it| it.state.pending());
        let failed = self.steps.iter().filter(|step| !step.failures.is_empty());
        let mut failed =
            failed.map(|step| pending(step) && step.failures.iter().all(|it| it.code == "R0602"));
        failed.all(|only| only)
    }
}

/// Warnings of which a pass means less: a step that proves nothing, a refusal without a positive control.
const DOUBTFUL: [&str; 2] = ["W0504", "W0505"];

/// The end of a run.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct RunFinished {
    /// Mistakes in files; if there are any, nothing ran.
    pub mistakes: usize,
    /// How many seconds it took, if anybody measured.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seconds: Option<f64>,
    /// Cases that passed.
    pub passed: usize,
    /// Cases of which an expectation or a snapshot failed.
    pub failed: usize,
    /// Cases that were not run.
    pub skipped: usize,
    /// Cases that could not be run.
    pub broken: usize,
    /// How many of the failed cases did nothing but leave snapshots for review.
    pub only_to_review: usize,
    /// Snapshots that wait for review.
    pub pending_snapshots: usize,
    /// Snapshots that were written.
    pub written_snapshots: usize,
    /// Warnings that make a pass mean less than it seems: code and scenario.
    pub doubts: Vec<String>,
    /// Rules that nothing fired, if that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule_coverage: Option<RuleCoverage>,
}

impl RunFinished {
    /// Counts one more case.
    pub fn count(&mut self, case: &CaseReport) {
        match case.verdict {
            Verdict::Passed => self.passed += 1,
            Verdict::Failed => {
                self.failed += 1;
                self.only_to_review += usize::from(case.only_to_review());
            }
            Verdict::Skipped(_) => self.skipped += 1,
            Verdict::Broken(_) => self.broken += 1,
        }
        for snapshot in case.steps.iter().filter_map(|step| step.snapshot.as_ref()) {
            self.pending_snapshots += usize::from(snapshot.state.pending());
            self.written_snapshots += usize::from(snapshot.state == SnapshotState::Written);
        }
        for code in case.warnings.iter().filter(|code| DOUBTFUL.contains(&code.as_str())) {
            self.doubts.push(format!("{code} {} {}", case.id.stem(), case.id.case));
        }
    }

    /// All cases.
    pub const fn cases(&self) -> usize {
        self.passed + self.failed + self.skipped + self.broken
    }
}

/// Which rules fired somewhere.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct RuleCoverage {
    /// How many rules the products have.
    pub rules: usize,
    /// How many of them fired in a selected case or in an example.
    pub fired: usize,
    /// Those that did not, each with its title and the reason given for it, if any.
    pub missing: Vec<UnfiredRule>,
}

/// A rule that nothing fired.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UnfiredRule {
    /// Its id.
    pub rule: String,
    /// What it says.
    pub title: String,
    /// Why that is in order, if somebody wrote it down.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::{CaseId, stem};

    #[rstest]
    #[case::a_scenario("scenarios/billrun/a-path.scenario.yaml", "a-path")]
    #[case::with_a_dot("x.other.scenario.yaml", "x.other")]
    #[case::as_json("x.scenario.json", "x")]
    #[case::another_ending("below/first.try.yaml", "first.try")]
    #[case::no_ending("first", "first")]
    fn a_short_name_loses_the_ending_and_nothing_else(#[case] file: &str, #[case] short: &str) {
        assert_eq!(stem(file), short);
    }

    #[rstest]
    #[case::another_folder("b/x.scenario.yaml", "main")]
    #[case::another_word("a/x.other.scenario.yaml", "main")]
    #[case::another_case("a/x.scenario.yaml", "other")]
    fn no_two_cases_have_one_key(#[case] file: &str, #[case] case: &str) {
        let key = |file: &str, case: &str| {
            CaseId { file: file.to_owned(), case: case.to_owned(), ..CaseId::default() }.key()
        };
        assert_ne!(key(file, case), key("a/x.scenario.yaml", "main"));
    }
}

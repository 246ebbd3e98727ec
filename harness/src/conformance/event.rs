//! What a run tells: the interface between running and reporting. All of it can be written as JSON.

use serde::Serialize;
use serde_json::Value;

use super::case::{Case, Expected, Priority};
use super::evidence::{Evidence, Heard, Outcome, Site, Who};
use super::plan::Play;
use super::profiles::{Binding, Profile, Variant};
use super::verdict::{Verdict, Word};

/// Something that a run tells.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// The run begins, and is calibrated.
    Started(Box<RunStarted>),
    /// A case is over.
    CaseFinished(Box<CaseReport>),
    /// The run is over.
    Finished(Box<RunFinished>),
}

/// What is run, against whom.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RunStarted {
    /// The relying party.
    pub relying_party: String,
    /// The profiles that it is held to.
    pub profiles: Vec<Profile>,
    /// How many cases, each shape of the flow counted.
    pub cases: usize,
    /// The shapes of the flow.
    pub shapes: Vec<String>,
    /// How to see who is signed in; without it, silence is all there is to go by.
    pub probe: Option<String>,
    /// What calibration found, shape by shape.
    pub calibration: Vec<Calibration>,
}

/// One good login and one blatantly bad one, looked at through the same probe.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Calibration {
    /// The shape of the flow.
    pub shape: String,
    /// What came of the good login.
    pub good: String,
    /// What came of the bad one.
    pub bad: String,
    /// Why nothing that follows can be believed.
    pub void: Option<String>,
    /// How often it had to be tried before.
    pub tries: usize,
}

/// What came of a case in one shape.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CaseReport {
    /// The case: `RPX-SIG-05.spki_pem`.
    pub id: String,
    /// Its row.
    pub row: &'static str,
    /// The OpenID Foundation's module that asks the same.
    pub module: Option<&'static str>,
    /// The shape of the flow.
    pub shape: String,
    /// What it is about.
    pub title: &'static str,
    /// What the provider does.
    pub provider: &'static str,
    /// What a correct relying party does.
    pub relying_party: &'static str,
    /// The clauses.
    pub clauses: &'static [&'static str],
    /// The name of the attack.
    pub attack: Option<&'static str>,
    /// The faults, after those that make ready for them.
    pub faults: Vec<&'static str>,
    /// What is expected, as a word.
    pub expected: Expected,
    /// When the row was due.
    pub priority: Priority,
    /// The profiles that bind it, and how hard.
    pub bindings: Vec<Binding>,
    /// The verdict.
    pub verdict: Verdict,
    /// What earlier tries came to, where it was tried more than once.
    pub earlier: Vec<Verdict>,
    /// Why the verdict was expected, where an expected-results file says so.
    pub expected_because: Option<String>,
    /// What was seen.
    pub seen: Option<Seen>,
    /// What was seen in the control twin.
    pub control: Option<Control>,
    /// The command that plays it again.
    pub reproduce: String,
}

/// What was seen of a case.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Seen {
    /// Who was signed in before.
    pub before: Option<Who>,
    /// Who is signed in at the end.
    pub after: Option<Who>,
    /// The faults that fired.
    pub fired: Vec<String>,
    /// What the relying party did after the first fault.
    pub next: Next,
    /// The status of its answer when the person came back.
    pub callback_status: Option<u16>,
    /// What else was seen.
    pub facts: Value,
    /// The providers' journals, without secrets.
    pub journal: Vec<Value>,
}

/// What the relying party did after a fault had fired.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Next {
    /// It sent the code to the token endpoint.
    pub redeemed_code: bool,
    /// It fetched the keys, so often.
    pub fetched_keys: usize,
    /// It asked UserInfo.
    pub asked_userinfo: bool,
    /// It refreshed tokens.
    pub refreshed: bool,
    /// The cookies that it set when the person came back.
    pub cookies_set: Vec<String>,
    /// Requests at the attacker's and at the trap.
    pub lured: Vec<String>,
}

/// What was seen without the fault.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Control {
    /// Whether what the flow is after came about.
    pub outcome: Option<Outcome>,
    /// Who was signed in at the end.
    pub after: Option<Who>,
}

/// The sum of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct RunFinished {
    /// Cases that passed.
    pub passed: usize,
    /// Cases that failed.
    pub failed: usize,
    /// Cases with a warning.
    pub warnings: usize,
    /// Cases with nothing but silence.
    pub weak: usize,
    /// Cases that were skipped.
    pub skipped: usize,
    /// Cases that could not be played.
    pub errors: usize,
    /// How many of these neither failed nor were without result in the end, but did so in an earlier try.
    pub flaky: usize,
    /// How many of these an expected-results file explains.
    pub expected: usize,
    /// Failures, errors, silences and warnings that no file explains.
    pub unexpected: Unexpected,
    /// Entries of the expected-results file that do not hold any more.
    pub stale: Vec<String>,
    /// Why the whole run says nothing.
    pub void: Option<String>,
    /// Whether it was broken off.
    pub interrupted: bool,
}

/// A run in a word, for its exit code and for the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunResult {
    /// It was broken off.
    Interrupted,
    /// It says nothing.
    Void,
    /// A case could not be played.
    Incomplete,
    /// Something failed, or an expected result does not hold any more.
    Failed,
    /// Nothing failed, but some verdicts rest on silence.
    Weak,
    /// Nothing failed, but it does what it should not: not all passed.
    Warned,
    /// Nothing but skipped cases, which is no success either.
    Empty,
    /// What was not skipped has passed, or is known and explained.
    Passed,
}

impl RunResult {
    /// In lower case, as the page has it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Interrupted => "interrupted",
            Self::Void => "void",
            Self::Incomplete => "incomplete",
            Self::Failed => "failed",
            Self::Weak => "weak",
            Self::Warned => "warning",
            Self::Empty => "empty",
            Self::Passed => "passed",
        }
    }
}

/// What decides about the result of the run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Unexpected {
    /// Cases that failed.
    pub failed: usize,
    /// Cases with nothing but silence.
    pub weak: usize,
    /// Cases with a warning.
    pub warnings: usize,
    /// Cases that could not be played.
    pub errors: usize,
}

impl RunFinished {
    /// Counts a case.
    pub fn count(&mut self, case: &CaseReport) {
        let place = match case.verdict.word {
            Word::Passed => &mut self.passed,
            Word::Failed => &mut self.failed,
            Word::Warning => &mut self.warnings,
            Word::Weak => &mut self.weak,
            Word::Skipped => &mut self.skipped,
            Word::Error => &mut self.errors,
        };
        *place += 1;
        self.flaky += usize::from(case.is_flaky());
        if case.expected_because.is_some() {
            self.expected += 1;
            return;
        }
        match case.verdict.word {
            Word::Failed => self.unexpected.failed += 1,
            Word::Weak => self.unexpected.weak += 1,
            Word::Error => self.unexpected.errors += 1,
            Word::Warning => self.unexpected.warnings += 1,
            Word::Passed | Word::Skipped => {}
        }
    }

    /// The run in a word. Where several apply, the first in the order of [`RunResult`] does.
    pub const fn result(&self) -> RunResult {
        if self.interrupted {
            RunResult::Interrupted
        } else if self.void.is_some() {
            RunResult::Void
        } else if self.unexpected.errors > 0 {
            RunResult::Incomplete
        } else if self.unexpected.failed > 0 || !self.stale.is_empty() {
            RunResult::Failed
        } else if self.unexpected.weak > 0 {
            RunResult::Weak
        } else if self.unexpected.warnings > 0 {
            RunResult::Warned
        } else if self.skipped == self.cases() {
            RunResult::Empty
        } else {
            RunResult::Passed
        }
    }

    /// How many cases there were.
    pub const fn cases(&self) -> usize {
        self.passed + self.failed + self.warnings + self.weak + self.skipped + self.errors
    }
}

impl CaseReport {
    /// What is known of a case before it is judged.
    pub fn of(play: &Play, verdict: Verdict, reproduce: String) -> Self {
        let case: Case = play.case;
        Self {
            id: case.id(),
            row: case.id_of_row(),
            module: case.module,
            shape: play.variant.name(),
            title: case.title,
            provider: case.provider,
            relying_party: case.relying_party,
            clauses: case.clauses,
            attack: case.attack,
            faults: [case.way().groundwork, case.faults()].concat(),
            expected: case.expected(),
            priority: case.priority,
            bindings: play.bindings.clone(),
            verdict,
            earlier: Vec::new(),
            expected_because: None,
            seen: None,
            control: None,
            reproduce,
        }
    }

    /// Whether it came out well after an earlier try had not.
    pub const fn is_flaky(&self) -> bool {
        !self.earlier.is_empty() && !matches!(self.verdict.word, Word::Failed | Word::Error)
    }

    /// The same with what was seen.
    #[must_use]
    pub fn with(self, evidence: &Evidence, control_twin: &Evidence) -> Self {
        let control = Control { outcome: control_twin.outcome.clone(), after: control_twin.after.clone() };
        Self { seen: Some(Seen::of(evidence, control_twin)), control: Some(control), ..self }
    }
}

impl Seen {
    fn of(evidence: &Evidence, control: &Evidence) -> Self {
        Self {
            before: evidence.before.clone(),
            after: evidence.after.clone(),
            fired: evidence.fired.clone(),
            next: Next::of(evidence, control),
            callback_status: evidence.callback.as_ref().map(|answer| answer.status),
            facts: serde_json::json!(evidence.facts),
            journal: evidence.journal.clone(),
        }
    }
}

impl Next {
    /// What the evidence says of it. Where the flow itself leads to the attacker, nobody was lured there.
    pub fn of(evidence: &Evidence, control: &Evidence) -> Self {
        let after = evidence.afterwards();
        let own = || after.iter().filter(|heard| heard.site == Site::Provider);
        let granted = |heard: &Heard, grant: &str| heard.parameter("grant_type") == Some(grant);
        let strayed = |heard: &&Heard| heard.site != Site::Provider;
        let by_itself = |heard: &&Heard| {
            let same =
                |it: &Heard| (it.site, &it.method, &it.path) == (heard.site, &heard.method, &heard.path);
            !control.heard.iter().any(same)
        };
        let lured = evidence.heard.iter().filter(strayed).filter(by_itself);
        Self {
            redeemed_code: own().any(|heard| granted(heard, "authorization_code")),
            fetched_keys: own().filter(|heard| heard.endpoint == "jwks").count(),
            asked_userinfo: own().any(|heard| heard.endpoint == "userinfo"),
            refreshed: own().any(|heard| granted(heard, "refresh_token")),
            cookies_set: evidence.callback.iter().flat_map(|answer| answer.cookies.clone()).collect(),
            lured: lured.map(|heard| format!("{} {}", heard.method, heard.path)).collect(),
        }
    }

    /// The same in words.
    pub fn words(&self) -> Vec<String> {
        let mut words = Vec::new();
        let mut say = |said: bool, text: &str| {
            if said {
                words.push(text.to_owned());
            }
        };
        say(self.fetched_keys == 1, "fetched the keys");
        say(self.redeemed_code, "redeemed the code");
        say(self.refreshed, "refreshed its tokens");
        say(self.asked_userinfo, "asked UserInfo");
        if self.fetched_keys > 1 {
            words.push(format!("fetched the keys {} times", self.fetched_keys));
        }
        if !self.cookies_set.is_empty() {
            words.push(format!("set the cookie `{}`", self.cookies_set.join("`, `")));
        }
        words.extend(
            self.lured.iter().map(|request| format!("was lured to the attacker's address: {request}")),
        );
        words
    }
}

/// The shapes of some plays, each once.
pub fn shapes<'p>(plays: impl IntoIterator<Item = &'p Play>) -> Vec<Variant> {
    let mut shapes: Vec<Variant> = Vec::new();
    for play in plays {
        if !shapes.contains(&play.variant) {
            shapes.push(play.variant);
        }
    }
    shapes
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::{Evidence, Heard, Next, RunFinished, RunResult, Site, Unexpected};

    fn trapped(path: &str) -> Evidence {
        let heard = Heard {
            site: Site::Trap,
            method: "GET".to_owned(),
            path: path.to_owned(),
            endpoint: String::new(),
            query: Vec::new(),
            form: Vec::new(),
            headers: std::collections::BTreeMap::new(),
            status: 200,
            faults: Vec::new(),
        };
        Evidence { heard: vec![heard], ..Evidence::default() }
    }

    #[rstest]
    #[case::by_the_fault(Evidence::default(), &["was lured to the attacker's address: GET /keys"])]
    #[case::by_the_flow_itself(trapped("/keys"), &[])]
    fn who_comes_to_the_attacker_without_the_fault_too_was_not_lured(
        #[case] control: Evidence,
        #[case] words: &[&str],
    ) {
        assert_eq!(Next::of(&trapped("/keys"), &control).words(), words);
    }

    fn run(passed: usize, [failed, weak, errors]: [usize; 3]) -> RunFinished {
        let unexpected = Unexpected { failed, weak, errors, warnings: 0 };
        RunFinished { passed, failed, weak, errors, unexpected, ..RunFinished::default() }
    }

    fn warned(passed: usize) -> RunFinished {
        let unexpected = Unexpected { warnings: 1, ..Unexpected::default() };
        RunFinished { passed, warnings: 1, unexpected, ..RunFinished::default() }
    }

    fn void() -> RunFinished {
        RunFinished { void: Some("code".to_owned()), ..RunFinished::default() }
    }

    #[rstest]
    #[case::all_passed(run(3, [0, 0, 0]), RunResult::Passed)]
    #[case::something_failed(run(3, [1, 0, 0]), RunResult::Failed)]
    #[case::only_silence(run(3, [0, 1, 0]), RunResult::Weak)]
    #[case::a_warning_is_no_pass(warned(3), RunResult::Warned)]
    #[case::a_failure_weighs_more_than_silence(run(3, [1, 1, 0]), RunResult::Failed)]
    #[case::a_case_could_not_be_played(run(3, [0, 0, 1]), RunResult::Incomplete)]
    #[case::an_error_weighs_more_than_a_failure(run(3, [1, 1, 1]), RunResult::Incomplete)]
    #[case::void(void(), RunResult::Void)]
    #[case::a_failure_that_is_expected(RunFinished { failed: 1, expected: 1, ..run(3, [0, 0, 0]) }, RunResult::Passed)]
    #[case::a_warning_that_is_expected(RunFinished { warnings: 1, expected: 1, ..run(3, [0, 0, 0]) }, RunResult::Passed)]
    #[case::a_stale_entry(RunFinished { stale: vec!["RPX-SIG-01".to_owned()], ..run(3, [0, 0, 0]) }, RunResult::Failed)]
    #[case::nothing_was_played(RunFinished { skipped: 3, ..RunFinished::default() }, RunResult::Empty)]
    #[case::interrupted(RunFinished { interrupted: true, ..run(3, [1, 0, 0]) }, RunResult::Interrupted)]
    #[case::interrupted_and_void(RunFinished { interrupted: true, ..void() }, RunResult::Interrupted)]
    fn an_end_has_a_word(#[case] finished: RunFinished, #[case] expected: RunResult) {
        assert_eq!(finished.result(), expected);
    }
}

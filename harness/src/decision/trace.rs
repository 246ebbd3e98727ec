//! The reasons behind a decision: steps in the order they were taken, and which of them each result value rests on.
//!
//! A product can look at a claim only through a step, so a claim that no step cites cannot have mattered.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::Value;

use super::{Claim, ClaimPath, Document, Documents, Evidence, Rule};

/// The number of a step, counted from 1 in the order the steps were taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct StepId(pub usize);

/// What became of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Its condition held and it had its effect.
    Fired,
    /// Its condition did not hold.
    NotApplicable,
    /// It asked for something that was not there, and that mattered.
    NoInput,
    /// What it asked for was of the wrong type or malformed.
    Unreadable,
    /// It would have fired, but another rule came first.
    Overridden,
}

/// One look at a value.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(into = "WithKind")]
pub struct Read {
    /// Where it was looked for.
    pub document: Document,
    /// JSON pointer inside the document; for [`Document::Default`] the name of the default.
    pub path: String,
    /// Index inside a delimited string or a list, when only a part matters.
    pub part: Option<usize>,
    /// What was found; absent when nothing was there.
    pub value: Option<Value>,
    /// The setting that chose this path, for example `auth.oidc.customClaims.projects`.
    pub named_by: Option<&'static str>,
}

/// What the path of a look is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PathKind {
    /// A JSON pointer.
    Pointer,
    /// The name of a setting, of a variable, of a default or of a fact of the exchange.
    Name,
}

impl Read {
    /// What the path is.
    pub fn kind(&self) -> PathKind {
        if self.path.is_empty() || self.path.starts_with('/') { PathKind::Pointer } else { PathKind::Name }
    }
}

/// A look as data, with what its path is beside it.
#[derive(Serialize)]
struct WithKind {
    document: Document,
    path: String,
    kind: PathKind,
    #[serde(skip_serializing_if = "Option::is_none")]
    part: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    named_by: Option<&'static str>,
}

impl From<Read> for WithKind {
    fn from(read: Read) -> Self {
        let kind = read.kind();
        let Read { document, path, part, value, named_by } = read;
        Self { document, path, kind, part, value, named_by }
    }
}

/// What followed from a step.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Consequence {
    /// `allow`, `refuse`, `grant`, `revoke`, `set`, `skip`, `keep` or `report`.
    pub op: &'static str,
    /// What it acts on: a pointer into the result, or the name of an intermediate value such as `fallback_role`.
    pub target: String,
    /// The new value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<Value>,
}

/// One rule that was considered.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Step {
    /// Its number.
    pub seq: StepId,
    /// The rule's id.
    pub rule: &'static str,
    /// The rule in one sentence.
    pub title: &'static str,
    /// How the rule is known.
    pub evidence: Evidence,
    /// What became of it.
    pub outcome: Outcome,
    /// Everything it looked at.
    pub reads: Vec<Read>,
    /// Why it came out so, in words.
    pub why: String,
    /// What followed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub then: Vec<Consequence>,
    /// Earlier steps that it builds on.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub because: Vec<StepId>,
    /// The readings that were used, each with the choice made, for example `("BP-Q2", "minimum_of_both")`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub readings: BTreeMap<&'static str, &'static str>,
}

/// All steps of a decision, and what each value of the result rests on.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Trace {
    /// The steps in order.
    #[serde(rename = "trace")]
    pub steps: Vec<Step>,
    /// Pointer into the result → the steps it rests on directly.
    pub provenance: BTreeMap<String, Vec<StepId>>,
}

impl Trace {
    /// The step with this number.
    pub fn step(&self, id: StepId) -> Option<&Step> {
        self.steps.get(id.0.checked_sub(1)?)
    }

    /// The steps that the value at `pointer` rests on directly, with the pointer that has them: its own, or that of its
    /// nearest parent.
    pub fn direct<'p>(&self, pointer: &'p str) -> Option<(&'p str, &[StepId])> {
        let mut pointer = pointer;
        loop {
            if let Some(steps) = self.provenance.get(pointer) {
                return Some((pointer, steps));
            }
            pointer = pointer.rsplit_once('/')?.0;
        }
    }

    /// Every step behind the value at `pointer`, followed through `because`, in order.
    ///
    /// A pointer without an entry of its own takes the entry of its nearest parent.
    pub fn chain(&self, pointer: &str) -> Vec<&Step> {
        let mut behind = BTreeSet::new();
        let mut open = self.direct(pointer).map_or_else(Vec::new, |(_, steps)| steps.to_vec());
        while let Some(id) = open.pop() {
            if behind.insert(id) {
                open.extend(self.step(id).into_iter().flat_map(|step| step.because.iter().copied()));
            }
        }
        behind.into_iter().filter_map(|id| self.step(id)).collect()
    }

    /// The ids of the rules that fired, in order, each once.
    pub fn fired(&self) -> Vec<&'static str> {
        let mut seen = BTreeSet::new();
        self.steps
            .iter()
            .filter(|step| step.outcome == Outcome::Fired && seen.insert(step.rule))
            .map(|step| step.rule)
            .collect()
    }
}

/// A decision being reached: hands out claims and keeps the record of every look.
#[derive(Debug)]
pub struct Reasoning<'a> {
    documents: &'a Documents,
    trace: Trace,
}

impl<'a> Reasoning<'a> {
    /// Starts with nothing decided.
    pub fn new(documents: &'a Documents) -> Self {
        Self { documents, trace: Trace::default() }
    }

    /// Opens a step for `rule`; it is recorded when one of the builder's closing methods is called.
    pub fn step(&mut self, rule: &'static Rule) -> StepBuilder<'_, 'a> {
        let step = Step {
            seq: StepId(self.trace.steps.len() + 1),
            rule: rule.id,
            title: rule.title,
            evidence: rule.evidence,
            outcome: Outcome::NotApplicable,
            reads: Vec::new(),
            why: String::new(),
            then: Vec::new(),
            because: Vec::new(),
            readings: BTreeMap::new(),
        };
        StepBuilder { reasoning: self, step }
    }

    /// Says that the result value at `pointer` (for example `/project_roles/P1`) rests on `steps`.
    ///
    /// Called again for the same pointer it replaces what was said before.
    pub fn rests_on(&mut self, pointer: impl Into<String>, steps: impl IntoIterator<Item = StepId>) {
        self.trace.provenance.insert(pointer.into(), steps.into_iter().collect());
    }

    /// Ends the reasoning.
    pub fn into_trace(self) -> Trace {
        self.trace
    }
}

/// A step being taken.
#[derive(Debug)]
#[must_use = "a step is recorded only when it is closed"]
pub struct StepBuilder<'r, 'a> {
    reasoning: &'r mut Reasoning<'a>,
    step: Step,
}

impl<'a> StepBuilder<'_, 'a> {
    /// Looks at a claim and records the look, whether something is there or not.
    pub fn claim(&mut self, document: Document, path: &ClaimPath) -> Claim<'a> {
        self.claim_named_by(document, path, None)
    }

    /// Looks at a claim whose path was chosen by a setting.
    pub fn claim_named_by(
        &mut self,
        document: Document,
        path: &ClaimPath,
        setting: Option<&'static str>,
    ) -> Claim<'a> {
        let value = self.reasoning.documents.value(document, path);
        self.read(Read {
            document,
            path: path.pointer(),
            part: None,
            value: value.cloned(),
            named_by: setting,
        });
        Claim::new(value)
    }

    /// Records that part `index` of a claim (an entry of a list or of a delimited string) is what matters here.
    pub fn part(&mut self, document: Document, path: &ClaimPath, index: usize, value: impl Into<Value>) {
        let path = path.pointer();
        self.read(Read { document, path, part: Some(index), value: Some(value.into()), named_by: None });
    }

    /// Records a look at the configuration; `path` is a JSON pointer or an environment variable's name.
    pub fn config(&mut self, path: impl Into<String>, value: Option<Value>) {
        self.read(Read { document: Document::Config, path: path.into(), part: None, value, named_by: None });
    }

    /// Records a look at stored state.
    pub fn state(&mut self, path: impl Into<String>, value: Option<Value>) {
        self.read(Read { document: Document::State, path: path.into(), part: None, value, named_by: None });
    }

    /// Records a look at the request or at what the relying party found out about the exchange.
    pub fn request(&mut self, path: impl Into<String>, value: Option<Value>) {
        self.read(Read { document: Document::Request, path: path.into(), part: None, value, named_by: None });
    }

    /// Records that a named default was taken because nothing supplied a value.
    pub fn default(&mut self, name: impl Into<String>, value: impl Into<Value>) {
        let value = Some(value.into());
        self.read(Read { document: Document::Default, path: name.into(), part: None, value, named_by: None });
    }

    /// Records that the step builds on earlier ones.
    pub fn because(&mut self, steps: impl IntoIterator<Item = StepId>) {
        self.step.because.extend(steps);
    }

    /// Records which reading was used, and with which choice.
    pub fn reading(&mut self, id: &'static str, choice: &'static str) {
        self.step.readings.insert(id, choice);
    }

    /// Records what followed.
    pub fn then(&mut self, op: &'static str, target: impl Into<String>, value: Option<Value>) {
        self.step.then.push(Consequence { op, target: target.into(), value });
    }

    /// Closes the step: the rule had its effect.
    pub fn fired(self, why: impl Into<String>) -> StepId {
        self.close(Outcome::Fired, why.into())
    }

    /// Closes the step: the rule's condition did not hold.
    pub fn not_applicable(self, why: impl Into<String>) -> StepId {
        self.close(Outcome::NotApplicable, why.into())
    }

    /// Closes the step: what the rule asked for was not there.
    pub fn no_input(self, why: impl Into<String>) -> StepId {
        self.close(Outcome::NoInput, why.into())
    }

    /// Closes the step: what the rule asked for was of the wrong type or malformed.
    pub fn unreadable(self, why: impl Into<String>) -> StepId {
        self.close(Outcome::Unreadable, why.into())
    }

    /// Closes the step: the rule would have fired, but the step `by` came first.
    pub fn overridden(mut self, by: StepId, why: impl Into<String>) -> StepId {
        self.step.because.push(by);
        self.close(Outcome::Overridden, why.into())
    }

    /// Closes the step with an outcome that the caller has worked out.
    pub fn close(mut self, outcome: Outcome, why: String) -> StepId {
        self.step.outcome = outcome;
        self.step.why = why;
        let seq = self.step.seq;
        self.reasoning.trace.steps.push(self.step);
        seq
    }

    fn read(&mut self, read: Read) {
        self.step.reads.push(read);
    }
}

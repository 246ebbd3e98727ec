//! The product examples, to show a rule at work in one of them.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use crate::decision::{Envelope, Event, Outcome, ProductKind, Step, bare};

/// One example: what is given. What is expected of it is for tests.
#[derive(Debug, Deserialize)]
struct Case {
    title: String,
    given: Value,
}

/// A rule that fired in an example.
pub(super) struct Fired {
    /// What the example is about.
    pub(super) title: String,
    /// What the rule did.
    pub(super) step: Step,
}

/// The examples of a product, as the repository has them.
fn text_of(product: &str) -> &'static str {
    match product {
        "billrun" => include_str!("../../../fixtures/examples/billrun.json"),
        "cloudbilling" => include_str!("../../../fixtures/examples/cloudbilling.json"),
        "billwerk" => include_str!("../../../fixtures/examples/billwerk.json"),
        "gorules" => include_str!("../../../fixtures/examples/gorules.json"),
        "bindplane" => include_str!("../../../fixtures/examples/bindplane.json"),
        _ => "[]",
    }
}

/// The first example with a step that is asked for.
fn first(kind: &dyn ProductKind, wanted: &dyn Fn(Envelope) -> Option<Step>) -> Option<Fired> {
    let cases: Vec<Case> = serde_json::from_str(text_of(kind.name())).ok()?;
    cases.into_iter().find_map(|case| {
        let example = kind.example(&case.given).ok()?;
        let event = Event::SignIn(Box::new(example.sign_in));
        let (envelope, _) = example.product.on(&example.state, &event, example.now);
        Some(Fired { title: case.title, step: wanted(envelope)? })
    })
}

/// A step that is what `wanted` asks for.
fn any_step(wanted: impl Fn(&Step) -> bool) -> impl Fn(Envelope) -> Option<Step> {
    move |envelope| envelope.trace.steps.into_iter().find(&wanted)
}

/// The first example in which a rule fires.
pub(super) fn of_rule(kind: &dyn ProductKind, rule: &str) -> Option<Fired> {
    first(kind, &any_step(|step| step.rule == rule && step.outcome == Outcome::Fired))
}

/// The first example in which a finding is reported.
pub(super) fn of_finding(kind: &dyn ProductKind, finding: &str) -> Option<Fired> {
    let reports =
        |step: &Step| step.then.iter().any(|then| then.op == "report" && names(then.value.as_ref(), finding));
    first(kind, &any_step(reports))
}

/// The first example that is refused for this reason, with the step that it rests on.
pub(super) fn of_reason(kind: &dyn ProductKind, reason: &str) -> Option<Fired> {
    first(kind, &|envelope| {
        let given = envelope.reason.as_deref().map(bare) == Some(reason);
        let behind = if given { envelope.trace.chain("/reason") } else { Vec::new() };
        behind.last().map(|step| (*step).clone())
    })
}

fn names(value: Option<&Value>, finding: &str) -> bool {
    let code = value.and_then(Value::as_str).unwrap_or_default();
    code.split(':').next() == Some(finding)
}

impl Fired {
    /// The step in a few lines, as a preview shows it.
    pub(super) fn text(&self) -> String {
        let mut lines = Vec::new();
        for read in &self.step.reads {
            let part = read.part.map_or(String::new(), |part| format!(" part {part}"));
            let value = read.value.as_ref().map_or("(absent)".to_owned(), Value::to_string);
            let path = read.path.trim_start_matches('/');
            lines.push(format!("read  {} {path}{part} = {value}", read.document.name()));
        }
        lines.push(format!("why   {}", self.step.why));
        for then in &self.step.then {
            let value = then.value.as_ref().map_or(String::new(), |value| format!(" = {value}"));
            let target = then.target.trim_start_matches('/').replace('/', ".");
            lines.push(format!("then  {} {target}{value}", then.op));
        }
        lines.join("\n")
    }

    /// The readings that were in force, such as `BP-Q2=minimum_of_both`.
    pub(super) const fn readings(&self) -> &BTreeMap<&'static str, &'static str> {
        &self.step.readings
    }
}

/// The first example in which somebody is signed in, in the shape of `given`.
pub fn first_example(kind: &dyn ProductKind) -> Option<Value> {
    let cases: Vec<Case> = serde_json::from_str(text_of(kind.name())).ok()?;
    cases.into_iter().map(|case| case.given).find(|given| {
        kind.example(given).is_ok_and(|example| {
            let event = Event::SignIn(Box::new(example.sign_in));
            example.product.on(&example.state, &event, example.now).0.signed_in()
        })
    })
}

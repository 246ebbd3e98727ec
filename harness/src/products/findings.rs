//! Observations being collected, each with the step that it rests on.

use serde_json::json;

use crate::decision::{Reasoning, Rule, StepBuilder, StepId};

/// Findings in the order in which they were made.
#[derive(Debug, Default)]
pub(crate) struct Findings(Vec<String>);

impl Findings {
    /// Takes a step of `rule` that reports `code`; `look` says what it read.
    pub(crate) fn report(
        &mut self,
        reasoning: &mut Reasoning<'_>,
        rule: &'static Rule,
        code: String,
        look: impl FnOnce(&mut StepBuilder<'_, '_>) -> String,
    ) -> StepId {
        let mut step = reasoning.step(rule);
        let why = look(&mut step);
        step.then("report", format!("/findings/{}", self.0.len()), Some(json!(code)));
        let step = step.fired(why);
        reasoning.rests_on(format!("/findings/{}", self.0.len()), [step]);
        self.0.push(code);
        step
    }

    /// The codes.
    pub(crate) fn into_codes(self) -> Vec<String> {
        self.0
    }
}

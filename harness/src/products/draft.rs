//! A decision in the making: the reasoning, and the effects and findings so far with the steps that each rests on.

use serde_json::Value;

use crate::decision::{
    Decision, Documents, Effect, Product, ProtocolFailure, Reasoning, Rejected, Rule, StepBuilder, StepId,
    Verdict,
};

/// A decision in the making.
#[derive(Debug)]
pub(crate) struct Draft<'a, E> {
    reasoning: Reasoning<'a>,
    effects: Vec<(E, Vec<StepId>)>,
    findings: Vec<(String, Vec<StepId>)>,
}

/// Why a decision is not `signed_in`, and the steps that say so.
#[derive(Clone, Debug, Default)]
pub(crate) struct Refusal {
    /// `code` or `code:<detail>`.
    pub(crate) reason: String,
    /// Claim names, where the reason names them.
    pub(crate) claims: Option<Vec<String>>,
    /// Fields of the product's own.
    pub(crate) own: Vec<(&'static str, String)>,
    /// The protocol check that failed, if one did.
    pub(crate) failure: Option<Box<ProtocolFailure>>,
    /// Whether the configuration itself is unusable.
    pub(crate) config_error: bool,
    /// The steps that the refusal rests on.
    pub(crate) steps: Vec<StepId>,
}

impl Refusal {
    /// A refusal with a bare reason.
    pub(crate) fn because(reason: impl Into<String>, steps: impl IntoIterator<Item = StepId>) -> Self {
        Self { reason: reason.into(), steps: steps.into_iter().collect(), ..Self::default() }
    }

    /// The refusal of a configuration that cannot be used.
    pub(crate) fn of_config(reason: impl Into<String>, steps: impl IntoIterator<Item = StepId>) -> Self {
        Self { config_error: true, ..Self::because(reason, steps) }
    }

    /// The refusal that a failed protocol check asks for, under the check's own code.
    pub(crate) fn of_protocol(failure: &ProtocolFailure, steps: impl IntoIterator<Item = StepId>) -> Self {
        Self { failure: Some(Box::new(failure.clone())), ..Self::because(failure.code.clone(), steps) }
    }
}

impl<'a, E: Effect> Draft<'a, E> {
    /// Starts with nothing decided.
    pub(crate) fn new(documents: &'a Documents) -> Self {
        Self { reasoning: Reasoning::new(documents), effects: Vec::new(), findings: Vec::new() }
    }

    /// Opens a step for `rule`.
    pub(crate) fn step(&mut self, rule: &'static Rule) -> StepBuilder<'_, 'a> {
        self.reasoning.step(rule)
    }

    /// Adds an effect that rests on `steps`.
    pub(crate) fn effect(&mut self, effect: E, steps: impl IntoIterator<Item = StepId>) {
        self.effects.push((effect, steps.into_iter().collect()));
    }

    /// Adds a finding that rests on `steps`.
    pub(crate) fn finding(&mut self, code: impl Into<String>, steps: impl IntoIterator<Item = StepId>) {
        self.findings.push((code.into(), steps.into_iter().collect()));
    }

    /// Says that the result value at `pointer` rests on `steps`.
    pub(crate) fn rests_on(&mut self, pointer: impl Into<String>, steps: impl IntoIterator<Item = StepId>) {
        self.reasoning.rests_on(pointer, steps);
    }

    /// Ends with a session, or, for events other than a sign-in, with the event carried out.
    pub(crate) fn signed_in<P: Product<Effect = E>>(
        mut self,
        record: P::Record,
        steps: impl IntoIterator<Item = StepId>,
    ) -> Decision<P> {
        self.reasoning.rests_on("/decision", steps);
        self.close(Verdict::SignedIn(record), None)
    }

    /// Ends without a session and without effects (X-R6).
    pub(crate) fn refused<P: Product<Effect = E>>(mut self, refusal: Refusal) -> Decision<P> {
        self.effects.clear();
        let Refusal { reason, claims, own, failure, config_error, steps } = refusal;
        for (field, _) in &own {
            self.reasoning.rests_on(format!("/{field}"), steps.clone());
        }
        if claims.is_some() {
            self.reasoning.rests_on("/claims", steps.clone());
        }
        self.reasoning.rests_on("/decision", steps.clone());
        self.reasoning.rests_on("/reason", steps);
        let own = own.into_iter().map(|(field, value)| (field.to_owned(), Value::String(value))).collect();
        let rejected = Rejected { reason, claims, own };
        let verdict = if config_error { Verdict::ConfigError(rejected) } else { Verdict::Rejected(rejected) };
        self.close(verdict, failure.map(|failure| *failure))
    }

    fn close<P: Product<Effect = E>>(
        mut self,
        verdict: Verdict<P::Record>,
        rejection: Option<ProtocolFailure>,
    ) -> Decision<P> {
        let mut listed = 0;
        for (effect, steps) in &self.effects {
            if effect.text().is_some() {
                self.reasoning.rests_on(format!("/effects/{listed}"), steps.iter().copied());
                listed += 1;
            }
        }
        for (index, (_, steps)) in self.findings.iter().enumerate() {
            self.reasoning.rests_on(format!("/findings/{index}"), steps.iter().copied());
        }
        Decision {
            verdict,
            effects: self.effects.into_iter().map(|(effect, _)| effect).collect(),
            findings: self.findings.into_iter().map(|(code, _)| code).collect(),
            rejection,
            trace: self.reasoning.into_trace(),
        }
    }
}

/// One segment of a JSON pointer, escaped (RFC 6901).
pub(crate) fn segment(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

//! A refusal on its way out.

use serde_json::Map;

use super::CloudBilling;
use super::record::Effect;
use crate::decision::{Decision, ProtocolFailure, Reasoning, Rejected, StepId, Verdict};

/// Why somebody is refused, and the steps that the refusal rests on.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) reason: String,
    /// Claim names, sorted, with the reasons that name claims.
    pub(super) claims: Option<Vec<String>>,
    pub(super) because: Vec<StepId>,
}

impl Refusal {
    pub(super) fn new(reason: impl Into<String>, because: impl IntoIterator<Item = StepId>) -> Self {
        Self { reason: reason.into(), claims: None, because: because.into_iter().collect() }
    }

    /// The decision: everything it shows rests on the refusal's steps.
    pub(super) fn decision(
        self,
        mut reasoning: Reasoning<'_>,
        effects: Vec<Effect>,
        findings: Vec<String>,
        rejection: Option<ProtocolFailure>,
    ) -> Decision<CloudBilling> {
        for pointer in ["/decision", "/reason", "/claims"] {
            reasoning.rests_on(pointer, self.because.iter().copied());
        }
        let rejected = Rejected { reason: self.reason, claims: self.claims, own: Map::new() };
        let verdict = Verdict::Rejected(rejected);
        Decision { verdict, effects, findings, rejection, trace: reasoning.into_trace() }
    }
}

//! The result of an event: one envelope for all products.

use serde::Serialize;
use serde_json::{Map, Value};

use super::{Effect, Product, ProtocolFailure, Trace};

/// Why somebody was not signed in.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rejected {
    /// `code` or `code:<detail>`.
    pub reason: String,
    /// Sorted claim names; with `missing_required_claim` and `invalid_claim_type` only.
    pub claims: Option<Vec<String>>,
    /// Further fields of the product's own, such as BillRun's `redirect` or GoRules' `token`.
    pub own: Map<String, Value>,
}

/// What was decided.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict<R> {
    /// A session exists; for events other than a sign-in: the event was carried out.
    SignedIn(R),
    /// No session.
    Rejected(Rejected),
    /// The configuration itself is unusable.
    ConfigError(Rejected),
}

/// A decision of one product, typed.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision<P: Product> {
    /// What was decided.
    pub verdict: Verdict<P::Record>,
    /// State changes, in the order they apply.
    pub effects: Vec<P::Effect>,
    /// Observations that do not refuse, as codes, in the order of the values that gave rise to them.
    pub findings: Vec<String>,
    /// The protocol check that refused, whatever the product's own reason is.
    pub rejection: Option<ProtocolFailure>,
    /// Why.
    pub trace: Trace,
}

/// The same decision as data: what reports, snapshots and `--format json` show.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Envelope {
    /// `signed_in`, `rejected` or `config_error`.
    pub decision: &'static str,
    /// When not `signed_in`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Sorted claim names, with some reasons.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claims: Option<Vec<String>>,
    /// The product's own record, beside the other fields.
    #[serde(flatten)]
    pub record: Map<String, Value>,
    /// Codes of the state changes, in the order applied.
    pub effects: Vec<String>,
    /// Codes of the observations.
    pub findings: Vec<String>,
    /// The protocol check that refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rejection: Option<ProtocolFailure>,
    /// Why: the steps as a list under `trace`, and under `provenance` what each value rests on.
    #[serde(flatten)]
    pub trace: Trace,
}

impl Envelope {
    /// Whether a session exists.
    pub fn signed_in(&self) -> bool {
        self.decision == "signed_in"
    }

    /// The product's own record as one JSON object.
    pub fn record(&self) -> Value {
        Value::Object(self.record.clone())
    }
}

impl<P: Product> From<Decision<P>> for Envelope {
    fn from(decision: Decision<P>) -> Self {
        let (word, rejected, record) = match decision.verdict {
            Verdict::SignedIn(record) => ("signed_in", None, to_map(&record)),
            Verdict::Rejected(mut rejected) => {
                let own = std::mem::take(&mut rejected.own);
                ("rejected", Some(rejected), own)
            }
            Verdict::ConfigError(mut rejected) => {
                let own = std::mem::take(&mut rejected.own);
                ("config_error", Some(rejected), own)
            }
        };
        let (reason, claims) = rejected.map_or((None, None), |r| (Some(r.reason), r.claims));
        let envelope = Self {
            decision: word,
            reason,
            claims,
            record,
            effects: decision.effects.iter().filter_map(Effect::text).collect(),
            findings: decision.findings,
            rejection: decision.rejection,
            trace: decision.trace,
        };
        // Every decision of every test: an expectation of what is not among these is refused.
        #[cfg(test)]
        assert_eq!(P::CODES.missing(&envelope), Vec::<String>::new(), "{}", P::NAME);
        envelope
    }
}

/// A record as a JSON object; records are plain structs, so anything else is an empty one.
fn to_map(record: &impl Serialize) -> Map<String, Value> {
    match serde_json::to_value(record) {
        Ok(Value::Object(map)) => map,
        Ok(_) | Err(_) => Map::new(),
    }
}

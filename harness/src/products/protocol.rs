//! The protocol checks that all products share (X-R1 to X-R5), for products that add nothing to them.

use serde_json::json;

use super::catalogue::rules;
use crate::decision::{ProtocolFailure, Reasoning, Rule, StepId};

rules! {
    X_R1 = "X-R1", Interpretation, "RFC6749-10.12", [],
        "`state` belongs to the browser's attempt and is compared before anything is redeemed";
    X_R2 = "X-R2", Interpretation, "OIDCC-3.1.3.7-11", [],
        "`nonce` comes back identical";
    X_R3 = "X-R3", Interpretation, "OIDCC-3.1.3.7", [],
        "the ID token is signed by the issuer, for this client, and current";
    X_R5 = "X-R5", Interpretation, "OIDCC-3.1.2.6", [],
        "an error response creates no session and changes nothing";
}

/// Records the failed check; the refusal rests on this step and its reason is the failure's code.
pub(crate) fn failed(reasoning: &mut Reasoning<'_>, failure: &ProtocolFailure) -> StepId {
    let mut step = reasoning.step(rule(&failure.code));
    step.request("/failure", Some(json!(failure.code)));
    step.then("refuse", "/decision", Some(json!(failure.code)));
    step.fired(format!("{} ({})", failure.detail, failure.clause))
}

fn rule(code: &str) -> &'static Rule {
    match code.split(':').next() {
        Some("state_mismatch") => &X_R1,
        Some("nonce_mismatch") => &X_R2,
        Some("idp_error") => &X_R5,
        _ => &X_R3,
    }
}

//! The protocol checks that all products share (X-R1 to X-R5), as rules that a trace can name.
//!
//! The relying party makes the checks; a product only says what a failed one amounts to.

use serde_json::json;

use super::catalogue::rules;
use crate::decision::{ProtocolFailure, Reasoning, Rule, StepId};

rules! {
    X_R1 = "X-R1", Interpretation, "OpenID Connect Core 3.1.2.1", [],
        "`state` is bound to the browser and compared before anything is redeemed";
    X_R2 = "X-R2", Interpretation, "OpenID Connect Core 3.1.3.7, 3.2.2.1", [],
        "`nonce` is sent with every request that can return an ID token and comes back identical";
    X_R3 = "X-R3", Interpretation, "OpenID Connect Core 3.1.3.7", [],
        "the ID token's signature, issuer, audience and times are checked";
    X_R4 = "X-R4", Interpretation, "OpenID Connect Core 10.1.1", [],
        "a key is chosen by `kid`; an unknown one makes the key set be fetched once more";
    X_R5 = "X-R5", Interpretation, "OpenID Connect Core 3.1.2.6", [],
        "an error response creates no session, no user and no change";
}

/// The rule that a failure breaks.
pub(crate) fn rule_of(failure: &ProtocolFailure) -> &'static Rule {
    match failure.code.as_str() {
        "state_mismatch" => &X_R1,
        "nonce_mismatch" => &X_R2,
        "invalid_id_token:kid" => &X_R4,
        code if code.starts_with("idp_error:") => &X_R5,
        _ => &X_R3,
    }
}

/// Records a failure that a product adds nothing to: the refusal rests on this step, and its reason is the code.
pub(crate) fn failed(reasoning: &mut Reasoning<'_>, failure: &ProtocolFailure) -> StepId {
    let mut step = reasoning.step(rule_of(failure));
    step.request("/failure", Some(json!(failure.code)));
    step.then("refuse", "/decision", Some(json!(failure.code)));
    step.fired(format!("{} ({})", failure.detail, failure.clause))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::decision::Documents;

    #[rstest]
    #[case::state("state_mismatch", "X-R1")]
    #[case::nonce("nonce_mismatch", "X-R2")]
    #[case::audience("invalid_id_token:aud", "X-R3")]
    #[case::signature("invalid_id_token:signature", "X-R3")]
    #[case::key("invalid_id_token:kid", "X-R4")]
    #[case::refused_by_the_provider("idp_error:access_denied", "X-R5")]
    #[case::error_in_name_only("idp_errors", "X-R3")]
    fn a_failure_is_put_down_to_the_rule_that_it_breaks(#[case] code: &str, #[case] rule: &str) {
        let failure = ProtocolFailure {
            code: code.to_owned(),
            name: "test",
            clause: "OIDCC-3.1.3.7",
            detail: "something is wrong".to_owned(),
        };
        let documents = Documents::default();
        let mut reasoning = Reasoning::new(&documents);
        let step = failed(&mut reasoning, &failure);
        let trace = reasoning.into_trace();
        let step = trace.step(step).unwrap();
        assert_eq!((step.rule, step.why.as_str()), (rule, "something is wrong (OIDCC-3.1.3.7)"));
        assert_eq!(trace.fired(), [rule]);
    }
}

//! Whether anybody can sign in at all, and whether the exchange went through (BP-R3, X-R1 to X-R5).

use super::super::config::Config;
use super::super::rules;
use super::super::settings::{AUTH_TYPE, CLIENT_SECRET, REQUIRED};
use super::Reasons;
use crate::decision::{SignIn, StepId};
use crate::products::draft::Refusal;
use crate::products::protocol;

/// BP-R3: without these settings there is nobody to redirect to.
pub(in super::super) fn open(config: &Config, reasons: &mut Reasons<'_>) -> Result<StepId, Refusal> {
    let mut step = reasons.step(&rules::BP_R3);
    let auth_type = config.setting(AUTH_TYPE);
    step.config(AUTH_TYPE, auth_type.cloned());
    let mut missing = (config.text(AUTH_TYPE) != "oidc").then_some(AUTH_TYPE);
    for key in REQUIRED {
        let value = config.setting(key);
        let shown = if *key == CLIENT_SECRET { value.map(|_| "(set)".into()) } else { value.cloned() };
        step.config(*key, shown);
        missing = missing.or_else(|| value.is_none().then_some(*key));
    }
    let Some(missing) = missing else {
        step.then("allow", "/decision", None);
        return Ok(step.fired("the provider is configured"));
    };
    let reason = format!("missing_setting:{missing}");
    step.then("refuse", "/decision", Some(reason.as_str().into()));
    let why = if missing == AUTH_TYPE { "is not `oidc`" } else { "is not set" };
    let step = step.no_input(format!("`{missing}` {why}"));
    Err(Refusal::of_config(reason, [step]))
}

/// A failed protocol check refuses under its own code.
pub(super) fn exchanged(sign_in: &SignIn, reasons: &mut Reasons<'_>) -> Result<(), Refusal> {
    let Some(failure) = &sign_in.failure else { return Ok(()) };
    let mut step = reasons.step(protocol::rule_of(failure));
    step.request("/failure", Some(failure.code.as_str().into()));
    step.then("refuse", "/decision", Some(failure.code.as_str().into()));
    let step = step.fired(failure.detail.clone());
    Err(Refusal::of_protocol(failure, [step]))
}

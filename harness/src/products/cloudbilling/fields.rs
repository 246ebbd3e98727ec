//! The profile fields of a user, each from its claim or its fallback.

use serde_json::{Value, json};

use super::claims::{look, provided};
use super::config::Config;
use super::readings::{Malformed, UnverifiedEmail};
use super::record::{Environment, User};
use super::refusal::Refusal;
use super::rules::{CB_R7, CB_R10, CB_R11, CB_R12, CB_R14};
use super::wellformed;
use crate::decision::{Reasoning, Rule, StepId};
use crate::products::findings::Findings;

/// A field's value and the step that found it.
struct Field {
    value: String,
    step: StepId,
}

/// Fills in everything but key, groups and lock. Gives the steps that the fields rest on.
pub(super) fn fill(
    reasoning: &mut Reasoning<'_>,
    config: &Config,
    environment: &Environment,
    findings: &mut Findings,
    user: &mut User,
) -> Result<Vec<StepId>, Refusal> {
    let email = email(reasoning, config, findings)?;
    let mut steps = vec![email.step];
    user.email = email.value;
    let (locale, step) = regional(reasoning, config, &LOCALE, environment.locale.as_deref(), findings)?;
    (user.locale, steps) = (locale, [steps, vec![step]].concat());
    let (zoneinfo, step) = regional(reasoning, config, &ZONEINFO, environment.zoneinfo.as_deref(), findings)?;
    (user.zoneinfo, steps) = (zoneinfo, [steps, vec![step]].concat());
    let name = name(reasoning);
    user.preferred_username = or_name(reasoning, &CB_R11, "preferred_username", &name);
    user.given_name = or_name(reasoning, &CB_R12, "given_name", &name);
    user.family_name = or_name(reasoning, &CB_R12, "family_name", &name);
    user.name = name.value;
    steps.push(name.step);
    Ok(steps)
}

/// CB-R7: stored as given; `email_verified` is only looked at.
fn email(reasoning: &mut Reasoning<'_>, config: &Config, findings: &mut Findings) -> Result<Field, Refusal> {
    let mut step = reasoning.step(&CB_R7);
    let value = look(&mut step, "email").text().ok().unwrap_or_default().to_owned();
    step.then("set", "/user/email", Some(json!(value)));
    let stored = step.fired("`email` is stored as given");
    reasoning.rests_on("/user/email", [stored]);
    let mut step = reasoning.step(&CB_R7);
    if look(&mut step, "email_verified").truth().ok() != Some(false) {
        step.not_applicable("`email_verified` is not false");
        return Ok(Field { value, step: stored });
    }
    let reading = config.readings.unverified_email;
    if reading == UnverifiedEmail::Refuse {
        step.reading("CB-Q10", reading.name());
        step.then("refuse", "/decision", Some(json!("email_not_verified")));
        let step = step.fired("`email_verified` is false");
        return Err(Refusal::new("email_not_verified", [step]));
    }
    findings.report(reasoning, &CB_R7, "email_not_verified".to_owned(), |step| {
        look(step, "email_verified");
        step.reading("CB-Q10", reading.name());
        "`email_verified` is false, which changes nothing: e-mail identifies nobody here".to_owned()
    });
    Ok(Field { value, step: stored })
}

/// A claim with a form of its own.
struct Regional {
    name: &'static str,
    wellformed: fn(&str) -> bool,
}

const LOCALE: Regional = Regional { name: "locale", wellformed: wellformed::locale };
const ZONEINFO: Regional = Regional { name: "zoneinfo", wellformed: wellformed::zoneinfo };

/// CB-R7 and CB-Q9; under the lenient reading of CB-Q1 the environment stands in.
fn regional(
    reasoning: &mut Reasoning<'_>,
    config: &Config,
    claim: &Regional,
    environment: Option<&str>,
    findings: &mut Findings,
) -> Result<(Option<String>, StepId), Refusal> {
    let name = claim.name;
    let pointer = format!("/user/{name}");
    let mut step = reasoning.step(&CB_R7);
    let Some(value) = look(&mut step, name).text().ok().map(str::to_owned) else {
        step.reading("CB-Q1", config.readings.profile_claims.name());
        step.state(format!("/environment/{name}"), environment.map(Value::from));
        if environment.is_none() {
            step.default(name, Value::Null);
        }
        let step = step.no_input(format!("`{name}` is not there: the environment's setting is used"));
        reasoning.rests_on(pointer, [step]);
        findings.report(reasoning, &CB_R14, format!("missing_profile_claim:{name}"), |missing| {
            missing.because([step]);
            missing.reading("CB-Q1", config.readings.profile_claims.name());
            format!("`{name}` is listed as required, and is not there")
        });
        return Ok((environment.map(str::to_owned), step));
    };
    step.then("set", pointer.clone(), Some(json!(value)));
    let stored = step.fired(format!("`{name}` is stored as given"));
    reasoning.rests_on(pointer, [stored]);
    if (claim.wellformed)(&value) {
        return Ok((Some(value), stored));
    }
    let reading = config.readings.malformed;
    let code = format!("invalid_{name}");
    if reading == Malformed::Refuse {
        let mut step = reasoning.step(&CB_R7);
        step.because([stored]);
        step.reading("CB-Q9", reading.name());
        step.then("refuse", "/decision", Some(json!(code)));
        let step = step.fired(format!("`{name}` is malformed"));
        return Err(Refusal::new(code, [step]));
    }
    findings.report(reasoning, &CB_R7, code, |step| {
        step.because([stored]);
        step.reading("CB-Q9", reading.name());
        format!("`{name}` is malformed, and stored all the same")
    });
    Ok((Some(value), stored))
}

/// CB-R10: the claim, else `preferred_username`. CB-R14 has seen to it that one is there.
fn name(reasoning: &mut Reasoning<'_>) -> Field {
    let mut step = reasoning.step(&CB_R10);
    let (value, why) = match provided(look(&mut step, "name")) {
        Some(name) => (name, "`name` is there"),
        None => (
            provided(look(&mut step, "preferred_username")).unwrap_or_default(),
            "`name` is not provided: `preferred_username` stands in",
        ),
    };
    let value = value.to_owned();
    step.then("set", "/user/name", Some(json!(value)));
    let step = step.fired(why);
    reasoning.rests_on("/user/name", [step]);
    Field { value, step }
}

/// CB-R11, CB-R12: the claim, else the effective name, which is not split.
fn or_name(reasoning: &mut Reasoning<'_>, rule: &'static Rule, claim: &str, name: &Field) -> String {
    let mut step = reasoning.step(rule);
    let (value, why) = if let Some(value) = provided(look(&mut step, claim)) {
        (value.to_owned(), format!("`{claim}` is there"))
    } else {
        step.because([name.step]);
        (name.value.clone(), format!("`{claim}` is not provided: the effective `name` stands in"))
    };
    let pointer = format!("/user/{claim}");
    step.then("set", pointer.clone(), Some(json!(value)));
    let step = step.fired(why);
    reasoning.rests_on(pointer, [step]);
    value
}

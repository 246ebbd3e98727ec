//! Whether the claims that CloudBilling lists are there and of the right type.

use serde_json::json;

use super::config::Config;
use super::readings::{ProfileClaims, SingleRole};
use super::refusal::Refusal;
use super::rules::{CB_R14, CB_R15};
use crate::decision::{Claim, ClaimPath, Document, Reasoning, StepBuilder, Typed};

/// The claims whose format is a string.
const TEXTS: [&str; 8] =
    ["email", "family_name", "given_name", "locale", "name", "preferred_username", "sub", "zoneinfo"];

/// Looks at a claim of the ID token, the only document that CloudBilling receives.
pub(super) fn look<'a>(step: &mut StepBuilder<'_, 'a>, name: &str) -> Claim<'a> {
    step.claim(Document::IdToken, &ClaimPath::top(name))
}

/// A text that is not blank (CB-R10).
pub(super) fn provided(claim: Claim<'_>) -> Option<&str> {
    claim.text().ok().filter(|text| !text.trim().is_empty())
}

/// The values of `roles`, each once, first place kept (X-R8).
///
/// A single text gets this far only where CB-Q3 says that it may: CB-R15 has refused it otherwise.
pub(super) fn role_values(claim: Claim<'_>) -> Vec<&str> {
    let all = match (claim.texts(), claim.text()) {
        (Typed::Is(values), _) => values,
        (_, Typed::Is(value)) => vec![value],
        _ => Vec::new(),
    };
    let mut once: Vec<&str> = Vec::new();
    for value in all {
        if !once.contains(&value) {
            once.push(value);
        }
    }
    once
}

/// CB-R15: every listed claim that is there has its type.
pub(super) fn typed(reasoning: &mut Reasoning<'_>, config: &Config) -> Result<(), Refusal> {
    let mut step = reasoning.step(&CB_R15);
    let mut wrong: Vec<&str> =
        TEXTS.into_iter().filter(|name| matches!(look(&mut step, name).text(), Typed::Not(_))).collect();
    let roles = look(&mut step, "roles");
    let single = matches!(roles.text(), Typed::Is(_));
    if single {
        step.reading("CB-Q3", config.readings.single_role.name());
    }
    let coerced = single && config.readings.single_role == SingleRole::Coerce;
    if matches!(roles.texts(), Typed::Not(_)) && !coerced {
        wrong.push("roles");
    }
    wrong.sort_unstable();
    if wrong.is_empty() {
        step.not_applicable("every claim that is there has its type");
        return Ok(());
    }
    step.unreadable("some claims are of another type");
    // the refusal rests on the wrong ones only
    let mut step = reasoning.step(&CB_R15);
    for name in &wrong {
        look(&mut step, name);
    }
    if single {
        step.reading("CB-Q3", config.readings.single_role.name());
    }
    step.then("refuse", "/decision", Some(json!("invalid_claim_type")));
    let step = step.fired(format!("of the wrong type: {}", wrong.join(", ")));
    Err(naming("invalid_claim_type", &wrong, step))
}

/// CB-R14: every required claim is there. `name` and `preferred_username` stand in for each other.
pub(super) fn complete(reasoning: &mut Reasoning<'_>, config: &Config) -> Result<(), Refusal> {
    let mut step = reasoning.step(&CB_R14);
    let mut missing: Vec<&str> = Vec::new();
    for name in required(config) {
        if !look(&mut step, name).is_present() {
            missing.push(name);
        }
    }
    let named = ["name", "preferred_username"].map(|name| provided(look(&mut step, name)).is_some());
    if !named.contains(&true) {
        missing.push("name");
    }
    missing.sort_unstable();
    if missing.is_empty() {
        step.not_applicable("every required claim is there");
        return Ok(());
    }
    step.no_input("some required claims are not there");
    // the refusal rests on the missing ones only
    let mut step = reasoning.step(&CB_R14);
    step.reading("CB-Q1", config.readings.profile_claims.name());
    for name in &missing {
        let mut there = look(&mut step, name).is_present();
        if *name == "name" {
            there |= look(&mut step, "preferred_username").is_present();
        }
        if !there {
            step.default(*name, "refused when missing");
        }
    }
    step.then("refuse", "/decision", Some(json!("missing_required_claim")));
    let step = step.fired(format!("missing: {}", missing.join(", ")));
    Err(naming("missing_required_claim", &missing, step))
}

fn required(config: &Config) -> Vec<&'static str> {
    let mut required = vec!["email", "roles", "sub"];
    if config.readings.profile_claims == ProfileClaims::Refuse {
        required.extend(["locale", "zoneinfo"]);
    }
    required
}

fn naming(reason: &str, claims: &[&str], step: crate::decision::StepId) -> Refusal {
    let claims = claims.iter().map(|name| (*name).to_owned()).collect();
    Refusal { claims: Some(claims), ..Refusal::new(reason, [step]) }
}

//! The groups that the identity token names (GR-R9, GR-R10, GR-R16).

use serde_json::json;

use super::super::config::{CLAIM_NAME, Config};
use super::super::readings::{ClaimLookup, Overage, SingleString};
use super::super::record::State;
use super::super::rules;
use super::{Identity, Reasons, shown};
use crate::decision::{Claim, ClaimPath, StepId};
use crate::products::draft::segment;

/// The groups of the person who signs in.
pub(super) struct Groups {
    /// Their names, each once, in the token's order (X-R8).
    pub(super) names: Vec<String>,
    /// The step that the names rest on.
    pub(super) step: StepId,
}

/// Reads the groups.
pub(super) fn held(config: &Config, state: &State, token: &Identity, reasons: &mut Reasons<'_>) -> Groups {
    let (claim, looked_up) = looked_up(config, token, reasons);
    match claim {
        Some(claim) => read(config, claim, looked_up, reasons),
        None => absent(config, state, (token, looked_up), reasons),
    }
}

/// GR-R9: a literal top-level name wins over a path (GR-Q4), so that claims named by a URL work.
fn looked_up<'a>(
    config: &Config,
    token: &Identity,
    reasons: &mut Reasons<'a>,
) -> (Option<Claim<'a>>, StepId) {
    let name = config.claim_name();
    let setting = config.variable(CLAIM_NAME);
    let mut step = reasons.step(&rules::GR_R9);
    step.because(token.steps.first().copied());
    step.config(CLAIM_NAME, shown(setting));
    if setting.is_none() {
        step.default("groups_claim", name);
    }
    let named_by = setting.map(|_| CLAIM_NAME);
    let dotted = name.contains('.');
    if dotted {
        step.reading("GR-Q4", config.readings.claim_lookup.name());
    }
    if !dotted || config.readings.claim_lookup == ClaimLookup::LiteralFirst {
        let claim = step.claim_named_by(token.document, &ClaimPath::top(name), named_by);
        if claim.is_present() {
            return (Some(claim), step.fired(format!("the claim `{name}` is there")));
        }
    }
    if dotted {
        let claim = step.claim_named_by(token.document, &ClaimPath::dotted(name), named_by);
        if claim.is_present() {
            return (Some(claim), step.fired(format!("the path `{name}` leads to a claim")));
        }
    }
    (None, step.no_input(format!("there is no `{name}`")))
}

/// GR-R10: a list of strings, or one string that is never split (GR-Q3).
fn read(config: &Config, claim: Claim<'_>, looked_up: StepId, reasons: &mut Reasons<'_>) -> Groups {
    let split = config.readings.single_string;
    let mut step = reasons.step(&rules::GR_R10);
    step.because([looked_up]);
    let found: Vec<&str> = if let Some(texts) = claim.texts().ok() {
        texts
    } else if let Some(text) = claim.text().ok() {
        step.reading("GR-Q3", split.name());
        match split {
            SingleString::OneGroup => vec![text],
            SingleString::SplitAtCommas => text.split(',').map(str::trim).collect(),
            SingleString::SplitAtSpaces => text.split_whitespace().collect(),
        }
    } else {
        step.then("report", "/findings", Some("groups_claim_invalid_type".into()));
        let step = step.unreadable("the groups claim is neither a list of strings nor a string");
        reasons.finding("groups_claim_invalid_type", [step]);
        return Groups { names: Vec::new(), step };
    };
    let mut names: Vec<String> = Vec::new();
    for name in found {
        if !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    }
    step.then("set", "groups", Some(json!(names)));
    let step = step.fired(format!("groups: {}", names.len()));
    Groups { names, step }
}

/// GR-R16: a missing claim is reported; a marker in its place says that the groups did not fit (GR-Q12).
fn absent(
    config: &Config,
    state: &State,
    (token, looked_up): (&Identity, StepId),
    reasons: &mut Reasons<'_>,
) -> Groups {
    let mut step = reasons.step(&rules::GR_R16);
    step.because([looked_up]);
    step.then("report", "/findings", Some("groups_claim_absent".into()));
    let missing = step.no_input("the groups claim is missing");
    let Some(overage) = overage(config, token, missing, reasons) else {
        reasons.finding("groups_claim_absent", [missing]);
        return Groups { names: Vec::new(), step: missing };
    };
    let fetched = match config.readings.overage {
        Overage::TreatAsMissing => None,
        Overage::Fetch => fetched(state, (token, overage), reasons),
    };
    if fetched.is_none() {
        reasons.finding("groups_claim_absent", [missing]);
    }
    reasons.finding("groups_overage", [overage]);
    fetched.unwrap_or(Groups { names: Vec::new(), step: missing })
}

/// Entra's markers: `_claim_names` names the claim, or `hasgroups` is true.
fn overage(config: &Config, token: &Identity, missing: StepId, reasons: &mut Reasons<'_>) -> Option<StepId> {
    let mut step = reasons.step(&rules::GR_R16);
    step.because([missing]);
    step.reading("GR-Q12", config.readings.overage.name());
    let names = step.claim(token.document, &ClaimPath::top("_claim_names")).object().ok();
    let listed =
        names.is_some_and(|names| names.contains_key("groups") || names.contains_key(config.claim_name()));
    let marked =
        listed || step.claim(token.document, &ClaimPath::top("hasgroups")).truth().ok() == Some(true);
    if !marked {
        step.not_applicable("there is no overage marker");
        return None;
    }
    step.then("report", "/findings", Some("groups_overage".into()));
    Some(step.fired("the groups did not fit into the token"))
}

/// What the directory answers, from the stored state.
fn fetched(
    state: &State,
    (token, overage): (&Identity, StepId),
    reasons: &mut Reasons<'_>,
) -> Option<Groups> {
    let mut step = reasons.step(&rules::GR_R16);
    step.because([overage]);
    let sub = step.claim(token.document, &ClaimPath::top("sub")).text().ok().unwrap_or_default();
    let answer = state.directory.get(sub);
    step.state(format!("/directory/{}", segment(sub)), answer.map(|groups| json!(groups)));
    let Some(groups) = answer else {
        step.no_input("the directory knows nothing of this subject");
        return None;
    };
    let step = step.fired("the directory answers with groups");
    Some(Groups { names: groups.clone(), step })
}

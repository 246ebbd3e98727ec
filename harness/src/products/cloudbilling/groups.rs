//! User groups: from the `roles` claim, and from nowhere else.

use std::collections::BTreeSet;

use serde_json::json;

use super::claims::{look, role_values};
use super::config::Config;
use super::readings::NoGroups;
use super::record::{Effect, State, User};
use super::refusal::Refusal;
use super::rules::{CB_R8, CB_R9, CB_R16, CB_R17};
use crate::decision::{ClaimPath, Document, Reasoning, StepId};
use crate::products::findings::Findings;

/// The groups that the claim gives, and the step that they rest on.
#[derive(Debug)]
pub(super) struct Groups {
    pub(super) ids: Vec<String>,
    pub(super) step: StepId,
}

/// CB-R8, CB-R9: each value that is the id of a group, compared exactly.
pub(super) fn matched(reasoning: &mut Reasoning<'_>, state: &State, findings: &mut Findings) -> Groups {
    let mut step = reasoning.step(&CB_R9);
    let values = role_values(look(&mut step, "roles"));
    step.state("/user_groups", Some(json!(state.user_groups)));
    let claimed = step.fired(format!("`roles` holds {} values", values.len()));
    let path = ClaimPath::top("roles");
    let (mut ids, mut behind) = (Vec::new(), vec![claimed]);
    for (index, value) in values.into_iter().enumerate() {
        if state.user_groups.iter().any(|group| group == value) {
            let mut step = reasoning.step(&CB_R9);
            step.because([claimed]);
            step.part(Document::IdToken, &path, index, value);
            step.then("grant", format!("/user/user_groups/{}", ids.len()), Some(json!(value)));
            behind.push(step.fired(format!("`{value}` is a user group")));
            ids.push(value.to_owned());
        } else {
            findings.report(reasoning, &CB_R9, format!("unknown_user_group:{value}"), |step| {
                step.because([claimed]);
                step.part(Document::IdToken, &path, index, value);
                format!("no user group has the id `{value}`")
            });
        }
    }
    let mut step = reasoning.step(&CB_R8);
    step.because(behind);
    step.then("set", "/user/user_groups", Some(json!(ids)));
    let step = step.fired("these groups, and nothing else, say what the user may do");
    Groups { ids, step }
}

/// CB-R16: at least one group, or no session; stored groups are emptied all the same.
pub(super) fn any(
    reasoning: &mut Reasoning<'_>,
    config: &Config,
    groups: &Groups,
    (stored, keyed): (Option<&User>, StepId),
) -> Result<StepId, (Refusal, Vec<Effect>)> {
    let mut step = reasoning.step(&CB_R16);
    step.because([groups.step]);
    if !groups.ids.is_empty() {
        return Ok(step.not_applicable("there is a group"));
    }
    let reading = config.readings.no_groups;
    step.reading("CB-Q2", reading.name());
    if reading == NoGroups::SignIn {
        return Ok(step.not_applicable("there is no group, and the user may sign in without one"));
    }
    step.then("refuse", "/decision", Some(json!("no_user_groups")));
    let refused = step.fired("no group is left");
    let refusal = Refusal::new("no_user_groups", [refused]);
    let Some(user) = stored.filter(|user| !user.user_groups.is_empty()) else {
        return Err((refusal, Vec::new()));
    };
    let mut step = reasoning.step(&CB_R17);
    step.because([refused, keyed]);
    step.state("/users/user_groups", Some(json!(user.user_groups)));
    step.then("revoke", "/users/user_groups", Some(json!(user.user_groups)));
    let cleared = step.fired("the stored groups are replaced by none, although no session follows");
    reasoning.rests_on("/effects/0", [cleared]);
    Err((refusal, vec![Effect::GroupsCleared { key: user.external_key.clone() }]))
}

/// CB-R17: the new groups replace the stored ones; an effect only when they differ.
pub(super) fn replaced(
    reasoning: &mut Reasoning<'_>,
    stored: Option<&User>,
    groups: &Groups,
    keyed: StepId,
) -> (StepId, Option<Effect>) {
    let mut step = reasoning.step(&CB_R17);
    step.because([groups.step]);
    let Some(user) = stored else {
        let step = step.not_applicable("nothing was stored before");
        return (step, None);
    };
    step.because([keyed]);
    step.state("/users/user_groups", Some(json!(user.user_groups)));
    let before: BTreeSet<&String> = user.user_groups.iter().collect();
    if before == groups.ids.iter().collect() {
        return (step.not_applicable("the stored groups are the same"), None);
    }
    step.then("set", "/users/user_groups", Some(json!(groups.ids)));
    let step = step.fired("the stored groups are replaced");
    let effect = Effect::GroupsReplaced { key: user.external_key.clone(), groups: groups.ids.clone() };
    (step, Some(effect))
}

//! Method 1: the level of a user from the groups mapping (GR-R11 to GR-R15).

use serde_json::json;

use super::super::config::{Config, GROUPS_MAPPING};
use super::super::mapping::Entry;
use super::super::readings::{GroupCase, NoMapping, SeveralLevels};
use super::super::record::{User, UserType};
use super::super::rules;
use super::gate::Gate;
use super::groups::Groups;
use super::{Reasons, shown};
use crate::decision::StepId;
use crate::products::draft::segment;

/// The level, and the step that gives it.
pub(super) fn of(
    config: &Config,
    gate: &Gate,
    stored: Option<&User>,
    groups: &Groups,
    reasons: &mut Reasons<'_>,
) -> (UserType, StepId) {
    if let Some(owner) = stored.filter(|stored| stored.user_type == UserType::Owner) {
        return (UserType::Owner, never_changed(owner, reasons));
    }
    let Some(mapping) = &gate.mapping else {
        return unmapped(config, gate, stored, reasons);
    };
    let case = config.readings.group_case;
    let matching: Vec<(usize, &Entry)> = mapping
        .iter()
        .enumerate()
        .filter(|(_, entry)| groups.names.iter().any(|name| same(case, name, &entry.group)))
        .collect();
    near_misses(case, mapping.iter().map(|entry| entry.group.as_str()), groups, reasons);
    let steps: Vec<(UserType, StepId)> = matching
        .into_iter()
        .map(|(index, entry)| (entry.level, mapped(index, entry, [gate.mapped, groups.step], reasons)))
        .collect();
    match steps.as_slice() {
        [] => in_no_mapped_group(gate, groups, reasons),
        [only] => *only,
        several => in_several(config.readings.several_levels, several, reasons),
    }
}

/// Whether two group names are the same (GR-R11, GR-Q2).
pub(super) fn same(case: GroupCase, one: &str, other: &str) -> bool {
    match case {
        GroupCase::Sensitive => one == other,
        GroupCase::Insensitive => one.to_lowercase() == other.to_lowercase(),
    }
}

/// GR-R11: a group that differs in letter case only is another group.
pub(super) fn near_misses<'n>(
    case: GroupCase,
    wanted: impl Iterator<Item = &'n str>,
    groups: &Groups,
    reasons: &mut Reasons<'_>,
) {
    if case == GroupCase::Insensitive {
        return;
    }
    for wanted in wanted {
        let near =
            groups.names.iter().find(|name| *name != wanted && name.to_lowercase() == wanted.to_lowercase());
        if let Some(near) = near {
            let mut step = reasons.step(&rules::GR_R11);
            step.because([groups.step]);
            step.reading("GR-Q2", case.name());
            step.then("skip", "groups", Some(json!(near)));
            step.fired(format!("`{near}` is not `{wanted}`: letter case counts"));
        }
    }
}

/// GR-R15: the single owner is never changed by mapping.
fn never_changed(owner: &User, reasons: &mut Reasons<'_>) -> StepId {
    let mut step = reasons.step(&rules::GR_R15);
    step.state(format!("/users/{}/type", segment(&owner.email)), Some(json!(owner.user_type)));
    step.then("keep", "/user/type", Some(json!(owner.user_type)));
    step.fired("the owner is never changed by mapping")
}

/// GR-R13: without any mapping a stored level stays and a new user is a member (GR-Q7).
fn unmapped(
    config: &Config,
    gate: &Gate,
    stored: Option<&User>,
    reasons: &mut Reasons<'_>,
) -> (UserType, StepId) {
    let reading = config.readings.no_mapping;
    let mut step = reasons.step(&rules::GR_R13);
    step.because([gate.mapped]);
    step.config(GROUPS_MAPPING, shown(None));
    step.reading("GR-Q7", reading.name());
    if let (Some(stored), NoMapping::LeaveTypeAlone) = (stored, reading) {
        let stays = stored.user_type;
        step.state(format!("/users/{}/type", segment(&stored.email)), Some(json!(stays)));
        step.then("keep", "/user/type", Some(json!(stays)));
        return (stays, step.fired("nothing is mapped, so the stored level stays"));
    }
    step.default("type", UserType::Member.as_str());
    step.then("set", "/user/type", Some(json!(UserType::Member)));
    (UserType::Member, step.fired("nothing is mapped, so the user is a member"))
}

/// GR-R12: a mapped group gives its level.
fn mapped(index: usize, entry: &Entry, because: [StepId; 2], reasons: &mut Reasons<'_>) -> StepId {
    let written = format!("{}->{}", entry.group, entry.level.as_str());
    let mut step = reasons.step(&rules::GR_R12);
    step.because(because);
    step.config(format!("{GROUPS_MAPPING}/{index}"), Some(json!(written)));
    step.then("set", "/user/type", Some(json!(entry.level)));
    step.fired(format!("group `{}` is mapped to {}", entry.group, entry.level.as_str()))
}

/// GR-R13: in no mapped group.
fn in_no_mapped_group(gate: &Gate, groups: &Groups, reasons: &mut Reasons<'_>) -> (UserType, StepId) {
    let mut step = reasons.step(&rules::GR_R13);
    step.because([gate.mapped, groups.step]);
    step.default("type", UserType::Member.as_str());
    step.then("set", "/user/type", Some(json!(UserType::Member)));
    (UserType::Member, step.fired("none of the user's groups is mapped"))
}

/// GR-R14: several mapped groups (GR-Q1).
fn in_several(
    reading: SeveralLevels,
    several: &[(UserType, StepId)],
    reasons: &mut Reasons<'_>,
) -> (UserType, StepId) {
    let levels = several.iter().map(|(level, _)| *level);
    let level = match reading {
        SeveralLevels::Highest => levels.max(),
        SeveralLevels::FirstInString => levels.take(1).next(),
        SeveralLevels::Lowest => levels.min(),
    }
    .unwrap_or_default();
    let mut step = reasons.step(&rules::GR_R14);
    step.because(several.iter().map(|(_, step)| *step));
    step.reading("GR-Q1", reading.name());
    step.then("set", "/user/type", Some(json!(level)));
    (level, step.fired(format!("{} entries of the mapping match", several.len())))
}

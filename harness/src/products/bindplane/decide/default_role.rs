//! The default role (BP-R10 to BP-R12, BP-R17).

use serde_json::json;

use super::super::config::Config;
use super::super::readings::{PlainWords, WordCase};
use super::super::record::Role;
use super::super::rules;
use super::super::settings::{ADMIN_GROUP, DEFAULT_ROLE, Key, USER_GROUP, VIEWER_GROUP};
use super::names::Names;
use super::organization::is_set;
use super::remarks::Remarks;
use super::{Given, Reasons};
use crate::decision::{Document, StepId};

/// The default role, if there is one.
pub(super) struct DefaultRole {
    /// The role.
    pub(super) given: Option<Given>,
    /// Whether a claim of its own names it.
    pub(super) explicit: bool,
    /// The step that looked for it.
    pub(super) step: StepId,
}

/// Explicit, else the first role name among the names.
pub(super) fn find(
    config: &Config,
    names: &Names,
    reasons: &mut Reasons<'_>,
    remarks: &mut Remarks,
) -> DefaultRole {
    let mut step = reasons.step(&rules::BP_R10);
    let path = config.claim(DEFAULT_ROLE);
    let claim = step.claim_named_by(Document::IdToken, &path, config.named_by(DEFAULT_ROLE));
    if !is_set(config, claim) {
        let step = step.no_input("no default-role claim is set");
        return inferred(config, names, step, (reasons, remarks));
    }
    let Some(word) = claim.text().ok() else {
        let step = step.unreadable("the default role is no string");
        remarks.unusable(config.name(DEFAULT_ROLE), step);
        return DefaultRole { given: None, explicit: true, step };
    };
    let role = word_role(config, word);
    if let Some(role) = role {
        step.then("set", "default_role", Some(json!(role)));
    }
    let step = step.fired(format!("the default role is `{word}`"));
    let given = match role {
        Some(role) => Given { role, step },
        None => unrecognized(word, step, (reasons, remarks)),
    };
    silenced(config, names, step, reasons);
    DefaultRole { given: Some(given), explicit: true, step }
}

/// The role that a word of an explicit claim names, after trimming (BP-R17, BP-Q9).
pub(super) fn word_role(config: &Config, word: &str) -> Option<Role> {
    let word = word.trim();
    match config.readings.word_case {
        WordCase::IgnoreCase => Role::named(word),
        WordCase::Exact => Role::named(word).filter(|role| role.as_str() == word),
    }
}

/// BP-R17: an unrecognised role word becomes `viewer`.
pub(super) fn unrecognized(
    word: &str,
    because: StepId,
    (reasons, remarks): (&mut Reasons<'_>, &mut Remarks),
) -> Given {
    let mut step = reasons.step(&rules::BP_R17);
    step.because([because]);
    step.default("role", Role::Viewer.as_str());
    step.then("report", "/findings", None);
    let step = step.fired(format!("`{word}` is no role"));
    remarks.pass(format!("unrecognized_role:{word}"), step);
    Given { role: Role::Viewer, step }
}

/// BP-R12: an explicit default role silences the names.
fn silenced(config: &Config, names: &Names, explicit: StepId, reasons: &mut Reasons<'_>) {
    let Some(name) = names.all.iter().find(|name| role_named(config, &name.text).is_some()) else { return };
    let mut step = reasons.step(&rules::BP_R12);
    step.because([explicit]);
    name.cite(&mut step);
    step.fired(format!("`{}` would name a role, but the default role is explicit", name.text));
}

/// BP-R11: the first name that is a role name.
fn inferred(
    config: &Config,
    names: &Names,
    absent: StepId,
    (reasons, remarks): (&mut Reasons<'_>, &mut Remarks),
) -> DefaultRole {
    let found = names.all.iter().find_map(|name| Some((name, role_named(config, &name.text)?)));
    let mut step = reasons.step(&rules::BP_R11);
    step.because([absent, names.step]);
    let Some((name, (role, key, plain))) = found else {
        let step = step.not_applicable("no name is a role name");
        return DefaultRole { given: None, explicit: false, step };
    };
    name.cite(&mut step);
    step.config(key, config.setting(key).cloned());
    step.then("set", "default_role", Some(json!(role)));
    let step = step.fired(format!("`{}` is the first role name", name.text));
    if plain && config.setting(key).is_some() {
        let mut renamed = reasons.step(&rules::BP_R5);
        renamed.because([step]);
        renamed.config(key, config.setting(key).cloned());
        renamed.reading("BP-Q13", config.readings.plain_words.name());
        let renamed = renamed.fired("the group name was renamed, and the plain word still counts");
        remarks.pass("plain_role_word_matched".to_owned(), renamed);
    }
    DefaultRole { given: Some(Given { role, step }), explicit: false, step }
}

/// The role that a name stands for, the setting that could rename it, and whether it is the plain word.
fn role_named(config: &Config, name: &str) -> Option<(Role, Key, bool)> {
    let name = name.to_lowercase();
    let keys = [(Role::Admin, ADMIN_GROUP), (Role::User, USER_GROUP), (Role::Viewer, VIEWER_GROUP)];
    let group = keys.iter().find(|(_, key)| name == config.name(key).to_lowercase());
    if let Some((role, key)) = group {
        return Some((*role, key, false));
    }
    let (role, key) = keys.into_iter().find(|(role, _)| name == role.as_str())?;
    let counts = config.readings.plain_words == PlainWords::Always || config.setting(key).is_none();
    counts.then_some((role, key, true))
}

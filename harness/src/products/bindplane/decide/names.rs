//! The names in groups and roles claims (BP-R6).

use serde_json::json;

use super::super::config::Config;
use super::super::readings::NameLists;
use super::super::rules;
use super::super::settings::{GROUP_IDS, GROUPS, Key, NAMES, ROLES};
use super::Reasons;
use super::remarks::Remarks;
use crate::decision::{Claim, ClaimPath, Document, StepBuilder, StepId};

/// The names that can stand for roles and projects.
pub(super) struct Names {
    /// All of them, in order.
    pub(super) all: Vec<Name>,
    /// The step that read them.
    pub(super) step: StepId,
}

/// One name and where it stands.
pub(super) struct Name {
    pub(super) text: String,
    path: ClaimPath,
    index: usize,
}

impl Name {
    /// Records in a step that this name is what matters.
    pub(super) fn cite(&self, step: &mut StepBuilder<'_, '_>) {
        step.part(Document::IdToken, &self.path, self.index, self.text.clone());
    }
}

/// BP-R6: `groups`, or `group_ids` if that yields nothing; the roles are appended.
pub(super) fn read(config: &Config, reasons: &mut Reasons<'_>, remarks: &mut Remarks) -> Names {
    let reading = config.readings.name_lists;
    let renamed = renamed(config, reasons);
    let mut step = reasons.step(&rules::BP_R6);
    step.because([renamed]);
    step.reading("BP-Q6", reading.name());
    let mut wrong = Vec::new();
    let mut list = |key: Key| {
        let path = config.claim(key);
        let claim = step.claim_named_by(Document::IdToken, &path, config.named_by(key));
        let texts = texts(claim, reading);
        if texts.is_none() {
            wrong.push(config.name(key));
        }
        let name = |(index, text)| Name { text, path: path.clone(), index };
        texts.map(|texts| texts.into_iter().enumerate().map(name).collect::<Vec<_>>())
    };
    let mut groups = list(GROUPS);
    if groups.as_ref().is_some_and(Vec::is_empty) {
        groups = list(GROUP_IDS);
    }
    let roles = list(ROLES).unwrap_or_default();
    let groups = groups.unwrap_or_default();
    let all: Vec<Name> = match reading {
        NameLists::CommaGroupsFirst | NameLists::SpaceGroupsFirst => {
            groups.into_iter().chain(roles).collect()
        }
        NameLists::CommaRolesFirst | NameLists::SpaceRolesFirst => roles.into_iter().chain(groups).collect(),
    };
    let texts: Vec<&str> = all.iter().map(|name| name.text.as_str()).collect();
    step.then("set", "names", Some(json!(texts)));
    let step = if !wrong.is_empty() {
        step.unreadable(format!("`{}` is neither a list of strings nor a string", wrong.join("`, `")))
    } else if all.is_empty() {
        step.no_input("no names")
    } else {
        let why = format!("names: {}", all.len());
        step.fired(why)
    };
    for claim in wrong {
        remarks.unusable(claim, step);
    }
    Names { all, step }
}

/// BP-R5: the names in force.
fn renamed(config: &Config, reasons: &mut Reasons<'_>) -> StepId {
    let mut step = reasons.step(&rules::BP_R5);
    let mut names = Vec::new();
    for (key, name) in NAMES {
        if let Some(renamed) = config.setting(key) {
            step.config(*key, Some(renamed.clone()));
            names.push(format!("`{name}` is now {renamed}"));
        }
    }
    if names.is_empty() {
        step.not_applicable("every claim and every group has its default name")
    } else {
        step.fired(names.join(", "))
    }
}

/// The entries of a list or of a delimited text, trimmed, without the empty ones; `None` for any other type.
fn texts(claim: Claim<'_>, reading: NameLists) -> Option<Vec<String>> {
    if !claim.is_present() {
        return Some(Vec::new());
    }
    let entries: Vec<&str> = match (claim.texts().ok(), claim.text().ok()) {
        (Some(texts), _) => texts,
        (None, Some(text)) => match reading {
            NameLists::CommaGroupsFirst | NameLists::CommaRolesFirst => text.split(',').collect(),
            NameLists::SpaceGroupsFirst | NameLists::SpaceRolesFirst => text.split_whitespace().collect(),
        },
        (None, None) => return None,
    };
    let entries = entries.into_iter().map(str::trim).filter(|entry| !entry.is_empty());
    Some(entries.map(str::to_owned).collect())
}

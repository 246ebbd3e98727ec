//! Which projects are claimed, and with which role (BP-R13 to BP-R18).

use indexmap::IndexMap;
use serde_json::json;

use super::super::config::Config;
use super::super::readings::{BothScopes, Fallback, OddEntries, OtherProjects};
use super::super::record::{Role, State};
use super::super::rules;
use super::super::settings::{PROJECTS, PROJECTS_PREFIX};
use super::default_role::DefaultRole;
use super::entries::{self, Entry, Source};
use super::names::{Name, Names};
use super::organization::is_set;
use super::remarks::Remarks;
use super::{Given, Reasons};
use crate::decision::{Document, StepId};

/// What a scope is read with.
pub(super) struct Context<'c> {
    pub(super) config: &'c Config,
    pub(super) state: &'c State,
    pub(super) names: &'c Names,
    pub(super) default_role: &'c DefaultRole,
}

/// The claimed projects; `None` when no scope is claimed.
pub(super) struct Scope {
    pub(super) listed: Option<IndexMap<String, Given>>,
    /// The step that looked for a scope.
    pub(super) step: StepId,
}

/// The claim's projects; without the claim those of the project groups (BP-R16, BP-Q8).
pub(super) fn find(context: &Context<'_>, reasons: &mut Reasons<'_>, remarks: &mut Remarks) -> Scope {
    let union = context.config.readings.both_scopes == BothScopes::Union;
    let (claimed, mut step) = from_claim(context, reasons, remarks);
    let set = claimed.is_some();
    let mut entries = claimed.unwrap_or_default();
    if set && !union {
        silenced(context, step, reasons);
    } else {
        let (groups, grouped) = from_groups(context, step, reasons, remarks);
        entries.extend(groups);
        if !set {
            step = grouped;
        }
    }
    if entries.is_empty() {
        return Scope { listed: None, step };
    }
    let mut listed = assigned(context, entries, reasons);
    if set {
        any_other(context, &mut listed, reasons);
    }
    let existing = context.state.projects.iter();
    let listed = existing.filter_map(|project| Some((project.clone(), *listed.get(project)?))).collect();
    Scope { listed: Some(listed), step }
}

/// The valid entries of the projects claim; `None` when the claim is not set.
fn from_claim<'c>(
    context: &Context<'c>,
    reasons: &mut Reasons<'_>,
    remarks: &mut Remarks,
) -> (Option<Vec<Entry<'c>>>, StepId) {
    let config = context.config;
    let mut step = reasons.step(&rules::BP_R6);
    let path = config.claim(PROJECTS);
    let claim = step.claim_named_by(Document::IdToken, &path, config.named_by(PROJECTS));
    if !is_set(config, claim) {
        return (None, step.no_input("no projects claim is set"));
    }
    let Some(text) = claim.text().ok() else {
        let step = step.unreadable("the projects are no string");
        remarks.unusable(config.name(PROJECTS), step);
        return (Some(Vec::new()), step);
    };
    let list = step.fired("the projects claim is split at commas");
    let mut entries = Vec::new();
    for (index, raw) in text.split(',').map(str::trim).enumerate().filter(|(_, raw)| !raw.is_empty()) {
        let source = Source::Claim(index, raw.to_owned());
        entries.extend(entries::read((config, context.state), (source, list), reasons, remarks));
    }
    if entries.is_empty() {
        let mut step = reasons.step(&rules::BP_R19);
        step.because([list]);
        step.state("/projects", Some(json!(context.state.projects)));
        let step = step.unreadable("there is not a single valid entry");
        remarks.unusable(config.name(PROJECTS), step);
    }
    (Some(entries), list)
}

/// The valid project groups (BP-R16).
fn from_groups<'c>(
    context: &Context<'c>,
    claim: StepId,
    reasons: &mut Reasons<'_>,
    remarks: &mut Remarks,
) -> (Vec<Entry<'c>>, StepId) {
    let config = context.config;
    let mut step = reasons.step(&rules::BP_R16);
    step.because([claim, context.names.step]);
    step.config(PROJECTS_PREFIX, config.setting(PROJECTS_PREFIX).cloned());
    let groups = project_groups(context);
    let looked = if groups.is_empty() {
        step.not_applicable("no name is a project group")
    } else {
        step.fired(format!("project groups: {}", groups.len()))
    };
    let mut entries = Vec::new();
    for (name, rest) in groups {
        let source = Source::Group(name, rest);
        entries.extend(entries::read((config, context.state), (source, looked), reasons, remarks));
    }
    (entries, looked)
}

/// The names with the prefix, and what follows it. The prefix is compared without letter case.
fn project_groups<'c>(context: &Context<'c>) -> Vec<(&'c Name, String)> {
    let prefix = context.config.name(PROJECTS_PREFIX);
    let names = context.names.all.iter();
    names.filter_map(|name| Some((name, after_prefix(&name.text, prefix)?))).collect()
}

fn after_prefix(text: &str, prefix: &str) -> Option<String> {
    let mut rest = text.chars();
    for wanted in prefix.chars() {
        let found = rest.next()?;
        if !found.to_lowercase().eq(wanted.to_lowercase()) {
            return None;
        }
    }
    Some(rest.as_str().to_owned())
}

/// BP-R16: project groups mean nothing beside the projects claim (BP-Q8).
fn silenced(context: &Context<'_>, claim: StepId, reasons: &mut Reasons<'_>) {
    let Some((name, _)) = project_groups(context).into_iter().next() else { return };
    let mut step = reasons.step(&rules::BP_R16);
    name.cite(&mut step);
    step.reading("BP-Q8", context.config.readings.both_scopes.name());
    step.overridden(claim, "the projects claim is set, and it limits access to what it lists");
}

/// The role for bare entries, and the steps that it rests on.
struct Rest {
    role: Option<Role>,
    because: Vec<StepId>,
}

/// Gives every listed project its role: its own, or the fallback.
fn assigned(
    context: &Context<'_>,
    entries: Vec<Entry<'_>>,
    reasons: &mut Reasons<'_>,
) -> IndexMap<String, Given> {
    let config = context.config;
    let rest = fallback(context, &entries, reasons);
    let mut listed: IndexMap<String, Given> = IndexMap::new();
    for entry in entries {
        let given = entry.explicit.unwrap_or_else(|| {
            let mut step = reasons.step(&rules::BP_R14);
            step.because([entry.step]);
            entry.source.cite(config, &mut step);
            bare(&entry.project, &rest, step)
        });
        let given = match listed.get(&entry.project) {
            Some(earlier) => twice(config.readings.odd_entries, &entry.project, [*earlier, given], reasons),
            None => given,
        };
        listed.insert(entry.project, given);
    }
    listed
}

/// BP-R14: the fallback role for a project without a role of its own.
fn bare(project: &str, rest: &Rest, mut step: crate::decision::StepBuilder<'_, '_>) -> Given {
    step.because(rest.because.iter().copied());
    let role = rest.role.unwrap_or_else(|| {
        step.default("fallback_role", Role::Viewer.as_str());
        Role::Viewer
    });
    step.then("grant", format!("/project_roles/{project}"), Some(json!(role)));
    Given { role, step: step.fired(format!("`{project}` has no role of its own and gets {}", role.as_str())) }
}

/// BP-R18: the same project twice (BP-Q10).
fn twice(
    reading: OddEntries,
    project: &str,
    [earlier, later]: [Given; 2],
    reasons: &mut Reasons<'_>,
) -> Given {
    let compared = ranked([earlier, later], reasons);
    let role = match reading {
        OddEntries::SkipLeast | OddEntries::UnusableLeast => earlier.role.min(later.role),
        OddEntries::SkipLast | OddEntries::UnusableLast => later.role,
    };
    let mut step = reasons.step(&rules::BP_R18);
    step.because([compared]);
    step.reading("BP-Q10", reading.name());
    step.then("set", format!("/project_roles/{project}"), Some(json!(role)));
    Given { role, step: step.fired(format!("`{project}` is listed twice and gets {}", role.as_str())) }
}

/// BP-R7: `admin` is more than `user`, which is more than `viewer`.
fn ranked(given: impl IntoIterator<Item = Given>, reasons: &mut Reasons<'_>) -> StepId {
    let mut given: Vec<Given> = given.into_iter().collect();
    let mut step = reasons.step(&rules::BP_R7);
    step.because(given.iter().map(|given| given.step));
    given.sort_by_key(|given| given.role);
    given.dedup_by_key(|given| given.role);
    let words: Vec<&str> = given.iter().map(|given| given.role.as_str()).collect();
    step.fired(format!("from the least to the most: {}", words.join(", ")))
}

/// BP-R15: with two or more projects of explicit role the least of them counts (BP-Q2); else the default role.
fn fallback(context: &Context<'_>, entries: &[Entry<'_>], reasons: &mut Reasons<'_>) -> Rest {
    let default = context.default_role.given;
    let mut explicit: IndexMap<&str, Vec<Given>> = IndexMap::new();
    for entry in entries {
        if let Some(given) = entry.explicit {
            explicit.entry(&entry.project).or_default().push(given);
        }
    }
    let no_default = context.default_role.step;
    let as_default = |default: Option<Given>| Rest {
        role: default.map(|given| given.role),
        because: vec![default.map_or(no_default, |given| given.step)],
    };
    if explicit.len() < 2 {
        return as_default(default);
    }
    let reading = context.config.readings.fallback;
    let least = explicit.values().flatten().map(|given| given.role).min();
    let role = match (reading, default) {
        (Fallback::DefaultWins, Some(default)) => Some(default.role),
        (Fallback::MinimumOfBoth, Some(default)) => least.min(Some(default.role)),
        (_, None) | (Fallback::MinimumOfExplicit, Some(_)) => least,
    };
    let compared = ranked(explicit.values().flatten().copied().chain(default), reasons);
    let mut step = reasons.step(&rules::BP_R15);
    step.because([compared, default.map_or(no_default, |given| given.step)]);
    step.reading("BP-Q2", reading.name());
    step.then("set", "fallback_role", role.map(|role| json!(role)));
    let step = step.fired(format!("{} projects have a role of their own", explicit.len()));
    Rest { role, because: vec![step] }
}

/// BP-R14: whether an explicit default role reaches projects that are not listed (BP-Q3).
fn any_other(context: &Context<'_>, listed: &mut IndexMap<String, Given>, reasons: &mut Reasons<'_>) {
    let reading = context.config.readings.other_projects;
    let Some(default) = context.default_role.given.filter(|_| context.default_role.explicit) else { return };
    let others = context.state.projects.iter().filter(|project| !listed.contains_key(*project));
    let others: Vec<String> = others.cloned().collect();
    if others.is_empty() {
        return;
    }
    let mut step = reasons.step(&rules::BP_R14);
    step.because([default.step]);
    step.state("/projects", Some(json!(context.state.projects)));
    step.reading("BP-Q3", reading.name());
    if reading == OtherProjects::ListedOnly {
        step.not_applicable("the default role is for listed projects only");
        return;
    }
    let step = step.fired("the default role is for any other project too");
    listed.extend(others.into_iter().map(|project| (project, Given { role: default.role, step })));
}

//! The entries of the projects claim and of project groups: `ID` or `role:ID` (BP-R13, BP-R16, BP-R18).

use serde_json::json;

use super::super::config::Config;
use super::super::readings::OddEntries;
use super::super::record::State;
use super::super::rules;
use super::super::settings::PROJECTS;
use super::default_role::{unrecognized, word_role};
use super::names::Name;
use super::remarks::Remarks;
use super::{Given, Reasons};
use crate::decision::{Document, StepBuilder, StepId};

/// A valid entry.
pub(super) struct Entry<'n> {
    /// The project.
    pub(super) project: String,
    /// The role that the entry itself names.
    pub(super) explicit: Option<Given>,
    /// The step that understood it.
    pub(super) step: StepId,
    /// Where it stands.
    pub(super) source: Source<'n>,
}

/// Where an entry stands.
pub(super) enum Source<'n> {
    /// At this place of the projects claim, with this text.
    Claim(usize, String),
    /// In this name, with this text after the prefix.
    Group(&'n Name, String),
}

impl Source<'_> {
    /// Records in a step that this entry is what matters.
    pub(super) fn cite(&self, config: &Config, step: &mut StepBuilder<'_, '_>) {
        match self {
            Self::Claim(index, text) => {
                step.part(Document::IdToken, &config.claim(PROJECTS), *index, text.clone());
            }
            Self::Group(name, _) => name.cite(step),
        }
    }

    /// The entry as received.
    fn raw(&self) -> &str {
        match self {
            Self::Claim(_, text) => text,
            Self::Group(name, _) => &name.text,
        }
    }

    /// What is to be taken apart: the role word, if there is one, and the project.
    fn parts(&self) -> Result<(Option<String>, String), &'static str> {
        let (Self::Claim(_, text) | Self::Group(_, text)) = self;
        let (word, project) = match text.split_once(':') {
            Some((word, project)) => (Some(word.trim()), project.trim()),
            None => (None, text.trim()),
        };
        match (word, project) {
            (_, project) if project.contains(':') => Err("there is more than one `:`"),
            (_, "") => Err("it names no project"),
            (Some(""), _) => Err("it names no role"),
            (word, project) => Ok((word.map(str::to_owned), project.to_owned())),
        }
    }
}

/// The entry, if it is valid; any other is skipped with a remark.
pub(super) fn read<'n>(
    (config, state): (&Config, &State),
    (source, because): (Source<'n>, StepId),
    reasons: &mut Reasons<'_>,
    remarks: &mut Remarks,
) -> Option<Entry<'n>> {
    let (word, project) = match source.parts() {
        Ok(parts) => parts,
        Err(why) => {
            skipped(config, (&source, because), (None, why), (reasons, remarks));
            return None;
        }
    };
    if !state.projects.contains(&project) {
        let why = "there is no such project";
        skipped(config, (&source, because), (Some(state), why), (reasons, remarks));
        return None;
    }
    let Some(word) = word else {
        let step = bare(config, (&source, because), &project, reasons);
        return Some(Entry { project, explicit: None, step, source });
    };
    let grants = if matches!(source, Source::Claim(..)) { &rules::BP_R13 } else { &rules::BP_R16 };
    let role = word_role(config, &word);
    let mut step = reasons.step(grants);
    step.because([because]);
    source.cite(config, &mut step);
    step.then("grant", format!("/project_roles/{project}"), role.map(|role| json!(role)));
    let step = step.fired(format!("project `{project}` with role `{word}`"));
    let given = match role {
        Some(role) => Given { role, step },
        None => unrecognized(&word, step, (reasons, remarks)),
    };
    Some(Entry { project, explicit: Some(given), step: given.step, source })
}

/// BP-R16: a group grants access by itself; an entry of the claim is part of the list that was split.
fn bare(
    config: &Config,
    (source, because): (&Source<'_>, StepId),
    project: &str,
    reasons: &mut Reasons<'_>,
) -> StepId {
    if matches!(source, Source::Claim(..)) {
        return because;
    }
    let mut step = reasons.step(&rules::BP_R16);
    step.because([because]);
    source.cite(config, &mut step);
    step.fired(format!("the group grants access to project `{project}`"))
}

/// BP-R18: skipped, with a finding; under another reading an unknown project spoils the claim (BP-Q10).
fn skipped(
    config: &Config,
    (source, because): (&Source<'_>, StepId),
    (unknown_in, why): (Option<&State>, &str),
    (reasons, remarks): (&mut Reasons<'_>, &mut Remarks),
) {
    let reading = config.readings.odd_entries;
    let raw = source.raw();
    let mut step = reasons.step(&rules::BP_R18);
    step.because([because]);
    source.cite(config, &mut step);
    if let Some(state) = unknown_in {
        step.state("/projects", Some(json!(state.projects)));
        step.reading("BP-Q10", reading.name());
    }
    step.then("skip", raw, None);
    let step = step.fired(format!("`{raw}` is skipped: {why}"));
    let spoils = matches!(reading, OddEntries::UnusableLeast | OddEntries::UnusableLast);
    if spoils && unknown_in.is_some() && matches!(source, Source::Claim(..)) {
        remarks.unusable(config.name(PROJECTS), step);
    } else {
        remarks.pass(format!("malformed_project_entry:{raw}"), step);
    }
}

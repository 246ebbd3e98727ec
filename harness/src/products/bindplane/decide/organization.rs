//! Who is an organization admin (BP-R8).

use serde_json::json;

use super::super::config::Config;
use super::super::readings::{AdminGroup, AdminSpelling, EmptyStrings};
use super::super::rules;
use super::super::settings::{DEFAULT_ROLE, ORG_ADMIN_GROUP, ORGANIZATION_ADMIN};
use super::Reasons;
use super::names::Names;
use super::remarks::Remarks;
use crate::decision::{Claim, Document, StepId, Typed};

/// Whether the person is an organization admin, and the step that says so.
pub(super) fn admin(
    config: &Config,
    names: &Names,
    reasons: &mut Reasons<'_>,
    remarks: &mut Remarks,
) -> (bool, StepId) {
    let spelling = config.readings.admin_spelling;
    let mut step = reasons.step(&rules::BP_R8);
    let path = config.claim(ORGANIZATION_ADMIN);
    let claim = step.claim_named_by(Document::IdToken, &path, config.named_by(ORGANIZATION_ADMIN));
    if !is_set(config, claim) {
        let step = step.no_input("no organization-admin claim is set");
        return by_group(config, names, step, reasons);
    }
    step.reading("BP-Q5", spelling.name());
    match meaning(claim, spelling) {
        Some(true) => {
            step.then("set", "/organization_role", Some(json!("admin")));
            (true, step.fired("the claim says yes"))
        }
        Some(false) => (false, step.fired("the claim says no, whatever the groups are")),
        None => {
            let value = claim
                .text()
                .ok()
                .map_or_else(|| claim.value().map(ToString::to_string).unwrap_or_default(), str::to_owned);
            step.then("report", "/findings", None);
            let step = step.unreadable(format!("`{value}` is neither true nor false, which means no"));
            remarks.stand(format!("unrecognized_org_admin:{value}"), step);
            (false, step)
        }
    }
}

/// Whether a `bindplane_*` claim is set: an empty string is the same as no claim (BP-Q14).
pub(super) fn is_set(config: &Config, claim: Claim<'_>) -> bool {
    claim.is_present()
        && (config.readings.empty_strings == EmptyStrings::Set || claim.text() != Typed::Is(""))
}

/// What the claim says; `None` when it is no accepted spelling (BP-Q5).
fn meaning(claim: Claim<'_>, spelling: AdminSpelling) -> Option<bool> {
    let from_text = |text: &str| match text {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    };
    let text = claim.text().ok();
    match spelling {
        AdminSpelling::IgnoreCaseOrBoolean => claim.truth().ok().or_else(|| from_text(&text?.to_lowercase())),
        AdminSpelling::Exact => from_text(text?),
        AdminSpelling::IgnoreCase => from_text(&text?.to_lowercase()),
        AdminSpelling::BooleanOnly => claim.truth().ok(),
    }
}

/// BP-R8: the group counts only while no default role is explicit (BP-Q4).
fn by_group(config: &Config, names: &Names, claim: StepId, reasons: &mut Reasons<'_>) -> (bool, StepId) {
    let group = config.name(ORG_ADMIN_GROUP).to_lowercase();
    let found = names.all.iter().find(|name| name.text.to_lowercase() == group);
    let mut step = reasons.step(&rules::BP_R8);
    step.because([claim, names.step]);
    step.config(ORG_ADMIN_GROUP, config.setting(ORG_ADMIN_GROUP).cloned());
    let Some(found) = found else {
        step.default("organization_role", "user");
        return (false, step.not_applicable("the group is not among the names"));
    };
    found.cite(&mut step);
    let path = config.claim(DEFAULT_ROLE);
    let default_role = step.claim_named_by(Document::IdToken, &path, config.named_by(DEFAULT_ROLE));
    if is_set(config, default_role) {
        step.reading("BP-Q4", config.readings.admin_group.name());
        if config.readings.admin_group == AdminGroup::Ignored {
            let silenced = step.not_applicable("an explicit default role silences the group");
            let mut step = reasons.step(&rules::BP_R12);
            step.because([silenced]);
            return (
                false,
                step.fired("with an explicit default role, the group makes no organization admin"),
            );
        }
    }
    step.then("set", "/organization_role", Some(json!("admin")));
    (true, step.fired("the group is among the names"))
}

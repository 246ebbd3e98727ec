//! Whether single sign-on is active at all (GR-R1, GR-R4). Asked before a visitor is sent away and again at the callback.

use super::super::config::{CLIENT_ID, Config, GROUPS_MAPPING, ISSUER, PROVIDER};
use super::super::mapping::{self, Entry};
use super::super::readings::InvalidEntry;
use super::super::rules;
use super::{Reasons, shown};
use crate::decision::StepId;
use crate::products::draft::Refusal;

/// What an active configuration comes with.
pub(in super::super) struct Gate {
    /// The groups mapping, if there is one.
    pub(super) mapping: Option<Vec<Entry>>,
    /// The step that read the mapping.
    pub(super) mapped: StepId,
    /// Why the product is active.
    pub(super) steps: Vec<StepId>,
}

/// Opens the gate, or says which setting keeps it shut.
pub(in super::super) fn open(config: &Config, reasons: &mut Reasons<'_>) -> Result<Gate, Refusal> {
    let active = active(config, reasons)?;
    let (mapping, mapped) = mapping(config, reasons)?;
    Ok(Gate { mapping, mapped, steps: vec![active, mapped] })
}

/// GR-R1: provider `oidc`, a client id and an issuer; an empty value counts as not set.
fn active(config: &Config, reasons: &mut Reasons<'_>) -> Result<StepId, Refusal> {
    let mut step = reasons.step(&rules::GR_R1);
    for variable in [PROVIDER, CLIENT_ID, ISSUER] {
        let value = config.variable(variable);
        step.config(variable, shown(value));
        let usable = if variable == PROVIDER { value == Some("oidc") } else { value.is_some() };
        if !usable {
            let reason = format!("missing_setting:{variable}");
            step.then("refuse", "/decision", Some(reason.as_str().into()));
            let why = match value {
                Some(value) => format!("`{variable}` is `{value}`, which is another kind of sign-in"),
                None => format!("`{variable}` is not set"),
            };
            let step = step.fired(why);
            return Err(Refusal::of_config(reason, [step]));
        }
    }
    step.then("allow", "/decision", None);
    Ok(step.fired("provider, client id and issuer are set"))
}

/// GR-R4: every entry of the mapping must be one, for a typo in an admin mapping must be seen (GR-Q5).
fn mapping(config: &Config, reasons: &mut Reasons<'_>) -> Result<(Option<Vec<Entry>>, StepId), Refusal> {
    let invalid = config.readings.invalid_entry;
    let text = config.variable(GROUPS_MAPPING);
    let mut step = reasons.step(&rules::GR_R4);
    step.config(GROUPS_MAPPING, shown(text));
    let Some(text) = text else {
        return Ok((None, step.not_applicable("no groups mapping is configured")));
    };
    step.reading("GR-Q5", invalid.name());
    match mapping::parse(text, invalid) {
        Ok(entries) => {
            let skipped = text.split(',').count() - entries.len();
            let why = match invalid {
                InvalidEntry::FailStart => format!("all {} entries can be read", entries.len()),
                InvalidEntry::SkipEntry => {
                    format!("{} entries can be read, {skipped} skipped", entries.len())
                }
            };
            Ok((Some(entries), step.fired(why)))
        }
        Err(entry) => {
            let reason = format!("invalid_groups_mapping:{entry}");
            step.then("refuse", "/decision", Some(reason.as_str().into()));
            let step = step.unreadable(format!("`{entry}` is not `<group>->admin` or `<group>->member`"));
            Err(Refusal::of_config(reason, [step]))
        }
    }
}

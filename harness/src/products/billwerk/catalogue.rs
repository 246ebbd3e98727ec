//! BW-R12: the roles that billwerk knows, and which of them stand alone.

use serde_json::json;

use super::config::Config;
use super::readings::{Administrator, Exclusive};
use super::rules::BW_R12;
use crate::decision::{ClaimPath, Document, Reasoning, StepId};
use crate::products::findings::Findings;

/// The roles, by their exact names.
pub(super) const ROLES: [&str; 8] =
    ["Admin", "Developer", "Products", "Operations", "Finance", "ReadOnlyOperations", "Reports", "Templates"];

/// The roles that stand alone.
const ALONE: [&str; 2] = ["Admin", "ReadOnlyOperations"];

/// Where a set of roles holds, and where it was read.
pub(super) struct Scope<'s> {
    /// `all`, or the id of a legal entity.
    pub(super) name: &'s str,
    /// The claim.
    pub(super) path: &'s ClaimPath,
    /// The step that read it.
    pub(super) read: StepId,
    /// Whether only one role may be claimed (BW-Q8).
    pub(super) single: bool,
}

/// The roles that a claimed set gives: unknown names are skipped, then exclusive ones are sorted out.
pub(super) fn set(
    reasoning: &mut Reasoning<'_>,
    config: &Config,
    scope: &Scope<'_>,
    values: &[&str],
    findings: &mut Findings,
) -> (Vec<String>, StepId) {
    let mut known: Vec<&'static str> = Vec::new();
    for (index, value) in values.iter().enumerate() {
        match role(config, value) {
            Some(role) if !known.contains(&role) => known.push(role),
            Some(_) => {}
            None => {
                findings.report(reasoning, &BW_R12, format!("unknown_role:{value}"), |step| {
                    step.because([scope.read]);
                    step.part(Document::IdToken, scope.path, index, *value);
                    step.reading("BW-Q9", config.readings.administrator.name());
                    format!("`{value}` is no role")
                });
            }
        }
    }
    if !invalid(&known, scope.single) {
        let mut step = reasoning.step(&BW_R12);
        step.because([scope.read]);
        step.then("grant", format!("roles in {}", scope.name), Some(json!(known)));
        let step = step.fired(format!("{} known roles, which may be combined", known.len()));
        return (known.into_iter().map(str::to_owned).collect(), step);
    }
    let left = left(config, &known);
    let code = format!("invalid_role_combination:{}", scope.name);
    let step = findings.report(reasoning, &BW_R12, code, |step| {
        step.because([scope.read]);
        step.claim(Document::IdToken, scope.path);
        step.reading("BW-Q5", config.readings.exclusive.name());
        step.then("skip", format!("roles in {}", scope.name), Some(json!(known)));
        format!("{} exclude each other", known.join(", "))
    });
    (left.into_iter().map(str::to_owned).collect(), step)
}

/// The known role with this exact name; `Administrator` is one only under BW-Q9 `alias`.
pub(super) fn role(config: &Config, name: &str) -> Option<&'static str> {
    if name == "Administrator" && config.readings.administrator == Administrator::Alias {
        return Some("Admin");
    }
    ROLES.into_iter().find(|role| *role == name)
}

/// Whether known roles may not be combined.
pub(super) fn invalid(roles: &[&str], single: bool) -> bool {
    roles.len() > 1 && (single || roles.iter().any(|role| ALONE.contains(role)))
}

/// BW-Q5: what stays of roles that exclude each other.
fn left(config: &Config, roles: &[&'static str]) -> Vec<&'static str> {
    let has = |role: &str| roles.contains(&role);
    match config.readings.exclusive {
        Exclusive::None => Vec::new(),
        Exclusive::Strongest if has("Admin") => vec!["Admin"],
        Exclusive::Weakest if has("ReadOnlyOperations") => vec!["ReadOnlyOperations"],
        Exclusive::Strongest | Exclusive::Weakest => {
            roles.iter().copied().filter(|role| !ALONE.contains(role)).collect()
        }
    }
}

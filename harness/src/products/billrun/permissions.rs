//! BR-R18: what a role list allows.

use serde_json::json;

use super::config::Config;
use super::readings::Write;
use super::rules::BR_R18;
use crate::decision::{Grant, Reasoning, StepId};

/// The known permissions, in the order in which they are listed.
pub(super) const KNOWN: [&str; 4] = ["read", "write", "reports", "admin"];

/// Whether a check for `permission` succeeds: exact and case-sensitive, `admin` supersedes all.
pub(super) fn grants(config: &Config, roles: &[String], permission: &str) -> bool {
    let holds = |name: &str| roles.iter().any(|role| role == name);
    let by_write = config.readings.write == Write::Hierarchy && permission == "read" && holds("write");
    holds(permission) || holds("admin") || by_write
}

/// The known permissions whose check succeeds.
pub(super) fn effective(
    reasoning: &mut Reasoning<'_>,
    config: &Config,
    roles: &[String],
    stored: StepId,
) -> Vec<String> {
    let effective: Vec<String> =
        KNOWN.into_iter().filter(|permission| grants(config, roles, permission)).map(str::to_owned).collect();
    let mut step = reasoning.step(&BR_R18);
    step.because([stored]);
    step.reading("BR-Q3", config.readings.write.name());
    for permission in &effective {
        step.then("grant", format!("/effective_permissions/{permission}"), None);
    }
    step.then("set", "/effective_permissions", Some(json!(effective)));
    let step = if effective.is_empty() {
        step.not_applicable("the roles hold no known permission")
    } else {
        step.fired("each known permission is checked against the roles")
    };
    reasoning.rests_on("/effective_permissions", [step]);
    effective
}

/// The rights in a record: each effective permission is one, held or not.
pub(super) fn rights(record: &serde_json::Value) -> Vec<Grant> {
    record
        .get("effective_permissions")
        .and_then(serde_json::Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(serde_json::Value::as_str)
        .map(|permission| Grant {
            target: format!("effective_permissions.{permission}"),
            level: "granted".to_owned(),
            rank: 1,
        })
        .collect()
}

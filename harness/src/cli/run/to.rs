//! `--to STEP`: a case is played no further than a step that it has.

use std::collections::BTreeSet;

use mock_idp::source::did_you_mean;

use crate::scenario::Case;

/// Keeps the cases that have the step, all where none is named. `Err` is what to say where no case has it.
pub(super) fn with_step(mut cases: Vec<Case>, step: Option<&str>) -> Result<Vec<Case>, String> {
    let Some(step) = step else { return Ok(cases) };
    let unknown = || {
        let help = did_you_mean(step, cases.iter().flat_map(steps).collect::<BTreeSet<_>>())
            .map(|help| format!("\nhelp: {help}"));
        format!("no selected case has a step `{step}`{}", help.unwrap_or_default())
    };
    if !cases.is_empty() && !cases.iter().any(|case| has(case, step)) {
        return Err(unknown());
    }
    cases.retain(|case| has(case, step));
    Ok(cases)
}

fn has(case: &Case, step: &str) -> bool {
    steps(case).any(|id| id == step)
}

fn steps(case: &Case) -> impl Iterator<Item = &str> {
    case.file.steps.iter().filter_map(|step| step.id.as_deref())
}

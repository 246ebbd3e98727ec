//! N0110 to N0112: claims that another one silences, that were not asked for, or that are only referred to.

use std::collections::BTreeSet;

use serde_json::Value;

use super::places::in_words;
use super::{Candidate, Scene};
use crate::decision::{ClaimPath, Outcome, Read, Step};
use crate::preview::{Edit, Place};

/// N0110: claims that are right, and that another claim outranks.
pub(super) fn outranked(scene: &Scene<'_>) -> Vec<Candidate> {
    let trace = &scene.base.envelope.trace;
    let mut found = Vec::new();
    let mut seen = BTreeSet::new();
    for step in trace.steps.iter().filter(|step| step.outcome == Outcome::Overridden) {
        let Some(read) = step.reads.iter().find(|read| is_claim(read)) else { continue };
        if !seen.insert((read.path.clone(), step.rule)) {
            continue;
        }
        let part = read
            .value
            .as_ref()
            .filter(|_| read.part.is_some())
            .map_or(String::new(), |value| format!(" {value} of"));
        let place = of(read);
        let message = format!("{part} `{}` has no effect: {} ({})", place.name(), step.why, step.rule);
        let winners =
            step.because.iter().filter_map(|id| trace.step(*id)).filter_map(|step| winner(step, read));
        let edits: Vec<Edit> = winners.map(Edit::Remove).collect();
        found.push(Candidate::new("N0110", place, message.trim_start().to_owned()).with(edits).anyway());
    }
    found
}

/// A claim that an earlier step found, other than the one that is outranked.
fn winner(step: &Step, loser: &Read) -> Option<Place> {
    step.reads.iter().find(|read| is_claim(read) && read.path != loser.path).map(of)
}

fn is_claim(read: &Read) -> bool {
    read.document.carries_claims() && read.value.is_some()
}

fn of(read: &Read) -> Place {
    Place { document: read.document, path: ClaimPath::from_pointer(&read.path) }
}

/// The scopes that carry standard claims (OIDCC-5.4).
const SCOPES: &[(&str, &[&str])] = &[
    ("email", &["email", "email_verified"]),
    ("profile", &["name", "given_name", "family_name", "preferred_username", "locale", "zoneinfo"]),
];

/// N0111: claims that are missing while nobody asks for the scope that carries them.
pub(super) fn not_requested(scene: &Scene<'_>) -> Vec<Candidate> {
    let Some(provider) = scene.rehearsal.product().profile().providers.first() else { return Vec::new() };
    let requested: BTreeSet<&str> = provider.scope.split(' ').collect();
    let carrier =
        |name: &str| SCOPES.iter().find(|(_, names)| names.contains(&name)).map(|(scope, _)| *scope);
    let missing = scene.absent().filter_map(|(_, place)| {
        let [name] = place.path.segments() else { return None };
        let scope = carrier(name).filter(|scope| !requested.contains(scope))?;
        let message =
            format!("`{name}` is missing, and the scope `{scope}`, which carries it, is not asked for");
        let help = format!("the scopes asked for are `{}`", provider.scope);
        Some(Candidate::new("N0111", place, message).help(Some(help)).anyway())
    });
    // Where a claim is asked for in two documents, the first says it.
    let mut seen = BTreeSet::new();
    missing.filter(|candidate| seen.insert(candidate.at.path.clone())).collect()
}

/// N0112: a reference in place of a value: distributed and aggregated claims (OIDCC-5.6.2), and Entra's group overage.
pub(super) fn referenced(scene: &Scene<'_>) -> Vec<Candidate> {
    let mut found = Vec::new();
    for (_, wanted) in scene.absent() {
        let Some(name) = wanted.path.segments().first() else { continue };
        let at = |claim: &str| Place { document: wanted.document, path: ClaimPath::top(claim) };
        let names = at("_claim_names");
        let referenced = scene.value(&names).and_then(|names| names.get(name)).is_some();
        let overage = at("hasgroups");
        let too_many = name == "groups" && is_true(scene.value(&overage));
        let place = match (referenced, too_many) {
            (true, _) => names,
            (_, true) => overage,
            (false, false) => continue,
        };
        let message = format!("the {} refers to `{name}` instead of holding it", in_words(wanted.document));
        let help = "the provider leaves a claim out that has become too long: send fewer values, such as only the \
                    groups that are assigned to the application";
        found.push(Candidate::new("N0112", place, message).help(Some(help.to_owned())).anyway());
    }
    found
}

fn is_true(value: Option<&Value>) -> bool {
    value.is_some_and(|value| value == true || value == "true")
}

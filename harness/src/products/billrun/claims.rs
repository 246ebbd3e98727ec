//! Who it is and which roles they bring, from the ID token laid over UserInfo.

use serde_json::json;

use super::config::{Config, Provider};
use super::readings::{RoleShape, Zero};
use super::rules::{BR_R11, BR_R12, BR_R13, BR_R14, BR_R17};
use crate::decision::{Claim, ClaimPath, Document, Reasoning, StepId, Typed};

/// A value, if there is one, and the step that found it or found it missing.
#[derive(Debug)]
pub(super) struct Found<T> {
    pub(super) value: Option<T>,
    pub(super) step: StepId,
}

/// A top-level claim of the merged claims, and the document that it is taken from.
struct Merged {
    from: Option<Document>,
    step: StepId,
}

/// BR-R11: per top-level claim the ID token replaces UserInfo; there is no deep merge.
fn merged(reasoning: &mut Reasoning<'_>, name: &str) -> Merged {
    let path = ClaimPath::top(name);
    let mut step = reasoning.step(&BR_R11);
    let id_token = step.claim(Document::IdToken, &path);
    let userinfo = step.claim(Document::Userinfo, &path);
    match (id_token.is_present(), userinfo.is_present()) {
        (true, true) => {
            let step = step.fired(format!("`{name}` of the ID token replaces that of UserInfo"));
            Merged { from: Some(Document::IdToken), step }
        }
        (true, false) => {
            Merged { from: Some(Document::IdToken), step: step.fired(format!("`{name}` is in the ID token")) }
        }
        (false, true) => Merged {
            from: Some(Document::Userinfo),
            step: step.fired(format!("`{name}` is in UserInfo only")),
        },
        (false, false) => Merged { from: None, step: step.no_input(format!("`{name}` is nowhere")) },
    }
}

/// BR-R12: `preferred_username` if it is there, be it empty; else `sub`.
pub(super) fn username(reasoning: &mut Reasoning<'_>, config: &Config) -> Found<String> {
    let mut behind = Vec::new();
    let mut from = None;
    for name in ["preferred_username", "sub"] {
        let merged = merged(reasoning, name);
        behind.push(merged.step);
        if let Some(document) = merged.from {
            from = Some((document, name));
            break;
        }
    }
    let mut step = reasoning.step(&BR_R12);
    step.because(behind);
    let Some((document, name)) = from else {
        step.default("username", "none");
        return Found { value: None, step: step.no_input("neither `preferred_username` nor `sub` is there") };
    };
    match step.claim(document, &ClaimPath::top(name)).text() {
        Typed::Is("") => {
            Found { value: None, step: step.fired(format!("`{name}` is there and empty: no fallback")) }
        }
        Typed::Is("0") if config.readings.zero == Zero::Copy => {
            step.reading("BR-Q7", config.readings.zero.name());
            Found { value: None, step: step.fired(format!("`{name}` is `0`, which counts as empty")) }
        }
        Typed::Is(text) => {
            if text == "0" {
                step.reading("BR-Q7", config.readings.zero.name());
            }
            step.then("set", "/session/username", Some(json!(text)));
            Found { value: Some(text.to_owned()), step: step.fired(format!("`{name}` is the user name")) }
        }
        Typed::Absent => Found { value: None, step: step.no_input(format!("`{name}` is not there")) },
        Typed::Not(kind) => {
            let why = format!("`{name}` is no string but of type {kind}: no user name, and no fallback");
            Found { value: None, step: step.unreadable(why) }
        }
    }
}

/// The role list as received, with what was noticed on the way.
#[derive(Debug)]
pub(super) struct Roles {
    pub(super) found: Found<Vec<String>>,
    /// Whether the array is a member of an object called `billrun_roles`; `None` without an array.
    pub(super) in_structure: Option<bool>,
}

/// BR-R13, BR-R14, BR-R17: the role array at the configured path.
pub(super) fn roles(reasoning: &mut Reasoning<'_>, config: &Config, provider: &Provider) -> Roles {
    let place = match resolved(reasoning, config, provider) {
        Ok(place) => place,
        Err(step) => return Roles { found: Found { value: None, step }, in_structure: None },
    };
    crm_ignored(reasoning, &place);
    let found = string_array(reasoning, config, &place);
    let in_structure = found.value.as_ref().map(|_| place.in_structure());
    Roles { found, in_structure }
}

/// Where the role value lies.
struct Place {
    document: Document,
    path: ClaimPath,
    step: StepId,
}

impl Place {
    fn parent(&self) -> &[String] {
        self.path.segments().split_last().map_or(&[], |(_, parents)| parents)
    }

    fn in_structure(&self) -> bool {
        self.parent().last().is_some_and(|parent| parent == "billrun_roles")
    }
}

/// BR-R13: a literal top-level name first, then the path; missing at any step is missing.
fn resolved(reasoning: &mut Reasoning<'_>, config: &Config, provider: &Provider) -> Result<Place, StepId> {
    let reading = config.readings.roles_path;
    let setting = provider.roles_path.is_some().then_some("oidc[].roles_path");
    let literal = provider.roles_name(reading);
    let dotted = provider.roles_path(reading);
    let head = dotted.segments().first().cloned().unwrap_or_default();
    let as_name = merged(reasoning, &literal);
    let mut behind = vec![as_name.step];
    let (from, path) = match as_name.from {
        Some(document) => (Some(document), ClaimPath::top(&literal)),
        None if head == literal => (None, dotted),
        None => {
            let as_path = merged(reasoning, &head);
            behind.push(as_path.step);
            (as_path.from, dotted)
        }
    };
    let mut step = reasoning.step(&BR_R13);
    step.because(behind);
    step.reading("BR-Q1", reading.name());
    let Some(document) = from else {
        step.default("roles", json!([]));
        return Err(step.no_input(format!("neither `{literal}` nor `{head}` is there")));
    };
    if step.claim_named_by(document, &path, setting).is_present() {
        let step = step.fired(format!("the roles are at `{}` of {}", path.pointer(), document.name()));
        Ok(Place { document, path, step })
    } else {
        Err(step.no_input(format!("`{head}` of {} has no `{literal}`", document.name())))
    }
}

/// BR-R14: an array of strings; what else counts is BR-Q6.
fn string_array(reasoning: &mut Reasoning<'_>, config: &Config, place: &Place) -> Found<Vec<String>> {
    let mut step = reasoning.step(&BR_R14);
    step.because([place.step]);
    let claim = step.claim(place.document, &place.path);
    match claim.texts() {
        Typed::Is(roles) => {
            let roles: Vec<String> = roles.into_iter().map(str::to_owned).collect();
            let step = step.fired(format!("an array of {} roles", roles.len()));
            Found { value: Some(roles), step }
        }
        Typed::Absent => Found { value: None, step: step.no_input("there is nothing") },
        Typed::Not(kind) => {
            step.reading("BR-Q6", config.readings.role_shape.name());
            match other_shape(claim).filter(|_| config.readings.role_shape == RoleShape::Accept) {
                Some(roles) => {
                    Found { value: Some(roles), step: step.fired(format!("the strings of an {kind}")) }
                }
                None => Found {
                    value: None,
                    step: step.unreadable(format!("not an array of strings but of type {kind}: no roles")),
                },
            }
        }
    }
}

/// The strings among the values of an object or of a mixed array.
fn other_shape(claim: Claim<'_>) -> Option<Vec<String>> {
    let value = claim.value()?;
    let strings = |value: &serde_json::Value| value.as_str().map(str::to_owned);
    if let Some(members) = value.as_object() {
        return Some(members.values().filter_map(strings).collect());
    }
    value.as_array().map(|entries| entries.iter().filter_map(strings).collect())
}

/// BR-R17: `crm`, where it stands beside the role array, grants nothing.
fn crm_ignored(reasoning: &mut Reasoning<'_>, place: &Place) {
    if place.parent().is_empty() {
        return;
    }
    let path = ClaimPath::of(place.parent().iter().cloned().chain(["crm".to_owned()]));
    let mut step = reasoning.step(&BR_R17);
    step.because([place.step]);
    if step.claim(place.document, &path).is_present() {
        step.then("skip", "/session/roles", None);
        step.fired("`crm` is there and grants nothing in billing");
    } else {
        step.not_applicable("there is no `crm` beside the roles");
    }
}

//! What GoRules listens to.

use super::config::{CLAIM_NAME, Config, GROUPS_MAPPING, TokenSource};
use super::mapping;
use super::readings::{ClaimLookup, InvalidEntry};
use super::record::{PERMISSIONS, State, UserType};
use super::rules::{GR_R4, GR_R18, GR_R20};
use crate::decision::{ClaimPath, Document, Range, Shape, Term};

/// E-mail, names and groups of the one token that identifies the user (GR-R7).
pub(super) fn vocabulary(config: &Config, state: &State) -> Vec<Term> {
    let document = match config.token_source {
        TokenSource::AccessToken => Document::AccessToken,
        TokenSource::IdToken => Document::IdToken,
    };
    let any = |name, example| Term::any(document, name, example);
    let groups = Term::words(document, place(config), Shape::ListOrText, groups(config, state));
    vec![
        any("email", "ada@corp.example").required(),
        any("sub", "u-1"),
        any("name", "Ada Lovelace"),
        any("given_name", "Ada"),
        any("family_name", "Lovelace"),
        groups.placed_by(CLAIM_NAME),
    ]
}

/// GR-R9: a name with dots can be a name or a path; one that looks like a URL is hardly a path.
fn place(config: &Config) -> ClaimPath {
    let name = config.claim_name();
    let literal = config.readings.claim_lookup == ClaimLookup::LiteralFirst && name.contains("://");
    if literal { ClaimPath::top(name) } else { ClaimPath::dotted(name) }
}

/// The groups of the mapping (method 1) and, where roles are mapped, those of roles (method 2), each once.
fn groups(config: &Config, state: &State) -> Vec<String> {
    let mapping = config.variable(GROUPS_MAPPING).map(|text| mapping::parse(text, InvalidEntry::SkipEntry));
    let mapped = mapping.and_then(Result::ok).into_iter().flatten().map(|entry| entry.group);
    let roles = state.roles.iter().filter(|_| config.maps_roles());
    let mut groups: Vec<String> = Vec::new();
    for group in mapped.chain(roles.flat_map(|role| role.idp_groups.iter().cloned())) {
        if !groups.contains(&group) {
            groups.push(group);
        }
    }
    groups
}

/// Levels, roles, and what these reach and permit (GR-R4, GR-R18, GR-R20).
pub(super) fn ranges(state: &State) -> Vec<Range> {
    let levels = [UserType::Member, UserType::Author, UserType::Admin, UserType::Owner];
    let projects = state.projects.iter().cloned();
    vec![
        Range::value(&["user", "type"], "level", levels.map(UserType::as_str), &GR_R4),
        Range::entries(&["roles", "idp"], "role", state.roles.iter().map(|role| role.name.clone()), &GR_R18),
        Range::keys(&["access", "project_permissions"], "project", projects, &GR_R20),
        Range::entries(
            &["access", "project_permissions", "*"],
            "permission",
            PERMISSIONS.iter().copied(),
            &GR_R20,
        ),
    ]
}

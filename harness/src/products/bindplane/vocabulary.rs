//! What Bindplane listens to.

use super::config::Config;
use super::record::{OrganizationRole, Role, State};
use super::rules::{BP_R8, BP_R17, BP_R18};
use super::settings::{
    ADMIN_GROUP, DEFAULT_ROLE, GROUP_IDS, GROUPS, Key, ORG_ADMIN_GROUP, ORGANIZATION_ADMIN, PROJECTS,
    PROJECTS_PREFIX, ROLES, USER_GROUP, VIEWER_GROUP,
};
use crate::decision::{Document, Range, Shape, Term};

/// The person, the three claims of Bindplane's own, and the lists of names (BP-R6 to BP-R16).
pub(super) fn vocabulary(config: &Config, state: &State) -> Vec<Term> {
    let any = |name, example| Term::any(Document::IdToken, name, example);
    let words = |key: Key, shape, words: Vec<String>| {
        Term::words(Document::IdToken, config.claim(key), shape, words).placed_by(key)
    };
    let names = names(config, state);
    let roles = || [Role::Viewer, Role::User, Role::Admin].map(|role| role.as_str().to_owned()).to_vec();
    vec![
        any("sub", "u-1").required(),
        any("email", "ada@corp.example"),
        words(PROJECTS, Shape::SeparatedText, entries("", state)),
        words(DEFAULT_ROLE, Shape::Text, roles()),
        words(ORGANIZATION_ADMIN, Shape::Text, vec!["true".to_owned(), "false".to_owned()]),
        words(GROUPS, Shape::ListOrText, names.clone()),
        words(GROUP_IDS, Shape::ListOrText, names.clone()),
        words(ROLES, Shape::ListOrText, names),
    ]
}

/// What means something among groups and roles: role names, plain or as groups, and project groups.
fn names(config: &Config, state: &State) -> Vec<String> {
    let groups =
        [VIEWER_GROUP, USER_GROUP, ADMIN_GROUP, ORG_ADMIN_GROUP].map(|key| config.name(key).to_owned());
    let plain = [Role::Viewer, Role::User, Role::Admin].map(|role| role.as_str().to_owned());
    let projects = entries(config.name(PROJECTS_PREFIX), state);
    groups.into_iter().chain(plain).chain(projects).collect()
}

/// Every project, bare and with each role.
fn entries(prefix: &str, state: &State) -> Vec<String> {
    let with_roles = |project: &String| {
        let roles = [Role::Viewer, Role::User, Role::Admin];
        let explicit = roles.map(|role| format!("{prefix}{}:{project}", role.as_str()));
        [format!("{prefix}{project}")].into_iter().chain(explicit).collect::<Vec<_>>()
    };
    state.projects.iter().flat_map(with_roles).collect()
}

/// The projects that exist, and the roles (BP-R8, BP-R17, BP-R18).
pub(super) fn ranges(state: &State) -> Vec<Range> {
    let roles = [Role::Viewer, Role::User, Role::Admin].map(Role::as_str);
    let organization = [OrganizationRole::User, OrganizationRole::Admin].map(OrganizationRole::as_str);
    vec![
        Range::keys(&["project_roles"], "project", state.projects.iter().cloned(), &BP_R18),
        Range::value(&["project_roles", "*"], "role in a project", roles, &BP_R17),
        Range::value(&["organization_role"], "role in the organization", organization, &BP_R8),
    ]
}

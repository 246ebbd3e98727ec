//! What a role permits (BP-R30). The names of the capabilities are ours; the documentation describes them in prose.

use super::record::{OrganizationRole, Role};

/// Capabilities in a project, each with the least role that has it.
pub const PROJECT: &[(&str, Role)] = &[
    ("project.view", Role::Viewer),
    ("project.configurations.edit", Role::User),
    ("project.collectors.assign", Role::User),
    ("project.rollouts.trigger", Role::Admin),
    ("project.users.manage", Role::Admin),
    ("project.manage", Role::Admin),
];

/// Capabilities in the organization, each with the least role that has it.
pub const ORGANIZATION: &[(&str, OrganizationRole)] = &[
    ("organization.view", OrganizationRole::User),
    ("organization.manage", OrganizationRole::Admin),
    ("organization.projects.create", OrganizationRole::Admin),
];

/// Whether a role in a project permits something.
pub(super) fn in_project(role: Role, capability: &str) -> bool {
    PROJECT.iter().any(|(known, least)| *known == capability && role >= *least)
}

/// Whether a role in the organization permits something.
pub(super) fn in_organization(role: OrganizationRole, capability: &str) -> bool {
    ORGANIZATION.iter().any(|(known, least)| *known == capability && role >= *least)
}

//! What a login to billwerk shows: the user, the roles per legal entity, and what can be edited.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::config::{Config, Integration};
use super::state::User;
use super::ui;
use crate::decision::Field;

/// Legal entity → roles; a legal entity without a role is left out.
pub type Roles = BTreeMap<String, Vec<Role>>;

/// A role of billwerk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Role {
    /// Everything; stands alone.
    Admin,
    /// Interfaces and hooks.
    Developer,
    /// Products and plans.
    Products,
    /// Customers and contracts.
    Operations,
    /// Invoices and payments.
    Finance,
    /// Customers and contracts, to look at; stands alone.
    ReadOnlyOperations,
    /// Reports.
    Reports,
    /// Templates.
    Templates,
}

impl Role {
    /// All roles, in the vendor's order.
    pub const ALL: [Self; 8] = [
        Self::Admin,
        Self::Developer,
        Self::Products,
        Self::Operations,
        Self::Finance,
        Self::ReadOnlyOperations,
        Self::Reports,
        Self::Templates,
    ];

    /// The name, compared exactly.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Admin => "Admin",
            Self::Developer => "Developer",
            Self::Products => "Products",
            Self::Operations => "Operations",
            Self::Finance => "Finance",
            Self::ReadOnlyOperations => "ReadOnlyOperations",
            Self::Reports => "Reports",
            Self::Templates => "Templates",
        }
    }

    /// The role with this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }

    /// Whether no other role may stand beside it.
    pub const fn stands_alone(self) -> bool {
        matches!(self, Self::Admin | Self::ReadOnlyOperations)
    }
}

/// Whether a set holds a role that should stand alone and does not.
pub(super) fn excludes_itself(roles: &[Role]) -> bool {
    roles.len() > 1 && roles.iter().any(|role| role.stands_alone())
}

/// The legal entities that have a role.
pub(super) fn filled(roles: &Roles) -> Roles {
    roles
        .iter()
        .filter(|(_, roles)| !roles.is_empty())
        .map(|(entity, roles)| (entity.clone(), roles.clone()))
        .collect()
}

/// Whether a user is managed in billwerk or owned by a provider.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UserType {
    /// Owned by a provider.
    #[default]
    External,
    /// Created and managed in billwerk.
    Internal,
}

/// Whether a user has signed in yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Yes.
    #[default]
    Active,
    /// No: created beforehand by an invitation.
    Invited,
}

/// The fields of a [`Record`], and of a refusal.
pub(super) const FIELDS: &[Field] = &[
    Field::of(
        "user",
        &[
            Field::value("type"),
            Field::value("provider"),
            Field::value("external_id"),
            Field::value("email"),
            Field::value("first_name"),
            Field::value("last_name"),
            Field::value("status"),
        ],
    ),
    Field::keyed("roles_by_legal_entity"),
    Field::value("has_any_permission"),
    Field::of(
        "ui",
        &[Field::list("editable_fields"), Field::value("roles_visible"), Field::value("read_only")],
    ),
    // Of a refused edit.
    Field::value("fields"),
];

/// billwerk's own record of a login.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Record {
    /// The user.
    pub user: Shown,
    /// The roles.
    pub roles_by_legal_entity: Roles,
    /// Whether there is any role; without one no menu item is shown (BW-R13).
    pub has_any_permission: bool,
    /// What the user's page in billwerk allows an administrator.
    pub ui: Ui,
}

/// The user of a session.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Shown {
    /// Always external in a session.
    #[serde(rename = "type")]
    pub user_type: UserType,
    /// The integration that owns the user; internal users have none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider: Option<Integration>,
    /// External Id: the `sub` at the provider.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// The e-mail address.
    pub email: String,
    /// The first name; may be empty.
    pub first_name: String,
    /// The last name; may be empty.
    pub last_name: String,
    /// Whether the user has signed in yet.
    pub status: Status,
}

/// What can be seen and edited of a user in billwerk (BW-R18 to BW-R21).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Ui {
    /// The fields that can be edited.
    pub editable_fields: Vec<String>,
    /// Whether the roles are shown.
    pub roles_visible: bool,
    /// Whether the whole record is read-only.
    pub read_only: bool,
}

impl Record {
    /// What is shown of a stored user.
    pub(super) fn of(config: &Config, user: &User) -> Self {
        let external = user.user_type == UserType::External;
        let roles = filled(&user.roles);
        Self {
            user: Shown {
                user_type: user.user_type,
                provider: external.then_some(user.provider),
                external_id: user.external_id.clone(),
                email: user.email.clone(),
                first_name: user.first_name.clone(),
                last_name: user.last_name.clone(),
                status: user.status,
            },
            has_any_permission: !roles.is_empty(),
            roles_by_legal_entity: roles,
            ui: if external { ui::of_external(config, user.provider) } else { ui::of_internal() },
        }
    }
}

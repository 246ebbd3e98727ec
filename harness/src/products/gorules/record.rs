//! What GoRules stores, what a login changes, and what a session shows.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::decision::{self, Field};

/// Everything that is stored.
///
/// ```yaml
/// projects: [pricing, risk]
/// roles:
///   - { name: lead, idpGroups: [TECH-leads], projects: [pricing], permissions: ["documents:edit-content"] }
/// users:
///   - { email: gus@corp.example, type: member, status: active, idp_roles: [lead], manual_roles: [] }
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct State {
    /// The projects that exist, in their order.
    pub projects: Vec<String>,
    /// The roles that are defined, in their order.
    pub roles: Vec<Role>,
    /// The users, in the order in which they came.
    pub users: Vec<User>,
    /// What a directory would answer about groups that did not fit into a token, by `sub` (reading GR-Q12 = `fetch`).
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub directory: BTreeMap<String, Vec<String>>,
}

/// A role as it is defined in the product.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Role {
    /// Its name.
    pub name: String,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The groups whose members get it.
    #[serde(default, rename = "idpGroups")]
    pub idp_groups: Vec<String>,
    /// The projects that it reaches.
    #[serde(default)]
    pub projects: Vec<String>,
    /// Whether it reaches all projects.
    #[serde(default)]
    pub all_projects: bool,
    /// What it permits there.
    #[serde(default)]
    pub permissions: Vec<String>,
}

/// A stored user.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct User {
    /// The e-mail address as it was first received.
    pub email: String,
    /// The level.
    #[serde(default, rename = "type")]
    pub user_type: UserType,
    /// Whether the user may sign in.
    #[serde(default)]
    pub status: Status,
    /// The subject of the first login.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sub: Option<String>,
    /// The name to show.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// Roles derived from groups at the last login.
    #[serde(default)]
    pub idp_roles: Vec<String>,
    /// Roles assigned by hand.
    #[serde(default)]
    pub manual_roles: Vec<String>,
}

/// The level of a user.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UserType {
    /// A member.
    #[default]
    Member,
    /// An author, a level of older versions.
    Author,
    /// An administrator.
    Admin,
    /// The single owner of the organization.
    Owner,
}

impl UserType {
    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::Author => "author",
            Self::Admin => "admin",
            Self::Owner => "owner",
        }
    }
}

/// Whether a user may sign in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Yes.
    #[default]
    Active,
    /// No, and running sessions end.
    Disabled,
    /// Yes, and the first login makes the user active.
    #[serde(alias = "pending")]
    Invited,
}

impl Status {
    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Disabled => "disabled",
            Self::Invited => "invited",
        }
    }
}

/// A change of the state. Users are named by their position, which is the same until the changes are applied.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// A login created the user.
    Created(Box<User>),
    /// A login made an invited user active.
    Activated(usize),
    /// A login changed the level.
    TypeChanged(usize, UserType, UserType),
    /// A login replaced the roles derived from groups.
    IdpRolesReplaced(usize, Vec<String>),
    /// A login brought a subject or a name that was not recorded.
    Recorded {
        /// The user.
        user: usize,
        /// The subject, if none was recorded.
        sub: Option<String>,
        /// The name to show.
        display_name: Option<String>,
    },
    /// An administrator invited a user.
    Invited(Box<User>),
    /// An administrator changed a user's level.
    TypeSet(usize, UserType, UserType),
    /// An administrator changed a user's status.
    StatusSet(usize, Status, Status),
    /// An administrator assigned roles by hand.
    ManualRolesReplaced(usize, Vec<String>),
}

impl decision::Effect for Effect {
    fn text(&self) -> Option<String> {
        match self {
            Self::Created(_) => Some("user.created".to_owned()),
            Self::Activated(_) => Some("user.activated".to_owned()),
            Self::TypeChanged(_, old, new) | Self::TypeSet(_, old, new) => {
                Some(format!("user.type_changed:{}->{}", old.as_str(), new.as_str()))
            }
            Self::IdpRolesReplaced(..) => Some("user.idp_roles_replaced".to_owned()),
            Self::Recorded { .. } => None,
            Self::Invited(user) => Some(format!("user.invited:{}", user.email)),
            Self::StatusSet(_, old, new) => {
                Some(format!("user.status_changed:{}->{}", old.as_str(), new.as_str()))
            }
            Self::ManualRolesReplaced(..) => Some("user.manual_roles_replaced".to_owned()),
        }
    }
}

impl State {
    /// The state after one change.
    pub(super) fn after(mut self, effect: &Effect) -> Self {
        match effect {
            Effect::Created(user) | Effect::Invited(user) => self.users.push((**user).clone()),
            Effect::Activated(user) => self.change(*user, |user| user.status = Status::Active),
            Effect::TypeChanged(user, _, new) | Effect::TypeSet(user, _, new) => {
                self.change(*user, |user| user.user_type = *new);
            }
            Effect::IdpRolesReplaced(user, roles) => {
                self.change(*user, |user| user.idp_roles.clone_from(roles));
            }
            Effect::Recorded { user, sub, display_name } => self.change(*user, |user| {
                user.sub = user.sub.take().or_else(|| sub.clone());
                if display_name.is_some() {
                    user.display_name.clone_from(display_name);
                }
            }),
            Effect::StatusSet(user, _, new) => self.change(*user, |user| user.status = *new),
            Effect::ManualRolesReplaced(user, roles) => {
                self.change(*user, |user| user.manual_roles.clone_from(roles));
            }
        }
        self
    }

    /// The position of the user with this e-mail address, letter case aside.
    pub(super) fn position(&self, email: &str) -> Option<usize> {
        self.users.iter().position(|user| user.email.to_lowercase() == email.to_lowercase())
    }

    /// The role with this name.
    pub(super) fn role(&self, name: &str) -> Option<&Role> {
        self.roles.iter().find(|role| role.name == name)
    }

    /// The projects that a role reaches.
    pub(super) fn reach<'s>(&'s self, role: &'s Role) -> &'s [String] {
        if role.all_projects { &self.projects } else { &role.projects }
    }

    /// What a session of this user shows.
    pub(super) fn session_of(&self, user: &User) -> Session {
        let mut permissions: IndexMap<String, Vec<String>> = IndexMap::new();
        let assigned = user.idp_roles.iter().chain(&user.manual_roles);
        for role in assigned.filter_map(|name| self.role(name)) {
            for project in self.reach(role) {
                let held = permissions.entry(project.clone()).or_default();
                for permission in &role.permissions {
                    if !held.contains(permission) {
                        held.push(permission.clone());
                    }
                }
            }
        }
        Session {
            user: Shown { email: user.email.clone(), user_type: user.user_type, status: user.status },
            roles: Roles { idp: user.idp_roles.clone(), manual: user.manual_roles.clone() },
            access: Access {
                all_projects: matches!(user.user_type, UserType::Admin | UserType::Owner),
                project_permissions: permissions,
            },
        }
    }

    fn change(&mut self, user: usize, change: impl FnOnce(&mut User)) {
        if let Some(user) = self.users.get_mut(user) {
            change(user);
        }
    }
}

/// The fields of a [`Record`], and of a refusal.
pub const FIELDS: &[Field] = &[
    Field::of("user", &[Field::value("email"), Field::value("type"), Field::value("status")]),
    Field::of("roles", &[Field::list("idp"), Field::list("manual")]),
    Field::of("access", &[Field::value("all_projects"), Field::keyed("project_permissions")]),
    // Of a refusal for want of claims: which token was looked into.
    Field::value("token"),
];

/// What an event leaves to show.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Record {
    /// A session.
    Session(Session),
    /// For events other than a sign-in: the session's record as it stands, or nothing.
    Standing(Map<String, Value>),
}

/// What a session shows.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Session {
    /// The user.
    pub user: Shown,
    /// The roles.
    pub roles: Roles,
    /// What the user may do.
    pub access: Access,
}

/// The user of a session.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Shown {
    /// The e-mail address.
    pub email: String,
    /// The level.
    #[serde(rename = "type")]
    pub user_type: UserType,
    /// The status.
    pub status: Status,
}

/// The roles of a session.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Roles {
    /// Those derived from groups.
    pub idp: Vec<String>,
    /// Those assigned by hand.
    pub manual: Vec<String>,
}

/// What a session may do.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Access {
    /// Whether every project is open.
    pub all_projects: bool,
    /// Project → permissions.
    pub project_permissions: IndexMap<String, Vec<String>>,
}

/// The permissions that a role can give. The identifiers of branches are ours, after the others' pattern.
pub const PERMISSIONS: &[&str] = &[
    "owner",
    "project:manage",
    "documents:full",
    "documents:edit-content",
    "documents:view-content",
    "documents:edit-view",
    "branches:create",
    "branches:merge",
    "branches:delete",
    "releases:manage",
    "releases:deploy",
    "releases:delete",
    "environments:manage",
    "environments:delete",
    "integrations:manage",
];

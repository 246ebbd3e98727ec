//! What Bindplane stores, what a login changes, and what a session shows.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::decision::{self, Field};

/// A role in a project, from the least to the most (BP-R7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Reads.
    Viewer,
    /// Edits.
    User,
    /// Controls.
    Admin,
}

impl Role {
    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::User => "user",
            Self::Admin => "admin",
        }
    }

    /// The role that a word names, letter case aside.
    pub(super) fn named(word: &str) -> Option<Self> {
        [Self::Viewer, Self::User, Self::Admin].into_iter().find(|role| word.to_lowercase() == role.as_str())
    }
}

/// A role in the organization.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrganizationRole {
    /// A user.
    #[default]
    User,
    /// An administrator.
    Admin,
}

impl OrganizationRole {
    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Admin => "admin",
        }
    }
}

/// Everything that is stored.
///
/// ```yaml
/// projects: [P1, P2, P3]
/// users:
///   - { sub: b1, login: bo@corp.example, organization_role: user, project_roles: { P1: viewer } }
/// invitations:
///   - { email: eve@corp.example, project: P2, role: admin }
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct State {
    /// The projects that exist, in their order.
    pub projects: Vec<String>,
    /// The users, in the order in which they came.
    pub users: Vec<User>,
    /// The invitations that are open.
    pub invitations: Vec<Invitation>,
}

/// A stored user.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct User {
    /// The issuer of the login that created the user; left out, it is the configured one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub iss: Option<String>,
    /// The subject; left out for a user who was added by hand and has not signed in yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sub: Option<String>,
    /// The name to show: the e-mail address.
    #[serde(default)]
    pub login: String,
    /// The role in the organization.
    #[serde(default)]
    pub organization_role: OrganizationRole,
    /// Project → role.
    #[serde(default)]
    pub project_roles: IndexMap<String, Role>,
}

/// An open invitation. A code stands for a project and a role; it is redeemed by whom it is addressed to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Invitation {
    /// Whom it is for; left out, anybody can redeem it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// The project.
    pub project: String,
    /// The role in it.
    pub role: Role,
}

/// A change of the state. Users are named by their position, which is the same until the changes are applied.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// A login created the user, complete with roles.
    Created(Box<User>),
    /// The created user is the first.
    Bootstrapped,
    /// The created user redeemed the invitation at this position.
    InvitationAccepted(usize),
    /// The role in the organization changed.
    OrganizationRoleChanged(usize, OrganizationRole, OrganizationRole),
    /// Access to a project is gone.
    AccessRevoked(usize, String),
    /// The role in a project changed.
    RoleChanged(usize, String, Role, Role),
    /// Access to a project is new.
    AccessGranted(usize, String, Role),
    /// The login was to change nothing.
    NothingProvisioned,
    /// A login brought an identity or a name that was not recorded.
    Recorded {
        /// The user.
        user: usize,
        /// The issuer.
        iss: String,
        /// The subject.
        sub: String,
        /// The name to show.
        login: String,
    },
    /// An administrator invited somebody.
    Invited(Invitation),
    /// An administrator added a user by hand.
    Added(Box<User>),
    /// An administrator removed a user.
    Removed(usize),
    /// The kind of authentication was switched.
    EverybodyRemoved,
}

impl decision::Effect for Effect {
    fn text(&self) -> Option<String> {
        match self {
            Self::Created(_) => Some("user.created".to_owned()),
            Self::Bootstrapped => Some("bootstrap.organization_admin".to_owned()),
            Self::InvitationAccepted(_) => Some("invitation.accepted".to_owned()),
            Self::OrganizationRoleChanged(_, old, new) => {
                Some(format!("organization.role_changed:{}->{}", old.as_str(), new.as_str()))
            }
            Self::AccessRevoked(_, project) => Some(format!("project.access_revoked:{project}")),
            Self::RoleChanged(_, project, old, new) => {
                Some(format!("project.role_changed:{project}:{}->{}", old.as_str(), new.as_str()))
            }
            Self::AccessGranted(_, project, _) => Some(format!("project.access_granted:{project}")),
            Self::NothingProvisioned => Some("no_provisioning_change".to_owned()),
            Self::Recorded { .. } => None,
            Self::Invited(invitation) => Some(format!("invitation.created:{}", invitation.project)),
            Self::Added(user) => Some(format!("user.added:{}", user.login)),
            Self::Removed(_) => Some("user.removed".to_owned()),
            Self::EverybodyRemoved => Some("users.all_removed".to_owned()),
        }
    }
}

impl State {
    /// The state after one change.
    pub(super) fn after(mut self, effect: &Effect) -> Self {
        match effect {
            Effect::Created(user) | Effect::Added(user) => self.users.push((**user).clone()),
            Effect::Bootstrapped | Effect::NothingProvisioned => {}
            Effect::InvitationAccepted(position) => remove(&mut self.invitations, *position),
            Effect::OrganizationRoleChanged(user, _, new) => {
                self.change(*user, |user| user.organization_role = *new);
            }
            Effect::AccessRevoked(user, project) => self.change(*user, |user| {
                user.project_roles.shift_remove(project);
            }),
            Effect::RoleChanged(user, project, _, role) | Effect::AccessGranted(user, project, role) => {
                self.change(*user, |user| {
                    user.project_roles.insert(project.clone(), *role);
                });
            }
            Effect::Recorded { user, iss, sub, login } => self.change(*user, |user| {
                user.iss = Some(iss.clone());
                user.sub = Some(sub.clone());
                user.login.clone_from(login);
            }),
            Effect::Invited(invitation) => self.invitations.push(invitation.clone()),
            Effect::Removed(user) => remove(&mut self.users, *user),
            Effect::EverybodyRemoved => {
                self.users.clear();
                self.invitations.clear();
            }
        }
        self
    }

    /// Every existing project with this role.
    pub(super) fn everywhere(&self, role: Role) -> IndexMap<String, Role> {
        self.projects.iter().map(|project| (project.clone(), role)).collect()
    }

    /// What a session of this user shows: projects that exist, in their order, then any other.
    pub(super) fn session_of(&self, user: &User) -> Session {
        let existing = self.projects.iter().filter_map(|project| user.project_roles.get_key_value(project));
        let others = user.project_roles.iter().filter(|(project, _)| !self.projects.contains(project));
        Session {
            user: Shown { sub: user.sub.clone().unwrap_or_default(), login: user.login.clone() },
            organization_role: user.organization_role,
            project_roles: existing.chain(others).map(|(project, role)| (project.clone(), *role)).collect(),
        }
    }

    fn change(&mut self, user: usize, change: impl FnOnce(&mut User)) {
        if let Some(user) = self.users.get_mut(user) {
            change(user);
        }
    }
}

/// Takes out the entry at a position.
fn remove<T>(entries: &mut Vec<T>, position: usize) {
    if entries.get(position).is_some() {
        entries.remove(position);
    }
}

/// The fields of a [`Record`].
pub const FIELDS: &[Field] = &[
    Field::of("user", &[Field::value("sub"), Field::value("login")]),
    Field::value("organization_role"),
    Field::keyed("project_roles"),
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
    /// The role in the organization.
    pub organization_role: OrganizationRole,
    /// Project → role.
    pub project_roles: IndexMap<String, Role>,
}

/// The user of a session.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Shown {
    /// The subject.
    pub sub: String,
    /// The name to show.
    pub login: String,
}

//! What a login to billwerk leaves behind: an external user and its roles per legal entity.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::config::Strategy;
use crate::decision;

/// Legal entity → roles.
pub type Roles = BTreeMap<String, Vec<String>>;

/// billwerk's own record of a login.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Record {
    /// The user as stored after the login.
    pub user: UserView,
    /// Roles of each legal entity that has any.
    pub roles_by_legal_entity: Roles,
    /// Whether there is any role.
    pub has_any_permission: bool,
    /// What an administrator sees of the user in billwerk.
    pub ui: Ui,
}

/// The user without its roles.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct UserView {
    /// Always external after a login.
    #[serde(rename = "type")]
    pub kind: UserKind,
    /// External Id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// E-mail.
    pub email: String,
    /// First name; empty when the provider sends none.
    pub first_name: String,
    /// Last name; empty when the provider sends none.
    pub last_name: String,
    /// Invited or active.
    pub status: Status,
}

/// What an administrator sees.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Ui {
    /// Fields that may be edited in billwerk.
    pub editable_fields: Vec<String>,
    /// Whether roles are shown.
    pub roles_visible: bool,
    /// Whether the whole record is read-only.
    pub read_only: bool,
}

/// Who owns a user.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UserKind {
    /// Owned by the provider.
    #[default]
    External,
    /// Created and managed in billwerk.
    Internal,
}

/// Whether a user has ever signed in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Has signed in, or is internal.
    #[default]
    Active,
    /// Created beforehand and never used.
    Invited,
}

/// A stored user.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct User {
    /// Internal or external.
    #[serde(rename = "type")]
    pub kind: UserKind,
    /// Invited or active.
    pub status: Status,
    /// External Id; an invitation may lack it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// E-mail.
    pub email: String,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// Roles per legal entity.
    pub roles: Roles,
    /// The strategy under which the roles were given; unknown for a state written by hand.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub roles_given_under: Option<Strategy>,
}

impl User {
    /// The user without its roles.
    pub fn view(&self) -> UserView {
        UserView {
            kind: self.kind,
            external_id: self.external_id.clone(),
            email: self.email.clone(),
            first_name: self.first_name.clone(),
            last_name: self.last_name.clone(),
            status: self.status,
        }
    }

    /// Whether the e-mail is this one, letter case aside.
    pub fn has_email(&self, email: &str) -> bool {
        self.email.to_lowercase() == email.to_lowercase()
    }
}

/// Roles without the entities that have none.
pub(super) fn held(roles: &Roles) -> Roles {
    roles
        .iter()
        .filter(|(_, roles)| !roles.is_empty())
        .map(|(id, roles)| (id.clone(), roles.clone()))
        .collect()
}

/// Whether two assignments give the same roles, whatever their order.
pub(super) fn same(one: &Roles, other: &Roles) -> bool {
    let sets = |roles: &Roles| -> BTreeMap<String, BTreeSet<String>> {
        held(roles).into_iter().map(|(id, roles)| (id, roles.into_iter().collect())).collect()
    };
    sets(one) == sets(other)
}

/// What billwerk stores.
///
/// ```json
/// {
///   "legal_entities": ["LE1", "LE2"],
///   "users": [
///     {"type": "internal", "email": "root@corp.example", "roles": {"LE1": ["Admin"]}},
///     {"type": "external", "status": "invited", "email": "eva@corp.example", "roles": {"LE1": ["Products"]}}
///   ]
/// }
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct State {
    /// The ids of the account's legal entities.
    pub legal_entities: Vec<String>,
    /// All users.
    pub users: Vec<User>,
}

/// A change of [`State`].
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// A user is created at the first login (BW-R5).
    Created(User),
    /// An administrator invites a user (BW-R15).
    Invited(User),
    /// An invited record gets its External Id and profile (BW-R17).
    LinkedToInvitation(Change),
    /// An internal user becomes external (BW-Q7, `link`).
    LinkedToInternalUser(Change),
    /// Profile fields change (BW-R6).
    ProfileUpdated(Change),
    /// Claimed roles replace the stored ones (BW-R14).
    RolesReplaced(Change),
    /// An administrator edits a user.
    Edited(Change),
}

/// A stored user as it becomes.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// Its place in [`State::users`].
    pub index: usize,
    /// What it becomes.
    pub user: Box<User>,
}

impl decision::Effect for Effect {
    fn text(&self) -> Option<String> {
        let code = match self {
            Self::Created(_) => "user.created",
            Self::Invited(_) => "user.invited",
            Self::LinkedToInvitation(_) => "user.linked_to_invitation",
            Self::LinkedToInternalUser(_) => "user.linked_to_internal_user",
            Self::ProfileUpdated(_) => "user.profile_updated",
            Self::RolesReplaced(_) => "user.roles_replaced",
            Self::Edited(_) => "user.edited",
        };
        Some(code.to_owned())
    }
}

/// The state after the effects.
pub(super) fn apply(mut state: State, effects: &[Effect]) -> State {
    for effect in effects {
        match effect {
            Effect::Created(user) | Effect::Invited(user) => state.users.push(user.clone()),
            Effect::LinkedToInvitation(change)
            | Effect::LinkedToInternalUser(change)
            | Effect::ProfileUpdated(change)
            | Effect::RolesReplaced(change)
            | Effect::Edited(change) => {
                if let Some(user) = state.users.get_mut(change.index) {
                    user.clone_from(&change.user);
                }
            }
        }
    }
    state
}

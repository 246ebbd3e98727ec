//! What billwerk stores, and what changes it.

use serde::{Deserialize, Serialize};

use super::config::{Integration, Strategy};
use super::record::{Roles, Status, UserType, excludes_itself};
use crate::decision::{self, Mistake};
use crate::products::draft::segment;
use crate::products::form::did_you_mean;

/// Everything that is stored.
///
/// ```yaml
/// legal_entities: [LE1, LE2] # left out, these two
/// users:
///   - { type: external, provider: oidc, external_id: ext-77, email: eva@corp.example, first_name: Eva,
///       last_name: Kern, status: active, roles: { LE1: [Finance] } }
///   - { status: invited, email: ida@corp.example }
///   - { type: internal, email: root@corp.example }
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct State {
    /// The ids of the account's legal entities.
    pub legal_entities: Vec<String>,
    /// The users, in the order in which they came.
    pub users: Vec<User>,
}

/// A stored user.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct User {
    /// External or internal.
    #[serde(default, rename = "type")]
    pub user_type: UserType,
    /// The integration that owns an external user.
    #[serde(default)]
    pub provider: Integration,
    /// External Id; an invitation may hold one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// The e-mail address as it was first or last received.
    pub email: String,
    /// The first name.
    #[serde(default)]
    pub first_name: String,
    /// The last name.
    #[serde(default)]
    pub last_name: String,
    /// Whether the user has signed in yet.
    #[serde(default)]
    pub status: Status,
    /// Legal entity → roles.
    #[serde(default)]
    pub roles: Roles,
    /// The strategy under which the roles were given; left out, the one that is configured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub roles_from: Option<Strategy>,
}

impl User {
    /// Whether this is the user's e-mail address, letter case aside.
    pub(super) fn has_email(&self, email: &str) -> bool {
        self.email.to_lowercase() == email.to_lowercase()
    }

    /// Whether the user is external and owned by this integration.
    pub(super) fn is_of(&self, integration: Integration) -> bool {
        self.user_type == UserType::External && self.provider == integration
    }
}

/// Who a login says the user is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// `sub`.
    pub external_id: String,
    /// `email`.
    pub email: String,
    /// `given_name`, or empty.
    pub first_name: String,
    /// `family_name`, or empty.
    pub last_name: String,
}

/// A change of the state. Users are named by their position, which is the same until the changes are applied.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// A login created the user (BW-R5).
    Created(Box<User>),
    /// A login linked an invited user (BW-R17).
    Linked(usize, Person),
    /// A login made an internal user external (BW-Q7 = `link`).
    Converted(usize, Integration, Person),
    /// A login brought another e-mail address or name (BW-R6).
    ProfileUpdated(usize, Person),
    /// A login replaced the roles (BW-R14).
    RolesReplaced(usize, Roles, Strategy),
    /// A login brought the same roles, in another order or under another strategy; this is not listed.
    RolesConfirmed(usize, Roles, Strategy),
    /// An administrator invited a user (BW-R15).
    Invited(Box<User>),
    /// An administrator edited a user.
    Edited(usize, Box<User>),
    /// An administrator gave a user other roles.
    RolesAssigned(usize, Box<User>),
}

impl decision::Effect for Effect {
    fn text(&self) -> Option<String> {
        let code = match self {
            Self::Created(_) => "user.created".to_owned(),
            Self::Linked(..) => "user.linked_to_invitation".to_owned(),
            Self::Converted(..) => "user.converted_to_external".to_owned(),
            Self::ProfileUpdated(..) => "user.profile_updated".to_owned(),
            Self::RolesReplaced(..) => "user.roles_replaced".to_owned(),
            Self::RolesConfirmed(..) => return None,
            Self::Invited(user) => format!("user.invited:{}", user.email),
            Self::Edited(_, user) => format!("user.edited:{}", user.email),
            Self::RolesAssigned(_, user) => format!("user.roles_assigned:{}", user.email),
        };
        Some(code)
    }
}

impl Default for State {
    /// An account with two legal entities and nobody in it: a role needs a legal entity to be given for.
    fn default() -> Self {
        Self { legal_entities: ["LE1", "LE2"].map(str::to_owned).to_vec(), users: Vec::new() }
    }
}

impl State {
    /// The state after one change.
    pub(super) fn after(mut self, effect: &Effect) -> Self {
        match effect {
            Effect::Created(user) | Effect::Invited(user) => self.users.push((**user).clone()),
            Effect::Linked(user, person) | Effect::ProfileUpdated(user, person) => {
                self.change(*user, |user| user.is_now(person));
            }
            Effect::Converted(user, integration, person) => self.change(*user, |user| {
                user.user_type = UserType::External;
                user.provider = *integration;
                user.is_now(person);
            }),
            Effect::RolesReplaced(user, roles, from) | Effect::RolesConfirmed(user, roles, from) => {
                self.change(*user, |user| {
                    user.roles.clone_from(roles);
                    user.roles_from = Some(*from);
                });
            }
            Effect::Edited(user, edited) | Effect::RolesAssigned(user, edited) => {
                self.change(*user, |user| user.clone_from(edited));
            }
        }
        self
    }

    fn change(&mut self, user: usize, change: impl FnOnce(&mut User)) {
        if let Some(user) = self.users.get_mut(user) {
            change(user);
        }
    }
}

impl User {
    /// Takes over who the provider says this is.
    pub(super) fn is_now(&mut self, person: &Person) {
        self.external_id = Some(person.external_id.clone());
        self.email.clone_from(&person.email);
        self.first_name.clone_from(&person.first_name);
        self.last_name.clone_from(&person.last_name);
        self.status = Status::Active;
    }
}

/// Checks a state that somebody wrote.
///
/// # Errors
///
/// All mistakes, each with its place.
pub(super) fn check(state: &State) -> Result<(), Vec<Mistake>> {
    let mut mistakes = Vec::new();
    for (index, user) in state.users.iter().enumerate() {
        let before = state.users.get(..index).unwrap_or_default();
        mistakes.extend(who_it_is(user, before).map(|(field, message)| Mistake {
            path: format!("/users/{index}/{field}"),
            message,
            help: None,
        }));
        mistakes.extend(check_roles(state, &user.roles).into_iter().map(|wrong| Mistake {
            path: format!("/users/{index}/roles/{}", segment(&wrong.legal_entity)),
            message: wrong.message,
            help: wrong.help,
        }));
    }
    if mistakes.is_empty() { Ok(()) } else { Err(mistakes) }
}

/// What is wrong with who a user is, given those before.
fn who_it_is(user: &User, before: &[User]) -> Option<(&'static str, String)> {
    let internal = user.user_type == UserType::Internal;
    match &user.external_id {
        Some(_) if internal => Some(("external_id", "an internal user has no External Id".to_owned())),
        None if !internal && user.status == Status::Active => {
            Some(("external_id", "an active external user has an External Id".to_owned()))
        }
        Some(id)
            if before
                .iter()
                .any(|other| other.is_of(user.provider) && other.external_id == user.external_id) =>
        {
            Some(("external_id", format!("`{id}` is taken by an earlier user")))
        }
        Some(_) | None => None,
    }
}

/// A legal entity whose roles cannot be given.
#[derive(Debug)]
pub(super) struct WrongRoles {
    pub(super) legal_entity: String,
    /// `unknown_legal_entity` or `invalid_role_combination`.
    pub(super) code: &'static str,
    pub(super) message: String,
    pub(super) help: Option<String>,
}

/// What is wrong with roles given by hand: each legal entity exists, and roles that stand alone do.
pub(super) fn check_roles(state: &State, roles: &Roles) -> Vec<WrongRoles> {
    let wrong = |(entity, roles): (&String, &Vec<_>)| {
        let legal_entity = entity.clone();
        if !state.legal_entities.contains(entity) {
            let known: Vec<&str> = state.legal_entities.iter().map(String::as_str).collect();
            let message = format!("unknown legal entity `{entity}`");
            let help = did_you_mean(entity, &known);
            Some(WrongRoles { legal_entity, code: "unknown_legal_entity", message, help })
        } else if excludes_itself(roles) {
            let message = "`Admin` and `ReadOnlyOperations` stand alone".to_owned();
            Some(WrongRoles { legal_entity, code: "invalid_role_combination", message, help: None })
        } else {
            None
        }
    };
    roles.iter().filter_map(wrong).collect()
}

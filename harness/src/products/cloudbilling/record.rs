//! What a sign-in to CloudBilling leaves behind: a session and a stored user with its groups.

use serde::{Deserialize, Serialize};

use crate::decision::{self, Field};

/// The fields of a [`Record`].
pub(super) const FIELDS: &[Field] = &[
    Field::of(
        "session",
        &[
            Field::value("tenant"),
            Field::value("issuer"),
            Field::value("sub"),
            Field::value("sid"),
            Field::value("expires_at"),
        ],
    ),
    Field::of(
        "user",
        &[
            Field::list("external_key"),
            Field::value("email"),
            Field::value("name"),
            Field::value("preferred_username"),
            Field::value("given_name"),
            Field::value("family_name"),
            Field::value("locale"),
            Field::value("zoneinfo"),
            Field::list("user_groups"),
            Field::value("locked"),
        ],
    ),
];

/// CloudBilling's own record of a sign-in.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Record {
    /// The session; absent for an administrator's act.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session: Option<Session>,
    /// The user as stored.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<User>,
}

/// A session of a tenant.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Session {
    /// The tenant's path.
    pub tenant: String,
    /// The issuer.
    pub issuer: String,
    /// The subject.
    pub sub: String,
    /// The session at the provider, if the ID token names it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sid: Option<String>,
    /// `exp` of the ID token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<i64>,
}

/// A user who signs in by SSO.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct User {
    /// Issuer and subject: who this is (CB-R6).
    pub external_key: [String; 2],
    /// E-mail, as given.
    pub email: String,
    /// Full name.
    pub name: String,
    /// User name.
    pub preferred_username: String,
    /// First name.
    pub given_name: String,
    /// Last name.
    pub family_name: String,
    /// Language tag, as given; absent under the lenient reading when nothing supplies one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
    /// Time zone, as given; absent under the lenient reading when nothing supplies one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zoneinfo: Option<String>,
    /// Ids of the user groups.
    pub user_groups: Vec<String>,
    /// Whether an administrator has locked the account.
    pub locked: bool,
}

/// What a tenant stores.
///
/// ```json
/// {
///   "user_groups": ["ug-sales", "ug-finance"],
///   "users": [{"external_key": ["https://idp.example", "a1"], "user_groups": ["ug-sales"], "locked": false}],
///   "local_accounts": ["bob@acme.example"],
///   "environment": {"locale": "nl-NL", "zoneinfo": "Europe/Amsterdam"}
/// }
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct State {
    /// The ids of the user groups that exist.
    pub user_groups: Vec<String>,
    /// The users who have signed in by SSO.
    pub users: Vec<User>,
    /// The e-mail addresses of accounts with a local password.
    pub local_accounts: Vec<String>,
    /// Settings of the environment, for profile fields that nothing supplies.
    pub environment: Environment,
}

/// The environment's settings.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Environment {
    /// Language tag.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
    /// Time zone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zoneinfo: Option<String>,
}

impl State {
    /// The user with this key.
    pub fn user(&self, key: &[String; 2]) -> Option<&User> {
        self.users.iter().find(|user| user.external_key == *key)
    }
}

/// A change of [`State`].
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// A user is created at the first sign-in (CB-R18).
    Created(User),
    /// A local account becomes the user who signs in (CB-Q8, `link`).
    LocalAccountLinked {
        /// Its e-mail.
        email: String,
    },
    /// Stored groups are emptied (CB-R16).
    GroupsCleared {
        /// Whose.
        key: [String; 2],
    },
    /// The groups of the claim replace other stored ones (CB-R17).
    GroupsReplaced {
        /// Whose.
        key: [String; 2],
        /// The new groups.
        groups: Vec<String>,
    },
    /// Profile fields, and the order of unchanged groups, are taken over; not listed (CB-R18).
    Refreshed(User),
    /// An administrator locks or unlocks an account.
    Locked {
        /// Whose.
        key: [String; 2],
        /// Locked or not.
        locked: bool,
    },
}

impl decision::Effect for Effect {
    fn text(&self) -> Option<String> {
        let code = match self {
            Self::Created(_) => "user.created",
            Self::LocalAccountLinked { .. } => "user.linked_to_local_account",
            Self::GroupsCleared { .. } => "user.groups_cleared",
            Self::GroupsReplaced { .. } => "user.groups_replaced",
            Self::Refreshed(_) => return None,
            Self::Locked { locked: true, .. } => "user.locked",
            Self::Locked { locked: false, .. } => "user.unlocked",
        };
        Some(code.to_owned())
    }
}

/// The state after the effects.
pub(super) fn apply(mut state: State, effects: &[Effect]) -> State {
    for effect in effects {
        match effect {
            Effect::Created(user) => state.users.push(user.clone()),
            Effect::LocalAccountLinked { email } => {
                state.local_accounts.retain(|account| !account.eq_ignore_ascii_case(email));
            }
            Effect::GroupsCleared { key } => change(&mut state, key, |user| user.user_groups.clear()),
            Effect::GroupsReplaced { key, groups } => {
                change(&mut state, key, |user| user.user_groups.clone_from(groups));
            }
            Effect::Refreshed(fresh) => change(&mut state, &fresh.external_key, |user| *user = fresh.clone()),
            Effect::Locked { key, locked } => change(&mut state, key, |user| user.locked = *locked),
        }
    }
    state
}

fn change(state: &mut State, key: &[String; 2], change: impl FnOnce(&mut User)) {
    if let Some(user) = state.users.iter_mut().find(|user| user.external_key == *key) {
        change(user);
    }
}

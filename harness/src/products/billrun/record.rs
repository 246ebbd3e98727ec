//! What a login to BillRun leaves behind: a session, and one line in the audit log.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::decision::{self, Field, Timestamp};

/// The fields of a [`Record`], and of a refusal.
pub(super) const FIELDS: &[Field] = &[
    Field::value("redirect"),
    Field::of(
        "session",
        &[
            Field::value("username"),
            Field::list("roles"),
            Field::value("virtual_user"),
            Field::value("auth_protocol"),
            Field::value("auth_provider"),
            Field::of("identity", &[Field::value("provider"), Field::value("username")]),
        ],
    ),
    Field::list("effective_permissions"),
    Field::value("persistent_user_written"),
];

/// BillRun's own record of a login.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Record {
    /// Where the browser goes.
    pub redirect: String,
    /// The session.
    pub session: Session,
    /// The known permissions whose check succeeds, in the order `read`, `write`, `reports`, `admin`.
    pub effective_permissions: Vec<String>,
    /// Whether a user was stored: never (BR-R19).
    pub persistent_user_written: bool,
}

/// The session record.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Session {
    /// The user name.
    pub username: String,
    /// The roles as received.
    pub roles: Vec<String>,
    /// Always true: there is no stored user behind the session.
    pub virtual_user: bool,
    /// Always `Oidc`.
    pub auth_protocol: String,
    /// The name of the provider.
    pub auth_provider: String,
    /// Who this is in reports (BR-Q8).
    pub identity: Identity,
}

/// Who somebody is in reports.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Identity {
    /// The provider; absent when the same name at two providers is one person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
    /// The user name.
    pub username: String,
}

/// What BillRun stores about logins: no users, only the audit log.
///
/// ```json
/// {"audit": {"login_dana": {"action": "login", "provider": "keycloak", "at": 1793491200}}}
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct State {
    /// The newest audit entry of each key.
    pub audit: BTreeMap<String, AuditEntry>,
}

/// One line of the audit log.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuditEntry {
    /// Always `login`.
    pub action: String,
    /// The provider that was used.
    pub provider: String,
    /// When.
    pub at: Timestamp,
}

/// A change of [`State`].
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// An audit entry is written (BR-R19); the user store is not touched, so nothing is listed.
    Audited {
        /// `login_<username>`.
        key: String,
        /// The entry.
        entry: AuditEntry,
    },
}

impl decision::Effect for Effect {
    fn text(&self) -> Option<String> {
        match self {
            Self::Audited { .. } => None,
        }
    }
}

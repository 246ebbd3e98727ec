//! What an edit may look at: the exchange that is under way, what went before it, and who attacks.

use serde_json::Value;

use crate::protocol::Timestamp;
use crate::protocol::keys::KeySet;

/// The second party of an attack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attacker {
    /// The issuer that the attacker runs.
    pub issuer: String,
    /// Where the attacker listens: an address that a correct relying party never calls.
    pub trap: String,
    /// The issuer that is attacked, for faults of the attacker's own provider.
    pub honest: String,
}

impl Default for Attacker {
    /// Names that lead nowhere (RFC6761-6.4), for those who have no attacker to point at.
    fn default() -> Self {
        Self {
            issuer: "https://attacker.invalid".to_owned(),
            trap: "https://trap.invalid".to_owned(),
            honest: "https://honest.invalid".to_owned(),
        }
    }
}

/// What the client was given in its login before this one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Previous {
    /// `state` of that request.
    pub state: Option<String>,
    /// Its `nonce`.
    pub nonce: Option<String>,
    /// The code.
    pub code: Option<String>,
    /// The access token.
    pub access_token: Option<String>,
    /// The ID token.
    pub id_token: Option<String>,
    /// The logout token that ended it.
    pub logout_token: Option<String>,
}

/// The exchange in which a fault fires.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The issuer itself.
    pub issuer: &'a str,
    /// The client.
    pub client_id: &'a str,
    /// Its secret.
    pub client_secret: Option<&'a str>,
    /// The time.
    pub now: Timestamp,
    /// The keys of the provider.
    pub keys: &'a KeySet,
    /// Who attacks.
    pub attacker: &'a Attacker,
    /// The login before.
    pub previous: &'a Previous,
    /// The access token that comes along.
    pub access_token: Option<&'a str>,
    /// A number that no other answer has, for values that must be new each time.
    pub serial: u64,
}

impl Context<'_> {
    /// The JWK set as published now.
    pub(super) fn published(&self) -> Value {
        self.keys.published(self.now)
    }

    /// The address at the issuer under attack that corresponds to one of ours.
    pub(super) fn honest(&self, own: &str) -> String {
        let below = own.strip_prefix(self.issuer.trim_end_matches('/'));
        below.map_or_else(
            || own.to_owned(),
            |path| format!("{}{path}", self.attacker.honest.trim_end_matches('/')),
        )
    }

    /// An address below the trap.
    pub(super) fn trap(&self, path: &str) -> String {
        format!("{}{path}", self.attacker.trap.trim_end_matches('/'))
    }
}

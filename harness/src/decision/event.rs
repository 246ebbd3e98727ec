//! What can happen to a product: someone asks to sign in, signs in, renews, signs out, is checked, or is administered.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Documents;

/// A visitor asks to sign in.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Start {
    /// The protocol that the start URL names (BillRun: `oidc`).
    pub protocol: Option<String>,
    /// The provider that the start URL names.
    pub provider: Option<String>,
    /// Where to go after the sign-in, as the start URL asks.
    pub return_to: Option<String>,
}

/// A protocol check that failed before the claims could be trusted (X-R1 to X-R5).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ProtocolFailure {
    /// The code of products.md 0.3: `state_mismatch`, `nonce_mismatch`, `invalid_id_token:aud`, `idp_error:access_denied`, …
    pub code: String,
    /// The name of the relying party's rejection, for example `audience_mismatch`.
    pub name: &'static str,
    /// The clause that demands the check, for example `OIDCC-3.1.3.7-3`.
    pub clause: &'static str,
    /// What was expected and what was found, in words.
    pub detail: String,
}

/// Where a sign-in comes from: the facts of the exchange that products look at besides the claims.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Origin {
    /// The issuer that the tokens were verified against.
    pub issuer: String,
    /// Whether tokens came in a query string, which the standard does not allow.
    pub tokens_in_query: bool,
}

/// A sign-in, or a renewal of one, as the relying party saw it.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct SignIn {
    /// What the visitor had asked for.
    pub start: Start,
    /// The facts of the exchange.
    pub origin: Origin,
    /// The documents received; empty when the exchange failed before any arrived.
    pub documents: Documents,
    /// The protocol check that failed, if one did.
    pub failure: Option<ProtocolFailure>,
}

/// What an administrator does inside the product.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// Invite somebody; the fields are the product's own.
    Invite(Value),
    /// Change a stored user; the fields are the product's own.
    EditUser(Value),
    /// Give a stored user roles by hand; the fields are the product's own.
    AssignRoles(Value),
    /// Switch the kind of authentication (Bindplane's `auth.type`).
    SwitchAuthentication(Value),
}

/// A session as the relying party keeps it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SessionView {
    /// The product's own record of the sign-in that opened or last renewed the session.
    pub record: Value,
    /// `iss` of the sign-in.
    pub issuer: String,
    /// `sub` of the sign-in, if the identity document had one.
    pub subject: Option<String>,
}

/// What happens.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub enum Event {
    /// Somebody signs in.
    SignIn(Box<SignIn>),
    /// A running session is renewed with new documents.
    Renewal(Box<SignIn>),
    /// The provider refused to renew a session; the OAuth error code.
    RenewalRefused {
        /// The session that stays until it expires.
        session: SessionView,
        /// The provider's error code, for example `login_required`.
        error: String,
    },
    /// Somebody signs out, here or at the provider.
    SignOut {
        /// The session that ends.
        session: SessionView,
    },
    /// The product asks itself whether a session may do something.
    PermissionCheck {
        /// The session.
        session: SessionView,
        /// The permission asked for.
        permission: String,
    },
    /// An administrator acts.
    Administer(Act),
}

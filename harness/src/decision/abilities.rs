//! What the relying party does for a product beyond a plain login. The five products ask for none of it.

use serde::Serialize;

/// What is special about a product's dealings with one provider. By default nothing is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Abilities {
    /// How the client became known to the provider.
    pub registration: Registration,
}

/// How a client becomes known to a provider.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Registration {
    /// Somebody registered it, and configured the product with its identifier.
    #[default]
    Configured,
}

/// What a product answers besides its own pages. By default nothing is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Services {
    /// Whether its start path begins a sign-in even when somebody is signed in.
    pub starts_anew: bool,
    /// Where a session's tokens are renewed with its refresh token.
    pub refresh: Option<String>,
}

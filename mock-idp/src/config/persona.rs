//! Two ways for a provider to be: what each chooses where the configuration says nothing.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{IdpConfig, UserConfig, example_users};
pub use crate::protocol::authorization::{ConsentRule, OfflineAccess};
pub use crate::protocol::pkce::PkceRule;

/// What a provider is like where nothing else is said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(transform = crate::protocol::plain_enum)]
pub enum Persona {
    /// Good for a first try: every document carries every claim, and whatever happens on this machine is fine.
    #[default]
    Lenient,
    /// As the OpenID Foundation's conformance tests ask for.
    Strict,
}

impl Persona {
    /// The spelling in files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Lenient => "lenient",
            Self::Strict => "strict",
        }
    }
}

/// What becomes of a `login_hint` that names a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(transform = crate::protocol::plain_enum)]
pub enum LoginHint {
    /// The user is signed in without a page.
    SignIn,
    /// The login page has the user's name filled in.
    Prefill,
}

/// What is chosen for one provider: by the configuration, or else by its persona. `docs/personas.md` has the table.
impl IdpConfig {
    /// Whether request objects are fetched only from where a client registered them.
    pub fn only_registered_request_uris(&self) -> bool {
        self.requests.only_registered_uris.unwrap_or_else(|| self.only_registered_clients())
    }

    /// Whether only registered clients are known.
    pub fn only_registered_clients(&self) -> bool {
        !self.any_client.unwrap_or(self.clients.is_empty() && self.persona == Persona::Lenient)
    }

    /// Whether clients may register themselves.
    pub fn registration_is_open(&self) -> bool {
        let by_persona = || self.persona == Persona::Strict || !self.only_registered_clients();
        self.registration.unwrap_or_else(by_persona)
    }

    /// Whether `profile`, `email`, `address` and `phone` release their claims, which nobody sees without them.
    pub fn scopes_are_standard(&self) -> bool {
        self.standard_scopes.unwrap_or(self.persona == Persona::Strict)
    }

    /// Whether ID tokens leave to UserInfo what UserInfo can say.
    pub fn id_tokens_are_thin(&self) -> bool {
        self.thin_id_tokens.unwrap_or(self.persona == Persona::Strict)
    }

    /// When a person is asked to agree.
    pub fn consent_rule(&self) -> ConsentRule {
        self.consent.unwrap_or(match self.persona {
            Persona::Lenient => ConsentRule::Never,
            Persona::Strict => ConsentRule::Once,
        })
    }

    /// Whether nobody sits in front of the pages, so that only an explicit setting shows one.
    pub fn nobody_to_ask(&self) -> bool {
        self.auto_login.is_some() && self.consent.is_none()
    }

    /// When `offline_access` counts.
    pub fn offline_access_rule(&self) -> OfflineAccess {
        self.offline_access.unwrap_or(match self.persona {
            Persona::Lenient => OfflineAccess::WhenAsked,
            Persona::Strict => OfflineAccess::WithConsent,
        })
    }

    /// Who has to send a PKCE challenge, where the client's own settings do not say.
    pub fn pkce_rule(&self) -> PkceRule {
        self.pkce.unwrap_or(match self.persona {
            Persona::Lenient => PkceRule::PublicClients,
            Persona::Strict => PkceRule::Optional,
        })
    }

    /// What becomes of a `login_hint`.
    pub fn login_hint_rule(&self) -> LoginHint {
        self.login_hint.unwrap_or(match self.persona {
            Persona::Lenient => LoginHint::SignIn,
            Persona::Strict => LoginHint::Prefill,
        })
    }

    /// The users: those that are configured, or else the example users.
    pub fn known_users(&self) -> IndexMap<String, UserConfig> {
        if self.users.is_empty() { example_users(self.persona) } else { self.users.clone() }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::{Value, json};

    use super::*;

    fn config(value: Value) -> IdpConfig {
        serde_json::from_value(value).unwrap()
    }

    #[rstest]
    #[case::first_try(json!({}), false, true)]
    #[case::with_clients(json!({ "clients": { "app": {} } }), true, false)]
    #[case::strict(json!({ "persona": "strict" }), true, true)]
    #[case::strict_with_clients(json!({ "persona": "strict", "clients": { "app": {} } }), true, true)]
    #[case::strict_for_any_client(json!({ "persona": "strict", "any_client": true }), false, true)]
    #[case::strict_without_registration(json!({ "persona": "strict", "registration": false }), true, false)]
    fn who_may_come_follows_from_persona_and_clients(
        #[case] idp: Value,
        #[case] only_registered: bool,
        #[case] registration: bool,
    ) {
        let config = config(idp);
        assert_eq!(
            (config.only_registered_clients(), config.registration_is_open()),
            (only_registered, registration)
        );
    }

    #[test]
    fn each_choice_of_a_persona_can_be_made_by_itself() {
        let config = config(json!({
            "persona": "strict",
            "standard_scopes": false,
            "thin_id_tokens": false,
            "offline_access": "when_asked",
            "consent": "always",
            "pkce": "required",
            "login_hint": "sign_in",
        }));
        assert!(!config.scopes_are_standard() && !config.id_tokens_are_thin());
        assert_eq!(config.offline_access_rule(), OfflineAccess::WhenAsked);
        assert_eq!(config.consent_rule(), ConsentRule::Always);
        assert_eq!(config.pkce_rule(), PkceRule::Required);
        assert_eq!(config.login_hint_rule(), LoginHint::SignIn);
    }
}

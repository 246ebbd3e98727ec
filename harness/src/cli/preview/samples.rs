//! Claims in the shapes in which real providers send them. They are part of the binary, so that it has them anywhere.

use clap::ValueEnum;

/// A shape, by the provider that sends it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Sample {
    /// Keycloak: roles in the access token, below `realm_access` and `resource_access`
    Keycloak,
    /// Microsoft Entra ID: groups as object ids
    Entra,
    /// Microsoft Entra ID: app roles
    EntraRoles,
    /// Microsoft Entra ID: too many groups for a token
    EntraOverage,
    /// Okta: group names in both tokens
    Okta,
    /// Auth0: names behind a namespace
    Auth0,
    /// Ping Identity: group names in an attribute of the application
    Ping,
    /// Google: no groups at all
    Google,
}

impl Sample {
    /// The name of the file, and its text.
    pub(super) const fn file(self) -> (&'static str, &'static str) {
        match self {
            Self::Keycloak => {
                ("fixtures/claims/keycloak.yaml", include_str!("../../../../fixtures/claims/keycloak.yaml"))
            }
            Self::Entra => {
                ("fixtures/claims/entra.yaml", include_str!("../../../../fixtures/claims/entra.yaml"))
            }
            Self::EntraRoles => (
                "fixtures/claims/entra-roles.yaml",
                include_str!("../../../../fixtures/claims/entra-roles.yaml"),
            ),
            Self::EntraOverage => (
                "fixtures/claims/entra-overage.yaml",
                include_str!("../../../../fixtures/claims/entra-overage.yaml"),
            ),
            Self::Okta => {
                ("fixtures/claims/okta.yaml", include_str!("../../../../fixtures/claims/okta.yaml"))
            }
            Self::Auth0 => {
                ("fixtures/claims/auth0.yaml", include_str!("../../../../fixtures/claims/auth0.yaml"))
            }
            Self::Ping => {
                ("fixtures/claims/ping.yaml", include_str!("../../../../fixtures/claims/ping.yaml"))
            }
            Self::Google => {
                ("fixtures/claims/google.yaml", include_str!("../../../../fixtures/claims/google.yaml"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sample_says_where_its_shape_is_documented() {
        for sample in Sample::value_variants() {
            let (name, text) = sample.file();
            assert!(text.contains("# Shape: https://"), "{name}");
        }
    }
}

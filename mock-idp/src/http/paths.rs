//! Every URL path, once.

use crate::provider::{Endpoint, path};

/// Whether the server answers at all.
pub(super) const HEALTH: &str = "/health";

/// Where the issuer of a person is looked up (RFC7033-10.1).
pub(super) const WEBFINGER: &str = "/.well-known/webfinger";

/// OpenID Connect discovery, after the issuer (OIDCD-4).
const OPENID_CONFIGURATION: &str = "/.well-known/openid-configuration";

/// RFC 8414 metadata, before the issuer's path (RFC8414-3.1); after it as well, because many clients look there.
const OAUTH_AUTHORIZATION_SERVER: &str = "/.well-known/oauth-authorization-server";

/// Where a path leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Route {
    /// The issuer's path, without a final slash.
    pub(super) issuer: String,
    /// The endpoint below it.
    pub(super) endpoint: Endpoint,
}

/// The endpoints by the end of their path.
const SUFFIXES: [(&str, Endpoint); 16] = [
    (OPENID_CONFIGURATION, Endpoint::Discovery),
    (OAUTH_AUTHORIZATION_SERVER, Endpoint::OauthMetadata),
    (path::JWKS, Endpoint::Jwks),
    (path::AUTHORIZATION, Endpoint::Authorization),
    (path::LOGIN, Endpoint::Login),
    (path::CONSENT, Endpoint::Consent),
    (path::TOKEN, Endpoint::Token),
    (path::PUSHED, Endpoint::PushedAuthorizationRequest),
    (path::USERINFO, Endpoint::Userinfo),
    (path::INTROSPECTION, Endpoint::Introspection),
    (path::REVOCATION, Endpoint::Revocation),
    (path::END_SESSION, Endpoint::EndSession),
    (path::CHECK_SESSION, Endpoint::CheckSession),
    (path::REGISTRATION, Endpoint::Registration),
    (path::DEVICE_AUTHORIZATION, Endpoint::DeviceAuthorization),
    (path::DEVICE, Endpoint::Device),
];

/// What a claims provider has, by the end of the path below it.
const CLAIMS_PROVIDER: [(&str, Endpoint); 3] = [
    (OPENID_CONFIGURATION, Endpoint::ClaimsProvider),
    (path::JWKS, Endpoint::ClaimsProviderKeys),
    (path::CLAIMS, Endpoint::Claims),
];

/// Finds issuer and endpoint of a path below the issuer's claims provider. Where there is none, such a path is an issuer's as
/// any other.
pub(super) fn locate_claims_provider(path: &str) -> Option<Route> {
    CLAIMS_PROVIDER.into_iter().find_map(|(suffix, endpoint)| {
        let issuer = path.strip_suffix(suffix)?.strip_suffix(path::CLAIMS_PROVIDER)?;
        Some(Route { issuer: normal(issuer), endpoint })
    })
}

/// Finds issuer and endpoint of a path.
pub(super) fn locate(path: &str) -> Option<Route> {
    if let Some(issuer) = path.strip_prefix(OAUTH_AUTHORIZATION_SERVER)
        && (issuer.is_empty() || issuer.starts_with('/'))
    {
        return Some(Route { issuer: normal(issuer), endpoint: Endpoint::OauthMetadata });
    }
    SUFFIXES.into_iter().find_map(|(suffix, endpoint)| {
        path.strip_suffix(suffix).map(|issuer| Route { issuer: normal(issuer), endpoint })
    })
}

/// An issuer's path as it is stored: with a slash in front, none at the end, empty for the root.
pub(super) fn normal(path: &str) -> String {
    let trimmed = path.trim_matches('/');
    if trimmed.is_empty() { String::new() } else { format!("/{trimmed}") }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::root("/.well-known/openid-configuration", "", Endpoint::Discovery)]
    #[case::one_segment("/acme/authorize", "/acme", Endpoint::Authorization)]
    #[case::several_segments("/tenants/7/v2.0/token", "/tenants/7/v2.0", Endpoint::Token)]
    #[case::named_like_an_endpoint("/token/token", "/token", Endpoint::Token)]
    #[case::metadata_before_the_path(
        "/.well-known/oauth-authorization-server/acme/eu",
        "/acme/eu",
        Endpoint::OauthMetadata
    )]
    #[case::metadata_of_the_root("/.well-known/oauth-authorization-server", "", Endpoint::OauthMetadata)]
    #[case::metadata_after_the_path(
        "/acme/.well-known/oauth-authorization-server",
        "/acme",
        Endpoint::OauthMetadata
    )]
    #[case::issuer_with_a_final_slash("/acme//jwks", "/acme", Endpoint::Jwks)]
    fn any_path_is_an_issuer(#[case] path: &str, #[case] issuer: &str, #[case] endpoint: Endpoint) {
        assert_eq!(locate(path), Some(Route { issuer: issuer.to_owned(), endpoint }));
    }

    #[rstest]
    #[case::keys("/acme/claims_provider/jwks", Some(("/acme", Endpoint::ClaimsProviderKeys)))]
    #[case::of_the_root("/claims_provider/claims", Some(("", Endpoint::Claims)))]
    #[case::metadata(
        "/claims_provider/.well-known/openid-configuration",
        Some(("", Endpoint::ClaimsProvider))
    )]
    #[case::another_endpoint("/claims_provider/token", None)]
    #[case::a_longer_word("/claims_providers/jwks", None)]
    fn a_claims_provider_is_below_its_issuer(#[case] path: &str, #[case] expected: Option<(&str, Endpoint)>) {
        let expected = expected.map(|(issuer, endpoint)| Route { issuer: issuer.to_owned(), endpoint });
        assert_eq!(locate_claims_provider(path), expected);
    }

    #[rstest]
    #[case::nothing("/")]
    #[case::only_an_issuer("/acme")]
    #[case::a_word_that_only_ends_alike("/mytoken")]
    fn other_paths_lead_nowhere(#[case] path: &str) {
        assert_eq!(locate(path), None);
    }
}

//! One provider, one relying party, one clock and one seed: the world of one case.

use super::load::IDP_BASE;

/// The issuer as everybody sees it: a path is below the provider's address.
pub(super) fn issuer_url(issuer: &str) -> String {
    if issuer.starts_with('/') { format!("{IDP_BASE}{issuer}") } else { issuer.to_owned() }
}

/// Where an issuer's keys are published.
pub(super) fn jwks_uri(issuer: &str) -> String {
    format!("{}/jwks", issuer.trim_end_matches('/'))
}

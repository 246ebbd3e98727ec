//! Subject identifiers that differ from sector to sector (OIDCC-8).

use std::fmt;

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use url::Url;

/// Whether a client sees the same subject identifiers as others (OIDCC-8).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(transform = crate::protocol::plain_enum)]
pub enum SubjectType {
    /// "This provides the same sub (subject) value to all Clients."
    #[default]
    Public,
    /// "This provides a different sub value to each Client, so as not to enable Clients to correlate the End-User's
    /// activities without permission."
    Pairwise,
}

impl SubjectType {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Public, Self::Pairwise];

    /// The wire spelling.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Pairwise => "pairwise",
        }
    }
}

/// Why nobody can tell the sector of a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoSector {
    /// Redirect URIs on several hosts.
    #[error(
        "the redirect_uris are on several hosts, so pairwise subjects need a `sector_identifier_uri` (OIDCC-8.1)"
    )]
    Several,
    /// No host at all.
    #[error("no redirect URI has a host, so pairwise subjects need a `sector_identifier_uri` (OIDCC-8.1)")]
    None,
}

/// The sector of a client: the host of its `sector_identifier_uri`, or else that of its redirect URIs. "If there are multiple
/// hostnames in the registered `redirect_uris`, the Client MUST register a `sector_identifier_uri`." (OIDCC-8.1)
pub fn sector<'a>(
    sector_identifier_uri: Option<&str>,
    redirect_uris: impl IntoIterator<Item = &'a str>,
) -> Result<String, NoSector> {
    if let Some(uri) = sector_identifier_uri {
        return host(uri).ok_or(NoSector::None);
    }
    let mut found = None;
    for uri in redirect_uris {
        let host = host(uri).ok_or(NoSector::None)?;
        if found.get_or_insert_with(|| host.clone()) != &host {
            return Err(NoSector::Several);
        }
    }
    found.ok_or(NoSector::None)
}

fn host(uri: &str) -> Option<String> {
    let url = Url::parse(uri).ok()?;
    url.host_str().filter(|host| !host.is_empty()).map(str::to_owned)
}

/// What keeps others from computing pairwise subjects.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PairwiseSalt(pub [u8; 32]);

impl fmt::Debug for PairwiseSalt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PairwiseSalt").finish_non_exhaustive()
    }
}

impl PairwiseSalt {
    /// The subject identifier of a person in a sector: "sub = SHA-256 ( `sector_identifier` || `local_account_id` || salt )"
    /// (OIDCC-8.1), with lengths between, so that no two pairs are one text.
    pub fn subject(&self, sector: &str, local: &str) -> String {
        let text = format!("{}:{sector}{}:{local}", sector.len(), local.len());
        let mut hash = digest::Context::new(&digest::SHA256);
        hash.update(text.as_bytes());
        hash.update(&self.0);
        URL_SAFE_NO_PAD.encode(hash.finish())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::of_the_document(Some("https://sector.example/uris.json"), &["https://a.example/cb", "https://b.example/cb"], Ok("sector.example"))]
    #[case::of_the_only_host(None, &["https://a.example/cb", "https://a.example:8443/other"], Ok("a.example"))]
    #[case::of_several(None, &["https://a.example/cb", "https://b.example/cb"], Err(NoSector::Several))]
    #[case::of_none(None, &[], Err(NoSector::None))]
    #[case::of_an_app(None, &["com.example.app:/cb"], Err(NoSector::None))]
    fn a_sector_is_a_host(
        #[case] uri: Option<&str>,
        #[case] redirect_uris: &[&str],
        #[case] expected: Result<&str, NoSector>,
    ) {
        assert_eq!(sector(uri, redirect_uris.iter().copied()), expected.map(str::to_owned));
    }

    proptest! {
        #[test]
        fn subjects_differ_by_sector_person_and_salt(
            one in ("[a-z0-9:]{0,6}", "[a-z0-9:]{0,6}", 0_u8..3),
            other in ("[a-z0-9:]{0,6}", "[a-z0-9:]{0,6}", 0_u8..3),
        ) {
            let subject = |(sector, local, salt): &(String, String, u8)| PairwiseSalt([*salt; 32]).subject(sector, local);
            prop_assert_eq!(subject(&one) == subject(&other), one == other);
            prop_assert_eq!(subject(&one).len(), 43);
        }
    }
}

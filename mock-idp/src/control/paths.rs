//! Every path, once. Issuers are paths of any depth, so what is done to one stands at the end.

/// What a path names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Noun {
    /// The issuers.
    Issuers,
    /// The keys of an issuer.
    Keys,
    /// A rotation of an issuer's keys.
    KeyRotation,
}

/// Where a path leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Route {
    /// The issuer's path, without a final slash; empty for the root, and where no issuer is named.
    pub(super) issuer: String,
    /// What is below it.
    pub(super) noun: Noun,
}

const ISSUERS: &str = "/issuers";

/// What an issuer has, by the end of the path.
const SUFFIXES: [(&str, Noun); 2] = [("/keys/rotate", Noun::KeyRotation), ("/keys", Noun::Keys)];

/// Finds issuer and noun of a path.
pub(super) fn locate(path: &str) -> Option<Route> {
    let rest = path.strip_prefix(ISSUERS)?;
    if rest.is_empty() {
        return Some(Route { issuer: String::new(), noun: Noun::Issuers });
    }
    SUFFIXES.into_iter().find_map(|(suffix, noun)| {
        let issuer = rest.strip_suffix(suffix)?;
        let is_path = issuer.is_empty() || issuer.starts_with('/');
        is_path.then(|| Route { issuer: issuer.trim_end_matches('/').to_owned(), noun })
    })
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::all("/issuers", "", Noun::Issuers)]
    #[case::of_the_root("/issuers/keys", "", Noun::Keys)]
    #[case::of_one("/issuers/acme/keys", "/acme", Noun::Keys)]
    #[case::of_a_deep_one("/issuers/tenants/7/v2.0/keys/rotate", "/tenants/7/v2.0", Noun::KeyRotation)]
    #[case::rotation_of_the_root("/issuers/keys/rotate", "", Noun::KeyRotation)]
    #[case::named_like_a_noun("/issuers/keys/keys", "/keys", Noun::Keys)]
    #[case::final_slash("/issuers/acme//keys", "/acme", Noun::Keys)]
    fn an_issuer_and_what_is_below_it(#[case] path: &str, #[case] issuer: &str, #[case] noun: Noun) {
        assert_eq!(locate(path), Some(Route { issuer: issuer.to_owned(), noun }));
    }

    #[rstest]
    #[case::root("/")]
    #[case::only_an_issuer("/issuers/acme")]
    #[case::a_longer_word("/issuersx/keys")]
    #[case::elsewhere("/keys/rotate")]
    fn other_paths_lead_nowhere(#[case] path: &str) {
        assert_eq!(locate(path), None);
    }
}

//! Every path, once. Issuers are paths of any depth, so what is done to one stands at the end.

use http::Method;

/// What a path names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Noun {
    /// The issuers.
    Issuers,
    /// One issuer.
    Issuer,
    /// The keys of an issuer.
    Keys,
    /// A rotation of an issuer's keys.
    KeyRotation,
    /// The faults of an issuer.
    Faults,
    /// One fault, by its number or its name.
    Fault(String),
    /// The users of an issuer.
    Users,
    /// One user, by name.
    User(String),
    /// The journal of an issuer.
    Journal,
    /// The next entry of it.
    NextEntry,
    /// The sessions at an issuer.
    Sessions,
    /// One session by its `sid`, or those of a user.
    Session(String),
    /// Logout tokens, to be delivered.
    LogoutTokens,
    /// The clock.
    Clock,
    /// A step of the clock.
    ClockAdvance,
    /// The trap.
    Trap,
    /// The next one who comes to it.
    NextTrapped,
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

/// What belongs to the whole server.
const SERVER: [(&str, Noun); 4] = [
    ("/clock", Noun::Clock),
    ("/clock/advance", Noun::ClockAdvance),
    ("/trap", Noun::Trap),
    ("/trap/next", Noun::NextTrapped),
];

/// What an issuer has, by the end of the path.
const SUFFIXES: [(&str, Noun); 8] = [
    ("/keys/rotate", Noun::KeyRotation),
    ("/keys", Noun::Keys),
    ("/faults", Noun::Faults),
    ("/users", Noun::Users),
    ("/journal/next", Noun::NextEntry),
    ("/journal", Noun::Journal),
    ("/sessions", Noun::Sessions),
    ("/logout_tokens", Noun::LogoutTokens),
];

/// What a name makes.
type Named = fn(String) -> Noun;

/// Things of which an issuer has several, each under a name.
const MEMBERS: [(&str, Named); 3] =
    [("/faults", Noun::Fault), ("/users", Noun::User), ("/sessions", Noun::Session)];

/// Finds issuer and noun of a path.
pub(super) fn locate(path: &str) -> Option<Route> {
    let of_the_server =
        |(known, noun): (&str, Noun)| (known == path).then(|| Route { issuer: String::new(), noun });
    SERVER.into_iter().find_map(of_the_server).or_else(|| below_issuers(path.strip_prefix(ISSUERS)?))
}

fn below_issuers(rest: &str) -> Option<Route> {
    let route = |issuer: &str, noun| Route { issuer: issuer.trim_end_matches('/').to_owned(), noun };
    if rest.is_empty() {
        return Some(route("", Noun::Issuers));
    }
    if !rest.starts_with('/') {
        return None;
    }
    let all = SUFFIXES.into_iter().find_map(|(suffix, noun)| Some(route(rest.strip_suffix(suffix)?, noun)));
    all.or_else(|| {
        let (head, name) = rest.rsplit_once('/').filter(|(_, name)| !name.is_empty())?;
        let name = percent_encoding::percent_decode_str(name).decode_utf8().ok()?.into_owned();
        MEMBERS
            .into_iter()
            .find_map(|(suffix, noun)| Some(route(head.strip_suffix(suffix)?, noun(name.clone()))))
    })
    .or_else(|| Some(route(rest, Noun::Issuer)))
}

impl Noun {
    /// What can be done to it.
    pub(super) const fn methods(&self) -> &'static [Method] {
        match self {
            Self::Issuers => &[Method::GET, Method::POST],
            Self::Issuer | Self::Users | Self::Journal | Self::Trap => &[Method::GET, Method::DELETE],
            Self::Keys | Self::NextEntry | Self::Sessions | Self::NextTrapped => &[Method::GET],
            Self::KeyRotation | Self::LogoutTokens | Self::ClockAdvance => &[Method::POST],
            Self::Faults => &[Method::GET, Method::POST, Method::DELETE],
            Self::Fault(_) | Self::Session(_) => &[Method::DELETE],
            Self::User(_) => &[Method::GET, Method::PUT, Method::PATCH, Method::DELETE],
            Self::Clock => &[Method::GET, Method::PUT],
        }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::all("/issuers", "", Noun::Issuers)]
    #[case::one("/issuers/acme", "/acme", Noun::Issuer)]
    #[case::the_root("/issuers/", "", Noun::Issuer)]
    #[case::of_the_root("/issuers/keys", "", Noun::Keys)]
    #[case::of_one("/issuers/acme/keys", "/acme", Noun::Keys)]
    #[case::of_a_deep_one("/issuers/tenants/7/v2.0/keys/rotate", "/tenants/7/v2.0", Noun::KeyRotation)]
    #[case::rotation_of_the_root("/issuers/keys/rotate", "", Noun::KeyRotation)]
    #[case::named_like_a_noun("/issuers/keys/keys", "/keys", Noun::Keys)]
    #[case::final_slash("/issuers/acme//keys", "/acme", Noun::Keys)]
    #[case::a_fault("/issuers/faults/id_token.aud", "", Noun::Fault("id_token.aud".to_owned()))]
    #[case::a_user("/issuers/acme/users/ada%40acme.test", "/acme", Noun::User("ada@acme.test".to_owned()))]
    #[case::a_session("/issuers/acme/sessions/s-1", "/acme", Noun::Session("s-1".to_owned()))]
    #[case::the_next_entry("/issuers/journal/next", "", Noun::NextEntry)]
    #[case::of_the_server("/clock/advance", "", Noun::ClockAdvance)]
    fn an_issuer_and_what_is_below_it(#[case] path: &str, #[case] issuer: &str, #[case] noun: Noun) {
        assert_eq!(locate(path), Some(Route { issuer: issuer.to_owned(), noun }));
    }

    #[rstest]
    #[case::root("/")]
    #[case::a_longer_word("/issuersx/keys")]
    #[case::elsewhere("/keys/rotate")]
    #[case::below_the_clock("/clock/x")]
    fn other_paths_lead_nowhere(#[case] path: &str) {
        assert_eq!(locate(path), None);
    }
}

//! What BillRun listens to.

use super::config::Config;
use super::permissions::KNOWN;
use super::rules::BR_R18;
use crate::decision::{Document, Range, Shape, Term};

/// The user name and the role array, in the ID token or in UserInfo (BR-R11).
pub(super) fn vocabulary(config: &Config) -> Vec<Term> {
    let roles = config.providers.first().map(|provider| provider.roles_path(config.readings.roles_path));
    let of = |document| {
        let names = [("sub", "u-1"), ("preferred_username", "ada")];
        let names = names.into_iter().map(move |(name, example)| Term::any(document, name, example));
        let roles = roles.clone().into_iter();
        names.chain(roles.map(move |path| {
            Term::words(document, path, Shape::List, KNOWN.iter().copied()).placed_by("oidc[].roles_path")
        }))
    };
    // Without a role nobody signs in (BR-R15); the ID token is where both are looked for first.
    let required =
        |term: Term| if term.path.segments() == ["preferred_username"] { term } else { term.required() };
    of(Document::IdToken).map(required).chain(of(Document::Userinfo)).collect()
}

/// The permissions that are checked (BR-R18).
pub(super) fn ranges() -> Vec<Range> {
    vec![Range::entries(&["effective_permissions"], "permission", KNOWN, &BR_R18)]
}

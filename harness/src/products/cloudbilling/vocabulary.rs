//! What CloudBilling listens to.

use super::record::State;
use super::rules::CB_R9;
use crate::decision::{ClaimPath, Document, Range, Shape, Term};

/// The nine claims of the ID token that the vendor lists, in its order.
pub(super) fn vocabulary(state: &State) -> Vec<Term> {
    let any = |name, example| Term::any(Document::IdToken, name, example);
    let roles = Term::words(
        Document::IdToken,
        ClaimPath::top("roles"),
        Shape::List,
        state.user_groups.iter().cloned(),
    );
    vec![
        any("sub", "u-1").required(),
        roles.required(),
        any("email", "ada@corp.example").required(),
        any("name", "Ada Lovelace").required(),
        any("preferred_username", "ada"),
        any("given_name", "Ada"),
        any("family_name", "Lovelace"),
        any("locale", "en-GB").required(),
        any("zoneinfo", "Europe/London").required(),
        Term::words(Document::IdToken, ClaimPath::top("email_verified"), Shape::Truth, [""; 0]),
    ]
}

/// The user groups of the tenant (CB-R9).
pub(super) fn ranges(state: &State) -> Vec<Range> {
    vec![Range::entries(&["user", "user_groups"], "user group", state.user_groups.iter().cloned(), &CB_R9)]
}

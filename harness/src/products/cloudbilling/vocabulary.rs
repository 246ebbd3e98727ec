//! What CloudBilling listens to.

use super::record::State;
use crate::decision::{ClaimPath, Document, Shape, Term};

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

//! What must be so besides the outcome: small looks at the evidence, which rows of the catalogue name.

mod answers;
mod request;
mod token;

use super::case::{Check, Finding};
use super::evidence::{Evidence, Site};

pub use self::answers::*;
pub use self::request::*;
pub use self::token::*;

/// The client's credentials are in the header, and not in the form as well (RFC6749-2.3.1).
pub const AUTHENTICATES_BY_HEADER: Check = Check {
    says: "the token request carries its credentials in the `Authorization` header, and only there",
    look: |evidence| {
        let Some(request) = evidence.token_requests().next() else {
            return Finding::Unseen("no token request was made".to_owned());
        };
        let header = request.header("authorization").is_some_and(|value| value.starts_with("Basic "));
        match (header, request.parameter("client_secret").is_some()) {
            (true, false) => Finding::Holds,
            (true, true) => Finding::Broken("they are in the form as well".to_owned()),
            (false, _) => Finding::Broken("there is no `Authorization: Basic` header".to_owned()),
        }
    },
};

/// Nobody was lured to the attacker's address.
pub const NOBODY_IN_THE_TRAP: Check = Check {
    says: "no request reaches the attacker's trap",
    look: |evidence: &Evidence| {
        let caught = evidence.heard.iter().find(|request| request.site == Site::Trap);
        Finding::unless(
            caught.is_some(),
            caught
                .map(|request| format!("{} {} arrived there", request.method, request.path))
                .unwrap_or_default(),
        )
    },
};

/// A number and what there is so many of.
fn several(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

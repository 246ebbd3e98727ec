//! Whether a request has to be pushed (RFC9126-5, RFC9126-6).

use super::{Refused, Terms, Way};
use crate::protocol::client::{Client, Pushing};

/// `require_pushed_authorization_requests`, of the provider or of the client: "the authorization server accepts
/// authorization request data only via PAR" (RFC9126-5).
pub(super) fn where_due(client: &Client, terms: &Terms<'_>) -> Result<(), Refused> {
    let due = [terms.pushing, client.pushing].contains(&Pushing::Required);
    match terms.way {
        Way::Browser | Way::Referred(_) if due => Err(Refused::NotPushed { client_id: client.id.clone() }),
        Way::Browser | Way::Referred(_) | Way::Direct => Ok(()),
    }
}

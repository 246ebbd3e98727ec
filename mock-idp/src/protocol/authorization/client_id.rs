//! Who asks (RFC6749-4.1.1).

use std::sync::Arc;

use super::Unredirectable;
use crate::protocol::Parameters;
use crate::protocol::client::{Client, Clients};
use crate::protocol::client_authentication::nearest;

/// The client that the request names (RFC6749-4.1.2.1: an unknown one is never redirected to).
pub(super) fn known(request: &Parameters, clients: &dyn Clients) -> Result<Arc<Client>, Unredirectable> {
    let client_id = request.value("client_id").ok_or(Unredirectable::ClientIdMissing)?;
    clients.client(client_id).ok_or_else(|| Unredirectable::UnknownClient {
        client_id: client_id.to_owned(),
        nearest: nearest(client_id, &clients.registered_ids()),
    })
}

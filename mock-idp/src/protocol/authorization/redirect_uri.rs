//! Where the answer goes (OIDCC-3.1.2.1, RFC6749-3.1.2).

use super::Unredirectable;
use crate::protocol::Parameters;
use crate::protocol::client::Client;

/// The redirect URI, known to be the client's.
///
/// "This URI MUST exactly match one of the Redirection URI values for the Client pre-registered at the OpenID Provider"
/// (OIDCC-3.1.2.1). It is required even where only one is registered.
pub(super) fn registered(request: &Parameters, client: &Client) -> Result<String, Unredirectable> {
    let found = request.value("redirect_uri").ok_or(Unredirectable::RedirectUriMissing)?;
    if !is_absolute_without_fragment(found) {
        return Err(Unredirectable::RedirectUriMalformed(found.to_owned()));
    }
    if client.redirect_uris.contains(found) {
        return Ok(found.to_owned());
    }
    if client.redirect_uris.any_loopback && client.redirect_uris.exact.is_empty() {
        let (client_id, found) = (client.id.clone(), found.to_owned());
        return Err(Unredirectable::RedirectUriNotLoopback { client_id, found });
    }
    let nearest = client.redirect_uris.exact.iter().max_by_key(|known| shared_beginning(known, found));
    Err(Unredirectable::RedirectUriNotRegistered {
        client_id: client.id.clone(),
        found: found.to_owned(),
        nearest: nearest.cloned(),
        differs_at: nearest.map_or(0, |nearest| shared_beginning(nearest, found)) + 1,
    })
}

/// "The redirection endpoint URI MUST be an absolute URI […] The endpoint URI MUST NOT include a fragment component."
/// (RFC6749-3.1.2) A URI is printable ASCII (RFC3986-2); anything else could not be sent in a `Location` header.
fn is_absolute_without_fragment(uri: &str) -> bool {
    uri.bytes().all(|byte| byte.is_ascii_graphic())
        && url::Url::parse(uri).is_ok_and(|url| url.fragment().is_none())
}

fn shared_beginning(one: &str, other: &str) -> usize {
    one.chars().zip(other.chars()).take_while(|(one, other)| one == other).count()
}

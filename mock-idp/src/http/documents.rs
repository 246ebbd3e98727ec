//! What clients publish elsewhere, fetched before the request that needs it is answered.

use super::extract::Received;
use super::fetch::Outgoing;
use crate::protocol::authorization::request_uri::without_hash;
use crate::provider::{Arrival, Endpoint, Provider};

/// More than any request needs, should one ever lead from document to document.
const MOST: usize = 8;

/// Fetches each document that the provider needs for a request, once.
pub(super) async fn learn(outgoing: &Outgoing, provider: &Provider, received: &Received, endpoint: Endpoint) {
    let document = (endpoint == Endpoint::Registration).then(|| received.document().ok()).flatten();
    let arrival = Arrival { endpoint, call: &received.call, document: document.as_ref() };
    let mut fetched = Vec::new();
    while let Some(wanted) = provider.wanted(&arrival, &fetched).filter(|_| fetched.len() < MOST) {
        let turn = outgoing.turn().await;
        // while this request waited for its turn, another may have brought the document
        if turn.is_some() && provider.wanted(&arrival, &fetched).as_ref() != Some(&wanted) {
            continue;
        }
        let outcome = outgoing.document(turn, without_hash(&wanted.url)).await;
        provider.learn(&wanted, &outcome, &received.call);
        fetched.push(wanted);
    }
}

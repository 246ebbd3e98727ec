//! Telling clients directly that a session is over: all at once, and for no longer than one call may take.

use std::sync::Arc;

use super::fetch::Outgoing;
use crate::provider::{BackChannelCall, Provider, Told};

/// Calls every client, and says what became of each. The calls go on when nobody waits for the outcome any more: a browser
/// that is closed must not keep a client from learning that its user signed out.
pub(super) async fn tell(
    outgoing: &Arc<Outgoing>,
    provider: &Arc<Provider>,
    calls: Vec<BackChannelCall>,
) -> Vec<Told> {
    let under_way: Vec<_> = calls
        .into_iter()
        .map(|call| {
            let (outgoing, provider) = (Arc::clone(outgoing), Arc::clone(provider));
            tokio::spawn(async move {
                let mut told = Vec::new();
                match call.calls() {
                    Ok(posts) => {
                        for post in posts {
                            told.push(provider.notified(&call, outgoing.status(post).await));
                        }
                    }
                    Err(why) => told.push(provider.notified(&call, Err(why))),
                }
                told
            })
        })
        .collect();
    let mut told = Vec::new();
    for call in under_way {
        // a task fails only when the whole server is being shut down
        told.extend(call.await.into_iter().flatten());
    }
    told
}

//! A browser that dawdles on its way back: what the provider handed out grows old before the product sees it.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use axum::Router;
use axum::extract::Request;
use axum::middleware::map_request;
use mock_idp::provider::ports::VirtualClock;

use super::wire::is_callback;

/// How many seconds the next way back takes.
#[derive(Clone, Debug, Default)]
pub(super) struct Delay(Arc<AtomicI64>);

impl Delay {
    /// The next way back takes this long.
    pub(super) fn set(&self, seconds: i64) {
        self.0.store(seconds, Ordering::Relaxed);
    }

    /// The product's router, at which time has passed when an authentication response arrives.
    pub(super) fn before(&self, product: Router, callback: Vec<String>, clock: VirtualClock) -> Router {
        let delay = self.clone();
        product.layer(map_request(move |request: Request| {
            if is_callback(request.method(), request.uri(), &callback) {
                clock.advance(delay.0.swap(0, Ordering::Relaxed));
            }
            std::future::ready(request)
        }))
    }
}

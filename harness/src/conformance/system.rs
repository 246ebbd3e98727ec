//! The real clock, and waiting: the only place of this room where they are allowed.

use std::sync::Arc;
use std::time::Duration;

use mock_idp::http::system::SystemClock;
use mock_idp::provider::ports::Clock as _;

use crate::transport::Clock;

/// The clock of the machine, for strangers who cannot be given another.
pub(super) fn clock() -> Arc<dyn Clock> {
    Arc::new(|| SystemClock.now().as_secs())
}

/// Lets so much time go by.
#[expect(
    clippy::disallowed_methods,
    reason = "a stranger's silence can only be waited for, and so can a program that starts"
)]
pub(super) async fn pause(time: Duration) {
    tokio::time::sleep(time).await;
}

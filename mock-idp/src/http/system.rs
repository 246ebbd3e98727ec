//! The real clock and real random bytes: the only place where they are allowed.

use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_lc_rs::rand::{SecureRandom as _, SystemRandom};

use crate::protocol::Timestamp;
use crate::provider::ports::{Clock, Entropy};

/// The clock of the machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the port through which everything else learns the time"
    )]
    fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp(i64::try_from(since.as_secs()).unwrap_or(i64::MAX))
    }
}

/// Lets so many milliseconds go by.
#[expect(clippy::disallowed_methods, reason = "a fault that asks for a delay is the one thing that may wait")]
pub(super) async fn pause(milliseconds: u64) {
    tokio::time::sleep(Duration::from_millis(milliseconds)).await;
}

/// The random bytes of the machine.
#[derive(Clone, Default)]
pub struct SystemEntropy {
    random: SystemRandom,
}

impl fmt::Debug for SystemEntropy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SystemEntropy").finish_non_exhaustive()
    }
}

impl Entropy for SystemEntropy {
    /// AWS-LC aborts the process rather than return predictable bytes, so there is no error to handle.
    fn fill(&self, buffer: &mut [u8]) {
        let filled = self.random.fill(buffer);
        debug_assert!(filled.is_ok(), "the system has no random bytes");
    }
}

//! Whoever waits for something to happen hears of every journal entry.

use std::sync::Arc;

use tokio::sync::watch;

use super::log::Log;
use crate::provider::JournalEntry;
use crate::provider::ports::Listener;

/// Writes the log, and rings for those who wait. Clones are the same bell.
#[derive(Clone, Debug)]
pub(super) struct Bell(Arc<watch::Sender<u64>>);

impl Default for Bell {
    fn default() -> Self {
        Self(Arc::new(watch::Sender::new(0)))
    }
}

impl Bell {
    /// Something that changes whenever it rings.
    pub(super) fn heard(&self) -> watch::Receiver<u64> {
        self.0.subscribe()
    }
}

impl Listener for Bell {
    fn hear(&self, entry: &JournalEntry) {
        Log.hear(entry);
        self.0.send_modify(|rung| *rung = rung.wrapping_add(1));
    }
}

//! What the provider asks of the world: the time, random bytes, and somebody to tell what happened.

use std::fmt;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{RngCore as _, SeedableRng as _};

use super::JournalEntry;
use crate::protocol::Timestamp;

/// The time.
pub trait Clock: fmt::Debug + Send + Sync {
    /// What time it is.
    fn now(&self) -> Timestamp;

    /// The clock itself, if it can be set.
    fn as_virtual(&self) -> Option<&VirtualClock> {
        None
    }
}

/// Random bytes.
pub trait Entropy: fmt::Debug + Send + Sync {
    /// Fills a buffer.
    fn fill(&self, buffer: &mut [u8]);
}

/// Somebody who is told of everything that the provider did, as it happens.
pub trait Listener: Send + Sync {
    /// One request was answered.
    fn hear(&self, entry: &JournalEntry);
}

/// A clock that stands still until it is told otherwise. Clones share the time.
#[derive(Clone, Debug, Default)]
pub struct VirtualClock {
    seconds: Arc<AtomicI64>,
}

impl VirtualClock {
    /// A clock that shows this time.
    pub fn at(time: Timestamp) -> Self {
        Self { seconds: Arc::new(AtomicI64::new(time.as_secs())) }
    }

    /// Sets the time.
    pub fn set(&self, time: Timestamp) {
        self.seconds.store(time.as_secs(), Ordering::SeqCst);
    }

    /// Moves the time on.
    pub fn advance(&self, seconds: i64) {
        // adding cannot fail, so there is always a value to store
        let _ = self
            .seconds
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |now| Some(now.saturating_add(seconds)));
    }
}

impl Clock for VirtualClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.seconds.load(Ordering::SeqCst))
    }

    fn as_virtual(&self) -> Option<&VirtualClock> {
        Some(self)
    }
}

/// Bytes that follow from a seed: the same seed and the same questions give the same bytes.
pub struct SeededEntropy {
    random: Mutex<ChaCha20Rng>,
}

impl SeededEntropy {
    /// Bytes for one purpose under a seed; another purpose under the same seed gets other bytes.
    pub fn new(seed: u64, purpose: &str) -> Self {
        let text = format!("{seed} {purpose}");
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text.as_bytes());
        let mut bytes = [0; 32];
        for (to, from) in bytes.iter_mut().zip(digest.as_ref()) {
            *to = *from;
        }
        Self { random: Mutex::new(ChaCha20Rng::from_seed(bytes)) }
    }
}

impl fmt::Debug for SeededEntropy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SeededEntropy").finish_non_exhaustive()
    }
}

impl Entropy for SeededEntropy {
    fn fill(&self, buffer: &mut [u8]) {
        self.random.lock().unwrap_or_else(PoisonError::into_inner).fill_bytes(buffer);
    }
}

/// Text that nobody can guess: so many random bytes in base64url.
pub fn token<const BYTES: usize>(entropy: &dyn Entropy) -> String {
    let mut bytes = [0; BYTES];
    entropy.fill(&mut bytes);
    URL_SAFE_NO_PAD.encode(bytes)
}

/// A seed for a key.
pub(super) fn key_seed(entropy: &dyn Entropy) -> [u8; 32] {
    let mut bytes = [0; 32];
    entropy.fill(&mut bytes);
    bytes
}

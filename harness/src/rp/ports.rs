//! Randomness, as a port.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Gives random bytes. A seeded source makes every request of the relying party repeatable.
pub trait Entropy: Send + Sync {
    /// Fills the whole slice.
    fn fill(&self, bytes: &mut [u8]);
}

impl<F: Fn(&mut [u8]) + Send + Sync> Entropy for F {
    fn fill(&self, bytes: &mut [u8]) {
        self(bytes);
    }
}

/// 256 bits as 43 URL-safe characters: a state, a nonce, a session id, a PKCE verifier (RFC 7636, 4.1).
pub(super) fn random_text(entropy: &dyn Entropy) -> String {
    let mut bytes = [0_u8; 32];
    entropy.fill(&mut bytes);
    URL_SAFE_NO_PAD.encode(bytes)
}

//! A seal on the request that a login form carries, where the browser must not have made it up.
//!
//! A form carries the request, so that there is nothing to lose when the page is left open, and is checked as any request
//! from the browser is. A client whose requests have to be pushed would be refused then, so its form says that this
//! provider saw the pushed request before.

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::protocol::Parameters;
use crate::provider::ports::{Entropy, key_seed};

/// The name of the seal among the parameters.
const SEAL: &str = "request_seal";

/// The key that seals.
#[derive(Debug)]
pub(in crate::provider) struct Sealer(hmac::Key);

impl Sealer {
    pub(in crate::provider) fn new(entropy: &dyn Entropy) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, &key_seed(entropy)))
    }

    /// A request with its seal, as text for a form.
    pub(in crate::provider) fn sealed(&self, request: &Parameters) -> String {
        let tag = hmac::sign(&self.0, request.encoded().as_bytes());
        let seal = URL_SAFE_NO_PAD.encode(tag.as_ref());
        request.iter().chain([(SEAL, seal.as_str())]).collect::<Parameters>().encoded()
    }

    /// Whether a request has a seal that holds.
    pub(in crate::provider) fn holds(&self, carried: &Parameters) -> bool {
        let tag = carried.value(SEAL).and_then(|seal| URL_SAFE_NO_PAD.decode(seal).ok());
        let request = without_seal(carried).encoded();
        tag.is_some_and(|tag| hmac::verify(&self.0, request.as_bytes(), &tag).is_ok())
    }
}

/// Whether there is a seal at all.
pub(in crate::provider) fn is_sealed(carried: &Parameters) -> bool {
    carried.value(SEAL).is_some()
}

/// The request alone.
pub(in crate::provider) fn without_seal(carried: &Parameters) -> Parameters {
    carried.iter().filter(|(name, _)| *name != SEAL).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provider::ports::SeededEntropy;

    fn sealer(seed: u64) -> Sealer {
        Sealer::new(&SeededEntropy::new(seed, "seal"))
    }

    fn request() -> Parameters {
        [("client_id", "app"), ("scope", "openid")].into_iter().collect()
    }

    #[test]
    fn a_seal_holds_for_the_request_that_it_was_made_for() {
        let carried = Parameters::parse(&sealer(1).sealed(&request())).unwrap();
        assert!(is_sealed(&carried) && sealer(1).holds(&carried));
        assert_eq!(without_seal(&carried), request());
    }

    #[test]
    fn a_seal_does_not_hold_for_another_request_or_from_another_provider() {
        let carried = Parameters::parse(&sealer(1).sealed(&request())).unwrap();
        assert!(!sealer(2).holds(&carried));
        let changed: Parameters = carried.iter().chain([("scope", "openid admin")]).collect();
        assert!(!sealer(1).holds(&changed));
        assert!(!sealer(1).holds(&request()));
    }
}

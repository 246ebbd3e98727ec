//! What people agreed to.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::protocol::authorization::Consent;

/// How many agreements are remembered; the oldest one is asked for again.
const MOST: usize = 10_000;

/// Names a user and a client.
type Parties = (String, String);

/// The agreements of all users with all clients, for as long as the provider lives.
#[derive(Debug, Default)]
pub(in crate::provider) struct Consents {
    known: Mutex<Known>,
}

#[derive(Debug, Default)]
struct Known {
    consents: BTreeMap<Parties, Consent>,
    /// The oldest first.
    order: VecDeque<Parties>,
}

impl Consents {
    /// What a user agreed to for a client.
    pub(in crate::provider) fn of(&self, user: &str, client_id: &str) -> Option<Consent> {
        self.known().consents.get(&(user.to_owned(), client_id.to_owned())).cloned()
    }

    /// Remembers an agreement, beside the earlier ones with the same client.
    pub(in crate::provider) fn remember(&self, user: &str, client_id: &str, consent: Consent) {
        let parties = (user.to_owned(), client_id.to_owned());
        let mut known = self.known();
        if let Some(before) = known.consents.get_mut(&parties) {
            before.extend(consent);
            return;
        }
        if known.order.len() >= MOST
            && let Some(oldest) = known.order.pop_front()
        {
            known.consents.remove(&oldest);
        }
        known.order.push_back(parties.clone());
        known.consents.insert(parties, consent);
    }

    /// Forgets what was agreed to for a client.
    pub(in crate::provider) fn forget_client(&self, client_id: &str) {
        let mut known = self.known();
        known.consents.retain(|(_, client), _| client != client_id);
        known.order.retain(|(_, client)| client != client_id);
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_agreement_goes_when_there_are_too_many() {
        let consents = Consents::default();
        for number in 0..=MOST {
            consents.remember(&format!("user-{number}"), "app", Consent::default());
        }
        assert_eq!(consents.of("user-0", "app"), None);
        assert!(consents.of("user-1", "app").is_some());
        assert_eq!(consents.known().consents.len(), MOST);
        assert_eq!(consents.known().order.len(), MOST);
    }

    #[test]
    fn a_client_that_is_gone_takes_its_agreements_along() {
        let consents = Consents::default();
        consents.remember("ada", "app", Consent::default());
        consents.remember("ada", "other", Consent::default());
        consents.forget_client("app");
        assert_eq!((consents.of("ada", "app"), consents.of("ada", "other").is_some()), (None, true));
    }
}

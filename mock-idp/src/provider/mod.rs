//! One identity provider, as a value: one method per endpoint, and what a test wants to do to a provider.
//!
//! Pure but for its memory: the time, random bytes and whoever listens are handed in. Nothing is signed or hashed for a
//! token while a lock is held.

mod accept;
mod authorize;
mod claim_sources;
mod consent;
mod device;
mod documents;
mod faults;
mod interaction;
mod journal;
mod login;
mod logout;
mod metadata;
mod mint;
mod order;
mod outgoing;
pub mod ports;
mod protect;
mod protected;
mod push;
mod registration;
mod registrations;
mod sessions;
mod settings;
mod store;
mod subjects;
mod token;
mod trap;
mod users;
mod webfinger;

use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

pub use authorize::Interaction;
pub use consent::{ConsentPage, Released, ReleasedClaim};
pub use device::{DeviceInteraction, DevicePage, EnterCode, NoSuchDevice, WaitingDevice};
pub use documents::{Arrival, Purpose, Wanted};
pub use faults::{EdgeFaults, Seam, StandingFault};
pub use journal::{Endpoint, IssuedToken, JournalEntry, JournalError};
pub use login::{ClaimsMistake, FAULT_FIELD, LoginPage, LoginProblem, SessionCookie, claims_field};
pub use logout::{
    BackChannelCall, Confirmation, Farewell, FrontChannelCall, LoggedOut, LogoutToken, NoBackChannel,
    Notices, Told,
};
pub use metadata::path;
pub use order::{OrderRefused, TokenKind, TokenOrder};
pub use outgoing::{CallFailed, LARGEST_DOCUMENT, OutgoingAnswer, OutgoingCall};
pub use protect::Unsignable;
pub use protected::UserInfo;
pub use sessions::SessionSummary;
pub use settings::IssuerName;
pub use store::StoreSize;
pub use trap::{Caught, Trap, Trapped};
pub use users::{LoginClaims, TooManyUsers, UserSummary};

use self::consent::Consents;
use self::faults::Misbehaviour;
use self::journal::Journal;
use self::login::Sealer;
use self::ports::{Clock, Entropy, Listener, key_seed};
use self::registrations::Registrations;
use self::settings::Settings;
use self::store::Store;
use self::users::Users;
use crate::config::{ClaimsChange, IdpConfig, UserConfig};
use crate::protocol::client_certificate::ClientCertificate;
use crate::protocol::keys::{KeyError, KeySet, KeyState, strangers_plan};
use crate::protocol::{Parameters, Timestamp, UnreadableRequest};

/// What a provider asks of the world.
#[derive(Clone)]
pub struct Ports {
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Random bytes.
    pub entropy: Arc<dyn Entropy>,
    /// Who is told of every answer.
    pub listener: Option<Arc<dyn Listener>>,
    /// The port at which clients are asked for their TLS certificates, if there is one.
    pub certificate_port: Option<u16>,
}

impl fmt::Debug for Ports {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ports")
            .field("clock", &self.clock)
            .field("entropy", &self.entropy)
            .finish_non_exhaustive()
    }
}

/// A request as the provider sees it.
#[derive(Clone, Debug)]
pub struct Call {
    /// Scheme, host and port at which the request arrived.
    pub base: String,
    /// The HTTP method.
    pub method: String,
    /// The TLS certificate that the sender holds the private key of, if one was asked for and shown.
    pub certificate: Option<Arc<ClientCertificate>>,
    /// The parameters of query or body, or why there are none.
    pub parameters: Result<Parameters, UnreadableRequest>,
    /// What is left to the edge to do to the answer.
    pub seam: Seam,
}

/// One identity provider.
pub struct Provider {
    settings: Settings,
    users: Users,
    registrations: Registrations,
    keys: Mutex<Arc<KeySet>>,
    /// Held while new keys are made, so that of two rotations at once neither is lost. Nobody else waits for it.
    rotating: Mutex<()>,
    store: Store,
    consents: Consents,
    journal: Journal,
    reported: Mutex<BTreeSet<String>>,
    /// Seals what forms carry; drawn when it is needed first.
    sealer: OnceLock<Sealer>,
    misbehaviour: Misbehaviour,
    ports: Ports,
}

impl fmt::Debug for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Provider")
            .field("settings", &self.settings)
            .field("ports", &self.ports)
            .finish_non_exhaustive()
    }
}

impl Provider {
    /// A provider of this configuration, as this issuer, with keys from [`Provider::keys_for`].
    pub fn new(config: &IdpConfig, issuer: IssuerName, keys: KeySet, ports: Ports) -> Self {
        Self {
            settings: Settings::new(config, issuer),
            users: settings::users(config),
            registrations: Registrations::new(config),
            keys: Mutex::new(Arc::new(keys)),
            rotating: Mutex::default(),
            store: Store::default(),
            consents: Consents::default(),
            journal: Journal::default(),
            reported: Mutex::default(),
            sealer: OnceLock::new(),
            misbehaviour: Misbehaviour::new(&config.faults.0),
            ports,
        }
    }

    /// The keys that a configuration asks for: those of `signing`, and one for each algorithm that only a client names.
    pub fn keys_for(config: &IdpConfig, entropy: &dyn Entropy) -> Result<KeySet, KeyError> {
        let plans = settings::key_plans(config, &Registrations::new(config).algorithms(), entropy)?;
        KeySet::new(plans, || key_seed(entropy))
    }

    /// The keys of somebody who attacks a provider of this configuration: for the same algorithms, under the same key ids,
    /// and not the same.
    pub fn attackers_keys_for(config: &IdpConfig, entropy: &dyn Entropy) -> Result<KeySet, KeyError> {
        let plans = settings::key_plans(config, &Registrations::new(config).algorithms(), entropy)?;
        KeySet::new(plans.into_iter().map(strangers_plan).collect(), || key_seed(entropy))
    }

    /// The issuer, for requests that arrive at this base address.
    pub fn issuer(&self, base: &str) -> String {
        self.settings.issuer.at(base)
    }

    /// Everything that was received and answered, oldest first.
    pub fn journal(&self) -> Vec<JournalEntry> {
        self.journal.entries()
    }

    /// What came after the entry of this number, oldest first.
    pub fn journal_after(&self, sequence: u64) -> Vec<JournalEntry> {
        self.journal.after(sequence)
    }

    /// The number of the last entry that there was; 0 before the first.
    pub fn last_in_journal(&self) -> u64 {
        self.journal.last()
    }

    /// Empties the journal.
    pub fn clear_journal(&self) {
        self.journal.clear();
    }

    /// How much the provider remembers now.
    pub fn store_size(&self) -> StoreSize {
        self.store.size(self.now())
    }

    /// Changes what is said of a user from now on, in tokens yet to be issued and in UserInfo at once.
    pub fn user_claims(&self, user: &str, change: &ClaimsChange) {
        self.users.change(user, change);
    }

    /// What a user is like now, as the configuration would say it.
    pub fn user(&self, name: &str) -> Option<UserConfig> {
        self.users.user(name)
    }

    /// Adds a user, or puts another in the place of one.
    pub fn put_user(&self, name: &str, user: UserConfig) -> Result<(), TooManyUsers> {
        self.users.put(name, user)
    }

    /// Makes a user as they were configured; whoever was added since goes. Says whether there was such a user.
    pub fn reset_user(&self, name: &str) -> bool {
        self.users.reset(name)
    }

    /// Makes all users as they were configured.
    pub fn reset_users(&self) {
        self.users.reset_all();
    }

    /// The users, as the login page lists them.
    pub fn users(&self) -> Vec<UserSummary> {
        self.users.summaries()
    }

    /// Signs with new keys from now on. The old ones stay published for so many seconds (OIDCC-10.1.1).
    pub fn rotate_keys(&self, keep_old_seconds: i64) -> Result<(), KeyError> {
        let _alone = self.rotating.lock().unwrap_or_else(PoisonError::into_inner);
        let until = self.now().plus(keep_old_seconds);
        let rotated = self.keys().rotated(until, || key_seed(self.ports.entropy.as_ref()))?;
        *self.keys.lock().unwrap_or_else(PoisonError::into_inner) = Arc::new(rotated);
        Ok(())
    }

    /// The signing keys that are published now, the current ones first.
    pub fn key_states(&self) -> Vec<KeyState> {
        self.keys().states(self.now())
    }

    fn keys(&self) -> Arc<KeySet> {
        Arc::clone(&self.keys.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn sealer(&self) -> &Sealer {
        self.sealer.get_or_init(|| Sealer::new(self.ports.entropy.as_ref()))
    }

    fn now(&self) -> Timestamp {
        self.ports.clock.now()
    }

    /// Opens a journal entry for a request.
    fn entry(&self, endpoint: Endpoint, call: &Call) -> JournalEntry {
        let mut entry = JournalEntry::new(endpoint, &call.method, self.issuer(&call.base), self.now());
        if let Ok(parameters) = &call.parameters {
            entry.received(parameters);
            entry.client = parameters.owned("client_id");
        }
        entry
    }

    /// Closes a journal entry and tells whoever listens. Whatever is to be done to the answer on its way is due now.
    fn record(&self, call: &Call, mut entry: JournalEntry) {
        self.leave_to_the_edge(call, &mut entry);
        self.note(entry);
    }

    /// Closes a journal entry about something that is not an answer.
    fn note(&self, entry: JournalEntry) {
        let entry = self.journal.record(entry);
        if let Some(listener) = &self.ports.listener {
            listener.hear(&entry);
        }
    }
}

#[cfg(test)]
mod tests;

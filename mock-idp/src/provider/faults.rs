//! Misbehaving on purpose: which faults stand, when they fire, and what they are told of the login before.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{Call, Endpoint, JournalEntry, Provider};
use crate::fault::plan::{Moment, Occasion, Plan, Rule, RuleId, TooMany};
use crate::fault::{Attacker, Context, Faults, Previous, Target};
use crate::protocol::client::Clients as _;

/// For how many clients the login before is remembered.
const REMEMBERED: usize = 1_000;

/// What the edge has still to do to an answer. Clones are the same one.
#[derive(Clone, Debug, Default)]
pub struct Seam(Arc<Mutex<Option<EdgeFaults>>>);

/// Faults of an answer that only its bytes can have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EdgeFaults {
    /// What the answer is.
    pub target: Target,
    /// What is wrong with it.
    pub faults: Faults,
}

impl Seam {
    fn put(&self, due: EdgeFaults) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(due);
    }

    /// What was left to the edge; nothing for an honest answer.
    pub fn take(&self) -> Option<EdgeFaults> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// A fault that stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StandingFault {
    /// The name by which it is taken away.
    pub id: RuleId,
    /// The fault, and when it fires.
    pub rule: Rule,
    /// How often it has fired.
    pub fired: u64,
}

/// How a login was begun, as far as faults depend on it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Begun {
    /// The `login_hint` of the request.
    pub(super) hint: Option<String>,
    /// The faults that were chosen for this login alone.
    pub(super) faults: Faults,
}

/// A client's login under way, and the one before it.
#[derive(Clone, Debug, Default)]
struct Logins {
    before: Arc<Previous>,
    current: Previous,
}

/// The state of misbehaviour.
#[derive(Debug, Default)]
pub(super) struct Misbehaviour {
    plan: Mutex<Plan>,
    logins: Mutex<BTreeMap<String, Logins>>,
    attacker: Mutex<Arc<Attacker>>,
    serial: Mutex<u64>,
}

impl Misbehaviour {
    /// With the faults that stand from the start.
    pub(super) fn new(rules: &[Rule]) -> Self {
        Self { plan: Mutex::new(rules.iter().cloned().collect()), ..Self::default() }
    }

    fn plan(&self) -> MutexGuard<'_, Plan> {
        self.plan.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn attacker(&self) -> Arc<Attacker> {
        Arc::clone(&self.attacker.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn serial(&self) -> u64 {
        let mut serial = self.serial.lock().unwrap_or_else(PoisonError::into_inner);
        *serial += 1;
        *serial
    }

    fn before(&self, client: &str) -> Arc<Previous> {
        let logins = self.logins.lock().unwrap_or_else(PoisonError::into_inner);
        logins.get(client).map(|logins| Arc::clone(&logins.before)).unwrap_or_default()
    }

    /// Changes what is known of a client's login under way.
    fn remember(&self, client: &str, change: impl FnOnce(&mut Previous)) {
        let mut logins = self.logins.lock().unwrap_or_else(PoisonError::into_inner);
        if !logins.contains_key(client) && logins.len() >= REMEMBERED {
            logins.pop_first();
        }
        change(&mut logins.entry(client.to_owned()).or_default().current);
    }

    /// The login under way is over; the next begins.
    fn turn_the_page(&self, client: &str) {
        let mut logins = self.logins.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(logins) = logins.get_mut(client) {
            logins.before = Arc::new(std::mem::take(&mut logins.current));
        }
    }
}

/// What is made, and for whom.
#[derive(Clone, Copy, Debug)]
pub(super) struct Making<'a> {
    pub(super) issuer: &'a str,
    pub(super) client_id: &'a str,
    pub(super) access_token: Option<&'a str>,
}

impl<'a> Making<'a> {
    /// What the entry is about.
    pub(super) fn of(entry: &'a JournalEntry) -> Self {
        let client_id = entry.client.as_deref().unwrap_or_default();
        Self { issuer: &entry.issuer, client_id, access_token: None }
    }
}

impl Provider {
    /// Lets a fault fire from now on, as its rule says.
    pub fn add_fault(&self, rule: Rule) -> Result<RuleId, TooMany> {
        self.misbehaviour.plan().add(rule)
    }

    /// Takes one rule away, and no other; says whether it stood.
    pub fn take_fault(&self, id: RuleId) -> bool {
        self.misbehaviour.plan().take(id)
    }

    /// Behaves again.
    pub fn clear_faults(&self) {
        self.misbehaviour.plan().clear();
    }

    /// Takes the rules for one fault away, such as `id_token.aud`; says how many there were.
    pub fn remove_fault(&self, name: &str) -> usize {
        self.misbehaviour.plan().remove(name)
    }

    /// The faults that stand, and how often each has fired.
    pub fn faults(&self) -> Vec<(Rule, u64)> {
        self.misbehaviour.plan().rules().map(|(_, rule, fired)| (rule.clone(), fired)).collect()
    }

    /// The same with the names by which they are taken away.
    pub fn standing_faults(&self) -> Vec<StandingFault> {
        let standing =
            |(id, rule, fired): (RuleId, &Rule, u64)| StandingFault { id, rule: rule.clone(), fired };
        self.misbehaviour.plan().rules().map(standing).collect()
    }

    /// Who attacks: faults point relying parties there.
    pub fn set_attacker(&self, attacker: Attacker) {
        *self.misbehaviour.attacker.lock().unwrap_or_else(PoisonError::into_inner) = Arc::new(attacker);
    }

    /// The faults that fire now, noted in the journal.
    pub(super) fn due(&self, target: Target, entry: &mut JournalEntry) -> Faults {
        let moment = moment(entry);
        let occasion = Occasion {
            client: entry.client.as_deref(),
            user: entry.user.as_deref(),
            login_hint: entry.begun.hint.as_deref(),
            moment,
        };
        let mut faults = self.misbehaviour.plan().due(target, &occasion);
        // whoever chose a fault for one login chose it for all that comes of it
        faults.extend(entry.begun.faults.iter().filter(|fault| fault.target() == target));
        entry.faults.extend(faults.iter().map(|fault| fault.to_string()));
        faults
    }

    /// Leaves to the edge what it has to do to this answer.
    pub(super) fn leave_to_the_edge(&self, call: &Call, entry: &mut JournalEntry) {
        let Some(target) = edge_target(entry.endpoint) else { return };
        let faults = entry.due.take().unwrap_or_else(|| self.due(target, entry));
        if !faults.is_empty() {
            call.seam.put(EdgeFaults { target, faults });
        }
    }

    /// The body of an answer with its faults; nothing when it is honest.
    pub fn faulty_body(&self, due: &EdgeFaults, call: &Call, body: &[u8]) -> Option<Vec<u8>> {
        let issuer = self.issuer(&call.base);
        let making = Making { issuer: &issuer, client_id: "", access_token: None };
        self.in_context(&making, |at| due.faults.body(due.target, body, at))
    }

    /// Where a fault that leads astray leads to.
    pub fn attacker(&self) -> Arc<Attacker> {
        self.misbehaviour.attacker()
    }

    /// What an edit may look at.
    pub(super) fn in_context<T>(&self, making: &Making<'_>, use_it: impl FnOnce(&Context<'_>) -> T) -> T {
        let client = self.registrations.client(making.client_id);
        let secret = client.as_ref().and_then(|client| client.secret());
        use_it(&Context {
            issuer: making.issuer,
            client_id: making.client_id,
            client_secret: secret.map(AsRef::as_ref),
            now: self.now(),
            keys: &self.keys(),
            attacker: &self.misbehaviour.attacker(),
            previous: &self.misbehaviour.before(making.client_id),
            access_token: making.access_token,
            serial: self.misbehaviour.serial(),
        })
    }

    /// What a client was given in its login before the one under way.
    pub(super) fn login_before(&self, client: &str) -> Arc<Previous> {
        self.misbehaviour.before(client)
    }

    /// A login of this client begins to be answered.
    pub(super) fn login_begins(&self, client: &str, nonce: Option<&str>) {
        self.misbehaviour.turn_the_page(client);
        self.misbehaviour.remember(client, |login| login.nonce = nonce.map(str::to_owned));
    }

    /// Something was given to this client in the login under way.
    pub(super) fn was_given(&self, client: &str, name: &str, value: &str) {
        self.misbehaviour.remember(client, |login| {
            let place = match name {
                "state" => &mut login.state,
                "code" => &mut login.code,
                "access_token" => &mut login.access_token,
                "id_token" => &mut login.id_token,
                "logout_token" => &mut login.logout_token,
                _ => return,
            };
            *place = Some(value.to_owned());
        });
    }
}

/// The answers whose bodies and transport are changed at the edge.
const EDGES: [(Endpoint, Target); 7] = [
    (Endpoint::Webfinger, Target::Webfinger),
    (Endpoint::Registration, Target::Registration),
    (Endpoint::Discovery, Target::Discovery),
    (Endpoint::OauthMetadata, Target::Discovery),
    (Endpoint::Jwks, Target::Jwks),
    (Endpoint::Token, Target::Token),
    (Endpoint::Userinfo, Target::Userinfo),
];

fn edge_target(endpoint: Endpoint) -> Option<Target> {
    EDGES.iter().find(|(known, _)| *known == endpoint).map(|(_, target)| *target)
}

/// Where in a login something is made.
fn moment(entry: &JournalEntry) -> Option<Moment> {
    let grant_type = entry.parameters.get("grant_type").map(String::as_str);
    match (entry.endpoint, grant_type) {
        (Endpoint::Authorization | Endpoint::Login, _) => Some(Moment::Authorization),
        (Endpoint::Token, Some("authorization_code")) => Some(Moment::Code),
        (Endpoint::Token, Some("refresh_token")) => Some(Moment::Refresh),
        _ => None,
    }
}

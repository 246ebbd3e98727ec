//! One provider, one relying party, one clock and one seed: the world of one case.

mod addresses;
mod browsers;
mod delay;
mod provider;
mod wire;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Map, Value, json};

use super::load::Case;
use super::model::{Restart, ScenarioFile};
use super::outcome::relative_time;
use crate::decision::{AnyProduct, ProductKind, Setup};
use crate::products;
use crate::rp::RelyingParty;
use crate::transport::{Exchange, Transport};
use crate::user_agent::Browser;

use delay::Delay;

pub(super) use addresses::Addresses;
pub(super) use browsers::Who;
pub(super) use provider::{IdpWorld, jwks_uri};

/// The clock of scenarios that name none: 2031-03-04T08:00:00Z.
const DEFAULT_CLOCK: i64 = 1_930_377_600;
/// The seed of scenarios that name none.
const DEFAULT_SEED: u64 = 42;

/// Why a world could not be made, or a step not be carried out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(super) struct Trouble(pub(super) String);

impl Trouble {
    pub(super) fn because(cause: impl std::fmt::Display) -> Self {
        Self(cause.to_string())
    }
}

/// Everything that a case plays in.
pub(super) struct World {
    pub(super) idp: IdpWorld,
    pub(super) rp: RelyingParty,
    pub(super) transport: Transport,
    pub(super) addresses: Addresses,
    /// The scenario's clock at the start; reports tell times from it.
    pub(super) start: i64,
    /// How the product is configured now.
    setup: Setup,
    kind: &'static dyn ProductKind,
    /// The same product once more, to compare records with.
    pub(super) product: Box<dyn AnyProduct>,
    delay: Delay,
    exchanges: Arc<Mutex<Vec<Exchange>>>,
    browsers: BTreeMap<String, Browser>,
    current: Option<String>,
    /// User → the record of their last sign-in.
    records: BTreeMap<String, Value>,
    /// Browser → why its session no longer stands. The product says so once, to whoever looks first.
    ended: BTreeMap<String, String>,
}

impl World {
    /// A world for this case. `addresses` says whether it is on sockets; the case's texts must fit them.
    pub(super) fn new(case: &Case, addresses: Addresses) -> Result<Self, Trouble> {
        let file = &case.file;
        let seed = file.idp.seed.unwrap_or(DEFAULT_SEED);
        let start = file.idp.clock.map_or(DEFAULT_CLOCK, |clock| clock.0);
        let transport = addresses.transport()?;
        let (kind, setup) = setup(file, addresses.base_url())?;
        let product = configured(kind, &setup)?;
        let issuers = product.profile().providers.iter().map(|provider| provider.issuer.as_str());
        let paths: Vec<String> =
            issuers.filter_map(|it| it.strip_prefix(&addresses.idp)).map(str::to_owned).collect();
        let idp = IdpWorld::new(&file.idp, &addresses.idp, start, &paths, &transport)?;
        let section =
            file.product.as_ref().ok_or_else(|| Trouble("the scenario has no product".to_owned()))?;
        let rp = RelyingParty::new(
            configured(kind, &setup)?,
            &section.state,
            &transport,
            idp.clock_ahead(section.clock_skew),
            Arc::new(IdpWorld::entropy(seed)),
        )
        .map_err(|mistakes| Trouble(listed(&mistakes)))?;
        let exchanges: Arc<Mutex<Vec<Exchange>>> = Arc::default();
        let wire = Arc::clone(&exchanges);
        transport.observe(Arc::new(move |exchange: &Exchange| {
            wire.lock().unwrap_or_else(PoisonError::into_inner).push(exchange.clone());
        }));
        let world = Self {
            idp,
            rp,
            transport,
            addresses,
            start,
            setup,
            kind,
            product,
            delay: Delay::default(),
            exchanges,
            browsers: BTreeMap::new(),
            current: None,
            records: BTreeMap::new(),
            ended: BTreeMap::new(),
        };
        world.serve()?;
        Ok(world)
    }

    /// Makes provider and relying party reachable.
    fn serve(&self) -> Result<(), Trouble> {
        let callback = self.rp.profile().paths.callback;
        let product = self.delay.before(self.rp.router(), callback, self.idp.virtual_clock());
        self.addresses.serve(&self.transport, self.idp.router(), product, &self.rp.authority())
    }

    /// Compares a user's sign-in with their last one, and remembers it.
    pub(super) fn changes(&mut self, user: &str, record: Value) -> Value {
        let changes = super::outcome::changes(self.product.as_ref(), self.records.get(user), &record);
        self.records.insert(user.to_owned(), record);
        changes
    }

    /// Starts the product again with other settings laid over its configuration.
    pub(super) fn restart(&mut self, restart: &Restart) -> Result<(), Trouble> {
        lay_over(&mut self.setup.vendor, &restart.config);
        self.setup.readings.extend(restart.readings.clone());
        self.product = configured(self.kind, &self.setup)?;
        self.rp.restart(configured(self.kind, &self.setup)?).map_err(|mistakes| Trouble(listed(&mistakes)))
    }

    /// What reports show of the session that a browser is in.
    pub(super) fn session_facts(&self, who: &Who) -> Map<String, Value> {
        let expires = who.expires_at.map(|at| relative_time(at, self.start));
        let facts = json!({ "issuer": who.issuer, "subject": who.subject, "expires": expires });
        facts
            .as_object()
            .cloned()
            .unwrap_or_default()
            .into_iter()
            .filter(|(_, value)| !value.is_null())
            .collect()
    }
}

/// The scenario's product, and how it is configured at an address.
fn setup(
    file: &ScenarioFile,
    base_url: Option<String>,
) -> Result<(&'static dyn ProductKind, Setup), Trouble> {
    let section = file.product.as_ref().ok_or_else(|| Trouble("the scenario has no product".to_owned()))?;
    let kind = products::named(&section.kind)
        .ok_or_else(|| Trouble(format!("there is no product `{}`", section.kind)))?;
    Ok((kind, Setup { vendor: section.config.clone(), base_url, readings: file.readings.clone() }))
}

fn configured(kind: &dyn ProductKind, setup: &Setup) -> Result<Box<dyn AnyProduct>, Trouble> {
    kind.configure(setup).map_err(|mistakes| Trouble(listed(&mistakes)))
}

/// Lays one document over another: maps merge, other values replace, `null` says nothing.
fn lay_over(below: &mut Value, above: &Value) {
    match (below, above) {
        (_, Value::Null) => {}
        (Value::Object(below), Value::Object(above)) => {
            for (key, value) in above {
                lay_over(below.entry(key.clone()).or_insert(Value::Null), value);
            }
        }
        (below, above) => *below = above.clone(),
    }
}

fn listed(mistakes: &[crate::decision::Mistake]) -> String {
    mistakes.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

/// The issuer as everybody sees it: a path is below the provider's address.
pub(super) fn issuer_url(issuer: &str) -> String {
    if issuer.starts_with('/') { format!("{}{issuer}", super::load::IDP_BASE) } else { issuer.to_owned() }
}

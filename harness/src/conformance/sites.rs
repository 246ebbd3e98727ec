//! Our side of a case: the provider, the attacker's provider, and a trap; each writes down who came.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use mock_idp::config::{IdpConfig, KeyOrigin, OneOrMany, SigningConfig};
use mock_idp::fault::Attacker;
use mock_idp::provider::{JournalEntry, Provider};
use mock_idp::{Fetcher, MockIdp};

use super::evidence::{Heard, Site};
use super::trouble::Trouble;

/// More than any request of a relying party; a larger one is refused.
const LARGEST: usize = 4 * 1024 * 1024;

/// The key of the attacker's provider: one that the honest provider never publishes.
const ATTACKERS_KEY: &str = include_str!("../../../fixtures/keys/stranger-rsa.pem");

/// Scheme, host and port of each site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Addresses {
    /// The provider.
    pub provider: String,
    /// The attacker's provider.
    pub attacker: String,
    /// The trap.
    pub trap: String,
}

/// What the sites need from the world.
pub struct Surroundings {
    /// The time.
    pub clock: Arc<dyn mock_idp::provider::ports::Clock>,
    /// Who carries the calls that a provider makes itself; the network, if nobody else does.
    pub fetcher: Option<Arc<dyn Fetcher>>,
}

impl std::fmt::Debug for Surroundings {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Surroundings").field("clock", &self.clock).finish_non_exhaustive()
    }
}

/// The three sites.
#[derive(Debug)]
pub struct Sites {
    provider: Playing,
    attacker: Playing,
    trap: Router,
    heard: Arc<Mutex<Vec<Heard>>>,
}

/// A provider with what it serves.
#[derive(Debug)]
struct Playing {
    idp: MockIdp,
    router: Router,
}

impl Sites {
    /// The sites at these addresses. The attacker's provider knows the same people and clients, and its keys are its own.
    ///
    /// # Errors
    ///
    /// When the configuration does not make a provider.
    pub fn new(config: &IdpConfig, at: &Addresses, world: &Surroundings) -> Result<Self, Trouble> {
        let heard: Arc<Mutex<Vec<Heard>>> = Arc::default();
        let theirs = IdpConfig {
            issuer: config.issuer.as_deref().map(|issuer| path_of(issuer).to_owned()),
            signing: OneOrMany(vec![SigningConfig {
                kid: Some("theirs".to_owned()),
                from: KeyOrigin::Pem(ATTACKERS_KEY.to_owned()),
                ..SigningConfig::default()
            }]),
            ..config.clone()
        };
        let provider = Playing::new(config, &at.provider, world, (Site::Provider, &heard))?;
        let attacker = Playing::new(&theirs, &at.attacker, world, (Site::Attacker, &heard))?;
        provider
            .idp
            .default_provider()
            .set_attacker(Attacker {
                issuer: attacker.idp.default_issuer(),
                trap: at.trap.clone(),
                honest: provider.idp.default_issuer(),
            });
        let trap = Router::new().fallback(|| async { StatusCode::NOT_FOUND });
        let recorder =
            Recorder { site: Site::Trap, issuer: String::new(), of: None, heard: Arc::clone(&heard) };
        let trap = trap.layer(from_fn_with_state(recorder, record));
        Ok(Self { provider, attacker, trap, heard })
    }

    /// The provider under test's own.
    pub fn provider(&self) -> Arc<Provider> {
        self.provider.idp.default_provider()
    }

    /// The attacker's provider.
    pub fn attacker(&self) -> Arc<Provider> {
        self.attacker.idp.default_provider()
    }

    /// The provider as a library has it.
    pub const fn idp(&self) -> &MockIdp {
        &self.provider.idp
    }

    /// The issuer.
    pub fn issuer(&self) -> String {
        self.provider.idp.default_issuer()
    }

    /// The attacker's issuer.
    pub fn attackers_issuer(&self) -> String {
        self.attacker.idp.default_issuer()
    }

    /// What is served at each site: the provider, the attacker's, the trap.
    pub fn routers(&self) -> [Router; 3] {
        [self.provider.router.clone(), self.attacker.router.clone(), self.trap.clone()]
    }

    /// What was asked so far, in the order of the answers.
    pub fn heard(&self) -> Vec<Heard> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The journals of both providers, the honest one's first.
    pub fn journals(&self) -> Vec<JournalEntry> {
        let mut entries = self.provider().journal();
        entries.extend(self.attacker().journal());
        entries
    }
}

impl Playing {
    fn new(
        config: &IdpConfig,
        base_url: &str,
        world: &Surroundings,
        (site, heard): (Site, &Arc<Mutex<Vec<Heard>>>),
    ) -> Result<Self, Trouble> {
        let mut builder =
            MockIdp::builder().config(config.clone()).base_url(base_url).clock(Arc::clone(&world.clock));
        if let Some(fetcher) = &world.fetcher {
            builder = builder.fetcher(Arc::clone(fetcher));
        }
        let (router, idp) = builder.in_process().map_err(Trouble::because)?;
        let of = Some((idp.default_provider(), Arc::default()));
        let issuer = path_of(&idp.default_issuer()).trim_end_matches('/').to_owned();
        let recorder = Recorder { site, issuer, of, heard: Arc::clone(heard) };
        Ok(Self { router: router.layer(from_fn_with_state(recorder, record)), idp })
    }
}

/// The path of an issuer, however it is written.
fn path_of(issuer: &str) -> &str {
    match issuer.split_once("://") {
        Some((_, rest)) => rest.find('/').map_or("", |at| rest.split_at(at).1),
        None => issuer,
    }
}

/// Writes down who came.
#[derive(Clone)]
struct Recorder {
    site: Site,
    issuer: String,
    /// Whose journal tells which faults fired, and the number of its last entry that was looked at.
    of: Option<(Arc<Provider>, Arc<AtomicU64>)>,
    heard: Arc<Mutex<Vec<Heard>>>,
}

async fn record(State(recorder): State<Recorder>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, LARGEST).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let mut heard = recorder.read(&parts, &body);
    let answer = next.run(Request::from_parts(parts, Body::from(body))).await;
    heard.status = answer.status().as_u16();
    heard.faults = recorder.fired();
    recorder.heard.lock().unwrap_or_else(PoisonError::into_inner).push(heard);
    answer
}

impl Recorder {
    fn read(&self, parts: &http::request::Parts, body: &[u8]) -> Heard {
        let pairs = |text: &[u8]| form_urlencoded::parse(text).into_owned().collect::<Vec<_>>();
        let text = |value: &http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        let is_form = parts.headers.get("content-type").is_some_and(|kind| {
            kind.to_str().is_ok_and(|kind| kind.starts_with("application/x-www-form-urlencoded"))
        });
        let path = parts.uri.path().to_owned();
        Heard {
            site: self.site,
            method: parts.method.to_string(),
            endpoint: path.strip_prefix(&self.issuer).unwrap_or(&path).trim_start_matches('/').to_owned(),
            path,
            query: pairs(parts.uri.query().unwrap_or_default().as_bytes()),
            form: if is_form { pairs(body) } else { Vec::new() },
            headers: parts.headers.iter().map(|(name, value)| (name.to_string(), text(value))).collect(),
            status: 0,
            faults: Vec::new(),
        }
    }

    /// The faults in entries of the journal that nobody has looked at.
    fn fired(&self) -> Vec<String> {
        let Some((provider, seen)) = &self.of else { return Vec::new() };
        let journal = provider.journal();
        let newest = journal.last().map_or(0, |entry| entry.sequence);
        let last = seen.fetch_max(newest, Ordering::SeqCst);
        journal.into_iter().filter(|entry| entry.sequence > last).flat_map(|entry| entry.faults).collect()
    }
}

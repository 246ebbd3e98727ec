//! Our side of a case: the provider, the attacker's provider, and a trap; each writes down who came.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use http::header::ACCESS_CONTROL_REQUEST_METHOD;
use http::{Method, StatusCode};
use mock_idp::config::IdpConfig;
use mock_idp::provider::{JournalEntry, Provider, path};
use mock_idp::{Fetcher, MockIdp};

use super::evidence::{Heard, Site};
use super::trouble::Trouble;

/// More than any request of a relying party; a larger one is refused.
const LARGEST: usize = 4 * 1024 * 1024;

/// Where the attacker's issuer is, below the provider's address.
const ATTACKER: &str = "/attacker";

/// Scheme, host and port of each listener.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Addresses {
    /// The provider, and the attacker's beside it.
    pub provider: String,
    /// The trap.
    pub trap: String,
    /// The port at the provider's host where clients are asked for certificates.
    pub certificate_port: Option<u16>,
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
    idp: MockIdp,
    provider: Arc<Provider>,
    attacker: Arc<Provider>,
    base: String,
    routers: [Router; 2],
    heard: Arc<Mutex<Vec<Heard>>>,
}

impl Sites {
    /// The sites at these addresses.
    ///
    /// # Errors
    ///
    /// When the configuration does not make a provider.
    pub fn new(config: &IdpConfig, at: &Addresses, world: &Surroundings) -> Result<Self, Trouble> {
        let mut builder = MockIdp::builder()
            .config(config.clone())
            .base_url(&at.provider)
            .clock(Arc::clone(&world.clock))
            .attacker(ATTACKER)
            .trap_at(&at.trap);
        if let Some(port) = at.certificate_port {
            builder = builder.mutual_tls_at(port);
        }
        if let Some(fetcher) = &world.fetcher {
            builder = builder.fetcher(Arc::clone(fetcher));
        }
        let (router, idp) = builder.in_process().map_err(Trouble::because)?;
        let provider = idp.default_provider();
        let attacker = idp.attacker().ok_or_else(|| Trouble("there is no attacker".to_owned()))?;
        let heard: Arc<Mutex<Vec<Heard>>> = Arc::default();
        let recorder = |trap| Recorder {
            trap,
            issuer: path_of(&provider.issuer(&at.provider)).trim_end_matches('/').to_owned(),
            provider: (Arc::clone(&provider), Arc::default()),
            attacker: (Arc::clone(&attacker), Arc::default()),
            heard: Arc::clone(&heard),
        };
        let routers = [
            router.layer(from_fn_with_state(recorder(false), record)),
            idp.trap_router().layer(from_fn_with_state(recorder(true), record)),
        ];
        Ok(Self { idp, provider, attacker, base: at.provider.clone(), routers, heard })
    }

    /// The provider under test's own.
    pub fn provider(&self) -> Arc<Provider> {
        Arc::clone(&self.provider)
    }

    /// The attacker's provider: the same people and clients, and keys of its own.
    pub fn attacker(&self) -> Arc<Provider> {
        Arc::clone(&self.attacker)
    }

    /// The provider as a library has it.
    pub const fn idp(&self) -> &MockIdp {
        &self.idp
    }

    /// The issuer.
    pub fn issuer(&self) -> String {
        self.provider.issuer(&self.base)
    }

    /// The attacker's issuer.
    pub fn attackers_issuer(&self) -> String {
        self.attacker.issuer(&self.base)
    }

    /// Scheme, host and port of the trap.
    pub fn trap(&self) -> &str {
        self.idp.trap_url().unwrap_or_default()
    }

    /// Where a person signs out at the provider.
    pub fn end_session_endpoint(&self) -> String {
        format!("{}{}", self.issuer().trim_end_matches('/'), path::END_SESSION)
    }

    /// The provider's page that knows whether the person's session has changed.
    pub fn check_session_iframe(&self) -> String {
        format!("{}{}", self.issuer().trim_end_matches('/'), path::CHECK_SESSION)
    }

    /// Ends a session, and has logout tokens delivered.
    pub(super) async fn end_session(&self, sid: &str) {
        // what became of it is in the journal, and in what the relying party answered
        let _ = self.idp.end_session(path_of(&self.issuer()), sid).await;
    }

    /// What is served at the provider's address and at the trap's.
    pub fn routers(&self) -> [Router; 2] {
        self.routers.clone()
    }

    /// What was asked so far, in the order of the answers.
    pub fn heard(&self) -> Vec<Heard> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The same for later: whoever holds it hears what comes after, too.
    pub(super) fn ears(&self) -> Ears {
        Ears(Arc::clone(&self.heard))
    }

    /// The journals of both providers, the honest one's first.
    pub fn journals(&self) -> Vec<JournalEntry> {
        let mut entries = self.provider.journal();
        entries.extend(self.attacker.journal());
        entries
    }
}

/// What sites hear, as long as somebody wants to know.
#[derive(Debug)]
pub(super) struct Ears(Arc<Mutex<Vec<Heard>>>);

impl Ears {
    /// What was asked, to the last.
    pub(super) fn heard(&self) -> Vec<Heard> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// The path of an issuer, however it is written.
fn path_of(issuer: &str) -> &str {
    match issuer.split_once("://") {
        Some((_, rest)) => rest.find('/').map_or("", |at| rest.split_at(at).1),
        None => issuer,
    }
}

/// Whose journal tells which faults fired, and the number of its last entry that was looked at.
type Watched = (Arc<Provider>, Arc<AtomicU64>);

/// Writes down who came.
#[derive(Clone)]
struct Recorder {
    trap: bool,
    /// The path of the honest issuer.
    issuer: String,
    provider: Watched,
    attacker: Watched,
    heard: Arc<Mutex<Vec<Heard>>>,
}

async fn record(State(recorder): State<Recorder>, request: Request, next: Next) -> Response {
    if is_preflight(&request) {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, LARGEST).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let mut heard = recorder.read(&parts, &body);
    let answer = next.run(Request::from_parts(parts, Body::from(body))).await;
    heard.status = answer.status().as_u16();
    heard.faults = recorder.fired(heard.site);
    recorder.heard.lock().unwrap_or_else(PoisonError::into_inner).push(heard);
    answer
}

/// Whether a browser asks whether a script may ask: nobody's script has asked anything yet (Fetch, CORS-preflight fetch).
fn is_preflight(request: &Request) -> bool {
    request.method() == Method::OPTIONS && request.headers().contains_key(ACCESS_CONTROL_REQUEST_METHOD)
}

impl Recorder {
    fn read(&self, parts: &http::request::Parts, body: &[u8]) -> Heard {
        let pairs = |text: &[u8]| form_urlencoded::parse(text).into_owned().collect::<Vec<_>>();
        let text = |value: &http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        let is_form = parts.headers.get("content-type").is_some_and(|kind| {
            kind.to_str().is_ok_and(|kind| kind.starts_with("application/x-www-form-urlencoded"))
        });
        let (site, endpoint) = self.place(parts.uri.path());
        Heard {
            site,
            method: parts.method.to_string(),
            endpoint,
            path: parts.uri.path().to_owned(),
            query: pairs(parts.uri.query().unwrap_or_default().as_bytes()),
            form: if is_form { pairs(body) } else { Vec::new() },
            headers: parts.headers.iter().map(|(name, value)| (name.to_string(), text(value))).collect(),
            status: 0,
            faults: Vec::new(),
        }
    }

    /// Whose path it is, and what it is below the issuer.
    fn place(&self, path: &str) -> (Site, String) {
        let (site, below) = match path.strip_prefix(ATTACKER) {
            _ if self.trap => (Site::Trap, path),
            Some(rest) => (Site::Attacker, rest),
            None => (Site::Provider, path.strip_prefix(self.issuer.as_str()).unwrap_or(path)),
        };
        (site, below.trim_start_matches('/').to_owned())
    }

    /// The faults in entries of the journal that nobody has looked at.
    fn fired(&self, site: Site) -> Vec<String> {
        let (provider, seen) = match site {
            Site::Provider => &self.provider,
            Site::Attacker => &self.attacker,
            Site::Trap => return Vec::new(),
        };
        let journal = provider.journal();
        let newest = journal.last().map_or(0, |entry| entry.sequence);
        let last = seen.fetch_max(newest, Ordering::SeqCst);
        journal.into_iter().filter(|entry| entry.sequence > last).flat_map(|entry| entry.faults).collect()
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use rstest::rstest;

    use super::{Request, is_preflight};

    #[rstest]
    #[case::a_browser_asks_whether_it_may("OPTIONS", Some("POST"), true)]
    #[case::a_script_asks("POST", None, false)]
    #[case::somebody_asks_for_options("OPTIONS", None, false)]
    fn what_a_browser_asks_beforehand_is_nobodys_request(
        #[case] method: &str,
        #[case] wanted: Option<&str>,
        #[case] is: bool,
    ) {
        let mut request = Request::builder().method(method).uri("/token");
        if let Some(wanted) = wanted {
            request = request.header("access-control-request-method", wanted);
        }
        assert_eq!(is_preflight(&request.body(Body::empty()).unwrap()), is);
    }
}

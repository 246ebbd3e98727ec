//! The library's front door: a provider for a test, on a free port or without a socket.

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;

use axum::Router;
use serde_json::Value;
use tokio::net::TcpListener;

use super::bell::Bell;
use super::fetch::Fetcher;
use super::issuers::{Addresses, Issuers, StartError, Surroundings};
use super::key_files::read_key_files;
use super::notify;
use super::router;
use super::serving::Serving;
use super::system::SystemClock;
use super::tls::{Clients, Identity, Tls};
use super::trap;
use crate::config::{AttackerConfig, ClientConfig, IdpConfig, UserConfig};
use crate::control;
use crate::fault::plan::Rule;
use crate::provider::ports::{Clock, VirtualClock};
use crate::provider::{Provider, Told, Trapped};

/// The address that is assumed without a socket.
const IN_PROCESS: &str = "https://idp.test";

/// A running provider; dropping it closes its sockets, and what is being answered then is answered to its end.
///
/// ```
/// # async fn example() -> Result<(), mock_idp::StartError> {
/// use mock_idp::MockIdp;
/// use serde_json::json;
///
/// let idp = MockIdp::builder().user("ada", json!({ "roles": ["admin"] })).auto_login("ada").start().await?;
/// println!("the issuer is {}", idp.issuer("acme"));
/// # Ok(())
/// # }
/// ```
pub struct MockIdp {
    issuers: Arc<Issuers>,
    router: Router,
    url: String,
    certificate_url: Option<String>,
    ca: Option<String>,
    control: Option<String>,
    trap: Option<String>,
    serving: Serving,
}

impl fmt::Debug for MockIdp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MockIdp").field("url", &self.url).finish_non_exhaustive()
    }
}

impl MockIdp {
    /// A provider that accepts everything on the loopback interface, until it is told otherwise.
    pub fn builder() -> MockIdpBuilder {
        MockIdpBuilder::default()
    }

    /// Scheme, host and port.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The issuer at a path.
    pub fn issuer(&self, path: &str) -> String {
        self.provider(path).issuer(&self.url)
    }

    /// The configured issuer.
    pub fn default_issuer(&self) -> String {
        self.default_provider().issuer(&self.url)
    }

    /// The provider at a path; it is made if nobody asked for it before.
    pub fn provider(&self, path: &str) -> Arc<Provider> {
        self.issuers.provider(path)
    }

    /// The provider of the configured issuer.
    pub fn default_provider(&self) -> Arc<Provider> {
        self.issuers.default_provider()
    }

    /// Scheme, host and port where clients are asked for TLS certificates ([`MockIdpBuilder::mutual_tls`]).
    pub fn mutual_tls_url(&self) -> Option<&str> {
        self.certificate_url.as_deref()
    }

    /// The certificate of the CA that vouches for this provider, as PEM, if it made one ([`Tls::self_signed`]). A program that
    /// runs elsewhere trusts it from a file: `SSL_CERT_FILE` (Python, Go, .NET and Rust on Linux), `REQUESTS_CA_BUNDLE` (Python's
    /// requests), `NODE_EXTRA_CA_CERTS` (Node.js), `curl --cacert`, or `keytool -importcert` into a `javax.net.ssl.trustStore`
    /// (Java); `mock-idp serve --tls-ca-out` prints these lines whole.
    pub fn ca_certificate(&self) -> Option<&str> {
        self.ca.as_deref()
    }

    /// Ends a session of the issuer at a path, named by `sid`, or every session of a user, and tells the clients that have a
    /// back channel. What became of each is the answer. Clients that are told through a browser are not: there is none.
    pub async fn end_session(&self, path: &str, sid_or_user: &str) -> Vec<Told> {
        let provider = self.provider(path);
        let calls = provider.end_session(sid_or_user).calls;
        notify::tell(self.issuers.outgoing(), &provider, calls).await
    }

    /// The provider of whoever attacks the configured one ([`MockIdpBuilder::attacker`]), if there is one.
    pub fn attacker(&self) -> Option<Arc<Provider>> {
        self.issuers.attacker()
    }

    /// Scheme, host and port of the trap, if there is one.
    pub fn trap_url(&self) -> Option<&str> {
        self.trap.as_deref()
    }

    /// Who came to the trap, the first one first. Silence is evidence: a relying party that is right calls it never.
    pub fn trapped(&self) -> Vec<Trapped> {
        self.issuers.trap().requests()
    }

    /// Forgets who came to the trap.
    pub fn clear_trap(&self) {
        self.issuers.trap().clear();
    }

    /// What is served at the trap's address, without a socket.
    pub fn trap_router(&self) -> Router {
        trap::router(Arc::clone(&self.issuers))
    }

    /// Scheme, host and port of the control listener, if there is one.
    pub fn control_url(&self) -> Option<&str> {
        self.control.as_deref()
    }

    /// What the control listener serves, without a socket.
    pub fn control_router(&self) -> Router {
        let issuers: Arc<Issuers> = Arc::clone(&self.issuers);
        control::router(issuers)
    }

    /// Everything that is served, without a socket.
    pub fn router(&self) -> Router {
        self.router.clone()
    }
}

impl MockIdp {
    /// Answers on one more socket, over TLS if there is a certificate.
    fn serve(
        &mut self,
        listener: TcpListener,
        identity: Option<&Identity>,
        router: Router,
    ) -> Result<(), StartError> {
        match identity {
            None => self.serving.serve(listener, router),
            Some(identity) => {
                let listener = identity.listener(listener, Clients::AskedForNothing)?;
                self.serving.serve(listener, router);
            }
        }
        Ok(())
    }

    /// Stops, and waits until requests that are being answered have their answers. Nobody is waited for forever.
    pub async fn stop(self) {
        self.serving.stop().await;
    }
}

/// Where the trap is.
#[derive(Clone, Debug, Default)]
enum Trap {
    /// Nowhere: faults point to a name that leads nowhere.
    #[default]
    Nowhere,
    /// On a socket of its own.
    Listening(SocketAddr),
    /// Where somebody else carries the calls.
    Carried(String),
}

/// Collects what a provider should be like.
#[derive(Clone, Default)]
pub struct MockIdpBuilder {
    config: IdpConfig,
    base_url: Option<String>,
    clock: Option<Arc<dyn Clock>>,
    fetcher: Option<Arc<dyn Fetcher>>,
    address: Option<SocketAddr>,
    control: Option<SocketAddr>,
    trap: Trap,
    tls: Option<Tls>,
    certificate_address: Option<SocketAddr>,
    certificate_port: Option<u16>,
}

impl fmt::Debug for MockIdpBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MockIdpBuilder").field("config", &self.config).finish_non_exhaustive()
    }
}

impl MockIdpBuilder {
    /// Takes a whole configuration in place of what was collected so far. Key files in it are relative to the working
    /// directory, unless [`read_key_files`] has read them from another.
    #[must_use]
    pub fn config(mut self, config: IdpConfig) -> Self {
        self.config = config;
        self
    }

    /// Adds a user with claims for every document. A `sub` among them is the subject identifier.
    #[must_use]
    pub fn user(mut self, name: &str, claims: Value) -> Self {
        let claims = match claims {
            Value::Object(claims) => claims,
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
                serde_json::Map::new()
            }
        };
        self.config.users.insert(name.to_owned(), UserConfig { claims, ..UserConfig::default() });
        self
    }

    /// Adds a registered client; from the first one on, only registered clients are known.
    #[must_use]
    pub fn client(mut self, id: &str, client: ClientConfig) -> Self {
        self.config.clients.insert(id.to_owned(), client);
        self
    }

    /// Signs this user in without a login page.
    #[must_use]
    pub fn auto_login(mut self, user: &str) -> Self {
        self.config.auto_login = Some(user.to_owned());
        self
    }

    /// Lets a fault fire, always and for everybody or as its rule says.
    #[must_use]
    pub fn fault(mut self, rule: Rule) -> Self {
        self.config.faults.0.push(rule);
        self
    }

    /// The scheme, host and port that everybody is told, however they reach the provider.
    #[must_use]
    pub fn base_url(mut self, base_url: &str) -> Self {
        self.base_url = Some(base_url.trim_end_matches('/').to_owned());
        self
    }

    /// Takes the time from this clock.
    #[must_use]
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = Some(clock);
        self
    }

    /// Has the calls that the provider makes itself carried by somebody else than the network, where hosts are names and
    /// not sockets.
    #[must_use]
    pub fn fetcher(mut self, fetcher: Arc<dyn Fetcher>) -> Self {
        self.fetcher = Some(fetcher);
        self
    }

    /// Derives codes, tokens and identifiers from a seed.
    #[must_use]
    pub const fn seed(mut self, seed: u64) -> Self {
        self.config.seed = Some(seed);
        self
    }

    /// Listens on this address instead of a free port of the loopback interface.
    #[must_use]
    pub const fn listen(mut self, address: SocketAddr) -> Self {
        self.address = Some(address);
        self
    }

    /// Speaks TLS on its socket, and nothing else.
    #[must_use]
    pub fn tls(mut self, tls: Tls) -> Self {
        self.tls = Some(tls);
        self
    }

    /// Has a second listener, to drive the provider while it runs (`docs/control.md`). It has to be on the loopback
    /// interface; port 0 picks a free one.
    #[must_use]
    pub const fn control(mut self, address: SocketAddr) -> Self {
        self.control = Some(address);
        self
    }

    /// Has a second issuer at this path, of whoever attacks the first: the same users and clients, keys of its own, and no
    /// faults unless they are added to [`MockIdp::attacker`].
    #[must_use]
    pub fn attacker(mut self, path: &str) -> Self {
        let attacker = AttackerConfig { issuer: path.to_owned(), ..AttackerConfig::default() };
        self.config.attacker = Some(attacker);
        self
    }

    /// Has a trap on this address (port 0 picks a free one): an address that nobody should call, to which the faults point
    /// that lead astray. Over TLS, if the provider is.
    #[must_use]
    pub fn trap(mut self, address: SocketAddr) -> Self {
        self.trap = Trap::Listening(address);
        self
    }

    /// Has the trap under this address, at which somebody else serves [`MockIdp::trap_router`].
    #[must_use]
    pub fn trap_at(mut self, url: &str) -> Self {
        self.trap = Trap::Carried(url.trim_end_matches('/').to_owned());
        self
    }

    /// Listens on another address as well (port 0 picks a free one), where clients are asked for a TLS certificate: for
    /// `tls_client_auth`, `self_signed_tls_client_auth` and tokens that are bound to a certificate (RFC 8705). Serves over
    /// TLS, with a certificate of its own making unless [`MockIdpBuilder::tls`] says otherwise.
    #[must_use]
    pub fn mutual_tls(mut self, address: SocketAddr) -> Self {
        self.certificate_address = Some(address);
        self.tls.get_or_insert_with(Tls::self_signed);
        self
    }

    /// Says in the metadata that clients with TLS certificates come in at this port of the same host, where somebody else
    /// serves [`MockIdp::router`] ([`Tls::listen_twice`]). It is for providers without a socket of their own.
    #[must_use]
    pub const fn mutual_tls_at(mut self, port: u16) -> Self {
        self.certificate_port = Some(port);
        self
    }

    /// Listens and serves. The sockets accept connections when this returns.
    pub async fn start(self) -> Result<MockIdp, StartError> {
        let address = self.address.unwrap_or_else(|| SocketAddr::from((Ipv4Addr::LOCALHOST, 0)));
        let (listener, bound) = bind(address).await?;
        let control = match self.control {
            Some(address) if !address.ip().to_canonical().is_loopback() => {
                return Err(StartError::Control(address));
            }
            Some(address) => Some(bind(address).await?),
            None => None,
        };
        let beside = match self.certificate_address {
            Some(address) => Some(bind(address).await?),
            None => None,
        };
        let trap = match self.trap {
            Trap::Listening(address) => Some(bind(address).await?),
            Trap::Nowhere | Trap::Carried(_) => None,
        };
        let identity = self.identity(bound)?;
        let scheme = if identity.is_some() { "https" } else { "http" };
        let certificate_port = beside.as_ref().map(|(_, bound)| bound.port());
        let trapped_at = trap.as_ref().map(|(_, bound)| format!("{scheme}://{bound}"));
        let mut idp = self.built(format!("{scheme}://{bound}"), certificate_port, trapped_at)?;
        idp.serve(listener, identity.as_ref(), idp.router())?;
        if let Some((listener, _)) = trap {
            idp.serve(listener, identity.as_ref(), idp.trap_router())?;
        }
        if let (Some((listener, at)), Some(identity)) = (beside, &identity) {
            let asking = identity.listener(listener, Clients::AskedForCertificates)?;
            let router = idp.router();
            idp.serving.serve(asking.beside(bound.port()), router);
            idp.certificate_url = Some(format!("https://{at}"));
        }
        idp.ca = identity.and_then(|identity| identity.ca);
        if let Some((listener, bound)) = control {
            idp.serving.serve(listener, idp.control_router());
            idp.control = Some(format!("http://{bound}"));
        }
        Ok(idp)
    }

    /// The certificate for an address, and for the names by which the provider says it is reached.
    fn identity(&self, bound: SocketAddr) -> Result<Option<Identity>, StartError> {
        let Some(tls) = &self.tls else { return Ok(None) };
        let address = Some(bound.ip()).filter(|ip| !ip.is_unspecified()).map(|ip| ip.to_string());
        let urls = [self.base_url.as_deref(), self.config.issuer.as_deref()];
        let hosts = urls.into_iter().flatten().filter_map(host);
        let also: Vec<String> = address.into_iter().chain(hosts).collect();
        Ok(Some(tls.identity(&also, SystemClock.now())?))
    }

    /// The router without a socket, and the handle to it.
    pub fn in_process(self) -> Result<(Router, MockIdp), StartError> {
        let certificate_port = self.certificate_port;
        let idp = self.built(IN_PROCESS.to_owned(), certificate_port, None)?;
        Ok((idp.router(), idp))
    }

    fn built(
        self,
        reached_at: String,
        certificate_port: Option<u16>,
        trapped_at: Option<String>,
    ) -> Result<MockIdp, StartError> {
        let trap = match self.trap {
            Trap::Carried(url) => Some(url),
            Trap::Nowhere | Trap::Listening(_) => trapped_at,
        };
        let url = self.base_url.clone().unwrap_or_else(|| reached_at.clone());
        let clock: Arc<dyn Clock> = match (self.clock, self.config.clock) {
            (Some(clock), _) => clock,
            (None, Some(time)) => Arc::new(VirtualClock::at(time)),
            (None, None) => Arc::new(SystemClock),
        };
        let addresses =
            Addresses { base: self.base_url, fallback: reached_at, certificate_port, trap: trap.clone() };
        let world = Surroundings { clock, bell: Bell::default(), fetcher: self.fetcher };
        let mut config = self.config;
        read_key_files(&mut config, Path::new(""))?;
        let issuers = Issuers::new(config, addresses, world)?;
        let issuers = Arc::new(issuers);
        Ok(MockIdp {
            router: router(Arc::clone(&issuers)),
            issuers,
            url,
            certificate_url: None,
            ca: None,
            control: None,
            trap,
            serving: Serving::default(),
        })
    }
}

async fn bind(address: SocketAddr) -> Result<(TcpListener, SocketAddr), StartError> {
    let failed = |cause| StartError::Listen { address, cause };
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let bound = listener.local_addr().map_err(failed)?;
    Ok((listener, bound))
}

/// The host in a URL, as a certificate names it.
fn host(url: &str) -> Option<String> {
    Some(match url::Url::parse(url).ok()?.host()? {
        url::Host::Domain(name) => name.to_owned(),
        url::Host::Ipv4(address) => address.to_string(),
        url::Host::Ipv6(address) => address.to_string(),
    })
}

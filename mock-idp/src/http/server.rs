//! The library's front door: a provider for a test, on a free port or without a socket.

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use axum::Router;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::fetch::Fetcher;
use super::issuers::{Issuers, StartError, Surroundings};
use super::log::Log;
use super::router;
use super::system::SystemClock;
use crate::config::{ClientConfig, IdpConfig, UserConfig};
use crate::provider::Provider;
use crate::provider::ports::{Clock, VirtualClock};

/// The address that is assumed without a socket.
const IN_PROCESS: &str = "https://idp.test";

/// How long a stopping server waits for its last answers.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(5);

/// A running provider; dropping it stops it.
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
    stop: Option<oneshot::Sender<()>>,
    served: Option<JoinHandle<()>>,
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

    /// Everything that is served, without a socket.
    pub fn router(&self) -> Router {
        self.router.clone()
    }
}

impl MockIdp {
    /// Stops, and waits until requests that are being answered have their answers. Nobody is waited for forever.
    pub async fn stop(mut self) {
        self.ask_to_stop();
        if let Some(served) = self.served.take() {
            // whatever still hangs on after that is cut off, as it is when the handle is dropped
            let _ = timeout(PATIENCE, served).await;
        }
    }

    fn ask_to_stop(&mut self) {
        if let Some(stop) = self.stop.take() {
            // nobody listens any more when the server has stopped by itself
            let _ = stop.send(());
        }
    }
}

impl Drop for MockIdp {
    fn drop(&mut self) {
        self.ask_to_stop();
    }
}

/// Collects what a provider should be like.
#[derive(Clone, Default)]
pub struct MockIdpBuilder {
    config: IdpConfig,
    base_url: Option<String>,
    clock: Option<Arc<dyn Clock>>,
    fetcher: Option<Arc<dyn Fetcher>>,
    address: Option<SocketAddr>,
}

impl fmt::Debug for MockIdpBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MockIdpBuilder").field("config", &self.config).finish_non_exhaustive()
    }
}

impl MockIdpBuilder {
    /// Takes a whole configuration in place of what was collected so far.
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

    /// Listens and serves. The socket accepts connections when this returns.
    pub async fn start(self) -> Result<MockIdp, StartError> {
        let address = self.address.unwrap_or_else(|| SocketAddr::from((Ipv4Addr::LOCALHOST, 0)));
        let failed = |cause| StartError::Listen { address, cause };
        let listener = TcpListener::bind(address).await.map_err(failed)?;
        let bound = listener.local_addr().map_err(failed)?;
        let mut idp = self.built(format!("http://{bound}"))?;

        let (stop, stopped) = oneshot::channel();
        let router = idp.router();
        let served = tokio::spawn(async move {
            let until = async {
                // a dropped sender means the same as a message
                let _ = stopped.await;
            };
            let served = axum::serve(listener, router).with_graceful_shutdown(until).await;
            if let Err(cause) = served {
                tracing::error!("the server stopped: {cause}");
            }
        });
        idp.stop = Some(stop);
        idp.served = Some(served);
        Ok(idp)
    }

    /// The router without a socket, and the handle to it.
    pub fn in_process(self) -> Result<(Router, MockIdp), StartError> {
        let idp = self.built(IN_PROCESS.to_owned())?;
        Ok((idp.router(), idp))
    }

    fn built(self, reached_at: String) -> Result<MockIdp, StartError> {
        let url = self.base_url.clone().unwrap_or_else(|| reached_at.clone());
        let clock: Arc<dyn Clock> = match (self.clock, self.config.clock) {
            (Some(clock), _) => clock,
            (None, Some(time)) => Arc::new(VirtualClock::at(time)),
            (None, None) => Arc::new(SystemClock),
        };
        let world = Surroundings { clock, listener: Some(Arc::new(Log)), fetcher: self.fetcher };
        let issuers = Issuers::new(self.config, self.base_url, reached_at, world)?;
        let issuers = Arc::new(issuers);
        Ok(MockIdp { router: router(Arc::clone(&issuers)), issuers, url, stop: None, served: None })
    }
}

//! From paths to providers: any path is an issuer, made on first use.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use super::bell::Bell;
use super::fetch::{Fetcher, Outgoing};
use super::key_files::KeyFileUnreadable;
use super::notify;
use super::paths::normal;
use super::system::SystemEntropy;
use super::tls::TlsError;
use serde_json::{Map, Value};
use tokio::sync::watch;

use crate::config::{IdpConfig, with_settings};
use crate::control::{NotAdded, NotRemoved, Providers, Telling};
use crate::fault::Attacker;
use crate::protocol::keys::{KeyError, KeySet};
use crate::provider::ports::{Clock, Entropy, SeededEntropy, token};
use crate::provider::{BackChannelCall, Caught, IssuerName, Ports, Provider, Trap};

/// The issuer's path when the configuration names none: the address itself.
pub const DEFAULT_PATH: &str = "";

/// How many issuers a server makes; a stray crawler must not fill the memory.
const MOST: usize = 1_000;

/// Settings that all issuers of a server share.
const OF_THE_SERVER: [&str; 4] = ["issuer", "clock", "outgoing", "attacker"];

/// Why a provider could not be started.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The `issuer` is neither a path nor a URL.
    #[error(
        "the issuer `{0}` is neither a path such as `/acme` nor an http(s) URL without query and fragment"
    )]
    Issuer(String),
    /// The attacker's issuer is the honest one.
    #[error("the attacker's issuer `{0}` is served at the path of the honest one")]
    Attacker(String),
    /// The control listener would be open to other machines.
    #[error("the control listener cannot be at `{0}`: it is for the loopback interface only")]
    Control(std::net::SocketAddr),
    /// A key file cannot be read.
    #[error(transparent)]
    KeyFile(#[from] KeyFileUnreadable),
    /// A signing key cannot be used.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The certificate cannot be used or made.
    #[error("cannot serve over TLS: {0}")]
    Tls(#[from] TlsError),
    /// The address cannot be listened on.
    #[error("cannot listen on `{address}`: {cause}")]
    Listen {
        /// The address.
        address: std::net::SocketAddr,
        /// What the system says.
        cause: std::io::Error,
    },
}

/// Where a server is reached.
#[derive(Debug)]
pub(super) struct Addresses {
    /// The address that everybody is told, if there is one.
    pub(super) base: Option<String>,
    /// The address to assume when a request does not say.
    pub(super) fallback: String,
    /// The port at which clients are asked for TLS certificates, if there is one.
    pub(super) certificate_port: Option<u16>,
    /// Where the trap is, if there is one.
    pub(super) trap: Option<String>,
}

/// What all issuers of a server share of the world.
pub(super) struct Surroundings {
    pub(super) clock: Arc<dyn Clock>,
    /// Who is told of everything that happens.
    pub(super) bell: Bell,
    /// Who carries the calls that a provider makes itself; the network, if nobody else does.
    pub(super) fetcher: Option<Arc<dyn Fetcher>>,
}

/// The issuer of whoever attacks the configured one.
struct Opponent {
    path: String,
    name: IssuerName,
    config: IdpConfig,
    keys: KeySet,
}

impl Opponent {
    fn of(config: &IdpConfig, honest_path: &str) -> Result<Option<Self>, StartError> {
        let Some(attacker) = &config.attacker else { return Ok(None) };
        let (path, name) = name(&attacker.issuer)?;
        if path == honest_path {
            return Err(StartError::Attacker(attacker.issuer.clone()));
        }
        let keys = Provider::attackers_keys_for(config, entropy(config, "attacker's keys").as_ref())?;
        let config = IdpConfig { faults: attacker.faults.clone(), ..config.clone() };
        Ok(Some(Self { path, name, config, keys }))
    }
}

/// All issuers of one server.
pub(super) struct Issuers {
    config: IdpConfig,
    addresses: Addresses,
    default_path: String,
    default_name: IssuerName,
    keys: KeySet,
    opponent: Option<Opponent>,
    trap: Trap,
    world: Surroundings,
    outgoing: Arc<Outgoing>,
    providers: Mutex<BTreeMap<String, Arc<Provider>>>,
}

impl fmt::Debug for Issuers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Issuers")
            .field("addresses", &self.addresses)
            .field("default_path", &self.default_path)
            .finish_non_exhaustive()
    }
}

impl Issuers {
    /// Providers of one configuration.
    pub(super) fn new(
        config: IdpConfig,
        addresses: Addresses,
        world: Surroundings,
    ) -> Result<Self, StartError> {
        let (default_path, default_name) = name(config.issuer.as_deref().unwrap_or(DEFAULT_PATH))?;
        let keys = Provider::keys_for(&config, key_entropy(&config).as_ref())?;
        let opponent = Opponent::of(&config, &default_path)?;
        let outgoing = Arc::new(Outgoing::new(&config.outgoing, world.fetcher.clone()));
        let issuers = Self {
            config,
            addresses,
            default_path,
            default_name,
            keys,
            opponent,
            trap: Trap::default(),
            world,
            outgoing,
            providers: Mutex::default(),
        };
        issuers.provider(&issuers.default_path);
        issuers.attacker();
        Ok(issuers)
    }

    /// The provider at a path, if requests to it are answered: any path, unless clients are registered, because those
    /// are the clients of one issuer.
    pub(super) fn served(&self, path: &str) -> Option<Arc<Provider>> {
        let known = self.with(|providers| providers.get(path).cloned());
        let room = || self.with(|providers| providers.len() < MOST);
        known.or_else(|| (!self.config.only_registered_clients() && room()).then(|| self.provider(path)))
    }

    /// The provider at a path, made if need be.
    pub(super) fn provider(&self, path: &str) -> Arc<Provider> {
        let path = normal(path);
        self.with(|providers| {
            let provider = providers.entry(path.clone()).or_insert_with(|| Arc::new(self.made(&path)));
            Arc::clone(provider)
        })
    }

    /// The configured issuer's provider.
    pub(super) fn default_provider(&self) -> Arc<Provider> {
        self.provider(&self.default_path)
    }

    /// The attacker's provider, if there is one.
    pub(super) fn attacker(&self) -> Option<Arc<Provider>> {
        self.opponent.as_ref().map(|opponent| self.provider(&opponent.path))
    }

    /// Takes down that somebody came to the trap.
    pub(super) fn caught(&self, caught: &Caught<'_>) {
        let trapped = self.trap.caught(caught, self.world.clock.now());
        let trap = self.addresses.trap.as_deref().unwrap_or_default();
        self.default_provider().trapped(&trapped, trap);
    }

    /// The trap.
    pub(super) const fn trap(&self) -> &Trap {
        &self.trap
    }

    /// The paths of the issuers that exist.
    pub(super) fn known(&self) -> Vec<String> {
        self.with(|providers| providers.keys().cloned().collect())
    }

    /// Whether somebody has claims that others vouch for, at an issuer that need not be there yet.
    pub(super) fn has_claim_sources(&self, path: &str) -> bool {
        let known = self.with(|providers| providers.get(path).map(|provider| provider.has_claim_sources()));
        known.unwrap_or_else(|| self.config.users.values().any(|user| !user.claim_sources.is_empty()))
    }

    /// The calls that go out.
    pub(super) const fn outgoing(&self) -> &Arc<Outgoing> {
        &self.outgoing
    }

    /// The address that everybody is told, if there is one.
    pub(super) fn base(&self) -> Option<&str> {
        self.addresses.base.as_deref()
    }

    /// The address to assume when a request does not say.
    pub(super) fn fallback(&self) -> &str {
        &self.addresses.fallback
    }

    fn made(&self, path: &str) -> Provider {
        let opponent = self.opponent.as_ref().filter(|opponent| opponent.path == path);
        let (config, keys, issuer) = match opponent {
            Some(opponent) => (&opponent.config, &opponent.keys, opponent.name.clone()),
            None if path == self.default_path => (&self.config, &self.keys, self.default_name.clone()),
            None => (&self.config, &self.keys, IssuerName::Below(path.to_owned())),
        };
        self.assembled(config, issuer, keys.clone(), path)
    }

    fn assembled(&self, config: &IdpConfig, issuer: IssuerName, keys: KeySet, path: &str) -> Provider {
        let ports = Ports {
            clock: Arc::clone(&self.world.clock),
            entropy: entropy(config, path),
            listener: Some(Arc::new(self.world.bell.clone())),
            certificate_port: self.addresses.certificate_port,
        };
        let provider = Provider::new(config, issuer, keys, ports);
        provider.set_attacker(self.second_party());
        provider
    }

    /// The configuration with other settings, and its keys: the server's own unless something is said about them.
    fn variant(&self, settings: &Map<String, Value>) -> Result<(IdpConfig, KeySet), String> {
        if let Some(name) = OF_THE_SERVER.iter().find(|name| settings.contains_key(**name)) {
            return Err(format!("`{name}` is a setting of the whole server"));
        }
        if settings.is_empty() {
            return Ok((self.config.clone(), self.keys.clone()));
        }
        let config = with_settings(&self.config, settings).map_err(|mistakes| mistakes.join("; "))?;
        let keys = Provider::keys_for(&config, entropy(&config, "keys").as_ref());
        keys.map(|keys| (config, keys)).map_err(|cause| cause.to_string())
    }

    /// Whom the faults of every issuer point to.
    fn second_party(&self) -> Attacker {
        let (unknown, base) = (Attacker::default(), self.base_or_fallback());
        Attacker {
            issuer: self.opponent.as_ref().map_or(unknown.issuer, |opponent| opponent.name.at(&base)),
            trap: self.addresses.trap.clone().unwrap_or(unknown.trap),
            honest: self.default_name.at(&base),
        }
    }

    fn base_or_fallback(&self) -> String {
        self.addresses.base.clone().unwrap_or_else(|| self.addresses.fallback.clone())
    }

    fn with<T>(&self, read: impl FnOnce(&mut BTreeMap<String, Arc<Provider>>) -> T) -> T {
        read(&mut self.providers.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Providers for Issuers {
    fn paths(&self) -> Vec<String> {
        self.known()
    }

    fn at(&self, path: &str) -> Option<Arc<Provider>> {
        self.served(path)
    }

    fn base(&self) -> String {
        self.base_or_fallback()
    }

    fn add(&self, path: Option<&str>, settings: &Map<String, Value>) -> Result<String, NotAdded> {
        let path = match path {
            Some(path) => own_path(path).ok_or_else(|| NotAdded::Path(path.to_owned()))?,
            None => format!("/{}", token::<9>(&SystemEntropy::default())),
        };
        let (config, keys) = self.variant(settings).map_err(NotAdded::Settings)?;
        let provider = Arc::new(self.assembled(&config, IssuerName::Below(path.clone()), keys, &path));
        self.with(|providers| {
            if providers.contains_key(&path) {
                return Err(NotAdded::Taken(path));
            }
            if providers.len() >= MOST {
                return Err(NotAdded::Full(MOST));
            }
            providers.insert(path.clone(), provider);
            Ok(path)
        })
    }

    fn remove(&self, path: &str) -> Result<(), NotRemoved> {
        let attackers = self.opponent.as_ref().is_some_and(|opponent| opponent.path == path);
        if path == self.default_path || attackers {
            return Err(NotRemoved::Configured);
        }
        self.with(|providers| providers.remove(path)).map(drop).ok_or(NotRemoved::Unknown)
    }

    fn tell<'a>(&'a self, provider: &'a Arc<Provider>, calls: Vec<BackChannelCall>) -> Telling<'a> {
        Box::pin(notify::tell(&self.outgoing, provider, calls))
    }

    fn clock(&self) -> &dyn Clock {
        self.world.clock.as_ref()
    }

    fn trap(&self) -> (&Trap, Option<&str>) {
        (&self.trap, self.addresses.trap.as_deref())
    }

    fn bell(&self) -> watch::Receiver<u64> {
        self.world.bell.heard()
    }
}

/// A path for an issuer of its own: as requests write it, so of no characters that they would have to escape, and without
/// the `;` that would end the path of a cookie (RFC6265-4.1.1), and without the `.` and `..` that whoever sends a request
/// takes out before (RFC3986-5.2.4).
fn own_path(path: &str) -> Option<String> {
    let written = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,=:@/".contains(&byte);
    let plain = path.starts_with('/') && path.bytes().all(written) && !path.contains("/.well-known");
    let plain = plain && !path.split('/').any(|segment| matches!(segment, "." | ".."));
    plain.then(|| normal(path)).filter(|path| !path.is_empty())
}

/// Where keys come from that are made and not read.
pub(crate) fn key_entropy(config: &IdpConfig) -> Arc<dyn Entropy> {
    entropy(config, "keys")
}

fn entropy(config: &IdpConfig, purpose: &str) -> Arc<dyn Entropy> {
    match config.seed {
        Some(seed) => Arc::new(SeededEntropy::new(seed, purpose)),
        None => Arc::new(SystemEntropy::default()),
    }
}

/// Where an issuer is served, and what it is called.
fn name(issuer: &str) -> Result<(String, IssuerName), StartError> {
    let refused = || StartError::Issuer(issuer.to_owned());
    if issuer.is_empty() || issuer.starts_with('/') {
        if issuer.contains(['?', '#']) {
            return Err(refused());
        }
        // an issuer path may end in a slash, and is then another issuer than without it (OIDCD-3)
        let path = normal(issuer);
        let below = if path.is_empty() { String::new() } else { issuer.to_owned() };
        return Ok((path, IssuerName::Below(below)));
    }
    let url = url::Url::parse(issuer).map_err(|_| refused())?;
    let plain = matches!(url.scheme(), "http" | "https") && url.query().is_none() && url.fragment().is_none();
    if !plain || !url.has_host() {
        return Err(refused());
    }
    Ok((normal(url.path()), IssuerName::Fixed(issuer.to_owned())))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::root("", "", "http://x")]
    #[case::path("/acme", "/acme", "http://x/acme")]
    #[case::path_with_a_final_slash("/acme/", "/acme", "http://x/acme/")]
    #[case::url("https://login.acme.test/realms/a", "/realms/a", "https://login.acme.test/realms/a")]
    #[case::url_with_a_final_slash("https://acme.test/", "", "https://acme.test/")]
    fn an_issuer_is_served_at_its_path_and_named_as_written(
        #[case] issuer: &str,
        #[case] path: &str,
        #[case] named: &str,
    ) {
        let (served_at, name) = name(issuer).unwrap();
        assert_eq!((served_at.as_str(), name.at("http://x").as_str()), (path, named));
    }

    #[rstest]
    #[case::plain("/a/b", Some("/a/b"))]
    #[case::with_a_final_slash("/a/", Some("/a"))]
    #[case::every_other_character("/-._~!$&'()*+,=:@", Some("/-._~!$&'()*+,=:@"))]
    #[case::relative("a", None)]
    #[case::root("/", None)]
    #[case::query("/a?b", None)]
    #[case::escaped("/a%20b", None)]
    #[case::a_space("/a b", None)]
    #[case::not_ascii("/ä", None)]
    #[case::what_ends_a_cookies_path("/a;Path=", None)]
    #[case::well_known("/a/.well-known/x", None)]
    #[case::this_folder("/a/./b", None)]
    #[case::the_folder_above("/a/..", None)]
    #[case::three_dots("/a/...", Some("/a/..."))]
    fn an_issuer_of_its_own_is_where_requests_can_lead(#[case] path: &str, #[case] expected: Option<&str>) {
        assert_eq!(own_path(path).as_deref(), expected);
    }

    #[rstest]
    #[case::word("acme")]
    #[case::query("https://acme.test/?x")]
    #[case::other_scheme("ftp://acme.test")]
    fn another_issuer_is_refused(#[case] issuer: &str) {
        assert!(matches!(name(issuer), Err(StartError::Issuer(_))));
    }
}

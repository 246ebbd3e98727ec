//! A stranger: any relying party, by its address or by the command that starts it.
//!
//! It is driven over TCP on the loopback interface. Each case has a provider of its own; whether that provider has an
//! address of its own too depends on whether the relying party can be told of it: one that is started for each case is told
//! in its environment, one whose start path has `{issuer}` in it is told there, any other knows one issuer for the whole run.

mod ca_file;
mod command;
mod listeners;

use std::collections::BTreeSet;
use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use mock_idp::config::{ClientConfig, RefreshTokens};
use mock_idp::http::system::SystemClock;
use mock_idp::{Fetcher, TlsFlaw};
use serde_json::Value;
use tokio::runtime::Runtime;

use super::agent::{Choice, Driver};
use super::case::{Capability, Flow};
use super::evidence::{Evidence, Heard, Memory};
use super::profiles::{Registration, Variant};
use super::registration::{provider, registered_for};
use super::sites::{Addresses, Ears, Sites, Surroundings};
use super::stage::{Holding, Props, Stage};
use super::target::{Ask, Contract, Probe};
use super::tls::{Door, Doorkeeper};
use super::trouble::Trouble;
use super::{people, system};
use crate::decision::{ResponseMode, ResponseType};
use crate::transport::{Carried, Transport};
use ca_file::CaFile;
use command::Program;
use listeners::Listeners;

/// Where the stranger is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whereabouts {
    /// At this address: scheme, host and port.
    Url(String),
    /// Wherever this command starts it: on the port in its environment.
    Command(String),
}

/// What is known of a stranger beforehand.
#[derive(Clone, Debug)]
pub struct Introduction {
    /// Where it is.
    pub whereabouts: Whereabouts,
    /// Where a login starts.
    pub start: String,
    /// Where a login starts that is to show no page at the provider.
    pub silent: Option<String>,
    /// How to see who is signed in.
    pub session: Option<Probe>,
    /// What makes it refresh its tokens.
    pub refresh: Option<Ask>,
    /// Where a person signs out.
    pub logout: Option<Ask>,
    /// Where others start a login for it.
    pub initiate: Option<String>,
    /// What it can do, beyond what its first login shows.
    pub can: BTreeSet<Capability>,
    /// Its client identifier.
    pub client_id: String,
    /// Its registration as JSON, `{base}` in it standing for its address; `None` for one that accepts any redirect URI on
    /// the loopback interface.
    pub client: Option<String>,
    /// Where the provider listens, if the relying party knows one issuer for the whole run.
    pub listen: SocketAddr,
    /// The certificate authority (in PEM) that vouches for it, if the system's do not.
    pub ca: Option<String>,
    /// Which browser people use.
    pub driver: Choice,
    /// How long silence must last, where there is no probe.
    pub wait: Duration,
    /// How long it may take to start.
    pub patience: Duration,
}

impl Introduction {
    /// A stranger of whom nothing is known but where it is.
    pub fn of(whereabouts: Whereabouts) -> Self {
        Self {
            whereabouts,
            start: "/".to_owned(),
            silent: None,
            session: None,
            refresh: None,
            logout: None,
            initiate: None,
            can: BTreeSet::new(),
            client_id: "conformance".to_owned(),
            client: None,
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 9400)),
            ca: None,
            driver: Choice::Scripted,
            wait: Duration::from_secs(3),
            patience: Duration::from_secs(30),
        }
    }

    /// Whether each case can have an issuer of its own.
    fn is_told_the_issuer(&self) -> bool {
        self.is_started() || self.start.contains("{issuer}")
    }

    /// Whether it is started for each case.
    const fn is_started(&self) -> bool {
        matches!(self.whereabouts, Whereabouts::Command(_))
    }

    /// The hosts that were named, which browsers may go to.
    fn hosts(&self) -> BTreeSet<String> {
        let asks = [&self.refresh, &self.logout].into_iter().flatten().map(|ask| ask.path.as_str());
        let probe = self.session.iter().map(|probe| probe.ask.path.as_str());
        let base = match &self.whereabouts {
            Whereabouts::Url(url) => Some(url.as_str()),
            Whereabouts::Command(_) => None,
        };
        let named =
            asks.chain(probe).chain(base).chain([self.start.as_str()]).chain(self.initiate.as_deref());
        named.filter_map(|address| url::Url::parse(address).ok()?.host_str().map(str::to_owned)).collect()
    }

    /// What it has been said to be able to do, and what follows from how it is driven.
    fn abilities(&self) -> BTreeSet<Capability> {
        let client = self.client.as_deref().unwrap_or_default();
        let follows = [
            (self.refresh.is_some(), Capability::Refresh),
            (self.logout.is_some(), Capability::RpInitiatedLogout),
            (self.initiate.is_some(), Capability::ThirdPartyLogin),
            (self.silent.is_some(), Capability::PromptNone),
            (self.start.contains("{target}"), Capability::ReturnTo),
            (client.contains("\"backchannel_logout_uri\""), Capability::BackChannelLogout),
            (client.contains("\"logout_uri\""), Capability::FrontChannelLogout),
        ];
        let follows = follows.into_iter().filter_map(|(so, can)| so.then_some(can));
        // a CA that is made for a case can be told only to whoever is started for it
        let told = |can: &Capability| !can.needs_a_ca() || self.is_started();
        self.can.iter().copied().filter(told).chain(follows).collect()
    }
}

/// What pages are like.
#[derive(Clone, Copy, Debug, Default)]
struct Pages {
    /// They have scripts.
    have_script: bool,
    /// They keep something in the storage of a browser that runs those.
    store: bool,
}

/// A stranger whose first login was watched.
pub struct External {
    introduction: Introduction,
    client_secret: String,
    runtime: Runtime,
    driver: Driver,
    /// What its first login showed of its pages.
    pages: Pages,
    /// The listeners of a run with one issuer.
    fixed: Option<Arc<Listeners>>,
    /// The addresses at which providers have been.
    seen: Mutex<BTreeSet<String>>,
    /// What it has asked for since it was met, and what the sites of the last case hear.
    learned: Mutex<(Memory, Option<Ears>)>,
    shape: Variant,
    abilities: BTreeSet<Capability>,
}

impl fmt::Debug for External {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("External")
            .field("introduction", &self.introduction)
            .field("shape", &self.shape)
            .finish_non_exhaustive()
    }
}

impl External {
    /// Makes a stranger's acquaintance: it signs somebody in once, which shows which flow it has.
    ///
    /// # Errors
    ///
    /// When it cannot be reached, or starts no login.
    pub fn meet(introduction: Introduction, client_secret: &str) -> Result<Self, Trouble> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .map_err(Trouble::because)?;
        let fixed = if introduction.is_told_the_issuer() {
            None
        } else {
            Some(Listeners::bind(introduction.listen, runtime.handle())?)
        };
        let starting = introduction.driver.driver(introduction.hosts());
        let driver = runtime.block_on(starting).map_err(Trouble::because)?;
        let abilities = introduction.abilities();
        let shape = Variant::of(ResponseType::Code);
        let mut stranger = Self {
            introduction,
            client_secret: client_secret.to_owned(),
            runtime,
            driver,
            pages: Pages::default(),
            fixed,
            seen: Mutex::default(),
            learned: Mutex::default(),
            shape,
            abilities,
        };
        let (seen, pages) = stranger.first_login()?;
        stranger.pages = pages;
        let shape = shape_of(&seen, &stranger.introduction);
        stranger.shape = shape.map_err(|trouble| Trouble(format!("{trouble}{}", stranger.advice())))?;
        stranger.abilities.extend(shown(&seen));
        Ok(stranger)
    }

    fn first_login(&self) -> Result<(Evidence, Pages), Trouble> {
        let playing = async {
            let props = self.props(&[], None).await?;
            let mut stage = Stage::new(props, self.shape, Vec::new());
            let mut agent = stage.agent();
            stage.misled_login(&mut agent).await?;
            let site = url::Url::parse(&stage.contract().base_url).map_err(Trouble::because)?;
            let pages = Pages {
                have_script: stage.answers().iter().any(|(_, answer)| answer.body.contains("<script")),
                store: agent.stores(&site).await.map_err(Trouble::because)?,
            };
            Ok((stage.finish(), pages))
        };
        // it may take its time to start, and again to sign somebody in
        let patience = self.introduction.patience.saturating_mul(2);
        let limited = async { tokio::time::timeout(patience, playing).await };
        self.runtime.block_on(limited).unwrap_or_else(|_| {
            Err(Trouble(format!("its first login took longer than {} seconds", patience.as_secs())))
        })
    }

    /// What may help when nobody is seen to be signed in.
    pub const fn advice(&self) -> &'static str {
        if self.pages.have_script && matches!(self.driver, Driver::Scripted) {
            "; its pages have scripts, and this driver runs none: if it needs them, use `--driver chromium`"
        } else {
            ""
        }
    }

    /// Why a flow cannot be played with the browser that people use, if it cannot.
    pub fn cannot(&self, flow: Flow) -> Option<&'static str> {
        let unrepeatable = flow == Flow::ReplayCallback && self.pages.store;
        self.driver.cannot(flow).or_else(|| {
            unrepeatable.then_some(
                "it keeps its logins in the storage of the browser, and nobody but that browser, where they are over, has it",
            )
        })
    }

    /// Its name in reports.
    pub fn name(&self) -> String {
        match &self.introduction.whereabouts {
            Whereabouts::Url(url) => url.clone(),
            Whereabouts::Command(command) => format!("`{command}`"),
        }
    }

    /// How to see who is signed in.
    pub fn probe(&self) -> Option<String> {
        self.introduction.session.as_ref().map(ToString::to_string)
    }

    /// The shape of its flow.
    pub const fn shape(&self) -> Variant {
        self.shape
    }

    /// What it can do.
    pub fn abilities(&self) -> BTreeSet<Capability> {
        self.abilities.clone()
    }

    /// Whether cases can be played side by side: only where each has an issuer of its own.
    pub const fn is_parallel(&self) -> bool {
        self.fixed.is_none()
    }

    /// Everything that one case needs, with this flaw of the provider's certificate where it needs TLS.
    ///
    /// # Errors
    ///
    /// When the stranger does not start, or its address is no use.
    pub async fn props(&self, needs: &[Capability], flaw: Option<TlsFlaw>) -> Result<Props, Trouble> {
        let listeners = match &self.fixed {
            Some(fixed) => Arc::clone(fixed),
            None => self.listeners_anew()?,
        };
        let (base_url, program) = match &self.introduction.whereabouts {
            Whereabouts::Url(url) => (url.trim_end_matches('/').to_owned(), None),
            Whereabouts::Command(command) => {
                let program = Program::prepare(command)?;
                (program.base_url(), Some(program))
            }
        };
        let transport = match &self.introduction.ca {
            Some(ca) => Transport::tcp_trusting(ca),
            None => Transport::tcp(),
        };
        let transport = transport.map_err(Trouble::because)?;
        let door = Door::needed(needs, flaw)?;
        let mut at = listeners.addresses();
        if let Some(door) = &door {
            at.provider.clone_from(&door.url);
            at.certificate_port = door.certificate_port;
        }
        let client = registered_for(self.client(&base_url)?, needs);
        let secret = client.secret.clone();
        let sites = self.sites(&at, client, (&transport, needs))?;
        let memory = self.memory(&sites);
        let mut holding: Vec<Box<dyn Holding>> = vec![Box::new(listeners.serving(sites.routers()))];
        let mut keeper = Doorkeeper::default();
        let (mut trusting, mut stayed_away) = (Vec::new(), false);
        if let Some(door) = door {
            let [idp, _] = sites.routers();
            transport.serve(&door.authority, idp.clone());
            let ca = CaFile::new(&door.ca)?;
            trusting.extend(ca.environment());
            keeper = door.keeper.clone();
            holding.extend([Box::new(ca) as Box<dyn Holding>, Box::new(door.open(&idp))]);
        }
        if let Some(program) = program {
            let environment = [
                ("OIDC_ISSUER", sites.issuer()),
                ("OIDC_ATTACKER_ISSUER", sites.attackers_issuer()),
                ("OIDC_CLIENT_ID", self.introduction.client_id.clone()),
            ];
            let secret = secret.map(|secret| ("OIDC_CLIENT_SECRET", secret));
            let environment: Vec<(&str, String)> =
                environment.into_iter().chain(secret).chain(trusting).collect();
            match program.start(&environment, self.introduction.patience).await {
                Ok(running) => holding.push(Box::new(running)),
                // whoever reads the metadata at its start and ends at a bad certificate is right
                Err(_) if keeper.fired().is_some() => stayed_away = true,
                Err(trouble) => return Err(trouble),
            }
        }
        Ok(Props {
            contract: self.contract(base_url),
            driver: self.driver.clone(),
            sites,
            transport,
            clock: system::clock(),
            movable: None,
            people: people::people(),
            keeper,
            wait: self.introduction.wait,
            holding,
            memory,
            stayed_away,
        })
    }

    /// What it may know before it comes to these sites. Only whoever has one issuer for the whole run knows anything.
    fn memory(&self, next: &Sites) -> Memory {
        if self.fixed.is_none() {
            return Memory::default();
        }
        let mut learned = self.learned.lock().unwrap_or_else(PoisonError::into_inner);
        let (memory, ears) = &mut *learned;
        if let Some(last) = ears.replace(next.ears()) {
            memory.learn(&last.heard());
        }
        Memory { lives_on: true, ..*memory }
    }

    /// Listeners at an address that no case had before: a relying party that lives on remembers what it learned there.
    fn listeners_anew(&self) -> Result<Arc<Listeners>, Trouble> {
        let mut refused = Vec::new();
        loop {
            let listeners =
                Listeners::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), self.runtime.handle())?;
            let address = listeners.addresses().provider;
            if self.seen.lock().unwrap_or_else(PoisonError::into_inner).insert(address) {
                return Ok(listeners);
            }
            // held until another one is found, or the system might offer it again
            refused.push(listeners);
        }
    }

    fn sites(
        &self,
        at: &Addresses,
        client: ClientConfig,
        (transport, needs): (&Transport, &[Capability]),
    ) -> Result<Sites, Trouble> {
        let config = provider(&self.introduction.client_id, client, needs);
        // carried by the same transport as the browser's requests, so that the answers are seen
        let fetcher: Option<Arc<dyn Fetcher>> = Some(Arc::new(Carried(transport.called_by("idp"))));
        let world = Surroundings { clock: Arc::new(SystemClock), fetcher };
        Sites::new(&config, at, &world)
    }

    fn client(&self, base_url: &str) -> Result<ClientConfig, Trouble> {
        let usual = ClientConfig {
            secret: Some(self.client_secret.clone()),
            any_loopback_redirect_uri: true,
            refresh_tokens: RefreshTokens::Always,
            ..ClientConfig::default()
        };
        let Some(written) = &self.introduction.client else { return Ok(usual) };
        let written: ClientConfig = serde_json::from_str(&written.replace("{base}", base_url))
            .map_err(|error| Trouble(format!("the registration of the client: {error}")))?;
        let anywhere = written.redirect_uris.is_empty();
        Ok(ClientConfig {
            secret: written.secret.clone().or_else(|| usual.secret.filter(|_| !written.public)),
            any_loopback_redirect_uri: written.any_loopback_redirect_uri || anywhere,
            ..written
        })
    }

    fn contract(&self, base_url: String) -> Contract {
        let Introduction { start, silent, session, refresh, logout, initiate, .. } =
            self.introduction.clone();
        Contract { base_url, start, silent, session, refresh, logout, initiate }
    }
}

/// The flow that a first login showed.
fn shape_of(seen: &Evidence, introduction: &Introduction) -> Result<Variant, Trouble> {
    let Some(request) = seen.authentication_requests().last() else {
        let came_to = seen.facts.get("browser").and_then(Value::as_str);
        let came_to = came_to.map(|error| format!("; the browser came to this: {error}")).unwrap_or_default();
        return Err(Trouble(format!(
            "no login came to the provider: `{}` does not lead there{}{came_to}",
            introduction.start,
            if introduction.is_told_the_issuer() {
                String::new()
            } else {
                format!(", or the relying party does not use the issuer `http://{}`", introduction.listen)
            }
        )));
    };
    let mut words: Vec<&str> = request.parameter("response_type").unwrap_or("code").split(' ').collect();
    words.sort_unstable();
    let response_type = match words.as_slice() {
        ["id_token"] => ResponseType::IdToken,
        ["id_token", "token"] => ResponseType::IdTokenToken,
        ["code", "id_token"] => ResponseType::CodeIdToken,
        ["code", "token"] => ResponseType::CodeToken,
        ["code", "id_token", "token"] => ResponseType::CodeIdTokenToken,
        _ => ResponseType::Code,
    };
    let posted = request.parameter("response_mode") == Some("form_post");
    let registered = seen.calls("register").next().is_some();
    Ok(Variant {
        response_type,
        response_mode: posted.then_some(ResponseMode::FormPost),
        registration: if registered { Registration::Dynamic } else { Registration::Static },
    })
}

/// What a first login showed that it can do.
fn shown(seen: &Evidence) -> BTreeSet<Capability> {
    let asked = |name: &str| seen.authentication_requests().any(|request| request.parameter(name).is_some());
    let scope = seen.authentication_requests().last().and_then(|request| request.parameter("scope"));
    let claims = ["profile", "email", "address", "phone"];
    let by_header = |header: &str| {
        seen.token_requests().any(|it| it.header("authorization").is_some_and(|it| it.starts_with(header)))
    };
    let in_body = seen.token_requests().any(|request| request.parameter("client_secret").is_some());
    let by_assertion =
        |secret| seen.token_requests().any(|request| assertion_is_by_secret(request) == Some(secret));
    let by_name_alone = seen.token_requests().any(|request| {
        let proves = ["client_secret", "client_assertion"].map(|name| request.parameter(name).is_some());
        request.header("authorization").is_none() && !proves.contains(&true)
    });
    let can = [
        (seen.calls("userinfo").next().is_some(), Capability::Userinfo),
        (asked("nonce"), Capability::Nonce),
        (asked("max_age"), Capability::MaxAge),
        (by_header("Basic "), Capability::ClientSecretBasic),
        (in_body, Capability::ClientSecretPost),
        (by_assertion(true), Capability::ClientSecretJwt),
        (by_assertion(false), Capability::PrivateKeyJwt),
        (by_name_alone, Capability::PublicClient),
        (seen.calls("register").next().is_some(), Capability::DynamicRegistration),
        (scope.is_some_and(|scope| scope.split(' ').any(|it| claims.contains(&it))), Capability::ScopeClaims),
        (
            seen.authentication_requests().any(|it| it.parameter("response_mode") == Some("form_post")),
            Capability::FormPost,
        ),
    ];
    can.into_iter().filter_map(|(so, can)| so.then_some(can)).collect()
}

/// Whether a client assertion (RFC7523-2.2) is made with the secret, if there is one.
fn assertion_is_by_secret(request: &Heard) -> Option<bool> {
    let header = request.parameter("client_assertion")?.split('.').next()?;
    let header: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).ok()?).ok()?;
    Some(header.get("alg")?.as_str()?.starts_with("HS"))
}

//! One provider, one product's relying party, one browser, one clock; no sockets.

use std::sync::Arc;

use harness::decision::{
    AnyExample, ClientAuthentication, Document, Documents, ProductKind, Profile, ProviderProfile, SignOut,
    Start,
};
use harness::rp::{Outcome, RelyingParty};
use harness::transport::Transport;
use harness::user_agent::{Browser, Page};
use mock_idp::MockIdp;
use mock_idp::config::{AccessTokenFormat, ClientConfig, IdpConfig, UserConfig};
use mock_idp::protocol::Timestamp;
use mock_idp::provider::Provider;
use mock_idp::provider::ports::{Clock as _, VirtualClock};
use serde_json::{Map, Value};
use url::Url;

/// The name of the user who signs in.
pub(crate) const USER: &str = "person";

/// Claims that the provider itself sets; a user cannot have them.
const OF_THE_PROTOCOL: &[&str] = &["iss", "aud", "exp", "iat", "nonce", "azp", "sid", "auth_time", "sub"];

pub(crate) struct World {
    idp: Option<MockIdp>,
    pub(crate) rp: RelyingParty,
    pub(crate) browser: Browser,
    pub(crate) clock: VirtualClock,
    start: Start,
}

impl World {
    /// The world of one case in the shape of `given`.
    pub(crate) fn of_case(kind: &dyn ProductKind, given: &Value) -> Self {
        let example = kind.example(given).expect("the case is understood");
        let documents = example.sign_in.documents.clone();
        Self::of(example, &documents)
    }

    fn of(example: AnyExample, documents: &Documents) -> Self {
        let AnyExample { product, state, sign_in, now, .. } = example;
        let profile = product.profile().clone();
        let wanted = sign_in.start.provider.as_deref();
        let provider = profile.providers.iter().find(|it| Some(it.name.as_str()) == wanted);
        let provider = provider.or_else(|| profile.providers.first());

        let clock = VirtualClock::at(Timestamp(now.0));
        let transport = Transport::in_process();
        // Some cases are about configurations without a usable provider; nobody is sent anywhere then.
        let usable = provider.filter(|it| Url::parse(&it.issuer).is_ok());
        let idp = usable.map(|provider| {
            let config = IdpConfig {
                issuer: Some(provider.issuer.clone()),
                clients: [(provider.client_id.clone(), client(&profile, provider, documents))].into(),
                users: [(USER.to_owned(), user(documents))].into(),
                ..IdpConfig::default()
            };
            serve_provider(&transport, &provider.issuer, config, &clock)
        });
        let time = clock.clone();
        let time = Arc::new(move || time.now().as_secs());
        let rp = RelyingParty::new(product, &state, &transport, time.clone(), Arc::new(counting_entropy()));
        let rp = rp.expect("the case's state is in order");
        transport.serve(&rp.authority(), rp.router());
        let browser = Browser::new(&transport, time);
        Self { idp, rp, browser, clock, start: sign_in.start }
    }

    /// Signs the user in through the product's start URL and the provider's login page.
    pub(crate) async fn sign_in(&mut self) -> Page {
        let start = self.rp.start_url(self.start.provider.as_deref(), &[]);
        self.browser.open(&start).await.expect("the start page answers");
        self.choose_user().await
    }

    /// Presses the user's button, if the login page is shown.
    pub(crate) async fn choose_user(&mut self) -> Page {
        let page = self.browser.page().cloned().expect("a page is shown");
        match page.button("user", USER) {
            Some((form, button)) => {
                let form = form.clone().pressing(button);
                self.browser.submit(&form).await.expect("the login page answers").clone()
            }
            None => page,
        }
    }

    pub(crate) async fn me(&mut self) -> Value {
        let address = self.rp.address(&self.rp.profile().paths.who_am_i);
        serde_json::from_str(&self.browser.open(&address).await.unwrap().body).unwrap()
    }

    pub(crate) fn last(&self) -> Outcome {
        self.rp.outcomes().pop().expect("something was decided")
    }

    /// The provider.
    pub(crate) fn provider(&self) -> Arc<Provider> {
        self.idp.as_ref().expect("a provider is configured").default_provider()
    }

    /// How often the provider was asked at one endpoint.
    pub(crate) fn calls(&self, endpoint: &str) -> usize {
        self.provider().journal().iter().filter(|entry| entry.endpoint.name() == endpoint).count()
    }
}

fn serve_provider(transport: &Transport, issuer: &str, config: IdpConfig, clock: &VirtualClock) -> MockIdp {
    let issuer = Url::parse(issuer).expect("the issuer is a URL");
    let (router, idp) = MockIdp::builder()
        .config(config)
        .base_url(&issuer.origin().ascii_serialization())
        .clock(Arc::new(clock.clone()))
        .seed(7)
        .in_process()
        .expect("the provider's configuration is in order");
    transport.serve(issuer.authority(), router);
    idp
}

/// The product's registration at the provider.
fn client(profile: &Profile, provider: &ProviderProfile, documents: &Documents) -> ClientConfig {
    let opaque = documents.access_token.as_ref().is_some_and(|token| token.claims.is_none());
    let public =
        provider.client_authentication == ClientAuthentication::None || provider.client_secret.is_none();
    ClientConfig {
        secret: provider.client_secret.clone().filter(|_| !public),
        public,
        redirect_uris: vec![provider.redirect_uri.clone()],
        logout_uri: profile
            .paths
            .frontchannel_logout
            .as_ref()
            .map(|path| format!("{}{path}", profile.base_url)),
        post_logout_redirect_uris: match &profile.sign_out {
            SignOut::EndSession { post_logout_redirect_uri } => vec![post_logout_redirect_uri.clone()],
            SignOut::Local => Vec::new(),
        },
        access_token: if opaque { AccessTokenFormat::Opaque } else { AccessTokenFormat::Jwt },
        ..ClientConfig::default()
    }
}

/// A user of whom each document says what the case says.
fn user(documents: &Documents) -> UserConfig {
    let subject = |document| documents.claims(document)?.get("sub")?.as_str().map(str::to_owned);
    let said = |document| {
        let mut claims = documents.claims(document).cloned().unwrap_or_default();
        claims.retain(|name, _| !OF_THE_PROTOCOL.contains(&name.as_str()));
        claims
    };
    UserConfig {
        sub: subject(Document::IdToken).or_else(|| subject(Document::AccessToken)),
        claims: Map::new(),
        id_token: said(Document::IdToken),
        access_token: said(Document::AccessToken),
        userinfo: said(Document::Userinfo),
        ..UserConfig::default()
    }
}

/// Bytes that differ from draw to draw and repeat from run to run.
fn counting_entropy() -> impl Fn(&mut [u8]) + Send + Sync {
    let counter = std::sync::atomic::AtomicU64::new(0);
    move |bytes: &mut [u8]| {
        let drawn = counter.fetch_add(1, std::sync::atomic::Ordering::Relaxed).to_le_bytes();
        for (byte, value) in bytes.iter_mut().zip(drawn.into_iter().cycle()) {
            *byte = value;
        }
    }
}

//! The relying party without product rules, set up for whatever a case needs.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use clap::ValueEnum as _;
use mock_idp::TlsFlaw;
use mock_idp::config::{CertificateSubject, ClientConfig, IdpConfig, RefreshTokens};

use super::{SEED, entropy, time};
use crate::conformance::agent::Driver;
use crate::conformance::case::Capability;
use crate::conformance::evidence::Memory;
use crate::conformance::people;
use crate::conformance::profiles::{Registration as Known, Variant};
use crate::conformance::registration::{provider, registered_for};
use crate::conformance::sites::{Addresses, Sites, Surroundings};
use crate::conformance::stage::{Holding, Props};
use crate::conformance::target::{Ask, Contract, Needle, Probe};
use crate::conformance::tls::{Door, Doorkeeper};
use crate::conformance::trouble::Trouble;
use crate::decision::{Algorithm, ClientAuthentication, Registration, RequestForm};
use crate::rp::{PlainSetup, Questions, RelyingParty, Weakness};
use crate::transport::{Carried, Transport};

const PROVIDER: &str = "https://idp.test";
const ATTACKERS_ISSUER: &str = "https://idp.test/attacker";
const TRAP: &str = "https://trap.test";

/// As long as a sign-in at the provider may be ago where that matters, in seconds.
const AN_HOUR: i64 = 3600;

/// A plain relying party, whole or with one check left out.
#[derive(Clone, Debug, Default)]
pub(super) struct Plain {
    /// The check that is left out.
    pub(super) weakness: Option<Weakness>,
    /// Where it notes which checks would make a difference, if somebody wants to know.
    pub(super) questions: Option<Questions>,
}

/// Both sides of a registration.
struct Arranged {
    setup: PlainSetup,
    client: ClientConfig,
    start: &'static str,
}

impl Plain {
    pub(super) fn abilities() -> BTreeSet<Capability> {
        Capability::value_variants().iter().copied().collect()
    }

    pub(super) fn props(
        &self,
        variant: Variant,
        needs: &[Capability],
        flaw: Option<TlsFlaw>,
    ) -> Result<Props, Trouble> {
        let mut arranged = Arranged::for_case(variant, needs);
        let (clock, seen) = time();
        let transport = Transport::in_process();
        let door = Door::needed(needs, flaw)?;
        let provider = door.as_ref().map_or(PROVIDER, |door| &door.url).to_owned();
        let at = Addresses {
            provider: provider.clone(),
            trap: TRAP.to_owned(),
            certificate_port: door.as_ref().and_then(|door| door.certificate_port),
        };
        let world = Surroundings {
            clock: Arc::new(clock.clone()),
            fetcher: Some(Arc::new(Carried(transport.called_by("idp")))),
        };
        let sites = Sites::new(&arranged.idp(needs), &at, &world)?;
        let [idp, trap] = sites.routers();
        transport.serve(door.as_ref().map_or("idp.test", |door| &door.authority), idp.clone());
        transport.serve("trap.test", trap.clone());
        let (mut own, mut keeper, mut holding) = (transport.clone(), Doorkeeper::default(), Vec::new());
        if let Some(door) = door {
            // the relying party alone goes out of the house, and finds the provider behind its certificate
            arranged.setup.issuers = vec![provider];
            own = Transport::tcp_showing(&PlainSetup::certificate(), &door.ca).map_err(Trouble::because)?;
            own.serve("trap.test", trap);
            keeper = door.keeper.clone();
            holding.push(Box::new(door.open(&idp)) as Box<dyn Holding>);
        }
        let rp = RelyingParty::plain(&arranged.setup, &own, Arc::clone(&seen), Arc::new(entropy()));
        let rp = match &self.questions {
            Some(questions) => rp.noting(questions),
            None => rp,
        };
        let rp = match self.weakness {
            Some(weakness) => rp.without(weakness),
            None => rp,
        };
        transport.serve(&rp.authority(), rp.router());
        Ok(Props {
            driver: Driver::default(),
            contract: arranged.contract(),
            sites,
            transport,
            clock: seen,
            movable: Some(clock),
            people: people::people(),
            keeper,
            wait: Duration::ZERO,
            holding,
            memory: Memory::default(),
            stayed_away: false,
        })
    }
}

impl Arranged {
    /// What a case needs, on both sides.
    fn for_case(variant: Variant, needs: &[Capability]) -> Self {
        needs.iter().copied().fold(Self::plain(variant), Self::with)
    }

    /// What no case needs to ask for.
    fn plain(variant: Variant) -> Self {
        let setup = PlainSetup {
            issuers: vec![PROVIDER.to_owned()],
            response_type: variant.response_type,
            response_mode: variant.response_mode,
            registration: match variant.registration {
                Known::Static => Registration::Configured,
                Known::Dynamic => Registration::Dynamic,
            },
            ..PlainSetup::default()
        };
        let client = ClientConfig {
            secret: setup.client_secret.clone(),
            redirect_uris: vec![setup.redirect_uri(0), setup.redirect_uri(1)],
            post_logout_redirect_uris: vec![setup.post_logout_redirect_uri()],
            logout_uri: Some(setup.frontchannel_logout_uri()),
            refresh_tokens: RefreshTokens::Always,
            ..ClientConfig::default()
        };
        Self { setup, client, start: "/login?provider={issuer}" }
    }

    /// The same, able to do this as well.
    fn with(mut self, need: Capability) -> Self {
        match need {
            // it does so in any case
            Capability::Userinfo
            | Capability::ScopeClaims
            | Capability::Nonce
            | Capability::ClientSecretBasic
            | Capability::Refresh
            | Capability::FormPost
            | Capability::ResponseIssuer
            | Capability::FrontChannelLogout
            | Capability::RpInitiatedLogout
            | Capability::ThirdPartyLogin
            | Capability::PromptNone
            | Capability::Tls
            // it stops at ID tokens that are not signed, which it may
            | Capability::UnsignedIdToken => {}
            Capability::ClientSecretPost => {
                self.setup.client_authentication = ClientAuthentication::ClientSecretPost;
            }
            Capability::PublicClient => {
                self.setup.client_authentication = ClientAuthentication::None;
                self.setup.client_secret = None;
            }
            Capability::Es256 => self.setup.id_token_alg = Algorithm("ES256"),
            Capability::Es384 => self.setup.id_token_alg = Algorithm("ES384"),
            Capability::Ps256 => self.setup.id_token_alg = Algorithm("PS256"),
            Capability::Rs512 => self.setup.id_token_alg = Algorithm("RS512"),
            Capability::EdDsa => self.setup.id_token_alg = Algorithm("EdDSA"),
            Capability::SpecialCredentials => {
                "a:client %+ü".clone_into(&mut self.setup.client_id);
                self.setup.client_secret = Some("a:secret %+ü, long enough for a key".to_owned());
                self.client.secret.clone_from(&self.setup.client_secret);
            }
            Capability::TwoProviders => self.setup.issuers.push(ATTACKERS_ISSUER.to_owned()),
            Capability::ReturnTo => self.start = "/login?provider={issuer}&return_to={target}",
            Capability::SignedUserinfo => self.setup.userinfo_alg = Some(Algorithm("RS256")),
            Capability::Hs256 => self.setup.id_token_alg = Algorithm("HS256"),
            Capability::MaxAge => self.setup.max_age = Some(AN_HOUR),
            Capability::EssentialAcr => self.setup.acr = vec!["2".to_owned()],
            Capability::ClientSecretJwt => {
                self.setup.client_authentication = ClientAuthentication::ClientSecretJwt;
            }
            Capability::PrivateKeyJwt => {
                self.setup.client_authentication = ClientAuthentication::PrivateKeyJwt;
                self.setup.client_secret = None;
                self.client.secret = None;
                self.client.jwks_uri = Some(self.setup.jwks_uri());
            }
            Capability::MutualTls => {
                self.shows_its_certificate(ClientAuthentication::TlsClientAuth);
                self.client.certificate = Some(CertificateSubject::SanDns(PlainSetup::CERTIFICATE_NAME.to_owned()));
            }
            Capability::SelfSignedMutualTls => {
                self.shows_its_certificate(ClientAuthentication::SelfSignedTlsClientAuth);
                self.client.jwks_uri = Some(self.setup.jwks_uri());
            }
            Capability::BearerBody => self.setup.token_in_body = true,
            Capability::RequestUri => self.asks_by_reference("RS256"),
            Capability::UnsignedRequestUri => self.asks_by_reference("none"),
            Capability::DynamicRegistration => self.setup.registration = Registration::Dynamic,
            Capability::WebfingerAcct => self.looks_up("acct:person@idp.test"),
            Capability::WebfingerUrl => self.looks_up("https://idp.test/person"),
            Capability::BackChannelLogout => {
                self.client.backchannel_logout_uri = Some(self.setup.backchannel_logout_uri());
            }
            Capability::AggregatedClaims | Capability::DistributedClaims => {
                self.setup.claims_providers = vec![format!("{PROVIDER}/claims_provider")];
            }
            Capability::SessionManagement => self.setup.watches_session = true,
        }
        self
    }

    /// It has a certificate in place of a secret.
    fn shows_its_certificate(&mut self, by: ClientAuthentication) {
        self.setup.client_authentication = by;
        self.setup.client_secret = None;
        self.client.secret = None;
    }

    /// Its requests are request objects that it publishes.
    fn asks_by_reference(&mut self, algorithm: &'static str) {
        self.setup.request = RequestForm::Uri(Algorithm(algorithm));
        self.client.request_uris = self.setup.request_uris();
        self.client.jwks_uri = Some(self.setup.jwks_uri());
    }

    /// It finds the provider of an identifier.
    fn looks_up(&mut self, identifier: &str) {
        self.setup.identifier = Some(identifier.to_owned());
        self.start = "/login";
    }

    fn idp(&self, needs: &[Capability]) -> IdpConfig {
        let client = registered_for(self.client.clone(), needs);
        IdpConfig { seed: Some(SEED), ..provider(&self.setup.client_id, client, needs) }
    }

    fn contract(&self) -> Contract {
        Contract {
            base_url: self.setup.base_url.clone(),
            start: self.start.to_owned(),
            silent: Some("/login?provider={issuer}&prompt=none&max_age=0".to_owned()),
            session: Some(Probe { ask: Ask::get("/me"), needle: Needle::Pointer("/sub".to_owned()) }),
            refresh: Some(Ask::post("/refresh")),
            logout: Some(Ask::get("/logout")),
            initiate: Some("/initiate".to_owned()),
        }
    }
}

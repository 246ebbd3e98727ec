//! The relying party without product rules, set up for whatever a case needs.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use clap::ValueEnum as _;
use mock_idp::config::{ClientConfig, IdpConfig, RefreshTokens};

use super::{SEED, entropy, time};
use crate::conformance::case::Capability;
use crate::conformance::people;
use crate::conformance::profiles::Variant;
use crate::conformance::registration::{provider, registered_for};
use crate::conformance::sites::{Addresses, Sites, Surroundings};
use crate::conformance::stage::Props;
use crate::conformance::target::{Ask, Contract, Needle, Probe};
use crate::conformance::trouble::Trouble;
use crate::decision::{Algorithm, ClientAuthentication, ResponseType};
use crate::rp::{PlainSetup, RelyingParty, Weakness};
use crate::transport::{Carried, Transport};

const PROVIDER: &str = "https://idp.test";
const ATTACKERS_ISSUER: &str = "https://idp.test/attacker";
const TRAP: &str = "https://trap.test";

/// A plain relying party, whole or with one check left out.
#[derive(Clone, Copy, Debug, Default)]
pub struct Plain {
    /// The check that is left out.
    pub(super) weakness: Option<Weakness>,
}

/// Both sides of a registration.
struct Arranged {
    setup: PlainSetup,
    client: ClientConfig,
    start: &'static str,
}

impl Plain {
    pub(super) fn abilities() -> BTreeSet<Capability> {
        let plain = |need| Arranged::plain(Variant::of(ResponseType::Code)).with(need).is_some();
        Capability::value_variants().iter().copied().filter(|need| plain(*need)).collect()
    }

    pub(super) fn props(self, variant: Variant, needs: &[Capability]) -> Result<Props, Trouble> {
        let arranged = Arranged::for_case(variant, needs)?;
        let (clock, seen) = time();
        let transport = Transport::in_process();
        let at = Addresses { provider: PROVIDER.to_owned(), trap: TRAP.to_owned() };
        let world = Surroundings {
            clock: Arc::new(clock.clone()),
            fetcher: Some(Arc::new(Carried(transport.called_by("idp")))),
        };
        let sites = Sites::new(&arranged.idp(needs), &at, &world)?;
        let [idp, trap] = sites.routers();
        transport.serve("idp.test", idp);
        transport.serve("trap.test", trap);
        let rp = RelyingParty::plain(&arranged.setup, &transport, Arc::clone(&seen), Arc::new(entropy()));
        let rp = match self.weakness {
            Some(weakness) => rp.without(weakness),
            None => rp,
        };
        transport.serve(&rp.authority(), rp.router());
        Ok(Props {
            contract: arranged.contract(),
            sites,
            transport,
            clock: seen,
            movable: Some(clock),
            people: people::people(),
            wait: Duration::ZERO,
            holding: Vec::new(),
        })
    }
}

impl Arranged {
    /// What a case needs, on both sides.
    fn for_case(variant: Variant, needs: &[Capability]) -> Result<Self, Trouble> {
        let arranged = Self::plain(variant);
        let unable = |need: &Capability| Trouble(format!("it cannot be set up for `{}`", need.word()));
        needs.iter().try_fold(arranged, |arranged, need| arranged.with(*need).ok_or_else(|| unable(need)))
    }

    /// What no case needs to ask for.
    fn plain(variant: Variant) -> Self {
        let setup = PlainSetup {
            issuers: vec![PROVIDER.to_owned()],
            response_type: variant.response_type,
            response_mode: variant.response_mode,
            ..PlainSetup::default()
        };
        let client = ClientConfig {
            secret: setup.client_secret.clone(),
            redirect_uris: vec![setup.redirect_uri(0), setup.redirect_uri(1)],
            post_logout_redirect_uris: vec![setup.post_logout_redirect_uri()],
            logout_uri: Some(format!("{}/frontchannel_logout", setup.base_url)),
            refresh_tokens: RefreshTokens::Always,
            ..ClientConfig::default()
        };
        Self { setup, client, start: "/login?provider={issuer}" }
    }

    /// The same, able to do this as well; `None` if it cannot.
    fn with(mut self, need: Capability) -> Option<Self> {
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
            | Capability::RpInitiatedLogout => {}
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
            Capability::SignedUserinfo
            | Capability::UnsignedIdToken
            | Capability::Hs256
            | Capability::MaxAge
            | Capability::EssentialAcr
            | Capability::AggregatedClaims
            | Capability::DistributedClaims
            | Capability::ClientSecretJwt
            | Capability::PrivateKeyJwt
            | Capability::MutualTls
            | Capability::BearerBody
            | Capability::RequestUri
            | Capability::UnsignedRequestUri
            | Capability::DynamicRegistration
            | Capability::WebfingerAcct
            | Capability::WebfingerUrl
            | Capability::ThirdPartyLogin
            | Capability::PromptNone
            | Capability::BackChannelLogout
            | Capability::SessionManagement => return None,
        }
        Some(self)
    }

    fn idp(&self, needs: &[Capability]) -> IdpConfig {
        let client = registered_for(self.client.clone(), needs);
        IdpConfig { seed: Some(SEED), ..provider(&self.setup.client_id, client) }
    }

    fn contract(&self) -> Contract {
        Contract {
            base_url: self.setup.base_url.clone(),
            start: self.start.to_owned(),
            session: Some(Probe { ask: Ask::get("/me"), needle: Needle::Pointer("/sub".to_owned()) }),
            refresh: Some(Ask::post("/refresh")),
            logout: Some(Ask::get("/logout")),
            initiate: Some("/initiate".to_owned()),
        }
    }
}

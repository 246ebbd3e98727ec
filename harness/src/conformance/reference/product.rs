//! The relying party of one product: its own flow and no other.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use mock_idp::config::{AccessTokenFormat, ClientConfig, IdpConfig, UserConfig};
use serde_json::{Map, Value, json};
use url::Url;

use super::{SEED, entropy, time};
use crate::conformance::agent::Driver;
use crate::conformance::case::Capability;
use crate::conformance::evidence::Memory;
use crate::conformance::profiles::{Registration, Variant};
use crate::conformance::sites::{Addresses, Sites, Surroundings};
use crate::conformance::stage::{People, Person, Props};
use crate::conformance::target::{Ask, Contract, Needle, Probe};
use crate::conformance::tls::Doorkeeper;
use crate::conformance::trouble::Trouble;
use crate::decision::{
    AnyExample, ClientAuthentication, Document, Documents, ProductKind, Profile, ProviderProfile,
    ResponseMode, SignOut,
};
use crate::rp::RelyingParty;
use crate::transport::{Carried, Transport};

/// Claims that the provider itself sets; a user cannot have them.
const OF_THE_PROTOCOL: &[&str] = &["iss", "aud", "exp", "iat", "nonce", "azp", "sid", "auth_time", "sub"];

const PERSON: &str = "person";
const SUBJECT: &str = "person-7c31e0";
const OTHER: &str = "other";
const OTHERS_SUBJECT: &str = "other-b2f94a";

/// A product that somebody can sign in to.
#[derive(Debug)]
pub(super) struct Product {
    kind: &'static dyn ProductKind,
    profile: Profile,
    provider: ProviderProfile,
}

impl Product {
    pub(super) fn new(kind: &'static dyn ProductKind) -> Result<Self, Trouble> {
        let example = example(kind)?;
        let profile = example.product.profile().clone();
        let wanted = example.sign_in.start.provider.as_deref();
        let named = profile.providers.iter().find(|it| Some(it.name.as_str()) == wanted);
        let provider = named.or_else(|| profile.providers.first());
        let provider = provider.ok_or_else(|| Trouble("the product knows no provider".to_owned()))?.clone();
        Ok(Self { kind, profile, provider })
    }

    pub(super) fn name(&self) -> &'static str {
        self.kind.name()
    }

    pub(super) fn shape(&self) -> Variant {
        let posted = self.provider.response_mode == Some(ResponseMode::FormPost);
        Variant {
            response_type: self.provider.response_type,
            response_mode: posted.then_some(ResponseMode::FormPost),
            registration: Registration::Static,
        }
    }

    pub(super) fn abilities(&self) -> BTreeSet<Capability> {
        let can = [
            (self.provider.userinfo.is_some(), Capability::Userinfo),
            (self.is_public(), Capability::PublicClient),
            (
                self.provider.client_authentication == ClientAuthentication::ClientSecretBasic,
                Capability::ClientSecretBasic,
            ),
            (
                self.provider.client_authentication == ClientAuthentication::ClientSecretPost,
                Capability::ClientSecretPost,
            ),
            (self.provider.accepted_modes.contains(&ResponseMode::FormPost), Capability::FormPost),
            (self.profile.paths.frontchannel_logout.is_some(), Capability::FrontChannelLogout),
            (matches!(self.profile.sign_out, SignOut::EndSession { .. }), Capability::RpInitiatedLogout),
        ];
        can.into_iter().filter_map(|(able, capability)| able.then_some(capability)).collect()
    }

    pub(super) fn props(&self, _: Variant, _: &[Capability]) -> Result<Props, Trouble> {
        let AnyExample { product, state, sign_in, .. } = example(self.kind)?;
        let (clock, seen) = time();
        let transport = Transport::in_process();
        let issuer = Url::parse(&self.provider.issuer).map_err(Trouble::because)?;
        let at = Addresses {
            provider: issuer.origin().ascii_serialization(),
            trap: "https://trap.test".to_owned(),
            certificate_port: None,
        };
        let world = Surroundings {
            clock: Arc::new(clock.clone()),
            fetcher: Some(Arc::new(Carried(transport.called_by("idp")))),
        };
        let sites = Sites::new(&self.idp(&sign_in.documents), &at, &world)?;
        let [provider, trap] = sites.routers();
        transport.serve(issuer.authority(), provider);
        transport.serve("trap.test", trap);
        let rp = RelyingParty::new(product, &state, &transport, Arc::clone(&seen), Arc::new(entropy()))
            .map_err(|mistakes| Trouble(format!("the product's example: {mistakes:?}")))?;
        transport.serve(&rp.authority(), rp.router());
        let start = rp.start_url(Some(&self.provider.name), &[]);
        Ok(Props {
            driver: Driver::default(),
            keeper: Doorkeeper::default(),
            contract: self.contract(start),
            sites,
            transport,
            clock: seen,
            movable: Some(clock),
            people: People {
                person: Person { user: PERSON.to_owned(), subject: SUBJECT.to_owned() },
                other: Person { user: OTHER.to_owned(), subject: OTHERS_SUBJECT.to_owned() },
            },
            wait: Duration::ZERO,
            holding: Vec::new(),
            memory: Memory::default(),
            stayed_away: false,
        })
    }

    fn contract(&self, start: String) -> Contract {
        let paths = &self.profile.paths;
        Contract {
            base_url: self.profile.base_url.clone(),
            start,
            silent: None,
            session: Some(Probe {
                ask: Ask::get(paths.who_am_i.clone()),
                needle: Needle::Pointer("/sub".to_owned()),
            }),
            refresh: None,
            logout: Some(Ask::get(paths.logout.clone())),
            initiate: None,
        }
    }

    fn idp(&self, documents: &Documents) -> IdpConfig {
        IdpConfig {
            issuer: Some(self.provider.issuer.clone()),
            seed: Some(SEED),
            clients: [(self.provider.client_id.clone(), self.client(documents))].into(),
            users: [
                (PERSON.to_owned(), user(documents, SUBJECT)),
                (OTHER.to_owned(), user(documents, OTHERS_SUBJECT)),
            ]
            .into(),
            ..IdpConfig::default()
        }
    }

    fn is_public(&self) -> bool {
        self.provider.client_authentication == ClientAuthentication::None
            || self.provider.client_secret.is_none()
    }

    /// The product's registration at the provider.
    fn client(&self, documents: &Documents) -> ClientConfig {
        let opaque = documents.access_token.as_ref().is_some_and(|token| token.claims.is_none());
        let public = self.is_public();
        let logout = self.profile.paths.frontchannel_logout.as_ref();
        ClientConfig {
            secret: self.provider.client_secret.clone().filter(|_| !public),
            public,
            redirect_uris: vec![self.provider.redirect_uri.clone()],
            logout_uri: logout.map(|path| format!("{}{path}", self.profile.base_url)),
            post_logout_redirect_uris: match &self.profile.sign_out {
                SignOut::EndSession { post_logout_redirect_uri } => vec![post_logout_redirect_uri.clone()],
                SignOut::Local => Vec::new(),
            },
            access_token: if opaque { AccessTokenFormat::Opaque } else { AccessTokenFormat::Jwt },
            ..ClientConfig::default()
        }
    }
}

/// A sign-in that the product takes.
fn example(kind: &dyn ProductKind) -> Result<AnyExample, Trouble> {
    let token = json!({
        "sub": SUBJECT, "email": "person@acme.test", "email_verified": true, "name": "Person Acme",
        "preferred_username": "person", "given_name": "Person", "family_name": "Acme", "locale": "en-GB",
        "zoneinfo": "Europe/Amsterdam", "billrun_roles": { "billing": ["read"] }, "bindplane_projects": "P1",
        "roles": ["ug-sales"], "groups": ["staff"],
    });
    let given = match kind.name() {
        "billrun" => json!({ "id_token": token, "userinfo": { "sub": SUBJECT } }),
        "gorules" => json!({ "access_token": token }),
        "bindplane" => json!({ "id_token": token, "oidc": { "disableInvitations": true } }),
        _ => json!({ "id_token": token }),
    };
    kind.example(&given).map_err(|mistakes| Trouble(format!("the product's example: {mistakes:?}")))
}

/// A user of whom each document says what the example says.
fn user(documents: &Documents, subject: &str) -> UserConfig {
    let said = |document| {
        let mut claims = documents.claims(document).cloned().unwrap_or_default();
        claims.retain(|name, _| !OF_THE_PROTOCOL.contains(&name.as_str()));
        if claims.contains_key("email") {
            claims.insert("email".to_owned(), Value::from(format!("{subject}@acme.test")));
        }
        claims
    };
    UserConfig {
        sub: Some(subject.to_owned()),
        claims: Map::new(),
        id_token: said(Document::IdToken),
        access_token: said(Document::AccessToken),
        userinfo: said(Document::Userinfo),
        ..UserConfig::default()
    }
}

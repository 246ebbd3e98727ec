//! What a configuration means for one issuer.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::claim_sources::ClaimSources;
use super::ports::{Entropy, SeededEntropy, key_seed};
use super::users::Users;
use crate::config::{
    ConsentRule, IdpConfig, KeyOrigin, Lifetimes, LoginHint, OfflineAccess, PkceRule, Requests, SigningConfig,
};
use crate::protocol::issue::Gates;
use crate::protocol::keys::{Algorithm, KeyError, KeyMaterial, KeyPlan, Signature, chosen};
use crate::protocol::subject::PairwiseSalt;

/// How an issuer is named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IssuerName {
    /// By one URL, however it is reached.
    Fixed(String),
    /// By a path below the address at which a request arrives; empty for the address itself.
    Below(String),
}

impl IssuerName {
    /// The issuer for requests that arrive at this address.
    pub fn at(&self, base: &str) -> String {
        match self {
            Self::Fixed(url) => url.clone(),
            Self::Below(path) => format!("{base}{path}"),
        }
    }

    /// Whether an `iss` is this issuer, at whatever address.
    pub fn is(&self, issuer: &str) -> bool {
        match self {
            Self::Fixed(url) => url == issuer,
            Self::Below(path) => {
                // as text: an issuer is compared character by character, a final slash included (OIDCD-4.3)
                let below = issuer.split_once("://").and_then(|(_, rest)| rest.split_once('/'));
                below.map(|(_, below)| below) == path.strip_prefix('/')
            }
        }
    }
}

/// The parts of a configuration that never change.
#[derive(Clone, Debug)]
pub(super) struct Settings {
    pub(super) issuer: IssuerName,
    pub(super) lifetimes: Lifetimes,
    pub(super) requests: Requests,
    pub(super) auto_login: Option<String>,
    /// How many seconds a device waits between two questions.
    pub(super) device_interval: i64,
    pub(super) scopes: Vec<String>,
    pub(super) acr_values: Vec<String>,
    pub(super) discovery: Map<String, Value>,
    /// How ID tokens for configured clients are signed.
    pub(super) id_token_signatures: BTreeSet<Signature>,
    /// How UserInfo responses for configured clients are signed.
    pub(super) userinfo_signatures: BTreeSet<Signature>,
    /// Whether only registered clients are known.
    pub(super) only_registered_clients: bool,
    /// Whether clients may register themselves.
    pub(super) registration: bool,
    /// When a person is asked to agree, where there is somebody to ask.
    pub(super) consent: Option<ConsentRule>,
    pub(super) offline_access: OfflineAccess,
    pub(super) pkce: PkceRule,
    pub(super) login_hint: LoginHint,
    pub(super) pairwise_salt: PairwiseSalt,
    /// Whether a client can have pairwise subjects.
    pub(super) pairwise: bool,
    /// What others vouch for.
    pub(super) claim_sources: ClaimSources,
}

/// Scopes that mean something without being configured.
const SCOPES: [&str; 6] = ["openid", "profile", "email", "address", "phone", "offline_access"];

/// "If no value is provided, clients MUST use 5 as the default." (RFC8628-3.2)
const DEVICE_INTERVAL: i64 = 5;

/// Classes that anybody can ask for where none are configured.
const ACR_VALUES: [&str; 2] = ["1", "2"];

impl Settings {
    /// Whether request objects are fetched only from where a client registered them.
    pub(super) fn only_registered_request_uris(&self) -> bool {
        self.requests.only_registered_uris.unwrap_or(true)
    }

    pub(super) fn new(config: &IdpConfig, issuer: IssuerName) -> Self {
        let known = SCOPES.iter().map(|scope| (*scope).to_owned());
        let own = config.scopes.keys().filter(|scope| !SCOPES.contains(&scope.as_str())).cloned();
        let clients = || config.clients.values();
        Self {
            issuer,
            lifetimes: config.lifetimes,
            requests: Requests {
                only_registered_uris: Some(config.only_registered_request_uris()),
                ..config.requests
            },
            auto_login: config.auto_login.clone(),
            device_interval: config.device_interval.map_or(DEVICE_INTERVAL, crate::config::Duration::as_secs),
            scopes: known.chain(own).collect(),
            acr_values: config.acr_values.clone().unwrap_or_else(|| ACR_VALUES.map(str::to_owned).into()),
            discovery: config.discovery.clone(),
            id_token_signatures: clients().filter_map(|client| client.id_token_alg).collect(),
            userinfo_signatures: clients().filter_map(|client| client.userinfo_alg).collect(),
            only_registered_clients: config.only_registered_clients(),
            registration: config.registration_is_open(),
            consent: (!config.nobody_to_ask()).then(|| config.consent_rule()),
            offline_access: config.offline_access_rule(),
            pkce: config.pkce_rule(),
            login_hint: config.login_hint_rule(),
            claim_sources: ClaimSources::new(config),
            pairwise_salt: pairwise_salt(config),
            pairwise: config.registration_is_open()
                || config.clients.values().any(|client| client.sector().is_some()),
        }
    }
}

/// From the seed, in a stream of its own, so that nothing else shifts. Without a seed it is the same for everybody: an
/// application under test wants to meet the same people again after a restart, and nobody's privacy is at stake here.
fn pairwise_salt(config: &IdpConfig) -> PairwiseSalt {
    PairwiseSalt(match config.seed {
        Some(seed) => key_seed(&SeededEntropy::new(seed, "pairwise subjects")),
        None => *b"mock-idp's published test salt..",
    })
}

/// The users, and who gets to know what of them.
pub(super) fn users(config: &IdpConfig) -> Users {
    let gates = Gates::new(&config.scopes, config.scopes_are_standard());
    Users::new(config.known_users(), gates).with_thin_id_tokens(config.id_tokens_are_thin())
}

/// The configured keys, RS256 if there are none, and one more for each algorithm that only a client asks for.
pub(super) fn key_plans(
    config: &IdpConfig,
    client_algorithms: &BTreeSet<Algorithm>,
    entropy: &dyn Entropy,
) -> Result<Vec<KeyPlan>, KeyError> {
    let mut plans: Vec<KeyPlan> = Vec::new();
    for key in &config.signing.0 {
        // a second key that nothing tells apart from the first would only repeat its key id
        let repeats = |known: &KeyPlan| known.algorithm == key.alg && known.kid == key.kid;
        if !plans.iter().any(repeats) {
            plans.push(plan(key, entropy)?);
        }
    }
    if plans.is_empty() {
        plans.push(KeyPlan::fixed(Algorithm::RS256));
    }
    for algorithm in client_algorithms.iter().filter(|algorithm| !algorithm.is_symmetric()) {
        if plans.iter().all(|plan| plan.algorithm != *algorithm) {
            plans.push(KeyPlan::fixed(*algorithm));
        }
    }
    Ok(plans)
}

fn plan(key: &SigningConfig, entropy: &dyn Entropy) -> Result<KeyPlan, KeyError> {
    if key.alg.is_symmetric() {
        return Err(KeyError::Symmetric(key.alg));
    }
    let mut kid = key.kid.clone();
    let first = match &key.from {
        KeyOrigin::Fixed => None,
        KeyOrigin::Seed => Some(KeyMaterial::from_seed(key.alg, key_seed(entropy))?),
        KeyOrigin::Pem(pem) => Some(KeyMaterial::from_pem(key.alg, pem)?),
        KeyOrigin::Jwk(document) => {
            let jwk = chosen(document, key.alg, kid.as_deref())?;
            kid = kid.or_else(|| jwk.get("kid").and_then(Value::as_str).map(str::to_owned));
            Some(KeyMaterial::from_jwk(key.alg, jwk)?)
        }
        // whoever reads configuration files has put the file's text in its place
        KeyOrigin::File(name) => return Err(KeyError::NotRead(name.clone())),
    };
    Ok(KeyPlan {
        algorithm: key.alg,
        kid,
        first: first.map(Arc::new),
        always_fresh: key.from == KeyOrigin::Seed,
    })
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::IssuerName;

    #[rstest]
    #[case::root("", "http://localhost:9400")]
    #[case::path("/acme", "https://idp.test/acme")]
    #[case::final_slash("/acme/", "https://idp.test/acme/")]
    #[case::several_segments("/tenants/7/v2.0", "https://idp.test/tenants/7/v2.0")]
    #[case::escapes("/a/b%20c", "https://idp.test/a/b%20c")]
    #[case::dots("/%2e%2e/x", "https://idp.test/%2e%2e/x")]
    fn an_issuer_knows_its_own_name_at_any_address(#[case] path: &str, #[case] issuer: &str) {
        assert!(IssuerName::Below(path.to_owned()).is(issuer));
    }

    #[rstest]
    #[case::slash_too_many("/acme", "https://idp.test/acme/")]
    #[case::slash_missing("/acme/", "https://idp.test/acme")]
    #[case::another_path("/acme", "https://idp.test/other")]
    #[case::a_longer_path("/acme", "https://idp.test/acme/eu")]
    #[case::root_with_a_slash("", "https://idp.test/")]
    #[case::no_url("/acme", "/acme")]
    fn another_name_is_another_issuer(#[case] path: &str, #[case] issuer: &str) {
        assert!(!IssuerName::Below(path.to_owned()).is(issuer));
    }
}

//! A provider on a socket, with clients that sign.

use std::sync::Arc;

use http::StatusCode;
use mock_idp::MockIdp;
use mock_idp::config::IdpConfig;
use mock_idp::protocol::Timestamp;
use mock_idp::protocol::keys::jws::{self, Signer};
use mock_idp::protocol::keys::{Algorithm, KeyPlan, KeySet};
use mock_idp::provider::JournalEntry;
use mock_idp::provider::ports::{Clock as _, VirtualClock};
use serde_json::{Map, Value, json};

/// A provider, and somebody who speaks to it.
pub(crate) struct Op {
    pub(crate) idp: MockIdp,
    pub(crate) clock: VirtualClock,
    pub(crate) http: reqwest::Client,
    assertions: u32,
}

impl Op {
    pub(crate) async fn start(config: Value) -> Self {
        let config: IdpConfig = serde_json::from_value(config).unwrap();
        let clock = VirtualClock::at(Timestamp(1_930_377_600));
        let idp = MockIdp::builder().config(config).clock(Arc::new(clock.clone())).start().await.unwrap();
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        Self { idp, clock, http, assertions: 0 }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.idp.url())
    }

    /// A GET of a path, with these parameters.
    pub(crate) fn get(&self, path: &str, parameters: &[(&str, &str)]) -> reqwest::RequestBuilder {
        self.http.get(url::Url::parse_with_params(&self.url(path), parameters).unwrap())
    }

    /// A client's own token, asked for with an assertion that this key signs.
    pub(crate) async fn prove(&mut self, client: &str, signer: &Signer) -> (StatusCode, Value) {
        self.assertions += 1;
        let now = self.clock.now();
        let claims = json!({
            "iss": client, "sub": client, "aud": self.idp.default_issuer(),
            "exp": now.plus(60).as_secs(), "jti": format!("j-{}", self.assertions),
        });
        let assertion = jws::sign(&signer.header("JWT"), claims.as_object().unwrap(), signer).unwrap();
        let answer = self.http.post(self.url("/token")).form(&[
            ("grant_type", "client_credentials"),
            ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
            ("client_assertion", &assertion),
        ]);
        let answer = answer.send().await.unwrap();
        (answer.status(), answer.json().await.unwrap())
    }

    pub(crate) async fn register(&self, metadata: Value) -> (StatusCode, Map<String, Value>) {
        let answer = self.http.post(self.url("/register")).json(&metadata).send().await.unwrap();
        (answer.status(), answer.json().await.unwrap())
    }

    /// Why the last request was refused, for the operator.
    pub(crate) fn last_cause(&self) -> String {
        self.journal().last().unwrap().error.clone().map(|error| error.cause).unwrap_or_default()
    }

    /// The calls that the provider made itself.
    pub(crate) fn calls(&self) -> Vec<JournalEntry> {
        let entries = self.journal().into_iter();
        entries.filter(|entry| entry.endpoint.name() == "outgoing").collect()
    }

    pub(crate) fn journal(&self) -> Vec<JournalEntry> {
        self.idp.default_provider().journal()
    }
}

/// A key of a client; another one for another `kid`.
pub(crate) fn key(kid: &str) -> Signer {
    let plan = KeyPlan { kid: Some(kid.to_owned()), always_fresh: true, ..KeyPlan::fixed(Algorithm::ES256) };
    let mut seed = [0; 32];
    for (to, from) in seed.iter_mut().zip(kid.bytes()) {
        *to = from;
    }
    let keys = KeySet::new(vec![plan], || seed).unwrap();
    Signer::Key(keys.signing(None).unwrap().clone())
}

/// A JWK set with the public halves.
pub(crate) fn published(keys: &[&Signer]) -> String {
    let public = |signer: &&Signer| match signer {
        Signer::Key(key) => key.public_jwk(),
        Signer::Secret { .. } => Value::Null,
    };
    json!({ "keys": keys.iter().map(public).collect::<Vec<_>>() }).to_string()
}

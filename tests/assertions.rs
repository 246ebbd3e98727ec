//! Clients that prove themselves with a signed JWT, at each endpoint that asks for it, over a socket.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "helpers of tests, which clippy does not recognise as such"
)]

use mock_idp::MockIdp;
use mock_idp::protocol::Timestamp;
use mock_idp::protocol::keys::jws::{self, Signer};
use mock_idp::protocol::keys::{Algorithm, KeyPlan, KeySet};
use mock_idp::provider::ports::VirtualClock;
use rstest::rstest;
use serde_json::{Value, json};

const NOW: i64 = 1_930_377_600;
const REDIRECT_URI: &str = "https://app.example/cb";

/// The endpoints at which a client proves itself, each with a request that is good otherwise.
const ENDPOINTS: [(&str, &[(&str, &str)]); 5] = [
    ("/token", &[("grant_type", "client_credentials")]),
    ("/introspect", &[("token", "x")]),
    ("/revoke", &[("token", "x")]),
    ("/par", &[("response_type", "code"), ("redirect_uri", REDIRECT_URI)]),
    ("/device_authorization", &[]),
];

/// A provider with a client for each method.
struct Op {
    idp: MockIdp,
    http: reqwest::Client,
}

fn key(algorithm: Algorithm) -> Signer {
    let keys = KeySet::new(vec![KeyPlan::fixed(algorithm)], || [0; 32]).unwrap();
    Signer::Key(keys.signing(None).unwrap().clone())
}

/// How a client signs.
fn signer(client: &str) -> Signer {
    match client {
        "secret" => Signer::Secret { algorithm: Algorithm::HS256, secret: "a secret of some length".into() },
        _ => key(Algorithm::PS256),
    }
}

impl Op {
    async fn start() -> Self {
        let Signer::Key(public) = key(Algorithm::PS256) else { panic!("a key signs") };
        let config = json!({ "clients": {
            "secret": {
                "secret": "a secret of some length",
                "auth_method": "client_secret_jwt",
                "redirect_uris": [REDIRECT_URI],
            },
            "key": {
                "auth_method": "private_key_jwt",
                "jwks": { "keys": [public.public_jwk()] },
                "redirect_uris": [REDIRECT_URI],
            },
        } });
        let clock = VirtualClock::at(Timestamp(NOW));
        let builder = MockIdp::builder().config(serde_json::from_value(config).unwrap());
        let idp = builder.clock(std::sync::Arc::new(clock)).start().await.unwrap();
        Self { idp, http: reqwest::Client::new() }
    }

    /// A client's assertion with these claims over the usual ones.
    fn assertion(&self, client: &str, changes: &Value) -> String {
        let mut claims = json!({
            "iss": client, "sub": client, "aud": self.idp.default_issuer(), "exp": NOW + 60, "jti": "j-1",
        });
        claims.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        let signer = signer(client);
        jws::sign(&signer.header("JWT"), claims.as_object().unwrap(), &signer).unwrap()
    }

    /// Asks at an endpoint with an assertion: the status, the error code, and the cause in the journal.
    async fn ask(&self, endpoint: usize, assertion: &str) -> (u16, String, String) {
        let (path, fields) = ENDPOINTS[endpoint];
        let mut form = fields.to_vec();
        form.push(("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"));
        form.push(("client_assertion", assertion));
        let answer = self.http.post(format!("{}{path}", self.idp.url())).form(&form).send().await.unwrap();
        let status = answer.status().as_u16();
        let body: Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap_or_default();
        let journal = self.idp.default_provider().journal();
        let cause = journal.last().unwrap().error.clone().map(|error| error.cause).unwrap_or_default();
        (status, body["error"].as_str().unwrap_or_default().to_owned(), cause)
    }

    fn address(&self, endpoint: usize) -> String {
        format!("{}{}", self.idp.default_issuer(), ENDPOINTS[endpoint].0)
    }
}

#[rstest]
#[tokio::test]
async fn an_assertion_opens_each_endpoint_once(
    #[values("secret", "key")] client: &str,
    #[values(0, 1, 2, 3, 4)] endpoint: usize,
) {
    let op = Op::start().await;
    let assertion = op.assertion(client, &json!({}));
    let (status, error, cause) = op.ask(endpoint, &assertion).await;
    assert!((200..202).contains(&status), "{status} {error}: {cause}");
    let (status, error, cause) = op.ask(endpoint, &assertion).await;
    assert_eq!((status, error.as_str()), (401, "invalid_client"));
    assert!(cause.contains("its `jti` `j-1` was used before"), "{cause}");
    let elsewhere = (endpoint + 1) % ENDPOINTS.len();
    assert_eq!(op.ask(elsewhere, &assertion).await.0, 401, "nor is it good at another endpoint");
}

#[rstest]
#[tokio::test]
async fn an_assertion_may_be_for_the_endpoint_that_it_is_sent_to(#[values(0, 1, 2, 3, 4)] endpoint: usize) {
    let op = Op::start().await;
    let assertion = op.assertion("key", &json!({ "aud": [op.address(endpoint)] }));
    let (status, _, cause) = op.ask(endpoint, &assertion).await;
    assert!((200..202).contains(&status), "{cause}");
}

#[rstest]
#[case::for_somebody_else(json!({ "aud": "https://other.test" }), "`aud` is \"https://other.test\"")]
#[case::expired(json!({ "exp": NOW }), "it expired at")]
#[case::of_the_future(json!({ "nbf": NOW + 61 }), "of the future")]
#[case::from_somebody_else(json!({ "iss": "secret" }), "its `iss` is `secret`")]
#[case::without_an_id(json!({ "jti": 7 }), "no `jti`")]
#[tokio::test]
async fn a_bad_assertion_opens_no_endpoint(
    #[case] changes: Value,
    #[case] reason: &str,
    #[values(0, 1, 2, 3, 4)] endpoint: usize,
) {
    let op = Op::start().await;
    let (status, error, cause) = op.ask(endpoint, &op.assertion("key", &changes)).await;
    assert_eq!((status, error.as_str()), (401, "invalid_client"));
    assert!(cause.contains(reason), "{cause}");
}

#[tokio::test]
async fn an_assertion_for_a_neighbour_of_the_endpoint_is_not_taken() {
    let op = Op::start().await;
    let assertion = op.assertion("key", &json!({ "aud": op.address(2) }));
    assert_eq!(op.ask(1, &assertion).await.0, 401);
}

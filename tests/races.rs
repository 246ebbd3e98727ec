//! Many clients at the same moment, over real connections: what is good once is good for one of them.
//!
//! Each contender opens its connection first and waits at a barrier; what comes after it is only the request itself.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "helpers of tests, which clippy does not recognise as such"
)]

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use mock_idp::MockIdp;
use mock_idp::config::IdpConfig;
use mock_idp::protocol::Timestamp;
use mock_idp::protocol::keys::jws;
use mock_idp::provider::ports::Clock;
use reqwest::{Client, StatusCode, redirect};
use rstest::rstest;
use serde_json::{Value, json};
use tokio::sync::Barrier;
use url::{Url, form_urlencoded};

/// How many try at once.
const CONTENDERS: usize = 100;

/// How often they do: the moment in which a careless provider would let two of them win is a short one.
const ROUNDS: usize = 3;

const NOW: Timestamp = Timestamp(1_930_377_600);
const REDIRECT_URI: &str = "https://app.example/cb";
const VERIFIER: &str = "a-verifier-of-at-least-forty-three-characters";
/// The S256 of [`VERIFIER`].
const CHALLENGE: &str = "mg3QoZgnRJxQy_jYdfW7D8wJkoziCuM8Yhos7PwVvsI";

/// A clock at which two requests that read it at about the same time leave together. What the provider does next, such
/// as looking a code up, they then do side by side; without that, the moments in question are too short to meet in.
#[derive(Debug, Default)]
struct Rendezvous {
    arrived: AtomicUsize,
}

impl Clock for Rendezvous {
    fn now(&self) -> Timestamp {
        let ticket = self.arrived.fetch_add(1, Ordering::SeqCst);
        let alone = || self.arrived.load(Ordering::SeqCst) == ticket + 1;
        let mut patience = 5_000;
        while ticket.is_multiple_of(2) && alone() && patience > 0 {
            std::hint::spin_loop();
            patience -= 1;
        }
        NOW
    }
}

/// A provider behind a socket. A thread more than there are processors makes answers overtake each other.
struct Arena {
    idp: MockIdp,
    issuer: String,
    /// Follows no redirect, and opens a connection for each request that is on its way.
    http: Client,
}

/// What came back, in the order of the contenders.
type Answers = Vec<(StatusCode, Value)>;

/// The form of one request.
type Fields = Vec<(&'static str, String)>;

impl Arena {
    async fn new() -> Self {
        let users: serde_json::Map<String, Value> =
            (0..CONTENDERS).map(|number| (format!("user-{number}"), json!({}))).collect();
        let config: IdpConfig = serde_json::from_value(json!({
            "issuer": "/acme",
            "clients": {
                "app": { "secret": "s3cret", "redirect_uris": [REDIRECT_URI], "refresh_tokens": "always" },
                "opaque": {
                    "secret": "s3cret", "redirect_uris": [REDIRECT_URI], "refresh_tokens": "always",
                    "access_token": "opaque",
                },
                "spa": { "public": true, "redirect_uris": [REDIRECT_URI], "refresh_tokens": "always" },
                "signer": {
                    "secret": "a secret that is long enough for HS256", "auth_method": "client_secret_jwt",
                    "redirect_uris": [REDIRECT_URI],
                },
            },
            "users": users,
        }))
        .unwrap();
        let idp =
            MockIdp::builder().config(config).clock(Arc::new(Rendezvous::default())).start().await.unwrap();
        let issuer = idp.default_issuer();
        let http = Client::builder().redirect(redirect::Policy::none()).build().unwrap();
        Self { idp, issuer, http }
    }

    /// What the browser brings back, from the query or the fragment.
    async fn authorized(&self, client: &str, user: &str, response_type: &str) -> Value {
        let request = [
            ("client_id", client),
            ("redirect_uri", REDIRECT_URI),
            ("response_type", response_type),
            ("scope", "openid"),
            ("nonce", user),
            ("state", "st"),
            ("login_hint", user),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
        ];
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(request).finish();
        let answer = self.http.get(format!("{}/authorize?{query}", self.issuer)).send().await.unwrap();
        let location = Url::parse(answer.headers()["location"].to_str().unwrap()).unwrap();
        let parameters = location.fragment().or(location.query()).unwrap();
        let pairs = form_urlencoded::parse(parameters.as_bytes()).into_owned();
        pairs.map(|(name, value)| (name, Value::String(value))).collect()
    }

    async fn token(&self, fields: &Fields) -> (StatusCode, Value) {
        posted(&self.http, &format!("{}/token", self.issuer), fields).await
    }

    async fn userinfo(&self, access_token: &Value) -> StatusCode {
        let request = self.http.get(format!("{}/userinfo", self.issuer)).bearer_auth(text(access_token));
        request.send().await.unwrap().status()
    }

    async fn is_active(&self, token: &Value) -> bool {
        let mut fields = credentials("app");
        fields.push(("token", text(token)));
        let (status, known) = posted(&self.http, &format!("{}/introspect", self.issuer), &fields).await;
        assert_eq!(status, StatusCode::OK);
        known["active"].as_bool().unwrap()
    }

    /// Sends each form to the token endpoint from everywhere at once, one form after the other.
    async fn contests(&self, forms: Vec<Fields>) -> Vec<Answers> {
        let barrier = Arc::new(Barrier::new(CONTENDERS));
        let forms = Arc::new(forms);
        let contenders = (0..CONTENDERS).map(|_| {
            let (barrier, forms) = (Arc::clone(&barrier), Arc::clone(&forms));
            let (http, issuer) = (self.http.clone(), self.issuer.clone());
            tokio::spawn(async move {
                let connected = http.get(format!("{issuer}/jwks")).send().await.unwrap();
                barrier.wait().await;
                connected.bytes().await.unwrap();
                let mut answers = Vec::new();
                for form in forms.iter() {
                    barrier.wait().await;
                    answers.push(posted(&http, &format!("{issuer}/token"), form).await);
                }
                answers
            })
        });
        let contenders: Vec<_> = contenders.collect();
        let mut contests = vec![Answers::new(); forms.len()];
        for contender in contenders {
            for (contest, answer) in contests.iter_mut().zip(contender.await.unwrap()) {
                contest.push(answer);
            }
        }
        contests
    }

    /// The reasons of the refusals, without repetition.
    fn reasons(&self) -> BTreeSet<String> {
        let journal = self.idp.default_provider().journal();
        journal.into_iter().filter_map(|entry| entry.error).map(|error| error.cause).collect()
    }

    async fn assert_dead(&self, client: &str, tokens: &Value) {
        assert_eq!(self.userinfo(&tokens["access_token"]).await, StatusCode::UNAUTHORIZED);
        assert!(!self.is_active(&tokens["access_token"]).await, "the access token lives");
        assert!(!self.is_active(&tokens["refresh_token"]).await, "the refresh token lives");
        let (status, refused) = self.token(&refresh(client, &tokens["refresh_token"])).await;
        assert_eq!((status, &refused["error"]), (StatusCode::BAD_REQUEST, &json!("invalid_grant")));
    }
}

async fn posted(http: &Client, address: &str, fields: &Fields) -> (StatusCode, Value) {
    let answer = http.post(address).form(fields).send().await.unwrap();
    (answer.status(), answer.json().await.unwrap())
}

fn credentials(client: &str) -> Fields {
    let mut fields = vec![("client_id", client.to_owned())];
    if client != "spa" {
        fields.push(("client_secret", "s3cret".to_owned()));
    }
    fields
}

fn redemption(client: &str, code: &Value) -> Fields {
    let mut fields = credentials(client);
    fields.extend([
        ("grant_type", "authorization_code".to_owned()),
        ("code", text(code)),
        ("redirect_uri", REDIRECT_URI.to_owned()),
        ("code_verifier", VERIFIER.to_owned()),
    ]);
    fields
}

fn refresh(client: &str, token: &Value) -> Fields {
    let mut fields = credentials(client);
    // Reading a long scope takes time just between looking the token up and using it up.
    let scope = ["openid"; 300].join(" ");
    fields.extend([("grant_type", "refresh_token".to_owned()), ("refresh_token", text(token))]);
    fields.push(("scope", scope));
    fields
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

/// The one who won. Everybody else was refused with `error`.
fn winner(answers: Answers, error: &str) -> Value {
    assert_eq!(answers.len(), CONTENDERS);
    let (won, lost): (Answers, Answers) =
        answers.into_iter().partition(|(status, _)| *status == StatusCode::OK);
    assert_eq!(won.len(), 1, "winners");
    for (_, body) in &lost {
        assert_eq!(body["error"], error, "{body}");
        assert_eq!(body.get("access_token"), None);
    }
    won.into_iter().next().unwrap().1
}

#[rstest]
#[case::with_a_secret("app", "code")]
#[case::with_opaque_tokens("opaque", "code")]
#[case::public("spa", "code")]
#[case::hybrid("app", "code id_token token")]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_a_hundred_clients_with_one_code_one_wins_and_its_tokens_die(
    #[case] client: &str,
    #[case] response_type: &str,
) {
    let arena = Arena::new().await;
    let mut signed_in = Vec::new();
    for _ in 0..ROUNDS {
        signed_in.push(arena.authorized(client, "user-0", response_type).await);
    }
    let forms = signed_in.iter().map(|it| redemption(client, &it["code"])).collect();
    for (answers, authorized) in arena.contests(forms).await.into_iter().zip(&signed_in) {
        arena.assert_dead(client, &winner(answers, "invalid_grant")).await;
        if let Some(earlier) = authorized.get("access_token") {
            assert_eq!(arena.userinfo(earlier).await, StatusCode::UNAUTHORIZED, "what came with the code");
        }
    }
    assert!(arena.reasons().contains("the code was redeemed before; what it brought is revoked"));
}

#[rstest]
#[case::with_a_secret("app")]
#[case::with_opaque_tokens("opaque")]
#[case::public("spa")]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_a_hundred_clients_with_one_refresh_token_one_wins_and_the_family_dies(#[case] client: &str) {
    let arena = Arena::new().await;
    let mut families = Vec::new();
    for _ in 0..ROUNDS {
        let code = arena.authorized(client, "user-0", "code").await["code"].clone();
        let (_, first) = arena.token(&redemption(client, &code)).await;
        let (_, second) = arena.token(&refresh(client, &first["refresh_token"])).await;
        assert!(arena.is_active(&second["refresh_token"]).await);
        families.push([first, second]);
    }
    let forms = families.iter().map(|[_, second]| refresh(client, &second["refresh_token"])).collect();
    for (answers, [first, second]) in arena.contests(forms).await.into_iter().zip(&families) {
        let third = winner(answers, "invalid_grant");
        for tokens in [first, second, &third] {
            arena.assert_dead(client, tokens).await;
        }
    }
    assert!(
        arena.reasons().contains("the refresh token was used before; every token of its family is revoked")
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_code_that_one_client_redeems_at_its_ease_brings_tokens_that_live() {
    let arena = Arena::new().await;
    let code = arena.authorized("app", "user-0", "code").await["code"].clone();
    let (status, tokens) = arena.token(&redemption("app", &code)).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(arena.userinfo(&tokens["access_token"]).await, StatusCode::OK);
    assert!(arena.is_active(&tokens["refresh_token"]).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_a_hundred_clients_with_one_assertion_one_is_believed() {
    let arena = Arena::new().await;
    let key = jsonwebtoken::EncodingKey::from_secret(b"a secret that is long enough for HS256");
    let form = |round| {
        let claims = json!({
            "iss": "signer", "sub": "signer", "aud": arena.issuer, "exp": NOW.plus(60).as_secs(),
            "jti": format!("the only one of round {round}"),
        });
        let header = jsonwebtoken::Header::new(jsonwebtoken::Algorithm::HS256);
        vec![
            ("grant_type", "client_credentials".to_owned()),
            ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer".to_owned()),
            ("client_assertion", jsonwebtoken::encode(&header, &claims, &key).unwrap()),
        ]
    };
    for answers in arena.contests((0..ROUNDS).map(form).collect()).await {
        winner(answers, "invalid_client");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_hundred_sign_ins_side_by_side_do_not_mix() {
    let arena = Arc::new(Arena::new().await);
    let barrier = Arc::new(Barrier::new(CONTENDERS));
    let people = (0..CONTENDERS).map(|number| {
        let (arena, barrier) = (Arc::clone(&arena), Arc::clone(&barrier));
        tokio::spawn(async move {
            let user = format!("user-{number}");
            barrier.wait().await;
            let code = arena.authorized("app", &user, "code").await["code"].clone();
            let (status, tokens) = arena.token(&redemption("app", &code)).await;
            assert_eq!(status, StatusCode::OK, "{tokens}");
            let id_token = jws::decode(tokens["id_token"].as_str().unwrap()).unwrap().claims;
            assert_eq!((text(&id_token["sub"]), text(&id_token["nonce"])), (user.clone(), user));
            text(&tokens["access_token"])
        })
    });
    let people: Vec<_> = people.collect();
    let mut tokens = BTreeSet::new();
    for person in people {
        tokens.insert(person.await.unwrap());
    }
    assert_eq!(tokens.len(), CONTENDERS);
}

//! How long issuing a token, a whole login and a run of all scenarios take, beside the bare signature that issuing
//! cannot do without; and what deciding about one user of a directory takes, which a whole directory cannot do without.

#![expect(clippy::unwrap_used, reason = "a bench that cannot be set up has nothing to measure")]

use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, RSA_PKCS1_SHA256, RsaKeyPair};
use axum::Router;
use axum::body::{Body, to_bytes};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use criterion::{Criterion, criterion_group, criterion_main};
use harness::decision::{Documents, Event, SignIn, Timestamp, Token};
use harness::preview::batch::{Desk, Seen, Tally};
use harness::preview::{Input, Rehearsal};
use harness::products;
use harness::scenario::run::{RunOptions, run};
use harness::scenario::{LoadOptions, load};
use http::{Request, Response, header};
use mock_idp::MockIdp;
use mock_idp::config::IdpConfig;
use mock_idp::provider::ports::VirtualClock;
use serde_json::{Map, Value, json};
use tokio::runtime::Runtime;
use tower::ServiceExt as _;

/// About as long as the signing input of an ID token.
const MESSAGE: [u8; 600] = [b'x'; 600];

fn signatures(bench: &mut Criterion) {
    let mut group = bench.benchmark_group("bare signature");
    let rsa = RsaKeyPair::from_pkcs8(&der("rsa-1.pem")).unwrap();
    let mut signature = vec![0; rsa.public_modulus_len()];
    group.bench_function("RS256", |b| {
        b.iter(|| {
            rsa.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), black_box(&MESSAGE), &mut signature).unwrap();
        });
    });
    let p256 = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &der("p256-1.pem")).unwrap();
    group.bench_function("ES256", |b| {
        b.iter(|| p256.sign(&SystemRandom::new(), black_box(&MESSAGE)).unwrap());
    });
    group.finish();
}

fn issuance(bench: &mut Criterion) {
    let runtime = Runtime::new().unwrap();
    let mut group = bench.benchmark_group("client_credentials");
    for alg in ["RS256", "ES256"] {
        let (router, _idp) = provider(alg);
        group.bench_function(alg, |b| {
            b.iter(|| {
                runtime
                    .block_on(token(&router, "grant_type=client_credentials&client_id=app&client_secret=s"))
            });
        });
    }
    group.finish();
}

fn login(bench: &mut Criterion) {
    let runtime = Runtime::new().unwrap();
    let mut group = bench.benchmark_group("code + PKCE login");
    for alg in ["RS256", "ES256"] {
        let (router, _idp) = provider(alg);
        group.bench_function(alg, |b| b.iter(|| runtime.block_on(whole_login(&router))));
    }
    group.finish();
}

fn scenarios(bench: &mut Criterion) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scenarios");
    let options = LoadOptions { ci: true, ..LoadOptions::default() };
    let jobs = std::thread::available_parallelism().map_or(1, usize::from);
    let mut group = bench.benchmark_group("harness run");
    group.sample_size(10);
    group.bench_function("all scenarios", |b| {
        b.iter(|| {
            let loaded = load(std::slice::from_ref(&root), &options).unwrap();
            run(&loaded, &RunOptions { jobs, ..RunOptions::default() }, &mut |_| ()).unwrap()
        });
    });
    group.finish();
}

/// The decision about one user, and the same with the reading of their line and the counting.
fn directory(bench: &mut Criterion) {
    const LINE: &str =
        r#"{"sub": "u-1", "email": "u1@corp.example", "bindplane_projects": "user:P1,viewer:P2"}"#;
    let kind = products::named("bindplane").unwrap();
    let rehearsal = Rehearsal::of(kind, &Input::default()).unwrap();
    let at = rehearsal.product().at(rehearsal.state());
    let claims: Map<String, Value> = serde_json::from_str(LINE).unwrap();
    let documents = Documents { id_token: Some(Token::verified(claims)), ..Documents::default() };
    let event = Event::SignIn(Box::new(SignIn { documents, ..SignIn::default() }));
    let mut group = bench.benchmark_group("one user of a directory");
    group.bench_function("the decision alone", |b| b.iter(|| at.on(black_box(&event), Timestamp(0))));
    let desk = Desk::of(&rehearsal);
    group.bench_function("read, decided and counted", |b| {
        b.iter(|| {
            let mut tally = Tally::default();
            tally.add(&Seen::of(desk.decide(serde_json::from_str(black_box(LINE)).unwrap()).unwrap(), None));
            tally
        });
    });
    group.finish();
}

/// A provider with one confidential client that may do everything, signing with `alg`.
fn provider(alg: &str) -> (Router, MockIdp) {
    let config: IdpConfig = serde_json::from_value(json!({
        "issuer": "/bench",
        "auto_login": "ada",
        "signing": { "alg": alg },
        "users": { "ada": { "claims": { "email": "ada@example.test", "groups": ["admins", "developers"] } } },
        "clients": { "app": { "secret": "s", "redirect_uris": ["https://app.test/callback"] } },
    }))
    .unwrap();
    let clock = Arc::new(VirtualClock::default());
    MockIdp::builder().config(config).clock(clock).seed(42).in_process().unwrap()
}

/// Authorization, token and UserInfo requests, as a relying party and its browser make them.
async fn whole_login(router: &Router) {
    // the pair of RFC 7636, appendix B
    let query = "response_type=code&client_id=app&redirect_uri=https%3A%2F%2Fapp.test%2Fcallback&scope=openid%20email\
                 &state=s&nonce=n&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256";
    let asked = Request::get(format!("/bench/authorize?{query}")).body(Body::empty()).unwrap();
    let answer = sent(router, asked).await;
    let location = answer.headers().get(header::LOCATION).unwrap().to_str().unwrap();
    let code = location.split("code=").nth(1).and_then(|rest| rest.split('&').next()).unwrap();
    let tokens = token(
        router,
        &format!(
            "grant_type=authorization_code&client_id=app&client_secret=s&code={code}\
             &redirect_uri=https%3A%2F%2Fapp.test%2Fcallback&code_verifier=dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
        ),
    )
    .await;
    let bearer = format!("Bearer {}", tokens.get("access_token").and_then(Value::as_str).unwrap());
    let asked =
        Request::get("/bench/userinfo").header(header::AUTHORIZATION, bearer).body(Body::empty()).unwrap();
    assert!(sent(router, asked).await.status().is_success());
}

async fn token(router: &Router, form: &str) -> Value {
    let request = Request::post("/bench/token")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(form.to_owned()))
        .unwrap();
    let answer = sent(router, request).await;
    assert!(answer.status().is_success());
    serde_json::from_slice(&to_bytes(answer.into_body(), usize::MAX).await.unwrap()).unwrap()
}

async fn sent(router: &Router, request: Request<Body>) -> Response<Body> {
    router.clone().oneshot(request).await.unwrap()
}

/// A private key of `fixtures/keys`, without its PEM clothes.
fn der(file: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/keys").join(file);
    let pem = std::fs::read_to_string(path).unwrap();
    let text: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
    STANDARD.decode(text).unwrap()
}

criterion_group!(benches, signatures, issuance, login, scenarios, directory);
criterion_main!(benches);

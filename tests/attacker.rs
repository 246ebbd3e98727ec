//! The second party of an attack: an issuer with keys of its own, and an address that nobody should call.

use std::net::{Ipv4Addr, SocketAddr};

use axum::body::Body;
use http::Request;
use mock_idp::protocol::keys::jws;
use mock_idp::{MockIdp, StartError};
use reqwest::Client;
use rstest::rstest;
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::support::app::{App, claims, read};

const ANY_PORT: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 0);
const DISCOVERY: &str = "/.well-known/openid-configuration";

async fn document(url: &str) -> Value {
    reqwest::get(url).await.unwrap().json().await.unwrap()
}

#[tokio::test]
async fn the_attacker_knows_the_same_people_and_signs_with_keys_of_its_own() {
    let idp = MockIdp::builder().auto_login("ada").attacker("/evil").start().await.unwrap();
    let (honest, evil) = (idp.default_issuer(), idp.attacker().unwrap().issuer(idp.url()));
    assert_eq!(evil, format!("{}/evil", idp.url()));
    let [ours, theirs] = [&honest, &evil].map(|issuer| async move {
        let metadata = document(&format!("{issuer}{DISCOVERY}")).await;
        assert_eq!(metadata["issuer"], issuer.as_str());
        let keys = document(metadata["jwks_uri"].as_str().unwrap()).await;
        let token = front_channel_id_token(issuer).await;
        (keys["keys"][0].clone(), token)
    });
    let ((our_key, our_token), (their_key, their_token)) = (ours.await, theirs.await);
    assert_eq!(our_key["kid"], their_key["kid"]);
    let verdict = |token: &str, key: &Value| jws::decode(token).unwrap().verify_with_jwk(key).is_ok();
    assert_eq!(
        [
            verdict(&our_token, &our_key),
            verdict(&their_token, &their_key),
            verdict(&our_token, &their_key),
            verdict(&their_token, &our_key),
        ],
        [true, true, false, false]
    );
    assert_eq!(claims(&our_token)["sub"], claims(&their_token)["sub"]);
    assert_eq!(claims(&their_token)["iss"], evil.as_str());
}

async fn front_channel_id_token(issuer: &str) -> String {
    let client = Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let query = "client_id=app&redirect_uri=http://localhost/cb&response_type=id_token&scope=openid&nonce=n";
    let answer = client.get(format!("{issuer}/authorize?{query}")).send().await.unwrap();
    let location = answer.headers()["location"].to_str().unwrap();
    let fragment = location.split_once('#').unwrap().1;
    let found = url::form_urlencoded::parse(fragment.as_bytes()).find(|(name, _)| name == "id_token");
    found.unwrap().1.into_owned()
}

#[rstest]
#[case::issuer("discovery.issuer=honest", "issuer", "https://idp.test")]
#[case::authorization(
    "discovery.authorization_endpoint=honest",
    "authorization_endpoint",
    "https://idp.test/authorize"
)]
#[case::token("discovery.token_endpoint=honest", "token_endpoint", "https://idp.test/token")]
#[case::keys("discovery.jwks_uri=honest", "jwks_uri", "https://idp.test/jwks")]
#[case::trap("discovery.token_endpoint=attacker", "token_endpoint", "https://trap.invalid/token")]
#[tokio::test]
async fn the_attackers_metadata_point_where_its_faults_say(
    #[case] fault: &str,
    #[case] member: &str,
    #[case] found: &str,
) {
    let app = App::of(&json!({ "attacker": { "issuer": "/evil", "faults": [fault] } }));
    let metadata = read(&app.get(&format!("/evil{DISCOVERY}")).await);
    assert_eq!(metadata[member], found);
    let honest = read(&app.get(DISCOVERY).await);
    assert_eq!(
        (honest["issuer"].as_str(), honest["token_endpoint"].as_str()),
        (Some("https://idp.test"), Some("https://idp.test/token"))
    );
}

#[tokio::test]
async fn faults_of_the_honest_issuer_name_the_attacker_and_are_not_the_attackers() {
    let faults = json!({ "authorize.iss": "attacker" });
    let mut app = App::of(&json!({ "attacker": { "issuer": "/evil" }, "faults": faults }));
    assert_eq!(app.sign_in("ada", &[]).await["iss"], "https://idp.test/evil");
    let page = app
        .open("https://idp.test/evil/authorize?client_id=app&redirect_uri=https://app.example/cb&response_type=code&scope=openid")
        .await;
    assert!(page.button("user", "ada").is_some());
    let page = app.press("user", "ada").await;
    assert!(page.url.as_str().contains("iss=https%3A%2F%2Fidp.test%2Fevil"), "{}", page.url);
}

#[tokio::test]
async fn the_attacker_cannot_be_the_honest_issuer() {
    let refused = MockIdp::builder().attacker("/").in_process();
    assert!(matches!(refused, Err(StartError::Attacker(path)) if path == "/"));
}

#[tokio::test]
async fn the_trap_is_silent_until_somebody_comes_and_names_what_they_brought() {
    let idp = MockIdp::builder().trap(ANY_PORT).start().await.unwrap();
    let trap = idp.trap_url().unwrap();
    assert_eq!(idp.trapped(), []);
    let form = [("grant_type", "authorization_code"), ("code", "the-code"), ("client_id", "app")];
    let answer = Client::new()
        .post(format!("{trap}/token?x=1"))
        .basic_auth("app", Some("s3cret"))
        .form(&form)
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 404);
    let [came] = &*idp.trapped() else { panic!("{:?}", idp.trapped()) };
    assert_eq!((came.method.as_str(), came.url.clone()), ("POST", format!("{trap}/token")));
    assert_eq!(came.credentials, ["authorization: Basic", "code"]);
    let told = format!("{came:?}{:?}", idp.default_provider().journal());
    assert!(!told.contains("s3cret") && !told.contains("the-code"), "{told}");
    let journal = idp.default_provider().journal();
    assert_eq!(journal[0].endpoint.name(), "trap");
    idp.clear_trap();
    assert_eq!(idp.trapped(), []);
}

#[tokio::test]
async fn a_header_that_leads_to_the_trap_leads_to_the_key_that_signed() {
    let mut builder = MockIdp::builder().auto_login("ada").trap_at("https://trap.test");
    builder = builder.base_url("https://idp.test").fault("id_token.jku=attacker".parse().unwrap());
    let (router, idp) = builder.in_process().unwrap();
    let query = "client_id=app&redirect_uri=http://localhost/cb&response_type=id_token&scope=openid&nonce=n";
    let request = Request::get(format!("https://idp.test/authorize?{query}")).body(Body::empty()).unwrap();
    let answer = router.oneshot(request).await.unwrap();
    let location = answer.headers()["location"].to_str().unwrap().to_owned();
    let token = location.split("id_token=").nth(1).unwrap().split('&').next().unwrap();
    let decoded = jws::decode(token).unwrap();
    assert_eq!(decoded.header["jku"], "https://trap.test/jwks.json");

    let request = Request::get("https://trap.test/jwks.json").body(Body::empty()).unwrap();
    let answer = idp.trap_router().oneshot(request).await.unwrap();
    let body = axum::body::to_bytes(answer.into_body(), usize::MAX).await.unwrap();
    let keys: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(decoded.verify_with_jwk(&keys["keys"][0]), Ok(()));
    assert_eq!(idp.trapped()[0].url, "https://trap.test/jwks.json");
}

#[tokio::test]
async fn the_trap_speaks_tls_where_the_provider_does() {
    let tls = mock_idp::Tls::self_signed();
    let idp = MockIdp::builder().tls(tls).trap(ANY_PORT).start().await.unwrap();
    let ca = reqwest::Certificate::from_pem(idp.ca_certificate().unwrap().as_bytes()).unwrap();
    let client = Client::builder().tls_certs_only([ca]).build().unwrap();
    let trap = idp.trap_url().unwrap();
    assert!(trap.starts_with("https://"), "{trap}");
    assert_eq!(client.get(trap).send().await.unwrap().status(), 404);
    assert_eq!(idp.trapped().len(), 1);
}

//! The provider over TLS: who trusts its CA gets in, and everything it says is https.

#![expect(clippy::unwrap_used, reason = "helpers of tests, which clippy does not recognise as such")]

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};

use mock_idp::config::IdpConfig;
use mock_idp::{MockIdp, Tls, TlsFlaw};
use reqwest::{Certificate, Client, redirect};
use rstest::rstest;
use serde_json::Value;

/// A client that trusts one provider, and nobody else.
fn trusting(idp: &MockIdp) -> Client {
    let ca = Certificate::from_pem(idp.ca_certificate().unwrap().as_bytes()).unwrap();
    let client = Client::builder().tls_certs_only([ca]).redirect(redirect::Policy::none()).no_proxy();
    client.build().unwrap()
}

async fn served() -> MockIdp {
    MockIdp::builder().auto_login("ada").tls(Tls::self_signed()).start().await.unwrap()
}

/// The port of a provider.
fn port(idp: &MockIdp) -> u16 {
    url::Url::parse(idp.url()).unwrap().port().unwrap()
}

#[tokio::test]
async fn every_endpoint_in_discovery_is_https() {
    let idp = served().await;
    let address = format!("{}/acme/.well-known/openid-configuration", idp.url());
    let document: Value = trusting(&idp).get(address).send().await.unwrap().json().await.unwrap();
    assert_eq!(document["issuer"], format!("https://127.0.0.1:{}/acme", port(&idp)));
    let said = document.to_string();
    assert!(!said.contains("http://"), "{said}");
}

#[rstest]
#[case::name("localhost")]
#[case::address("127.0.0.1")]
#[tokio::test]
async fn the_certificate_is_for_every_name_of_this_machine(#[case] host: &str) {
    let idp = served().await;
    let answer = trusting(&idp).get(format!("https://{host}:{}/health", port(&idp))).send().await.unwrap();
    assert_eq!(answer.status(), 200);
}

#[tokio::test]
async fn the_certificate_is_for_the_names_that_were_asked_for_and_for_the_issuers() {
    let tls = Tls::self_signed().name("idp").name("*.acme.test");
    let config = IdpConfig { issuer: Some("https://login.example/acme".to_owned()), ..IdpConfig::default() };
    let idp = MockIdp::builder().config(config).tls(tls).start().await.unwrap();
    let address = SocketAddr::from(([127, 0, 0, 1], port(&idp)));
    for host in ["idp", "eu.acme.test", "login.example"] {
        let ca = Certificate::from_pem(idp.ca_certificate().unwrap().as_bytes()).unwrap();
        let client =
            Client::builder().tls_certs_only([ca]).no_proxy().resolve(host, address).build().unwrap();
        let answer = client.get(format!("https://{host}:{}/health", address.port())).send().await;
        assert_eq!(answer.unwrap().status(), 200, "{host}");
    }
}

#[tokio::test]
async fn who_does_not_trust_the_ca_does_not_get_in() {
    let idp = served().await;
    let refused = Client::builder().no_proxy().build().unwrap().get(idp.url()).send().await.unwrap_err();
    assert!(refused.is_connect(), "{refused:?}");
}

#[tokio::test]
async fn two_providers_have_two_cas() {
    let (one, other) = (served().await, served().await);
    let refused = trusting(&one).get(other.url()).send().await.unwrap_err();
    assert!(refused.is_connect(), "{refused:?}");
}

#[tokio::test]
async fn the_session_cookie_stays_on_tls() {
    let idp = served().await;
    let request = "client_id=app&redirect_uri=http://localhost/cb&response_type=code&scope=openid&state=s";
    let answer = trusting(&idp).get(format!("{}/authorize?{request}", idp.url())).send().await.unwrap();
    let cookie = answer.headers()["set-cookie"].to_str().unwrap();
    assert!(cookie.ends_with("; HttpOnly; SameSite=None; Secure"), "{cookie}");
}

#[tokio::test]
async fn plain_http_is_told_to_use_tls() {
    let idp = served().await;
    let port = port(&idp);
    let told = tokio::task::spawn_blocking(move || {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
        stream.write_all(b"GET /health HTTP/1.1\r\nHost: idp\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    });
    let told = told.await.unwrap();
    assert!(told.starts_with("HTTP/1.1 400 Bad Request\r\n"), "{told}");
    let (head, body) = told.split_once("\r\n\r\n").unwrap();
    assert_eq!(body, "this port speaks TLS: write https, not http.\r\n");
    assert!(head.contains(&format!("Content-Length: {}", body.len())), "{head}");
}

#[tokio::test]
async fn a_connection_that_says_nothing_keeps_nobody_waiting() {
    let idp = served().await;
    let silent: Vec<_> = (0..20).map(|_| TcpStream::connect(("127.0.0.1", port(&idp))).unwrap()).collect();
    let answer = trusting(&idp).get(format!("{}/health", idp.url())).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    drop(silent);
}

#[tokio::test]
async fn a_certificate_that_is_given_is_served() {
    let key = rcgen::KeyPair::generate().unwrap();
    let params = rcgen::CertificateParams::new(["localhost".to_owned()]).unwrap();
    let certificate = params.self_signed(&key).unwrap();
    let tls = Tls::from_pem(certificate.pem().as_bytes(), key.serialize_pem().as_bytes()).unwrap();
    let idp = MockIdp::builder().tls(tls).start().await.unwrap();
    assert_eq!(idp.ca_certificate(), None);

    let trusted = Certificate::from_pem(certificate.pem().as_bytes()).unwrap();
    let client = Client::builder().tls_certs_only([trusted]).no_proxy().build().unwrap();
    let answer = client.get(format!("https://localhost:{}/health", port(&idp))).send().await.unwrap();
    assert_eq!(answer.status(), 200);
}

#[rstest]
#[case::expired(TlsFlaw::Expired, "Expired")]
#[case::not_yet_valid(TlsFlaw::NotYetValid, "NotValidYet")]
#[case::wrong_name(TlsFlaw::WrongName, "NotValidForName")]
#[case::self_signed(TlsFlaw::SelfSigned, "UnknownIssuer")]
#[case::unknown_authority(TlsFlaw::UnknownAuthority, "UnknownIssuer")]
#[tokio::test]
async fn a_certificate_that_is_wrong_on_purpose_is_refused_for_that_reason(
    #[case] flaw: TlsFlaw,
    #[case] reason: &str,
) {
    let idp = MockIdp::builder().tls(Tls::self_signed().flawed(flaw)).start().await.unwrap();
    let refused = trusting(&idp).get(format!("{}/health", idp.url())).send().await.unwrap_err();
    assert!(format!("{refused:?}").contains(reason), "{refused:?}");
    assert_eq!(flaw.name().parse(), Ok(flaw));
}

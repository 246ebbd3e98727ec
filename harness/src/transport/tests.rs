use std::sync::{Arc, Mutex};

use axum::Router;
use axum::http::HeaderMap;
use axum::routing::get;

use super::{Request, Transport, TransportError};

fn request(url: &str) -> Request {
    http::Request::get(url).body(Vec::new()).unwrap()
}

fn echo_host() -> Router {
    Router::new().route(
        "/where",
        get(|headers: HeaderMap| async move { headers["host"].to_str().unwrap().to_owned() }),
    )
}

#[tokio::test]
async fn a_registered_host_is_answered_by_its_router() {
    let transport = Transport::in_process();
    transport.serve("idp.test", echo_host());
    let response = transport.send(request("https://IDP.test:8443/where?a=b")).await.unwrap();
    assert_eq!(response.body(), b"idp.test:8443");
}

#[tokio::test]
async fn an_unknown_host_never_reaches_the_network() {
    let error = Transport::in_process().send(request("https://example.com/")).await.unwrap_err();
    assert_eq!(error, TransportError::UnknownHost { authority: "example.com".to_owned() });
}

#[tokio::test]
async fn a_url_without_a_host_is_refused() {
    let error = Transport::in_process().send(request("/where")).await.unwrap_err();
    assert_eq!(error, TransportError::NotAbsolute { url: "/where".to_owned() });
}

#[tokio::test]
async fn observers_are_told_who_called_whom() {
    let transport = Transport::in_process();
    transport.serve("idp.test", echo_host());
    let seen = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&seen);
    transport.observe(Arc::new(move |exchange| log.lock().unwrap().push(format!("{exchange:?}"))));
    transport.called_by("rp").send(request("https://idp.test/where")).await.unwrap();
    transport.called_by("browser").send(request("https://other.test/")).await.unwrap_err();
    let expected = ["rp: GET /where -> 200", "browser: GET / -> no server is known under `other.test`"];
    assert_eq!(*seen.lock().unwrap(), expected);
}

#[tokio::test]
async fn tcp_reaches_a_real_socket_and_follows_no_redirect() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = Router::new().route("/", get(|| async { axum::response::Redirect::to("/elsewhere") }));
    let server = tokio::spawn(async move { axum::serve(listener, router).await });
    let response = Transport::tcp().unwrap().send(request(&format!("http://{address}/"))).await.unwrap();
    assert_eq!(
        (response.status().as_u16(), response.headers()["location"].to_str().unwrap()),
        (303, "/elsewhere")
    );
    server.abort();
}

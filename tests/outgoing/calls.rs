//! Whom the provider calls at all, and for how long it waits.

use std::net::Ipv4Addr;

use rstest::rstest;
use serde_json::json;

use super::provider::{Op, key, published};
use super::site::Site;

async fn provider(jwks_uri: &str, outgoing: serde_json::Value) -> Op {
    Op::start(json!({ "clients": { "app": { "jwks_uri": jwks_uri } }, "outgoing": outgoing })).await
}

#[rstest]
#[case::address("127.0.0.1")]
#[case::localhost("localhost")]
#[case::below_localhost("app.localhost")]
#[case::absolute_name("localhost.")]
#[tokio::test]
async fn this_machine_is_called_under_each_of_its_names(#[case] host: &str) {
    let site = Site::open().await;
    let signer = key("a");
    site.publish("/jwks", published(&[&signer]));
    let mut op = provider(&site.url_by(host, "/jwks"), json!({})).await;
    assert_eq!(op.prove("app", &signer).await.0, 200, "{}", op.last_cause());
}

#[rstest]
#[case::name("app.example")]
#[case::address("192.0.2.1")]
#[case::every_address_of_this_machine("0.0.0.0")]
#[case::name_that_only_looks_local("localhost.example")]
#[tokio::test]
async fn others_are_not_called_and_the_journal_says_how_to_allow_it(#[case] host: &str) {
    let site = Site::open().await;
    let mut op = provider(&site.url_by(host, "/jwks"), json!({})).await;
    assert_eq!(op.prove("app", &key("a")).await.0, 401);
    let call = op.calls().pop().unwrap();
    assert_eq!((call.status, call.error.as_ref().unwrap().code), (0, "not_allowed"));
    let allow = format!("`--allow-outgoing {host}:{}`", site.port());
    assert!(op.last_cause().contains(&allow), "{}", op.last_cause());
    assert_eq!(site.visits("/jwks"), 0);
}

/// Which also shows that a name is looked up no sooner than it is allowed: the error is another.
#[tokio::test]
async fn an_allowed_host_is_called() {
    let url = "http://nobody.invalid:3000/jwks";
    let mut op = provider(url, json!({ "allow": ["nobody.invalid:3000"] })).await;
    assert_eq!(op.prove("app", &key("a")).await.0, 401);
    assert_eq!(op.calls().pop().unwrap().error.unwrap().code, "unreachable", "{}", op.last_cause());
}

#[tokio::test]
async fn nobody_is_waited_for_longer_than_configured() {
    let site = Site::open().await;
    let mut op = provider(&site.url("/never"), json!({ "timeout": "50ms" })).await;
    assert_eq!(op.prove("app", &key("a")).await.0, 401);
    assert!(op.last_cause().contains("no whole answer within 50 ms"), "{}", op.last_cause());
}

#[tokio::test]
async fn nobody_there_is_said_as_it_is() {
    let port = {
        let closed = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        closed.local_addr().unwrap().port()
    };
    let mut op = provider(&format!("http://127.0.0.1:{port}/jwks"), json!({})).await;
    assert_eq!(op.prove("app", &key("a")).await.0, 401);
    assert!(op.last_cause().to_lowercase().contains("connection refused"), "{}", op.last_cause());
}

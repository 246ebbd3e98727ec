//! The control listener over a socket: what a test does to a provider that runs.

use std::net::{Ipv4Addr, SocketAddr};

use mock_idp::{MockIdp, StartError};
use reqwest::Client;
use serde_json::{Value, json};

use crate::support::app::claims;

const ANY_PORT: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

async fn kids(jwks: &str) -> Vec<String> {
    let set: Value = reqwest::get(jwks).await.unwrap().json().await.unwrap();
    let keys = set["keys"].as_array().unwrap().iter().filter(|key| key["use"] == "sig");
    keys.map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
}

async fn post(url: &str, body: &Value) -> reqwest::Response {
    Client::new().post(url).json(body).send().await.unwrap()
}

/// A sign-in at the provider; gives the ID token.
async fn id_token(issuer: &str) -> String {
    let client = Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let query = "client_id=app&redirect_uri=http://localhost/cb&response_type=id_token&scope=openid&nonce=n";
    let answer = client.get(format!("{issuer}/authorize?{query}")).send().await.unwrap();
    let location = answer.headers()["location"].to_str().unwrap();
    let fragment = location.split_once('#').unwrap().1;
    let found = url::form_urlencoded::parse(fragment.as_bytes()).find(|(name, _)| name == "id_token");
    found.unwrap().1.into_owned()
}

#[tokio::test]
async fn keys_rotate_on_a_call_and_the_old_one_stays_published() {
    let idp = MockIdp::builder().auto_login("ada").control(ANY_PORT).start().await.unwrap();
    let (issuer, control) = (idp.issuer("acme"), idp.control_url().unwrap().to_owned());
    let jwks = format!("{issuer}/jwks");
    let (before, old) = (kids(&jwks).await, id_token(&issuer).await);

    let rotate = format!("{control}/issuers/acme/keys/rotate");
    let answer = post(&rotate, &json!({ "keep_old": "1h" })).await;
    assert_eq!(answer.status(), 200);
    let told: Value = answer.json().await.unwrap();
    assert_eq!((&told["issuer"], &told["keys"][0]["signs"]), (&json!(issuer), &json!(true)));

    let after = kids(&jwks).await;
    assert_eq!(after.len(), 2);
    assert!(after.contains(&before[0]), "the old key is still there: {after:?}");
    let (new, old) = (id_token(&issuer).await, mock_idp::protocol::keys::jws::decode(&old).unwrap());
    assert_eq!(claims(&new)["iss"], issuer.as_str());
    let new = mock_idp::protocol::keys::jws::decode(&new).unwrap();
    assert_eq!((new.kid(), old.kid()), (Some(after[0].as_str()), Some(before[0].as_str())));

    post(&rotate, &json!({ "keep_old": "0s" })).await;
    let last = kids(&jwks).await;
    assert!(!last.contains(&after[0]) && last.contains(&before[0]), "{last:?}");
}

#[tokio::test]
async fn two_rotations_at_once_are_two_rotations() {
    let idp = MockIdp::builder().control(ANY_PORT).start().await.unwrap();
    let rotate = format!("{}/issuers/keys/rotate", idp.control_url().unwrap());
    let body = json!({});
    let both = tokio::join!(post(&rotate, &body), post(&rotate, &body));
    assert_eq!((both.0.status().as_u16(), both.1.status().as_u16()), (200, 200));
    assert_eq!(kids(&format!("{}/jwks", idp.default_issuer())).await.len(), 3);
}

#[tokio::test]
async fn a_page_elsewhere_drives_nothing() {
    let idp = MockIdp::builder().control(ANY_PORT).start().await.unwrap();
    let rotate = format!("{}/issuers/keys/rotate", idp.control_url().unwrap());
    let before = kids(&format!("{}/jwks", idp.default_issuer())).await;
    for (name, value) in [("host", "evil.example"), ("origin", "http://evil.example")] {
        let request = Client::new().post(&rotate).header(name, value).json(&json!({}));
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), 403, "{name}");
        assert_eq!(answer.headers()["content-type"], "application/problem+json");
    }
    assert_eq!(kids(&format!("{}/jwks", idp.default_issuer())).await, before);
}

#[tokio::test]
async fn it_is_off_unless_asked_for_and_never_open_to_other_machines() {
    let idp = MockIdp::builder().start().await.unwrap();
    assert_eq!(idp.control_url(), None);
    let anywhere = SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0));
    let refused = MockIdp::builder().control(anywhere).start().await;
    assert!(matches!(refused, Err(StartError::Control(address)) if address == anywhere));
}

#[tokio::test]
async fn it_stops_with_the_provider() {
    let idp = MockIdp::builder().control(ANY_PORT).start().await.unwrap();
    let issuers = format!("{}/issuers", idp.control_url().unwrap());
    assert_eq!(reqwest::get(&issuers).await.unwrap().status(), 200);
    idp.stop().await;
    assert!(reqwest::get(&issuers).await.is_err());
}

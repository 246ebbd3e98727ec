//! The control listener over a socket: what a test does to a provider that runs.

use std::net::{Ipv4Addr, SocketAddr};

use mock_idp::{MockIdp, StartError};
use reqwest::Client;
use serde_json::{Value, json};

use crate::support::app::claims;
use crate::support::signed::Signed;

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
async fn a_rotated_key_stays_published_for_as_long_as_was_said() {
    let console = Console::of(json!({ "clock": "2031-03-04T08:00:00Z" })).await;
    let jwks = format!("{}/jwks", console.idp.default_issuer());
    let before = kids(&jwks).await;
    let told = console.post("/issuers/keys/rotate", json!({ "keep_old": "10m" })).await;
    assert_eq!(told["keys"][1]["published_until"], "2031-03-04T08:10:00Z");
    console.post("/clock/advance", json!({ "by": "599s" })).await;
    assert_eq!(kids(&jwks).await.last(), before.last());
    console.post("/clock/advance", json!({ "by": "1s" })).await;
    assert_eq!((kids(&jwks).await.len(), kids(&jwks).await.contains(&before[0])), (1, false));
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

/// A control listener, and somebody who speaks to it.
struct Console {
    idp: MockIdp,
    http: Client,
}

impl Console {
    async fn of(config: Value) -> Self {
        let config = serde_json::from_value(config).unwrap();
        let idp = MockIdp::builder().config(config).control(ANY_PORT).trap(ANY_PORT).start().await.unwrap();
        let http = Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        Self { idp, http }
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.idp.control_url().unwrap())
    }

    async fn get(&self, path: &str) -> Value {
        self.http.get(self.url(path)).send().await.unwrap().json().await.unwrap()
    }

    async fn post(&self, path: &str, body: Value) -> Value {
        post(&self.url(path), &body).await.json().await.unwrap()
    }

    async fn delete(&self, path: &str) -> Value {
        self.http.delete(self.url(path)).send().await.unwrap().json().await.unwrap()
    }
}

#[tokio::test]
async fn whoever_waits_for_the_next_request_has_it_as_soon_as_it_comes() {
    let console = Console::of(json!({})).await;
    let jwks = format!("{}/jwks", console.idp.default_issuer());
    reqwest::get(&jwks).await.unwrap();
    let last = console.get("/issuers/journal").await["last"].as_u64().unwrap();
    let discovery = format!("{}/.well-known/openid-configuration", console.idp.default_issuer());
    let path = format!("/issuers/journal/next?after={last}&endpoint=jwks&timeout=60s");
    let (next, ()) = tokio::join!(console.get(&path), async {
        reqwest::get(&discovery).await.unwrap();
        reqwest::get(&jwks).await.unwrap();
    });
    assert_eq!(
        (next["entry"]["endpoint"].as_str(), next["entry"]["sequence"].as_u64()),
        (Some("jwks"), Some(3))
    );
    // what came already is there at once
    let again = console.get(&format!("/issuers/journal/next?after={last}")).await;
    assert_eq!(again["entry"]["endpoint"], "discovery");
}

#[tokio::test]
async fn the_journal_is_read_in_parts_and_by_what_is_in_it() {
    let console = Console::of(json!({ "auto_login": "ada", "faults": ["jwks.keys=empty,nth=2"] })).await;
    let issuer = console.idp.default_issuer();
    for _ in 0..2 {
        reqwest::get(format!("{issuer}/jwks")).await.unwrap();
    }
    id_token(&issuer).await;
    let sequences = |answer: &Value| {
        let entries = answer["entries"].as_array().unwrap().clone();
        entries.iter().map(|entry| entry["sequence"].as_u64().unwrap()).collect::<Vec<_>>()
    };
    for (query, expected) in [
        ("", vec![1, 2, 3]),
        ("?after=1", vec![2, 3]),
        ("?limit=2", vec![1, 2]),
        ("?fault=jwks", vec![2]),
        ("?endpoint=authorization", vec![3]),
        ("?user=ada", vec![3]),
        ("?client=other", vec![]),
    ] {
        let answer = console.get(&format!("/issuers/journal{query}")).await;
        assert_eq!((sequences(&answer), answer["last"].as_u64()), (expected, Some(3)), "{query}");
    }
}

#[tokio::test]
async fn a_fault_that_is_added_fires_at_its_issuer_and_at_no_other() {
    let console = Console::of(json!({ "auto_login": "ada" })).await;
    let made = console.post("/issuers", json!({ "path": "/t-1" })).await;
    console.post("/issuers/t-1/faults", json!({ "fault": "id_token.aud=wrong,times=1" })).await;
    let (honest, faulty) = (console.idp.default_issuer(), made["issuer"].as_str().unwrap().to_owned());
    let mut audiences = Vec::new();
    for issuer in [&honest, &faulty, &faulty] {
        audiences.push(claims(&id_token(issuer).await)["aud"].clone());
    }
    assert_eq!(audiences, ["app", "app1", "app"]);
    assert_eq!(console.get("/issuers/t-1/faults").await["faults"][0]["fired"], 1);
}

#[tokio::test]
async fn claims_and_time_are_what_the_console_says() {
    let console = Console::of(json!({ "auto_login": "ada", "clock": "2031-03-04T08:00:00Z" })).await;
    let issuer = console.idp.default_issuer();
    let before = claims(&id_token(&issuer).await);
    let user = console.url("/issuers/users/ada");
    let change = json!({ "merge": { "roles": ["ops"] } });
    console.http.patch(user).json(&change).send().await.unwrap();
    console.post("/clock/advance", json!({ "by": "1h" })).await;
    let after = claims(&id_token(&issuer).await);
    assert_eq!(after["roles"], json!(["ops"]));
    assert_eq!(after["iat"].as_i64().unwrap() - before["iat"].as_i64().unwrap(), 3_600);
    assert_eq!(console.get("/clock").await, json!({ "time": "2031-03-04T09:00:00Z", "virtual": true }));
}

#[tokio::test]
async fn an_isolated_issuer_has_users_of_its_own() {
    let console = Console::of(json!({ "auto_login": "ada" })).await;
    let idp = json!({ "users": { "zoe": { "sub": "u-26" } }, "auto_login": "zoe" });
    let made = console.post("/issuers", json!({ "idp": idp })).await;
    assert_eq!(claims(&id_token(made["issuer"].as_str().unwrap()).await)["sub"], "u-26");
    assert_ne!(claims(&id_token(&console.idp.default_issuer()).await)["sub"], "u-26");
}

#[tokio::test]
async fn an_isolated_issuer_has_a_claims_provider_of_its_own() {
    let console = Console::of(json!({})).await;
    let bank = json!({ "distributed": { "claims": { "rating": "AA" }, "access_token": { "given": "t-1" } } });
    let idp = json!({ "users": { "zoe": { "claim_sources": { "bank": bank } } } });
    let made = console.post("/issuers", json!({ "idp": idp })).await;
    let own = format!("{}/claims_provider", made["issuer"].as_str().unwrap());
    let fetch = |at: String| console.http.get(at).bearer_auth("t-1").send();

    let answer = fetch(format!("{own}/claims")).await.unwrap();
    assert_eq!(answer.headers()["content-type"], "application/jwt");
    let jwt = Signed::read(&answer.text().await.unwrap());
    assert_eq!((&jwt.claims["iss"], &jwt.claims["rating"]), (&json!(own), &json!("AA")));
    let keys: Value = fetch(format!("{own}/jwks")).await.unwrap().json().await.unwrap();
    assert!(jwt.is_by(&keys));

    let elsewhere = format!("{}/claims_provider/claims", console.idp.default_issuer());
    assert_eq!(fetch(elsewhere).await.unwrap().status(), 404, "nobody there has claims of others");
}

#[tokio::test]
async fn whoever_comes_to_the_trap_is_announced() {
    let console = Console::of(json!({})).await;
    let trap = console.idp.trap_url().unwrap().to_owned();
    let (came, _) =
        tokio::join!(console.get("/trap/next?after=0"), reqwest::get(format!("{trap}/jwks.json?x=1")));
    assert_eq!(came["request"]["url"], format!("{trap}/jwks.json"));
    let all = console.get("/trap").await;
    assert_eq!((all["url"].as_str(), all["requests"].as_array().unwrap().len()), (Some(trap.as_str()), 1));
    assert_eq!(console.get("/issuers/journal").await["entries"][0]["endpoint"], "trap");
}

#[tokio::test]
async fn a_session_is_ended_and_a_logout_token_delivered_from_the_console() {
    let site = crate::outgoing::Site::open().await;
    site.publish("/out", "");
    let console = Console::of(json!({
        "clients": { "app": {
            "public": true, "redirect_uris": ["http://localhost/cb"], "pkce": "optional",
            "backchannel_logout_uri": site.url("/out"), "logout_uri": "http://localhost/frame",
        } },
        "users": { "ada": { "sub": "u-1" } },
        "auto_login": "ada",
    }))
    .await;
    let sid = claims(&id_token(&console.idp.default_issuer()).await)["sid"].clone();
    let sessions = console.get("/issuers/sessions").await;
    assert_eq!(
        (&sessions["sessions"][0]["sid"], &sessions["sessions"][0]["clients"]),
        (&sid, &json!(["app"]))
    );

    let ended = console.delete("/issuers/sessions/ada").await;
    assert_eq!((&ended["ended"], &ended["told"][0]["signed_out"]), (&json!([sid]), &json!(true)));
    assert!(
        ended["frames"][0]["url"].as_str().unwrap().starts_with("http://localhost/frame?iss="),
        "{ended}"
    );
    assert_eq!(console.get("/issuers/sessions").await["sessions"], json!([]));

    let naming = json!({ "client": "app", "sub": "u-1" });
    let told = console.post("/issuers/logout_tokens", naming).await;
    assert_eq!(told["told"][0]["status"], 200);
    console.post("/issuers/logout_tokens", json!({ "client": "app", "token": "a.b.c" })).await;
    let bodies: Vec<_> = site.visited("/out").into_iter().map(|visit| visit.body).collect();
    let token = mock_idp::protocol::keys::jws::decode(bodies[1].trim_start_matches("logout_token=")).unwrap();
    assert_eq!((&token.claims["sub"], token.claims.get("sid")), (&json!("u-1"), None));
    let keys = console.idp.default_provider().published_keys();
    assert_eq!(token.verify_with_jwk(&keys["keys"][0]), Ok(()));
    assert_eq!(bodies[2], "logout_token=a.b.c");
}

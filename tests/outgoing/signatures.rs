//! Every algorithm in every document: what the provider signs is verified, and what it verifies is signed, by other
//! libraries than its own.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    reason = "helpers of tests, which clippy does not recognise as such"
)]

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use openidconnect::PrivateSigningKey as _;
use openidconnect::core::{
    CoreEdDsaPrivateSigningKey, CoreHmacKey, CoreJwsSigningAlgorithm, CoreRsaPrivateSigningKey,
};
use p256::ecdsa::signature::Signer as _;
use p256::pkcs8::DecodePrivateKey as _;
use reqwest::header::{CONTENT_TYPE, LOCATION};
use rsa::pkcs1::{EncodeRsaPrivateKey as _, LineEnding};
use rstest::rstest;
use serde_json::{Value, json};
use url::form_urlencoded;

use super::provider::Op;
use super::site::Site;
use crate::support::signed::Signed;

const CALLBACK: &str = "https://app.example/cb";
/// As long as the longest hash, as HS512 wants it (RFC7518-3.2).
const SECRET: &str = "a secret of the client that is long enough to be the key even of HS512";

/// The client's private keys; the provider has the first ones.
const RSA: &str = include_str!("../../fixtures/keys/rsa-2.pem");
const P256: &str = include_str!("../../fixtures/keys/p256-2.pem");
const P384: &str = include_str!("../../fixtures/keys/p384-2.pem");
const ED25519: &str = include_str!("../../fixtures/keys/ed25519-2.pem");

fn der(pem: &str) -> Vec<u8> {
    let body: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
    STANDARD.decode(body).unwrap()
}

/// Signs as the client, with `RustCrypto`.
fn signature(alg: &str, message: &[u8]) -> Vec<u8> {
    let library_alg = || serde_json::from_value::<CoreJwsSigningAlgorithm>(json!(alg)).unwrap();
    match alg {
        "none" => Vec::new(),
        "ES256" => {
            let key = p256::ecdsa::SigningKey::from_pkcs8_der(&der(P256)).unwrap();
            let signature: p256::ecdsa::Signature = key.sign(message);
            signature.to_bytes().to_vec()
        }
        "ES384" => {
            let key = p384::ecdsa::SigningKey::from_pkcs8_der(&der(P384)).unwrap();
            let signature: p384::ecdsa::Signature = key.sign(message);
            signature.to_bytes().to_vec()
        }
        "EdDSA" => {
            let key = CoreEdDsaPrivateSigningKey::from_ed25519_pem(ED25519, None).unwrap();
            key.sign(&library_alg(), message).unwrap()
        }
        _ if alg.starts_with("HS") => CoreHmacKey::new(SECRET).sign(&library_alg(), message).unwrap(),
        _ => {
            let key = rsa::pkcs8::DecodePrivateKey::from_pkcs8_pem(RSA).unwrap();
            let pem = rsa::RsaPrivateKey::to_pkcs1_pem(&key, LineEnding::LF).unwrap();
            let key = CoreRsaPrivateSigningKey::from_pem(&pem, None).unwrap();
            key.sign(&library_alg(), message).unwrap()
        }
    }
}

/// A request object of the client.
fn request_object(alg: &str) -> String {
    let claims = json!({ "client_id": "app", "state": format!("inside, {alg}") });
    let [header, claims] =
        [&json!({ "alg": alg }), &claims].map(|part| URL_SAFE_NO_PAD.encode(part.to_string()));
    let message = format!("{header}.{claims}");
    let signature = URL_SAFE_NO_PAD.encode(signature(alg, message.as_bytes()));
    format!("{message}.{signature}")
}

/// The public halves of the client's keys.
fn client_keys() -> Value {
    let public = |name: &str, material: mock_idp::protocol::keys::KeyMaterial| {
        let mut key = material.public_members();
        key.insert("kid".to_owned(), name.into());
        Value::Object(key)
    };
    let read = |name: &str, pem: &str| {
        let alg = name.parse().unwrap();
        public(name, mock_idp::protocol::keys::KeyMaterial::from_pem(alg, pem).unwrap())
    };
    json!({ "keys": [read("RS256", RSA), read("ES256", P256), read("ES384", P384), read("EdDSA", ED25519)] })
}

/// A provider whose client wants everything signed with one algorithm.
async fn provider(site: &Site, alg: &str) -> Op {
    let mut client = json!({
        "secret": SECRET,
        "redirect_uris": [CALLBACK],
        "jwks": client_keys(),
        "backchannel_logout_uri": site.url("/out"),
        "id_token_alg": alg,
        "userinfo_alg": alg,
        "request_object_alg": alg,
    });
    if alg == "none" {
        // "unless the Response Type used returns no ID Token from the Authorization Endpoint" (OIDCR-2)
        client["flows"] = json!(["code"]);
    } else if !alg.starts_with("HS") {
        client["access_token_alg"] = json!(alg);
    }
    let users = json!({ "ada": { "sub": "u-1" } });
    Op::start(json!({ "clients": { "app": client }, "users": users, "login_hint": "sign_in" })).await
}

/// Everything that the client is sent from sign-in to logout.
struct Documents {
    request_state: String,
    /// From the authorization endpoint, where that gives one.
    front_id_token: Option<Signed>,
    id_token: Signed,
    access_token: Signed,
    access_token_text: String,
    userinfo: Signed,
    logout_token: Signed,
}

async fn sign_in_and_out(op: &Op, site: &Site, alg: &str) -> Documents {
    let response_type = if alg == "none" { "code" } else { "code id_token" };
    let object = request_object(alg);
    let request = op.get(
        "/authorize",
        &[
            ("client_id", "app"),
            ("redirect_uri", CALLBACK),
            ("response_type", response_type),
            ("response_mode", "fragment"),
            ("scope", "openid"),
            ("nonce", "n-1"),
            ("state", "beside"),
            ("login_hint", "ada"),
            ("request", &object),
        ],
    );
    let answer = request.send().await.unwrap();
    let location = answer.headers()[LOCATION].to_str().unwrap();
    let (_, fragment) = location.split_once('#').unwrap();
    let front: BTreeMap<_, _> = form_urlencoded::parse(fragment.as_bytes()).into_owned().collect();

    let fields = [("grant_type", "authorization_code"), ("code", &front["code"]), ("redirect_uri", CALLBACK)];
    let answer = op.http.post(op.url("/token")).basic_auth("app", Some(SECRET)).form(&fields);
    let tokens: Value = answer.send().await.unwrap().json().await.unwrap();
    let text = |name: &str| tokens[name].as_str().unwrap_or_else(|| panic!("{name} in {tokens}")).to_owned();

    let userinfo = op.http.get(op.url("/userinfo")).bearer_auth(text("access_token")).send().await.unwrap();
    assert_eq!(userinfo.headers()[CONTENT_TYPE], "application/jwt");
    let userinfo = Signed::read(&userinfo.text().await.unwrap());

    assert_eq!(op.idp.end_session("", "ada").await.len(), 1);
    let posted = site.visited("/out").pop().unwrap().body;
    let posted: BTreeMap<_, _> = form_urlencoded::parse(posted.as_bytes()).into_owned().collect();

    Documents {
        request_state: front["state"].clone(),
        front_id_token: front.get("id_token").map(|token| Signed::read(token)),
        id_token: Signed::read(&text("id_token")),
        access_token: Signed::read(&text("access_token")),
        access_token_text: text("access_token"),
        userinfo,
        logout_token: Signed::read(&posted["logout_token"]),
    }
}

#[rstest]
#[tokio::test]
async fn every_document_is_signed_with_the_algorithm_that_the_client_is_registered_for(
    #[values(
        "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA", "HS256", "HS384",
        "HS512", "none"
    )]
    alg: &str,
) {
    let site = Site::open().await;
    site.publish("/out", "");
    let op = provider(&site, alg).await;
    let told = sign_in_and_out(&op, &site, alg).await;
    let jwks: Value = op.get("/jwks", &[]).send().await.unwrap().json().await.unwrap();
    assert_eq!(told.request_state, format!("inside, {alg}"), "the request object was taken");

    let by_secret = alg.starts_with("HS");
    let holds = |document: &Signed| {
        if by_secret { document.is_by_secret(SECRET) } else { document.is_by(&jwks) }
    };
    let id_tokens: Vec<&Signed> = told.front_id_token.iter().chain([&told.id_token]).collect();
    assert_eq!(id_tokens.len(), if alg == "none" { 1 } else { 2 });
    for document in id_tokens.into_iter().chain([&told.userinfo]) {
        assert_eq!(document.header["alg"], alg);
        assert!(if alg == "none" { document.is_unsigned() } else { holds(document) });
    }
    // "A Logout Token MUST be signed" (OIDCBC-2.4)
    assert_eq!(told.logout_token.header["alg"], if alg == "none" { "RS256" } else { alg });
    assert!(holds(&told.logout_token));
    // it is for others than the client, who do not have its secret
    let usual = alg == "none" || by_secret;
    assert_eq!(told.access_token.header["alg"], if usual { "RS256" } else { alg });
    assert!(told.access_token.is_by(&jwks));

    if alg != "none" {
        let hash = told.id_token.half_hash(&told.access_token_text);
        assert_eq!(told.id_token.claims["at_hash"], hash, "the hash is of the signature's algorithm");
    }
}

#[rstest]
#[tokio::test]
async fn a_request_object_with_another_signature_is_refused(
    #[values(
        "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA", "HS256", "HS384",
        "HS512"
    )]
    alg: &str,
) {
    let op = provider(&Site::open().await, alg).await;
    let good = request_object(alg);
    let (message, signature) = good.rsplit_once('.').unwrap();
    let mut bytes = URL_SAFE_NO_PAD.decode(signature).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    let forged = format!("{message}.{}", URL_SAFE_NO_PAD.encode(bytes));
    let request = op.get(
        "/authorize",
        &[
            ("client_id", "app"),
            ("redirect_uri", CALLBACK),
            ("response_type", "code"),
            ("scope", "openid"),
            ("login_hint", "ada"),
            ("request", &forged),
        ],
    );
    let answer = request.send().await.unwrap();
    let location = answer.headers()[LOCATION].to_str().unwrap();
    assert!(location.contains("error=invalid_request_object"), "{location}");
    assert!(op.last_cause().contains("the signature does not match"), "{}", op.last_cause());
}

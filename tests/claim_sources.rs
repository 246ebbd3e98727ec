//! Aggregated and distributed claims (OIDCC-5.6), over HTTP.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "helpers of tests, which clippy does not recognise as such"
)]

use harness::transport::Response;
use rstest::{Context, rstest};
use serde_json::{Map, Value, json};

use crate::support::app::{App, ISSUER, REDIRECT_URI, read};
use crate::support::signed::Signed;

/// A provider whose user ada has claims of her own and these sources, with more settings on top.
fn app(sources: &Value, more: &Value) -> App {
    let mut config = json!({
        "users": { "ada": { "sub": "u-1", "claims": { "name": "Ada Fix" }, "claim_sources": sources } },
    });
    for (name, value) in more.as_object().unwrap() {
        config[name] = value.clone();
    }
    App::of(&config)
}

fn bank(more: &Value) -> Value {
    let mut source = json!({ "claims": { "credit_rating": "AA", "address": { "country": "NO" } } });
    for (name, value) in more.as_object().unwrap() {
        source[name] = value.clone();
    }
    source
}

/// What becomes of a sign-in of ada: the ID token's claims and the UserInfo response, and the token that opened it.
struct SignedIn {
    id_token: Map<String, Value>,
    userinfo: Map<String, Value>,
    access_token: String,
}

async fn sign_in(app: &mut App, more: &[(&str, &str)]) -> SignedIn {
    let answer = app.sign_in("ada", more).await;
    let tokens = app.redeem(&answer).await;
    let access_token = tokens["access_token"].as_str().unwrap().to_owned();
    SignedIn {
        id_token: Signed::read(tokens["id_token"].as_str().unwrap()).claims,
        userinfo: app.userinfo(&access_token).await,
        access_token,
    }
}

async fn send(app: &App, method: &str, url: &str, authorization: Option<&str>) -> Response {
    let mut request = http::Request::builder().method(method).uri(url);
    if let Some(authorization) = authorization {
        request = request.header("authorization", authorization);
    }
    app.transport.send(request.body(Vec::new()).unwrap()).await.unwrap()
}

/// The JWT that a document's reference leads to.
async fn fetched(app: &App, source: &Value) -> String {
    let bearer = format!("Bearer {}", source["access_token"].as_str().unwrap());
    let answer = send(app, "GET", source["endpoint"].as_str().unwrap(), Some(&bearer)).await;
    assert_eq!(
        (answer.status().as_u16(), &answer.headers()["content-type"]),
        (200, &"application/jwt".parse().unwrap())
    );
    String::from_utf8(answer.body().clone()).unwrap()
}

/// The keys of whoever made a JWT, found from its `iss` as a client finds them.
async fn keys_of_its_issuer(app: &App, jwt: &Signed) -> Value {
    let issuer = jwt.claims["iss"].as_str().unwrap();
    let metadata = read(&send(app, "GET", &format!("{issuer}/.well-known/openid-configuration"), None).await);
    assert_eq!(metadata["issuer"], issuer, "OIDCD-4.3");
    read(&send(app, "GET", metadata["jwks_uri"].as_str().unwrap(), None).await).into()
}

/// What an answer looks like on the wire, with JWTs taken apart.
fn shown(answer: &Response) -> String {
    let mut headers: Vec<_> =
        answer.headers().iter().map(|(name, value)| format!("{name}: {}", value.to_str().unwrap())).collect();
    headers.sort();
    let body = String::from_utf8(answer.body().clone()).unwrap();
    let body = if body.starts_with("eyJ") {
        let jwt = Signed::read(&body);
        serde_json::to_string_pretty(&json!({ "header": jwt.header, "claims": jwt.claims })).unwrap()
    } else {
        body
    };
    format!("HTTP {}\n{}\n\n{body}", answer.status().as_u16(), headers.join("\n"))
}

#[tokio::test]
async fn aggregated_claims_come_as_a_jwt_of_a_claims_provider() {
    let mut app = app(&json!({ "bank": { "aggregated": bank(&json!({})) } }), &json!({}));
    let SignedIn { id_token, userinfo, .. } = sign_in(&mut app, &[]).await;
    for document in [id_token, userinfo] {
        assert_eq!(document["name"], "Ada Fix");
        assert!(!document.contains_key("credit_rating"), "it is another's claim");
        assert_eq!(document["_claim_names"], json!({ "credit_rating": "bank", "address": "bank" }));
        let jwt = Signed::read(document["_claim_sources"]["bank"]["JWT"].as_str().unwrap());
        let expected = json!({
            "iss": format!("{ISSUER}/claims_provider"),
            "iat": jwt.claims["iat"],
            "credit_rating": "AA",
            "address": { "country": "NO" },
        });
        assert_eq!(Value::from(jwt.claims.clone()), expected);
        assert!(jwt.is_by(&keys_of_its_issuer(&app, &jwt).await));
    }
}

#[tokio::test]
async fn distributed_claims_are_fetched_with_the_token_beside_them() {
    let mut app = app(&json!({ "bank": { "distributed": bank(&json!({})) } }), &json!({}));
    let SignedIn { id_token, userinfo, .. } = sign_in(&mut app, &[]).await;
    for document in [id_token, userinfo] {
        assert_eq!(document["_claim_names"], json!({ "credit_rating": "bank", "address": "bank" }));
        let source = &document["_claim_sources"]["bank"];
        assert_eq!(source["endpoint"], format!("{ISSUER}/claims_provider/claims"));
        let jwt = Signed::read(&fetched(&app, source).await);
        assert_eq!(
            (&jwt.claims["credit_rating"], &jwt.claims["address"]),
            (&json!("AA"), &json!({ "country": "NO" }))
        );
        assert!(!jwt.claims.contains_key("sub"), "a `sub` would be one at the claims provider");
        assert!(jwt.is_by(&keys_of_its_issuer(&app, &jwt).await));
    }
}

#[rstest]
#[case::aggregated("aggregated", "JWT")]
#[case::distributed("distributed", "access_token")]
#[tokio::test]
async fn the_journal_does_not_tell_what_opens_a_source(#[case] kind: &str, #[case] member: &str) {
    let mut app = app(&json!({ "bank": { kind: bank(&json!({})) } }), &json!({}));
    let SignedIn { id_token, .. } = sign_in(&mut app, &[]).await;
    let opens = id_token["_claim_sources"]["bank"][member].as_str().unwrap();
    let told = serde_json::to_string(&app.idp.default_provider().journal()).unwrap();
    assert!(told.contains(&format!(r#""{member}":"(hidden)""#)), "{told}");
    assert!(!told.contains(opens), "{told}");
}

#[rstest]
#[tokio::test]
async fn a_source_is_signed_as_it_says(
    #[values("aggregated", "distributed")] kind: &str,
    #[values("RS256", "RS512", "PS256", "ES256", "ES384", "EdDSA", "none")] alg: &str,
) {
    let mut app = app(&json!({ "bank": { kind: bank(&json!({ "alg": alg })) } }), &json!({}));
    let SignedIn { userinfo, .. } = sign_in(&mut app, &[]).await;
    let source = &userinfo["_claim_sources"]["bank"];
    let jwt = match source["JWT"].as_str() {
        Some(jwt) => Signed::read(jwt),
        None => Signed::read(&fetched(&app, source).await),
    };
    assert_eq!(jwt.header["alg"], alg);
    let keys = keys_of_its_issuer(&app, &jwt).await;
    if alg == "none" {
        assert!(jwt.is_unsigned());
        assert_eq!(keys, json!({ "keys": [] }), "nothing is published that signs nothing");
    } else {
        assert!(jwt.is_by(&keys));
    }
}

#[tokio::test]
async fn the_claims_provider_has_no_key_of_the_provider() {
    let app = app(&json!({ "bank": { "aggregated": bank(&json!({})) } }), &json!({}));
    let (own, others) = (app.get("/jwks").await, app.get("/claims_provider/jwks").await);
    let moduli = |answer: &Response| {
        let keys = read(answer)["keys"].as_array().unwrap().clone();
        keys.iter().map(|key| (key["kid"].clone(), key["n"].clone())).collect::<Vec<_>>()
    };
    assert_eq!(moduli(&others).len(), 1);
    for (kid, n) in moduli(&others) {
        assert!(moduli(&own).iter().all(|own| own.0 != kid && own.1 != n), "{kid} is published by both");
    }
}

/// What opens the claims endpoint, or not.
#[rstest]
#[case::no_token("GET", None, 0, (401, ""))]
#[case::another_scheme("GET", Some("Basic YTpi"), 0, (401, ""))]
#[case::of_nobody("GET", Some("Bearer x"), 0, (401, "invalid_token"))]
#[case::the_access_token_for_userinfo("GET", Some("Bearer {userinfo}"), 0, (401, "invalid_token"))]
#[case::in_the_query("QUERY", None, 0, (401, ""))]
#[case::in_time("GET", Some("Bearer {source}"), 3_599, (200, ""))]
#[case::the_body("BODY", None, 0, (200, ""))]
#[case::past_its_time("GET", Some("Bearer {source}"), 3_600, (401, "invalid_token"))]
#[case::another_method("DELETE", Some("Bearer {source}"), 0, (405, ""))]
#[tokio::test]
async fn the_claims_endpoint_answers(
    #[context] ctx: Context,
    #[case] method: &str,
    #[case] authorization: Option<&str>,
    #[case] later: i64,
    #[case] (status, code): (u16, &str),
) {
    let mut app = app(
        &json!({ "bank": { "distributed": bank(&json!({})) } }),
        &json!({ "lifetimes": { "access_token": "1h" } }),
    );
    let SignedIn { userinfo, access_token, .. } = sign_in(&mut app, &[]).await;
    let source = userinfo["_claim_sources"]["bank"]["access_token"].as_str().unwrap();
    app.clock.advance(later);
    let authorization =
        authorization.map(|text| text.replace("{source}", source).replace("{userinfo}", &access_token));
    let endpoint = format!("{ISSUER}/claims_provider/claims");
    let answer = match method {
        "QUERY" => send(&app, "GET", &format!("{endpoint}?access_token={source}"), None).await,
        "BODY" => {
            let request = http::Request::post(&endpoint)
                .header("content-type", "application/x-www-form-urlencoded")
                .body(format!("access_token={source}").into_bytes());
            app.transport.send(request.unwrap()).await.unwrap()
        }
        method => send(&app, method, &endpoint, authorization.as_deref()).await,
    };
    assert_eq!(answer.status().as_u16(), status);
    let challenge = answer.headers().get("www-authenticate").map_or("", |value| value.to_str().unwrap());
    assert_eq!(challenge.split("error=\"").nth(1).map_or("", |rest| rest.split('"').next().unwrap()), code);
    insta::with_settings!({ snapshot_suffix => ctx.description.unwrap(), omit_expression => true }, {
        insta::assert_snapshot!(shown(&answer));
    });
}

#[tokio::test]
async fn a_token_falls_with_the_grant() {
    let mut app = app(
        &json!({ "bank": { "distributed": bank(&json!({})) } }),
        &json!({ "clients": { "app": { "secret": "s3cret", "redirect_uris": [REDIRECT_URI], "refresh_tokens": "always" } } }),
    );
    let answer = app.sign_in("ada", &[]).await;
    let tokens = app.redeem(&answer).await;
    let userinfo = app.userinfo(tokens["access_token"].as_str().unwrap()).await;
    let source = &userinfo["_claim_sources"]["bank"];
    assert!(fetched(&app, source).await.contains('.'));

    let refresh_token = tokens["refresh_token"].as_str().unwrap();
    app.post("/revoke", "Basic YXBwOnMzY3JldA==", &format!("token={refresh_token}")).await;
    let bearer = format!("Bearer {}", source["access_token"].as_str().unwrap());
    let answer = send(&app, "GET", source["endpoint"].as_str().unwrap(), Some(&bearer)).await;
    assert_eq!(answer.status().as_u16(), 401);
}

#[tokio::test]
async fn asking_userinfo_again_brings_the_same_token() {
    let mut app = app(&json!({ "bank": { "distributed": bank(&json!({})) } }), &json!({}));
    let SignedIn { userinfo, access_token, .. } = sign_in(&mut app, &[]).await;
    let again = app.userinfo(&access_token).await;
    assert_eq!(again, userinfo);
    let other = sign_in(&mut app, &[]).await.userinfo;
    assert_ne!(other["_claim_sources"], userinfo["_claim_sources"], "another sign-in has another");
}

/// What is asked for, and to which claims UserInfo and the ID token then refer.
#[rstest]
#[case::nothing(&[], json!({ "credit_rating": "bank" }), Value::Null)]
#[case::a_scope(&[("scope", "openid address")], json!({ "credit_rating": "bank", "address": "bank" }), Value::Null)]
#[case::by_name(
    &[("claims", r#"{"userinfo":{"address":null},"id_token":{"credit_rating":{"essential":true}}}"#)],
    json!({ "credit_rating": "bank", "address": "bank" }),
    json!({ "credit_rating": "bank" })
)]
#[tokio::test]
async fn scopes_and_requests_release_the_claims_of_others_too(
    #[values("aggregated", "distributed")] kind: &str,
    #[case] asked: &[(&str, &str)],
    #[case] in_userinfo: Value,
    #[case] in_id_token: Value,
) {
    let mut app = app(&json!({ "bank": { kind: bank(&json!({})) } }), &json!({ "persona": "strict" }));
    let SignedIn { id_token, userinfo, .. } = sign_in(&mut app, asked).await;
    assert_eq!(userinfo["_claim_names"], in_userinfo);
    assert_eq!(id_token.get("_claim_names").cloned().unwrap_or_default(), in_id_token);

    let source = &userinfo["_claim_sources"]["bank"];
    let jwt = match source["JWT"].as_str() {
        Some(jwt) => jwt.to_owned(),
        None => fetched(&app, source).await,
    };
    let told = Signed::read(&jwt).claims;
    for claim in ["credit_rating", "address"] {
        assert_eq!(told.contains_key(claim), in_userinfo.get(claim).is_some(), "{claim}");
    }
}

#[tokio::test]
async fn a_token_may_be_given_or_left_out_and_the_endpoint_be_elsewhere() {
    let sources = json!({
        "always": { "distributed": { "claims": { "a": 1 }, "access_token": { "given": "t-1" } } },
        "never": { "distributed": { "claims": { "b": 2 }, "access_token": "omitted" } },
        "elsewhere": { "distributed": { "claims": { "c": 3 }, "endpoint": "https://claims.example/c" } },
        "elsewhere_too": {
            "distributed": {
                "claims": { "d": 4 }, "endpoint": "https://claims.example/d", "access_token": { "given": "t-2" },
            },
        },
    });
    let mut app = app(&sources, &json!({}));
    let endpoint = format!("{ISSUER}/claims_provider/claims");
    let before = send(&app, "GET", &endpoint, Some("Bearer t-1")).await;
    assert_eq!(before.status().as_u16(), 200, "a token that is always the same needs no sign-in");

    let SignedIn { userinfo, .. } = sign_in(&mut app, &[]).await;
    let expected = json!({
        "always": { "endpoint": endpoint, "access_token": "t-1" },
        "never": { "endpoint": endpoint },
        "elsewhere": { "endpoint": "https://claims.example/c" },
        "elsewhere_too": { "endpoint": "https://claims.example/d", "access_token": "t-2" },
    });
    assert_eq!(userinfo["_claim_sources"], expected);
    let told = Signed::read(&fetched(&app, &expected["always"]).await).claims;
    assert_eq!((&told["a"], told.get("b")), (&json!(1), None));
    let elsewhere = send(&app, "GET", &endpoint, Some("Bearer t-2")).await;
    assert_eq!(elsewhere.status().as_u16(), 401, "that token is for another endpoint");
}

#[tokio::test]
async fn what_the_provider_says_itself_is_not_said_by_others() {
    let sources =
        json!({ "bank": { "aggregated": { "claims": { "name": "A. Fix", "sub": "b-7", "rating": "A" } } } });
    let mut app = app(&sources, &json!({}));
    let SignedIn { userinfo, .. } = sign_in(&mut app, &[]).await;
    assert_eq!((&userinfo["name"], &userinfo["sub"]), (&json!("Ada Fix"), &json!("u-1")));
    assert_eq!(userinfo["_claim_names"], json!({ "rating": "bank" }));
    let told = Signed::read(userinfo["_claim_sources"]["bank"]["JWT"].as_str().unwrap()).claims;
    assert_eq!((told.get("name"), &told["sub"]), (None, &json!("b-7")), "the subject is the bank's own");
}

#[tokio::test]
async fn the_consent_page_names_the_source_of_a_claim() {
    let mut app = app(
        &json!({ "bank": { "aggregated": { "claims": { "rating": "A" } } } }),
        &json!({ "consent": "always", "login_hint": "sign_in" }),
    );
    let page = app.ask(&[("login_hint", "ada")]).await;
    assert!(page.button("action", "allow").is_some());
    assert!(page.body.contains("&quot;A&quot;, by bank"), "{}", page.body);
}

#[rstest]
#[case::none(json!({}), json!(["normal"]))]
#[case::aggregated(json!({ "bank": { "aggregated": { "claims": { "rating": 1 } } } }), json!(["normal", "aggregated"]))]
#[case::both(
    json!({ "bank": { "aggregated": { "claims": { "rating": 1 } } }, "post": { "distributed": { "claims": { "address": {} } } } }),
    json!(["normal", "aggregated", "distributed"])
)]
#[tokio::test]
async fn discovery_says_which_types_of_claims_there_are(#[case] sources: Value, #[case] expected: Value) {
    let app = app(&sources, &json!({}));
    let metadata = app.metadata().await;
    assert_eq!(metadata["claim_types_supported"], expected);
    let names = metadata["claims_supported"].as_array().unwrap();
    assert_eq!(names.contains(&json!("rating")), sources.get("bank").is_some(), "{names:?}");
}

#[tokio::test]
async fn without_sources_no_document_refers_to_any() {
    let mut app = app(&json!({}), &json!({}));
    let SignedIn { id_token, userinfo, .. } = sign_in(&mut app, &[]).await;
    assert!(id_token.keys().chain(userinfo.keys()).all(|claim| !claim.starts_with('_')));
}

#[tokio::test]
async fn without_sources_the_paths_of_the_claims_provider_are_those_of_any_issuer() {
    let app = app(&json!({}), &json!({ "clients": {} }));
    let metadata = app.get("/claims_provider/.well-known/openid-configuration").await;
    assert_eq!(read(&metadata)["authorization_endpoint"], format!("{ISSUER}/claims_provider/authorize"));
}

#[tokio::test]
async fn the_metadata_and_keys_of_a_claims_provider_are_sent_as() {
    let app = app(&json!({ "bank": { "aggregated": bank(&json!({ "alg": "EdDSA" })) } }), &json!({}));
    for (name, path) in
        [("metadata", "/claims_provider/.well-known/openid-configuration"), ("keys", "/claims_provider/jwks")]
    {
        let answer = app.get(path).await;
        insta::with_settings!({ snapshot_suffix => name, omit_expression => true }, {
            insta::assert_snapshot!(shown(&answer));
        });
    }
}

//! Misbehaving on purpose, as a relying party would see it: over HTTP, in every answer that a fault can reach.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::StatusCode;
use mock_idp::MockIdp;
use mock_idp::fault::Fault;
use rsa::{BigUint, Pkcs1v15Sign, RsaPublicKey};
use rstest::rstest;
use serde_json::{Value, json};

use crate::support::app::{App, answer, claims, read};

/// A login by code with this fault standing: what the token endpoint and UserInfo say.
async fn tokens_with(faults: Value) -> serde_json::Map<String, Value> {
    let mut app = App::of(&json!({ "faults": faults }));
    let answer = app.sign_in("ada", &[]).await;
    app.redeem(&answer).await
}

fn header_of(token: &str) -> Value {
    let header = token.split('.').next().unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).unwrap()).unwrap()
}

#[rstest]
#[case::audience(json!({ "id_token.aud": "wrong" }), "/aud", json!("app1"))]
#[case::audience_gone(json!({ "id_token.aud": "missing" }), "/aud", Value::Null)]
#[case::issuer(json!({ "id_token.iss": "trailing_slash" }), "/iss", json!("https://idp.test/"))]
#[case::nonce(json!({ "id_token.nonce": "wrong" }), "/nonce", json!("n-11"))]
#[case::in_a_list(json!(["id_token.sub=null"]), "/sub", Value::Null)]
#[tokio::test]
async fn a_fault_of_a_claim_is_in_the_id_token(
    #[case] faults: Value,
    #[case] path: &str,
    #[case] found: Value,
) {
    let tokens = tokens_with(faults).await;
    let claims = Value::Object(claims(tokens["id_token"].as_str().unwrap()));
    assert_eq!(claims.pointer(path).cloned().unwrap_or_default(), found);
}

#[tokio::test]
async fn an_unsigned_token_says_so_and_has_no_signature() {
    let tokens = tokens_with(json!({ "id_token.alg": "none" })).await;
    let token = tokens["id_token"].as_str().unwrap();
    assert_eq!(header_of(token)["alg"], "none");
    assert!(token.ends_with('.'), "{token}");
}

#[tokio::test]
async fn a_key_in_the_header_verifies_the_token_that_it_came_with() {
    let tokens = tokens_with(json!({ "id_token.jwk": "attacker" })).await;
    let token = tokens["id_token"].as_str().unwrap();
    let decoded = mock_idp::protocol::keys::jws::decode(token).unwrap();
    assert_eq!(decoded.verify_with_jwk(&header_of(token)["jwk"]), Ok(()));
}

#[rstest]
#[case::state("authorize.state=missing", "state", None)]
#[case::issuer("authorize.iss=attacker", "iss", Some("https://attacker.invalid"))]
#[case::error("authorize.error=login_required", "error", Some("login_required"))]
#[case::no_code_beside_the_error("authorize.error=login_required", "code", None)]
#[tokio::test]
async fn a_fault_of_the_authorization_response_is_in_its_parameters(
    #[case] fault: &str,
    #[case] parameter: &str,
    #[case] found: Option<&str>,
) {
    let mut app = App::of(&json!({ "faults": [fault] }));
    let answer = app.sign_in("ada", &[]).await;
    assert_eq!(answer.get(parameter).map(String::as_str), found);
}

#[tokio::test]
async fn a_response_can_travel_by_another_mode_than_was_asked_for() {
    let mut app = App::of(&json!({ "faults": { "authorize.mode": "fragment" } }));
    let page = app.ask(&[]).await;
    assert!(page.button("user", "ada").is_some());
    let page = app.press("user", "ada").await;
    assert!(page.url.fragment().is_some_and(|fragment| fragment.contains("code=")), "{}", page.url);
}

#[rstest]
#[case::status("token.status=503", StatusCode::SERVICE_UNAVAILABLE, "text/html; charset=utf-8")]
#[case::type_only("token.content_type=text", StatusCode::OK, "text/plain")]
#[case::error("token.error=invalid_grant", StatusCode::BAD_REQUEST, "application/json")]
#[case::redirect("token.redirect=307", StatusCode::TEMPORARY_REDIRECT, "application/json")]
#[tokio::test]
async fn a_fault_of_the_transport_is_on_the_wire(
    #[case] fault: &str,
    #[case] status: StatusCode,
    #[case] content_type: &str,
) {
    let mut app = App::of(&json!({ "faults": [fault] }));
    let answer = app.sign_in("ada", &[]).await;
    let body = format!(
        "grant_type=authorization_code&code={}&redirect_uri=https%3A%2F%2Fapp.example%2Fcb",
        answer["code"]
    );
    let answer = app.post("/token", "Basic YXBwOnMzY3JldA==", &body).await;
    assert_eq!((answer.status(), answer.headers()["content-type"].to_str().unwrap()), (status, content_type));
    if status.is_redirection() {
        assert_eq!(answer.headers()["location"], "https://trap.invalid/token");
    }
}

#[tokio::test]
async fn a_client_that_is_not_recognised_is_told_how_to_prove_itself() {
    let app = App::of(&json!({ "faults": ["token.error=invalid_client"] }));
    let answer = app.post("/token", "Basic YXBwOnMzY3JldA==", "grant_type=client_credentials").await;
    let challenge = answer.headers()["www-authenticate"].to_str().unwrap();
    assert_eq!((answer.status().as_u16(), challenge), (401, "Basic realm=\"mock-idp\""));
    assert_eq!(read(&answer)["error"], "invalid_client");
}

#[tokio::test]
async fn a_body_that_breaks_off_is_an_error_for_whoever_reads_it() {
    let idp =
        MockIdp::builder().fault("discovery.body=truncated,times=1".parse().unwrap()).start().await.unwrap();
    let address = format!("{}/.well-known/openid-configuration", idp.default_issuer());
    let broken = reqwest::get(&address).await.unwrap().bytes().await;
    assert!(broken.is_err(), "{broken:?}");
    // the fault was for once
    let whole: Value = reqwest::get(&address).await.unwrap().json().await.unwrap();
    assert_eq!(whole["issuer"], idp.default_issuer());
}

#[tokio::test]
async fn a_connection_that_is_cut_is_not_an_answer() {
    let idp = MockIdp::builder().fault("jwks.connection=reset".parse().unwrap()).start().await.unwrap();
    let answer = reqwest::get(format!("{}/jwks", idp.default_issuer())).await;
    assert!(answer.is_err(), "{answer:?}");
}

#[rstest]
#[case::a_byte_at_a_time("jwks.delay=drip", 1)]
#[case::more_than_anybody_wants("jwks.body=endless", 1_000_000)]
#[case::the_head_alone("jwks.delay=silence", 0)]
#[tokio::test]
async fn a_body_without_an_end_in_sight_comes_after_an_honest_head(#[case] fault: &str, #[case] read: usize) {
    let idp = MockIdp::builder().fault(fault.parse().unwrap()).start().await.unwrap();
    let mut answer = reqwest::get(format!("{}/jwks", idp.default_issuer())).await.unwrap();
    assert_eq!((answer.status(), answer.content_length()), (StatusCode::OK, None));
    let mut seen = Vec::new();
    while seen.len() < read {
        seen.extend(answer.chunk().await.unwrap().unwrap());
    }
    assert!(seen.len() <= 1 || seen.ends_with(b"        "), "{fault}");
}

#[rstest]
#[case::metadata("discovery.issuer=wrong", "/.well-known/openid-configuration", "/issuer", json!("https://idp.testINVALID"))]
#[case::keys("jwks.keys=empty", "/jwks", "/keys", json!([]))]
#[tokio::test]
async fn a_fault_of_a_public_document_is_in_it(
    #[case] fault: &str,
    #[case] path: &str,
    #[case] pointer: &str,
    #[case] found: Value,
) {
    let app = App::of(&json!({ "faults": [fault] }));
    let document = Value::Object(read(&app.get(path).await));
    assert_eq!(document.pointer(pointer), Some(&found));
}

/// The keys of one kind that are published.
async fn published(app: &App, kind: &str) -> Vec<Value> {
    let set = read(&app.get("/jwks").await);
    let keys: Vec<Value> = set["keys"].as_array().unwrap().clone();
    keys.into_iter().filter(|key| key["kty"] == kind && key["use"] == "sig").collect()
}

fn decoded(member: &Value) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(member.as_str().unwrap()).unwrap()
}

#[rstest]
#[case::honest(json!([]), true)]
#[case::off_the_curve(json!(["jwks.keys=off_curve"]), false)]
#[tokio::test]
async fn only_the_curve_tells_a_point_off_it_from_a_good_one(#[case] faults: Value, #[case] is_on: bool) {
    let app = App::of(&json!({ "signing": [{ "alg": "RS256" }, { "alg": "ES256" }], "faults": faults }));
    let keys = published(&app, "EC").await;
    assert_eq!(keys.len(), 1);
    let (x, y) = (decoded(&keys[0]["x"]), decoded(&keys[0]["y"]));
    assert_eq!((x.len(), y.len()), (32, 32));
    let point = [vec![4], x, y].concat();
    assert_eq!(p256::PublicKey::from_sec1_bytes(&point).is_ok(), is_on);
}

#[rstest]
#[case::of_zeros("ecdsa_zero", &[0; 64])]
#[case::of_the_order_twice("ecdsa_order", &[P256_ORDER, P256_ORDER].concat())]
#[tokio::test]
async fn a_forged_signature_is_under_the_name_of_a_published_key(
    #[case] forged: &str,
    #[case] signature: &[u8],
) {
    let mut app = App::of(&json!({
        "signing": [{ "alg": "RS256" }, { "alg": "ES256" }],
        "faults": { "id_token.forged": forged },
    }));
    let answer = app.sign_in("ada", &[]).await;
    let tokens = app.redeem(&answer).await;
    let token = tokens["id_token"].as_str().unwrap();
    let header = header_of(token);
    assert_eq!((&header["alg"], &header["kid"]), (&json!("ES256"), &published(&app, "EC").await[0]["kid"]));
    assert_eq!(URL_SAFE_NO_PAD.decode(token.rsplit('.').next().unwrap()).unwrap(), signature);
}

/// The order of P-256 (SP 800-186, 3.2.1.3).
const P256_ORDER: &[u8] = &[
    0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xbc, 0xe6, 0xfa,
    0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
];

#[tokio::test]
async fn with_an_exponent_of_1_everybody_can_sign() {
    let mut app = App::of(&json!({
        "signing": [{ "alg": "PS256" }],
        "faults": ["jwks.keys=exponent_1", "id_token.forged=rsa_exponent_1"],
    }));
    let answer = app.sign_in("ada", &[]).await;
    let tokens = app.redeem(&answer).await;
    let (message, signature) = tokens["id_token"].as_str().unwrap().rsplit_once('.').unwrap();
    assert_eq!(header_of(message)["alg"], "RS256");

    let keys = published(&app, "RSA").await;
    let [n, e] = ["n", "e"].map(|member| BigUint::from_bytes_be(&decoded(&keys[0][member])));
    assert_eq!(e, BigUint::from(1_u8));
    // the key is checked by whoever knows better
    assert!(RsaPublicKey::new(n.clone(), e.clone()).is_err());
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, message.as_bytes());
    let padding = Pkcs1v15Sign { hash_len: Some(32), prefix: Box::from(SHA256_PREFIX) };
    let verified = RsaPublicKey::new_unchecked(n, e).verify(
        padding,
        digest.as_ref(),
        &URL_SAFE_NO_PAD.decode(signature).unwrap(),
    );
    assert_eq!(verified, Ok(()));
}

#[rstest]
#[case::of_512_bits("rsa_512", "512", 64)]
#[case::of_1024_bits("rsa_1024", "1024", 128)]
#[tokio::test]
async fn a_short_key_fits_its_signature(#[case] keys: &str, #[case] key: &str, #[case] octets: usize) {
    let mut app =
        App::of(&json!({ "faults": [format!("jwks.keys={keys}"), format!("id_token.short_key={key}")] }));
    let answer = app.sign_in("ada", &[]).await;
    let tokens = app.redeem(&answer).await;
    let (message, signature) = tokens["id_token"].as_str().unwrap().rsplit_once('.').unwrap();
    let published = published(&app, "RSA").await;
    let key = published.iter().find(|key| key["kid"] == header_of(message)["kid"]).unwrap();
    let [n, e] = ["n", "e"].map(|member| BigUint::from_bytes_be(&decoded(&key[member])));
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, message.as_bytes());
    let padding = Pkcs1v15Sign { hash_len: Some(32), prefix: Box::from(SHA256_PREFIX) };
    let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
    assert_eq!((decoded(&key["n"]).len(), signature.len()), (octets, octets));
    assert_eq!(RsaPublicKey::new(n, e).unwrap().verify(padding, digest.as_ref(), &signature), Ok(()));
}

/// What stands before a SHA-256 digest (RFC8017-9.2, note 1).
const SHA256_PREFIX: [u8; 19] = [
    0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00,
    0x04, 0x20,
];

#[tokio::test]
async fn userinfo_speaks_of_somebody_else() {
    let mut app = App::of(&json!({ "faults": { "userinfo.sub": "somebody_else" } }));
    let answer = app.sign_in("ada", &[]).await;
    let tokens = app.redeem(&answer).await;
    let person = app.userinfo(tokens["access_token"].as_str().unwrap()).await;
    assert_eq!(person["sub"], "somebody-else");
    assert_eq!(claims(tokens["id_token"].as_str().unwrap())["sub"], "u-1001");
}

/// UserInfo with this fault standing, for a client with this `userinfo_alg`.
async fn userinfo_with(fault: &str, alg: Option<&str>) -> harness::transport::Response {
    let mut client = json!({ "secret": "s3cret", "redirect_uris": ["https://app.example/cb"] });
    client["userinfo_alg"] = json!(alg);
    let mut app = App::of(&json!({ "clients": { "app": client }, "faults": [fault] }));
    let answer = app.sign_in("ada", &[]).await;
    let tokens = app.redeem(&answer).await;
    app.post("/userinfo", &format!("Bearer {}", tokens["access_token"].as_str().unwrap()), "").await
}

#[rstest]
#[case::of_plain_claims(None, "none")]
#[case::of_what_is_a_jwt_already(Some("RS256"), "RS256")]
#[tokio::test]
async fn plain_claims_become_an_unsecured_jwt_and_a_jwt_stays_as_it_is(
    #[case] registered: Option<&str>,
    #[case] alg: &str,
) {
    let answer = userinfo_with("userinfo.form=unsecured_jwt", registered).await;
    assert_eq!(
        (answer.status().as_u16(), &answer.headers()["content-type"]),
        (200, &"application/jwt".parse().unwrap())
    );
    let token = String::from_utf8(answer.body().clone()).unwrap();
    assert_eq!(
        (header_of(&token)["alg"].as_str(), claims(&token)["sub"].as_str()),
        (Some(alg), Some("u-1001"))
    );
    assert_eq!(token.ends_with('.'), alg == "none", "{token}");
}

#[rstest]
#[case::invalid_token("invalid_token", 401)]
#[case::insufficient_scope("insufficient_scope", 403)]
#[tokio::test]
async fn userinfo_refuses_with_a_challenge_and_without_a_body(#[case] error: &str, #[case] status: u16) {
    let answer = userinfo_with(&format!("userinfo.error={error}"), None).await;
    let challenge = answer.headers()["www-authenticate"].to_str().unwrap();
    assert_eq!((answer.status().as_u16(), challenge), (status, &*format!("Bearer error=\"{error}\"")));
    assert!(answer.body().is_empty());
}

#[tokio::test]
async fn a_fault_is_chosen_by_the_login_hint_of_the_request() {
    let mut app = App::of(&json!({ "faults": ["id_token.aud=missing,login_hint=broken@acme.test"] }));
    let honest = app.sign_in("ada", &[]).await;
    let honest = app.redeem(&honest).await;
    assert_eq!(claims(honest["id_token"].as_str().unwrap())["aud"], "app");
    let faulty = app.sign_in("ada", &[("login_hint", "broken@acme.test"), ("prompt", "login")]).await;
    let faulty = app.redeem(&faulty).await;
    assert_eq!(claims(faulty["id_token"].as_str().unwrap()).get("aud"), None);
}

#[tokio::test]
async fn the_second_login_can_be_given_what_the_first_was_given() {
    let mut app = App::of(&json!({ "faults": ["id_token.nonce=previous,nth=2"] }));
    for (nonce, found) in [("first", "first"), ("second", "first")] {
        let answer = app.sign_in("ada", &[("nonce", nonce)]).await;
        let tokens = app.redeem(&answer).await;
        assert_eq!(claims(tokens["id_token"].as_str().unwrap())["nonce"], found);
    }
}

#[tokio::test]
async fn a_fault_that_is_not_due_leaves_every_byte_as_it_was() {
    let every = Fault::all().map(|fault| format!("{fault},client=another-client"));
    let rules: Vec<Value> = every.map(Value::from).collect();
    let mut seen = Vec::new();
    for faults in [json!([]), json!(rules)] {
        let mut app = App::of(&json!({ "faults": faults }));
        let page = app.ask(&[]).await;
        let discovery = app.get("/.well-known/openid-configuration").await;
        let keys = app.get("/jwks").await;
        assert!(page.button("user", "ada").is_some());
        let response = answer(&app.press("user", "ada").await);
        let tokens = app.redeem(&response).await;
        let person = app.userinfo(tokens["access_token"].as_str().unwrap()).await;
        seen.push((discovery.body().clone(), keys.body().clone(), response, tokens, person));
    }
    assert_eq!(seen[0], seen[1]);
}

#[tokio::test]
async fn the_journal_names_the_faults_that_fired() {
    let idp = MockIdp::builder().fault("jwks.keys=empty,nth=2".parse().unwrap()).start().await.unwrap();
    for _ in 0..2 {
        reqwest::get(format!("{}/jwks", idp.default_issuer())).await.unwrap();
    }
    let fired: Vec<_> = idp.default_provider().journal().into_iter().map(|entry| entry.faults).collect();
    assert_eq!(fired, [vec![], vec!["jwks.keys=empty".to_owned()]]);
}

/// Types faults into the login page and presses ada's button.
async fn chosen_at_the_login_page(app: &mut App, faults: &str) -> harness::user_agent::Page {
    let page = app.ask(&[]).await;
    let (form, button) = page.button("user", "ada").unwrap();
    let form = form.clone().with("fault", faults).pressing(button);
    app.browser.submit(&form).await.unwrap().clone()
}

#[tokio::test]
async fn a_fault_can_be_chosen_on_the_login_page_and_is_for_that_login_alone() {
    let mut app = App::of(&json!({}));
    let page = chosen_at_the_login_page(&mut app, "id_token.aud=missing  userinfo.sub=somebody_else").await;
    let tokens = app.redeem(&answer(&page)).await;
    assert_eq!(claims(tokens["id_token"].as_str().unwrap()).get("aud"), None);
    assert_eq!(app.userinfo(tokens["access_token"].as_str().unwrap()).await["sub"], "somebody-else");

    let next = app.sign_in("ada", &[]).await;
    let next = app.redeem(&next).await;
    assert_eq!(claims(next["id_token"].as_str().unwrap())["aud"], "app");
}

#[tokio::test]
async fn a_fault_that_was_chosen_is_not_lost_on_the_consent_page() {
    let mut app = App::of(&json!({ "consent": "always" }));
    let page = chosen_at_the_login_page(&mut app, "authorize.state=wrong,id_token.aud=wrong").await;
    assert!(page.button("action", "allow").is_some(), "{}", page.body);
    let answer = answer(&app.press("action", "allow").await);
    assert_eq!(answer["state"], "st1");
    let tokens = app.redeem(&answer).await;
    assert_eq!(claims(tokens["id_token"].as_str().unwrap())["aud"], "app1");
}

#[rstest]
#[case::misspelt("id_token.nonse=wrong", "did you mean `id_token.nonce`?")]
#[case::no_such_value("id_token.aud=gone", "there are `wrong`")]
#[case::not_of_a_login("jwks.keys=empty", "`jwks.keys=empty` is not about one login")]
#[tokio::test]
async fn a_mistake_in_a_chosen_fault_is_on_the_page_with_what_was_typed(
    #[case] typed: &str,
    #[case] said: &str,
) {
    let mut app = App::of(&json!({}));
    let page = chosen_at_the_login_page(&mut app, typed).await;
    assert_eq!(page.status, 400);
    let body = page.body.replace("&#x2f;", "/");
    assert!(body.contains(said), "{body}");
    assert!(body.contains("aria-invalid=\"true\"") && body.contains(&format!("value=\"{typed}\"")), "{body}");
    assert!(page.button("user", "ada").is_some(), "one can try again");
}

#[tokio::test]
async fn a_fault_for_the_moment_of_a_refresh_leaves_the_login_alone() {
    let mut app = App::of(&json!({
        "clients": { "app": { "secret": "s3cret", "redirect_uris": ["https://app.example/cb"], "refresh_tokens": "always" } },
        "faults": ["id_token.sub=wrong,at=refresh", "token.refresh_token=missing,at=refresh"],
    }));
    let answer = app.sign_in("ada", &[]).await;
    let tokens = app.redeem(&answer).await;
    assert_eq!(claims(tokens["id_token"].as_str().unwrap())["sub"], "u-1001");
    let refresh = tokens["refresh_token"].as_str().unwrap();
    let body = format!("grant_type=refresh_token&refresh_token={refresh}");
    let refreshed = read(&app.post("/token", "Basic YXBwOnMzY3JldA==", &body).await);
    assert_eq!(claims(refreshed["id_token"].as_str().unwrap())["sub"], "u-1001-other");
    assert_eq!(refreshed.get("refresh_token"), None);
}

#[rstest]
#[case::later("discovery.status=429", 429, "retry-after", "120")]
#[case::after_a_failure("discovery.status=503", 503, "retry-after", "120")]
#[case::challenge("discovery.status=401", 401, "www-authenticate", "Basic realm=\"mock-idp\"")]
#[case::downgrade(
    "discovery.redirect=http",
    302,
    "location",
    "http://idp.test/.well-known/openid-configuration"
)]
#[case::compressed("discovery.body=gzip", 200, "content-encoding", "gzip")]
#[tokio::test]
async fn a_fault_of_the_transport_brings_its_header(
    #[case] fault: &str,
    #[case] status: u16,
    #[case] header: &str,
    #[case] value: &str,
) {
    let app = App::of(&json!({ "faults": [fault] }));
    let answer = app.get("/.well-known/openid-configuration").await;
    assert_eq!((answer.status().as_u16(), answer.headers()[header].to_str().unwrap()), (status, value));
}

#[rstest]
#[case::again("loop", "/.well-known/webfinger?resource=acct:ada@idp.test")]
#[case::without_tls("http", "http://idp.test/.well-known/webfinger?resource=acct:ada@idp.test")]
#[case::to_the_trap("302", "https://trap.invalid/.well-known/webfinger")]
#[tokio::test]
async fn a_redirect_to_itself_is_for_the_same_resource(#[case] redirect: &str, #[case] location: &str) {
    let app = App::of(&json!({ "faults": { "webfinger.redirect": redirect } }));
    let answer = app.get("/.well-known/webfinger?resource=acct:ada@idp.test").await;
    assert_eq!((answer.status().as_u16(), answer.headers()["location"].to_str().unwrap()), (302, location));
}

#[tokio::test]
async fn whoever_looks_for_the_provider_is_led_astray() {
    let app = App::of(&json!({ "faults": ["webfinger.links=attacker"] }));
    let path = "/.well-known/webfinger?resource=acct:ada@idp.test";
    let document = Value::Object(read(&app.get(path).await));
    assert_eq!(document["links"][0]["href"], "https://attacker.invalid");
}

#[tokio::test]
async fn a_registration_says_other_things_than_were_asked_for() {
    let rule = "registration.redirect_uris=other".parse().unwrap();
    let idp = MockIdp::builder().fault(rule).start().await.unwrap();
    let metadata = json!({ "redirect_uris": ["https://app.example/cb"] });
    let url = format!("{}/register", idp.default_issuer());
    let answer = reqwest::Client::new().post(url).json(&metadata).send().await.unwrap();
    assert_eq!(answer.status(), 201);
    let told: Value = answer.json().await.unwrap();
    assert_eq!(told["redirect_uris"], json!(["https://trap.invalid/callback"]));
}

//! Clients with TLS certificates, over real connections (RFC 8705): who they are, and tokens that only they can use.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "helpers of tests, which clippy does not recognise as such"
)]

use std::net::{Ipv4Addr, SocketAddr};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use mock_idp::MockIdp;
use mock_idp::protocol::client_certificate::ClientCertificate;
use mock_idp::protocol::keys::jws;
use rcgen::string::Ia5String;
use rcgen::{CertificateParams, DistinguishedName, DnType, KeyPair, SanType};
use reqwest::{Certificate, Client, Identity, redirect};
use rstest::rstest;
use serde_json::{Value, json};

/// A key and a certificate that nobody vouches for.
struct Credential {
    der: Vec<u8>,
    pem: String,
    jwk: Value,
}

impl Credential {
    fn new(name: &str) -> Self {
        let key = KeyPair::generate().unwrap();
        let text = |text: String| Ia5String::try_from(text).unwrap();
        let mut params = CertificateParams::default();
        params.distinguished_name = DistinguishedName::new();
        params.distinguished_name.push(DnType::OrganizationName, "Acme");
        params.distinguished_name.push(DnType::CommonName, name);
        params.subject_alt_names = vec![
            SanType::DnsName(text(format!("{name}.acme.test"))),
            SanType::URI(text(format!("spiffe://acme.test/{name}"))),
            SanType::IpAddress([10, 0, 0, 7].into()),
            SanType::Rfc822Name(text(format!("{name}@acme.test"))),
        ];
        let certificate = params.self_signed(&key).unwrap();
        let (x, y) = key.public_key_raw()[1..].split_at(32);
        let encoded = |bytes| URL_SAFE_NO_PAD.encode(bytes);
        Self {
            der: certificate.der().to_vec(),
            pem: format!("{}{}", key.serialize_pem(), certificate.pem()),
            jwk: json!({ "kty": "EC", "crv": "P-256", "x": encoded(x), "y": encoded(y) }),
        }
    }

    fn thumbprint(&self) -> String {
        ClientCertificate::from_der(&self.der).unwrap().thumbprint().to_owned()
    }
}

/// A provider that asks for certificates, with one client, and an API that asks about tokens.
async fn served(client: Value) -> MockIdp {
    let api = json!({ "secret": "s3cret", "flows": ["client_credentials"] });
    let config =
        json!({ "clients": { "app": client, "api": api }, "registration": true, "auto_login": "ada" });
    let builder = MockIdp::builder().config(serde_json::from_value(config).unwrap());
    builder.mutual_tls(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).start().await.unwrap()
}

/// A client of the provider's, with a certificate or without.
fn client(idp: &MockIdp, credential: Option<&Credential>) -> Client {
    let ca = Certificate::from_pem(idp.ca_certificate().unwrap().as_bytes()).unwrap();
    let builder = Client::builder().tls_certs_only([ca]).redirect(redirect::Policy::none()).no_proxy();
    let builder = match credential {
        Some(credential) => builder.identity(Identity::from_pem(credential.pem.as_bytes()).unwrap()),
        None => builder,
    };
    builder.build().unwrap()
}

async fn metadata(idp: &MockIdp) -> Value {
    let address = format!("{}/.well-known/openid-configuration", idp.url());
    client(idp, None).get(address).send().await.unwrap().json().await.unwrap()
}

/// The alternative address of an endpoint.
async fn alias(idp: &MockIdp, endpoint: &str) -> String {
    metadata(idp).await["mtls_endpoint_aliases"][endpoint].as_str().unwrap().to_owned()
}

/// Posts a form, with a certificate or without.
async fn post(
    idp: &MockIdp,
    credential: Option<&Credential>,
    to: &str,
    form: &[(&str, &str)],
) -> (u16, Value) {
    let answer = client(idp, credential).post(to).form(form).send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

const ON_ITS_OWN: [(&str, &str); 2] = [("grant_type", "client_credentials"), ("client_id", "app")];

/// Why the last request was refused, as the journal has it.
fn refusal(idp: &MockIdp) -> (String, String) {
    let entry = idp.default_provider().journal().pop().unwrap();
    let error = entry.error.unwrap();
    (error.clause.to_owned(), error.cause)
}

#[tokio::test]
async fn discovery_says_where_certificates_are_asked_for() {
    let idp = served(json!({ "secret": "s" })).await;
    let said = metadata(&idp).await;
    let there = idp.mutual_tls_url().unwrap();
    assert_eq!(
        said["mtls_endpoint_aliases"],
        json!({
            "token_endpoint": format!("{there}/token"),
            "userinfo_endpoint": format!("{there}/userinfo"),
            "introspection_endpoint": format!("{there}/introspect"),
            "revocation_endpoint": format!("{there}/revoke"),
            "device_authorization_endpoint": format!("{there}/device_authorization"),
            "pushed_authorization_request_endpoint": format!("{there}/par"),
        })
    );
    assert_eq!(said["tls_client_certificate_bound_access_tokens"], true);
    let methods = said["token_endpoint_auth_methods_supported"].as_array().unwrap();
    assert!(["tls_client_auth", "self_signed_tls_client_auth"].iter().all(|it| methods.contains(&json!(it))));
}

#[tokio::test]
async fn a_provider_that_asks_for_none_promises_nothing() {
    let idp = MockIdp::builder().tls(mock_idp::Tls::self_signed()).start().await.unwrap();
    let said = metadata(&idp).await.to_string();
    assert!(!said.contains("tls_client"), "{said}");
    assert!(!said.contains("mtls"), "{said}");
}

#[tokio::test]
async fn the_issuer_is_the_same_at_both_ports() {
    let idp = served(json!({ "secret": "s" })).await;
    let there = format!("{}/.well-known/openid-configuration", idp.mutual_tls_url().unwrap());
    let said: Value = client(&idp, None).get(there).send().await.unwrap().json().await.unwrap();
    assert_eq!(said["issuer"], idp.url());
    assert_eq!(said, metadata(&idp).await);
}

#[rstest]
#[case::subject(json!({ "subject_dn": "CN=app,O=Acme" }))]
#[case::host(json!({ "san_dns": "app.acme.test" }))]
#[case::uri(json!({ "san_uri": "spiffe://acme.test/app" }))]
#[case::address(json!({ "san_ip": "10.0.0.7" }))]
#[case::email(json!({ "san_email": "app@acme.test" }))]
#[tokio::test]
async fn a_client_is_known_by_the_subject_of_its_certificate(#[case] subject: Value) {
    let idp = served(json!({ "auth_method": "tls_client_auth", "certificate": subject })).await;
    let to = alias(&idp, "token_endpoint").await;
    let (status, tokens) = post(&idp, Some(&Credential::new("app")), &to, &ON_ITS_OWN).await;
    assert_eq!((status, tokens["token_type"].as_str()), (200, Some("Bearer")), "{tokens}");
}

#[tokio::test]
async fn a_certificate_for_somebody_else_is_refused() {
    let subject =
        json!({ "auth_method": "tls_client_auth", "certificate": { "subject_dn": "CN=app,O=Acme" } });
    let idp = served(subject).await;
    let to = alias(&idp, "token_endpoint").await;
    let (status, refused) = post(&idp, Some(&Credential::new("other")), &to, &ON_ITS_OWN).await;
    assert_eq!((status, &refused["error"]), (401, &json!("invalid_client")));
    let (clause, why_not) = refusal(&idp);
    assert_eq!(clause, "RFC8705-2");
    assert!(why_not.contains("subject_dn `CN=other,O=Acme`"), "{why_not}");
    assert!(why_not.ends_with("the client is registered with subject_dn `CN=app,O=Acme`"), "{why_not}");
}

#[rstest]
#[case::certificate(true)]
#[case::key(false)]
#[tokio::test]
async fn a_client_is_known_by_its_own_certificate_or_key(#[case] whole: bool) {
    let (own, other) = (Credential::new("app"), Credential::new("app"));
    let mut jwk = own.jwk.clone();
    if whole {
        jwk["x5c"] = json!([STANDARD.encode(&own.der)]);
    }
    let idp =
        served(json!({ "auth_method": "self_signed_tls_client_auth", "jwks": { "keys": [jwk] } })).await;
    let to = alias(&idp, "token_endpoint").await;
    assert_eq!(post(&idp, Some(&own), &to, &ON_ITS_OWN).await.0, 200);

    let (status, refused) = post(&idp, Some(&other), &to, &ON_ITS_OWN).await;
    assert_eq!((status, &refused["error"]), (401, &json!("invalid_client")));
    assert!(refusal(&idp).1.ends_with("and none of the client's keys is in it"), "{:?}", refusal(&idp));
}

#[rstest]
#[case::where_it_is_asked_for("alias")]
#[case::where_nobody_asks("usual")]
#[tokio::test]
async fn a_client_without_its_certificate_is_told_where_to_go(#[case] place: &str) {
    let idp =
        served(json!({ "auth_method": "tls_client_auth", "certificate": { "san_dns": "app.acme.test" } }))
            .await;
    let (credential, to) = match place {
        "usual" => (Some(Credential::new("app")), format!("{}/token", idp.url())),
        _ => (None, alias(&idp, "token_endpoint").await),
    };
    let (status, refused) = post(&idp, credential.as_ref(), &to, &ON_ITS_OWN).await;
    assert_eq!((status, &refused["error"]), (401, &json!("invalid_client")));
    let (_, cause) = refusal(&idp);
    assert!(cause.contains("is registered for tls_client_auth and showed no certificate"), "{cause}");
    assert!(cause.contains("mtls_endpoint_aliases"), "{cause}");
}

#[tokio::test]
async fn a_secret_does_not_stand_in_for_a_certificate() {
    let registered = json!({
        "secret": "s", "auth_method": "tls_client_auth", "certificate": { "san_dns": "app.acme.test" },
    });
    let idp = served(registered).await;
    let to = alias(&idp, "token_endpoint").await;
    let with_secret = [ON_ITS_OWN.as_slice(), &[("client_secret", "s")]].concat();
    let (status, refused) = post(&idp, Some(&Credential::new("app")), &to, &with_secret).await;
    assert_eq!((status, &refused["error"]), (401, &json!("invalid_client")));
    assert!(refusal(&idp).1.ends_with("it is registered for tls_client_auth"), "{:?}", refusal(&idp));
}

/// Signs ada in and redeems the code with a certificate.
async fn signed_in(idp: &MockIdp, credential: &Credential) -> Value {
    let request = "client_id=app&redirect_uri=https%3A%2F%2Fapp.test%2F&response_type=code&scope=openid+offline_access\
                   &prompt=consent&state=s&nonce=n&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256";
    let answer = client(idp, None).get(format!("{}/authorize?{request}", idp.url())).send().await.unwrap();
    let back = answer.headers()["location"].to_str().unwrap().to_owned();
    let back = url::Url::parse(&back).unwrap();
    let (_, code) = back.query_pairs().find(|(name, _)| name == "code").unwrap();
    let form = [
        ("grant_type", "authorization_code"),
        ("client_id", "app"),
        ("code", &code),
        ("redirect_uri", "https://app.test/"),
        ("code_verifier", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
    ];
    let (status, tokens) = post(idp, Some(credential), &alias(idp, "token_endpoint").await, &form).await;
    assert_eq!(status, 200, "{tokens}");
    tokens
}

/// A public client whose tokens are bound.
fn bound() -> Value {
    json!({
        "public": true, "redirect_uris": ["https://app.test/"], "certificate_bound_tokens": true, "refresh_tokens": "always",
    })
}

#[tokio::test]
async fn a_bound_token_names_its_certificate() {
    let idp = served(bound()).await;
    let own = Credential::new("app");
    let tokens = signed_in(&idp, &own).await;
    let expected = json!({ "x5t#S256": own.thumbprint() });

    let token = tokens["access_token"].as_str().unwrap();
    assert_eq!(jws::decode(token).unwrap().claims["cnf"], expected);

    let form = [("token", token), ("client_id", "api"), ("client_secret", "s3cret")];
    let to = alias(&idp, "introspection_endpoint").await;
    assert_eq!(post(&idp, Some(&own), &to, &form).await.1["cnf"], expected);
}

#[rstest]
#[case::its_own(Some("own"), 200, "")]
#[case::another(Some("other"), 401, "another one was shown")]
#[case::none(None, 401, "none was shown")]
#[tokio::test]
async fn a_bound_token_opens_userinfo_only_with_its_certificate(
    #[case] shown: Option<&str>,
    #[case] status: u16,
    #[case] why: &str,
) {
    let idp = served(bound()).await;
    let (own, other) = (Credential::new("app"), Credential::new("app"));
    let tokens = signed_in(&idp, &own).await;
    let credential = shown.map(|name| if name == "own" { &own } else { &other });
    let request = client(&idp, credential).get(alias(&idp, "userinfo_endpoint").await);
    let answer = request.bearer_auth(tokens["access_token"].as_str().unwrap()).send().await.unwrap();
    assert_eq!(answer.status(), status);
    if status == 401 {
        let challenge = answer.headers()["www-authenticate"].to_str().unwrap();
        assert!(challenge.contains("error=\"invalid_token\""), "{challenge}");
        let (clause, why_not) = refusal(&idp);
        assert_eq!(clause, "RFC8705-3");
        assert!(why_not.contains(why), "{why_not}");
    }
}

#[tokio::test]
async fn a_public_clients_refresh_token_is_bound_as_well() {
    let idp = served(bound()).await;
    let (own, other) = (Credential::new("app"), Credential::new("app"));
    let tokens = signed_in(&idp, &own).await;
    let refresh = tokens["refresh_token"].as_str().unwrap();
    let form = [("grant_type", "refresh_token"), ("client_id", "app"), ("refresh_token", refresh)];
    let to = alias(&idp, "token_endpoint").await;

    let (status, refused) = post(&idp, Some(&other), &to, &form).await;
    assert_eq!((status, &refused["error"]), (400, &json!("invalid_grant")));
    assert_eq!(refusal(&idp).0, "RFC8705-4");

    let (status, fresh) = post(&idp, Some(&own), &to, &form).await;
    assert_eq!(status, 200, "{fresh}");
    let claims = jws::decode(fresh["access_token"].as_str().unwrap()).unwrap().claims;
    assert_eq!(claims["cnf"]["x5t#S256"], own.thumbprint());
}

#[tokio::test]
async fn tokens_that_would_have_to_be_bound_are_not_given_out_without_a_certificate() {
    let idp = served(json!({ "secret": "s", "certificate_bound_tokens": true })).await;
    let with_secret = [ON_ITS_OWN.as_slice(), &[("client_secret", "s")]].concat();
    let (status, refused) = post(&idp, None, &format!("{}/token", idp.url()), &with_secret).await;
    assert_eq!((status, &refused["error"]), (400, &json!("invalid_request")));
    assert_eq!(refusal(&idp).0, "RFC8705-3");
}

/// Registers a client.
async fn register(idp: &MockIdp, metadata: &Value) -> (u16, Value) {
    let answer =
        client(idp, None).post(format!("{}/register", idp.url())).json(metadata).send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

#[tokio::test]
async fn a_client_registers_with_the_subject_of_its_certificate() {
    let idp = served(json!({ "secret": "s" })).await;
    let metadata = json!({
        "grant_types": ["client_credentials"], "response_types": [],
        "token_endpoint_auth_method": "tls_client_auth", "tls_client_auth_san_dns": "app.acme.test",
        "tls_client_certificate_bound_access_tokens": true,
    });
    let (status, told) = register(&idp, &metadata).await;
    assert_eq!((status, told.get("client_secret")), (201, None), "{told}");
    assert_eq!(told["tls_client_auth_san_dns"], "app.acme.test");
    assert_eq!(told["tls_client_certificate_bound_access_tokens"], true);

    let own = Credential::new("app");
    let form = [("grant_type", "client_credentials"), ("client_id", told["client_id"].as_str().unwrap())];
    let (status, tokens) = post(&idp, Some(&own), &alias(&idp, "token_endpoint").await, &form).await;
    assert_eq!(status, 200, "{tokens}");
    let claims = jws::decode(tokens["access_token"].as_str().unwrap()).unwrap().claims;
    assert_eq!(claims["cnf"]["x5t#S256"], own.thumbprint());
}

#[rstest]
#[case::no_subject(json!({}), "exactly one of")]
#[case::two_subjects(json!({ "tls_client_auth_san_dns": "a.test", "tls_client_auth_san_uri": "a:b" }), "exactly one of")]
#[case::no_name(json!({ "tls_client_auth_subject_dn": "app" }), "not a distinguished name")]
#[tokio::test]
async fn a_client_that_does_not_say_whose_certificate_is_not_registered(
    #[case] more: Value,
    #[case] why: &str,
) {
    let idp = served(json!({ "secret": "s" })).await;
    let mut metadata = json!({
        "grant_types": ["client_credentials"], "response_types": [], "token_endpoint_auth_method": "tls_client_auth",
    });
    metadata.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let (status, refused) = register(&idp, &metadata).await;
    assert_eq!((status, &refused["error"]), (400, &json!("invalid_client_metadata")));
    assert!(refusal(&idp).1.contains(why), "{:?}", refusal(&idp));
}

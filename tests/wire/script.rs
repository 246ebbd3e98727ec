//! Requests as lines of text, so that what leads to an answer can be read beside it.
//!
//! | Line | What is sent |
//! | --- | --- |
//! | `authorize a=b&c=d` | an authentication request of `app` for ada, with these parameters changed; an empty value takes one away |
//! | `redeem AUTH a=b` | the code of the last answer |
//! | `refresh AUTH a=b` | the refresh token of the last answer |
//! | `assert a=b` | the last assertion, for `client_credentials` |
//! | `register {…}` | a registration with more members than it needs |
//! | `get PATH AUTH` | a GET |
//! | `form PATH AUTH a=b&c=d` | a POST of a form |
//! | `json METHOD PATH AUTH {…}` | a document |
//! | `raw TYPE PATH AUTH BODY` | a POST of this content type; `-` is none, and a body of `*` is larger than any that is read |
//! | `assertion ALG {…}` | nothing: signs a client assertion of `jwt` or, with ES256, of `keyed`, with these claims changed |
//! | `wait SECONDS` | nothing: time passes |
//! | `forget` | nothing: the browser loses its cookies |
//! | `times N LINE` | the line, N times |
//!
//! `AUTH` is `-`, the name of a client with the secret `s3cret`, `bearer:TOKEN`, or `header:` and what stands in the header
//! with `+` for spaces. `{name}` stands for what an earlier answer brought: each parameter of a redirect, member of a JSON
//! body (`{a.b}` within another one), `{field.name}` for a hidden field of a page and `{form}` for all of them. Paths are those below the issuer; with two slashes in front, those of the server.

use std::collections::BTreeMap;
use std::sync::Arc;

use base64::Engine as _;
use http::{Method, Request, header};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use mock_idp::MockIdp;
use mock_idp::config::IdpConfig;
use mock_idp::protocol::Timestamp;
use mock_idp::provider::JournalEntry;
use mock_idp::provider::ports::{Clock as _, VirtualClock};
use serde_json::{Map, Value, json};
use url::form_urlencoded;

use super::{Answer, ISSUER, REDIRECT_URI, Wire};

const START: i64 = 1_930_377_600;
const LONG_SECRET: &str = "a secret that is long enough for HS256 and for HS512, which needs more of it";

/// A provider, a browser, and what they have told each other so far.
pub(super) struct Script {
    wire: Wire,
    clock: VirtualClock,
    known: BTreeMap<String, String>,
}

/// The clients that the scripts are about.
fn clients() -> Value {
    let key: Value = serde_json::from_str(include_str!("../../fixtures/keys/jwks.json")).unwrap();
    let of = |alg: &str| -> Vec<&Value> {
        key["keys"].as_array().unwrap().iter().filter(|key| key["alg"] == alg).collect()
    };
    let (curve, to) = (of("ES256"), json!({ "alg": "ECDH-ES", "enc": "A128GCM" }));
    json!({
        "app": {
            "name": "The <App>", "secret": "s3cret", "redirect_uris": [REDIRECT_URI], "refresh_tokens": "always",
            "logout_uri": "https://app.example/out", "post_logout_redirect_uris": ["https://app.example/bye"],
        },
        "other": { "secret": "s3cret", "redirect_uris": [REDIRECT_URI], "auth_method": "client_secret_post" },
        "asked": { "secret": "s3cret", "redirect_uris": [REDIRECT_URI], "consent": "once" },
        "plus": { "secret": "a+b%", "redirect_uris": [REDIRECT_URI] },
        "spa": { "public": true, "redirect_uris": [REDIRECT_URI] },
        "scoped": { "secret": "s3cret", "redirect_uris": [REDIRECT_URI], "scopes": ["api"] },
        "narrow": { "secret": "s3cret", "redirect_uris": [REDIRECT_URI], "post_logout_redirect_uris": ["https://app.example/bye"], "flows": ["code"], "scopes": ["openid"] },
        "unsignable": { "public": true, "pkce": "optional", "redirect_uris": [REDIRECT_URI], "id_token_alg": "HS256" },
        "keyless": { "secret": "s3cret", "redirect_uris": [REDIRECT_URI], "userinfo_encryption": { "alg": "ECDH-ES" } },
        "informed": { "secret": "s3cret", "redirect_uris": [REDIRECT_URI], "userinfo_alg": "RS256" },
        "sealed": { "secret": "s3cret", "redirect_uris": [REDIRECT_URI], "jwks": { "keys": of("ECDH-ES") }, "id_token_encryption": to, "userinfo_encryption": to },
        "jwt": { "secret": LONG_SECRET, "redirect_uris": [REDIRECT_URI], "auth_method": "client_secret_jwt" },
        "keyed": { "jwks": { "keys": curve }, "redirect_uris": [REDIRECT_URI], "auth_method": "private_key_jwt" },
        "certified": { "auth_method": "tls_client_auth", "certificate": { "san_dns": "app.example" }, "redirect_uris": [REDIRECT_URI] },
        "bound": { "secret": "s3cret", "certificate_bound_tokens": true, "redirect_uris": [REDIRECT_URI] },
        "tv": { "name": "The <TV>", "public": true, "flows": ["device"] },
        "signs": { "jwks": { "keys": curve }, "redirect_uris": [REDIRECT_URI], "request_object_alg": "ES256" },
        "pushes": { "secret": "s3cret", "redirect_uris": [REDIRECT_URI], "pushed_requests": "required" },
        "remote": { "request_uris": ["https://keys.example/r"], "jwks_uri": "https://keys.example/jwks", "redirect_uris": [REDIRECT_URI], "auth_method": "private_key_jwt" },
    })
}

fn config() -> IdpConfig {
    serde_json::from_value(json!({
        "issuer": "/acme",
        "seed": 42,
        "registration": true,
        "clients": clients(),
        "users": {
            "ada": { "sub": "u-1", "claims": { "name": "Ada Fix" } },
            "ben": {
                "sub": "u-2",
                "claim_sources": {
                    "bank": { "distributed": { "claims": { "credit_rating": "AA" } } },
                    "post": { "aggregated": { "claims": { "address": { "country": "NO" } } } },
                },
            },
            "cai": { "sub": "u-3", "claims": { "acr": "silver" } },
        },
    }))
    .unwrap()
}

impl Script {
    /// A provider that knows its clients; with `open` one that takes any.
    pub(super) fn new(open: bool) -> Self {
        let config = IdpConfig { any_client: Some(open), ..config() };
        let clock = VirtualClock::at(Timestamp(START));
        let builder =
            MockIdp::builder().config(config).base_url("https://idp.test").clock(Arc::new(clock.clone()));
        let (router, idp) = builder.in_process().unwrap();
        Self { wire: Wire { router, idp, cookie: None }, clock, known: pkce() }
    }

    /// Runs a script and gives the last answer as a page to read.
    pub(super) async fn run(&mut self, script: &str) -> (u16, String) {
        let mut last = None;
        for line in script.lines().map(str::trim).filter(|line| !line.is_empty()) {
            if let Some(answer) = self.line(line).await {
                last = Some(answer);
            }
        }
        let answer = last.unwrap();
        let mut page = self.wire.shown(&answer);
        for (name, value) in brought_back(&answer).into_iter().chain(fields(&answer)) {
            if let Some(decoded) = self.wire.decoded(&value) {
                let decoded = serde_json::to_string_pretty(&decoded).unwrap();
                page =
                    format!("{}\n{name}: {decoded}", page.replace(&value, &format!("({name}, see below)")));
            }
        }
        (answer.status.as_u16(), page)
    }

    /// The last thing that the provider did.
    pub(super) fn journal(&self) -> Option<JournalEntry> {
        self.wire.idp.provider("acme").journal().pop()
    }

    async fn line(&mut self, line: &str) -> Option<Answer> {
        let (verb, rest) = line.split_once(' ').unwrap_or((line, ""));
        let rest = self.filled_in(rest);
        let words: Vec<&str> = rest.splitn(4, ' ').collect();
        let answer = match (verb, words.as_slice()) {
            ("wait", [seconds]) => {
                self.clock.advance(seconds.parse().unwrap());
                return None;
            }
            ("forget", _) => {
                self.wire.cookie = None;
                return None;
            }
            ("assertion", [algorithm, claims @ ..]) => {
                let assertion = self.assertion(algorithm, &claims.join(" "));
                self.known.insert("assertion".to_owned(), assertion);
                return None;
            }
            ("times", [count, ..]) => {
                let line = rest.split_once(' ').unwrap().1;
                for _ in 1..count.parse::<usize>().unwrap() {
                    Box::pin(self.line(line)).await;
                }
                Box::pin(self.line(line)).await?
            }
            ("authorize", [changes]) => {
                self.wire.fetch(&format!("/acme/authorize?{}", changed(&authorization(), changes))).await
            }
            ("redeem" | "refresh", [auth, changes @ ..]) => {
                let usual = if verb == "redeem" { redemption() } else { self.filled_in(REFRESH) };
                let fields = changed(&self.filled_in(&usual), &changes.join(""));
                self.form("/token", auth, &fields).await
            }
            ("assert", [changes]) => {
                let fields = changed(&self.filled_in(ASSERTED), changes);
                self.form("/token", "-", &fields).await
            }
            ("register", document) => {
                let mut members = json!({ "redirect_uris": ["https://app.example/cb"] });
                let more: Map<String, Value> = serde_json::from_str(&document.join(" ")).unwrap();
                members.as_object_mut().unwrap().extend(more);
                self.document(Method::POST, "/register", "-", &members.to_string()).await
            }
            ("get", [path, auth]) => self.send(Request::get(below(path)), auth, "").await,
            ("form", [path, auth, fields @ ..]) => self.form(path, auth, &fields.join(" ")).await,
            ("json", [method, path, auth, document]) => {
                self.document(method.parse().unwrap(), path, auth, document).await
            }
            ("raw", [kind, path, auth, body]) => {
                let request = Request::post(below(path));
                let request =
                    if *kind == "-" { request } else { request.header(header::CONTENT_TYPE, *kind) };
                let body = if *body == "*" { "x".repeat(300 * 1024) } else { (*body).to_owned() };
                self.send(request, auth, &body).await
            }
            _ => {
                assert_eq!(line, "", "no line of a script");
                return None;
            }
        };
        self.learn(&answer);
        Some(answer)
    }

    async fn form(&mut self, path: &str, auth: &str, fields: &str) -> Answer {
        let request = Request::post(below(path));
        self.send(request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded"), auth, fields)
            .await
    }

    async fn document(&mut self, method: Method, path: &str, auth: &str, document: &str) -> Answer {
        let request = Request::builder().method(method).uri(below(path));
        self.send(request.header(header::CONTENT_TYPE, "application/json"), auth, document).await
    }

    async fn send(&mut self, request: http::request::Builder, auth: &str, body: &str) -> Answer {
        let request = match (auth, auth.split_once(':')) {
            ("-", _) => request,
            (_, Some(("bearer", token))) => request.header(header::AUTHORIZATION, format!("Bearer {token}")),
            (_, Some(("header", value))) => request.header(header::AUTHORIZATION, value.replace('+', " ")),
            (client, _) => {
                let pair = base64::engine::general_purpose::STANDARD.encode(format!("{client}:s3cret"));
                request.header(header::AUTHORIZATION, format!("Basic {pair}"))
            }
        };
        self.wire.send(request, body).await
    }

    fn filled_in(&self, line: &str) -> String {
        self.known
            .iter()
            .fold(line.to_owned(), |line, (name, value)| line.replace(&format!("{{{name}}}"), value))
    }

    fn learn(&mut self, answer: &Answer) {
        self.known.extend(brought_back(answer));
        if let Ok(Value::Object(body)) = serde_json::from_str(&answer.body) {
            self.known.extend(texts("", &body));
        }
        let mut form = Vec::new();
        for (name, value) in fields(answer) {
            let encoded: String = form_urlencoded::byte_serialize(value.as_bytes()).collect();
            form.push(format!("{name}={encoded}"));
            self.known.insert(format!("field.{name}"), encoded);
        }
        self.known.insert("form".to_owned(), form.join("&"));
    }

    /// A client assertion. A claim that is null is left out; `registered` stands for the client that registered last.
    fn assertion(&self, algorithm: &str, changes: &str) -> String {
        let algorithm: Algorithm = algorithm.parse().unwrap();
        let curve = algorithm == Algorithm::ES256;
        let changes: Map<String, Value> = serde_json::from_str(changes).unwrap();
        let (client, secret) = match (changes.contains_key("registered"), curve) {
            (true, _) => (self.known["client_id"].as_str(), self.known["client_secret"].as_str()),
            (false, true) => ("keyed", ""),
            (false, false) => ("jwt", LONG_SECRET),
        };
        let soon = self.clock.now().plus(60).as_secs();
        let mut claims = json!({ "iss": client, "sub": client, "aud": ISSUER, "exp": soon, "jti": "j-1" });
        claims.as_object_mut().unwrap().extend(changes);
        claims.as_object_mut().unwrap().retain(|name, value| !value.is_null() && name != "registered");
        let key = if curve {
            EncodingKey::from_ec_pem(include_bytes!("../../fixtures/keys/p256-1.pem")).unwrap()
        } else {
            EncodingKey::from_secret(secret.as_bytes())
        };
        let header = Header { kid: curve.then(|| "another".to_owned()), ..Header::new(algorithm) };
        jsonwebtoken::encode(&header, &claims, &key).unwrap()
    }
}

/// The parameters of a redirect.
fn brought_back(answer: &Answer) -> Vec<(String, String)> {
    let parameters =
        answer.header(header::LOCATION).rsplit_once(['#', '?']).map(|(_, parameters)| parameters);
    form_urlencoded::parse(parameters.unwrap_or_default().as_bytes()).into_owned().collect()
}

/// The texts of a document, by their names and those of what they are in.
fn texts(within: &str, document: &Map<String, Value>) -> Vec<(String, String)> {
    let named = |(name, value): (&String, &Value)| match value {
        Value::String(text) => vec![(format!("{within}{name}"), text.clone())],
        Value::Object(members) => texts(&format!("{within}{name}."), members),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => Vec::new(),
    };
    document.iter().flat_map(named).collect()
}

/// The hidden fields of a page.
fn fields(answer: &Answer) -> Vec<(String, String)> {
    let fields = answer.body.split("<input type=\"hidden\" name=\"").skip(1);
    let pairs = fields.filter_map(|field| {
        let (name, rest) = field.split_once("\" value=\"")?;
        let value = rest.split_once('"')?.0.replace("&amp;", "&").replace("&#x2f;", "/");
        Some((name.to_owned(), value))
    });
    pairs.collect()
}

/// A verifier, and what is sent for it in an authentication request.
fn pkce() -> BTreeMap<String, String> {
    let challenge = "code_challenge=mg3QoZgnRJxQy_jYdfW7D8wJkoziCuM8Yhos7PwVvsI&code_challenge_method=S256";
    let known = [("verifier", "a-verifier-of-at-least-forty-three-characters"), ("challenge", challenge)];
    known.map(|(name, value)| (name.to_owned(), value.to_owned())).into()
}

/// The address of an endpoint.
fn below(path: &str) -> String {
    match path.strip_prefix("//") {
        Some(path) => format!("https://idp.test/{path}"),
        None if path.starts_with("https://") => path.to_owned(),
        None => format!("{ISSUER}{path}"),
    }
}

const REFRESH: &str = "grant_type=refresh_token&refresh_token={refresh_token}";
const ASSERTED: &str = "grant_type=client_credentials&client_assertion={assertion}\
                        &client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

fn redirect_uri() -> String {
    form_urlencoded::byte_serialize(REDIRECT_URI.as_bytes()).collect()
}

fn authorization() -> String {
    let more = "response_type=code&scope=openid&state=st&nonce=n-1&login_hint=ada";
    format!("client_id=app&redirect_uri={}&{more}", redirect_uri())
}

fn redemption() -> String {
    format!("grant_type=authorization_code&code={{code}}&redirect_uri={}", redirect_uri())
}

/// A form in which some fields have changed. An empty one is left out.
fn changed(usual: &str, changes: &str) -> String {
    let name = |field: &str| field.split('=').next().unwrap_or_default().to_owned();
    let changes: Vec<&str> = changes.split('&').filter(|change| !change.is_empty()).collect();
    let kept = usual.split('&').filter(|field| changes.iter().all(|change| name(change) != name(field)));
    let all = kept.chain(changes.iter().copied()).filter(|field| !field.ends_with('='));
    all.collect::<Vec<_>>().join("&")
}

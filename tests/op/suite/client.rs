//! Clients: those that the provider knows by its configuration, and those that register themselves.

use serde_json::{Map, Value, json};

use super::jose::{CLIENT_KEYS, ClientKey, signed_with_secret};
use super::run::Run;
use super::site::Site;
use crate::op::plans::{Auth, Registration, ResponseType};

/// The clients of the configuration, and their secrets.
pub(super) const STATIC_CLIENTS: [(&str, &str); 2] = [
    ("static-1", "pZ7dXk2mVq9sLw4tRb6nYc3hGf8jQa5e-with-more-than-48-bytes"),
    ("static-2", "aB3cD5eF7gH9iJ2kL4mN6oP8qR1sT0uV-with-more-than-48-bytes"),
];

/// A client as it knows itself.
#[derive(Clone, Debug)]
pub(crate) struct Client {
    pub(crate) id: String,
    pub(crate) secret: Option<String>,
    pub(crate) auth: Auth,
    pub(crate) redirect_uri: String,
    /// Which of [`CLIENT_KEYS`] it signs with.
    pub(crate) key: usize,
    /// The registration response, or nothing for a static client.
    pub(crate) registered: Map<String, Value>,
}

impl Client {
    fn of_the_configuration(number: usize, auth: Auth) -> Self {
        let (id, secret) = STATIC_CLIENTS[number];
        Self {
            id: id.to_owned(),
            secret: Some(secret.to_owned()),
            auth,
            redirect_uri: Site::address("/callback"),
            key: 0,
            registered: Map::new(),
        }
    }

    pub(crate) fn key(&self) -> &'static ClientKey {
        &CLIENT_KEYS[self.key]
    }

    fn secret(&self) -> &str {
        self.secret.as_deref().expect("the client has a secret")
    }

    /// How its ID tokens are to be signed; "The default, if omitted, is RS256" (OIDCR-2).
    pub(crate) fn id_token_alg(&self) -> &str {
        self.registered.get("id_token_signed_response_alg").and_then(Value::as_str).unwrap_or("RS256")
    }

    /// The header and the parameters that prove who it is. `audience` is whom an assertion is for.
    pub(crate) fn proof(&self, audience: &str, now: i64, jti: &str) -> (Option<String>, Vec<(&str, String)>) {
        let assertion = || {
            let claims = json!({
                "iss": self.id, "sub": self.id, "aud": audience, "jti": jti, "iat": now, "exp": now + 60,
            });
            let signed = match self.auth {
                Auth::PrivateKeyJwt => self.key().signed(&claims),
                Auth::Basic | Auth::Post | Auth::SecretJwt => signed_with_secret(&claims, self.secret()),
            };
            let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer".to_owned();
            vec![
                ("client_id", self.id.clone()),
                ("client_assertion_type", kind),
                ("client_assertion", signed),
            ]
        };
        match self.auth {
            Auth::Basic => (Some(basic(&self.id, self.secret())), Vec::new()),
            Auth::Post => {
                let secret = self.secret().to_owned();
                (None, vec![("client_id", self.id.clone()), ("client_secret", secret)])
            }
            Auth::SecretJwt | Auth::PrivateKeyJwt => (None, assertion()),
        }
    }
}

/// Both halves are form-encoded before they are joined (RFC6749-2.3.1).
fn basic(id: &str, secret: &str) -> String {
    use base64::Engine as _;
    let encoded = |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let pair = format!("{}:{}", encoded(id), encoded(secret));
    format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(pair))
}

impl Run {
    /// The client of this entry.
    pub(crate) async fn client(&mut self) -> Client {
        match self.entry.registration {
            Registration::Static => Client::of_the_configuration(0, self.entry.auth),
            Registration::Dynamic => self.registered(&json!({})).await,
        }
    }

    /// Another client.
    pub(crate) async fn second_client(&mut self) -> Client {
        match self.entry.registration {
            Registration::Static => Client::of_the_configuration(1, self.entry.auth),
            Registration::Dynamic => self.registered(&json!({})).await,
        }
    }

    /// What a client of this entry says of itself, and more.
    pub(crate) fn metadata_of_a_client(&self, more: &Value) -> Map<String, Value> {
        let response_type = self.entry.response_type;
        let members = json!({
            "client_name": format!("The suite's client for {}", self.entry.module),
            "grant_types": grant_types(response_type),
            "response_types": [response_type.as_str()],
            "redirect_uris": [Site::address("/callback")],
            "token_endpoint_auth_method": self.entry.auth.as_str(),
            "jwks": CLIENT_KEYS[0].jwks(),
            "contacts": ["suite@rp.example"],
        });
        let Value::Object(mut members) = members else { unreachable!() };
        for (name, value) in more.as_object().expect("members") {
            if value.is_null() {
                members.remove(name);
            } else {
                members.insert(name.clone(), value.clone());
            }
        }
        members
    }

    /// Registers a client that also says this of itself; `null` takes a member away.
    pub(crate) async fn registered(&mut self, more: &Value) -> Client {
        let sent = self.metadata_of_a_client(more);
        let answer = self.register(&sent).await;
        answer.assert_never_kept();
        let Value::Object(told) = answer.json_with(201) else { panic!("not an object: {}", answer.body) };
        assert_secret_has_its_end(&told);
        assert_configuration_endpoint(&told, &self.op.issuer);
        assert_echoed(&sent, &told);
        let text = |name: &str| told.get(name).and_then(Value::as_str).map(str::to_owned);
        let uris = told["redirect_uris"].as_array().expect("a list");
        let client = Client {
            id: text("client_id").expect("`client_id` is a string"),
            secret: text("client_secret"),
            auth: self.entry.auth,
            redirect_uri: uris[0].as_str().expect("a string").to_owned(),
            key: 0,
            registered: told,
        };
        self.clients.push(client.clone());
        client
    }

    /// Sends a registration request.
    pub(crate) async fn register(&self, members: &Map<String, Value>) -> super::Answer {
        let endpoint = self.endpoint("registration_endpoint");
        let body = Value::Object(members.clone()).to_string();
        self.send("POST", &endpoint, &[("content-type", "application/json")], &body).await
    }

    /// What the client configuration endpoint says to a method (RFC7592-2).
    pub(crate) async fn configuration(&self, client: &Client, method: &str) -> super::Answer {
        let text = |name: &str| client.registered[name].as_str().expect("a string");
        let bearer = format!("Bearer {}", text("registration_access_token"));
        self.send(method, text("registration_client_uri"), &[("authorization", &bearer)], "").await
    }
}

/// The table of OIDCR-2; a client that redeems codes may refresh.
fn grant_types(response_type: ResponseType) -> Vec<&'static str> {
    let code = response_type.has_code();
    let implicit = response_type != ResponseType::Code;
    let grants = [("authorization_code", code), ("implicit", implicit), ("refresh_token", code)];
    grants.into_iter().filter(|(_, needed)| *needed).map(|(name, _)| name).collect()
}

/// `client_secret_expires_at` is "REQUIRED if `client_secret` is issued" (OIDCR-3.2).
fn assert_secret_has_its_end(told: &Map<String, Value>) {
    if told.contains_key("client_secret") {
        assert!(told["client_secret_expires_at"].is_u64(), "{told:?}");
    }
}

/// "Implementations MUST either return both a Client Configuration Endpoint and a Registration Access Token or neither of
/// them." (OIDCR-3.2) The address is one of the provider.
fn assert_configuration_endpoint(told: &Map<String, Value>, issuer: &str) {
    let both = [told.get("registration_client_uri"), told.get("registration_access_token")];
    let [Some(uri), Some(token)] = both.map(|value| value.and_then(Value::as_str)) else {
        panic!("a client cannot be read or deleted: {told:?}")
    };
    assert!(uri.starts_with(issuer) && uri.starts_with("https:") && !token.is_empty(), "{uri}");
}

/// "the authorization server MUST return all registered metadata about this client" (RFC7591-3.2.1), and here nothing is
/// replaced.
fn assert_echoed(sent: &Map<String, Value>, told: &Map<String, Value>) {
    let sorted = |value: &Value| {
        let mut texts: Vec<String> = value.as_array().into_iter().flatten().map(Value::to_string).collect();
        texts.sort();
        texts
    };
    for (name, value) in sent {
        let back = told.get(name).unwrap_or_else(|| panic!("`{name}` is not said back"));
        let same = if value.is_array() { sorted(value) == sorted(back) } else { value == back };
        assert!(same, "`{name}` was {value} and became {back}");
    }
}

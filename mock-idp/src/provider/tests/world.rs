//! A provider with a few clients and users, a clock that stands still, and a browser's cookie.

use std::sync::{Arc, Mutex};

use serde_json::{Map, Value, json};

use crate::config::IdpConfig;
use crate::protocol::authorization::Delivery;
use crate::protocol::client_authentication::BasicCredentials;
use crate::protocol::keys::jws;
use crate::protocol::token::{TokenError, TokenResponse};
use crate::protocol::{Parameters, Timestamp};
use crate::provider::Seam;
use crate::provider::ports::{SeededEntropy, VirtualClock};
use crate::provider::{
    Call, ConsentPage, Farewell, Interaction, IssuerName, LoginPage, Ports, Provider, UserInfo,
};

pub(super) const BASE: &str = "https://idp.test";
pub(super) const REDIRECT_URI: &str = "https://app.example/cb?a=1";
pub(super) const START: i64 = 1_900_000_000;

pub(super) struct World {
    pub(super) provider: Provider,
    pub(super) clock: VirtualClock,
    cookie: Mutex<Vec<String>>,
}

/// Three clients: `app` with a secret, `spa` without, and `eve`.
fn config() -> Value {
    json!({
        "issuer": "/acme",
        "clients": {
            "app": {
                "secret": "s3cret",
                "redirect_uris": [REDIRECT_URI],
                "post_logout_redirect_uris": ["https://app.example/bye"],
                "logout_uri": "https://app.example/out",
            },
            "spa": { "public": true, "redirect_uris": [REDIRECT_URI], "refresh_tokens": "always" },
            "eve": { "secret": "eve", "redirect_uris": [REDIRECT_URI] },
        },
        "users": {
            "ada": { "sub": "u-1", "claims": { "email": "ada@acme.test", "roles": ["admin"] } },
            "ben": { "sub": "u-2" },
        },
    })
}

impl World {
    pub(super) fn new() -> Self {
        Self::with(json!({}))
    }

    /// A world whose configuration has these entries on top; those of `clients` one client at a time.
    pub(super) fn with(changes: Value) -> Self {
        let mut merged = config();
        let Value::Object(changes) = changes else { panic!("changes are an object") };
        for (name, value) in changes {
            match (name.as_str(), value) {
                ("clients", Value::Object(clients)) => {
                    merged["clients"].as_object_mut().unwrap().extend(clients);
                }
                (_, value) => merged[&name] = value,
            }
        }
        let config: IdpConfig = serde_json::from_value(merged).unwrap();
        let clock = VirtualClock::at(Timestamp(START));
        let ports = Ports {
            clock: Arc::new(clock.clone()),
            entropy: Arc::new(SeededEntropy::new(1, "test")),
            listener: None,
            certificate_port: None,
        };
        let keys = Provider::keys_for(&config, ports.entropy.as_ref()).unwrap();
        let provider = Provider::new(&config, IssuerName::Below("/acme".to_owned()), keys, ports);
        Self { provider, clock, cookie: Mutex::default() }
    }

    pub(super) fn cookies(&self) -> Vec<String> {
        self.cookie.lock().unwrap().clone()
    }

    pub(super) fn forget_cookies(&self) {
        self.cookie.lock().unwrap().clear();
    }

    fn keep(&self, interaction: &Interaction) {
        if let Interaction::Answer { cookie: Some(cookie), .. }
        | Interaction::AskConsent { cookie: Some(cookie), .. } = interaction
        {
            *self.cookie.lock().unwrap() = vec![cookie.value.clone()];
        }
    }

    /// Asks for a sign-in of `app`, with some parameters replaced.
    pub(super) fn ask(&self, changes: &[(&str, &str)]) -> Interaction {
        let usual = [
            ("client_id", "app"),
            ("redirect_uri", REDIRECT_URI),
            ("response_type", "code"),
            ("scope", "openid"),
            ("state", "st"),
            ("nonce", "n-1"),
        ];
        let all: Vec<_> = usual.iter().chain(changes).copied().collect();
        let interaction = self.provider.authorize(&call(&all), &self.cookies());
        self.keep(&interaction);
        interaction
    }

    pub(super) fn asked(&self, changes: &[(&str, &str)]) -> LoginPage {
        match self.ask(changes) {
            Interaction::Ask(page) => *page,
            other => panic!("expected the login page, found {other:?}"),
        }
    }

    /// Presses something on a login page.
    pub(super) fn press(&self, page: &LoginPage, fields: &[(&str, &str)]) -> Interaction {
        let all: Vec<_> = fields.iter().copied().chain([("request", page.request.as_str())]).collect();
        let interaction = self.provider.login(&call(&all), &self.cookies());
        self.keep(&interaction);
        interaction
    }

    /// What comes of a request of `app` and a user's button on the login page.
    pub(super) fn answered_login(&self, user: &str) -> Interaction {
        let page = self.asked(&[]);
        self.press(&page, &[("user", user)])
    }

    /// Presses something on a consent page.
    pub(super) fn answer_consent(&self, page: &ConsentPage, action: &str) -> Interaction {
        let fields = [("action", action), ("request", page.request.as_str()), ("seal", page.seal.as_str())];
        self.provider.consent(&call(&fields), &self.cookies())
    }

    /// The answer's parameters after signing in as ada without a page.
    pub(super) fn answer(&self, changes: &[(&str, &str)]) -> Parameters {
        let hinted: Vec<_> = [("login_hint", "ada")].iter().chain(changes).copied().collect();
        answered(&self.ask(&hinted))
    }

    pub(super) fn code(&self, changes: &[(&str, &str)]) -> String {
        self.answer(changes).owned("code").unwrap()
    }

    /// A token request of `app`, by Basic.
    pub(super) fn token(&self, parameters: &[(&str, &str)]) -> Result<TokenResponse, TokenError> {
        self.token_as("app", "s3cret", parameters)
    }

    pub(super) fn token_as(
        &self,
        client_id: &str,
        secret: &str,
        parameters: &[(&str, &str)],
    ) -> Result<TokenResponse, TokenError> {
        self.provider.token(&call(parameters), &basic(client_id, secret))
    }

    pub(super) fn redeem(&self, code: &str) -> Result<TokenResponse, TokenError> {
        self.token(&[("grant_type", "authorization_code"), ("code", code), ("redirect_uri", REDIRECT_URI)])
    }

    pub(super) fn refresh(&self, token: &str) -> Result<TokenResponse, TokenError> {
        self.token(&[("grant_type", "refresh_token"), ("refresh_token", token)])
    }

    pub(super) fn userinfo(&self, token: &str) -> Result<Value, crate::protocol::bearer::BearerError> {
        let answer = self.provider.userinfo(&call(&[]), Some(&format!("Bearer {token}")));
        answer.map(|answer| match answer {
            UserInfo::Claims(claims) => Value::Object(claims),
            UserInfo::Jwt(jwt) => jwt.into(),
        })
    }

    pub(super) fn introspect(&self, token: &str) -> Value {
        self.provider.introspect(&call(&[("token", token)]), &basic("app", "s3cret")).unwrap()
    }

    pub(super) fn log_out(&self, parameters: &[(&str, &str)]) -> Farewell {
        self.provider.log_out(&call(parameters), &self.cookies())
    }
}

pub(super) fn basic(client_id: &str, secret: &str) -> BasicCredentials {
    BasicCredentials::Present {
        client_id: client_id.to_owned(),
        secret: secret.to_owned(),
        secret_as_sent: secret.to_owned(),
    }
}

/// A request with these parameters.
pub(super) fn call(parameters: &[(&str, &str)]) -> Call {
    let parameters: Parameters = parameters.iter().copied().collect();
    Call {
        base: BASE.to_owned(),
        method: "POST".to_owned(),
        certificate: None,
        parameters: Ok(parameters),
        seam: Seam::default(),
    }
}

/// The parameters of an answer, however it travels.
pub(super) fn answered(interaction: &Interaction) -> Parameters {
    match interaction {
        Interaction::Answer { delivery: Delivery::Redirect(to), .. } => {
            let rest = to.strip_prefix(REDIRECT_URI).unwrap();
            Parameters::parse(rest.trim_start_matches(['&', '#'])).unwrap()
        }
        Interaction::Answer { delivery: Delivery::Post { fields, .. }, .. } => {
            fields.iter().cloned().collect()
        }
        other => panic!("expected an answer, found {other:?}"),
    }
}

/// The claims of a token.
pub(super) fn claims(token: &str) -> Map<String, Value> {
    jws::decode(token).unwrap().claims
}

//! Everything that was received and answered: the newest thousands of it, without secrets.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use serde::Serialize;
use serde_json::{Map, Value};

use super::faults::Begun;
use crate::fault::Faults;
use crate::protocol::keys::ClientKeys;
use crate::protocol::{Cause, Parameters, Timestamp};

/// How many entries are kept.
const KEPT: usize = 5_000;

/// How long a claim may be that is kept, in bytes.
const LONGEST_CLAIM: usize = 64 * 1024;

/// Parameters whose values open something, also those that only a mistaken client sends.
pub(super) const SECRET: [&str; 16] = [
    "access_token",
    "assertion",
    "client_assertion",
    "client_secret",
    "code",
    "code_verifier",
    "device_code",
    "id_token",
    "id_token_hint",
    "logout_token",
    "password",
    "refresh_token",
    "registration_access_token",
    "request",
    "seal",
    "token",
];

/// What stands in the place of a value that opens something.
const HIDDEN: &str = "(hidden)";

/// An endpoint of the provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Endpoint {
    /// OpenID Connect discovery.
    Discovery,
    /// RFC 8414 metadata.
    OauthMetadata,
    /// The JWK set.
    Jwks,
    /// The authorization endpoint.
    Authorization,
    /// The login page's form.
    Login,
    /// The pushed authorization request endpoint.
    PushedAuthorizationRequest,
    /// The consent page's form.
    Consent,
    /// The token endpoint.
    Token,
    /// The UserInfo endpoint.
    Userinfo,
    /// The introspection endpoint.
    Introspection,
    /// The revocation endpoint.
    Revocation,
    /// The end-session endpoint.
    EndSession,
    /// The page of the `check_session_iframe`.
    CheckSession,
    /// `WebFinger`.
    Webfinger,
    /// The registration endpoint and the client configuration endpoint.
    Registration,
    /// The device authorization endpoint.
    DeviceAuthorization,
    /// The pages where a person lets a device in.
    Device,
    /// The trap, where nobody should come.
    Trap,
    /// Where distributed claims are fetched.
    Claims,
    /// The metadata of the claims provider.
    ClaimsProvider,
    /// The keys of the claims provider.
    ClaimsProviderKeys,
    /// None of ours: a call that the provider made itself.
    Outgoing,
}

impl Endpoint {
    /// The name that logs use.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Discovery => "discovery",
            Self::OauthMetadata => "oauth_metadata",
            Self::Jwks => "jwks",
            Self::Authorization => "authorization",
            Self::Login => "login",
            Self::PushedAuthorizationRequest => "pushed_authorization_request",
            Self::Consent => "consent",
            Self::Token => "token",
            Self::Userinfo => "userinfo",
            Self::Introspection => "introspection",
            Self::Revocation => "revocation",
            Self::EndSession => "end_session",
            Self::CheckSession => "check_session",
            Self::Webfinger => "webfinger",
            Self::Registration => "registration",
            Self::DeviceAuthorization => "device_authorization",
            Self::Device => "device",
            Self::Trap => "trap",
            Self::Claims => "claims",
            Self::ClaimsProvider => "claims_provider",
            Self::ClaimsProviderKeys => "claims_provider_keys",
            Self::Outgoing => "outgoing",
        }
    }
}

/// A refusal, with more than the wire was told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct JournalError {
    /// The code on the wire; of a call that the provider made itself, one word about what happened.
    pub code: &'static str,
    /// The precise reason.
    pub cause: String,
    /// The clause that asks for it.
    pub clause: &'static str,
}

/// Something that was given out.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct IssuedToken {
    /// What it is, such as `code`, `id_token`, `access_token`, `refresh_token` or `userinfo`.
    pub kind: &'static str,
    /// The header, of a JWT.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub header: Map<String, Value>,
    /// The header of what a JWT was encrypted into.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub encryption: Map<String, Value>,
    /// The claims, of a JWT and of a UserInfo response; of one that is plain JSON before the faults of the answer.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub claims: Map<String, Value>,
}

impl IssuedToken {
    /// Something that says nothing by itself.
    pub(super) fn opaque(kind: &'static str) -> Self {
        Self { kind, header: Map::new(), encryption: Map::new(), claims: Map::new() }
    }

    /// A JWT or a UserInfo response, without what opens the claims that others vouch for, and without those claims (OIDCC-5.6.2). Of a claim
    /// that is too long to be kept it has the length.
    pub(super) fn told(
        kind: &'static str,
        (header, encryption): (Map<String, Value>, Map<String, Value>),
        mut claims: Map<String, Value>,
    ) -> Self {
        let sources = claims.get_mut("_claim_sources").and_then(Value::as_object_mut);
        for source in sources.into_iter().flat_map(Map::values_mut).filter_map(Value::as_object_mut) {
            for opens in ["access_token", "JWT"] {
                if let Some(value) = source.get_mut(opens) {
                    *value = HIDDEN.into();
                }
            }
        }
        for claim in claims.values_mut() {
            let length = claim.as_str().map_or_else(|| claim.to_string().len(), str::len);
            if length > LONGEST_CLAIM {
                *claim = format!("({length} bytes)").into();
            }
        }
        Self { kind, header, encryption, claims }
    }
}

/// One request and its answer.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct JournalEntry {
    /// Its place in the order of answers, from 1.
    pub sequence: u64,
    /// When.
    pub time: Timestamp,
    /// Where.
    pub endpoint: Endpoint,
    /// The HTTP method.
    pub method: String,
    /// The issuer that the request reached.
    pub issuer: String,
    /// The parameters; values that open something are hidden.
    pub parameters: BTreeMap<String, String>,
    /// The client, once it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client: Option<String>,
    /// The user, once one is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// The HTTP status of the answer; 0 if the provider made a call itself and there was none.
    pub status: u16,
    /// Why it was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<JournalError>,
    /// What was given out.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tokens: Vec<IssuedToken>,
    /// The faults that fired in the answer.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub faults: Vec<String>,
    /// What somebody looking for a mistake would want to know.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// How the login was begun.
    #[serde(skip)]
    pub(super) begun: Begun,
    /// The faults of the answer's document, where they are known before it is sent.
    #[serde(skip)]
    pub(super) due: Option<Faults>,
}

impl JournalEntry {
    /// A page to be filled in while the request is handled.
    pub(super) fn new(endpoint: Endpoint, method: &str, issuer: String, time: Timestamp) -> Self {
        Self {
            sequence: 0,
            time,
            endpoint,
            method: method.to_owned(),
            issuer,
            parameters: BTreeMap::new(),
            client: None,
            user: None,
            status: 200,
            error: None,
            tokens: Vec::new(),
            faults: Vec::new(),
            notes: Vec::new(),
            begun: Begun::default(),
            due: None,
        }
    }

    pub(super) fn received(&mut self, parameters: &Parameters) {
        self.parameters = shown(parameters);
    }

    /// Notes the members of a document.
    pub(super) fn received_document(&mut self, document: &Map<String, Value>) {
        let told = |(name, value): (&String, &Value)| {
            // a client that sends its private keys has made a mistake, which need not be repeated here
            let hidden = SECRET.contains(&name.as_str()) || name == "jwks" && ClientKeys::new(value).is_err();
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            (name.clone(), if hidden { HIDDEN.to_owned() } else { text })
        };
        self.parameters.extend(document.iter().map(told));
    }

    /// Notes a refusal that is an answer of its own.
    pub(super) fn refused(&mut self, cause: &dyn Cause) {
        self.refused_by_redirect(cause, cause.status());
    }

    /// Notes a refusal that the browser carries to the client.
    pub(super) fn refused_by_redirect(&mut self, cause: &dyn Cause, status: u16) {
        self.status = status;
        self.error = Some(JournalError {
            code: cause.code().as_str(),
            cause: cause.to_string(),
            clause: cause.clause(),
        });
    }
}

/// Parameters, with values that open something hidden.
pub(super) fn shown(parameters: &Parameters) -> BTreeMap<String, String> {
    let shown = |(name, value): (&str, &str)| {
        let value = if SECRET.contains(&name) { HIDDEN } else { value };
        (name.to_owned(), value.to_owned())
    };
    parameters.iter().map(shown).collect()
}

/// The journal of one provider.
#[derive(Debug, Default)]
pub(super) struct Journal {
    entries: Mutex<(u64, VecDeque<JournalEntry>)>,
}

impl Journal {
    /// Adds an entry and gives it its number.
    pub(super) fn record(&self, mut entry: JournalEntry) -> JournalEntry {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entries.0 += 1;
        entry.sequence = entries.0;
        if entries.1.len() >= KEPT {
            entries.1.pop_front();
        }
        entries.1.push_back(entry.clone());
        entry
    }

    pub(super) fn entries(&self) -> Vec<JournalEntry> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner).1.iter().cloned().collect()
    }

    pub(super) fn after(&self, sequence: u64) -> Vec<JournalEntry> {
        let entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entries.1.iter().filter(|entry| entry.sequence > sequence).cloned().collect()
    }

    pub(super) fn last(&self) -> u64 {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner).0
    }

    pub(super) fn clear(&self) {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner).1.clear();
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    #[test]
    fn a_form_keeps_to_itself_what_opens_something() {
        let sent = Parameters::parse("grant_type=password&username=ada&password=p&refresh_token=r").unwrap();
        let shown = shown(&sent);
        let shown: Vec<_> = shown.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let expected = [
            ("grant_type", "password"),
            ("password", "(hidden)"),
            ("refresh_token", "(hidden)"),
            ("username", "ada"),
        ];
        assert_eq!(shown, expected);
    }

    #[test]
    fn a_token_keeps_to_itself_what_opens_the_claims_of_others() {
        let claims = json!({
            "sub": "u",
            "_claim_sources": {
                "bank": { "endpoint": "https://bank.example/", "access_token": "t" },
                "school": { "JWT": "a.b.c" },
                "odd": "t",
            },
        });
        let claims = claims.as_object().unwrap().clone();
        let told = IssuedToken::told("id_token", (Map::new(), Map::new()), claims);
        let expected = json!({
            "bank": { "endpoint": "https://bank.example/", "access_token": "(hidden)" },
            "school": { "JWT": "(hidden)" },
            "odd": "t",
        });
        assert_eq!((&told.claims["sub"], &told.claims["_claim_sources"]), (&json!("u"), &expected));
    }

    #[rstest]
    #[case::a_text("x".repeat(LONGEST_CLAIM).into(), "x".repeat(LONGEST_CLAIM).into())]
    #[case::too_long_a_text("x".repeat(LONGEST_CLAIM + 1).into(), json!("(65537 bytes)"))]
    #[case::a_list(json!(["a", "b"]), json!(["a", "b"]))]
    #[case::too_long_a_list(json!(["x".repeat(LONGEST_CLAIM)]), json!("(65540 bytes)"))]
    fn of_a_claim_that_is_too_long_to_be_kept_the_length_is_told(
        #[case] claim: Value,
        #[case] expected: Value,
    ) {
        let claims = json!({ "sub": "u", "extra": claim });
        let claims = claims.as_object().unwrap().clone();
        let told = IssuedToken::told("id_token", (Map::new(), Map::new()), claims);
        assert_eq!((&told.claims["sub"], &told.claims["extra"]), (&json!("u"), &expected));
    }

    #[test]
    fn a_document_keeps_to_itself_what_opens_something() {
        let mut entry = JournalEntry::new(Endpoint::Registration, "PUT", String::new(), Timestamp(0));
        let jwk = |more: Value| {
            let mut jwk =
                json!({ "kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" });
            jwk.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            json!({ "keys": [jwk] })
        };
        for (member, value, is_hidden) in [
            ("registration_access_token", json!("t"), true),
            ("client_name", json!("App"), false),
            ("jwks", jwk(json!({ "d": "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A" })), true),
            ("jwks", jwk(json!({})), false),
        ] {
            entry.received_document(&Map::from_iter([(member.to_owned(), value)]));
            assert_eq!(entry.parameters[member] == HIDDEN, is_hidden, "{member}");
        }
    }
}

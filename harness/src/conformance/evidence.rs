//! What happened in a case: who is signed in, what the provider was asked, what the browser saw.
//!
//! Everything here was seen from outside the relying party, so that a stranger's can be judged as well as ours.

use std::collections::BTreeMap;

use http::header::{LOCATION, SET_COOKIE};
use http::{HeaderMap, HeaderValue};
use serde::Serialize;
use serde_json::Value;

use super::tls;
use crate::transport::Response;
use crate::user_agent::Page;

/// Who the relying party says is signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Who {
    /// Nobody.
    Nobody,
    /// Somebody, and the subject where that can be told.
    Somebody(Option<String>),
    /// It did not say: an error status, or no answer at all.
    Unclear(String),
    /// There is no way to ask.
    NotAsked,
}

/// Whether what the flow is after came about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It did: the person is signed in, the tokens are new, the session is over.
    Done,
    /// It did not, and the relying party is well.
    Refused,
    /// It did not, and the relying party answered with this server error.
    Crashed(u16),
    /// It did not, and the relying party, which has answered before, does not any more.
    Gone,
    /// Nothing tells: there is no probe, and nothing more was asked of the provider.
    Silent,
}

/// Whose address was called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Site {
    /// The provider under test's own.
    Provider,
    /// The attacker's provider.
    Attacker,
    /// The trap: an address that nobody has a reason to call.
    Trap,
}

/// A request that reached one of our sites.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heard {
    /// Where.
    pub site: Site,
    /// `GET`, `POST` …
    pub method: String,
    /// The path.
    pub path: String,
    /// The last part of the path below the issuer: `token`, `jwks`, `.well-known/openid-configuration`.
    pub endpoint: String,
    /// The parameters of the query.
    pub query: Vec<(String, String)>,
    /// The parameters of a form body.
    pub form: Vec<(String, String)>,
    /// The headers, by lower-case name.
    pub headers: BTreeMap<String, String>,
    /// The status of the answer.
    pub status: u16,
    /// The faults that fired in it.
    pub faults: Vec<String>,
}

impl Heard {
    /// A header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }

    /// A parameter of the form, or else of the query.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        let mut all = self.form.iter().chain(&self.query);
        all.find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// What a relying party may know of the provider from before a case. One whose cases each have a provider at an address of
/// its own knows nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Memory {
    /// It lives on from case to case and knows one issuer, so that it need not ask twice.
    pub lives_on: bool,
    /// It has asked for the metadata since it was met.
    pub metadata: bool,
    /// It has asked for the keys since it was met.
    pub keys: bool,
}

impl Memory {
    /// Takes in what it asked for.
    pub fn learn(&mut self, heard: &[Heard]) {
        let asked = |endpoint: &str| {
            heard.iter().any(|heard| heard.site == Site::Provider && heard.endpoint == endpoint)
        };
        self.metadata |= asked(METADATA);
        self.keys |= asked(KEYS);
    }

    /// Whether it may know the metadata: it was told, or it lived before it was met and may have been told then.
    pub const fn may_know_the_metadata(self) -> bool {
        self.lives_on
    }

    /// Whether it may know the keys. One that had still to ask for the metadata when it was met had no keys either.
    pub const fn may_know_the_keys(self) -> bool {
        self.lives_on && (self.keys || !self.metadata)
    }
}

/// The metadata's place below the issuer.
pub const METADATA: &str = ".well-known/openid-configuration";
/// The fact that says why a case has nothing to judge.
pub const NOTHING_TO_SEE: &str = "nothing_to_see";
/// The keys' place below the issuer.
pub const KEYS: &str = "jwks";

/// Everything that was seen.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Evidence {
    /// Whether what the flow is after came about; `None` while it is under way.
    pub outcome: Option<Outcome>,
    /// Who was signed in before the provider misbehaved.
    pub before: Option<Who>,
    /// Who is signed in at the end.
    pub after: Option<Who>,
    /// The faults that fired, in their order.
    pub fired: Vec<String>,
    /// Requests at the provider, at the attacker's and at the trap, in the order of their answers.
    pub heard: Vec<Heard>,
    /// The answer of the relying party when the person came back.
    pub callback: Option<Answer>,
    /// What else the relying party answered during the flow, by what was asked of it.
    pub answers: Vec<(String, Answer)>,
    /// The first server error that it answered to a browser, whatever came of it.
    pub server_error: Option<u16>,
    /// What the probe saw at the end, where it says that nobody is signed in.
    pub nobody_because: Option<String>,
    /// What flows saw that no field is for.
    pub facts: BTreeMap<&'static str, Value>,
    /// The journals of the providers, without secrets.
    pub journal: Vec<Value>,
    /// What the relying party may have known before.
    pub memory: Memory,
}

/// An answer of the relying party.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// Where it redirects to.
    pub location: Option<String>,
    /// The names of the cookies that it sets; those that it takes away are left out.
    pub cookies: Vec<String>,
    /// Other headers, by lower-case name.
    pub headers: BTreeMap<String, String>,
    /// The body.
    pub body: String,
}

impl Answer {
    /// An answer as it came over the wire.
    pub fn of(response: &Response) -> Self {
        Self::read(response.status().as_u16(), response.headers(), &String::from_utf8_lossy(response.body()))
    }

    /// The answer that a page was made of.
    pub fn of_page(page: &Page) -> Self {
        Self::read(page.status, &page.headers, &page.body)
    }

    fn read(status: u16, headers: &HeaderMap, body: &str) -> Self {
        let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        let mut cookies = Vec::new();
        for cookie in headers.get_all(SET_COOKIE).iter().map(text) {
            let (name, rest) = cookie.split_once('=').unwrap_or((&cookie, ""));
            let taken_away = rest.starts_with(';') || rest.to_ascii_lowercase().contains("max-age=0");
            if !taken_away {
                cookies.push(name.trim().to_owned());
            }
        }
        Self {
            status,
            location: headers.get(LOCATION).map(text),
            cookies,
            headers: headers.iter().map(|(name, value)| (name.to_string(), text(value))).collect(),
            body: body.to_owned(),
        }
    }
}

impl Evidence {
    /// Requests to an endpoint of the provider.
    pub fn calls<'e>(&'e self, endpoint: &'e str) -> impl Iterator<Item = &'e Heard> {
        self.heard.iter().filter(move |heard| heard.site == Site::Provider && heard.endpoint == endpoint)
    }

    /// Requests for tokens in exchange for a code.
    pub fn token_requests(&self) -> impl Iterator<Item = &Heard> {
        self.calls("token").filter(|heard| heard.parameter("grant_type") == Some("authorization_code"))
    }

    /// Whether the provider gave out tokens, at whichever endpoint.
    pub fn token_was_given(&self) -> bool {
        self.tokens().any(|token| token.get("kind").is_some_and(|kind| kind != "code"))
    }

    /// Whether ID tokens are signed with the client's secret: nobody needs keys for those (OIDCC-10.1).
    pub fn is_signed_by_secret(&self) -> bool {
        let by_secret = |token: &Value| {
            let algorithm = token.pointer("/header/alg").and_then(Value::as_str);
            token.get("kind").is_some_and(|kind| kind == "id_token")
                && algorithm.is_some_and(|algorithm| algorithm.starts_with("HS"))
        };
        self.tokens().any(by_secret)
    }

    fn tokens(&self) -> impl Iterator<Item = &Value> {
        self.journal.iter().filter_map(|entry| entry.get("tokens")?.as_array()).flatten()
    }

    /// Authentication requests, as the browser brought them.
    pub fn authentication_requests(&self) -> impl Iterator<Item = &Heard> {
        self.calls("authorize")
    }

    /// What was asked of the provider after the first fault had fired.
    pub fn afterwards(&self) -> &[Heard] {
        // whoever comes in over a bad certificate has seen it before everything else
        if self.fired.iter().any(|fault| tls::flaw(fault).is_some()) {
            return &self.heard;
        }
        let fired = self.heard.iter().position(|heard| !heard.faults.is_empty());
        fired.and_then(|at| self.heard.get(at + 1..)).unwrap_or_default()
    }
}

//! The documents that a sign-in brings, and the only place that looks inside their JSON.
//!
//! A product never sees a `Value` of a claim directly: it asks a step for a claim and gets a [`Claim`], so that every
//! look is written into the trace. JSON `null` is the same as an absent claim (X-R7).

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Where a value was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Document {
    /// The claims of the ID token.
    IdToken,
    /// The claims of the access token.
    AccessToken,
    /// The claims of the UserInfo response.
    Userinfo,
    /// The vendor's configuration.
    Config,
    /// What the product had stored before this event.
    State,
    /// The request that the browser made, or what the relying party found out about the exchange.
    Request,
    /// A named default of a rule: nothing supplied the value.
    Default,
}

impl Document {
    /// The name used in traces and provenance, for example `id_token`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::IdToken => "id_token",
            Self::AccessToken => "access_token",
            Self::Userinfo => "userinfo",
            Self::Config => "config",
            Self::State => "state",
            Self::Request => "request",
            Self::Default => "default",
        }
    }

    /// Whether this is one of the three documents that carry claims.
    pub const fn carries_claims(self) -> bool {
        matches!(self, Self::IdToken | Self::AccessToken | Self::Userinfo)
    }
}

/// What the relying party found out about a token's signature.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Signature {
    /// Verified with a key of the provider.
    #[default]
    Valid,
    /// Checked, and wrong.
    Invalid,
    /// Not checked: the product is configured without keys, or there was no login.
    Unchecked,
}

/// A token as it was received.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Token {
    /// Its claims; `None` for an opaque token or one that is no JWT.
    pub claims: Option<Map<String, Value>>,
    /// What is known of its signature.
    pub signature: Signature,
}

impl Token {
    /// A JWT whose signature was verified.
    pub fn verified(claims: Map<String, Value>) -> Self {
        Self { claims: Some(claims), signature: Signature::Valid }
    }

    /// A JWT at whose signature nobody looked.
    pub fn unverified(claims: Map<String, Value>) -> Self {
        Self { claims: Some(claims), signature: Signature::Unchecked }
    }

    /// A token that is not a JWT.
    pub const fn opaque() -> Self {
        Self { claims: None, signature: Signature::Unchecked }
    }
}

/// A UserInfo response.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Userinfo {
    /// The HTTP status.
    pub status: u16,
    /// The claims; empty when the status is not 200 or the body was not a JSON object.
    pub claims: Map<String, Value>,
}

/// Everything that a sign-in received.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Documents {
    /// The ID token, if one was received.
    pub id_token: Option<Token>,
    /// The access token, if one was received.
    pub access_token: Option<Token>,
    /// The UserInfo response, if the endpoint was called.
    pub userinfo: Option<Userinfo>,
}

impl Documents {
    /// The claims of one document; `None` when the document is absent or opaque.
    pub fn claims(&self, document: Document) -> Option<&Map<String, Value>> {
        match document {
            Document::IdToken => self.id_token.as_ref()?.claims.as_ref(),
            Document::AccessToken => self.access_token.as_ref()?.claims.as_ref(),
            Document::Userinfo => self.userinfo.as_ref().map(|userinfo| &userinfo.claims),
            Document::Config | Document::State | Document::Request | Document::Default => None,
        }
    }

    /// The claims of one document, to change them (previews and tests take claims away).
    pub fn claims_mut(&mut self, document: Document) -> Option<&mut Map<String, Value>> {
        match document {
            Document::IdToken => self.id_token.as_mut()?.claims.as_mut(),
            Document::AccessToken => self.access_token.as_mut()?.claims.as_mut(),
            Document::Userinfo => self.userinfo.as_mut().map(|userinfo| &mut userinfo.claims),
            Document::Config | Document::State | Document::Request | Document::Default => None,
        }
    }

    /// The value at `path`; JSON `null` anywhere on the way counts as absent (X-R7).
    pub fn value(&self, document: Document, path: &ClaimPath) -> Option<&Value> {
        let claims = self.claims(document)?;
        let mut segments = path.0.iter();
        let mut value = claims.get(segments.next()?)?;
        for segment in segments {
            value = value.as_object()?.get(segment)?;
        }
        (!value.is_null()).then_some(value)
    }

    /// Takes the claim at `path` away and says whether it was there.
    pub fn remove(&mut self, document: Document, path: &ClaimPath) -> bool {
        let Some((last, parents)) = path.0.split_last() else { return false };
        let Some(mut object) = self.claims_mut(document) else { return false };
        for parent in parents {
            match object.get_mut(parent).and_then(Value::as_object_mut) {
                Some(inner) => object = inner,
                None => return false,
            }
        }
        object.shift_remove(last).is_some()
    }
}

/// The way to a claim: a top-level name, then member names. Names may hold dots and slashes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ClaimPath(Vec<String>);

impl ClaimPath {
    /// A top-level claim; dots in the name are part of the name.
    pub fn top(name: &str) -> Self {
        Self(vec![name.to_owned()])
    }

    /// A path written with dots, such as `resource_access.account.roles`.
    pub fn dotted(path: &str) -> Self {
        Self(path.split('.').map(str::to_owned).collect())
    }

    /// A path from its segments.
    pub fn of(segments: impl IntoIterator<Item = String>) -> Self {
        Self(segments.into_iter().collect())
    }

    /// The path of a JSON pointer (RFC 6901), such as `/realm_access/roles`.
    pub fn from_pointer(pointer: &str) -> Self {
        Self(pointer.split('/').skip(1).map(|s| s.replace("~1", "/").replace("~0", "~")).collect())
    }

    /// The segments, the top-level claim first.
    pub fn segments(&self) -> &[String] {
        &self.0
    }

    /// The JSON pointer (RFC 6901), such as `/realm_access/roles`.
    pub fn pointer(&self) -> String {
        self.0.iter().fold(String::new(), |mut pointer, segment| {
            pointer.push('/');
            pointer.push_str(&segment.replace('~', "~0").replace('/', "~1"));
            pointer
        })
    }
}

/// A claim that a step has asked for: present or not. Reading it further costs no new trace entry.
#[derive(Clone, Copy, Debug)]
pub struct Claim<'a>(Option<&'a Value>);

/// A claim read as some type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Typed<T> {
    /// There is no such claim, or it is `null`.
    Absent,
    /// The claim, of the wanted type.
    Is(T),
    /// The claim has another JSON type, named here: `array`, `boolean`, `number`, `object`, `string`.
    Not(&'static str),
}

impl<T> Typed<T> {
    /// The value, if it is there and of the wanted type.
    pub fn ok(self) -> Option<T> {
        match self {
            Self::Is(value) => Some(value),
            Self::Absent | Self::Not(_) => None,
        }
    }
}

impl<'a> Claim<'a> {
    pub(crate) const fn new(value: Option<&'a Value>) -> Self {
        Self(value)
    }

    /// Whether the claim is there and not `null`.
    pub const fn is_present(&self) -> bool {
        self.0.is_some()
    }

    /// The JSON value, for showing it.
    pub const fn value(&self) -> Option<&'a Value> {
        self.0
    }

    /// A JSON string.
    pub fn text(&self) -> Typed<&'a str> {
        self.typed(Value::as_str)
    }

    /// A JSON boolean.
    pub fn truth(&self) -> Typed<bool> {
        self.typed(Value::as_bool)
    }

    /// A JSON object.
    pub fn object(&self) -> Typed<&'a Map<String, Value>> {
        self.typed(Value::as_object)
    }

    /// A JSON array that holds strings only; any other array is `Not("array")`.
    pub fn texts(&self) -> Typed<Vec<&'a str>> {
        self.typed(|value| value.as_array()?.iter().map(Value::as_str).collect())
    }

    fn typed<T>(self, read: impl Fn(&'a Value) -> Option<T>) -> Typed<T> {
        match self.0 {
            None => Typed::Absent,
            Some(value) => read(value).map_or(Typed::Not(json_type(value)), Typed::Is),
        }
    }
}

impl<'a> From<&'a Value> for Claim<'a> {
    /// A value inside a claim that was already read, for example a member of an object claim.
    fn from(value: &'a Value) -> Self {
        Self((!value.is_null()).then_some(value))
    }
}

/// The JSON name of a value's type.
const fn json_type(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

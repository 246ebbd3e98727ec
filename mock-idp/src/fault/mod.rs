//! Deliberate violations: a catalogue of named faults, and what each does to an honest answer.
//!
//! A fault is a [`Target`] (what is changed), a name (which part of it) and a value out of a closed set (how):
//! `id_token.aud=missing`. Each says which clause it breaks and what a correct relying party does. The catalogue is drawn
//! from what the specifications demand and from published attacks.
//!
//! Pure: a fault only describes or edits. When it fires is [`plan`]'s; delays, statuses and broken connections are
//! performed by `http`. The honest path knows nothing of this room (`protocol` never names it).

mod access_token;
mod apply;
mod authorize;
mod bait;
mod claims;
mod context;
mod discovery;
mod endpoints;
mod forged;
mod id_token;
mod json_text;
mod jwks;
mod jwt;
mod jwt_header;
mod jwt_key;
mod logout;
mod logout_token;
mod lookup;
mod other_token;
mod parameters;
pub mod plan;
mod short_keys;
mod token;
mod transport;
mod userinfo;

use std::fmt;
use std::str::FromStr;

pub use self::apply::{Faults, FaultyToken, Unmade};
pub use self::bait::Bait;
pub use self::context::{Attacker, Context, Previous};
pub use self::jwt::Honest;
pub use self::jwt_key::SigningWith;
pub use self::logout::Delivery;
pub use self::transport::{Act, Header, Transport};

use self::jwt::JwsEdit;
use self::plan::Moment;
use crate::protocol::ResponseMode;
use serde_json::{Map, Value};

/// What a fault changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// The answer to a `WebFinger` query.
    Webfinger,
    /// The discovery document.
    Discovery,
    /// The JWK set.
    Jwks,
    /// The answer to a registration.
    Registration,
    /// The authorization response.
    Authorize,
    /// The token response.
    Token,
    /// The ID token.
    IdToken,
    /// The access token, where it is a JWT.
    AccessToken,
    /// The UserInfo response.
    Userinfo,
    /// What a claims provider signs: the JWT of aggregated or distributed claims.
    ClaimsJwt,
    /// The logout token.
    LogoutToken,
    /// How a logout token is delivered.
    BackchannelLogout,
    /// What the frame of a front-channel logout loads.
    FrontchannelLogout,
    /// The way back after a logout.
    EndSession,
}

impl Target {
    /// All of them, in the order of a login.
    pub const ALL: [Self; 14] = [
        Self::Webfinger,
        Self::Discovery,
        Self::Jwks,
        Self::Registration,
        Self::Authorize,
        Self::Token,
        Self::IdToken,
        Self::AccessToken,
        Self::Userinfo,
        Self::ClaimsJwt,
        Self::LogoutToken,
        Self::BackchannelLogout,
        Self::FrontchannelLogout,
        Self::EndSession,
    ];

    /// The word before the dot.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Webfinger => "webfinger",
            Self::Discovery => "discovery",
            Self::Jwks => "jwks",
            Self::Registration => "registration",
            Self::Authorize => "authorize",
            Self::Token => "token",
            Self::IdToken => "id_token",
            Self::AccessToken => "access_token",
            Self::Userinfo => "userinfo",
            Self::ClaimsJwt => "claims_jwt",
            Self::LogoutToken => "logout_token",
            Self::BackchannelLogout => "backchannel_logout",
            Self::FrontchannelLogout => "frontchannel_logout",
            Self::EndSession => "end_session",
        }
    }

    /// The moments of a login at which it is made, where there are several to choose from.
    pub const fn moments(self) -> &'static [Moment] {
        match self {
            Self::Token => &[Moment::Code, Moment::Refresh],
            Self::IdToken | Self::AccessToken => &Moment::ALL,
            Self::Webfinger
            | Self::Discovery
            | Self::Jwks
            | Self::Registration
            | Self::Authorize
            | Self::Userinfo
            | Self::ClaimsJwt
            | Self::LogoutToken
            | Self::BackchannelLogout
            | Self::FrontchannelLogout
            | Self::EndSession => &[],
        }
    }

    /// Whether it is made for one login, so that a fault of it can be chosen for that login alone.
    pub const fn is_of_a_login(self) -> bool {
        match self {
            Self::Authorize
            | Self::Token
            | Self::IdToken
            | Self::AccessToken
            | Self::Userinfo
            | Self::ClaimsJwt => true,
            Self::Webfinger
            | Self::Discovery
            | Self::Jwks
            | Self::Registration
            | Self::LogoutToken
            | Self::BackchannelLogout
            | Self::FrontchannelLogout
            | Self::EndSession => false,
        }
    }

    /// What the faults of this target are called after the dot.
    fn groups(self) -> impl Iterator<Item = &'static Group> {
        let lists: &'static [&'static [Group]] = match self {
            Self::Webfinger => &[lookup::WEBFINGER, transport::GROUPS],
            Self::Registration => &[lookup::REGISTRATION, transport::GROUPS],
            Self::Discovery => &[discovery::GROUPS, endpoints::GROUPS, transport::GROUPS],
            Self::Jwks => &[jwks::GROUPS, transport::GROUPS],
            Self::Authorize => &[authorize::GROUPS],
            Self::Token => &[token::GROUPS, transport::GROUPS],
            Self::IdToken => &[
                id_token::GROUPS,
                jwt_header::GROUPS,
                jwt_key::GROUPS,
                forged::GROUPS,
                short_keys::GROUPS,
                json_text::GROUPS,
                other_token::ID_TOKEN,
            ],
            Self::AccessToken => &[access_token::GROUPS, jwt_header::GROUPS, jwt_key::GROUPS],
            Self::Userinfo => &[userinfo::GROUPS, jwt_header::GROUPS, jwt_key::GROUPS, transport::GROUPS],
            Self::ClaimsJwt => &[userinfo::CLAIMS_JWT, jwt_header::GROUPS, jwt_key::GROUPS],
            Self::LogoutToken => {
                &[logout_token::GROUPS, jwt_header::GROUPS, jwt_key::GROUPS, other_token::LOGOUT_TOKEN]
            }
            Self::BackchannelLogout => &[logout::BACK_CHANNEL],
            Self::FrontchannelLogout => &[logout::FRONT_CHANNEL],
            Self::EndSession => &[logout::RETURN],
        };
        lists.iter().copied().flatten()
    }
}

/// What a correct relying party does about a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Expected {
    /// It refuses: the clause says MUST.
    Refuse,
    /// It should refuse: the clause says SHOULD, or leaves a way that is as good.
    ShouldRefuse,
    /// Both are right; something else must not happen, or there is something to learn.
    Either,
    /// It accepts: this is unusual, and allowed.
    Accept,
}

impl Expected {
    /// The word for lists.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Refuse => "refuse",
            Self::ShouldRefuse => "should refuse",
            Self::Either => "either",
            Self::Accept => "accept",
        }
    }
}

/// The faults of one part of an answer.
#[derive(Debug)]
struct Group {
    /// The word after the dot.
    name: &'static str,
    /// The clause that they break.
    clause: &'static str,
    /// What a correct relying party does.
    rp: &'static str,
    /// The ways in which the part can be wrong.
    values: &'static [Way],
}

/// One way to be wrong.
struct Way {
    /// The word after the equals sign.
    value: &'static str,
    expected: Expected,
    /// What the provider does.
    does: &'static str,
    edit: Edit,
}

impl fmt::Debug for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.value)
    }
}

/// An edit of a JSON object.
type JsonEdit = fn(&mut Map<String, Value>, &Context<'_>);

/// An edit of parameters.
type ParameterEdit = fn(&mut Vec<(String, String)>, &Context<'_>);

/// How an honest answer is changed.
enum Edit {
    /// The claims of a JWT before they are signed, or the members of a JSON answer.
    Json(JsonEdit),
    /// The parameters of an authorization response, of a logout's frame or of its way back.
    Parameters(ParameterEdit),
    /// The way in which an authorization response travels.
    Mode(ResponseMode),
    /// How a JWT is put together.
    Jws(JwsEdit),
    /// The text of a JSON answer.
    Text(fn(&str) -> Vec<u8>),
    /// What happens on the wire.
    Wire(Transport),
    /// How a logout token is delivered.
    Delivery(Delivery),
}

const fn way(value: &'static str, expected: Expected, does: &'static str, edit: Edit) -> Way {
    Way { value, expected, does, edit }
}

/// One named fault.
#[derive(Clone, Copy)]
pub struct Fault {
    target: Target,
    group: &'static Group,
    way: &'static Way,
}

impl Fault {
    /// Every fault there is, in the order of a login.
    pub fn all() -> impl Iterator<Item = Self> {
        Target::ALL.into_iter().flat_map(|target| {
            target
                .groups()
                .flat_map(move |group| group.values.iter().map(move |way| Self { target, group, way }))
        })
    }

    /// What it changes.
    pub const fn target(self) -> Target {
        self.target
    }

    /// Its name without the value, such as `id_token.aud`.
    pub fn name(self) -> String {
        format!("{}.{}", self.target.name(), self.group.name)
    }

    /// The part that it changes, such as `aud`.
    pub const fn part(self) -> &'static str {
        self.group.name
    }

    /// Its value, such as `missing`.
    pub const fn value(self) -> &'static str {
        self.way.value
    }

    /// The clause that it breaks.
    pub const fn clause(self) -> &'static str {
        self.group.clause
    }

    /// What the provider does, as a sentence without a subject.
    pub const fn does(self) -> &'static str {
        self.way.does
    }

    /// What a correct relying party does, as a sentence without a subject.
    pub const fn relying_party(self) -> &'static str {
        self.group.rp
    }

    /// Whether refusing is demanded.
    pub const fn expected(self) -> Expected {
        self.way.expected
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}={}", self.target.name(), self.group.name, self.way.value)
    }
}

impl fmt::Debug for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl PartialEq for Fault {
    fn eq(&self, other: &Self) -> bool {
        // names are unique, which a test holds
        self.target == other.target
            && self.group.name == other.group.name
            && self.way.value == other.way.value
    }
}

impl Eq for Fault {}

/// A fault that is not in the catalogue.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnknownFault {
    /// No `=`.
    #[error("`{0}` is not of the form `NAME=VALUE`, such as `id_token.aud=missing`")]
    Form(String),
    /// No fault of this name.
    #[error("unknown fault `{name}`")]
    Name {
        /// What was asked for.
        name: String,
        /// The name that comes nearest.
        nearest: Option<String>,
    },
    /// No such value.
    #[error("fault `{name}` has no value `{value}`")]
    Value {
        /// The fault.
        name: String,
        /// What was asked for.
        value: String,
        /// The values it has.
        values: Vec<&'static str>,
    },
}

impl UnknownFault {
    /// What to write instead.
    pub fn help(&self) -> String {
        match self {
            Self::Name { nearest: Some(nearest), .. } => {
                format!("did you mean `{nearest}`? `mock-idp faults` lists all of them")
            }
            Self::Form(_) | Self::Name { nearest: None, .. } => {
                "`mock-idp faults` lists all of them".to_owned()
            }
            Self::Value { values, .. } => format!("there are `{}`", values.join("`, `")),
        }
    }
}

impl FromStr for Fault {
    type Err = UnknownFault;

    fn from_str(text: &str) -> Result<Self, UnknownFault> {
        let (name, value) = text.split_once('=').ok_or_else(|| UnknownFault::Form(text.to_owned()))?;
        Self::find(name.trim(), value.trim())
    }
}

impl Fault {
    /// The fault of this name with this value.
    pub fn find(name: &str, value: &str) -> Result<Self, UnknownFault> {
        let of_name: Vec<Self> = Self::all().filter(|fault| fault.name() == name).collect();
        if let Some(fault) = of_name.iter().find(|fault| fault.value() == value) {
            return Ok(*fault);
        }
        if of_name.is_empty() {
            return Err(UnknownFault::Name { name: name.to_owned(), nearest: nearest(name) });
        }
        Err(UnknownFault::Value {
            name: name.to_owned(),
            value: value.to_owned(),
            values: of_name.iter().map(|fault| fault.value()).collect(),
        })
    }
}

/// The name that is likest, if one is like it at all.
fn nearest(name: &str) -> Option<String> {
    let mut names: Vec<String> = Fault::all().map(Fault::name).collect();
    names.dedup();
    let scored = names.into_iter().map(|known| (strsim::jaro_winkler(name, &known), known));
    let best = scored.max_by(|(one, _), (other, _)| one.total_cmp(other));
    best.filter(|(score, _)| *score > 0.8).map(|(_, known)| known)
}

#[cfg(test)]
mod tests;

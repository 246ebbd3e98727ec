//! How request objects can be signed, or not.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_json::Value;

use crate::protocol::keys::jws::{BadSignature, Decoded};
use crate::protocol::keys::{Algorithm, UnknownAlgorithm};

/// The wire name for no signature (RFC7518-3.6).
const NONE: &str = "none";

/// The algorithm of a request object; unlike tokens it may be unsigned (OIDCC-6.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ObjectAlgorithm {
    /// `none`.
    Unsigned,
    /// With a key or the secret of the client.
    Signed(Algorithm),
}

impl ObjectAlgorithm {
    /// `none`, and every signature algorithm.
    pub fn all() -> impl Iterator<Item = Self> {
        [Self::Unsigned].into_iter().chain(Algorithm::ALL.map(Self::Signed))
    }

    /// The wire name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unsigned => NONE,
            Self::Signed(algorithm) => algorithm.as_str(),
        }
    }

    /// Whether the key is the client's secret.
    pub const fn is_symmetric(self) -> bool {
        match self {
            Self::Unsigned => false,
            Self::Signed(algorithm) => algorithm.is_symmetric(),
        }
    }

    /// The algorithm in an object's header.
    pub(super) fn of(object: &Decoded) -> Result<Self, BadSignature> {
        if object.header.get("alg").and_then(Value::as_str) == Some(NONE) {
            return Ok(Self::Unsigned);
        }
        object.algorithm().map(Self::Signed)
    }
}

impl fmt::Display for ObjectAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for ObjectAlgorithm {
    type Err = UnknownAlgorithm;

    fn from_str(text: &str) -> Result<Self, UnknownAlgorithm> {
        if text == NONE { Ok(Self::Unsigned) } else { text.parse().map(Self::Signed) }
    }
}

impl Serialize for ObjectAlgorithm {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for ObjectAlgorithm {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

impl JsonSchema for ObjectAlgorithm {
    fn schema_name() -> Cow<'static, str> {
        "ObjectAlgorithm".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let names: Vec<_> = Self::all().map(Self::as_str).collect();
        json_schema!({
            "description": "How a request object is signed; `none` for not at all.",
            "type": "string",
            "enum": names,
            "x-noun": "signing algorithm",
        })
    }
}

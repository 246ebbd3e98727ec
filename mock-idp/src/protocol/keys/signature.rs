//! How a document is signed, where `none` is an answer too (RFC7518-3.6).

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::{Algorithm, UnknownAlgorithm};

/// The wire name of no signature.
const NONE: &str = "none";

/// How a document is signed, if it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Signature {
    /// With a key.
    Signed(Algorithm),
    /// Not at all: `none`.
    Unsigned,
}

impl Signature {
    /// `none`, and every algorithm.
    pub fn all() -> impl Iterator<Item = Self> {
        [Self::Unsigned].into_iter().chain(Algorithm::ALL.map(Self::Signed))
    }

    /// The wire name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Signed(algorithm) => algorithm.as_str(),
            Self::Unsigned => NONE,
        }
    }

    /// The algorithm, if there is one.
    pub const fn algorithm(self) -> Option<Algorithm> {
        match self {
            Self::Signed(algorithm) => Some(algorithm),
            Self::Unsigned => None,
        }
    }

    /// Whether the key is the client's secret.
    pub const fn is_symmetric(self) -> bool {
        matches!(self, Self::Signed(algorithm) if algorithm.is_symmetric())
    }
}

impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Signature {
    type Err = UnknownAlgorithm;

    fn from_str(text: &str) -> Result<Self, UnknownAlgorithm> {
        if text == NONE { Ok(Self::Unsigned) } else { text.parse().map(Self::Signed) }
    }
}

impl Serialize for Signature {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Signature {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

impl JsonSchema for Signature {
    fn schema_name() -> Cow<'static, str> {
        "Signature".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let names: Vec<_> = Algorithm::ALL.map(Algorithm::as_str).into_iter().chain([NONE]).collect();
        json_schema!({
            "type": "string",
            "description": "A signature algorithm, or `none`.",
            "x-noun": "signing algorithm",
            "enum": names
        })
    }
}

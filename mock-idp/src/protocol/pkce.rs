//! Proof Key for Code Exchange (RFC 7636).

use std::str::FromStr;

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq as _;

/// How a challenge is made from a verifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChallengeMethod {
    /// The verifier itself.
    Plain,
    /// The SHA-256 of the verifier.
    S256,
}

/// Text that names no method.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a code challenge method, those are `S256` and `plain`")]
pub struct UnknownChallengeMethod(String);

impl ChallengeMethod {
    /// Both.
    pub const ALL: [Self; 2] = [Self::S256, Self::Plain];

    /// The wire spelling.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::S256 => "S256",
        }
    }
}

impl FromStr for ChallengeMethod {
    type Err = UnknownChallengeMethod;

    fn from_str(text: &str) -> Result<Self, UnknownChallengeMethod> {
        let known = Self::ALL.into_iter().find(|method| method.as_str() == text);
        known.ok_or_else(|| UnknownChallengeMethod(text.to_owned()))
    }
}

/// Which clients have to send a challenge when they ask for a code.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(transform = crate::protocol::plain_enum)]
pub enum PkceRule {
    /// None has to; a challenge is honoured when there is one.
    Optional,
    /// Those that cannot keep a secret: "Public clients MUST use PKCE" (RFC9700-2.1.1).
    #[default]
    PublicClients,
    /// All of them.
    Required,
}

impl PkceRule {
    /// Whether a client has to.
    pub const fn binds(self, public: bool) -> bool {
        match self {
            Self::Optional => false,
            Self::PublicClients => public,
            Self::Required => true,
        }
    }
}

/// What a request for a code promised to prove later.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Challenge {
    /// How it was made.
    pub method: ChallengeMethod,
    /// The challenge.
    pub value: String,
}

impl Challenge {
    /// Whether a verifier belongs to this challenge (RFC7636-4.6).
    pub fn is_met_by(&self, verifier: &str) -> bool {
        let computed = match self.method {
            ChallengeMethod::Plain => verifier.to_owned(),
            ChallengeMethod::S256 => s256(verifier),
        };
        computed.as_bytes().ct_eq(self.value.as_bytes()).into()
    }
}

/// `BASE64URL-ENCODE(SHA256(ASCII(code_verifier)))` (RFC7636-4.2).
pub fn s256(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, verifier.as_bytes()))
}

/// Whether text has the form of a verifier or challenge: 43 to 128 unreserved characters (RFC7636-4.1, 4.2).
pub fn is_well_formed(text: &str) -> bool {
    (43..=128).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_example_of_the_rfc_holds() {
        let vector: serde_json::Value =
            serde_json::from_str(include_str!("../../../fixtures/vectors/rfc7636.json")).unwrap();
        let value = vector["challenge"].as_str().unwrap().to_owned();
        let challenge = Challenge { method: ChallengeMethod::S256, value };
        assert!(challenge.is_met_by(vector["verifier"].as_str().unwrap()));
    }

    proptest! {
        #[test]
        fn only_the_right_verifier_passes(right in "[a-zA-Z0-9._~-]{43,128}", wrong in "[a-zA-Z0-9._~-]{43,128}") {
            for method in ChallengeMethod::ALL {
                let value = if method == ChallengeMethod::S256 { s256(&right) } else { right.clone() };
                let challenge = Challenge { method, value };
                prop_assert!(challenge.is_met_by(&right));
                prop_assert_eq!(challenge.is_met_by(&wrong), right == wrong);
            }
        }
    }
}

//! Calls that the provider makes itself: to whom, and how long it waits.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use url::Url;

use super::Duration;

/// Calls that the provider makes itself, for documents that clients publish and for back-channel logouts. They always may
/// go to the loopback interface.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(extend("x-noun" = "outgoing setting"))]
pub struct OutgoingConfig {
    /// The hosts that may be called besides the loopback interface, such as `app.example` or `app.example:8443`; without a
    /// port, at every port.
    pub allow: Vec<AllowedHost>,
    /// How long a call may take in all; `5s`.
    pub timeout: Duration,
    /// Accept every certificate from the hosts that are called. Only for tests against servers whose certificates nobody
    /// signed.
    pub insecure_skip_certificate_check: bool,
}

impl Default for OutgoingConfig {
    fn default() -> Self {
        Self { allow: Vec::new(), timeout: Duration::from_secs(5), insecure_skip_certificate_check: false }
    }
}

/// A host that may be called, at one port or at every one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AllowedHost {
    /// The host as URLs have it: lower case, an IPv6 address in brackets.
    host: String,
    port: Option<u16>,
}

/// Text that does not name a host.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a host such as `app.example`, or a host and port such as `app.example:8443`")]
pub struct NotAHost(String);

impl AllowedHost {
    /// Whether a URL leads to this host.
    pub fn is_at(&self, url: &Url) -> bool {
        url.host_str() == Some(self.host.as_str())
            && self.port.is_none_or(|port| url.port_or_known_default() == Some(port))
    }
}

impl FromStr for AllowedHost {
    type Err = NotAHost;

    fn from_str(text: &str) -> Result<Self, NotAHost> {
        let wrong = || NotAHost(text.to_owned());
        if text.contains(|c: char| "/?#@\\".contains(c) || c.is_whitespace() || c.is_control()) {
            return Err(wrong());
        }
        let port = text.rsplit_once(':').filter(|(host, _)| !host.is_empty() && !text.ends_with(']'));
        let (host, port) = match port {
            Some((host, port)) => (host, Some(port.parse().map_err(|_| wrong())?)),
            None => (text, None),
        };
        // the parser brings a name into the one form that URLs have it in
        let url = Url::parse(&format!("http://{host}")).map_err(|_| wrong())?;
        let host = url.host_str().ok_or_else(wrong)?.to_owned();
        Ok(Self { host, port })
    }
}

impl fmt::Display for AllowedHost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.port {
            Some(port) => write!(f, "{}:{port}", self.host),
            None => f.write_str(&self.host),
        }
    }
}

impl Serialize for AllowedHost {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for AllowedHost {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

impl JsonSchema for AllowedHost {
    fn schema_name() -> Cow<'static, str> {
        "AllowedHost".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "description": "A host, or a host and port: `app.example`, `app.example:8443`.",
        })
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::any_port("app.example", "https://app.example:8443/jwks", true)]
    #[case::the_port("app.example:8443", "https://app.example:8443/jwks", true)]
    #[case::the_usual_port("app.example:443", "https://app.example/jwks", true)]
    #[case::another_port("app.example:8443", "https://app.example/jwks", false)]
    #[case::letter_case("App.Example", "https://APP.example/", true)]
    #[case::address("10.0.0.7", "http://10.0.0.7:3000/", true)]
    #[case::ipv6_address("[fd00::7]", "http://[fd00:0:0::7]:3000/", true)]
    #[case::ipv6_address_and_port("[fd00::7]:3000", "http://[fd00::7]:3000/", true)]
    #[case::below_the_name("app.example", "https://evil.app.example/", false)]
    #[case::name_as_a_user("app.example", "https://app.example@evil.example/", false)]
    fn a_host_is_compared_as_a_whole(#[case] allowed: &str, #[case] url: &str, #[case] expected: bool) {
        let allowed: AllowedHost = allowed.parse().unwrap();
        assert_eq!(allowed.is_at(&Url::parse(url).unwrap()), expected);
    }

    #[rstest]
    #[case::url("https://app.example")]
    #[case::path("app.example/jwks")]
    #[case::user("me@app.example")]
    #[case::no_number("app.example:https")]
    #[case::port_too_large("app.example:65536")]
    #[case::nothing("")]
    #[case::only_a_port(":8443")]
    #[case::space("app example")]
    fn other_text_is_no_host(#[case] text: &str) {
        assert_eq!(text.parse::<AllowedHost>(), Err(NotAHost(text.to_owned())));
    }
}

//! What authentication requests may look like.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Whether clients may hand their requests over before they send the browser (RFC 9126).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(transform = crate::protocol::plain_enum)]
pub enum PushedRequests {
    /// They may.
    #[default]
    Optional,
    /// They have to.
    Required,
    /// There is no endpoint for it.
    Off,
}

/// What authentication requests may look like, for every client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(extend("x-noun" = "request setting"))]
pub struct Requests {
    /// Take request objects by value, as `request` (OpenID Connect Core 6.1); yes. Otherwise they are refused with
    /// `request_not_supported`.
    pub objects: bool,
    /// Fetch request objects from `request_uri` (OpenID Connect Core 6.2); yes. Otherwise they are refused with
    /// `request_uri_not_supported`. What may be called at all is said in `outgoing`.
    pub by_reference: bool,
    /// Fetch request objects only from a client's `request_uris`. Left out: yes as long as only registered clients are
    /// known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub only_registered_uris: Option<bool>,
    /// Whether requests may be pushed to `/par` (RFC 9126).
    pub pushed: PushedRequests,
}

impl Default for Requests {
    fn default() -> Self {
        Self {
            objects: true,
            by_reference: true,
            only_registered_uris: None,
            pushed: PushedRequests::default(),
        }
    }
}

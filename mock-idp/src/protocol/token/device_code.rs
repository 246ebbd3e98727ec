//! A device without a browser (RFC 8628): what is checked when it asks for the first time, and each time after.

use serde::Serialize;

use super::TokenError;
use crate::protocol::client::Client;
use crate::protocol::{Parameters, Timestamp};

/// "the interval MUST be increased by 5 seconds for this and all subsequent requests" (RFC8628-3.5)
pub const SLOWER: i64 = 5;

/// What a device is told first (RFC8628-3.2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DeviceAuthorization {
    /// What the device asks with.
    pub device_code: String,
    /// What the person copies.
    pub user_code: String,
    /// Where the person goes.
    pub verification_uri: String,
    /// Where the person goes without copying anything.
    pub verification_uri_complete: String,
    /// For how many seconds both codes are good.
    pub expires_in: i64,
    /// How many seconds the device waits between two questions.
    pub interval: i64,
}

/// Whether the client may use this grant at all.
pub fn allowed(client: &Client) -> Result<(), TokenError> {
    if client.device { Ok(()) } else { Err(TokenError::DeviceNotAllowed(client.id.clone())) }
}

/// The device code in a token request (RFC8628-3.4).
pub fn device_code(request: &Parameters) -> Result<&str, TokenError> {
    request.value("device_code").ok_or(TokenError::ParameterMissing("device_code"))
}

/// A device code is the client's that asked for it, as every other grant is (RFC6749-5.2).
pub fn issued_to(issued_to: &str, presented_by: &str) -> Result<(), TokenError> {
    if issued_to == presented_by {
        return Ok(());
    }
    Err(TokenError::DeviceCodeOfAnotherClient {
        issued_to: issued_to.to_owned(),
        presented_by: presented_by.to_owned(),
    })
}

/// Whether a device asks again before the interval is over.
pub fn hurries(last: Option<Timestamp>, now: Timestamp, interval: i64) -> bool {
    last.is_some_and(|last| now.seconds_since(last) < interval)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::first_time(None, false)]
    #[case::at_once(Some(100), true)]
    #[case::a_little_early(Some(96), true)]
    #[case::in_time(Some(95), false)]
    #[case::late(Some(1), false)]
    fn a_device_waits_for_the_interval(#[case] last: Option<i64>, #[case] expected: bool) {
        assert_eq!(hurries(last.map(Timestamp), Timestamp(100), 5), expected);
    }
}

//! How the answer travels (OAuth 2.0 Multiple Response Type Encoding Practices).

use super::Refused;
use crate::protocol::client::Client;
use crate::protocol::{Parameters, ResponseMode, ResponseType};

/// The response mode, safe for what is asked for.
///
/// "the Response Type's default Response Mode encoding [is fragment and] response parameters MUST NOT be encoded in the
/// query string" (OAuth.Responses-3, 5), unless the client is registered for the non-standard way.
pub(super) fn fitting(
    request: &Parameters,
    client: &Client,
    response_type: ResponseType,
) -> Result<ResponseMode, Refused> {
    let Some(text) = request.value("response_mode") else {
        return Ok(response_type.default_mode());
    };
    let mode: ResponseMode = text.parse().map_err(|_| Refused::ResponseModeUnknown(text.to_owned()))?;
    if mode == ResponseMode::Query && response_type.has_any_token() && !client.query_tokens {
        return Err(Refused::ResponseModeUnsafe(response_type.as_str()));
    }
    Ok(mode)
}

/// The mode for an error, when little of the request is known to be good: the one asked for if an answer could travel
/// that way, else the default of the response type, else the query string.
pub(super) fn for_errors(request: &Parameters, client: &Client) -> ResponseMode {
    let response_type = request.value("response_type").and_then(|text| text.parse::<ResponseType>().ok());
    let asked = request.value("response_mode").and_then(|text| text.parse::<ResponseMode>().ok());
    let default = response_type.map_or(ResponseMode::Query, ResponseType::default_mode);
    match asked {
        Some(ResponseMode::Query) if client.query_tokens => ResponseMode::Query,
        Some(ResponseMode::Query) | None => default,
        Some(ResponseMode::Fragment) => ResponseMode::Fragment,
        Some(ResponseMode::FormPost) => ResponseMode::FormPost,
    }
}

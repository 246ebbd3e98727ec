//! What is asked for (OIDCC-3.1.2.1, RFC6749-3.1.1).

use super::Refused;
use crate::protocol::client::Client;
use crate::protocol::{Parameters, ResponseType};

/// The response type, known here and allowed to the client.
pub(super) fn allowed(request: &Parameters, client: &Client) -> Result<ResponseType, Refused> {
    let text = request.value("response_type").ok_or(Refused::ResponseTypeMissing)?;
    let response_type: ResponseType =
        text.parse().map_err(|_| Refused::ResponseTypeUnknown(text.to_owned()))?;
    if client.response_types.contains(&response_type) {
        Ok(response_type)
    } else {
        Err(Refused::ResponseTypeNotAllowed {
            client_id: client.id.clone(),
            response_type: response_type.as_str(),
        })
    }
}

//! The nonce (OIDCC-3.1.2.1, OIDCC-3.2.2.1, OIDCC-3.3.2.11).

use super::Refused;
use crate::protocol::{Parameters, ResponseType};

/// The nonce; required where an ID token comes back from the authorization endpoint.
///
/// "Use of the nonce Claim is REQUIRED for this flow." (OIDCC-3.2.2.1; for the hybrid flow OIDCC-3.3.2.11)
pub(super) fn present_where_due(
    request: &Parameters,
    response_type: ResponseType,
) -> Result<Option<String>, Refused> {
    let nonce = request.owned("nonce");
    if response_type.has_id_token() && nonce.is_none() {
        return Err(Refused::NonceMissing);
    }
    Ok(nonce)
}

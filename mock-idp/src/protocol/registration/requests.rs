//! How a registered client may ask (OIDCR-2).

use super::members::{Members, wrong};
use super::{RegistrationError, Rules, refusal};
use crate::protocol::authorization::ObjectAlgorithm;
use crate::protocol::client::AuthMethod;

/// `request_object_signing_alg`: any algorithm when left out.
pub(super) fn object_alg(
    members: &mut Members<'_>,
    method: AuthMethod,
    rules: &Rules,
) -> Result<Option<ObjectAlgorithm>, RegistrationError> {
    const MEMBER: &str = "request_object_signing_alg";
    let Some(name) = members.text(MEMBER)? else { return Ok(None) };
    let algorithm: ObjectAlgorithm =
        name.parse().map_err(|_| wrong(MEMBER, "a signature algorithm or `none`"))?;
    if !rules.request_objects {
        return Err(refusal(MEMBER, name, "request objects are switched off".to_owned()));
    }
    if algorithm.is_symmetric() && method == AuthMethod::None {
        return Err(RegistrationError::Contradiction(format!(
            "a public client has no secret to sign {algorithm} with (OIDCC-10.1)"
        )));
    }
    Ok(Some(algorithm))
}

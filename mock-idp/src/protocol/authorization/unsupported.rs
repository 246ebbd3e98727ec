//! What this provider does not do, said instead of ignored (OIDCC-3.1.2.6).

use super::Refused;
use crate::protocol::Parameters;

/// Refuses registrations by value, and request objects and references where they are switched off: ignoring them would answer another
/// question than was asked.
pub(super) fn absent(request: &Parameters) -> Result<(), Refused> {
    let refusals = [
        ("request", Refused::RequestObjectUnsupported),
        ("request_uri", Refused::RequestUriUnsupported),
        ("registration", Refused::RegistrationUnsupported),
    ];
    refusals
        .into_iter()
        .find(|(name, _)| request.value(name).is_some())
        .map_or(Ok(()), |(_, refusal)| Err(refusal))
}

//! Members about TLS certificates (RFC8705-2.1.2, RFC8705-3.4).

use super::members::Members;
use super::{RegistrationError, Rules, refusal};
use crate::protocol::client_certificate::CertificateSubject;

/// "A client using the `tls_client_auth` authentication method MUST use exactly one of the below metadata parameters"
/// (RFC8705-2.1.2)
pub(super) fn subject(members: &mut Members<'_>) -> Result<CertificateSubject, RegistrationError> {
    let mut found = Vec::new();
    for place in CertificateSubject::PLACES {
        let name = members.text(&format!("tls_client_auth_{place}"))?;
        found.extend(name.and_then(|name| CertificateSubject::at(place, name)));
    }
    let [subject] = found.as_slice() else {
        let all = CertificateSubject::PLACES.map(|place| format!("`tls_client_auth_{place}`")).join(", ");
        return Err(RegistrationError::Contradiction(format!(
            "tls_client_auth needs exactly one of {all} (RFC8705-2.1.2)"
        )));
    };
    subject
        .checked()
        .map_err(|why| RegistrationError::Contradiction(format!("no certificate is for that: {why}")))?;
    Ok(subject.clone())
}

/// `tls_client_certificate_bound_access_tokens`
pub(super) fn bound(members: &mut Members<'_>, rules: &Rules) -> Result<bool, RegistrationError> {
    const MEMBER: &str = "tls_client_certificate_bound_access_tokens";
    let bound = members.flag(MEMBER)?;
    if bound && !rules.certificates {
        return Err(refusal(MEMBER, "true", "nobody is asked for a TLS certificate".to_owned()));
    }
    Ok(bound)
}

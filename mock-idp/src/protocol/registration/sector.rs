//! Whether a client has pairwise subjects, and what its sector says about it (OIDCC-8.1, OIDCR-5).

use super::members::Members;
use super::{RegistrationError, refusal, uris};
use crate::protocol::subject::{self, SubjectType};

/// What a client says of its sector.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Sector {
    /// The sector of its pairwise subjects, if it has such.
    pub(super) host: Option<String>,
    /// A document that has to list its redirect URIs.
    pub(super) uri: Option<String>,
}

/// `subject_type` and `sector_identifier_uri`.
pub(super) fn of(members: &mut Members<'_>, redirect_uris: &[String]) -> Result<Sector, RegistrationError> {
    let kind = subject_type(members)?;
    let uri = uris::document(members, "sector_identifier_uri")?;
    let host = match kind {
        SubjectType::Public => None,
        SubjectType::Pairwise => Some(
            subject::sector(uri.as_deref(), redirect_uris.iter().map(String::as_str))
                .map_err(|why| RegistrationError::Contradiction(why.to_string()))?,
        ),
    };
    Ok(Sector { host, uri })
}

fn subject_type(members: &mut Members<'_>) -> Result<SubjectType, RegistrationError> {
    const MEMBER: &str = "subject_type";
    let kind = match members.text(MEMBER)? {
        None => SubjectType::Public,
        Some(name) => {
            let known = SubjectType::ALL.into_iter().find(|kind| kind.as_str() == name);
            known.ok_or_else(|| refusal(MEMBER, name, "there are public, pairwise".to_owned()))?
        }
    };
    members.say(MEMBER, kind.as_str());
    Ok(kind)
}

/// "The values of the registered `redirect_uris` MUST be included in the elements of the array." (OIDCR-5)
pub(super) fn lists(uri: &str, listed: &[String], redirect_uris: &[String]) -> Result<(), RegistrationError> {
    match redirect_uris.iter().find(|redirect_uri| !listed.contains(redirect_uri)) {
        None => Ok(()),
        Some(missing) => Err(RegistrationError::Sector {
            uri: uri.to_owned(),
            why: format!("it does not list the redirect URI `{missing}`"),
        }),
    }
}

//! How a registered client may ask (OIDCR-2).

use super::members::{Members, address, wrong};
use super::{RegistrationError, Rules, refusal};
use crate::protocol::client::{AuthMethod, Pushing};
use crate::protocol::keys::Signature;
use crate::protocol::keys::jwe::{ContentEncryption, KeyManagement};

/// `request_object_signing_alg`: any algorithm when left out.
pub(super) fn object_alg(
    members: &mut Members<'_>,
    method: AuthMethod,
    rules: &Rules,
) -> Result<Option<Signature>, RegistrationError> {
    const MEMBER: &str = "request_object_signing_alg";
    let Some(name) = members.text(MEMBER)? else { return Ok(None) };
    let algorithm: Signature = name.parse().map_err(|_| wrong(MEMBER, "a signature algorithm or `none`"))?;
    if !rules.requests.objects {
        return Err(refusal(MEMBER, name, "request objects are switched off".to_owned()));
    }
    if algorithm.is_symmetric() && method == AuthMethod::None {
        return Err(RegistrationError::Contradiction(format!(
            "a public client has no secret to sign {algorithm} with (OIDCC-10.1)"
        )));
    }
    Ok(Some(algorithm))
}

/// `request_uris`, which are fetched when a request refers to them. Each may have the hash of its content for a fragment.
pub(super) fn request_uris(members: &mut Members<'_>) -> Result<Vec<String>, RegistrationError> {
    let uris = members.texts("request_uris")?.unwrap_or_default();
    let good = |uri: &&str| address(uri).is_some_and(|url| matches!(url.scheme(), "http" | "https"));
    if !uris.iter().all(good) {
        return Err(wrong("request_uris", "a list of http or https URLs"));
    }
    Ok(uris.into_iter().map(str::to_owned).collect())
}

/// `require_pushed_authorization_requests` (RFC9126-6).
pub(super) fn pushing(members: &mut Members<'_>, rules: &Rules) -> Result<Pushing, RegistrationError> {
    const MEMBER: &str = "require_pushed_authorization_requests";
    if !members.flag(MEMBER)? {
        return Ok(Pushing::Optional);
    }
    if !rules.requests.pushed {
        return Err(refusal(MEMBER, "true", "requests cannot be pushed".to_owned()));
    }
    Ok(Pushing::Required)
}

/// `request_object_encryption_alg` and `request_object_encryption_enc`: what the client may use. "The RP MAY still use other
/// supported encryption algorithms or send unencrypted Request Objects, even when this parameter is present." (OIDCR-2)
pub(super) fn encryption(members: &mut Members<'_>) -> Result<(), RegistrationError> {
    const ALG: &str = "request_object_encryption_alg";
    const ENC: &str = "request_object_encryption_enc";
    let alg = members.text(ALG)?;
    if alg.is_some_and(|name| name.parse::<KeyManagement>().is_err()) {
        return Err(wrong(ALG, "a key encryption algorithm of the metadata"));
    }
    match members.text(ENC)? {
        Some(name) if name.parse::<ContentEncryption>().is_err() => {
            Err(wrong(ENC, "a content encryption algorithm of the metadata"))
        }
        Some(_) if alg.is_none() => Err(RegistrationError::Contradiction(format!(
            "`{ENC}` is nothing without `{ALG}`, which has to be said as well"
        ))),
        None if alg.is_some() => {
            members.say(ENC, ContentEncryption::default().as_str());
            Ok(())
        }
        Some(_) | None => Ok(()),
    }
}

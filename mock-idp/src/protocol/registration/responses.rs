//! How ID tokens and UserInfo responses for a registered client are signed and encrypted (OIDCR-2).

use super::members::{Members, wrong};
use super::{RegistrationError, Rules, refusal};
use crate::protocol::ResponseType;
use crate::protocol::client::{AuthMethod, TokenProfile};
use crate::protocol::keys::jwe::{ContentEncryption, Encryption, KeyManagement};
use crate::protocol::keys::{Algorithm, ClientKeys, Signature};

/// What a client has to receive with.
#[derive(Clone, Copy, Debug)]
pub(super) struct Means<'a> {
    pub(super) method: AuthMethod,
    /// Its keys, where it sent them; those that it publishes are looked up when they are needed.
    pub(super) keys: Option<&'a ClientKeys>,
}

/// The documents of one kind, by the members that are about them.
struct Kind {
    signature: &'static str,
    alg: &'static str,
    enc: &'static str,
}

const ID_TOKEN: Kind = Kind {
    signature: "id_token_signed_response_alg",
    alg: "id_token_encrypted_response_alg",
    enc: "id_token_encrypted_response_enc",
};

const USERINFO: Kind = Kind {
    signature: "userinfo_signed_response_alg",
    alg: "userinfo_encrypted_response_alg",
    enc: "userinfo_encrypted_response_enc",
};

/// What is said of signatures and encryption.
pub(super) fn profile<'r>(
    members: &mut Members<'_>,
    rules: &Rules,
    means: Means<'_>,
    response_types: impl IntoIterator<Item = &'r ResponseType>,
) -> Result<TokenProfile, RegistrationError> {
    let id_token = match signature(members, &ID_TOKEN, rules, means)? {
        Some(Signature::Unsigned) => unsigned(response_types)?,
        Some(signed) => signed,
        None => by_default(members, rules),
    };
    Ok(TokenProfile {
        id_token_alg: Some(id_token),
        id_token_encryption: encryption(members, &ID_TOKEN, means)?,
        userinfo_alg: signature(members, &USERINFO, rules, means)?,
        userinfo_encryption: encryption(members, &USERINFO, means)?,
        ..TokenProfile::default()
    })
}

/// A signature that the provider can make and the client can verify.
fn signature(
    members: &mut Members<'_>,
    kind: &Kind,
    rules: &Rules,
    means: Means<'_>,
) -> Result<Option<Signature>, RegistrationError> {
    let Some(name) = members.text(kind.signature)? else { return Ok(None) };
    let offered = || rules.id_token_algorithms.iter().copied().map(Signature::Signed);
    let known = offered().chain([Signature::Unsigned]).find(|signature| signature.as_str() == name);
    let all = || offered().map(Signature::as_str).collect::<Vec<_>>().join(", ");
    let signature = known.ok_or_else(|| refusal(kind.signature, name, format!("there are {}", all())))?;
    if signature.is_symmetric() && means.method == AuthMethod::None {
        return Err(RegistrationError::Contradiction(format!(
            "a public client has no secret to verify {signature} with (OIDCC-10.1)"
        )));
    }
    Ok(Some(signature))
}

/// "The value `none` MUST NOT be used as the ID Token `alg` value unless the Client uses only Response Types that return no
/// ID Token from the Authorization Endpoint" (OIDCR-2).
fn unsigned<'r>(
    response_types: impl IntoIterator<Item = &'r ResponseType>,
) -> Result<Signature, RegistrationError> {
    match response_types.into_iter().find(|kind| kind.has_id_token()) {
        None => Ok(Signature::Unsigned),
        Some(kind) => Err(RegistrationError::Contradiction(format!(
            "the response type `{kind}` brings an ID token through the browser, which cannot be unsigned"
        ))),
    }
}

/// "The default, if omitted, is RS256" (OIDCR-2); a provider without such a key says which one it takes instead.
fn by_default(members: &mut Members<'_>, rules: &Rules) -> Signature {
    let offered = &rules.id_token_algorithms;
    let usual = offered.contains(&Algorithm::RS256).then_some(Algorithm::RS256);
    let algorithm = usual.or(offered.first().copied()).unwrap_or_default();
    members.say(ID_TOKEN.signature, algorithm.as_str());
    Signature::Signed(algorithm)
}

/// "If `id_token_encrypted_response_alg` is specified, the default `id_token_encrypted_response_enc` value is
/// A128CBC-HS256. When `id_token_encrypted_response_enc` is included, `id_token_encrypted_response_alg` MUST also be
/// provided." (OIDCR-2; the same of UserInfo)
fn encryption(
    members: &mut Members<'_>,
    kind: &Kind,
    means: Means<'_>,
) -> Result<Option<Encryption>, RegistrationError> {
    let alg = members.text(kind.alg)?.map(|name| known(kind.alg, name, &KeyManagement::ALL)).transpose()?;
    let enc =
        members.text(kind.enc)?.map(|name| known(kind.enc, name, &ContentEncryption::ALL)).transpose()?;
    let Some(alg) = alg else {
        return match enc {
            None => Ok(None),
            Some(_) => Err(wrong(kind.enc, "sent together with its `alg`")),
        };
    };
    let encryption = Encryption { alg, enc: enc.unwrap_or_default() };
    members.say(kind.enc, encryption.enc.as_str());
    match means.keys.map(|keys| keys.recipient(encryption)) {
        Some(Ok(_)) | None => Ok(Some(encryption)),
        Some(Err(why)) => Err(refusal(kind.alg, alg.as_str(), why.to_string())),
    }
}

/// The one of these that has the name.
fn known<T: Copy + std::fmt::Display>(
    member: &'static str,
    name: &str,
    all: &[T],
) -> Result<T, RegistrationError> {
    let found = all.iter().copied().find(|known| known.to_string() == name);
    let listed = || all.iter().map(T::to_string).collect::<Vec<_>>().join(", ");
    found.ok_or_else(|| refusal(member, name, format!("there are {}", listed())))
}

//! Where a registered client may be reached (OIDCR-2, OIDCFC-2, RFC8252-7).

use std::collections::BTreeSet;

use url::Url;

use super::members::{Members, address, wrong};
use super::{ApplicationType, RegistrationError, Rules};
use crate::protocol::ResponseType;
use crate::protocol::client::{AuthMethod, is_loopback};

/// Schemes that are a document or a script themselves.
const NEVER: [&str; 6] = ["javascript", "data", "vbscript", "blob", "about", "file"];

/// What decides which redirect URIs are fine.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kind<'a> {
    pub(super) application: ApplicationType,
    pub(super) method: AuthMethod,
    pub(super) response_types: &'a BTreeSet<ResponseType>,
}

/// `redirect_uris`, each of which suits the kind of client.
pub(super) fn redirect_uris(
    members: &mut Members<'_>,
    kind: Kind<'_>,
    rules: &Rules,
) -> Result<Vec<String>, RegistrationError> {
    let uris = members.texts("redirect_uris")?.unwrap_or_default();
    if uris.is_empty() && !kind.response_types.is_empty() {
        return Err(RegistrationError::RedirectUriMissing);
    }
    for uri in &uris {
        acceptable(uri, kind, rules)
            .map_err(|why| RegistrationError::RedirectUri { uri: (*uri).to_owned(), why })?;
    }
    Ok(uris.into_iter().map(str::to_owned).collect())
}

fn acceptable(uri: &str, kind: Kind<'_>, rules: &Rules) -> Result<(), &'static str> {
    let url = address(uri).ok_or("is not an absolute URI of printable ASCII")?;
    // RFC6749-3.1.2: "The endpoint URI MUST NOT include a fragment component"; an empty one is one as well
    if url.fragment().is_some() {
        return Err("has a fragment");
    }
    if NEVER.contains(&url.scheme()) {
        return Err("has a scheme that browsers run or show instead of following it");
    }
    match kind.application {
        ApplicationType::Web => web(uri, &url, kind, rules),
        ApplicationType::Native => native(uri, &url),
    }
}

/// "Web Clients using the OAuth Implicit Grant Type MUST only register URLs using the https scheme as `redirect_uris`; they
/// MUST NOT use localhost as the hostname." (OIDCR-2) A provider that accepts everything on the loopback interface does so
/// here as well.
fn web(uri: &str, url: &Url, kind: Kind<'_>, rules: &Rules) -> Result<(), &'static str> {
    let loopback = is_loopback(uri);
    if loopback && rules.any_loopback {
        return Ok(());
    }
    let implicit = kind.response_types.iter().any(|kind| kind.has_any_token());
    match url.scheme() {
        "https" if implicit && loopback => Err(
            "leads to the loopback interface, and the client is a web client that gets tokens through the browser",
        ),
        "http" if implicit => {
            Err("is not https, and the client is a web client that gets tokens through the browser")
        }
        // OIDCC-3.1.2.1: "MAY use the http scheme, provided that the Client Type is confidential"
        "http" if kind.method == AuthMethod::None && !loopback => {
            Err("is not https, and the client is public")
        }
        "https" | "http" => Ok(()),
        _ => Err("has a scheme of its own, which is for clients with the application_type `native`"),
    }
}

/// "Native Clients MUST only register `redirect_uris` using custom URI schemes or loopback URLs using the http scheme"
/// (OIDCR-2), or https addresses that the operating system gives to the app (RFC8252-7.2).
fn native(uri: &str, url: &Url) -> Result<(), &'static str> {
    if url.scheme() == "http" && !is_loopback(uri) {
        return Err("is not https and does not lead to the loopback interface, and the client is native");
    }
    Ok(())
}

/// `post_logout_redirect_uris` (OIDCRP-3.1).
pub(super) fn post_logout_redirect_uris(members: &mut Members<'_>) -> Result<Vec<String>, RegistrationError> {
    let uris = members.texts("post_logout_redirect_uris")?.unwrap_or_default();
    let good = |uri: &&str| address(uri).is_some_and(|url| !NEVER.contains(&url.scheme()));
    if !uris.iter().all(good) {
        return Err(wrong("post_logout_redirect_uris", "a list of absolute URIs"));
    }
    Ok(uris.into_iter().map(str::to_owned).collect())
}

/// `frontchannel_logout_uri`: without a fragment, and "the domain, port, and scheme of this URL MUST be the same as that of
/// a registered Redirection URI value" (OIDCFC-2). `iss` and `sid` are always sent, so the session is always told.
pub(super) fn frontchannel_logout_uri(
    members: &mut Members<'_>,
    redirect_uris: &[String],
) -> Result<Option<String>, RegistrationError> {
    const MEMBER: &str = "frontchannel_logout_uri";
    members.flag("frontchannel_logout_session_required")?;
    let Some(uri) = members.page(MEMBER)? else { return Ok(None) };
    let origin = address(&uri).filter(|url| url.fragment().is_none()).map(|url| url.origin());
    let same = |known: &String| address(known).is_some_and(|known| Some(known.origin()) == origin);
    if origin.is_none() || !redirect_uris.iter().any(same) {
        return Err(wrong(MEMBER, "a URL without fragment, with scheme, host and port of a redirect URI"));
    }
    Ok(Some(uri))
}

/// `backchannel_logout_uri`: absolute and without a fragment; "This URI SHOULD use the https scheme […]; however, it MAY use the
/// http scheme, provided that the Client Type is confidential" (OIDCBC-2.2), or it stays on this machine. `sid` is always sent,
/// so the session is always told.
pub(super) fn backchannel_logout_uri(
    members: &mut Members<'_>,
    method: AuthMethod,
) -> Result<Option<String>, RegistrationError> {
    const MEMBER: &str = "backchannel_logout_uri";
    members.flag("backchannel_logout_session_required")?;
    let Some(uri) = members.page(MEMBER)? else { return Ok(None) };
    let url = address(&uri).filter(|url| url.fragment().is_none());
    let url = url.ok_or_else(|| wrong(MEMBER, "a URL without fragment"))?;
    if url.scheme() == "http" && method == AuthMethod::None && !is_loopback(&uri) {
        return Err(wrong(MEMBER, "an https URL, because the client is public"));
    }
    Ok(Some(uri))
}

/// `jwks_uri`: "URL for the Client's JWK Set, which MUST use the https scheme" (OIDCR-2).
pub(super) fn jwks_uri(members: &mut Members<'_>) -> Result<Option<String>, RegistrationError> {
    document(members, "jwks_uri")
}

/// The address of a document that the provider will fetch: over https, except from its own machine, where a test would have
/// nobody to keep it from.
pub(super) fn document(members: &mut Members<'_>, member: &str) -> Result<Option<String>, RegistrationError> {
    match members.text(member)? {
        Some(uri) if address(uri).is_none_or(|url| url.scheme() != "https") && !is_loopback(uri) => {
            Err(wrong(member, "an https URL, or an http URL on the loopback interface"))
        }
        uri => Ok(uri.map(str::to_owned)),
    }
}

/// `initiate_login_uri`: "URI using the https scheme that a third party can use to initiate a login by the RP" (OIDCR-2,
/// OIDCC-4).
pub(super) fn initiate_login_uri(members: &mut Members<'_>) -> Result<(), RegistrationError> {
    match members.text("initiate_login_uri")? {
        Some(uri) if address(uri).is_none_or(|url| url.scheme() != "https") => {
            Err(wrong("initiate_login_uri", "an https URL"))
        }
        Some(_) | None => Ok(()),
    }
}

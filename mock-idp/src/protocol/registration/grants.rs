//! What a registered client may do: response types and grant types that belong together (OIDCR-2).

use std::collections::BTreeSet;

use super::RegistrationError;
use super::members::{Members, wrong};
use crate::protocol::ResponseType;
use crate::protocol::client::RefreshTokens;
use crate::protocol::token::GrantType;

/// `implicit` is a grant type of the authorization endpoint alone.
const IMPLICIT: &str = "implicit";

/// What a client may do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Grants {
    pub(super) response_types: BTreeSet<ResponseType>,
    pub(super) client_credentials: bool,
    pub(super) device: bool,
    pub(super) refresh_tokens: RefreshTokens,
}

/// `response_types` and `grant_types`, each worked out from the other where only one is sent.
pub(super) fn of(members: &mut Members<'_>) -> Result<Grants, RegistrationError> {
    let response_types = response_types(members)?;
    let grant_types = grant_types(members)?;
    let response_types = match (response_types, &grant_types) {
        (Some(named), _) => named,
        // a client that only acts for itself never asks at the authorization endpoint
        (None, Some(grants)) if !grants.contains("authorization_code") && !grants.contains(IMPLICIT) => {
            BTreeSet::new()
        }
        (None, _) => BTreeSet::from([ResponseType::Code]),
    };
    let needed: BTreeSet<&'static str> =
        response_types.iter().flat_map(|kind| needs(*kind)).copied().collect();
    let grant_types = grant_types.unwrap_or_else(|| needed.clone());
    if let Some(missing) = needed.difference(&grant_types).next() {
        return Err(RegistrationError::Contradiction(format!(
            "the response_types {} need the grant type `{missing}`, which is not among the grant_types",
            listed(&response_types)
        )));
    }
    members.say("response_types", response_types.iter().map(|kind| kind.as_str()).collect::<Vec<_>>());
    members.say("grant_types", grant_types.iter().copied().collect::<Vec<_>>());
    let refreshes = grant_types.contains(GrantType::RefreshToken.as_str());
    Ok(Grants {
        response_types,
        client_credentials: grant_types.contains(GrantType::ClientCredentials.as_str()),
        device: grant_types.contains(GrantType::DeviceCode.as_str()),
        refresh_tokens: if refreshes { RefreshTokens::OfflineAccess } else { RefreshTokens::Never },
    })
}

/// The table of OIDCR-2.
const fn needs(response_type: ResponseType) -> &'static [&'static str] {
    match response_type {
        ResponseType::Code => &["authorization_code"],
        ResponseType::IdToken | ResponseType::IdTokenToken => &[IMPLICIT],
        ResponseType::CodeIdToken | ResponseType::CodeToken | ResponseType::CodeIdTokenToken => {
            &["authorization_code", IMPLICIT]
        }
    }
}

fn response_types(members: &mut Members<'_>) -> Result<Option<BTreeSet<ResponseType>>, RegistrationError> {
    let Some(names) = members.texts("response_types")? else { return Ok(None) };
    let known = |name: &str| name.parse().map_err(|_| wrong("response_types", "a list of response types"));
    names.into_iter().map(known).collect::<Result<_, _>>().map(Some)
}

fn grant_types(members: &mut Members<'_>) -> Result<Option<BTreeSet<&'static str>>, RegistrationError> {
    let Some(names) = members.texts("grant_types")? else { return Ok(None) };
    let all: Vec<_> = GrantType::ALL.map(GrantType::as_str).into_iter().chain([IMPLICIT]).collect();
    let known = |name: &str| {
        let grant = all.iter().copied().find(|grant| *grant == name);
        grant.ok_or_else(|| RegistrationError::Unsupported {
            member: "grant_types",
            value: name.to_owned(),
            why: format!("there are {}", all.join(", ")),
        })
    };
    names.into_iter().map(known).collect::<Result<_, _>>().map(Some)
}

fn listed(response_types: &BTreeSet<ResponseType>) -> String {
    response_types.iter().map(|kind| format!("`{kind}`")).collect::<Vec<_>>().join(", ")
}

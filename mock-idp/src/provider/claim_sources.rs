//! Aggregated and distributed claims (OIDCC-5.6), and the claims provider that vouches for them.
//!
//! The claims provider is an issuer of its own below this one, with keys of its own, and it knows nothing but what stands in
//! a user's `claim_sources`.

use std::collections::BTreeSet;

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value, json};

use super::faults::Making;
use super::mint::Minting;
use super::protect::{Seal, Unsignable};
use super::protected::bearer_of;
use super::store::{ClaimsTokenRecord, Grant};
use super::users::Sourced;
use super::{Call, Endpoint, IssuedToken, JournalEntry, Provider, path};
use crate::config::{ClaimSource, DistributedClaims, Document, IdpConfig, SourceToken};
use crate::fault::{FaultyToken, Target};
use crate::protocol::bearer::BearerError;
use crate::protocol::issue::{ClaimReferences, vouched_for};
use crate::protocol::keys::jws::Signer;
use crate::protocol::keys::{Algorithm, Signature, claims_provider_key, claims_provider_keys};

/// The `typ` of what the claims provider writes (RFC7519-5.1).
const TYP: &str = "JWT";

/// What the sources of a configuration need.
#[derive(Clone, Debug, Default)]
pub(super) struct ClaimSources {
    /// The kinds in use, as discovery names them.
    kinds: BTreeSet<&'static str>,
    /// What the claims provider signs with.
    algorithms: BTreeSet<Algorithm>,
}

impl ClaimSources {
    pub(super) fn new(config: &IdpConfig) -> Self {
        let sources = || config.users.values().flat_map(|user| user.claim_sources.values());
        let made_here = sources().filter(|source| source.is_made_here());
        Self {
            kinds: sources().map(ClaimSource::kind).collect(),
            algorithms: made_here.filter_map(|source| source.signature().algorithm()).collect(),
        }
    }

    /// "The Claim Types […] supported by the OpenID Provider. […] Values defined by this specification are `normal`,
    /// `aggregated`, and `distributed`." (OIDCD-3)
    pub(super) fn claim_types(&self) -> Vec<&'static str> {
        std::iter::once("normal").chain(self.kinds.iter().copied()).collect()
    }
}

/// Whose claims somebody may fetch.
struct Opened {
    user: String,
    source: String,
    /// The claims that were released; all when nothing says.
    released: Option<Vec<String>>,
}

impl Provider {
    /// Whether somebody has claims that others vouch for.
    pub fn has_claim_sources(&self) -> bool {
        !self.settings.claim_sources.kinds.is_empty()
    }

    /// A document's claims, with references to those that others vouch for.
    pub(super) fn with_sources(
        &self,
        claims: Map<String, Value>,
        document: Document,
        minting: &Minting<'_>,
        entry: &mut JournalEntry,
    ) -> Result<Map<String, Value>, Unsignable> {
        let Some((grant_id, grant)) = minting.grant else { return Ok(claims) };
        let mut references = ClaimReferences::default();
        for sourced in self.users.sourced(&grant.user, document, &grant.asked(minting.scope)) {
            // what the provider says itself is not said by others too
            let sourced = sourced.only(|name| !claims.contains_key(name));
            if sourced.names().next().is_none() {
                continue;
            }
            match &sourced.source {
                ClaimSource::Aggregated(_) => {
                    let jwt = self.vouched_for(&sourced, minting.issuer, ("aggregated_claims", entry))?;
                    references.aggregated(&sourced.name, sourced.names(), &jwt);
                }
                ClaimSource::Distributed(source) => {
                    let token = self.token_beside(source, &sourced, (grant_id, grant, minting));
                    entry.tokens.extend(token.iter().map(|_| IssuedToken::opaque("claims_access_token")));
                    let own = at_claims_provider(minting.issuer, path::CLAIMS);
                    let endpoint = source.endpoint.as_deref().unwrap_or(&own);
                    references.distributed(&sourced.name, sourced.names(), endpoint, token.as_deref());
                }
            }
        }
        Ok(references.added_to(claims))
    }

    /// What the document says to open the endpoint with.
    fn token_beside(
        &self,
        source: &DistributedClaims,
        sourced: &Sourced,
        (grant_id, grant, minting): (&str, &Grant, &Minting<'_>),
    ) -> Option<String> {
        match source.token() {
            SourceToken::Omitted => None,
            SourceToken::Given(token) => Some(token),
            SourceToken::Generated => {
                let claims: Vec<String> = sourced.names().map(str::to_owned).collect();
                let token = token_for(grant_id, &sourced.name, &claims);
                let lifetime = self.settings.lifetimes.access_token.as_secs();
                let record = ClaimsTokenRecord {
                    client_id: grant.client_id.clone(),
                    grant: grant_id.to_owned(),
                    source: sourced.name.clone(),
                    claims,
                    expires: minting.now.plus(lifetime),
                };
                // it lives as long as it says, also if UserInfo is asked late
                self.store.prolong_grant(grant_id, record.expires, minting.now);
                self.store.put_claims_token(&token, record, minting.now);
                Some(token)
            }
        }
    }

    /// Claims as the claims provider writes them down, under its signature if the source has one.
    fn vouched_for(
        &self,
        sourced: &Sourced,
        issuer: &str,
        (kind, entry): (&'static str, &mut JournalEntry),
    ) -> Result<String, Unsignable> {
        let own = at_claims_provider(issuer, "");
        let claims = vouched_for(sourced.claims.clone(), &own, self.now());
        let seal = match sourced.source.signature() {
            Signature::Unsigned => Seal::Unsigned,
            Signature::Signed(algorithm) => {
                let key = claims_provider_key(algorithm).ok_or(Unsignable::NoKey(algorithm))?;
                Seal::Signed(Signer::Key(key))
            }
        };
        let faults = self.due(Target::ClaimsJwt, entry);
        let client = entry.client.clone().unwrap_or_default();
        let making = Making { issuer, client_id: &client, access_token: None };
        let made = self.sealed(&seal, seal.header(TYP), claims, (&faults, &making))?;
        let FaultyToken { token, header, claims } = made;
        entry.tokens.push(IssuedToken { kind, header, encryption: Map::new(), claims });
        Ok(token)
    }

    /// The claims that a token opens, as a JWT: "The endpoint URL MUST return the Claim as a JWT." (OIDCC-5.6.2)
    pub fn distributed_claims(
        &self,
        call: &Call,
        authorization: Option<&str>,
    ) -> Result<String, BearerError> {
        let mut entry = self.entry(Endpoint::Claims, call);
        let outcome = self.fetched(call, authorization, &mut entry);
        if let Err(cause) = &outcome {
            entry.refused(cause);
        }
        self.record(call, entry);
        outcome
    }

    fn fetched(
        &self,
        call: &Call,
        authorization: Option<&str>,
        entry: &mut JournalEntry,
    ) -> Result<String, BearerError> {
        let token = bearer_of(call, authorization, entry)?;
        let opened = self.opened_by(token, entry)?;
        entry.user = Some(opened.user.clone());
        let sourced = self.users.source(&opened.user, &opened.source).ok_or(BearerError::Revoked)?;
        let sourced = match &opened.released {
            Some(released) => sourced.only(|claim| released.iter().any(|name| name == claim)),
            None => sourced,
        };
        Ok(self.vouched_for(&sourced, &self.issuer(&call.base), ("distributed_claims", entry))?)
    }

    /// What a token opens: one of its own by its record, and one that is always the same by the configuration.
    fn opened_by(&self, token: &str, entry: &mut JournalEntry) -> Result<Opened, BearerError> {
        let now = self.now();
        if let Some(record) = self.store.claims_token(token, now) {
            entry.client = Some(record.client_id);
            if now >= record.expires {
                return Err(BearerError::Expired(record.expires));
            }
            let grant = self.store.grant(&record.grant, now).ok_or(BearerError::Revoked)?;
            entry.begun = grant.begun.clone();
            let user = grant.user.clone();
            return Ok(Opened { user, source: record.source, released: Some(record.claims) });
        }
        let (user, source) = self.users.opened_by(token).ok_or(BearerError::Unknown { hint: None })?;
        Ok(Opened { user, source, released: None })
    }

    /// Who the claims provider is and where its keys are. It issues no tokens, so it has none of the endpoints that other
    /// metadata names (OIDCD-4.2); clients look here for the key by which to check its claims.
    pub fn claims_provider(&self, call: &Call) -> Value {
        self.record(call, self.entry(Endpoint::ClaimsProvider, call));
        let issuer = self.issuer(&call.base);
        json!({
            "issuer": at_claims_provider(&issuer, ""),
            "jwks_uri": at_claims_provider(&issuer, path::JWKS),
        })
    }

    /// The keys of the claims provider.
    pub fn claims_provider_keys(&self, call: &Call) -> Value {
        self.record(call, self.entry(Endpoint::ClaimsProviderKeys, call));
        claims_provider_keys(self.settings.claim_sources.algorithms.iter().copied())
    }
}

/// The claims provider of an issuer, or what is below it.
fn at_claims_provider(issuer: &str, below: &str) -> String {
    format!("{}{}{below}", issuer.trim_end_matches('/'), path::CLAIMS_PROVIDER)
}

/// A token that nobody guesses who does not know the grant, and that is the same each time: UserInfo can be asked often.
fn token_for(grant_id: &str, source: &str, claims: &[String]) -> String {
    let opens = json!(["claims", grant_id, source, claims]).to_string();
    URL_SAFE_NO_PAD.encode(digest(&SHA256, opens.as_bytes()))
}

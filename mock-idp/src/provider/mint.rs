//! Making tokens: gathering what they say, signing it, and remembering it.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::faults::Making;
use super::ports::token;
use super::protect::{Draft, Protection, Seal, Unsignable};
use super::store::{AccessTokenRecord, Grant, RefreshTokenRecord};
use super::{IssuedToken, JournalEntry, Provider};
use crate::config::Document;
use crate::protocol::client::{AccessTokenFormat, Client};
use crate::protocol::issue::{AccessTokenContent, IdTokenContent, access_token, id_token};
use crate::protocol::{Scope, Timestamp};

/// Whom tokens are for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Minting<'a> {
    pub(super) client: &'a Client,
    /// The grant and its id; none for a client on its own behalf.
    pub(super) grant: Option<(&'a str, &'a Arc<Grant>)>,
    pub(super) scope: &'a Scope,
    pub(super) issuer: &'a str,
    pub(super) now: Timestamp,
    /// The thumbprint of the TLS certificate that access tokens are bound to.
    pub(super) certificate: Option<&'a str>,
    /// Seconds until the tokens expire, if not as usual.
    pub(super) lifetime: Option<i64>,
    /// Claims that stand whatever the provider would say.
    pub(super) changes: Option<&'a Map<String, Value>>,
}

/// What an ID token says besides who signed in.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct IdTokenExtras<'a> {
    pub(super) nonce: Option<&'a str>,
    pub(super) access_token: Option<&'a str>,
    pub(super) code: Option<&'a str>,
}

/// An access token and its lifetime in seconds.
#[derive(Clone, Debug)]
pub(super) struct MintedAccessToken {
    pub(super) token: String,
    pub(super) lifetime: i64,
}

impl Provider {
    /// An access token, JWT or opaque as the client wants it.
    pub(super) fn access_token(
        &self,
        minting: &Minting<'_>,
        entry: &mut JournalEntry,
    ) -> Result<MintedAccessToken, Unsignable> {
        let Minting { client, grant, scope, issuer, now, certificate, lifetime, changes } = *minting;
        let lifetime = lifetime.unwrap_or_else(|| self.settings.lifetimes.access_token.as_secs());
        let jti = token::<16>(self.ports.entropy.as_ref());
        let token = match client.tokens.access_token {
            AccessTokenFormat::Opaque => {
                entry.tokens.push(IssuedToken::opaque("access_token"));
                token::<32>(self.ports.entropy.as_ref())
            }
            AccessTokenFormat::Jwt => {
                let person = match grant {
                    Some((_, grant)) => self.said_to(client, Document::AccessToken, grant, scope),
                    // RFC9068-2.2: without a person, "sub" is the client
                    None => [("sub".to_owned(), client.id.clone().into())].into_iter().collect(),
                };
                let content = AccessTokenContent {
                    issuer,
                    client_id: &client.id,
                    audience: client.audience(),
                    scope,
                    auth_time: grant.map(|(_, grant)| grant.auth_time),
                    sid: grant.map(|(_, grant)| grant.sid.as_str()),
                    jti: &jti,
                    certificate,
                    now,
                    lifetime,
                };
                let typ = client.tokens.access_token_typ.as_deref().unwrap_or("at+jwt");
                let signer = self.key_signer(client.tokens.access_token_alg)?;
                let making = Making { issuer, client_id: &client.id, access_token: None };
                let claims = changed(access_token(person, &content), changes);
                let protection = Protection { seal: Seal::Signed(signer), to: None };
                let draft = Draft { kind: "access_token", typ, claims, making };
                self.finished(draft, &protection, entry)?
            }
        };
        let record = AccessTokenRecord {
            client_id: client.id.clone(),
            grant: grant.map(|(id, _)| id.to_owned()),
            scope: scope.clone(),
            issuer: issuer.to_owned(),
            jti,
            certificate: certificate.map(str::to_owned),
            issued: now,
            expires: now.plus(lifetime),
        };
        self.store.put_access_token(&token, record, now);
        Ok(MintedAccessToken { token, lifetime })
    }

    /// An ID token.
    pub(super) fn id_token(
        &self,
        minting: &Minting<'_>,
        grant: &Grant,
        extras: &IdTokenExtras<'_>,
        entry: &mut JournalEntry,
    ) -> Result<String, Unsignable> {
        let Minting { client, issuer, now, scope, changes, .. } = *minting;
        let protection = self.id_token_protection(client)?;
        let person = self.said_to(client, Document::IdToken, grant, scope);
        let person = self.with_sources(person, Document::IdToken, minting, entry)?;
        let content = IdTokenContent {
            issuer,
            client_id: &client.id,
            other_audiences: &client.tokens.id_token_audiences,
            nonce: extras.nonce,
            auth_time: grant.auth_time,
            acr: grant.acr.as_deref().filter(|_| !person.contains_key("acr")),
            sid: &grant.sid,
            now,
            lifetime: minting
                .lifetime
                .or(client.tokens.id_token_lifetime)
                .unwrap_or_else(|| self.settings.lifetimes.id_token.as_secs()),
            algorithm: protection.seal.algorithm(),
            access_token: extras.access_token,
            code: extras.code,
        };
        let making = Making { issuer, client_id: &client.id, access_token: extras.access_token };
        let claims = changed(id_token(person, &content), changes);
        self.finished(Draft { kind: "id_token", typ: "JWT", claims, making }, &protection, entry)
    }

    /// A refresh token; the grant lives at least as long.
    pub(super) fn refresh_token(&self, minting: &Minting<'_>, entry: &mut JournalEntry) -> Option<String> {
        let (grant_id, grant) = minting.grant?;
        if !minting.client.tokens.refresh_tokens.due(&grant.scope) {
            return None;
        }
        let token = token::<32>(self.ports.entropy.as_ref());
        let expires = minting.now.plus(self.settings.lifetimes.refresh_token.as_secs());
        let record =
            RefreshTokenRecord::new(minting.client.id.clone(), grant_id.to_owned(), minting.now, expires);
        // RFC8705-4: "refresh tokens issued to such [public] clients" are bound as well; those of others are bound to
        // the client's authentication (RFC6749-6)
        let certificate = minting.certificate.filter(|_| minting.client.is_public());
        let record = record.bound_to(certificate);
        self.store.put_refresh_token(&token, record, minting.now);
        self.store.prolong_grant(grant_id, expires, minting.now);
        entry.tokens.push(IssuedToken::opaque("refresh_token"));
        Some(token)
    }
}

/// Claims, with those that stand whatever the provider would say.
fn changed(mut claims: Map<String, Value>, changes: Option<&Map<String, Value>>) -> Map<String, Value> {
    claims.extend(changes.into_iter().flatten().map(|(name, value)| (name.clone(), value.clone())));
    claims
}

//! Making tokens: gathering what they say, signing it, and remembering it.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::ports::token;
use super::store::{AccessTokenRecord, Grant, RefreshTokenRecord};
use super::{IssuedToken, JournalEntry, Provider};
use crate::config::Document;
use crate::protocol::client::{AccessTokenFormat, Client};
use crate::protocol::issue::{AccessTokenContent, IdTokenContent, access_token, id_token};
use crate::protocol::keys::Algorithm;
use crate::protocol::keys::jws::{self, Signer};
use crate::protocol::{Scope, Timestamp};

/// Why a token could not be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unsignable {
    /// HS* without a secret.
    #[error("`{client_id}` is registered for {algorithm} and has no secret")]
    NoSecret {
        /// The client.
        client_id: String,
        /// What it is registered for.
        algorithm: Algorithm,
    },
    /// No such key.
    #[error("there is no key for {0}")]
    NoKey(Algorithm),
    /// The library refused.
    #[error("{0} could not sign")]
    Failed(Algorithm),
}

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
        let Minting { client, grant, scope, issuer, now, certificate, lifetime } = *minting;
        let lifetime = lifetime.unwrap_or_else(|| self.settings.lifetimes.access_token.as_secs());
        let jti = token::<16>(self.ports.entropy.as_ref());
        let token = match client.tokens.access_token {
            AccessTokenFormat::Opaque => {
                entry.tokens.push(IssuedToken::opaque("access_token"));
                token::<32>(self.ports.entropy.as_ref())
            }
            AccessTokenFormat::Jwt => {
                let person = match grant {
                    Some((_, grant)) => {
                        self.users.claims(&grant.user, Document::AccessToken, &grant.asked(scope))
                    }
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
                signed("access_token", typ, access_token(person, &content), &signer, entry)?
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
        let Minting { client, issuer, now, scope, .. } = *minting;
        let signer = self.signer(client)?;
        let person = self.users.claims(&grant.user, Document::IdToken, &grant.asked(scope));
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
            algorithm: signer.algorithm(),
            access_token: extras.access_token,
            code: extras.code,
        };
        signed("id_token", "JWT", id_token(person, &content), &signer, entry)
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

    /// What signs ID tokens for a client.
    pub(super) fn signer(&self, client: &Client) -> Result<Signer, Unsignable> {
        match client.tokens.id_token_alg {
            Some(algorithm) if algorithm.is_symmetric() => match client.secret() {
                Some(secret) => Ok(Signer::Secret { algorithm, secret: Arc::clone(secret) }),
                None => Err(Unsignable::NoSecret { client_id: client.id.clone(), algorithm }),
            },
            algorithm => self.key_signer(algorithm),
        }
    }

    /// A key of the provider. An access token is for others than the client, so its secret cannot sign one.
    pub(super) fn key_signer(&self, algorithm: Option<Algorithm>) -> Result<Signer, Unsignable> {
        let keys = self.keys();
        let key = keys.signing(algorithm.filter(|algorithm| !algorithm.is_symmetric()));
        key.cloned().map(Signer::Key).ok_or_else(|| Unsignable::NoKey(algorithm.unwrap_or_default()))
    }
}

/// Signs claims and notes them in the journal as they were, not as they travel.
fn signed(
    kind: &'static str,
    typ: &str,
    claims: Map<String, Value>,
    signer: &Signer,
    entry: &mut JournalEntry,
) -> Result<String, Unsignable> {
    let header = signer.header(typ);
    let token = jws::sign(&header, &claims, signer).map_err(|_| Unsignable::Failed(signer.algorithm()))?;
    entry.tokens.push(IssuedToken { kind, header, claims });
    Ok(token)
}

//! Tokens without a login, as a test's own set-up or the command line wants them.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::faults::Begun;
use super::mint::{IdTokenExtras, Minting};
use super::ports::token;
use super::protect::Unsignable;
use super::store::Grant;
use super::users::Asked;
use super::{Endpoint, JournalEntry, LoginClaims, Provider};
use crate::config::Document;
use crate::protocol::Scope;
use crate::protocol::authorization::ClaimsRequest;
use crate::protocol::client::{AccessTokenFormat, Clients as _};

/// A token to be made.
#[derive(Clone, Debug)]
pub struct TokenOrder {
    /// Whom it is about.
    pub user: String,
    /// Whom it is for.
    pub client_id: String,
    /// ID token or access token. UserInfo is not a token.
    pub kind: TokenKind,
    /// The scope.
    pub scope: Scope,
    /// `nonce` of an ID token.
    pub nonce: Option<String>,
    /// Claims laid over the user's.
    pub claims: LoginClaims,
    /// Seconds until it expires, if not as usual; may be negative.
    pub lifetime: Option<i64>,
    /// Claims that stand whatever the provider would say, `exp` and `iss` too. The provider itself may not recognise such
    /// a token.
    pub changes: Map<String, Value>,
}

/// What can be ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// An ID token.
    Id,
    /// An access token.
    Access,
}

/// Why an order cannot be met.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OrderRefused {
    /// No such client.
    #[error("there is no client `{0}`")]
    UnknownClient(String),
    /// It has no claims to change.
    #[error("access tokens for this client are opaque, so there are no claims to change")]
    Opaque,
    /// It cannot be signed.
    #[error(transparent)]
    Unsignable(#[from] Unsignable),
}

impl Provider {
    /// Makes a token as if the user had just signed in. UserInfo and introspection know an access token made this way.
    pub fn mint(&self, order: &TokenOrder, base: &str) -> Result<String, OrderRefused> {
        let unknown = || OrderRefused::UnknownClient(order.client_id.clone());
        let client = self.registrations.client(&order.client_id).ok_or_else(unknown)?;
        let opaque = client.tokens.access_token == AccessTokenFormat::Opaque;
        if order.kind == TokenKind::Access && opaque && !order.changes.is_empty() {
            return Err(OrderRefused::Opaque);
        }
        let issuer = self.issuer(base);
        let now = self.now();
        let user = self.users.meant_by(&order.user).unwrap_or_else(|| order.user.clone());
        let grant = Arc::new(Grant {
            client_id: client.id.clone(),
            subject: self.users.subject(&user),
            user,
            scope: order.scope.clone(),
            nonce: order.nonce.clone(),
            auth_time: now,
            acr: None,
            sid: token::<16>(self.ports.entropy.as_ref()),
            claims: order.claims.clone(),
            requested: ClaimsRequest::default(),
            opens_userinfo: order.kind == TokenKind::Access,
            issuer: issuer.clone(),
            begun: Begun::default(),
        });
        let grant_id = token::<16>(self.ports.entropy.as_ref());
        let minting = Minting {
            client: &client,
            grant: Some((&grant_id, &grant)),
            scope: &order.scope,
            issuer: &issuer,
            now,
            certificate: None,
            lifetime: order.lifetime,
            changes: Some(&order.changes),
        };
        let mut unread = JournalEntry::new(Endpoint::Token, "", issuer.clone(), now);
        unread.client = Some(client.id.clone());
        unread.user = Some(grant.user.clone());
        match order.kind {
            TokenKind::Id => {
                if self.has_claim_sources() {
                    let until = now.plus(self.settings.lifetimes.access_token.as_secs());
                    self.store.put_grant(&grant_id, Arc::clone(&grant), until, now);
                }
                let extras = IdTokenExtras { nonce: order.nonce.as_deref(), ..IdTokenExtras::default() };
                Ok(self.id_token(&minting, &grant, &extras, &mut unread)?)
            }
            TokenKind::Access => {
                let minted = self.access_token(&minting, &mut unread)?;
                self.store.put_grant(&grant_id, Arc::clone(&grant), now.plus(minted.lifetime), now);
                Ok(minted.token)
            }
        }
    }

    /// What a document says of a user now, as a preview without a login.
    pub fn claims_of(&self, user: &str, document: Document, scope: &Scope) -> Map<String, Value> {
        let (claims, login) = (ClaimsRequest::default(), LoginClaims::default());
        let asked = Asked { scope, claims: &claims, login: &login, opens_userinfo: true };
        self.users.claims(user, document, &asked)
    }
}

//! The token endpoint: each grant, exchanged.

use std::sync::Arc;

use super::mint::{IdTokenExtras, Minting};
use super::protect::Unsignable;
use super::store::{Grant, Use};
use super::{Call, Endpoint, JournalEntry, Provider, path};
use crate::protocol::client::Client;
use crate::protocol::client_assertion::{AssertionError, Expected};
use crate::protocol::client_authentication::{
    Authenticated, BasicCredentials, ClientAuthenticationError, authenticate,
};
use crate::protocol::token::{
    GrantType, TokenError, TokenResponse, authorization_code, client_credentials, refresh_token,
};
use crate::protocol::{Parameters, Scope};

impl From<Unsignable> for TokenError {
    fn from(cause: Unsignable) -> Self {
        Self::Unsignable(cause.to_string())
    }
}

/// A token request from a client that proved who it is.
pub(super) struct Exchange<'a> {
    pub(super) request: &'a Parameters,
    pub(super) client: &'a Client,
    issuer: String,
    /// The thumbprint of the certificate that tokens will be bound to.
    certificate: Option<&'a str>,
}

/// What a code, a refresh token or a device code stands for.
pub(super) struct Granted<'a> {
    pub(super) id: &'a str,
    pub(super) grant: &'a Arc<Grant>,
    pub(super) scope: &'a Scope,
    pub(super) nonce: Option<&'a str>,
}

impl Provider {
    /// Exchanges a grant for tokens.
    pub fn token(&self, call: &Call, basic: &BasicCredentials) -> Result<TokenResponse, TokenError> {
        let mut entry = self.entry(Endpoint::Token, call);
        let outcome = self.exchange(call, basic, &mut entry);
        if let Err(cause) = &outcome {
            entry.refused(cause);
        }
        self.record(call, entry);
        outcome
    }

    fn exchange(
        &self,
        call: &Call,
        basic: &BasicCredentials,
        entry: &mut JournalEntry,
    ) -> Result<TokenResponse, TokenError> {
        let (request, client) = self.authenticated(call, basic, entry)?;
        let certificate = binding(&client, call)?;
        let exchange = Exchange { request, client: &client, issuer: self.issuer(&call.base), certificate };
        match GrantType::of(request)? {
            GrantType::AuthorizationCode => self.redeem(&exchange, entry),
            GrantType::RefreshToken => self.refresh(&exchange, entry),
            GrantType::ClientCredentials => self.on_its_own_behalf(&exchange, entry),
            GrantType::DeviceCode => self.ask_for_device(&exchange, entry),
        }
    }

    /// The parameters of a request and the client that it proved to be from.
    pub(super) fn authenticated<'a>(
        &self,
        call: &'a Call,
        basic: &BasicCredentials,
        entry: &mut JournalEntry,
    ) -> Result<(&'a Parameters, Arc<Client>), TokenError> {
        if let BasicCredentials::Present { client_id, .. } = basic {
            entry.client = Some(client_id.clone());
        }
        let request = call.parameters.as_ref().map_err(|cause| TokenError::from(cause.clone()))?;
        let issuer = self.issuer(&call.base);
        let at = |path: &str| format!("{}{path}", issuer.trim_end_matches('/'));
        let (token_endpoint, endpoint) = (at(path::TOKEN), at(asked_at(entry.endpoint)));
        let now = self.now();
        let expected =
            Expected { issuer: &issuer, token_endpoint: &token_endpoint, endpoint: &endpoint, now };
        let Authenticated { client, once_only } =
            authenticate(basic, call.certificate.as_deref(), request, &self.registrations, &expected)?;
        entry.client = Some(client.id.clone());
        match once_only.filter(|once_only| !self.store.first_use(&client.id, once_only, now)) {
            None => Ok((request, client)),
            Some(used) => Err(ClientAuthenticationError::from(AssertionError::Replayed(used.jti)).into()),
        }
    }

    /// A code for tokens (RFC6749-4.1.3).
    ///
    /// A failed attempt leaves the code good, so that nobody can spoil another client's code; a second good attempt
    /// revokes everything that the first one brought.
    fn redeem(&self, exchange: &Exchange<'_>, entry: &mut JournalEntry) -> Result<TokenResponse, TokenError> {
        let now = self.now();
        let code = authorization_code::code(exchange.request)?;
        let record = self.store.code(code, now).ok_or(TokenError::CodeUnknown)?;
        if !record.is_used() {
            authorization_code::redeemable(exchange.request, &record.promise, &exchange.client.id, now)?;
        }
        let grant = self.store.grant(&record.grant, now);
        match self.store.redeem(code, now) {
            Use::First => {}
            Use::Again => return Err(TokenError::CodeAlreadyRedeemed),
            Use::Unknown => return Err(TokenError::CodeUnknown),
        }
        let grant = grant.ok_or(TokenError::GrantRevoked)?;
        let granted =
            Granted { id: &record.grant, grant: &grant, scope: &grant.scope, nonce: grant.nonce.as_deref() };
        self.tokens(exchange, &granted, entry)
    }

    /// A refresh token for the next one and fresh tokens (RFC6749-6, OIDCC-12).
    fn refresh(
        &self,
        exchange: &Exchange<'_>,
        entry: &mut JournalEntry,
    ) -> Result<TokenResponse, TokenError> {
        let now = self.now();
        let token = refresh_token::refresh_token(exchange.request)?;
        let record = self.store.refresh_token(token, now).ok_or(TokenError::RefreshTokenUnknown)?;
        refresh_token::issued_to(&record.client_id, &exchange.client.id)?;
        refresh_token::bound_to(record.certificate.as_deref(), exchange.certificate)?;
        if now >= record.expires {
            return Err(TokenError::RefreshTokenExpired(record.expires));
        }
        if record.session_ended {
            return Err(TokenError::RefreshTokenOfEndedSession);
        }
        let grant = self.store.grant(&record.grant, now);
        if record.is_used() {
            self.store.revoke_grant(&record.grant, now);
            return Err(TokenError::RefreshTokenReused);
        }
        let grant = grant.ok_or(TokenError::GrantRevoked)?;
        let scope = refresh_token::scope(exchange.request, &grant.scope)?;
        match self.store.use_refresh_token(token, now) {
            Use::First => {}
            Use::Again => return Err(TokenError::RefreshTokenReused),
            Use::Unknown => return Err(TokenError::RefreshTokenUnknown),
        }
        // OIDCC-12.2: the new ID token "SHOULD NOT have a nonce Claim"
        self.tokens(
            exchange,
            &Granted { id: &record.grant, grant: &grant, scope: &scope, nonce: None },
            entry,
        )
    }

    /// A client on its own behalf (RFC6749-4.4.3: no refresh token; no person, so no ID token).
    fn on_its_own_behalf(
        &self,
        exchange: &Exchange<'_>,
        entry: &mut JournalEntry,
    ) -> Result<TokenResponse, TokenError> {
        client_credentials::allowed(exchange.client)?;
        let scope = client_credentials::scope(exchange.request, exchange.client)?;
        let minting = Minting {
            client: exchange.client,
            grant: None,
            scope: &scope,
            issuer: &exchange.issuer,
            now: self.now(),
            certificate: exchange.certificate,
            lifetime: None,
            changes: None,
        };
        let access = self.access_token(&minting, entry)?;
        Ok(TokenResponse {
            access_token: access.token,
            token_type: "Bearer",
            expires_in: access.lifetime,
            refresh_token: None,
            scope: scope.to_string(),
            id_token: None,
        })
    }

    pub(super) fn tokens(
        &self,
        exchange: &Exchange<'_>,
        granted: &Granted<'_>,
        entry: &mut JournalEntry,
    ) -> Result<TokenResponse, TokenError> {
        let Granted { id, grant, scope, nonce } = *granted;
        entry.user = Some(grant.user.clone());
        entry.begun = grant.begun.clone();
        note_other_issuer(&grant.issuer, &exchange.issuer, entry);
        let now = self.now();
        let minting = Minting {
            client: exchange.client,
            grant: Some((id, grant)),
            scope,
            issuer: &exchange.issuer,
            now,
            certificate: exchange.certificate,
            lifetime: None,
            changes: None,
        };
        let access = self.access_token(&minting, entry)?;
        self.store.prolong_grant(id, now.plus(access.lifetime), now);
        let id_token = if scope.contains("openid") {
            let extras = IdTokenExtras { nonce, access_token: Some(&access.token), code: None };
            Some(self.id_token(&minting, grant, &extras, entry)?)
        } else {
            None
        };
        Ok(TokenResponse {
            access_token: access.token,
            token_type: "Bearer",
            expires_in: access.lifetime,
            refresh_token: self.refresh_token(&minting, entry),
            scope: scope.to_string(),
            id_token,
        })
    }
}

/// Where a client proves itself that sends a request to this endpoint.
fn asked_at(endpoint: Endpoint) -> &'static str {
    let others = [
        (Endpoint::PushedAuthorizationRequest, path::PUSHED),
        (Endpoint::Introspection, path::INTROSPECTION),
        (Endpoint::Revocation, path::REVOCATION),
        (Endpoint::DeviceAuthorization, path::DEVICE_AUTHORIZATION),
    ];
    others.into_iter().find(|(known, _)| *known == endpoint).map_or(path::TOKEN, |(_, path)| path)
}

/// The certificate that a client's tokens are bound to: that of the connection, if they are bound to any (RFC8705-3).
fn binding<'a>(client: &Client, call: &'a Call) -> Result<Option<&'a str>, TokenError> {
    if !client.tokens.certificate_bound {
        return Ok(None);
    }
    let certificate = call.certificate.as_deref();
    certificate
        .map(|it| Some(it.thumbprint()))
        .ok_or_else(|| TokenError::CertificateMissing(client.id.clone()))
}

/// Two addresses for one provider lead to two issuers, and clients refuse the second one.
pub(super) fn note_other_issuer(before: &str, now: &str, entry: &mut JournalEntry) {
    if before != now {
        entry.notes.push(format!(
            "the sign-in was under the issuer `{before}`, this request is under `{now}`: a client that compares the two \
             will refuse; start the provider with --issuer to have one name at every address"
        ));
    }
}

//! What tokens open: UserInfo, introspection and revocation.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::faults::Making;
use super::mint::Minting;
use super::protect::{Draft, Seal, Unsignable};
use super::store::{AccessTokenRecord, Grant};
use super::token::note_other_issuer;
use super::{Call, Endpoint, IssuedToken, JournalEntry, Provider};
use crate::config::Document;
use crate::protocol::bearer::{self, BearerError};
use crate::protocol::client::{Client, Clients as _};
use crate::protocol::client_authentication::BasicCredentials;
use crate::protocol::client_certificate::ClientCertificate;
use crate::protocol::issue::{confirmation, signed_userinfo};
use crate::protocol::keys::jws;
use crate::protocol::token::TokenError;

/// What the UserInfo endpoint answers (OIDCC-5.3.2).
#[derive(Clone, Debug, PartialEq)]
pub enum UserInfo {
    /// Claims, as JSON.
    Claims(Map<String, Value>),
    /// A JWT, for clients that asked for signed or encrypted answers.
    Jwt(String),
}

impl From<Unsignable> for BearerError {
    fn from(cause: Unsignable) -> Self {
        Self::Unsignable(cause.to_string())
    }
}

impl Provider {
    /// What is known of the person behind an access token (OIDCC-5.3).
    pub fn userinfo(&self, call: &Call, authorization: Option<&str>) -> Result<UserInfo, BearerError> {
        let mut entry = self.entry(Endpoint::Userinfo, call);
        let outcome = self.person(call, authorization, &mut entry);
        if let Err(cause) = &outcome {
            entry.refused(cause);
        }
        self.record(call, entry);
        outcome
    }

    fn person(
        &self,
        call: &Call,
        authorization: Option<&str>,
        entry: &mut JournalEntry,
    ) -> Result<UserInfo, BearerError> {
        let token = bearer_of(call, authorization, entry)?;
        let record = self
            .store
            .access_token(token, self.now())
            .ok_or_else(|| BearerError::Unknown { hint: self.explained(token, &call.base) })?;
        entry.client = Some(record.client_id.clone());
        note_other_issuer(&record.issuer, &self.issuer(&call.base), entry);
        if self.now() >= record.expires {
            return Err(BearerError::Expired(record.expires));
        }
        let shown = call.certificate.as_deref().map(ClientCertificate::thumbprint);
        bearer::bound_to(record.certificate.as_deref(), shown)?;
        let grant = self.living_grant(&record)?;
        entry.user = Some(grant.user.clone());
        entry.begun = grant.begun.clone();
        if !record.scope.contains("openid") {
            return Err(BearerError::NoOpenidScope);
        }
        let client = self.registrations.client(&record.client_id).ok_or(BearerError::Revoked)?;
        let claims = self.said_to(&client, Document::Userinfo, &grant, &record.scope);
        let minting = Minting {
            client: &client,
            grant: record.grant.as_deref().map(|id| (id, &grant)),
            scope: &record.scope,
            issuer: &record.issuer,
            now: self.now(),
            certificate: None,
            lifetime: None,
            changes: None,
        };
        let claims = self.with_sources(claims, Document::Userinfo, &minting, entry)?;
        let Some(protection) = self.userinfo_protection(&client)? else {
            let no_header = (Map::new(), Map::new());
            entry.tokens.push(IssuedToken::told("userinfo", no_header, claims.clone()));
            return Ok(UserInfo::Claims(claims));
        };
        let claims = match protection.seal {
            Seal::Bare => claims,
            Seal::Signed(_) | Seal::Unsigned => signed_userinfo(claims, &record.issuer, &record.client_id),
        };
        let making = Making { issuer: &record.issuer, client_id: &record.client_id, access_token: None };
        let draft = Draft { kind: "userinfo", typ: "JWT", claims, making };
        Ok(UserInfo::Jwt(self.finished(draft, &protection, entry)?))
    }

    /// The grant behind an access token. A client's own token has none, and so no person to tell of.
    fn living_grant(&self, record: &AccessTokenRecord) -> Result<Arc<Grant>, BearerError> {
        let id = record.grant.as_deref().ok_or(BearerError::NoOpenidScope)?;
        self.store.grant(id, self.now()).ok_or(BearerError::Revoked)
    }

    /// Why a token is not known, as far as the token itself tells.
    fn explained(&self, token: &str, base: &str) -> Option<String> {
        let decoded = jws::decode(token).ok()?;
        let issuer = decoded.claims.get("iss").and_then(Value::as_str)?;
        if !self.settings.issuer.is(issuer) {
            return Some(format!("it says that `{issuer}` issued it, this is `{}`", self.issuer(base)));
        }
        let expired =
            decoded.claims.get("exp").and_then(Value::as_i64).filter(|exp| *exp <= self.now().as_secs());
        expired.map(|exp| format!("it expired {} seconds ago", self.now().as_secs().saturating_sub(exp)))
    }

    /// What is known of a token (RFC7662-2).
    pub fn introspect(&self, call: &Call, basic: &BasicCredentials) -> Result<Value, TokenError> {
        let mut entry = self.entry(Endpoint::Introspection, call);
        let outcome = self.authenticated(call, basic, &mut entry).and_then(|(request, client)| {
            authorized_to_introspect(&client)?;
            let token = request.value("token").ok_or(TokenError::ParameterMissing("token"))?;
            Ok(self.known_of(token))
        });
        if let Err(cause) = &outcome {
            entry.refused(cause);
        }
        self.record(call, entry);
        outcome
    }

    /// "If the token is not active, […] the authorization server MUST return an introspection response with the "active"
    /// field set to "false". Note that to avoid disclosing too much […] SHOULD NOT include any additional information"
    /// (RFC7662-2.2)
    fn known_of(&self, token: &str) -> Value {
        self.active_access_token(token)
            .or_else(|| self.active_refresh_token(token))
            .unwrap_or_else(|| json!({ "active": false }))
    }

    fn active_access_token(&self, token: &str) -> Option<Value> {
        let record =
            self.store.access_token(token, self.now()).filter(|record| self.now() < record.expires)?;
        let grant = match &record.grant {
            None => None,
            Some(id) => Some(self.store.grant(id, self.now())?),
        };
        let client = self.registrations.client(&record.client_id)?;
        let subject = grant.as_ref().map(|grant| self.subject_for(&client, &grant.subject));
        let mut known = json!({
            "active": true,
            "iss": record.issuer,
            "sub": subject.as_ref().unwrap_or(&record.client_id),
            "aud": client.audience(),
            "client_id": record.client_id,
            "token_type": "Bearer",
            "scope": record.scope.to_string(),
            "jti": record.jti,
            "iat": record.issued.as_secs(),
            "exp": record.expires.as_secs(),
        });
        if let (Some(thumbprint), Some(known)) = (&record.certificate, known.as_object_mut()) {
            known.insert("cnf".to_owned(), confirmation(thumbprint));
        }
        if let (Some(grant), Some(known)) = (&grant, known.as_object_mut()) {
            // beside a pairwise subject it would say who that is
            if client.sector.is_none() {
                known.insert("username".to_owned(), grant.user.clone().into());
            }
            known.insert("sid".to_owned(), grant.sid.clone().into());
        }
        Some(known)
    }

    fn active_refresh_token(&self, token: &str) -> Option<Value> {
        let record = self.store.refresh_token(token, self.now())?;
        if record.is_used() || record.session_ended || self.now() >= record.expires {
            return None;
        }
        let grant = self.store.grant(&record.grant, self.now())?;
        let client = self.registrations.client(&record.client_id)?;
        let mut known = json!({
            "active": true,
            "iss": grant.issuer,
            "sub": self.subject_for(&client, &grant.subject),
            "client_id": record.client_id,
            "token_type": "refresh_token",
            "scope": grant.scope.to_string(),
            "iat": record.issued.as_secs(),
            "exp": record.expires.as_secs(),
        });
        if let Some(known) = known.as_object_mut().filter(|_| client.sector.is_none()) {
            known.insert("username".to_owned(), grant.user.clone().into());
        }
        Some(known)
    }

    /// Revokes a token (RFC7009-2.1): a refresh token takes its whole grant along, an access token only itself. A token that
    /// nobody knows is as good as revoked.
    pub fn revoke(&self, call: &Call, basic: &BasicCredentials) -> Result<(), TokenError> {
        let mut entry = self.entry(Endpoint::Revocation, call);
        let outcome = self.revocation(call, basic, &mut entry);
        if let Err(cause) = &outcome {
            entry.refused(cause);
        }
        self.record(call, entry);
        outcome
    }

    fn revocation(
        &self,
        call: &Call,
        basic: &BasicCredentials,
        entry: &mut JournalEntry,
    ) -> Result<(), TokenError> {
        let (request, client) = self.authenticated(call, basic, entry)?;
        let token = request.value("token").ok_or(TokenError::ParameterMissing("token"))?;
        let now = self.now();
        if let Some(record) = self.store.refresh_token(token, now) {
            issued_to(&record.client_id, &client.id)?;
            self.store.revoke_grant(&record.grant, now);
        } else if let Some(record) = self.store.access_token(token, now) {
            issued_to(&record.client_id, &client.id)?;
            self.store.revoke_access_token(token, now);
        } else {
            entry.notes.push("the token is not known, so there was nothing to revoke".to_owned());
        }
        Ok(())
    }
}

/// The access token of a request.
pub(super) fn bearer_of<'a>(
    call: &'a Call,
    authorization: Option<&'a str>,
    entry: &mut JournalEntry,
) -> Result<&'a str, BearerError> {
    let parameters = call.parameters.as_ref().map_err(|cause| BearerError::from(cause.clone()))?;
    // RFC6750-2.2: a form-encoded body has no meaning for GET, and a token in the query string is not taken (2.3)
    let body = if call.method == "POST" { parameters.value("access_token") } else { None };
    if call.method != "POST" && parameters.value("access_token").is_some() {
        entry.notes.push("the access_token in the query string is not looked at (RFC6750-2.3)".to_owned());
    }
    if let Some(scheme) = authorization.and_then(bearer::other_scheme) {
        let scheme = if scheme.eq_ignore_ascii_case("basic") { "`Basic`" } else { "of another scheme" };
        entry.notes.push(format!(
            "the Authorization header is {scheme}, and only `Bearer` opens this (RFC6750-2.1)"
        ));
    }
    bearer::token(authorization, body)
}

/// "To prevent token scanning attacks, the endpoint MUST also require some form of authorization to access this endpoint"
/// (RFC7662-2.1), and a public client's name is none.
fn authorized_to_introspect(client: &Client) -> Result<(), TokenError> {
    if client.is_public() {
        return Err(TokenError::IntrospectedByPublicClient(client.id.clone()));
    }
    Ok(())
}

/// "verifies whether the token was issued to the client making the revocation request" (RFC7009-2.1)
fn issued_to(issued_to: &str, presented_by: &str) -> Result<(), TokenError> {
    if issued_to == presented_by {
        return Ok(());
    }
    Err(TokenError::TokenOfAnotherClient {
        issued_to: issued_to.to_owned(),
        presented_by: presented_by.to_owned(),
    })
}

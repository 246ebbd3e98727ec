//! Devices without a browser (RFC 8628): the endpoint that they ask first, and the grant that they ask for after that.

mod control;
mod page;

use std::sync::Arc;

pub use self::control::{NoSuchDevice, WaitingDevice};
pub use self::page::{DeviceInteraction, DevicePage, EnterCode};

use super::faults::Begun;
use super::ports::token;
use super::store::{Answer, Device, Grant, Heard};
use super::token::{Exchange, Granted};
use super::{Call, Endpoint, JournalEntry, LoginClaims, Provider, path};
use crate::protocol::authorization::ClaimsRequest;
use crate::protocol::client_authentication::BasicCredentials;
use crate::protocol::token::device_code::{self, DeviceAuthorization};
use crate::protocol::token::{TokenError, TokenResponse, client_credentials};
use crate::protocol::user_code::UserCode;

/// How often another user code is drawn where one is taken. With 20^8 codes, once is much already.
const DRAWS: usize = 8;

impl Provider {
    /// Gives a device its codes (RFC8628-3.1).
    pub fn device_authorization(
        &self,
        call: &Call,
        basic: &BasicCredentials,
    ) -> Result<DeviceAuthorization, TokenError> {
        let mut entry = self.entry(Endpoint::DeviceAuthorization, call);
        let outcome = self.device_codes(call, basic, &mut entry);
        if let Err(cause) = &outcome {
            entry.refused(cause);
        }
        self.record(call, entry);
        outcome
    }

    fn device_codes(
        &self,
        call: &Call,
        basic: &BasicCredentials,
        entry: &mut JournalEntry,
    ) -> Result<DeviceAuthorization, TokenError> {
        let (request, client) = self.authenticated(call, basic, entry)?;
        device_code::allowed(&client)?;
        let scope = client_credentials::scope(request, &client)?;
        let now = self.now();
        let lifetime = self.settings.lifetimes.device_code.as_secs();
        let interval = self.settings.device_interval;
        let issuer = self.issuer(&call.base);
        let device = Device::new(&client.id, &issuer, scope, now.plus(lifetime), interval);
        let device_code = token::<32>(self.ports.entropy.as_ref());
        let user_code = self.kept(&device_code, &device).ok_or(TokenError::NoUserCode)?;
        let verification_uri = format!("{}{}", issuer.trim_end_matches('/'), path::DEVICE);
        entry.notes.push(format!("the user code is {user_code}"));
        Ok(DeviceAuthorization {
            device_code,
            verification_uri_complete: format!("{verification_uri}?user_code={user_code}"),
            user_code: user_code.to_string(),
            verification_uri,
            expires_in: lifetime,
            interval,
        })
    }

    /// Keeps a device under a user code that is free.
    fn kept(&self, device_code: &str, device: &Device) -> Option<UserCode> {
        (0..DRAWS).find_map(|_| {
            let mut bytes = [0; 8];
            self.ports.entropy.fill(&mut bytes);
            let code = UserCode::from_random(bytes);
            self.store.put_device(device_code, &code, device.clone(), self.now()).then_some(code)
        })
    }

    /// A device code for tokens, or for the news that there are none yet (RFC8628-3.5).
    pub(super) fn ask_for_device(
        &self,
        exchange: &Exchange<'_>,
        entry: &mut JournalEntry,
    ) -> Result<TokenResponse, TokenError> {
        device_code::allowed(exchange.client)?;
        let code = device_code::device_code(exchange.request)?;
        let now = self.now();
        let device = self.store.device_with(code, now).ok_or(TokenError::DeviceCodeUnknown)?;
        device_code::issued_to(&device.client_id, &exchange.client.id)?;
        if now >= device.expires {
            return Err(TokenError::DeviceCodeExpired(device.expires));
        }
        let id = match self.store.hear(code, now).ok_or(TokenError::DeviceCodeUnknown)? {
            Heard::NotYet => return Err(TokenError::DevicePending),
            Heard::SlowDown(interval) => return Err(TokenError::DeviceHurries(interval)),
            Heard::No => return Err(TokenError::DeviceDenied),
            Heard::Again => return Err(TokenError::DeviceCodeAlreadyRedeemed),
            Heard::Yes(id) => id,
        };
        let grant = self.store.grant(&id, now).ok_or(TokenError::GrantRevoked)?;
        let granted = Granted { id: &id, grant: &grant, scope: &grant.scope, nonce: None };
        self.tokens(exchange, &granted, entry)
    }

    /// Lets a device have tokens about a person, if it still waits.
    fn connect(&self, user_code: &UserCode, device: &Device, person: &Person) -> bool {
        let now = self.now();
        let id = token::<16>(self.ports.entropy.as_ref());
        let grant = Grant {
            client_id: device.client_id.clone(),
            subject: self.users.subject(&person.user),
            user: person.user.clone(),
            scope: device.scope.clone(),
            nonce: None,
            auth_time: now,
            acr: None,
            sid: person.sid.clone(),
            claims: LoginClaims::default(),
            requested: ClaimsRequest::default(),
            opens_userinfo: true,
            issuer: device.issuer.clone(),
            begun: Begun::default(),
        };
        let until = device.expires.plus(self.settings.lifetimes.access_token.as_secs());
        self.store.put_grant(&id, Arc::new(grant), until, now);
        let counts = self.store.answer_device(user_code, Answer::Yes(id.clone()), now);
        if !counts {
            self.store.revoke_grant(&id, now);
        }
        counts
    }
}

/// Who says yes.
#[derive(Clone, Debug)]
struct Person {
    user: String,
    sid: String,
}

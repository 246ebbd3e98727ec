//! Devices that wait for somebody to say yes (RFC 8628).

use super::{Digest, EXPLAINED, GrantId, Store, digest_of};
use crate::protocol::token::device_code::{SLOWER, hurries};
use crate::protocol::user_code::UserCode;
use crate::protocol::{Scope, Timestamp};

/// A device that asked.
#[derive(Clone, Debug)]
pub(in crate::provider) struct Device {
    pub(in crate::provider) client_id: String,
    pub(in crate::provider) scope: Scope,
    pub(in crate::provider) issuer: String,
    pub(in crate::provider) expires: Timestamp,
    pub(in crate::provider) answer: Answer,
    /// How many seconds it has to wait between two questions.
    pub(in crate::provider) interval: i64,
    /// When it last asked.
    asked: Option<Timestamp>,
    /// Whether it will be told to slow down, however slow it is.
    held_back: bool,
    used: bool,
}

/// What the person said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::provider) enum Answer {
    None,
    Yes(GrantId),
    No,
}

/// What a device hears that asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::provider) enum Heard {
    NotYet,
    /// It asks too often, and has to wait for so many seconds from now on.
    SlowDown(i64),
    No,
    /// Tokens, this once.
    Yes(GrantId),
    /// It had its tokens.
    Again,
}

impl Device {
    pub(in crate::provider) fn new(
        client_id: &str,
        issuer: &str,
        scope: Scope,
        expires: Timestamp,
        interval: i64,
    ) -> Self {
        Self {
            client_id: client_id.to_owned(),
            scope,
            issuer: issuer.to_owned(),
            expires,
            answer: Answer::None,
            interval,
            asked: None,
            held_back: false,
            used: false,
        }
    }

    /// Whether somebody can still answer.
    pub(in crate::provider) fn waits(&self, now: Timestamp) -> bool {
        self.answer == Answer::None && now < self.expires
    }

    /// "`slow_down`: A variant of `authorization_pending`, the authorization request is still pending" (RFC8628-3.5), so a
    /// device whose answer is there gets it, however fast it is.
    fn hear(&mut self, now: Timestamp) -> Heard {
        match &self.answer {
            Answer::No => Heard::No,
            Answer::Yes(_) if self.used => Heard::Again,
            Answer::Yes(grant) => {
                self.used = true;
                Heard::Yes(grant.clone())
            }
            Answer::None => {
                let hurries = hurries(self.asked, now, self.interval) || self.held_back;
                self.held_back = false;
                self.asked = Some(now);
                if !hurries {
                    return Heard::NotYet;
                }
                self.interval = self.interval.saturating_add(SLOWER);
                Heard::SlowDown(self.interval)
            }
        }
    }
}

impl Store {
    /// Keeps a device under both its codes, unless another one has the same user code.
    pub(in crate::provider) fn put_device(
        &self,
        device_code: &str,
        user_code: &UserCode,
        device: Device,
        now: Timestamp,
    ) -> bool {
        let mut state = self.at(now);
        if state.devices.value(user_code).is_some() {
            return false;
        }
        let until = device.expires.plus(EXPLAINED);
        state.device_codes.insert(digest_of(device_code), user_code.clone(), until);
        state.devices.insert(user_code.clone(), device, until);
        true
    }

    /// The device whose code somebody typed.
    pub(in crate::provider) fn device(&self, user_code: &UserCode, now: Timestamp) -> Option<Device> {
        self.at(now).devices.value(user_code).cloned()
    }

    /// The device that has this code.
    pub(in crate::provider) fn device_with(&self, device_code: &str, now: Timestamp) -> Option<Device> {
        let state = self.at(now);
        let digest: Digest = digest_of(device_code);
        state.devices.value(state.device_codes.value(&digest)?).cloned()
    }

    /// The devices that still wait for an answer.
    pub(in crate::provider) fn waiting_devices(&self, now: Timestamp) -> Vec<(UserCode, Device)> {
        let state = self.at(now);
        let waiting = state.devices.iter().filter(|(_, device)| device.waits(now));
        waiting.map(|(code, device)| (code.clone(), device.clone())).collect()
    }

    /// Answers a device, if it still waits: of any number of answers one counts.
    pub(in crate::provider) fn answer_device(
        &self,
        user_code: &UserCode,
        answer: Answer,
        now: Timestamp,
    ) -> bool {
        let mut state = self.at(now);
        let Some(device) = state.devices.value_mut(user_code).filter(|device| device.waits(now)) else {
            return false;
        };
        device.answer = answer;
        true
    }

    /// Has a device be told to slow down when it next asks.
    pub(in crate::provider) fn hold_back_device(&self, user_code: &UserCode, now: Timestamp) -> bool {
        let mut state = self.at(now);
        let Some(device) = state.devices.value_mut(user_code).filter(|device| device.waits(now)) else {
            return false;
        };
        device.held_back = true;
        true
    }

    /// What a device hears that asks; of any number of questions one gets the tokens.
    pub(in crate::provider) fn hear(&self, device_code: &str, now: Timestamp) -> Option<Heard> {
        let mut state = self.at(now);
        let user_code = state.device_codes.value(&digest_of(device_code))?.clone();
        state.devices.value_mut(&user_code).map(|device| device.hear(now))
    }
}

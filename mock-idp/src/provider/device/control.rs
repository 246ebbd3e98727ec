//! Answers to devices at will: what a person in a browser would do, for tests that have none.

use serde::Serialize;

use super::Person;
use crate::protocol::user_code::UserCode;
use crate::provider::Provider;
use crate::provider::ports::token;
use crate::provider::store::{Answer, Device};

/// No device waits under this user code.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "no device waits with the user code `{0}`: it is not one of this provider, was answered before, or has expired"
)]
pub struct NoSuchDevice(pub String);

/// A device that waits for an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct WaitingDevice {
    /// The code that the device shows.
    pub user_code: String,
    /// The client.
    pub client_id: String,
    /// What it asks for.
    pub scope: String,
    /// How many seconds it has to wait between two questions by now.
    pub interval: i64,
}

impl Provider {
    /// The devices that wait for an answer.
    pub fn waiting_devices(&self) -> Vec<WaitingDevice> {
        let waiting = self.store.waiting_devices(self.now());
        let shown = |(code, device): (UserCode, Device)| WaitingDevice {
            user_code: code.to_string(),
            client_id: device.client_id,
            scope: device.scope.to_string(),
            interval: device.interval,
        };
        waiting.into_iter().map(shown).collect()
    }

    /// Says yes to a device, as this user.
    pub fn approve_device(&self, user_code: &str, user: &str) -> Result<(), NoSuchDevice> {
        let none = || NoSuchDevice(user_code.to_owned());
        let (code, device) = self.waiting(user_code).ok_or_else(none)?;
        let user = self.users.meant_by(user).unwrap_or_else(|| user.to_owned());
        let person = Person { user, sid: token::<16>(self.ports.entropy.as_ref()) };
        if self.connect(&code, &device, &person) { Ok(()) } else { Err(none()) }
    }

    /// Says no to a device.
    pub fn deny_device(&self, user_code: &str) -> Result<(), NoSuchDevice> {
        let code = UserCode::typed(user_code);
        let denied = code.is_some_and(|code| self.store.answer_device(&code, Answer::No, self.now()));
        if denied { Ok(()) } else { Err(NoSuchDevice(user_code.to_owned())) }
    }

    /// Has a device hear `slow_down` when it next asks, however slow it is.
    pub fn hold_back_device(&self, user_code: &str) -> Result<(), NoSuchDevice> {
        let code = UserCode::typed(user_code);
        let held_back = code.is_some_and(|code| self.store.hold_back_device(&code, self.now()));
        if held_back { Ok(()) } else { Err(NoSuchDevice(user_code.to_owned())) }
    }

    /// The device that waits under a user code, however that is typed.
    pub(super) fn waiting(&self, typed: &str) -> Option<(UserCode, Device)> {
        let code = UserCode::typed(typed)?;
        let device = self.store.device(&code, self.now()).filter(|device| device.waits(self.now()))?;
        Some((code, device))
    }
}

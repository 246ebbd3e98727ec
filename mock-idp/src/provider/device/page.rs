//! The pages for the person at the browser: which device, and yes or no (RFC8628-3.3).

use serde::Serialize;

use super::control::NoSuchDevice;
use super::{Device, Person, UserCode};
use crate::protocol::authorization::Unredirectable;
use crate::protocol::client::{Clients as _, Presentation};
use crate::protocol::{Cause as _, Parameters};
use crate::provider::login::{Login, SessionCookie};
use crate::provider::store::Answer;
use crate::provider::{Call, Endpoint, JournalEntry, LoginClaims, Provider, UserSummary};

/// What the browser gets.
#[derive(Clone, Debug)]
pub enum DeviceInteraction {
    /// The question which device it is.
    Enter(EnterCode),
    /// The question whether it may.
    Ask(Box<DevicePage>),
    /// The device is connected.
    Connected {
        /// The client's name for people.
        client_name: String,
        /// Who said yes.
        user: UserSummary,
        /// The session cookie.
        cookie: SessionCookie,
    },
    /// The device will be told no.
    Denied {
        /// The client's name for people.
        client_name: String,
    },
    /// An error page, because the request cannot be read.
    Refuse(Unredirectable),
}

/// The question which device it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct EnterCode {
    /// What was typed so far.
    pub typed: String,
    /// Whether no device waits under that.
    pub unknown: bool,
}

/// The question whether a device may.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct DevicePage {
    /// The provider.
    pub issuer: String,
    /// The code, to be compared with the one that the device shows.
    pub user_code: String,
    /// The client's id.
    pub client_id: String,
    /// The client's name for people, or the id once more.
    pub client_name: String,
    /// Whether the client is registered.
    pub client_registered: bool,
    /// The client's pages.
    pub presentation: Presentation,
    /// The scopes.
    pub scopes: Vec<String>,
    /// The users to choose from.
    pub users: Vec<UserSummary>,
    /// Whether the form came back without a user.
    pub nobody_named: bool,
}

impl Provider {
    /// Shows a page, or takes in its form.
    pub fn device(&self, call: &Call, cookies: &[String]) -> DeviceInteraction {
        let mut entry = self.entry(Endpoint::Device, call);
        let interaction = match &call.parameters {
            Ok(form) => self.device_form(form, call, cookies, &mut entry),
            Err(cause) => {
                let cause = Unredirectable::from(cause.clone());
                entry.refused(&cause);
                DeviceInteraction::Refuse(cause)
            }
        };
        entry.status = match &interaction {
            DeviceInteraction::Enter(page) if page.unknown => 400,
            DeviceInteraction::Ask(page) if page.nobody_named => 400,
            DeviceInteraction::Refuse(cause) => cause.status(),
            DeviceInteraction::Enter(_)
            | DeviceInteraction::Ask(_)
            | DeviceInteraction::Connected { .. }
            | DeviceInteraction::Denied { .. } => 200,
        };
        self.record(call, entry);
        interaction
    }

    fn device_form(
        &self,
        form: &Parameters,
        call: &Call,
        cookies: &[String],
        entry: &mut JournalEntry,
    ) -> DeviceInteraction {
        let Some(typed) = form.value("user_code") else {
            return DeviceInteraction::Enter(EnterCode::default());
        };
        let unknown = |entry: &mut JournalEntry| {
            entry.notes.push(NoSuchDevice(typed.to_owned()).to_string());
            DeviceInteraction::Enter(EnterCode { typed: typed.to_owned(), unknown: true })
        };
        let Some((code, device)) = self.waiting(typed) else { return unknown(entry) };
        entry.client = Some(device.client_id.clone());
        let page = self.device_page(&code, &device, call);
        let posted = call.method == "POST";
        if posted && form.value("action") == Some("deny") {
            let denied = self.store.answer_device(&code, Answer::No, self.now());
            let client_name = page.client_name;
            return if denied { DeviceInteraction::Denied { client_name } } else { unknown(entry) };
        }
        let typed_name = || form.value("other_user").map(str::trim).filter(|name| !name.is_empty());
        let named = if posted { form.value("user").or_else(typed_name) } else { None };
        let Some(user) = named.or(self.settings.auto_login.as_deref()) else {
            return DeviceInteraction::Ask(Box::new(DevicePage { nobody_named: posted, ..page }));
        };
        let user = self.users.meant_by(user).unwrap_or_else(|| user.to_owned());
        entry.user = Some(user.clone());
        let (login, cookie) = self.sign_in(&user, LoginClaims::default(), self.session_of(cookies));
        if !self.connected(&code, &device, &login) {
            return unknown(entry);
        }
        let user = self.users.summary_of(&user);
        DeviceInteraction::Connected { client_name: page.client_name, user, cookie }
    }

    fn connected(&self, code: &UserCode, device: &Device, login: &Login) -> bool {
        let person = Person { user: login.user.clone(), sid: login.sid.clone() };
        let connected = self.connect(code, device, &person);
        if connected {
            self.store.signed_in_to(&login.sid, &device.client_id, &device.issuer, self.now());
        }
        connected
    }

    fn device_page(&self, code: &UserCode, device: &Device, call: &Call) -> DevicePage {
        let client = self.registrations.client(&device.client_id);
        let client = client.as_deref();
        DevicePage {
            issuer: self.issuer(&call.base),
            user_code: code.to_string(),
            client_id: device.client_id.clone(),
            client_name: client.map_or_else(|| device.client_id.clone(), |client| client.name.clone()),
            client_registered: client.is_some_and(crate::protocol::client::Client::is_registered),
            presentation: client.map(|client| client.presentation.clone()).unwrap_or_default(),
            scopes: device.scope.words().map(str::to_owned).collect(),
            users: self.users.summaries(),
            nobody_named: false,
        }
    }
}

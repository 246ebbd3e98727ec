//! Connecting a device (RFC8628-3.3): which one, yes or no, and what came of it. Forms are sent to `action`.

use serde::Serialize;

use super::policy::Policy;
use super::{Page, templates};
use crate::provider::{DevicePage, EnterCode, UserSummary};

/// Asks for the code. The form's field is `user_code`.
pub(in crate::http) fn enter_code(page: &EnterCode, issuer: &str, action: &str) -> Page {
    #[derive(Serialize)]
    struct View<'a> {
        #[serde(flatten)]
        page: &'a EnterCode,
        issuer: &'a str,
        action: &'a str,
    }
    templates::page("device_code.html", &View { page, issuer, action }, &Policy::default().form_to_self())
}

/// Asks for a yes, which is a button per user, or a no.
pub(in crate::http) fn device(page: &DevicePage, action: &str) -> Page {
    #[derive(Serialize)]
    struct View<'a> {
        #[serde(flatten)]
        page: &'a DevicePage,
        action: &'a str,
    }
    let policy = Policy::default().form_to_self();
    let policy = page.presentation.logo.iter().fold(policy, |policy, logo| policy.image(logo));
    templates::page("device.html", &View { page, action }, &policy)
}

/// Says what came of it: who is signed in on the device, or nobody.
pub(in crate::http) fn device_answered(client: &str, user: Option<&UserSummary>, issuer: &str) -> Page {
    #[derive(Serialize)]
    struct View<'a> {
        issuer: &'a str,
        client: &'a str,
        user: Option<&'a UserSummary>,
    }
    templates::page("device_answered.html", &View { issuer, client, user }, &Policy::default())
}

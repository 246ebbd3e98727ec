//! The two cookies. Their names hold the product's, because cookies do not tell ports apart: relying parties of several
//! products may share a loopback host.

use crate::decision::{Profile, ProviderProfile, ResponseMode, SessionLifetime};
use crate::rp::authentication_request::PATIENCE;
use crate::rp::state::Session;

/// The name of the session cookie.
pub(in crate::rp) fn session_cookie(profile: &Profile) -> String {
    format!("{}_session", profile.product)
}

/// The name of the cookie that marks the browser which began a sign-in (X-R1).
pub(super) fn browser_cookie(profile: &Profile) -> String {
    format!("{}_browser", profile.product)
}

/// Marks the browser. A form posted by the provider's page must bring the mark along, which only `SameSite=None` allows.
pub(super) fn set_browser(profile: &Profile, provider: &ProviderProfile, mark: &str) -> String {
    let posted = provider.accepted_modes.contains(&ResponseMode::FormPost);
    let name = browser_cookie(profile);
    let attributes = if posted { "SameSite=None; Secure" } else { lax(profile) };
    format!("{name}={mark}; Path=/; Max-Age={PATIENCE}; HttpOnly; {attributes}")
}

/// Signs the browser in. Where a session can be renewed, its cookie has no age of its own: the renewal happens in a
/// frame, where the provider's page causes the last request and a browser would not let it set this cookie again.
pub(super) fn set_session(profile: &Profile, session: &Session) -> String {
    let (name, id) = (session_cookie(profile), &session.id);
    let age = match profile.session_lifetime {
        SessionLifetime::Seconds(seconds) => format!("; Max-Age={seconds}"),
        SessionLifetime::IdTokenExpiry => String::new(),
    };
    format!("{name}={id}; Path=/{age}; HttpOnly; {}", lax(profile))
}

/// Signs the browser out.
pub(super) fn unset_session(profile: &Profile) -> String {
    format!("{}=; Path=/; Max-Age=0; HttpOnly; {}", session_cookie(profile), lax(profile))
}

fn lax(profile: &Profile) -> &'static str {
    if profile.base_url.starts_with("https://") { "SameSite=Lax; Secure" } else { "SameSite=Lax" }
}

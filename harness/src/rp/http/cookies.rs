//! The two cookies. Their names hold the product's, because cookies do not tell ports apart: relying parties of several
//! products may share a loopback host.

use crate::decision::{Profile, ProviderProfile, ResponseMode, Timestamp};
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

/// Signs the browser in.
pub(super) fn set_session(profile: &Profile, session: &Session, now: Timestamp) -> String {
    let age = session.expires_at.map(|at| format!("; Max-Age={}", at.0.saturating_sub(now.0)));
    let (name, id) = (session_cookie(profile), &session.id);
    format!("{name}={id}; Path=/{}; HttpOnly; {}", age.unwrap_or_default(), lax(profile))
}

/// Signs the browser out.
pub(super) fn unset_session(profile: &Profile) -> String {
    format!("{}=; Path=/; Max-Age=0; HttpOnly; {}", session_cookie(profile), lax(profile))
}

fn lax(profile: &Profile) -> &'static str {
    if profile.base_url.starts_with("https://") { "SameSite=Lax; Secure" } else { "SameSite=Lax" }
}

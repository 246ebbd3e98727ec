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

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::{set_browser, unset_session};
    use crate::products;

    #[rstest]
    #[case::response_in_the_query("billrun", "HttpOnly; SameSite=Lax; Secure")]
    #[case::response_as_a_form_of_another_site("cloudbilling", "HttpOnly; SameSite=None; Secure")]
    fn the_mark_of_a_browser_travels_no_further_than_its_response_needs(
        #[case] product: &str,
        #[case] attributes: &str,
    ) {
        let example = products::named(product).unwrap().example(&serde_json::json!({})).unwrap();
        let profile = example.product.profile();
        let cookie = set_browser(profile, &profile.providers[0], "mark");
        assert_eq!(
            cookie,
            format!("{product}_browser=mark; Path=/; Max-Age={}; {attributes}", super::PATIENCE)
        );
    }

    #[test]
    fn a_session_cookie_is_taken_back_with_the_attributes_it_was_set_with() {
        let example = products::named("gorules").unwrap().example(&serde_json::json!({})).unwrap();
        let cookie = unset_session(example.product.profile());
        assert_eq!(cookie, "gorules_session=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax; Secure");
    }
}

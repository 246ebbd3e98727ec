//! Session Management 1.0: what lets an application notice that the person's session at the provider changed.

use aws_lc_rs::digest;
use url::Url;

/// `session_state` of an authentication response: "a salted cryptographic hash of Client ID, origin URL, and OP User Agent
/// state" (OIDCSM-2), computed as the page of the `check_session_iframe` computes it again in the browser (OIDCSM-3.2).
///
/// "the server can use the origin URL of the Authentication Response" (OIDCSM-2). An address without one, such as that of
/// an app on a phone, has no frame to ask from, and gets none.
pub fn session_state(client_id: &str, redirect_uri: &str, browser_state: &str, salt: &str) -> Option<String> {
    let origin = Url::parse(redirect_uri).ok()?.origin();
    if !origin.is_tuple() {
        return None;
    }
    let text = format!("{client_id} {} {browser_state} {salt}", origin.ascii_serialization());
    let hash = digest::digest(&digest::SHA256, text.as_bytes());
    let hex = hash.as_ref().iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
    Some(format!("{hex}.{salt}"))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::session_state;

    /// `printf %s 'app https://app.example state salt' | sha256sum`
    #[test]
    fn the_state_is_a_salted_hash_and_its_salt() {
        let state = session_state("app", "https://app.example/cb?x=1", "state", "salt");
        let expected = "4ca2b64cfe67e32414996d650625a011af070db696c62b72e0061ed618dabbbf.salt";
        assert_eq!(state.as_deref(), Some(expected));
    }

    #[rstest]
    #[case::another_client("other", "https://app.example/cb", "state", "salt")]
    #[case::another_origin("app", "https://app.example:8443/cb", "state", "salt")]
    #[case::another_browser("app", "https://app.example/cb", "other", "salt")]
    #[case::another_salt("app", "https://app.example/cb", "state", "other")]
    fn each_part_counts(#[case] client: &str, #[case] uri: &str, #[case] browser: &str, #[case] salt: &str) {
        let usual = session_state("app", "https://app.example/cb", "state", "salt");
        assert_ne!(session_state(client, uri, browser, salt), usual);
    }

    #[test]
    fn an_address_without_an_origin_has_no_state() {
        assert_eq!(session_state("app", "com.example.app:/cb", "state", "salt"), None);
    }
}

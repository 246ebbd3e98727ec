//! Front-channel logout (OIDCFC-2, OIDCFC-3): the page that a client's frame loads.

/// The logout URI with `iss` and `sid`, after a query string of its own (OIDCFC-2: "the OP MAY add these query
/// parameters").
pub fn frame(logout_uri: &str, issuer: &str, sid: &str) -> String {
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("iss", issuer)
        .append_pair("sid", sid)
        .finish();
    let separator = if logout_uri.contains('?') { '&' } else { '?' };
    format!("{logout_uri}{separator}{query}")
}

#[cfg(test)]
mod tests {
    #[test]
    fn issuer_and_session_are_added_after_the_uris_own_query() {
        let frame = super::frame("https://app.example/out?t=17", "https://idp.test/a", "s1");
        assert_eq!(frame, "https://app.example/out?t=17&iss=https%3A%2F%2Fidp.test%2Fa&sid=s1");
    }
}

//! Front-channel logout (OIDCFC-2, OIDCFC-3): the page that a client's frame loads.

/// What is added to the logout URI: "the OP MAY add these query parameters" (OIDCFC-2).
pub fn parameters(issuer: &str, sid: &str) -> Vec<(String, String)> {
    [("iss", issuer), ("sid", sid)].map(|(name, value)| (name.to_owned(), value.to_owned())).into()
}

#[cfg(test)]
mod tests {
    use crate::protocol::logout::with_parameters;

    #[test]
    fn issuer_and_session_are_added_after_the_uris_own_query() {
        let added = super::parameters("https://idp.test/a", "s1");
        let frame = with_parameters("https://app.example/out?t=17", &added);
        assert_eq!(frame, "https://app.example/out?t=17&iss=https%3A%2F%2Fidp.test%2Fa&sid=s1");
    }
}

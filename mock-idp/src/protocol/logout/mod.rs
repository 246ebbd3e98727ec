//! Signing out: RP-Initiated Logout 1.0, Front-Channel Logout 1.0 and Back-Channel Logout 1.0.

pub mod back_channel;
pub mod front_channel;
mod rp_initiated;

pub use rp_initiated::{EndSessionError, EndSessionRequest, Hint, Return, end_session};

/// An address with parameters after a query string of its own.
pub fn with_parameters(uri: &str, parameters: &[(String, String)]) -> String {
    if parameters.is_empty() {
        return uri.to_owned();
    }
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish();
    // what stands behind a fragment is part of it
    let (uri, fragment) = uri.find('#').map_or((uri, ""), |at| uri.split_at(at));
    let separator = if uri.contains('?') { '&' } else { '?' };
    format!("{uri}{separator}{query}{fragment}")
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::alone("https://app.example/bye", "https://app.example/bye?state=a+b")]
    #[case::with_a_query("https://app.example/bye?x=1", "https://app.example/bye?x=1&state=a+b")]
    #[case::with_a_fragment("https://app.example/bye#top", "https://app.example/bye?state=a+b#top")]
    #[case::with_a_question_in_the_fragment("https://app.example/#/?", "https://app.example/?state=a+b#/?")]
    fn parameters_stand_in_the_query(#[case] uri: &str, #[case] expected: &str) {
        assert_eq!(with_parameters(uri, &[("state".to_owned(), "a b".to_owned())]), expected);
    }
}

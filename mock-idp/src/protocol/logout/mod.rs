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
    let separator = if uri.contains('?') { '&' } else { '?' };
    format!("{uri}{separator}{query}")
}

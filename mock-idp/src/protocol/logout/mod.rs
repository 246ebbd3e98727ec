//! Signing out: RP-Initiated Logout 1.0 and Front-Channel Logout 1.0.

pub mod front_channel;
mod rp_initiated;

pub use rp_initiated::{EndSessionError, EndSessionRequest, Hint, end_session};

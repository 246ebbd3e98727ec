//! Signing out: RP-Initiated Logout 1.0, Front-Channel Logout 1.0 and Back-Channel Logout 1.0.

pub mod back_channel;
pub mod front_channel;
mod rp_initiated;

pub use rp_initiated::{EndSessionError, EndSessionRequest, Hint, end_session};

//! How cases are played: one file for each flow, top to bottom as it happens.
//!
//! A flow drives the person's browser and says in the evidence whether what it is after came about. It knows neither the
//! case nor what is expected: the same flow without faults is the control twin.

mod login;
mod login_twice;

use super::case::Flow;
use super::stage::Stage;
use super::trouble::Trouble;

/// Plays a flow.
///
/// # Errors
///
/// When it could not be played; that says nothing about the relying party.
pub async fn play(flow: Flow, stage: &mut Stage) -> Result<(), Trouble> {
    match flow {
        Flow::Login => login::play(stage).await,
        Flow::LoginTwice => login_twice::play(stage).await,
    }
}

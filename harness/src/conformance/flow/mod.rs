//! How cases are played: one file for each flow, top to bottom as it happens.
//!
//! A flow drives the person's browser and says in the evidence whether what it is after came about. It knows neither the
//! case nor what is expected: the same flow without faults is the control twin.

mod at_the_attacker;
mod back_channel;
mod claims_of_others;
mod code_injection;
mod csrf;
mod key_rotation;
mod login;
mod login_twice;
mod many_at_once;
mod many_logins;
mod mix_up;
mod open_redirect;
mod parallel_login;
mod recovery;
mod refresh;
mod replay_callback;
mod response;
mod second_person;
mod session_fixation;
mod session_management;
mod signing_out;
mod slow_keys;
mod third_party_login;
mod together;
mod two_tabs;
mod unsolicited;
mod without_a_page;

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
        Flow::ManyLogins => many_logins::play(stage).await,
        Flow::Recovery => recovery::play(stage).await,
        Flow::RotationInLogin => key_rotation::in_a_login(stage).await,
        Flow::RotationBetweenLogins => key_rotation::between_logins(stage).await,
        Flow::ParallelLogin => parallel_login::play(stage).await,
        Flow::ManyAtOnce => many_at_once::play(stage).await,
        Flow::SlowKeys => slow_keys::play(stage).await,
        Flow::SessionFixation => session_fixation::play(stage).await,
        Flow::Csrf(victim) => csrf::play(stage, victim).await,
        Flow::Unsolicited => unsolicited::play(stage).await,
        Flow::CodeInjection => code_injection::play(stage).await,
        Flow::ReplayCallback => replay_callback::play(stage).await,
        Flow::AtTheAttacker => at_the_attacker::play(stage).await,
        Flow::SameSubjectElsewhere => at_the_attacker::with_a_known_subject(stage).await,
        Flow::SecondPersonSameEmail => second_person::play(stage).await,
        Flow::MixUp(begun) => mix_up::play(stage, begun).await,
        Flow::TwoTabs => two_tabs::play(stage).await,
        Flow::OpenRedirect(lure) => open_redirect::play(stage, lure).await,
        Flow::ThirdPartyLogin(initiation) => third_party_login::play(stage, initiation).await,
        Flow::Refresh => refresh::play(stage).await,
        Flow::RefreshAgain(pace) => refresh::again(stage, pace).await,
        Flow::BackChannelLogout => back_channel::play(stage).await,
        Flow::ClaimsOfOthers => claims_of_others::play(stage).await,
        Flow::LogoutTwice => back_channel::twice(stage).await,
        Flow::LogoutOfTwo => back_channel::one_of_two(stage).await,
        Flow::RefreshAfterLogout => back_channel::then_refresh(stage).await,
        Flow::FrontChannelLogout | Flow::RpInitiatedLogout => signing_out::here(stage).await,
        Flow::FrontChannelLogoutAtProvider => signing_out::at_the_provider(stage).await,
        Flow::ReturnUnasked => signing_out::not_at_all(stage).await,
        Flow::WithoutAPage => without_a_page::play(stage).await,
        Flow::SessionManagement => session_management::play(stage).await,
        Flow::SessionMessage(said) => session_management::told(stage, said).await,
    }
}

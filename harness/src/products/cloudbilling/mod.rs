//! CloudBilling: implicit flow, everything in the ID token, user groups replaced at each sign-in and renewal.
//!
//! Rules and readings are those of `README.md` beside this file. To read a sign-in top to bottom start at
//! `decide::admitted`.

mod claims;
mod codes;
mod config;
mod decide;
mod events;
mod fields;
mod given;
mod groups;
mod profile;
mod readings;
mod record;
mod refusal;
pub mod rules;
mod vocabulary;
mod wellformed;

#[cfg(test)]
mod tests;

use serde_json::Value;

use crate::decision::{
    Admission, Codes, Decision, Event, Example, Field, Grant, Mistake, Product, Profile, Range, Reading,
    Rule, SettingNames, Setup, Start, Term, Timestamp,
};

pub use config::Config;
pub use record::{Effect, Environment, Record, Session, State, User};

/// CloudBilling, as a product.
#[derive(Debug)]
pub struct CloudBilling;

impl Product for CloudBilling {
    const NAME: &'static str = "cloudbilling";
    const TITLE: &'static str = "CloudBilling";
    const RULES: &'static [&'static Rule] = rules::ALL;
    const READINGS: &'static [Reading] = readings::Readings::CATALOGUE;
    const FIELDS: &'static [Field] = record::FIELDS;
    const CODES: Codes = codes::CODES;
    const SETTINGS: SettingNames = config::SETTINGS;

    type Config = Config;
    type State = State;
    type Effect = Effect;
    type Record = Record;

    fn read(setup: &Setup) -> (Config, Vec<Mistake>) {
        config::read(setup)
    }

    fn profile(config: &Config) -> Profile {
        profile::profile(config)
    }

    fn check_state(_config: &Config, state: &State) -> Result<(), Vec<Mistake>> {
        let twice = |index: usize, user: &User| {
            state.users.iter().take(index).any(|other| other.external_key == user.external_key)
        };
        let mistakes: Vec<Mistake> = state
            .users
            .iter()
            .enumerate()
            .filter(|(index, user)| twice(*index, user))
            .map(|(index, _)| Mistake {
                path: format!("/users/{index}/external_key"),
                message: "two users have the same `external_key`".to_owned(),
                help: None,
            })
            .collect();
        if mistakes.is_empty() { Ok(()) } else { Err(mistakes) }
    }

    /// CB-R1: there is one provider, and every visitor is sent to it.
    fn admit(_config: &Config, _start: &Start) -> Admission<Self> {
        Admission::Provider(0)
    }

    fn on(config: &Config, state: &State, event: &Event, _now: Timestamp) -> Decision<Self> {
        match event {
            // CB-R17: a renewal brings a new ID token, and that is read like the first
            Event::SignIn(sign_in) | Event::Renewal(sign_in) => decide::sign_in(config, state, sign_in),
            Event::RenewalRefused { session, error } => events::renewal_refused(config, session, error),
            Event::SignOut { session } => events::sign_out(config, session),
            Event::PermissionCheck { session, permission } => events::permission(session, permission),
            Event::Administer(act) => events::administer(state, act),
        }
    }

    fn apply(state: State, effects: &[Effect]) -> State {
        record::apply(state, effects)
    }

    fn vocabulary(_config: &Config, state: &State) -> Vec<Term> {
        vocabulary::vocabulary(state)
    }

    fn ranges(_config: &Config, state: &State) -> Vec<Range> {
        vocabulary::ranges(state)
    }

    fn grants(record: &Value) -> Vec<Grant> {
        let groups = record.pointer("/user/user_groups").and_then(Value::as_array);
        groups
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .map(|group| Grant {
                target: format!("user.user_groups.{group}"),
                level: "member".to_owned(),
                rank: 1,
            })
            .collect()
    }

    fn example(given: &Value) -> Result<Example<Self>, Vec<Mistake>> {
        given::read(given)
    }
}

//! billwerk (Frisbii Transform): external users owned by a provider, roles per legal entity by one of three strategies.
//!
//! Rules and readings are those of `README.md` beside this file. To read a sign-in top to bottom start at
//! `decide::opened`.

mod administer;
mod claimed;
mod claims;
mod codes;
mod config;
mod decide;
mod gates;
mod given;
mod names;
mod profile;
mod readings;
mod record;
mod roles;
pub mod rules;
mod state;
mod ui;
mod users;
mod vocabulary;

#[cfg(test)]
mod tests;

use serde_json::Value;

use crate::decision::{
    Admission, Codes, Decision, Event, Example, Field, Grant, Mistake, Product, Profile, Range, Reading,
    Rule, SessionView, SettingNames, Setup, Standing, Start, Term, Timestamp,
};

pub use config::{Config, Integration, IntegrationForm, Strategy};
pub use record::{Record, Role, Roles, Shown, Status, Ui, UserType};
pub use state::{Effect, Person, State, User};

/// billwerk, as a product.
#[derive(Debug)]
pub struct Billwerk;

impl Product for Billwerk {
    const NAME: &'static str = "billwerk";
    const TITLE: &'static str = "billwerk";
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
        state::check(state)
    }

    fn admit(config: &Config, start: &Start) -> Admission<Self> {
        match decide::start(config, start) {
            Ok(index) => Admission::Provider(index),
            Err(decision) => Admission::Refused(decision),
        }
    }

    fn on(config: &Config, state: &State, event: &Event, _now: Timestamp) -> Decision<Self> {
        decide::on(config, state, event)
    }

    fn apply(state: State, effects: &[Effect]) -> State {
        effects.iter().fold(state, State::after)
    }

    fn look(config: &Config, state: &State, session: &SessionView) -> Standing {
        decide::look(config, state, session)
    }

    fn vocabulary(config: &Config, state: &State) -> Vec<Term> {
        vocabulary::vocabulary(config, state)
    }

    fn ranges(_config: &Config, state: &State) -> Vec<Range> {
        vocabulary::ranges(state)
    }

    fn grants(record: &Value) -> Vec<Grant> {
        let record: Record = serde_json::from_value(record.clone()).unwrap_or_default();
        let held = |(entity, roles): (String, Vec<Role>)| {
            roles.into_iter().map(move |role| Grant {
                target: format!("roles_by_legal_entity.{entity}.{}", role.name()),
                level: "granted".to_owned(),
                rank: 1,
            })
        };
        record.roles_by_legal_entity.into_iter().flat_map(held).collect()
    }

    fn example(given: &Value) -> Result<Example<Self>, Vec<Mistake>> {
        given::read(given)
    }
}

//! BillRun: roles from a configurable path of the ID token or UserInfo, a virtual user, nothing stored.
//!
//! Rules and readings are those of `README.md` beside this file. To read a sign-in top to bottom start at
//! `decide::opened`.

mod claims;
mod codes;
mod config;
mod decide;
mod doubts;
mod exchange;
mod gates;
mod given;
mod permissions;
mod profile;
mod readings;
mod record;
mod redirect;
pub mod rules;
mod vocabulary;

#[cfg(test)]
mod tests;

use serde_json::Value;

use self::readings::{RequiredClaims, StateCheck};
use crate::decision::{
    Admission, Codes, Decision, Departures, Doubt, Event, Example, Field, Grant, Mistake, Product, Profile,
    Range, Reading, Rule, SettingNames, Setup, Start, Term, Timestamp,
};

pub use config::{Config, Provider};
pub use record::{AuditEntry, Effect, Identity, Record, Session, State};

/// BillRun, as a product.
#[derive(Debug)]
pub struct BillRun;

impl Product for BillRun {
    const NAME: &'static str = "billrun";
    const TITLE: &'static str = "BillRun";
    const RULES: &'static [&'static Rule] = rules::ALL;
    const READINGS: &'static [Reading] = readings::Readings::CATALOGUE;
    const FIELDS: &'static [Field] = record::FIELDS;
    const CODES: Codes = codes::CODES;
    const SETTINGS: SettingNames =
        SettingNames { client_id: &["client_id"], scope: &["scopes"], keys: &[], redirect_uri: &["name"] };

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

    fn departures(config: &Config) -> Departures {
        let copied = config.readings.required_claims == RequiredClaims::Copy;
        Departures {
            exp_may_be_absent: copied,
            nonce_may_be_absent: copied,
            redeems_before_comparing_state: config.readings.state_check == StateCheck::Copy,
        }
    }

    fn doubts(config: &Config) -> Vec<Doubt> {
        doubts::doubts(config)
    }

    fn check_state(_config: &Config, _state: &State) -> Result<(), Vec<Mistake>> {
        Ok(())
    }

    fn admit(config: &Config, start: &Start) -> Admission<Self> {
        match decide::start(config, start) {
            Ok(index) => Admission::Provider(index),
            Err(decision) => Admission::Refused(decision),
        }
    }

    fn on(config: &Config, _state: &State, event: &Event, now: Timestamp) -> Decision<Self> {
        decide::on(config, event, now)
    }

    fn apply(mut state: State, effects: &[Effect]) -> State {
        for effect in effects {
            match effect {
                Effect::Audited { key, entry } => {
                    state.audit.insert(key.clone(), entry.clone());
                }
            }
        }
        state
    }

    fn vocabulary(config: &Config, _state: &State) -> Vec<Term> {
        vocabulary::vocabulary(config)
    }

    fn ranges(_config: &Config, _state: &State) -> Vec<Range> {
        vocabulary::ranges()
    }

    fn grants(record: &Value) -> Vec<Grant> {
        permissions::rights(record)
    }

    fn example(given: &Value) -> Result<Example<Self>, Vec<Mistake>> {
        given::read(given)
    }
}

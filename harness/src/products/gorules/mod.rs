//! GoRules BRMS: a public browser application whose users and roles come from one configured token.
//!
//! `README.md` beside this file says what the real product does and what we assume.

mod admin;
mod codes;
pub mod config;
mod decide;
mod given;
mod mapping;
mod profile;
pub mod readings;
pub mod record;
pub mod rules;
#[cfg(test)]
mod tests;
mod vocabulary;

use serde_json::Value;

use crate::decision::{
    Admission, Codes, Decision, Documents, Doubt, Event, Example, Field, Grant, Mistake, Product, Profile,
    Range, Reading, Rule, SessionView, SettingNames, Setup, Standing, Start, Term, Timestamp,
};
use crate::products::draft::Draft;
use crate::products::form::{did_you_mean, unless_mistaken};
use config::Config;
use readings::Readings;
use record::{Effect, PERMISSIONS, Record, State};

/// The product, for the type system.
#[derive(Debug)]
pub struct GoRules;

impl Product for GoRules {
    const NAME: &'static str = "gorules";
    const TITLE: &'static str = "GoRules BRMS";
    const RULES: &'static [&'static Rule] = rules::ALL;
    const READINGS: &'static [Reading] = Readings::CATALOGUE;
    const FIELDS: &'static [Field] = record::FIELDS;
    const CODES: Codes = codes::CODES;
    const SETTINGS: SettingNames = config::SETTINGS;

    type Config = Config;
    type State = State;
    type Effect = Effect;
    type Record = Record;

    fn read(setup: &Setup) -> (Config, Vec<Mistake>) {
        Config::read(setup)
    }

    fn profile(config: &Config) -> Profile {
        profile::profile(config)
    }

    fn doubts(config: &Config) -> Vec<Doubt> {
        config.doubts()
    }

    fn check_state(_config: &Config, state: &State) -> Result<(), Vec<Mistake>> {
        let mut mistakes = Vec::new();
        for (index, role) in state.roles.iter().enumerate() {
            let unknown =
                role.permissions.iter().filter(|permission| !PERMISSIONS.contains(&permission.as_str()));
            mistakes.extend(unknown.map(|permission| Mistake {
                path: format!("/roles/{index}/permissions"),
                message: format!("unknown permission `{permission}`"),
                help: did_you_mean(permission, PERMISSIONS),
            }));
            let projects: Vec<&str> = state.projects.iter().map(String::as_str).collect();
            let unknown = role.projects.iter().filter(|project| !projects.contains(&project.as_str()));
            mistakes.extend(unknown.map(|project| Mistake {
                path: format!("/roles/{index}/projects"),
                message: format!("unknown project `{project}`"),
                help: did_you_mean(project, &projects),
            }));
        }
        for (index, user) in state.users.iter().enumerate() {
            let roles: Vec<&str> = state.roles.iter().map(|role| role.name.as_str()).collect();
            let unknown = user.manual_roles.iter().filter(|role| !roles.contains(&role.as_str()));
            mistakes.extend(unknown.map(|role| Mistake {
                path: format!("/users/{index}/manual_roles"),
                message: format!("unknown role `{role}`"),
                help: did_you_mean(role, &roles),
            }));
        }
        unless_mistaken(mistakes, ())
    }

    fn admit(config: &Config, _start: &Start) -> Admission<Self> {
        let nothing = Documents::default();
        let mut reasons = Draft::new(&nothing);
        match decide::gate::open(config, &mut reasons) {
            Ok(_) => Admission::Provider(0),
            Err(refusal) => Admission::Refused(Box::new(reasons.refused(refusal))),
        }
    }

    fn on(config: &Config, state: &State, event: &Event, _now: Timestamp) -> Decision<Self> {
        match event {
            Event::SignIn(sign_in) | Event::Renewal(sign_in) => decide::sign_in(config, state, sign_in),
            Event::RenewalRefused { session, error } => admin::renewal_refused(session, error),
            Event::SignOut { session } => admin::sign_out(session),
            Event::PermissionCheck { session, permission } => {
                admin::permission_check(state, session, permission)
            }
            Event::Administer(act) => admin::administer(state, act),
        }
    }

    fn apply(state: State, effects: &[Effect]) -> State {
        effects.iter().fold(state, State::after)
    }

    fn look(_config: &Config, state: &State, session: &SessionView) -> Standing {
        admin::look(state, session)
    }

    fn vocabulary(config: &Config, state: &State) -> Vec<Term> {
        vocabulary::vocabulary(config, state)
    }

    fn ranges(_config: &Config, state: &State) -> Vec<Range> {
        vocabulary::ranges(state)
    }

    fn grants(record: &Value) -> Vec<Grant> {
        let grant = |target: String, level: &str, rank| Grant { target, level: level.to_owned(), rank };
        let mut grants = Vec::new();
        let level = record.pointer("/user/type").and_then(Value::as_str);
        let rank = |level| {
            [(1, "member"), (2, "author"), (3, "admin"), (4, "owner")]
                .into_iter()
                .find(|(_, known)| *known == level)
        };
        if let Some((rank, level)) = level.and_then(rank) {
            grants.push(grant("user.type".to_owned(), level, rank));
        }
        let projects = record.pointer("/access/project_permissions").and_then(Value::as_object);
        for (project, permissions) in projects.into_iter().flatten() {
            for permission in permissions.as_array().into_iter().flatten().filter_map(Value::as_str) {
                let target = format!("access.project_permissions.{project}.{permission}");
                grants.push(grant(target, "granted", 1));
            }
        }
        grants
    }

    fn example(given: &Value) -> Result<Example<Self>, Vec<Mistake>> {
        given::read(given)
    }
}

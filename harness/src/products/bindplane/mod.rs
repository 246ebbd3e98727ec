//! Bindplane: users and roles from claims of the ID token, or by invitation.
//!
//! `README.md` beside this file says what the real product does and what we assume.

mod admin;
pub mod capabilities;
mod codes;
pub mod config;
mod decide;
mod given;
mod profile;
pub mod readings;
pub mod record;
pub mod rules;
mod settings;
#[cfg(test)]
mod tests;
mod vocabulary;

use serde_json::Value;

use crate::decision::{
    Admission, Codes, Decision, Documents, Event, Example, Field, Grant, Mistake, Product, Profile, Range,
    Reading, Rule, SessionView, SettingNames, Setup, Standing, Start, Term, Timestamp,
};
use crate::products::draft::Draft;
use crate::products::form::{did_you_mean, unless_mistaken};
use config::Config;
use readings::Readings;
use record::{Effect, Record, State};

/// The product, for the type system.
#[derive(Debug)]
pub struct Bindplane;

impl Product for Bindplane {
    const NAME: &'static str = "bindplane";
    const TITLE: &'static str = "Bindplane";
    const RULES: &'static [&'static Rule] = rules::ALL;
    const READINGS: &'static [Reading] = Readings::CATALOGUE;
    const FIELDS: &'static [Field] = record::FIELDS;
    const CODES: Codes = codes::CODES;
    const SETTINGS: SettingNames = settings::NAMED;

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

    fn check_state(_config: &Config, state: &State) -> Result<(), Vec<Mistake>> {
        let known: Vec<&str> = state.projects.iter().map(String::as_str).collect();
        let users = state.users.iter().enumerate().flat_map(|(index, user)| {
            user.project_roles.keys().map(move |project| (format!("/users/{index}/project_roles"), project))
        });
        let invitations = state.invitations.iter().enumerate();
        let invitations =
            invitations.map(|(index, open)| (format!("/invitations/{index}/project"), &open.project));
        let unknown = users.chain(invitations).filter(|(_, project)| !known.contains(&project.as_str()));
        let mistakes = unknown.map(|(path, project)| Mistake {
            path,
            message: format!("unknown project `{project}`"),
            help: did_you_mean(project, &known),
        });
        unless_mistaken(mistakes.collect(), ())
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
            Event::RenewalRefused { session, .. } => admin::local(session, false),
            Event::SignOut { session } => admin::local(session, true),
            Event::PermissionCheck { session, permission } => {
                admin::permission_check(config, state, session, permission)
            }
            Event::Administer(act) => admin::administer(state, act),
        }
    }

    fn apply(state: State, effects: &[Effect]) -> State {
        effects.iter().fold(state, State::after)
    }

    fn look(config: &Config, state: &State, session: &SessionView) -> Standing {
        admin::look(config, state, session)
    }

    fn vocabulary(config: &Config, state: &State) -> Vec<Term> {
        vocabulary::vocabulary(config, state)
    }

    fn ranges(_config: &Config, state: &State) -> Vec<Range> {
        vocabulary::ranges(state)
    }

    fn grants(record: &Value) -> Vec<Grant> {
        let ranks = [("viewer", 1), ("user", 2), ("admin", 3)];
        let grant = |target: String, level: &str| {
            let rank = ranks.iter().find(|(word, _)| *word == level).map_or(0, |(_, rank)| *rank);
            Grant { target, level: level.to_owned(), rank }
        };
        let organization = record.pointer("/organization_role").and_then(Value::as_str);
        let projects = record.pointer("/project_roles").and_then(Value::as_object);
        let projects = projects
            .into_iter()
            .flatten()
            .filter_map(|(project, level)| Some(grant(format!("project_roles.{project}"), level.as_str()?)));
        organization
            .map(|level| grant("organization_role".to_owned(), level))
            .into_iter()
            .chain(projects)
            .collect()
    }

    fn example(given: &Value) -> Result<Example<Self>, Vec<Mistake>> {
        given::read(given)
    }
}

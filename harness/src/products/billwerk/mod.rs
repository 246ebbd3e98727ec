//! billwerk (Frisbii Transform): external users owned by the provider, roles per legal entity.
//!
//! Rules and readings are those of `README.md` beside this file. To read a login top to bottom start at
//! `decide::admitted`.

mod administer;
mod catalogue;
mod config;
mod decide;
mod events;
mod given;
mod profile;
mod readings;
mod record;
mod refusal;
mod roles;
pub mod rules;
mod ui;
mod whom;

#[cfg(test)]
mod tests;

use serde_json::Value;

use self::rules::BW_R22;
use crate::decision::{
    Admission, AnyExample, AnyProduct, Configured, Decision, Event, Example, Grant, Mistake, Product,
    ProductKind, Profile, Reading, Rule, SessionView, Setup, Standing, Start, Timestamp,
};

pub use config::{Config, Integration, Strategy};
pub use record::{Change, Effect, Record, Roles, State, Status, Ui, User, UserKind, UserView};

/// billwerk, as a product.
#[derive(Debug)]
pub struct Billwerk;

/// billwerk, before it is configured.
#[derive(Debug)]
pub struct Kind;

impl Product for Billwerk {
    type Config = Config;
    type State = State;
    type Effect = Effect;
    type Record = Record;

    fn configure(setup: &Setup) -> Result<Config, Vec<Mistake>> {
        config::read(setup)
    }

    fn profile(config: &Config) -> Profile {
        profile::profile(config)
    }

    fn check_state(_config: &Config, state: &State) -> Result<(), Vec<Mistake>> {
        let unknown = |entity: &String| !state.legal_entities.contains(entity);
        let mistakes: Vec<Mistake> = state
            .users
            .iter()
            .enumerate()
            .flat_map(|(index, user)| user.roles.keys().map(move |entity| (index, entity)))
            .filter(|(_, entity)| unknown(entity))
            .map(|(index, entity)| Mistake {
                path: format!("/users/{index}/roles"),
                message: format!("there is no legal entity `{entity}`"),
                help: Some(format!("list it in `legal_entities`, now {:?}", state.legal_entities)),
            })
            .collect();
        if mistakes.is_empty() { Ok(()) } else { Err(mistakes) }
    }

    fn admit(config: &Config, _start: &Start) -> Admission<Self> {
        match decide::start(config) {
            Ok(()) => Admission::Provider(0),
            Err(decision) => Admission::Refused(decision),
        }
    }

    fn on(config: &Config, state: &State, event: &Event, _now: Timestamp) -> Decision<Self> {
        match event {
            Event::SignIn(sign_in) => decide::sign_in(config, state, sign_in),
            Event::Renewal(_) => events::renewal(),
            Event::RenewalRefused { session, .. } => {
                events::kept(session, &BW_R22, "the session in billwerk does not depend on the provider's")
            }
            Event::SignOut { session } => events::kept(
                session,
                &BW_R22,
                "the session in billwerk ends; the one at the provider goes on",
            ),
            Event::PermissionCheck { session, permission } => events::permission(session, permission),
            Event::Administer(act) => administer::administer(config, state, act),
        }
    }

    fn apply(state: State, effects: &[Effect]) -> State {
        record::apply(state, effects)
    }

    fn look(config: &Config, state: &State, session: &SessionView) -> Standing {
        events::look(config, state, session)
    }

    fn grants(record: &Value) -> Vec<Grant> {
        let entities = record.get("roles_by_legal_entity").and_then(Value::as_object);
        let roles = entities.into_iter().flatten().flat_map(|(entity, roles)| {
            roles.as_array().into_iter().flatten().filter_map(Value::as_str).map(move |role| (entity, role))
        });
        roles
            .map(|(entity, role)| Grant {
                target: format!("roles_by_legal_entity.{entity}.{role}"),
                level: "member".to_owned(),
                rank: 1,
            })
            .collect()
    }

    fn example(given: &Value) -> Result<Example<Self>, Vec<Mistake>> {
        given::read(given)
    }
}

impl ProductKind for Kind {
    fn name(&self) -> &'static str {
        "billwerk"
    }

    fn title(&self) -> &'static str {
        "billwerk"
    }

    fn rules(&self) -> &'static [&'static Rule] {
        rules::ALL
    }

    fn readings(&self) -> &'static [Reading] {
        readings::Readings::CATALOGUE
    }

    fn configure(&self, setup: &Setup) -> Result<Box<dyn AnyProduct>, Vec<Mistake>> {
        Configured::<Billwerk>::boxed(setup)
    }

    fn example(&self, given: &Value) -> Result<AnyExample, Vec<Mistake>> {
        Configured::<Billwerk>::example(given)
    }
}

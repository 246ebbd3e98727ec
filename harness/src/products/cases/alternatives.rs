//! Every alternative of every reading changes something that can be seen from outside.

use rstest::rstest;
use serde_json::{Value, json};

use super::super::testing::configured;
use super::{alternatives, cases_of, named};
use crate::decision::{AnyExample, Event, ProductKind, ProtocolFailure, SessionView, SignIn, Timestamp};

/// A sign-in, and everything that is there before.
struct Situation {
    vendor: Value,
    state: Value,
    sign_in: SignIn,
    now: Timestamp,
}

impl Situation {
    /// A case, with some of its state replaced.
    fn of(kind: &dyn ProductKind, given: &Value, state: &Value) -> Self {
        let mut example = kind.example(given).unwrap();
        for (key, value) in state.as_object().into_iter().flatten() {
            example.state[key] = value.clone();
        }
        let AnyExample { vendor, state, sign_in, now, .. } = example;
        Self { vendor, state, sign_in, now }
    }

    fn with(mut self, change: impl FnOnce(&mut SignIn)) -> Self {
        change(&mut self.sign_in);
        self
    }

    /// All that can be seen of the product in this situation: how it talks, what it decides, what it stores, and what
    /// the session shows when it is looked at.
    fn outcome(&self, kind: &dyn ProductKind, readings: &[(&str, &str)]) -> String {
        let product = configured(kind, &self.vendor, readings);
        let state = product.state(&self.state).unwrap();
        let (mut envelope, after) =
            product.on(&state, &Event::SignIn(Box::new(self.sign_in.clone())), self.now);
        envelope.trace = crate::decision::Trace::default();
        let session =
            SessionView { record: envelope.record(), issuer: String::new(), subject: Some("b1".to_owned()) };
        let standing = product.look(&state, &session);
        format!("{:?}\n{:?}\n{envelope:?}\n{after}\n{standing:?}", product.profile(), product.departures())
    }
}

/// What cases in the shape of `given` cannot say: an exchange that failed, tokens in a query string, other stored state.
fn beyond_cases(kind: &dyn ProductKind) -> Vec<Situation> {
    let situation = |given: Value, state: Value| Situation::of(kind, &given, &state);
    match kind.name() {
        "billrun" => {
            let dana = json!({"id_token": {"sub": "u1", "preferred_username": "dana", "billrun_roles": {"billing": ["read"]}}});
            vec![
                situation(dana.clone(), json!({}))
                    .with(|sign_in| sign_in.start.return_to = Some("https://elsewhere.example/".to_owned())),
                situation(dana, json!({})).with(|sign_in| sign_in.failure = Some(access_denied())),
            ]
        }
        "cloudbilling" => {
            let ann = json!({"id_token": {
                "sub": "a1", "email": "ann@acme.example", "name": "Ann", "locale": "en-GB",
                "zoneinfo": "Europe/Amsterdam", "roles": ["ug-sales"],
            }});
            vec![
                situation(ann.clone(), json!({"local_accounts": ["ann@acme.example"]})),
                situation(ann, json!({})).with(|sign_in| sign_in.origin.tokens_in_query = true),
            ]
        }
        "billwerk" => {
            let eva = json!({"id_token": {"sub": "ext-77", "email": "eva@corp.example"}});
            let stored = |more: Value| {
                let mut user =
                    json!({"type": "external", "email": "eva@corp.example", "roles": {"LE1": ["Finance"]}});
                user.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
                json!({"users": [user]})
            };
            vec![
                situation(eva.clone(), stored(json!({"status": "invited", "external_id": "ext-1"}))),
                situation(
                    eva,
                    stored(json!({
                        "status": "active", "external_id": "ext-77", "roles_from": "OneRoleForAllLegalEntities",
                    })),
                ),
            ]
        }
        "gorules" => {
            let gus = json!({"env": {"SSO_OAUTH2_JWKS_URI": ""}, "access_token": {
                "sub": "g1", "email": "gus@corp.example", "hasgroups": true, "azp": "another",
            }});
            let known =
                json!({"access_token": {"sub": "g1", "email": "gus@corp.example", "hasgroups": true}});
            let plain = json!({"access_token": {"sub": "g1", "email": "gus@corp.example", "groups": []}});
            let same_address = json!({"email": "gus@corp.example", "sub": "g9", "type": "admin"});
            vec![
                situation(gus, json!({})),
                situation(known, json!({"directory": {"g1": ["staff"]}})),
                situation(plain, json!({"users": [same_address]})),
            ]
        }
        _ => {
            let bo = json!({"oidc": {"disableInvitations": true}, "id_token": {
                "sub": "b1", "email": "bo@corp.example", "bindplane_projects": "user:P1",
            }});
            let same_address =
                json!({"sub": "b2", "login": "bo@corp.example", "project_roles": {"P2": "admin"}});
            vec![situation(bo, json!({"users": [same_address]}))]
        }
    }
}

fn access_denied() -> ProtocolFailure {
    ProtocolFailure {
        code: "idp_error:access_denied".to_owned(),
        name: "idp_error",
        clause: "OIDCC-3.1.2.6",
        detail: "the provider answered `access_denied`".to_owned(),
    }
}

#[rstest]
fn each_one_changes_something(
    #[values("billrun", "cloudbilling", "billwerk", "gorules", "bindplane")] product: &str,
) {
    let kind = named(product).unwrap();
    let none = json!({});
    let situations: Vec<Situation> = cases_of(product)
        .iter()
        .map(|case| Situation::of(kind, &case["given"], &none))
        .chain(beyond_cases(kind))
        .collect();
    let usual: Vec<String> = situations.iter().map(|situation| situation.outcome(kind, &[])).collect();
    let mut idle = Vec::new();
    for (id, choice) in alternatives(kind) {
        let mut pairs = situations.iter().zip(&usual);
        if pairs.all(|(situation, usual)| situation.outcome(kind, &[(id, choice)]) == *usual) {
            idle.push(format!("{id} = {choice}"));
        }
    }
    assert!(idle.is_empty(), "nothing changes under {}", idle.join(", "));
}

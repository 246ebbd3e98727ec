//! The faults of an issuer: which stand, and how often each has fired.

use axum::extract::Request;
use axum::response::{IntoResponse as _, Response};
use http::{Method, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};

use super::body;
use super::problem::{Problem, answer, empty};
use crate::fault::plan::Rule;
use crate::provider::{Provider, StandingFault};

/// Faults to be added.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Wish {
    /// One, as a command line says it.
    fault: Option<String>,
    /// Several.
    faults: Vec<String>,
}

/// Lists, adds or clears.
pub(super) async fn all(provider: &Provider, request: Request) -> Result<Response, Problem> {
    if request.method() == Method::POST {
        return add(provider, body::read(request).await?);
    }
    if request.method() == Method::DELETE {
        provider.clear_faults();
        return Ok(empty());
    }
    let standing: Vec<Value> = provider.standing_faults().iter().map(shown).collect();
    Ok(answer(&json!({ "faults": standing })))
}

/// All of them, or none where one is wrong.
fn add(provider: &Provider, wish: Wish) -> Result<Response, Problem> {
    let texts: Vec<String> = wish.fault.into_iter().chain(wish.faults).collect();
    let rules: Result<Vec<Rule>, _> = texts.iter().map(|text| text.parse::<Rule>()).collect();
    let rules = rules
        .map_err(|mistake| Problem::new(StatusCode::BAD_REQUEST, format!("{mistake}; {}", mistake.help())))?;
    if rules.is_empty() {
        let detail = "the body names no fault; write `{\"fault\": \"id_token.aud=missing\"}`";
        return Err(Problem::new(StatusCode::BAD_REQUEST, detail));
    }
    let mut added = Vec::new();
    for rule in rules {
        match provider.add_fault(rule.clone()) {
            Ok(id) => added.push(StandingFault { id, rule, fired: 0 }),
            Err(full) => {
                for standing in &added {
                    provider.take_fault(standing.id);
                }
                return Err(Problem::new(StatusCode::CONFLICT, full.to_string()));
            }
        }
    }
    let added: Vec<Value> = added.iter().map(shown).collect();
    Ok((StatusCode::CREATED, answer(&json!({ "faults": added }))).into_response())
}

/// Takes away one by its number, or all of a name.
pub(super) fn remove(provider: &Provider, which: &str) -> Result<Response, Problem> {
    let removed = match which.parse() {
        Ok(id) => provider.take_fault(id),
        Err(_) => provider.remove_fault(which) > 0,
    };
    if removed { Ok(empty()) } else { Err(Problem::missing(format!("no fault `{which}` stands"))) }
}

fn shown(standing: &StandingFault) -> Value {
    let StandingFault { id, rule, fired } = standing;
    json!({
        "id": id.number(),
        "fault": rule.to_string(),
        "clause": rule.fault.clause(),
        "expected": rule.fault.expected().as_str(),
        "fired": fired,
    })
}

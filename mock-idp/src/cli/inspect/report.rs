//! A token and the checks on it, for people and for programs.

use serde_json::{Map, Value, json};

use super::checks::{self, Check, Expectations, Kind, Outcome, moment};
use super::dates::{self, relative};
use super::input::{Found, Token};
use crate::protocol::Timestamp;

/// All there is to say about one token.
pub(super) struct Report {
    token: Found,
    checks: Vec<Check>,
}

impl Report {
    pub(super) fn new(token: Found, expected: &Expectations) -> Self {
        let checks = match &token {
            Found::Signed(token) => checks::all(token, expected),
            Found::Encrypted(_, envelope) => vec![checks::encryption(envelope)],
        };
        Self { token, checks }
    }

    /// Whether nothing speaks against the token.
    pub(super) fn holds(&self) -> bool {
        !self.checks.iter().any(|check| check.outcome == Outcome::Failed)
    }

    pub(super) fn human(&self, now: Timestamp) -> String {
        let said = match &self.token {
            Found::Signed(token) => read(token, now),
            Found::Encrypted(name, envelope) => format!(
                "{}\n\nheader\n{}\nchecks, of an encrypted JWT, RFC 7516\n",
                name.unwrap_or("encrypted token"),
                members(&envelope.header, |_, value| value.to_string())
            ),
        };
        let checks: String = self.checks.iter().map(line).collect();
        format!("{said}{checks}\nverdict: {}\n", self.verdict())
    }

    fn verdict(&self) -> String {
        let subjects = |outcome| {
            let these =
                self.checks.iter().filter(|check| check.outcome == outcome).map(|check| check.subject);
            these.collect::<Vec<_>>().join(", ")
        };
        let (failed, open) = (subjects(Outcome::Failed), subjects(Outcome::NotChecked));
        match (failed.as_str(), open.as_str()) {
            ("", "") => "valid".to_owned(),
            ("", open) => format!("nothing is wrong with it, but not everything was checked: {open}"),
            (failed, _) => format!("not valid: {failed}"),
        }
    }

    fn json(&self) -> Value {
        let (name, header, claims) = match &self.token {
            Found::Signed(token) => (token.name, &token.jwt.header, Some(&token.jwt.claims)),
            Found::Encrypted(name, envelope) => (*name, &envelope.header, None),
        };
        json!({
            "name": name,
            "header": header,
            "claims": claims,
            "checks": self.checks,
            "holds": self.holds(),
            "verdict": self.verdict(),
        })
    }
}

/// What a token says, up to the checks.
fn read(token: &Token, now: Timestamp) -> String {
    let kind = Kind::of(&token.jwt);
    let title = match (token.name, kind) {
        (Some(name), _) => name,
        (None, Kind::IdToken) => "token",
        (None, Kind::AccessToken) => "access token",
    };
    let header = members(&token.jwt.header, |_, value| value.to_string());
    let claims = members(&token.jwt.claims, |name, value| claim(token, (name, value), now));
    let rules = match kind {
        Kind::IdToken => "as an ID token, OpenID Connect Core 3.1.3.7",
        Kind::AccessToken => "as an access token, RFC 9068",
    };
    format!("{title}\n\nheader\n{header}\nclaims\n{claims}\nchecks, {rules}\n")
}

fn claim(token: &Token, (name, value): (&str, &Value), now: Timestamp) -> String {
    match moment(&token.jwt, name).ok().filter(|_| dates::CLAIMS.contains(&name)) {
        Some(moment) => format!("{value}   {moment}, {}", relative(moment, now)),
        None => value.to_string(),
    }
}

/// The reports as one JSON document.
pub(super) fn json(reports: &[Report]) -> String {
    let tokens: Vec<Value> = reports.iter().map(Report::json).collect();
    let document = json!({ "schema": "mock-idp.inspect/1", "tokens": tokens });
    format!("{document:#}\n")
}

fn line(check: &Check) -> String {
    let outcome = match check.outcome {
        Outcome::Passed => "passed",
        Outcome::Failed => "FAILED",
        Outcome::NotChecked => "not checked",
    };
    format!("  {outcome:<11}  {:<9}  {} ({})\n", check.subject, check.because, check.clause)
}

fn members(members: &Map<String, Value>, write: impl Fn(&str, &Value) -> String) -> String {
    let width = members.keys().map(|name| name.chars().count()).max().unwrap_or_default();
    let line = |(name, value): (&String, &Value)| format!("  {name:<width$}  {}\n", write(name, value));
    members.iter().map(line).collect::<Vec<_>>().concat()
}

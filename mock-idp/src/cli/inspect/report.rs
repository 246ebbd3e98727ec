//! A token and the checks on it, for people and for programs.

use serde_json::{Map, Value, json};

use super::checks::{self, Check, Expectations, Kind, Outcome, moment};
use super::dates::{self, relative};
use super::input::Token;
use crate::protocol::Timestamp;

/// All there is to say about one token.
pub(super) struct Report {
    token: Token,
    checks: Vec<Check>,
}

impl Report {
    pub(super) fn new(token: Token, expected: &Expectations) -> Self {
        let checks = checks::all(&token.jwt, expected);
        Self { token, checks }
    }

    /// Whether nothing speaks against the token.
    pub(super) fn holds(&self) -> bool {
        !self.checks.iter().any(|check| check.outcome == Outcome::Failed)
    }

    pub(super) fn human(&self, now: Timestamp) -> String {
        let title = match (self.token.name, Kind::of(&self.token.jwt)) {
            (Some(name), _) => name,
            (None, Kind::IdToken) => "token",
            (None, Kind::AccessToken) => "access token",
        };
        let header = members(&self.token.jwt.header, |_, value| value.to_string());
        let claims = members(&self.token.jwt.claims, |name, value| self.claim(name, value, now));
        let rules = match Kind::of(&self.token.jwt) {
            Kind::IdToken => "as an ID token, OpenID Connect Core 3.1.3.7",
            Kind::AccessToken => "as an access token, RFC 9068",
        };
        let checks: String = self.checks.iter().map(line).collect();
        let verdict = self.verdict();
        format!(
            "{title}\n\nheader\n{header}\nclaims\n{claims}\nchecks, {rules}\n{checks}\nverdict: {verdict}\n"
        )
    }

    fn claim(&self, name: &str, value: &Value, now: Timestamp) -> String {
        match moment(&self.token.jwt, name).ok().filter(|_| dates::CLAIMS.contains(&name)) {
            Some(moment) => format!("{value}   {moment}, {}", relative(moment, now)),
            None => value.to_string(),
        }
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
        json!({
            "name": self.token.name,
            "header": self.token.jwt.header,
            "claims": self.token.jwt.claims,
            "checks": self.checks,
            "holds": self.holds(),
            "verdict": self.verdict(),
        })
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

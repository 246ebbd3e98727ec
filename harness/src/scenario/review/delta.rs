//! What the difference between two snapshots means: permissions first, then rules.

use std::collections::BTreeSet;

use mock_idp::source::{Sources, parse};
use serde::Serialize;
use serde_json::Value;

use crate::decision::{AnyProduct, Grant, Setup};
use crate::products;
use crate::scenario::load::Case;
use crate::scenario::outcome::record_keys;

/// Which way a permission moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// There was none.
    Granted,
    /// There was less.
    Raised,
    /// There was more.
    Lowered,
    /// There is none any more.
    Revoked,
}

impl Direction {
    /// The word for people.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Granted => "granted",
            Self::Raised => "raised",
            Self::Lowered => "lowered",
            Self::Revoked => "revoked",
        }
    }
}

/// A permission that moved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Shift {
    /// What it is a right on or to.
    pub target: String,
    /// Which way.
    pub direction: Direction,
    /// The level before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// The level now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
}

/// What the difference between two snapshots means.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Delta {
    /// Whether there was no snapshot before, so that there is nothing to compare with.
    pub new: bool,
    /// Whether somebody is signed in now who was not before.
    pub lets_in: bool,
    /// Whether the snapshot leaves out what permissions could be read from.
    pub cannot_tell: bool,
    /// Permissions that moved; those that give more come first.
    pub permissions: Vec<Shift>,
    /// What rules no longer do.
    pub rules_before: Vec<String>,
    /// What rules do now.
    pub rules_now: Vec<String>,
}

impl Delta {
    /// Compares two texts of one snapshot.
    pub fn between(case: &Case, stored: Option<&str>, now: &str) -> Self {
        let after = as_json(now);
        let Some(before) = stored.map(as_json) else { return Self { new: true, ..Self::default() } };
        let product = product_of(case);
        let grants = |value: &Value| {
            product.as_ref().map(|product| grants_in(product.as_ref(), value)).unwrap_or_default()
        };
        let kind = products::named(&case.id.product);
        let silent =
            |value: &Value| kind.into_iter().flat_map(record_keys).all(|key| value.get(key).is_none());
        Self {
            new: false,
            lets_in: is_in(&after) && !is_in(&before),
            cannot_tell: is_in(&after) && silent(&after),
            permissions: shifts(&grants(&before), &grants(&after)),
            rules_before: only_in(&before, &after),
            rules_now: only_in(&after, &before),
        }
    }

    /// Whether somebody may do more than before, or whether that cannot be told. A first snapshot has no before.
    pub fn may_raise(&self) -> bool {
        let more = |shift: &Shift| matches!(shift.direction, Direction::Granted | Direction::Raised);
        self.lets_in || self.cannot_tell || self.permissions.iter().any(more)
    }
}

fn as_json(text: &str) -> Value {
    parse(&mut Sources::new(), "snapshot.yaml", text).map(|node| node.to_json()).unwrap_or_default()
}

/// The product as the case configures it.
fn product_of(case: &Case) -> Option<Box<dyn AnyProduct>> {
    let section = case.file.product.as_ref()?;
    let setup =
        Setup { vendor: section.config.clone(), base_url: None, readings: case.file.readings.clone() };
    products::named(&section.kind)?.configure(&setup).ok()
}

fn is_in(value: &Value) -> bool {
    value.get("decision").and_then(Value::as_str) == Some("signed_in")
}

fn grants_in(product: &dyn AnyProduct, value: &Value) -> Vec<Grant> {
    if value.get("decision").is_some() && !is_in(value) { Vec::new() } else { product.grants(value) }
}

fn shifts(before: &[Grant], after: &[Grant]) -> Vec<Shift> {
    let targets: BTreeSet<&str> = before.iter().chain(after).map(|grant| grant.target.as_str()).collect();
    let mut found: Vec<Shift> = targets
        .into_iter()
        .filter_map(|target| {
            let of = |grants: &[Grant]| grants.iter().find(|grant| grant.target == target).cloned();
            let (old, new) = (of(before), of(after));
            let direction = match (&old, &new) {
                (None, Some(_)) => Direction::Granted,
                (Some(_), None) => Direction::Revoked,
                (Some(old), Some(new)) if new.rank > old.rank => Direction::Raised,
                (Some(old), Some(new)) if new.rank < old.rank => Direction::Lowered,
                _ => return None,
            };
            Some(Shift {
                target: target.to_owned(),
                direction,
                before: old.map(|grant| grant.level),
                after: new.map(|grant| grant.level),
            })
        })
        .collect();
    found.sort_by_key(|shift| shift.direction);
    found
}

/// Lines of the trace in one that are not in the other.
fn only_in(one: &Value, other: &Value) -> Vec<String> {
    let lines = |value: &Value| -> Vec<String> {
        let trace = value.get("trace").and_then(Value::as_array);
        trace.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
    };
    let there = lines(other);
    lines(one).into_iter().filter(|line| !there.contains(line)).collect()
}

//! What lies between two decisions: rights first, then every other value.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;
use serde_json::{Value, json};

use super::Played;
use crate::decision::{Envelope, Grant};

/// How many things one line names before it counts the rest.
const NAMED: usize = 4;

/// A right whose level moved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Shift {
    /// What it is a right on or to.
    pub target: String,
    /// The level before.
    pub from: String,
    /// The level after.
    pub to: String,
}

/// A value of the result that is another one.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Change {
    /// JSON pointer into the result.
    pub path: String,
    /// The value before; absent when there was none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<Value>,
    /// The value after; absent when there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<Value>,
}

/// Whether somebody may do more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Privilege {
    /// Neither more nor less.
    Keeps,
    /// More. To be let in is more.
    Raises,
    /// Less.
    Lowers,
    /// More of one, less of another.
    RaisesAndLowers,
}

/// What lies between two decisions.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Difference {
    /// Rights that are new.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub granted: Vec<Grant>,
    /// Rights of a higher level than before.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub raised: Vec<Shift>,
    /// Rights of a lower level than before.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub lowered: Vec<Shift>,
    /// Rights that are gone.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub revoked: Vec<Grant>,
    /// Every value of the result that is another one, those behind rights among them.
    pub changes: Vec<Change>,
}

impl Difference {
    /// Whether the two decisions are one.
    pub const fn is_nothing(&self) -> bool {
        self.changes.is_empty()
    }

    /// Whether rights differ.
    pub fn moves_rights(&self) -> bool {
        self.privilege() != Privilege::Keeps
    }

    /// Whether somebody may do more.
    pub const fn privilege(&self) -> Privilege {
        let more = !self.granted.is_empty() || !self.raised.is_empty();
        let less = !self.lowered.is_empty() || !self.revoked.is_empty();
        match (more, less) {
            (false, false) => Privilege::Keeps,
            (true, false) => Privilege::Raises,
            (false, true) => Privilege::Lowers,
            (true, true) => Privilege::RaisesAndLowers,
        }
    }

    /// Whether somebody may do more, whatever else.
    pub const fn raises(&self) -> bool {
        !self.granted.is_empty() || !self.raised.is_empty()
    }
}

/// One line: rights, and the plain values where no right moves.
impl fmt::Display for Difference {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut said: Vec<String> = Vec::new();
        let verdict = |change: &&Change| matches!(change.path.as_str(), "/decision" | "/reason");
        if let Some(change) = self.changes.iter().find(verdict) {
            said.push(told(change));
        }
        said.extend(
            self.granted
                .iter()
                .filter(|grant| !is_session(grant))
                .map(|grant| format!("grants {}", right(grant))),
        );
        said.extend(self.raised.iter().map(|shift| format!("raises {}", moved(shift))));
        said.extend(self.lowered.iter().map(|shift| format!("lowers {}", moved(shift))));
        said.extend(
            self.revoked
                .iter()
                .filter(|grant| !is_session(grant))
                .map(|grant| format!("revokes {}", right(grant))),
        );
        if said.is_empty() {
            said.extend(self.changes.iter().map(told));
        }
        let more = said.len().saturating_sub(NAMED);
        said.truncate(NAMED);
        let more = if more > 0 { format!("; and {more} more") } else { String::new() };
        write!(out, "{}{more}", said.join("; "))
    }
}

/// `project_roles.P1 admin`; the level is left out where there is only one.
pub(super) fn right(grant: &Grant) -> String {
    match grant.level.as_str() {
        "granted" | "member" if grant.rank == 1 && grant.target != "user.type" => grant.target.clone(),
        level => format!("{} {level}", grant.target),
    }
}

fn moved(shift: &Shift) -> String {
    format!("{} {} → {}", shift.target, shift.from, shift.to)
}

fn told(change: &Change) -> String {
    let shown = |value: &Option<Value>| match value {
        None => "nothing".to_owned(),
        Some(Value::String(text)) => text.clone(),
        Some(value) => value.to_string(),
    };
    let name = change.path.trim_start_matches('/').replace('/', ".").replace("~1", "/").replace("~0", "~");
    format!("{name} {} → {}", shown(&change.before), shown(&change.after))
}

/// The right to be signed in at all.
fn session() -> Grant {
    Grant { target: "session".to_owned(), level: "open".to_owned(), rank: 1 }
}

fn is_session(grant: &Grant) -> bool {
    grant.target == "session" && grant.level == "open"
}

/// What lies between two decisions about one person.
pub fn difference(before: &Played, after: &Played) -> Difference {
    let mut found = Difference::default();
    rights(before, after, &mut found);
    let (old, new) = (&before.envelope, &after.envelope);
    if (old.decision, &old.reason) != (new.decision, &new.reason) {
        found.changes.push(Change {
            path: "/decision".to_owned(),
            before: Some(json!(verdict(old))),
            after: Some(json!(verdict(new))),
        });
    }
    changes(&beside(old), &beside(new), "", &mut found.changes);
    if old.signed_in() == new.signed_in() {
        changes(&old.record(), &new.record(), "", &mut found.changes);
    }
    found
}

/// `signed in`, or why not.
fn verdict(envelope: &Envelope) -> String {
    let word = envelope.decision.replace('_', " ");
    envelope.reason.as_ref().map_or(word.clone(), |reason| format!("{word}: {reason}"))
}

/// What every envelope has besides its verdict and the product's own record.
fn beside(envelope: &Envelope) -> Value {
    json!({
        "claims": envelope.claims,
        "effects": envelope.effects,
        "findings": envelope.findings,
        "rejection": envelope.rejection,
    })
}

fn rights(before: &Played, after: &Played, found: &mut Difference) {
    let all = |played: &Played| -> BTreeMap<String, Grant> {
        let session = played.envelope.signed_in().then(session);
        session
            .into_iter()
            .chain(played.grants.iter().cloned())
            .map(|grant| (grant.target.clone(), grant))
            .collect()
    };
    let (old, new) = (all(before), all(after));
    for (target, grant) in &new {
        let Some(had) = old.get(target) else {
            found.granted.push(grant.clone());
            continue;
        };
        let shift = || Shift { target: target.clone(), from: had.level.clone(), to: grant.level.clone() };
        match grant.rank.cmp(&had.rank) {
            std::cmp::Ordering::Greater => found.raised.push(shift()),
            std::cmp::Ordering::Less => found.lowered.push(shift()),
            std::cmp::Ordering::Equal => {}
        }
    }
    found.revoked.extend(old.into_values().filter(|grant| !new.contains_key(&grant.target)));
}

/// Every leaf that differs; a list is a leaf.
fn changes(before: &Value, after: &Value, path: &str, found: &mut Vec<Change>) {
    let present = |value: &Value| (!value.is_null()).then(|| value.clone());
    match (before, after) {
        (before, after) if before == after => {}
        (Value::Object(old), Value::Object(new)) => {
            let added = new.keys().filter(|key| !old.contains_key(*key));
            for key in old.keys().chain(added) {
                let nothing = Value::Null;
                let (old, new) = (old.get(key).unwrap_or(&nothing), new.get(key).unwrap_or(&nothing));
                let key = key.replace('~', "~0").replace('/', "~1");
                changes(old, new, &format!("{path}/{key}"), found);
            }
        }
        (before, after) => {
            found.push(Change { path: path.to_owned(), before: present(before), after: present(after) });
        }
    }
}

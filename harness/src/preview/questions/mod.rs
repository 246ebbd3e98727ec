//! Questions about a decision: why a value is what it is, why it is not another one, and what would change it.

mod asked;
mod astray;
mod expression;
mod hindrance;
mod mutate;
mod path;
mod tell;
mod unknown;
mod ways;
mod why;
mod why_not;
mod written;

pub use asked::{Answers, Compared, Questions, Required};
pub use astray::{Astray, CERTAIN, Wrong};
pub use expression::{Expression, Verdict};
pub use hindrance::{Hindrance, Setting};
pub(super) use hindrance::{decided_by, hindrances};
pub use mutate::{Does, Idle, Mutation, Mutations, mutate};
pub(super) use tell::{rules, unknown};
pub use tell::{tell_difference, tell_mutations, tell_why, tell_why_not};
pub use unknown::{Unknown, unknown_words};
pub use ways::{Way, ways};
pub(super) use ways::{edited, required_edits};
pub use why::{Why, why};
pub use why_not::{WhyNot, why_not};

use serde_json::{Map, Value, json};

use super::Played;

/// What an expression is held against: the envelope without its reasons.
pub fn answers(played: &Played) -> Value {
    let envelope = &played.envelope;
    let mut members = Map::from_iter([
        ("decision".to_owned(), json!(envelope.decision)),
        ("reason".to_owned(), json!(envelope.reason)),
        ("claims".to_owned(), json!(envelope.claims)),
    ]);
    members.extend(envelope.record.clone());
    members.insert("effects".to_owned(), json!(envelope.effects));
    members.insert("findings".to_owned(), json!(envelope.findings));
    members.extend(envelope.rejection.as_ref().map(|rejection| ("rejection".to_owned(), json!(rejection))));
    Value::Object(members)
}

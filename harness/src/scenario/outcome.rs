//! What a step came to, in the one shape that expectations, snapshots and reports share.
//!
//! It starts with the fields of the product's envelope; beside them stand what the relying party and the provider saw.

use serde_json::{Map, Value, json};

use super::matcher::dotted;
use super::page;
use crate::decision::{
    AnyProduct, Document, Documents, Envelope, Grant, Outcome as RuleOutcome, ProductKind, Read, Step, Trace,
};
use crate::rp::Received;

/// The keys of an outcome that do not depend on the product.
pub const OUTCOME_KEYS: &[&str] = &[
    "decision",
    "reason",
    "claims",
    "effects",
    "findings",
    "rejection",
    "renewal_refused",
    "signed_in",
    "session",
    "ended",
    "changes",
    "provenance",
    "trace",
    "documents",
    "state",
    "warnings",
    "idp",
    "response",
];

/// The keys that the record of such a product adds (products.md 0.2).
pub fn record_keys(kind: &dyn ProductKind) -> impl Iterator<Item = &'static str> {
    kind.record_fields().iter().map(|field| field.name).filter(|name| !OUTCOME_KEYS.contains(name))
}

/// A step's outcome: the shared shape, and the reasons behind it.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// What `expect` is matched against.
    pub value: Map<String, Value>,
    /// The reasons, where a product decided something.
    pub trace: Trace,
}

impl Outcome {
    /// Sets a key, unless there is nothing to say.
    pub fn set(&mut self, key: &str, value: Value) {
        if !value.is_null() {
            self.value.insert(key.to_owned(), value);
        }
    }

    /// Takes the fields of an envelope in.
    pub fn decided(&mut self, envelope: &Envelope) {
        self.set("decision", json!(envelope.decision));
        self.set("reason", json!(envelope.reason));
        self.set("claims", json!(envelope.claims));
        self.value.extend(envelope.record.clone());
        self.set("effects", json!(envelope.effects));
        self.set("findings", json!(envelope.findings));
        self.set("rejection", json!(envelope.rejection));
        self.set("trace", trace_value(&envelope.trace));
        self.set("provenance", provenance(&envelope.trace));
        self.trace = envelope.trace.clone();
    }

    /// Takes the envelope of an event in that decides about nobody: a sign-out, a renewal that the provider refused.
    pub fn noted(&mut self, envelope: &Envelope) {
        self.set("effects", json!(envelope.effects));
        self.set("findings", json!(envelope.findings));
        self.set("trace", trace_value(&envelope.trace));
        self.trace = envelope.trace.clone();
    }

    /// Takes the session in: what the product's record says of it stands above what the relying party knows.
    pub fn in_session(&mut self, known: Map<String, Value>, record: &Value) {
        let mut session = known;
        if let Some(Value::Object(shown)) = record.get("session") {
            session.extend(shown.clone());
        }
        if let Some(Value::Object(own)) = self.value.get("session") {
            session.extend(own.clone());
        }
        self.set("session", Value::Object(session));
    }
}

fn trace_value(trace: &Trace) -> Value {
    let lines: Vec<String> = trace.steps.iter().filter(|step| !step.then.is_empty()).map(line).collect();
    json!({ "fired": trace.fired(), "steps": lines })
}

/// One step with what followed from it: `BP-R10 fired: set fallback_role = viewer`.
fn line(step: &Step) -> String {
    let followed: Vec<String> = step
        .then
        .iter()
        .map(|then| match &then.value {
            Some(value) => format!("{} {} = {}", then.op, target(&then.target), page::inline(value)),
            None => format!("{} {}", then.op, target(&then.target)),
        })
        .collect();
    format!("{} {}: {}", step.rule, outcome_word(step.outcome), followed.join(", "))
}

fn target(target: &str) -> String {
    if target.starts_with('/') { dotted(target) } else { target.to_owned() }
}

/// The outcome of a rule as people write it.
pub const fn outcome_word(outcome: RuleOutcome) -> &'static str {
    match outcome {
        RuleOutcome::Fired => "fired",
        RuleOutcome::NotApplicable => "not applicable",
        RuleOutcome::NoInput => "no input",
        RuleOutcome::Unreadable => "unreadable",
        RuleOutcome::Overridden => "overridden",
    }
}

/// Each value of the result with the claims that it rests on.
fn provenance(trace: &Trace) -> Value {
    let entries = trace.provenance.keys().map(|pointer| {
        let mut sources: Vec<String> =
            sources(trace, pointer).filter(|read| read.document.carries_claims()).map(source).collect();
        sources.sort();
        sources.dedup();
        (dotted(pointer), json!(sources))
    });
    Value::Object(entries.filter(|(_, sources)| sources != &json!([])).collect())
}

/// Everything that was found and read behind a value.
pub fn sources<'a>(trace: &'a Trace, pointer: &str) -> impl Iterator<Item = &'a Read> {
    trace.chain(pointer).into_iter().flat_map(|step| &step.reads).filter(|read| read.value.is_some())
}

/// A place that was read: `id_token/groups`.
pub fn source(read: &Read) -> String {
    let slash = if read.path.starts_with('/') { "" } else { "/" };
    format!("{}{slash}{}", read.document.name(), read.path)
}

/// The rules behind a value, one line each, for a failed expectation.
pub fn why(trace: &Trace, pointer: &str) -> Vec<String> {
    trace
        .chain(pointer)
        .into_iter()
        .filter(|step| step.outcome != RuleOutcome::NotApplicable)
        .map(reason)
        .collect()
}

fn reason(step: &Step) -> String {
    let reads: Vec<String> = step
        .reads
        .iter()
        .filter(|read| read.document.carries_claims() || read.document == Document::State)
        .map(|read| {
            let part = read.part.map_or_else(String::new, |part| format!(" part {part}"));
            let value = read.value.as_ref().map_or_else(|| "absent".to_owned(), shortened);
            format!("{}{part} = {value}", source(read))
        })
        .collect();
    let read = if reads.is_empty() { String::new() } else { format!(" ({})", reads.join("; ")) };
    format!("{} {}: {}{read}", step.rule, outcome_word(step.outcome), step.why)
}

/// A value that fits on a line.
fn shortened(value: &Value) -> String {
    const MOST: usize = 80;
    let text = value.to_string();
    if text.chars().count() <= MOST { text } else { text.chars().take(MOST).chain(['…']).collect() }
}

/// What changed between two sign-ins of one person.
pub fn changes(product: &dyn AnyProduct, before: Option<&Value>, after: &Value) -> Value {
    let before = before.map(|record| product.grants(record)).unwrap_or_default();
    let after = product.grants(after);
    let targets = |keep: &dyn Fn(Option<&Grant>, Option<&Grant>) -> bool| {
        let mut targets: Vec<&str> = before.iter().chain(&after).map(|grant| grant.target.as_str()).collect();
        targets.sort_unstable();
        targets.dedup();
        let of = |grants: &'_ [Grant], target: &str| grants.iter().find(|g| g.target == target).cloned();
        targets.retain(|target| keep(of(&before, target).as_ref(), of(&after, target).as_ref()));
        json!(targets)
    };
    json!({
        "granted": targets(&|before, after| before.is_none() && after.is_some()),
        "raised": targets(&|before, after| matches!((before, after), (Some(b), Some(a)) if a.rank > b.rank)),
        "lowered": targets(&|before, after| matches!((before, after), (Some(b), Some(a)) if a.rank < b.rank)),
        "revoked": targets(&|before, after| before.is_some() && after.is_none()),
    })
}

/// Claims that are times; a report shows them relative to the scenario's clock.
const TIMES: [&str; 5] = ["iat", "exp", "nbf", "auth_time", "updated_at"];

/// The documents of a sign-in, tokens decoded.
pub fn documents(documents: &Documents, received: &Received, start: i64) -> Value {
    let mut shown = Map::new();
    let tokens = [
        ("id_token", &documents.id_token, &received.id_token),
        ("access_token", &documents.access_token, &received.access_token),
    ];
    for (name, token, decoded) in tokens {
        let Some(token) = token else { continue };
        let mut claims =
            token.claims.as_ref().map_or_else(|| json!("opaque"), |claims| relative_times(claims, start));
        hide_hashes(&mut claims);
        let header = decoded.as_ref().map(|decoded| &decoded.header);
        shown.insert(
            name.to_owned(),
            json!({ "header": header, "signature": token.signature, "claims": claims }),
        );
    }
    if let Some(userinfo) = &documents.userinfo {
        let claims = relative_times(&userinfo.claims, start);
        shown.insert("userinfo".to_owned(), json!({ "status": userinfo.status, "claims": claims }));
    }
    if shown.is_empty() { Value::Null } else { Value::Object(shown) }
}

/// Hashes over tokens follow from signatures, which may be another each time (ECDSA, RSASSA-PSS), and from addresses.
/// The relying party has checked them, and that is what is worth telling.
pub(super) fn hide_hashes(claims: &mut Value) {
    for name in ["at_hash", "c_hash"] {
        if let Some(hash) = claims.get_mut(name) {
            *hash = json!("checked");
        }
    }
}

fn relative_times(claims: &Map<String, Value>, start: i64) -> Value {
    let relative = claims.iter().map(|(name, value)| {
        let time = value.as_i64().filter(|_| TIMES.contains(&name.as_str()));
        (name.clone(), time.map_or_else(|| value.clone(), |time| json!(relative_time(time, start))))
    });
    Value::Object(relative.collect())
}

/// A time relative to the scenario's clock: `clock+5m`.
pub fn relative_time(time: i64, start: i64) -> String {
    let distance = time - start;
    let sign = if distance < 0 { '-' } else { '+' };
    let seconds = distance.unsigned_abs();
    let (hours, minutes, rest) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    let mut text = format!("clock{sign}");
    for (amount, unit) in [(hours, "h"), (minutes, "m"), (rest, "s")] {
        if amount > 0 {
            text = format!("{text}{amount}{unit}");
        }
    }
    if seconds == 0 { "clock".to_owned() } else { text }
}

/// Outcome keys that a snapshot leaves out unless it names them: large, or of interest to few.
const NOT_IN_SNAPSHOTS: [&str; 3] = ["provenance", "state", "warnings"];

/// The part of an outcome that a snapshot keeps.
pub fn kept(value: &Map<String, Value>, parts: Option<&[String]>) -> Value {
    let mut kept: Map<String, Value> = value
        .iter()
        .filter(|(key, _)| match parts {
            Some(parts) => parts.contains(*key),
            None => !NOT_IN_SNAPSHOTS.contains(&key.as_str()),
        })
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect();
    if let Some(steps) = kept.get("trace").and_then(|trace| trace.get("steps")).cloned() {
        kept.insert("trace".to_owned(), steps);
    }
    if let Some(Value::Object(idp)) = kept.get_mut("idp")
        && let Some(Value::Object(calls)) = idp.get_mut("calls")
    {
        calls.retain(|_, count| count != &json!(0));
    }
    Value::Object(kept)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::relative_time;

    #[rstest]
    #[case::now(100, "clock")]
    #[case::later(100 + 300, "clock+5m")]
    #[case::mixed(100 + 3661, "clock+1h1m1s")]
    #[case::earlier(40, "clock-1m")]
    fn times_are_told_from_the_scenario_clock(#[case] time: i64, #[case] text: &str) {
        assert_eq!(relative_time(time, 100), text);
    }
}

//! An outcome against what a step expects of it. Most keys match as [`super::matcher`] says; `trace` and `provenance`
//! have a meaning of their own.

use serde_json::{Map, Value, json};

use super::matcher::{Mismatch, Place, compare_at};
use super::outcome::{Outcome, source, sources};
use crate::decision::Read;

/// Everything in which the outcome is not as expected.
pub fn compare(expect: &Map<String, Value>, outcome: &Outcome) -> Vec<Mismatch> {
    let mut found = Vec::new();
    let top = Place::default();
    for (key, wanted) in expect {
        let at = top.member(key);
        match (key.as_str(), wanted) {
            ("trace", Value::Object(wanted)) => trace(&at, wanted, outcome, &mut found),
            ("provenance", Value::Object(wanted)) => provenance(&at, wanted, outcome, &mut found),
            _ => compare_at(&at, wanted, outcome.value.get(key), &mut found),
        }
    }
    found
}

/// `fired`: each of these rules had its effect. `not_fired`: none of these had.
fn trace(at: &Place, wanted: &Map<String, Value>, outcome: &Outcome, found: &mut Vec<Mismatch>) {
    let fired = outcome.trace.fired();
    for (key, wanted_fired) in [("fired", true), ("not_fired", false)] {
        let at = at.member(key);
        for (index, rule) in wanted.get(key).and_then(Value::as_array).into_iter().flatten().enumerate() {
            let id = rule.as_str().unwrap_or_default();
            if fired.contains(&id) != wanted_fired {
                let wanted = if wanted_fired { "to contain" } else { "not to contain" };
                found.push(Mismatch {
                    expectation: at.member(&index.to_string()).expectation,
                    pointer: "/trace/fired".to_owned(),
                    wanted: format!("{wanted} `{id}`"),
                    actual: Some(json!(fired)),
                });
            }
        }
    }
}

/// Each path of the result rests on what is named: `id_token/groups`, any place in `id_token`, or `none` of the
/// documents.
fn provenance(at: &Place, wanted: &Map<String, Value>, outcome: &Outcome, found: &mut Vec<Mismatch>) {
    for (path, wanted) in wanted {
        let pointer = format!("/{}", path.replace('.', "/"));
        let reads: Vec<&Read> = sources(&outcome.trace, &pointer).collect();
        let at = at.member(path);
        let names: Vec<&str> = match wanted {
            Value::String(name) => vec![name],
            Value::Array(names) => names.iter().filter_map(Value::as_str).collect(),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => Vec::new(),
        };
        if !names.iter().all(|name| rests_on(name, &reads)) {
            let mut actual: Vec<String> = reads.iter().map(|read| source(read)).collect();
            actual.dedup();
            found.push(Mismatch {
                expectation: at.expectation,
                pointer,
                wanted: format!("to rest on {}", names.join(" and ")),
                actual: Some(json!(actual)),
            });
        }
    }
}

fn rests_on(name: &str, reads: &[&Read]) -> bool {
    if name == "none" {
        return !reads.iter().any(|read| read.document.carries_claims());
    }
    reads.iter().any(|read| {
        let place = source(read);
        place == name || read.document.name() == name || place.starts_with(&format!("{name}/"))
    })
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::{Value, json};

    use super::compare;
    use crate::decision::{ClaimPath, Document, Documents, Evidence, Reasoning, Rule, Token};
    use crate::scenario::outcome::Outcome;

    static RULE: Rule = Rule {
        id: "XX-R1",
        title: "groups give roles",
        evidence: Evidence::Documented,
        source: "nowhere",
        readings: &[],
    };

    fn outcome() -> Outcome {
        let claims = json!({"groups": ["a"]}).as_object().unwrap().clone();
        let documents = Documents { id_token: Some(Token::verified(claims)), ..Documents::default() };
        let mut reasoning = Reasoning::new(&documents);
        let mut step = reasoning.step(&RULE);
        step.claim(Document::AccessToken, &ClaimPath::top("groups"));
        step.claim(Document::IdToken, &ClaimPath::top("groups"));
        let id = step.fired("there are groups");
        let mut step = reasoning.step(&RULE);
        step.default("language", "en");
        let language = step.fired("nothing was said");
        reasoning.rests_on("/roles", [id]);
        reasoning.rests_on("/language", [language]);
        let mut outcome = Outcome { trace: reasoning.into_trace(), ..Outcome::default() };
        outcome.set("roles", json!(["a"]));
        outcome
    }

    #[rstest]
    #[case::a_value(json!({"roles": ["a"]}))]
    #[case::a_rule_that_fired(json!({"trace": {"fired": ["XX-R1"], "not_fired": ["XX-R2"]}}))]
    #[case::a_place(json!({"provenance": {"roles": "id_token/groups"}}))]
    #[case::a_document(json!({"provenance": {"roles": "id_token"}}))]
    #[case::a_value_below(json!({"provenance": {"roles.0": "id_token"}}))]
    #[case::no_document(json!({"provenance": {"language": "none"}}))]
    #[case::a_default(json!({"provenance": {"language": "default"}}))]
    fn what_holds_has_no_mismatch(#[case] expect: Value) {
        assert_eq!(compare(expect.as_object().unwrap(), &outcome()), []);
    }

    #[rstest]
    #[case::a_rule_that_did_not_fire(json!({"trace": {"fired": ["XX-R2"]}}), "/trace/fired/0", "to contain `XX-R2`")]
    #[case::a_rule_that_fired(json!({"trace": {"not_fired": ["XX-R1"]}}), "/trace/not_fired/0", "not to contain `XX-R1`")]
    #[case::a_document_without_the_claim(json!({"provenance": {"roles": "access_token"}}), "/provenance/roles", "to rest on access_token")]
    #[case::some_document(json!({"provenance": {"roles": "none"}}), "/provenance/roles", "to rest on none")]
    fn what_does_not_hold_is_found(#[case] expect: Value, #[case] at: &str, #[case] wanted: &str) {
        let found = compare(expect.as_object().unwrap(), &outcome());
        let found: Vec<_> = found.iter().map(|m| (m.expectation.as_str(), m.wanted.as_str())).collect();
        assert_eq!(found, [(at, wanted)]);
    }
}

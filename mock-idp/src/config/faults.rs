//! Faults that stand from the start.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Error as _, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value, json};

use crate::fault::Fault;
use crate::fault::plan::Rule;

/// Faults, and when each fires.
///
/// As a map, such as `{ id_token.aud: missing }`: always and for everybody. As a list of texts, such as
/// `[ "id_token.aud=missing,client=app,nth=2" ]`: limited to a `client`, a `user`, a `login_hint`, a moment (`at`:
/// `authorization`, `code` or `refresh`), the `nth` time, or so many `times`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FaultRules(pub Vec<Rule>);

impl FaultRules {
    /// Whether the provider is honest.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Serialize for FaultRules {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(ToString::to_string))
    }
}

impl<'de> Deserialize<'de> for FaultRules {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Rules)
    }
}

struct Rules;

impl<'de> Visitor<'de> for Rules {
    type Value = FaultRules;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map of faults or a list of texts")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<FaultRules, A::Error> {
        let mut rules = Vec::new();
        while let Some((name, value)) = map.next_entry::<String, Value>()? {
            rules.push(Rule::always(Fault::find(&name, &written(&value)).map_err(A::Error::custom)?));
        }
        Ok(FaultRules(rules))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<FaultRules, A::Error> {
        let mut rules = Vec::new();
        while let Some(text) = list.next_element::<String>()? {
            rules.push(text.parse().map_err(A::Error::custom)?);
        }
        Ok(FaultRules(rules))
    }
}

/// YAML reads `discovery.status: 500` as a number, and `id_token.kid: null` as nothing.
fn written(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

impl JsonSchema for FaultRules {
    fn schema_name() -> Cow<'static, str> {
        "FaultRules".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let mut names: Map<String, Value> = Map::new();
        for fault in Fault::all() {
            let known = names.entry(fault.name()).or_insert_with(|| {
                json!({ "description": format!("{}: {}", fault.clause(), fault.relying_party()), "enum": [] })
            });
            let values = known.get_mut("enum").and_then(Value::as_array_mut);
            if let Some(values) = values {
                values.push(fault.value().into());
                // as YAML reads it without quotes
                values.extend(fault.value().parse::<i64>().ok().map(Value::from));
                values.extend((fault.value() == "null").then_some(Value::Null));
            }
        }
        json_schema!({
            "description": "Faults that stand: a map from name to value, or a list of texts with conditions such as \
                            `id_token.aud=missing,client=app,nth=2`. `mock-idp faults` lists them.",
            "anyOf": [
                {
                    "type": "object",
                    "properties": names,
                    "additionalProperties": false,
                    "x-noun": "fault",
                },
                { "type": "array", "items": { "type": "string" } },
            ],
        })
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::map(json!({ "id_token.aud": "missing", "discovery.status": 500 }), &["id_token.aud=missing", "discovery.status=500"])]
    #[case::null(json!({ "id_token.kid": null }), &["id_token.kid=null"])]
    #[case::list(json!(["id_token.aud=missing,client=app,nth=2"]), &["id_token.aud=missing,client=app,nth=2"])]
    fn faults_are_written_as_a_map_or_as_a_list(#[case] json: Value, #[case] expected: &[&str]) {
        let rules: FaultRules = serde_json::from_value(json).unwrap();
        assert_eq!(rules.0.iter().map(ToString::to_string).collect::<Vec<_>>(), expected);
    }
}

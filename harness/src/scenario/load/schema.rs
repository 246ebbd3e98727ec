//! The JSON Schema of scenario files, derived from the model.

use std::sync::LazyLock;

use mock_idp::source::{Diagnostic, InvalidSchema, Node, Schema};
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use crate::scenario::model::ScenarioFile;

/// The schema that a case is checked against after `$(…)` was filled in.
pub fn checked() -> Value {
    SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<ScenarioFile>().to_value()
}

/// The schema for editors, in which `$(…)` may stand for any value.
pub fn published() -> Value {
    let mut schema = checked();
    allow_references(&mut schema);
    schema
}

/// The mistakes that the schema finds in a case's tree.
pub(super) fn check(tree: &Node) -> Vec<Diagnostic> {
    static SCHEMA: LazyLock<Result<Schema, InvalidSchema>> = LazyLock::new(|| Schema::new(checked()));
    match &*SCHEMA {
        Ok(schema) => schema.check(tree),
        Err(error) => vec![Diagnostic::error("E0101", error.to_string())],
    }
}

/// Where a value is not text anyway, a reference may stand instead.
fn allow_references(schema: &mut Value) {
    match schema {
        Value::Array(schemas) => schemas.iter_mut().for_each(allow_references),
        Value::Object(schema) => {
            for (keyword, value) in schema.iter_mut() {
                match keyword.as_str() {
                    "properties" | "$defs" | "patternProperties" => {
                        if let Value::Object(named) = value {
                            named.values_mut().for_each(allow_references);
                            if keyword != "$defs" {
                                named.values_mut().for_each(or_reference);
                            }
                        }
                    }
                    "items" | "additionalProperties" if value.is_object() => {
                        allow_references(value);
                        or_reference(value);
                    }
                    "anyOf" | "oneOf" | "allOf" => allow_references(value),
                    _ => {}
                }
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn or_reference(schema: &mut Value) {
    let reference = json!({"type": "string", "pattern": "\\$\\(.+\\)"});
    let Value::Object(own) = schema else { return };
    if own.get("type").is_none()
        && own.get("$ref").is_none()
        && own.get("anyOf").is_none()
        && own.get("enum").is_none()
    {
        return;
    }
    let mut around = Map::new();
    for keyword in ["description", "default"] {
        if let Some(value) = own.remove(keyword) {
            around.insert(keyword.to_owned(), value);
        }
    }
    around.insert("anyOf".to_owned(), json!([Value::Object(std::mem::take(own)), reference]));
    *schema = Value::Object(around);
}

#[cfg(test)]
mod tests {
    use mock_idp::source::{Schema, Sources, parse};
    use rstest::rstest;

    use super::{checked, published};

    const WITH_REFERENCES: &str = "version: 1\nname: x\nidp: {users: {ada: {claims: $(case.claims)}}}\n\
        product: {kind: billrun}\nsteps: [{advance: $(case.time)}, {login: ada, expect: $(case.expect)}]\n";

    #[rstest]
    #[case::checked(checked())]
    #[case::published(published())]
    fn the_schema_compiles(#[case] schema: serde_json::Value) {
        Schema::new(schema).unwrap();
    }

    #[test]
    fn an_editor_accepts_references_where_the_check_wants_values() {
        let file = parse(&mut Sources::new(), "x.yaml", WITH_REFERENCES).unwrap();
        assert_eq!(Schema::new(published()).unwrap().check(&file), []);
        assert!(!Schema::new(checked()).unwrap().check(&file).is_empty());
    }
}

//! How an expected envelope is compared with the actual one.
//!
//! `null` is the same as absent; lists are equal, order included; objects may hold more members than expected, except
//! the maps whose keys are data, which are equal.

use std::fmt;

use serde_json::{Map, Value};

/// Members whose value is a map with keys that are data, so that a key too many is a difference.
pub const MAPS_WITH_DATA_KEYS: &[&str] = &["roles_by_legal_entity", "project_roles", "project_permissions"];

/// One place where the actual value is not the expected one.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// JSON pointer of the place.
    pub path: String,
    /// What was expected; `None` when nothing was.
    pub expected: Option<Value>,
    /// What was found; `None` when nothing was.
    pub actual: Option<Value>,
}

impl fmt::Display for Difference {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let show = |value: &Option<Value>| value.as_ref().map_or("nothing".to_owned(), Value::to_string);
        write!(out, "{}: expected {}, found {}", self.path, show(&self.expected), show(&self.actual))
    }
}

/// Every difference between what is expected and what came out; empty when the expectation holds.
pub fn differences(expected: &Value, actual: &Value) -> Vec<Difference> {
    let mut found = Vec::new();
    compare(expected, Some(actual), &Place::root(), &mut found);
    found
}

/// Where a comparison stands, and how strict it is there.
struct Place {
    path: String,
    /// Whether members that are not expected are differences.
    exact: bool,
}

impl Place {
    const fn root() -> Self {
        Self { path: String::new(), exact: false }
    }

    fn member(&self, key: &str) -> Self {
        let path = format!("{}/{}", self.path, key.replace('~', "~0").replace('/', "~1"));
        Self { path, exact: self.exact || MAPS_WITH_DATA_KEYS.contains(&key) }
    }
}

fn compare(expected: &Value, actual: Option<&Value>, place: &Place, found: &mut Vec<Difference>) {
    let actual = actual.filter(|value| !value.is_null());
    match (expected, actual) {
        (Value::Null, None) => {}
        (Value::Object(expected), Some(Value::Object(actual))) => members(expected, actual, place, found),
        (expected, Some(actual)) if expected == actual => {}
        (expected, actual) => found.push(Difference {
            path: place.path.clone(),
            expected: (!expected.is_null()).then(|| expected.clone()),
            actual: actual.cloned(),
        }),
    }
}

fn members(
    expected: &Map<String, Value>,
    actual: &Map<String, Value>,
    place: &Place,
    found: &mut Vec<Difference>,
) {
    for (key, value) in expected {
        compare(value, actual.get(key), &place.member(key), found);
    }
    if !place.exact {
        return;
    }
    for (key, value) in actual {
        if !expected.contains_key(key) && !value.is_null() {
            let path = place.member(key).path;
            found.push(Difference { path, expected: None, actual: Some(value.clone()) });
        }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    #[rstest]
    #[case::null_is_absent(json!({"session": null}), json!({"decision": "rejected"}))]
    #[case::an_object_may_hold_more(json!({"user": {"a": 1}}), json!({"user": {"a": 1, "b": 2}, "c": 3}))]
    #[case::a_data_map_is_equal(json!({"project_roles": {"P1": "admin"}}), json!({"project_roles": {"P1": "admin"}}))]
    #[case::an_absent_key_of_a_data_map(json!({"project_roles": {"P1": null}}), json!({"project_roles": {}}))]
    fn the_expectation_holds(#[case] expected: Value, #[case] actual: Value) {
        assert_eq!(differences(&expected, &actual), []);
    }

    #[rstest]
    #[case::a_value_where_none_is_expected(json!({"session": null}), json!({"session": {}}), "/session")]
    #[case::order_of_a_list(json!({"roles": ["a", "b"]}), json!({"roles": ["b", "a"]}), "/roles")]
    #[case::a_longer_list(json!({"roles": ["a"]}), json!({"roles": ["a", "b"]}), "/roles")]
    #[case::a_key_too_many(json!({"project_roles": {}}), json!({"project_roles": {"P1": "admin"}}), "/project_roles/P1")]
    #[case::a_nested_data_map(
        json!({"access": {"project_permissions": {"a/b": []}}}),
        json!({"access": {"project_permissions": {"a/b": ["x"]}}}),
        "/access/project_permissions/a~1b"
    )]
    #[case::another_type(json!({"user": {"a": 1}}), json!({"user": "a"}), "/user")]
    fn the_difference_is_found(#[case] expected: Value, #[case] actual: Value, #[case] path: &str) {
        let paths: Vec<String> = differences(&expected, &actual).into_iter().map(|d| d.path).collect();
        assert_eq!(paths, [path]);
    }
}

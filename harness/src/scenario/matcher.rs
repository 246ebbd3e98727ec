//! Expected values against actual ones: maps as subsets, lists exactly, and matchers written as `$name`.
//!
//! A mismatch says where it is in both documents, so that it can be shown at the line of the expectation.

use serde_json::{Map, Value};

use super::glob;

/// Every matcher with what it takes; the reader of a scenario sees this list when a name is wrong.
pub const MATCHERS: &[(&str, &str)] = &[
    ("$exact", "a map: these keys and no others"),
    ("$unordered", "a list: these entries in any order, and no others"),
    ("$contains", "a value, or a list of values, that must be among the entries; in a text, a part of it"),
    ("$absent", "true: nothing may be here; false: something must be"),
    ("$any", "a type: string, number, boolean, array or object"),
    ("$glob", "a pattern with `*`"),
    ("$gte", "a number that is the least allowed"),
    ("$lte", "a number that is the most allowed"),
    ("$len", "how many entries, keys or characters"),
    ("$not", "a value that must not match"),
    ("$codes", "a list: exactly these codes, counted once, without what follows a colon"),
];

/// A place where the actual value is not the expected one.
#[derive(Clone, Debug, PartialEq)]
pub struct Mismatch {
    /// JSON pointer into the expectation.
    pub expectation: String,
    /// JSON pointer into the actual document.
    pub pointer: String,
    /// What was expected, in words: `to be "viewer"`.
    pub wanted: String,
    /// What is there; `None` when nothing is.
    pub actual: Option<Value>,
}

/// A matcher that is not written as it must be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MatcherMistake {
    /// JSON pointer into the expectation, to the matcher's name.
    pub expectation: String,
    /// What is wrong.
    pub message: String,
    /// What to write instead.
    pub help: String,
}

/// Where a comparison stands in the two documents.
#[derive(Clone, Debug, Default)]
pub(crate) struct Place {
    pub(crate) expectation: String,
    pub(crate) pointer: String,
}

impl Place {
    /// The same member of both.
    pub(crate) fn member(&self, name: &str) -> Self {
        Self { expectation: join(&self.expectation, name), pointer: join(&self.pointer, name) }
    }

    /// A member of the expectation that stands for the same actual value.
    fn inside(&self, name: &str) -> Self {
        Self { expectation: join(&self.expectation, name), pointer: self.pointer.clone() }
    }

    fn mismatch(&self, wanted: String, actual: Option<&Value>) -> Mismatch {
        Mismatch {
            expectation: self.expectation.clone(),
            pointer: self.pointer.clone(),
            wanted,
            actual: actual.cloned(),
        }
    }
}

/// A JSON pointer with one more segment.
pub(crate) fn join(pointer: &str, segment: &str) -> String {
    format!("{pointer}/{}", segment.replace('~', "~0").replace('/', "~1"))
}

/// A JSON pointer as people write paths: `/project_roles/P1` is `project_roles.P1`.
pub fn dotted(pointer: &str) -> String {
    pointer.split('/').skip(1).map(|s| s.replace("~1", "/").replace("~0", "~")).collect::<Vec<_>>().join(".")
}

/// Everything in which `actual` is not as expected.
pub fn compare(expected: &Value, actual: Option<&Value>) -> Vec<Mismatch> {
    let mut found = Vec::new();
    compare_at(&Place::default(), expected, actual, &mut found);
    found
}

/// Checks that the matchers in an expectation are written as they must be.
pub fn check(expected: &Value) -> Vec<MatcherMistake> {
    let mut found = Vec::new();
    check_at("", expected, &mut found);
    found
}

/// JSON `null` is the same as absent.
fn present(value: Option<&Value>) -> Option<&Value> {
    value.filter(|value| !value.is_null())
}

pub(crate) fn compare_at(at: &Place, expected: &Value, actual: Option<&Value>, found: &mut Vec<Mismatch>) {
    let actual = present(actual);
    match expected {
        Value::Null => {
            if actual.is_some() {
                found.push(at.mismatch("to be absent".to_owned(), actual));
            }
        }
        Value::Object(wanted) if is_matcher(wanted) => {
            for (name, argument) in wanted {
                compare_matcher(&at.inside(name), name, argument, actual, found);
            }
        }
        Value::Object(wanted) => compare_map(at, wanted, actual, found),
        Value::Array(wanted) => compare_list(at, wanted, actual, found),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            if !actual.is_some_and(|actual| same(expected, actual)) {
                found.push(at.mismatch(format!("to be {expected}"), actual));
            }
        }
    }
}

fn is_matcher(map: &Map<String, Value>) -> bool {
    !map.is_empty() && map.keys().all(|key| key.starts_with('$'))
}

fn same(left: &Value, right: &Value) -> bool {
    match (left.as_f64(), right.as_f64()) {
        (Some(left), Some(right)) => left.total_cmp(&right).is_eq(),
        _ => left == right,
    }
}

fn compare_map(at: &Place, wanted: &Map<String, Value>, actual: Option<&Value>, found: &mut Vec<Mismatch>) {
    match actual.map(Value::as_object) {
        Some(Some(actual)) => {
            for (key, value) in wanted {
                compare_at(&at.member(key), value, actual.get(key), found);
            }
        }
        None if wanted.values().all(allows_absence) => {}
        None | Some(None) => found.push(at.mismatch("to be a map".to_owned(), actual)),
    }
}

/// Whether an expectation holds when there is nothing at all.
fn allows_absence(expected: &Value) -> bool {
    compare(expected, None).is_empty()
}

fn compare_list(at: &Place, wanted: &[Value], actual: Option<&Value>, found: &mut Vec<Mismatch>) {
    let Some(actual) = actual.and_then(Value::as_array) else {
        found.push(at.mismatch(format!("to be {}", Value::from(wanted)), actual));
        return;
    };
    if wanted.len() != actual.len() {
        let all = Value::from(actual.clone());
        found.push(at.mismatch(format!("to be {}", Value::from(wanted)), Some(&all)));
        return;
    }
    for (index, (wanted, actual)) in wanted.iter().zip(actual).enumerate() {
        compare_at(&at.member(&index.to_string()), wanted, Some(actual), found);
    }
}

fn compare_matcher(
    at: &Place,
    name: &str,
    argument: &Value,
    actual: Option<&Value>,
    found: &mut Vec<Mismatch>,
) {
    let holds = match name {
        "$exact" => return compare_exact(at, argument, actual, found),
        "$unordered" => unordered(argument, actual),
        "$contains" => contains(argument, actual),
        "$absent" => argument.as_bool() == Some(actual.is_none()),
        "$any" => actual.is_some_and(|actual| argument.as_str() == Some(type_name(actual))),
        "$glob" => texts(argument, actual).is_some_and(|(pattern, text)| glob::fits(pattern, text)),
        "$gte" => numbers(argument, actual).is_some_and(|(least, number)| number >= least),
        "$lte" => numbers(argument, actual).is_some_and(|(most, number)| number <= most),
        "$len" => actual.and_then(length).is_some_and(|length| argument.as_u64() == Some(length)),
        "$not" => !compare(argument, actual).is_empty(),
        "$codes" => {
            codes(argument).is_some_and(|wanted| actual.map_or(Some(Vec::new()), codes) == Some(wanted))
        }
        _ => false,
    };
    if !holds {
        found.push(at.mismatch(wording(name, argument), actual));
    }
}

fn wording(name: &str, argument: &Value) -> String {
    match name {
        "$unordered" => format!("to be {argument} in any order"),
        "$contains" => format!("to contain {argument}"),
        "$absent" if argument.as_bool() == Some(true) => "to be absent".to_owned(),
        "$absent" => "to be present".to_owned(),
        "$any" => format!("to be of type {}", argument.as_str().unwrap_or("unknown")),
        "$glob" => format!("to fit {argument}"),
        "$gte" => format!("to be at least {argument}"),
        "$lte" => format!("to be at most {argument}"),
        "$len" => format!("to have {argument} entries"),
        "$not" => format!("not to be {argument}"),
        "$codes" => format!("to have exactly the codes {argument}"),
        _ => format!("to match `{name}`"),
    }
}

fn compare_exact(at: &Place, argument: &Value, actual: Option<&Value>, found: &mut Vec<Mismatch>) {
    compare_at(at, argument, actual, found);
    let (Some(wanted), Some(actual)) = (argument.as_object(), actual.and_then(Value::as_object)) else {
        return;
    };
    for (key, value) in actual.iter().filter(|(key, value)| !wanted.contains_key(*key) && !value.is_null()) {
        let place = Place { expectation: at.expectation.clone(), pointer: join(&at.pointer, key) };
        found.push(place.mismatch("to be absent".to_owned(), Some(value)));
    }
}

fn unordered(argument: &Value, actual: Option<&Value>) -> bool {
    let (Some(wanted), Some(actual)) = (argument.as_array(), actual.and_then(Value::as_array)) else {
        return false;
    };
    let mut left: Vec<&Value> = actual.iter().collect();
    wanted.len() == left.len()
        && wanted.iter().all(|wanted| {
            let place = left.iter().position(|actual| compare(wanted, Some(actual)).is_empty());
            place.map(|index| left.remove(index)).is_some()
        })
}

fn contains(argument: &Value, actual: Option<&Value>) -> bool {
    match actual {
        Some(Value::String(text)) => argument.as_str().is_some_and(|part| text.contains(part)),
        Some(Value::Array(entries)) => {
            let one = std::slice::from_ref(argument);
            argument
                .as_array()
                .map_or(one, Vec::as_slice)
                .iter()
                .all(|wanted| entries.iter().any(|entry| compare(wanted, Some(entry)).is_empty()))
        }
        Some(Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_)) | None => false,
    }
}

fn texts<'a>(argument: &'a Value, actual: Option<&'a Value>) -> Option<(&'a str, &'a str)> {
    Some((argument.as_str()?, actual?.as_str()?))
}

fn numbers(argument: &Value, actual: Option<&Value>) -> Option<(f64, f64)> {
    Some((argument.as_f64()?, actual?.as_f64()?))
}

fn length(value: &Value) -> Option<u64> {
    let length = match value {
        Value::Array(entries) => entries.len(),
        Value::Object(members) => members.len(),
        Value::String(text) => text.chars().count(),
        Value::Null | Value::Bool(_) | Value::Number(_) => return None,
    };
    u64::try_from(length).ok()
}

/// The codes of a list, without what follows a colon, sorted, each once.
fn codes(list: &Value) -> Option<Vec<&str>> {
    let mut codes = list
        .as_array()?
        .iter()
        .map(|code| code.as_str().map(|code| code.split_once(':').map_or(code, |(code, _)| code)))
        .collect::<Option<Vec<_>>>()?;
    codes.sort_unstable();
    codes.dedup();
    Some(codes)
}

fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

fn check_at(at: &str, expected: &Value, found: &mut Vec<MatcherMistake>) {
    match expected {
        Value::Array(entries) => {
            for (index, entry) in entries.iter().enumerate() {
                check_at(&join(at, &index.to_string()), entry, found);
            }
        }
        Value::Object(members) => {
            let matchers = members.keys().filter(|key| key.starts_with('$')).count();
            for (key, value) in members {
                let here = join(at, key);
                if key.starts_with('$') {
                    check_matcher(&here, key, value, found);
                    if matchers < members.len() {
                        found.push(MatcherMistake {
                            expectation: here.clone(),
                            message: format!("matcher `{key}` stands beside other keys"),
                            help: "a map has matchers only or keys only; write `{ $exact: { … } }` around the keys"
                                .to_owned(),
                        });
                    }
                }
                check_at(&here, value, found);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn check_matcher(at: &str, name: &str, argument: &Value, found: &mut Vec<MatcherMistake>) {
    let fits = match name {
        "$exact" => argument.is_object(),
        "$unordered" => argument.is_array(),
        "$codes" => codes(argument).is_some(),
        "$absent" => argument.is_boolean(),
        "$any" => matches!(argument.as_str(), Some("string" | "number" | "boolean" | "array" | "object")),
        "$glob" => argument.is_string(),
        "$gte" | "$lte" => argument.is_number(),
        "$len" => argument.is_u64(),
        "$not" | "$contains" => true,
        _ => {
            let known: Vec<&str> = MATCHERS.iter().map(|(name, _)| *name).collect();
            found.push(MatcherMistake {
                expectation: at.to_owned(),
                message: format!("unknown matcher `{name}`"),
                help: format!("matchers are {}", known.join(", ")),
            });
            return;
        }
    };
    if !fits {
        let takes = MATCHERS.iter().find(|(known, _)| *known == name).map_or("", |(_, takes)| takes);
        found.push(MatcherMistake {
            expectation: at.to_owned(),
            message: format!("`{name}` cannot take this value"),
            help: format!("`{name}` takes {takes}"),
        });
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::{Value, json};

    use super::{check, compare, dotted};

    fn mismatches(expected: &Value, actual: &Value) -> Vec<String> {
        compare(expected, Some(actual))
            .into_iter()
            .map(|m| {
                let actual = m.actual.map_or_else(|| "nothing".to_owned(), |actual| actual.to_string());
                format!("{} {} {}: {actual}", m.expectation, m.pointer, m.wanted)
            })
            .collect()
    }

    #[rstest]
    #[case::maps_match_as_subsets(json!({"a": 1}), json!({"a": 1, "b": 2}))]
    #[case::null_is_absent(json!({"a": null}), json!({}))]
    #[case::absent_holds_below_nothing(json!({"a": {"b": {"$absent": true}}}), json!({}))]
    #[case::numbers_are_compared_by_value(json!(1), json!(1.0))]
    #[case::unordered_ignores_order(json!({"$unordered": [1, 2, 2]}), json!([2, 1, 2]))]
    #[case::contains_takes_one_value(json!({"$contains": "x"}), json!(["y", "x"]))]
    #[case::contains_takes_a_list(json!({"$contains": [{"id": 1}]}), json!([{"id": 2}, {"id": 1, "n": 0}]))]
    #[case::contains_looks_into_text(json!({"$contains": "ell"}), json!("hello"))]
    #[case::several_matchers_all_hold(json!({"$gte": 1, "$lte": 3}), json!(2))]
    #[case::any_names_a_type(json!({"$any": "array"}), json!([]))]
    #[case::glob(json!({"$glob": "https://*/x"}), json!("https://idp.test/x"))]
    #[case::len_counts_keys(json!({"$len": 1}), json!({"a": 0}))]
    #[case::not_negates(json!({"$not": {"$contains": "x"}}), json!(["y"]))]
    #[case::codes_ignore_details(json!({"$codes": ["b", "a"]}), json!(["a:1", "b", "a:2"]))]
    #[case::exact_allows_null(json!({"$exact": {"a": 1}}), json!({"a": 1, "b": null}))]
    fn a_match_has_no_mismatch(#[case] expected: Value, #[case] actual: Value) {
        assert_eq!(mismatches(&expected, &actual), Vec::<String>::new());
    }

    #[rstest]
    #[case::a_value(json!({"a": {"b": 1}}), json!({"a": {"b": 2}}), "/a/b /a/b to be 1: 2")]
    #[case::a_missing_value(json!({"a": 1}), json!({}), "/a /a to be 1: nothing")]
    #[case::lists_match_exactly(json!({"a": [1]}), json!({"a": [1, 2]}), "/a /a to be [1]: [1,2]")]
    #[case::an_entry(json!([1, 2]), json!([1, 3]), "/1 /1 to be 2: 3")]
    #[case::exact_refuses_more(json!({"$exact": {"a": 1}}), json!({"a": 1, "b": 2}), "/$exact /b to be absent: 2")]
    #[case::inside_exact(json!({"p": {"$exact": {"a": 1}}}), json!({"p": {"a": 2}}), "/p/$exact/a /p/a to be 1: 2")]
    #[case::unordered_counts(json!({"$unordered": [1, 1]}), json!([1, 2]), "/$unordered  to be [1,1] in any order: [1,2]")]
    #[case::present_though_absent_wanted(json!({"a": {"$absent": true}}), json!({"a": 1}), "/a/$absent /a to be absent: 1")]
    #[case::absent_though_present_wanted(json!({"a": {"$absent": false}}), json!({}), "/a/$absent /a to be present: nothing")]
    #[case::codes_are_a_set(json!({"$codes": ["a"]}), json!(["a", "b"]), r#"/$codes  to have exactly the codes ["a"]: ["a","b"]"#)]
    #[case::a_map_is_wanted(json!({"a": {"b": 1}}), json!({"a": "x"}), r#"/a /a to be a map: "x""#)]
    #[case::text_is_not_a_number(json!("1"), json!(1), r#"  to be "1": 1"#)]
    fn a_mismatch_names_both_places(#[case] expected: Value, #[case] actual: Value, #[case] said: &str) {
        assert_eq!(mismatches(&expected, &actual), [said]);
    }

    #[rstest]
    #[case::unknown_name(json!({"a": {"$exakt": {}}}), "/a/$exakt", "unknown matcher `$exakt`")]
    #[case::beside_other_keys(json!({"$absent": true, "a": 1}), "/$absent", "matcher `$absent` stands beside other keys")]
    #[case::wrong_argument(json!([{"$len": "3"}]), "/0/$len", "`$len` cannot take this value")]
    #[case::unknown_type(json!({"$any": "text"}), "/$any", "`$any` cannot take this value")]
    fn a_badly_written_matcher_is_found(#[case] expected: Value, #[case] at: &str, #[case] message: &str) {
        let found = check(&expected);
        assert_eq!(
            found.iter().map(|m| (m.expectation.as_str(), m.message.as_str())).collect::<Vec<_>>(),
            [(at, message)]
        );
    }

    #[test]
    fn a_pointer_reads_as_a_dotted_path() {
        assert_eq!(dotted("/project_roles/a~1b"), "project_roles.a/b");
    }
}

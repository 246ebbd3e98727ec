//! The way to a value of a result, as it is typed: with dots, or as a JSON pointer.

use serde_json::Value;

/// The JSON pointer that a typed path means in a document.
///
/// Names may hold dots, so at each step the longest name that is there is taken; what is not there is split at dots. An
/// entry of a list is named by its position or by itself.
pub(super) fn pointer(path: &str, document: &Value) -> String {
    if path.starts_with('/') || path.is_empty() {
        return path.to_owned();
    }
    let mut pointer = String::new();
    let mut value = Some(document);
    let mut rest = path;
    loop {
        if let Some(index) = value.and_then(|value| entry(value, rest)) {
            return format!("{pointer}/{index}");
        }
        let (name, left) = next(rest, value);
        value = value.and_then(|value| member(value, name));
        pointer.push('/');
        pointer.push_str(&name.replace('~', "~0").replace('/', "~1"));
        match left {
            Some(left) => rest = left,
            None => return pointer,
        }
    }
}

fn next<'p>(path: &'p str, value: Option<&Value>) -> (&'p str, Option<&'p str>) {
    let keys = value.and_then(Value::as_object).into_iter().flat_map(|members| members.keys());
    let matching = keys.filter_map(|key| {
        let rest = path.strip_prefix(key.as_str())?;
        let left = if rest.is_empty() { None } else { Some(rest.strip_prefix('.')?) };
        Some((path.split_at_checked(key.len())?.0, left))
    });
    matching.max_by_key(|(name, _)| name.len()).unwrap_or_else(|| match path.split_once('.') {
        Some((name, left)) => (name, Some(left)),
        None => (path, None),
    })
}

/// The position of a text in a list.
fn entry(value: &Value, text: &str) -> Option<usize> {
    value.as_array()?.iter().position(|entry| entry == text)
}

fn member<'v>(value: &'v Value, name: &str) -> Option<&'v Value> {
    match value {
        Value::Object(members) => members.get(name),
        Value::Array(entries) => entries.get(name.parse::<usize>().ok()?),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    #[rstest]
    #[case::dots("project_roles.P1", "/project_roles/P1")]
    #[case::a_pointer("/project_roles/P1", "/project_roles/P1")]
    #[case::a_name_with_a_dot("project_roles.eu.west", "/project_roles/eu.west")]
    #[case::a_name_with_a_slash("project_roles.a/b", "/project_roles/a~1b")]
    #[case::an_entry("effects.0", "/effects/0")]
    #[case::an_entry_by_itself("effects.user.created", "/effects/1")]
    #[case::no_entry("effects.user.removed", "/effects/user/removed")]
    #[case::what_is_not_there("session.user.x", "/session/user/x")]
    fn a_path_is_read(#[case] path: &str, #[case] wanted: &str) {
        let document = json!({"project_roles": {"P1": "admin", "eu.west": "user", "a/b": "user"}, "effects": ["x", "user.created"]});
        assert_eq!(pointer(path, &document), wanted);
    }
}

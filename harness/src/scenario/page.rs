//! JSON as a page that people read: YAML with sorted keys, short values on one line.

use serde_json::{Map, Value};

/// Values that fit into this many characters stay on one line.
const WIDTH: usize = 100;

/// Writes a value as YAML, keys sorted, ending in a line break.
pub fn write(value: &Value) -> String {
    let mut out = String::new();
    match value {
        Value::Object(map) if !map.is_empty() => block_map(map, 0, &mut out),
        Value::Array(list) if !list.is_empty() => block_list(list, 0, &mut out),
        Value::Null
        | Value::Bool(_)
        | Value::Number(_)
        | Value::String(_)
        | Value::Array(_)
        | Value::Object(_) => {
            out.push_str(&inline(value));
            out.push('\n');
        }
    }
    out
}

fn block_map(map: &Map<String, Value>, indent: usize, out: &mut String) {
    let mut members: Vec<_> = map.iter().collect();
    members.sort_by_key(|(key, _)| *key);
    for (key, value) in members {
        pad(indent, out);
        out.push_str(&text(key));
        out.push(':');
        member(value, indent, out);
    }
}

fn block_list(list: &[Value], indent: usize, out: &mut String) {
    for value in list {
        pad(indent, out);
        out.push('-');
        member(value, indent, out);
    }
}

/// What follows a key or a dash: on the same line where it fits, else as a block.
fn member(value: &Value, indent: usize, out: &mut String) {
    let line = inline(value);
    let short = indent + line.chars().count() <= WIDTH;
    match value {
        Value::Object(map) if !short => {
            out.push('\n');
            block_map(map, indent + 2, out);
        }
        Value::Array(list) if !short => {
            out.push('\n');
            block_list(list, indent + 2, out);
        }
        Value::Null
        | Value::Bool(_)
        | Value::Number(_)
        | Value::String(_)
        | Value::Array(_)
        | Value::Object(_) => {
            out.push(' ');
            out.push_str(&line);
            out.push('\n');
        }
    }
}

fn pad(indent: usize, out: &mut String) {
    out.extend(std::iter::repeat_n(' ', indent));
}

/// A value on one line.
pub fn inline(value: &Value) -> String {
    match value {
        Value::Object(map) if map.is_empty() => "{}".to_owned(),
        Value::Object(map) => {
            let mut members: Vec<_> = map.iter().collect();
            members.sort_by_key(|(key, _)| *key);
            let members: Vec<_> =
                members.into_iter().map(|(key, value)| format!("{}: {}", text(key), inline(value))).collect();
            format!("{{ {} }}", members.join(", "))
        }
        Value::Array(list) => format!("[{}]", list.iter().map(inline).collect::<Vec<_>>().join(", ")),
        Value::String(string) => text(string),
        Value::Null | Value::Bool(_) | Value::Number(_) => value.to_string(),
    }
}

/// A text as YAML: plain where no reader could take it for something else, quoted as in JSON otherwise.
fn text(text: &str) -> String {
    let plain_start = |c: char| c.is_ascii_alphabetic() || matches!(c, '_' | '/' | '$');
    let plain = |c: char| c.is_ascii_alphanumeric() || " _-./$@+()<>=".contains(c);
    let word = matches!(
        text.to_ascii_lowercase().as_str(),
        "null" | "true" | "false" | "yes" | "no" | "on" | "off" | "y" | "n"
    );
    let colons = text.replace("://", "").replace(':', "");
    let harmless_colons = !text.contains(": ") && !text.ends_with(':');
    let body = if harmless_colons { colons.as_str() } else { text };
    if text.starts_with(plain_start) && body.chars().all(plain) && !text.ends_with(' ') && !word {
        text.to_owned()
    } else {
        Value::from(text).to_string()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::write;

    #[test]
    fn a_page_sorts_keys_and_keeps_short_values_on_one_line() {
        let long: Vec<String> = (0..12).map(|n| format!("a-rather-long-entry-{n}")).collect();
        let value = json!({"b": {"y": 1, "x": [true, null]}, "a": "text", "list": long, "empty": {}});
        insta::assert_snapshot!(write(&value), @r#"
        a: text
        b: { x: [true, null], "y": 1 }
        empty: {}
        list:
          - a-rather-long-entry-0
          - a-rather-long-entry-1
          - a-rather-long-entry-2
          - a-rather-long-entry-3
          - a-rather-long-entry-4
          - a-rather-long-entry-5
          - a-rather-long-entry-6
          - a-rather-long-entry-7
          - a-rather-long-entry-8
          - a-rather-long-entry-9
          - a-rather-long-entry-10
          - a-rather-long-entry-11
        "#);
    }

    #[test]
    fn text_that_looks_like_something_else_is_quoted() {
        let value =
            json!(["no", "1", "a: b", "a:b", "https://idp.test/acme", "", "x, y", "admin:P1", "- x", "#a"]);
        insta::assert_snapshot!(
            write(&json!({"v": value})),
            @r##"v: ["no", "1", "a: b", a:b, https://idp.test/acme, "", "x, y", admin:P1, "- x", "#a"]"##
        );
    }
}

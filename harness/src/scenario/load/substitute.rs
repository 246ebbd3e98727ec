//! `$(path)`: values inserted after parsing, so that quoting and types survive.
//!
//! A scalar that is nothing but `$(path)` becomes the value at that path, whatever its type, with the span at which that
//! value was written; inside other text the value is inserted as text. `$$(` writes `$(`.

use std::collections::{BTreeMap, BTreeSet};

use mock_idp::source::{Diagnostic, Map, Node, Value, did_you_mean};

/// How deep a value may refer to other values before it is taken for a circle.
const DEPTH: usize = 16;

/// The values that a text may refer to, and a record of those that it did.
#[derive(Clone, Debug, Default)]
pub(super) struct Roots {
    values: BTreeMap<&'static str, Node>,
    used: BTreeSet<String>,
}

impl Roots {
    /// Adds a root.
    pub(super) fn set(&mut self, name: &'static str, value: Node) {
        self.values.insert(name, value);
    }

    /// Takes a root away.
    pub(super) fn unset(&mut self, name: &str) {
        self.values.remove(name);
    }

    /// First and second names of all paths that were used: `case.roles`.
    pub(super) fn used(&self) -> &BTreeSet<String> {
        &self.used
    }

    /// Replaces every `$(…)` in a tree.
    pub(super) fn fill(&mut self, node: &mut Node, found: &mut Vec<Diagnostic>) {
        self.fill_at(node, 0, found);
    }

    fn fill_at(&mut self, node: &mut Node, depth: usize, found: &mut Vec<Diagnostic>) {
        match &mut node.value {
            Value::String(text) if text.contains("$(") => {
                let text = std::mem::take(text);
                *node = self.filled(&text, node, depth, found);
            }
            Value::List(items) => items.iter_mut().for_each(|item| self.fill_at(item, depth, found)),
            Value::Map(map) => map.values_mut().for_each(|value| self.fill_at(value, depth, found)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }

    /// What a text with references in it stands for.
    fn filled(&mut self, text: &str, at: &Node, depth: usize, found: &mut Vec<Diagnostic>) -> Node {
        if depth >= DEPTH {
            let circle = Diagnostic::error("E0309", format!("`{text}` refers to itself"));
            found.push(circle.at(at.span, "part of a circle"));
            return Node::new(Value::Null, at.span);
        }
        if let Some(path) = whole(text) {
            return self.looked_up(path, at, depth, found);
        }
        let mut out = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("$(") {
            if let Some(before) = before.strip_suffix('$') {
                out.push_str(before);
                out.push_str("$(");
                rest = after;
                continue;
            }
            let Some((path, behind)) = after.split_once(')') else {
                let open = Diagnostic::error("E0309", "`$(` without `)`").at(at.span, "not closed");
                found.push(open.help("write `$$(` for the two characters themselves"));
                return Node::new(Value::Null, at.span);
            };
            out.push_str(before);
            let value = self.looked_up(path, at, depth, found);
            match scalar(&value) {
                Some(text) => out.push_str(&text),
                None => found.push(
                    Diagnostic::error(
                        "E0309",
                        format!("`$({path})` is {} and cannot stand inside text", value.kind()),
                    )
                    .at(at.span, "only text, numbers and booleans can"),
                ),
            }
            rest = behind;
        }
        out.push_str(rest);
        Node::string(out, at.span)
    }

    fn looked_up(&mut self, path: &str, at: &Node, depth: usize, found: &mut Vec<Diagnostic>) -> Node {
        let mut segments = path.split('.');
        let root = segments.next().unwrap_or_default();
        let Some(mut value) = self.values.get(root) else {
            found.push(unknown(path, root, self.values.keys().copied(), at));
            return Node::new(Value::Null, at.span);
        };
        for segment in segments.clone() {
            let Some(inner) = value.at(&format!("/{}", segment.replace('~', "~0").replace('/', "~1"))) else {
                let known = value.as_map().into_iter().flat_map(Map::keys);
                found.push(unknown(path, segment, known, at));
                return Node::new(Value::Null, at.span);
            };
            value = inner;
        }
        let mut value = value.clone();
        let second = segments.next().unwrap_or_default();
        self.used.insert(format!("{root}.{second}"));
        self.fill_at(&mut value, depth + 1, found);
        value
    }
}

/// The path of a text that is nothing but one reference.
fn whole(text: &str) -> Option<&str> {
    let path = text.strip_prefix("$(")?.strip_suffix(')')?;
    (!path.contains(')')).then_some(path)
}

fn scalar(node: &Node) -> Option<String> {
    match &node.value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        Value::Null | Value::List(_) | Value::Map(_) => None,
    }
}

fn unknown<'a>(path: &str, segment: &str, known: impl Iterator<Item = &'a str>, at: &Node) -> Diagnostic {
    let known: Vec<&str> = known.collect();
    let code = if path.starts_with("param.") { "E0308" } else { "E0309" };
    let found = Diagnostic::error(code, format!("`$({path})` names nothing"));
    let found = found.at(at.span, format!("`{segment}` is not known"));
    match did_you_mean(segment, known.iter().copied()) {
        Some(help) => found.help(help),
        None if known.is_empty() => found,
        None => found.help(format!("known here: {}", known.join(", "))),
    }
}

#[cfg(test)]
mod tests {
    use mock_idp::source::{Sources, parse};
    use rstest::rstest;
    use serde_json::{Value, json};

    use super::Roots;

    fn filled(text: &str) -> (Value, Vec<String>) {
        let mut sources = Sources::new();
        let vars =
            "{n: 1, list: [a, b], name: ada, nested: {x: $(vars.n)}, loop: $(vars.loop), path/with~odd: 5}";
        let mut roots = Roots::default();
        roots.set("vars", parse(&mut sources, "vars.yaml", vars).unwrap());
        let mut node = parse(&mut sources, "file.yaml", text).unwrap();
        let mut found = Vec::new();
        roots.fill(&mut node, &mut found);
        (node.to_json(), found.into_iter().map(|d| format!("{} {}", d.code, d.title)).collect())
    }

    #[rstest]
    #[case::a_whole_scalar_keeps_its_type("a: $(vars.n)", json!({"a": 1}))]
    #[case::a_list("a: $(vars.list)", json!({"a": ["a", "b"]}))]
    #[case::an_entry_of_a_list("a: $(vars.list.1)", json!({"a": "b"}))]
    #[case::inside_text_it_is_text("a: x-$(vars.n)-$(vars.name)", json!({"a": "x-1-ada"}))]
    #[case::values_refer_to_values("a: $(vars.nested)", json!({"a": {"x": 1}}))]
    #[case::two_dollars_are_literal("a: $$(vars.n)", json!({"a": "$(vars.n)"}))]
    #[case::odd_names("a: $(vars.path/with~odd)", json!({"a": 5}))]
    fn a_reference_becomes_its_value(#[case] text: &str, #[case] expected: Value) {
        assert_eq!(filled(text), (expected, Vec::new()));
    }

    #[rstest]
    #[case::unknown_root("a: $(var.n)", "E0309 `$(var.n)` names nothing")]
    #[case::unknown_name("a: $(vars.nmae)", "E0309 `$(vars.nmae)` names nothing")]
    #[case::unknown_parameter("a: $(param.user)", "E0308 `$(param.user)` names nothing")]
    #[case::a_circle("a: $(vars.loop)", "E0309 `$(vars.loop)` refers to itself")]
    #[case::a_list_in_text("a: x$(vars.list)", "E0309 `$(vars.list)` is a list and cannot stand inside text")]
    #[case::not_closed("a: x$(vars.n", "E0309 `$(` without `)`")]
    fn a_broken_reference_is_found(#[case] text: &str, #[case] said: &str) {
        assert_eq!(filled(text).1, [said]);
    }
}

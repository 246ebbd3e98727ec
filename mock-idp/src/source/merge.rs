//! Laying one document over another: maps merge, every other value replaces.

use super::node::{Node, Value};

impl Node {
    /// This document with `top` laid over it. Where both have a map the maps merge, key by key; elsewhere `top` wins.
    /// Each value and key keeps the span of the document it came from.
    #[must_use]
    pub fn overlaid_with(mut self, top: Node) -> Node {
        match (&mut self.value, top.value) {
            (Value::Map(below), Value::Map(above)) => {
                for entry in above {
                    let value = match below.remove_value(&entry.key) {
                        Some(old) => old.overlaid_with(entry.value),
                        None => entry.value,
                    };
                    below.insert(entry.key, entry.key_span, value);
                }
                self
            }
            (_, value) => Node::new(value, top.span),
        }
    }
}

impl super::node::Map {
    /// Takes a value out and leaves its key where it was, so that the order of the lower document survives.
    fn remove_value(&mut self, key: &str) -> Option<Node> {
        let slot = self.get_mut(key)?;
        let empty = Node::new(Value::Null, slot.span);
        Some(std::mem::replace(slot, empty))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::source::{Sources, parse};

    #[test]
    fn maps_merge_and_everything_else_replaces() {
        let mut sources = Sources::new();
        let below = parse(&mut sources, "a.yaml", "x: {a: 1, b: [1, 2]}\ny: 1\n").unwrap();
        let above = parse(&mut sources, "b.yaml", "x: {b: [3], c: 4}\n").unwrap();
        let both = below.overlaid_with(above);
        assert_eq!(both.to_json(), json!({"x": {"a": 1, "b": [3], "c": 4}, "y": 1}));
        assert_eq!(sources.name(both.at("/x/a").unwrap().span.source), "a.yaml");
        assert_eq!(sources.name(both.at("/x/b/0").unwrap().span.source), "b.yaml");
    }
}

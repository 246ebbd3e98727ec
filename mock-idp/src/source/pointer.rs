//! JSON pointers (RFC 6901) into a tree, and paths as people write them.

use super::node::{Node, Value};
use super::text::Span;

impl Node {
    /// The node at a JSON pointer; the empty pointer is this node.
    pub fn at(&self, pointer: &str) -> Option<&Node> {
        segments(pointer).try_fold(self, |node, segment| node.child(&segment))
    }

    /// The node at a JSON pointer, or the deepest one on the way to it that exists.
    pub fn nearest(&self, pointer: &str) -> &Node {
        let mut node = self;
        for segment in segments(pointer) {
            let Some(child) = node.child(&segment) else { break };
            node = child;
        }
        node
    }

    /// Where the last key of a JSON pointer was written; for an item of a list, where the item was.
    pub fn key_span(&self, pointer: &str) -> Option<Span> {
        let (parent, last) = pointer.rsplit_once('/')?;
        let parent = self.at(parent)?;
        let last = unescape(last);
        match &parent.value {
            Value::Map(map) => map.entry(&last).map(|entry| entry.key_span),
            Value::List(_) => parent.child(&last).map(|item| item.span),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
        }
    }

    fn child(&self, segment: &str) -> Option<&Node> {
        match &self.value {
            Value::Map(map) => map.get(segment),
            Value::List(items) => items.get(segment.parse::<usize>().ok()?),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
        }
    }
}

/// A JSON pointer as people write a path: `/idp/clients/app/flows/0` is `idp.clients.app.flows[0]`.
pub fn words(pointer: &str) -> String {
    let mut path = String::new();
    for segment in segments(pointer) {
        if segment.parse::<usize>().is_ok() && !path.is_empty() {
            path.push('[');
            path.push_str(&segment);
            path.push(']');
        } else {
            if !path.is_empty() {
                path.push('.');
            }
            path.push_str(&segment);
        }
    }
    path
}

/// The last part of a path as people write it, an item of a list with the key of its list.
pub(super) fn last_words(pointer: &str) -> String {
    let path = words(pointer);
    path.rsplit('.').next().unwrap_or_default().to_owned()
}

/// A pointer to the member `key` of what `pointer` names: `key` may have any characters.
pub fn member(pointer: &str, key: &str) -> String {
    format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"))
}

fn segments(pointer: &str) -> impl Iterator<Item = String> {
    pointer.split('/').skip(1).map(unescape)
}

fn unescape(segment: &str) -> String {
    segment.replace("~1", "/").replace("~0", "~")
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::nothing("", "")]
    #[case::nested("/idp/users/ben", "idp.users.ben")]
    #[case::item("/steps/0/login", "steps[0].login")]
    #[case::key_with_a_slash("/claims/https:~1~1acme.test~1roles", "claims.https://acme.test/roles")]
    fn a_pointer_reads_as_a_path(#[case] pointer: &str, #[case] path: &str) {
        assert_eq!(words(pointer), path);
    }
}

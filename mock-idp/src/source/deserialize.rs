//! A tree to a Rust type, for what a schema cannot see.

use serde::de::DeserializeOwned;
use serde_path_to_error::{Path, Segment};

use super::diagnostic::{Diagnostic, code};
use super::node::Node;
use super::pointer::{last_words, member};

/// Fills a `T` from the tree. Checked by a [`super::Schema`] first, a tree fails here only on what no schema says.
///
/// # Errors
/// The first mistake, at the deepest value that serde's path names.
pub fn deserialize<T: DeserializeOwned>(node: &Node) -> Result<T, Vec<Diagnostic>> {
    serde_path_to_error::deserialize(node.to_json()).map_err(|error| {
        let pointer = pointer(error.path());
        let said = error.inner().to_string();
        let place = last_words(&pointer);
        let title = if place.is_empty() { said } else { format!("`{place}`: {said}") };
        let found = node.nearest(&pointer);
        vec![Diagnostic::error(code::WRONG_TYPE, title).at(found.span, found.kind())]
    })
}

fn pointer(path: &Path) -> String {
    path.iter().fold(String::new(), |pointer, segment| match segment {
        Segment::Seq { index } => format!("{pointer}/{index}"),
        Segment::Map { key } => member(&pointer, key),
        Segment::Enum { .. } | Segment::Unknown => pointer,
    })
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;
    use crate::source::{Sources, parse};

    #[derive(Debug, Deserialize)]
    struct Users {
        users: Vec<User>,
    }

    #[derive(Debug, Deserialize)]
    struct User {
        age: u8,
    }

    #[test]
    fn a_mistake_is_found_at_its_value() {
        let mut sources = Sources::new();
        let node = parse(&mut sources, "a.yaml", "users:\n  - age: 3\n  - age: 300\n").unwrap();
        let mistake = deserialize::<Users>(&node).unwrap_err().remove(0);
        assert_eq!(sources.slice(mistake.primary.unwrap().span), "300");
        assert!(mistake.title.starts_with("`age`: invalid value: integer `300`"), "{}", mistake.title);
    }

    #[test]
    fn a_tree_fills_a_type() {
        let node = parse(&mut Sources::new(), "a.yaml", "users: [{age: 3}]").unwrap();
        assert_eq!(deserialize::<Users>(&node).unwrap().users[0].age, 3);
    }
}

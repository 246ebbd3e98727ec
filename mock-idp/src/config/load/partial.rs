//! The part of a block that has no mistakes, so that a slip in one setting does not hide what others contradict.

use crate::source::{Diagnostic, Entry, Map, Node, Span, Value};

/// Settings that others are compared with: where one of these is wrong, nothing can be said about the rest.
const COMPARED_WITH: [&str; 2] = ["persona", "scopes"];

/// The block without whatever the mistakes are about: a client is left out altogether, so that nobody misses what was only
/// misspelt in it; a user stays by name.
pub(super) fn sound_part(block: &Node, mistakes: &[Diagnostic]) -> Option<Node> {
    let places: Vec<Span> = mistakes
        .iter()
        .filter(|mistake| mistake.is_error())
        .map(|mistake| mistake.primary.as_ref().map(|label| label.span))
        .collect::<Option<_>>()?;
    let mut sound = Map::new();
    for entry in block.as_map()? {
        if !is_mistaken(entry, &places) {
            sound.insert(entry.key.clone(), entry.key_span, entry.value.clone());
            continue;
        }
        if COMPARED_WITH.contains(&entry.key.as_str()) {
            return None;
        }
        if let Some(members) =
            entry.value.as_map().filter(|_| matches!(entry.key.as_str(), "clients" | "users"))
        {
            let left = sound_members(members, &places, entry.key == "users");
            sound.insert(entry.key.clone(), entry.key_span, Node::new(Value::Map(left), entry.value.span));
        }
    }
    Some(Node::new(Value::Map(sound), block.span))
}

fn sound_members(members: &Map, places: &[Span], by_name: bool) -> Map {
    let mut sound = Map::new();
    for member in members {
        if !is_mistaken(member, places) {
            sound.insert(member.key.clone(), member.key_span, member.value.clone());
        } else if by_name {
            let nothing = Node::new(Value::Map(Map::new()), member.value.span);
            sound.insert(member.key.clone(), member.key_span, nothing);
        }
    }
    sound
}

fn is_mistaken(entry: &Entry, places: &[Span]) -> bool {
    let holds = |outer: Span, inner: &Span| {
        outer.source == inner.source && outer.start <= inner.start && inner.end <= outer.end
    };
    places.iter().any(|place| holds(entry.value.span, place) || holds(entry.key_span, place))
}

//! YAML 1.2 text to a [`Node`].
//!
//! Built on a parser that yields events with byte ranges, because a tree built by deserialization would stop at the
//! first repeated key and would not know where keys stand. Syntax has one mistake at most; everything that can be
//! noticed in well-formed text is noticed in one pass.

mod events;

use std::borrow::Cow;
use std::collections::BTreeMap;

use granit_parser::{Event, ScalarStyle, StructureStyle, Tag};

use self::events::{Events, starts_a_node};
use super::diagnostic::{Diagnostic, code};
use super::json_text;
use super::node::{Entry, Map, Node, Value};
use super::scalar;
use super::text::{SourceId, Sources, Span};

/// More values than this, aliases followed, are refused.
const MOST_VALUES: usize = 200_000;

/// Reads a file's bytes, which must be UTF-8. The text is kept in `sources` under `name` in any case.
///
/// # Errors
/// Every mistake that was found, in the order of the file.
pub fn parse_bytes(sources: &mut Sources, name: &str, bytes: Vec<u8>) -> Result<Node, Vec<Diagnostic>> {
    let text = decoded(sources, name, bytes)?;
    parse(sources, name, text)
}

/// Reads a file's bytes, and keeps what they hold where the text can be read to its end, so that the rest can be looked at
/// in the same pass. Of keys that stand twice the first use counts; a number that would lose digits is text.
pub fn parse_despite_mistakes(
    sources: &mut Sources,
    name: &str,
    bytes: Vec<u8>,
) -> (Option<Node>, Vec<Diagnostic>) {
    match decoded(sources, name, bytes) {
        Ok(text) => read(sources, name, text),
        Err(mistakes) => (None, mistakes),
    }
}

/// Reads a text: JSON if `name` ends in `.json`, else YAML 1.2, of which JSON is a subset. An empty text is null.
/// The text is kept in `sources` under `name` in any case.
///
/// # Errors
/// Every mistake that was found, in the order of the file.
pub fn parse(sources: &mut Sources, name: &str, text: impl Into<String>) -> Result<Node, Vec<Diagnostic>> {
    let (node, mistakes) = read(sources, name, text);
    node.filter(|_| mistakes.is_empty()).ok_or(mistakes)
}

fn decoded(sources: &mut Sources, name: &str, bytes: Vec<u8>) -> Result<String, Vec<Diagnostic>> {
    String::from_utf8(bytes).map_err(|error| {
        let byte = error.utf8_error().valid_up_to();
        let id = sources.add(name, String::from_utf8_lossy(error.as_bytes()));
        let found = Span::new(id, byte, byte + char::REPLACEMENT_CHARACTER.len_utf8());
        vec![
            Diagnostic::error(code::ENCODING, "the file is not UTF-8")
                .at(found, "not a character in UTF-8")
                .help("save the file as UTF-8"),
        ]
    })
}

/// What a text holds, as far as it can be read, and what is wrong with it.
fn read(sources: &mut Sources, name: &str, text: impl Into<String>) -> (Option<Node>, Vec<Diagnostic>) {
    let id = sources.add(name, text);
    let text = sources.text(id);
    let is_json = name.rsplit_once('.').is_some_and(|(_, extension)| extension.eq_ignore_ascii_case("json"));
    if let Some(mistake) = is_json.then(|| json_text::mistake(id, text)).flatten() {
        return (None, vec![mistake]);
    }
    Reader::new(id, text).document()
}

/// A step that cannot go on: what was wrong is among the mistakes already.
struct Stopped;

struct Reader<'t> {
    events: Events<'t>,
    anchors: BTreeMap<usize, Node>,
    values: usize,
    mistakes: Vec<Diagnostic>,
}

impl<'t> Reader<'t> {
    fn new(source: SourceId, text: &'t str) -> Self {
        Self { events: Events::new(source, text), anchors: BTreeMap::new(), values: 0, mistakes: Vec::new() }
    }

    fn document(mut self) -> (Option<Node>, Vec<Diagnostic>) {
        let root = self.root().ok();
        Diagnostic::sort(&mut self.mistakes);
        (root, self.mistakes)
    }

    fn root(&mut self) -> Result<Node, Stopped> {
        let mut root = None;
        while let Some((event, span)) = self.next()? {
            if matches!(event, Event::DocumentStart(..)) && root.is_some() {
                let found = Diagnostic::error(code::UNSUPPORTED, "a file holds one document")
                    .at(span, "a second one");
                return self.stop(found.help("put it into a file of its own"));
            }
            if starts_a_node(&event) {
                root = Some(self.node(event, span)?);
            }
        }
        Ok(root.unwrap_or_else(|| Node::new(Value::Null, self.events.start())))
    }

    /// The node that starts with `event`, children included.
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the parser's list of events is open; `starts_a_node` is ours"
    )]
    fn node(&mut self, event: Event<'t>, span: Span) -> Result<Node, Stopped> {
        self.spend(1, span)?;
        let (node, anchor) = match event {
            Event::Scalar(text, style, anchor, tag) => {
                (self.scalar(text, style, tag.as_deref(), span), anchor)
            }
            Event::SequenceStart(style, anchor, tag) => {
                self.tag_allowed(tag.as_deref(), &["seq"], span);
                (self.list(style, span)?, anchor)
            }
            Event::MappingStart(style, anchor, tag) => {
                self.tag_allowed(tag.as_deref(), &["map"], span);
                (self.map(style, span)?, anchor)
            }
            Event::Alias(anchor) => (self.alias(anchor, span)?, 0),
            Event::UnresolvedAlias(name) => {
                let mistake =
                    Diagnostic::error(code::UNSUPPORTED, format!("no value above is named `&{name}`"));
                self.mistakes.push(mistake.at(span, "names nothing"));
                (Node::new(Value::Null, span), 0)
            }
            _ => (Node::new(Value::Null, span), 0),
        };
        if anchor != 0 {
            self.anchors.insert(anchor, node.clone());
        }
        Ok(node)
    }

    fn scalar(&mut self, text: Cow<'_, str>, style: ScalarStyle, tag: Option<&Tag>, span: Span) -> Node {
        let as_text = tag.is_some_and(|tag| tag.is_yaml_core_schema_tag("str"));
        if !as_text {
            self.tag_allowed(tag, &["null", "bool", "int", "float"], span);
        }
        if as_text || style != ScalarStyle::Plain {
            return Node::string(text, span);
        }
        let value = scalar::plain(&text).unwrap_or_else(|scalar::TooManyDigits| {
            self.mistakes.push(
                Diagnostic::error(code::NUMBER, format!("the integer `{text}` would lose digits"))
                    .at(span, "more than 64 bits")
                    .help(format!("write `\"{text}\"` to keep it as text")),
            );
            Value::String(text.clone().into_owned())
        });
        Node::new(value, span)
    }

    fn list(&mut self, style: StructureStyle, start: Span) -> Result<Node, Stopped> {
        let mut items: Vec<Node> = Vec::new();
        let end = loop {
            match self.some_event(start)? {
                (Event::SequenceEnd, end) => break end,
                (event, span) => items.push(self.node(event, span)?),
            }
        };
        let last = if style == StructureStyle::Flow { Some(end) } else { items.last().map(|item| item.span) };
        Ok(Node::new(Value::List(items), last.map_or(start, |last| start.to(last))))
    }

    fn map(&mut self, style: StructureStyle, start: Span) -> Result<Node, Stopped> {
        let mut map = Map::new();
        let mut seen: BTreeMap<String, Span> = BTreeMap::new();
        let mut merged: Vec<Node> = Vec::new();
        let mut last = start;
        let end = loop {
            match self.some_event(start)? {
                (Event::MappingEnd, end) => break end,
                (event, key_span) => {
                    let is_merge =
                        matches!(&event, Event::Scalar(text, ScalarStyle::Plain, ..) if text == "<<");
                    let key = self.key(event, key_span)?;
                    let (event, span) = self.some_event(key_span)?;
                    let value = self.node(event, span)?;
                    last = value.span;
                    let Some(key) = key else { continue };
                    if is_merge {
                        merged.push(value);
                    } else if let Some(first) = seen.get(&key) {
                        self.duplicate(&key, *first, key_span);
                    } else {
                        seen.insert(key.clone(), key_span);
                        map.push_new(Entry { key, key_span, value });
                    }
                }
            }
        };
        for value in merged {
            self.merge(&mut map, value);
        }
        let last = if style == StructureStyle::Flow { end } else { last };
        Ok(Node::new(Value::Map(map), start.to(last)))
    }

    fn key(&mut self, event: Event<'t>, span: Span) -> Result<Option<String>, Stopped> {
        if let Event::Scalar(text, ..) = &event {
            return Ok(Some(text.clone().into_owned()));
        }
        self.node(event, span)?;
        self.mistakes.push(Diagnostic::error(code::UNSUPPORTED, "a key must be text").at(span, "not text"));
        Ok(None)
    }

    fn duplicate(&mut self, key: &str, first: Span, second: Span) {
        self.mistakes.push(
            Diagnostic::error(code::DUPLICATE_KEY, format!("key `{key}` stands twice in this map"))
                .at(second, "second use")
                .also(first, "first use")
                .help("keep one of them"),
        );
    }

    /// YAML's merge key: what the map does not have itself it takes from the merged one, or from the first that has it.
    fn merge(&mut self, map: &mut Map, value: Node) {
        let span = value.span;
        match value.value {
            Value::Map(base) => {
                for entry in base {
                    if map.get(&entry.key).is_none() {
                        map.push_new(entry);
                    }
                }
            }
            Value::List(bases) if bases.iter().all(|base| base.as_map().is_some()) => {
                for base in bases {
                    self.merge(map, base);
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::List(_) => {
                let mistake = Diagnostic::error(code::UNSUPPORTED, "`<<` merges maps and nothing else");
                self.mistakes.push(mistake.at(span, "not a map").help("to use it as a key, write `\"<<\"`"));
            }
        }
    }

    fn alias(&mut self, anchor: usize, span: Span) -> Result<Node, Stopped> {
        let Some(node) = self.anchors.get(&anchor).cloned() else {
            let mistake = Diagnostic::error(code::UNSUPPORTED, "a value cannot contain itself");
            return self.stop(mistake.at(span, "stands inside the value that it names"));
        };
        self.spend(node.size(), span)?;
        Ok(Node::new(node.value, span))
    }

    /// Tags other than YAML's own for this kind of value would be silently lost, so they are refused.
    fn tag_allowed(&mut self, tag: Option<&Tag>, own: &[&str], span: Span) {
        let Some(tag) = tag else { return };
        if !own.iter().any(|own| tag.is_yaml_core_schema_tag(own)) {
            self.mistakes.push(
                Diagnostic::error(code::UNSUPPORTED, format!("tag `{tag}` has no meaning here"))
                    .at(span, "a tagged value")
                    .help("remove the tag; `!!str` makes a number text"),
            );
        }
    }

    fn spend(&mut self, values: usize, span: Span) -> Result<(), Stopped> {
        self.values = self.values.saturating_add(values);
        if self.values <= MOST_VALUES {
            return Ok(());
        }
        let title = format!("the document has more than {MOST_VALUES} values once its aliases are followed");
        self.stop(Diagnostic::error(code::TOO_LARGE, title).at(span, "too many from here on"))
    }

    fn some_event(&mut self, open: Span) -> Result<(Event<'t>, Span), Stopped> {
        match self.next()? {
            Some(event) => Ok(event),
            None => {
                self.stop(Diagnostic::error(code::SYNTAX, "the text ends too early").at(open, "not closed"))
            }
        }
    }

    fn next(&mut self) -> Result<Option<(Event<'t>, Span)>, Stopped> {
        self.events.next().or_else(|mistake| self.stop(*mistake))
    }

    fn stop<T>(&mut self, mistake: Diagnostic) -> Result<T, Stopped> {
        self.mistakes.push(mistake);
        Err(Stopped)
    }
}

#[cfg(test)]
mod tests;

//! Where in a document a product's mistake is.

use mock_idp::source::{Node, Sources, Span, Value};

use crate::decision::{Doubt, Mistake};

/// The place of a mistake whose path is a JSON pointer, `line 3` of a text, or the name of a setting.
pub fn of(mistake: &Mistake, inside: &str, node: &Node, sources: &Sources) -> Span {
    let about_a_key =
        mistake.message.starts_with("unknown ") && !mistake.message.starts_with("unknown variant ");
    let key = || node.key_span(inside).filter(|_| about_a_key);
    let value = || node.at(inside).filter(|_| inside.starts_with('/')).map(|found| found.span);
    key()
        .or_else(value)
        .or_else(|| line_below(inside, node, sources))
        .or_else(|| key_anywhere(node, inside.rsplit('/').next().unwrap_or(inside).trim()))
        .unwrap_or_else(|| node.nearest(inside).span)
}

/// The place of what a product doubts: the part of the setting where that is written as it reads.
pub fn of_doubt(doubt: &Doubt, node: &Node, sources: &Sources) -> Span {
    let whole = of(&doubt.about, &doubt.about.path, node, sources);
    let part = Some(doubt.part.as_str()).filter(|part| !part.is_empty());
    let at = part.and_then(|part| Some((sources.slice(whole).find(part)?, part.len())));
    at.map_or(whole, |(at, len)| Span::new(whole.source, whole.start + at, whole.start + at + len))
}

/// A line of the text at a JSON pointer, `/env/line 3`, or of a document that is one text.
fn line_below(inside: &str, node: &Node, sources: &Sources) -> Option<Span> {
    let below = inside.rsplit_once('/').filter(|(_, line)| line.starts_with("line "));
    let below = below.and_then(|(text, line)| Some((node.at(text)?, line)));
    let (text, inside) = below.unwrap_or((node, inside));
    line(inside.trim(), text, sources)
}

/// `line 3`, or the line that assigns to a variable, in a document that is one text.
fn line(inside: &str, node: &Node, sources: &Sources) -> Option<Span> {
    node.as_str()?;
    let number = inside.strip_prefix("line ").and_then(|number| number.parse::<usize>().ok());
    let name = inside.rsplit('/').next().unwrap_or(inside);
    let mut start = node.span.start;
    for (index, line) in sources.slice(node.span).split('\n').enumerate() {
        let assigned = line.trim_start().trim_start_matches("export ").split('=').next().unwrap_or_default();
        let is_it = number.map_or(!name.is_empty() && assigned.trim() == name, |number| number == index + 1);
        if is_it {
            return Some(Span::new(node.span.source, start, start + line.trim_end().len()));
        }
        start += line.len() + 1;
    }
    None
}

/// Where a setting of one of these names was written: the one with this value, if one has it.
pub fn of_setting(names: &[&str], value: &str, node: &Node, sources: &Sources) -> Option<Span> {
    let mut found = Vec::new();
    settings(names, node, sources, &mut found);
    let with_value = found.iter().find(|(written, _)| written == value);
    with_value.or(found.first()).map(|(_, span)| *span)
}

/// Every setting of one of these names, in a map or in a line of a text.
fn settings(names: &[&str], node: &Node, sources: &Sources, found: &mut Vec<(String, Span)>) {
    match &node.value {
        Value::Map(map) => {
            for entry in map {
                if names.contains(&entry.key.as_str()) {
                    let text = entry.value.as_str().unwrap_or_default();
                    found.push((text.to_owned(), entry.value.span));
                } else {
                    settings(names, &entry.value, sources, found);
                }
            }
        }
        Value::List(items) => items.iter().for_each(|item| settings(names, item, sources, found)),
        Value::String(_) => {
            for span in names.iter().filter_map(|name| line(name, node, sources)) {
                let value = sources.slice(span).split_once('=').map_or("", |(_, value)| value.trim());
                found.push((value.trim_matches(['"', '\'']).to_owned(), span));
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn key_anywhere(node: &Node, name: &str) -> Option<Span> {
    let in_entry = |key: &str, span, value| if key == name { Some(span) } else { key_anywhere(value, name) };
    match &node.value {
        Value::Map(map) => map.iter().find_map(|entry| in_entry(&entry.key, entry.key_span, &entry.value)),
        Value::List(items) => items.iter().find_map(|item| key_anywhere(item, name)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    }
}

//! The documents that a preview is given: files or standard input, in whatever form they are pasted.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Read};
use std::path::Path;

use mock_idp::source::{Diagnostic, Node, Sources, Span, parse_bytes};
use serde_json::Value;

use crate::decision::{Document, Mistake, ProductKind};
use crate::preview::{Located, NearMiss};
use crate::scenario::load::place;

/// Documents by what they are for, with the texts they came from.
#[derive(Debug, Default)]
pub(super) struct Documents {
    pub(super) sources: Sources,
    /// Mistakes in the texts themselves.
    pub(super) mistakes: Vec<Diagnostic>,
    nodes: BTreeMap<&'static str, Node>,
}

impl Documents {
    /// Reads one document; `-` is standard input.
    pub(super) fn read(&mut self, part: &'static str, path: &Path, input: &mut dyn Read) -> io::Result<()> {
        let mut bytes = Vec::new();
        let name = if path == Path::new("-") {
            input.read_to_end(&mut bytes)?;
            "stdin".to_owned()
        } else {
            bytes = fs::read(path)?;
            path.to_string_lossy().into_owned()
        };
        if let Some(text) = std::str::from_utf8(&bytes).ok().filter(|text| is_plain_text(part, &name, text)) {
            let text = if part == "config" { text } else { text.trim() };
            let source = self.sources.add(name, text);
            self.nodes.insert(part, Node::string(text, Span::new(source, 0, text.len())));
            return Ok(());
        }
        match parse_bytes(&mut self.sources, &name, bytes) {
            Ok(node) => {
                self.nodes.insert(part, node);
            }
            Err(mistakes) => self.mistakes.extend(mistakes),
        }
        Ok(())
    }

    /// Takes in a text that is no file's.
    pub(super) fn add(&mut self, part: &'static str, name: &str, text: &str) {
        match parse_bytes(&mut self.sources, name, text.as_bytes().to_vec()) {
            Ok(node) => {
                self.nodes.insert(part, node);
            }
            Err(mistakes) => self.mistakes.extend(mistakes),
        }
    }

    /// What was read for this part.
    pub(super) fn value(&self, part: &str) -> Option<Value> {
        self.nodes.get(part).map(Node::to_json)
    }

    /// Where a near miss stands; that in a JWT, or in a token response, stands nowhere by itself.
    pub(super) fn place_of(&self, miss: &NearMiss) -> Option<Located> {
        let (document, path) = (miss.document, miss.path.as_str());
        let own = match document {
            Document::IdToken => "claims",
            Document::AccessToken => "access_token",
            Document::Userinfo => "userinfo",
            Document::Config | Document::State | Document::Request | Document::Default => return None,
        };
        let in_given = || self.nodes.get("given").and_then(|node| node.at(&format!("/{}", document.name())));
        // Claims that were given alone stand for both tokens.
        let in_response =
            || self.nodes.get("claims").and_then(|node| node.at(&format!("/{}", document.name())));
        let claims = || in_response().or_else(|| self.nodes.get("claims"));
        let given = self.nodes.get(own).filter(|_| own != "claims");
        let node = given.or_else(claims).or_else(in_given)?;
        let value = || node.at(path);
        let entry = miss.entry.as_deref().and_then(|entry| Some(self.entry(entry, value()?)));
        let span = entry.or_else(|| node.key_span(path)).or_else(|| value().map(|node| node.span))?;
        let (file, start) = (self.sources.name(span.source), self.sources.position(span.source, span.start));
        let text =
            self.sources.text(span.source).lines().nth(start.line.saturating_sub(1)).unwrap_or_default();
        Some(Located {
            file: file.to_owned(),
            line: start.line,
            column: start.column,
            width: self.sources.slice(span).lines().next().unwrap_or_default().chars().count(),
            text: text.to_owned(),
        })
    }

    /// Where an entry of a claim's value was written; the whole value where it cannot be told apart.
    fn entry(&self, entry: &str, value: &Node) -> Span {
        if entry.is_empty() {
            return value.span;
        }
        let items = value.as_list().unwrap_or_default();
        if let Some(item) =
            items.iter().find(|item| item.as_str().is_some_and(|it| it.trim() == entry.trim()))
        {
            return item.span;
        }
        let written = self.sources.slice(value.span);
        let is_edge = |c: Option<char>| {
            c.is_none_or(|c| matches!(c, ',' | ';' | ':' | '"' | '\'') || c.is_whitespace())
        };
        let found = written.match_indices(entry).find(|(at, _)| {
            let (before, from) = written.split_at(*at);
            let behind = from.strip_prefix(entry).unwrap_or_default();
            is_edge(before.chars().next_back()) && is_edge(behind.chars().next())
        });
        found.map_or(value.span, |(at, _)| {
            let start = value.span.start + at;
            Span::new(value.span.source, start, start + entry.len())
        })
    }

    /// A mistake at the place that it is about.
    pub(super) fn shown(&self, kind: &dyn ProductKind, mistake: &Mistake) -> Diagnostic {
        let in_given = self.nodes.contains_key("given") && !mistake.path.starts_with("/readings");
        let (part, inside) = if in_given { ("given", mistake.path.as_str()) } else { split(&mistake.path) };
        let code = match part {
            "config" => "P0402",
            "state" => "P0403",
            "readings" => "E0305",
            _ => "P0405",
        };
        let diagnostic = Diagnostic::error(code, mistake.message.clone()).help_if(mistake.help.clone());
        match self.nodes.get(part) {
            Some(node) => {
                let span = place::of(mistake, inside, node, &self.sources);
                diagnostic.at(span, format!("in the {} for {}", in_words(part), kind.title()))
            }
            None => diagnostic,
        }
    }
}

fn in_words(part: &str) -> &str {
    match part {
        "config" => "configuration",
        "access_token" => "access token",
        "userinfo" => "UserInfo response",
        "given" => "input",
        other => other,
    }
}

/// Whether a document is one piece of text: a token, or the lines of a `.env` file.
fn is_plain_text(part: &str, name: &str, text: &str) -> bool {
    let text = text.trim();
    match part {
        "config" => {
            let file = Path::new(name).file_name().unwrap_or_default().to_string_lossy();
            file.starts_with(".env") || file.ends_with(".env")
        }
        "claims" | "access_token" => {
            !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.~+/=".contains(&b))
        }
        _ => false,
    }
}

/// `/config/oidc/0` is the part `config` and the place `/oidc/0` in it; `/config NAME` names a setting by its name.
fn split(path: &str) -> (&str, &str) {
    let path = path.trim_start_matches('/');
    let end = path.find(['/', ' ']).unwrap_or(path.len());
    path.split_at_checked(end).unwrap_or((path, ""))
}

//! Expectations: keys that a step's outcome has, matchers that exist, rules that the product has.

use mock_idp::source::{Diagnostic, Entry, Node, Span, did_you_mean};

use super::{listed, sayable};
use crate::decision::DECISIONS;
use crate::decision::ProductKind;
use crate::products::{self, protocol};
use crate::scenario::matcher;
use crate::scenario::outcome::OUTCOME_KEYS;

pub(super) fn check(tree: &Node, kind: Option<&'static dyn ProductKind>, found: &mut Vec<Diagnostic>) {
    // Which product is meant may be what is wrong.
    let kinds = kind.map_or_else(|| products::ALL.to_vec(), |kind| vec![kind]);
    let own = kinds.into_iter().flat_map(|kind| kind.record_fields().iter().map(|field| field.name));
    let own = own.filter(|name| !OUTCOME_KEYS.contains(name));
    let known: Vec<&str> = OUTCOME_KEYS.iter().copied().chain(own).collect();
    for (index, step) in tree.get("steps").and_then(Node::as_list).unwrap_or_default().iter().enumerate() {
        for part in step.get("snapshot").and_then(Node::as_list).unwrap_or_default() {
            if let Some(name) = part.as_str() {
                key(name, part.span, &known, found);
            }
        }
        let Some(expect) = step.get("expect") else { continue };
        for entry in expect.as_map().into_iter().flatten() {
            key(&entry.key, entry.key_span, &known, found);
            decision(entry, found);
        }
        if let Some(kind) = kind {
            sayable::check(expect, kind, found);
        }
        trace(expect, kind, found);
        matchers(tree, index, expect, found);
    }
}

/// E0201: a key that no outcome has.
fn key(name: &str, span: Span, known: &[&str], found: &mut Vec<Diagnostic>) {
    if !known.contains(&name) {
        let help = did_you_mean(name, known.iter().copied())
            .unwrap_or_else(|| format!("an outcome has {}", listed(known.iter().copied())));
        let unknown = Diagnostic::error("E0201", format!("unknown key `{name}` in an expectation"));
        found.push(unknown.at(span, "no outcome has it").help(help));
    }
}

/// E0301: a decision has one of three words.
fn decision(entry: &Entry, found: &mut Vec<Diagnostic>) {
    let word = entry.value.as_str().filter(|word| entry.key == "decision" && !DECISIONS.contains(word));
    if let Some(word) = word {
        let help = did_you_mean(word, DECISIONS.iter().copied())
            .unwrap_or_else(|| format!("decisions are {}", listed(DECISIONS.iter().copied())));
        let unknown = Diagnostic::error("E0301", format!("`{word}` is not a decision"));
        found.push(unknown.at(entry.value.span, "no such decision").help(help));
    }
}

/// E0306: rules that the product has, or that all share.
fn trace(expect: &Node, kind: Option<&'static dyn ProductKind>, found: &mut Vec<Diagnostic>) {
    let Some(kind) = kind else { return };
    for entry in expect.get("trace").and_then(Node::as_map).into_iter().flatten() {
        if !matches!(entry.key.as_str(), "fired" | "not_fired") {
            let unknown = Diagnostic::error("E0201", format!("unknown key `{}` in `trace`", entry.key));
            found.push(unknown.at(entry.key_span, "not read").help("write `fired` or `not_fired`"));
            continue;
        }
        for rule in entry.value.as_list().unwrap_or_default() {
            let Some(id) = rule.as_str() else { continue };
            let ids = || kind.rules().iter().chain(protocol::ALL).map(|rule| rule.id);
            if !ids().any(|known| known == id) {
                let unknown = Diagnostic::error("E0306", format!("{} has no rule `{id}`", kind.title()));
                found.push(unknown.at(rule.span, "no such rule").help_if(did_you_mean(id, ids())));
            }
        }
    }
}

/// E0310: matchers as they must be written.
fn matchers(tree: &Node, step: usize, expect: &Node, found: &mut Vec<Diagnostic>) {
    for mistake in matcher::check(&expect.to_json()) {
        let pointer = format!("/steps/{step}/expect{}", mistake.expectation);
        let span = tree.key_span(&pointer).unwrap_or(expect.span);
        let name = mistake.expectation.rsplit('/').next().unwrap_or_default();
        let help =
            did_you_mean(name, matcher::MATCHERS.iter().map(|(name, _)| *name)).unwrap_or(mistake.help);
        found.push(Diagnostic::error("E0310", mistake.message).at(span, "not understood").help(help));
    }
}

//! The product section against the vendor's own configuration, and against the clients of the provider.

use std::collections::BTreeMap;

use mock_idp::source::{Diagnostic, Node, Sources, did_you_mean};

use super::clients::Presented;
use super::listed;
use crate::decision::{Mistake, ProductKind, ReadingMistake, Setup};
use crate::scenario::load::place;

pub(super) fn check(
    tree: &Node,
    kind: Option<&'static dyn ProductKind>,
    sources: &Sources,
    found: &mut Vec<Diagnostic>,
) {
    let Some(kind) = kind else { return };
    readings(tree.get("readings"), kind, found);
    let setup = Setup {
        vendor: tree.at("/product/config").map(Node::to_json).unwrap_or_default(),
        base_url: None,
        readings: chosen(tree.get("readings"), kind),
    };
    let config = tree.at("/product/config");
    let (product, mistakes) = kind.read(&setup);
    let what = format!("{} configuration", kind.title());
    found.extend(shown(config, &mistakes, "P0402", sources, what));
    super::doubts::tell(config, product.as_ref(), sources, found);
    let written = tree.at("/product/state");
    let (state, wrong) = product.read_state(&written.map(Node::to_json).unwrap_or_default());
    found.extend(shown(written, &wrong, "P0403", sources, format!("{} state", kind.title())));
    let presented = Presented { tree, sources, settings: kind.settings(), mistakes: &mistakes };
    presented.check(product.profile(), found);
    super::claims::check(tree, kind, (product.as_ref(), state), found);
    restarts(tree, kind, setup, sources, found);
}

/// The settings and readings of each restart, laid over those before it.
fn restarts(
    tree: &Node,
    kind: &dyn ProductKind,
    mut setup: Setup,
    sources: &Sources,
    found: &mut Vec<Diagnostic>,
) {
    let mut config = tree.at("/product/config").cloned();
    for step in tree.get("steps").and_then(Node::as_list).unwrap_or_default() {
        let Some(restart) = step.get("restart") else { continue };
        readings(restart.get("readings"), kind, found);
        setup.readings.extend(chosen(restart.get("readings"), kind));
        if let Some(over) = restart.get("config").cloned() {
            config = Some(match config {
                Some(config) => config.overlaid_with(over),
                None => over,
            });
        }
        setup.vendor = config.as_ref().map(Node::to_json).unwrap_or_default();
        let (product, mistakes) = kind.read(&setup);
        let what = format!("{} configuration", kind.title());
        found.extend(shown(config.as_ref(), &mistakes, "P0402", sources, what));
        super::doubts::tell(config.as_ref(), product.as_ref(), sources, found);
    }
}

/// The readings that there are, with choices that there are.
fn chosen(written: Option<&Node>, kind: &dyn ProductKind) -> BTreeMap<String, String> {
    let has = |id: &str, name: &str| {
        let reading = kind.readings().iter().find(|reading| reading.id == id);
        reading.is_some_and(|reading| reading.choices.iter().any(|choice| choice.name == name))
    };
    let entries = written.and_then(Node::as_map).into_iter().flatten();
    let chosen = entries.filter_map(|entry| Some((entry.key.as_str(), entry.value.as_str()?)));
    chosen.filter(|(id, name)| has(id, name)).map(|(id, name)| (id.to_owned(), name.to_owned())).collect()
}

/// E0305: a reading or a choice that the product does not have.
fn readings(written: Option<&Node>, kind: &dyn ProductKind, found: &mut Vec<Diagnostic>) {
    for entry in written.and_then(Node::as_map).into_iter().flatten() {
        let known = kind.readings();
        let Some(reading) = known.iter().find(|reading| reading.id == entry.key) else {
            let ids = known.iter().map(|reading| reading.id);
            let mistake =
                ReadingMistake::UnknownReading { id: entry.key.clone(), known: ids.clone().collect() };
            let help = did_you_mean(&entry.key, ids.clone())
                .unwrap_or_else(|| format!("{} has {}", kind.title(), listed(ids)));
            found.push(
                Diagnostic::error("E0305", mistake.to_string())
                    .at(entry.key_span, "no such reading")
                    .help(help),
            );
            continue;
        };
        let Some(choice) = entry.value.as_str() else { continue };
        let choices = reading.choices.iter().map(|choice| choice.name);
        if !choices.clone().any(|known| known == choice) {
            let mistake = ReadingMistake::UnknownChoice {
                id: reading.id,
                choice: choice.to_owned(),
                known: choices.clone().collect(),
            };
            found.push(
                Diagnostic::error("E0305", mistake.to_string())
                    .at(entry.value.span, "no such choice")
                    .help(format!("choices are {}", listed(choices)))
                    .with_note(reading.question),
            );
        }
    }
}

/// A mistake in a part of the product section; `what` names the part.
fn shown<'m>(
    part: Option<&'m Node>,
    mistakes: &'m [Mistake],
    code: &'static str,
    sources: &'m Sources,
    what: String,
) -> impl Iterator<Item = Diagnostic> + 'm {
    mistakes.iter().map(move |mistake| {
        let help = mistake.help.clone().or_else(|| offered(&mistake.message));
        let diagnostic = Diagnostic::error(code, mistake.message.clone()).help_if(help);
        match part {
            Some(node) => {
                diagnostic.at(place::of(mistake, &mistake.path, node, sources), format!("in this {what}"))
            }
            None => diagnostic.with_note(format!("the {what} is missing")),
        }
    })
}

/// A name near the unknown one, out of those that serde says it expected: "unknown field `a`, expected one of `b`, `c`".
fn offered(message: &str) -> Option<String> {
    let mut names = message.strip_prefix("unknown ")?.split('`').skip(1).step_by(2);
    did_you_mean(names.next()?, names)
}

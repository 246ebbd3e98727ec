//! What a schema cannot see: names that must exist, settings that must fit together, steps that prove nothing.

mod allow;
mod claims;
mod clients;
mod doubts;
mod expectations;
mod product;
mod sayable;
mod steps;

use std::collections::BTreeSet;

use mock_idp::config;
use mock_idp::source::{Diagnostic, Node, Sources, did_you_mean, near};

#[cfg(test)]
pub(crate) use self::allow::SILENCEABLE;
pub(super) use self::allow::retain;
use super::LoadOptions;
use crate::decision::ProductKind;
use crate::products;
use crate::scenario::tags::TagExpression;

/// The mistakes of one case's tree, whatever the schema says of it.
pub(super) fn case(tree: &Node, options: &LoadOptions<'_>, sources: &Sources) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    required(tree, &mut found);
    only_and_skip(tree, options, &mut found);
    tags(tree, &mut found);
    allow::check(tree, &mut found);
    if let Some(idp) = tree.get("idp") {
        found.extend(config::read("/idp", idp).map_or_else(|mistakes| mistakes, |loaded| loaded.warnings));
    }
    let kind = kind(tree, &mut found);
    product::check(tree, kind, sources, &mut found);
    steps::check(tree, &mut found);
    expectations::check(tree, kind, &mut found);
    found
}

/// The mistakes of a file that only show once all its cases are known, whatever else is wrong with them.
pub(super) fn file(merged: &Node, used: &BTreeSet<String>, cases: &[Node]) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    unused_columns(merged, used, &mut found);
    steps::positive_control(cases, &mut found);
    found
}

fn required(tree: &Node, found: &mut Vec<Diagnostic>) {
    for key in ["name", "product", "steps"] {
        if tree.get(key).is_none() {
            found.push(
                Diagnostic::error("E0209", format!("a scenario needs `{key}`")).at(tree.span, "has none"),
            );
        }
    }
}

fn only_and_skip(tree: &Node, options: &LoadOptions<'_>, found: &mut Vec<Diagnostic>) {
    if let Some(only) = tree.get("only").filter(|only| options.ci && only.as_bool() == Some(true)) {
        let left = Diagnostic::error("E0404", "`only` under `--ci`").at(only.span, "runs nothing but this");
        found.push(left.help("take it out before you commit"));
    }
    for (holder, place) in [(Some(tree), "a scenario")].into_iter().chain(
        tree.get("steps")
            .and_then(Node::as_list)
            .unwrap_or_default()
            .iter()
            .map(|step| (Some(step), "a step")),
    ) {
        let skip = holder.and_then(|holder| holder.get("skip")).and_then(|skip| Some((skip, skip.as_str()?)));
        if let Some((skip, _)) = skip.filter(|(_, reason)| reason.trim().is_empty()) {
            let bare = Diagnostic::error("E0404", format!("{place} is skipped without a reason"));
            found.push(bare.at(skip.span, "empty").help("say why: `skip: waiting for …`"));
        }
    }
}

/// E0207: a tag that an expression can name.
fn tags(tree: &Node, found: &mut Vec<Diagnostic>) {
    let of_cases = tree.get("cases").and_then(Node::as_list).unwrap_or_default().iter();
    let lists = of_cases.filter_map(|case| case.get("tags")).chain(tree.get("tags"));
    for tag in lists.filter_map(Node::as_list).flatten() {
        let Some(text) = tag.as_str() else { continue };
        if TagExpression::parse(text) != Ok(TagExpression::Tag(text.to_owned())) {
            let wrong = Diagnostic::error("E0207", format!("no tag expression can name the tag `{text}`"));
            let plain: Vec<&str> = text.split([' ', '(', ')']).filter(|word| !word.is_empty()).collect();
            let help = Some(plain.join("-")).filter(|plain| plain != text && !plain.is_empty());
            let help = help.map(|plain| format!("write `{plain}`"));
            found.push(wrong.at(tag.span, "one word, and not `and`, `or` or `not`").help_if(help));
        }
    }
}

/// The product, or the one that was probably meant.
fn kind(tree: &Node, found: &mut Vec<Diagnostic>) -> Option<&'static dyn ProductKind> {
    let written = tree.at("/product/kind")?;
    let name = written.as_str()?;
    products::named(name).or_else(|| {
        let known: Vec<&str> = products::ALL.iter().map(|kind| kind.name()).collect();
        let help = did_you_mean(name, known.iter().copied())
            .unwrap_or_else(|| format!("products are {}", known.join(", ")));
        let unknown = Diagnostic::error("E0302", format!("unknown product `{name}`"));
        found.push(unknown.at(written.span, "no such product").help(help));
        near(name, known).first().and_then(|meant| products::named(meant))
    })
}

fn unused_columns(merged: &Node, used: &BTreeSet<String>, found: &mut Vec<Diagnostic>) {
    let Some(cases) = merged.get("cases") else { return };
    let columns: Vec<(String, mock_idp::source::Span)> = match cases.get("columns").and_then(Node::as_list) {
        Some(columns) => {
            columns.iter().filter_map(|column| Some((column.as_str()?.to_owned(), column.span))).collect()
        }
        None => cases
            .as_list()
            .unwrap_or_default()
            .iter()
            .filter_map(Node::as_map)
            .flat_map(|row| row.iter().map(|entry| (entry.key.clone(), entry.key_span)))
            .collect(),
    };
    let mut told = BTreeSet::new();
    for (name, span) in columns {
        let reserved = matches!(name.as_str(), "id" | "skip" | "only" | "tags" | "notes" | "allow");
        if !reserved && !used.contains(&format!("case.{name}")) && told.insert(name.clone()) {
            let unused = Diagnostic::warning("W0504", format!("no step uses the case value `{name}`"));
            found
                .push(unused.at(span, "never used").help(format!("write `$(case.{name})` where it belongs")));
        }
    }
}

/// A list of names as an error shows it.
pub(super) fn listed<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    names.into_iter().collect::<Vec<_>>().join(", ")
}

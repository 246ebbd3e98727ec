//! A preview as a page: headings, tables and lists, which Markdown and HTML show each in its way.

use super::difference::right;
use super::questions::Answers;
use super::text::{Level, agreement, consequence, evidence, from, leaves, outcome, read};
use super::{Preview, WhatIf};
use crate::decision::Envelope;

/// A piece of a page.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Block {
    /// A product's name and what it decided.
    Title(String),
    /// The name of a part.
    Heading(&'static str),
    /// A sentence.
    Sentence(String),
    /// Rows below column names.
    Table(&'static [&'static str], Vec<Vec<String>>),
    /// Text whose line breaks count.
    Verbatim(String),
}

/// The page of several previews.
pub(super) fn page(shown: &[(&Preview, &Answers)], level: Level) -> Vec<Block> {
    shown.iter().flat_map(|(preview, answers)| blocks(preview, answers, level)).collect()
}

fn blocks(preview: &Preview, answers: &Answers, level: Level) -> Vec<Block> {
    let mut blocks = vec![Block::Title(title(preview))];
    blocks.push(Block::Sentence(format!("Identity is read from: {}.", preview.identity)));
    blocks.extend(preview.notes.iter().map(|note| Block::Sentence(format!("Note: {note}."))));
    if answers.replace_the_decision() {
        blocks.extend([Block::Heading("Answers"), Block::Verbatim(answers.tell())]);
        return blocks;
    }
    blocks.extend(refusal(preview));
    blocks.extend(rights(preview));
    blocks.extend(result(preview));
    blocks.extend(near_misses(preview));
    blocks.extend(certainty(preview));
    if level != Level::Off {
        blocks.extend(decisions(preview, level));
    }
    blocks
}

fn title(preview: &Preview) -> String {
    let envelope = &preview.envelope;
    let reason = envelope.reason.as_ref().map_or(String::new(), |reason| format!(": {reason}"));
    let who = super::table::who(envelope).map_or(String::new(), |who| format!(", {who}"));
    format!("{}: {}{reason}{who}", preview.title, envelope.decision.replace('_', " "))
}

/// The claims that a refusal is about, and the check that failed.
fn refusal(preview: &Preview) -> Vec<Block> {
    let Envelope { claims, rejection, .. } = &preview.envelope;
    let claims = claims.as_ref().map(|claims| format!("It is about the claims: {}.", claims.join(", ")));
    let check = rejection.as_ref().map(|it| format!("The check {} ({}): {}.", it.name, it.clause, it.detail));
    [claims, check].into_iter().flatten().map(Block::Sentence).collect()
}

fn rights(preview: &Preview) -> Vec<Block> {
    let rows: Vec<Vec<String>> = preview.grants.iter().map(|grant| vec![right(grant)]).collect();
    if rows.is_empty() {
        return vec![Block::Sentence("It gives no rights.".to_owned())];
    }
    vec![Block::Heading("Rights"), Block::Table(&["right"], rows)]
}

fn result(preview: &Preview) -> Vec<Block> {
    let envelope = &preview.envelope;
    let mut rows = Vec::new();
    for (key, value) in &envelope.record {
        leaves(key, &format!("/{}", key.replace('~', "~0").replace('/', "~1")), value, &mut rows);
    }
    let behind = |pointer: &str| super::text::because(envelope, pointer).trim().to_owned();
    let mut table: Vec<Vec<String>> =
        rows.into_iter().map(|(path, pointer, value)| vec![path, value, behind(&pointer)]).collect();
    for (name, codes) in [("effects", &envelope.effects), ("findings", &envelope.findings)] {
        for (index, code) in codes.iter().enumerate() {
            table.push(vec![name.to_owned(), code.clone(), behind(&format!("/{name}/{index}"))]);
        }
    }
    if table.is_empty() {
        Vec::new()
    } else {
        vec![Block::Heading("Result"), Block::Table(&["value", "is", "because of"], table)]
    }
}

fn near_misses(preview: &Preview) -> Vec<Block> {
    let row = |miss: &super::NearMiss| {
        let (edit, then) =
            miss.what_if.as_ref().map_or((String::new(), String::new()), |what_if: &WhatIf| {
                let caution =
                    if what_if.difference.raises() { " (raises privilege; nothing applies it)" } else { "" };
                (what_if.edit.to_string(), format!("{}{caution}", what_if.difference))
            });
        let help = miss.help.clone().unwrap_or_default();
        vec![miss.code.to_owned(), miss.message.clone(), help, edit, then]
    };
    let rows: Vec<Vec<String>> = preview.near_misses.iter().map(row).collect();
    if rows.is_empty() {
        return Vec::new();
    }
    let columns = &["code", "what is wrong", "help", "edit", "then"];
    let mut blocks = vec![Block::Heading("Almost right"), Block::Table(columns, rows)];
    if preview.more_near_misses > 0 {
        blocks.push(Block::Sentence(format!("And {} more.", preview.more_near_misses)));
    }
    blocks
}

fn certainty(preview: &Preview) -> Vec<Block> {
    let certainty = &preview.certainty;
    if certainty.is_certain() {
        return vec![Block::Sentence(format!("Certain: {}.", agreement(certainty.played)))];
    }
    let row = |swing: &super::Swing| {
        let chosen = swing.readings.iter().map(|chosen| format!("{}={}", chosen.reading, chosen.choice));
        vec![chosen.collect::<Vec<_>>().join(" with "), swing.difference.to_string()]
    };
    let rows = certainty.swings.iter().map(row).collect();
    vec![Block::Heading("Not certain"), Block::Table(&["another reading", "would change"], rows)]
}

fn decisions(preview: &Preview, level: Level) -> Vec<Block> {
    let steps = preview.envelope.trace.steps.iter().filter(|step| level.shows(step));
    let row = |step: &crate::decision::Step| {
        vec![
            step.seq.0.to_string(),
            step.rule.to_owned(),
            evidence(step.evidence).to_owned(),
            outcome(step.outcome).to_owned(),
            step.title.to_owned(),
            step.reads.iter().map(read).collect::<Vec<_>>().join("; "),
            format!("{}{}", step.why, from(&step.because)),
            step.then.iter().map(consequence).collect::<Vec<_>>().join("; "),
        ]
    };
    let rows = steps.map(row).collect();
    let columns = &["#", "rule", "known", "became", "says", "read", "why", "then"];
    vec![Block::Heading("Decisions, in the order they were taken"), Block::Table(columns, rows)]
}

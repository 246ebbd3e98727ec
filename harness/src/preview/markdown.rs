//! A preview as Markdown, for an issue or the summary of a job.

use super::page::{Block, page};
use super::questions::Answers;
use super::text::put;
use super::{Level, Preview};
use crate::markup::escape::markdown as escaped;

/// Previews, each with the answers to what was asked about it.
pub fn markdown(shown: &[(&Preview, &Answers)], level: Level) -> String {
    let mut out = String::new();
    for block in page(shown, level) {
        match block {
            Block::Title(title) => put(&mut out, format_args!("# {}\n", escaped(&title))),
            Block::Heading(heading) => put(&mut out, format_args!("## {heading}\n")),
            Block::Sentence(sentence) => put(&mut out, format_args!("{}\n", escaped(&sentence))),
            Block::Table(columns, rows) => out.push_str(&table(columns, &rows)),
            Block::Verbatim(text) => out.push_str(&verbatim(&text)),
        }
        out.push('\n');
    }
    out
}

fn table(columns: &[&str], rows: &[Vec<String>]) -> String {
    let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
    let mut out = line(columns.iter().map(|column| (*column).to_owned()).collect());
    out.push_str(&line(columns.iter().map(|_| "---".to_owned()).collect()));
    for row in rows {
        out.push_str(&line(row.iter().map(|cell| escaped(cell)).collect()));
    }
    out
}

/// A fence longer than any in the text.
fn verbatim(text: &str) -> String {
    let mut fence = "```".to_owned();
    while text.contains(&fence) {
        fence.push('`');
    }
    format!("{fence}text\n{}\n{fence}\n", text.trim_end())
}

//! Diagnostics as people read them (rustc's form) and as programs do (JSON).

use std::collections::BTreeMap;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use serde_json::{Value, json};

use super::diagnostic::{Diagnostic, Label, Severity};
use super::text::{SourceId, Sources, Span};

/// With or without colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Text alone.
    Plain,
    /// Text with terminal escapes.
    Ansi,
}

/// Draws every diagnostic, an empty line between them and a line feed at the end.
pub fn render(diagnostics: &[Diagnostic], sources: &Sources, style: Style) -> String {
    let renderer = match style {
        Style::Plain => Renderer::plain(),
        Style::Ansi => Renderer::styled(),
    };
    let drawn: Vec<String> =
        diagnostics.iter().map(|d| renderer.render(&[group(d, sources)]) + "\n").collect();
    drawn.join("\n")
}

/// The diagnostics as a JSON list. Lines and columns count from 1, bytes from 0; `range` is the same for editors: lines
/// and UTF-16 code units, counted from 0 (Language Server Protocol).
pub fn to_json(diagnostics: &[Diagnostic], sources: &Sources) -> Value {
    diagnostics
        .iter()
        .map(|d| {
            json!({
                "code": d.code,
                "severity": word(d.severity),
                "title": d.title,
                "at": d.primary.as_ref().map(|label| place(label, sources)),
                "related": d.secondary.iter().map(|label| place(label, sources)).collect::<Value>(),
                "help": d.help,
                "notes": d.notes,
            })
        })
        .collect()
}

fn group<'a>(diagnostic: &'a Diagnostic, sources: &'a Sources) -> Group<'a> {
    let title =
        level(diagnostic.severity).primary_title(diagnostic.title.as_str()).id(diagnostic.code.as_ref());
    let mut group = Group::with_title(title);
    for snippet in snippets(diagnostic, sources) {
        group = group.element(snippet);
    }
    for help in &diagnostic.help {
        group = group.element(Level::HELP.message(help.as_str()));
    }
    for note in &diagnostic.notes {
        group = group.element(Level::NOTE.message(note.as_str()));
    }
    group
}

/// One snippet per text, that of the primary label first.
fn snippets<'a>(
    diagnostic: &'a Diagnostic,
    sources: &'a Sources,
) -> Vec<Snippet<'a, annotate_snippets::Annotation<'a>>> {
    let primary = diagnostic.primary.iter().map(|label| (AnnotationKind::Primary, label));
    let secondary = diagnostic.secondary.iter().map(|label| (AnnotationKind::Context, label));
    let mut by_source: BTreeMap<(bool, SourceId), Vec<(AnnotationKind, &Label)>> = BTreeMap::new();
    let home = diagnostic.primary.as_ref().map(|label| label.span.source);
    for (kind, label) in primary.chain(secondary) {
        let source = label.span.source;
        by_source.entry((Some(source) != home, source)).or_default().push((kind, label));
    }
    let snippet = |((_, source), labels): ((bool, SourceId), Vec<(AnnotationKind, &'a Label)>)| {
        let empty = Snippet::source(sources.text(source)).path(sources.name(source)).fold(true);
        labels.into_iter().fold(empty, |snippet, (kind, label)| {
            let span = sources.first_line(label.span);
            let text = (!label.text.is_empty()).then_some(label.text.as_str());
            snippet.annotation(kind.span(span.start..span.end).label(text))
        })
    };
    by_source.into_iter().map(snippet).collect()
}

fn level(severity: Severity) -> Level<'static> {
    match severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    }
}

fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

fn place(label: &Label, sources: &Sources) -> Value {
    let Span { source, start, end } = label.span;
    let position = |byte| {
        let at = sources.position(source, byte);
        json!({"line": at.line, "column": at.column, "utf16_column": at.utf16_column, "byte": at.byte})
    };
    let for_editors = |byte| {
        let at = sources.position(source, byte);
        json!({"line": at.line.saturating_sub(1), "character": at.utf16_column.saturating_sub(1)})
    };
    json!({
        "file": sources.name(source),
        "start": position(start),
        "end": position(end),
        "range": {"start": for_editors(start), "end": for_editors(end)},
        "label": label.text,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example() -> (Sources, Diagnostic) {
        let mut sources = Sources::new();
        let here = sources.add("shared.yaml", "users:\n  ben: {}\n");
        let there = sources.add("ü.yaml", "# 😀\nlogin: bne\n");
        let diagnostic = Diagnostic::error("E0303", "user `bne` is not defined")
            .at(Span::new(there, 14, 17), "no such user")
            .also(Span::new(here, 9, 12), "`ben` is defined here")
            .help("did you mean `ben`?")
            .with_note("users are named under `idp.users`");
        (sources, diagnostic)
    }

    #[test]
    fn two_files_are_shown_with_carets_and_help() {
        let (sources, diagnostic) = example();
        insta::assert_snapshot!(render(&[diagnostic], &sources, Style::Plain));
    }

    #[test]
    fn programs_get_lines_columns_and_bytes() {
        let (sources, diagnostic) = example();
        insta::assert_json_snapshot!(to_json(&[diagnostic], &sources));
    }

    #[test]
    fn a_message_without_a_place_is_its_title() {
        let message = Diagnostic::error("E0103", "cannot read `x.yaml`");
        assert_eq!(render(&[message], &Sources::new(), Style::Plain), "error[E0103]: cannot read `x.yaml`\n");
    }
}

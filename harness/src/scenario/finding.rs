//! What `check` says about files, as reports tell it.

use mock_idp::source::{Diagnostic, Severity, Sources, Span, Style, render};

use super::event::{Finding, Level, Place};

/// A diagnostic, with its place spelled out.
pub fn finding(diagnostic: &Diagnostic, sources: &Sources) -> Finding {
    Finding {
        code: diagnostic.code.to_string(),
        severity: match diagnostic.severity {
            Severity::Error => Level::Error,
            Severity::Warning => Level::Warning,
            Severity::Note => Level::Note,
        },
        title: diagnostic.title.clone(),
        place: diagnostic.primary.as_ref().map(|label| place(label.span, sources)),
        help: diagnostic.help.clone(),
        rendered: render(std::slice::from_ref(diagnostic), sources, Style::Ansi),
    }
}

/// Where a span begins, and where it ends on that line.
pub(super) fn place(span: Span, sources: &Sources) -> Place {
    let start = sources.position(span.source, span.start);
    let shown = sources.slice(span);
    let width = shown.lines().next().unwrap_or_default().chars().count();
    Place {
        file: sources.name(span.source).to_owned(),
        line: start.line,
        column: start.column,
        end_column: start.column + width.max(1),
    }
}

#[cfg(test)]
mod tests {
    use mock_idp::source::{Sources, Span};

    use super::place;

    #[test]
    fn a_place_ends_on_its_first_line_and_is_never_empty() {
        let mut sources = Sources::new();
        let id = sources.add("a.yaml", "ü: one\n  two\n");
        let columns = |start, end| {
            let place = place(Span::new(id, start, end), &sources);
            (place.line, place.column, place.end_column)
        };
        assert_eq!(columns(4, 13), (1, 4, 7));
        assert_eq!(columns(4, 4), (1, 4, 5));
        assert_eq!(columns(10, 13), (2, 3, 6));
    }
}

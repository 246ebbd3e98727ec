//! The YAML parser's events, with spans of our own and the one mistake that syntax can have.

use granit_parser::{Event, Parser, ScanError, StrInput};

use super::super::diagnostic::{Diagnostic, code};
use super::super::json_text::next_char;
use super::super::text::{SourceId, Span};

/// Deeper nesting than this is refused; later steps walk the tree by recursion.
const MOST_NESTED: usize = 64;

/// The events of one text.
pub(super) struct Events<'t> {
    source: SourceId,
    text: &'t str,
    parser: Parser<'t, StrInput<'t>>,
}

impl<'t> Events<'t> {
    pub(super) fn new(source: SourceId, text: &'t str) -> Self {
        let options = granit_parser::options! {
            emit_comments: false,
            emit_unresolved_aliases: true,
            flow_nesting_limit: MOST_NESTED,
            block_nesting_limit: MOST_NESTED,
        };
        Self { source, text, parser: Parser::new_from_str_with_options(text, options) }
    }

    /// The place before everything.
    pub(super) fn start(&self) -> Span {
        Span::new(self.source, 0, 0)
    }

    /// The next event; none after the last.
    pub(super) fn next(&mut self) -> Result<Option<(Event<'t>, Span)>, Box<Diagnostic>> {
        match self.parser.next_event() {
            None => Ok(None),
            Some(Ok((event, span))) => {
                let range = span.byte_range().unwrap_or_default();
                Ok(Some((event, Span::new(self.source, range.start, range.end))))
            }
            Some(Err(error)) => Err(Box::new(self.syntax(&error))),
        }
    }

    fn syntax(&self, error: &ScanError) -> Diagnostic {
        let byte = error.marker().byte_offset().unwrap_or(self.text.len()).min(self.text.len());
        let reason = error.kind().to_string().replace('\'', "`");
        let found = Span::new(self.source, byte, next_char(self.text, byte));
        let mistake = Diagnostic::error(code::SYNTAX, format!("this is not YAML: {reason}"))
            .at(found, "the text stops being YAML here")
            .help_if(self.help(byte));
        match open_bracket(self.text, byte) {
            Some((open, closing)) => mistake
                .also(Span::new(self.source, open, open + 1), "opened here")
                .help(format!("close it with `{closing}`")),
            None => mistake,
        }
    }

    /// What to do about the two mistakes that cannot be seen.
    fn help(&self, byte: usize) -> Option<String> {
        let found = self.text.get(byte..).and_then(|rest| rest.chars().next());
        if let Some(control) = found.filter(|c| c.is_control() && *c > ' ') {
            return Some(format!("in double quotes, write it as `\\u{:04X}`", u32::from(control)));
        }
        let line = self.text.get(..byte).and_then(|before| before.rsplit('\n').next()).unwrap_or_default();
        let tab = line.trim_start().is_empty() && line.contains('\t');
        tab.then(|| "indent with spaces; YAML does not allow tabs there".to_owned())
    }
}

/// Whether a value begins with this event.
pub(super) fn starts_a_node(event: &Event<'_>) -> bool {
    matches!(
        event,
        Event::Scalar(..)
            | Event::SequenceStart(..)
            | Event::MappingStart(..)
            | Event::Alias(_)
            | Event::UnresolvedAlias(_)
    )
}

/// The innermost bracket before `byte` that was opened on an earlier line and not closed, with what closes it.
fn open_bracket(text: &str, byte: usize) -> Option<(usize, char)> {
    let mut open: Vec<(usize, char)> = Vec::new();
    let mut quote = None;
    let mut comment = false;
    let mut before = '\n';
    for (at, found) in text.get(..byte)?.char_indices() {
        match (quote, found) {
            _ if comment => comment = found != '\n',
            (Some(quoted), _) => quote = Some(quoted).filter(|quoted| *quoted != found),
            // An apostrophe inside a word opens nothing.
            (None, '"' | '\'') if " [{,:\n".contains(before) => quote = Some(found),
            (None, '#') if before.is_whitespace() => comment = true,
            (None, '[') => open.push((at, ']')),
            (None, '{') => open.push((at, '}')),
            (None, ']' | '}') => drop(open.pop()),
            (None, _) => {}
        }
        before = found;
    }
    let (at, closing) = open.pop()?;
    text.get(at..byte)?.contains('\n').then_some((at, closing))
}

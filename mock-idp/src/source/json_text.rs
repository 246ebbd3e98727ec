//! A file that calls itself JSON must be JSON, not merely YAML.

use serde::de::IgnoredAny;

use super::diagnostic::{Diagnostic, code};
use super::text::{SourceId, Span};

/// The first place where `text` is not JSON.
pub(super) fn mistake(source: SourceId, text: &str) -> Option<Diagnostic> {
    let error = serde_json::from_str::<IgnoredAny>(text).err()?;
    let said = error.to_string();
    let reason = said.split(" at line ").next().unwrap_or_default();
    let byte = offset(text, error.line(), error.column());
    let found = text.get(byte..).is_some_and(|rest| rest.starts_with(['}', ']']));
    let behind_a_comma = found && text.get(..byte).is_some_and(|before| before.trim_end().ends_with(','));
    Some(
        Diagnostic::error(code::SYNTAX, format!("this is not JSON: {reason}"))
            .at(Span::new(source, byte, next_char(text, byte)), "the text stops being JSON here")
            .help_if(behind_a_comma.then(|| "take out the comma before it".to_owned()))
            .help("a file named `.json` is read as strict JSON; name it `.yaml` to use YAML"),
    )
}

/// The byte that `serde_json`'s line and column (in bytes, of the last byte read) name.
fn offset(text: &str, line: usize, column: usize) -> usize {
    let line_start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let mut byte = (line_start + column.saturating_sub(1)).min(text.len());
    while !text.is_char_boundary(byte) {
        byte -= 1;
    }
    byte
}

/// The end of the character at `byte`.
pub(super) fn next_char(text: &str, byte: usize) -> usize {
    let width = text.get(byte..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
    byte + width
}

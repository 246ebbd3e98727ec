//! The texts that were read, and places in them.

/// Names one text of a [`Sources`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct SourceId(usize);

/// A range of bytes in one text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// The text.
    pub source: SourceId,
    /// The first byte.
    pub start: usize,
    /// The byte after the last.
    pub end: usize,
}

impl Span {
    /// A range of bytes in `source`.
    pub fn new(source: SourceId, start: usize, end: usize) -> Self {
        Self { source, start, end: end.max(start) }
    }

    /// From the start of this span to the end of `last`, which must lie in the same text to count.
    #[must_use]
    pub fn to(self, last: Span) -> Self {
        if last.source == self.source { Self::new(self.source, self.start, last.end) } else { self }
    }
}

/// A place as people and editors count it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// From 1.
    pub line: usize,
    /// From 1, in Unicode characters.
    pub column: usize,
    /// From 1, in UTF-16 code units, which is what editors ask for.
    pub utf16_column: usize,
    /// From 0, in bytes of the whole text.
    pub byte: usize,
}

/// Every text that was read, by name.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    files: Vec<Source>,
}

#[derive(Debug, Clone)]
struct Source {
    name: String,
    text: String,
}

impl Sources {
    /// Nothing read yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a text under the name that messages will show: a path, or a flag such as `--user`.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>) -> SourceId {
        self.files.push(Source { name: name.into(), text: text.into() });
        SourceId(self.files.len() - 1)
    }

    /// The name of a text.
    pub fn name(&self, id: SourceId) -> &str {
        self.files.get(id.0).map_or("", |file| &file.name)
    }

    /// A whole text.
    pub fn text(&self, id: SourceId) -> &str {
        self.files.get(id.0).map_or("", |file| &file.text)
    }

    /// What stands at `span`.
    pub fn slice(&self, span: Span) -> &str {
        self.text(span.source).get(span.start..span.end).unwrap_or("")
    }

    /// Where a byte is. A byte behind the end counts as the end.
    pub fn position(&self, source: SourceId, byte: usize) -> Position {
        let text = self.text(source);
        let before = text.get(..byte).unwrap_or(text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let in_line = before.get(line_start..).unwrap_or("");
        Position {
            line: before.matches('\n').count() + 1,
            column: in_line.chars().count() + 1,
            utf16_column: in_line.encode_utf16().count() + 1,
            byte: before.len(),
        }
    }

    /// `span` cut at the end of its first line: what a caret can underline.
    pub(super) fn first_line(&self, span: Span) -> Span {
        let end = self.slice(span).find('\n').map_or(span.end, |newline| span.start + newline);
        Span::new(span.source, span.start, end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_and_utf16_units_from_one() {
        let mut sources = Sources::new();
        let id = sources.add("a.yaml", "a: 1\nü: \"😀\" # x\n");
        let hash = sources.text(id).find('#').unwrap();
        let at = sources.position(id, hash);
        assert_eq!((at.line, at.column, at.utf16_column, at.byte), (2, 8, 9, hash));
    }

    #[test]
    fn a_place_behind_the_end_is_the_end() {
        let mut sources = Sources::new();
        let id = sources.add("a.yaml", "ab\n");
        assert_eq!(sources.position(id, 99).line, 2);
    }
}

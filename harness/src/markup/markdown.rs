//! Markdown: headings, sentences and tables, none of whose text is markup, and never longer than is allowed.

use std::fmt::Write as _;

use super::escape;

/// A page that grows up to a limit.
#[derive(Debug)]
pub struct Page {
    text: String,
    limit: usize,
    left_out: usize,
}

/// Room for the sentence that says what was left out.
const RESERVE: usize = 200;

impl Page {
    /// An empty page of at most `limit` bytes.
    pub const fn new(limit: usize) -> Self {
        Self { text: String::new(), limit, left_out: 0 }
    }

    /// A heading of the first to sixth level.
    pub fn heading(&mut self, level: usize, text: &str) {
        self.put(&format!("{} {}\n\n", "#".repeat(level), escaped(text)));
    }

    /// A paragraph.
    pub fn sentence(&mut self, text: &str) {
        self.put(&format!("{}\n\n", escaped(text)));
    }

    /// A list.
    pub fn list<'a>(&mut self, items: impl IntoIterator<Item = &'a str>) {
        for item in items {
            self.put(&format!("- {}\n", escaped(item)));
        }
        self.put("\n");
    }

    /// A table. The first row that does not fit is the last of the page.
    pub fn table(&mut self, columns: &[&str], rows: impl IntoIterator<Item = Vec<String>>) {
        let cells: Vec<String> = columns.iter().map(|column| escaped(column)).collect();
        let rule = vec!["---"; columns.len()];
        self.put(&format!("| {} |\n| {} |\n", cells.join(" | "), rule.join(" | ")));
        for row in rows {
            let cells: Vec<String> = row.iter().map(|cell| escaped(cell)).collect();
            self.put(&format!("| {} |\n", cells.join(" | ")));
        }
        self.put("\n");
    }

    /// The page, with a word about what did not fit.
    pub fn finish(mut self) -> String {
        if self.left_out > 0 {
            // Writing to a `String` does not fail.
            let _ = write!(self.text, "\n{} more rows and paragraphs are left out.\n", self.left_out);
        }
        let end = self.text.trim_end().len();
        self.text.truncate(end);
        self.text.push('\n');
        self.text
    }

    /// Adds a piece as a whole or not at all, and nothing behind a piece that was left out.
    fn put(&mut self, piece: &str) {
        if self.left_out > 0 || self.text.len() + piece.len() > self.limit.saturating_sub(RESERVE) {
            self.left_out += usize::from(!piece.trim().is_empty());
        } else {
            self.text.push_str(piece);
        }
    }
}

/// Somebody else's text, which may have come from a terminal.
fn escaped(text: &str) -> String {
    escape::markdown(&super::plain(text))
}

#[cfg(test)]
mod tests {
    use super::Page;

    #[test]
    fn a_page_ends_at_a_row_and_says_how_many_are_left_out() {
        let mut page = Page::new(300);
        page.table(&["a"], (0..100).map(|row| vec![format!("row {row}")]));
        page.sentence("the end");
        let text = page.finish();
        assert!(text.len() <= 300, "{}", text.len());
        insta::assert_snapshot!(text);
    }

    #[test]
    fn no_text_is_markup() {
        let mut page = Page::new(1000);
        page.table(&["a|b", "c"], [vec!["<b>|\n`x`".to_owned(), "[y](z) \u{1b}[1mbold\u{1b}[0m".to_owned()]]);
        let rows = ["| a\\|b | c |", "| --- | --- |", "| &lt;b&gt;\\| \\`x\\` | \\[y\\](z) bold |", ""];
        assert_eq!(page.finish(), rows.join("\n"));
    }
}

//! XML 1.0: elements, attributes, text. What XML has no way to write is left out.

use std::fmt::Write as _;

/// An element.
#[derive(Clone, Debug)]
pub(super) struct Element {
    name: &'static str,
    attributes: Vec<(&'static str, String)>,
    children: Vec<Child>,
}

#[derive(Clone, Debug)]
enum Child {
    Element(Element),
    Text(String),
}

impl Element {
    pub(super) const fn new(name: &'static str) -> Self {
        Self { name, attributes: Vec::new(), children: Vec::new() }
    }

    pub(super) fn attribute(mut self, name: &'static str, value: &(impl ToString + ?Sized)) -> Self {
        self.attributes.push((name, value.to_string()));
        self
    }

    /// An attribute that is left out where there is no value.
    pub(super) fn attribute_if(self, name: &'static str, value: Option<&(impl ToString + ?Sized)>) -> Self {
        match value {
            Some(value) => self.attribute(name, value),
            None => self,
        }
    }

    pub(super) fn text(mut self, text: impl Into<String>) -> Self {
        self.children.push(Child::Text(text.into()));
        self
    }

    pub(super) fn with(mut self, children: impl IntoIterator<Item = Self>) -> Self {
        self.children.extend(children.into_iter().map(Child::Element));
        self
    }

    /// The document whose root this is.
    pub(super) fn document(&self) -> String {
        let mut out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_owned();
        self.write(0, &mut out);
        out
    }

    fn write(&self, depth: usize, out: &mut String) {
        let indent = "  ".repeat(depth);
        // Writing to a `String` does not fail.
        let _ = write!(out, "{indent}<{}", self.name);
        for (name, value) in &self.attributes {
            let _ = write!(out, " {name}=\"{}\"", escaped(value, true));
        }
        let text = self.children.iter().any(|child| matches!(child, Child::Text(_)));
        match self.children.as_slice() {
            [] => out.push_str("/>\n"),
            // White space is part of a text, so an element that has some is not laid out.
            children if text => {
                out.push('>');
                for child in children {
                    match child {
                        Child::Text(text) => out.push_str(&escaped(text, false)),
                        Child::Element(element) => element.write(0, out),
                    }
                }
                let _ = writeln!(out, "</{}>", self.name);
            }
            children => {
                out.push_str(">\n");
                for child in children {
                    if let Child::Element(element) = child {
                        element.write(depth + 1, out);
                    }
                }
                let _ = writeln!(out, "{indent}</{}>", self.name);
            }
        }
    }
}

/// XML 1.0, 2.2: `Char ::= #x9 | #xA | #xD | [#x20-#xD7FF] | [#xE000-#xFFFD] | [#x10000-#x10FFFF]`. There is no way to write
/// another character, not even as a reference.
const fn is_char(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..='\u{10FFFF}')
}

fn escaped(text: &str, attribute: bool) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars().filter(|c| is_char(*c)) {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' if attribute => out.push_str("&quot;"),
            // Written as themselves, these would be read as a space in an attribute, and `\r` as `\n` in a text.
            '\n' | '\t' if attribute => out.push_str(if c == '\n' { "&#10;" } else { "&#9;" }),
            '\r' => out.push_str("&#13;"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::proptest;

    use super::{Element, is_char};

    #[test]
    fn what_xml_cannot_write_is_left_out_and_the_rest_is_escaped() {
        let element = Element::new("a").attribute("b", "1 < \"2\"\n\u{1b}[0m").text("x]]>\u{0}\u{FFFE}&\r\n");
        let document = element.document();
        let (_, body) = document.split_once('\n').unwrap();
        assert_eq!(body, "<a b=\"1 &lt; &quot;2&quot;&#10;[0m\">x]]&gt;&amp;&#13;\n</a>\n");
    }

    proptest! {
        #[test]
        fn another_parser_reads_what_was_written(attribute in "\\PC*", text in "(?s).*") {
            let keep = |text: &str| -> String { text.chars().filter(|c| is_char(*c)).collect() };
            let written = Element::new("a").attribute("b", &attribute).text(&text).document();
            let read = uppsala::parse(&written).unwrap();
            let root = read.document_element().unwrap();
            assert_eq!(read.element(root).unwrap().get_attribute("b").unwrap_or_default(), keep(&attribute));
            assert_eq!(read.text_content_deep(root), keep(&text));
        }
    }
}

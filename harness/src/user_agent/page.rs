//! What a page offers: forms, links, frames, and where it goes by itself.

use html5gum::{DefaultEmitter, HtmlString, Spanned, StartTag, Token, Tokenizer};
use http::{HeaderMap, Method};
use std::collections::BTreeMap;
use url::Url;

/// A loaded document.
#[derive(Clone, Debug)]
pub struct Page {
    /// The final address, with its fragment.
    pub url: Url,
    /// The HTTP status.
    pub status: u16,
    /// The response headers.
    pub headers: HeaderMap,
    /// The body as text.
    pub body: String,
    /// The forms in document order; empty when the page is not HTML.
    pub forms: Vec<Form>,
    /// Addresses of links (`a href`), absolute, with their text.
    pub links: Vec<(Url, String)>,
    /// Addresses of frames (`iframe src`), absolute.
    pub frames: Vec<Url>,
    /// Where the page goes by itself after it has loaded, other than by submitting a form.
    pub refresh: Option<Url>,
    /// Whether the page submits its first form by itself.
    pub submits_itself: bool,
    /// Whether it writes the fragment of its own address into the first field of that form before.
    pub hands_over_fragment: bool,
}

/// A form of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    /// Where it is sent, absolute.
    pub action: Url,
    /// `GET` or `POST`.
    pub method: Method,
    /// Names and values as they stand now, in document order, buttons left out.
    pub fields: Vec<(String, String)>,
    /// Its submit buttons.
    pub buttons: Vec<Button>,
}

/// A submit button.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Button {
    /// Its name; empty when it sends nothing.
    pub name: String,
    /// Its value.
    pub value: String,
    /// What a person reads on it.
    pub text: String,
}

impl Form {
    /// The form with a field filled in; a field that the page does not have is added.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        match self.fields.iter_mut().find(|(field, _)| field == name) {
            Some(field) => value.clone_into(&mut field.1),
            None => self.fields.push((name.to_owned(), value.to_owned())),
        }
        self
    }

    /// The button with this name and value.
    pub fn button(&self, name: &str, value: &str) -> Option<&Button> {
        self.buttons.iter().find(|button| button.name == name && button.value == value)
    }

    /// The form as sent by pressing `button`.
    #[must_use]
    pub fn pressing(mut self, button: &Button) -> Self {
        if !button.name.is_empty() {
            self.fields.push((button.name.clone(), button.value.clone()));
        }
        self
    }
}

impl Page {
    /// Reads a response.
    pub(super) fn read(url: Url, response: http::Response<Vec<u8>>) -> Self {
        let (parts, body) = response.into_parts();
        let body = String::from_utf8_lossy(&body).into_owned();
        let mut page = Self {
            url,
            status: parts.status.as_u16(),
            headers: parts.headers,
            body,
            forms: Vec::new(),
            links: Vec::new(),
            frames: Vec::new(),
            refresh: None,
            submits_itself: false,
            hands_over_fragment: false,
        };
        if page.header("content-type").is_some_and(|kind| kind.starts_with("text/html")) {
            Reader::over(&mut page).read();
        }
        page
    }

    /// A response header, when it is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The first form that has a button with this name and value, and that button.
    pub fn button(&self, name: &str, value: &str) -> Option<(&Form, &Button)> {
        self.forms.iter().find_map(|form| Some((form, form.button(name, value)?)))
    }

    /// The first form that has a field with this name.
    pub fn form_with(&self, field: &str) -> Option<&Form> {
        self.forms.iter().find(|form| form.fields.iter().any(|(name, _)| name == field))
    }
}

type Attributes = BTreeMap<HtmlString, Spanned<HtmlString, ()>>;

/// Collects what a person or a browser could act on, in one pass over the tokens. No tree is needed for that: forms
/// do not nest.
struct Reader<'p> {
    page: &'p mut Page,
    base: Url,
    form: Option<Form>,
    button: Option<Button>,
    link: Option<(Url, String)>,
    area: bool,
    script: bool,
    select: bool,
}

impl<'p> Reader<'p> {
    fn over(page: &'p mut Page) -> Self {
        let base = page.url.clone();
        Self { page, base, form: None, button: None, link: None, area: false, script: false, select: false }
    }

    fn read(mut self) {
        let html = std::mem::take(&mut self.page.body);
        let mut emitter = DefaultEmitter::default();
        emitter.naively_switch_states(true);
        for Ok(token) in Tokenizer::new_with_emitter(html.as_str(), emitter) {
            match token {
                Token::StartTag(tag) => self.open(&tag),
                Token::EndTag(tag) => self.close(&tag.name),
                Token::String(text) => self.text(&String::from_utf8_lossy(&text)),
                Token::Comment(_) | Token::Doctype(_) | Token::Error(_) => {}
            }
        }
        self.page.forms.extend(self.form.take());
        self.page.body = html;
    }

    fn open(&mut self, tag: &StartTag<()>) {
        let attributes = &tag.attributes;
        match tag.name.as_slice() {
            b"body" => self.script(&attribute(attributes, "onload")),
            b"script" => self.script = true,
            b"form" => self.form = Some(self.new_form(attributes)),
            b"input" => self.input(attributes),
            b"select" => {
                self.select = true;
                self.field(attributes);
            }
            // those of a `datalist` are suggestions, and sent by nobody
            b"option" if self.select => self.option(attributes),
            b"textarea" => {
                self.area = !attribute(attributes, "name").is_empty();
                self.field(attributes);
            }
            b"button" if attribute(attributes, "type") != "button" => {
                self.button = Some(Button {
                    name: attribute(attributes, "name"),
                    value: attribute(attributes, "value"),
                    text: String::new(),
                });
            }
            b"a" => self.link = self.join(&attribute(attributes, "href")).map(|url| (url, String::new())),
            b"iframe" => self.page.frames.extend(self.join(&attribute(attributes, "src"))),
            b"meta" if attribute(attributes, "http-equiv").eq_ignore_ascii_case("refresh") => {
                let content = attribute(attributes, "content");
                let target = content.split_once("url=").or_else(|| content.split_once("URL="));
                self.page.refresh = target.and_then(|(_, url)| self.join(url.trim_matches(['"', '\''])));
            }
            _ => {}
        }
    }

    fn close(&mut self, name: &HtmlString) {
        match name.as_slice() {
            b"form" => self.page.forms.extend(self.form.take()),
            b"script" => self.script = false,
            b"textarea" => self.area = false,
            b"select" => self.select = false,
            b"a" => self.page.links.extend(self.link.take()),
            b"button" => {
                if let (Some(form), Some(button)) = (&mut self.form, self.button.take()) {
                    form.buttons.push(button);
                }
            }
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        if self.script {
            self.script(text);
        } else if self.area {
            if let Some((_, value)) = self.form.as_mut().and_then(|form| form.fields.last_mut()) {
                // A line break right after the tag is not part of the text.
                let first = value.is_empty();
                value.push_str(text.strip_prefix('\n').filter(|_| first).unwrap_or(text));
            }
        } else if let Some(button) = &mut self.button {
            button.text.push_str(text.trim());
        } else if let Some((_, label)) = &mut self.link {
            label.push_str(text.trim());
        }
    }

    /// Two things that scripts do are understood: sending a form, and reading the fragment for it.
    fn script(&mut self, script: &str) {
        let submits = script.contains(".submit()") || script.contains(".submit.call(");
        self.page.submits_itself |= submits;
        self.page.hands_over_fragment |= submits && script.contains("location.hash");
    }

    fn new_form(&self, attributes: &Attributes) -> Form {
        let post = attribute(attributes, "method").eq_ignore_ascii_case("post");
        let action = attribute(attributes, "action");
        Form {
            action: self.base.join(&action).unwrap_or_else(|_| self.base.clone()),
            method: if post { Method::POST } else { Method::GET },
            fields: Vec::new(),
            buttons: Vec::new(),
        }
    }

    fn input(&mut self, attributes: &Attributes) {
        let kind = attribute(attributes, "type").to_ascii_lowercase();
        match kind.as_str() {
            "submit" | "image" => {
                let value = attribute(attributes, "value");
                let button = Button { name: attribute(attributes, "name"), text: value.clone(), value };
                if let Some(form) = &mut self.form {
                    form.buttons.push(button);
                }
            }
            "checkbox" | "radio" if !attributes.contains_key(&b"checked"[..]) => {}
            "button" | "reset" => {}
            _ => self.field(attributes),
        }
    }

    fn field(&mut self, attributes: &Attributes) {
        let name = attribute(attributes, "name");
        if let Some(form) = self.form.as_mut().filter(|_| !name.is_empty()) {
            form.fields.push((name, attribute(attributes, "value")));
        }
    }

    /// The first option of a list is sent unless another one is selected.
    fn option(&mut self, attributes: &Attributes) {
        let selected = attributes.contains_key(&b"selected"[..]);
        let Some((_, chosen)) = self.form.as_mut().and_then(|form| form.fields.last_mut()) else { return };
        if selected || chosen.is_empty() {
            *chosen = attribute(attributes, "value");
        }
    }

    fn join(&self, address: &str) -> Option<Url> {
        (!address.is_empty()).then(|| self.base.join(address).ok()).flatten()
    }
}

fn attribute(attributes: &Attributes, name: &str) -> String {
    let value = attributes.get(name.as_bytes());
    value.map(|value| String::from_utf8_lossy(value).into_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests;

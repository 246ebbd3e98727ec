//! Reading members of client metadata, and remembering which were taken over.

use serde_json::{Map, Value};
use url::Url;

use super::RegistrationError;

/// Members as they were sent, and as they will be said to be registered.
///
/// "Omitted" and "null" mean the same (RFC7592-2.2). What nobody reads is ignored and not said back (OIDCR-2).
#[derive(Debug)]
pub(super) struct Members<'a> {
    sent: &'a Map<String, Value>,
    pub(super) registered: Map<String, Value>,
}

impl<'a> Members<'a> {
    pub(super) fn new(sent: &'a Map<String, Value>) -> Self {
        Self { sent, registered: Map::new() }
    }

    pub(super) fn value(&self, member: &str) -> Option<&'a Value> {
        self.sent.get(member).filter(|value| !value.is_null())
    }

    /// Says that a member has this value.
    pub(super) fn say(&mut self, member: &str, value: impl Into<Value>) {
        self.registered.insert(member.to_owned(), value.into());
    }

    /// A string.
    pub(super) fn text(&mut self, member: &str) -> Result<Option<&'a str>, RegistrationError> {
        let Some(value) = self.value(member) else { return Ok(None) };
        let text = value.as_str().ok_or_else(|| wrong(member, "a string"))?;
        self.say(member, text);
        Ok(Some(text))
    }

    /// A list of strings.
    pub(super) fn texts(&mut self, member: &str) -> Result<Option<Vec<&'a str>>, RegistrationError> {
        let Some(value) = self.value(member) else { return Ok(None) };
        let texts: Option<Vec<_>> =
            value.as_array().and_then(|list| list.iter().map(Value::as_str).collect());
        let texts = texts.ok_or_else(|| wrong(member, "a list of strings"))?;
        self.say(member, value.clone());
        Ok(Some(texts))
    }

    /// Yes or no.
    pub(super) fn flag(&mut self, member: &str) -> Result<bool, RegistrationError> {
        let Some(value) = self.value(member) else { return Ok(false) };
        let flag = value.as_bool().ok_or_else(|| wrong(member, "true or false"))?;
        self.say(member, flag);
        Ok(flag)
    }

    /// A number of seconds.
    pub(super) fn seconds(&mut self, member: &str) -> Result<Option<i64>, RegistrationError> {
        let Some(value) = self.value(member) else { return Ok(None) };
        let seconds = value.as_i64().filter(|seconds| *seconds >= 0);
        let seconds = seconds.ok_or_else(|| wrong(member, "a number of seconds"))?;
        self.say(member, seconds);
        Ok(Some(seconds))
    }

    /// A page on the web (RFC7591-2: "a valid web page").
    pub(super) fn page(&mut self, member: &str) -> Result<Option<String>, RegistrationError> {
        let Some(text) = self.text(member)? else { return Ok(None) };
        let url = address(text).filter(|url| matches!(url.scheme(), "http" | "https"));
        url.ok_or_else(|| wrong(member, "an http or https URL"))?;
        Ok(Some(text.to_owned()))
    }

    /// The translations of a member, such as `client_name#ja-Hani-JP` (OIDCR-2.1).
    pub(super) fn translations(&self, member: &str) -> Vec<&'a str> {
        let of_member = |name: &str| {
            let tag = name.strip_prefix(member).and_then(|rest| rest.strip_prefix('#'));
            tag.is_some_and(is_language_tag)
        };
        self.sent
            .iter()
            .filter(|(name, value)| of_member(name) && !value.is_null())
            .map(|(name, _)| name.as_str())
            .collect()
    }
}

/// Letters, digits and hyphens, as BCP 47 has it.
fn is_language_tag(tag: &str) -> bool {
    tag.split('-')
        .all(|part| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

/// A URI that can be put into a header as it stands (RFC3986-2).
pub(super) fn address(text: &str) -> Option<Url> {
    if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return None;
    }
    Url::parse(text).ok()
}

pub(super) fn wrong(member: &str, expected: &'static str) -> RegistrationError {
    RegistrationError::WrongForm { member: member.to_owned(), expected }
}

//! One complaint of the schema library as messages about the file.

use jsonschema::error::ValidationErrorKind as Kind;
use jsonschema::{JsonType, ValidationError};
use serde_json::Value;

use super::{formats, forms, kinds};
use crate::source::diagnostic::{Diagnostic, code};
use crate::source::node::{Node, Value as NodeValue};
use crate::source::pointer::{last_words, member, words};
use crate::source::suggest::{did_you_mean, join, near};

/// More names than this are not listed.
const MOST_LISTED: usize = 16;

/// What is needed to explain: the tree, the schema, and what the tree's root is called.
pub(super) struct Explain<'a> {
    pub(super) root: &'a Node,
    pub(super) schema: &'a Value,
    pub(super) prefix: &'a str,
}

/// A value that was complained about, with all that a message needs.
struct Subject<'a> {
    pointer: String,
    node: &'a Node,
    /// The schema object whose keyword complained.
    rule: &'a Value,
    prefix: &'a str,
}

impl<'a> Explain<'a> {
    /// The messages for one complaint; one of several forms, or with several unknown keys, makes several.
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the library's list is open; what has no sentence here keeps the library's"
    )]
    pub(super) fn error(&self, error: &ValidationError<'_>) -> Vec<Diagnostic> {
        let subject = self.subject(error);
        match error.kind() {
            Kind::AdditionalProperties { unexpected } | Kind::UnevaluatedProperties { unexpected } => {
                unexpected.iter().map(|key| self.unknown_key(&subject, key)).collect()
            }
            Kind::AnyOf { context } | Kind::OneOfNotValid { context } => self.forms(&subject, context),
            Kind::PropertyNames { error } => self.error(error),
            Kind::Type { kind } => vec![subject.wrong_type(&kinds::allowed(kind))],
            Kind::Enum { options } => vec![subject.not_in_list(&forms::texts(options))],
            Kind::Constant { expected_value } => vec![subject.not_in_list(&constant(expected_value))],
            Kind::Format { format } => vec![subject.malformed(format)],
            Kind::Pattern { pattern } => vec![subject.not_matching(pattern)],
            Kind::Required { property } => vec![subject.missing(property.as_str().unwrap_or_default())],
            Kind::MinLength { limit: 1 } | Kind::MinItems { limit: 1 } | Kind::MinProperties { limit: 1 } => {
                vec![subject.out_of_bounds("must not be empty")]
            }
            Kind::Minimum { limit } => vec![subject.out_of_bounds(&format!("must be at least {limit}"))],
            Kind::ExclusiveMinimum { limit } => {
                vec![subject.out_of_bounds(&format!("must be more than {limit}"))]
            }
            Kind::Maximum { limit } => vec![subject.out_of_bounds(&format!("must be at most {limit}"))],
            Kind::UniqueItems => vec![subject.out_of_bounds("names the same item twice")],
            _ => vec![subject.other(error)],
        }
    }

    fn subject(&self, error: &ValidationError<'_>) -> Subject<'a> {
        let pointer = error.instance_path().as_str().to_owned();
        Subject { node: self.root.nearest(&pointer), rule: self.rule(error), pointer, prefix: self.prefix }
    }

    /// The schema object whose keyword complained: the keyword's parent.
    fn rule(&self, error: &ValidationError<'_>) -> &'a Value {
        let place = error.schema_path().as_str();
        let parent = place.rsplit_once('/').map_or("", |(parent, _)| parent);
        self.schema.pointer(parent).unwrap_or(&Value::Null)
    }

    fn forms(&self, subject: &Subject<'a>, context: &[Vec<ValidationError<'static>>]) -> Vec<Diagnostic> {
        match forms::judge(&subject.pointer, context) {
            forms::Verdict::Nearest(complaints) => {
                complaints.iter().flat_map(|error| self.error(error)).collect()
            }
            forms::Verdict::NoneFits { words, .. }
                if !words.is_empty() && subject.node.as_str().is_some() =>
            {
                vec![subject.not_in_list(&words)]
            }
            forms::Verdict::NoneFits { mut types, words } => {
                if !words.is_empty() {
                    types.push(JsonType::String);
                }
                vec![subject.wrong_type(&types)]
            }
        }
    }

    fn unknown_key(&self, subject: &Subject<'a>, key: &str) -> Diagnostic {
        let known = self.known_keys(subject.rule);
        let (given, free): (Vec<&str>, Vec<&str>) =
            known.iter().partition(|known| subject.node.get(known).is_some());
        let help = did_you_mean(key, free.iter().copied())
            .or_else(|| given_already(key, given))
            .or_else(|| without_its_first_words(key, &free))
            .or_else(|| listed(&known));
        let span = self.root.key_span(&member(&subject.pointer, key)).unwrap_or(subject.node.span);
        let label = subject.noun().map_or("not a known key".to_owned(), |noun| format!("not a {noun}"));
        Diagnostic::error(code::UNKNOWN_KEY, format!("unknown key `{key}` {}", subject.place()))
            .at(span, label)
            .help_if(help)
            .help_if(subject.annotation("x-help"))
    }

    /// The keys that an object schema names, also through `$ref`, `allOf`, `anyOf` and `oneOf`.
    fn known_keys(&self, rule: &'a Value) -> Vec<&'a str> {
        let mut keys: Vec<&str> = rule
            .get("properties")
            .and_then(Value::as_object)
            .map(|properties| properties.keys().map(String::as_str).collect())
            .unwrap_or_default();
        let reference =
            rule.get("$ref").and_then(Value::as_str).and_then(|reference| reference.strip_prefix('#'));
        let referred = reference.and_then(|pointer| self.schema.pointer(pointer));
        let combined =
            ["allOf", "anyOf", "oneOf"].into_iter().filter_map(|keyword| rule.get(keyword)?.as_array());
        for part in referred.into_iter().chain(combined.flatten()) {
            keys.extend(self.known_keys(part));
        }
        keys
    }
}

impl Subject<'_> {
    fn name(&self) -> String {
        let name = last_words(&format!("{}{}", self.prefix, self.pointer));
        if name.is_empty() { "the document".to_owned() } else { format!("`{name}`") }
    }

    fn place(&self) -> String {
        let path = words(&format!("{}{}", self.prefix, self.pointer));
        if path.is_empty() { "at the top level".to_owned() } else { format!("in `{path}`") }
    }

    fn annotation(&self, name: &str) -> Option<String> {
        self.rule.get(name)?.as_str().map(str::to_owned)
    }

    fn noun(&self) -> Option<String> {
        self.annotation("x-noun")
    }

    fn code(&self, general: &'static str) -> std::borrow::Cow<'static, str> {
        self.annotation("x-code").map_or(general.into(), Into::into)
    }

    fn bare_kind(&self) -> &'static str {
        self.node.kind().trim_start_matches("an ").trim_start_matches("a ")
    }

    fn text(&self) -> String {
        self.node.as_str().map_or_else(|| self.node.to_json().to_string(), str::to_owned)
    }

    fn wrong_type(&self, types: &[JsonType]) -> Diagnostic {
        let text = self.node.as_str();
        let wants_truth = types.contains(&JsonType::Boolean) && !types.contains(&JsonType::String);
        let found = match text {
            Some(text) if text.chars().count() <= 40 => format!("the text \"{text}\""),
            _ => self.node.kind().to_owned(),
        };
        let title = format!("{} must be {}, found {found}", self.name(), kinds::expected(types));
        let code = if wants_truth && text.is_some() { code::TEXT_FOR_BOOL } else { code::WRONG_TYPE };
        let help = match (self.rewritten(types), self.annotation("x-help")) {
            (Some(rewritten), Some(more)) => Some(format!("{rewritten}; {more}")),
            (rewritten, more) => rewritten.or(more),
        };
        Diagnostic::error(code, title).at(self.node.span, self.bare_kind()).help_if(help)
    }

    /// The same value in a kind that is allowed, ready to type.
    fn rewritten(&self, types: &[JsonType]) -> Option<String> {
        let allows = |kind| types.contains(&kind);
        match &self.node.value {
            NodeValue::String(text) if allows(JsonType::Boolean) => {
                let truth = match text.to_lowercase().as_str() {
                    "yes" | "on" | "y" | "true" | "1" => "true",
                    "no" | "off" | "n" | "false" | "0" => "false",
                    _ => return None,
                };
                let name = last_words(&self.pointer);
                Some(format!(
                    "write `{name}: {truth}`; this format follows YAML 1.2, where yes/no/on/off are plain text"
                ))
            }
            NodeValue::String(text) if allows(JsonType::Integer) && text.parse::<i64>().is_ok() => {
                Some(format!("write `{text}` without quotes"))
            }
            NodeValue::Number(_) | NodeValue::Bool(_) if allows(JsonType::String) => {
                Some(format!("write `\"{}\"`", self.text()))
            }
            NodeValue::Number(_) | NodeValue::Bool(_) | NodeValue::String(_) if allows(JsonType::Array) => {
                Some(format!("write `[{}]`", self.text()))
            }
            NodeValue::Null
            | NodeValue::Bool(_)
            | NodeValue::Number(_)
            | NodeValue::String(_)
            | NodeValue::List(_)
            | NodeValue::Map(_) => None,
        }
    }

    fn not_in_list(&self, options: &[String]) -> Diagnostic {
        let word = self.text();
        let noun = self.noun().unwrap_or_else(|| format!("value of {}", self.name()));
        let names: Vec<&str> = options.iter().map(String::as_str).collect();
        let label = match names.as_slice() {
            [only] => format!("expected `{only}`"),
            _ if names.len() <= MOST_LISTED => format!("expected one of {}", names.join(", ")),
            _ => "not a known one".to_owned(),
        };
        Diagnostic::error(self.code(code::NOT_IN_LIST), format!("`{word}` is not a known {noun}"))
            .at(self.node.span, label)
            .help_if(did_you_mean(&word, names))
            .help_if(self.annotation("x-help"))
    }

    fn malformed(&self, format: &str) -> Diagnostic {
        let text = self.text();
        let form = formats::form(format);
        let name = self.noun().map_or_else(|| form.name.to_owned(), |noun| format!("a {noun}"));
        let repaired = if format == formats::DURATION { formats::repaired_duration(&text) } else { None };
        let example = match (self.annotation("x-example"), repaired) {
            (Some(example), _) => format!("`{example}`"),
            (None, Some(repaired)) => format!("`{repaired}`; units are ms, s, m, h, d"),
            (None, None) => form.example.to_owned(),
        };
        self.malformed_as(format!("`{text}` is not {name}"), form.expects, Some(format!("write {example}")))
    }

    fn not_matching(&self, pattern: &str) -> Diagnostic {
        if let Some(format) = self.annotation("format") {
            return self.malformed(&format);
        }
        let title = match self.noun() {
            Some(noun) => format!("`{}` is not a {noun}", self.text()),
            None => format!("{} has the wrong form: `{}`", self.name(), self.text()),
        };
        let example = self.annotation("x-example").map(|example| format!("write `{example}`"));
        self.malformed_as(title, &format!("must match {pattern}"), example)
    }

    fn malformed_as(&self, title: String, label: &str, help: Option<String>) -> Diagnostic {
        Diagnostic::error(self.code(code::MALFORMED), title)
            .at(self.node.span, label)
            .help_if(help)
            .help_if(self.annotation("x-help"))
    }

    fn missing(&self, key: &str) -> Diagnostic {
        Diagnostic::error(code::MISSING_KEY, format!("key `{key}` is missing {}", self.place()))
            .at(self.node.span, format!("has no `{key}`"))
            .help(format!("add `{key}:`"))
            .help_if(self.annotation("x-help"))
    }

    fn out_of_bounds(&self, rule: &str) -> Diagnostic {
        let title = format!("{} {rule}", self.name());
        Diagnostic::error(self.code(code::OUT_OF_BOUNDS), title)
            .at(self.node.span, self.bare_kind())
            .help_if(self.annotation("x-help"))
    }

    fn other(&self, error: &ValidationError<'_>) -> Diagnostic {
        let reason = error.masked_with("the value").to_string();
        Diagnostic::error(self.code(code::WRONG_TYPE), format!("{} does not fit: {reason}", self.name()))
            .at(self.node.span, self.bare_kind())
            .help_if(self.annotation("x-help"))
    }
}

fn constant(value: &Value) -> Vec<String> {
    vec![value.as_str().map_or_else(|| value.to_string(), str::to_owned)]
}

fn given_already(key: &str, given: Vec<&str>) -> Option<String> {
    near(key, given).first().map(|name| format!("`{name}` is there already; keep one of them"))
}

/// Other formats say whose a setting is in its name: `client_secret`, `token_endpoint_auth_method`.
fn without_its_first_words(key: &str, free: &[&str]) -> Option<String> {
    let ends_so =
        |name: &&&str| key.strip_suffix(**name).is_some_and(|first| first.ends_with(['_', '-', '.']));
    let longest = free.iter().filter(ends_so).max_by_key(|name| name.len())?;
    Some(format!("did you mean `{longest}`?"))
}

fn listed(names: &[&str]) -> Option<String> {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    (!quoted.is_empty() && quoted.len() <= MOST_LISTED)
        .then(|| format!("known keys: {}", join(&quoted, "and")))
}

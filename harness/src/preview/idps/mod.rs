//! What to configure at a provider so that it sends a claim, as the files beside this one say; each says where it is
//! documented. The first rule of a provider that fits a claim counts.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Rehearsal;
use super::text::put;
use crate::decision::{ClaimPath, Document, Documents};

const FILES: [&str; 4] = [
    include_str!("keycloak.json"),
    include_str!("entra.json"),
    include_str!("okta.json"),
    include_str!("auth0.json"),
];

/// What is known of one provider.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Provider {
    name: String,
    title: String,
    rules: Vec<Rule>,
}

/// How a provider sends a kind of claim, or that it cannot.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rule {
    when: When,
    #[serde(default)]
    how: Vec<String>,
    #[serde(default)]
    cannot: Option<String>,
    #[serde(default)]
    config: Option<Value>,
    #[serde(default)]
    code: Option<String>,
    source: String,
}

/// Which claims a rule is about; what is left out does not matter.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct When {
    names: Option<Vec<String>>,
    list: Option<bool>,
    nested: Option<bool>,
    url: Option<bool>,
    document: Option<String>,
}

/// What to configure at one provider.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Advice {
    /// The provider's name.
    pub provider: String,
    /// The provider's name as the vendor writes it.
    pub title: String,
    /// Whether it can send all of the claims.
    pub possible: bool,
    /// One entry for each claim.
    pub claims: Vec<ClaimAdvice>,
}

/// What to configure for one claim.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ClaimAdvice {
    /// The document that the claim is to be in.
    pub document: Document,
    /// JSON pointer of the claim.
    pub claim: String,
    /// What to do, in order; empty when it cannot be done.
    pub steps: Vec<String>,
    /// Why the provider cannot send it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cannot: Option<String>,
    /// What the product could read instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instead: Option<String>,
    /// Configuration to paste.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub config: Option<String>,
    /// Where it is documented.
    pub source: String,
}

/// A claim that is to be sent.
struct Wanted<'w> {
    document: Document,
    path: ClaimPath,
    value: &'w Value,
    /// The whole top-level claim that it lies in.
    top_value: &'w Value,
    /// The setting that could look for it elsewhere.
    setting: Option<&'static str>,
}

/// What to configure at each provider for these documents.
pub(super) fn advice(rehearsal: &Rehearsal<'_>, documents: &Documents) -> Vec<Advice> {
    let wanted = wanted(rehearsal, documents);
    // The files are part of the program; a test reads each.
    let providers = FILES.iter().filter_map(|file| serde_json::from_str::<Provider>(file).ok());
    let of = |provider: Provider| {
        let claims: Vec<ClaimAdvice> = wanted.iter().filter_map(|wanted| provider.on(wanted)).collect();
        let possible = claims.iter().all(|claim| claim.cannot.is_none());
        Advice { provider: provider.name, title: provider.title, possible, claims }
    };
    providers.map(of).collect()
}

/// The claims of the documents, each at the path at which the product asks for it.
fn wanted<'w>(rehearsal: &Rehearsal<'_>, documents: &'w Documents) -> Vec<Wanted<'w>> {
    let terms = rehearsal.product().vocabulary(rehearsal.state());
    let found = terms.into_iter().filter_map(|term| {
        let value = documents.value(term.document, &term.path)?;
        let top_value = documents.claims(term.document)?.get(term.path.segments().first()?)?;
        Some(Wanted { document: term.document, path: term.path, value, top_value, setting: term.setting })
    });
    found.collect()
}

impl Provider {
    fn on(&self, wanted: &Wanted<'_>) -> Option<ClaimAdvice> {
        let rule = self.rules.iter().find(|rule| rule.when.fits(wanted))?;
        let filled = |text: &String| wanted.fill(text);
        let config =
            rule.config.as_ref().and_then(|config| serde_json::to_string_pretty(&wanted.filled(config)).ok());
        let instead = wanted
            .setting
            .filter(|_| rule.cannot.is_some())
            .map(|setting| format!("set `{setting}` of the product to a claim that it can send"));
        Some(ClaimAdvice {
            document: wanted.document,
            claim: wanted.path.pointer(),
            steps: rule.how.iter().map(filled).collect(),
            cannot: rule.cannot.as_ref().map(filled),
            instead,
            config: config.or_else(|| rule.code.as_ref().map(filled)),
            source: rule.source.clone(),
        })
    }
}

impl When {
    fn fits(&self, wanted: &Wanted<'_>) -> bool {
        let is = |condition: Option<bool>, fact: bool| condition.is_none_or(|condition| condition == fact);
        let name = wanted.name();
        self.names
            .as_ref()
            .is_none_or(|names| wanted.path.segments().len() == 1 && names.iter().any(|known| known == name))
            && is(self.list, wanted.value.is_array())
            && is(self.nested, wanted.path.segments().len() > 1)
            && is(self.url, name.contains("://"))
            && self.document.as_ref().is_none_or(|document| document == wanted.document.name())
    }
}

impl Wanted<'_> {
    fn name(&self) -> &str {
        self.path.segments().last().map(String::as_str).unwrap_or_default()
    }

    /// The text with its placeholders filled.
    fn fill(&self, text: &str) -> String {
        let is_access_token = self.document == Document::AccessToken;
        let top = self.path.segments().first().cloned().unwrap_or_default();
        // In a Keycloak claim name a dot makes an object, unless a backslash stands before it.
        let path = self
            .path
            .segments()
            .iter()
            .map(|segment| segment.replace('.', "\\."))
            .collect::<Vec<_>>()
            .join(".");
        let values = self.value.as_array().cloned().unwrap_or_else(|| vec![self.value.clone()]);
        let words = values.iter().map(|value| format!("`{}`", value.as_str().unwrap_or_default()));
        let pick = |one: &str, other: &str| if is_access_token { one.to_owned() } else { other.to_owned() };
        let replacements = [
            ("{name}", self.name().to_owned()),
            ("{path}", path),
            ("{words}", words.collect::<Vec<_>>().join(", ")),
            ("{value}", self.value.to_string()),
            ("{token}", pick("the access token", "the ID token")),
            ("{api}", pick("accessToken", "idToken")),
            ("{hook}", pick("com.okta.access.patch", "com.okta.identity.patch")),
            ("{in_access_token}", pick("true", "false")),
            ("{in_id_token}", pick("false", "true")),
            ("{top_value}", self.top_value.to_string()),
            ("{top}", top),
        ];
        replacements
            .iter()
            .fold(text.to_owned(), |text, (placeholder, value)| text.replace(placeholder, value))
    }

    /// The same in every text of a configuration.
    fn filled(&self, config: &Value) -> Value {
        match config {
            Value::String(text) if text == "{top_value}" => self.top_value.clone(),
            Value::String(text) => Value::from(self.fill(text)),
            Value::Array(entries) => entries.iter().map(|entry| self.filled(entry)).collect(),
            Value::Object(members) => {
                members.iter().map(|(key, value)| (key.clone(), self.filled(value))).collect()
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => config.clone(),
        }
    }
}

impl Advice {
    /// The advice for a person to read.
    pub(super) fn tell(&self) -> String {
        let verdict = if self.possible { "" } else { "   cannot send all of this" };
        let mut out = format!("\n{}{verdict}\n", self.title);
        for claim in &self.claims {
            put(
                &mut out,
                format_args!("  {}:{}\n", claim.document.name(), claim.claim.trim_start_matches('/')),
            );
            let cannot = claim.cannot.iter().map(|why| format!("cannot: {why}"));
            let instead = claim.instead.iter().map(|instead| format!("instead: {instead}"));
            let lines = cannot.chain(instead).chain(claim.steps.iter().cloned());
            lines.for_each(|line| put(&mut out, format_args!("    - {line}\n")));
            for line in claim.config.iter().flat_map(|config| config.lines()) {
                put(&mut out, format_args!("      {line}\n"));
            }
            put(&mut out, format_args!("    see {}\n", claim.source));
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_read_and_every_rule_says_what_to_do_or_why_it_cannot_be_done() {
        for file in FILES {
            let provider: Provider = serde_json::from_str(file).unwrap();
            for rule in &provider.rules {
                assert!(rule.how.is_empty() == rule.cannot.is_some(), "{}: {rule:?}", provider.name);
                assert!(rule.source.starts_with("https://"), "{}: {rule:?}", provider.name);
            }
            let last = &provider.rules.last().unwrap().when;
            assert!(
                last.names.is_none() && last.list.is_none() && last.nested.is_none(),
                "{}",
                provider.name
            );
        }
    }
}

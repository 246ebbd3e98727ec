//! What a product can say: its codes, and its words where there are only so many.
//!
//! Whoever expects something of a decision can be told that no decision has it, which a decision alone cannot.

use serde_json::Value;

use super::Envelope;

/// Everything that a product can say by a code or a word, codes without the value behind the colon.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Codes {
    /// Why somebody is refused, besides what the protocol refuses ([`PROTOCOL_REASONS`]).
    pub reasons: &'static [&'static str],
    /// Changes of what is stored.
    pub effects: &'static [&'static str],
    /// What is noticed without refusing anybody.
    pub findings: &'static [&'static str],
    /// Paths into the record, with `*` for any key or position, each with the words that can be there.
    pub words: &'static [(&'static str, &'static [&'static str])],
}

/// Reasons that come from a check of the protocol, whatever the product (products.md 0.3).
pub const PROTOCOL_REASONS: &[&str] = &[
    "state_mismatch",
    "nonce_mismatch",
    "invalid_id_token",
    "invalid_access_token",
    "invalid_userinfo",
    "invalid_logout_token",
    "invalid_response",
    "invalid_metadata",
    "invalid_registration",
    "idp_error",
    "idp_unavailable",
];

/// The words that a decision itself can be.
pub const DECISIONS: &[&str] = &["signed_in", "rejected", "config_error"];

/// A code without the value behind the colon.
pub fn bare(code: &str) -> &str {
    code.split(':').next().unwrap_or(code)
}

impl Codes {
    /// The reasons of refusals, the product's own first.
    pub fn all_reasons(&self) -> impl Iterator<Item = &'static str> + Clone + use<> {
        self.reasons.iter().chain(PROTOCOL_REASONS).copied()
    }

    /// The words that can be at a path into the record; `None` where there may be any.
    pub fn words_at(&self, path: &[&str]) -> Option<&'static [&'static str]> {
        let fits = |pattern: &str| {
            let names: Vec<&str> = pattern.split('.').collect();
            names.len() == path.len() && names.iter().zip(path).all(|(name, at)| *name == "*" || name == at)
        };
        self.words.iter().find(|(pattern, _)| fits(pattern)).map(|(_, words)| *words)
    }

    /// What can be at a path into a decision, if this word or code cannot; `None` where it can, or where there may be any. An
    /// entry of a list is at some position.
    pub fn instead_of(&self, word: &str, path: &[&str]) -> Option<Vec<&'static str>> {
        let (known, word) = match path {
            ["decision"] => (DECISIONS.to_vec(), word),
            ["reason"] => (self.all_reasons().collect(), bare(word)),
            ["effects", _] => (self.effects.to_vec(), bare(word)),
            ["findings", _] => (self.findings.to_vec(), bare(word)),
            _ => (self.words_at(path)?.to_vec(), word),
        };
        (!known.contains(&word)).then_some(known)
    }

    /// What of a decision is not among these: nothing, unless they have gone stale.
    pub fn missing(&self, envelope: &Envelope) -> Vec<String> {
        let mut missing = Vec::new();
        let reason = envelope.reason.as_deref().map(bare);
        missing.extend(reason.filter(|code| !self.all_reasons().any(|known| known == *code)));
        let effects = envelope.effects.iter().map(|code| bare(code));
        missing.extend(effects.filter(|code| !self.effects.contains(code)));
        let findings = envelope.findings.iter().map(|code| bare(code));
        missing.extend(findings.filter(|code| !self.findings.contains(code)));
        let mut missing: Vec<String> = missing.into_iter().map(str::to_owned).collect();
        for (name, value) in &envelope.record {
            self.strangers(value, &mut vec![name], &mut missing);
        }
        missing
    }

    /// Words that are none of those that can be there.
    fn strangers<'v>(&self, value: &'v Value, path: &mut Vec<&'v str>, missing: &mut Vec<String>) {
        match value {
            Value::Object(members) => {
                for (name, value) in members {
                    path.push(name);
                    self.strangers(value, path, missing);
                    path.pop();
                }
            }
            Value::Array(entries) => {
                for value in entries {
                    path.push("0");
                    self.strangers(value, path, missing);
                    path.pop();
                }
            }
            Value::String(word) => {
                if self.words_at(path).is_some_and(|words| !words.contains(&word.as_str())) {
                    missing.push(format!("{} = {word}", path.join(".")));
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
}

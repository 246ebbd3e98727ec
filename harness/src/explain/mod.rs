//! What a name means: a code, a product's rule, an open question, a finding, a reason, a fault of the provider, a case of
//! `harness conformance`.
//!
//! One [`Explanation`] for all of them: what it says, an example, what the knowledge rests on, and what other products do
//! in the same situation. Nothing here decides anything; examples of rules are played through the products.

mod case;
pub mod codes;
mod examples;
mod fault;
mod finding;
mod reason;
mod rule;
mod situations;
mod tell;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use mock_idp::fault::Fault;
use serde::Serialize;

use crate::products::{self, protocol};

pub use codes::{Code, Example};
pub use examples::first_example;
pub use finding::{FINDINGS, Finding};
pub use reason::{REASONS, Reason};
pub use tell::text;

/// What something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The code of a message: `E0204`.
    Code,
    /// A rule of a product: `BP-R13`.
    Rule,
    /// A question that a vendor leaves open: `BP-Q2`.
    Reading,
    /// An observation of a product: `unknown_role`.
    Finding,
    /// Why somebody is refused: `missing_required_claim`.
    Reason,
    /// A deviation of the provider: `id_token.nonce`.
    Fault,
    /// What is asked of relying parties: `RPX-SIG-05`.
    Case,
}

impl Kind {
    /// The word for people.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::Rule => "rule",
            Self::Reading => "reading",
            Self::Finding => "finding",
            Self::Reason => "reason",
            Self::Fault => "fault",
            Self::Case => "case",
        }
    }
}

/// All there is to say about a name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// The name.
    pub id: String,
    /// What it is.
    pub kind: Kind,
    /// What it says, in one sentence.
    pub title: String,
    /// More about it, a paragraph each.
    pub text: Vec<String>,
    /// How it shows, each with a heading.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub examples: Vec<Shown>,
    /// Clauses and pages that it rests on.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rests_on: Vec<String>,
    /// What the products do in the same situation.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub elsewhere: Vec<Elsewhere>,
    /// Commands that tell more.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub see: Vec<String>,
}

/// A text under a heading.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Shown {
    /// What the text is.
    pub heading: String,
    /// The text, of one or several lines.
    pub text: String,
}

/// A situation that several products know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Elsewhere {
    /// The situation.
    pub situation: String,
    /// What each product does in it.
    pub rules: Vec<InProduct>,
}

/// What a product does in a situation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct InProduct {
    /// The product, as its vendor writes it.
    pub product: String,
    /// The rule.
    pub rule: String,
    /// What the rule says.
    pub title: String,
}

impl Explanation {
    fn new(id: impl Into<String>, kind: Kind, title: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            kind,
            title: title.into(),
            text: Vec::new(),
            examples: Vec::new(),
            rests_on: Vec::new(),
            elsewhere: Vec::new(),
            see: Vec::new(),
        }
    }

    fn saying(mut self, text: impl Into<String>) -> Self {
        self.text.push(text.into());
        self
    }

    fn showing(mut self, heading: impl Into<String>, text: impl Into<String>) -> Self {
        self.examples.push(Shown { heading: heading.into(), text: text.into().trim_end().to_owned() });
        self
    }

    fn seeing(mut self, command: impl Into<String>) -> Self {
        self.see.push(command.into());
        self
    }
}

/// What is known about a name; letter case does not count, and of a code that carries a value (`unknown_role:ops`) only
/// the name does.
pub fn explain(name: &str) -> Option<Explanation> {
    let name = name.trim();
    let is_name = |known: &str| known.eq_ignore_ascii_case(name);
    codes::all()
        .find(|code| is_name(code.code))
        .map(of_code)
        .or_else(|| rule::of_rule(&is_name))
        .or_else(|| rule::of_reading(&is_name))
        .or_else(|| finding::explain(name))
        .or_else(|| reason::explain(name))
        .or_else(|| fault::explain(name))
        .or_else(|| case::explain(name))
}

/// Every name that can be explained.
pub fn names() -> Vec<String> {
    let rules = products::ALL.iter().flat_map(|kind| kind.rules()).chain(protocol::ALL);
    let readings = products::ALL.iter().flat_map(|kind| kind.readings());
    let mut faults: Vec<String> = Fault::all().map(Fault::name).collect();
    faults.dedup();
    let mut names: Vec<String> = codes::all().map(|code| code.code.to_owned()).collect();
    names.extend(rules.map(|rule| rule.id.to_owned()));
    names.extend(readings.map(|reading| reading.id.to_owned()));
    names.extend(FINDINGS.iter().map(|finding| finding.code.to_owned()));
    names.extend(REASONS.iter().map(|reason| reason.code.to_owned()));
    names.extend(faults);
    names.extend(case::names());
    let mut seen = BTreeSet::new();
    names.retain(|name| seen.insert(name.clone()));
    names
}

fn of_code(code: &Code) -> Explanation {
    let explanation = Explanation::new(code.code, Kind::Code, code.title).saying(code.prose);
    let (wrong, right) = code.example.sides();
    let mut explanation = match code.example {
        Example::Part { .. } | Example::Whole { .. } => {
            explanation.showing("wrong", wrong).showing("right", right)
        }
        Example::Run { .. } => explanation.showing("fails when it is run", wrong).showing("passes", right),
        Example::Claims { product, .. } => explanation
            .showing("raises it", wrong)
            .showing("does not", right)
            .seeing(format!("harness preview -p {product} --input FILE, with the example in FILE")),
        Example::Command { .. } => explanation.showing("wrong", wrong).showing("right", right),
    };
    explanation.rests_on = code.rests_on.iter().map(|&source| source.to_owned()).collect();
    explanation
}

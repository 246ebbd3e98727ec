//! All that is asked about one sign-in, and the answers.

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::ways::edited;
use super::{
    CERTAIN, Expression, Mutations, Why, WhyNot, answers, mutate, tell_difference, tell_mutations, tell_why,
    tell_why_not, why, why_not,
};
use crate::decision::{Document, IdentityDocument};
use crate::preview::text::line;
use crate::preview::{Difference, Edit, Played, Rehearsal, certainty, difference};

/// What is asked.
#[derive(Clone, Debug, Default)]
pub struct Questions {
    /// Values whose reasons are wanted.
    pub why: Vec<String>,
    /// What should hold, and does not.
    pub why_not: Vec<Expression>,
    /// Edits to be made one after the other.
    pub what_if: Vec<String>,
    /// Whether small changes are to be played.
    pub mutate: bool,
    /// What must hold.
    pub require: Vec<Expression>,
}

/// What edits, or other claims, would change.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Compared {
    /// The edits, where there are any.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub edits: Vec<Edit>,
    /// Whether they can be made; an edit that finds nothing to change cannot.
    pub made: bool,
    /// What changes.
    pub difference: Difference,
}

/// Whether something that must hold does.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Required {
    /// The expression.
    pub expression: String,
    /// Whether it holds.
    pub holds: bool,
    /// Each path that it looks at, with what is there.
    pub found: Map<String, Value>,
    /// What to write instead where a list is held against a text.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub hints: Vec<String>,
}

/// The answers; those to questions that were not asked are left out.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Answers {
    /// To `--why`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub why: Vec<Why>,
    /// To `--why-not`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub why_not: Vec<WhyNot>,
    /// To `--what-if`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub what_if: Option<Compared>,
    /// To `--compare`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compare: Option<Compared>,
    /// To `--mutate`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mutate: Option<Mutations>,
    /// To `--require`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub require: Vec<Required>,
}

impl Questions {
    /// Answers about one sign-in; `other` is the one that it is compared with.
    ///
    /// # Errors
    ///
    /// An edit that cannot be read.
    pub fn answered(
        &self,
        rehearsal: &Rehearsal<'_>,
        other: Option<&Rehearsal<'_>>,
    ) -> Result<Answers, String> {
        let base = rehearsal.play();
        let usual = match rehearsal.identity() {
            IdentityDocument::AccessToken => Document::AccessToken,
            IdentityDocument::IdToken | IdentityDocument::IdTokenOverUserinfo => Document::IdToken,
        };
        let edits: Result<Vec<Edit>, String> =
            self.what_if.iter().map(|edit| Edit::parse(edit, usual)).collect();
        let edits = edits?;
        Ok(Answers {
            why: self.why.iter().map(|path| why(&base, path)).collect(),
            why_not: self.why_not.iter().map(|wanted| why_not(rehearsal, &base, wanted)).collect(),
            what_if: (!edits.is_empty()).then(|| what_if(rehearsal, &base, edits)),
            compare: other.map(|other| Compared {
                edits: Vec::new(),
                made: true,
                difference: difference(&base, &other.play()),
            }),
            mutate: self.mutate.then(|| mutate(rehearsal, &base)),
            require: self.require.iter().map(|wanted| required(rehearsal, &base, wanted)).collect(),
        })
    }
}

fn what_if(rehearsal: &Rehearsal<'_>, base: &Played, edits: Vec<Edit>) -> Compared {
    match edited(rehearsal, &edits) {
        Some(documents) => {
            let difference = difference(base, &rehearsal.play_with(documents));
            Compared { edits, made: true, difference }
        }
        None => Compared { edits, made: false, difference: Difference::default() },
    }
}

/// Beside the values of the result, `certain` can be required.
fn required(rehearsal: &Rehearsal<'_>, base: &Played, wanted: &Expression) -> Required {
    let mut result = answers(base);
    if let Some(members) = result.as_object_mut() {
        members.insert(CERTAIN.to_owned(), json!(certainty(rehearsal, base).is_certain()));
    }
    let verdict = wanted.verdict(&result);
    Required {
        expression: wanted.to_string(),
        holds: verdict.holds,
        found: verdict.found.into_iter().collect(),
        hints: wanted.hints(&result),
    }
}

impl Answers {
    /// Whether there is an answer that stands in place of the whole decision.
    pub fn replace_the_decision(&self) -> bool {
        let Self { why, why_not, what_if, compare, mutate, require: _ } = self;
        !why.is_empty() || !why_not.is_empty() || what_if.is_some() || compare.is_some() || mutate.is_some()
    }

    /// Whether everything that must hold does.
    pub fn all_required_hold(&self) -> bool {
        self.require.iter().all(|required| required.holds)
    }

    /// The answers for a person to read.
    pub fn tell(&self) -> String {
        let mut parts: Vec<String> = Vec::new();
        parts.extend(self.why.iter().map(tell_why));
        parts.extend(self.why_not.iter().map(tell_why_not));
        parts.extend(self.what_if.iter().map(tell_what_if));
        parts.extend(self.compare.iter().map(|compared| tell_difference(&compared.difference)));
        parts.extend(self.mutate.iter().map(tell_mutations));
        parts.join("\n")
    }
}

fn tell_what_if(compared: &Compared) -> String {
    let mut out = String::new();
    for edit in &compared.edits {
        line(&mut out, format_args!("what if  {edit}"));
    }
    if compared.made {
        out.push_str(&tell_difference(&compared.difference));
        if compared.difference.raises() {
            line(&mut out, format_args!("this raises privilege: it is shown, and nothing applies it"));
        }
    } else {
        line(
            &mut out,
            format_args!("this finds nothing to change: there is no such claim, or it is so already"),
        );
    }
    out
}

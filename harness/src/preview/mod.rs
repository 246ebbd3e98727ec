//! What a product makes of claims, without a login: claims in, decision and reasons out, and how sure that is.
//!
//! Pure: it reads no files and checks no signatures. A preview takes the word of a token for what it says; what a login
//! would hold against the token itself is noted beside the decision (`terms`).

pub mod batch;
mod certainty;
mod difference;
mod edit;
mod html;
mod idps;
mod markdown;
mod near_misses;
mod page;
mod questions;
mod received;
mod rehearsal;
mod scenario;
mod suggest;
mod table;
mod terms;
mod text;

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::decision::{Envelope, Grant, IdentityDocument, Mistake, ProductKind};
pub use certainty::{Certainty, Chosen, Swing, certainty};
pub use difference::{Change, Difference, Privilege, Shift, difference};
pub use edit::{Edit, Place};
pub use html::html;
pub use idps::{Advice, ClaimAdvice};
pub use markdown::markdown;
pub use near_misses::{NearMiss, Severity, WhatIf, near_misses};
pub use questions::{
    Answers, Astray, CERTAIN, Compared, Does, Expression, Hindrance, Idle, Mutation, Mutations, Questions,
    Required, Setting, Unknown, Verdict, Way, Why, WhyNot, Wrong, answers, mutate, tell_difference,
    tell_mutations, tell_why, tell_why_not, unknown_words, ways, why, why_not,
};
pub use rehearsal::{Played, Rehearsal};
pub use scenario::{NoScenario, scenario};
pub use suggest::{NoSuggestion, Suggestion, suggest, tell_no_suggestion, tell_suggestion};
pub use table::{table, table_near_misses};
pub use text::{Level, Locate, Located, header, text};

/// What to preview. Whatever is left out has the default of the product examples.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Input {
    /// The vendor's own configuration.
    pub config: Option<Value>,
    /// An object of claims, a JWT as a text, or a whole token response; read as the ID token.
    pub claims: Option<Value>,
    /// An object of claims, a JWT as a text, or any other text for an opaque token.
    pub access_token: Option<Value>,
    /// The claims of the UserInfo response.
    pub userinfo: Option<Value>,
    /// What the product knows before.
    pub state: Option<Value>,
    /// Reading id → choice.
    pub readings: BTreeMap<String, String>,
}

/// A decision, what it was made from, and how sure it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Preview {
    /// The product's name.
    pub product: &'static str,
    /// The product's name as the vendor writes it.
    pub title: &'static str,
    /// The decision with its reasons.
    pub envelope: Envelope,
    /// The rights that it gives.
    pub grants: Vec<Grant>,
    /// What is stored after it.
    pub state: Value,
    /// Where the identity was read from, in words.
    pub identity: &'static str,
    /// What was taken for granted because it was not given, and what a login would check besides.
    pub notes: Vec<String>,
    /// Whether the open questions about the product matter here.
    pub certainty: Certainty,
    /// Claims that are almost right.
    pub near_misses: Vec<NearMiss>,
    /// How many more of them there are.
    pub more_near_misses: usize,
}

impl Preview {
    /// Decides, and looks at the decision from all sides.
    pub fn of(rehearsal: &Rehearsal<'_>) -> Self {
        let played = rehearsal.play();
        let certainty = certainty(rehearsal, &played);
        let (near_misses, more_near_misses) = near_misses(rehearsal, &played);
        let Played { envelope, state, grants } = played;
        let identity = match rehearsal.identity() {
            IdentityDocument::IdToken => "ID token",
            IdentityDocument::AccessToken => "access token",
            IdentityDocument::IdTokenOverUserinfo => "ID token over UserInfo",
        };
        Self {
            product: rehearsal.kind().name(),
            title: rehearsal.kind().title(),
            envelope,
            grants,
            state,
            identity,
            notes: rehearsal.notes(),
            certainty,
            near_misses,
            more_near_misses,
        }
    }
}

impl Preview {
    /// The envelope, and beside it what a preview knows more than a login.
    pub fn document(&self, locate: Locate<'_>) -> Value {
        let mut members = Map::from_iter([
            ("schema".to_owned(), json!("harness.preview/1")),
            ("product".to_owned(), json!(self.product)),
        ]);
        if let Ok(Value::Object(envelope)) = serde_json::to_value(&self.envelope) {
            members.extend(envelope);
        }
        members.insert("notes".to_owned(), json!(self.notes));
        members.insert("certainty".to_owned(), json!(self.certainty));
        let warnings = self.near_misses.iter().map(|miss| {
            let mut warning = json!(miss);
            if let (Some(members), Some(at)) = (warning.as_object_mut(), locate(miss)) {
                let at = json!({ "file": at.file, "line": at.line, "column": at.column });
                members.insert("at".to_owned(), at);
            }
            warning
        });
        members.insert("warnings".to_owned(), warnings.collect());
        Value::Object(members)
    }
}

/// Previews one product.
///
/// # Errors
///
/// Those of [`Rehearsal::of`].
pub fn preview(kind: &dyn ProductKind, input: &Input) -> Result<Preview, Vec<Mistake>> {
    Ok(Preview::of(&Rehearsal::of(kind, input)?))
}

/// Previews one case in the shape of `given`, merged over the defaults of the product examples.
///
/// # Errors
///
/// Those of [`Rehearsal::of_example`].
pub fn example(
    kind: &dyn ProductKind,
    given: &Value,
    readings: &BTreeMap<String, String>,
) -> Result<Preview, Vec<Mistake>> {
    Ok(Preview::of(&Rehearsal::of_example(kind, given, readings)?))
}

/// Previews as data: one envelope in the shape of `expect` with what is beside it; of several products, one under each
/// name.
pub fn json(previews: &[Preview]) -> Value {
    match previews {
        [only] => only.document(&|_| None),
        several => {
            several.iter().map(|preview| (preview.product.to_owned(), preview.document(&|_| None))).collect()
        }
    }
}

#[cfg(test)]
mod tests;

//! Towards an answer: the smallest set of claims that yields what is wanted, found by playing sign-ins.
//!
//! What is wanted is reached part by part, each with the smallest edits that reach it and lose nothing that was reached;
//! at last every claim and every entry that is not needed is taken away. No claim and no entry of the set can be left out.

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::idps::{Advice, advice};
use super::questions::{decided_by, edited, hindrances, required_edits, rules, unknown};
use super::text::put;
use super::{
    Edit, Expression, Hindrance, Input, Place, Played, Rehearsal, Unknown, answers, unknown_words, ways,
};
use crate::decision::{ClaimPath, Document, Documents, IdentityDocument, Mistake, ProductKind};

const DOCUMENTS: [Document; 3] = [Document::IdToken, Document::AccessToken, Document::Userinfo];

/// The smallest set of claims, and how to send it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Suggestion {
    /// What is wanted.
    pub wanted: String,
    /// The claims, by the document that they are to be in.
    pub claims: Map<String, Value>,
    /// What the product makes of them.
    pub result: Value,
    /// What to configure at each provider.
    pub providers: Vec<Advice>,
    /// Why nobody signs in with them, where that is what comes of it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub because: Vec<Hindrance>,
    /// How many sign-ins were played.
    pub played: usize,
}

/// Why there is no suggestion.
#[derive(Clone, Debug, PartialEq)]
pub enum NoSuggestion {
    /// The configuration or the state has mistakes.
    Mistaken(Vec<Mistake>),
    /// No claims were found under which it holds.
    OutOfReach {
        /// What is out of reach: the parts up to the first that is.
        wanted: String,
        /// Words that are wanted and mean nothing to the product.
        unknown: Vec<Unknown>,
        /// What stands in the way of somebody who brings all that is required.
        in_the_way: Vec<Hindrance>,
        /// How many sign-ins were played.
        played: usize,
    },
}

/// Finds the smallest set of claims under which everything wanted holds. The claims of the input are not looked at.
///
/// # Errors
///
/// Mistakes of the input, or that nothing was found.
pub fn suggest(
    kind: &dyn ProductKind,
    input: &Input,
    wanted: &[Expression],
) -> Result<Suggestion, NoSuggestion> {
    let nothing = Some(json!({}));
    let empty = Input { claims: nothing.clone(), access_token: None, userinfo: None, ..input.clone() };
    let mut rehearsal = Rehearsal::of(kind, &empty).map_err(NoSuggestion::Mistaken)?;
    if rehearsal.identity() == IdentityDocument::AccessToken {
        let empty = Input { claims: None, access_token: nothing, ..empty };
        rehearsal = Rehearsal::of(kind, &empty).map_err(NoSuggestion::Mistaken)?;
    }
    let wanted: Vec<Expression> = wanted.iter().flat_map(Expression::parts).collect();
    let mut played = 0;
    for reached in 1..=wanted.len() {
        let so_far = Expression::all(wanted.get(..reached).unwrap_or_default());
        let base = rehearsal.play();
        if so_far.holds(&answers(&base)) {
            continue;
        }
        let (ways, tried) = ways(&rehearsal, &base, &so_far);
        played += tried;
        let documents = ways.first().and_then(|way| edited(&rehearsal, &way.edits));
        let Some(documents) = documents else {
            return Err(out_of_reach(&rehearsal, &so_far, played));
        };
        rehearsal = rehearsal.with(documents);
    }
    let wanted = Expression::all(&wanted);
    let documents = smallest(&rehearsal, &wanted, &mut played);
    let claims = claims_of(&documents);
    let after = rehearsal.play_with(documents.clone());
    let because = if after.envelope.signed_in() { Vec::new() } else { decided_by(&after, "decision") };
    let providers = advice(&rehearsal, &documents);
    Ok(Suggestion { wanted: wanted.to_string(), claims, result: answers(&after), providers, because, played })
}

/// What stands in the way is looked for where no claim is missing that everybody needs.
fn out_of_reach(rehearsal: &Rehearsal<'_>, wanted: &Expression, played: usize) -> NoSuggestion {
    let complete = edited(rehearsal, &required_edits(rehearsal));
    let base = complete.map_or_else(|| rehearsal.play(), |documents| rehearsal.play_with(documents));
    let unknown = unknown_words(rehearsal, wanted);
    let result = answers(&base);
    let missing: Vec<Expression> = wanted.parts().into_iter().filter(|part| !part.holds(&result)).collect();
    let in_the_way =
        if unknown.is_empty() { hindrances(&base, None, &Expression::all(&missing)) } else { Vec::new() };
    NoSuggestion::OutOfReach { wanted: wanted.to_string(), unknown, in_the_way, played }
}

/// The documents without what is not needed: whole claims first, then entries.
fn smallest(rehearsal: &Rehearsal<'_>, wanted: &Expression, played: &mut usize) -> Documents {
    let mut documents = rehearsal.documents().clone();
    let mut still = |documents: &Documents| {
        *played += 1;
        let played: Played = rehearsal.play_with(documents.clone());
        wanted.holds(&answers(&played))
    };
    for document in DOCUMENTS {
        for (name, value) in documents.claims(document).cloned().unwrap_or_default() {
            let place = Place { document, path: ClaimPath::top(&name) };
            let fewer = fewer(&place, &value);
            for edit in [Edit::Remove(place)].into_iter().chain(fewer) {
                if let Some(less) = edit.applied(&documents, false).filter(&mut still) {
                    documents = less;
                    break;
                }
            }
        }
    }
    documents
}

/// The value with one entry less, for each of its entries.
fn fewer(place: &Place, value: &Value) -> Vec<Edit> {
    let entries = value.as_array().cloned().unwrap_or_default();
    let without = |index: usize| -> Value {
        let kept = entries.iter().enumerate().filter(|(at, _)| *at != index).map(|(_, entry)| entry.clone());
        kept.collect()
    };
    (0..entries.len()).map(|index| Edit::Set(place.clone(), without(index))).collect()
}

fn claims_of(documents: &Documents) -> Map<String, Value> {
    let claims = |document: Document| {
        let claims = documents.claims(document).filter(|claims| !claims.is_empty())?;
        Some((document.name().to_owned(), Value::Object(claims.clone())))
    };
    DOCUMENTS.into_iter().filter_map(claims).collect()
}

/// A suggestion for a person to read.
pub fn tell_suggestion(suggestion: &Suggestion) -> String {
    let mut out = format!("the smallest claims for `{}`\n", suggestion.wanted);
    if suggestion.claims.is_empty() {
        put(&mut out, format_args!("\nnone: it is so for whoever brings no claims\n"));
    }
    for (document, claims) in &suggestion.claims {
        let shown = serde_json::to_string_pretty(claims).unwrap_or_default();
        put(&mut out, format_args!("\n{document}\n{shown}\n"));
    }
    refused(&mut out, suggestion);
    // Who is to send nothing needs no configuration.
    for advice in suggestion.providers.iter().filter(|_| !suggestion.claims.is_empty()) {
        out.push_str(&advice.tell());
    }
    out
}

/// The decision, where nobody signs in with these claims, and the rules behind it.
fn refused(out: &mut String, suggestion: &Suggestion) {
    if suggestion.because.is_empty() {
        return;
    }
    let text = |name: &str| suggestion.result.get(name).and_then(Value::as_str).unwrap_or_default();
    put(out, format_args!("\n{}: {}\n", text("decision").replace('_', " "), text("reason")));
    rules(out, &suggestion.because);
}

/// What is unknown, or stands in the way of a suggestion.
pub fn tell_no_suggestion(unknown_words: &[Unknown], hindrances: &[Hindrance]) -> String {
    let mut out = String::new();
    unknown(&mut out, unknown_words);
    if !hindrances.is_empty() {
        put(&mut out, format_args!("\nin the way of somebody who brings all that is required\n"));
    }
    rules(&mut out, hindrances);
    out
}

//! Small changes of the claims: which of them change permissions, and which should have and do not.

use std::collections::BTreeSet;

use serde::{Serialize, Serializer};
use serde_json::Value;

use super::written::{entries, joined, replaced};
use crate::decision::{ClaimPath, Document, Term};
use crate::preview::{Difference, Edit, Place, Played, Privilege, Rehearsal, difference};

/// Changes that are played.
const MOST_TRIALS: usize = 1000;

/// A small change that was played.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Mutation {
    /// The change.
    pub edit: Edit,
    /// Whether somebody may do more after it.
    pub privilege: Privilege,
    /// What it changes.
    pub difference: Difference,
}

/// What became of all changes.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Mutations {
    /// How many were played.
    pub played: usize,
    /// Those that change permissions.
    pub matter: Vec<Mutation>,
    /// Those that take away or bring a word that means something, and change no permission.
    pub idle: Vec<Idle>,
}

/// A small change that should change permissions, and does not.
#[derive(Clone, Debug, PartialEq)]
pub struct Idle {
    /// The change.
    pub edit: Edit,
    /// What it does with a word that means something.
    pub does: Does,
    /// The words that go or come.
    pub words: Vec<String>,
}

impl Serialize for Idle {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.edit.serialize(serializer)
    }
}

/// What a change does with a word that means something, the most telling first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Does {
    /// It goes: it seemed to mean something here, and did not.
    TakesAway,
    /// It comes to a claim that is there.
    Adds,
    /// It comes in a claim that was not there.
    Brings,
}

/// A change, and what it does if it should change permissions.
struct Small {
    edit: Edit,
    should: Option<(Does, Vec<String>)>,
}

/// Plays small changes of every claim.
pub fn mutate(rehearsal: &Rehearsal<'_>, base: &Played) -> Mutations {
    let mut mutations = Mutations::default();
    let mut seen = BTreeSet::new();
    for Small { edit, should } in changes(rehearsal).into_iter().take(MOST_TRIALS) {
        let Some(documents) = edit.applied(rehearsal.documents(), rehearsal.twins()) else { continue };
        if !seen.insert(edit.to_string()) {
            continue;
        }
        mutations.played += 1;
        let difference = difference(base, &rehearsal.play_with(documents));
        if difference.moves_rights() {
            mutations.matter.push(Mutation { edit, privilege: difference.privilege(), difference });
        } else if let Some((does, words)) = should {
            mutations.idle.push(Idle { edit, does, words });
        }
    }
    mutations.idle.sort_by_key(|idle| idle.does);
    mutations
}

fn changes(rehearsal: &Rehearsal<'_>) -> Vec<Small> {
    let terms = rehearsal.product().vocabulary(rehearsal.state());
    let mut changes = Vec::new();
    for term in &terms {
        changes.extend(of_term(rehearsal, term));
    }
    for document in [Document::IdToken, Document::AccessToken, Document::Userinfo] {
        let names = rehearsal.documents().claims(document).into_iter().flatten().map(|(name, _)| name);
        let removed = names.map(|name| Edit::Remove(Place { document, path: ClaimPath::top(name) }));
        changes.extend(removed.map(|edit| Small { edit, should: None }));
    }
    changes
}

/// The claim away, each entry away or in another letter case, another JSON type, and each word that is not there added.
fn of_term(rehearsal: &Rehearsal<'_>, term: &Term) -> Vec<Small> {
    let place = Place { document: term.document, path: term.path.clone() };
    let present = rehearsal.documents().value(term.document, &term.path);
    let entries = present.map(|value| entries(term.shape, value)).unwrap_or_default();
    let means = |entry: &str| term.words.iter().any(|word| word == entry);
    let mut changes = Vec::new();
    if let Some(value) = present {
        let worded: Vec<String> = entries.iter().filter(|entry| means(entry)).cloned().collect();
        let should = (!worded.is_empty()).then_some((Does::TakesAway, worded));
        changes.push(Small { edit: Edit::Remove(place.clone()), should });
        for (index, entry) in entries.iter().enumerate() {
            let without = (entries.len() > 1).then(|| replaced(&entries, index, None));
            let other_case = replaced(&entries, index, Some(&swapped(entry)));
            let taken = means(entry).then(|| (Does::TakesAway, vec![entry.clone()]));
            for (entries, should) in
                without.into_iter().map(|e| (e, taken.clone())).chain([(other_case, None)])
            {
                changes.push(Small { edit: Edit::Set(place.clone(), joined(value, entries)), should });
            }
        }
        changes.extend(
            other_type(value).map(|value| Small { edit: Edit::Set(place.clone(), value), should: None }),
        );
    }
    let new = term.words.iter().filter(|word| !entries.contains(word));
    let does = if present.is_some() { Does::Adds } else { Does::Brings };
    changes.extend(new.map(|word| {
        let edit = Edit::giving(place.clone(), term.shape, present, word);
        Small { edit, should: Some((does, vec![word.clone()])) }
    }));
    changes
}

/// The other letter case of every letter.
fn swapped(entry: &str) -> String {
    let other = entry.to_uppercase();
    if other == entry { entry.to_lowercase() } else { other }
}

/// A list as text, a text as list.
fn other_type(value: &Value) -> Option<Value> {
    match value {
        Value::String(text) => Some(Value::from(vec![text.clone()])),
        Value::Array(entries) => {
            let texts: Vec<&str> = entries.iter().filter_map(Value::as_str).collect();
            Some(Value::from(texts.join(",")))
        }
        Value::Bool(_) | Value::Number(_) => Some(Value::from(value.to_string())),
        Value::Null | Value::Object(_) => None,
    }
}

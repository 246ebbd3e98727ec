//! The smallest edits after which something holds.
//!
//! What a product listens to says which edits could matter; the product says which do. Single edits come first, then pairs.
//! An entry can be added to a list, taken from it, or stand where another does.
//! Somebody who is not signed in for want of required claims gets those first. What is not needed is taken away again. The
//! search is bounded, so it can miss a way that takes three unrelated edits at once; it never shows one that does not work.

use std::collections::BTreeSet;

use serde::Serialize;

use super::written::{entries, joined, replaced};
use super::{Expression, answers};
use crate::decision::{Documents, Term};
use crate::preview::{Difference, Edit, Place, Played, Privilege, Rehearsal, difference, near_misses};

/// Sign-ins that are played for one question.
const MOST_TRIALS: usize = 3000;
/// Ways that are shown.
const MOST_WAYS: usize = 3;
/// Entries of one claim that are tried one by one, and words that are tried in their place.
const MOST_ENTRIES: usize = 40;
const MOST_WORDS: usize = 8;

/// Edits after which something holds; they were played.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Way {
    /// The edits, to be made in this order.
    pub edits: Vec<Edit>,
    /// Whether somebody may do more after them.
    pub privilege: Privilege,
    /// All that they change.
    pub difference: Difference,
}

/// The smallest ways to make an expression hold, the best first, and how many sign-ins were played to find them.
///
/// Fewer edits are better, then fewer rights that move, then claims that are there already, then less privilege, then
/// shorter edits. Of several ways to change the same claims the best is enough.
pub fn ways(rehearsal: &Rehearsal<'_>, base: &Played, wanted: &Expression) -> (Vec<Way>, usize) {
    let mut search = Search { rehearsal, base, wanted, played: 0 };
    let mut candidates = search.candidates();
    candidates.extend(search.other_entries());
    let required = required_edits(rehearsal);
    let mut found = search.singles(&[], &candidates);
    if found.is_empty() && !required.is_empty() {
        found = search.singles(&required, &candidates);
    }
    if found.is_empty() {
        found = search.pairs(&required, &candidates);
    }
    let mut ways: Vec<Way> = found.into_iter().filter_map(|edits| search.smallest(edits)).collect();
    ways.sort_by_cached_key(|way| cost(rehearsal, way));
    let mut seen = BTreeSet::new();
    ways.retain(|way| seen.insert(way.edits.iter().map(Edit::changed).cloned().collect::<Vec<_>>()));
    ways.truncate(MOST_WAYS);
    (ways, search.played)
}

/// Fewer edits, fewer rights that move, fewer new claims, less privilege, shorter.
fn cost(rehearsal: &Rehearsal<'_>, way: &Way) -> [usize; 5] {
    let Difference { granted, raised, lowered, revoked, .. } = &way.difference;
    let moved = granted.len() + raised.len() + lowered.len() + revoked.len();
    let is_new = |at: &Place| rehearsal.documents().value(at.document, &at.path).is_none();
    let new = way.edits.iter().filter(|edit| is_new(edit.changed())).count();
    let gained = granted.iter().map(|grant| usize::from(grant.rank)).sum();
    let length = way.edits.iter().map(|edit| edit.to_string().len()).sum();
    [way.edits.len(), moved, new, gained, length]
}

struct Search<'s> {
    rehearsal: &'s Rehearsal<'s>,
    base: &'s Played,
    wanted: &'s Expression,
    played: usize,
}

impl Search<'_> {
    /// Every edit that could matter: those of near misses, one more word in each claim, and each claim away.
    fn candidates(&self) -> Vec<Edit> {
        let (misses, _) = near_misses(self.rehearsal, self.base);
        let misses = misses.into_iter().filter_map(|miss| miss.what_if).map(|what_if| what_if.edit);
        let mut edits: Vec<Edit> = misses.collect();
        for term in self.rehearsal.product().vocabulary(self.rehearsal.state()) {
            let place = Place { document: term.document, path: term.path.clone() };
            let present = self.rehearsal.documents().value(term.document, &term.path);
            let example = term.example.filter(|_| present.is_none()).map(str::to_owned);
            for word in term.words.iter().cloned().chain(example) {
                let giving = Edit::giving(place.clone(), term.shape, present, &word);
                edits.push(giving.making_room(self.rehearsal.documents()));
                // A list can also be no more than this word.
                if present.is_some() && term.shape.holds_several() {
                    edits.push(Edit::giving(place.clone(), term.shape, None, &word));
                }
            }
            edits.extend(present.map(|_| Edit::Remove(place)));
        }
        let mut seen = BTreeSet::new();
        edits.retain(|edit| seen.insert(edit.to_string()));
        edits
    }

    /// Each list without one of its entries, or with a word that is of use in its place.
    fn other_entries(&mut self) -> Vec<Edit> {
        let rehearsal = self.rehearsal;
        let mut edits = Vec::new();
        for term in rehearsal.product().vocabulary(rehearsal.state()) {
            let place = Place { document: term.document, path: term.path.clone() };
            let present = rehearsal.documents().value(term.document, &term.path);
            let Some(value) = present.filter(|_| term.shape.holds_several()) else { continue };
            let entries = entries(term.shape, value);
            let words: Vec<&String> =
                term.words.iter().filter(|word| self.is_of_use(&term, word)).take(MOST_WORDS).collect();
            for index in 0..entries.len().min(MOST_ENTRIES) {
                let without = (entries.len() > 1).then(|| replaced(&entries, index, None));
                let with = words.iter().map(|word| replaced(&entries, index, Some(word)));
                let changed = without.into_iter().chain(with);
                edits.extend(changed.map(|entries| Edit::Set(place.clone(), joined(value, entries))));
            }
        }
        edits
    }

    /// Whether something that is wanted, and does not hold, holds when this word stands alone.
    fn is_of_use(&mut self, term: &Term, word: &str) -> bool {
        let place = Place { document: term.document, path: term.path.clone() };
        let alone = Edit::giving(place, term.shape, None, word);
        let (before, parts) = (answers(self.base), self.wanted.parts());
        self.played += 1;
        let after = self.after(&[alone]).map(|played| answers(&played));
        after.is_some_and(|after| parts.iter().any(|part| !part.holds(&before) && part.holds(&after)))
    }

    fn singles(&mut self, before: &[Edit], candidates: &[Edit]) -> Vec<Vec<Edit>> {
        let alone = if before.is_empty() { None } else { Some(before.to_vec()) };
        let with_one = candidates.iter().map(|edit| [before, std::slice::from_ref(edit)].concat());
        let sets: Vec<Vec<Edit>> = alone.into_iter().chain(with_one).collect();
        sets.into_iter().filter(|edits| self.reaches(edits)).collect()
    }

    fn pairs(&mut self, before: &[Edit], candidates: &[Edit]) -> Vec<Vec<Edit>> {
        let mut found = Vec::new();
        for (index, one) in candidates.iter().enumerate() {
            for other in candidates.iter().skip(index + 1) {
                let edits = [before, &[one.clone(), other.clone()]].concat();
                if self.reaches(&edits) {
                    found.push(edits);
                }
                if self.played >= MOST_TRIALS {
                    return found;
                }
            }
        }
        found
    }

    /// Without the edits that are not needed.
    fn smallest(&mut self, mut edits: Vec<Edit>) -> Option<Way> {
        let mut index = 0;
        while index < edits.len() {
            let mut fewer = edits.clone();
            fewer.remove(index);
            if !fewer.is_empty() && self.reaches(&fewer) {
                edits = fewer;
            } else {
                index += 1;
            }
        }
        let difference = difference(self.base, &self.after(&edits)?);
        Some(Way { edits, privilege: difference.privilege(), difference })
    }

    fn reaches(&mut self, edits: &[Edit]) -> bool {
        self.played += 1;
        self.after(edits).is_some_and(|played| self.wanted.holds(&answers(&played)))
    }

    fn after(&self, edits: &[Edit]) -> Option<Played> {
        Some(self.rehearsal.play_with(edited(self.rehearsal, edits)?))
    }
}

/// What brings every required claim that is missing.
pub(in crate::preview) fn required_edits(rehearsal: &Rehearsal<'_>) -> Vec<Edit> {
    let documents = rehearsal.documents();
    let missing = |term: &Term| documents.value(term.document, &term.path).is_none();
    let given = |term: Term| {
        let word = term.example.map(str::to_owned).or_else(|| term.words.first().cloned())?;
        let place = Place { document: term.document, path: term.path };
        Some(Edit::giving(place, term.shape, None, &word).making_room(documents))
    };
    let terms = rehearsal.product().vocabulary(rehearsal.state()).into_iter();
    terms.filter(|term| term.required && missing(term)).filter_map(given).collect()
}

/// The documents after several edits.
pub(in crate::preview) fn edited(rehearsal: &Rehearsal<'_>, edits: &[Edit]) -> Option<Documents> {
    let start = rehearsal.documents().clone();
    edits.iter().try_fold(start, |documents, edit| edit.applied(&documents, rehearsal.twins()))
}

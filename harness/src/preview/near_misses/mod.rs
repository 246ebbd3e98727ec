//! Claims that are almost right: what is wrong with each, and the edit that would make it count.
//!
//! A candidate is found by looking, and shown only after the product has decided about it: an edit that changes nothing is
//! not shown, and what needs it no near miss. Only of a misspelt name a note is left, which promises nothing: what the claim
//! would have meant may be out of force today, and back tomorrow. What is tried is bounded, so that a strange token costs no more than a moment.

mod entries;
mod marks;
mod names;
mod places;
mod types;

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::Value;

use super::{Difference, Edit, Place, Played, Privilege, Rehearsal, difference};
use crate::decision::{ClaimPath, Document, Shape, Term};

/// Edits that are played for one preview.
const MOST_TRIALS: usize = 600;
/// Claims that are looked at in one document, and entries in one claim.
const MOST_PLACES: usize = 300;
/// How deep objects are looked into.
const MOST_DEPTH: usize = 5;
/// Near misses that are told; beyond these a token is not almost right.
const MOST_TOLD: usize = 20;

/// How much a near miss matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Something was probably meant that does not happen.
    Warning,
    /// Worth knowing.
    Note,
}

/// An edit that was played.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct WhatIf {
    /// The edit.
    pub edit: Edit,
    /// Whether somebody may do more after it. Such an edit is shown, and nothing makes it.
    pub privilege: Privilege,
    /// What it changes.
    pub difference: Difference,
}

/// A claim that is almost right.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NearMiss {
    /// `N0101` to `N0112`.
    pub code: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// The document that the claim is in.
    pub document: Document,
    /// Where in it, as a JSON pointer.
    pub path: String,
    /// The entry of the claim that is meant; empty for all of its value. Absent where the claim itself is meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entry: Option<String>,
    /// What is wrong.
    pub message: String,
    /// What could be done besides the edit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// The edit that would make it count; its outcome is that of the product.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub what_if: Option<WhatIf>,
}

impl NearMiss {
    /// Whether it is a misspelt name that would change nothing if it were right.
    fn is_idle(&self) -> bool {
        self.code == "N0101" && self.severity == Severity::Note
    }
}

/// Something that may be a near miss.
struct Candidate {
    code: &'static str,
    at: Place,
    /// The entry that is meant; empty for the whole value.
    entry: Option<String>,
    message: String,
    help: Option<String>,
    /// Edits, the likeliest first; the first that makes a difference is shown.
    edits: Vec<Edit>,
    /// Whether it is worth telling without an edit that makes a difference.
    anyway: bool,
    /// What is said where no edit makes a difference; it is then worth no more than a note.
    idle: Option<&'static str>,
    /// Whether an edit that only takes rights away makes the claim count.
    loss_counts: bool,
}

impl Candidate {
    fn new(code: &'static str, at: Place, message: String) -> Self {
        Self {
            code,
            at,
            entry: None,
            message,
            help: None,
            edits: Vec::new(),
            anyway: false,
            idle: None,
            loss_counts: true,
        }
    }

    fn with(self, edits: impl IntoIterator<Item = Edit>) -> Self {
        Self { edits: edits.into_iter().collect(), ..self }
    }

    /// About an entry of the claim's value, or about the value where it is empty.
    fn of_entry(self, entry: &str) -> Self {
        Self { entry: Some(entry.to_owned()), ..self }
    }

    fn anyway(self) -> Self {
        Self { anyway: true, ..self }
    }

    fn or_note(self, idle: &'static str) -> Self {
        Self { idle: Some(idle), ..self }
    }

    fn help(self, help: Option<String>) -> Self {
        Self { help, ..self }
    }
}

/// A sign-in that is looked at for near misses.
struct Scene<'s> {
    rehearsal: &'s Rehearsal<'s>,
    base: &'s Played,
    terms: Vec<Term>,
}

impl Scene<'_> {
    fn value(&self, at: &Place) -> Option<&Value> {
        self.rehearsal.documents().value(at.document, &at.path)
    }

    fn place(term: &Term) -> Place {
        Place { document: term.document, path: term.path.clone() }
    }

    /// Claims that the product asks for and that are there.
    fn present(&self) -> impl Iterator<Item = (&Term, Place, &Value)> {
        self.terms.iter().filter_map(|term| {
            let place = Self::place(term);
            let value = self.rehearsal.documents().value(term.document, &term.path)?;
            Some((term, place, value))
        })
    }

    /// Claims that the product asks for and that are not there.
    fn absent(&self) -> impl Iterator<Item = (&Term, Place)> {
        self.terms
            .iter()
            .map(|term| (term, Self::place(term)))
            .filter(|(_, place)| self.value(place).is_none())
    }

    /// The documents that can differ: of twins, the one that identifies the user.
    fn documents(&self) -> Vec<Document> {
        let all = [Document::IdToken, Document::AccessToken, Document::Userinfo];
        all.into_iter()
            .filter(|document| !(self.rehearsal.twins() && *document == Document::IdToken))
            .collect()
    }

    /// Every claim of a document, outermost first.
    fn places(&self, document: Document) -> Vec<(Place, &Value)> {
        let mut found = Vec::new();
        let mut open: Vec<(Vec<String>, &Value)> = Vec::new();
        for (name, value) in self.rehearsal.documents().claims(document).into_iter().flatten() {
            open.push((vec![name.clone()], value));
        }
        let mut next = 0;
        while let Some((segments, value)) = open.get(next).cloned().filter(|_| next < MOST_PLACES) {
            next += 1;
            if let Some(members) = value.as_object().filter(|_| segments.len() < MOST_DEPTH) {
                let inner = |name: &String| segments.iter().chain([name]).cloned().collect::<Vec<_>>();
                open.extend(members.iter().map(|(name, value)| (inner(name), value)));
            }
            found.push((Place { document, path: ClaimPath::of(segments) }, value));
        }
        found
    }

    /// Whether this is a claim that the product asks for, or one that leads to it.
    fn is_asked_for(&self, place: &Place) -> bool {
        let leads = |term: &Term| term.path.segments().starts_with(place.path.segments());
        self.terms.iter().any(|term| term.document == place.document && leads(term))
    }

    /// The near miss, if some edit of the candidate makes a difference.
    fn tried(&self, candidate: Candidate, trials: &mut usize) -> Option<NearMiss> {
        let mut what_if = None;
        let mut all_tried = true;
        for edit in candidate.edits {
            let Some(left) = trials.checked_sub(1) else {
                all_tried = false;
                break;
            };
            *trials = left;
            what_if = played(self.rehearsal, self.base, edit)
                .filter(|played| candidate.loss_counts || played.privilege != Privilege::Lowers);
            if what_if.is_some() {
                break;
            }
        }
        let idle = candidate.idle.filter(|_| what_if.is_none() && all_tried);
        if what_if.is_none() && idle.is_none() && !candidate.anyway {
            return None;
        }
        let is_note = candidate.anyway || idle.is_some();
        Some(NearMiss {
            code: candidate.code,
            severity: if is_note { Severity::Note } else { Severity::Warning },
            document: candidate.at.document,
            path: candidate.at.path.pointer(),
            entry: candidate.entry,
            message: candidate.message,
            help: candidate.help.or_else(|| idle.map(str::to_owned)),
            what_if,
        })
    }
}

/// What an edit changes; `None` when it cannot be made or changes nothing.
pub(super) fn played(rehearsal: &Rehearsal<'_>, base: &Played, edit: Edit) -> Option<WhatIf> {
    let documents = edit.applied(rehearsal.documents(), rehearsal.twins())?;
    let difference = difference(base, &rehearsal.play_with(documents));
    (!difference.is_nothing()).then(|| WhatIf { edit, privilege: difference.privilege(), difference })
}

/// Every near miss of a sign-in, in the order of their codes, and how many more there are.
pub fn near_misses(rehearsal: &Rehearsal<'_>, base: &Played) -> (Vec<NearMiss>, usize) {
    let terms = rehearsal.product().vocabulary(rehearsal.state());
    let scene = Scene { rehearsal, base, terms };
    let finders = [
        names::misspelt,
        types::mistyped,
        places::in_another_document,
        places::elsewhere,
        places::dotted,
        entries::malformed,
        entries::close,
        entries::unknown,
        marks::outranked,
        marks::not_requested,
        marks::referenced,
    ];
    let mut trials = most_trials(rehearsal);
    let mut seen = BTreeSet::new();
    let mut found: Vec<NearMiss> = Vec::new();
    for find in finders {
        for candidate in find(&scene) {
            // One claim is almost right in one way: the first that was found.
            let key = (candidate.at.clone(), candidate.message.clone());
            let moved = candidate.code < "N0106"
                && found.iter().any(|miss| !miss.is_idle() && is_at(miss, &candidate.at));
            // An entry that is close to a known one is not also told to be unknown.
            let close = candidate.code > "N0107"
                && found.iter().any(|miss| same_entry(&miss.message, &candidate.message));
            if !moved && !close && seen.insert(key) {
                found.extend(scene.tried(candidate, &mut trials));
            }
        }
    }
    // What makes a difference outdoes what would make none.
    let telling: BTreeSet<(Document, String)> =
        found.iter().filter(|miss| !miss.is_idle()).map(|miss| (miss.document, miss.path.clone())).collect();
    found.retain(|miss| !miss.is_idle() || !telling.contains(&(miss.document, miss.path.clone())));
    let more = found.len().saturating_sub(MOST_TOLD);
    found.truncate(MOST_TOLD);
    (found, more)
}

fn is_at(miss: &NearMiss, place: &Place) -> bool {
    miss.document == place.document && miss.path == place.path.pointer()
}

/// Whether two messages start with the same entry of the same claim.
fn same_entry(one: &str, other: &str) -> bool {
    let entry = |message: &str| message.split("` ").take(2).map(str::to_owned).collect::<Vec<_>>();
    entry(one) == entry(other) && one.contains("` in `")
}

/// Edits that are played at most: fewer in a token so large that each costs much.
fn most_trials(rehearsal: &Rehearsal<'_>) -> usize {
    let documents = [Document::IdToken, Document::AccessToken, Document::Userinfo];
    let claims = documents.into_iter().filter_map(|document| rehearsal.documents().claims(document));
    let size: usize = claims.flat_map(|claims| claims.values()).map(size).sum();
    (MOST_TRIALS * 100 / size.max(100)).max(MOST_TOLD)
}

/// How many values there are in a value.
fn size(value: &Value) -> usize {
    match value {
        Value::Array(entries) => 1 + entries.iter().map(size).sum::<usize>(),
        Value::Object(members) => 1 + members.values().map(size).sum::<usize>(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => 1,
    }
}

/// How a shape is called.
const fn in_words(shape: Shape) -> &'static str {
    match shape {
        Shape::Text => "a text",
        Shape::Truth => "`true` or `false`",
        Shape::SeparatedText => "a text, its entries separated by commas,",
        Shape::List | Shape::ListOrText => "a list of texts",
    }
}

/// How two words differ, if they are close: in letter case and the like, or by a few letters.
fn closeness(written: &str, meant: &str) -> Option<(usize, String)> {
    if written == meant {
        return None;
    }
    if written.trim() == meant {
        return Some((0, "in blanks around it".to_owned()));
    }
    if written.to_lowercase() == meant.to_lowercase() {
        return Some((0, "in letter case".to_owned()));
    }
    if plain(written) == plain(meant) {
        return Some((1, "in letter case, blanks, `-` or `_`".to_owned()));
    }
    let length = written.chars().count().min(meant.chars().count());
    let distance = strsim::damerau_levenshtein(&written.to_lowercase(), &meant.to_lowercase());
    let near = distance <= (length / 3).min(2);
    let letters = if distance == 1 { "by one letter".to_owned() } else { format!("by {distance} letters") };
    near.then_some((distance + 1, letters))
}

/// A word without what is easily written in another way.
fn plain(word: &str) -> String {
    word.chars().filter(|c| !matches!(c, '-' | '_' | ' ')).flat_map(char::to_lowercase).collect()
}

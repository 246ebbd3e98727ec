//! How sure a decision is: it is made again under every other answer to the open questions about the product.
//!
//! Every alternative of every question is played by itself. Where that changes nothing, pairs are played as well, of those
//! questions that some step of these decisions asked: two answers can matter together that do not matter alone. Three at
//! once are not played. A question that was answered by hand is settled.

use std::collections::BTreeSet;

use serde::Serialize;
use serde::ser::{SerializeStruct, Serializer};

use super::{Difference, Played, Rehearsal, difference};
use crate::decision::{Choice, Reading};

/// One answer to an open question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Chosen {
    /// The question's id, for example `BP-Q2`.
    pub reading: &'static str,
    /// The answer's name.
    pub choice: &'static str,
    /// What the product does under it.
    pub meaning: &'static str,
}

/// Other answers that change the decision.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Swing {
    /// The answers; two only where neither matters alone.
    pub readings: Vec<Chosen>,
    /// What they change.
    pub difference: Difference,
}

/// How sure a decision is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Certainty {
    /// How many other sets of answers were played.
    pub played: usize,
    /// Those that change something.
    pub swings: Vec<Swing>,
}

impl Certainty {
    /// Whether all answers that were played lead to the same decision.
    pub const fn is_certain(&self) -> bool {
        self.swings.is_empty()
    }

    /// The ids of the questions that matter, each once, in the order of the catalogue.
    pub fn open(&self) -> Vec<&'static str> {
        let mut seen = BTreeSet::new();
        let ids = self.swings.iter().flat_map(|swing| &swing.readings).map(|chosen| chosen.reading);
        ids.filter(|id| seen.insert(*id)).collect()
    }
}

impl Serialize for Certainty {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut members = serializer.serialize_struct("Certainty", 3)?;
        members.serialize_field("certain", &self.is_certain())?;
        members.serialize_field("alternatives_played", &self.played)?;
        members.serialize_field("depends_on", &self.swings)?;
        members.end()
    }
}

/// Decides again under every other answer, and says which of them change something.
pub fn certainty(rehearsal: &Rehearsal<'_>, usual: &Played) -> Certainty {
    let mut certainty = Certainty::default();
    let mut asked = asked(usual);
    let mut idle = Vec::new();
    for answer in alternatives(rehearsal) {
        let Some(played) = rehearsal.play_under(&[(answer.reading, answer.choice)]) else { continue };
        asked.extend(self::asked(&played));
        if !certainty.weigh(usual, &played, vec![answer]) {
            idle.push(answer);
        }
    }
    let swung: BTreeSet<&str> = certainty.open().into_iter().collect();
    idle.retain(|answer| asked.contains(answer.reading) && !swung.contains(answer.reading));
    for (index, one) in idle.iter().enumerate() {
        for other in idle.iter().skip(index + 1).filter(|other| other.reading != one.reading) {
            let both = [(one.reading, one.choice), (other.reading, other.choice)];
            if let Some(played) = rehearsal.play_under(&both) {
                certainty.weigh(usual, &played, vec![*one, *other]);
            }
        }
    }
    certainty
}

impl Certainty {
    /// Notes a set of answers if it changes something.
    fn weigh(&mut self, usual: &Played, played: &Played, readings: Vec<Chosen>) -> bool {
        self.played += 1;
        let difference = difference(usual, played);
        if difference.is_nothing() {
            return false;
        }
        self.swings.push(Swing { readings, difference });
        true
    }
}

/// Every answer that is not in force, to every question that was not settled by hand.
fn alternatives(rehearsal: &Rehearsal<'_>) -> Vec<Chosen> {
    let settled = &rehearsal.setup().readings;
    let open = rehearsal.kind().readings().iter().filter(|reading| !settled.contains_key(reading.id));
    let others = |reading: &'static Reading| {
        let chosen = |choice: &'static Choice| Chosen {
            reading: reading.id,
            choice: choice.name,
            meaning: choice.meaning,
        };
        // The first choice is the one in force.
        reading.choices.iter().skip(1).map(chosen)
    };
    open.flat_map(others).collect()
}

/// The questions that some step asked.
fn asked(played: &Played) -> BTreeSet<&'static str> {
    played.envelope.trace.steps.iter().flat_map(|step| step.readings.keys().copied()).collect()
}

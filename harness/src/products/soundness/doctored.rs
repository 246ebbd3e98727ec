//! Products whose explanations are not true, to show that the property notices.

use serde_json::Value;

use crate::decision::{
    AnyProduct, AtState, ClaimPath, Departures, Document, Doubt, Envelope, Event, Grant, Mistake, Profile,
    Range, SessionView, Standing, Start, Term, Timestamp,
};

/// A product that decides like the one inside and explains otherwise.
#[derive(Debug)]
pub(super) struct Doctored {
    pub(super) inside: Box<dyn AnyProduct>,
    pub(super) lie: Lie,
}

/// What is wrong with the explanation.
#[derive(Clone, Copy, Debug)]
pub(super) enum Lie {
    /// No step admits to having looked at this claim.
    Conceals(&'static str),
    /// This result value is said to rest on nothing but this claim.
    Blames(&'static str, &'static str),
}

impl AnyProduct for Doctored {
    fn on(&self, state: &Value, event: &Event, now: Timestamp) -> (Envelope, Value) {
        let (mut envelope, after) = self.inside.on(state, event, now);
        let trace = &mut envelope.trace;
        match self.lie {
            Lie::Conceals(claim) => {
                let hidden = ClaimPath::top(claim).pointer();
                for step in &mut trace.steps {
                    step.reads.retain(|read| !(read.document.carries_claims() && read.path == hidden));
                }
            }
            Lie::Blames(value, claim) => {
                let blamed = ClaimPath::top(claim).pointer();
                let guilty = trace.steps.iter_mut().find(|step| {
                    step.reads.iter().any(|read| read.document == Document::IdToken && read.path == blamed)
                });
                if let Some(guilty) = guilty {
                    guilty.because.clear();
                    guilty.reads.retain(|read| read.path == blamed);
                    let steps = vec![guilty.seq];
                    trace.provenance.insert(value.to_owned(), steps);
                }
            }
        }
        (envelope, after)
    }

    fn profile(&self) -> &Profile {
        self.inside.profile()
    }

    fn departures(&self) -> Departures {
        self.inside.departures()
    }

    fn doubts(&self) -> Vec<Doubt> {
        self.inside.doubts()
    }

    fn read_state(&self, written: &Value) -> (Value, Vec<Mistake>) {
        self.inside.read_state(written)
    }

    fn admit(&self, start: &Start) -> Result<usize, Box<Envelope>> {
        self.inside.admit(start)
    }

    fn at<'p>(&'p self, state: &Value) -> Box<dyn AtState + 'p> {
        self.inside.at(state)
    }

    fn look(&self, state: &Value, session: &SessionView) -> Standing {
        self.inside.look(state, session)
    }

    fn vocabulary(&self, state: &Value) -> Vec<Term> {
        self.inside.vocabulary(state)
    }

    fn ranges(&self, state: &Value) -> Vec<Range> {
        self.inside.ranges(state)
    }

    fn grants(&self, record: &Value) -> Vec<Grant> {
        self.inside.grants(record)
    }
}

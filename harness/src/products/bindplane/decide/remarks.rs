//! What the claims give rise to report, in the order of the claims.

use super::Reasons;
use crate::decision::StepId;

/// Remarks that become findings, unless the claims turn out to be unusable.
#[derive(Debug, Default)]
pub(super) struct Remarks(Vec<Remark>);

#[derive(Debug)]
struct Remark {
    code: String,
    steps: Vec<StepId>,
    weight: Weight,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Weight {
    /// About a value that was understood one way or another (BP-R17, BP-R18); gives way to the next kind.
    Passing,
    /// Stays whatever becomes of the claims (BP-R8).
    Standing,
    /// Makes the claims unusable (BP-R19).
    Unusable,
}

impl Remarks {
    /// Notes a word or an entry that was odd but could be dealt with.
    pub(super) fn pass(&mut self, code: String, step: StepId) {
        self.0.push(Remark { code, steps: vec![step], weight: Weight::Passing });
    }

    /// Notes something that is reported in any case.
    pub(super) fn stand(&mut self, code: String, step: StepId) {
        self.0.push(Remark { code, steps: vec![step], weight: Weight::Standing });
    }

    /// Notes a claim that cannot be used; one that is spoilt in several ways is reported once.
    pub(super) fn unusable(&mut self, claim: &str, step: StepId) {
        let code = format!("claims_unparseable:{claim}");
        match self.0.iter_mut().find(|remark| remark.code == code) {
            Some(known) => known.steps.push(step),
            None => self.0.push(Remark { code, steps: vec![step], weight: Weight::Unusable }),
        }
    }

    /// The steps that found claims unusable.
    pub(super) fn unusable_steps(&self) -> Vec<StepId> {
        let unusable = self.0.iter().filter(|remark| remark.weight == Weight::Unusable);
        unusable.flat_map(|remark| remark.steps.iter().copied()).collect()
    }

    /// Turns the remarks into findings.
    pub(super) fn report(self, reasons: &mut Reasons<'_>) {
        let unusable = !self.unusable_steps().is_empty();
        for Remark { code, steps, weight } in self.0 {
            if !(unusable && weight == Weight::Passing) {
                reasons.finding(code, steps);
            }
        }
    }
}

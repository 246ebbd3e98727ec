//! `R06..`: what a run finds.

use super::{Code, Example, code};

pub(super) const CODES: &[Code] = &[
    code(
        "R0601",
        "an expectation does not hold",
        "The caret is under the expected value, and the label says what came out. The lines beginning with `why` are the \
         rules that led to it, with the claims they read. Maps are matched as subsets and lists exactly, unless a matcher \
         (`$exact`, `$unordered`, `$contains` …) says otherwise.",
        Example::Run {
            wrong: "steps: [{ login: ada, expect: { project_roles: { P1: viewer } } }]\n",
            right: "steps: [{ login: ada, expect: { project_roles: { P1: admin } } }]\n",
        },
        &["scenarios/README.md"],
    ),
    code(
        "R0602",
        "the outcome is not that of the snapshot",
        "Either there is no snapshot yet, or what came out differs from it. `harness run` leaves the present \
         outcome beside it, and `harness review` shows what changed, permissions first, to be accepted or \
         rejected.",
        Example::Run {
            wrong: "steps: [{ login: ada, snapshot: true }]\n",
            right: "steps: [{ login: ada, expect: { decision: signed_in } }]\n",
        },
        &["scenarios/README.md"],
    ),
    code(
        "R0603",
        "a step could not be carried out",
        "Nothing was decided, so there is nothing to compare: there is no session to renew, the provider showed a page \
         that nobody answers, the product was not there.",
        Example::Run {
            wrong: "steps: [{ refresh: token, expect: { decision: signed_in } }]\n",
            right: "steps: [{ login: ada, expect: { decision: signed_in } }]\n",
        },
        &[],
    ),
];

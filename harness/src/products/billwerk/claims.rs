//! Who the ID token says it is.

use serde_json::json;

use super::rules::BW_R4;
use super::state::{Effect, Person, State};
use super::users::Who;
use crate::decision::{ClaimPath, Document, Rule, StepId, Typed};
use crate::products::draft::{Draft, Refusal};

/// A claim that was found, and the step that read it.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) value: String,
    pub(super) step: StepId,
}

/// The claims that a login must bring.
#[derive(Debug)]
pub(super) struct Identified {
    pub(super) sub: Found,
    pub(super) email: Found,
    /// The step that found nothing missing.
    pub(super) step: StepId,
}

/// BW-R4: `sub` and `email` are required.
pub(super) fn identified(draft: &mut Draft<'_, Effect>) -> Result<Identified, Refusal> {
    let (sub, email) = (required(draft, "sub"), required(draft, "email"));
    let (sub, email) = match (sub, email) {
        (Ok(sub), Ok(email)) => (sub, email),
        (sub, email) => {
            // in the order of their names
            let missing = [("email", email.err()), ("sub", sub.err())];
            return Err(incomplete(draft, missing));
        }
    };
    let mut step = draft.step(&BW_R4);
    step.because([sub.step, email.step]);
    let step = step.not_applicable("`sub` and `email` are there");
    Ok(Identified { sub, email, step })
}

fn incomplete(draft: &mut Draft<'_, Effect>, missing: [(&str, Option<StepId>); 2]) -> Refusal {
    let (names, steps): (Vec<String>, Vec<StepId>) =
        missing.into_iter().filter_map(|(name, step)| Some((name.to_owned(), step?))).unzip();
    let mut step = draft.step(&BW_R4);
    step.because(steps);
    step.then("refuse", "/decision", Some(json!("missing_required_claim")));
    let step = step.fired(format!("missing: {}", names.join(", ")));
    Refusal { claims: Some(names), ..Refusal::because("missing_required_claim", [step]) }
}

/// A text that is not blank; anything else counts as missing.
fn required(draft: &mut Draft<'_, Effect>, name: &'static str) -> Result<Found, StepId> {
    let mut step = draft.step(&BW_R4);
    match step.claim(Document::IdToken, &ClaimPath::top(name)).text() {
        Typed::Is(text) if text.trim().is_empty() => Err(step.unreadable(format!("`{name}` is blank"))),
        Typed::Is(text) => {
            Ok(Found { value: text.to_owned(), step: step.not_applicable(format!("`{name}` is there")) })
        }
        Typed::Not(kind) => Err(step.unreadable(format!("`{name}` is no string but of type {kind}"))),
        Typed::Absent => {
            step.default(name, "none");
            Err(step.no_input(format!("`{name}` is not there")))
        }
    }
}

/// The person, with the steps that read each name.
#[derive(Debug)]
pub(super) struct Named {
    pub(super) person: Person,
    pub(super) steps: [StepId; 2],
}

/// The first and the last name, each left empty without its claim.
pub(super) fn named(
    draft: &mut Draft<'_, Effect>,
    state: &State,
    who: Who,
    identified: &Identified,
) -> Named {
    let stored = who.known(state);
    let first = name(draft, who.rule(), ("given_name", stored.map(|user| user.first_name.as_str())));
    let last = name(draft, who.rule(), ("family_name", stored.map(|user| user.last_name.as_str())));
    draft.rests_on("/user/external_id", [identified.sub.step]);
    draft.rests_on("/user/email", [identified.email.step]);
    draft.rests_on("/user/first_name", [first.step]);
    draft.rests_on("/user/last_name", [last.step]);
    let person = Person {
        external_id: identified.sub.value.clone(),
        email: identified.email.value.clone(),
        first_name: first.value,
        last_name: last.value,
    };
    Named { person, steps: [first.step, last.step] }
}

/// One name, under the rule that writes it; for a user who has signed in before with the name that is stored.
fn name(
    draft: &mut Draft<'_, Effect>,
    rule: &'static Rule,
    (claim, stored): (&'static str, Option<&str>),
) -> Found {
    let mut step = draft.step(rule);
    let found = step.claim(Document::IdToken, &ClaimPath::top(claim)).text();
    if found == Typed::Absent {
        step.default(claim, "");
    }
    let (value, why) = match found {
        Typed::Is(text) => (text, format!("the name is `{claim}`")),
        Typed::Not(kind) => ("", format!("`{claim}` is no string but of type {kind}: left empty")),
        Typed::Absent => ("", format!("`{claim}` is not there: left empty")),
    };
    let step = match found {
        _ if stored.is_some_and(|stored| stored == value) => step.not_applicable(format!("{why}, as stored")),
        Typed::Is(_) => step.fired(why),
        Typed::Not(_) => step.unreadable(why),
        Typed::Absent => step.no_input(why),
    };
    Found { value: value.to_owned(), step }
}

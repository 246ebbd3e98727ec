//! A sign-in to Bindplane, from top to bottom.

mod claims;
mod default_role;
mod entries;
pub(super) mod gate;
mod names;
mod newcomer;
mod organization;
mod person;
mod remarks;
mod returning;
mod scope;

use indexmap::IndexMap;
use serde_json::json;

use super::Bindplane;
use super::config::Config;
use super::record::{Effect, OrganizationRole, Record, Role, Session, State, User};
use super::rules;
use crate::decision::{Decision, SignIn, StepId};
use crate::products::draft::{Draft, Refusal, segment};

/// The draft of a Bindplane decision.
pub(super) type Reasons<'a> = Draft<'a, Effect>;

/// A role and the step that gives it.
#[derive(Clone, Copy, Debug)]
struct Given {
    role: Role,
    step: StepId,
}

/// What a user is to have, and why.
#[derive(Clone, Debug)]
struct Access {
    organization: (OrganizationRole, StepId),
    projects: IndexMap<String, Given>,
    /// The step that says that these are all.
    step: StepId,
}

impl Access {
    fn roles(&self) -> IndexMap<String, Role> {
        self.projects.iter().map(|(project, given)| (project.clone(), given.role)).collect()
    }
}

/// Decides a sign-in.
pub(super) fn sign_in(config: &Config, state: &State, sign_in: &SignIn) -> Decision<Bindplane> {
    let mut reasons = Draft::new(&sign_in.documents);
    match decide(config, state, sign_in, &mut reasons) {
        Ok((session, steps)) => reasons.signed_in(Record::Session(session), steps),
        Err(refusal) => reasons.refused(refusal),
    }
}

fn decide(
    config: &Config,
    state: &State,
    sign_in: &SignIn,
    reasons: &mut Reasons<'_>,
) -> Result<(Session, Vec<StepId>), Refusal> {
    let opened = gate::open(config, reasons)?;
    gate::exchanged(sign_in, reasons)?;
    let person = person::named(config, sign_in, reasons)?;
    let first = first(config, state, person.step, reasons);
    let (access, steps) = if let Some(first) = first {
        newcomer::bootstrapped(state, &person, first, reasons)
    } else if let Some(position) = person::stored(config, state, &person) {
        let known = returning::Known { position, person: &person };
        let meaning = claims::read(config, state, reasons);
        returning::settled(config, state, &known, (meaning, reasons))?
    } else {
        let meaning = claims::read(config, state, reasons);
        newcomer::provisioned(config, state, &person, (meaning, reasons))?
    };
    let user = User {
        iss: Some(person.iss),
        sub: Some(person.sub),
        login: person.login,
        organization_role: access.organization.0,
        project_roles: access.roles(),
    };
    provenance(&access, person.step, person.named, reasons);
    let steps = [opened, person.step].into_iter().chain(steps);
    Ok((state.session_of(&user), steps.collect()))
}

/// BP-R27 and BP-R28: being first outranks everything (BP-Q7).
fn first(config: &Config, state: &State, person: StepId, reasons: &mut Reasons<'_>) -> Option<StepId> {
    use super::readings::FirstAndLast;
    let reading = config.readings.first_and_last;
    let follows = matches!(reading, FirstAndLast::ClaimsKeepLast | FirstAndLast::ClaimsDemoteLast)
        && config.invitations_disabled();
    let mut step = reasons.step(&rules::BP_R27);
    step.because([person]);
    step.state("/users", Some(json!(state.users.len())));
    if !state.users.is_empty() {
        step.not_applicable(match state.users.len() {
            1 => "1 user already exists".to_owned(),
            many => format!("{many} users already exist"),
        });
        return None;
    }
    step.reading("BP-Q7", reading.name());
    if follows {
        step.not_applicable(
            "nobody exists yet, but with invitations disabled the first user follows claims too",
        );
        return None;
    }
    step.then("set", "/organization_role", Some(json!(OrganizationRole::Admin)));
    let first = step.fired("nobody exists yet");
    let mut step = reasons.step(&rules::BP_R28);
    step.because([first]);
    step.then("skip", "claims", None);
    Some(step.fired("claims are not looked at, and neither are invitations"))
}

fn provenance(access: &Access, person: StepId, named: StepId, reasons: &mut Reasons<'_>) {
    reasons.rests_on("/user/sub", [person]);
    reasons.rests_on("/user/login", [named]);
    reasons.rests_on("/organization_role", [access.organization.1]);
    let all = access.projects.values().map(|given| given.step).chain([access.step]);
    reasons.rests_on("/project_roles", all.collect::<Vec<_>>());
    for (project, given) in &access.projects {
        reasons.rests_on(format!("/project_roles/{}", segment(project)), [given.step]);
    }
}

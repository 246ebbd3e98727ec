//! Which stored user a login is, and what becomes of the profile.

use serde_json::json;

use super::claims::{Identified, Named};
use super::config::{Config, Integration};
use super::readings::{InternalUser, Linking};
use super::record::{Status, UserType};
use super::rules::{BW_R2, BW_R5, BW_R6, BW_R7, BW_R8, BW_R17, BW_R24};
use super::state::{Effect, Person, State, User};
use crate::decision::{Rule, StepId};
use crate::products::draft::{Draft, Refusal};

/// The stored user that a login is, by position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Who {
    /// Nobody yet.
    New,
    /// An external user who has signed in before.
    Known(usize),
    /// An invited user who has not.
    Invited(usize),
    /// An internal user who becomes external (BW-Q7 = `link`).
    Internal(usize),
}

impl Who {
    /// The stored user who has signed in before.
    pub(super) fn known(self, state: &State) -> Option<&User> {
        match self {
            Self::Known(index) => state.users.get(index),
            Self::New | Self::Invited(_) | Self::Internal(_) => None,
        }
    }

    /// The rule that writes the profile.
    pub(super) const fn rule(self) -> &'static Rule {
        match self {
            Self::New => &BW_R5,
            Self::Known(_) => &BW_R6,
            Self::Invited(_) => &BW_R17,
            Self::Internal(_) => &BW_R8,
        }
    }
}

/// The stored user, and the step that recognised it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Recognised {
    pub(super) who: Who,
    pub(super) step: StepId,
}

impl Recognised {
    /// The user's position in the state; that of a new user is the next one.
    pub(super) fn position(self, state: &State) -> usize {
        match self.who {
            Who::New => state.users.len(),
            Who::Known(index) | Who::Invited(index) | Who::Internal(index) => index,
        }
    }
}

/// What is looked through for the user: the configuration, the state, and the integration of the login.
#[derive(Clone, Copy, Debug)]
pub(super) struct Account<'a> {
    pub(super) config: &'a Config,
    pub(super) state: &'a State,
    pub(super) integration: Integration,
}

/// Finds the user: by External Id, else as an invitation, else nobody. An internal user is in the way of all (BW-R8).
pub(super) fn recognised(
    draft: &mut Draft<'_, Effect>,
    account: Account<'_>,
    identified: &Identified,
) -> Result<Recognised, Refusal> {
    let internal = internal_user(draft, account, identified)?;
    let by_id = by_external_id(draft, account, identified);
    if let Some(index) = by_id.user {
        return Ok(Recognised { who: Who::Known(index), step: by_id.step });
    }
    if let Some((index, step)) = internal {
        return Ok(Recognised { who: Who::Internal(index), step });
    }
    let invited = invitation(draft, account, identified, by_id.step);
    let who = invited.user.map_or(Who::New, Who::Invited);
    Ok(Recognised { who, step: invited.step })
}

/// The outcome of a search.
struct Search {
    user: Option<usize>,
    step: StepId,
}

/// BW-R8: an internal user with this e-mail address is not taken over, unless BW-Q7 says it becomes external.
fn internal_user(
    draft: &mut Draft<'_, Effect>,
    account: Account<'_>,
    identified: &Identified,
) -> Result<Option<(usize, StepId)>, Refusal> {
    let email = &identified.email;
    let has_it = |user: &User| user.user_type == UserType::Internal && user.has_email(&email.value);
    let found = account.state.users.iter().position(has_it);
    let mut step = draft.step(&BW_R8);
    step.because([email.step]);
    let Some(index) = found else {
        step.state("/users", None);
        step.not_applicable("no internal user has this e-mail address");
        return Ok(None);
    };
    step.state(format!("/users/{index}"), account.state.users.get(index).map(|user| json!(user)));
    step.reading("BW-Q7", account.config.readings.internal_user.name());
    match account.config.readings.internal_user {
        InternalUser::Refuse => {
            step.then("refuse", "/decision", Some(json!("internal_user_email_conflict")));
            let step = step.fired("an internal user has this e-mail address");
            Err(Refusal::because("internal_user_email_conflict", [step]))
        }
        InternalUser::Link => {
            step.because([identified.step]);
            Ok(Some((index, step.fired("the internal user with this e-mail address becomes external"))))
        }
    }
}

/// BW-R2: the external user of this integration with this External Id, who has signed in before.
fn by_external_id(draft: &mut Draft<'_, Effect>, account: Account<'_>, identified: &Identified) -> Search {
    let id = &identified.sub.value;
    let is_it = |user: &User| {
        user.is_of(account.integration)
            && user.status == Status::Active
            && user.external_id.as_deref() == Some(id)
    };
    let user = account.state.users.iter().position(is_it);
    let mut step = draft.step(&BW_R2);
    step.because([identified.step]);
    let step = if let Some(index) = user {
        step.state(format!("/users/{index}/external_id"), Some(json!(id)));
        step.fired(format!("an external user has the External Id `{id}`"))
    } else {
        step.state("/users", None);
        step.not_applicable(format!("no external user has signed in with the External Id `{id}`"))
    };
    Search { user, step }
}

/// BW-R17, BW-Q4: the invitation that this login takes up.
fn invitation(
    draft: &mut Draft<'_, Effect>,
    account: Account<'_>,
    identified: &Identified,
    unknown: StepId,
) -> Search {
    let linking = account.config.readings.linking;
    let holds_id = |user: &User| user.external_id.as_ref() == Some(&identified.sub.value);
    let holds_email = |user: &User| user.has_email(&identified.email.value);
    let open = |user: &User| user.is_of(account.integration) && user.status == Status::Invited;
    let find =
        |takes: &dyn Fn(&User) -> bool| account.state.users.iter().position(|user| open(user) && takes(user));
    let user = match linking {
        Linking::ExternalIdThenEmail => {
            find(&holds_id).or_else(|| find(&|user| user.external_id.is_none() && holds_email(user)))
        }
        Linking::ExternalId => find(&holds_id),
        Linking::Email => find(&holds_email),
    };
    let mut step = draft.step(&BW_R17);
    step.because([unknown]);
    step.reading("BW-Q4", linking.name());
    let step = if let Some(index) = user {
        step.state(format!("/users/{index}"), account.state.users.get(index).map(|user| json!(user)));
        step.then("set", "/user/external_id", Some(json!(identified.sub.value)));
        step.fired("this is the invited user's first login; the External Id is bound now")
    } else {
        step.state("/users", None);
        step.not_applicable("no open invitation is meant for this login")
    };
    Search { user, step }
}

/// What the login does to the stored user, roles aside; the step that the user rests on.
pub(super) fn profile_written(
    draft: &mut Draft<'_, Effect>,
    account: Account<'_>,
    recognised: Recognised,
    named: &Named,
) -> StepId {
    let person = named.person.clone();
    match recognised.who {
        Who::New => return created(draft, account, recognised.step, &person),
        Who::Known(index) => updated(draft, account.state, (index, recognised.step), named),
        Who::Invited(index) => draft.effect(Effect::Linked(index, person), [recognised.step]),
        Who::Internal(index) => {
            draft.effect(Effect::Converted(index, account.integration, person), [recognised.step]);
        }
    }
    recognised.step
}

/// BW-R5, BW-R24: an unknown user is created, with no privilege of its own even as the first one.
fn created(draft: &mut Draft<'_, Effect>, account: Account<'_>, unknown: StepId, person: &Person) -> StepId {
    let mut user = User { provider: account.integration, ..User::default() };
    user.is_now(person);
    let mut step = draft.step(&BW_R5);
    step.because([unknown]);
    step.then("set", "/user", Some(json!(user.email)));
    let step = step.fired("the user is created");
    draft.effect(Effect::Created(Box::new(user)), [step]);
    if account.state.users.is_empty() {
        let mut first = draft.step(&BW_R24);
        first.state("/users", None);
        first.fired("this is the account's first user, who gets what anybody would get");
    }
    step
}

/// BW-R6, BW-R7: e-mail and names follow the provider.
fn updated(draft: &mut Draft<'_, Effect>, state: &State, (index, known): (usize, StepId), named: &Named) {
    let Some(user) = state.users.get(index) else { return };
    let changed = changes(user, &named.person);
    let stored = json!({"email": user.email, "first_name": user.first_name, "last_name": user.last_name});
    let mut step = draft.step(&BW_R6);
    step.because(named.steps.into_iter().chain([known]));
    step.state(format!("/users/{index}"), Some(stored));
    if changed.is_empty() {
        step.not_applicable("e-mail and names are as stored");
        return;
    }
    let step = step.fired(format!("changed at the provider: {}", changed.join(", ")));
    draft.effect(Effect::ProfileUpdated(index, named.person.clone()), [step]);
    if changed.contains(&"email") {
        let mut by_provider = draft.step(&BW_R7);
        by_provider.because([step]);
        by_provider.then("set", "/user/email", Some(json!(named.person.email)));
        by_provider.fired("the provider changes the e-mail address, which billwerk itself cannot");
    }
}

fn changes(user: &User, person: &Person) -> Vec<&'static str> {
    let fields = [
        ("email", user.email == person.email),
        ("first name", user.first_name == person.first_name),
        ("last name", user.last_name == person.last_name),
    ];
    fields.into_iter().filter(|(_, same)| !same).map(|(name, _)| name).collect()
}

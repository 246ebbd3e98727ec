//! Who signs in (BP-R4, BP-Q16).

use super::super::config::Config;
use super::super::readings::UserKey;
use super::super::record::State;
use super::super::rules;
use super::super::settings::ISSUER;
use super::Reasons;
use crate::decision::{ClaimPath, Document, SignIn, StepId};
use crate::products::draft::Refusal;

/// The person who signs in.
pub(super) struct Person {
    pub(super) iss: String,
    pub(super) sub: String,
    /// The name to show.
    pub(super) login: String,
    /// The step that read the identity.
    pub(super) step: StepId,
    /// The step that read the name.
    pub(super) named: StepId,
}

/// The person, by issuer and subject; the e-mail address is what is shown.
pub(super) fn named(config: &Config, sign_in: &SignIn, reasons: &mut Reasons<'_>) -> Result<Person, Refusal> {
    let by = config.readings.user_key;
    let mut step = reasons.step(&rules::BP_R4);
    step.reading("BP-Q16", by.name());
    // without an exchange, the person is taken for one of the configured issuer
    let iss = if sign_in.origin.issuer.is_empty() {
        step.config(ISSUER, Some(config.text(ISSUER).into()));
        config.text(ISSUER)
    } else {
        step.request("/issuer", Some(sign_in.origin.issuer.as_str().into()));
        &sign_in.origin.issuer
    };
    let sub = step.claim(Document::IdToken, &ClaimPath::top("sub")).text().ok().unwrap_or_default();
    if sub.is_empty() {
        step.default("identity", "none");
        step.then("refuse", "/decision", None);
        return Err(missing("sub", step.no_input("the ID token names no subject")));
    }
    let step = step.fired("issuer and subject identify the person");

    let mut email = reasons.step(&rules::BP_R4);
    email.because([step]);
    let login = email.claim(Document::IdToken, &ClaimPath::top("email")).text().ok().unwrap_or_default();
    if login.is_empty() && by == UserKey::Email {
        email.default("identity", "none");
        email.then("refuse", "/decision", None);
        return Err(missing("email", email.no_input("the ID token names no e-mail address")));
    }
    let person = |login: &str, named| Person {
        iss: iss.to_owned(),
        sub: sub.to_owned(),
        login: login.to_owned(),
        step: if by == UserKey::Email { named } else { step },
        named,
    };
    if login.is_empty() {
        email.default("login", sub);
        return Ok(person(sub, email.no_input("without an e-mail address the subject is shown")));
    }
    Ok(person(login, email.fired("the e-mail address is shown")))
}

/// The position of the stored user. One who was added by hand has no subject yet and is known by the address.
pub(super) fn stored(config: &Config, state: &State, person: &Person) -> Option<usize> {
    let same_login = |login: &str| login.to_lowercase() == person.login.to_lowercase();
    state.users.iter().position(|user| match (&user.sub, config.readings.user_key) {
        (Some(sub), UserKey::IssuerAndSubject) => {
            *sub == person.sub && user.iss.as_deref().unwrap_or(config.text(ISSUER)) == person.iss
        }
        (None, _) | (_, UserKey::Email) => same_login(&user.login),
    })
}

fn missing(claim: &str, step: StepId) -> Refusal {
    let refusal = Refusal::because("missing_required_claim", [step]);
    Refusal { claims: Some(vec![claim.to_owned()]), ..refusal }
}

//! BillRun's decisions, event by event.

use serde_json::{Map, Value, json};

use super::claims::{self, Found};
use super::config::{Config, Provider};
use super::gates::{self, Chosen, Refusal};
use super::readings::Identity as Person;
use super::record::{AuditEntry, Effect, Identity, Record, Session};
use super::rules::{BR_R12, BR_R13, BR_R15, BR_R16, BR_R18, BR_R19, BR_R20, BR_R23};
use super::{BillRun, exchange, permissions, redirect};
use crate::decision::{
    Decision, Documents, Event, ProtocolFailure, Reasoning, Rejected, SessionView, SignIn, Start, StepId,
    Timestamp, Verdict,
};

pub(super) fn on(config: &Config, event: &Event, now: Timestamp) -> Decision<BillRun> {
    match event {
        Event::SignIn(sign_in) => signed_in(config, sign_in, now),
        Event::Renewal(_) => not_offered("renewal_not_supported", &BR_R20, "sessions are not renewed"),
        Event::RenewalRefused { session, .. } => kept(session, &BR_R20, "the session stays as it is"),
        Event::SignOut { session } => {
            kept(session, &BR_R23, "the local session ends; the one at the provider goes on")
        }
        Event::PermissionCheck { session, permission } => checked(config, session, permission),
        Event::Administer(_) => {
            not_offered("no_stored_users", &BR_R19, "users are virtual: there is nobody to administer")
        }
    }
}

/// The refusal of a start URL, for a visitor who has not left yet.
pub(super) fn start(config: &Config, start: &Start) -> Result<usize, Box<Decision<BillRun>>> {
    let documents = Documents::default();
    let mut reasoning = Reasoning::new(&documents);
    match gates::pass(&mut reasoning, config, start) {
        Ok(chosen) => Ok(chosen.index),
        Err(refusal) => Err(Box::new(refused(reasoning, refusal, Vec::new(), None))),
    }
}

/// A sign-in that went through, before it is put into words.
struct Opened<'c> {
    chosen: Chosen<'c>,
    username: Found<String>,
    roles: Found<Vec<String>>,
    step: StepId,
}

fn signed_in(config: &Config, sign_in: &SignIn, now: Timestamp) -> Decision<BillRun> {
    let mut reasoning = Reasoning::new(&sign_in.documents);
    let mut findings = Vec::new();
    match opened(&mut reasoning, config, sign_in, &mut findings) {
        Ok(opened) => session(reasoning, config, sign_in, (opened, findings, now)),
        Err(refusal) => refused(reasoning, refusal, findings, sign_in.failure.clone()),
    }
}

/// The rules of a sign-in in the order of their refusals.
fn opened<'c>(
    reasoning: &mut Reasoning<'_>,
    config: &'c Config,
    sign_in: &SignIn,
    findings: &mut Vec<String>,
) -> Result<Opened<'c>, Refusal> {
    let chosen = gates::pass(reasoning, config, &asked_for(config, sign_in))?;
    let completed = exchange::completed(reasoning, config, sign_in)?;
    exchange::attested(reasoning, config, chosen.provider, sign_in);
    let answered = exchange::userinfo_answered(reasoning, config, sign_in)?;
    let username = claims::username(reasoning, config);
    let roles = claims::roles(reasoning, config, chosen.provider);
    if roles.in_structure == Some(false) {
        findings.push(structure_absent(reasoning, roles.found.step));
    }
    let step = has_user_and_roles(reasoning, config, &username, &roles.found)?;
    let step = {
        let mut all = reasoning.step(&BR_R20);
        all.because([chosen.step, completed, answered, step]);
        all.then("set", "/session", None);
        all.fired("the roles are those of this login, whatever was before, until the next login")
    };
    Ok(Opened { chosen, username, roles: roles.found, step })
}

/// What the visitor asked for. A sign-in without a start URL (a preview) means the first provider.
fn asked_for(config: &Config, sign_in: &SignIn) -> Start {
    let mut start = sign_in.start.clone();
    if start.provider.is_none() {
        start.provider = config.providers.first().map(|provider| provider.name.clone());
    }
    start
}

/// BR-R15: a user name and at least one role, or no session.
fn has_user_and_roles(
    reasoning: &mut Reasoning<'_>,
    config: &Config,
    username: &Found<String>,
    roles: &Found<Vec<String>>,
) -> Result<StepId, Refusal> {
    let no_roles = roles.value.as_ref().is_none_or(Vec::is_empty);
    let mut step = reasoning.step(&BR_R15);
    let why = match (username.value.is_none(), no_roles) {
        (false, false) => {
            step.because([username.step, roles.step]);
            return Ok(step.not_applicable("there are a user name and roles"));
        }
        // one missing part is reason enough: the refusal rests on the first
        (true, _) => {
            step.because([username.step]);
            "there is no user name"
        }
        (false, true) => {
            step.because([roles.step]);
            "there are no roles, and there is no default role"
        }
    };
    step.then("refuse", "/decision", Some(json!("session_error")));
    let step = step.fired(why);
    Err(Refusal::redirected(config, "session_error", [step]))
}

/// BR-R13: the surroundings of the role array are not demanded, only missed.
fn structure_absent(reasoning: &mut Reasoning<'_>, roles: StepId) -> String {
    let mut step = reasoning.step(&BR_R13);
    step.because([roles]);
    step.then("report", "/findings", Some(json!("billrun_roles_structure_absent")));
    let step = step.fired("the role array is not a member of an object called `billrun_roles`");
    reasoning.rests_on("/findings/0", [step]);
    "billrun_roles_structure_absent".to_owned()
}

fn session(
    mut reasoning: Reasoning<'_>,
    config: &Config,
    sign_in: &SignIn,
    (opened, findings, now): (Opened<'_>, Vec<String>, Timestamp),
) -> Decision<BillRun> {
    let reasons = &mut reasoning;
    let username = opened.username.value.unwrap_or_default();
    let roles = opened.roles.value.unwrap_or_default();
    reasons.rests_on("/decision", [opened.step]);
    reasons.rests_on("/session", [opened.step]);
    reasons.rests_on("/session/username", [opened.username.step]);
    reasons.rests_on("/session/auth_protocol", [opened.chosen.step]);
    reasons.rests_on("/session/auth_provider", [opened.chosen.step]);
    let stored = roles_stored(reasons, &roles, opened.roles.step);
    let identity = identity(reasons, config, opened.chosen.provider, (&username, opened.username.step));
    let effective = permissions::effective(reasons, config, &roles, stored);
    let entry =
        AuditEntry { action: "login".to_owned(), provider: opened.chosen.provider.name.clone(), at: now };
    let audited = Effect::Audited { key: format!("login_{username}"), entry };
    virtual_user(reasons, &username, opened.step);
    let redirect = redirect::after_login(reasons, config, &sign_in.start, opened.step);
    let record = Record {
        redirect,
        session: Session {
            username,
            roles,
            virtual_user: true,
            auth_protocol: "Oidc".to_owned(),
            auth_provider: opened.chosen.provider.name.clone(),
            identity,
        },
        effective_permissions: effective,
        persistent_user_written: false,
    };
    Decision {
        verdict: Verdict::SignedIn(record),
        effects: vec![audited],
        findings,
        rejection: None,
        trace: reasoning.into_trace(),
    }
}

/// BR-R16: verbatim, duplicates and unknown values included.
fn roles_stored(reasoning: &mut Reasoning<'_>, roles: &[String], found: StepId) -> StepId {
    let mut step = reasoning.step(&BR_R16);
    step.because([found]);
    step.then("set", "/session/roles", Some(json!(roles)));
    let step = step.fired("the roles are kept as received");
    reasoning.rests_on("/session/roles", [step]);
    step
}

/// BR-Q8: who this is in reports.
fn identity(
    reasoning: &mut Reasoning<'_>,
    config: &Config,
    provider: &Provider,
    (username, named): (&str, StepId),
) -> Identity {
    let reading = config.readings.identity;
    let provider = (reading == Person::Separate).then(|| provider.name.clone());
    let mut step = reasoning.step(&BR_R12);
    step.reading("BR-Q8", reading.name());
    step.because([named]);
    let identity = Identity { provider, username: username.to_owned() };
    step.then("set", "/session/identity", Some(json!(identity)));
    let step = step.fired("this is who reports speak of");
    reasoning.rests_on("/session/identity", [step]);
    identity
}

/// BR-R19: nothing is written to the user store.
fn virtual_user(reasoning: &mut Reasoning<'_>, username: &str, opened: StepId) {
    let mut step = reasoning.step(&BR_R19);
    step.because([opened]);
    step.then("keep", "/persistent_user_written", Some(json!(false)));
    let step = step.fired(format!("no user is stored; the audit log gets `login_{username}`"));
    reasoning.rests_on("/persistent_user_written", [step]);
    reasoning.rests_on("/session/virtual_user", [step]);
}

/// A refusal put into words: everything it shows rests on its steps.
fn refused(
    mut reasoning: Reasoning<'_>,
    refusal: Refusal,
    findings: Vec<String>,
    rejection: Option<ProtocolFailure>,
) -> Decision<BillRun> {
    for pointer in ["/decision", "/reason", "/redirect"] {
        reasoning.rests_on(pointer, refusal.because.iter().copied());
    }
    let own = refusal.redirect.map(|redirect| ("redirect".to_owned(), Value::String(redirect)));
    let own = Map::from_iter(own);
    let verdict = Verdict::Rejected(Rejected { reason: refusal.reason, claims: None, own });
    Decision { verdict, effects: Vec::new(), findings, rejection, trace: reasoning.into_trace() }
}

/// BR-R18, asked by the product itself.
fn checked(config: &Config, session: &SessionView, permission: &str) -> Decision<BillRun> {
    let documents = Documents::default();
    let mut reasoning = Reasoning::new(&documents);
    let record = record_of(session);
    let granted = permissions::grants(config, &record.session.roles, permission);
    let mut step = reasoning.step(&BR_R18);
    step.state("/session/roles", Some(json!(record.session.roles)));
    step.request("/permission", Some(json!(permission)));
    step.reading("BR-Q3", config.readings.write.name());
    if granted {
        step.then("allow", permission, None);
        let step = step.fired(format!("the roles hold `{permission}` or one that includes it"));
        reasoning.rests_on("/decision", [step]);
        return carried_out(reasoning, record);
    }
    step.then("refuse", permission, None);
    let step = step.not_applicable(format!("the roles hold neither `{permission}` nor `admin`"));
    let refusal = Refusal::in_place(&format!("permission_denied:{permission}"), [step]);
    refused(reasoning, refusal, Vec::new(), None)
}

fn kept(session: &SessionView, rule: &'static crate::decision::Rule, why: &str) -> Decision<BillRun> {
    let documents = Documents::default();
    let mut reasoning = Reasoning::new(&documents);
    let mut step = reasoning.step(rule);
    step.state("/session/username", session.record.pointer("/session/username").cloned());
    let step = step.fired(why);
    reasoning.rests_on("/decision", [step]);
    carried_out(reasoning, record_of(session))
}

fn not_offered(reason: &str, rule: &'static crate::decision::Rule, why: &str) -> Decision<BillRun> {
    let documents = Documents::default();
    let mut reasoning = Reasoning::new(&documents);
    let step = reasoning.step(rule).fired(why);
    refused(reasoning, Refusal::in_place(reason, [step]), Vec::new(), None)
}

fn carried_out(reasoning: Reasoning<'_>, record: Record) -> Decision<BillRun> {
    Decision {
        verdict: Verdict::SignedIn(record),
        effects: Vec::new(),
        findings: Vec::new(),
        rejection: None,
        trace: reasoning.into_trace(),
    }
}

fn record_of(session: &SessionView) -> Record {
    serde_json::from_value::<Record>(Value::clone(&session.record)).unwrap_or_default()
}

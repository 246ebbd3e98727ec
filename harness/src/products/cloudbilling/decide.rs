//! CloudBilling's decision about a sign-in or a renewal.

use serde_json::{Value, json};

use super::claims::{self, look};
use super::config::Config;
use super::groups::{self, Groups};
use super::readings::{LocalAccount, QueryTokens};
use super::record::{Effect, Record, Session, State, User};
use super::refusal::Refusal;
use super::rules::{CB_R1, CB_R2, CB_R3, CB_R4, CB_R5, CB_R6, CB_R13, CB_R18, CB_R19, CB_R21, CB_R22};
use super::{CloudBilling, fields, profile};
use crate::decision::{Decision, Reasoning, SignIn, StepId, Verdict};
use crate::products::findings::Findings;
use crate::products::protocol;

/// What a refusal needs beside its reason: the effects that happen all the same (CB-R16).
type Refused = (Refusal, Vec<Effect>);

pub(super) fn sign_in(config: &Config, state: &State, sign_in: &SignIn) -> Decision<CloudBilling> {
    let mut reasoning = Reasoning::new(&sign_in.documents);
    let mut findings = Findings::default();
    match admitted(&mut reasoning, config, state, (sign_in, &mut findings)) {
        Ok((record, effects)) => Decision {
            verdict: Verdict::SignedIn(record),
            effects,
            findings: findings.into_codes(),
            rejection: None,
            trace: reasoning.into_trace(),
        },
        Err((refusal, effects)) => {
            refusal.decision(reasoning, effects, findings.into_codes(), sign_in.failure.clone())
        }
    }
}

/// The rules in the order of their refusals: protocol, CB-R15, R14, R19, R16, then R18.
fn admitted(
    reasoning: &mut Reasoning<'_>,
    config: &Config,
    state: &State,
    (sign_in, findings): (&SignIn, &mut Findings),
) -> Result<(Record, Vec<Effect>), Refused> {
    let at = delivered(reasoning, config, sign_in, findings).map_err(unchanged)?;
    claims::typed(reasoning, config).map_err(unchanged)?;
    claims::complete(reasoning, config).map_err(unchanged)?;
    let mut user = User::default();
    let (key, keyed) = key(reasoning, config);
    user.external_key = key;
    let mut behind =
        fields::fill(reasoning, config, &state.environment, findings, &mut user).map_err(unchanged)?;
    let stored = state.user(&user.external_key);
    let groups = groups::matched(reasoning, state, findings);
    user.user_groups.clone_from(&groups.ids);
    user.locked = not_locked(reasoning, stored, keyed).map_err(unchanged)?;
    behind.push(groups::any(reasoning, config, &groups, (stored, keyed))?);
    ignored(reasoning);
    behind.extend([at, keyed]);
    let effects =
        stored_user(reasoning, config, state, &Arrival { user: &user, groups: &groups, keyed, behind })
            .map_err(unchanged)?;
    let session = session(reasoning, config, &user, keyed);
    Ok((Record { session: Some(session), user: Some(user) }, effects))
}

fn unchanged(refusal: Refusal) -> Refused {
    (refusal, Vec::new())
}

/// CB-R1 to CB-R5: how the response came, and that it is this tenant's.
fn delivered(
    reasoning: &mut Reasoning<'_>,
    config: &Config,
    sign_in: &SignIn,
    findings: &mut Findings,
) -> Result<StepId, Refusal> {
    if let Some(failure) = &sign_in.failure {
        if failure.code == "invalid_response:response_mode" {
            return Err(query_refused(reasoning, config));
        }
        let step = protocol::failed(reasoning, failure);
        return Err(Refusal::new(failure.code.clone(), [step]));
    }
    if !sign_in.origin.issuer.is_empty() {
        let mut step = reasoning.step(&CB_R1);
        step.config("/Tenant", Some(json!(config.tenant)));
        step.fired("the tenant URL led straight to the provider");
        let mut step = reasoning.step(&CB_R2);
        step.request("/response_type", Some(json!(profile::response_type(config).as_str())));
        step.request("/scope", Some(json!("openid profile email")));
        step.reading("CB-Q4", config.readings.response_type.name());
        step.fired("the request was implicit, with this scope and the tenant's callback");
    }
    if sign_in.origin.tokens_in_query {
        in_query(reasoning, config, findings)?;
    } else {
        let mut step = reasoning.step(&CB_R3);
        step.request("/tokens_in_query", Some(json!(false)));
        step.not_applicable("no token came in a query string");
    }
    let mut step = reasoning.step(&CB_R4);
    step.config("/Issuer Identifier", Some(json!(config.issuer)));
    let issuer = if sign_in.origin.issuer.is_empty() {
        step.fired("there was no exchange; the ID token is taken for one of the configured issuer")
    } else {
        step.request("/id_token/iss", Some(json!(sign_in.origin.issuer)));
        step.fired("the ID token is of the issuer that is configured, letter for letter")
    };
    let mut step = reasoning.step(&CB_R5);
    step.config("/ID", Some(json!(config.id)));
    step.config("/Tenant", Some(json!(config.tenant)));
    step.because([issuer]);
    let at = step.fired(format!("the response is for `{}` and no other tenant", config.id));
    reasoning.rests_on("/session/issuer", [issuer]);
    reasoning.rests_on("/session/tenant", [at]);
    Ok(at)
}

/// CB-R3: tokens in the query are taken in with a finding, or refused (CB-Q5).
fn in_query(reasoning: &mut Reasoning<'_>, config: &Config, findings: &mut Findings) -> Result<(), Refusal> {
    let reading = config.readings.query_tokens;
    if reading == QueryTokens::Refuse {
        return Err(query_refused(reasoning, config));
    }
    findings.report(reasoning, &CB_R3, "nonconformant_response_mode".to_owned(), |step| {
        step.request("/tokens_in_query", Some(json!(true)));
        step.reading("CB-Q5", reading.name());
        "the ID token came in the query string, which the standard does not allow".to_owned()
    });
    Ok(())
}

fn query_refused(reasoning: &mut Reasoning<'_>, config: &Config) -> Refusal {
    let mut step = reasoning.step(&CB_R3);
    step.request("/tokens_in_query", Some(json!(true)));
    step.reading("CB-Q5", config.readings.query_tokens.name());
    step.then("refuse", "/decision", Some(json!("nonconformant_response_mode")));
    let step = step.fired("the ID token came in the query string");
    Refusal::new("nonconformant_response_mode", [step])
}

/// CB-R6: issuer and `sub`.
fn key(reasoning: &mut Reasoning<'_>, config: &Config) -> ([String; 2], StepId) {
    let mut step = reasoning.step(&CB_R6);
    let sub = look(&mut step, "sub").text().ok().unwrap_or_default().to_owned();
    step.config("/Issuer Identifier", Some(json!(config.issuer)));
    let key = [config.issuer.clone(), sub];
    step.then("set", "/user/external_key", Some(json!(key)));
    let step = step.fired("issuer and `sub` say who this is");
    reasoning.rests_on("/user/external_key", [step]);
    reasoning.rests_on("/session/sub", [step]);
    (key, step)
}

/// CB-R19: a locked account is refused before its groups are looked at, and keeps them (X-R6).
fn not_locked(reasoning: &mut Reasoning<'_>, stored: Option<&User>, keyed: StepId) -> Result<bool, Refusal> {
    let mut step = reasoning.step(&CB_R19);
    step.because([keyed]);
    step.state("/users/locked", stored.map(|user| Value::from(user.locked)));
    if stored.is_some_and(|user| user.locked) {
        step.then("refuse", "/decision", Some(json!("user_locked")));
        let step = step.fired("the account is locked");
        return Err(Refusal::new("user_locked", [step]));
    }
    let step = step.not_applicable("no stored account is locked");
    reasoning.rests_on("/user/locked", [step]);
    Ok(false)
}

/// CB-R13: other claims are not even looked at.
fn ignored(reasoning: &mut Reasoning<'_>) {
    reasoning.step(&CB_R13).fired("no other claim is looked at");
}

/// A user who may sign in, and the steps behind that.
struct Arrival<'u> {
    user: &'u User,
    groups: &'u Groups,
    keyed: StepId,
    behind: Vec<StepId>,
}

/// CB-R17, CB-R18: what becomes of the stored user.
fn stored_user(
    reasoning: &mut Reasoning<'_>,
    config: &Config,
    state: &State,
    arrival: &Arrival<'_>,
) -> Result<Vec<Effect>, Refusal> {
    let stored = state.user(&arrival.user.external_key);
    let mut effects = match stored {
        Some(_) => vec![Effect::Refreshed(arrival.user.clone())],
        None => first_sign_in(reasoning, config, state, arrival)?,
    };
    let (replaced, effect) = groups::replaced(reasoning, stored, arrival.groups, arrival.keyed);
    if let Some(effect) = effect {
        reasoning.rests_on("/effects/0", [replaced]);
        effects.push(effect);
    }
    let mut step = reasoning.step(&CB_R18);
    step.because(arrival.behind.iter().copied().chain([replaced]));
    step.state("/users/external_key", stored.map(|user| json!(user.external_key)));
    step.then("allow", "/session", None);
    let why =
        if stored.is_some() { "a known user signs in; the profile is refreshed" } else { "the user is new" };
    let step = step.fired(why);
    for pointer in ["/decision", "/session", "/user"] {
        reasoning.rests_on(pointer, [step]);
    }
    reasoning.rests_on("/user/user_groups", [arrival.groups.step]);
    if stored.is_none() {
        for (index, _) in effects.iter().enumerate() {
            reasoning.rests_on(format!("/effects/{index}"), [step]);
        }
    }
    Ok(effects)
}

/// CB-R18, CB-Q8: a first sign-in creates the user, unless a local account has the address.
fn first_sign_in(
    reasoning: &mut Reasoning<'_>,
    config: &Config,
    state: &State,
    arrival: &Arrival<'_>,
) -> Result<Vec<Effect>, Refusal> {
    let email = &arrival.user.email;
    let local = state.local_accounts.iter().find(|account| account.eq_ignore_ascii_case(email));
    let Some(local) = local else { return Ok(vec![Effect::Created(arrival.user.clone())]) };
    let reading = config.readings.local_account;
    let mut step = reasoning.step(&CB_R18);
    look(&mut step, "email");
    step.because([arrival.keyed]);
    step.state("/local_accounts", Some(json!(local)));
    step.reading("CB-Q8", reading.name());
    match reading {
        LocalAccount::Refuse => {
            step.then("refuse", "/decision", Some(json!("local_account_email_conflict")));
            let step = step.fired("a local account has this e-mail");
            Err(Refusal::new("local_account_email_conflict", [step]))
        }
        LocalAccount::Link => {
            step.fired("the local account with this e-mail becomes this user");
            let linked = Effect::LocalAccountLinked { email: local.clone() };
            Ok(vec![linked, Effect::Created(arrival.user.clone())])
        }
        LocalAccount::Duplicate => {
            step.fired("a local account with this e-mail stays beside this user");
            Ok(vec![Effect::Created(arrival.user.clone())])
        }
    }
}

/// The session, until the ID token expires.
fn session(reasoning: &mut Reasoning<'_>, config: &Config, user: &User, keyed: StepId) -> Session {
    let mut step = reasoning.step(&CB_R21);
    let sid = look(&mut step, "sid").text().ok().map(str::to_owned);
    step.because([keyed]);
    let step = match &sid {
        Some(sid) => step.fired(format!("the provider may end the session as `{sid}`")),
        None => step.not_applicable("the ID token names no session of the provider"),
    };
    reasoning.rests_on("/session/sid", [step]);
    let mut step = reasoning.step(&CB_R22);
    let expires_at = look(&mut step, "exp").value().and_then(Value::as_i64);
    let step = match expires_at {
        Some(_) => step.fired("the session ends with its token"),
        None => step.no_input("the ID token has no `exp`"),
    };
    reasoning.rests_on("/session/expires_at", [step]);
    let [issuer, sub] = user.external_key.clone();
    Session { tenant: config.tenant.clone(), issuer, sub, sid, expires_at }
}

//! What the exchange with the provider must have brought: no protocol failure, and a UserInfo response of the same
//! subject.

use serde_json::{Value, json};

use super::config::{Config, Provider};
use super::gates::Refusal;
use super::profile;
use super::readings::{ErrorResponse, StateCheck, UserinfoSubject};
use super::rules::{BR_R2, BR_R5, BR_R6, BR_R7, BR_R8, BR_R9, BR_R10, BR_R22};
use crate::decision::{ClaimPath, Document, Reasoning, SignIn, Signature, StepId};

/// Records the rules that the relying party has kept on the wire, when there was a wire.
pub(super) fn attested(
    reasoning: &mut Reasoning<'_>,
    config: &Config,
    provider: &Provider,
    sign_in: &SignIn,
) {
    if sign_in.origin.issuer.is_empty() {
        return;
    }
    let mut step = reasoning.step(&BR_R2);
    step.config("/oidc", Some(json!(provider.name)));
    step.fired(format!("its button said `Login with {}`", provider.label.as_deref().unwrap_or("oidc")));
    let mut step = reasoning.step(&BR_R5);
    step.request("/redirect_uri", Some(json!(profile::redirect_uri(config, provider))));
    step.fired("the provider answered at this redirect URI");
    let mut step = reasoning.step(&BR_R6);
    step.request("/scope", Some(json!(profile::scope(config, provider))));
    step.reading("BR-Q12", config.readings.scope.name());
    step.fired("code flow, state and nonce, no PKCE");
    let verified =
        sign_in.documents.id_token.as_ref().is_some_and(|token| token.signature == Signature::Valid);
    if verified {
        let mut step = reasoning.step(&BR_R7);
        step.request("/id_token/signature", Some(json!("valid")));
        step.fired("the ID token is signed with an accepted algorithm");
        let mut step = reasoning.step(&BR_R8);
        step.request("/id_token/iss", Some(json!(sign_in.origin.issuer)));
        step.reading("BR-Q4", config.readings.required_claims.name());
        step.fired("issuer, audience and times of the ID token hold");
    }
}

/// BR-R22: a failed protocol check is `login_failed`, whichever it was.
pub(super) fn completed(
    reasoning: &mut Reasoning<'_>,
    config: &Config,
    sign_in: &SignIn,
) -> Result<StepId, Refusal> {
    let mut step = reasoning.step(&BR_R22);
    let Some(failure) = &sign_in.failure else {
        return Ok(step.not_applicable("no protocol check failed"));
    };
    step.request("/failure", Some(json!(failure.code)));
    if failure.code == "state_mismatch" && config.readings.state_check == StateCheck::Copy {
        step.reading("BR-Q10", config.readings.state_check.name());
    }
    if failure.code.starts_with("idp_error:") {
        step.reading("BR-Q11", config.readings.error_response.name());
        if config.readings.error_response == ErrorResponse::Crash {
            step.then("refuse", "/decision", Some(json!(failure.code)));
            let step = step.not_applicable("nothing catches an error response");
            return Err(Refusal::in_place(&failure.code, [step]));
        }
    }
    step.then("refuse", "/decision", Some(json!("login_failed")));
    let step = step.fired(format!("{}: {}", failure.code, failure.detail));
    Err(Refusal::redirected(config, "login_failed", [step]))
}

/// BR-R9, BR-R10: UserInfo answers 200 and speaks of the subject of the ID token.
pub(super) fn userinfo_answered(
    reasoning: &mut Reasoning<'_>,
    config: &Config,
    sign_in: &SignIn,
) -> Result<StepId, Refusal> {
    let sources = {
        let mut step = reasoning.step(&BR_R9);
        step.request("/documents", Some(documents_named(sign_in)));
        step.fired("claims are taken from these documents")
    };
    let mut step = reasoning.step(&BR_R10);
    step.because([sources]);
    let Some(userinfo) = &sign_in.documents.userinfo else {
        step.default("userinfo", json!({"status": 200, "sub": "as in the ID token"}));
        return Ok(step.not_applicable("no UserInfo response is at hand; an honest one is taken for granted"));
    };
    step.request("/userinfo/status", Some(json!(userinfo.status)));
    if userinfo.status != 200 {
        step.then("refuse", "/decision", Some(json!("login_failed")));
        let step = step.fired(format!("UserInfo answered {}", userinfo.status));
        return Err(Refusal::redirected(config, "login_failed", [step]));
    }
    if config.readings.userinfo_subject == UserinfoSubject::Accept {
        step.reading("BR-Q5", config.readings.userinfo_subject.name());
        return Ok(step.not_applicable("UserInfo answered 200, and `sub` is not compared"));
    }
    let sub = ClaimPath::top("sub");
    let expected = step.claim(Document::IdToken, &sub);
    let actual = step.claim(Document::Userinfo, &sub);
    step.reading("BR-Q5", config.readings.userinfo_subject.name());
    if expected.value() == actual.value() {
        return Ok(step.not_applicable("UserInfo answered 200 with the `sub` of the ID token"));
    }
    step.then("refuse", "/decision", Some(json!("login_failed")));
    let step = step.fired("the `sub` of UserInfo is not the `sub` of the ID token");
    Err(Refusal::redirected(config, "login_failed", [step]))
}

fn documents_named(sign_in: &SignIn) -> Value {
    let documents = &sign_in.documents;
    let names = [
        (Document::IdToken, documents.id_token.is_some()),
        (Document::Userinfo, documents.userinfo.is_some()),
    ];
    names.iter().filter(|(_, there)| *there).map(|(document, _)| Value::from(document.name())).collect()
}

//! Which token identifies the user, and whether it may be believed (GR-R5 to GR-R8).

use serde_json::json;

use super::super::config::{CLIENT_ID, Config, JWKS_URI, TOKEN_SOURCE, TokenSource};
use super::super::readings::{Audience, WithoutKeys};
use super::super::rules;
use super::{Identity, Reasons, shown};
use crate::decision::{Claim, ClaimPath, Document, ProtocolFailure, SignIn, Signature, StepId, Token, Typed};
use crate::products::draft::Refusal;
use crate::products::protocol;

/// The identity token, once everything that speaks against it has been heard.
pub(super) fn identity(
    config: &Config,
    sign_in: &SignIn,
    reasons: &mut Reasons<'_>,
) -> Result<Identity, Refusal> {
    let (document, chosen) = chosen(config, reasons);
    let token = match config.token_source {
        TokenSource::AccessToken => sign_in.documents.access_token.as_ref(),
        TokenSource::IdToken => sign_in.documents.id_token.as_ref(),
    };
    let failure = sign_in.failure.as_ref();
    let decodable = decodable(document, token, failure, (chosen, reasons))?;
    let verified = verified(config, token, failure, (decodable, reasons))?;
    if let Some(failure) = failure {
        passed_over(config, token, failure, reasons)?;
    }
    let mut steps = vec![chosen, decodable, verified];
    if document == Document::AccessToken {
        steps.push(meant_for_us(config, decodable, reasons)?);
    }
    Ok(Identity { document, steps })
}

/// GR-R7: one token for e-mail and groups alike.
fn chosen(config: &Config, reasons: &mut Reasons<'_>) -> (Document, StepId) {
    let document = match config.token_source {
        TokenSource::AccessToken => Document::AccessToken,
        TokenSource::IdToken => Document::IdToken,
    };
    let mut step = reasons.step(&rules::GR_R7);
    let setting = config.variable(TOKEN_SOURCE);
    step.config(TOKEN_SOURCE, shown(setting));
    if setting.is_none() {
        step.default("identity_token_source", document.name());
    }
    step.then("set", "identity_token", Some(document.name().into()));
    (document, step.fired(format!("identity is read from the {}", document.name())))
}

/// GR-R8: an opaque token carries no claims.
fn decodable(
    document: Document,
    token: Option<&Token>,
    failure: Option<&ProtocolFailure>,
    (chosen, reasons): (StepId, &mut Reasons<'_>),
) -> Result<StepId, Refusal> {
    let form = token.map(|token| if token.claims.is_some() { "jwt" } else { "opaque" });
    let mut step = reasons.step(&rules::GR_R8);
    step.because([chosen]);
    step.request(format!("/{}", document.name()), shown(form));
    let why = match form {
        Some("jwt") => return Ok(step.not_applicable("the token is a JWT")),
        None if failure.is_some() => {
            return Ok(step.not_applicable("the exchange failed before a token arrived"));
        }
        None => format!("no {} was received", document.name()),
        Some(_) => format!("the {} is opaque", document.name()),
    };
    step.then("refuse", "/decision", None);
    let step = step.fired(why);
    let refusal = Refusal::because("identity_token_not_a_jwt", [step]);
    Err(Refusal { failure: failure.cloned().map(Box::new), ..refusal })
}

/// GR-R5 and GR-R6: the signature is checked if there are keys to check it with.
fn verified(
    config: &Config,
    token: Option<&Token>,
    failure: Option<&ProtocolFailure>,
    (decodable, reasons): (StepId, &mut Reasons<'_>),
) -> Result<StepId, Refusal> {
    let keys = config.variable(JWKS_URI);
    let mut step = reasons.step(if keys.is_some() { &rules::GR_R5 } else { &rules::GR_R6 });
    step.because([decodable]);
    step.config(JWKS_URI, shown(keys));
    if keys.is_none() {
        step.reading("GR-Q6", config.readings.without_keys.name());
        step.then("report", "/findings", Some("signature_not_verified".into()));
        let step = step.fired("no JWKS URI is configured, so nobody checked the signature");
        reasons.finding("signature_not_verified", [step]);
        return Ok(step);
    }
    let forged = failure.filter(|failure| failure.code == "invalid_id_token:signature");
    let signature = token.map(|token| token.signature);
    step.request("/signature", signature.map(|signature| json!(signature)));
    if forged.is_none() && signature != Some(Signature::Invalid) {
        return Ok(step.not_applicable("nothing speaks against the signature"));
    }
    step.then("refuse", "/decision", None);
    let step = step.fired("the signature is not one of the configured keys'");
    let failure = forged.cloned().unwrap_or_else(|| ProtocolFailure {
        code: "invalid_id_token:signature".to_owned(),
        name: "bad_signature",
        clause: match config.token_source {
            TokenSource::AccessToken => "RFC9068-4",
            TokenSource::IdToken => "OIDCC-3.1.3.7-6",
        },
        detail: "the signature does not verify with the configured keys".to_owned(),
    });
    let refusal = Refusal::of_protocol(&failure, [step]);
    Err(Refusal { reason: "invalid_token_signature".to_owned(), ..refusal })
}

/// Any other failed check refuses under its own code, unless nothing is checked without keys (GR-Q6).
fn passed_over(
    config: &Config,
    token: Option<&Token>,
    failure: &ProtocolFailure,
    reasons: &mut Reasons<'_>,
) -> Result<(), Refusal> {
    let unchecked = !config.checks_signatures() && config.readings.without_keys == WithoutKeys::CheckNothing;
    let has_claims = token.is_some_and(|token| token.claims.is_some());
    let mut step = reasons.step(protocol::rule_of(failure));
    step.request("/failure", Some(failure.code.as_str().into()));
    let of_a_token =
        ["invalid_id_token:", "invalid_access_token:"].iter().any(|it| failure.code.starts_with(it));
    if unchecked && has_claims && of_a_token {
        step.reading("GR-Q6", config.readings.without_keys.name());
        step.not_applicable(format!("{}, but without keys nothing is checked", failure.detail));
        return Ok(());
    }
    step.then("refuse", "/decision", Some(failure.code.as_str().into()));
    let step = step.fired(failure.detail.clone());
    Err(Refusal::of_protocol(failure, [step]))
}

/// GR-R5 with GR-Q10: a client that an access token names must be ours; its audience is looked at on request only.
fn meant_for_us(config: &Config, decodable: StepId, reasons: &mut Reasons<'_>) -> Result<StepId, Refusal> {
    let client_id = config.variable(CLIENT_ID).unwrap_or_default();
    let readings = config.readings;
    let mut step = reasons.step(&rules::GR_R5);
    step.because([decodable]);
    step.config(CLIENT_ID, Some(client_id.into()));
    step.reading("GR-Q10", readings.audience.name());
    if !config.checks_signatures() && readings.without_keys == WithoutKeys::CheckNothing {
        step.reading("GR-Q6", readings.without_keys.name());
        return Ok(step.not_applicable("without keys nothing is checked"));
    }
    let mut stranger = None;
    for name in ["azp", "cid", "client_id"] {
        let named = step.claim(Document::AccessToken, &ClaimPath::top(name));
        if named.is_present() && named.text() != Typed::Is(client_id) {
            stranger =
                Some(failed("azp", "authorized_party_mismatch", format!("`{name}` names another client")));
            break;
        }
    }
    if stranger.is_none() && readings.audience == Audience::Enforce {
        let audience = step.claim(Document::AccessToken, &ClaimPath::top("aud"));
        if !holds(audience, client_id) {
            let detail = format!("`aud` does not hold `{client_id}`");
            stranger = Some(failed("aud", "audience_mismatch", detail));
        }
    }
    let Some(failure) = stranger else {
        return Ok(step.not_applicable("the access token names no other client"));
    };
    step.then("refuse", "/decision", Some(failure.code.as_str().into()));
    let step = step.fired(failure.detail.clone());
    Err(Refusal::of_protocol(&failure, [step]))
}

fn failed(check: &str, name: &'static str, detail: String) -> ProtocolFailure {
    ProtocolFailure { code: format!("invalid_id_token:{check}"), name, clause: "RFC9068-4", detail }
}

/// Whether an audience, one string or a list, holds the client.
fn holds(audience: Claim<'_>, client_id: &str) -> bool {
    audience.text() == Typed::Is(client_id)
        || audience.texts().ok().is_some_and(|audiences| audiences.contains(&client_id))
}

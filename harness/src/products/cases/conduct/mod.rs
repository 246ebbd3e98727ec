//! Everything besides a plain sign-in put on record: how a product talks, what it makes of failures on the wire, of
//! sessions, of permissions asked for, and of what an administrator does, and what of that is a reading.

mod scripts;

use std::fmt::Write as _;

use rstest::{Context, rstest};
use serde_json::{Value, json};

use super::telling::{differing, mark, outcome, sentence};
use super::{alternatives, named};
use crate::decision::{
    Act, AnyExample, AnyProduct, Documents, Envelope, Event, Origin, ProductKind, ProtocolFailure,
    SessionView, SignIn, Standing, Start, Timestamp,
};
use crate::products::testing::configured;
use scripts::{
    Script, billrun, billwerk_azure, billwerk_by_hand, billwerk_oidc, bindplane, bindplane_admin,
    cloudbilling, gorules, gorules_admin, gorules_unchecked,
};

#[rstest]
#[case::billrun("billrun", billrun())]
#[case::cloudbilling("cloudbilling", cloudbilling())]
#[case::billwerk_by_hand("billwerk", billwerk_by_hand())]
#[case::billwerk_azure("billwerk", billwerk_azure())]
#[case::billwerk_oidc("billwerk", billwerk_oidc())]
#[case::gorules("gorules", gorules())]
#[case::gorules_admin("gorules", gorules_admin())]
#[case::gorules_unchecked("gorules", gorules_unchecked())]
#[case::bindplane("bindplane", bindplane())]
#[case::bindplane_admin("bindplane", bindplane_admin())]
fn whatever_else_happens_is_on_record(
    #[context] context: Context,
    #[case] product: &str,
    #[case] script: Script,
) {
    let stage = played(product, script);
    insta::with_settings!({snapshot_suffix => context.description.unwrap(), omit_expression => true}, {
        insta::assert_snapshot!("conduct", stage.record);
    });
}

/// Every decision of all that happens to a product.
pub(super) fn happenings(product: &str) -> Vec<Envelope> {
    let scripts = match product {
        "billrun" => vec![billrun()],
        "cloudbilling" => vec![cloudbilling()],
        "billwerk" => vec![billwerk_by_hand(), billwerk_azure(), billwerk_oidc()],
        "gorules" => vec![gorules(), gorules_admin(), gorules_unchecked()],
        "bindplane" => vec![bindplane(), bindplane_admin()],
        _ => Vec::new(),
    };
    scripts.into_iter().flat_map(|script| played(product, script).envelopes).collect()
}

fn played(product: &str, (given, permissions, acts): Script) -> Stage {
    let kind = named(product).unwrap();
    let AnyExample { product, vendor, state, sign_in, now } = kind.example(&given).unwrap();
    let (opened, after) = product.on(&state, &Event::SignIn(Box::new(sign_in.clone())), now);
    let subject = opened.record.get("user").and_then(|user| user["sub"].as_str()).map(str::to_owned);
    let session = SessionView { record: opened.record(), issuer: String::new(), subject };
    let mut stage =
        Stage { kind, vendor, now, record: String::new(), told_last: Vec::new(), envelopes: Vec::new() };
    for (name, sign_in) in arrivals(&sign_in) {
        stage.happens(&name, &state, &Event::SignIn(Box::new(sign_in)));
    }
    stage.happens("renewal", &after, &Event::Renewal(Box::new(sign_in)));
    let error = "login_required".to_owned();
    stage.happens("renewal refused", &after, &Event::RenewalRefused { session: session.clone(), error });
    stage.happens("sign-out", &after, &Event::SignOut { session: session.clone() });
    for permission in permissions {
        let asked = Event::PermissionCheck { session: session.clone(), permission: (*permission).to_owned() };
        stage.happens(&format!("may {permission}"), &after, &asked);
    }
    for act in acts.as_array().unwrap() {
        let event = Event::Administer(serde_json::from_value::<Act>(act.clone()).unwrap());
        stage.happens(&act.to_string(), &after, &event);
    }
    stage.looks("as it was left", &after, &session);
    stage.looks("without users", &state_without_users(&after), &session);
    stage
}

fn state_without_users(state: &Value) -> Value {
    let mut state = state.clone();
    if let Some(users) = state.get_mut("users") {
        *users = json!([]);
    }
    state
}

/// A sign-in the way it comes over a wire, and the ways in which it fails.
fn arrivals(sign_in: &SignIn) -> Vec<(String, SignIn)> {
    let issuer = "https://idp.example".to_owned();
    let wired = SignIn { origin: Origin { issuer, tokens_in_query: false }, ..sign_in.clone() };
    let mut in_query = wired.clone();
    in_query.origin.tokens_in_query = true;
    let mut elsewhere = wired.clone();
    elsewhere.start = Start {
        protocol: Some("saml".to_owned()),
        provider: Some("elsewhere".to_owned()),
        return_to: Some("/page".to_owned()),
    };
    let mut page = wired.clone();
    page.start.return_to = Some("/page".to_owned());
    let failed = |code: &str| {
        let failure = ProtocolFailure {
            code: code.to_owned(),
            name: "test",
            clause: "OIDCC-3.1.3.7",
            detail: "something is wrong".to_owned(),
        };
        (code.to_owned(), SignIn { failure: Some(failure), ..wired.clone() })
    };
    let nothing = |code: &str| {
        let (code, failed) = failed(code);
        (format!("{code} before a token"), SignIn { documents: Documents::default(), ..failed })
    };
    let mut arrivals = vec![
        ("over the wire".to_owned(), wired.clone()),
        ("tokens in the query".to_owned(), in_query),
        ("started elsewhere".to_owned(), elsewhere),
        ("started at a page".to_owned(), page),
    ];
    let codes = [
        "state_mismatch",
        "nonce_mismatch",
        "invalid_id_token:aud",
        "invalid_id_token:kid",
        "idp_error:access_denied",
        "invalid_response:response_mode",
    ];
    arrivals.extend(codes.map(failed));
    arrivals.push(nothing("invalid_id_token:aud"));
    arrivals
}

/// Where a script is played, and what is written down of it.
struct Stage {
    kind: &'static dyn ProductKind,
    vendor: Value,
    now: Timestamp,
    record: String,
    /// The steps that were last written down.
    told_last: Vec<String>,
    /// Every decision.
    envelopes: Vec<Envelope>,
}

impl Stage {
    /// Plays an event, then again under each other reading that makes a difference.
    fn happens(&mut self, name: &str, state: &Value, event: &Event) {
        let product = configured(self.kind, &self.vendor, &[]);
        let (envelope, after) = product.on(state, event, self.now);
        writeln!(self.record, "{name}").unwrap();
        writeln!(self.record, "{}", told(&envelope, state, &after)).unwrap();
        let steps: Vec<String> = envelope
            .trace
            .steps
            .iter()
            .map(|step| format!("    {} {}\n", step.rule, sentence(step)))
            .collect();
        if self.told_last == steps {
            writeln!(self.record, "    for the same reasons").unwrap();
        } else {
            self.record.extend(steps.iter().map(String::as_str));
            self.told_last = steps;
        }
        let usual = (marks(&envelope), told(&envelope, state, &after));
        for (id, choice) in alternatives(self.kind) {
            let product = configured(self.kind, &self.vendor, &[(id, choice)]);
            let (other, left) = product.on(state, event, self.now);
            let told = told(&other, state, &left);
            if told != usual.1 {
                writeln!(self.record, "  under {id} {choice}:\n  {}", told.replace('\n', "\n  ")).unwrap();
            } else if marks(&other) != usual.0 {
                writeln!(self.record, "  under {id} {choice}: {}", marks(&other)).unwrap();
            }
            self.envelopes.push(other);
        }
        self.envelopes.push(envelope);
    }

    /// Looks at a session, likewise.
    fn looks(&mut self, name: &str, state: &Value, session: &SessionView) {
        let standing = |product: &dyn AnyProduct| match product.look(state, session) {
            Standing::Live(record) => record.to_string(),
            Standing::Ended(why) => format!("ended: {why}"),
        };
        let usual = standing(&*configured(self.kind, &self.vendor, &[]));
        writeln!(self.record, "look {name}\n  {usual}").unwrap();
        for (id, choice) in alternatives(self.kind) {
            let other = standing(&*configured(self.kind, &self.vendor, &[(id, choice)]));
            if other != usual {
                writeln!(self.record, "  under {id} {choice}: {other}").unwrap();
            }
        }
    }
}

fn marks(envelope: &Envelope) -> String {
    envelope.trace.steps.iter().map(mark).collect::<Vec<_>>().join(" ")
}

/// The outcome, with effects, findings, the failure, and what is stored otherwise than before.
fn told(envelope: &Envelope, before: &Value, after: &Value) -> String {
    let mut told = format!("  {}", outcome(envelope));
    for (name, list) in [("effects", &envelope.effects), ("findings", &envelope.findings)] {
        if !list.is_empty() {
            write!(told, "\n  {name}: {}", list.join(", ")).unwrap();
        }
    }
    if let Some(failure) = &envelope.rejection {
        write!(told, "\n  failure: {}", failure.code).unwrap();
    }
    let mut stored = Vec::new();
    differing("", before, after, &mut stored);
    for change in stored {
        write!(told, "\n  stored {change}").unwrap();
    }
    told
}

//! The part of a product: it signs everybody in whom the protocol lets through.

use serde_json::Value;

use super::setup::PlainSetup;
use crate::decision::{
    AnyProduct, AtState, Departures, Document, Doubt, Envelope, Event, Grant, Mistake, Profile, Range,
    SessionView, SignIn, Standing, Start, Term, Timestamp, Trace,
};

/// A product without rules.
#[derive(Debug)]
pub(super) struct Plain {
    profile: Profile,
}

impl Plain {
    pub(super) fn new(setup: &PlainSetup) -> Self {
        Self { profile: setup.profile() }
    }
}

impl AnyProduct for Plain {
    fn profile(&self) -> &Profile {
        &self.profile
    }

    fn departures(&self) -> Departures {
        Departures::default()
    }

    fn doubts(&self) -> Vec<Doubt> {
        Vec::new()
    }

    fn read_state(&self, _written: &Value) -> (Value, Vec<Mistake>) {
        (Value::Null, Vec::new())
    }

    fn admit(&self, start: &Start) -> Result<usize, Box<Envelope>> {
        let Some(asked) = &start.provider else { return Ok(0) };
        let known = self.profile.providers.iter().position(|provider| provider.name == *asked);
        known.ok_or_else(|| Box::new(rejected("unknown_provider")))
    }

    fn on(&self, state: &Value, event: &Event, _now: Timestamp) -> (Envelope, Value) {
        (decide(event), state.clone())
    }

    fn at<'p>(&'p self, _state: &Value) -> Box<dyn AtState + 'p> {
        Box::new(Stateless)
    }

    fn look(&self, _state: &Value, session: &SessionView) -> Standing {
        Standing::Live(session.record.clone())
    }

    fn vocabulary(&self, _state: &Value) -> Vec<Term> {
        Vec::new()
    }

    fn ranges(&self, _state: &Value) -> Vec<Range> {
        Vec::new()
    }

    fn grants(&self, _record: &Value) -> Vec<Grant> {
        Vec::new()
    }
}

/// It stores nothing.
#[derive(Debug)]
struct Stateless;

impl AtState for Stateless {
    fn on(&self, event: &Event, _now: Timestamp) -> Envelope {
        decide(event)
    }
}

fn decide(event: &Event) -> Envelope {
    match event {
        Event::SignIn(sign_in) | Event::Renewal(sign_in) => signs_in(sign_in),
        Event::RenewalRefused { error, .. } => rejected(error),
        Event::SignOut { .. } | Event::PermissionCheck { .. } | Event::Administer(_) => {
            envelope("signed_in", None, &Value::Null)
        }
    }
}

fn signs_in(sign_in: &SignIn) -> Envelope {
    if let Some(failure) = &sign_in.failure {
        return Envelope { rejection: Some(failure.clone()), ..rejected(&failure.code) };
    }
    let shown = |name: &str| {
        let of = |document| sign_in.documents.claims(document)?.get(name);
        of(Document::IdToken).or_else(|| of(Document::Userinfo)).cloned()
    };
    let target = sign_in.start.return_to.as_deref().filter(|target| stays_here(target));
    let members = [
        ("name", shown("name")),
        ("email", shown("email")),
        ("picture", shown("picture")),
        ("redirect", target.map(Value::from)),
    ];
    let members = members.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    envelope("signed_in", None, &Value::Object(members.collect()))
}

/// RFC9700-4.11.1: "Clients MUST NOT expose open redirectors." A path of ours is one slash and what follows; two slashes,
/// or what browsers take for two, lead elsewhere.
fn stays_here(target: &str) -> bool {
    let mut start = target.chars();
    start.next() == Some('/')
        && !matches!(start.next(), Some('/' | '\\'))
        && !target.chars().any(|character| character.is_control() || character == '\\')
}

fn rejected(reason: &str) -> Envelope {
    envelope("rejected", Some(reason.to_owned()), &Value::Null)
}

fn envelope(decision: &'static str, reason: Option<String>, record: &Value) -> Envelope {
    Envelope {
        decision,
        reason,
        claims: None,
        record: record.as_object().cloned().unwrap_or_default(),
        effects: Vec::new(),
        findings: Vec::new(),
        rejection: None,
        trace: Trace::default(),
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::stays_here;

    #[rstest]
    #[case::a_path("/reports?month=5#top", true)]
    #[case::another_site("https://evil.test/", false)]
    #[case::another_host("//evil.test", false)]
    #[case::a_backslash("/\\evil.test", false)]
    #[case::a_backslash_later("/a\\b", false)]
    #[case::a_line_break_between("/\n/evil.test", false)]
    #[case::a_tab_between("/\t/evil.test", false)]
    #[case::a_script("javascript:alert(1)", false)]
    #[case::nothing("", false)]
    fn only_paths_of_its_own_are_returned_to(#[case] target: &str, #[case] stays: bool) {
        assert_eq!(stays_here(target), stays);
    }
}

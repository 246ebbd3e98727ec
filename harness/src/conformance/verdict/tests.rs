//! The table: what was seen, and the word for it.

use std::collections::BTreeMap;

use rstest::rstest;

use super::{Verdict, Word, verdict};
use crate::conformance::case::{Case, Channel, Check, Expected, Finding, Flow, Row, Way};
use crate::conformance::evidence::{Evidence, Heard, Memory, Outcome, Site, Who};
use crate::conformance::profiles::{Binding, Profile, Variant, Weight, may, must, should};
use crate::decision::ResponseType;

const FAULT: &str = "id_token.iss=wrong";
const FAULTY: &[Way] = &[Way::only(&[FAULT])];

static REJECT: Row = Row { id: "X", ways: FAULTY, ..Row::BLANK };
static ACCEPT: Row = Row { expected: Expected::Accept, ..REJECT };
static EITHER: Row = Row { expected: Expected::Either, ..REJECT };
static SEND: Row =
    Row { expected: Expected::Send, ways: &[Way::HONEST], checks: &[ONE_TOKEN_REQUEST], ..REJECT };
static FRONT: Row = Row { channel: Channel::Front, ..REJECT };
static KEYS: Row = Row { channel: Channel::Keys, ..REJECT };
static LIGHT: Row = Row { ways: &[Way::only(&[FAULT]).at_most(Weight::Should)], ..REJECT };
static MERCIFUL: Row = Row { ways: &[Way::only(&[FAULT]).but(Expected::Either)], ..REJECT };

const ONE_TOKEN_REQUEST: Check = Check {
    says: "one token request is made",
    look: |evidence| match evidence.facts.get("requests").and_then(serde_json::Value::as_u64) {
        None => Finding::Unseen("no token request was made".to_owned()),
        Some(1) => Finding::Holds,
        Some(more) => Finding::Broken(format!("there were {more}")),
    },
};

fn case(row: &'static Row) -> Case {
    row.cases().next().unwrap()
}

fn code() -> Variant {
    Variant::of(ResponseType::Code)
}

fn seen(outcome: Outcome) -> Evidence {
    let after = match outcome {
        Outcome::Done => Who::Somebody(Some("ada".to_owned())),
        Outcome::Refused | Outcome::Crashed(_) => Who::Nobody,
        Outcome::Gone => Who::Unclear("nobody listens".to_owned()),
        Outcome::Silent => Who::NotAsked,
    };
    let fired = vec![FAULT.to_owned()];
    Evidence { outcome: Some(outcome), after: Some(after), fired, ..Evidence::default() }
}

fn control() -> Evidence {
    Evidence { fired: Vec::new(), ..seen(Outcome::Done) }
}

fn word(row: &'static Row, evidence: &Evidence) -> (Word, String) {
    let Verdict { word, reason } =
        verdict(case(row), code(), &control(), evidence, &[must(Profile::CoreBasic)]);
    (word, reason)
}

#[rstest]
#[case::refused(&REJECT, Outcome::Refused, Word::Passed, "nobody is signed in")]
#[case::accepted_what_must_be_refused(&REJECT, Outcome::Done, Word::Failed, "`ada` is signed in")]
#[case::refused_by_falling_over(&REJECT, Outcome::Crashed(500), Word::Warning, "it answered with the server error 500")]
#[case::refused_by_going(&REJECT, Outcome::Gone, Word::Warning, "it does not answer any more: nobody listens")]
#[case::refused_in_silence(
    &REJECT, Outcome::Silent, Word::Weak, "there is no probe, and nothing more was asked of the provider"
)]
#[case::accepted(&ACCEPT, Outcome::Done, Word::Passed, "`ada` is signed in")]
#[case::refused_what_must_be_accepted(&ACCEPT, Outcome::Refused, Word::Failed, "nobody is signed in")]
#[case::fell_over_what_must_be_accepted(
    &ACCEPT, Outcome::Crashed(500), Word::Failed, "it answered with the server error 500"
)]
#[case::gone_at_what_must_be_accepted(
    &ACCEPT, Outcome::Gone, Word::Failed, "it does not answer any more: nobody listens"
)]
#[case::accepted_in_silence(
    &ACCEPT, Outcome::Silent, Word::Weak, "there is no probe, and nothing more was asked of the provider"
)]
#[case::either_refused(&EITHER, Outcome::Refused, Word::Passed, "nobody is signed in")]
#[case::either_accepted(&EITHER, Outcome::Done, Word::Passed, "`ada` is signed in")]
#[case::either_fell_over(&EITHER, Outcome::Crashed(500), Word::Warning, "it answered with the server error 500")]
#[case::a_way_with_an_expectation_of_its_own(&MERCIFUL, Outcome::Done, Word::Passed, "`ada` is signed in")]
#[case::a_way_that_weighs_less(&LIGHT, Outcome::Done, Word::Warning, "`ada` is signed in")]
fn an_outcome_has_a_word(
    #[case] row: &'static Row,
    #[case] outcome: Outcome,
    #[case] expected: Word,
    #[case] reason: &str,
) {
    assert_eq!(word(row, &seen(outcome)), (expected, reason.to_owned()));
}

#[test]
fn a_fault_that_never_fired_proves_nothing() {
    let evidence = Evidence { fired: Vec::new(), ..seen(Outcome::Refused) };
    let reason = "it did not get an ID token that the fault fits, so `id_token.iss=wrong` never came to bear";
    assert_eq!(word(&REJECT, &evidence), (Word::Skipped, reason.to_owned()));
}

#[rstest]
#[case::away(Evidence { outcome: Some(Outcome::Gone), ..unfired() }, "it does not answer any more, and nothing was wrong yet")]
#[case::server_error(
    Evidence { server_error: Some(503), heard: vec![asked("authorize")], ..unfired() },
    "it answered with the server error 503, and nothing was wrong yet"
)]
#[case::no_login(unfired(), "it sent nobody to the provider, and nothing was wrong yet")]
fn what_goes_wrong_by_itself_proves_nothing_and_is_an_error(
    #[case] evidence: Evidence,
    #[case] reason: &str,
) {
    let control = Evidence { heard: vec![asked("authorize")], ..control() };
    let found = verdict(case(&REJECT), code(), &control, &evidence, &[must(Profile::CoreBasic)]);
    assert_eq!((found.word, found.reason.as_str()), (Word::Error, reason));
    // the same after the fault is what comes of the fault
    let misled = Evidence { fired: vec![FAULT.to_owned()], ..evidence };
    assert_ne!(
        verdict(case(&REJECT), code(), &control, &misled, &[must(Profile::CoreBasic)]).word,
        Word::Error
    );
}

fn unfired() -> Evidence {
    Evidence { fired: Vec::new(), ..seen(Outcome::Refused) }
}

static PREPARED: Row = Row { ways: &[Way::only(&[FAULT]).prepared_by(&["jwks.keys=symmetric"])], ..REJECT };

#[rstest]
#[case::refused(Outcome::Refused, Word::Passed)]
#[case::accepted(Outcome::Done, Word::Failed)]
fn what_only_makes_ready_for_a_fault_need_not_fire(#[case] outcome: Outcome, #[case] expected: Word) {
    assert_eq!(word(&PREPARED, &seen(outcome)).0, expected);
    let rules = case(&PREPARED).way().rules();
    let names: Vec<String> = rules.into_iter().map(|it| it.unwrap().rule.fault.to_string()).collect();
    assert_eq!(names, ["jwks.keys=symmetric", FAULT], "and yet it is there, and first");
}

static WITHDRAWN: Row = Row { flow: Flow::LoginTwice, ways: &[Way::only(&["jwks.keys=stranger"])], ..EITHER };
static WITHDRAWN_AT_ONCE: Row = Row { flow: Flow::Login, ..WITHDRAWN };
static WITHDRAWN_AND_WRONG: Row = Row { expected: Expected::Reject, ..WITHDRAWN };
static FORGED_LATER: Row = Row { ways: FAULTY, ..WITHDRAWN };

const UNASKED: &str = "did not";

#[rstest]
#[case::holds_them(&WITHDRAWN, &["jwks"], Outcome::Done, Word::Passed, "`ada` is signed in")]
#[case::never_had_any(&WITHDRAWN, &[], Outcome::Done, Word::Skipped, UNASKED)]
#[case::refuses_without_a_look(&WITHDRAWN, &["jwks"], Outcome::Refused, Word::Skipped, UNASKED)]
#[case::in_a_first_login(&WITHDRAWN_AT_ONCE, &["jwks"], Outcome::Done, Word::Skipped, UNASKED)]
#[case::where_that_is_not_right(&WITHDRAWN_AND_WRONG, &["jwks"], Outcome::Done, Word::Skipped, UNASKED)]
#[case::a_fault_of_something_else(&FORGED_LATER, &["jwks"], Outcome::Done, Word::Skipped, UNASKED)]
fn whoever_holds_the_keys_need_not_look_again(
    #[case] row: &'static Row,
    #[case] heard: &[&str],
    #[case] outcome: Outcome,
    #[case] expected: Word,
    #[case] because: &str,
) {
    let heard = heard.iter().map(|it| asked(it)).collect();
    let (found, reason) = word(row, &Evidence { fired: Vec::new(), heard, ..seen(outcome) });
    assert_eq!((found, reason.contains(because)), (expected, true), "{reason}");
}

#[rstest]
#[case::refused(Outcome::Refused, "nobody is signed in")]
#[case::fell_over(Outcome::Crashed(500), "it answered with the server error 500")]
fn nothing_is_said_of_a_case_whose_control_twin_does_not_work(
    #[case] outcome: Outcome,
    #[case] because: &str,
) {
    let control = Evidence { fired: Vec::new(), ..seen(outcome) };
    let found =
        verdict(case(&REJECT), code(), &control, &seen(Outcome::Refused), &[must(Profile::CoreBasic)]);
    let reason = format!("the control twin, the same without the fault, did not work either: {because}");
    assert_eq!(found, Verdict::new(Word::Error, reason));
}

#[rstest]
#[case::all_well(Some(1), Outcome::Done, Word::Passed, "`ada` is signed in")]
#[case::a_check_fails(
    Some(2),
    Outcome::Done,
    Word::Failed,
    "not so: one token request is made; there were 2"
)]
#[case::nothing_to_look_at(None, Outcome::Done, Word::Skipped, "no token request was made")]
#[case::the_flow_fails(Some(1), Outcome::Refused, Word::Failed, "nobody is signed in")]
fn what_is_sent_is_checked(
    #[case] requests: Option<u64>,
    #[case] outcome: Outcome,
    #[case] expected: Word,
    #[case] reason: &str,
) {
    let mut evidence = Evidence { fired: Vec::new(), ..seen(outcome) };
    if let Some(requests) = requests {
        evidence.facts.insert("requests", requests.into());
    }
    assert_eq!(word(&SEND, &evidence), (expected, reason.to_owned()));
}

#[rstest]
#[case::must(&[must(Profile::CoreBasic)], Word::Failed)]
#[case::should(&[should(Profile::CoreBasic)], Word::Warning)]
#[case::may(&[may(Profile::CoreBasic)], Word::Skipped)]
#[case::the_hardest_counts(&[may(Profile::CoreBasic), should(Profile::Bcp), must(Profile::Config)], Word::Failed)]
fn a_binding_says_how_much_a_departure_weighs(#[case] bindings: &[Binding], #[case] expected: Word) {
    let found = verdict(case(&REJECT), code(), &control(), &seen(Outcome::Done), bindings);
    assert_eq!(found.word, expected);
}

#[rstest]
#[case::through_the_browser(ResponseType::CodeIdToken, must(Profile::CoreHybrid), Word::Failed)]
#[case::from_the_token_endpoint(ResponseType::Code, must(Profile::CoreBasic), Word::Skipped)]
#[case::from_the_token_endpoint_under_bcp(ResponseType::Code, must(Profile::Bcp), Word::Warning)]
fn a_signature_from_the_token_endpoint_may_be_left_to_tls(
    #[case] response_type: ResponseType,
    #[case] binding: Binding,
    #[case] expected: Word,
) {
    let variant = Variant::of(response_type);
    let found = verdict(case(&FRONT), variant, &control(), &seen(Outcome::Done), &[binding]);
    assert_eq!(found.word, expected);
}

fn asked(endpoint: &str) -> Heard {
    Heard {
        site: Site::Provider,
        method: "POST".to_owned(),
        path: format!("/{endpoint}"),
        endpoint: endpoint.to_owned(),
        query: Vec::new(),
        form: vec![("grant_type".to_owned(), "authorization_code".to_owned())],
        headers: BTreeMap::new(),
        status: 200,
        faults: Vec::new(),
    }
}

#[rstest]
#[case::a_signature_that_nobody_reads(&FRONT, &["token"], must(Profile::Bcp), Word::Skipped)]
#[case::a_signature_that_is_read_badly(&FRONT, &["token", "jwks"], must(Profile::Bcp), Word::Warning)]
#[case::keys_that_nobody_needs(&KEYS, &["token"], must(Profile::Config), Word::Skipped)]
#[case::keys_that_somebody_needs(&KEYS, &["token", "jwks"], must(Profile::Config), Word::Failed)]
#[case::keys_without_a_token_request(&KEYS, &[], must(Profile::Config), Word::Failed)]
#[case::something_else(&REJECT, &["token"], must(Profile::Bcp), Word::Failed)]
fn who_reads_no_signature_needs_no_keys(
    #[case] row: &'static Row,
    #[case] heard: &[&str],
    #[case] binding: Binding,
    #[case] expected: Word,
) {
    let control = Evidence { heard: heard.iter().map(|it| asked(it)).collect(), ..control() };
    let found = verdict(case(row), code(), &control, &seen(Outcome::Done), &[binding]);
    assert_eq!((found.word, found.reason.contains("OIDCC-3.1.3.7-6")), (expected, expected == Word::Skipped));
}

const UNREAD: (Word, bool) = (Word::Skipped, true);
const READ: (Word, bool) = (Word::Warning, false);

#[rstest]
#[case::knows_nothing(Memory::default(), UNREAD)]
#[case::asked_for_metadata_alone(Memory { lives_on: true, metadata: true, keys: false }, UNREAD)]
#[case::asked_for_keys_before(Memory { lives_on: true, metadata: true, keys: true }, READ)]
#[case::may_have_been_told_before_it_was_met(Memory { lives_on: true, ..Memory::default() }, READ)]
fn whoever_may_know_the_keys_may_read_signatures(#[case] memory: Memory, #[case] expected: (Word, bool)) {
    let control = Evidence { heard: vec![asked("token")], ..control() };
    let evidence = Evidence { memory, ..seen(Outcome::Done) };
    let found = verdict(case(&FRONT), code(), &control, &evidence, &[must(Profile::Bcp)]);
    assert_eq!((found.word, found.reason.contains("never reads the signature")), expected);
}

#[rstest]
#[case::by_the_secret("HS256", READ)]
#[case::by_a_key("RS256", UNREAD)]
fn nobody_needs_keys_for_what_is_signed_by_the_secret(#[case] alg: &str, #[case] expected: (Word, bool)) {
    let journal = vec![serde_json::json!({ "tokens": [{ "kind": "id_token", "header": { "alg": alg } }] })];
    let control = Evidence { heard: vec![asked("token")], journal, ..control() };
    let found = verdict(case(&FRONT), code(), &control, &seen(Outcome::Done), &[must(Profile::Bcp)]);
    assert_eq!((found.word, found.reason.contains("never reads the signature")), expected);
}

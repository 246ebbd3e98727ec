//! A relying party is asked what the catalogue says: ours in process, one with a check left out, and a stranger by its
//! address.

use std::net::TcpListener;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::middleware::{self, Next};
use axum::response::IntoResponse as _;
use harness::conformance::Trouble;
use harness::conformance::event::{CaseReport, Event, RunFinished, RunResult, RunStarted};
use harness::conformance::expected::ExpectedResults;
use harness::conformance::external::{External, Introduction, Whereabouts};
use harness::conformance::party::Party;
use harness::conformance::plan::{Play, plan};
use harness::conformance::profiles::Profile;
use harness::conformance::reference::Reference;
use harness::conformance::run::{RunOptions, run};
use harness::conformance::verdict::{Verdict, Word};
use harness::products::named;
use harness::rp::{PlainSetup, RelyingParty, Weakness};
use harness::transport::Transport;
use http::StatusCode;
use mock_idp::http::system::{SystemClock, SystemEntropy};
use mock_idp::provider::ports::{Clock as _, Entropy as _};
use rstest::rstest;
use tokio::runtime::Runtime;

const SECRET: &str = "a-secret-that-both-sides-know";

struct Told {
    started: RunStarted,
    cases: Vec<CaseReport>,
    finished: RunFinished,
}

impl Told {
    fn word(&self, id: &str) -> Word {
        let case = self.cases.iter().find(|case| case.id == id).expect("the case was played");
        case.verdict.word
    }
}

fn asked(party: &Party, plays: &[Play], options: &RunOptions) -> Told {
    asked_while(party, plays, options, &|| {})
}

/// The same with something that happens as soon as the probe is calibrated.
fn asked_while(party: &Party, plays: &[Play], options: &RunOptions, calibrated: &dyn Fn()) -> Told {
    let (mut started, mut cases) = (None, Vec::new());
    let finished = run(party, plays, options, &mut |event| match event {
        Event::Started(run) => {
            calibrated();
            started = Some(*run);
        }
        Event::CaseFinished(case) => cases.push(*case),
        Event::Finished(_) => {}
    });
    Told { started: started.unwrap(), cases, finished: finished.unwrap() }
}

fn some(party: &Party, patterns: &[&str]) -> Vec<Play> {
    let mut plays = plan(&[Profile::CoreBasic, Profile::Bcp], party.shapes().as_deref());
    plays.retain(|play| patterns.iter().any(|pattern| play.is_meant(pattern)));
    plays
}

const FEW: &[&str] = &["oidcc-client-test", "oidcc-client-test-invalid-iss", "RPX-SIG-05.jwk", "RPX-CLM-08"];

#[test]
fn a_check_that_is_left_out_is_noticed_with_what_came_of_it() {
    let party = Party::Reference(Reference::weak(Weakness::SkipsIssuer));
    let told = asked(&party, &some(&party, FEW), &RunOptions::default());
    assert_eq!(told.word("oidcc-client-test-invalid-iss"), Word::Failed);
    assert_eq!(told.word("RPX-SIG-05.jwk"), Word::Passed);
    let case = told.cases.iter().find(|case| case.id == "oidcc-client-test-invalid-iss").unwrap();
    assert_eq!(case.verdict.reason, "`person-7c31e0` is signed in");
    let seen = case.seen.as_ref().unwrap();
    assert_eq!(seen.fired, ["id_token.iss=wrong"]);
    assert_eq!(seen.next.words(), ["fetched the keys", "asked UserInfo", "set the cookie `plain_session`"]);
    assert_eq!(case.reproduce, "harness conformance --only 'oidcc-client-test-invalid-iss [code]'");
}

#[rstest]
#[case::whole(Reference::plain(), Word::Passed, "`person-7c31e0` is signed in")]
#[case::without_escaping(
    Reference::weak(Weakness::WritesMarkup),
    Word::Failed,
    "not so: what came from outside is shown as text, and sets no header; a script is part of a page"
)]
fn the_page_behind_the_callback_is_looked_at(
    #[case] reference: Reference,
    #[case] word: Word,
    #[case] reason: &str,
) {
    let party = Party::Reference(reference);
    let told = asked(&party, &some(&party, &["RPX-CLM-37.script [code]"]), &RunOptions::default());
    let case = told.cases.first().expect("the case was played");
    assert_eq!((case.verdict.word, case.verdict.reason.as_str()), (word, reason));
}

#[test]
fn a_bad_certificate_is_refused_by_whoever_looks_at_it() {
    let rows = ["RPX-DIS-19"];
    let whole = Party::Reference(Reference::plain());
    let told = asked(&whole, &some(&whole, &rows), &RunOptions::default());
    assert_eq!((told.finished.passed, told.finished.cases()), (5, 5));
    let weak = Party::Reference(Reference::weak(Weakness::SkipsCertificate));
    let told = asked(&weak, &some(&weak, &rows), &RunOptions::default());
    assert_eq!((told.finished.failed, told.finished.cases()), (5, 5));
    let seen = told.cases.first().and_then(|case| case.seen.as_ref()).unwrap();
    assert_eq!(seen.fired, ["tls: expired"]);
    assert_eq!(
        seen.next.words(),
        ["fetched the keys", "redeemed the code", "asked UserInfo", "set the cookie `plain_session`"]
    );
}

#[test]
fn a_certificate_takes_the_place_of_a_secret_at_the_address_that_asks_for_it() {
    let party = Party::Reference(Reference::plain());
    let rows = ["oidcc-client-test-mtls-endpoint-aliases", "RPX-TOK-06.*tls_client_auth"];
    let told = asked(&party, &some(&party, &rows), &RunOptions::default());
    assert_eq!((told.finished.passed, told.finished.cases()), (3, 3));
}

#[test]
fn a_known_failure_is_excused_and_one_that_is_mended_is_stale() {
    let file = "version: 1\nresults:\n  - { case: oidcc-client-test-invalid-iss, verdict: failed, reason: rule 7 }\n";
    let options = RunOptions { expected: ExpectedResults::read(file).unwrap(), ..RunOptions::default() };
    let weak = Party::Reference(Reference::weak(Weakness::SkipsIssuer));
    let told = asked(&weak, &some(&weak, FEW), &options);
    assert_eq!((told.finished.failed, told.finished.unexpected.failed), (1, 0));
    assert_eq!(told.finished.stale, Vec::<String>::new());
    let whole = Party::Reference(Reference::plain());
    let told = asked(&whole, &some(&whole, FEW), &options);
    assert_eq!(told.finished.stale.len(), 1);
}

fn fixture(path: &str) -> String {
    std::fs::read_to_string(format!("{}/../{path}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

#[rstest]
#[case("billrun", "BR-R")]
#[case("cloudbilling", "CB-R")]
#[case("billwerk", "BW-R")]
#[case("gorules", "GR-R")]
#[case("bindplane", "BP-R")]
fn a_product_departs_from_the_standards_where_its_rules_do(#[case] product: &str, #[case] rules: &str) {
    let expected = ExpectedResults::read(&fixture(&format!("fixtures/conformance/{product}.yaml"))).unwrap();
    let page = fixture(&format!("harness/src/products/{product}/README.md"));
    for entry in &expected.results {
        let (rule, _) = entry.reason.split_once(':').expect("the reason begins with a rule");
        let known = rule.starts_with(rules) && page.contains(&format!("| {rule} |"));
        assert!(known, "{}: {}", entry.case, entry.reason);
    }
    let party = Party::Reference(Reference::of_product(named(product).unwrap()).unwrap());
    let shapes = party.shapes();
    let covered = |profile: &Profile| shapes.iter().flatten().any(|shape| profile.covers(*shape));
    let profiles: Vec<Profile> = Profile::ALL.into_iter().filter(covered).collect();
    let plays = plan(&profiles, shapes.as_deref());
    let told = asked(&party, &plays, &RunOptions { profiles, jobs: 4, expected, ..RunOptions::default() });
    let run = &told.finished;
    assert_eq!((run.void.as_deref(), &run.stale), (None, &Vec::new()));
    let unexplained: Vec<(&str, &str)> = told
        .cases
        .iter()
        .filter(|case| !matches!(case.verdict.word, Word::Passed | Word::Skipped))
        .filter(|case| case.expected_because.is_none())
        .map(|case| (case.id.as_str(), case.verdict.reason.as_str()))
        .collect();
    assert_eq!(unexplained, Vec::new());
    assert!(run.passed > 200, "{run:?}");
}

#[rstest]
#[case("openid-client", 'O')]
#[case("authlib", 'A')]
fn each_known_departure_of_a_stranger_is_explained(#[case] stranger: &str, #[case] letter: char) {
    let expected =
        ExpectedResults::read(&fixture(&format!("fixtures/interop/{stranger}/expected.yaml"))).unwrap();
    let page = fixture("docs/conformance-findings.md");
    for entry in &expected.results {
        let cited = entry.reason.strip_prefix("docs/conformance-findings.md, ").expect("the page is cited");
        assert!(cited.starts_with(letter) && page.contains(&format!("### {cited}\n")), "{cited}");
    }
    let cited = |heading: &&str| expected.results.iter().any(|entry| entry.reason.ends_with(*heading));
    let headings = page.lines().filter_map(|line| line.strip_prefix("### "));
    let uncited: Vec<&str> = headings.filter(|it| it.starts_with(letter)).filter(|it| !cited(it)).collect();
    assert_eq!(uncited, Vec::<&str>::new());
}

#[test]
fn a_case_that_takes_a_script_says_which_browser_runs_it() {
    let party = Party::Reference(Reference::plain());
    let mut plays = plan(&[Profile::Logout], None);
    plays.retain(|play| play.is_meant("oidcc-client-test-session-management") || play.is_meant("RPX-LGO-16"));
    let told = asked(&party, &plays, &RunOptions::default());
    assert_eq!((told.cases.len(), told.finished.skipped), (9, 9));
    for case in told.cases {
        assert!(case.verdict.reason.contains("use `--driver chromium`"), "{}", case.verdict.reason);
    }
}

#[test]
fn a_run_with_a_warning_is_not_passed() {
    let party = Party::Reference(Reference::weak(Weakness::SkipsNotBefore));
    let told = asked(&party, &some(&party, &["RPX-CLM-18", "oidcc-client-test"]), &RunOptions::default());
    assert_eq!((told.finished.passed, told.finished.warnings), (1, 1));
    assert_eq!(told.finished.result(), RunResult::Warned);
}

#[test]
fn a_case_that_is_left_out_says_why() {
    let party = Party::Reference(Reference::plain());
    let skip = vec![("RPX-CLM-08".to_owned(), "arrays are for later".to_owned())];
    let told = asked(&party, &some(&party, FEW), &RunOptions { skip, ..RunOptions::default() });
    let case = told.cases.iter().find(|case| case.id == "RPX-CLM-08").unwrap();
    assert_eq!((case.verdict.word, case.verdict.reason.as_str()), (Word::Skipped, "arrays are for later"));
}

/// A plain relying party on a socket of its own, which knows one issuer.
struct Stranger {
    url: String,
    issuer_at: std::net::SocketAddr,
    /// How many logins from now on end before they begin.
    hiccups: Arc<AtomicUsize>,
    /// How many begin well before that.
    spared: Arc<AtomicUsize>,
    /// What it runs on, until it leaves.
    runtime: Mutex<Option<Runtime>>,
}

/// A relying party that is not at home for some logins.
fn with_hiccups(rp: &RelyingParty, hiccups: &Arc<AtomicUsize>, spared: &Arc<AtomicUsize>) -> Router {
    let (hiccups, spared) = (Arc::clone(hiccups), Arc::clone(spared));
    let away = move |request: Request, next: Next| {
        let login = request.uri().path() == "/login";
        let one_less = |left: usize| left.checked_sub(1);
        let taken =
            |count: &AtomicUsize| count.fetch_update(Ordering::SeqCst, Ordering::SeqCst, one_less).is_ok();
        let hiccup = login && !taken(&spared) && taken(&hiccups);
        async move {
            if hiccup { StatusCode::SERVICE_UNAVAILABLE.into_response() } else { next.run(request).await }
        }
    };
    rp.router().layer(middleware::from_fn(away))
}

impl Stranger {
    /// One that does without these checks.
    fn new(weaknesses: &[Weakness]) -> Self {
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        let issuer_at = free.local_addr().unwrap();
        drop(free);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let setup = PlainSetup {
            base_url: url.clone(),
            issuers: vec![format!("http://{issuer_at}")],
            client_id: "conformance".to_owned(),
            client_secret: Some(SECRET.to_owned()),
            ..PlainSetup::default()
        };
        let entropy = SystemEntropy::default();
        let rp = RelyingParty::plain(
            &setup,
            &Transport::tcp().unwrap(),
            Arc::new(|| SystemClock.now().as_secs()),
            Arc::new(move |bytes: &mut [u8]| entropy.fill(bytes)),
        );
        let rp = weaknesses.iter().fold(rp, |rp, weakness| rp.without(*weakness));
        let (hiccups, spared) = (Arc::default(), Arc::default());
        let router = with_hiccups(&rp, &hiccups, &spared);
        let runtime = Runtime::new().unwrap();
        runtime.spawn(async move {
            let listener = tokio::net::TcpListener::from_std(listener).unwrap();
            axum::serve(listener, router).await
        });
        Self { url, issuer_at, hiccups, spared, runtime: Mutex::new(Some(runtime)) }
    }

    /// From now on nobody answers.
    fn leave(&self) {
        let runtime = self.runtime.lock().unwrap().take();
        runtime.into_iter().for_each(Runtime::shutdown_background);
    }

    fn introduction(&self) -> Introduction {
        Introduction {
            start: "/login".to_owned(),
            session: Some("GET /me /sub".parse().unwrap()),
            listen: self.issuer_at,
            wait: Duration::ZERO,
            ..Introduction::of(Whereabouts::Url(self.url.clone()))
        }
    }

    /// A relying party, met with an introduction to it.
    ///
    /// It has to know its issuer before there is one, so the port is only looked up, and something else may take it in
    /// the meantime: then another one is tried.
    fn met(introduce: impl Fn(Introduction) -> Introduction) -> (Self, Result<Party, Trouble>) {
        Self::weak(&[], introduce)
    }

    /// The same with one that does without these checks.
    fn weak(
        weaknesses: &[Weakness],
        introduce: impl Fn(Introduction) -> Introduction,
    ) -> (Self, Result<Party, Trouble>) {
        loop {
            let stranger = Self::new(weaknesses);
            let met = External::meet(introduce(stranger.introduction()), SECRET);
            let taken = format!("cannot listen on `{}`", stranger.issuer_at);
            if met.as_ref().is_err_and(|trouble| trouble.to_string().starts_with(&taken)) {
                continue;
            }
            return (stranger, met.map(Box::new).map(Party::External));
        }
    }
}

#[test]
fn a_stranger_is_asked_by_its_address() {
    let (_stranger, party) = Stranger::met(|introduction| introduction);
    let party = party.unwrap();
    let told = asked(&party, &some(&party, FEW), &RunOptions { jobs: 4, ..RunOptions::default() });
    assert_eq!(told.started.shapes, ["code"]);
    assert_eq!((told.finished.passed, told.finished.cases()), (FEW.len(), FEW.len()));
}

#[test]
fn what_a_stranger_was_told_once_is_not_held_against_it_nor_for_it() {
    let (_stranger, party) = Stranger::weak(&[Weakness::TrustsHeaderKey], |introduction| introduction);
    let party = party.unwrap();
    let mut plays = plan(&[Profile::Config, Profile::Bcp], party.shapes().as_deref());
    let cases = [
        ("RPX-SIG-09", Word::Warning, "is signed in"),
        (
            "oidcc-client-test-discovery-openid-config",
            Word::Skipped,
            "nobody asked for the metadata: it may know",
        ),
        (
            "oidcc-client-test-discovery-jwks-uri-keys",
            Word::Skipped,
            "nobody asked for the metadata: it may know",
        ),
        (
            "oidcc-client-test-signing-key-rotation",
            Word::Skipped,
            "it may have known the first keys from before",
        ),
    ];
    plays.retain(|play| cases.iter().any(|(case, ..)| *case == play.case.id()));
    let told = asked(&party, &plays, &RunOptions::default());
    for (id, word, reason) in cases {
        let case = told.cases.iter().find(|case| case.id == id).expect("the case was played");
        assert_eq!(case.verdict.word, word, "{id}: {}", case.verdict.reason);
        assert!(case.verdict.reason.contains(reason), "{id}: {}", case.verdict.reason);
    }
}

#[rstest]
#[case::enough_tries(2, 2, Word::Passed, &[Word::Failed, Word::Failed])]
#[case::too_few_tries(2, 1, Word::Failed, &[Word::Failed])]
#[case::no_tries(1, 0, Word::Failed, &[])]
fn a_login_that_a_hiccup_spoils_is_tried_again(
    #[case] hiccups: usize,
    #[case] retries: usize,
    #[case] word: Word,
    #[case] earlier: &[Word],
) {
    let (stranger, party) = Stranger::met(|introduction| introduction);
    let party = party.unwrap();
    let options = RunOptions { retries, ..RunOptions::default() };
    let told = asked_while(&party, &some(&party, &["oidcc-client-test"]), &options, &|| {
        stranger.hiccups.store(hiccups, Ordering::SeqCst);
    });
    let [case] = told.cases.as_slice() else { panic!("one case was played") };
    let words: Vec<Word> = case.earlier.iter().map(|verdict| verdict.word).collect();
    assert_eq!((case.verdict.word, words.as_slice()), (word, earlier), "{:?}", case.verdict);
    assert_eq!(told.finished.flaky, usize::from(word == Word::Passed));
}

#[rstest]
#[case::for_good(0, Word::Error, None)]
#[case::until_the_second_try(1, Word::Passed, Some(Word::Error))]
fn a_hiccup_before_the_fault_is_an_error_and_nothing_that_was_left_out(
    #[case] retries: usize,
    #[case] word: Word,
    #[case] earlier: Option<Word>,
) {
    let (stranger, party) = Stranger::met(|introduction| introduction);
    let party = party.unwrap();
    let options = RunOptions { retries, ..RunOptions::default() };
    let told = asked_while(&party, &some(&party, &["oidcc-client-test-invalid-iss"]), &options, &|| {
        // the control twin goes well
        stranger.spared.store(1, Ordering::SeqCst);
        stranger.hiccups.store(1, Ordering::SeqCst);
    });
    let case = &told.cases[0];
    assert_eq!(case.verdict.word, word, "{:?}", case.verdict);
    assert_eq!(case.earlier.first().map(|verdict| verdict.word), earlier);
    let reason = case.earlier.first().map_or(&case.verdict.reason, |verdict| &verdict.reason);
    assert_eq!(reason, "it answered with the server error 503, and nothing was wrong yet");
}

#[rstest]
#[case::asked_for_a_good_login("oidcc-client-test")]
#[case::asked_to_refuse("oidcc-client-test-invalid-iss")]
fn whoever_has_left_is_neither_right_nor_wrong(#[case] row: &str) {
    let (stranger, party) = Stranger::met(|introduction| introduction);
    let party = party.unwrap();
    let told = asked_while(&party, &some(&party, &[row]), &RunOptions::default(), &|| stranger.leave());
    let Verdict { word, reason } = &told.cases[0].verdict;
    assert_eq!(*word, Word::Error, "{reason}");
    assert!(reason.contains("nothing can be asked of the relying party"), "{reason}");
}

#[test]
fn a_nonce_in_the_first_login_is_an_ability() {
    let (_stranger, party) = Stranger::weak(&[Weakness::SkipsNonce], |introduction| introduction);
    let party = party.unwrap();
    let told = asked(&party, &some(&party, &["RPX-CLM-19.other_case"]), &RunOptions::default());
    assert_eq!(told.word("RPX-CLM-19.other_case"), Word::Failed);
}

#[test]
fn what_a_stranger_is_not_known_to_do_is_skipped_with_the_option_that_tells() {
    let (_stranger, party) = Stranger::met(|introduction| introduction);
    let party = party.unwrap();
    let plays = some(&party, &["RPX-AUT-09", "oidcc-client-test-idtoken-sig-none"]);
    let told = asked(&party, &plays, &RunOptions::default());
    let reasons: Vec<&str> = told.cases.iter().map(|case| case.verdict.reason.as_str()).collect();
    assert!(
        reasons.contains(&"it is not known to be able to do this: `unsigned-id-token`; if it is, say so with `--can unsigned-id-token`"),
        "{reasons:?}"
    );
}

#[test]
fn a_control_twin_that_a_hiccup_spoils_is_played_again_with_the_case() {
    let (stranger, party) = Stranger::met(|introduction| introduction);
    let party = party.unwrap();
    let options = RunOptions { retries: 1, ..RunOptions::default() };
    let told = asked_while(&party, &some(&party, &["RPX-CLM-08"]), &options, &|| {
        stranger.hiccups.store(1, Ordering::SeqCst);
    });
    let case = &told.cases[0];
    assert_eq!(case.verdict.word, Word::Passed, "{:?}", case.verdict);
    assert!(case.earlier[0].reason.contains("the control twin"), "{:?}", case.earlier);
}

#[test]
fn a_probe_that_a_hiccup_spoils_is_calibrated_again() {
    let (stranger, party) = Stranger::met(|introduction| introduction);
    let party = party.unwrap();
    stranger.hiccups.store(1, Ordering::SeqCst);
    let options = RunOptions { retries: 1, ..RunOptions::default() };
    let told = asked(&party, &some(&party, FEW), &options);
    assert_eq!((told.finished.void.as_deref(), told.started.calibration[0].tries), (None, 1));
}

#[test]
fn what_was_accepted_once_is_not_tried_again() {
    let (_stranger, party) = Stranger::weak(&[Weakness::SkipsIssuer], |introduction| introduction);
    let party = party.unwrap();
    let options = RunOptions { retries: 3, ..RunOptions::default() };
    let told = asked(&party, &some(&party, &["oidcc-client-test-invalid-iss"]), &options);
    assert_eq!(told.word("oidcc-client-test-invalid-iss"), Word::Failed);
    assert_eq!(told.cases[0].earlier, Vec::new());
}

#[test]
fn no_stranger_is_led_to_a_link_local_address() {
    let initiate = Some("/initiate".to_owned());
    let (_stranger, party) =
        Stranger::met(|introduction| Introduction { initiate: initiate.clone(), ..introduction });
    let party = party.unwrap();
    let rows = ["RPX-DIS-05.link_local_token_endpoint", "RPX-AUT-24.link_local_issuer"];
    let mut plays = plan(&Profile::ALL, party.shapes().as_deref());
    plays.retain(|play| rows.iter().any(|row| play.is_meant(row)));
    let told = asked(&party, &plays, &RunOptions::default());
    assert_eq!(told.cases.len(), rows.len());
    for case in told.cases {
        assert_eq!(
            (case.verdict.word, case.verdict.reason.as_str()),
            (
                Word::Skipped,
                "a request to a link-local address would leave this machine: there is a trap at it only for the \
                 reference relying party"
            )
        );
    }
}

#[test]
fn a_stranger_whose_issuer_has_no_tls_is_not_asked_about_endpoints_without() {
    let (_stranger, party) = Stranger::met(|introduction| introduction);
    let party = party.unwrap();
    let mut plays = plan(&[Profile::Config], party.shapes().as_deref());
    plays.retain(|play| play.is_meant("RPX-DIS-04"));
    let told = asked(&party, &plays, &RunOptions::default());
    assert_eq!((told.cases.len(), told.finished.skipped), (2, 2));
    assert!(told.cases[0].verdict.reason.contains("without TLS"), "{}", told.cases[0].verdict.reason);
}

#[test]
fn without_a_probe_silence_is_weak_and_going_on_is_not() {
    let (_stranger, party) = Stranger::met(|introduction| Introduction { session: None, ..introduction });
    let party = party.unwrap();
    let told = asked(&party, &some(&party, FEW), &RunOptions::default());
    assert_eq!(told.word("oidcc-client-test"), Word::Passed);
    assert_eq!(told.word("RPX-CLM-08"), Word::Passed);
    assert_eq!(told.word("oidcc-client-test-invalid-iss"), Word::Weak);
    assert_eq!(told.finished.unexpected.weak, 2);
}

#[test]
fn a_probe_that_looks_in_the_wrong_place_makes_the_run_void() {
    let elsewhere = Some("GET /me /nobody".parse().unwrap());
    let (_stranger, party) =
        Stranger::met(|introduction| Introduction { session: elsewhere.clone(), ..introduction });
    let party = party.unwrap();
    let told = asked(&party, &some(&party, FEW), &RunOptions::default());
    assert_eq!(
        told.finished.void.as_deref(),
        Some(
            "code: a good login did not sign anybody in: nobody is signed in (`GET /me` answered 200, JSON with \
             nothing at `/nobody`); the provider was asked for authorize, login, token, userinfo"
        )
    );
    assert_eq!(told.cases, Vec::new());
}

#[test]
fn a_start_path_that_starts_no_login_is_said_before_anything_else() {
    let (stranger, met) =
        Stranger::met(|introduction| Introduction { start: "/".to_owned(), ..introduction });
    assert_eq!(
        met.unwrap_err().to_string(),
        format!(
            "no login came to the provider: `/` does not lead there, or the relying party does not use the issuer \
             `http://{}`",
            stranger.issuer_at
        )
    );
}

//! Every answer, once: the snapshots, and that none is missing.

use std::collections::BTreeSet;

use rstest::rstest;
use serde_json::Value;

use super::refusals::{
    ASSERTION, AUTHORIZATION, CLAIMS, CLIENT, Case, ELSEWHERE, END_SESSION, OPEN, REGISTRATION, TOKEN,
    USERINFO,
};
use super::requests::REQUESTS;
use super::script::Script;
use super::shapes::SHAPES;

/// Every cause of a refusal, as `protocol` lists them.
const CAUSES: &str = include_str!("../../mock-idp/src/protocol/snapshots/causes.snap");

/// Which scripts show the causes of a part of the list.
const PARTS: &[(&str, &[&str])] = &[
    ("authorization, page", &["authorization", "request_object", "request_uri"]),
    ("authorization, sent on", &["authorization", "request_object", "request_uri"]),
    ("request object", &["request_object"]),
    ("request_uri", &["request_uri"]),
    ("pushed request", &["pushed"]),
    ("client authentication", &["client"]),
    ("client assertion", &["assertion"]),
    ("token", &["token", "introspection", "revocation", "client"]),
    ("userinfo", &["userinfo"]),
    ("registration", &["registration"]),
    ("end session", &["end_session"]),
];

/// Causes that no script can bring about, and why.
const UNREACHABLE: &[(&str, &str, &str)] = &[
    ("client authentication", "CertificateWrong", NEEDS_TLS),
    ("token", "NoUserCode", "there are 20^8 user codes"),
    ("token", "RefreshTokenOfAnotherCertificate", NEEDS_TLS),
    ("userinfo", "OtherCertificate", NEEDS_TLS),
    ("authorization, sent on", "RequestObjectUnsupported", "request objects are taken here"),
    ("authorization, sent on", "RequestUriUnsupported", "references are followed here"),
    ("request_uri", "Object", "nobody here answers the provider's calls"),
    ("request_uri", "Unprotected", "nobody here answers the provider's calls"),
];

const NEEDS_TLS: &str = "a certificate is shown on a TLS connection, as in mutual_tls.rs";

/// What stands before a cause that is another one's.
const WRAPPED: &[&str] = &[
    "the client assertion is refused: ",
    "the request object is refused: ",
    "the request_uri leads to no request: ",
];

fn refusals() -> impl Iterator<Item = &'static Case> {
    let all = [
        AUTHORIZATION,
        OPEN,
        REQUESTS,
        CLIENT,
        ASSERTION,
        TOKEN,
        USERINFO,
        CLAIMS,
        REGISTRATION,
        END_SESSION,
        ELSEWHERE,
    ];
    all.into_iter().flatten()
}

fn is_open(case: &Case) -> bool {
    OPEN.iter().any(|open| open.1 == case.1)
}

async fn assert_answers(cases: &[Case], folder: &str) {
    for case in cases {
        let (group, name, script) = *case;
        let (status, page) = Script::new(is_open(case)).run(script).await;
        let page = if status < 400 { page } else { without_frame(&page) };
        insta::with_settings!({
            snapshot_suffix => format!("{group}.{name}"),
            prepend_module_to_snapshot => false,
            omit_expression => true,
            description => script.lines().map(str::trim).collect::<Vec<_>>().join("\n"),
        }, {
            insta::assert_snapshot!(folder, page);
        });
    }
}

/// A page that refuses differs from another one only in what it says.
fn without_frame(page: &str) -> String {
    let (Some((head, _)), Some((_, body))) = (page.split_once("\n\n"), page.split_once("<main")) else {
        return page.to_owned();
    };
    let kept = head.lines().filter(|line| !line.starts_with("content-length:"));
    let headers: Vec<String> = kept.map(|line| without_hash(line, "style-src ")).collect();
    let said = body.split_once("</main>").map_or(body, |(said, _)| said);
    format!("{}\n\n<main{said}</main>", headers.join("\n"))
}

fn without_hash(line: &str, directive: &str) -> String {
    match line.split_once(directive).and_then(|(before, rest)| Some((before, rest.split_once(';')?.1))) {
        Some((before, after)) => format!("{before}{directive}…;{after}"),
        None => line.to_owned(),
    }
}

#[rstest]
#[case::authorization(AUTHORIZATION)]
#[case::open(OPEN)]
#[case::requests(REQUESTS)]
#[case::client(CLIENT)]
#[case::assertion(ASSERTION)]
#[case::token(TOKEN)]
#[case::userinfo(USERINFO)]
#[case::claims(CLAIMS)]
#[case::registration(REGISTRATION)]
#[case::end_session(END_SESSION)]
#[case::elsewhere(ELSEWHERE)]
#[tokio::test]
async fn a_refusal_is_sent_as(#[case] cases: &[Case]) {
    assert_answers(cases, "refused").await;
}

#[tokio::test]
async fn an_answer_is_sent_as() {
    assert_answers(SHAPES, "answered").await;
}

/// A line of the list of causes.
struct Cause {
    part: &'static str,
    name: &'static str,
    code: &'static str,
    clause: &'static str,
    text: &'static str,
}

fn causes() -> Vec<Cause> {
    let listed = CAUSES.rsplit_once("---\n").unwrap().1;
    listed.lines().filter(|line| !line.is_empty()).map(cause).collect()
}

fn cause(line: &'static str) -> Cause {
    let part = PARTS.iter().map(|(part, _)| *part).find(|part| line.starts_with(&format!("{part:<22} ")));
    let part = part.unwrap_or_default();
    assert_ne!(part, "", "no script shows the causes of `{line}`: name them in PARTS");
    let mut words = line.get(22..).unwrap_or_default().split_whitespace();
    let mut word = || words.next().unwrap();
    let (name, _status, code, clause) = (word(), word(), word(), word());
    let text = line.split_once(&format!(" {clause} ")).unwrap().1.trim_start();
    Cause { part, name, code, clause, text }
}

/// Whether a reason that was given is this cause: what the list leaves open, and times and numbers, may be anything.
fn is_about(reason: &str, pattern: &str) -> bool {
    let open = |c: char| c == '…' || c.is_ascii_digit();
    let literal: Vec<&str> = pattern.split(open).filter(|piece| !piece.is_empty()).collect();
    let Some(mut rest) = literal
        .first()
        .filter(|_| !pattern.starts_with(open))
        .map_or(Some(reason), |first| reason.strip_prefix(*first))
    else {
        return false;
    };
    let skipped = usize::from(!pattern.starts_with(open));
    for piece in literal.iter().skip(skipped) {
        let Some((_, after)) = rest.split_once(*piece) else { return false };
        rest = after;
    }
    pattern.ends_with(open) || rest.is_empty()
}

#[rstest]
#[case::as_it_is("the grant was revoked", "the grant was revoked", true)]
#[case::another("the code was revoked", "the grant was revoked", false)]
#[case::a_name("there is no client `ap`", "there is no client `…`", true)]
#[case::more_than_that("there is no client `ap`, did you mean `app`?", "there is no client `…`", false)]
#[case::a_time("the code expired at 2031-03-04T08:00:00Z", "the code expired at 1970-01-01T00:00:00Z", true)]
#[case::only_a_name("it differs", "…", true)]
fn a_reason_is_recognised(#[case] reason: &str, #[case] pattern: &str, #[case] same: bool) {
    assert_eq!(is_about(reason, pattern), same);
}

#[tokio::test]
async fn every_cause_of_a_refusal_has_been_on_the_wire() {
    let mut given = Vec::new();
    for case in refusals() {
        let mut script = Script::new(is_open(case));
        script.run(case.2).await;
        if let Some(error) = script.journal().and_then(|entry| entry.error) {
            let inner = WRAPPED.iter().find_map(|wrapping| error.cause.strip_prefix(wrapping));
            for reason in inner.into_iter().chain([error.cause.as_str()]) {
                given.push((case.0, error.code, error.clause, reason.to_owned()));
            }
        }
    }
    let is_shown = |cause: &Cause| {
        let groups = PARTS.iter().find(|(part, _)| *part == cause.part).unwrap().1;
        given.iter().any(|(group, code, clause, reason)| {
            groups.contains(group)
                && (*code, *clause) == (cause.code, cause.clause)
                && is_about(reason, cause.text)
        })
    };
    let unreachable = |cause: &Cause| UNREACHABLE.iter().any(|it| (it.0, it.1) == (cause.part, cause.name));
    let missing: Vec<_> = causes()
        .iter()
        .filter(|cause| is_shown(cause) == unreachable(cause))
        .map(|cause| format!("{} {}: {}", cause.part, cause.name, cause.text))
        .collect();
    assert_eq!(
        missing,
        Vec::<String>::new(),
        "causes without a script, or with one and listed as unreachable"
    );
}

/// The documents that say where something is.
const SIGNPOSTS: [&str; 4] = [
    "get /.well-known/openid-configuration -",
    "get /claims_provider/.well-known/openid-configuration -",
    "authorize login_hint=ben\nredeem app\nget /userinfo bearer:{access_token}",
    "form /device_authorization - client_id=tv",
];

/// The paths below the issuer that a document names as somebody's to ask.
fn addresses(document: &Value) -> Vec<(String, String)> {
    const OTHERS: [&str; 3] = ["jwks_uri", "check_session_iframe", "verification_uri"];
    let of = |(name, value): (&String, &Value)| match value {
        Value::String(text) if name.ends_with("endpoint") || OTHERS.contains(&name.as_str()) => {
            let path = text.strip_prefix(super::ISSUER);
            path.map(|path| (name.clone(), path.to_owned())).into_iter().collect()
        }
        Value::Object(_) => addresses(value),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => Vec::new(),
    };
    document.as_object().into_iter().flatten().flat_map(of).collect()
}

#[tokio::test]
async fn every_published_address_has_given_an_answer_and_a_refusal() {
    let all = || SHAPES.iter().chain(refusals());
    let mut outcomes = BTreeSet::new();
    for case in all() {
        let (status, _) = Script::new(is_open(case)).run(case.2).await;
        let last = case.2.lines().last().unwrap().trim();
        outcomes.insert((asked(last), status < 400));
    }
    let mut published = Vec::new();
    for signpost in SIGNPOSTS {
        let (_, page) = Script::new(false).run(signpost).await;
        published.extend(addresses(&serde_json::from_str(page.split_once("\n\n").unwrap().1).unwrap()));
    }
    assert!(published.iter().any(|(_, path)| path == "/claims_provider/claims"), "{published:?}");
    for (name, path) in published {
        for good in [true, false] {
            assert!(
                outcomes.contains(&(path.clone(), good)),
                "{name} ({path}) has no script in shapes.rs or refusals.rs, good: {good}"
            );
        }
    }
}

/// The path that a line of a script asks.
fn asked(line: &str) -> String {
    let mut words = line.split(' ');
    match words.next().unwrap() {
        "authorize" => "/authorize".to_owned(),
        "redeem" | "refresh" | "assert" => "/token".to_owned(),
        "register" => "/register".to_owned(),
        "times" => asked(line.splitn(3, ' ').last().unwrap()),
        "json" | "raw" => words.nth(1).unwrap().to_owned(),
        _ => words.next().unwrap().split('?').next().unwrap().to_owned(),
    }
}

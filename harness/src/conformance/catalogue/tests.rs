//! The catalogue as a whole: nothing is missing, nothing is there twice, and everything that is named exists.

use std::collections::{BTreeMap, BTreeSet};

use rstest::rstest;

use super::gaps::{self, GAPS};
use super::{cases, foundation, rows};
use crate::conformance::case::{ALL_TYPES, Case, Expected, Priority, Row, WITH_ACCESS_TOKEN, WITH_CODE};
use crate::conformance::profiles::{Profile, Variant};
use crate::conformance::tls;
use crate::decision::ResponseType::{
    self, Code, CodeIdToken, CodeIdTokenToken, CodeToken, IdToken, IdTokenToken,
};

#[test]
fn every_case_has_a_name_of_its_own() {
    let mut seen = BTreeSet::new();
    let twice: Vec<String> = cases().map(Case::id).filter(|id| !seen.insert(id.clone())).collect();
    assert!(twice.is_empty(), "{twice:?}");
}

#[test]
fn every_fault_of_a_case_is_in_the_catalogue_of_faults() {
    for case in cases() {
        let flaws = case.faults().iter().filter_map(|text| tls::flaw(text));
        assert!(flaws.clone().all(|flaw| flaw.is_ok()), "{case:?}");
        for rule in case.way().rules() {
            assert!(rule.is_ok(), "{case:?}: {}", rule.unwrap_err());
        }
    }
}

#[test]
fn every_row_says_what_happens_and_which_clause_it_is_about() {
    for row in rows() {
        for sentence in [row.title, row.provider, row.relying_party] {
            assert!(!sentence.is_empty() && !sentence.ends_with('.'), "{}: {sentence}", row.id);
            assert!(
                !sentence.starts_with(char::is_uppercase)
                    || sentence.starts_with("UserInfo")
                    || sentence.starts_with("PKCE")
                    || sentence.starts_with("ID token")
                    || sentence.starts_with("HS256"),
                "{}: {sentence}",
                row.id
            );
        }
        assert!(!row.clauses.is_empty() && !row.bindings.is_empty() && !row.ways.is_empty(), "{}", row.id);
        for clause in row.clauses {
            let (document, section) = clause.split_once('-').expect("a document and a section");
            assert!(
                !document.is_empty() && section.starts_with(|it: char| it.is_ascii_digit()),
                "{}: {clause}",
                row.id
            );
        }
    }
}

#[test]
fn every_row_is_played_under_each_profile_that_binds_it() {
    for row in rows() {
        for binding in row.bindings {
            let shapes = binding.profile.variants();
            let played =
                shapes.iter().any(|shape: &Variant| row.response_types.contains(&shape.response_type));
            assert!(
                played || row.bindings.len() > 1,
                "{} is never played under {}",
                row.id,
                binding.profile.name()
            );
        }
        let profiles: BTreeSet<Profile> = row.bindings.iter().map(|binding| binding.profile).collect();
        assert_eq!(profiles.len(), row.bindings.len(), "{} is bound twice by one profile", row.id);
    }
}

#[test]
fn who_is_to_refuse_has_something_to_refuse() {
    use crate::conformance::case::Flow;
    let honest = cases().filter(|case| case.faults().is_empty() && case.flow == Flow::Login);
    for case in honest {
        assert_ne!(case.expected(), Expected::Reject, "{case:?}");
    }
}

/// The numbers of rows in each group.
const GROUPS: [(&str, u32); 7] =
    [("SIG", 34), ("CLM", 37), ("AUT", 29), ("TOK", 22), ("UIN", 11), ("DIS", 21), ("LGO", 16)];

#[test]
fn every_row_is_asked_or_is_a_gap_with_a_reason() {
    let asked: BTreeSet<&str> = rows().map(|row| row.id).filter(|id| id.starts_with("RPX-")).collect();
    let left_out: BTreeSet<&str> = GAPS.iter().map(|gap| gap.row).collect();
    assert_eq!(asked.intersection(&left_out).count(), 0, "nothing is both asked and left out");
    let all =
        GROUPS.into_iter().flat_map(|(group, rows)| (1..=rows).map(move |n| format!("RPX-{group}-{n:02}")));
    let all: BTreeSet<String> = all.collect();
    let known: BTreeSet<String> = asked.union(&left_out).map(|&id| id.to_owned()).collect();
    assert_eq!(all, known);
}

#[test]
fn what_was_due_first_is_asked() {
    let of = |row: &Row| (row.priority == Priority::P1).then_some(row.id);
    let asked: BTreeSet<&str> = rows().filter_map(of).filter(|id| id.starts_with("RPX-")).collect();
    let left_out = GAPS.iter().filter(|gap| gap.priority == Priority::P1);
    let left_out: BTreeSet<&str> = left_out.map(|gap| gap.row).collect();
    assert_eq!((asked.len() + left_out.len(), left_out), (99, BTreeSet::new()));
}

#[test]
fn the_page_of_gaps_is_the_table() {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/conformance-gaps.md");
    let written = std::fs::read_to_string(page).unwrap_or_default();
    let right = gaps::page();
    if written != right && std::env::var_os("INSTA_UPDATE").is_some_and(|value| value == "always") {
        std::fs::write(page, &right).unwrap();
    }
    assert_eq!(
        written, right,
        "docs/conformance-gaps.md is out of date: run this test with INSTA_UPDATE=always"
    );
}

#[test]
fn all_modules_of_the_foundation_are_there() {
    let names: BTreeSet<&str> = foundation::ROWS.iter().map(|row| row.id).collect();
    assert_eq!((foundation::ROWS.len(), names.len()), (57, 57));
    assert!(names.iter().all(|name| name.starts_with("oidcc-client-test")));
}

const ALL_BUT_CODE: &[ResponseType] = &[IdToken, IdTokenToken, CodeIdToken, CodeToken, CodeIdTokenToken];

const AT_HASHED: &[ResponseType] = &[IdTokenToken, CodeIdTokenToken];

const C_HASHED: &[ResponseType] = &[CodeIdToken, CodeIdTokenToken];

/// The response types with which the Foundation's suite runs each of its modules, without their common beginning.
const TYPES: &[(&[ResponseType], &[&str])] = &[
    (
        ALL_TYPES,
        &[
            "",
            "-idtoken-sig-rs256",
            "-scope-userinfo-claims",
            "-form-post-error",
            "-request-uri-signed-rs256",
            "-request-uri-signed-none",
            "-dynamic-registration",
            "-invalid-iss",
            "-missing-sub",
            "-invalid-aud",
            "-missing-aud",
            "-missing-iat",
            "-nonce-invalid",
            "-invalid-sig-rs256",
            "-invalid-sig-es256",
            "-invalid-sig-hs256",
            "-kid-absent-single-jwks",
            "-kid-absent-multiple-jwks",
            "-signing-key-rotation-just-before-signing",
            "-signing-key-rotation",
            "-discovery-openid-config",
            "-discovery-jwks-uri-keys",
            "-discovery-issuer-mismatch",
            "-discovery-webfinger-acct",
            "-discovery-webfinger-url",
            "-3rd-party-init-login",
            "-rp-init-logout",
            "-rp-init-logout-other-state",
            "-rp-init-logout-no-state",
            "-rp-frontchannel-rpinitlogout",
            "-rp-frontchannel-opinitlogout",
            "-session-management",
            "-rp-backchannel-rpinitlogout",
            "-rp-backchannel-rpinitlogout-alg-none",
            "-rp-backchannel-rpinitlogout-wrong-alg",
            "-rp-backchannel-rpinitlogout-no-event",
            "-rp-backchannel-rpinitlogout-wrong-event",
            "-rp-backchannel-rpinitlogout-with-nonce",
            "-rp-backchannel-rpinitlogout-wrong-aud",
            "-rp-backchannel-rpinitlogout-wrong-iss",
        ],
    ),
    (ALL_BUT_CODE, &["-nonce-unless-code-flow"]),
    (
        WITH_ACCESS_TOKEN,
        &[
            "-userinfo-bearer-header",
            "-userinfo-bearer-body",
            "-userinfo-invalid-sub",
            "-userinfo-signed",
            "-aggregated-claims",
            "-distributed-claims",
        ],
    ),
    (
        WITH_CODE,
        &[
            "-client-secret-basic",
            "-mtls-endpoint-aliases",
            "-refresh-token",
            "-refresh-token-invalid-issuer",
            "-refresh-token-invalid-sub",
        ],
    ),
    (AT_HASHED, &["-invalid-athash", "-missing-athash"]),
    (C_HASHED, &["-invalid-chash", "-missing-chash"]),
    (&[Code], &["-idtoken-sig-none"]),
];

#[test]
fn a_module_is_about_the_response_types_of_the_foundations() {
    let due = TYPES.iter().flat_map(|(types, names)| names.iter().map(|name| (*name, *types)));
    let due: BTreeMap<String, &[ResponseType]> =
        due.map(|(name, types)| (format!("oidcc-client-test{name}"), types)).collect();
    let found: BTreeMap<String, &[ResponseType]> =
        foundation::ROWS.iter().map(|row| (row.id.to_owned(), row.response_types)).collect();
    assert_eq!((due.len(), found), (57, due));
}

/// The modules of a certification plan, as they are bound.
fn plan(profile: Profile) -> Vec<&'static str> {
    let bound = |row: &&Row| row.bindings.iter().any(|binding| binding.profile == profile);
    foundation::ROWS.iter().filter(bound).map(|row| row.id).collect()
}

#[rstest]
#[case::config(Profile::Config, 6)]
#[case::dynamic(Profile::Dynamic, 12)]
#[case::refresh(Profile::Refresh, 3)]
#[case::logout(Profile::Logout, 14)]
fn a_plan_has_as_many_modules_as_the_foundations(#[case] profile: Profile, #[case] modules: usize) {
    let plan = plan(profile);
    assert_eq!(plan.len(), modules, "{plan:#?}");
}

//! Each reading that offers a choice changes something, and the report about certainty names exactly it where that is the
//! decision.

use std::fmt::Debug;

use rstest::rstest;
use serde_json::{Value, json};

use super::super::{Rehearsal, certainty};
use crate::decision::{ProductKind, ProtocolFailure, SessionView, Setup, SignIn};
use crate::products;

/// What another choice changes.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Seen {
    /// The decision, or something in its record, effects and findings.
    Decision,
    /// What the browser or the relying party asks the provider for, or insists on in the answer.
    Request,
    /// Where the browser is sent.
    Redirect,
    /// What a session shows when it is looked at later.
    Session,
}
use Seen::{Decision, Redirect, Request, Session};

/// Readings with nothing to choose, each with the reason. That billwerk's page does not name the claims (BW-Q1) would be
/// one, had it not a second shape that its strategies allow.
const NOTHING_TO_CHOOSE: &[(&str, &str)] = &[];

type More = fn(&mut SignIn, &mut Value);

/// A reading, what it changes, and in which situation.
type Row = (&'static str, Seen, Value, More);

/// Readings that matter in nearly every situation of another one, which are settled there so as not to drown it.
const SETTLED: &[(&str, (&str, &str))] = &[
    ("BR-Q1", ("BR-Q6", "reject")),
    ("BR-Q3", ("BR-Q8", "separate")),
    ("BR-Q7", ("BR-Q8", "separate")),
    ("GR-Q11", ("GR-Q7", "leave_type_alone")),
    ("BP-Q12", ("BP-Q15", "either")),
];

const AS_GIVEN: More = |_, _| {};

/// The `given` of a case of the examples.
fn case(id: &str) -> Value {
    let cases = products::ALL.iter().flat_map(|kind| products::cases::cases_of(kind.name()));
    cases.into_iter().find(|case| case["id"] == id).unwrap_or_else(|| panic!("no case {id}"))["given"].clone()
}

/// The same for GoRules with an audience, which GR-Q10 would miss in every example.
fn addressed(id: &str) -> Value {
    let mut given = case(id);
    given["access_token"]["aud"] = json!("gorules");
    given
}

fn billrun() -> Vec<Row> {
    let dana = |token: Value| {
        let mut claims = json!({"sub": "u1", "preferred_username": "dana"});
        claims.as_object_mut().unwrap().extend(token.as_object().unwrap().clone());
        json!({"id_token": claims, "userinfo": {"sub": "u1"}})
    };
    let path = |path: &str, mut given: Value| {
        given["auth"] = json!({"protocols": ["oidc"], "oidc": [{
            "name": "keycloak", "issuer_url": "https://idp.example", "client_id": "billrun", "client_secret": "s",
            "roles_path": path,
        }]});
        given
    };
    let read = || dana(json!({"billrun_roles": {"billing": ["read"]}}));
    vec![
        ("BR-Q1", Decision, path("corp", dana(json!({"corp": {"billing": ["read"]}}))), AS_GIVEN),
        ("BR-Q2", Decision, case("BR-E19"), AS_GIVEN),
        ("BR-Q3", Decision, case("BR-E16"), AS_GIVEN),
        ("BR-Q4", Request, read(), AS_GIVEN),
        ("BR-Q5", Decision, case("BR-M21"), AS_GIVEN),
        ("BR-Q6", Decision, case("BR-M11"), AS_GIVEN),
        ("BR-Q7", Decision, case("BR-M09"), AS_GIVEN),
        ("BR-Q8", Decision, read(), AS_GIVEN),
        ("BR-Q9", Redirect, read(), |sign_in, _| {
            sign_in.start.return_to = Some("https://elsewhere.example/".to_owned());
        }),
        ("BR-Q10", Request, read(), AS_GIVEN),
        ("BR-Q11", Decision, read(), |sign_in, _| sign_in.failure = Some(access_denied())),
        ("BR-Q12", Request, read(), AS_GIVEN),
    ]
}

fn cloudbilling() -> Vec<Row> {
    let ann = || {
        json!({"id_token": {
            "sub": "a1", "email": "ann@acme.example", "name": "Ann", "locale": "en-GB", "zoneinfo": "Europe/Amsterdam",
            "roles": ["ug-sales"],
        }})
    };
    vec![
        ("CB-Q1", Decision, case("CB-M14"), AS_GIVEN),
        ("CB-Q2", Decision, case("CB-E10"), AS_GIVEN),
        ("CB-Q3", Decision, case("CB-M10"), AS_GIVEN),
        ("CB-Q4", Request, ann(), AS_GIVEN),
        ("CB-Q5", Decision, ann(), |sign_in, _| sign_in.origin.tokens_in_query = true),
        ("CB-Q6", Redirect, ann(), AS_GIVEN),
        ("CB-Q7", Request, ann(), AS_GIVEN),
        ("CB-Q8", Decision, ann(), |_, state| state["local_accounts"] = json!(["ann@acme.example"])),
        ("CB-Q9", Decision, case("CB-M41"), AS_GIVEN),
        ("CB-Q10", Decision, case("CB-M43"), AS_GIVEN),
    ]
}

fn billwerk() -> Vec<Row> {
    let eva = || json!({"id_token": {"sub": "ext-77", "email": "eva@corp.example"}});
    vec![
        ("BW-Q1", Decision, case("BW-E09"), AS_GIVEN),
        ("BW-Q2", Request, eva(), AS_GIVEN),
        ("BW-Q3", Request, eva(), AS_GIVEN),
        ("BW-Q4", Decision, case("BW-E13"), AS_GIVEN),
        ("BW-Q5", Decision, case("BW-E06"), AS_GIVEN),
        ("BW-Q6", Decision, case("BW-E12"), AS_GIVEN),
        ("BW-Q7", Decision, case("BW-E18"), AS_GIVEN),
        ("BW-Q8", Decision, case("BW-M04"), AS_GIVEN),
        ("BW-Q9", Decision, case("BW-M07"), AS_GIVEN),
        ("BW-Q10", Decision, case("BW-E15"), AS_GIVEN),
        ("BW-Q11", Session, eva(), |_, state| {
            state["users"] = json!([{
                "type": "external", "email": "eva@corp.example", "external_id": "ext-77", "status": "active",
                "roles": {"LE1": ["Finance"]}, "roles_from": "OneRoleForAllLegalEntities",
            }]);
        }),
    ]
}

fn gorules() -> Vec<Row> {
    let gus = || json!({"access_token": {"sub": "g1", "email": "gus@corp.example", "groups": [], "aud": "gorules"}});
    let overage = || {
        json!({
            "env": {"SSO_OAUTH2_GROUPS_MAPPING": "staff->admin"},
            "access_token": {"sub": "g1", "email": "gus@corp.example", "hasgroups": true, "aud": "gorules"},
        })
    };
    let without_keys = || {
        json!({"env": {"SSO_OAUTH2_JWKS_URI": ""}, "access_token": {
            "sub": "g1", "email": "gus@corp.example", "groups": [], "azp": "another", "aud": "gorules",
        }})
    };
    vec![
        ("GR-Q1", Decision, addressed("GR-M06"), AS_GIVEN),
        ("GR-Q2", Decision, addressed("GR-E06"), AS_GIVEN),
        ("GR-Q3", Decision, addressed("GR-E10"), AS_GIVEN),
        ("GR-Q4", Decision, addressed("GR-M02"), AS_GIVEN),
        ("GR-Q5", Decision, case("GR-E21"), AS_GIVEN),
        ("GR-Q6", Decision, without_keys(), AS_GIVEN),
        ("GR-Q7", Decision, addressed("GR-M23"), AS_GIVEN),
        ("GR-Q8", Decision, addressed("GR-E15"), AS_GIVEN),
        ("GR-Q9", Redirect, gus(), AS_GIVEN),
        ("GR-Q10", Decision, case("GR-E01"), AS_GIVEN),
        ("GR-Q11", Decision, gus(), |_, state| {
            state["users"] = json!([{"email": "gus@corp.example", "sub": "g9", "type": "admin"}]);
        }),
        ("GR-Q12", Decision, overage(), |_, state| state["directory"] = json!({"g1": ["staff"]})),
    ]
}

/// Of two projects one exists, so that the claims are of use unless the other spoils them.
fn one_project_is_unknown() -> Value {
    let claims = json!({"sub": "b1", "email": "bo@corp.example", "bindplane_projects": "admin:P1,user:nope"});
    json!({"oidc": {"disableInvitations": true}, "id_token": claims})
}

fn bindplane() -> Vec<Row> {
    let bo = |claims: Value| {
        let mut token = json!({"sub": "b1", "email": "bo@corp.example"});
        token.as_object_mut().unwrap().extend(claims.as_object().unwrap().clone());
        json!({"oidc": {"disableInvitations": true}, "id_token": token})
    };
    let invited = |role: &str| {
        json!({
            "id_token": {"sub": "b1", "email": "bo@corp.example", "bindplane_projects": "user:P1"},
            "invitation": {"project": "P2", "role": role},
        })
    };
    vec![
        ("BP-Q1", Decision, case("BP-E25"), AS_GIVEN),
        ("BP-Q2", Decision, case("BP-E06"), AS_GIVEN),
        ("BP-Q3", Decision, case("BP-E04"), AS_GIVEN),
        ("BP-Q4", Decision, case("BP-E18"), AS_GIVEN),
        ("BP-Q5", Decision, case("BP-E15"), AS_GIVEN),
        ("BP-Q6", Decision, case("BP-E13"), AS_GIVEN),
        ("BP-Q7", Decision, case("BP-E01"), AS_GIVEN),
        ("BP-Q8", Decision, case("BP-M54"), AS_GIVEN),
        ("BP-Q9", Decision, bo(json!({"bindplane_projects": "USER:P2"})), AS_GIVEN),
        ("BP-Q10", Decision, one_project_is_unknown(), AS_GIVEN),
        ("BP-Q11", Decision, case("BP-M79"), AS_GIVEN),
        ("BP-Q12", Decision, invited("admin"), |_, state| state["projects"] = json!(["P1", "P2"])),
        ("BP-Q13", Decision, case("BP-M97"), AS_GIVEN),
        ("BP-Q14", Decision, case("BP-M33"), AS_GIVEN),
        ("BP-Q15", Decision, case("BP-E31"), AS_GIVEN),
        ("BP-Q16", Decision, bo(json!({"bindplane_projects": "user:P1"})), |_, state| {
            let same_address =
                json!({"sub": "b2", "login": "bo@corp.example", "project_roles": {"P2": "admin"}});
            state["users"].as_array_mut().unwrap().push(same_address);
        }),
        ("BP-Q17", Decision, case("BP-M86"), AS_GIVEN),
        ("BP-Q18", Decision, case("BP-M66"), AS_GIVEN),
    ]
}

fn access_denied() -> ProtocolFailure {
    ProtocolFailure {
        code: "idp_error:access_denied".to_owned(),
        name: "idp_error",
        clause: "OIDCC-3.1.2.6",
        detail: "the provider answered `access_denied`".to_owned(),
    }
}

/// What can be seen of each kind under each choice of a reading.
fn sights(rehearsal: &Rehearsal<'_>, reading: &str) -> Vec<[String; 3]> {
    let kind = rehearsal.kind();
    let reading = kind.readings().iter().find(|it| it.id == reading).unwrap();
    let show = |value: &dyn Debug| format!("{value:?}");
    let seen = |choice: &str| {
        let played = rehearsal.play_under(&[(reading.id, choice)]).unwrap();
        let readings = [(reading.id.to_owned(), choice.to_owned())].into();
        let product = kind.configure(&Setup { readings, ..rehearsal.setup().clone() }).unwrap();
        let profile = product.profile();
        let session = SessionView {
            record: played.envelope.record(),
            issuer: "https://idp.example".to_owned(),
            subject: Some("ext-77".to_owned()),
        };
        [
            show(&(&profile.providers, &profile.renewal, product.departures())),
            show(&(&profile.paths, &profile.sign_out, played.envelope.record.get("redirect"))),
            show(&product.look(rehearsal.state(), &session)),
        ]
    };
    reading.choices.iter().map(|choice| seen(choice.name)).collect()
}

#[rstest]
#[case::billrun("billrun", billrun())]
#[case::cloudbilling("cloudbilling", cloudbilling())]
#[case::billwerk("billwerk", billwerk())]
#[case::gorules("gorules", gorules())]
#[case::bindplane("bindplane", bindplane())]
fn each_reading_changes_something_and_the_report_names_exactly_it(
    #[case] product: &str,
    #[case] table: Vec<Row>,
) {
    let kind: &dyn ProductKind = products::named(product).unwrap();
    let listed: Vec<&str> = table.iter().map(|(id, ..)| *id).collect();
    let offered: Vec<&str> = kind
        .readings()
        .iter()
        .map(|reading| reading.id)
        .filter(|id| NOTHING_TO_CHOOSE.iter().all(|(idle, _)| idle != id))
        .collect();
    assert_eq!(listed, offered);
    let mut wrong = Vec::new();
    for (id, what, given, more) in table {
        let settled = SETTLED.iter().filter(|(of, _)| *of == id);
        let settled =
            settled.map(|(_, (other, choice))| ((*other).to_owned(), (*choice).to_owned())).collect();
        let rehearsal = Rehearsal::of_example(kind, &given, &settled).unwrap().changed(more);
        let report = certainty(&rehearsal, &rehearsal.play());
        let index = match what {
            Decision => {
                if report.open() != [id] {
                    wrong.push(format!("{id}: the report names {:?}", report.open()));
                }
                continue;
            }
            Request => 0,
            Redirect => 1,
            Session => 2,
        };
        let sights: Vec<String> =
            sights(&rehearsal, id).into_iter().map(|sight| sight[index].clone()).collect();
        if sights.iter().all(|sight| *sight == sights[0]) {
            wrong.push(format!("{id}: no choice changes a {what:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

//! Explanations are true, over generated claims, configurations and states, for all products.
//!
//! Take away every claim cited by the steps behind a value, and the value is gone or its new chain cites something else:
//! another claim, stored state, or a named default. Take away a claim that no step cites, and nothing changes.

mod doctored;
mod material;

use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::test_runner::{RngAlgorithm, TestCaseError, TestRng, TestRunner};
use rstest::rstest;
use serde_json::Value;

use super::testing::tries;
use super::{billrun, billwerk, bindplane, cloudbilling, gorules};
use crate::decision::{
    AnyExample, AnyProduct, ClaimPath, Document, Documents, Envelope, Event, ProductKind, Setup, SignIn,
    Step, Timestamp,
};
use doctored::{Doctored, Lie};
use material::{Material, Tape};

/// A claim: the document and the pointer inside it.
type Cited = BTreeSet<(Document, String)>;

const CLAIM_DOCUMENTS: [Document; 3] = [Document::IdToken, Document::AccessToken, Document::Userinfo];

/// A sign-in that can be repeated without some of its claims.
pub(crate) struct Trial {
    pub(crate) product: Box<dyn AnyProduct>,
    pub(crate) state: Value,
    pub(crate) sign_in: SignIn,
    pub(crate) now: Timestamp,
}

impl Trial {
    fn decide(&self, without: &Cited) -> Envelope {
        let mut sign_in = self.sign_in.clone();
        for (document, pointer) in without {
            sign_in.documents.remove(*document, &ClaimPath::from_pointer(pointer));
        }
        self.product.on(&self.state, &Event::SignIn(Box::new(sign_in)), self.now).0
    }

    /// Says what is untrue about the explanation of this sign-in, if anything is.
    pub(crate) fn untruth(&self) -> Result<(), String> {
        let whole = self.decide(&Cited::new());
        for (pointer, value) in values(&whole) {
            let chain = whole.trace.chain(&pointer);
            if chain.is_empty() {
                return Err(format!("{pointer} = {value} rests on no step\n{:#?}", whole.trace));
            }
            let claims = claims_of(&chain, true);
            if claims.is_empty() {
                continue;
            }
            let less = self.decide(&claims);
            let Some(pointer_now) = place_of(&less, &pointer, &value) else { continue };
            if !rests_elsewhere(&less.trace.chain(&pointer_now)) {
                let (before, after) = (&whole.trace, &less.trace);
                return Err(format!("{pointer} = {value} stays without {claims:?}\n{before:#?}\n{after:#?}"));
            }
        }
        self.untouched(&whole)
    }

    /// Nothing changes without the claims that no step cites.
    fn untouched(&self, whole: &Envelope) -> Result<(), String> {
        let steps: Vec<&Step> = whole.trace.steps.iter().collect();
        let cited = claims_of(&steps, false);
        for claim in uncited(&self.sign_in.documents, &cited) {
            let mut less = self.decide(&Cited::from([claim.clone()]));
            less.trace.clone_from(&whole.trace);
            if less != *whole {
                return Err(format!("{claim:?} is cited by no step and matters\n{whole:#?}\n{less:#?}"));
            }
        }
        Ok(())
    }
}

/// Every value of the result: leaves of the record, decision, reason, effects and findings.
fn values(envelope: &Envelope) -> Vec<(String, Value)> {
    let mut values = vec![("/decision".to_owned(), verdict(envelope))];
    for (key, value) in &envelope.record {
        leaves(&format!("/{}", super::draft::segment(key)), value, &mut values);
    }
    for (list, codes) in [("effects", &envelope.effects), ("findings", &envelope.findings)] {
        let places = codes.iter().enumerate();
        values.extend(places.map(|(index, code)| (format!("/{list}/{index}"), Value::from(code.as_str()))));
    }
    values
}

/// A decision and its reason are one value: a refusal for another reason is another value.
fn verdict(envelope: &Envelope) -> Value {
    Value::from(format!("{} {}", envelope.decision, envelope.reason.as_deref().unwrap_or_default()))
}

fn leaves(pointer: &str, value: &Value, values: &mut Vec<(String, Value)>) {
    match value {
        Value::Object(members) if !members.is_empty() => {
            for (key, member) in members {
                leaves(&format!("{pointer}/{}", super::draft::segment(key)), member, values);
            }
        }
        Value::Array(entries) if !entries.is_empty() => {
            for (index, entry) in entries.iter().enumerate() {
                leaves(&format!("{pointer}/{index}"), entry, values);
            }
        }
        Value::Null
        | Value::Bool(_)
        | Value::Number(_)
        | Value::String(_)
        | Value::Array(_)
        | Value::Object(_) => {
            values.push((pointer.to_owned(), value.clone()));
        }
    }
}

/// Where a value is after claims were taken away; entries of lists may have moved up.
fn place_of(envelope: &Envelope, pointer: &str, value: &Value) -> Option<String> {
    let list =
        pointer.rsplit_once('/').filter(|(_, last)| last.parse::<usize>().is_ok()).map(|(list, _)| list);
    let same_list =
        |found: &str| list.is_some_and(|list| found.rsplit_once('/').is_some_and(|(l, _)| l == list));
    let found = values(envelope)
        .into_iter()
        .find(|(place, now)| now == value && (place == pointer || same_list(place)));
    found.map(|(place, _)| place)
}

/// Whether a new chain cites something besides the configuration: another claim, stored state, or a named default.
fn rests_elsewhere(chain: &[&Step]) -> bool {
    chain.iter().flat_map(|step| &step.reads).filter(|read| read.value.is_some()).any(|read| {
        match read.document {
            // The claims of the old chain are gone, so a claim here is another one.
            Document::IdToken
            | Document::AccessToken
            | Document::Userinfo
            | Document::State
            | Document::Default => true,
            Document::Config | Document::Request => false,
        }
    })
}

/// The claims that steps cite, only those that were there if `present`.
fn claims_of(steps: &[&Step], present: bool) -> Cited {
    steps
        .iter()
        .flat_map(|step| &step.reads)
        .filter(|read| read.document.carries_claims() && (!present || read.value.is_some()))
        .map(|read| (read.document, read.path.clone()))
        .collect()
}

/// Claims, at any depth, that no step cites, nor anything above or below them.
fn uncited(documents: &Documents, cited: &Cited) -> Cited {
    let mut uncited = Cited::new();
    for document in CLAIM_DOCUMENTS {
        let claims = documents.claims(document).cloned().unwrap_or_default();
        let mut open: Vec<(String, Value)> = vec![(String::new(), Value::Object(claims))];
        while let Some((pointer, value)) = open.pop() {
            let Value::Object(members) = value else { continue };
            for (key, member) in members {
                let pointer = format!("{pointer}/{}", super::draft::segment(&key));
                let below = format!("{pointer}/");
                let exactly = cited.contains(&(document, pointer.clone()));
                let inside = cited.iter().any(|(d, path)| *d == document && path.starts_with(&below));
                if inside {
                    open.push((pointer, member));
                } else if !exactly {
                    uncited.insert((document, pointer));
                }
            }
        }
    }
    uncited
}

fn trial(kind: &'static dyn ProductKind, material: &Material, tape: Vec<u16>) -> Option<Trial> {
    let mut tape = Tape::new(tape);
    let given = material.given(&mut tape);
    let AnyExample { vendor, state, sign_in, now, .. } = kind.example(&given).ok()?;
    let readings = material::readings(kind, &mut tape);
    let product = kind.configure(&Setup { vendor, readings, base_url: None }).ok()?;
    Some(Trial { product, state, sign_in, now })
}

/// Whether what a sign-in gives is in the product's catalogue, by its level or by the last part of its target.
fn strange_grant(trial: &Trial, catalogue: &[&[&str]]) -> Result<(), String> {
    let grants = trial.product.grants(&trial.decide(&Cited::new()).record());
    let known = |word: &str| catalogue.iter().any(|words| words.contains(&word));
    let last = |target: &str| target.rsplit('.').next().is_some_and(known);
    match grants.iter().find(|grant| !known(&grant.level) && !last(&grant.target)) {
        Some(strange) => Err(format!("{strange:?} is not in the catalogue")),
        None => Ok(()),
    }
}

/// The rights of BillRun.
const BILLRUN_RIGHTS: &[&str] = &["read", "write", "reports", "admin"];
/// The groups that exist in the examples' tenant.
const CLOUDBILLING_GROUPS: &[&str] = &["ug-sales", "ug-finance"];
/// The levels of a GoRules user.
const GORULES_TYPES: &[&str] = &["member", "author", "admin", "owner"];
/// The roles of Bindplane.
const BINDPLANE_ROLES: &[&str] = &["admin", "user", "viewer"];
/// The roles of billwerk, as its settings page lists them.
const BILLWERK_ROLES: &[&str] = &[
    "Admin",
    "Developer",
    "Products",
    "Operations",
    "Finance",
    "ReadOnlyOperations",
    "Reports",
    "Templates",
];

#[rstest]
#[case::billrun(&billrun::BillRun, &[BILLRUN_RIGHTS])]
#[case::cloudbilling(&cloudbilling::CloudBilling, &[CLOUDBILLING_GROUPS])]
#[case::billwerk(&billwerk::Billwerk, &[BILLWERK_ROLES])]
#[case::gorules(&gorules::GoRules, &[gorules::record::PERMISSIONS, GORULES_TYPES])]
#[case::bindplane(&bindplane::Bindplane, &[BINDPLANE_ROLES])]
fn every_explanation_is_true_and_every_grant_is_known(
    #[case] kind: &'static dyn ProductKind,
    #[case] catalogue: &[&[&str]],
) {
    let material = Material::of(kind.name());
    let tapes = proptest::collection::vec(any::<u16>(), 0..60);
    let mut runner = TestRunner::new_with_rng(tries(400), TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let outcome = runner.run(&tapes, |tape| {
        let Some(trial) = trial(kind, &material, tape) else { return Ok(()) };
        trial.untruth().and_then(|()| strange_grant(&trial, catalogue)).map_err(TestCaseError::fail)
    });
    if let Err(failure) = outcome {
        panic!("{failure}");
    }
}

/// Bo's login, explained by a liar.
fn doctored(lie: Lie) -> Trial {
    let given = serde_json::json!({
        "oidc": {"disableInvitations": true},
        "id_token": {"sub": "b1", "email": "bo@corp.example", "bindplane_projects": "P1", "groups": ["staff"]},
    });
    let AnyExample { product: inside, state, sign_in, now, .. } =
        bindplane::Bindplane.example(&given).unwrap();
    Trial { product: Box::new(Doctored { inside, lie }), state, sign_in, now }
}

#[rstest]
#[case::a_concealed_claim(Lie::Conceals("bindplane_projects"), "is cited by no step and matters")]
#[case::a_claim_blamed_in_vain(Lie::Blames("/user/login", "groups"), "stays without")]
fn the_property_notices(#[case] lie: Lie, #[case] complaint: &str) {
    let untruth = doctored(lie).untruth().unwrap_err();
    assert!(untruth.contains(complaint), "{untruth}");
}

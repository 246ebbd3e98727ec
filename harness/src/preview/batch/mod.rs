//! Whole directories: one sign-in per user, each against the same stored state, and what they come to together.
//!
//! Nothing is kept of a user but what is counted: memory does not grow with rows. Reading and writing happen elsewhere.

mod order;
mod row;
mod tally;

use serde_json::Value;

use super::received::Received;
use super::{Difference, Input, Played, Rehearsal, difference};
use crate::decision::{AtState, Document, Documents, Event, Grant, SignIn};
pub use order::{Aligned, Broken, Order, no_claims, subject};
pub use row::{Row, Written, csv_claims};
pub use tally::{Counted, Tally, tell_tally};

/// A product at one stored state, which decides about any number of users.
#[derive(Debug)]
pub struct Desk<'r> {
    rehearsal: &'r Rehearsal<'r>,
    at: Box<dyn AtState + 'r>,
}

/// The decision about one user, and what the claims call them.
#[derive(Debug)]
pub struct Decided {
    played: Played,
    called: Option<String>,
}

/// What became of one user.
#[derive(Clone, Debug, PartialEq)]
pub struct Seen {
    /// Who it is, as far as the decision says, or else the claims.
    pub who: String,
    /// Whether there is a session.
    pub signed_in: bool,
    /// Why there is none.
    pub reason: Option<String>,
    /// The rights.
    pub grants: Vec<Grant>,
    /// The findings.
    pub findings: Vec<String>,
    /// What is different on the other side, where two sides are compared.
    pub difference: Option<Difference>,
}

impl<'r> Desk<'r> {
    /// Opens a desk at the state of a rehearsal.
    pub fn of(rehearsal: &'r Rehearsal<'r>) -> Self {
        Self { rehearsal, at: rehearsal.product().at(rehearsal.state()) }
    }

    /// The decision about one user; `None` when the claims are none.
    pub fn decide(&self, claims: Value) -> Option<Decided> {
        let received = Received::from(&Input { claims: Some(claims), ..Input::default() }).ok()?;
        let (documents, _) = received.documents(self.rehearsal.identity());
        let called = called(&documents);
        Some(Decided { played: self.play(documents), called })
    }

    fn play(&self, documents: Documents) -> Played {
        let sign_in = SignIn { documents, ..self.rehearsal.sign_in_without_documents() };
        let envelope = self.at.on(&Event::SignIn(Box::new(sign_in)), self.rehearsal.now());
        let grants = self.rehearsal.product().grants(&envelope.record());
        Played { envelope, state: Value::Null, grants }
    }
}

impl Seen {
    /// What became of a user, alone or beside another decision about them.
    pub fn of(decided: Decided, other: Option<&Decided>) -> Self {
        let difference = other.map(|other| difference(&decided.played, &other.played));
        let Decided { played: Played { envelope, grants, .. }, called } = decided;
        Self {
            who: super::table::who(&envelope).or(called).unwrap_or_default(),
            signed_in: envelope.signed_in(),
            reason: envelope.reason,
            grants,
            findings: envelope.findings,
            difference,
        }
    }

    /// Whether this user administers the product, and not only a part of it.
    pub fn administers(&self) -> Option<&Grant> {
        self.grants.iter().find(|grant| is_administration(grant))
    }
}

/// What the claims call somebody: the answer to a refused sign-in names nobody.
fn called(documents: &Documents) -> Option<String> {
    let all = [Document::IdToken, Document::AccessToken, Document::Userinfo];
    let claims: Vec<_> = all.into_iter().filter_map(|document| documents.claims(document)).collect();
    let at =
        |name: &str| claims.iter().find_map(|claims| claims.get(name)?.as_str()).filter(|it| !it.is_empty());
    let name = ["email", "preferred_username", "name"].into_iter().find_map(at);
    match (name, at("sub")) {
        (Some(name), Some(sub)) => Some(format!("{name} ({sub})")),
        (name, sub) => name.or(sub).map(str::to_owned),
    }
}

/// A right to administer: the level `admin` or `owner` of anything but a project, or a right of that name.
fn is_administration(grant: &Grant) -> bool {
    let means = |word: &str| ["admin", "owner"].contains(&word.to_lowercase().as_str());
    let last = grant.target.rsplit('.').next().unwrap_or_default();
    let of_a_project = ["project_roles.", "access.project_permissions."];
    !of_a_project.iter().any(|field| grant.target.starts_with(field)) && (means(&grant.level) || means(last))
}

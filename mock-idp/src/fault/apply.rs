//! Faults applied to honest answers.

use serde_json::{Map, Value};

use super::jwt::{Honest, JwsEdit, made};
use super::{Context, Delivery, Edit, Fault, JsonEdit, Target, Transport};
use crate::protocol::ResponseMode;
use crate::protocol::keys::Algorithm;

/// Why a faulty token could not be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unmade {
    /// The fault signs with a key that the provider does not have.
    #[error("the fault needs a key for {0}, and the provider publishes none")]
    NoKey(Algorithm),
    /// The library refused.
    #[error("{0} could not sign")]
    Failed(Algorithm),
}

/// A JWT as it is sent, and as it says it is.
#[derive(Clone, Debug, PartialEq)]
pub struct FaultyToken {
    /// The compact text.
    pub token: String,
    /// The header.
    pub header: Map<String, Value>,
    /// The claims.
    pub claims: Map<String, Value>,
}

/// The faults that fire in one answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Faults(Vec<Fault>);

impl Faults {
    /// These.
    pub const fn new(faults: Vec<Fault>) -> Self {
        Self(faults)
    }

    /// Whether the answer is honest.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// One after the other.
    pub fn iter(&self) -> impl Iterator<Item = Fault> {
        self.0.iter().copied()
    }

    /// What they change, each target once.
    pub fn targets(&self) -> impl Iterator<Item = Target> {
        Target::ALL.into_iter().filter(|target| self.iter().any(|fault| fault.target == *target))
    }

    fn edits(&self, target: Target) -> impl Iterator<Item = &'static Edit> {
        self.iter().filter(move |fault| fault.target == target).map(|fault| &fault.way.edit)
    }

    /// Edits the members of a JSON answer or the claims of a token.
    pub fn json(&self, target: Target, members: &mut Map<String, Value>, at: &Context<'_>) {
        for edit in self.edits(target).filter_map(json_edit) {
            edit(members, at);
        }
    }

    /// Edits parameters; gives the mode, if an authorization response travels by another one.
    pub fn parameters(
        &self,
        target: Target,
        parameters: &mut Vec<(String, String)>,
        at: &Context<'_>,
    ) -> Option<ResponseMode> {
        let mut mode = None;
        for edit in self.edits(target) {
            match edit {
                Edit::Parameters(edit) => edit(parameters, at),
                Edit::Mode(other) => mode = Some(*other),
                Edit::Json(_) | Edit::Jws(_) | Edit::Text(_) | Edit::Wire(_) | Edit::Delivery(_) => {}
            }
        }
        mode
    }

    /// Makes a JWT with faults; nothing when the token is honest.
    pub fn jwt(
        &self,
        target: Target,
        honest: &Honest<'_>,
        at: &Context<'_>,
    ) -> Result<Option<FaultyToken>, Unmade> {
        if self.edits(target).next().is_none() {
            return Ok(None);
        }
        let mut claims = honest.claims.clone();
        self.json(target, &mut claims, at);
        let edits: Vec<&JwsEdit> = self.edits(target).filter_map(jws_edit).collect();
        let (token, header) = made(&Honest { claims: &claims, ..*honest }, &edits, at)?;
        Ok(Some(FaultyToken { token, header, claims }))
    }

    /// Edits the text of a JSON answer; nothing when it is honest.
    pub fn body(&self, target: Target, body: &[u8], at: &Context<'_>) -> Option<Vec<u8>> {
        let mut edits = self.edits(target).filter(|edit| changes_body(edit)).peekable();
        edits.peek()?;
        let mut members: Map<String, Value> = serde_json::from_slice(body).ok()?;
        self.json(target, &mut members, at);
        let honest = Value::Object(members).to_string().into_bytes();
        Some(self.edits(target).fold(honest, |body, edit| match edit {
            Edit::Text(edit) => edit(&String::from_utf8_lossy(&body)),
            Edit::Json(_)
            | Edit::Parameters(_)
            | Edit::Mode(_)
            | Edit::Jws(_)
            | Edit::Wire(_)
            | Edit::Delivery(_) => body,
        }))
    }

    /// How a logout token is delivered, if not as it should be.
    pub fn delivery(&self) -> Option<Delivery> {
        self.edits(Target::BackchannelLogout)
            .filter_map(|edit| match edit {
                Edit::Delivery(delivery) => Some(*delivery),
                Edit::Json(_)
                | Edit::Parameters(_)
                | Edit::Mode(_)
                | Edit::Jws(_)
                | Edit::Text(_)
                | Edit::Wire(_) => None,
            })
            .last()
    }

    /// What happens on the wire.
    pub fn transport(&self, target: Target) -> impl Iterator<Item = Transport> {
        self.edits(target).filter_map(|edit| match edit {
            Edit::Wire(transport) => Some(*transport),
            Edit::Json(_)
            | Edit::Parameters(_)
            | Edit::Mode(_)
            | Edit::Jws(_)
            | Edit::Text(_)
            | Edit::Delivery(_) => None,
        })
    }
}

impl FromIterator<Fault> for Faults {
    fn from_iter<T: IntoIterator<Item = Fault>>(faults: T) -> Self {
        Self(faults.into_iter().collect())
    }
}

impl Extend<Fault> for Faults {
    fn extend<T: IntoIterator<Item = Fault>>(&mut self, faults: T) {
        self.0.extend(faults);
    }
}

const fn json_edit(edit: &'static Edit) -> Option<JsonEdit> {
    match edit {
        Edit::Json(edit) => Some(*edit),
        Edit::Parameters(_)
        | Edit::Mode(_)
        | Edit::Jws(_)
        | Edit::Text(_)
        | Edit::Wire(_)
        | Edit::Delivery(_) => None,
    }
}

const fn jws_edit(edit: &'static Edit) -> Option<&'static JwsEdit> {
    match edit {
        Edit::Jws(edit) => Some(edit),
        Edit::Json(_)
        | Edit::Parameters(_)
        | Edit::Mode(_)
        | Edit::Text(_)
        | Edit::Wire(_)
        | Edit::Delivery(_) => None,
    }
}

const fn changes_body(edit: &Edit) -> bool {
    match edit {
        Edit::Json(_) | Edit::Text(_) => true,
        Edit::Parameters(_) | Edit::Mode(_) | Edit::Jws(_) | Edit::Wire(_) | Edit::Delivery(_) => false,
    }
}

//! What a sign-in amounts to, in words that all products share.
//!
//! A product is a pure function: configuration, stored state and received documents in; a decision with its reasons
//! and its effects out. This room holds the vocabulary of that function and nothing of any product, of HTTP or of the
//! clock. Everything here is deterministic.

mod abilities;
mod codes;
mod documents;
mod envelope;
mod erased;
mod event;
mod field;
pub mod matches;
mod piecewise;
mod product;
mod profile;
mod range;
mod reading;
mod rule;
mod trace;
mod vocabulary;
mod words;

pub use abilities::{Abilities, Registration, RequestForm, Services};
pub use codes::{Codes, DECISIONS, PROTOCOL_REASONS, bare};
pub use documents::{Claim, ClaimPath, Document, Documents, Signature, Token, Typed, Userinfo};
pub use envelope::{Decision, Envelope, Rejected, Verdict};
pub use erased::{AnyExample, AnyProduct, AtState, Configured, ProductKind};
pub use event::{Act, Event, Origin, ProtocolFailure, SessionView, SignIn, Start};
pub use field::{ENVELOPE, Field, Holds, Nowhere, UnknownField, find, held, segments};
pub use product::{
    Admission, Departures, Doubt, Effect, Example, Grant, Mistake, Product, SettingNames, Setup, Standing,
};
pub use profile::{
    Algorithm, ClientAuthentication, IdentityDocument, IssuerMatch, KeySource, Paths, Profile,
    ProviderProfile, Renewal, ResponseMode, ResponseType, SessionLifetime, SignOut, UserinfoCall,
};
pub use range::{Range, Stand};
pub(crate) use reading::readings;
pub use reading::{Choice, Reading, ReadingMistake};
pub use rule::{Evidence, Rule};
pub use trace::{Consequence, Outcome, PathKind, Read, Reasoning, Step, StepBuilder, StepId, Trace};
pub use vocabulary::{Shape, Term};
pub(crate) use words::counted;

/// Seconds since 1970-01-01T00:00:00Z.
///
/// The decision room has its own type, so that products can be built without the mock provider.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

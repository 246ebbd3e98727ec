//! What many rows have in common: who is bound by them, and which response types they are about.

use crate::conformance::profiles::Profile::{
    Bcp, Config, CoreBasic, CoreHybrid, CoreImplicit, Dynamic, FormPost, Logout, Refresh,
};
use crate::conformance::profiles::{Binding, may, must, should};
use crate::decision::ResponseType;

/// The three flows and the best current practice.
pub(super) const CORE: &[Binding] = &[must(CoreBasic), must(CoreImplicit), must(CoreHybrid), must(Bcp)];

/// The same, where the clause says SHOULD.
pub(super) const SHOULD: &[Binding] =
    &[should(CoreBasic), should(CoreImplicit), should(CoreHybrid), should(Bcp)];

/// The three flows and posted forms.
pub(super) const CORE_AND_FORMS: &[Binding] =
    &[must(CoreBasic), must(CoreImplicit), must(CoreHybrid), must(FormPost), must(Bcp)];

/// Signatures: the code flow may trust the token endpoint's TLS instead (OIDCC-3.1.3.7-6), and does better not to.
pub(super) const SIGNED: &[Binding] = &[may(CoreBasic), must(CoreImplicit), must(CoreHybrid), should(Bcp)];

/// The same, where the clause says SHOULD.
pub(super) const SHOULD_SIGNED: &[Binding] =
    &[may(CoreBasic), should(CoreImplicit), should(CoreHybrid), should(Bcp)];

/// The flows with something in the authorization response that a code flow does not have there.
pub(super) const IMPLICIT_AND_HYBRID: &[Binding] = &[must(CoreImplicit), must(CoreHybrid)];

/// RFC 9700 and RFC 9207: nothing that OpenID Connect Core itself asks for.
pub(super) const BEST_PRACTICE: &[Binding] = &[must(Bcp)];

/// The same, where the clause says SHOULD.
pub(super) const SHOULD_BE_BEST: &[Binding] = &[should(Bcp)];

/// Whoever learns metadata and keys from the provider.
pub(super) const CONFIG: &[Binding] = &[must(Config), must(Dynamic)];

/// The same, where the clause says SHOULD.
pub(super) const SHOULD_CONFIG: &[Binding] = &[should(Config), should(Dynamic)];

/// Keys of the provider, as far as somebody has to verify with them at all.
pub(super) const SIGNED_CONFIG: &[Binding] =
    &[may(Config), must(CoreImplicit), must(CoreHybrid), should(Bcp)];

/// Whoever refreshes.
pub(super) const REFRESH: &[Binding] = &[must(Refresh)];

/// The same, where the clause says SHOULD.
pub(super) const SHOULD_REFRESH: &[Binding] = &[should(Refresh)];

/// Whoever is told of logouts or tells of them.
pub(super) const LOGOUT: &[Binding] = &[must(Logout)];

/// The same, where the clause says SHOULD.
pub(super) const SHOULD_LOGOUT: &[Binding] = &[should(Logout)];

/// The code flow.
pub(super) const CODE: &[ResponseType] = &[ResponseType::Code];

/// An ID token in the authorization response and another one from the token endpoint.
pub(super) const TWO_ID_TOKENS: &[ResponseType] =
    &[ResponseType::CodeIdToken, ResponseType::CodeIdTokenToken];

/// A code beside an ID token that hashes it.
pub(super) const CODE_HASHED: &[ResponseType] = TWO_ID_TOKENS;

/// An access token beside an ID token that hashes it.
pub(super) const ACCESS_HASHED: &[ResponseType] =
    &[ResponseType::IdTokenToken, ResponseType::CodeIdTokenToken];

//! RPX-CLM: the claims of the ID token.

use crate::conformance::case::{Expected, Row, Way};
use crate::conformance::profiles::Profile::{Bcp, CoreBasic, CoreHybrid, CoreImplicit};
use crate::conformance::profiles::{Binding, must};

/// The three flows and the best current practice.
const BINDINGS: &[Binding] = &[must(CoreBasic), must(CoreImplicit), must(CoreHybrid), must(Bcp)];

pub(super) const ROWS: &[Row] = &[Row {
    id: "RPX-CLM-08",
    title: "`aud` as an array of one",
    provider: "writes `aud` as an array with the client as its only member",
    relying_party: "accepts: an array of one is as good as the member alone",
    clauses: &["OIDCC-2", "OIDCC-3.1.3.7-3"],
    expected: Expected::Accept,
    bindings: BINDINGS,
    ways: &[Way::only(&["id_token.aud=array"])],
    ..Row::BLANK
}];

//! The OpenID Foundation's relying-party modules, under their names.

use crate::conformance::case::{Capability, Expected, Row, WITH_CODE, Way};
use crate::conformance::checks;
use crate::conformance::profiles::Profile::{CoreBasic, CoreHybrid, CoreImplicit, FormPost};
use crate::conformance::profiles::{Binding, must};

/// The plans for the three flows, and the same with posted forms.
const CORE: &[Binding] = &[must(CoreBasic), must(CoreImplicit), must(CoreHybrid), must(FormPost)];

pub(super) const ROWS: &[Row] = &[
    Row {
        id: "oidcc-client-test",
        title: "a whole login",
        provider: "behaves",
        relying_party: "runs the whole flow and signs the person in",
        clauses: &["OIDCC-3.1.2.1", "OIDCC-3.1.3.3", "OIDCC-5.3.1"],
        expected: Expected::Accept,
        bindings: CORE,
        ..Row::BLANK
    },
    Row {
        id: "oidcc-client-test-client-secret-basic",
        title: "authenticates with `client_secret_basic`",
        provider: "registers the client for HTTP Basic at the token endpoint and takes nothing else",
        relying_party: "sends its credentials in the `Authorization` header",
        clauses: &["RFC6749-2.3.1", "OIDCC-9"],
        expected: Expected::Send,
        response_types: WITH_CODE,
        bindings: CORE,
        needs: &[Capability::ClientSecretBasic],
        checks: &[checks::AUTHENTICATES_BY_HEADER],
        ..Row::BLANK
    },
    Row {
        id: "oidcc-client-test-invalid-iss",
        title: "the `iss` of the ID token",
        provider: "names another issuer in the ID token",
        relying_party: "rejects the ID token",
        clauses: &["OIDCC-3.1.3.7-2"],
        bindings: CORE,
        ways: &[Way::only(&["id_token.iss=wrong"])],
        ..Row::BLANK
    },
];

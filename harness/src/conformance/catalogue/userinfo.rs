//! RPX-UIN: the UserInfo response.

use super::usual::{CODE, CORE, SHOULD};
use crate::conformance::case::{Capability, Expected, Flow, Priority, Row, WITH_ACCESS_TOKEN, Way};
use crate::conformance::checks;
use crate::conformance::profiles::Profile::{Bcp, CoreBasic, CoreHybrid, CoreImplicit};
use crate::conformance::profiles::{Weight, must, should};

pub(super) const ROWS: &[Row] = &[
    Row {
        id: "RPX-UIN-01",
        title: "UserInfo about somebody else",
        provider: "names another `sub` in the UserInfo response than in the ID token, none, a list, or two",
        relying_party: "uses nothing of the response; the person is whom the ID token names",
        clauses: &["OIDCC-5.3.2", "OIDCC-5.3.4", "OIDCC-16.11"],
        response_types: WITH_ACCESS_TOKEN,
        bindings: CORE,
        needs: &[Capability::Userinfo],
        attack: Some("token substitution"),
        ways: &[
            Way::of("somebody_else", &["userinfo.sub=somebody_else"]),
            Way::of("other_case", &["userinfo.sub=other_case"]),
            Way::of("missing", &["userinfo.sub=missing"]),
            Way::of("array_first", &["userinfo.sub=array_first"]),
            Way::of("array_last", &["userinfo.sub=array_last"]),
            Way::of("twice_evil_last", &["userinfo.sub=twice_last"]),
            Way::of("twice_evil_first", &["userinfo.sub=twice_first"]).but(Expected::Either),
        ],
        ..Row::BLANK
    },
    Row {
        id: "RPX-UIN-02",
        title: "UserInfo in the name of another provider",
        provider: "names the attacker's issuer in the UserInfo response, over a `sub` that is right",
        relying_party: "refuses the response: its issuer is another one",
        clauses: &["OIDCC-5.3.4", "OIDCC-5.3.2"],
        response_types: WITH_ACCESS_TOKEN,
        bindings: CORE,
        needs: &[Capability::SignedUserinfo],
        ways: &[Way::only(&["userinfo.iss=attacker"])],
        ..Row::BLANK
    },
    Row {
        id: "RPX-UIN-03",
        title: "UserInfo that tells another story",
        provider: "sends another name and email address than the ID token, over the right `sub`",
        relying_party: "knows the person by `sub`, whatever it shows",
        clauses: &["OIDCC-5.3.2", "OIDCC-5.7"],
        expected: Expected::Either,
        priority: Priority::P2,
        response_types: WITH_ACCESS_TOKEN,
        bindings: CORE,
        needs: &[Capability::Userinfo],
        ways: &[Way::only(&["userinfo.claims=others"])],
        ..Row::BLANK
    },
    Row {
        id: "RPX-UIN-04",
        title: "signed UserInfo that does not hold",
        provider: "signs the UserInfo response wrongly, not at all or by HS256 with its public key, or says that it is for another client, of another issuer or over",
        relying_party: "refuses the response",
        clauses: &["OIDCC-5.3.2", "OIDCC-5.3.4", "RFC8725-3.1"],
        response_types: CODE,
        bindings: CORE,
        needs: &[Capability::SignedUserinfo],
        ways: &[
            Way::of("bad_signature", &["userinfo.signature=tampered"]),
            Way::of("other_key", &["userinfo.signature=other_key"]),
            Way::of("none", &["userinfo.alg=none"]),
            Way::of("hs256_public_key", &["userinfo.hmac=public_key_pem"]),
            Way::of("wrong_iss", &["userinfo.iss=attacker"]),
            Way::of("wrong_aud", &["userinfo.aud=wrong"]),
            Way::of("expired", &["userinfo.exp=past"]),
        ],
        ..Row::BLANK
    },
    Row {
        id: "RPX-UIN-05",
        title: "plain UserInfo where signed was registered",
        provider: "sends the UserInfo response as JSON although signed responses are registered",
        relying_party: "refuses it: whoever can change the wire could have done that",
        clauses: &["OIDCC-5.3.2"],
        priority: Priority::P2,
        response_types: CODE,
        bindings: CORE,
        needs: &[Capability::SignedUserinfo],
        ways: &[Way::of("plain_for_signed", &["userinfo.form=plain"])],
        ..Row::BLANK
    },
    Row {
        id: "RPX-UIN-05",
        title: "UserInfo that does not say that it is JSON",
        provider: "sends a good UserInfo response under another content type, or none",
        relying_party: "fails cleanly, or reads it",
        clauses: &["OIDCC-5.3.2"],
        expected: Expected::Either,
        priority: Priority::P2,
        response_types: CODE,
        bindings: CORE,
        needs: &[Capability::Userinfo],
        ways: &[
            Way::of("content_type_html", &["userinfo.content_type=html"]),
            Way::of("content_type_text", &["userinfo.content_type=text"]),
            Way::of("content_type_missing", &["userinfo.content_type=missing"]),
        ],
        ..Row::BLANK
    },
    Row {
        id: "RPX-UIN-06",
        title: "a UserInfo endpoint that is not well",
        provider: "answers UserInfo with an error status, or with a body that is cut, empty, huge or something else",
        relying_party: "signs the person in without a profile, or ends the login with a clean answer",
        clauses: &["RFC6750-3.1", "OIDCC-5.3.3"],
        expected: Expected::Either,
        response_types: WITH_ACCESS_TOKEN,
        bindings: CORE,
        needs: &[Capability::Userinfo],
        ways: &[
            Way::of("401", &["userinfo.status=401"]),
            Way::of("403", &["userinfo.status=403"]),
            Way::of("404", &["userinfo.status=404"]),
            Way::of("500", &["userinfo.status=500"]),
            Way::of("html", &["userinfo.body=html"]),
            Way::of("empty", &["userinfo.body=empty"]),
            Way::of("truncated", &["userinfo.body=truncated"]),
            Way::of("array", &["userinfo.body=array"]),
            Way::of("mb_10", &["userinfo.body=mb_10"]),
            Way::of("reset", &["userinfo.connection=reset"]),
        ],
        ..Row::BLANK
    },
    Row {
        id: "RPX-UIN-07",
        title: "a UserInfo endpoint that sends elsewhere",
        provider: "redirects the UserInfo request to the attacker's address",
        relying_party: "does not take the access token there",
        clauses: &["RFC6750-5.3", "RFC9110-15.4"],
        expected: Expected::Either,
        response_types: WITH_ACCESS_TOKEN,
        bindings: CORE,
        needs: &[Capability::Userinfo],
        attack: Some("credential leak by redirect"),
        checks: &[checks::NO_TOKEN_IN_THE_TRAP],
        ways: &[
            Way::of("302", &["userinfo.redirect=302"]),
            Way::of("307", &["userinfo.redirect=307"]),
            Way::of("308", &["userinfo.redirect=308"]),
        ],
        ..Row::BLANK
    },
    Row {
        id: "RPX-UIN-08",
        title: "a provider without UserInfo",
        provider: "names no UserInfo endpoint in its metadata",
        relying_party: "accepts: the endpoint is only recommended",
        clauses: &["OIDCD-3"],
        expected: Expected::Accept,
        priority: Priority::P2,
        response_types: WITH_ACCESS_TOKEN,
        bindings: CORE,
        ways: &[Way::only(&["discovery.userinfo_endpoint=missing"])],
        ..Row::BLANK
    },
    Row {
        id: "RPX-UIN-09",
        title: "UserInfo claims of other types",
        provider: "sends texts for the numbers, objects and truth values of the UserInfo response",
        relying_party: "copes",
        clauses: &["OIDCC-5.1"],
        expected: Expected::Either,
        priority: Priority::P2,
        response_types: WITH_ACCESS_TOKEN,
        bindings: SHOULD,
        needs: &[Capability::Userinfo],
        ways: &[Way::only(&["userinfo.claims=wrong_types"])],
        ..Row::BLANK
    },
    Row {
        title: "aggregated claims that nobody vouches for",
        provider: "sends what others state in a JWT that is forged, unsigned, or of an issuer that nobody trusts",
        needs: &[Capability::Userinfo, Capability::AggregatedClaims],
        ways: &[
            Way::of("aggregated_other_key", &["claims_jwt.signature=other_key"]),
            Way::of("aggregated_payload_swapped", &["claims_jwt.signature=payload_swapped"]),
            Way::of("aggregated_none", &["claims_jwt.alg=none"]).at_most(Weight::Should),
            Way::of("aggregated_own_key", &["claims_jwt.jwk=attacker"]),
            Way::of("aggregated_wrong_iss", &["claims_jwt.iss=attacker"]),
            Way::of("aggregated_no_iss", &["claims_jwt.iss=missing"]).at_most(Weight::Should),
        ],
        ..STATED_BY_NOBODY
    },
    Row {
        title: "distributed claims that nobody vouches for",
        provider: "answers at the claims endpoint with a JWT that is forged, unsigned, or of an issuer that nobody trusts",
        needs: &[Capability::Userinfo, Capability::DistributedClaims],
        ways: &[
            Way::of("distributed_other_key", &["claims_jwt.signature=other_key"]),
            Way::of("distributed_none", &["claims_jwt.alg=none"]).at_most(Weight::Should),
            Way::of("distributed_wrong_iss", &["claims_jwt.iss=attacker"]),
        ],
        ..STATED_BY_NOBODY
    },
    Row {
        id: "RPX-UIN-11",
        title: "distributed claims at an address that is nobody's",
        provider: "says that distributed claims are at an address in the link-local range",
        relying_party: "sends no request there, and no token",
        clauses: &["OIDCC-5.6.2"],
        expected: Expected::Either,
        priority: Priority::P2,
        response_types: WITH_ACCESS_TOKEN,
        bindings: CORE,
        flow: Flow::ClaimsOfOthers,
        needs: &[Capability::Userinfo, Capability::DistributedClaims],
        attack: Some("request forgery by claims"),
        checks: &[checks::NOBODY_IN_THE_TRAP],
        ways: &[Way::of("link_local", &["userinfo.claim_sources=link_local"])],
        ..Row::BLANK
    },
];

/// What the rows about claims of others have in common.
///
/// OIDCC-5.6.2 leaves to the relying party whom it believes. What it reads of a JWT is RFC 8725's matter: "the entire JWT MUST be
/// rejected if any of them fail to validate" (3.3), and where the keys are not the issuer's, "the application MUST reject the
/// JWT" (3.8). Of unsigned ones it says SHOULD NOT (3.2), and of those that name no issuer nothing.
const STATED_BY_NOBODY: Row = Row {
    id: "RPX-UIN-10",
    relying_party: "uses none of it",
    clauses: &["OIDCC-5.6.2", "RFC8725-3.2", "RFC8725-3.3", "RFC8725-3.8"],
    priority: Priority::P2,
    response_types: WITH_ACCESS_TOKEN,
    bindings: &[should(CoreBasic), should(CoreImplicit), should(CoreHybrid), must(Bcp)],
    flow: Flow::ClaimsOfOthers,
    ..Row::BLANK
};

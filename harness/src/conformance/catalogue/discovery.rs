//! RPX-DIS: metadata and keys, and where they are fetched.

use super::usual::{BEST_PRACTICE, CODE, CONFIG, SHOULD_CONFIG, SIGNED_CONFIG};
use crate::conformance::case::{Capability, Channel, Expected, Flow, Priority, Row, Way};
use crate::conformance::checks;
use crate::conformance::profiles::Profile::{Bcp, Config, CoreBasic, Dynamic};
use crate::conformance::profiles::{Weight, must};

pub(super) const ROWS: &[Row] = &[
    Row {
        id: "RPX-DIS-01",
        title: "metadata of another issuer",
        provider: "changes `issuer` in its metadata a little: its slash, case, port, scheme or path; or leaves it out, or puts it into a list",
        relying_party: "stops: the issuer must be the one whose metadata was asked for, character by character",
        clauses: &["OIDCD-4.3"],
        bindings: CONFIG,
        checks: &[checks::NO_AUTHENTICATION_REQUEST],
        ways: &[
            Way::of("trailing_slash", &["discovery.issuer=trailing_slash"]),
            Way::of("upper_case", &["discovery.issuer=upper_case"]),
            Way::of("port", &["discovery.issuer=port"]),
            Way::of("scheme", &["discovery.issuer=scheme"]),
            Way::of("longer_path", &["discovery.issuer=longer_path"]),
            Way::of("missing", &["discovery.issuer=missing"]),
            Way::of("array", &["discovery.issuer=array"]),
        ],
        ..Row::BLANK
    },
    Row {
        id: "RPX-DIS-02",
        title: "metadata in the name of another provider",
        provider: "is the attacker's, and names the honest provider's issuer in its metadata",
        relying_party: "stops: that is not the issuer whose metadata was asked for",
        clauses: &["OIDCD-4.3", "OIDCD-7.2"],
        bindings: CONFIG,
        flow: Flow::AtTheAttacker,
        needs: &[Capability::TwoProviders],
        attack: Some("issuer confusion"),
        checks: &[checks::NO_AUTHENTICATION_REQUEST],
        ways: &[Way::only(&["attacker: discovery.issuer=honest"])],
        ..Row::BLANK
    },
    Row {
        id: "RPX-DIS-03",
        title: "metadata that points half at another provider",
        provider: "is the attacker's, names the honest provider's authorization endpoint and a token endpoint of its own",
        relying_party: "sends no code or secret of the honest provider to the attacker",
        clauses: &["RFC9700-4.4", "RFC9207-2.4"],
        expected: Expected::Either,
        response_types: CODE,
        bindings: BEST_PRACTICE,
        flow: Flow::AtTheAttacker,
        needs: &[Capability::TwoProviders],
        attack: Some("malicious endpoints"),
        checks: &[checks::NO_HONEST_CODE_AT_THE_ATTACKER],
        ways: &[Way::only(&["attacker: discovery.authorization_endpoint=honest"])],
        ..Row::BLANK
    },
    Row {
        id: "RPX-DIS-04",
        title: "endpoints without TLS",
        provider: "names an `http:` endpoint in the metadata of an `https:` issuer",
        relying_party: "sends neither people nor codes there",
        // "Communication with the Token Endpoint MUST utilize TLS" (OIDCC-3.1.3), and with the other one as well (OIDCC-3.1.2):
        // whoever goes there takes part
        clauses: &["OIDCC-3.1.2", "OIDCC-3.1.3", "OIDCD-7.1"],
        bindings: CONFIG,
        ways: &[
            Way::of("authorization_endpoint", &["discovery.authorization_endpoint=http"]),
            Way::of("token_endpoint", &["discovery.token_endpoint=http"]),
        ],
        ..Row::BLANK
    },
    Row {
        id: "RPX-DIS-05",
        title: "endpoints that are no web addresses",
        provider: "names a file or an address of another scheme for an endpoint in its metadata",
        relying_party: "ends the login with a clean answer, and opens nothing",
        clauses: &["OIDCD-3"],
        priority: Priority::P2,
        response_types: CODE,
        bindings: CONFIG,
        attack: Some("request forgery by metadata"),
        checks: &[checks::NOBODY_IN_THE_TRAP],
        ways: &[
            Way::of("file_token_endpoint", &["discovery.token_endpoint=file"]),
            Way::of("gopher_token_endpoint", &["discovery.token_endpoint=gopher"]),
            Way::of("link_local_token_endpoint", &["discovery.token_endpoint=link_local"])
                .at_most(Weight::Should),
        ],
        ..Row::BLANK
    },
    Row {
        id: "RPX-DIS-05",
        title: "keys at no web address",
        provider: "names a file or an address of another scheme for its keys in its metadata",
        relying_party: "ends the login with a clean answer, and opens nothing",
        clauses: &["OIDCD-3"],
        priority: Priority::P2,
        response_types: CODE,
        bindings: SHOULD_CONFIG,
        attack: Some("request forgery by metadata"),
        channel: Channel::Keys,
        ways: &[
            Way::of("file_jwks_uri", &["discovery.jwks_uri=file"]),
            Way::of("gopher_jwks_uri", &["discovery.jwks_uri=gopher"]),
        ],
        ..Row::BLANK
    },
    Row {
        id: "RPX-DIS-06",
        title: "metadata that does not say that it is JSON",
        provider: "sends good metadata as `text/html`, as `text/plain` or without a content type",
        relying_party: "should not read it",
        clauses: &["OIDCD-4.2"],
        bindings: SHOULD_CONFIG,
        ways: &[
            Way::of("html", &["discovery.content_type=html"]),
            Way::of("text", &["discovery.content_type=text"]),
            Way::of("missing", &["discovery.content_type=missing"]),
        ],
        ..Row::BLANK
    },
    Row {
        id: "RPX-DIS-07",
        title: "metadata that is not there just now",
        provider: "answers the request for its metadata with another status than 200, and is well again for the next login",
        relying_party: "ends the first login with a clean answer, and signs the person in later without a restart",
        clauses: &["OIDCD-4.2"],
        bindings: CONFIG,
        flow: Flow::Recovery,
        checks: &[checks::RECOVERS],
        ways: &[
            Way::of("201", &["discovery.status=201"]).at_most(Weight::Should),
            Way::of("204", &["discovery.status=204"]),
            Way::of("404", &["discovery.status=404"]),
            Way::of("500", &["discovery.status=500"]),
            Way::of("503", &["discovery.status=503"]),
        ],
        ..Row::BLANK
    },
    Row {
        id: "RPX-DIS-08",
        title: "metadata that is somewhere else",
        provider: "redirects the request for its metadata to the attacker's address, or to itself for ever",
        relying_party: "gives up after few redirects, and believes no metadata from another host",
        clauses: &["OIDCD-4.2", "RFC9110-15.4"],
        bindings: CONFIG,
        attack: Some("redirect loop"),
        checks: &[checks::METADATA_REQUESTS_ARE_FEW],
        ways: &[
            Way::of("302", &["discovery.redirect=302"]),
            Way::of("307", &["discovery.redirect=307"]),
            Way::of("308", &["discovery.redirect=308"]),
            // RFC9110-15.4: "A client SHOULD detect and intervene in cyclical redirections"
            Way::of("loop", &["discovery.redirect=loop"]).at_most(Weight::Should),
        ],
        ..Row::BLANK
    },
    Row {
        id: "RPX-DIS-09",
        title: "metadata that is no JSON object",
        provider: "sends metadata that is cut, empty, a page, a list or in another encoding",
        relying_party: "ends the login with a clean answer",
        clauses: &["OIDCD-4.2", "RFC8259-2"],
        priority: Priority::P2,
        bindings: CONFIG,
        ways: &[
            Way::of("truncated", &["discovery.body=truncated"]),
            Way::of("empty", &["discovery.body=empty"]),
            Way::of("html", &["discovery.body=html"]),
            Way::of("utf16", &["discovery.body=utf16"]),
            Way::of("array", &["discovery.body=array"]),
            Way::of("in_a_list", &["discovery.document=array"]),
        ],
        ..Row::BLANK
    },
    Row {
        id: "RPX-DIS-09",
        title: "metadata of an unusual kind",
        provider: "sends metadata behind a byte order mark, or with 10 MB of white space behind it",
        relying_party: "reads it or ends the login, in bounded memory",
        clauses: &["RFC8259-8.1", "OIDCD-4.2"],
        expected: Expected::Either,
        priority: Priority::P2,
        bindings: CONFIG,
        ways: &[
            Way::of("byte_order_mark", &["discovery.document=byte_order_mark"]),
            Way::of("mb_10", &["discovery.body=mb_10"]),
        ],
        ..Row::BLANK
    },
    Row {
        id: "RPX-DIS-09",
        title: "metadata that says one thing twice",
        provider: "names two issuers in its metadata, of which the second is the attacker's",
        relying_party: "should refuse it, or read the last and refuse that",
        clauses: &["RFC8259-4", "OIDCD-4.3"],
        priority: Priority::P2,
        bindings: SHOULD_CONFIG,
        attack: Some("duplicate members"),
        ways: &[Way::of("duplicate_issuer", &["discovery.issuer=twice"])],
        ..Row::BLANK
    },
    Row {
        id: "RPX-DIS-10",
        title: "metadata that lacks what the login needs",
        provider: "leaves an endpoint that is required and used out of its metadata",
        relying_party: "ends the login with a clean answer",
        clauses: &["OIDCD-3"],
        priority: Priority::P2,
        response_types: CODE,
        bindings: CONFIG,
        ways: &[
            Way::of("authorization_endpoint", &["discovery.authorization_endpoint=missing"]),
            Way::of("token_endpoint", &["discovery.token_endpoint=missing"]),
        ],
        ..Row::BLANK
    },
    Row {
        id: "RPX-DIS-10",
        title: "metadata that names no keys",
        provider: "leaves `jwks_uri` out of its metadata",
        relying_party: "ends the login with a clean answer: there is nothing to verify by",
        clauses: &["OIDCD-3"],
        priority: Priority::P2,
        response_types: CODE,
        bindings: CONFIG,
        channel: Channel::Keys,
        ways: &[Way::of("jwks_uri", &["discovery.jwks_uri=missing"])],
        ..Row::BLANK
    },
    Row {
        id: "RPX-DIS-10",
        title: "metadata that lacks a list",
        provider: "leaves a list of what it supports out of its metadata although it is required",
        relying_party: "may complain, or do without",
        clauses: &["OIDCD-3"],
        expected: Expected::Either,
        priority: Priority::P2,
        response_types: CODE,
        bindings: CONFIG,
        ways: &[
            Way::of("response_types_supported", &["discovery.response_types_supported=missing"]),
            Way::of("subject_types_supported", &["discovery.subject_types_supported=missing"]),
            Way::of(
                "id_token_signing_alg_values_supported",
                &["discovery.id_token_signing_alg_values_supported=missing"],
            ),
        ],
        ..Row::BLANK
    },
    Row {
        id: "RPX-DIS-11",
        title: "metadata that says more than is known",
        provider: "adds members, algorithms and orders of words that nobody knows to its metadata",
        relying_party: "accepts, and ignores what it does not understand",
        clauses: &["OIDCD-3"],
        expected: Expected::Accept,
        bindings: CONFIG,
        ways: &[
            Way::of("unknown_members", &["discovery.extra=unknown"]),
            Way::of("unknown_algorithms", &["discovery.id_token_signing_alg_values_supported=with_unknown"]),
            Way::of("other_order", &["discovery.response_types_supported=reordered"]),
        ],
        ..Row::BLANK
    },
    Row {
        id: "RPX-DIS-13",
        title: "no keys to be had",
        provider: "answers the request for its keys with an error status, a page, or a set without keys",
        relying_party: "ends the login with a clean answer: what it cannot verify it does not believe",
        clauses: &["RFC7517-5", "OIDCC-10.1"],
        bindings: SIGNED_CONFIG,
        channel: Channel::Front,
        ways: &[
            Way::of("404", &["jwks.status=404"]),
            Way::of("500", &["jwks.status=500"]),
            Way::of("empty", &["jwks.keys=empty"]),
            Way::of("missing", &["jwks.keys=missing"]),
            Way::of("object", &["jwks.keys=object"]),
            Way::of("html", &["jwks.body=html"]),
            Way::of("stranger", &["jwks.keys=stranger"]),
        ],
        ..Row::BLANK
    },
    Row {
        id: "RPX-DIS-13",
        title: "very many keys",
        provider: "publishes 1,000 keys before the good ones, or sends 10 MB",
        relying_party: "finds the good key or ends the login, in bounded time and memory",
        clauses: &["RFC7517-5"],
        expected: Expected::Either,
        bindings: CONFIG,
        ways: &[Way::of("keys_1000", &["jwks.keys=many"]), Way::of("mb_10", &["jwks.body=mb_10"])],
        ..Row::BLANK
    },
    Row {
        id: "RPX-DIS-14",
        title: "keys of kinds that nobody knows",
        provider: "publishes keys of unknown kinds, of unknown curves, and broken ones, beside the good ones",
        relying_party: "should skip those, and accepts by the good key",
        clauses: &["RFC7517-5"],
        expected: Expected::Accept,
        bindings: SHOULD_CONFIG,
        ways: &[Way::only(&["jwks.keys=with_unknown"])],
        ..Row::BLANK
    },
    Row {
        id: "RPX-DIS-15",
        title: "keys that are cut off",
        provider: "cuts the connection before it sends its keys, or in the middle of them",
        relying_party: "ends the login with a clean answer",
        clauses: &["RFC9110-9.2", "OIDCC-10.1"],
        bindings: SIGNED_CONFIG,
        channel: Channel::Front,
        ways: &[Way::of("reset", &["jwks.connection=reset"]), Way::of("truncated", &["jwks.body=truncated"])],
        ..Row::BLANK
    },
    Row {
        id: "RPX-DIS-15",
        title: "keys that are late",
        provider: "sends its keys after some seconds",
        relying_party: "waits or gives up, and lets nobody else wait",
        clauses: &["RFC9110-9.2"],
        expected: Expected::Either,
        bindings: CONFIG,
        flow: Flow::SlowKeys,
        checks: &[checks::OTHERS_DO_NOT_WAIT],
        ways: &[Way::of("3s", &["jwks.delay=3s"])],
        ..Row::BLANK
    },
    Row {
        id: "RPX-DIS-16",
        title: "keys that are somewhere else",
        provider: "redirects the request for its keys to the attacker's address, or to itself for ever",
        relying_party: "gives up after few redirects, and believes no keys from another host",
        clauses: &["RFC9110-15.4", "OIDCC-10.1"],
        priority: Priority::P2,
        bindings: SIGNED_CONFIG,
        channel: Channel::Front,
        attack: Some("redirect loop"),
        checks: &[checks::KEY_REQUESTS_ARE_FEW],
        ways: &[
            Way::of("302", &["jwks.redirect=302"]),
            Way::of("307", &["jwks.redirect=307"]),
            Way::of("308", &["jwks.redirect=308"]),
            Way::of("loop", &["jwks.redirect=loop"]),
        ],
        ..Row::BLANK
    },
    Row {
        id: "RPX-DIS-17",
        title: "keys that are away while they are known",
        provider: "answers the request for its keys with 503 from the second login on",
        relying_party: "signs in with the keys it has, or ends the login with a clean answer",
        clauses: &["OIDCC-10.1.1"],
        expected: Expected::Either,
        priority: Priority::P2,
        bindings: CONFIG,
        flow: Flow::LoginTwice,
        ways: &[Way::of("cached", &["jwks.status=503"])],
        ..Row::BLANK
    },
    Row {
        id: "RPX-DIS-17",
        title: "keys that are away, and come back",
        provider: "answers the request for its keys with 503, and is well again for the next login",
        relying_party: "ends the first login with a clean answer, and signs the person in later without a restart",
        clauses: &["OIDCC-10.1.1"],
        priority: Priority::P2,
        bindings: SIGNED_CONFIG,
        channel: Channel::Front,
        flow: Flow::Recovery,
        checks: &[checks::RECOVERS],
        ways: &[Way::of("recovers", &["jwks.status=503"])],
        ..Row::BLANK
    },
    Row {
        id: "RPX-DIS-19",
        title: "a provider with a bad certificate",
        // TLS 1.0 would be one more way, but no library that is kept up speaks it.
        provider: "shows a certificate that has expired, is for later or for another name, vouches for itself, or is by an authority that nobody trusts",
        relying_party: "does not go on: \"whenever TLS is used, a TLS server certificate check MUST be performed\"",
        clauses: &["OIDCC-16.17", "RFC9525-6"],
        response_types: CODE,
        bindings: &[must(CoreBasic), must(Config), must(Dynamic), must(Bcp)],
        needs: &[Capability::Tls],
        attack: Some("man in the middle"),
        ways: &[
            Way::of("expired", &["tls: expired"]),
            Way::of("not_yet_valid", &["tls: not-yet-valid"]),
            Way::of("wrong_name", &["tls: wrong-name"]),
            Way::of("self_signed", &["tls: self-signed"]),
            Way::of("unknown_authority", &["tls: unknown-authority"]),
        ],
        ..Row::BLANK
    },
    Row {
        id: "RPX-DIS-20",
        title: "a WebFinger answer that names no issuer",
        // An issuer without TLS is no way of its own: its metadata names another issuer, which is refused whatever the scheme.
        provider: "answers WebFinger without links, or gives the issuer under another relation",
        relying_party: "stops, and sends nobody anywhere",
        clauses: &["OIDCD-2", "RFC7033-4.4.4"],
        checks: &[checks::NO_AUTHENTICATION_REQUEST],
        ways: &[
            Way::of("missing", &["webfinger.links=missing"]),
            Way::of("empty", &["webfinger.links=empty"]),
            Way::of("other_rel", &["webfinger.links=other_rel"]),
        ],
        ..LOOKED_UP
    },
    Row {
        id: "RPX-DIS-20",
        title: "a WebFinger answer with several links",
        provider: "puts the attacker's address under another relation before the link to the issuer",
        relying_party: "takes the link of the issuer's relation, and accepts",
        clauses: &["OIDCD-2", "RFC7033-4.4.4"],
        expected: Expected::Accept,
        checks: &[checks::NOBODY_IS_SENT_TO_THE_ATTACKER],
        ways: &[Way::of("several", &["webfinger.links=several"])],
        ..LOOKED_UP
    },
];

/// What the rows about `WebFinger` have in common.
const LOOKED_UP: Row = Row {
    priority: Priority::P3,
    bindings: &[must(Dynamic)],
    needs: &[Capability::WebfingerAcct],
    ..Row::BLANK
};

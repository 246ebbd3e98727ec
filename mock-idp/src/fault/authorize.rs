//! Faults of the authorization response (RFC6749-4.1.2, OIDCC-3.1.2.5, RFC 9207).

use super::Expected::{Accept, Either, Refuse, ShouldRefuse};
use super::claims::{other_case, shorter};
use super::parameters::{Parameters, bend, drop, edit, set, value};
use super::{Edit, Group, way};
use crate::protocol::ResponseMode;

pub(super) const GROUPS: &[Group] = &[
    Group {
        name: "state",
        clause: "RFC6749-10.12",
        rp: "takes a response only with the `state` of a request of this browser that is still open",
        values: &[
            way("missing", Refuse, "leaves `state` out", edit(|p, _| drop(p, "state"))),
            way(
                "wrong",
                Refuse,
                "appends `1` to `state`",
                edit(|p, _| bend(p, "state", |v| format!("{v}1"))),
            ),
            way("empty", Refuse, "makes `state` empty", edit(|p, _| set(p, "state", ""))),
            way(
                "other_case",
                Refuse,
                "swaps capitals and small letters of `state`",
                edit(|p, _| {
                    bend(p, "state", other_case);
                }),
            ),
            way(
                "twice",
                Refuse,
                "sends `state` twice, the second time changed",
                edit(|p, _| {
                    let other = format!("{}1", value(p, "state"));
                    p.push(("state".to_owned(), other));
                }),
            ),
            way(
                "previous",
                Refuse,
                "sends the `state` of the login before",
                edit(|p, at| {
                    set(p, "state", at.previous.state.as_deref().unwrap_or("no-login-before"));
                }),
            ),
        ],
    },
    Group {
        name: "iss",
        clause: "RFC9207-2.4",
        rp: "compares `iss` with the issuer that it sent the request to, and misses it where it was promised",
        values: &[
            way(
                "missing",
                Refuse,
                "leaves `iss` out although the metadata promises it",
                edit(|p, _| drop(p, "iss")),
            ),
            way("wrong", Refuse, "appends `1` to `iss`", edit(|p, _| bend(p, "iss", |v| format!("{v}1")))),
            way(
                "prefix",
                Refuse,
                "takes the last character of `iss` away",
                edit(|p, _| bend(p, "iss", shorter)),
            ),
            way(
                "trailing_slash",
                Refuse,
                "adds a slash to `iss`",
                edit(|p, _| bend(p, "iss", |v| format!("{v}/"))),
            ),
            way(
                "attacker",
                Refuse,
                "names the attacker's issuer",
                edit(|p, at| set(p, "iss", &at.attacker.issuer)),
            ),
            way(
                "honest",
                Refuse,
                "names the honest issuer, in the attacker's response",
                edit(|p, at| set(p, "iss", &at.attacker.honest)),
            ),
            way(
                "twice",
                Refuse,
                "sends `iss` twice, the second time the attacker's",
                edit(|p, at| {
                    p.push(("iss".to_owned(), at.attacker.issuer.clone()));
                }),
            ),
        ],
    },
    Group {
        name: "code",
        clause: "RFC6749-4.1.2",
        rp: "ends the login with a clean message where there is no code that can be redeemed",
        values: &[
            way("missing", Refuse, "leaves `code` out", edit(|p, _| drop(p, "code"))),
            way("empty", Refuse, "makes `code` empty", edit(|p, _| set(p, "code", ""))),
            way(
                "twice",
                Refuse,
                "sends `code` twice, the second time changed",
                edit(|p, _| {
                    let other = format!("{}x", value(p, "code"));
                    p.push(("code".to_owned(), other));
                }),
            ),
            way("huge", Refuse, "makes `code` 8 kB long", edit(|p, _| set(p, "code", &"c".repeat(8_000)))),
            way(
                "previous",
                Refuse,
                "sends the code of the login before",
                edit(|p, at| {
                    set(p, "code", at.previous.code.as_deref().unwrap_or("no-login-before"));
                }),
            ),
        ],
    },
    Group {
        name: "access_token",
        clause: "OIDCC-3.2.2.9",
        rp: "compares the access token with `at_hash`, and uses none that it did not ask for",
        values: &[
            way(
                "swapped",
                Refuse,
                "sends another access token than the ID token hashes",
                edit(|p, at| {
                    let other = at.previous.access_token.as_deref().unwrap_or("another-access-token");
                    if p.iter().any(|(name, _)| name == "access_token") {
                        set(p, "access_token", other);
                    }
                }),
            ),
            way("missing", Refuse, "leaves `access_token` out", edit(|p, _| drop(p, "access_token"))),
            way(
                "unasked",
                Either,
                "adds an access token that nobody asked for",
                edit(|p, _| {
                    set(p, "access_token", "unasked-access-token");
                    set(p, "token_type", "Bearer");
                }),
            ),
        ],
    },
    Group {
        name: "id_token",
        clause: "OIDCC-3.3.2.5",
        rp: "misses an ID token that it asked for",
        values: &[
            way("missing", Refuse, "leaves `id_token` out", edit(|p, _| drop(p, "id_token"))),
            way(
                "unasked",
                Either,
                "adds an ID token that nobody asked for",
                edit(|p, at| {
                    set(p, "id_token", at.previous.id_token.as_deref().unwrap_or("eyJhbGciOiJub25lIn0.e30."));
                }),
            ),
        ],
    },
    Group {
        name: "error",
        clause: "OIDCC-3.1.2.6",
        rp: "ends the login with a clean message, and neither signs anybody in nor tries again for ever",
        values: &[
            way("access_denied", Refuse, "answers `access_denied`", edit(|p, _| fail(p, "access_denied"))),
            way(
                "invalid_request",
                Refuse,
                "answers `invalid_request`",
                edit(|p, _| fail(p, "invalid_request")),
            ),
            way(
                "unauthorized_client",
                Refuse,
                "answers `unauthorized_client`",
                edit(|p, _| {
                    fail(p, "unauthorized_client");
                }),
            ),
            way(
                "unsupported_response_type",
                Refuse,
                "answers `unsupported_response_type`",
                edit(|p, _| {
                    fail(p, "unsupported_response_type");
                }),
            ),
            way("invalid_scope", Refuse, "answers `invalid_scope`", edit(|p, _| fail(p, "invalid_scope"))),
            way("server_error", Refuse, "answers `server_error`", edit(|p, _| fail(p, "server_error"))),
            way(
                "temporarily_unavailable",
                Refuse,
                "answers `temporarily_unavailable`",
                edit(|p, _| {
                    fail(p, "temporarily_unavailable");
                }),
            ),
            way(
                "interaction_required",
                Refuse,
                "answers `interaction_required`",
                edit(|p, _| {
                    fail(p, "interaction_required");
                }),
            ),
            way("login_required", Refuse, "answers `login_required`", edit(|p, _| fail(p, "login_required"))),
            way(
                "account_selection_required",
                Refuse,
                "answers `account_selection_required`",
                edit(|p, _| {
                    fail(p, "account_selection_required");
                }),
            ),
            way(
                "consent_required",
                Refuse,
                "answers `consent_required`",
                edit(|p, _| fail(p, "consent_required")),
            ),
            way(
                "request_not_supported",
                Refuse,
                "answers `request_not_supported`",
                edit(|p, _| {
                    fail(p, "request_not_supported");
                }),
            ),
            way(
                "unknown",
                Refuse,
                "answers an error that no specification knows",
                edit(|p, _| {
                    fail(p, "example_unknown_error");
                }),
            ),
            way(
                "description_only",
                Refuse,
                "sends a description without an error",
                edit(|p, _| {
                    fail(p, "access_denied");
                    drop(p, "error");
                }),
            ),
            way(
                "with_code",
                Refuse,
                "adds an error to a good response",
                edit(|p, _| set(p, "error", "access_denied")),
            ),
            way(
                "markup",
                Refuse,
                "answers an error with a script in its description",
                edit(|p, _| {
                    fail(p, "access_denied");
                    set(p, "error_description", "<script>alert('needle')</script>");
                }),
            ),
            way(
                "line_breaks",
                Refuse,
                "answers an error with line breaks in its description",
                edit(|p, _| {
                    fail(p, "access_denied");
                    set(p, "error_description", "denied\r\nSet-Cookie: needle=1");
                }),
            ),
            way(
                "script_address",
                Refuse,
                "answers an error with a `javascript:` address",
                edit(|p, _| {
                    fail(p, "access_denied");
                    set(p, "error_uri", "javascript:alert('needle')");
                }),
            ),
        ],
    },
    Group {
        name: "mode",
        clause: "OAuth.Responses-2.1",
        rp: "takes a response only in the way it asked for, and never tokens out of a query",
        values: &[
            way("query", Refuse, "answers in the query", Edit::Mode(ResponseMode::Query)),
            way("fragment", Refuse, "answers in the fragment", Edit::Mode(ResponseMode::Fragment)),
            way("form_post", ShouldRefuse, "answers by a form", Edit::Mode(ResponseMode::FormPost)),
        ],
    },
    Group {
        name: "parameters",
        clause: "RFC6749-4.1.2",
        rp: "ignores parameters that it does not know, in any order",
        values: &[
            way(
                "unknown",
                Accept,
                "adds parameters that nobody knows",
                edit(|p, _| {
                    p.insert(0, ("example_unknown".to_owned(), "1".to_owned()));
                }),
            ),
            way("reversed", Accept, "turns the order of the parameters round", edit(|p, _| p.reverse())),
        ],
    },
];

/// An error in place of whatever was granted; `state` and `iss` stay as they were.
fn fail(parameters: &mut Parameters, error: &str) {
    parameters.retain(|(name, _)| name == "state" || name == "iss");
    let told = [("error", error), ("error_description", "the provider was asked to answer so")];
    let told = told.map(|(name, value)| (name.to_owned(), value.to_owned()));
    parameters.splice(0..0, told);
}

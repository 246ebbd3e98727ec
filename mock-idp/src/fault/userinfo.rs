//! Faults of the UserInfo response (OIDCC-5.3.2, OIDCC-5.3.4), and of the claims in it that others vouch for (OIDCC-5.6.2).

use serde_json::{Value, json};

use super::Expected::{Either, Refuse, ShouldRefuse};
use super::claims::{Members, append, bend, drop, other_case, set, text};
use super::json_text::{first, last};
use super::transport::{Act, wire};
use super::{Edit, Group, way};

pub(super) const GROUPS: &[Group] = &[
    Group {
        name: "sub",
        clause: "OIDCC-5.3.2",
        rp: "compares `sub` with that of the ID token, and does not use the response where they differ",
        values: &[
            way(
                "wrong",
                Refuse,
                "appends `invalid` to `sub`",
                Edit::Json(|c, _| append(c, "sub", "invalid")),
            ),
            way(
                "other_case",
                Refuse,
                "swaps capitals and small letters of `sub`",
                Edit::Json(|c, _| {
                    bend(c, "sub", other_case);
                }),
            ),
            way("missing", Refuse, "leaves `sub` out", Edit::Json(|c, _| drop(c, "sub"))),
            way(
                "somebody_else",
                Refuse,
                "names somebody else",
                Edit::Json(|c, _| set(c, "sub", "somebody-else")),
            ),
            way(
                "array_first",
                Refuse,
                "sends a list with the right `sub` first",
                Edit::Json(|c, _| {
                    let subject = text(c, "sub");
                    set(c, "sub", json!([subject, "somebody-else"]));
                }),
            ),
            way(
                "array_last",
                Refuse,
                "sends a list with the right `sub` last",
                Edit::Json(|c, _| {
                    let subject = text(c, "sub");
                    set(c, "sub", json!(["somebody-else", subject]));
                }),
            ),
            way(
                "twice_last",
                Refuse,
                "sends `sub` twice, the right one first",
                Edit::Text(|body| last(body, "sub", &json!("somebody-else"))),
            ),
            way(
                "twice_first",
                Either,
                "sends `sub` twice, the right one last",
                Edit::Text(|body| first(body, "sub", &json!("somebody-else"))),
            ),
        ],
    },
    Group {
        name: "iss",
        clause: "OIDCC-5.3.4",
        rp: "refuses a response that another issuer claims to have made",
        values: &[
            way(
                "attacker",
                Refuse,
                "names the attacker's issuer",
                Edit::Json(|c, at| {
                    set(c, "iss", at.attacker.issuer.clone());
                }),
            ),
            way(
                "honest",
                Refuse,
                "names the honest issuer, in the attacker's answer",
                Edit::Json(|c, at| {
                    set(c, "iss", at.attacker.honest.clone());
                }),
            ),
        ],
    },
    Group {
        name: "aud",
        clause: "OIDCC-5.3.2",
        rp: "refuses a signed response that is for another client",
        values: &[way(
            "wrong",
            Refuse,
            "names another client in `aud`",
            Edit::Json(|c, _| {
                set(c, "aud", "another-client");
            }),
        )],
    },
    Group {
        name: "exp",
        clause: "RFC7519-4.1.4",
        rp: "refuses a signed response whose time is over",
        values: &[way(
            "past",
            Refuse,
            "lets the response expire an hour ago",
            Edit::Json(|c, at| {
                set(c, "exp", at.now.plus(-3_600).as_secs());
            }),
        )],
    },
    Group {
        name: "form",
        clause: "OIDCC-5.3.2",
        rp: "refuses a response without the signature that it registered",
        values: &[
            way("plain", Refuse, "sends the claims of a signed response as plain JSON", wire(Act::Unwrapped)),
            way("unsecured_jwt", Either, "sends an unsecured JWT where JSON is due", wire(Act::UnsecuredJwt)),
        ],
    },
    Group {
        name: "error",
        clause: "RFC6750-3.1",
        rp: "does not fall over, and ends the login cleanly or goes on without a profile",
        values: &[
            way(
                "invalid_token",
                Either,
                "answers 401 `invalid_token`",
                wire(refused(401, "Bearer error=\"invalid_token\"")),
            ),
            way(
                "insufficient_scope",
                Either,
                "answers 403 `insufficient_scope`",
                wire(refused(403, "Bearer error=\"insufficient_scope\"")),
            ),
        ],
    },
    Group {
        name: "claims",
        clause: "OIDCC-5.1",
        rp: "does not fall over a claim of another type",
        values: &[
            way(
                "wrong_types",
                Either,
                "sends texts for numbers, objects and truth values",
                Edit::Json(|c, _| {
                    set(c, "updated_at", "yesterday");
                    set(c, "address", "1 Main Street");
                    set(c, "email_verified", "true");
                }),
            ),
            way(
                "others",
                Either,
                "sends another name and email than the ID token",
                Edit::Json(|c, _| {
                    set(c, "name", "Somebody Else");
                    set(c, "email", "somebody.else@stranger.example");
                }),
            ),
            way(
                "none",
                Either,
                "sends `sub` only",
                Edit::Json(|c, _| {
                    let subject = c.get("sub").cloned().unwrap_or(Value::Null);
                    c.clear();
                    set(c, "sub", subject);
                }),
            ),
        ],
    },
    Group {
        name: "claim_sources",
        clause: "OIDCC-5.6.2",
        rp: "asks for distributed claims only where a claims provider can be",
        values: &[way(
            "link_local",
            ShouldRefuse,
            "says that distributed claims are at the address at which clouds keep credentials",
            Edit::Json(|c, _| {
                let sources = c.get_mut("_claim_sources").and_then(Value::as_object_mut);
                for source in sources.into_iter().flat_map(Members::values_mut) {
                    let source = source.as_object_mut().filter(|source| source.contains_key("endpoint"));
                    if let Some(source) = source {
                        set(source, "endpoint", "http://169.254.169.254/latest/meta-data/");
                    }
                }
            }),
        )],
    },
];

/// Faults of what a claims provider says of itself.
pub(super) const CLAIMS_JWT: &[Group] = &[Group {
    name: "iss",
    clause: "OIDCC-5.6.2",
    rp: "takes claims only from issuers that it trusts, under their signature",
    values: &[
        way(
            "attacker",
            Refuse,
            "names the attacker's issuer",
            Edit::Json(|c, at| set(c, "iss", at.attacker.issuer.clone())),
        ),
        way("missing", Refuse, "leaves `iss` out", Edit::Json(|c, _| drop(c, "iss"))),
    ],
}];

/// A refusal with a challenge (RFC9110-11.6.1) and no body.
const fn refused(status: u16, challenge: &'static str) -> Act {
    Act::Answer { status, content_type: "", body: "", header: Some(("www-authenticate", challenge)) }
}

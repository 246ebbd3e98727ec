//! Faults of the token response (RFC6749-5.1, OIDCC-3.1.3.3).

use serde_json::{Value, json};

use super::Expected::{Accept, Either, Refuse};
use super::claims::{Members, drop, set};
use super::transport::{Act, CHALLENGE, Transport, wire};
use super::{Edit, Group, way};

pub(super) const GROUPS: &[Group] = &[
    Group {
        name: "id_token",
        clause: "OIDCC-3.1.3.3",
        rp: "signs nobody in without an ID token",
        values: &[
            way("missing", Refuse, "leaves `id_token` out", Edit::Json(|a, _| drop(a, "id_token"))),
            way("null", Refuse, "makes `id_token` null", Edit::Json(|a, _| set(a, "id_token", Value::Null))),
            way("empty", Refuse, "makes `id_token` empty", Edit::Json(|a, _| set(a, "id_token", ""))),
            way("number", Refuse, "makes `id_token` a number", Edit::Json(|a, _| set(a, "id_token", 1))),
        ],
    },
    Group {
        name: "access_token",
        clause: "RFC6749-5.1",
        rp: "misses the access token",
        values: &[way(
            "missing",
            Refuse,
            "leaves `access_token` out",
            Edit::Json(|a, _| drop(a, "access_token")),
        )],
    },
    Group {
        name: "token_type",
        clause: "RFC6749-5.1",
        rp: "compares `token_type` without regard to case, and uses no token of a type that it does not know",
        values: &[
            way("lower_case", Accept, "writes `bearer`", Edit::Json(|a, _| set(a, "token_type", "bearer"))),
            way("upper_case", Accept, "writes `BEARER`", Edit::Json(|a, _| set(a, "token_type", "BEARER"))),
            way("missing", Refuse, "leaves `token_type` out", Edit::Json(|a, _| drop(a, "token_type"))),
            way("mac", Refuse, "writes `mac`", Edit::Json(|a, _| set(a, "token_type", "mac"))),
            way("DPoP", Refuse, "writes `DPoP`", Edit::Json(|a, _| set(a, "token_type", "DPoP"))),
        ],
    },
    Group {
        name: "expires_in",
        clause: "RFC6749-5.1",
        rp: "gets on without `expires_in`, and does not fall over a strange one",
        values: &[
            way("missing", Accept, "leaves `expires_in` out", Edit::Json(|a, _| drop(a, "expires_in"))),
            way("text", Either, "makes `expires_in` a text", Edit::Json(|a, _| set(a, "expires_in", "600"))),
            way(
                "negative",
                Either,
                "makes `expires_in` negative",
                Edit::Json(|a, _| set(a, "expires_in", -1)),
            ),
            way("huge", Either, "makes `expires_in` huge", Edit::Json(|a, _| set(a, "expires_in", i64::MAX))),
        ],
    },
    Group {
        name: "scope",
        clause: "RFC6749-3.3",
        rp: "notices which scope was granted",
        values: &[
            way("narrowed", Either, "grants `openid` only", Edit::Json(|a, _| set(a, "scope", "openid"))),
            way(
                "widened",
                Either,
                "grants more than was asked for",
                Edit::Json(|a, _| {
                    let scope = a.get("scope").and_then(Value::as_str).unwrap_or("openid").to_owned();
                    set(a, "scope", format!("{scope} admin"));
                }),
            ),
            way("missing", Either, "leaves `scope` out", Edit::Json(|a, _| drop(a, "scope"))),
        ],
    },
    Group {
        name: "refresh_token",
        clause: "RFC6749-6",
        rp: "keeps the refresh token it has where no new one comes",
        values: &[way(
            "missing",
            Accept,
            "leaves `refresh_token` out",
            Edit::Json(|a, _| drop(a, "refresh_token")),
        )],
    },
    Group {
        name: "error",
        clause: "RFC6749-5.2",
        rp: "ends the login with a clean message and does not send the code again",
        values: &[
            way(
                "invalid_grant",
                Refuse,
                "answers 400 `invalid_grant`",
                refusal(400, r#"{"error":"invalid_grant"}"#),
            ),
            way(
                "invalid_client",
                Refuse,
                "answers 401 `invalid_client`",
                wire(Act::Answer {
                    status: 401,
                    content_type: "application/json",
                    body: r#"{"error":"invalid_client"}"#,
                    header: Some(CHALLENGE),
                }),
            ),
            way(
                "invalid_request",
                Refuse,
                "answers 400 `invalid_request`",
                refusal(400, r#"{"error":"invalid_request"}"#),
            ),
            way(
                "with_status_200",
                Refuse,
                "answers 200 with an error",
                Edit::Json(|a, _| {
                    replace(
                        a,
                        json!({
                            "error": "invalid_grant", "error_description": "the provider was asked to answer so",
                        }),
                    );
                }),
            ),
        ],
    },
];

const fn refusal(status: u16, body: &'static str) -> Edit {
    Edit::Wire(Transport::answer(status, "application/json", body))
}

fn replace(answer: &mut Members, other: Value) {
    if let Value::Object(other) = other {
        *answer = other;
    }
}

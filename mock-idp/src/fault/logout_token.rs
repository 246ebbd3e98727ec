//! Faults of logout tokens (OIDCBC-2.4, OIDCBC-2.6).

use serde_json::{Value, json};

use super::Expected::{Accept, Either, Refuse, ShouldRefuse};
use super::claims::{Members, append, drop, set};
use super::{Context, Edit, Group, way};

const HOUR: i64 = 3_600;
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

pub(super) const GROUPS: &[Group] = &[
    Group {
        name: "iss",
        clause: "OIDCBC-2.6",
        rp: "answers 400 to a logout token of another issuer",
        values: &[
            way("wrong", Refuse, "appends `INVALID` to `iss`", edit(|c, _| append(c, "iss", "INVALID"))),
            way("missing", Refuse, "leaves `iss` out", edit(|c, _| drop(c, "iss"))),
        ],
    },
    Group {
        name: "aud",
        clause: "OIDCBC-2.6",
        rp: "answers 400 to a logout token for somebody else",
        values: &[
            way("wrong", Refuse, "appends `INVALID` to `aud`", edit(|c, _| append(c, "aud", "INVALID"))),
            way("missing", Refuse, "leaves `aud` out", edit(|c, _| drop(c, "aud"))),
            way(
                "array",
                Accept,
                "makes `aud` a list of the client alone",
                edit(|c, at| {
                    set(c, "aud", json!([at.client_id]));
                }),
            ),
        ],
    },
    Group {
        name: "iat",
        clause: "OIDCBC-2.6",
        rp: "answers 400 to a logout token without a time, or of another time",
        values: &[
            way("missing", Refuse, "leaves `iat` out", edit(|c, _| drop(c, "iat"))),
            way(
                "future",
                ShouldRefuse,
                "issues it tomorrow",
                edit(|c, at| {
                    set(c, "iat", at.now.plus(24 * HOUR).as_secs());
                }),
            ),
            way(
                "day_past",
                ShouldRefuse,
                "issued it a day ago",
                edit(|c, at| {
                    set(c, "iat", at.now.plus(-24 * HOUR).as_secs());
                }),
            ),
        ],
    },
    Group {
        name: "exp",
        clause: "OIDCBC-2.6",
        rp: "answers 400 to a logout token whose time is over",
        values: &[
            way(
                "past",
                Refuse,
                "lets it expire an hour ago",
                edit(|c, at| set(c, "exp", at.now.plus(-HOUR).as_secs())),
            ),
            way("missing", ShouldRefuse, "leaves `exp` out", edit(|c, _| drop(c, "exp"))),
        ],
    },
    Group {
        name: "jti",
        clause: "OIDCBC-2.4",
        rp: "answers 400 to a logout token without `jti`",
        values: &[way("missing", Refuse, "leaves `jti` out", edit(|c, _| drop(c, "jti")))],
    },
    Group {
        name: "events",
        clause: "OIDCBC-2.6",
        rp: "answers 400 unless `events` is an object with the logout event and an object as its value",
        values: &[
            way("missing", Refuse, "leaves `events` out", edit(|c, _| drop(c, "events"))),
            way(
                "wrong",
                Refuse,
                "names another event",
                edit(|c, _| {
                    set(c, "events", json!({ "http://schemas.openid.net/event/backchannel-other": {} }));
                }),
            ),
            way("text", Refuse, "makes `events` a text", edit(|c, _| set(c, "events", EVENT))),
            way("array", Refuse, "makes `events` a list", edit(|c, _| set(c, "events", json!([EVENT])))),
            way("empty", Refuse, "makes `events` an empty object", edit(|c, _| set(c, "events", json!({})))),
            way(
                "not_an_object",
                Refuse,
                "gives the event a text for a value",
                edit(|c, _| {
                    set(c, "events", json!({ (EVENT): "yes" }));
                }),
            ),
            way(
                "extra",
                Accept,
                "adds another event",
                edit(|c, _| {
                    set(c, "events", json!({ (EVENT): {}, "https://example.com/event": {} }));
                }),
            ),
        ],
    },
    Group {
        name: "nonce",
        clause: "OIDCBC-2.6",
        rp: "answers 400 to a logout token with a `nonce`: it could be an ID token",
        values: &[way("present", Refuse, "adds a `nonce`", edit(|c, _| set(c, "nonce", "a-nonce")))],
    },
    Group {
        name: "sid",
        clause: "OIDCBC-2.4",
        rp: "ends the session that is named, and no other",
        values: &[
            way(
                "missing",
                Either,
                "leaves `sid` out, so that all of the person's sessions end",
                edit(|c, _| drop(c, "sid")),
            ),
            way(
                "unknown",
                Refuse,
                "names a session that nobody knows",
                edit(|c, _| {
                    set(c, "sid", "unknown-session");
                }),
            ),
        ],
    },
    Group {
        name: "sub",
        clause: "OIDCBC-2.4",
        rp: "refuses a logout token that names nobody, or a person whose session this is not",
        values: &[
            way(
                "missing",
                Accept,
                "leaves `sub` out and names the session only",
                edit(|c, _| drop(c, "sub")),
            ),
            way(
                "somebody_else",
                Refuse,
                "names another person than the session is of",
                edit(|c, _| {
                    set(c, "sub", "somebody-else");
                }),
            ),
            way(
                "and_sid_missing",
                Refuse,
                "names neither a person nor a session",
                edit(|c, _| {
                    drop(c, "sub");
                    drop(c, "sid");
                }),
            ),
        ],
    },
    Group {
        name: "extra",
        clause: "OIDCBC-2.4",
        rp: "ignores claims that it does not know",
        values: &[way(
            "unknown",
            Accept,
            "adds claims that nobody knows",
            edit(|c, _| {
                set(c, "extra", json!({ "example_unknown": [1, Value::Null] }));
            }),
        )],
    },
];

const fn edit(edit: fn(&mut Members, &Context<'_>)) -> Edit {
    Edit::Json(edit)
}

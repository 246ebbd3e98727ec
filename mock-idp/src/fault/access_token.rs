//! Faults of access tokens that are JWTs (RFC 9068), for those who read them.

use serde_json::json;

use super::Expected::Refuse;
use super::claims::{append, drop, set};
use super::{Edit, Group, way};

pub(super) const GROUPS: &[Group] = &[
    Group {
        name: "iss",
        clause: "RFC9068-4",
        rp: "compares `iss` with the issuer, where it reads access tokens at all",
        values: &[
            way("wrong", Refuse, "appends `1` to `iss`", Edit::Json(|c, _| append(c, "iss", "1"))),
            way("missing", Refuse, "leaves `iss` out", Edit::Json(|c, _| drop(c, "iss"))),
        ],
    },
    Group {
        name: "aud",
        clause: "RFC9068-4",
        rp: "refuses an access token that is for somebody else",
        values: &[
            way(
                "wrong",
                Refuse,
                "names another audience",
                Edit::Json(|c, _| {
                    set(c, "aud", json!("https://stranger.example"));
                }),
            ),
            way("missing", Refuse, "leaves `aud` out", Edit::Json(|c, _| drop(c, "aud"))),
        ],
    },
    Group {
        name: "exp",
        clause: "RFC9068-4",
        rp: "refuses an access token whose time is over",
        values: &[
            way(
                "past",
                Refuse,
                "lets it expire an hour ago",
                Edit::Json(|c, at| {
                    set(c, "exp", at.now.plus(-3_600).as_secs());
                }),
            ),
            way("missing", Refuse, "leaves `exp` out", Edit::Json(|c, _| drop(c, "exp"))),
        ],
    },
    Group {
        name: "sub",
        clause: "RFC9068-2.2",
        rp: "notices that the access token is about somebody else than the ID token",
        values: &[
            way("wrong", Refuse, "appends `-other` to `sub`", Edit::Json(|c, _| append(c, "sub", "-other"))),
            way("missing", Refuse, "leaves `sub` out", Edit::Json(|c, _| drop(c, "sub"))),
        ],
    },
];

//! Faults of the ID token's claims (OIDCC-2, OIDCC-3.1.3.7).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::Expected::{Accept, Either, Refuse, ShouldRefuse};
use super::claims::{
    append, bend, drop, look_alike, other_case, other_port, other_scheme, seconds, set, shorter, text,
    upper_host,
};
use super::{Edit, Group, way};

const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;

pub(super) const GROUPS: &[Group] = &[
    Group {
        name: "iss",
        clause: "OIDCC-3.1.3.7-2",
        rp: "compares `iss` with the issuer character by character, and refuses",
        values: &[
            way("wrong", Refuse, "appends `1` to `iss`", Edit::Json(|c, _| append(c, "iss", "1"))),
            way("missing", Refuse, "leaves `iss` out", Edit::Json(|c, _| drop(c, "iss"))),
            way("empty", Refuse, "makes `iss` the empty text", Edit::Json(|c, _| set(c, "iss", ""))),
            way("null", Refuse, "makes `iss` null", Edit::Json(|c, _| set(c, "iss", Value::Null))),
            way(
                "array",
                Refuse,
                "puts `iss` into a list",
                Edit::Json(|c, _| {
                    let issuer = text(c, "iss");
                    set(c, "iss", json!([issuer]));
                }),
            ),
            way(
                "trailing_slash",
                Refuse,
                "adds a final slash to `iss`, or takes it away",
                Edit::Json(|c, _| {
                    bend(c, "iss", |iss| {
                        iss.strip_suffix('/').map_or_else(|| format!("{iss}/"), str::to_owned)
                    });
                }),
            ),
            way(
                "scheme",
                Refuse,
                "writes http for https in `iss`, or https for http",
                Edit::Json(|c, _| {
                    bend(c, "iss", other_scheme);
                }),
            ),
            way("port", Refuse, "gives `iss` another port", Edit::Json(|c, _| bend(c, "iss", other_port))),
            way(
                "upper_case",
                Refuse,
                "writes the host of `iss` in capitals",
                Edit::Json(|c, _| {
                    bend(c, "iss", upper_host);
                }),
            ),
            way(
                "prefix",
                Refuse,
                "takes the last character of `iss` away",
                Edit::Json(|c, _| bend(c, "iss", shorter)),
            ),
            way(
                "longer_path",
                Refuse,
                "appends a path segment to `iss`",
                Edit::Json(|c, _| append(c, "iss", "/evil")),
            ),
            way(
                "look_alike",
                Refuse,
                "replaces a letter of `iss` by one that looks like it",
                Edit::Json(|c, _| {
                    bend(c, "iss", look_alike);
                }),
            ),
            way(
                "attacker",
                Refuse,
                "makes `iss` the attacker's issuer",
                Edit::Json(|c, at| {
                    set(c, "iss", at.attacker.issuer.clone());
                }),
            ),
            way(
                "honest",
                Refuse,
                "makes `iss` the honest issuer, under the attacker's signature",
                Edit::Json(|c, at| {
                    set(c, "iss", at.attacker.honest.clone());
                }),
            ),
        ],
    },
    Group {
        name: "sub",
        clause: "OIDCC-2",
        rp: "takes a `sub` only if it is a text of at most 255 ASCII characters, and never takes null for a user",
        values: &[
            way("missing", Refuse, "leaves `sub` out", Edit::Json(|c, _| drop(c, "sub"))),
            way("wrong", Refuse, "appends `-other` to `sub`", Edit::Json(|c, _| append(c, "sub", "-other"))),
            way("empty", Refuse, "makes `sub` the empty text", Edit::Json(|c, _| set(c, "sub", ""))),
            way("null", Refuse, "makes `sub` null", Edit::Json(|c, _| set(c, "sub", Value::Null))),
            way("number", Refuse, "makes `sub` a number", Edit::Json(|c, _| set(c, "sub", 1001))),
            way(
                "array",
                Refuse,
                "puts `sub` into a list",
                Edit::Json(|c, _| {
                    let subject = text(c, "sub");
                    set(c, "sub", json!([subject]));
                }),
            ),
            way(
                "too_long",
                Refuse,
                "makes `sub` 256 characters long",
                Edit::Json(|c, _| {
                    set(c, "sub", "x".repeat(256));
                }),
            ),
            way(
                "leading_space",
                Either,
                "puts a space before `sub`",
                Edit::Json(|c, _| {
                    bend(c, "sub", |sub| format!(" {sub}"));
                }),
            ),
            way(
                "nul",
                Either,
                "puts a NUL character into `sub`",
                Edit::Json(|c, _| append(c, "sub", "\0admin")),
            ),
        ],
    },
    Group {
        name: "aud",
        clause: "OIDCC-3.1.3.7-3",
        rp: "refuses unless its own client id is an audience and every other audience is trusted",
        values: &[
            way("wrong", Refuse, "appends `1` to each audience", Edit::Json(|c, _| append(c, "aud", "1"))),
            way("missing", Refuse, "leaves `aud` out", Edit::Json(|c, _| drop(c, "aud"))),
            way("empty", Refuse, "makes `aud` the empty text", Edit::Json(|c, _| set(c, "aud", ""))),
            way(
                "empty_array",
                Refuse,
                "makes `aud` an empty list",
                Edit::Json(|c, _| set(c, "aud", json!([]))),
            ),
            way("number", Refuse, "makes `aud` a number", Edit::Json(|c, _| set(c, "aud", 1))),
            way(
                "object",
                Refuse,
                "makes `aud` an object",
                Edit::Json(|c, at| {
                    set(c, "aud", json!({ (at.client_id): true }));
                }),
            ),
            way(
                "prefix",
                Refuse,
                "takes the last character of the audience away",
                Edit::Json(|c, _| {
                    bend(c, "aud", shorter);
                }),
            ),
            way(
                "other_case",
                Refuse,
                "swaps capitals and small letters of the audience",
                Edit::Json(|c, _| {
                    bend(c, "aud", other_case);
                }),
            ),
            way(
                "with_stranger",
                Refuse,
                "adds an audience that nobody trusts, without `azp`",
                Edit::Json(|c, at| {
                    set(c, "aud", json!([at.client_id, "https://stranger.example"]));
                }),
            ),
            way(
                "array",
                Accept,
                "makes `aud` a list of the client alone",
                Edit::Json(|c, at| {
                    set(c, "aud", json!([at.client_id]));
                }),
            ),
        ],
    },
    Group {
        name: "azp",
        clause: "OIDCC-3.1.3.7-5",
        rp: "compares an `azp` that is there with its own client id",
        values: &[
            way(
                "wrong",
                ShouldRefuse,
                "names another client in `azp`",
                Edit::Json(|c, _| {
                    set(c, "azp", "another-client");
                }),
            ),
            way(
                "client",
                Accept,
                "names the client in `azp` beside a single audience",
                Edit::Json(|c, at| {
                    set(c, "azp", at.client_id);
                }),
            ),
        ],
    },
    Group {
        name: "exp",
        clause: "OIDCC-3.1.3.7-9",
        rp: "refuses a token whose time is over, with a leeway of at most a few minutes",
        values: &[
            way(
                "past",
                Refuse,
                "lets the token expire an hour ago",
                Edit::Json(|c, at| expired(c, at.now, HOUR)),
            ),
            way("missing", Refuse, "leaves `exp` out", Edit::Json(|c, _| drop(c, "exp"))),
            way(
                "past_5s",
                Either,
                "lets the token expire 5 seconds ago",
                Edit::Json(|c, at| expired(c, at.now, 5)),
            ),
            way(
                "past_30s",
                Either,
                "lets the token expire 30 seconds ago",
                Edit::Json(|c, at| expired(c, at.now, 30)),
            ),
            way(
                "past_120s",
                Either,
                "lets the token expire 2 minutes ago",
                Edit::Json(|c, at| expired(c, at.now, 120)),
            ),
            way(
                "past_300s",
                ShouldRefuse,
                "lets the token expire 5 minutes ago",
                Edit::Json(|c, at| {
                    expired(c, at.now, 300);
                }),
            ),
            way(
                "past_900s",
                ShouldRefuse,
                "lets the token expire 15 minutes ago",
                Edit::Json(|c, at| {
                    expired(c, at.now, 900);
                }),
            ),
            way(
                "text",
                Refuse,
                "makes `exp` a text",
                Edit::Json(|c, _| {
                    let exp = seconds(c, "exp").to_string();
                    set(c, "exp", exp);
                }),
            ),
            way(
                "fraction",
                Either,
                "gives `exp` a fraction",
                Edit::Json(|c, at| {
                    set(c, "exp", json!(seconds_ahead(at.now, 300) + 0.5));
                }),
            ),
            way("negative", Refuse, "makes `exp` negative", Edit::Json(|c, _| set(c, "exp", -1))),
            way("null", Refuse, "makes `exp` null", Edit::Json(|c, _| set(c, "exp", Value::Null))),
            way(
                "milliseconds",
                Either,
                "counts `exp` in milliseconds",
                Edit::Json(|c, _| {
                    let exp = seconds(c, "exp").saturating_mul(1_000);
                    set(c, "exp", exp);
                }),
            ),
        ],
    },
    Group {
        name: "iat",
        clause: "OIDCC-3.1.3.7-10",
        rp: "wants `iat` as a number, and refuses one that is far in the future",
        values: &[
            way("missing", Refuse, "leaves `iat` out", Edit::Json(|c, _| drop(c, "iat"))),
            way(
                "future_hour",
                ShouldRefuse,
                "issues the token in an hour",
                Edit::Json(|c, at| {
                    set(c, "iat", at.now.plus(HOUR).as_secs());
                }),
            ),
            way(
                "future_day",
                ShouldRefuse,
                "issues the token tomorrow",
                Edit::Json(|c, at| {
                    set(c, "iat", at.now.plus(DAY).as_secs());
                }),
            ),
            way(
                "week_past",
                Either,
                "issued the token a week ago",
                Edit::Json(|c, at| {
                    set(c, "iat", at.now.plus(-7 * DAY).as_secs());
                }),
            ),
            way(
                "text",
                Refuse,
                "makes `iat` a text",
                Edit::Json(|c, _| {
                    let iat = seconds(c, "iat").to_string();
                    set(c, "iat", iat);
                }),
            ),
            way("null", Refuse, "makes `iat` null", Edit::Json(|c, _| set(c, "iat", Value::Null))),
            way("negative", Refuse, "makes `iat` negative", Edit::Json(|c, _| set(c, "iat", -1))),
        ],
    },
    Group {
        name: "nbf",
        clause: "RFC7519-4.1.5",
        rp: "does not take a token before its time",
        values: &[way(
            "future",
            ShouldRefuse,
            "makes the token good from tomorrow on",
            Edit::Json(|c, at| {
                set(c, "nbf", at.now.plus(DAY).as_secs());
            }),
        )],
    },
    Group {
        name: "nonce",
        clause: "OIDCC-3.1.3.7-11",
        rp: "compares `nonce` with the one of its own request, and refuses",
        values: &[
            way(
                "wrong",
                Refuse,
                "appends `1` to `nonce`",
                Edit::Json(|c, _| {
                    let nonce = c.get("nonce").and_then(Value::as_str).unwrap_or("null").to_owned();
                    set(c, "nonce", format!("{nonce}1"));
                }),
            ),
            way("missing", Refuse, "leaves `nonce` out", Edit::Json(|c, _| drop(c, "nonce"))),
            way("empty", Refuse, "makes `nonce` the empty text", Edit::Json(|c, _| set(c, "nonce", ""))),
            way(
                "other_case",
                Refuse,
                "swaps capitals and small letters of `nonce`",
                Edit::Json(|c, _| {
                    bend(c, "nonce", other_case);
                }),
            ),
            way(
                "array",
                Refuse,
                "puts `nonce` into a list",
                Edit::Json(|c, _| {
                    let nonce = text(c, "nonce");
                    set(c, "nonce", json!([nonce]));
                }),
            ),
            way(
                "previous",
                Refuse,
                "uses the `nonce` of the client's login before",
                Edit::Json(|c, at| {
                    set(c, "nonce", at.previous.nonce.clone());
                }),
            ),
            way(
                "unasked",
                Either,
                "sends a `nonce` although none was asked for",
                Edit::Json(|c, _| {
                    c.entry("nonce").or_insert_with(|| "unasked".into());
                }),
            ),
        ],
    },
    Group {
        name: "auth_time",
        clause: "OIDCC-3.1.3.7-13",
        rp: "refuses, or asks the person to sign in again, when the sign-in is older than the `max_age` it sent",
        values: &[
            way("missing", Refuse, "leaves `auth_time` out", Edit::Json(|c, _| drop(c, "auth_time"))),
            way(
                "old",
                Refuse,
                "says that the person signed in a day ago",
                Edit::Json(|c, at| {
                    set(c, "auth_time", at.now.plus(-DAY).as_secs());
                }),
            ),
            way(
                "future",
                Refuse,
                "says that the person will sign in tomorrow",
                Edit::Json(|c, at| {
                    set(c, "auth_time", at.now.plus(DAY).as_secs());
                }),
            ),
            way(
                "text",
                Refuse,
                "makes `auth_time` a text",
                Edit::Json(|c, _| {
                    let time = seconds(c, "auth_time").to_string();
                    set(c, "auth_time", time);
                }),
            ),
        ],
    },
    Group {
        name: "acr",
        clause: "OIDCC-3.1.3.7-12",
        rp: "checks that an `acr` it asked for as essential is one of those that it named",
        values: &[
            way("missing", ShouldRefuse, "leaves `acr` out", Edit::Json(|c, _| drop(c, "acr"))),
            way(
                "wrong",
                ShouldRefuse,
                "states an `acr` that nobody asked for",
                Edit::Json(|c, _| {
                    set(c, "acr", "urn:example:none");
                }),
            ),
        ],
    },
    Group {
        name: "at_hash",
        clause: "OIDCC-3.2.2.9",
        rp: "compares `at_hash` with the access token from the authorization endpoint, and refuses",
        values: &[
            way("wrong", Refuse, "appends `1` to `at_hash`", Edit::Json(|c, _| append(c, "at_hash", "1"))),
            way("missing", Refuse, "leaves `at_hash` out", Edit::Json(|c, _| drop(c, "at_hash"))),
            way(
                "other_token",
                Refuse,
                "hashes another access token",
                Edit::Json(|c, _| {
                    bend(c, "at_hash", |_| hash_of("another-access-token", ..16));
                }),
            ),
            way(
                "right_half",
                Refuse,
                "takes the right half of a hash",
                Edit::Json(|c, _| {
                    bend(c, "at_hash", |_| hash_of("another-access-token", 16..));
                }),
            ),
            way(
                "whole",
                Refuse,
                "takes a whole hash instead of half of it",
                Edit::Json(|c, _| {
                    bend(c, "at_hash", |_| hash_of("another-access-token", ..));
                }),
            ),
            way(
                "padded",
                ShouldRefuse,
                "pads `at_hash` with `==`",
                Edit::Json(|c, _| append(c, "at_hash", "==")),
            ),
        ],
    },
    Group {
        name: "c_hash",
        clause: "OIDCC-3.3.2.10",
        rp: "compares `c_hash` with the code before it redeems it, and refuses",
        values: &[
            way("wrong", Refuse, "appends `1` to `c_hash`", Edit::Json(|c, _| append(c, "c_hash", "1"))),
            way("missing", Refuse, "leaves `c_hash` out", Edit::Json(|c, _| drop(c, "c_hash"))),
            way(
                "other_code",
                Refuse,
                "hashes another code",
                Edit::Json(|c, _| {
                    bend(c, "c_hash", |_| hash_of("another-code", ..16));
                }),
            ),
            way(
                "right_half",
                Refuse,
                "takes the right half of a hash",
                Edit::Json(|c, _| {
                    bend(c, "c_hash", |_| hash_of("another-code", 16..));
                }),
            ),
        ],
    },
    Group {
        name: "email_verified",
        clause: "OIDCC-5.7",
        rp: "links nobody to an account by an email address that is not verified",
        values: &[
            way(
                "text_false",
                ShouldRefuse,
                "makes `email_verified` the text `false`",
                Edit::Json(|c, _| {
                    set(c, "email_verified", "false");
                }),
            ),
            way(
                "zero",
                ShouldRefuse,
                "makes `email_verified` the number 0",
                Edit::Json(|c, _| set(c, "email_verified", 0)),
            ),
            way(
                "missing",
                ShouldRefuse,
                "leaves `email_verified` out",
                Edit::Json(|c, _| drop(c, "email_verified")),
            ),
        ],
    },
    Group {
        name: "name",
        clause: "OIDCC-5.1",
        rp: "shows claims as text and never as markup",
        values: &[
            way(
                "script",
                Accept,
                "puts a script element into `name`",
                Edit::Json(|c, _| {
                    set(c, "name", "<script>alert('needle')</script><img src=x onerror=alert(1)>");
                }),
            ),
            way(
                "line_breaks",
                Accept,
                "puts line breaks and a header into `name`",
                Edit::Json(|c, _| {
                    set(c, "name", "Ada\r\nSet-Cookie: needle=1");
                }),
            ),
            way(
                "quotes",
                Accept,
                "puts SQL into `name`",
                Edit::Json(|c, _| {
                    set(c, "name", "Robert'); DROP TABLE users;--");
                }),
            ),
            way(
                "right_to_left",
                Accept,
                "writes `name` from right to left, with emoji",
                Edit::Json(|c, _| {
                    set(c, "name", "\u{202e}\u{1f469}\u{200d}\u{1f680} \u{5d0}\u{5d3}\u{5d4}");
                }),
            ),
        ],
    },
    Group {
        name: "picture",
        clause: "OIDCC-5.1",
        rp: "puts no address of another scheme than https or http into a page",
        values: &[way(
            "script",
            Accept,
            "makes `picture` a `javascript:` address",
            Edit::Json(|c, _| {
                set(c, "picture", "javascript:alert('needle')");
            }),
        )],
    },
    Group {
        name: "extra",
        clause: "OIDCC-2",
        rp: "ignores claims that it does not know",
        values: &[
            way(
                "unknown",
                Accept,
                "adds claims that nobody knows",
                Edit::Json(|c, _| {
                    set(c, "extra", json!({ "nested": [1, null, { "deep": true }] }));
                }),
            ),
            way(
                "long",
                Accept,
                "adds a claim of 4,000 characters",
                Edit::Json(|c, _| set(c, "extra", "x".repeat(4_000))),
            ),
            way(
                "prototype",
                Either,
                "adds `__proto__` and `constructor`",
                Edit::Json(|c, _| {
                    set(c, "__proto__", json!({ "admin": true }));
                    set(c, "constructor", json!({ "prototype": { "admin": true } }));
                }),
            ),
            way(
                "kb_16",
                Either,
                "adds a claim of 16 kB",
                Edit::Json(|c, _| set(c, "extra", "x".repeat(16_000))),
            ),
            way(
                "kb_64",
                Either,
                "adds a claim of 64 kB",
                Edit::Json(|c, _| set(c, "extra", "x".repeat(64_000))),
            ),
            way(
                "mb_1",
                Either,
                "adds a claim of 1 MB",
                Edit::Json(|c, _| set(c, "extra", "x".repeat(1_000_000))),
            ),
            way(
                "mb_10",
                Either,
                "adds a claim of 10 MB",
                Edit::Json(|c, _| set(c, "extra", "x".repeat(10_000_000))),
            ),
            way(
                "many",
                Either,
                "adds 10,000 claims in a list",
                Edit::Json(|c, _| {
                    set(
                        c,
                        "extra",
                        (0..10_000).map(|number| json!(format!("claim-{number}"))).collect::<Value>(),
                    );
                }),
            ),
        ],
    },
];

/// Lets a token expire so long ago, and lets it be issued before that.
fn expired(claims: &mut super::claims::Members, now: crate::protocol::Timestamp, ago: i64) {
    set(claims, "exp", now.plus(-ago).as_secs());
}

#[expect(clippy::cast_precision_loss, reason = "seconds of our centuries fit into the 52 bits")]
fn seconds_ahead(now: crate::protocol::Timestamp, ahead: i64) -> f64 {
    now.plus(ahead).as_secs() as f64
}

/// A part of the SHA-256 of a text, as base64url.
fn hash_of(text: &str, part: impl std::slice::SliceIndex<[u8], Output = [u8]>) -> String {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text.as_bytes());
    URL_SAFE_NO_PAD.encode(digest.as_ref().get(part).unwrap_or_default())
}

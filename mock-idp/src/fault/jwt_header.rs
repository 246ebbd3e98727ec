//! Faults of the JOSE header (RFC7515-4).

use serde_json::{Value, json};

use super::Expected::{Accept, Either, Refuse, ShouldRefuse};
use super::claims::{Members, drop, set};
use super::jwt::JwsEdit;
use super::jwt_key::{SigningWith, strangers_own};
use super::{Context, Edit, Group, way};
use crate::protocol::keys::stranger_certificate;

pub(super) const GROUPS: &[Group] = &[
    Group {
        name: "alg",
        clause: "RFC7515-4.1.1",
        rp: "takes only the algorithm that it registered, spelt exactly so",
        values: &[
            way("none", Refuse, "sends the token unsigned, with `alg` `none`", unsigned(|_, _| {})),
            way(
                "None",
                Refuse,
                "sends the token unsigned, with `alg` `None`",
                unsigned(|h, _| set(h, "alg", "None")),
            ),
            way(
                "NONE",
                Refuse,
                "sends the token unsigned, with `alg` `NONE`",
                unsigned(|h, _| set(h, "alg", "NONE")),
            ),
            way(
                "nOnE",
                Refuse,
                "sends the token unsigned, with `alg` `nOnE`",
                unsigned(|h, _| set(h, "alg", "nOnE")),
            ),
            way(
                "none_space",
                Refuse,
                "sends the token unsigned, with a space after `none`",
                unsigned(|h, _| {
                    set(h, "alg", "none ");
                }),
            ),
            way(
                "none_with_signature",
                Refuse,
                "says `none` and signs with a stranger's key",
                stranger(|h, _| {
                    set(h, "alg", "none");
                }),
            ),
            way("missing", Refuse, "leaves `alg` out", header(|h, _| drop(h, "alg"))),
            way("null", Refuse, "makes `alg` null", header(|h, _| set(h, "alg", Value::Null))),
            way("number", Refuse, "makes `alg` a number", header(|h, _| set(h, "alg", 256))),
            way(
                "array",
                Refuse,
                "puts `alg` into a list",
                header(|h, _| {
                    let alg = h.get("alg").cloned().unwrap_or_default();
                    set(h, "alg", json!([alg]));
                }),
            ),
            way(
                "object",
                Refuse,
                "makes `alg` an object",
                header(|h, _| set(h, "alg", json!({ "RS256": true }))),
            ),
        ],
    },
    Group {
        name: "kid",
        clause: "RFC7515-4.1.4",
        rp: "looks the key up by an exact match among the published keys, asks for them once more, and refuses",
        values: &[
            way("missing", Accept, "leaves `kid` out of an honest token", header(|h, _| drop(h, "kid"))),
            way(
                "unknown",
                Refuse,
                "names a key that was never published, and signs with it",
                stranger(|h, _| {
                    set(h, "kid", "never-published");
                }),
            ),
            way(
                "fresh",
                Refuse,
                "names another unknown key each time",
                stranger(|h, at| {
                    set(h, "kid", format!("unknown-{}", at.serial));
                }),
            ),
            way(
                "number",
                Refuse,
                "makes `kid` a number, signed by a stranger",
                stranger(|h, _| set(h, "kid", 1)),
            ),
            way(
                "array",
                Refuse,
                "puts `kid` into a list, signed by a stranger",
                stranger(|h, _| {
                    let kid = h.get("kid").cloned().unwrap_or_default();
                    set(h, "kid", json!([kid]));
                }),
            ),
            way(
                "object",
                Refuse,
                "makes `kid` an object, signed by a stranger",
                stranger(|h, _| {
                    set(h, "kid", json!({ "$ne": null }));
                }),
            ),
            way(
                "null",
                Refuse,
                "makes `kid` null, signed by a stranger",
                stranger(|h, _| set(h, "kid", Value::Null)),
            ),
            way(
                "relative_path",
                Refuse,
                "makes `kid` a path",
                stranger(|h, _| set(h, "kid", "../../../../dev/null")),
            ),
            way(
                "absolute_path",
                Refuse,
                "makes `kid` an absolute path",
                stranger(|h, _| set(h, "kid", "/dev/null")),
            ),
            way(
                "url",
                Refuse,
                "makes `kid` an address of the trap",
                stranger(|h, at| {
                    set(h, "kid", at.trap("/jwks.json"));
                }),
            ),
            way(
                "sql",
                Refuse,
                "puts SQL into `kid`",
                stranger(|h, _| {
                    set(h, "kid", "x' UNION SELECT 'secret' -- ");
                }),
            ),
            way(
                "nul",
                Refuse,
                "puts a NUL character into `kid`",
                stranger(|h, _| set(h, "kid", "rs256-key\0")),
            ),
            way(
                "line_break",
                Refuse,
                "puts a line break into `kid`",
                stranger(|h, _| {
                    set(h, "kid", "rs256-key\r\nSet-Cookie: needle=1");
                }),
            ),
            way("huge", Refuse, "makes `kid` 64 kB long", stranger(|h, _| set(h, "kid", "k".repeat(64_000)))),
            way(
                "jwk_text",
                Refuse,
                "puts a whole key into `kid`",
                stranger(|h, _| {
                    set(h, "kid", strangers_jwk().to_string());
                }),
            ),
        ],
    },
    Group {
        name: "jwk",
        clause: "RFC7515-4.1.3",
        rp: "never takes a key out of the token that it is to verify",
        values: &[
            way(
                "attacker",
                Refuse,
                "brings the attacker's key along in `jwk`",
                own_key(|h, _| {
                    set(h, "jwk", strangers_jwk());
                }),
            ),
            way(
                "with_addresses",
                Refuse,
                "hides `jku` and `x5u` inside `jwk`",
                own_key(|h, at| {
                    let mut jwk = strangers_jwk();
                    if let Some(members) = jwk.as_object_mut() {
                        set(members, "jku", at.trap("/jwks.json"));
                        set(members, "x5u", at.trap("/certificate.pem"));
                    }
                    set(h, "jwk", jwk);
                }),
            ),
        ],
    },
    Group {
        name: "jku",
        clause: "RFC7515-4.1.2",
        rp: "never asks an address in the token for keys",
        values: &[
            way(
                "attacker",
                Refuse,
                "names the attacker's key set in `jku`",
                own_key(|h, at| {
                    set(h, "jku", at.trap("/jwks.json"));
                }),
            ),
            way(
                "bad_and_good",
                Refuse,
                "names the attacker's and the honest key set",
                own_key(|h, at| {
                    set(h, "jku", json!([at.trap("/jwks.json"), format!("{}/jwks", at.issuer)]));
                }),
            ),
            way(
                "good_and_bad",
                Refuse,
                "names the honest and the attacker's key set",
                own_key(|h, at| {
                    set(h, "jku", json!([format!("{}/jwks", at.issuer), at.trap("/jwks.json")]));
                }),
            ),
        ],
    },
    Group {
        name: "x5u",
        clause: "RFC7515-4.1.5",
        rp: "never asks an address in the token for certificates",
        values: &[way(
            "attacker",
            Refuse,
            "names the attacker's certificate in `x5u`",
            own_key(|h, at| {
                set(h, "x5u", at.trap("/certificate.pem"));
            }),
        )],
    },
    Group {
        name: "x5c",
        clause: "RFC7515-4.1.6",
        rp: "never trusts a certificate for being in the token",
        values: &[
            way(
                "self_signed",
                Refuse,
                "brings the attacker's own certificate along in `x5c`",
                own_key(|h, _| {
                    set(h, "x5c", json!([stranger_certificate()]));
                }),
            ),
            way(
                "twice",
                Refuse,
                "brings it along as a chain of two",
                own_key(|h, _| {
                    set(h, "x5c", json!([stranger_certificate(), stranger_certificate()]));
                }),
            ),
        ],
    },
    Group {
        name: "crit",
        clause: "RFC7515-4.1.11",
        rp: "refuses a token with a critical extension that it does not know",
        values: &[
            way(
                "unknown",
                Refuse,
                "makes an unknown extension critical",
                header(|h, _| {
                    set(h, "crit", json!(["https://example.com/needed"]));
                    set(h, "https://example.com/needed", true);
                }),
            ),
            way(
                "empty",
                Refuse,
                "makes an empty list of extensions critical",
                header(|h, _| set(h, "crit", json!([]))),
            ),
            way(
                "alg",
                Refuse,
                "makes `alg` critical, which is no extension",
                header(|h, _| {
                    set(h, "crit", json!(["alg"]));
                }),
            ),
        ],
    },
    Group {
        name: "b64",
        clause: "RFC7797-6",
        rp: "refuses `b64` without `crit`, or does not know either",
        values: &[
            way(
                "false",
                ShouldRefuse,
                "says that the payload is not encoded",
                header(|h, _| set(h, "b64", false)),
            ),
            way(
                "false_critical",
                Refuse,
                "says so, and makes it critical",
                header(|h, _| {
                    set(h, "b64", false);
                    set(h, "crit", json!(["b64"]));
                }),
            ),
        ],
    },
    Group {
        name: "typ",
        clause: "RFC8725-3.11",
        rp: "tells kinds of tokens apart",
        values: &[
            way("missing", Accept, "leaves `typ` out", header(|h, _| drop(h, "typ"))),
            way("JWT", Accept, "says only that this is a JWT", header(|h, _| set(h, "typ", "JWT"))),
            way(
                "at+jwt",
                ShouldRefuse,
                "says that this is an access token",
                header(|h, _| set(h, "typ", "at+jwt")),
            ),
            way(
                "logout+jwt",
                Either,
                "says that this is a logout token",
                header(|h, _| {
                    set(h, "typ", "logout+jwt");
                }),
            ),
        ],
    },
    Group {
        name: "replicated",
        clause: "RFC7519-5.3",
        rp: "reads claims from the payload only, or refuses a header that contradicts it",
        values: &[way(
            "other_values",
            Either,
            "copies `iss`, `sub` and `aud` into the header with other values",
            header(|h, at| {
                set(h, "iss", at.attacker.issuer.clone());
                set(h, "sub", "somebody-else");
                set(h, "aud", "another-client");
            }),
        )],
    },
];

const fn header(edit: fn(&mut Members, &Context<'_>)) -> Edit {
    Edit::Jws(JwsEdit::header(edit))
}

const fn unsigned(edit: fn(&mut Members, &Context<'_>)) -> Edit {
    Edit::Jws(JwsEdit::header_with(SigningWith::Nothing, edit))
}

const fn stranger(edit: fn(&mut Members, &Context<'_>)) -> Edit {
    Edit::Jws(JwsEdit::header_with(SigningWith::Stranger, edit))
}

/// A stranger's key under its own key id, which only the header knows.
const fn own_key(edit: fn(&mut Members, &Context<'_>)) -> Edit {
    Edit::Jws(JwsEdit::header_with(SigningWith::StrangerByName, edit))
}

fn strangers_jwk() -> Value {
    strangers_own().map(|key| key.public_jwk()).unwrap_or_default()
}

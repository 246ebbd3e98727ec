//! Faults that no JSON writer can make: members twice, bytes that are not JSON (RFC7519-4, RFC8259-4).

use serde_json::{Value, json};

use super::Expected::{Refuse, ShouldRefuse};
use super::jwt::JwsEdit;
use super::{Edit, Group, way};

pub(super) const GROUPS: &[Group] = &[
    Group {
        name: "duplicate",
        clause: "RFC7519-4",
        rp: "refuses members that are there twice, or takes the last, everywhere by the same parser",
        values: &[
            way(
                "iss_last",
                ShouldRefuse,
                "adds the attacker's `iss` behind the honest one",
                claims(|text, at| last(text, "iss", &json!(at.attacker.issuer))),
            ),
            way(
                "iss_first",
                ShouldRefuse,
                "puts the attacker's `iss` before the honest one",
                claims(|text, at| first(text, "iss", &json!(at.attacker.issuer))),
            ),
            way(
                "sub_last",
                ShouldRefuse,
                "adds another `sub` behind the honest one",
                claims(|text, _| last(text, "sub", &json!("somebody-else"))),
            ),
            way(
                "sub_first",
                ShouldRefuse,
                "puts another `sub` before the honest one",
                claims(|text, _| first(text, "sub", &json!("somebody-else"))),
            ),
            way(
                "aud_last",
                ShouldRefuse,
                "adds another `aud` behind the honest one",
                claims(|text, _| last(text, "aud", &json!("another-client"))),
            ),
            way(
                "aud_first",
                ShouldRefuse,
                "puts another `aud` before the honest one",
                claims(|text, _| first(text, "aud", &json!("another-client"))),
            ),
            way(
                "nonce_last",
                ShouldRefuse,
                "adds another `nonce` behind the honest one",
                claims(|text, _| last(text, "nonce", &json!("another-nonce"))),
            ),
            way(
                "nonce_first",
                ShouldRefuse,
                "puts another `nonce` before the honest one",
                claims(|text, _| first(text, "nonce", &json!("another-nonce"))),
            ),
            way(
                "exp_last",
                ShouldRefuse,
                "adds an `exp` of the past behind the honest one",
                claims(|text, at| last(text, "exp", &json!(at.now.plus(-3_600).as_secs()))),
            ),
            way(
                "exp_first",
                ShouldRefuse,
                "puts an `exp` of the past before the honest one",
                claims(|text, at| first(text, "exp", &json!(at.now.plus(-3_600).as_secs()))),
            ),
            way(
                "alg_last",
                ShouldRefuse,
                "adds `alg` `none` behind the honest one in the header",
                head(|text, _| last(text, "alg", &json!("none"))),
            ),
            way(
                "alg_first",
                ShouldRefuse,
                "puts `alg` `none` before the honest one in the header",
                head(|text, _| first(text, "alg", &json!("none"))),
            ),
            way(
                "kid_last",
                ShouldRefuse,
                "adds an unknown `kid` behind the honest one",
                head(|text, _| last(text, "kid", &json!("never-published"))),
            ),
            way(
                "sub_escaped",
                ShouldRefuse,
                "adds another `sub`, spelt with an escape",
                claims(|text, _| spliced(text, &format!(",\"\\u0073ub\":{}}}", json!("somebody-else")))),
            ),
        ],
    },
    Group {
        name: "payload",
        clause: "RFC7519-7.2",
        rp: "refuses what is not a JSON object in UTF-8",
        values: &[
            way(
                "array",
                Refuse,
                "sends the claims in a list",
                claims(|text, _| format!("[{text}]").into_bytes()),
            ),
            way(
                "text",
                Refuse,
                "sends the claims as a text",
                claims(|text, _| json!(text).to_string().into_bytes()),
            ),
            way("null", Refuse, "sends null", claims(|_, _| b"null".to_vec())),
            way(
                "invalid_utf8",
                Refuse,
                "adds a claim that is not UTF-8",
                claims(|text, _| {
                    let mut bytes = text.trim_end_matches('}').as_bytes().to_vec();
                    bytes.extend_from_slice(b",\"name\":\"\xc3\x28\"}");
                    bytes
                }),
            ),
            way(
                "byte_order_mark",
                Refuse,
                "puts a byte order mark first",
                claims(|text, _| format!("\u{feff}{text}").into_bytes()),
            ),
            way(
                "trailing_bytes",
                Refuse,
                "adds text after the object",
                claims(|text, _| format!("{text}{{\"sub\":\"somebody-else\"}}").into_bytes()),
            ),
            way("comment", Refuse, "adds a comment", claims(|text, _| spliced(text, "/* a comment */}"))),
            way(
                "nan",
                Refuse,
                "adds a number that is none",
                claims(|text, _| spliced(text, ",\"extra\":NaN}")),
            ),
            way(
                "huge_exp",
                Refuse,
                "adds a second `exp` of 1e400",
                claims(|text, _| spliced(text, ",\"exp\":1e400}")),
            ),
            way(
                "deep",
                Refuse,
                "nests a claim 10,000 deep",
                claims(|text, _| {
                    spliced(text, &format!(",\"extra\":{}{}}}", "[".repeat(10_000), "]".repeat(10_000)))
                }),
            ),
        ],
    },
    Group {
        name: "serialization",
        clause: "RFC7515-2",
        rp: "takes a compact token in base64url without padding",
        values: &[
            way(
                "padded",
                Refuse,
                "pads each part with `=`",
                Edit::Jws(JwsEdit::compact(|token, _| {
                    token.split('.').map(|part| format!("{part}=")).collect::<Vec<_>>().join(".")
                })),
            ),
            way(
                "spaces",
                Refuse,
                "puts a space into each part",
                Edit::Jws(JwsEdit::compact(|token, _| {
                    token.split('.').map(|part| format!("{part} ")).collect::<Vec<_>>().join(".")
                })),
            ),
            way(
                "standard_alphabet",
                Refuse,
                "uses `+` and `/` of ordinary base64",
                Edit::Jws(JwsEdit::compact(|token, _| token.replace('-', "+").replace('_', "/"))),
            ),
            way(
                "json",
                Refuse,
                "sends the JSON form of a JWS",
                Edit::Jws(JwsEdit::compact(|token, _| {
                    let mut parts = token.split('.');
                    let (header, payload, signature) = (parts.next(), parts.next(), parts.next());
                    json!({ "protected": header, "payload": payload, "signature": signature }).to_string()
                })),
            ),
        ],
    },
];

const fn claims(edit: super::jwt::TextEdit) -> Edit {
    Edit::Jws(JwsEdit::claims_text(edit))
}

const fn head(edit: super::jwt::TextEdit) -> Edit {
    Edit::Jws(JwsEdit::header_text(edit))
}

/// Adds a member at the end of an object.
pub(super) fn last(text: &str, name: &str, value: &Value) -> Vec<u8> {
    spliced(text, &format!(",{}:{value}}}", json!(name)))
}

/// Adds a member at the beginning of an object.
pub(super) fn first(text: &str, name: &str, value: &Value) -> Vec<u8> {
    let rest = text.strip_prefix('{').unwrap_or(text);
    format!("{{{}:{value},{rest}", json!(name)).into_bytes()
}

/// Writes something in place of the last brace.
fn spliced(text: &str, end: &str) -> Vec<u8> {
    format!("{}{end}", text.strip_suffix('}').unwrap_or(text)).into_bytes()
}

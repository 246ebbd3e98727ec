//! Faults of the discovery document (OIDCD-3, OIDCD-4.3).

use serde_json::json;

use super::Expected::{Accept, Either, Refuse, ShouldRefuse};
use super::claims::{Members, append, bend, drop, other_port, other_scheme, set, text, upper_host};
use super::json_text::last;
use super::{Context, Edit, Group, way};

pub(super) const GROUPS: &[Group] = &[
    Group {
        name: "issuer",
        clause: "OIDCD-4.3",
        rp: "compares `issuer` with the address that it built the request from, and stops",
        values: &[
            way(
                "wrong",
                Refuse,
                "appends `INVALID` to `issuer`",
                edit(|d, _| append(d, "issuer", "INVALID")),
            ),
            way("missing", Refuse, "leaves `issuer` out", edit(|d, _| drop(d, "issuer"))),
            way(
                "trailing_slash",
                Refuse,
                "adds a final slash, or takes it away",
                edit(|d, _| {
                    bend(d, "issuer", |iss| {
                        iss.strip_suffix('/').map_or_else(|| format!("{iss}/"), str::to_owned)
                    });
                }),
            ),
            way(
                "upper_case",
                Refuse,
                "writes the host in capitals",
                edit(|d, _| bend(d, "issuer", upper_host)),
            ),
            way("port", Refuse, "names another port", edit(|d, _| bend(d, "issuer", other_port))),
            way(
                "scheme",
                Refuse,
                "writes http for https, or https for http",
                edit(|d, _| {
                    bend(d, "issuer", other_scheme);
                }),
            ),
            way("longer_path", Refuse, "appends a path segment", edit(|d, _| append(d, "issuer", "/other"))),
            way(
                "array",
                Refuse,
                "puts `issuer` into a list",
                edit(|d, _| {
                    let issuer = text(d, "issuer");
                    set(d, "issuer", json!([issuer]));
                }),
            ),
            way(
                "attacker",
                Refuse,
                "names the attacker's issuer",
                edit(|d, at| {
                    set(d, "issuer", at.attacker.issuer.clone());
                }),
            ),
            way(
                "honest",
                Refuse,
                "names the honest issuer, in the attacker's document",
                edit(|d, at| {
                    set(d, "issuer", at.attacker.honest.clone());
                }),
            ),
            way(
                "twice",
                ShouldRefuse,
                "adds a second `issuer`, the attacker's",
                Edit::Text(|body| last(body, "issuer", &json!("https://attacker.invalid"))),
            ),
        ],
    },
    Group {
        name: "response_types_supported",
        clause: "OIDCD-3",
        rp: "compares response types as sets of words, and says what is missing",
        values: &[
            way("missing", Either, "leaves it out", edit(|d, _| drop(d, "response_types_supported"))),
            way(
                "reordered",
                Accept,
                "lists the words of each response type in another order",
                edit(|d, _| {
                    set(
                        d,
                        "response_types_supported",
                        json!([
                            "id_token code",
                            "token code",
                            "token code id_token",
                            "token id_token",
                            "id_token",
                            "code",
                            "example_unknown",
                        ]),
                    );
                }),
            ),
        ],
    },
    Group {
        name: "subject_types_supported",
        clause: "OIDCD-3",
        rp: "says what is missing",
        values: &[way("missing", Either, "leaves it out", edit(|d, _| drop(d, "subject_types_supported")))],
    },
    Group {
        name: "id_token_signing_alg_values_supported",
        clause: "OIDCD-3",
        rp: "does not take the absence of a list for leave to accept anything",
        values: &[
            way(
                "missing",
                Either,
                "leaves it out",
                edit(|d, _| drop(d, "id_token_signing_alg_values_supported")),
            ),
            way(
                "none_only",
                Refuse,
                "lists `none` only",
                edit(|d, _| {
                    set(d, "id_token_signing_alg_values_supported", json!(["none"]));
                }),
            ),
            way(
                "with_unknown",
                Accept,
                "lists algorithms that nobody knows",
                edit(|d, _| {
                    let mut known =
                        d.get("id_token_signing_alg_values_supported").cloned().unwrap_or_else(|| json!([]));
                    if let Some(list) = known.as_array_mut() {
                        list.insert(0, "XX999".into());
                    }
                    set(d, "id_token_signing_alg_values_supported", known);
                }),
            ),
        ],
    },
    Group {
        name: "code_challenge_methods_supported",
        clause: "RFC9700-2.1.1",
        rp: "sends an S256 challenge all the same, and never a plain one",
        values: &[
            way("missing", Accept, "leaves it out", edit(|d, _| drop(d, "code_challenge_methods_supported"))),
            way(
                "plain",
                Accept,
                "lists `plain` only",
                edit(|d, _| {
                    set(d, "code_challenge_methods_supported", json!(["plain"]));
                }),
            ),
        ],
    },
    Group {
        name: "authorization_response_iss_parameter_supported",
        clause: "RFC9207-2.4",
        rp: "compares an `iss` that comes without being promised, or ignores it",
        values: &[way(
            "missing",
            Accept,
            "does not promise the `iss` that it sends",
            edit(|d, _| {
                drop(d, "authorization_response_iss_parameter_supported");
            }),
        )],
    },
    Group {
        name: "extra",
        clause: "OIDCD-3",
        rp: "ignores members that it does not know",
        values: &[way(
            "unknown",
            Accept,
            "adds members that nobody knows",
            edit(|d, _| {
                set(d, "extra", json!({ "example_unknown": [1, null, {}] }));
            }),
        )],
    },
    Group {
        name: "document",
        clause: "OIDCD-4.2",
        rp: "stops where the document is not a JSON object",
        values: &[
            way(
                "array",
                Refuse,
                "sends the document in a list",
                Edit::Text(|body| format!("[{body}]").into_bytes()),
            ),
            way(
                "byte_order_mark",
                Either,
                "puts a byte order mark first",
                Edit::Text(|body| format!("\u{feff}{body}").into_bytes()),
            ),
        ],
    },
];

const fn edit(edit: fn(&mut Members, &Context<'_>)) -> Edit {
    Edit::Json(edit)
}

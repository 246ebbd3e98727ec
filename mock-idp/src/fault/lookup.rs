//! Faults of the answers to those who look for a provider (RFC7033-4.4, OIDCD-2) or register with one (OIDCR-3.2).

use serde_json::{Value, json};

use super::Expected::{Accept, Either, Refuse};
use super::claims::{Members, append, bend, drop, set, without_tls};
use super::transport::{Act, wire};
use super::{Edit, Group, way};

/// The relation of a person to their issuer (OIDCD-2).
const ISSUER: &str = "http://openid.net/specs/connect/1.0/issuer";

pub(super) const WEBFINGER: &[Group] = &[
    Group {
        name: "links",
        clause: "OIDCD-2",
        rp: "takes the issuer from the link with the issuer's relation, if it is an https URL, and from no other",
        values: &[
            way("missing", Refuse, "leaves `links` out", Edit::Json(|d, _| drop(d, "links"))),
            way("empty", Refuse, "sends no link", Edit::Json(|d, _| set(d, "links", json!([])))),
            way(
                "other_rel",
                Refuse,
                "gives the issuer under another relation",
                Edit::Json(|d, _| each(d, |link| set(link, "rel", "http://example.com/rel/other"))),
            ),
            way(
                "http",
                Refuse,
                "gives an issuer without TLS",
                Edit::Json(|d, _| {
                    each(d, |link| bend(link, "href", without_tls));
                }),
            ),
            way(
                "attacker",
                Either,
                "gives the attacker's issuer",
                Edit::Json(|d, at| {
                    let issuer = at.attacker.issuer.clone();
                    each(d, |link| set(link, "href", issuer.clone()));
                }),
            ),
            way(
                "several",
                Accept,
                "puts links of other relations before the right one",
                Edit::Json(|d, at| {
                    let other = json!({ "rel": "http://example.com/rel/other", "href": at.attacker.issuer });
                    links(d, |links| links.insert(0, other));
                }),
            ),
            way(
                "two_issuers",
                Either,
                "gives the attacker's issuer beside the right one",
                Edit::Json(|d, at| {
                    let other = json!({ "rel": ISSUER, "href": at.attacker.issuer });
                    links(d, |links| links.push(other));
                }),
            ),
        ],
    },
    Group {
        name: "subject",
        clause: "RFC7033-4.4.1",
        rp: "is not told of somebody whom it did not ask about",
        values: &[
            way("wrong", Either, "names another subject", Edit::Json(|d, _| append(d, "subject", "-other"))),
            way("missing", Accept, "leaves `subject` out", Edit::Json(|d, _| drop(d, "subject"))),
        ],
    },
];

pub(super) const REGISTRATION: &[Group] = &[
    Group {
        name: "client_id",
        clause: "OIDCR-3.2",
        rp: "stops where it was given no client id",
        values: &[way("missing", Refuse, "leaves `client_id` out", Edit::Json(|d, _| drop(d, "client_id")))],
    },
    Group {
        name: "client_secret",
        clause: "OIDCR-3.2",
        rp: "stops where it needs a secret and was given none",
        values: &[way(
            "missing",
            Either,
            "leaves `client_secret` out",
            Edit::Json(|d, _| drop(d, "client_secret")),
        )],
    },
    Group {
        name: "client_secret_expires_at",
        clause: "OIDCR-3.2",
        rp: "does not use a secret whose time is over",
        values: &[way(
            "past",
            Either,
            "gives a secret that ran out an hour ago",
            Edit::Json(|d, at| set(d, "client_secret_expires_at", at.now.plus(-3_600).as_secs())),
        )],
    },
    Group {
        name: "token_endpoint_auth_method",
        clause: "OIDCR-3.2",
        rp: "uses the method that it was given, or stops",
        values: &[way(
            "other",
            Either,
            "registers `client_secret_jwt`",
            Edit::Json(|d, _| set(d, "token_endpoint_auth_method", "client_secret_jwt")),
        )],
    },
    Group {
        name: "id_token_signed_response_alg",
        clause: "OIDCR-3.2",
        rp: "expects the algorithm that it was given, or stops",
        values: &[
            way(
                "other",
                Either,
                "registers PS512",
                Edit::Json(|d, _| set(d, "id_token_signed_response_alg", "PS512")),
            ),
            way(
                "none",
                Refuse,
                "registers `none`",
                Edit::Json(|d, _| set(d, "id_token_signed_response_alg", "none")),
            ),
        ],
    },
    Group {
        name: "redirect_uris",
        clause: "OIDCR-3.2",
        rp: "stops where its own redirect URI was not registered",
        values: &[way(
            "other",
            Refuse,
            "registers another redirect URI",
            Edit::Json(|d, at| set(d, "redirect_uris", json!([at.trap("/callback")]))),
        )],
    },
    Group {
        name: "answer",
        clause: "OIDCR-3.2",
        rp: "recognises a registration that took place",
        values: &[way("200", Accept, "answers 200 in place of 201", wire(Act::Status(200)))],
    },
];

fn links(document: &mut Members, edit: impl FnOnce(&mut Vec<Value>)) {
    if let Value::Array(links) = document.entry("links").or_insert_with(|| json!([])) {
        edit(links);
    }
}

fn each(document: &mut Members, edit: impl Fn(&mut Members)) {
    links(document, |links| links.iter_mut().filter_map(Value::as_object_mut).for_each(edit));
}

//! Faults of how a logout travels: to clients directly (OIDCBC-2.5), through frames of the browser (OIDCFC-3), and back to
//! where the person came from (OIDCRP-3). What the logout token itself says is `logout_token`'s.

use super::Expected::{Accept, Either, Refuse};
use super::parameters::{bend, drop, edit, set, value};
use super::{Edit, Group, way};

/// How a logout token is delivered, where that is not as it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// Not at all.
    Lost,
    /// Two times, one right after the other.
    Twice,
    /// By GET, with the token in the query.
    Get,
    /// By POST, with the token in the query and nothing in the body.
    InQuery,
    /// As a JSON document.
    Json,
    /// As a form that is called plain text.
    PlainText,
    /// As a form that does not say what it is.
    Untyped,
    /// Without a body.
    Empty,
    /// As a form with other fields.
    WithoutToken,
    /// As a form whose token is the empty text.
    EmptyToken,
    /// As a form with two tokens, the second one no token at all.
    TwoTokens,
    /// The logout token of the client's login before, once more.
    Previous,
    /// As a form with so many bytes beside the token.
    Padded(usize),
}

pub(super) const BACK_CHANNEL: &[Group] = &[Group {
    name: "delivery",
    clause: "OIDCBC-2.5",
    rp: "takes a logout token only from the body of a form by POST, once, and answers 400 or 405 to all else",
    values: &[
        way("lost", Either, "tells nobody", Edit::Delivery(Delivery::Lost)),
        way("twice", Either, "sends the same token two times", Edit::Delivery(Delivery::Twice)),
        way(
            "previous",
            Refuse,
            "sends the logout token of the login before once more",
            Edit::Delivery(Delivery::Previous),
        ),
        way("get", Refuse, "sends the token by GET", Edit::Delivery(Delivery::Get)),
        way("in_query", Refuse, "sends the token in the query of a POST", Edit::Delivery(Delivery::InQuery)),
        way("json", Refuse, "sends a JSON document", Edit::Delivery(Delivery::Json)),
        way("plain_text", Refuse, "says that the form is plain text", Edit::Delivery(Delivery::PlainText)),
        way("untyped", Refuse, "does not say that it is a form", Edit::Delivery(Delivery::Untyped)),
        way("empty", Refuse, "sends no body", Edit::Delivery(Delivery::Empty)),
        way("without_token", Refuse, "sends a form without a token", Edit::Delivery(Delivery::WithoutToken)),
        way("empty_token", Refuse, "sends an empty token", Edit::Delivery(Delivery::EmptyToken)),
        way(
            "two_tokens",
            Refuse,
            "sends a second `logout_token` beside the good one",
            Edit::Delivery(Delivery::TwoTokens),
        ),
        way("mb_1", Either, "adds 1 MB to the form", Edit::Delivery(Delivery::Padded(1_000_000))),
    ],
}];

pub(super) const FRONT_CHANNEL: &[Group] = &[
    Group {
        name: "iss",
        clause: "OIDCFC-3",
        rp: "ends no session unless `iss` is the issuer of it",
        values: &[
            way(
                "wrong",
                Refuse,
                "appends `1` to `iss`",
                edit(|p, _| bend(p, "iss", |iss| format!("{iss}1"))),
            ),
            way("missing", Refuse, "leaves `iss` out", edit(|p, _| drop(p, "iss"))),
            way(
                "attacker",
                Refuse,
                "names the attacker's issuer",
                edit(|p, at| set(p, "iss", &at.attacker.issuer)),
            ),
            way(
                "honest",
                Refuse,
                "names the honest issuer, in the attacker's logout",
                edit(|p, at| set(p, "iss", &at.attacker.honest)),
            ),
        ],
    },
    Group {
        name: "sid",
        clause: "OIDCFC-3",
        rp: "ends no session but the one that is named",
        values: &[
            way(
                "wrong",
                Refuse,
                "appends `1` to `sid`",
                edit(|p, _| bend(p, "sid", |sid| format!("{sid}1"))),
            ),
            way("missing", Refuse, "leaves `sid` out", edit(|p, _| drop(p, "sid"))),
        ],
    },
    Group {
        name: "parameters",
        clause: "OIDCFC-2",
        rp: "ends no session without `iss` and `sid` where it registered that it needs them",
        values: &[
            way("missing", Refuse, "sends neither `iss` nor `sid`", edit(|p, _| p.clear())),
            way(
                "unknown",
                Accept,
                "adds a parameter that nobody knows",
                edit(|p, _| set(p, "example_unknown", "x")),
            ),
        ],
    },
];

pub(super) const RETURN: &[Group] = &[Group {
    name: "state",
    clause: "OIDCRP-3",
    rp: "is signed out all the same, does not fall over, and follows nothing that `state` says",
    values: &[
        way(
            "wrong",
            Either,
            "appends `1` to `state`",
            edit(|p, _| bend(p, "state", |state| format!("{state}1"))),
        ),
        way("missing", Either, "leaves `state` out", edit(|p, _| drop(p, "state"))),
        way(
            "foreign",
            Either,
            "sends an address elsewhere as `state`",
            edit(|p, at| set(p, "state", &at.trap("/after-logout"))),
        ),
        way(
            "twice",
            Either,
            "sends `state` twice, the second time changed",
            edit(|p, _| {
                let other = format!("{}1", value(p, "state"));
                p.push(("state".to_owned(), other));
            }),
        ),
    ],
}];

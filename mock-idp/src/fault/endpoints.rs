//! Faults of the addresses in a discovery document (OIDCD-3, RFC9700-4.4): none, the attacker's, the honest issuer's in
//! the attacker's own document, and addresses that nobody should call.

use super::Expected::{Accept, Either, Refuse, ShouldRefuse};
use super::claims::{bend, drop, set, without_tls};
use super::{Edit, Group, way};

/// The ways in which one address can be wrong.
macro_rules! address {
    ($member:literal at $path:literal, without it: $missing:expr, $rp:literal) => {
        Group {
            name: $member,
            clause: "OIDCD-3",
            rp: $rp,
            values: &[
                way("missing", $missing, "leaves it out", Edit::Json(|d, _| drop(d, $member))),
                way(
                    "attacker",
                    Either,
                    "names an address of the attacker",
                    Edit::Json(|d, at| set(d, $member, at.trap($path))),
                ),
                way(
                    "honest",
                    Either,
                    "names the honest issuer's, in the attacker's document",
                    Edit::Json(|d, at| bend(d, $member, |own| at.honest(own))),
                ),
                way(
                    "http",
                    ShouldRefuse,
                    "names an address without TLS",
                    Edit::Json(|d, _| bend(d, $member, without_tls)),
                ),
                way(
                    "loopback",
                    ShouldRefuse,
                    "names a closed port of the machine itself",
                    Edit::Json(|d, _| set(d, $member, concat!("http://127.0.0.1:1", $path))),
                ),
                way(
                    "link_local",
                    ShouldRefuse,
                    "names the address at which clouds keep credentials",
                    Edit::Json(|d, _| set(d, $member, "http://169.254.169.254/latest/meta-data/")),
                ),
                way("file", Refuse, "names a file", Edit::Json(|d, _| set(d, $member, "file:///etc/passwd"))),
                way(
                    "gopher",
                    Refuse,
                    "names an address of a scheme that is not HTTP",
                    Edit::Json(|d, _| set(d, $member, concat!("gopher://127.0.0.1:1", $path))),
                ),
            ],
        }
    };
}

pub(super) const GROUPS: &[Group] = &[
    address!("authorization_endpoint" at "/authorize", without it: Refuse,
        "stops with a clear message where it does not know where to send the browser"),
    address!("token_endpoint" at "/token", without it: Refuse,
        "sends neither code nor credentials to an address that is not the provider's"),
    address!("jwks_uri" at "/jwks.json", without it: Refuse,
        "stops with a clear message where it cannot have the keys"),
    address!("userinfo_endpoint" at "/userinfo", without it: Accept,
        "gets on without UserInfo, and sends the access token to no address that is not the provider's"),
    address!("registration_endpoint" at "/register", without it: Accept,
        "says that it cannot register where it has to, and gets on where it need not"),
    address!("end_session_endpoint" at "/logout", without it: Accept,
        "signs the person out by itself"),
];

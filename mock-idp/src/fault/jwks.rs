//! Faults of the JWK set (RFC7517-4, RFC7517-5, OIDCC-10.1).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::Expected::{Accept, Either, Refuse, ShouldRefuse};
use super::claims::{Members, bend, drop, set};
use super::jwt::base64url;
use super::jwt_key::strangers_own;
use super::{Context, Edit, Group, short_keys, way};
use crate::protocol::keys::{Algorithm, stranger};

/// A secret that is published for everybody to see.
pub(super) const SYMMETRIC: &[u8] = b"a symmetric key that must never be published";

/// What it is called.
pub(super) const SYMMETRIC_KID: &str = "symmetric";

pub(super) const GROUPS: &[Group] = &[Group {
    name: "keys",
    clause: "RFC7517-5",
    rp: "takes the key that fits by type, use and algorithm, and skips those that it does not understand",
    values: &[
        way("empty", Refuse, "publishes no key", edit(|set, _| keys(set, Vec::clear))),
        way("missing", Refuse, "leaves `keys` out", edit(|set, _| drop(set, "keys"))),
        way("object", Refuse, "makes `keys` an object", edit(|members, _| set(members, "keys", json!({})))),
        way("stranger", Refuse, "publishes another key under the same ids", edit(|set, _| strangers(set))),
        way(
            "without_kid",
            Accept,
            "publishes its keys without `kid`",
            edit(|set, _| each(set, |key| drop(key, "kid"))),
        ),
        way(
            "one_without_kid",
            Accept,
            "publishes its first key alone, and without `kid`",
            edit(|set, _| {
                keys(set, |keys| keys.truncate(1));
                each(set, |key| drop(key, "kid"));
            }),
        ),
        way(
            "several_without_kid",
            Either,
            "publishes several keys of each kind, all without `kid`",
            edit(|set, _| {
                let more = [Algorithm::RS256, Algorithm::ES256].into_iter();
                let more =
                    more.filter_map(|algorithm| stranger(algorithm, "another")).map(|key| key.public_jwk());
                keys(set, |keys| put_first(keys, more));
                each(set, |key| drop(key, "kid"));
            }),
        ),
        way(
            "with_unknown",
            Accept,
            "puts keys of unknown kinds, and broken ones, beside the good ones",
            edit(|set, _| {
                let strange = [
                    json!({ "kty": "XX", "kid": "unknown-type", "use": "sig" }),
                    json!({ "kty": "EC", "crv": "P-999", "kid": "unknown-curve", "x": "AA", "y": "AA" }),
                    json!({ "kty": "RSA", "kid": "without-n", "use": "sig", "e": "AQAB" }),
                ];
                keys(set, |keys| put_first(keys, strange));
            }),
        ),
        way(
            "same_kid",
            Either,
            "publishes a key of another kind under the same `kid`",
            edit(|set, _| {
                keys(set, |keys| {
                    let kid = keys.first().and_then(|key| key.get("kid")).and_then(Value::as_str);
                    let other = stranger(Algorithm::ES256, kid.unwrap_or_default());
                    put_first(keys, other.map(|key| key.public_jwk()));
                });
            }),
        ),
        way(
            "for_encryption",
            ShouldRefuse,
            "says that its signing keys are for encryption",
            edit(|members, _| {
                each(members, |key| set(key, "use", "enc"));
            }),
        ),
        way(
            "other_operations",
            ShouldRefuse,
            "says that its signing keys may only encrypt",
            edit(|members, _| {
                each(members, |key| {
                    drop(key, "use");
                    set(key, "key_ops", json!(["encrypt"]));
                });
            }),
        ),
        way(
            "other_alg",
            ShouldRefuse,
            "says that its signing keys are for another algorithm",
            edit(|members, _| {
                each(members, |key| set(key, "alg", "PS512"));
            }),
        ),
        way(
            "symmetric",
            Either,
            "publishes a symmetric key",
            edit(|set, _| {
                let secret = json!({
                    "kty": "oct", "kid": SYMMETRIC_KID, "use": "sig", "alg": "HS256", "k": base64url(SYMMETRIC),
                });
                keys(set, |keys| put_first(keys, [secret]));
            }),
        ),
        way(
            "private",
            Either,
            "publishes a private member beside the public ones",
            edit(|members, _| {
                each(members, |key| set(key, "d", "bm90LXRoZS1yZWFsLW9uZQ"));
            }),
        ),
        way(
            "exponent_1",
            Refuse,
            "publishes its RSA keys with an exponent of 1",
            edit(|members, _| each(members, |key| bend(key, "e", |_| "AQ".to_owned()))),
        ),
        way(
            "rsa_512",
            Refuse,
            "publishes RSA keys of 512 bits under the ids of its own",
            edit(|members, _| each(members, short_keys::to_512)),
        ),
        way(
            "rsa_1024",
            Refuse,
            "publishes RSA keys of 1,024 bits under the ids of its own",
            edit(|members, _| each(members, short_keys::to_1024)),
        ),
        way(
            "off_curve",
            Refuse,
            "publishes its EC keys with a point that is not on the curve",
            edit(|members, _| each(members, |key| bend(key, "y", off_curve))),
        ),
        way(
            "many",
            Either,
            "publishes 1,000 keys before the good ones",
            edit(|set, _| {
                let key = strangers_own().map(|key| key.public_jwk()).unwrap_or_default();
                let many = (0..1_000).map(|number| renamed(&key, &format!("another-{number}")));
                keys(set, |keys| put_first(keys, many));
            }),
        ),
    ],
}];

const fn edit(edit: fn(&mut Members, &Context<'_>)) -> Edit {
    Edit::Json(edit)
}

/// Edits the list of keys; a set without one gets an empty one.
fn keys(set: &mut Members, edit: impl FnOnce(&mut Vec<Value>)) {
    if let Value::Array(keys) = set.entry("keys").or_insert_with(|| json!([])) {
        edit(keys);
    }
}

fn each(set: &mut Members, edit: impl Fn(&mut Members)) {
    keys(set, |keys| keys.iter_mut().filter_map(Value::as_object_mut).for_each(edit));
}

fn put_first(keys: &mut Vec<Value>, others: impl IntoIterator<Item = Value>) {
    keys.splice(0..0, others);
}

/// With one bit changed `y` belongs to no `x`, and is as long as it has to be (RFC7518-6.2.1.3).
fn off_curve(y: &str) -> String {
    let mut octets = URL_SAFE_NO_PAD.decode(y).unwrap_or_default();
    if let Some(last) = octets.last_mut() {
        *last ^= 1;
    }
    base64url(&octets)
}

fn renamed(key: &Value, kid: &str) -> Value {
    let mut key = key.clone();
    if let Some(members) = key.as_object_mut() {
        set(members, "kid", kid);
    }
    key
}

/// Each RSA and P-256 key replaced by a stranger's of the same kind, under the same name.
fn strangers(set: &mut Members) {
    keys(set, |keys| keys.iter_mut().for_each(to_strangers));
}

fn to_strangers(key: &mut Value) {
    let kid = key.get("kid").and_then(Value::as_str).unwrap_or_default().to_owned();
    let algorithm = match key.get("kty").and_then(Value::as_str) {
        Some("EC") => Algorithm::ES256,
        _ => Algorithm::RS256,
    };
    if let Some(other) = stranger(algorithm, &kid) {
        *key = other.public_jwk();
    }
}

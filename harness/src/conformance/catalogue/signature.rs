//! RPX-SIG: signature, algorithm and where keys come from.

use crate::conformance::case::{Row, Way};
use crate::conformance::profiles::Profile::{Bcp, CoreBasic, CoreHybrid, CoreImplicit};
use crate::conformance::profiles::{Binding, must};

/// The three flows and the best current practice.
const BINDINGS: &[Binding] = &[must(CoreBasic), must(CoreImplicit), must(CoreHybrid), must(Bcp)];

pub(super) const ROWS: &[Row] = &[Row {
    id: "RPX-SIG-05",
    title: "an RSA public key as HMAC secret",
    provider: "signs with HS256 where RS256 is registered; the key of the MAC is its public RSA key in one of its forms",
    relying_party: "rejects the ID token: the algorithm is not the registered one",
    clauses: &["RFC8725-3.1", "OIDCC-3.1.3.7-7"],
    bindings: BINDINGS,
    attack: Some("algorithm confusion"),
    ways: &[
        Way::of("spki_pem", &["id_token.hmac=public_key_pem"]),
        Way::of("spki_pem_trimmed", &["id_token.hmac=public_key_pem_trimmed"]),
        Way::of("spki_der", &["id_token.hmac=public_key_der"]),
        Way::of("pkcs1_pem", &["id_token.hmac=pkcs1_pem"]),
        Way::of("pkcs1_der", &["id_token.hmac=pkcs1_der"]),
        Way::of("jwk", &["id_token.hmac=jwk_text"]),
        Way::of("n_text", &["id_token.hmac=n_text"]),
        Way::of("n_bytes", &["id_token.hmac=n_bytes"]),
        Way::of("e_text", &["id_token.hmac=e_text"]),
        Way::of("jwks", &["id_token.hmac=jwks_text"]),
    ],
    ..Row::BLANK
}];

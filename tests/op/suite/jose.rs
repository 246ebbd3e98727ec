//! Keys and signatures of the suite's side. RS256 is verified by another library than the provider signs with.

use std::sync::LazyLock;

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use rsa::pkcs8::DecodePrivateKey as _;
use rsa::traits::PublicKeyParts as _;
use rsa::{BigUint, Pkcs1v15Sign, RsaPrivateKey, RsaPublicKey};
use serde_json::{Map, Value, json};

/// What stands before a SHA-256 digest in an RSASSA-PKCS1-v1_5 signature (RFC8017-9.2, note 1).
const SHA256_PREFIX: [u8; 19] = [
    0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00,
    0x04, 0x20,
];

/// An RSA key of a client.
#[derive(Debug)]
pub(crate) struct ClientKey {
    kid: &'static str,
    pem: &'static str,
    public: RsaPublicKey,
}

/// The keys that clients sign with, one after the other.
pub(crate) static CLIENT_KEYS: LazyLock<[ClientKey; 2]> = LazyLock::new(|| {
    [
        ClientKey::of("client-1", include_str!("../../../fixtures/keys/rsa-2.pem")),
        ClientKey::of("client-2", include_str!("../../../fixtures/keys/rsa-3.pem")),
    ]
});

impl ClientKey {
    fn of(kid: &'static str, pem: &'static str) -> Self {
        let public = RsaPrivateKey::from_pkcs8_pem(pem).expect("the fixture is a key").to_public_key();
        Self { kid, pem, public }
    }

    /// The public half as a JWK set.
    pub(crate) fn jwks(&self) -> Value {
        let [n, e] =
            [self.public.n(), self.public.e()].map(|part| URL_SAFE_NO_PAD.encode(part.to_bytes_be()));
        json!({ "keys": [{ "kty": "RSA", "use": "sig", "alg": "RS256", "kid": self.kid, "n": n, "e": e }] })
    }

    /// Signs with RS256.
    pub(crate) fn signed(&self, claims: &Value) -> String {
        self.signed_as(self.kid, claims)
    }

    /// Signs with RS256 and says that it is the key with this `kid`.
    pub(crate) fn signed_as(&self, kid: &str, claims: &Value) -> String {
        let header = Header { kid: Some(kid.to_owned()), ..Header::new(Algorithm::RS256) };
        let key = EncodingKey::from_rsa_pem(self.pem.as_bytes()).expect("the fixture is a key");
        jsonwebtoken::encode(&header, claims, &key).expect("RS256 signs")
    }
}

/// Signs with HS256.
pub(crate) fn signed_with_secret(claims: &Value, secret: &str) -> String {
    jsonwebtoken::encode(&Header::new(Algorithm::HS256), claims, &EncodingKey::from_secret(secret.as_bytes()))
        .expect("HS256 signs")
}

/// A JWT that nobody signed (RFC7519-6).
pub(crate) fn unsigned(claims: &Value) -> String {
    let [header, claims] =
        [&json!({ "alg": "none" }), claims].map(|part| URL_SAFE_NO_PAD.encode(part.to_string()));
    format!("{header}.{claims}.")
}

/// A JWT, taken apart.
#[derive(Clone, Debug)]
pub(crate) struct Jwt {
    pub(crate) header: Map<String, Value>,
    pub(crate) claims: Map<String, Value>,
    signing_input: String,
    signature: Vec<u8>,
}

impl Jwt {
    pub(crate) fn read(text: &str) -> Self {
        let parts: Vec<&str> = text.split('.').collect();
        let [header, claims, signature] = parts[..] else { panic!("`{text}` is no JWT of three parts") };
        let object = |part: &str| serde_json::from_slice(&decoded(part)).expect("the part is a JSON object");
        Self {
            header: object(header),
            claims: object(claims),
            signing_input: format!("{header}.{claims}"),
            signature: decoded(signature),
        }
    }

    pub(crate) fn alg(&self) -> &str {
        self.header["alg"].as_str().expect("`alg` is a string")
    }

    /// Verifies RS256 against the key that the header names. "The `kid` value […] is REQUIRED" where there are several keys
    /// (OIDCC-10.1); the suite wants it always.
    pub(crate) fn assert_signed_by(&self, jwks: &Value) {
        assert_eq!(self.alg(), "RS256");
        let kid = self.header.get("kid").expect("the header has a `kid`");
        let keys = jwks["keys"].as_array().expect("`keys` is a list");
        let named: Vec<_> = keys.iter().filter(|key| key["kid"] == *kid).collect();
        let [key] = named[..] else { panic!("{} keys have the kid {kid}", named.len()) };
        let padding = Pkcs1v15Sign { hash_len: Some(32), prefix: SHA256_PREFIX.into() };
        let hashed = digest(&SHA256, self.signing_input.as_bytes());
        public_key(key).verify(padding, hashed.as_ref(), &self.signature).expect("the signature is good");
    }

    /// A token with `alg` `none` has nothing where the signature would be (RFC7515-4.1.1, RFC7519-6).
    pub(crate) fn assert_unsigned(&self) {
        assert_eq!((self.alg(), self.signature.as_slice()), ("none", &[][..]));
    }
}

/// The RSA key of a JWK.
pub(crate) fn public_key(jwk: &Value) -> RsaPublicKey {
    let part = |name: &str| BigUint::from_bytes_be(&decoded(jwk[name].as_str().expect("a string")));
    RsaPublicKey::new(part("n"), part("e")).expect("the JWK is an RSA key")
}

/// `at_hash` and `c_hash` of RS256 and `none`: "the left-most half of the hash" (OIDCC-3.1.3.6, OIDCC-3.3.2.11).
pub(crate) fn half_hash(value: &str) -> String {
    URL_SAFE_NO_PAD.encode(&digest(&SHA256, value.as_bytes()).as_ref()[..16])
}

/// `S256` of a code verifier (RFC7636-4.2).
pub(crate) fn s256(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.as_bytes()))
}

/// SHA-256, as people write it.
pub(crate) fn sha256_in_hex(text: &str) -> String {
    let hashed = digest(&SHA256, text.as_bytes());
    hashed.as_ref().iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"))
}

fn decoded(part: &str) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(part).expect("base64url without padding")
}

//! Faults of signatures: none, another's, a broken one, one by another algorithm (RFC 7515, RFC 8725).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

use super::Expected::Refuse;
use super::claims::{Members, set};
use super::jwt::{JwsEdit, base64url};
use super::{Context, Edit, Group, Unmade, way};
use crate::protocol::keys::jws::{self, Signer};
use crate::protocol::keys::{Algorithm, PublicForm, SigningKey, stranger};

/// What signs a faulty token.
#[derive(Clone, Copy, Debug)]
pub enum SigningWith {
    /// What an honest provider would sign with.
    Honest,
    /// Nothing: the signature is empty.
    Nothing,
    /// A key that the provider never published.
    Stranger,
    /// The same key under a key id of its own, which only the token's header brings along.
    StrangerByName,
    /// HS256 with these bytes.
    Mac(fn(&Context<'_>) -> Vec<u8>),
    /// A published key, by another algorithm than the client asked for.
    Published(Algorithm),
}

/// A key that is at hand.
pub(super) enum Key {
    Signer(Signer),
    Resigned(SigningKey, Algorithm),
    Mac(Vec<u8>),
    Nothing,
}

impl SigningWith {
    pub(super) fn key(&self, honest: &Signer, at: &Context<'_>) -> Result<Key, Unmade> {
        match self {
            Self::Honest => Ok(Key::Signer(honest.clone())),
            Self::Nothing => Ok(Key::Nothing),
            Self::Stranger => {
                // the honest key's id, so that nothing but the signature tells the difference
                let kid = match honest {
                    Signer::Key(key) => key.kid(),
                    Signer::Secret { .. } => "stranger",
                };
                let key = stranger(honest.algorithm(), kid).ok_or(Unmade::NoKey(honest.algorithm()))?;
                Ok(Key::Signer(Signer::Key(key)))
            }
            Self::StrangerByName => {
                let key = strangers_own().ok_or(Unmade::NoKey(Algorithm::RS256))?;
                Ok(Key::Signer(Signer::Key(key)))
            }
            Self::Mac(bytes) => Ok(Key::Mac(bytes(at))),
            Self::Published(algorithm) => published(*algorithm, honest, at),
        }
    }
}

/// The honest key itself where it can sign this way too, else another published one.
fn published(algorithm: Algorithm, honest: &Signer, at: &Context<'_>) -> Result<Key, Unmade> {
    if let Signer::Key(key) = honest
        && key.algorithm().key_kind() == algorithm.key_kind()
    {
        return Ok(Key::Resigned(key.clone(), algorithm));
    }
    let key = at.keys.signing(Some(algorithm)).ok_or(Unmade::NoKey(algorithm))?;
    Ok(Key::Signer(Signer::Key(key.clone())))
}

impl Key {
    /// Says in the header what signs.
    pub(super) fn announce(&self, header: &mut Members) {
        match self {
            Self::Signer(signer) => {
                set(header, "alg", signer.algorithm().as_str());
                if let Signer::Key(key) = signer {
                    set(header, "kid", key.kid());
                }
            }
            Self::Resigned(_, algorithm) => set(header, "alg", algorithm.as_str()),
            Self::Mac(_) => set(header, "alg", "HS256"),
            Self::Nothing => set(header, "alg", "none"),
        }
    }
}

pub(super) fn signature(key: &Key, message: &[u8]) -> Result<Vec<u8>, Unmade> {
    match key {
        Key::Signer(signer) => signer.signature(message).map_err(|_| Unmade::Failed(signer.algorithm())),
        Key::Resigned(key, algorithm) => {
            key.material().sign(*algorithm, message).map_err(|_| Unmade::Failed(*algorithm))
        }
        Key::Mac(bytes) => Ok(jws::mac_sha256(bytes, message)),
        Key::Nothing => Ok(Vec::new()),
    }
}

pub(super) const GROUPS: &[Group] = &[
    Group {
        name: "signature",
        clause: "OIDCC-3.1.3.7-6",
        rp: "verifies the signature with a key that the provider publishes, and refuses",
        values: &[
            way(
                "tampered",
                Refuse,
                "flips bits in every byte of the signature",
                bytes(|signature| {
                    for byte in signature.iter_mut() {
                        *byte ^= 0x5a;
                    }
                }),
            ),
            way(
                "bit_flipped",
                Refuse,
                "flips one bit of the signature",
                bytes(|signature| {
                    if let Some(byte) = signature.first_mut() {
                        *byte ^= 1;
                    }
                }),
            ),
            way(
                "truncated",
                Refuse,
                "cuts the signature in half",
                bytes(|signature| {
                    signature.truncate(signature.len() / 2);
                }),
            ),
            way("empty", Refuse, "leaves the signature empty under an honest header", bytes(Vec::clear)),
            way(
                "other_key",
                Refuse,
                "signs with a key that was never published",
                Edit::Jws(JwsEdit::with(SigningWith::Stranger)),
            ),
            way(
                "of_another_token",
                Refuse,
                "uses the signature of an earlier token",
                Edit::Jws(JwsEdit::compact(|token, at| {
                    let old = at.previous.id_token.as_deref().and_then(|old| old.rsplit_once('.'));
                    let (_, signature) = old.unwrap_or(("", "bm90LWEtc2lnbmF0dXJl"));
                    with_part(token, 2, signature)
                })),
            ),
            way(
                "payload_swapped",
                Refuse,
                "changes `sub` after signing",
                Edit::Jws(JwsEdit::compact(|token, _| {
                    let mut claims = part_of(token, 1);
                    set(&mut claims, "sub", "somebody-else");
                    with_part(token, 1, &base64url(Value::Object(claims).to_string().as_bytes()))
                })),
            ),
            way(
                "header_swapped",
                Refuse,
                "adds a member to the header after signing",
                Edit::Jws(JwsEdit::compact(|token, _| {
                    let mut header = part_of(token, 0);
                    set(&mut header, "added", "after signing");
                    with_part(token, 0, &base64url(Value::Object(header).to_string().as_bytes()))
                })),
            ),
        ],
    },
    Group {
        name: "segments",
        clause: "RFC7515-3.1",
        rp: "takes a signed token only in three parts",
        values: &[
            way(
                "two",
                Refuse,
                "leaves the signature and its dot out",
                Edit::Jws(JwsEdit::compact(|token, _| {
                    token.rsplit_once('.').map_or_else(String::new, |(rest, _)| rest.to_owned())
                })),
            ),
            way(
                "four",
                Refuse,
                "adds a fourth part",
                Edit::Jws(JwsEdit::compact(|token, _| format!("{token}.e30"))),
            ),
        ],
    },
    Group {
        name: "hmac",
        clause: "RFC8725-3.1",
        rp: "verifies only by the algorithm that it registered, never with a public key as a secret",
        values: &[
            way(
                "public_key_pem",
                Refuse,
                "signs HS256 with the public key as PEM",
                mac(|at| public(at, PublicForm::SpkiPem)),
            ),
            way(
                "public_key_pem_trimmed",
                Refuse,
                "the same without the final line break",
                mac(|at| public(at, PublicForm::SpkiPem).trim_ascii_end().to_vec()),
            ),
            way(
                "public_key_der",
                Refuse,
                "signs HS256 with the public key as DER",
                mac(|at| public(at, PublicForm::SpkiDer)),
            ),
            way(
                "pkcs1_pem",
                Refuse,
                "signs HS256 with the public key as PKCS#1 PEM",
                mac(|at| public(at, PublicForm::Pkcs1Pem)),
            ),
            way(
                "pkcs1_der",
                Refuse,
                "signs HS256 with the public key as PKCS#1 DER",
                mac(|at| public(at, PublicForm::Pkcs1Der)),
            ),
            way(
                "jwk_text",
                Refuse,
                "signs HS256 with the text of the published key",
                mac(|at| jwk(at).to_string().into_bytes()),
            ),
            way("n_text", Refuse, "signs HS256 with the text of `n`", mac(|at| member(at, "n").into_bytes())),
            way(
                "n_bytes",
                Refuse,
                "signs HS256 with the bytes of `n`",
                mac(|at| URL_SAFE_NO_PAD.decode(member(at, "n")).unwrap_or_default()),
            ),
            way("e_text", Refuse, "signs HS256 with the text of `e`", mac(|at| member(at, "e").into_bytes())),
            way(
                "jwks_text",
                Refuse,
                "signs HS256 with the text of the JWK set",
                mac(|at| at.published().to_string().into_bytes()),
            ),
            way(
                "client_secret",
                Refuse,
                "signs HS256 with the client secret",
                mac(|at| at.client_secret.unwrap_or_default().as_bytes().to_vec()),
            ),
            way(
                "client_secret_kid",
                Refuse,
                "the same with the client id as `kid`",
                Edit::Jws(JwsEdit::header_with(
                    SigningWith::Mac(|at| at.client_secret.unwrap_or_default().as_bytes().to_vec()),
                    |header, at| set(header, "kid", at.client_id),
                )),
            ),
            way("empty", Refuse, "signs HS256 with an empty key", mac(|_| Vec::new())),
            way("null", Refuse, "signs HS256 with the text `null`", mac(|_| b"null".to_vec())),
            way("undefined", Refuse, "signs HS256 with the text `undefined`", mac(|_| b"undefined".to_vec())),
            way("secret", Refuse, "signs HS256 with the text `secret`", mac(|_| b"secret".to_vec())),
            way(
                "published",
                Refuse,
                "signs HS256 with the symmetric key of `jwks.keys=symmetric`",
                Edit::Jws(JwsEdit::header_with(
                    SigningWith::Mac(|_| super::jwks::SYMMETRIC.to_vec()),
                    |header, _| {
                        set(header, "kid", super::jwks::SYMMETRIC_KID);
                    },
                )),
            ),
        ],
    },
    Group {
        name: "algorithm",
        clause: "OIDCC-3.1.3.7-7",
        rp: "refuses a good signature by another algorithm than the one it registered",
        values: &[
            way("PS256", Refuse, "signs PS256 with the same RSA key", signed_by(Algorithm::PS256)),
            way("RS512", Refuse, "signs RS512 with the same RSA key", signed_by(Algorithm::RS512)),
            way("RS256", Refuse, "signs RS256 with a published RSA key", signed_by(Algorithm::RS256)),
            way("ES256", Refuse, "signs ES256 with a published P-256 key", signed_by(Algorithm::ES256)),
        ],
    },
];

const fn bytes(edit: fn(&mut Vec<u8>)) -> Edit {
    Edit::Jws(JwsEdit::signature(edit))
}

const fn mac(key: fn(&Context<'_>) -> Vec<u8>) -> Edit {
    Edit::Jws(JwsEdit::with(SigningWith::Mac(key)))
}

const fn signed_by(algorithm: Algorithm) -> Edit {
    Edit::Jws(JwsEdit::with(SigningWith::Published(algorithm)))
}

/// The members of one part of a token.
fn part_of(token: &str, place: usize) -> Members {
    let part = token.split('.').nth(place).and_then(|part| URL_SAFE_NO_PAD.decode(part).ok());
    part.and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default()
}

/// A token with one of its parts replaced.
fn with_part(token: &str, place: usize, part: &str) -> String {
    let parts = token.split('.').enumerate();
    parts.map(|(at, known)| if at == place { part } else { known }).collect::<Vec<_>>().join(".")
}

/// The key that an attacker would take for a secret: the RSA key, where there is one.
fn signing_key<'a>(at: &Context<'a>) -> Option<&'a SigningKey> {
    at.keys.signing(Some(Algorithm::RS256)).or_else(|| at.keys.signing(None))
}

fn public(at: &Context<'_>, form: PublicForm) -> Vec<u8> {
    signing_key(at).and_then(|key| key.material().public(form)).unwrap_or_default()
}

fn jwk(at: &Context<'_>) -> Value {
    signing_key(at).map(SigningKey::public_jwk).unwrap_or_default()
}

fn member(at: &Context<'_>, name: &str) -> String {
    jwk(at).get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// The stranger's key with its own key id, for headers that bring a key along.
pub(super) fn strangers_own() -> Option<SigningKey> {
    stranger(Algorithm::RS256, "stranger")
}

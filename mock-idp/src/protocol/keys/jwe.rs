//! The one door to encryption: compact JWE (RFC7516-7.1), made for a client's public key, opened with a key of our own.
//!
//! Two libraries share the work, so that what is sent out and what is taken back do not rest on the same RSA.

mod agreement;
mod algorithm;
mod content;
mod key_wrap;
mod own;
mod recipient;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{RngCore as _, SeedableRng as _};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub use algorithm::{ContentEncryption, KeyManagement, UnknownEncryption};
pub use own::DecryptionKey;
pub use recipient::{Recipient, UnusableKey};

use self::agreement::Agreed;
use self::content::{Frame, Sealed, open, seal};

/// The media type of a JWT inside a JWE: "In the case that nested signing or encryption is employed, this Header Parameter
/// MUST be present; in this case, the value of this Header Parameter MUST be "JWT"" (RFC7519-5.2).
pub const NESTED: &str = "JWT";

/// How a document is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("x-noun" = "encryption setting"))]
pub struct Encryption {
    /// How the content key reaches the client.
    pub alg: KeyManagement,
    /// How the content is encrypted; `A128CBC-HS256` when left out.
    #[serde(default)]
    pub enc: ContentEncryption,
}

/// The document could not be encrypted; the cryptographic libraries give no reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the document could not be encrypted")]
pub struct EncryptionFailed;

/// An encrypted document.
#[derive(Clone, Debug, PartialEq)]
pub struct Encrypted {
    /// Its header, which anybody can read.
    pub header: Map<String, Value>,
    /// The document as it travels.
    pub compact: String,
}

impl Recipient {
    /// Encrypts content to this key. The same seed gives the same document.
    pub fn encrypt(
        &self,
        content: &[u8],
        content_type: Option<&str>,
        seed: [u8; 32],
    ) -> Result<Encrypted, EncryptionFailed> {
        let Encryption { alg, enc } = self.encryption;
        let mut random = ChaCha20Rng::from_seed(seed);
        let Agreed { key, encrypted, members } = self.content_key(&mut random).ok_or(EncryptionFailed)?;
        let mut header = Map::new();
        header.insert("alg".to_owned(), alg.as_str().into());
        header.insert("enc".to_owned(), enc.as_str().into());
        // OIDCC-10.2: "If there are multiple keys in the referenced JWK Set document, a `kid` Value MUST be provided"
        header.extend(self.kid.clone().map(|kid| ("kid".to_owned(), kid.into())));
        header.extend(content_type.map(|kind| ("cty".to_owned(), kind.into())));
        header.extend(members);
        let first = base64url(&serde_json::to_vec(&header).map_err(|_| EncryptionFailed)?);
        let mut iv = vec![0; enc.iv_length()];
        random.fill_bytes(&mut iv);
        let frame = Frame { enc, key: &key, iv: &iv, beside: first.as_bytes() };
        let Sealed { ciphertext, tag } = seal(&frame, content).ok_or(EncryptionFailed)?;
        let rest = [encrypted, iv, ciphertext, tag].map(|part| base64url(&part));
        Ok(Encrypted { header, compact: format!("{first}.{}", rest.join(".")) })
    }
}

/// A document taken apart; only its header can be read.
#[derive(Clone, Debug, PartialEq)]
pub struct Envelope {
    /// The header.
    pub header: Map<String, Value>,
    beside: String,
    encrypted_key: Vec<u8>,
    iv: Vec<u8>,
    sealed: Sealed,
}

/// Text that is not an encrypted document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotEncrypted {
    /// The number of dots is not four.
    #[error("an encrypted document has five parts separated by dots")]
    Parts,
    /// A part is not base64url.
    #[error("the {0} is not base64url without padding")]
    Base64(&'static str),
    /// The header is not a JSON object.
    #[error("the header is not a JSON object")]
    Json,
}

/// Why an encrypted document stays closed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotDecrypted {
    /// It is none.
    #[error(transparent)]
    NotEncrypted(#[from] NotEncrypted),
    /// The header names an algorithm that is not here.
    #[error("the header's `{member}` is {found}, which is not an encryption algorithm here")]
    Algorithm {
        /// `alg` or `enc`.
        member: &'static str,
        /// What it is.
        found: String,
    },
    /// The header has an extension that changes how it is read (RFC7516-4.1.3, RFC7516-4.1.13).
    #[error("the header has `{0}`, which is not known here")]
    Extension(&'static str),
    /// The header names a key that is not ours, or there is none of the kind.
    #[error("there is no {alg} key{} here", kid.as_ref().map(|kid| format!(" `{kid}`")).unwrap_or_default())]
    NoKey {
        /// What the header asks for.
        alg: KeyManagement,
        /// The key id in the header.
        kid: Option<String>,
    },
    /// It was encrypted to another key, or changed on its way.
    #[error("it was not encrypted to this key, or it was changed since")]
    Closed,
}

impl Envelope {
    /// Takes a document apart.
    pub fn parse(compact: &str) -> Result<Self, NotEncrypted> {
        let parts: Vec<&str> = compact.split('.').collect();
        let [header, encrypted_key, iv, ciphertext, tag] = parts.as_slice() else {
            return Err(NotEncrypted::Parts);
        };
        let part = |text: &str, name| decoded(text).ok_or(NotEncrypted::Base64(name));
        let read = serde_json::from_slice(&part(header, "header")?).map_err(|_| NotEncrypted::Json)?;
        Ok(Self {
            header: read,
            beside: (*header).to_owned(),
            encrypted_key: part(encrypted_key, "encrypted key")?,
            iv: part(iv, "initialization vector")?,
            sealed: Sealed {
                ciphertext: part(ciphertext, "ciphertext")?,
                tag: part(tag, "authentication tag")?,
            },
        })
    }

    /// The key id in the header.
    pub fn kid(&self) -> Option<&str> {
        self.header.get("kid").and_then(Value::as_str)
    }

    /// The algorithms in the header.
    pub fn encryption(&self) -> Result<Encryption, NotDecrypted> {
        let alg = self.named("alg").and_then(|name| name.parse().ok());
        let enc = self.named("enc").and_then(|name| name.parse().ok());
        let unknown = |member| NotDecrypted::Algorithm {
            member,
            found: self.header.get(member).map_or_else(|| "missing".to_owned(), |found| format!("`{found}`")),
        };
        Ok(Encryption { alg: alg.ok_or_else(|| unknown("alg"))?, enc: enc.ok_or_else(|| unknown("enc"))? })
    }

    fn named(&self, member: &str) -> Option<&str> {
        self.header.get(member).and_then(Value::as_str)
    }

    /// What is inside.
    pub fn open(&self, key: &DecryptionKey) -> Result<Vec<u8>, NotDecrypted> {
        if let Some(extension) = ["crit", "zip"].into_iter().find(|name| self.header.contains_key(*name)) {
            return Err(NotDecrypted::Extension(extension));
        }
        let Encryption { alg, enc } = self.encryption()?;
        let opened = || {
            let content_key = key.content_key((alg, enc), &self.header, &self.encrypted_key)?;
            let frame = Frame { enc, key: &content_key, iv: &self.iv, beside: self.beside.as_bytes() };
            open(&frame, &self.sealed)
        };
        opened().ok_or(NotDecrypted::Closed)
    }
}

/// A member of a JWK as bytes.
fn bytes(jwk: &Value, member: &str) -> Option<Vec<u8>> {
    decoded(jwk.get(member)?.as_str()?)
}

fn decoded(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

fn base64url(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

#[cfg(test)]
mod tests;

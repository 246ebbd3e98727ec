//! Keys in the forms that files and libraries know.

use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
use aws_lc_rs::signature::KeyPair as _;
use rsa::RsaPublicKey;
use rsa::pkcs1::{DecodeRsaPublicKey as _, EncodeRsaPublicKey as _, LineEnding};
use rsa::pkcs8::{Document, EncodePublicKey as _, SecretDocument};

use super::KeyMaterial;

/// A way to write a public key down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PublicForm {
    /// `-----BEGIN PUBLIC KEY-----`, with a final line break.
    SpkiPem,
    /// What is in it.
    SpkiDer,
    /// `-----BEGIN RSA PUBLIC KEY-----`, with a final line break.
    Pkcs1Pem,
    /// What is in it.
    Pkcs1Der,
}

impl KeyMaterial {
    /// The public half of an RSA key.
    pub fn public(&self, form: PublicForm) -> Option<Vec<u8>> {
        let der = self.rsa_public_der()?;
        let key = RsaPublicKey::from_pkcs1_der(der).ok()?;
        match form {
            PublicForm::SpkiPem => key.to_public_key_pem(LineEnding::LF).ok().map(String::into_bytes),
            PublicForm::SpkiDer => key.to_public_key_der().ok().map(|der| der.as_bytes().to_vec()),
            PublicForm::Pkcs1Pem => key.to_pkcs1_pem(LineEnding::LF).ok().map(String::into_bytes),
            PublicForm::Pkcs1Der => Some(der.to_vec()),
        }
    }

    /// The public half: `-----BEGIN PUBLIC KEY-----`, with a final line break (RFC7468-13).
    pub fn public_pem(&self) -> Option<String> {
        let der = match self {
            Self::Rsa(_) => self.public(PublicForm::SpkiDer)?,
            Self::P256(key) | Self::P384(key) => spki(key.public_key())?,
            Self::Ed25519(key) => spki(key.public_key())?,
        };
        Document::try_from(der).ok()?.to_pem("PUBLIC KEY", LineEnding::LF).ok()
    }

    /// The whole key: `-----BEGIN PRIVATE KEY-----`, with a final line break (RFC7468-10).
    pub fn private_pem(&self) -> Option<String> {
        let document = SecretDocument::try_from(self.to_pkcs8()?).ok()?;
        document.to_pem("PRIVATE KEY", LineEnding::LF).ok().map(|pem| pem.to_string())
    }
}

fn spki(key: &impl AsDer<PublicKeyX509Der<'static>>) -> Option<Vec<u8>> {
    key.as_der().ok().map(|der| der.as_ref().to_vec())
}

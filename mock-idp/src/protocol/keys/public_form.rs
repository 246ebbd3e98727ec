//! A public RSA key in the forms that files and libraries know.

use rsa::RsaPublicKey;
use rsa::pkcs1::{DecodeRsaPublicKey as _, EncodeRsaPublicKey as _, LineEnding};
use rsa::pkcs8::EncodePublicKey as _;

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
}

//! A certificate and a key from PEM files, and what people get wrong about them.

use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::{Error as PemError, PemObject as _};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;
use rustls::{Error, InconsistentKeys};

use super::TlsError;

/// The PEM label of a PKCS#8 key under a passphrase (RFC7468-11).
const ENCRYPTED: &[u8] = b"-----BEGIN ENCRYPTED PRIVATE KEY-----";

/// What older tools write into the header of a key under a passphrase (RFC1421-4.6.1.1).
const ENCRYPTED_BEFORE: &[u8] = b"Proc-Type: 4,ENCRYPTED";

pub(super) fn certified(
    chain: &[u8],
    key: &[u8],
    provider: &CryptoProvider,
) -> Result<CertifiedKey, TlsError> {
    let certificates = certificates(chain)?;
    let key = private_key(key)?;
    let other_key = Error::InconsistentKeys(InconsistentKeys::KeyMismatch);
    CertifiedKey::from_der(certificates, key, provider)
        .map_err(|cause| if cause == other_key { TlsError::OtherKey } else { TlsError::Unusable(cause) })
}

fn certificates(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    let found = found.map_err(TlsError::Pem)?;
    match found.is_empty() {
        false => Ok(found),
        true if PrivateKeyDer::from_pem_slice(pem).is_ok() => Err(TlsError::Swapped),
        true => Err(TlsError::NoCertificate),
    }
}

fn private_key(pem: &[u8]) -> Result<PrivateKeyDer<'static>, TlsError> {
    let holds = |text: &[u8]| pem.windows(text.len()).any(|window| window == text);
    if holds(ENCRYPTED) || holds(ENCRYPTED_BEFORE) {
        return Err(TlsError::EncryptedKey);
    }
    PrivateKeyDer::from_pem_slice(pem).map_err(|cause| {
        if matches!(cause, PemError::NoItemsFound) { TlsError::NoKey } else { TlsError::Pem(cause) }
    })
}

#[cfg(test)]
mod tests {
    use rcgen::{CertificateParams, KeyPair};
    use rstest::rstest;

    use super::super::Tls;

    fn pair() -> (String, String) {
        let key = KeyPair::generate().unwrap();
        let certificate = CertificateParams::new(["idp.test".to_owned()]).unwrap().self_signed(&key).unwrap();
        (certificate.pem(), key.serialize_pem())
    }

    #[test]
    fn a_certificate_and_its_key_are_taken() {
        let (certificate, key) = pair();
        assert!(Tls::from_pem(certificate.as_bytes(), key.as_bytes()).is_ok());
    }

    #[test]
    fn one_file_may_hold_both() {
        let (certificate, key) = pair();
        let both = format!("{key}{certificate}");
        assert!(Tls::from_pem(both.as_bytes(), both.as_bytes()).is_ok());
    }

    #[rstest]
    #[case::swapped(&pair().1, &pair().0, "the certificate comes first")]
    #[case::no_certificate("hello", &pair().1, "no PEM certificate")]
    #[case::no_key(&pair().0, "hello", "no PEM private key")]
    #[case::no_key_but_a_certificate(&pair().0, &pair().0, "no PEM private key")]
    #[case::another_key(&pair().0, &pair().1, "not that of the first certificate")]
    #[case::locked(&pair().0, "-----BEGIN ENCRYPTED PRIVATE KEY-----", "without a passphrase")]
    #[case::locked_before(&pair().0, "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED", "without a passphrase")]
    #[case::damaged("-----BEGIN CERTIFICATE-----\n???\n-----END CERTIFICATE-----", &pair().1, "cannot be read")]
    #[case::not_a_certificate(
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----",
        &pair().1,
        "certificate or key cannot be used"
    )]
    fn a_mistake_is_named(#[case] chain: &str, #[case] key: &str, #[case] said: &str) {
        let refused = Tls::from_pem(chain.as_bytes(), key.as_bytes()).unwrap_err().to_string();
        assert!(refused.contains(said), "{refused}");
    }
}

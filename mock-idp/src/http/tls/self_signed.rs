//! A CA that lives for one certificate.
//!
//! A CA and not just a self-signed certificate, because that is what every runtime lets one trust. Its private key signs
//! once and is then forgotten, so that whoever trusts it trusts this one provider and nothing that could be made later.

use std::sync::Arc;

use jiff::tz::TimeZone;
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DistinguishedName, DnType, ExtendedKeyUsagePurpose,
    IsCa, KeyPair, KeyUsagePurpose, date_time_ymd,
};
use rustls::pki_types::PrivateKeyDer;
use rustls::sign::CertifiedKey;

use super::{Identity, TlsError, TlsFlaw, provider};
use crate::protocol::Timestamp;

/// What the CA is called, in lists of trusted CAs.
const AUTHORITY: &str = "mock-idp throw-away CA";

/// What a CA is called that nobody is told of.
const STRANGER: &str = "mock-idp unknown CA";

/// What the certificate is called. Nobody has looked for host names here since RFC 6125.
const PROVIDER: &str = "mock-idp";

/// The names of this machine to itself.
const LOOPBACK: [&str; 3] = ["localhost", "127.0.0.1", "::1"];

/// A host that is nobody (RFC6761-6.4).
const ELSEWHERE: &str = "elsewhere.invalid";

/// Longer than any test runs; some platforms refuse certificates of more than 825 days.
const DAYS: i64 = 365;

const SECONDS_A_DAY: i64 = 24 * 3600;

/// Makes both certificates. The time is the machine's and never the virtual one: clients check with theirs.
pub(super) fn identity(
    names: &[String],
    flaw: Option<TlsFlaw>,
    now: Timestamp,
) -> Result<Identity, TlsError> {
    let trusted = authority(AUTHORITY, now)?;
    let key = KeyPair::generate()?;
    let params = flawed(server(names, now)?, flaw, now)?;
    let certificate = match flaw {
        Some(TlsFlaw::SelfSigned) => params.self_signed(&key)?,
        Some(TlsFlaw::UnknownAuthority) => {
            let stranger = authority(STRANGER, now)?;
            params.signed_by(&key, &stranger)?
        }
        Some(TlsFlaw::Expired | TlsFlaw::NotYetValid | TlsFlaw::WrongName) | None => {
            params.signed_by(&key, &trusted)?
        }
    };
    let private = PrivateKeyDer::try_from(key.serialize_der())
        .map_err(|cause| TlsError::Unusable(rustls::Error::General(cause.to_owned())))?;
    let certified = CertifiedKey::from_der(vec![certificate.der().clone()], private, &provider())?;
    Ok(Identity { certified: Arc::new(certified), ca: Some(trusted.pem()), flaw })
}

/// What is wrong with the certificate itself.
fn flawed(
    mut params: CertificateParams,
    flaw: Option<TlsFlaw>,
    now: Timestamp,
) -> Result<CertificateParams, TlsError> {
    Ok(match flaw {
        Some(TlsFlaw::Expired) => between(params, (-30, -1), now),
        Some(TlsFlaw::NotYetValid) => between(params, (2, DAYS), now),
        Some(TlsFlaw::WrongName) => {
            let elsewhere = CertificateParams::new(vec![ELSEWHERE.to_owned()])?;
            params.subject_alt_names = elsewhere.subject_alt_names;
            params
        }
        Some(TlsFlaw::SelfSigned | TlsFlaw::UnknownAuthority) | None => params,
    })
}

fn authority(name: &str, now: Timestamp) -> Result<CertifiedIssuer<'static, KeyPair>, TlsError> {
    let mut params = valid(CertificateParams::default(), now);
    params.distinguished_name = called(name);
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    Ok(CertifiedIssuer::self_signed(params, KeyPair::generate()?)?)
}

fn server(names: &[String], now: Timestamp) -> Result<CertificateParams, TlsError> {
    let mut all: Vec<String> = Vec::new();
    for name in LOOPBACK.iter().map(|name| (*name).to_owned()).chain(names.iter().cloned()) {
        if !all.contains(&name) {
            all.push(name);
        }
    }
    let mut params = valid(CertificateParams::new(all)?, now);
    params.distinguished_name = called(PROVIDER);
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.use_authority_key_identifier_extension = true;
    Ok(params)
}

/// From yesterday on, for clocks that are late.
fn valid(params: CertificateParams, now: Timestamp) -> CertificateParams {
    between(params, (-1, DAYS), now)
}

/// From one day to another, counted from now.
fn between(mut params: CertificateParams, days: (i64, i64), now: Timestamp) -> CertificateParams {
    let day = |days: i64| {
        let second = now.plus(days.saturating_mul(SECONDS_A_DAY)).as_secs();
        let date = jiff::Timestamp::from_second(second).unwrap_or_default().to_zoned(TimeZone::UTC).date();
        let unsigned = |part: i8| u8::try_from(part).unwrap_or(1);
        date_time_ymd(date.year().into(), unsigned(date.month()), unsigned(date.day()))
    };
    params.not_before = day(days.0);
    params.not_after = day(days.1);
    params
}

fn called(name: &str) -> DistinguishedName {
    let mut distinguished = DistinguishedName::new();
    distinguished.push(DnType::CommonName, name);
    distinguished
}

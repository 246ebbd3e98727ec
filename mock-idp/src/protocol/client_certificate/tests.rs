use rcgen::string::Ia5String;
use rcgen::{CertificateParams, DnType, KeyPair, SanType};
use rstest::rstest;
use serde_json::{Value, json};

use base64::engine::general_purpose::STANDARD;

use super::*;

/// A certificate with a name in every place.
fn made(key: &KeyPair) -> ClientCertificate {
    let mut params = CertificateParams::default();
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(DnType::CountryName, "DE");
    params.distinguished_name.push(DnType::OrganizationName, "Acme, Inc.");
    params.distinguished_name.push(DnType::CommonName, "app");
    let text = |text: &str| Ia5String::try_from(text.to_owned()).unwrap();
    params.subject_alt_names = vec![
        SanType::DnsName(text("app.acme.test")),
        SanType::URI(text("spiffe://acme.test/app")),
        SanType::IpAddress([10, 0, 0, 7].into()),
        SanType::IpAddress("fd00::7".parse().unwrap()),
        SanType::Rfc822Name(text("app@acme.test")),
    ];
    ClientCertificate::from_der(params.self_signed(key).unwrap().der()).unwrap()
}

fn certificate() -> ClientCertificate {
    made(&KeyPair::generate().unwrap())
}

#[test]
fn what_it_says_of_its_holder_can_be_copied_into_a_configuration() {
    let expected = "subject_dn `CN=app,O=Acme\\, Inc.,C=DE`, san_dns `app.acme.test`, san_uri `spiffe://acme.test/app`, \
                    san_ip `10.0.0.7`, san_ip `fd00::7`, san_email `app@acme.test`";
    assert_eq!(certificate().holder(), expected);
}

#[rstest]
#[case::subject("subject_dn", "CN=app,O=Acme\\, Inc.,C=DE")]
#[case::subject_in_another_spelling("subject_dn", "cn=APP, o=Acme\\,  Inc., c=de")]
#[case::subject_by_numbers("subject_dn", "2.5.4.3=app,2.5.4.10=Acme\\, Inc.,2.5.4.6=DE")]
#[case::host("san_dns", "App.acme.test")]
#[case::uri("san_uri", "spiffe://acme.test/app")]
#[case::address("san_ip", "10.0.0.7")]
#[case::address_in_another_spelling("san_ip", "fd00:0:0::7")]
#[case::email("san_email", "app@acme.test")]
fn a_subject_is_found_in_its_place(#[case] place: &str, #[case] name: &str) {
    assert!(CertificateSubject::at(place, name).unwrap().is_that_of(&certificate()));
}

#[rstest]
#[case::part_of_the_subject("subject_dn", "CN=app")]
#[case::another_order("subject_dn", "C=DE,O=Acme\\, Inc.,CN=app")]
#[case::another_subject("subject_dn", "CN=other,O=Acme\\, Inc.,C=DE")]
#[case::no_subject("subject_dn", "app")]
#[case::host_as_a_uri("san_uri", "app.acme.test")]
#[case::parent_of_the_host("san_dns", "acme.test")]
#[case::uri_in_another_case("san_uri", "spiffe://acme.test/App")]
#[case::another_address("san_ip", "10.0.0.8")]
#[case::no_address("san_ip", "app")]
#[case::another_email("san_email", "ada@acme.test")]
fn another_subject_is_not_found(#[case] place: &str, #[case] name: &str) {
    assert!(!CertificateSubject::at(place, name).unwrap().is_that_of(&certificate()));
}

#[rstest]
#[case::no_attribute("subject_dn", "app", NotASubject::Dn("app".to_owned()))]
#[case::unknown_attribute("subject_dn", "NAME OF APP=x", NotASubject::Dn("NAME OF APP=x".to_owned()))]
#[case::host_as_an_address("san_ip", "app", NotASubject::Ip("app".to_owned()))]
#[case::nothing("san_dns", " ", NotASubject::Empty)]
fn a_name_that_no_certificate_has_is_a_mistake(
    #[case] place: &str,
    #[case] name: &str,
    #[case] why: NotASubject,
) {
    assert_eq!(CertificateSubject::at(place, name).unwrap().checked(), Err(why));
}

#[test]
fn the_thumbprint_is_the_hash_of_the_whole_certificate() {
    let certificate = certificate();
    let hash = digest::digest(&digest::SHA256, &certificate.der);
    assert_eq!(URL_SAFE_NO_PAD.decode(certificate.thumbprint()).unwrap(), hash.as_ref());
}

/// The public key as a JWK.
fn jwk(key: &KeyPair) -> Value {
    let encoded = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let raw = key.public_key_raw();
    if key.algorithm() == &rcgen::PKCS_ED25519 {
        json!({ "kty": "OKP", "crv": "Ed25519", "x": encoded(raw) })
    } else if key.algorithm() == &rcgen::PKCS_RSA_SHA256 {
        use rsa::pkcs1::DecodeRsaPublicKey as _;
        use rsa::traits::PublicKeyParts as _;
        let key = rsa::RsaPublicKey::from_pkcs1_der(raw).unwrap();
        json!({ "kty": "RSA", "n": encoded(&key.n().to_bytes_be()), "e": encoded(&key.e().to_bytes_be()) })
    } else {
        let (x, y) = raw[1..].split_at(raw.len() / 2);
        json!({ "kty": "EC", "crv": "P-256", "x": encoded(x), "y": encoded(y) })
    }
}

fn keys(jwks: &[Value]) -> ClientKeys {
    ClientKeys::new(&json!({ "keys": jwks })).unwrap()
}

#[rstest]
#[case::ec(&rcgen::PKCS_ECDSA_P256_SHA256)]
#[case::rsa(&rcgen::PKCS_RSA_SHA256)]
#[case::ed25519(&rcgen::PKCS_ED25519)]
fn a_certificate_is_recognised_by_its_key(#[case] kind: &'static rcgen::SignatureAlgorithm) {
    let (own, other) = (KeyPair::generate_for(kind).unwrap(), KeyPair::generate_for(kind).unwrap());
    let certificate = made(&own);
    assert!(certificate.is_among(&keys(&[jwk(&other), jwk(&own)])));
    assert!(!certificate.is_among(&keys(&[jwk(&other)])));
}

#[test]
fn where_a_certificate_is_registered_its_key_alone_is_not_enough() {
    let own = KeyPair::generate().unwrap();
    let (registered, renewed) = (made(&own), made(&own));
    let mut with = jwk(&own);
    with["x5c"] = json!([STANDARD.encode(&registered.der)]);
    assert!(registered.is_among(&keys(&[with.clone()])));
    assert!(!renewed.is_among(&keys(&[with])));
}

#[test]
fn other_bytes_are_not_a_certificate() {
    assert!(ClientCertificate::from_der(b"hello").is_err());
}

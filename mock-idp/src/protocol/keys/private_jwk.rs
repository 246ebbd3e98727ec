//! Private keys as JWKs (RFC7518-6, RFC8037-2): what `mock-idp keys` writes and a configuration reads.

use std::collections::BTreeMap;

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::encoding::AsBigEndian as _;
use aws_lc_rs::signature::Ed25519KeyPair;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rsa::pkcs8::{DecodePrivateKey as _, EncodePrivateKey as _};
use rsa::traits::PrivateKeyParts as _;
use rsa::{BigUint, RsaPrivateKey};
use serde_json::{Map, Value};

use super::material::{base64url, ec_private_der};
use super::{Algorithm, KeyError, KeyKind, KeyMaterial, SigningKey};

impl KeyMaterial {
    /// Reads a private JWK. Its public members have to be those of the key.
    pub fn from_jwk(algorithm: Algorithm, jwk: &Map<String, Value>) -> Result<Self, KeyError> {
        let key = match algorithm.key_kind() {
            KeyKind::Rsa => rsa_key(algorithm, jwk),
            KeyKind::P256 | KeyKind::P384 => ec_key(algorithm, jwk),
            KeyKind::Ed25519 => {
                let seed = bytes(jwk, "d");
                seed.and_then(|seed| Ed25519KeyPair::from_seed_unchecked(&seed).ok()).map(Self::Ed25519)
            }
            KeyKind::Secret => return Err(KeyError::Symmetric(algorithm)),
        };
        let is_said =
            |key: &Self| key.public_members().iter().all(|(name, value)| jwk.get(name) == Some(value));
        key.filter(is_said).ok_or(KeyError::Unsuitable { algorithm })
    }

    /// The private members of the JWK.
    fn private_members(&self) -> Option<Map<String, Value>> {
        let members = match self {
            Self::Rsa(_) => rsa_members(&RsaPrivateKey::from_pkcs8_der(&self.to_pkcs8()?).ok()?)?,
            Self::P256(key) | Self::P384(key) => {
                vec![("d", base64url(key.private_key().as_be_bytes().ok()?.as_ref()))]
            }
            Self::Ed25519(key) => vec![("d", base64url(key.seed().ok()?.as_be_bytes().ok()?.as_ref()))],
        };
        Some(members.into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect())
    }

    /// "the base64url encoding of […] the UTF-8 representation of a JWK constructed containing only the REQUIRED members
    /// […] ordered lexicographically by the Unicode code points of the member names" (RFC7638-3), digested with SHA-256.
    pub fn thumbprint(&self) -> String {
        let members: BTreeMap<String, Value> = self.public_members().into_iter().collect();
        let canonical = serde_json::to_string(&members).unwrap_or_default();
        base64url(digest(&SHA256, canonical.as_bytes()).as_ref())
    }
}

impl SigningKey {
    /// The whole key as a JWK: whoever has it signs as this provider.
    pub fn private_jwk(&self) -> Option<Value> {
        let mut jwk = self.public_jwk();
        jwk.as_object_mut()?.extend(self.material().private_members()?);
        Some(jwk)
    }
}

/// The JWK that is meant among those of a file, which has one or a set: the one with this `kid` where one is asked for, else
/// the first that is for the algorithm.
pub fn chosen<'a>(
    document: &'a Map<String, Value>,
    algorithm: Algorithm,
    kid: Option<&str>,
) -> Result<&'a Map<String, Value>, KeyError> {
    let one = [document];
    let mut keys: Vec<&Map<String, Value>> = match document.get("keys") {
        Some(keys) => keys.as_array().into_iter().flatten().filter_map(Value::as_object).collect(),
        None => one.into(),
    };
    let text = |jwk: &'a Map<String, Value>, member: &str| jwk.get(member).and_then(Value::as_str);
    keys.retain(|jwk| text(jwk, "alg").is_none_or(|alg| alg == algorithm.as_str()));
    keys.retain(|jwk| kid.is_none_or(|wanted| text(jwk, "kid").is_none_or(|kid| kid == wanted)));
    let missing = || KeyError::NoJwk { algorithm, kid: kid.map(str::to_owned) };
    keys.first().copied().ok_or_else(missing)
}

fn rsa_key(algorithm: Algorithm, jwk: &Map<String, Value>) -> Option<KeyMaterial> {
    let number = |member| bytes(jwk, member).map(|bytes| BigUint::from_bytes_be(&bytes));
    let primes = vec![number("p")?, number("q")?];
    let key = RsaPrivateKey::from_components(number("n")?, number("e")?, number("d")?, primes).ok()?;
    KeyMaterial::from_der(algorithm, key.to_pkcs8_der().ok()?.as_bytes()).ok()
}

/// "d", "p", "q", "dp", "dq", "qi" (RFC7518-6.3.2).
fn rsa_members(key: &RsaPrivateKey) -> Option<Vec<(&'static str, String)>> {
    let [p, q] = key.primes() else { return None };
    let one = BigUint::from(1_u8);
    let (dp, dq) = (key.d() % (p - &one), key.d() % (q - &one));
    let qi = key.crt_coefficient()?;
    let parts = [("d", key.d()), ("p", p), ("q", q), ("dp", &dp), ("dq", &dq), ("qi", &qi)];
    Some(parts.into_iter().map(|(name, number)| (name, base64url(&number.to_bytes_be()))).collect())
}

fn ec_key(algorithm: Algorithm, jwk: &Map<String, Value>) -> Option<KeyMaterial> {
    let der = ec_private_der(algorithm.key_kind(), &bytes(jwk, "d")?)?;
    KeyMaterial::from_der(algorithm, &der).ok()
}

fn bytes(jwk: &Map<String, Value>, member: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(jwk.get(member)?.as_str()?).ok()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use rstest::rstest;
    use serde_json::json;

    use super::*;

    fn key(algorithm: Algorithm, seed: u8) -> SigningKey {
        let material = KeyMaterial::from_seed(algorithm, [seed; 32]).unwrap();
        SigningKey::new("k".to_owned(), algorithm, Arc::new(material))
    }

    fn object(value: Value) -> Map<String, Value> {
        serde_json::from_value(value).unwrap()
    }

    #[rstest]
    fn a_key_that_was_written_down_is_the_same_key(
        #[values(Algorithm::RS256, Algorithm::ES256, Algorithm::ES384, Algorithm::EdDsa)]
        algorithm: Algorithm,
        #[values(1, 2)] seed: u8,
    ) {
        let key = key(algorithm, seed);
        let jwk = object(key.private_jwk().unwrap());
        let read = KeyMaterial::from_jwk(algorithm, &jwk).unwrap();
        assert_eq!(read.to_pkcs8(), key.material().to_pkcs8());
    }

    /// The Ed25519 key of RFC8037-A.1, whose thumbprint is in A.3.
    fn of_the_standard() -> Map<String, Value> {
        object(json!({
            "kty": "OKP", "crv": "Ed25519", "d": "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",
            "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
        }))
    }

    #[test]
    fn the_example_of_the_standard_is_read_and_has_its_thumbprint() {
        let key = KeyMaterial::from_jwk(Algorithm::EdDsa, &of_the_standard()).unwrap();
        assert_eq!(key.thumbprint(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    }

    #[rstest]
    #[case::no_private_part("d", Value::Null)]
    #[case::of_another_public_key("x", json!("AAAAAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"))]
    #[case::of_another_curve("crv", json!("X25519"))]
    #[case::not_base64("d", json!("*"))]
    fn what_is_no_private_key_is_refused(#[case] member: &str, #[case] value: Value) {
        let mut jwk = of_the_standard();
        jwk.insert(member.to_owned(), value);
        let refused = KeyMaterial::from_jwk(Algorithm::EdDsa, &jwk).unwrap_err();
        assert_eq!(refused, KeyError::Unsuitable { algorithm: Algorithm::EdDsa });
    }

    #[rstest]
    #[case::the_first_for_the_algorithm(Algorithm::ES256, None, Some("b"))]
    #[case::by_its_name(Algorithm::ES256, Some("c"), Some("c"))]
    #[case::by_the_name_of_another_algorithm(Algorithm::ES256, Some("a"), None)]
    #[case::for_no_algorithm(Algorithm::ES384, None, None)]
    fn a_key_of_a_set_is_chosen(
        #[case] algorithm: Algorithm,
        #[case] kid: Option<&str>,
        #[case] expected: Option<&str>,
    ) {
        let jwk = |kid: &str, alg: &str| json!({ "kid": kid, "alg": alg });
        let set = object(json!({ "keys": [jwk("a", "RS256"), jwk("b", "ES256"), jwk("c", "ES256")] }));
        let found = chosen(&set, algorithm, kid).ok().map(|jwk| jwk["kid"].as_str().unwrap());
        assert_eq!(found, expected);
    }
}

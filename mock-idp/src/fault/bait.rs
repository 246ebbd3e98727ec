//! What lies in the trap, for relying parties that fetch what they should not: the attacker's keys and certificate, so
//! that whoever comes there also accepts what it verifies.

use serde_json::json;

use crate::protocol::keys::{Algorithm, STRANGER_CERTIFICATE, stranger};

/// A document in the trap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bait {
    /// What it is.
    pub content_type: &'static str,
    /// The document.
    pub body: String,
}

impl Bait {
    /// What lies at a path, if anything does.
    pub fn at(path: &str) -> Option<Self> {
        if path.ends_with("/jwks.json") || path.ends_with("/jwks") {
            let algorithms = [Algorithm::RS256, Algorithm::ES256].into_iter();
            let keys = algorithms.filter_map(|algorithm| stranger(algorithm, "stranger"));
            let keys: Vec<_> = keys.map(|key| key.public_jwk()).collect();
            return Some(Self {
                content_type: "application/jwk-set+json",
                body: json!({ "keys": keys }).to_string(),
            });
        }
        path.ends_with("/certificate.pem").then(|| Self {
            content_type: "application/pem-certificate-chain",
            body: STRANGER_CERTIFICATE.to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::keys("/jwks.json", true)]
    #[case::where_a_redirect_leads("/acme/jwks", true)]
    #[case::certificate("/certificate.pem", true)]
    #[case::token("/token", false)]
    fn only_what_a_header_can_point_to_is_there(#[case] path: &str, #[case] there: bool) {
        assert_eq!(Bait::at(path).is_some(), there);
    }

    #[test]
    fn the_keys_are_those_that_the_header_faults_sign_with() {
        let bait: serde_json::Value = serde_json::from_str(&Bait::at("/jwks.json").unwrap().body).unwrap();
        assert_eq!(bait["keys"][0], super::super::jwt_key::strangers_own().unwrap().public_jwk());
        assert!(bait["keys"].as_array().unwrap().iter().all(|key| key.get("d").is_none()));
    }
}

//! `at_hash` and `c_hash` (OIDCC-3.1.3.6, OIDCC-3.3.2.11).

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::protocol::keys::Algorithm;

/// "the base64url encoding of the left-most half of the hash of the octets of the ASCII representation", with the hash
/// of the ID token's algorithm (OIDCC-3.1.3.6). Ed25519 hashes with SHA-512.
pub fn left_half(algorithm: Algorithm, text: &str) -> String {
    let digest = digest::digest(hash_of(algorithm), text.as_bytes());
    let (left, _) = digest.as_ref().split_at(digest.as_ref().len() / 2);
    URL_SAFE_NO_PAD.encode(left)
}

const fn hash_of(algorithm: Algorithm) -> &'static digest::Algorithm {
    match algorithm {
        Algorithm::RS256 | Algorithm::PS256 | Algorithm::ES256 | Algorithm::HS256 => &digest::SHA256,
        Algorithm::RS384 | Algorithm::PS384 | Algorithm::ES384 | Algorithm::HS384 => &digest::SHA384,
        Algorithm::RS512 | Algorithm::PS512 | Algorithm::EdDsa | Algorithm::HS512 => &digest::SHA512,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_examples_of_the_standard_hold() {
        let vectors: serde_json::Value =
            serde_json::from_str(include_str!("../../../../fixtures/vectors/openid-connect-core.json"))
                .unwrap();
        for vector in vectors["hashes"].as_array().unwrap() {
            let computed = left_half(Algorithm::RS256, vector["of"].as_str().unwrap());
            assert_eq!(computed, vector["is"], "{}", vector["claim"]);
        }
    }
}

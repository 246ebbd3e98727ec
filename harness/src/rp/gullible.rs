//! Ways to take a signature for good that no relying party should have. Each is somebody's weakness; without one, nothing
//! here is ever asked.

use super::jws::{self, Jwt};
use super::weakness::{LeftOut, Weakness};

/// One way, and whose it is.
type Way = (Weakness, fn(&Jwt) -> bool);

const WAYS: &[Way] =
    &[(Weakness::AcceptsUnsigned, says_that_it_is_unsigned), (Weakness::TrustsHeaderKey, fits_its_own_key)];

/// Whether one of the weaknesses takes the signature for good.
pub(super) fn believes(jwt: &Jwt, left_out: &LeftOut) -> bool {
    WAYS.iter().any(|(weakness, believes)| left_out.has(*weakness) && believes(jwt))
}

/// RFC7515-4.1.1 makes names of algorithms case-sensitive; whoever looks for `none` alone is caught by `nOnE`.
fn says_that_it_is_unsigned(jwt: &Jwt) -> bool {
    jwt.header_text("alg").is_some_and(|alg| alg.trim().eq_ignore_ascii_case("none"))
}

fn fits_its_own_key(jwt: &Jwt) -> bool {
    jwt.header.get("jwk").is_some_and(|jwk| jws::fits_key(jwt, jwk))
}

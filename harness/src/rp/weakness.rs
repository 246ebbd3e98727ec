//! Checks that a relying party can be made to do without, so that a harness can show that it notices.
//!
//! A weakness is for proving a test, never for use: [`RelyingParty::without`] is the only way to it, and nothing on the
//! command line leads there.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use super::RelyingParty;

/// One row per weakness: its variant, its name, what a relying party with it does, and the clause that it breaks.
macro_rules! weaknesses {
    ($($variant:ident $name:literal $does:literal $clause:literal;)+) => {
        /// A check that is left out, or something that ought not to be done and is.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Weakness {
            $(#[doc = concat!("It ", $does, ".")] $variant,)+
        }

        impl Weakness {
            /// All of them, in the order of the flow.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The name, for example `skips-nonce`.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }

            /// What a relying party with this weakness does, as a verb with its object.
            pub const fn does(self) -> &'static str {
                match self {
                    $(Self::$variant => $does,)+
                }
            }

            /// The clause that it breaks.
            pub const fn clause(self) -> &'static str {
                match self {
                    $(Self::$variant => $clause,)+
                }
            }
        }
    };
}

weaknesses! {
    // the provider's metadata
    SkipsMetadataIssuer "skips-metadata-issuer" "takes metadata whose `issuer` is another one" "OIDCD-4.3";

    // the authentication response
    SkipsState "skips-state" "judges a response against the browser's latest request, whatever its `state`" "RFC6749-10.12";
    SkipsBrowser "skips-browser" "takes the response to a request that another browser began" "RFC9700-4.7";

    // the signature of a token
    AcceptsUnsigned "accepts-unsigned" "takes `alg: none` in any spelling for a signature" "RFC8725-3.2";
    AcceptsAnyAlgorithm "accepts-any-algorithm" "verifies with whatever algorithm the token names" "RFC8725-3.1";
    TrustsHeaderKey "trusts-header-key" "verifies with the key in the token's own `jwk` header" "RFC8725-3.10";
    SkipsCriticalHeader "skips-critical-header" "passes over extensions that the header calls critical" "RFC7515-4.1.11";
    SkipsTokenKind "skips-token-kind" "takes a JWT of another kind for an ID token" "RFC8725-3.11";
    SkipsSignature "skips-signature" "does not verify signatures" "OIDCC-3.1.3.7-6";

    // the claims of an ID token
    SkipsIssuer "skips-issuer" "does not compare `iss`" "OIDCC-3.1.3.7-2";
    SkipsAudience "skips-audience" "does not look for itself in `aud`" "OIDCC-3.1.3.7-3";
    TrustsFurtherAudiences "trusts-further-audiences" "trusts every audience beside itself" "OIDCC-3.1.3.7-3";
    SkipsAuthorizedParty "skips-authorized-party" "does not compare `azp`" "OIDCC-3.1.3.7-5";
    SkipsExpiry "skips-expiry" "does not look at `exp`" "OIDCC-3.1.3.7-9";
    SkipsNotBefore "skips-not-before" "does not look at `nbf`" "RFC7519-4.1.5";
    SkipsIssueTime "skips-issue-time" "does not look at `iat`" "OIDCC-2";
    SkipsNonce "skips-nonce" "does not compare `nonce`" "OIDCC-3.1.3.7-11";
    SkipsAuthenticationTime "skips-authentication-time" "does not compare `auth_time` with `max_age`" "OIDCC-3.1.3.7-13";
    SkipsSubject "skips-subject" "takes anything for a `sub`" "OIDCC-2";
    SkipsAccessTokenHash "skips-access-token-hash" "does not compare `at_hash`" "OIDCC-3.2.2.9";
    SkipsCodeHash "skips-code-hash" "does not compare `c_hash`" "OIDCC-3.3.2.10";

    // UserInfo
    SkipsUserinfoSubject "skips-userinfo-subject" "does not compare `sub` of UserInfo with the ID token's" "OIDCC-5.3.2";
}

impl fmt::Display for Weakness {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}

/// The weaknesses of one relying party; none by default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct LeftOut(Arc<BTreeSet<Weakness>>);

impl LeftOut {
    /// Whether this weakness is among them.
    pub(super) fn has(&self, weakness: Weakness) -> bool {
        self.0.contains(&weakness)
    }
}

impl RelyingParty {
    /// The same relying party with a weakness, for proving that a test notices it. It may have several.
    #[must_use]
    pub fn without(mut self, weakness: Weakness) -> Self {
        Arc::make_mut(&mut self.left_out.0).insert(weakness);
        self
    }

    /// Whether it has this weakness: a check that asks is left out then.
    pub(super) fn skips(&self, weakness: Weakness) -> bool {
        self.left_out.has(weakness)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::Weakness;

    #[test]
    fn a_weakness_is_known_by_its_name() {
        let names: BTreeSet<&str> = Weakness::ALL.iter().map(|it| it.name()).collect();
        assert_eq!(names.len(), Weakness::ALL.len());
        for weakness in Weakness::ALL {
            let spelled: String = format!("{weakness:?}")
                .chars()
                .flat_map(
                    |c| if c.is_ascii_uppercase() { vec!['-', c.to_ascii_lowercase()] } else { vec![c] },
                )
                .collect();
            assert_eq!(spelled.trim_start_matches('-'), weakness.name());
        }
    }
}

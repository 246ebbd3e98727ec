//! Checks that a relying party can be made to do without, so that a harness can show that it notices.
//!
//! A weakness is for proving a test, never for use: [`RelyingParty::without`] is the only way to it, and nothing on the
//! command line leads there.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

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
    // the provider, before a login
    SkipsCertificate "skips-certificate" "takes anybody's word over TLS, whatever their certificate" "OIDCC-16.17";
    SkipsMetadataIssuer "skips-metadata-issuer" "takes metadata whose `issuer` is another one" "OIDCD-4.3";
    AcceptsInsecureEndpoints "accepts-insecure-endpoints" "uses endpoints without TLS of an issuer with it" "OIDCD-7.1";
    CallsAnyAddress "calls-any-address" "calls endpoints on this machine or in its network for an issuer elsewhere" "OIDCD-7";
    SkipsStatus "skips-status" "reads documents whatever their status" "OIDCD-4.2";
    SkipsContentType "skips-content-type" "reads metadata and token responses whatever their content type" "OIDCD-4.2";
    FollowsRedirects "follows-redirects" "follows redirects, with everything that it has along and without end" "RFC9110-15.4";
    RepeatsFailedCalls "repeats-failed-calls" "repeats a call that failed, again and again" "RFC6749-5.2";
    GuessesMetadata "guesses-metadata" "goes on with addresses that it guesses when metadata is of no use" "OIDCD-4.3";
    TakesAnyLink "takes-any-link" "takes the first link of a WebFinger answer for the issuer's, whatever its relation" "OIDCD-2";
    TakesFirstDuplicate "takes-first-duplicate" "takes the first of two members of one name" "RFC8259-4";
    MendsJson "mends-json" "makes something of what is no JSON, or no object" "RFC7519-7.2";
    LooksForKeysWithoutEnd "looks-for-keys-without-end" "fetches the keys again for every unknown `kid`" "OIDCC-10.1.1";
    InitiatesAnywhere "initiates-anywhere" "begins a login at whatever issuer it is told" "OIDCC-4";

    // the authentication response
    SkipsState "skips-state" "judges a response against the browser's latest request, whatever its `state`" "RFC6749-10.12";
    SkipsBrowser "skips-browser" "takes the response to a request that another browser began" "RFC9700-4.7";
    KeepsState "keeps-state" "takes any number of responses to one request" "RFC9700-4.7";
    KeepsOneRequest "keeps-one-request" "knows of each browser only its latest request, and judges every response by it" "RFC9700-4.4";
    AcceptsUnsolicited "accepts-unsolicited" "takes responses that it did not ask for, and so binds codes to no request" "RFC6749-10.12";
    TakesFirstParameter "takes-first-parameter" "takes the first of two parameters of one name" "RFC6749-3.1";
    SkipsResponseIssuer "skips-response-issuer" "does not compare `iss` of the response" "RFC9207-2.4";
    SharesRedirectUri "shares-redirect-uri" "has one redirect URI for all issuers, and does not compare `iss`" "RFC9700-4.4";
    SkipsError "skips-error" "goes on with the code when there is an error as well" "RFC6749-4.1.2.1";
    StartsAgainAfterErrors "starts-again-after-errors" "starts again when a login has failed" "OIDCC-3.1.2.6";
    AcceptsAnyMode "accepts-any-mode" "takes responses in a mode that it did not ask for" "OAuth-Multiple-Response-Types-3";
    ToleratesIncomplete "tolerates-incomplete" "goes on when part of the response is missing" "OIDCC-3.3.2.5";
    UsesUnaskedTokens "uses-unasked-tokens" "uses tokens that it did not ask for, before those of the token endpoint" "OIDCC-3.1.2.5";
    ReturnsAnywhere "returns-anywhere" "sends the browser wherever it is told after a login or logout" "RFC9700-4.11.1";
    SharesSessions "shares-sessions" "gives everybody the same session" "RFC9700-2.1";
    KeepsSessionId "keeps-session-id" "keeps the session identifier that the browser had before" "RFC9700-2.1";
    WritesMarkup "writes-markup" "writes what came from outside into its pages as it is" "RFC6749-4.1.2.1";
    LinksAnywhere "links-anywhere" "links to whatever address an error names" "RFC6749-4.1.2.1";
    SplitsHeaders "splits-headers" "writes the description of an error into its headers, line breaks and all" "RFC6749-4.1.2.1";

    // the form and the signature of a token
    CountsNoSegments "counts-no-segments" "takes two or four segments for a JWT, the signature being optional" "RFC7515-7.1";
    ReadsAnyBase64 "reads-any-base64" "reads padding, spaces and the ordinary alphabet in what has to be base64url" "RFC7515-2";
    AcceptsUnsigned "accepts-unsigned" "takes `alg: none` in any spelling for a signature" "RFC8725-3.2";
    AssumesAlgorithm "assumes-algorithm" "takes a token without a usable `alg` for one of the usual algorithm" "RFC7515-4.1.1";
    AcceptsAnyAlgorithm "accepts-any-algorithm" "verifies with whatever algorithm the token names" "RFC8725-3.1";
    TakesPublicKeyForSecret "takes-public-key-for-secret" "verifies an HMAC with a public key as its secret" "RFC8725-2.1";
    TakesPublishedSecret "takes-published-secret" "verifies an HMAC with a symmetric key that is published" "RFC7517-9.2";
    TakesClientSecret "takes-client-secret" "verifies an HMAC with the client secret though another algorithm was agreed" "RFC8725-3.1";
    TakesUsualSecrets "takes-usual-secrets" "verifies an HMAC with an empty or guessable secret" "RFC7518-3.2";
    TrustsHeaderKey "trusts-header-key" "verifies with the key in the token's own `jwk` header" "RFC8725-3.10";
    TrustsHeaderCertificate "trusts-header-certificate" "verifies with the certificate in the token's own `x5c` header" "RFC7515-4.1.6";
    FollowsHeaderAddress "follows-header-address" "fetches the key from where `jku` or `x5u` in the header say" "RFC8725-3.10";
    SkipsUnknownKeys "skips-unknown-keys" "takes a signature for good when it finds no key of its `kid`" "OIDCC-10.1.1";
    TakesAnyNumber "takes-any-number" "verifies with an exponent of 1, and signatures of nothing" "RFC7518-3.4";
    TakesShortKeys "takes-short-keys" "verifies with RSA keys of fewer than 2,048 bits" "RFC7518-3.3";
    IgnoresKeyUse "ignores-key-use" "verifies with keys that are for something else" "RFC7517-4.2";
    IgnoresKeyAlgorithm "ignores-key-algorithm" "verifies with keys that are for another algorithm" "RFC7517-4.4";
    SkipsCriticalHeader "skips-critical-header" "passes over extensions that the header calls critical" "RFC7515-4.1.11";
    SkipsTokenKind "skips-token-kind" "takes a JWT whose `typ` is another for an ID token" "RFC8725-3.11";
    TakesAnyJwt "takes-any-jwt" "takes whatever JWT the provider has signed for an ID token, and reads nothing in it but `sub`" "RFC8725-3.11";
    SkipsSignature "skips-signature" "does not verify signatures" "OIDCC-3.1.3.7-6";

    // the claims of an ID token
    SkipsIssuer "skips-issuer" "does not compare `iss`" "OIDCC-3.1.3.7-2";
    KnowsPeopleBySubject "knows-people-by-subject" "takes people of two issuers with one `sub` for the same person" "OIDCC-5.7";
    TrustsHeaderClaims "trusts-header-claims" "takes a `sub` that is repeated in the header from there" "RFC7519-5.3";
    SkipsAudience "skips-audience" "does not look for itself in `aud`" "OIDCC-3.1.3.7-3";
    TrustsFurtherAudiences "trusts-further-audiences" "trusts every audience beside itself" "OIDCC-3.1.3.7-3";
    SkipsAuthorizedParty "skips-authorized-party" "does not compare `azp`" "OIDCC-3.1.3.7-5";
    SkipsExpiry "skips-expiry" "does not look at `exp`" "OIDCC-3.1.3.7-9";
    SkipsNotBefore "skips-not-before" "does not look at `nbf`" "RFC7519-4.1.5";
    SkipsIssueTime "skips-issue-time" "does not look at `iat`" "OIDCC-2";
    SkipsNonce "skips-nonce" "does not compare `nonce`" "OIDCC-3.1.3.7-11";
    SkipsContextClass "skips-context-class" "does not look at an `acr` that it called essential" "OIDCC-3.1.3.7-12";
    SkipsAuthenticationTime "skips-authentication-time" "does not compare `auth_time` with `max_age`" "OIDCC-3.1.3.7-13";
    SkipsSubject "skips-subject" "takes anything for a `sub`" "OIDCC-2";
    SkipsAccessTokenHash "skips-access-token-hash" "does not compare `at_hash`" "OIDCC-3.2.2.9";
    SkipsCodeHash "skips-code-hash" "does not compare `c_hash`" "OIDCC-3.3.2.10";
    SkipsFirstToken "skips-first-token" "does not compare the ID token of the token endpoint with the one before" "OIDCC-3.3.3.6";
    IgnoresSecondToken "ignores-second-token" "does not read the ID token of the token endpoint when it has one already" "OIDCC-3.3.3.7";
    FailsOpen "fails-open" "signs people in with what it has when the exchange fails" "OIDCC-3.1.3.7";

    // the token endpoint
    SendsNoChallenge "sends-no-challenge" "does without PKCE" "RFC9700-2.1.1";
    DowngradesChallenge "downgrades-challenge" "lets metadata talk it out of PKCE, or into `plain`" "RFC9700-4.8";
    RepeatsVerifier "repeats-verifier" "uses one PKCE verifier for all logins" "RFC7636-4.1";
    TakesForeignCodes "takes-foreign-codes" "binds codes neither by PKCE nor by `nonce`" "RFC9700-4.5";
    SendsSecretTwice "sends-secret-twice" "sends its secret in the header and in the body" "RFC6749-2.3";
    AddressesTokenEndpoint "addresses-token-endpoint" "addresses its assertions to the endpoint that metadata names" "RFC7523-3";
    RepeatsAssertionId "repeats-assertion-id" "gives all its assertions one `jti`" "RFC7523-3";
    SkipsTokenType "skips-token-type" "uses access tokens of a type that it does not know" "RFC6749-7.1";
    MakesUpTokens "makes-up-tokens" "makes up what a token response lacks" "RFC6749-5.1";
    BelievesUserinfo "believes-userinfo" "takes UserInfo's word for who it is where the ID token is missing or unreadable" "OIDCC-3.1.3.3";
    SkipsRenewedToken "skips-renewed-token" "does not look at the ID token of a refresh" "OIDCC-12.2";
    KeepsOldRefreshToken "keeps-old-refresh-token" "goes on with its first refresh token" "RFC6749-6";

    // UserInfo
    SkipsUserinfoSubject "skips-userinfo-subject" "does not compare `sub` of UserInfo with the ID token's" "OIDCC-5.3.2";
    SkipsUserinfoSignature "skips-userinfo-signature" "takes UserInfo unsigned or badly signed though signed was agreed" "OIDCC-5.3.4";
    BelievesClaimsUnread "believes-claims-unread" "takes claims that others are said to state without a look at who signed them" "OIDCC-5.6.2";
    SendsTokenInQuery "sends-token-in-query" "sends the access token in the address" "RFC6750-2.3";

    // signing out
    SkipsLogoutKind "skips-logout-kind" "takes a JWT whose `typ` is another for a logout token" "OIDCBC-2.4";
    TakesAnyJwtForLogout "takes-any-jwt-for-logout" "takes any JWT of the provider for a logout token" "RFC8725-3.11";
    SkipsLogoutIssuer "skips-logout-issuer" "does not compare `iss` of a logout token" "OIDCBC-2.6";
    SkipsLogoutAudience "skips-logout-audience" "does not look for itself in `aud` of a logout token" "OIDCBC-2.6";
    SkipsLogoutAge "skips-logout-age" "does not look at `iat` of a logout token" "OIDCBC-2.6";
    SkipsLogoutExpiry "skips-logout-expiry" "does not look at `exp` of a logout token" "OIDCBC-2.6";
    SkipsLogoutPerson "skips-logout-person" "signs everybody out when a logout token names nobody" "OIDCBC-2.6";
    SkipsLogoutEvent "skips-logout-event" "does not look for the event in a logout token" "OIDCBC-2.6";
    SkipsLogoutNonce "skips-logout-nonce" "takes a logout token with a `nonce`" "OIDCBC-2.6";
    SkipsLogoutId "skips-logout-id" "takes a logout token without `jti`" "OIDCBC-2.4";
    TakesLogoutTwice "takes-logout-twice" "takes one logout token any number of times, later for the person's other sessions" "OIDCBC-2.6";
    TakesLogoutAnyWay "takes-logout-any-way" "takes logout tokens by GET, twice, or in other than a form" "OIDCBC-2.5";
    EndsWithoutToken "ends-without-token" "ends all sessions when a logout request brings no token" "OIDCBC-2.5";
    EndsWhateverFits "ends-whatever-fits" "ends sessions that fit `sub` or `sid` where both are named" "OIDCBC-2.7";
    EndsAllSessions "ends-all-sessions" "ends all sessions where one is named" "OIDCBC-2.7";
    EndsOneSession "ends-one-session" "ends one session where a person is named" "OIDCBC-2.7";
    IgnoresLogout "ignores-logout" "answers a logout token with 200 and ends nothing" "OIDCBC-2.7";
    LetsLogoutBeCached "lets-logout-be-cached" "answers logout tokens without `no-store`" "OIDCBC-2.8";
    SkipsFrontChannelNames "skips-front-channel-names" "ends sessions whatever `iss` and `sid` a frame names" "OIDCFC-3";
    NeverWatches "never-watches" "does not ask the provider's page about the session, nor the provider itself" "OIDCSM-3.1";
    IgnoresChange "ignores-change" "does nothing when the provider's page says `changed`" "OIDCSM-3.1";
    RechecksAfterErrors "rechecks-after-errors" "asks for the person again whatever the provider's page says but `unchanged`" "OIDCSM-3.1";
    TakesAnyMessage "takes-any-message" "takes messages of any page for the provider's page's" "OIDCSM-3.1";
    RefusesFrames "refuses-frames" "forbids that its logout page is framed" "OIDCFC-2";
}

impl fmt::Display for Weakness {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}

/// The weaknesses that would have made a difference so far.
///
/// A relying party asks itself whether it has a weakness only where something would go otherwise with it. Whichever it never
/// asked about, it would have done the same with: there is no need to try.
#[derive(Clone, Debug, Default)]
pub struct Questions(Arc<Mutex<BTreeSet<Weakness>>>);

impl Questions {
    /// Those that came into question.
    pub fn raised(&self) -> BTreeSet<Weakness> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn raise(&self, weakness: Weakness) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(weakness);
    }
}

/// The weaknesses of one relying party; none by default.
#[derive(Clone, Debug, Default)]
pub(super) struct LeftOut {
    weaknesses: Arc<BTreeSet<Weakness>>,
    questions: Option<Questions>,
}

impl LeftOut {
    /// Whether this weakness is among them. To be asked only where it would make a difference ([`Questions`]).
    pub(super) fn has(&self, weakness: Weakness) -> bool {
        if let Some(questions) = &self.questions {
            questions.raise(weakness);
        }
        self.weaknesses.contains(&weakness)
    }

    /// Whether one of these is among them.
    pub(super) fn has_any(&self, weaknesses: &[Weakness]) -> bool {
        weaknesses.iter().any(|weakness| self.has(*weakness))
    }
}

impl RelyingParty {
    /// The same relying party with a weakness, for proving that a test notices it. It may have several.
    #[must_use]
    pub fn without(mut self, weakness: Weakness) -> Self {
        Arc::make_mut(&mut self.left_out.weaknesses).insert(weakness);
        self
    }

    /// The same relying party, which notes here the weaknesses that would make a difference to what it does.
    #[must_use]
    pub fn noting(mut self, questions: &Questions) -> Self {
        self.left_out.questions = Some(questions.clone());
        self
    }

    /// Whether it has a weakness, or somebody wants to know where one would make a difference: without either there is no
    /// need to look for such a place.
    pub(super) fn is_tried(&self) -> bool {
        self.left_out.questions.is_some() || !self.left_out.weaknesses.is_empty()
    }

    /// Whether it has this weakness. To be asked only where it would make a difference ([`Questions`]).
    pub(super) fn skips(&self, weakness: Weakness) -> bool {
        self.left_out.has(weakness)
    }

    /// What a check says, unless one of these weaknesses does without the check.
    pub(super) fn unless_without<E>(&self, weaknesses: &[Weakness], checked: Result<(), E>) -> Result<(), E> {
        checked.or_else(|why| if self.left_out.has_any(weaknesses) { Ok(()) } else { Err(why) })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::sync::Arc;

    use super::{Questions, Weakness};
    use crate::rp::{PlainSetup, RelyingParty};
    use crate::transport::Transport;

    #[test]
    fn nobody_looks_for_weaknesses_in_a_relying_party_that_is_not_tried() {
        let nothing = Arc::new(|_: &mut [u8]| {});
        let setup = PlainSetup { issuers: vec!["https://idp.test".to_owned()], ..PlainSetup::default() };
        let honest = RelyingParty::plain(&setup, &Transport::in_process(), Arc::new(|| 0), nothing);
        assert!(!honest.is_tried());
        assert!(honest.clone().without(Weakness::WritesMarkup).is_tried());
        assert!(honest.noting(&Questions::default()).is_tried());
    }

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

//! The 57 relying-party modules of the OpenID Foundation's conformance suite, under their names.
//!
//! What each of them asks is told in our words, and decided by our rules: a module that passes on silence there has to be
//! seen to refuse here.

use super::usual::{ACCESS_HASHED, CODE, CODE_HASHED, LOGOUT, REFRESH};
use crate::conformance::case::{
    Capability, Channel, Expected, Flow, Initiation, Row, WITH_ACCESS_TOKEN, WITH_CODE, Way,
};
use crate::conformance::checks;
use crate::conformance::profiles::Profile::{Config, CoreBasic, CoreHybrid, CoreImplicit, Dynamic, FormPost};
use crate::conformance::profiles::{Binding, may, must};
use crate::decision::ResponseType;

/// The plans for the three flows, and the same with posted forms.
const FLOWS: &[Binding] = &[must(CoreBasic), must(CoreImplicit), must(CoreHybrid), must(FormPost)];

/// The same for signatures: a token from the token endpoint may be left unverified.
const SIGNATURES: &[Binding] = &[may(CoreBasic), must(CoreImplicit), must(CoreHybrid), must(FormPost)];

/// Modules that no certification plan has, only the comprehensive one.
const COMPREHENSIVE: &[Binding] = &[must(CoreBasic), must(CoreImplicit), must(CoreHybrid)];

/// The plans for metadata and for registration.
const LEARNED: &[Binding] = &[must(Config), must(Dynamic)];

/// The plan for registration.
const DYNAMIC: &[Binding] = &[must(Dynamic)];

/// All but the code flow: an ID token or an access token comes with the authorization response.
const ALL_BUT_CODE: &[ResponseType] = &[
    ResponseType::IdToken,
    ResponseType::IdTokenToken,
    ResponseType::CodeIdToken,
    ResponseType::CodeToken,
    ResponseType::CodeIdTokenToken,
];

pub(super) const ROWS: &[Row] = &[
    Row {
        id: "oidcc-client-test",
        title: "a whole login",
        provider: "behaves",
        relying_party: "runs the whole flow and signs the person in",
        clauses: &["OIDCC-3.1.2.1", "OIDCC-3.1.3.3", "OIDCC-5.3.1"],
        expected: Expected::Accept,
        bindings: FLOWS,
        ..Row::BLANK
    },
    Row {
        id: "oidcc-client-test-idtoken-sig-rs256",
        title: "an ID token signed with RS256",
        provider: "offers RS256 and signs with it",
        relying_party: "verifies the ID token and accepts it",
        clauses: &["OIDCC-3.1.3.7", "OIDCR-2"],
        expected: Expected::Accept,
        bindings: FLOWS,
        ..Row::BLANK
    },
    Row {
        id: "oidcc-client-test-scope-userinfo-claims",
        title: "claims by scope",
        provider: "serves the claims of `profile`, `email`, `phone` and `address` where they are asked for",
        relying_party: "asks for at least one of these scopes, and reads the claims where they are",
        clauses: &["OIDCC-5.4"],
        expected: Expected::Send,
        bindings: FLOWS,
        needs: &[Capability::ScopeClaims],
        checks: &[checks::ASKS_FOR_CLAIMS_BY_SCOPE],
        ..Row::BLANK
    },
    Row {
        id: "oidcc-client-test-client-secret-basic",
        title: "authenticates with `client_secret_basic`",
        provider: "registers the client for HTTP Basic at the token endpoint and takes nothing else",
        relying_party: "sends its credentials in the `Authorization` header",
        clauses: &["RFC6749-2.3.1", "OIDCC-9"],
        expected: Expected::Send,
        response_types: WITH_CODE,
        bindings: FLOWS,
        needs: &[Capability::ClientSecretBasic],
        checks: &[checks::AUTHENTICATES_BY_HEADER],
        ..Row::BLANK
    },
    Row {
        id: "oidcc-client-test-nonce-unless-code-flow",
        title: "a `nonce` where it is demanded",
        provider: "behaves, and looks at the authentication request",
        relying_party: "sends a `nonce` whenever an ID token or an access token comes by the browser",
        clauses: &["OIDCC-3.2.2.1", "OIDCC-3.3.2.1"],
        expected: Expected::Send,
        response_types: ALL_BUT_CODE,
        bindings: FLOWS,
        checks: &[checks::NONCE_IS_SENT],
        ..Row::BLANK
    },
    Row {
        id: "oidcc-client-test-userinfo-bearer-header",
        title: "the access token in the header",
        provider: "behaves, and looks at the UserInfo request",
        relying_party: "sends the access token in the `Authorization` header, and nowhere else",
        clauses: &["RFC6750-2.1", "OIDCC-5.3.1"],
        expected: Expected::Send,
        response_types: WITH_ACCESS_TOKEN,
        bindings: COMPREHENSIVE,
        needs: &[Capability::Userinfo],
        checks: &[checks::BEARER_IN_HEADER],
        ..Row::BLANK
    },
    Row {
        id: "oidcc-client-test-userinfo-bearer-body",
        title: "the access token in a form",
        provider: "behaves, and looks at the UserInfo request",
        relying_party: "sends the access token in the body of a form, and nowhere else",
        clauses: &["RFC6750-2.2"],
        expected: Expected::Send,
        response_types: WITH_ACCESS_TOKEN,
        bindings: COMPREHENSIVE,
        needs: &[Capability::Userinfo, Capability::BearerBody],
        checks: &[checks::BEARER_IN_BODY],
        ..Row::BLANK
    },
    Row {
        id: "oidcc-client-test-form-post-error",
        title: "an error by a posted form",
        provider: "answers `prompt=none` by a form with `error=login_required`",
        relying_party: "takes the form, ends the attempt and tells the person",
        clauses: &["OAuth.FormPost-2", "OIDCC-3.1.2.6"],
        bindings: &[must(FormPost)],
        flow: Flow::WithoutAPage,
        needs: &[Capability::FormPost, Capability::PromptNone],
        checks: &[checks::ASKS_WITHOUT_A_PAGE, checks::ERROR_IS_TAKEN, checks::NO_LOGIN_LOOP],
        ..Row::BLANK
    },
    Row {
        id: "oidcc-client-test-request-uri-signed-rs256",
        title: "a signed request object by reference",
        provider: "fetches the request object and wants it signed with RS256, as registered",
        relying_party: "publishes a signed request object and sends its address",
        clauses: &["OIDCC-6.2", "OIDCC-6.1"],
        expected: Expected::Send,
        bindings: DYNAMIC,
        needs: &[Capability::RequestUri],
        checks: &[checks::REQUEST_BY_REFERENCE],
        ..Row::BLANK
    },
    Row {
        id: "oidcc-client-test-request-uri-signed-none",
        title: "an unsigned request object by reference",
        provider: "fetches the request object and takes it unsigned, as registered",
        relying_party: "publishes an unsigned request object over TLS and sends its address",
        clauses: &["OIDCC-6.2", "OIDCC-6.1"],
        expected: Expected::Send,
        bindings: DYNAMIC,
        needs: &[Capability::UnsignedRequestUri],
        checks: &[checks::REQUEST_BY_REFERENCE],
        ..Row::BLANK
    },
    Row {
        id: "oidcc-client-test-mtls-endpoint-aliases",
        title: "other addresses for clients with certificates",
        provider: "names `mtls_endpoint_aliases` beside its ordinary endpoints",
        relying_party: "calls the alias of the token endpoint, with its certificate",
        clauses: &["RFC8705-5"],
        expected: Expected::Send,
        response_types: WITH_CODE,
        bindings: COMPREHENSIVE,
        needs: &[Capability::MutualTls],
        checks: &[checks::CALLS_THE_ALIAS],
        ..Row::BLANK
    },
    Row {
        id: "oidcc-client-test-dynamic-registration",
        title: "registers itself",
        provider: "offers registration and looks at what is registered",
        relying_party: "registers before it sends anybody",
        clauses: &["OIDCR-3.1", "OIDCR-3.2"],
        expected: Expected::Send,
        bindings: DYNAMIC,
        needs: &[Capability::DynamicRegistration],
        checks: &[checks::REGISTERS_FIRST],
        ..Row::BLANK
    },
    Row {
        id: "oidcc-client-test-invalid-iss",
        title: "an `iss` of another issuer",
        provider: "appends a character to the `iss` of the ID token",
        relying_party: "refuses the ID token",
        clauses: &["OIDCC-3.1.3.7-2"],
        bindings: FLOWS,
        ways: &[Way::only(&["id_token.iss=wrong"])],
        ..Row::BLANK
    },
    Row {
        id: "oidcc-client-test-missing-sub",
        title: "no `sub`",
        provider: "leaves `sub` out of the ID token",
        relying_party: "refuses the ID token",
        clauses: &["OIDCC-2"],
        bindings: FLOWS,
        ways: &[Way::only(&["id_token.sub=missing"])],
        ..Row::BLANK
    },
    Row {
        id: "oidcc-client-test-invalid-aud",
        title: "an `aud` of another client",
        provider: "appends a character to the `aud` of the ID token",
        relying_party: "refuses the ID token",
        clauses: &["OIDCC-2", "OIDCC-3.1.3.7-3"],
        bindings: FLOWS,
        ways: &[Way::only(&["id_token.aud=wrong"])],
        ..Row::BLANK
    },
    Row {
        id: "oidcc-client-test-missing-aud",
        title: "no `aud`",
        provider: "leaves `aud` out of the ID token",
        relying_party: "refuses the ID token",
        clauses: &["OIDCC-2"],
        bindings: COMPREHENSIVE,
        ways: &[Way::only(&["id_token.aud=missing"])],
        ..Row::BLANK
    },
    Row {
        id: "oidcc-client-test-missing-iat",
        title: "no `iat`",
        provider: "leaves `iat` out of the ID token",
        relying_party: "refuses the ID token",
        clauses: &["OIDCC-2"],
        bindings: FLOWS,
        ways: &[Way::only(&["id_token.iat=missing"])],
        ..Row::BLANK
    },
    Row {
        id: "oidcc-client-test-nonce-invalid",
        title: "a `nonce` of another request",
        provider: "appends a character to the `nonce` of the ID token, or makes one up where none was sent",
        relying_party: "refuses the ID token",
        clauses: &["OIDCC-2", "OIDCC-3.1.3.7-11"],
        bindings: FLOWS,
        ways: &[Way::only(&["id_token.nonce=wrong"])],
        ..Row::BLANK
    },
    Row {
        id: "oidcc-client-test-invalid-athash",
        title: "an `at_hash` of another access token",
        provider: "appends a character to the `at_hash` of each ID token",
        relying_party: "refuses the ID token",
        clauses: &["OIDCC-3.2.2.9", "OIDCC-3.3.2.9", "OIDCC-3.3.2.11"],
        response_types: ACCESS_HASHED,
        bindings: FLOWS,
        ways: &[Way::only(&["id_token.at_hash=wrong"])],
        ..Row::BLANK
    },
    Row {
        id: "oidcc-client-test-missing-athash",
        title: "no `at_hash`",
        provider: "leaves `at_hash` out of the ID token beside which an access token came",
        relying_party: "refuses the ID token",
        clauses: &["OIDCC-3.2.2.10", "OIDCC-3.3.2.11"],
        response_types: ACCESS_HASHED,
        bindings: FLOWS,
        ways: &[Way::only(&["id_token.at_hash=missing"])],
        ..Row::BLANK
    },
    Row {
        id: "oidcc-client-test-invalid-chash",
        title: "a `c_hash` of another code",
        provider: "appends a character to the `c_hash` of the ID token",
        relying_party: "refuses the response before it redeems the code",
        clauses: &["OIDCC-3.3.2.10", "OIDCC-3.3.2.11"],
        response_types: CODE_HASHED,
        bindings: FLOWS,
        checks: &[checks::CODE_NOT_REDEEMED],
        ways: &[Way::only(&["id_token.c_hash=wrong"])],
        ..Row::BLANK
    },
    Row {
        id: "oidcc-client-test-missing-chash",
        title: "no `c_hash`",
        provider: "leaves `c_hash` out of the ID token beside which a code came",
        relying_party: "refuses the response before it redeems the code",
        clauses: &["OIDCC-3.3.2.10", "OIDCC-3.3.2.11"],
        response_types: CODE_HASHED,
        bindings: FLOWS,
        checks: &[checks::CODE_NOT_REDEEMED],
        ways: &[Way::only(&["id_token.c_hash=missing,at=authorization"])],
        ..Row::BLANK
    },
    Row {
        id: "oidcc-client-test-invalid-sig-rs256",
        title: "a broken RS256 signature",
        provider: "flips bits in every byte of the signature",
        relying_party: "refuses a token that came by the browser; one from the token endpoint may be left unverified",
        clauses: &["OIDCC-3.1.3.7-6", "OIDCC-3.2.2.11"],
        bindings: SIGNATURES,
        channel: Channel::Front,
        ways: &[Way::only(&["id_token.signature=tampered"])],
        ..Row::BLANK
    },
    Row {
        id: "oidcc-client-test-invalid-sig-es256",
        title: "a broken ES256 signature",
        provider: "signs with ES256 as registered, and flips bits in every byte of the signature",
        relying_party: "refuses a token that came by the browser; one from the token endpoint may be left unverified",
        clauses: &["OIDCC-3.1.3.7-6", "OIDCC-3.2.2.11"],
        bindings: &[may(CoreBasic), must(CoreImplicit), must(CoreHybrid)],
        needs: &[Capability::Es256],
        channel: Channel::Front,
        ways: &[Way::only(&["id_token.signature=tampered"])],
        ..Row::BLANK
    },
    Row {
        id: "oidcc-client-test-invalid-sig-hs256",
        title: "a broken HS256 signature",
        provider: "signs with HS256 and the client secret as registered, and flips bits in every byte of the signature",
        relying_party: "refuses a token that came by the browser; one from the token endpoint may be left unverified",
        clauses: &["OIDCC-3.1.3.7-6", "OIDCC-3.1.3.7-8", "OIDCC-3.2.2.11"],
        bindings: &[may(CoreBasic), must(CoreImplicit), must(CoreHybrid)],
        needs: &[Capability::Hs256],
        channel: Channel::Front,
        ways: &[Way::only(&["id_token.signature=tampered"])],
        ..Row::BLANK
    },
    Row {
        id: "oidcc-client-test-idtoken-sig-none",
        title: "an unsigned ID token that was registered",
        provider: "sends an unsigned ID token from the token endpoint, as the client registered",
        relying_party: "accepts it, or stops",
        clauses: &["OIDCC-3.1.3.7-6", "OIDCC-3.1.3.7-7", "OIDCR-2"],
        expected: Expected::Either,
        response_types: CODE,
        bindings: &[must(CoreBasic), must(FormPost), must(Config), must(Dynamic)],
        needs: &[Capability::UnsignedIdToken],
        ..Row::BLANK
    },
    Row {
        id: "oidcc-client-test-kid-absent-single-jwks",
        title: "one key without a name",
        provider: "publishes one key only, without `kid`, and signs without naming one",
        relying_party: "takes that key, and accepts",
        clauses: &["OIDCC-10.1"],
        expected: Expected::Accept,
        bindings: FLOWS,
        ways: &[Way::only(&["jwks.keys=one_without_kid", "id_token.kid=missing"])],
        ..Row::BLANK
    },
    Row {
        id: "oidcc-client-test-kid-absent-multiple-jwks",
        title: "several keys without names",
        provider: "publishes several keys of each kind without `kid`, and signs without naming one",
        relying_party: "tries those that fit, or refuses because it cannot tell",
        clauses: &["OIDCC-10.1"],
        expected: Expected::Either,
        bindings: FLOWS,
        ways: &[Way::only(&["jwks.keys=several_without_kid", "id_token.kid=missing"])],
        ..Row::BLANK
    },
    Row {
        id: "oidcc-client-test-signing-key-rotation-just-before-signing",
        title: "new keys in the middle of a login",
        provider: "changes its keys after the person was sent to it and before it signs",
        relying_party: "meets an unknown `kid`, asks for the keys again, and accepts",
        clauses: &["OIDCC-10.1.1"],
        expected: Expected::Accept,
        bindings: LEARNED,
        flow: Flow::RotationInLogin,
        channel: Channel::Keys,
        checks: &[checks::KEYS_ARE_FETCHED_AGAIN],
        ..Row::BLANK
    },
    Row {
        id: "oidcc-client-test-signing-key-rotation",
        title: "new keys between two logins",
        provider: "changes its keys between two logins",
        relying_party: "asks for the keys again for the second login, and accepts",
        clauses: &["OIDCC-10.1.1"],
        expected: Expected::Accept,
        bindings: LEARNED,
        flow: Flow::RotationBetweenLogins,
        channel: Channel::Keys,
        checks: &[checks::KEYS_ARE_FETCHED_AGAIN],
        ..Row::BLANK
    },
    Row {
        id: "oidcc-client-test-userinfo-invalid-sub",
        title: "UserInfo about somebody else",
        provider: "appends something to the `sub` of the UserInfo response",
        relying_party: "uses nothing of the response",
        clauses: &["OIDCC-5.3.2", "OIDCC-5.3.4"],
        response_types: WITH_ACCESS_TOKEN,
        bindings: FLOWS,
        needs: &[Capability::Userinfo],
        ways: &[Way::only(&["userinfo.sub=wrong"])],
        ..Row::BLANK
    },
    Row {
        id: "oidcc-client-test-userinfo-signed",
        title: "signed UserInfo",
        provider: "sends the UserInfo response signed with RS256, as registered",
        relying_party: "verifies it and uses it",
        clauses: &["OIDCC-5.3.2", "OIDCR-2"],
        expected: Expected::Accept,
        response_types: WITH_ACCESS_TOKEN,
        bindings: DYNAMIC,
        needs: &[Capability::Userinfo, Capability::SignedUserinfo],
        ..Row::BLANK
    },
    Row {
        id: "oidcc-client-test-aggregated-claims",
        title: "claims that somebody else stated",
        provider: "puts a JWT with the claims of another issuer into the UserInfo response",
        relying_party: "understands where they come from, and accepts",
        clauses: &["OIDCC-5.6.2"],
        expected: Expected::Accept,
        response_types: WITH_ACCESS_TOKEN,
        bindings: COMPREHENSIVE,
        needs: &[Capability::Userinfo, Capability::AggregatedClaims],
        ..Row::BLANK
    },
    Row {
        id: "oidcc-client-test-distributed-claims",
        title: "claims that are somewhere else",
        provider: "names in the UserInfo response where other claims are, and the token to ask with",
        relying_party: "asks there with that token",
        clauses: &["OIDCC-5.6.2"],
        expected: Expected::Accept,
        response_types: WITH_ACCESS_TOKEN,
        bindings: COMPREHENSIVE,
        needs: &[Capability::Userinfo, Capability::DistributedClaims],
        checks: &[checks::ASKS_FOR_DISTRIBUTED_CLAIMS],
        ..Row::BLANK
    },
    Row {
        id: "oidcc-client-test-discovery-openid-config",
        title: "reads the provider's metadata",
        provider: "publishes its metadata",
        relying_party: "fetches it",
        clauses: &["OIDCD-4"],
        expected: Expected::Send,
        bindings: LEARNED,
        checks: &[checks::METADATA_IS_FETCHED],
        ..Row::BLANK
    },
    Row {
        id: "oidcc-client-test-discovery-jwks-uri-keys",
        title: "reads the provider's keys",
        provider: "names in its metadata where its keys are",
        relying_party: "fetches the metadata, and then the keys from the address that it names",
        clauses: &["OIDCD-3", "OIDCD-4"],
        expected: Expected::Send,
        bindings: LEARNED,
        channel: Channel::Keys,
        checks: &[checks::KEYS_ARE_FETCHED_WHERE_NAMED],
        ..Row::BLANK
    },
    Row {
        id: "oidcc-client-test-discovery-issuer-mismatch",
        title: "metadata of another issuer",
        provider: "appends something to the `issuer` of its metadata",
        relying_party: "stops, and sends nobody anywhere",
        clauses: &["OIDCD-4.3"],
        bindings: LEARNED,
        checks: &[checks::NO_AUTHENTICATION_REQUEST],
        ways: &[Way::only(&["discovery.issuer=wrong"])],
        ..Row::BLANK
    },
    Row {
        id: "oidcc-client-test-discovery-webfinger-acct",
        title: "finds the issuer of an account",
        provider: "answers WebFinger for an `acct:` identifier",
        relying_party: "looks the issuer up, then its metadata",
        clauses: &["OIDCD-2", "OIDCD-2.1"],
        expected: Expected::Send,
        bindings: DYNAMIC,
        needs: &[Capability::WebfingerAcct],
        checks: &[checks::ISSUER_IS_LOOKED_UP],
        ..Row::BLANK
    },
    Row {
        id: "oidcc-client-test-discovery-webfinger-url",
        title: "finds the issuer of an address",
        provider: "answers WebFinger for an `https:` identifier",
        relying_party: "looks the issuer up, then its metadata",
        clauses: &["OIDCD-2", "OIDCD-2.1"],
        expected: Expected::Send,
        bindings: DYNAMIC,
        needs: &[Capability::WebfingerUrl],
        checks: &[checks::ISSUER_IS_LOOKED_UP],
        ..Row::BLANK
    },
    Row {
        id: "oidcc-client-test-refresh-token",
        title: "a refresh",
        provider: "gives a refresh token and takes it once, for a new one",
        relying_party: "refreshes, and goes on with the new access token",
        clauses: &["OIDCC-12.1", "OIDCC-12.2", "RFC6749-6"],
        expected: Expected::Accept,
        response_types: WITH_CODE,
        bindings: REFRESH,
        flow: Flow::Refresh,
        needs: &[Capability::Refresh],
        ..Row::BLANK
    },
    Row {
        id: "oidcc-client-test-refresh-token-invalid-issuer",
        title: "a refreshed ID token of another issuer",
        provider: "appends a character to the `iss` of the ID token of a refresh",
        relying_party: "uses nothing of the response",
        clauses: &["OIDCC-12.2"],
        response_types: WITH_CODE,
        bindings: REFRESH,
        flow: Flow::Refresh,
        needs: &[Capability::Refresh],
        ways: &[Way::only(&["id_token.iss=wrong,at=refresh"])],
        ..Row::BLANK
    },
    Row {
        id: "oidcc-client-test-refresh-token-invalid-sub",
        title: "a refreshed ID token about somebody else",
        provider: "changes the `sub` of the ID token of a refresh",
        relying_party: "uses nothing of the response",
        clauses: &["OIDCC-12.2"],
        response_types: WITH_CODE,
        bindings: REFRESH,
        flow: Flow::Refresh,
        needs: &[Capability::Refresh],
        ways: &[Way::only(&["id_token.sub=wrong,at=refresh"])],
        ..Row::BLANK
    },
    Row {
        id: "oidcc-client-test-3rd-party-init-login",
        title: "somebody else begins the login",
        provider: "sends the browser to the relying party's `initiate_login_uri` with its `iss`",
        relying_party: "knows the issuer and begins an ordinary login",
        clauses: &["OIDCC-4", "OIDCR-2"],
        expected: Expected::Accept,
        bindings: COMPREHENSIVE,
        flow: Flow::ThirdPartyLogin(Initiation::Known),
        needs: &[Capability::ThirdPartyLogin],
        ..Row::BLANK
    },
    Row {
        id: "oidcc-client-test-rp-init-logout",
        title: "signs out at the provider",
        provider: "ends its session, tells the clients, and sends the person back with `state`",
        relying_party: "sends the person to the end-session endpoint with a hint, and takes them back",
        clauses: &["OIDCRP-2", "OIDCRP-3"],
        expected: Expected::Accept,
        bindings: LOGOUT,
        flow: Flow::RpInitiatedLogout,
        needs: &[Capability::RpInitiatedLogout],
        checks: &[checks::SIGNS_OUT_WITH_A_HINT],
        ..Row::BLANK
    },
    Row {
        id: "oidcc-client-test-rp-init-logout-other-state",
        title: "back from the logout with another `state`",
        provider: "sends the person back from the logout with another `state`",
        relying_party: "has signed the person out all the same, and does not fall over",
        clauses: &["OIDCRP-2", "OIDCRP-3"],
        expected: Expected::Accept,
        bindings: LOGOUT,
        flow: Flow::RpInitiatedLogout,
        needs: &[Capability::RpInitiatedLogout],
        ways: &[Way::only(&["end_session.state=wrong"])],
        ..Row::BLANK
    },
    Row {
        id: "oidcc-client-test-rp-init-logout-no-state",
        title: "back from the logout without `state`",
        provider: "sends the person back from the logout without `state`",
        relying_party: "has signed the person out all the same, and does not fall over",
        clauses: &["OIDCRP-2", "OIDCRP-3"],
        expected: Expected::Accept,
        bindings: LOGOUT,
        flow: Flow::RpInitiatedLogout,
        needs: &[Capability::RpInitiatedLogout],
        ways: &[Way::only(&["end_session.state=missing"])],
        ..Row::BLANK
    },
    Row {
        id: "oidcc-client-test-rp-frontchannel-rpinitlogout",
        title: "a logout frame after signing out here",
        provider: "loads the relying party's logout address in a frame, with `iss` and `sid`, when the person signs out",
        relying_party: "ends the session that these two name",
        clauses: &["OIDCFC-2", "OIDCFC-3"],
        expected: Expected::Accept,
        bindings: LOGOUT,
        flow: Flow::FrontChannelLogout,
        needs: &[Capability::FrontChannelLogout],
        ..Row::BLANK
    },
    Row {
        id: "oidcc-client-test-rp-frontchannel-opinitlogout",
        title: "a logout frame after signing out elsewhere",
        provider: "loads the relying party's logout address in a frame, with `iss` and `sid`, when the person signs out at the provider",
        relying_party: "ends the session that these two name",
        clauses: &["OIDCFC-2", "OIDCFC-3"],
        expected: Expected::Accept,
        bindings: LOGOUT,
        flow: Flow::FrontChannelLogoutAtProvider,
        needs: &[Capability::FrontChannelLogout],
        ..Row::BLANK
    },
    Row {
        id: "oidcc-client-test-session-management",
        title: "watches the session at the provider",
        provider: "serves a page that answers whether the session has changed",
        relying_party: "asks that page before and after the logout, and notices",
        clauses: &["OIDCSM-2", "OIDCSM-3.1", "OIDCSM-3.2"],
        expected: Expected::Accept,
        bindings: LOGOUT,
        flow: Flow::SessionManagement,
        needs: &[Capability::SessionManagement],
        ..Row::BLANK
    },
    Row {
        id: "oidcc-client-test-rp-backchannel-rpinitlogout",
        title: "a logout token",
        provider: "posts a good logout token",
        relying_party: "ends the session and answers 200",
        clauses: &["OIDCBC-2.5", "OIDCBC-2.6", "OIDCBC-2.8"],
        expected: Expected::Accept,
        bindings: LOGOUT,
        flow: Flow::BackChannelLogout,
        needs: BACK,
        ways: &[Way::only(&["logout_token.extra=unknown"])],
        ..Row::BLANK
    },
    Row {
        id: "oidcc-client-test-rp-backchannel-rpinitlogout-alg-none",
        title: "an unsigned logout token",
        provider: "posts an unsigned logout token",
        ways: &[Way::only(&["logout_token.alg=none"])],
        ..BAD_LOGOUT_TOKEN
    },
    Row {
        id: "oidcc-client-test-rp-backchannel-rpinitlogout-wrong-alg",
        title: "a logout token signed with another algorithm",
        provider: "posts a logout token with a good ES256 signature where RS256 is registered",
        ways: &[Way::only(&["logout_token.algorithm=ES256"])],
        ..BAD_LOGOUT_TOKEN
    },
    Row {
        id: "oidcc-client-test-rp-backchannel-rpinitlogout-no-event",
        title: "a logout token without `events`",
        provider: "leaves `events` out of the logout token",
        ways: &[Way::only(&["logout_token.events=missing"])],
        ..BAD_LOGOUT_TOKEN
    },
    Row {
        id: "oidcc-client-test-rp-backchannel-rpinitlogout-wrong-event",
        title: "a logout token about another event",
        provider: "names another event in the logout token",
        ways: &[Way::only(&["logout_token.events=wrong"])],
        ..BAD_LOGOUT_TOKEN
    },
    Row {
        id: "oidcc-client-test-rp-backchannel-rpinitlogout-with-nonce",
        title: "a logout token with a `nonce`",
        provider: "adds a `nonce` to the logout token",
        ways: &[Way::only(&["logout_token.nonce=present"])],
        ..BAD_LOGOUT_TOKEN
    },
    Row {
        id: "oidcc-client-test-rp-backchannel-rpinitlogout-wrong-aud",
        title: "a logout token for another client",
        provider: "appends something to the `aud` of the logout token",
        ways: &[Way::only(&["logout_token.aud=wrong"])],
        ..BAD_LOGOUT_TOKEN
    },
    Row {
        id: "oidcc-client-test-rp-backchannel-rpinitlogout-wrong-iss",
        title: "a logout token of another issuer",
        provider: "appends something to the `iss` of the logout token",
        ways: &[Way::only(&["logout_token.iss=wrong"])],
        ..BAD_LOGOUT_TOKEN
    },
];

const BACK: &[Capability] = &[Capability::BackChannelLogout];

/// What the modules about bad logout tokens have in common.
const BAD_LOGOUT_TOKEN: Row = Row {
    relying_party: "answers 400, and the session goes on",
    clauses: &["OIDCBC-2.4", "OIDCBC-2.6"],
    bindings: LOGOUT,
    flow: Flow::BackChannelLogout,
    needs: BACK,
    checks: &[checks::LOGOUT_TOKEN_IS_ANSWERED_400],
    ..Row::BLANK
};

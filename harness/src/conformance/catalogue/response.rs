//! RPX-AUT: the authorization response, and whom it belongs to.

use super::usual::{ACCESS_HASHED, BEST_PRACTICE, CODE, CORE, CORE_AND_FORMS, IMPLICIT_AND_HYBRID, SHOULD};
use crate::conformance::case::{
    Begun, Capability, Expected, Flow, Initiation, Lure, Priority, Row, Victim, WITH_CODE,
    WITH_FRONT_ID_TOKEN, Way,
};
use crate::conformance::checks;
use crate::conformance::profiles::{Profile, must};

pub(super) const ROWS: &[Row] = &[
    Row {
        id: "RPX-AUT-01",
        title: "a `state` that is not the one that was sent",
        provider: "leaves `state` out of the response, makes it empty, changes it, or sends it twice",
        relying_party: "refuses the response",
        clauses: &["RFC6749-4.1.2", "RFC6749-10.12", "OIDCC-3.1.2.7", "RFC9700-4.7"],
        bindings: CORE_AND_FORMS,
        ways: &[
            Way::of("missing", &["authorize.state=missing"]),
            Way::of("wrong", &["authorize.state=wrong"]),
            Way::of("empty", &["authorize.state=empty"]),
            Way::of("other_case", &["authorize.state=other_case"]),
            Way::of("twice", &["authorize.state=twice"]),
        ],
        ..Row::BLANK
    },
    Row {
        id: "RPX-AUT-02",
        title: "the `state` of a login that is over",
        provider: "answers a second login with the `state` of the first",
        relying_party: "refuses it: a state is good for one response",
        clauses: &["RFC6749-10.12", "RFC9700-4.7.1"],
        bindings: CORE,
        flow: Flow::LoginTwice,
        attack: Some("state replay"),
        ways: &[Way::only(&["authorize.state=previous"])],
        ..Row::BLANK
    },
    Row { flow: Flow::Csrf(Victim::Idle), ways: &[Way::of("no_login", &[])], ..CSRF },
    Row { flow: Flow::Csrf(Victim::SigningIn), ways: &[Way::of("another_login", &[])], ..CSRF },
    Row {
        id: "RPX-AUT-04",
        title: "a response that nobody asked for",
        provider: "behaves; somebody brings a good code under a `state` that nobody ever sent",
        relying_party: "refuses it: there is no login under way",
        clauses: &["RFC6749-10.12", "RFC9700-4.7"],
        response_types: WITH_CODE,
        bindings: CORE,
        flow: Flow::Unsolicited,
        attack: Some("login CSRF"),
        ways: &[Way::HONEST],
        ..Row::BLANK
    },
    Row {
        id: "RPX-AUT-05",
        title: "a code out of somebody else's login",
        provider: "behaves; the code of the attacker's login is put into the response to the victim's",
        relying_party: "fails to redeem it, by PKCE, or refuses the ID token by its `nonce`",
        clauses: &["RFC9700-4.5", "RFC9700-2.1.1", "OIDCC-15.5.2"],
        response_types: WITH_CODE,
        bindings: CORE,
        flow: Flow::CodeInjection,
        attack: Some("code injection"),
        ways: &[Way::HONEST],
        ..Row::BLANK
    },
    Row {
        id: "RPX-AUT-06",
        title: "one response twice",
        provider: "behaves; the response that signed a person in is delivered again, to a browser without that session",
        relying_party: "opens no second session, and sends the code to the provider once",
        clauses: &["RFC6749-4.1.2", "RFC6749-10.5"],
        bindings: CORE,
        flow: Flow::ReplayCallback,
        attack: Some("code replay"),
        checks: &[checks::CODE_SENT_ONCE],
        ways: &[Way::HONEST],
        ..Row::BLANK
    },
    Row {
        id: "RPX-AUT-07",
        title: "an access token out of somebody else's login",
        provider: "sends with the ID token another access token than the one that it hashes",
        relying_party: "refuses it by `at_hash`",
        clauses: &["RFC9700-4.6", "OIDCC-16.11", "OIDCC-3.2.2.9"],
        response_types: ACCESS_HASHED,
        bindings: CORE,
        attack: Some("access token injection"),
        ways: &[Way::only(&["authorize.access_token=swapped"])],
        ..Row::BLANK
    },
    Row { flow: Flow::MixUp(Begun::AtTheHonest), ways: &[Way::of("begun_at_the_honest", &[])], ..MIX_UP },
    Row { flow: Flow::MixUp(Begun::AtTheAttacker), ways: &[Way::of("begun_at_the_attacker", &[])], ..MIX_UP },
    Row {
        id: "RPX-AUT-09",
        title: "an `iss` that was promised and is missing",
        provider: "promises in its metadata to name itself in responses, and does not",
        relying_party: "refuses the response",
        clauses: &["RFC9207-2.4"],
        bindings: BEST_PRACTICE,
        needs: &[Capability::ResponseIssuer],
        attack: Some("mix-up"),
        ways: &[Way::only(&["authorize.iss=missing"])],
        ..Row::BLANK
    },
    Row {
        id: "RPX-AUT-10",
        title: "an `iss` of another provider",
        provider: "names in the response another issuer, one that is nearly its own, or two",
        relying_party: "refuses the response before it redeems anything",
        clauses: &["RFC9207-2.4"],
        bindings: BEST_PRACTICE,
        needs: &[Capability::ResponseIssuer],
        attack: Some("mix-up"),
        checks: &[checks::CODE_NOT_REDEEMED],
        ways: &[
            Way::of("attacker", &["authorize.iss=attacker"]),
            Way::of("longer", &["authorize.iss=wrong"]),
            Way::of("prefix", &["authorize.iss=prefix"]),
            Way::of("trailing_slash", &["authorize.iss=trailing_slash"]),
            Way::of("twice", &["authorize.iss=twice"]),
        ],
        ..Row::BLANK
    },
    Row {
        id: "RPX-AUT-11",
        title: "a response and an ID token of different issuers",
        provider: "names the attacker's issuer in the response or in the ID token beside it, and its own in the other",
        relying_party: "refuses both",
        clauses: &["RFC9207-2.4", "OIDCC-3.1.3.7-2"],
        response_types: WITH_FRONT_ID_TOKEN,
        bindings: IMPLICIT_AND_HYBRID,
        attack: Some("mix-up"),
        ways: &[
            Way::of("response", &["authorize.iss=attacker"]),
            Way::of("id_token", &["id_token.iss=attacker"]),
        ],
        ..Row::BLANK
    },
    Row {
        id: "RPX-AUT-12",
        title: "an `iss` that nobody promised",
        provider: "names itself in responses without saying so in its metadata",
        relying_party: "accepts: the value is right",
        clauses: &["RFC9207-2.4"],
        expected: Expected::Accept,
        bindings: CORE,
        ways: &[Way::only(&["discovery.authorization_response_iss_parameter_supported=missing"])],
        ..Row::BLANK
    },
    Row {
        id: "RPX-AUT-14",
        title: "two tabs, two providers",
        provider: "behaves, beside an attacker's provider; a person begins a login at each in two tabs of one browser, and finishes the first",
        relying_party: "judges each response against its own request",
        clauses: &["RFC9700-4.4", "RFC6749-10.12"],
        bindings: BEST_PRACTICE,
        flow: Flow::TwoTabs,
        needs: &[Capability::TwoProviders],
        attack: Some("session overwriting"),
        ways: &[Way::HONEST],
        ..Row::BLANK
    },
    Row {
        id: "RPX-AUT-15",
        title: "a code that cannot be redeemed",
        provider: "leaves `code` out, makes it empty or 8 kB long, or sends two",
        relying_party: "ends the login with a clean answer",
        clauses: &["RFC6749-4.1.2", "RFC6749-3.1"],
        priority: Priority::P2,
        response_types: WITH_CODE,
        bindings: CORE,
        checks: &[checks::NO_LOGIN_LOOP],
        ways: &[
            Way::of("missing", &["authorize.code=missing"]),
            Way::of("empty", &["authorize.code=empty"]),
            Way::of("huge", &["authorize.code=huge"]),
            Way::of("twice", &["authorize.code=twice"]),
        ],
        ..Row::BLANK
    },
    Row {
        id: "RPX-AUT-16",
        title: "an error beside a good response",
        provider: "adds an `error` to a response that would be good without it",
        relying_party: "treats it as an error",
        clauses: &["RFC6749-4.1.2.1"],
        priority: Priority::P2,
        bindings: CORE,
        ways: &[Way::only(&["authorize.error=with_code"])],
        ..Row::BLANK
    },
    Row {
        id: "RPX-AUT-17",
        title: "an error in place of a response",
        provider: "answers each error that is registered, one that is not, or a description without an error",
        relying_party: "tells the person, signs nobody in, and does not start again by itself for ever",
        clauses: &["OIDCC-3.1.2.6", "RFC6749-4.1.2.1"],
        bindings: CORE_AND_FORMS,
        checks: &[checks::NO_LOGIN_LOOP],
        ways: &[
            Way::of("access_denied", &["authorize.error=access_denied"]),
            Way::of("invalid_request", &["authorize.error=invalid_request"]),
            Way::of("unauthorized_client", &["authorize.error=unauthorized_client"]),
            Way::of("unsupported_response_type", &["authorize.error=unsupported_response_type"]),
            Way::of("invalid_scope", &["authorize.error=invalid_scope"]),
            Way::of("server_error", &["authorize.error=server_error"]),
            Way::of("temporarily_unavailable", &["authorize.error=temporarily_unavailable"]),
            Way::of("interaction_required", &["authorize.error=interaction_required"]),
            Way::of("login_required", &["authorize.error=login_required"]),
            Way::of("account_selection_required", &["authorize.error=account_selection_required"]),
            Way::of("consent_required", &["authorize.error=consent_required"]),
            Way::of("request_not_supported", &["authorize.error=request_not_supported"]),
            Way::of("unknown", &["authorize.error=unknown"]),
            Way::of("description_only", &["authorize.error=description_only"]),
        ],
        ..Row::BLANK
    },
    Row {
        id: "RPX-AUT-18",
        title: "an error that would like to be part of the page",
        provider: "answers an error with a script or line breaks in its description, or a `javascript:` address",
        relying_party: "shows what it shows of it as text, and links to no such address",
        clauses: &["RFC6749-4.1.2.1"],
        bindings: CORE,
        attack: Some("reflected injection"),
        checks: &[checks::NOTHING_REFLECTED],
        ways: &[
            Way::of("markup", &["authorize.error=markup"]),
            Way::of("line_breaks", &["authorize.error=line_breaks"]),
            Way::of("script_address", &["authorize.error=script_address"]),
        ],
        ..Row::BLANK
    },
    Row {
        id: "RPX-AUT-20",
        title: "tokens in the query",
        provider: "answers in the query what was to come in the fragment",
        relying_party: "refuses it: addresses are kept in logs, in histories and in `Referer`",
        clauses: &["OAuth.Responses-2.1", "OAuth.Responses-5", "OIDCC-3.2.2.5"],
        priority: Priority::P2,
        response_types: WITH_FRONT_ID_TOKEN,
        bindings: IMPLICIT_AND_HYBRID,
        ways: &[Way::of("tokens_in_query", &["authorize.mode=query"])],
        ..Row::BLANK
    },
    Row {
        id: "RPX-AUT-20",
        title: "a code by another way than was asked for",
        provider: "answers in the fragment or by a form where the query was asked for",
        relying_party: "fails cleanly, or takes it",
        clauses: &["OAuth.Responses-2.1", "OAuth.Responses-5"],
        expected: Expected::Either,
        priority: Priority::P2,
        response_types: CODE,
        bindings: CORE,
        ways: &[
            Way::of("code_in_fragment", &["authorize.mode=fragment"]),
            Way::of("code_by_form", &["authorize.mode=form_post"]),
        ],
        ..Row::BLANK
    },
    Row {
        id: "RPX-AUT-21",
        title: "an access token that nobody asked for",
        provider: "adds an access token to a response that was to bring a code alone",
        relying_party: "refuses it or ignores it; it does not use that token",
        clauses: &["RFC6749-4.1.2", "OIDCC-3.1.2.5"],
        expected: Expected::Either,
        priority: Priority::P2,
        response_types: CODE,
        bindings: CORE,
        attack: Some("access token injection"),
        checks: &[checks::UNASKED_TOKEN_NOT_USED],
        ways: &[Way::only(&["authorize.access_token=unasked"])],
        ..Row::BLANK
    },
    Row {
        id: "RPX-AUT-22",
        title: "less than was asked for",
        provider: "leaves the ID token or the access token out of a response that was to bring it",
        relying_party: "misses the ID token, and refuses",
        clauses: &["OIDCC-3.3.2.5", "OIDCC-3.2.2.5"],
        priority: Priority::P2,
        response_types: WITH_FRONT_ID_TOKEN,
        // with a code first: without one, whoever misses nothing has nobody to sign in either
        bindings: &[must(Profile::CoreHybrid), must(Profile::CoreImplicit)],
        ways: &[Way::of("id_token", &["authorize.id_token=missing"])],
        ..Row::BLANK
    },
    Row {
        id: "RPX-AUT-22",
        title: "no access token although one was asked for",
        provider: "leaves the access token out of a response that was to bring it",
        relying_party: "refuses: what the ID token hashes is not there",
        clauses: &["OIDCC-3.3.2.5", "OIDCC-3.2.2.5"],
        priority: Priority::P2,
        response_types: ACCESS_HASHED,
        bindings: IMPLICIT_AND_HYBRID,
        ways: &[Way::of("access_token", &["authorize.access_token=missing"])],
        ..Row::BLANK
    },
    Row { flow: Flow::OpenRedirect(Lure::Absolute), ways: &[Way::of("absolute", &[])], ..OPEN_REDIRECT },
    Row {
        flow: Flow::OpenRedirect(Lure::SchemeRelative),
        ways: &[Way::of("scheme_relative", &[])],
        ..OPEN_REDIRECT
    },
    Row { flow: Flow::OpenRedirect(Lure::Backslash), ways: &[Way::of("backslash", &[])], ..OPEN_REDIRECT },
    Row { flow: Flow::OpenRedirect(Lure::Script), ways: &[Way::of("script", &[])], ..OPEN_REDIRECT },
    Row {
        flow: Flow::ThirdPartyLogin(Initiation::Unknown),
        ways: &[Way::of("unknown_issuer", &[])],
        ..FOREIGN_ISSUER
    },
    Row {
        flow: Flow::ThirdPartyLogin(Initiation::UnknownByPost),
        ways: &[Way::of("unknown_issuer_by_post", &[])],
        ..FOREIGN_ISSUER
    },
    Row {
        flow: Flow::ThirdPartyLogin(Initiation::WithoutTls),
        ways: &[Way::of("http_issuer", &[])],
        ..FOREIGN_ISSUER
    },
    Row {
        flow: Flow::ThirdPartyLogin(Initiation::Loopback),
        ways: &[Way::of("loopback_issuer", &[])],
        ..FOREIGN_ISSUER
    },
    Row {
        flow: Flow::ThirdPartyLogin(Initiation::LinkLocal),
        ways: &[Way::of("link_local_issuer", &[])],
        ..FOREIGN_ISSUER
    },
    Row {
        flow: Flow::ThirdPartyLogin(Initiation::Nobody),
        ways: &[Way::of("no_issuer", &[])],
        ..FOREIGN_ISSUER
    },
    Row {
        flow: Flow::ThirdPartyLogin(Initiation::ForeignTarget),
        ways: &[Way::of("foreign_target", &[])],
        ..FOREIGN_TARGET
    },
    Row {
        flow: Flow::ThirdPartyLogin(Initiation::ForeignTargetByPost),
        ways: &[Way::of("foreign_target_by_post", &[])],
        ..FOREIGN_TARGET
    },
    Row {
        id: "RPX-AUT-26",
        title: "a response as a form of another site",
        provider: "behaves, and answers by a form, which a browser posts from the provider's site to the relying party's",
        relying_party: "knows the browser again: its cookie says `SameSite=None; Secure`",
        clauses: &["OAuth.FormPost-2"],
        expected: Expected::Accept,
        bindings: &[must(Profile::FormPost)],
        needs: &[Capability::FormPost],
        ways: &[Way::HONEST],
        ..Row::BLANK
    },
    Row {
        id: "RPX-AUT-28",
        title: "twenty logins at once",
        provider: "behaves; twenty people in twenty browsers are signed in side by side",
        relying_party: "gives nobody the session of somebody else",
        // RFC6749-10.12 has the client bind each response to the user agent that asked; how many it serves at once is its own
        clauses: &["RFC6749-10.12", "RFC9700-2.1"],
        expected: Expected::Either,
        priority: Priority::P2,
        bindings: CORE,
        flow: Flow::ManyAtOnce,
        checks: &[checks::NOBODY_IS_SOMEBODY_ELSE],
        ways: &[Way::HONEST],
        ..Row::BLANK
    },
    Row {
        id: "RPX-AUT-29",
        title: "a session id from before the login",
        provider: "behaves; the browser has a session id before it signs in",
        relying_party: "gives out another one at the login",
        clauses: &["RFC6749-10.12"],
        priority: Priority::P2,
        response_types: CODE,
        bindings: SHOULD,
        flow: Flow::SessionFixation,
        attack: Some("session fixation"),
        ways: &[Way::HONEST],
        ..Row::BLANK
    },
];

const CSRF: Row = Row {
    id: "RPX-AUT-03",
    title: "a response that belongs to another browser",
    provider: "behaves; an attacker delivers the response to their own request to somebody else's browser, which has begun no login or another one",
    relying_party: "refuses it: the person would be signed in as the attacker",
    clauses: &["RFC9700-4.7", "OIDCC-3.1.2.1", "RFC6749-10.12"],
    bindings: CORE,
    attack: Some("login CSRF"),
    ..Row::BLANK
};

const MIX_UP: Row = Row {
    id: "RPX-AUT-08",
    title: "whose response is this?",
    provider: "behaves, beside an attacker's provider that the relying party knows as well; a response of the one arrives where the request went to the other, without `iss`",
    relying_party: "sends no code to a token endpoint of another provider than the one that gave it",
    clauses: &["RFC9700-4.4", "RFC9207-1"],
    response_types: WITH_CODE,
    bindings: BEST_PRACTICE,
    needs: &[Capability::TwoProviders],
    attack: Some("mix-up"),
    ..Row::BLANK
};

const OPEN_REDIRECT: Row = Row {
    id: "RPX-AUT-23",
    title: "a way back that leads elsewhere",
    provider: "behaves; somebody hands the start page an address of another site to return to",
    relying_party: "sends nobody off its own site",
    clauses: &["RFC9700-4.11.1", "OIDCC-4"],
    bindings: BEST_PRACTICE,
    needs: &[Capability::ReturnTo],
    attack: Some("open redirect"),
    ..Row::BLANK
};

const FOREIGN_ISSUER: Row = Row {
    id: "RPX-AUT-24",
    title: "somebody else begins the login, and means no good",
    provider: "behaves; a third party sends the person to the relying party's `initiate_login_uri` with an issuer that is unknown, without TLS, on this machine or missing",
    relying_party: "refuses an issuer that it does not know before it calls anybody",
    clauses: &["OIDCC-4", "RFC9700-4.11"],
    bindings: BEST_PRACTICE,
    needs: &[Capability::ThirdPartyLogin],
    attack: Some("request forgery by issuer"),
    checks: &[checks::NOBODY_IN_THE_TRAP],
    ..Row::BLANK
};

const FOREIGN_TARGET: Row = Row {
    id: "RPX-AUT-24",
    title: "somebody else begins the login, and says where it shall end",
    provider: "behaves; a third party begins the login with a `target_link_uri` on another site",
    relying_party: "sends nobody off its own site",
    clauses: &["OIDCC-4", "RFC9700-4.11"],
    bindings: BEST_PRACTICE,
    needs: &[Capability::ThirdPartyLogin],
    attack: Some("open redirect"),
    ..Row::BLANK
};

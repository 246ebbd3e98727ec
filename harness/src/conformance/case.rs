//! What is asked of a relying party: rows of the catalogue, and the cases that they make.
//!
//! A [`Row`] is data: what the provider does, what a correct relying party does about it, and which clause says so. A row
//! whose provider has several ways of doing it wrong is several [`Case`]s: `RPX-SIG-05.spki_pem` is the way `spki_pem` of
//! the row `RPX-SIG-05`. How a case is played is its [`Flow`]'s business, what came of it is judged by `verdict`.

use std::fmt;
use std::ops::Deref;

use mock_idp::TlsFlaw;
use mock_idp::fault::plan::{NotARule, Rule};
use serde::Serialize;

use super::evidence::{Evidence, Site};
use super::profiles::Binding;
use super::tls;
use crate::decision::ResponseType;

/// The six response types: most rows are about all of them.
pub const ALL_TYPES: &[ResponseType] = &[
    ResponseType::Code,
    ResponseType::IdToken,
    ResponseType::IdTokenToken,
    ResponseType::CodeIdToken,
    ResponseType::CodeToken,
    ResponseType::CodeIdTokenToken,
];

/// Those with a code, and so with a token request.
pub const WITH_CODE: &[ResponseType] =
    &[ResponseType::Code, ResponseType::CodeIdToken, ResponseType::CodeToken, ResponseType::CodeIdTokenToken];

/// Those with an access token, from whichever endpoint.
pub const WITH_ACCESS_TOKEN: &[ResponseType] = &[
    ResponseType::Code,
    ResponseType::IdTokenToken,
    ResponseType::CodeIdToken,
    ResponseType::CodeToken,
    ResponseType::CodeIdTokenToken,
];

/// Those whose ID token comes through the browser.
pub const WITH_FRONT_ID_TOKEN: &[ResponseType] = &[
    ResponseType::IdToken,
    ResponseType::IdTokenToken,
    ResponseType::CodeIdToken,
    ResponseType::CodeIdTokenToken,
];

/// What a correct relying party does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Expected {
    /// It refuses: what the flow is after does not come about.
    Reject,
    /// It accepts: this is unusual, and right.
    Accept,
    /// It sends what is asked for (the row's checks say what), and the flow ends well.
    Send,
    /// Both are right; the row's checks say what must not happen.
    Either,
}

/// When a row was due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Priority {
    /// First.
    P1,
    /// Next.
    P2,
    /// Later.
    P3,
}

/// By which way what is wrong reaches the relying party.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// It does not matter.
    Any,
    /// Through the browser only: "If the ID Token is received via direct communication between the Client and the Token
    /// Endpoint […], the TLS server validation MAY be used to validate the issuer in place of checking the token signature"
    /// (OIDCC-3.1.3.7-6). Response types without an ID token in the authorization response do not have to see it.
    Front,
    /// By the provider's keys: whoever leaves signatures unread, as that sentence lets it, has no use for them.
    Keys,
}

/// What is done with the relying party; `flow/` holds one file for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Flow {
    /// One login, and the provider misbehaves all through it.
    Login,
    /// Two logins of one person in two browsers; the provider misbehaves from the second one on.
    LoginTwice,
    /// Many logins, one after the other, and the provider misbehaves in each.
    ManyLogins,
    /// A login while the provider misbehaves, and another one when it is well again.
    Recovery,
    /// A login during which the provider's keys change, after one with the old keys.
    RotationInLogin,
    /// Two logins, between which the provider's keys change.
    RotationBetweenLogins,
    /// A login while another one is under way in another browser.
    ParallelLogin,
    /// Twenty people sign in side by side.
    ManyAtOnce,
    /// A login whose keys are late, and somebody else who wants something meanwhile.
    SlowKeys,
    /// Somebody uses the cookies that the browser had before the login.
    SessionFixation,
    /// The response to an attacker's request is delivered to another browser.
    Csrf(Victim),
    /// A response under a `state` that nobody sent.
    Unsolicited,
    /// The code of an attacker's login is put into the response to somebody else's.
    CodeInjection,
    /// A response is delivered a second time.
    ReplayCallback,
    /// A login at the attacker's provider, which misbehaves.
    AtTheAttacker,
    /// A login at the attacker's provider, by somebody with the `sub` of the honest provider's person.
    SameSubjectElsewhere,
    /// Two people with one email address sign in, one after the other.
    SecondPersonSameEmail,
    /// A response of one provider arrives where the request went to another.
    MixUp(Begun),
    /// Two logins at two providers in two tabs of one browser.
    TwoTabs,
    /// A login that is to end on another site.
    OpenRedirect(Lure),
    /// A login that somebody else begins at the `initiate_login_uri`.
    ThirdPartyLogin(Initiation),
    /// A login, and then a refresh during which the provider misbehaves.
    Refresh,
    /// A login, and then several refreshes.
    RefreshAgain(Pace),
    /// A login, and then a logout token.
    BackChannelLogout,
    /// Two logins of somebody of whom others state something; the provider misbehaves in the second.
    ClaimsOfOthers,
    /// Two logins of one person, each followed by a logout token; the provider misbehaves in the second logout.
    LogoutTwice,
    /// Two sessions of one person, and a logout token.
    LogoutOfTwo,
    /// A logout token, and then a refresh of the session that is over.
    RefreshAfterLogout,
    /// A login, and then a logout frame when the person signs out here.
    FrontChannelLogout,
    /// A login, and then a logout frame when the person signs out at the provider.
    FrontChannelLogoutAtProvider,
    /// A login, and then the person signs out here and at the provider.
    RpInitiatedLogout,
    /// Somebody comes back from a logout that nobody began.
    ReturnUnasked,
    /// A login that is to show no page at the provider, which does not know the person.
    WithoutAPage,
    /// The session at the provider changes, and the relying party watches.
    SessionManagement,
    /// The session at the provider goes on, and the page that watches is told otherwise.
    SessionMessage(Said),
}

/// Who says what to the page that watches the session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Said {
    /// A page of the attacker's says `changed`.
    ByTheAttacker,
    /// The provider's page says `error`.
    Error,
    /// The provider's page says something that nobody has agreed on.
    Garbage,
}

/// What the browser is doing to which somebody else's response is delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Victim {
    /// Nothing: it was never here.
    Idle,
    /// It has begun a login of its own.
    SigningIn,
}

/// Where a login was begun whose response is mixed up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Begun {
    /// At the honest provider; the attacker's answers.
    AtTheHonest,
    /// At the attacker's provider, which sends the browser on to the honest one.
    AtTheAttacker,
}

/// An address that leads off the relying party's site.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Lure {
    /// `https://elsewhere/`
    Absolute,
    /// `//elsewhere/`
    SchemeRelative,
    /// `/\elsewhere/`, which browsers take for the one before.
    Backslash,
    /// `javascript:`
    Script,
}

/// How somebody else begins a login (OIDCC-4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Initiation {
    /// With the issuer that the relying party knows.
    Known,
    /// With an issuer that nobody knows.
    Unknown,
    /// The same by POST.
    UnknownByPost,
    /// With the known issuer, without TLS.
    WithoutTls,
    /// With an issuer on this machine.
    Loopback,
    /// With an issuer in the link-local range.
    LinkLocal,
    /// Without an issuer.
    Nobody,
    /// With the known issuer, and a target on another site.
    ForeignTarget,
    /// The same by POST.
    ForeignTargetByPost,
}

/// How refreshes follow each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Pace {
    /// One after the other.
    InTurn,
    /// At the same time.
    AtOnce,
}

/// What a relying party has to be able to do, or to be registered for, before a row can be asked of it.
///
/// The reference relying party is set up for it; of others it has to be said (`--can`), or the case is skipped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Capability {
    /// It asks UserInfo at each login.
    Userinfo,
    /// It is registered for UserInfo responses signed with RS256.
    SignedUserinfo,
    /// It is registered for ID tokens that are not signed (`none`), from the token endpoint.
    UnsignedIdToken,
    /// It is registered for ID tokens signed with ES256.
    Es256,
    /// It is registered for ID tokens signed with ES384.
    Es384,
    /// It is registered for ID tokens signed with PS256.
    Ps256,
    /// It is registered for ID tokens signed with RS512.
    Rs512,
    /// It is registered for ID tokens signed with `EdDSA`.
    EdDsa,
    /// It is registered for ID tokens signed with HS256 and its secret.
    Hs256,
    /// It sends a `nonce`, whatever the flow.
    Nonce,
    /// Its client id and secret have characters in them that have to be encoded.
    SpecialCredentials,
    /// It sends `max_age`, and so has to look at `auth_time`.
    MaxAge,
    /// It asks for an essential `acr`.
    EssentialAcr,
    /// It refreshes its tokens.
    Refresh,
    /// It asks for claims by scope values (`profile`, `email`, `address`, `phone`).
    ScopeClaims,
    /// It understands aggregated claims.
    AggregatedClaims,
    /// It understands distributed claims.
    DistributedClaims,
    /// It authenticates with `client_secret_basic`.
    ClientSecretBasic,
    /// It authenticates with `client_secret_post`.
    ClientSecretPost,
    /// It authenticates with `client_secret_jwt`.
    ClientSecretJwt,
    /// It authenticates with `private_key_jwt`.
    PrivateKeyJwt,
    /// It is a public client.
    PublicClient,
    /// It authenticates with a TLS certificate for a name that is registered (`tls_client_auth`).
    MutualTls,
    /// It authenticates with a TLS certificate that holds one of its registered keys (`self_signed_tls_client_auth`).
    SelfSignedMutualTls,
    /// It sends its UserInfo token in the body of a form.
    BearerBody,
    /// It sends signed request objects by `request_uri`.
    RequestUri,
    /// It sends unsigned request objects by `request_uri`.
    UnsignedRequestUri,
    /// It registers itself.
    DynamicRegistration,
    /// It finds the issuer of an `acct:` identifier by `WebFinger`.
    WebfingerAcct,
    /// It finds the issuer of a URL by `WebFinger`.
    WebfingerUrl,
    /// It starts a login for others (`initiate_login_uri`).
    ThirdPartyLogin,
    /// It takes authentication responses as a posted form.
    FormPost,
    /// It asks with `prompt=none` and `max_age=0`.
    PromptNone,
    /// It compares the `iss` of authentication responses where metadata promises it (RFC 9207).
    ResponseIssuer,
    /// It knows two providers, of which the attacker runs one.
    TwoProviders,
    /// It signs people out at the provider.
    RpInitiatedLogout,
    /// It takes logout tokens.
    BackChannelLogout,
    /// It takes logouts in a frame.
    FrontChannelLogout,
    /// The page where its login ends watches the session at the provider (`--driver chromium`).
    SessionManagement,
    /// Its start page takes an address to return to (`{target}` in its path).
    ReturnTo,
    /// It signs in at a provider with TLS, and trusts the CA that its environment names: so only one that is started for each
    /// case (`--rp-command`) can be asked.
    Tls,
}

impl Capability {
    /// Its word on the command line.
    pub fn word(self) -> String {
        clap::ValueEnum::to_possible_value(&self).map(|value| value.get_name().to_owned()).unwrap_or_default()
    }

    /// Whether it needs a provider that asks for TLS certificates.
    pub(super) const fn is_by_certificate(self) -> bool {
        matches!(self, Self::MutualTls | Self::SelfSignedMutualTls)
    }

    /// Whether it needs a provider with TLS, and so somebody who trusts the CA that is made for a case.
    pub const fn needs_a_ca(self) -> bool {
        matches!(self, Self::Tls) || self.is_by_certificate()
    }

    /// Why a case that needs it is not played.
    pub(super) fn lacking(self) -> String {
        format!("it is not known to be able to do this: `{}`", self.word())
    }

    /// How a stranger who can do it is said to.
    pub(super) fn said(self) -> String {
        const OTHERWISE: [(Capability, &str); 7] = [
            (Capability::Refresh, "`--refresh`"),
            (Capability::RpInitiatedLogout, "`--logout`"),
            (Capability::ThirdPartyLogin, "`--initiate`"),
            (Capability::PromptNone, "`--silent-start`"),
            (Capability::ReturnTo, "`{target}` in `--start`"),
            (Capability::BackChannelLogout, "`backchannel_logout_uri` in `--client`"),
            (Capability::FrontChannelLogout, "`logout_uri` in `--client`"),
        ];
        let otherwise = OTHERWISE.iter().find(|(able, _)| *able == self);
        otherwise.map_or_else(|| format!("`--can {}`", self.word()), |(_, option)| (*option).to_owned())
    }
}

/// Something that must be so, whatever else happened. A pure look at the evidence.
#[derive(Clone, Copy)]
pub struct Check {
    /// What must be so, as a sentence: "the code is sent to the provider once".
    pub says: &'static str,
    /// Whether it is.
    pub look: fn(&Evidence) -> Finding,
}

impl fmt::Debug for Check {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.says)
    }
}

/// What a check found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// It is so.
    Holds,
    /// It is not, and this is what was seen instead.
    Broken(String),
    /// There was nothing to look at, and this is what was missing.
    Unseen(String),
}

impl Finding {
    /// It is so, or else this was seen instead.
    pub fn unless(broken: bool, seen: impl Into<String>) -> Self {
        if broken { Self::Broken(seen.into()) } else { Self::Holds }
    }
}

/// One way in which the provider does what a row says.
#[derive(Clone, Copy, Debug)]
pub struct Way {
    /// The word behind the row's name; empty for the only way of a row.
    pub value: &'static str,
    /// The faults, as `mock-idp faults` lists them: `id_token.aud=missing`, with conditions behind commas. Those of the
    /// attacker's provider have `attacker: ` before them, flaws of the certificate `tls: `.
    pub faults: &'static [&'static str],
    /// Faults that only make ready for those, in the same words: they need not come to bear for the case to say something.
    pub groundwork: &'static [&'static str],
    /// What a correct relying party does about this way, where it is not what it does about the others.
    pub expected: Option<Expected>,
    /// How much this way weighs, where it weighs less than the row's bindings say.
    pub at_most: Option<super::profiles::Weight>,
}

impl Way {
    /// A provider that does nothing wrong.
    pub const HONEST: Self = Self::only(&[]);

    /// The only way of a row.
    pub const fn only(faults: &'static [&'static str]) -> Self {
        Self { value: "", faults, groundwork: &[], expected: None, at_most: None }
    }

    /// One of several ways.
    pub const fn of(value: &'static str, faults: &'static [&'static str]) -> Self {
        Self { value, faults, groundwork: &[], expected: None, at_most: None }
    }

    /// The groundwork and the faults, each with whose it is, or what is wrong with its text.
    pub fn rules(&self) -> Vec<Result<Planned, NotARule>> {
        planned(self.groundwork).chain(self.decisive()).collect()
    }

    /// The same of the faults alone.
    pub(super) fn decisive(&self) -> impl Iterator<Item = Result<Planned, NotARule>> {
        planned(self.faults)
    }

    /// Whether the relying party is led to a link-local address. There is a trap at it only in this process: a stranger would
    /// come to the real one, which on a cloud machine hands out credentials, and bring a code and a secret along.
    pub fn is_link_local(&self) -> bool {
        self.faults.iter().any(|text| text.split(',').next().is_some_and(|it| it.ends_with("=link_local")))
    }

    /// Whether an endpoint goes without the TLS that the issuer has.
    pub fn drops_tls(&self) -> bool {
        self.faults.iter().any(|text| text.split(',').next().is_some_and(|it| it.ends_with("=http")))
    }

    /// What is wrong with the provider's certificate.
    pub fn flaw(&self) -> Option<TlsFlaw> {
        self.faults.iter().find_map(|text| tls::flaw(text)?.ok())
    }

    /// The same, with faults that only make ready for it.
    #[must_use]
    pub const fn prepared_by(mut self, groundwork: &'static [&'static str]) -> Self {
        self.groundwork = groundwork;
        self
    }

    /// The same, but something else is expected.
    #[must_use]
    pub const fn but(mut self, expected: Expected) -> Self {
        self.expected = Some(expected);
        self
    }

    /// The same, but a departure weighs no more than this.
    #[must_use]
    pub const fn at_most(mut self, weight: super::profiles::Weight) -> Self {
        self.at_most = Some(weight);
        self
    }
}

/// Texts of faults as they are read; flaws of the certificate are none.
fn planned(texts: &'static [&'static str]) -> impl Iterator<Item = Result<Planned, NotARule>> {
    let read = |text: &&'static str| {
        let (site, text) = match text.strip_prefix("attacker: ") {
            Some(text) => (Site::Attacker, text),
            None => (Site::Provider, *text),
        };
        text.parse().map(|rule| Planned { site, rule })
    };
    texts.iter().filter(|text| tls::flaw(text).is_none()).map(read)
}

/// A fault to come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planned {
    /// Whose it is.
    pub site: Site,
    /// The fault, and when it fires.
    pub rule: Rule,
}

/// A row of the catalogue.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// Its name: that of the OpenID Foundation's module, or ours (`RPX-SIG-05`).
    pub id: &'static str,
    /// The Foundation's module that asks the same, where the row has a name of ours.
    pub module: Option<&'static str>,
    /// What it is about, in a few words.
    pub title: &'static str,
    /// What the provider does, as a sentence without a subject.
    pub provider: &'static str,
    /// What a correct relying party does, as a sentence without a subject.
    pub relying_party: &'static str,
    /// The clauses: `OIDCC-3.1.3.7-2`, `RFC6749-4.1.2.1`.
    pub clauses: &'static [&'static str],
    /// What a correct relying party does, as a word.
    pub expected: Expected,
    /// When it was due.
    pub priority: Priority,
    /// The response types that it is about.
    pub response_types: &'static [ResponseType],
    /// The profiles that hold a relying party to it, and how hard.
    pub bindings: &'static [Binding],
    /// How it is played.
    pub flow: Flow,
    /// What the relying party has to be able to do.
    pub needs: &'static [Capability],
    /// The name of the attack, where it has one.
    pub attack: Option<&'static str>,
    /// By which way what is wrong arrives.
    pub channel: Channel,
    /// What must be so besides.
    pub checks: &'static [Check],
    /// The ways, at least one.
    pub ways: &'static [Way],
}

impl Row {
    /// What rows have in common; tables name what differs.
    pub const BLANK: Self = Self {
        id: "",
        module: None,
        title: "",
        provider: "",
        relying_party: "",
        clauses: &[],
        expected: Expected::Reject,
        priority: Priority::P1,
        response_types: ALL_TYPES,
        bindings: &[],
        flow: Flow::Login,
        needs: &[],
        attack: None,
        channel: Channel::Any,
        checks: &[],
        ways: &[Way::HONEST],
    };

    /// Its cases, one for each way.
    pub fn cases(&'static self) -> impl Iterator<Item = Case> {
        self.ways.iter().map(move |way| Case { row: self, way })
    }
}

/// One question to a relying party: a row, and one of its ways.
#[derive(Clone, Copy)]
pub struct Case {
    row: &'static Row,
    way: &'static Way,
}

impl Case {
    /// Its name, which never changes: `RPX-SIG-05.spki_pem`.
    pub fn id(self) -> String {
        if self.way.value.is_empty() {
            return self.row.id.to_owned();
        }
        format!("{}.{}", self.row.id, self.way.value)
    }

    /// The name of its row.
    pub const fn id_of_row(self) -> &'static str {
        self.row.id
    }

    /// The faults that the provider has.
    pub const fn faults(self) -> &'static [&'static str] {
        self.way.faults
    }

    /// What a correct relying party does.
    pub fn expected(self) -> Expected {
        self.way.expected.unwrap_or(self.row.expected)
    }

    /// The way of its row.
    pub const fn way(self) -> &'static Way {
        self.way
    }
}

impl Deref for Case {
    type Target = Row;

    fn deref(&self) -> &Row {
        self.row
    }
}

impl fmt::Debug for Case {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.id())
    }
}

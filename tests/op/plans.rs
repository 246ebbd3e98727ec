//! Which module stands in which plan, and with which response types: the table that everything else here follows.
//!
//! A plan is run with one or more response types; the form post plans repeat the basic, the implicit and the hybrid one with
//! `response_mode=form_post`. A module in a plan with a response type is one entry, and each entry is run.

use std::fmt;

/// Module, plans (with response types where a plan has several), whether clients must register themselves, clauses.
const TABLE: &str = "
# Discovery and keys
oidcc-discovery-endpoint-verification | C D T | | OIDCD-3, OIDCD-4.2, OIDCD-4.3, OIDCD-7.2, RFC8414-2, OIDCC-15.2
oidcc-server-rotate-keys | D T | | OIDCC-10.1.1
# Happy paths and client authentication
oidcc-server | B D H(ci,ct,cit) I(i,it) T | | OIDCC-3.1.3.7, OIDCC-3.3.2.11, RFC6749-5.1, RFC6749-10.10
oidcc-server-client-secret-post | B H(ci,ct,cit) | | OIDCC-9, RFC6749-2.3.1
oidcc-ensure-client-assertion-with-iss-aud-succeeds | D T | | RFC7523-3, OIDCC-9
oidcc-alternate-happy-flow | B H(ci) I(i,it) T | | RFC6749-3.3
oidcc-ensure-post-request-succeeds | B | | OIDCC-3.1.2.1
oidcc-ensure-request-with-unknown-parameter-succeeds | B H(ci,ct,cit) I(i,it) T | | RFC6749-3.1
oidcc-ensure-request-with-valid-pkce-succeeds | B H(ci) T | | RFC7636-4, RFC6749-3.1
oidcc-response-type-missing | B H(ci) I(it) T | | RFC6749-3.1.1
# ID token
oidcc-idtoken-signature | B H(ci,ct,cit) I(i,it) T | dynamic | OIDCC-3.1.3.7, OIDCC-10.1
oidcc-idtoken-rs256 | D T | dynamic | OIDCC-3.1.3.7
oidcc-idtoken-unsigned | B D T | dynamic | OIDCC-3.1.3.7, OIDCR-2
oidcc-ensure-request-without-nonce-fails | H(ci,cit) I(i,it) T | | OIDCC-3.2.2.1, OIDCC-3.3.2.11
oidcc-ensure-request-without-nonce-succeeds-for-code-flow | B H(ct) T | | OIDCC-3.1.2.1
# UserInfo, scopes, claims
oidcc-userinfo-get | B H(ci,ct,cit) I(it) T | | OIDCC-5.1, OIDCC-5.3.1, OIDCC-5.3.2
oidcc-userinfo-post-header | B H(ci,ct,cit) I(it) T | | OIDCC-5.3.1
oidcc-userinfo-post-body | B H(ci,ct,cit) I(it) T | | OIDCC-5.3.1, RFC6750-2.2
oidcc-userinfo-rs256 | D T | dynamic | OIDCC-5.3.2, OIDCR-2
oidcc-scope-profile | B H(ci,ct,cit) I(i,it) T | | OIDCC-5.4
oidcc-scope-email | B H(ci,ct,cit) I(i,it) T | | OIDCC-5.4
oidcc-scope-address | B H(ci,ct,cit) I(i,it) T | | OIDCC-5.1.1, OIDCC-5.4
oidcc-scope-phone | B H(ci,ct,cit) I(i,it) T | | OIDCC-5.4
oidcc-scope-all | B H(ci,ct,cit) I(i,it) T | | OIDCC-5.4
oidcc-claims-essential | B H(ci,ct,cit) I(i,it) T | | OIDCC-5.5, OIDCC-5.5.1
oidcc-claims-locales | B H(ci,ct,cit) I(i,it) T | | OIDCC-5.2, OIDCC-15.1
# Login behaviour
oidcc-display-page | B H(ci,ct,cit) I(i,it) T | | OIDCC-3.1.2.1, OIDCC-15.1
oidcc-display-popup | B H(ci,ct,cit) I(i,it) T | | OIDCC-3.1.2.1, OIDCC-15.1
oidcc-ui-locales | B H(ci,ct,cit) I(i,it) T | | OIDCC-3.1.2.1, OIDCC-15.1
oidcc-login-hint | B H(ci,ct,cit) I(i,it) T | | OIDCC-3.1.2.1
oidcc-ensure-request-with-acr-values-succeeds | B H(ci,ct,cit) I(i,it) T | | OIDCC-3.1.2.1, OIDCC-15.1
oidcc-prompt-login | B H(ci,ct,cit) I(i,it) T | | OIDCC-3.1.2.1, OIDCC-15.1
oidcc-prompt-none-logged-in | B H(ci,ct,cit) I(i,it) T | | OIDCC-3.1.2.1
oidcc-prompt-none-not-logged-in | B H(ci,ct,cit) I(i,it) T | | OIDCC-3.1.2.6
oidcc-max-age-1 | B H(ci,ct,cit) I(i,it) T | | OIDCC-2, OIDCC-3.1.2.1, OIDCC-15.1
oidcc-max-age-10000 | B H(ci,ct,cit) I(i,it) T | | OIDCC-2, OIDCC-3.1.2.1, OIDCC-15.1
oidcc-id-token-hint | B H(ci,ct,cit) I(i,it) T | | OIDCC-3.1.2.1, OIDCC-3.1.2.2
# Codes, refresh tokens, redirect URIs
oidcc-codereuse | B H(ci,ct,cit) T | | RFC6749-4.1.2, RFC6749-5.2
oidcc-codereuse-30seconds | B H(ci,ct,cit) T | | RFC6749-4.1.2, RFC6750-3.1
oidcc-refresh-token | B D H(ci,ct,cit) T | | OIDCC-11, OIDCC-12.2, RFC6749-5.2, RFC6749-6, RFC6749-10.10
oidcc-refresh-token-rp-key-rotation | D T | dynamic | OIDCC-10.1.1
oidcc-ensure-registered-redirect-uri | B H(ci,ct,cit) I(i,it) T | | OIDCC-3.1.2.1
oidcc-ensure-redirect-uri-in-authorization-request | D T | dynamic | OIDCC-3.1.2.1
oidcc-redirect-uri-query-OK | D T | dynamic | RFC6749-3.1.2
oidcc-redirect-uri-query-mismatch | D T | dynamic | OIDCC-3.1.2.1
oidcc-redirect-uri-query-added | D T | | OIDCC-3.1.2.1
oidcc-redirect-uri-regfrag | D T | dynamic | RFC6749-3.1.2, OIDCR-3.3
# Request objects
oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported | B H(ci,ct,cit) I(i,it) T | | OIDCC-6.1, OIDCC-3.1.2.6
oidcc-ensure-request-object-with-redirect-uri | B D H(ci,ct,cit) I(i,it) T | | OIDCC-6.1
oidcc-request-uri-unsigned-supported-correctly-or-rejected-as-unsupported | B H(ci,ct,cit) I(i,it) | dynamic | OIDCC-6.2, OIDCC-3.1.2.6
oidcc-request-uri-unsigned | D T | dynamic | OIDCC-6.2, OIDCC-15.2, OIDCD-3
oidcc-request-uri-signed-rs256 | D T | dynamic | OIDCC-6.2, OIDCC-6.1, OIDCD-3
# Registration
oidcc-registration-jwks-uri | D T | dynamic | OIDCR-2
oidcc-registration-logo-uri | D T | dynamic | OIDCR-2
oidcc-registration-policy-uri | D T | dynamic | OIDCR-2
oidcc-registration-tos-uri | D T | dynamic | OIDCR-2
oidcc-registration-sector-uri | D T | dynamic | OIDCR-5, OIDCC-8.1
oidcc-registration-sector-bad | D T | dynamic | OIDCR-5, OIDCR-3.3
oidcc-3rd_party-init-login | 3P | dynamic | OIDCC-4, OIDCR-2, OIDCR-3.2, OIDCR-4.2, OIDCR-4.3
oidcc-3rd_party-init-login-nohttps | 3P | dynamic | OIDCC-4, OIDCR-3.3
# RP-initiated logout
oidcc-rp-initiated-logout-discovery-endpoint-verification | RL | | OIDCRP-2.1
oidcc-rp-initiated-logout | RL | | OIDCRP-2, OIDCRP-3
oidcc-rp-initiated-logout-no-state | RL | | OIDCRP-2, OIDCRP-3
oidcc-rp-initiated-logout-no-params | RL | | OIDCRP-2
oidcc-rp-initiated-logout-only-state | RL | | OIDCRP-2
oidcc-rp-initiated-logout-no-post-logout-redirect-uri | RL | | OIDCRP-2
oidcc-rp-initiated-logout-no-id-token-hint | RL | | OIDCRP-2, OIDCRP-3
oidcc-rp-initiated-logout-bad-post-logout-redirect-uri | RL | | OIDCRP-2, OIDCRP-3
oidcc-rp-initiated-logout-query-added-to-post-logout-redirect-uri | RL | | OIDCRP-2, OIDCRP-3
oidcc-rp-initiated-logout-modified-id-token-hint | RL | | OIDCRP-2
oidcc-rp-initiated-logout-bad-id-token-hint | RL | | OIDCRP-2
# Front-channel logout, back-channel logout, session management
oidcc-frontchannel-logout-discovery-endpoint-verification | FL | | OIDCFC-3, OIDCRP-2.1
oidcc-frontchannel-rp-initiated-logout | FL | | OIDCFC-2, OIDCFC-3, OIDCRP-2
oidcc-backchannel-logout-discovery-endpoint-verification | BL | | OIDCBC-2.1, OIDCRP-2.1
oidcc-backchannel-rp-initiated-logout | BL | | OIDCBC-2.4, OIDCBC-2.5
oidcc-session-management-discovery-endpoint-verification | SM | | OIDCSM-3.3, OIDCRP-2.1
oidcc-session-management-rp-initiated-logout | SM | | OIDCSM-2, OIDCSM-3.1
";

/// A module of the suite.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Module {
    pub(crate) name: &'static str,
    /// The heading it stands under.
    pub(crate) group: &'static str,
    plans: &'static str,
    /// Whether it asks for something that a client says of itself, so that static clients leave it out.
    dynamic_only: bool,
    pub(crate) clauses: &'static str,
}

/// A test plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Plan {
    Basic,
    Implicit,
    Hybrid,
    Config,
    Dynamic,
    FormPostBasic,
    FormPostImplicit,
    FormPostHybrid,
    ThirdPartyInitiatedLogin,
    RpInitiatedLogout,
    FrontChannelLogout,
    BackChannelLogout,
    SessionManagement,
    Comprehensive,
}

/// What a request asks for. Not the provider's own type: this side has its own idea of everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum ResponseType {
    Code,
    IdToken,
    IdTokenToken,
    CodeIdToken,
    CodeToken,
    CodeIdTokenToken,
}

/// How the response has to travel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Mode {
    Query,
    Fragment,
    FormPost,
}

/// How the client proves who it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Auth {
    Basic,
    Post,
    SecretJwt,
    PrivateKeyJwt,
}

/// How the provider came to know the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Registration {
    Static,
    Dynamic,
}

/// A module in a plan, with a response type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Entry {
    pub(crate) module: &'static str,
    pub(crate) plan: Plan,
    pub(crate) response_type: ResponseType,
    pub(crate) mode: Mode,
    pub(crate) auth: Auth,
    pub(crate) registration: Registration,
}

/// Every module, in the order of the table.
pub(crate) fn modules() -> Vec<Module> {
    let mut group = "";
    let mut modules = Vec::new();
    for line in TABLE.lines().filter(|line| !line.is_empty()) {
        match line.strip_prefix("# ") {
            Some(heading) => group = heading,
            None => modules.push(Module::read(line, group)),
        }
    }
    modules
}

impl Module {
    fn read(line: &'static str, group: &'static str) -> Self {
        let columns: Vec<&str> = line.split('|').map(str::trim).collect();
        let [name, plans, registration, clauses] = columns[..] else { panic!("four columns, not `{line}`") };
        Self { name, group, plans, dynamic_only: registration == "dynamic", clauses }
    }

    /// Everything that has to be run, plan by plan.
    pub(crate) fn entries(&self) -> Vec<Entry> {
        Plan::ALL.into_iter().flat_map(|plan| self.entries_in(plan)).collect()
    }

    fn entries_in(&self, plan: Plan) -> Vec<Entry> {
        let column = self.plans.split_whitespace().find_map(|word| {
            let (code, types) = word.split_once('(').unwrap_or((word, ""));
            (code == plan.code()).then(|| types.trim_end_matches(')'))
        });
        let types = match column {
            None => Vec::new(),
            Some("") => vec![self.usual_response_type()],
            Some(types) => types.split(',').map(ResponseType::of_the_column).collect(),
        };
        types.into_iter().map(|response_type| self.entry(plan, response_type)).collect()
    }

    /// Where a plan can be run with any response type, it is run with the usual one, if the module has it.
    fn usual_response_type(&self) -> ResponseType {
        match self.name {
            "oidcc-ensure-request-without-nonce-fails" => ResponseType::CodeIdToken,
            _ => ResponseType::Code,
        }
    }

    fn entry(&self, plan: Plan, response_type: ResponseType) -> Entry {
        let mode = match response_type {
            _ if plan.is_form_post() => Mode::FormPost,
            ResponseType::Code => Mode::Query,
            ResponseType::IdToken
            | ResponseType::IdTokenToken
            | ResponseType::CodeIdToken
            | ResponseType::CodeToken
            | ResponseType::CodeIdTokenToken => Mode::Fragment,
        };
        // One half of the entries that could do with either is run each way.
        let may_be_static = plan.is_form_post() && !self.dynamic_only;
        let registration = if may_be_static { Registration::Static } else { Registration::Dynamic };
        Entry { module: self.name, plan, response_type, mode, auth: self.auth(plan), registration }
    }

    fn auth(&self, plan: Plan) -> Auth {
        match (self.name, plan) {
            ("oidcc-server-client-secret-post", _) => Auth::Post,
            ("oidcc-refresh-token-rp-key-rotation" | "oidcc-registration-jwks-uri", _)
            | (_, Plan::Dynamic) => Auth::PrivateKeyJwt,
            (_, Plan::Comprehensive) => Auth::SecretJwt,
            _ => Auth::Basic,
        }
    }
}

impl Plan {
    pub(crate) const ALL: [Self; 14] = [
        Self::Basic,
        Self::Implicit,
        Self::Hybrid,
        Self::Config,
        Self::Dynamic,
        Self::FormPostBasic,
        Self::FormPostImplicit,
        Self::FormPostHybrid,
        Self::ThirdPartyInitiatedLogin,
        Self::RpInitiatedLogout,
        Self::FrontChannelLogout,
        Self::BackChannelLogout,
        Self::SessionManagement,
        Self::Comprehensive,
    ];

    /// Its name in the suite.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Basic => "oidcc-basic-certification-test-plan",
            Self::Implicit => "oidcc-implicit-certification-test-plan",
            Self::Hybrid => "oidcc-hybrid-certification-test-plan",
            Self::Config => "oidcc-config-certification-test-plan",
            Self::Dynamic => "oidcc-dynamic-certification-test-plan",
            Self::FormPostBasic => "oidcc-formpost-basic-certification-test-plan",
            Self::FormPostImplicit => "oidcc-formpost-implicit-certification-test-plan",
            Self::FormPostHybrid => "oidcc-formpost-hybrid-certification-test-plan",
            Self::ThirdPartyInitiatedLogin => "oidcc-3rdparty-init-login-certification-test-plan",
            Self::RpInitiatedLogout => "oidcc-rp-initiated-logout-certification-test-plan",
            Self::FrontChannelLogout => "oidcc-frontchannel-rp-initiated-logout-certification-test-plan",
            Self::BackChannelLogout => "oidcc-backchannel-rp-initiated-logout-certification-test-plan",
            Self::SessionManagement => "oidcc-session-management-certification-test-plan",
            Self::Comprehensive => "oidcc-test-plan",
        }
    }

    /// Its letter in the table. The form post plans have the modules of another plan.
    const fn code(self) -> &'static str {
        match self {
            Self::Basic | Self::FormPostBasic => "B",
            Self::Implicit | Self::FormPostImplicit => "I",
            Self::Hybrid | Self::FormPostHybrid => "H",
            Self::Config => "C",
            Self::Dynamic => "D",
            Self::ThirdPartyInitiatedLogin => "3P",
            Self::RpInitiatedLogout => "RL",
            Self::FrontChannelLogout => "FL",
            Self::BackChannelLogout => "BL",
            Self::SessionManagement => "SM",
            Self::Comprehensive => "T",
        }
    }

    const fn is_form_post(self) -> bool {
        matches!(self, Self::FormPostBasic | Self::FormPostImplicit | Self::FormPostHybrid)
    }
}

impl ResponseType {
    fn of_the_column(text: &str) -> Self {
        match text {
            "i" => Self::IdToken,
            "it" => Self::IdTokenToken,
            "ci" => Self::CodeIdToken,
            "ct" => Self::CodeToken,
            "cit" => Self::CodeIdTokenToken,
            _ => panic!("`{text}` is no response type"),
        }
    }

    /// As requests spell it.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::IdToken => "id_token",
            Self::IdTokenToken => "id_token token",
            Self::CodeIdToken => "code id_token",
            Self::CodeToken => "code token",
            Self::CodeIdTokenToken => "code id_token token",
        }
    }

    pub(crate) fn has(self, word: &str) -> bool {
        self.as_str().split(' ').any(|known| known == word)
    }

    pub(crate) fn has_code(self) -> bool {
        self.has("code")
    }

    /// Whether an access token comes by either way.
    pub(crate) fn grants_access(self) -> bool {
        self != Self::IdToken
    }
}

impl Mode {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Query => "query",
            Self::Fragment => "fragment",
            Self::FormPost => "form_post",
        }
    }
}

impl Auth {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Basic => "client_secret_basic",
            Self::Post => "client_secret_post",
            Self::SecretJwt => "client_secret_jwt",
            Self::PrivateKeyJwt => "private_key_jwt",
        }
    }
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { module, plan, response_type, mode, auth, registration } = self;
        let (response_type, mode, auth) = (response_type.as_str(), mode.as_str(), auth.as_str());
        let plan = plan.name();
        write!(f, "{module} in {plan} with {response_type}, {mode}, {auth}, a {registration:?} client")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use rstest::rstest;

    use super::*;

    fn entries() -> Vec<Entry> {
        modules().iter().flat_map(Module::entries).collect()
    }

    #[test]
    fn there_are_77_modules_in_14_plans_and_494_entries() {
        let (modules, entries) = (modules(), entries());
        let names: BTreeSet<_> = modules.iter().map(|module| module.name).collect();
        let plans: BTreeSet<_> = entries.iter().map(|entry| entry.plan).collect();
        assert_eq!((modules.len(), names.len(), plans.len(), entries.len()), (77, 77, 14, 494));
        assert_eq!(entries.iter().collect::<BTreeSet<_>>().len(), 494, "no entry stands there twice");
    }

    #[rstest]
    #[case::basic(Plan::Basic, &[("code", 38)])]
    #[case::implicit(Plan::Implicit, &[("id_token", 27), ("id_token token", 31)])]
    #[case::hybrid(Plan::Hybrid, &[("code id_token", 36), ("code token", 33), ("code id_token token", 33)])]
    #[case::config(Plan::Config, &[("code", 1)])]
    #[case::dynamic(Plan::Dynamic, &[("code", 23)])]
    #[case::form_post_basic(Plan::FormPostBasic, &[("code", 38)])]
    #[case::form_post_implicit(Plan::FormPostImplicit, &[("id_token", 27), ("id_token token", 31)])]
    #[case::form_post_hybrid(
        Plan::FormPostHybrid,
        &[("code id_token", 36), ("code token", 33), ("code id_token token", 33)]
    )]
    #[case::third_party(Plan::ThirdPartyInitiatedLogin, &[("code", 2)])]
    #[case::rp_initiated(Plan::RpInitiatedLogout, &[("code", 11)])]
    #[case::front_channel(Plan::FrontChannelLogout, &[("code", 2)])]
    #[case::back_channel(Plan::BackChannelLogout, &[("code", 2)])]
    #[case::session_management(Plan::SessionManagement, &[("code", 2)])]
    #[case::comprehensive(Plan::Comprehensive, &[("code", 54), ("code id_token", 1)])]
    fn a_plan_has_as_many_entries_as_the_suite_says(#[case] plan: Plan, #[case] counts: &[(&str, usize)]) {
        let of_plan: Vec<_> = entries().into_iter().filter(|entry| entry.plan == plan).collect();
        for (response_type, count) in counts {
            let with_it = of_plan.iter().filter(|entry| entry.response_type.as_str() == *response_type);
            assert_eq!(with_it.count(), *count, "{response_type}");
        }
        assert_eq!(of_plan.len(), counts.iter().map(|(_, count)| count).sum::<usize>());
        assert!(of_plan.iter().all(|entry| (entry.mode == Mode::FormPost) == plan.is_form_post()));
    }

    /// "Rows marked DCR only drop out for static clients; that is why a static Basic run has 35 modules, not 38."
    #[test]
    fn a_basic_run_with_static_clients_would_have_35_modules() {
        let static_ones = modules().into_iter().filter(|module| !module.dynamic_only);
        assert_eq!(static_ones.filter(|module| !module.entries_in(Plan::Basic).is_empty()).count(), 35);
    }
}

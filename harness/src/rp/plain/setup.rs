//! What a plain relying party is told, and the profile that follows from it.

use serde_json::Value;

use crate::decision::{
    Abilities, Algorithm, ClientAuthentication, IdentityDocument, IssuerMatch, KeySource, Paths, Profile,
    ProviderProfile, Registration, Renewal, RequestForm, ResponseMode, ResponseType, Services,
    SessionLifetime, SignOut, UserinfoCall,
};
use crate::rp::{own_keys, request_object};

/// As long as a session lasts, in seconds.
const SESSION: i64 = 8 * 3600;

const INITIATE: &str = "/initiate";
const BACKCHANNEL_LOGOUT: &str = "/backchannel_logout";
const FRONTCHANNEL_LOGOUT: &str = "/frontchannel_logout";
const CHECK_SESSION: &str = "/check_session";
const JWKS: &str = "/jwks";
const REQUEST_OBJECTS: &str = "/request_objects/";

/// How far the clocks of provider and relying party may be apart, in seconds.
const LEEWAY: i64 = 30;

/// How a plain relying party is set up. By default it signs in by code, with a secret in the header and with PKCE.
#[derive(Clone, Debug, PartialEq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a setting of its own, and any of them go together"
)]
pub struct PlainSetup {
    /// Scheme, host and port that it is served at, without a final slash.
    pub base_url: String,
    /// The providers that it knows, the usual one first. Each has a redirect URI of its own: `/callback` for the first,
    /// `/callback/2` for the second.
    pub issuers: Vec<String>,
    /// The client identifier at each of them.
    pub client_id: String,
    /// The client secret at each of them.
    pub client_secret: Option<String>,
    /// How it proves itself at the token endpoint.
    pub client_authentication: ClientAuthentication,
    /// `response_type`.
    pub response_type: ResponseType,
    /// `response_mode`; `None` leaves the parameter out, and the response type's default holds.
    pub response_mode: Option<ResponseMode>,
    /// `scope`.
    pub scope: String,
    /// Whether it protects codes with PKCE.
    pub pkce: bool,
    /// The algorithm that ID tokens are to be signed with.
    pub id_token_alg: Algorithm,
    /// Whether it calls UserInfo when it has an access token.
    pub userinfo: bool,
    /// Whether it sends that token in the body of a form.
    pub token_in_body: bool,
    /// The algorithm that UserInfo responses are to be signed with; `None` for JSON.
    pub userinfo_alg: Option<Algorithm>,
    /// The claims providers whose word it takes where UserInfo leaves claims to others.
    pub claims_providers: Vec<String>,
    /// How it became known to the providers.
    pub registration: Registration,
    /// Whose provider is looked up by `WebFinger`, in place of the first issuer: `acct:` or a URL.
    pub identifier: Option<String>,
    /// In which form its requests travel.
    pub request: RequestForm,
    /// The `claims` parameter.
    pub claims: Option<Value>,
    /// `max_age`, in seconds.
    pub max_age: Option<i64>,
    /// Authentication contexts of which one is essential.
    pub acr: Vec<String>,
    /// Whether its page watches the session at a provider that lets it. That takes a browser that runs scripts.
    pub watches_session: bool,
}

impl Default for PlainSetup {
    fn default() -> Self {
        Self {
            base_url: "https://rp.test".to_owned(),
            issuers: vec!["https://idp.test".to_owned()],
            client_id: "plain".to_owned(),
            client_secret: Some("the-secret-of-the-plain-relying-party".to_owned()),
            client_authentication: ClientAuthentication::ClientSecretBasic,
            response_type: ResponseType::Code,
            response_mode: None,
            scope: "openid profile email".to_owned(),
            pkce: true,
            id_token_alg: Algorithm("RS256"),
            userinfo: true,
            token_in_body: false,
            userinfo_alg: None,
            claims_providers: Vec::new(),
            registration: Registration::Configured,
            identifier: None,
            request: RequestForm::Parameters,
            claims: None,
            max_age: None,
            acr: Vec::new(),
            watches_session: false,
        }
    }
}

impl PlainSetup {
    /// Whom its certificate is for: a host name among the alternative names.
    pub const CERTIFICATE_NAME: &str = "rp.test";

    /// Its certificate with the key, in PEM, for connections on which clients are asked for one. It is published as a test
    /// key, and nobody vouches for it.
    pub fn certificate() -> String {
        own_keys::certificate()
    }

    /// Where responses of the provider at this place in [`PlainSetup::issuers`] go.
    pub fn redirect_uri(&self, provider: usize) -> String {
        format!("{}{}", self.base_url, callback(provider))
    }

    /// Where a person comes back to after signing out at the provider.
    pub fn post_logout_redirect_uri(&self) -> String {
        format!("{}/signed_out", self.base_url)
    }

    /// Where it publishes its keys.
    pub fn jwks_uri(&self) -> String {
        format!("{}{JWKS}", self.base_url)
    }

    /// Where it publishes request objects: they take turns, so that a provider can know the addresses beforehand.
    pub fn request_uris(&self) -> Vec<String> {
        request_object::addresses(&self.base_url, REQUEST_OBJECTS)
    }

    /// Where others begin a sign-in.
    pub fn initiate_login_uri(&self) -> String {
        format!("{}{INITIATE}", self.base_url)
    }

    /// Where it takes logout tokens.
    pub fn backchannel_logout_uri(&self) -> String {
        format!("{}{BACKCHANNEL_LOGOUT}", self.base_url)
    }

    /// What a provider loads in a frame to end a session.
    pub fn frontchannel_logout_uri(&self) -> String {
        format!("{}{FRONTCHANNEL_LOGOUT}", self.base_url)
    }

    /// What it is to the relying party.
    pub(super) fn profile(&self) -> Profile {
        let providers = self.issuers.iter().enumerate();
        Profile {
            product: "plain",
            base_url: self.base_url.clone(),
            paths: Paths {
                start: vec!["/login".to_owned()],
                callback: (0..self.issuers.len()).map(callback).collect(),
                logout: "/logout".to_owned(),
                frontchannel_logout: Some(FRONTCHANNEL_LOGOUT.to_owned()),
                who_am_i: "/me".to_owned(),
            },
            providers: providers.map(|(index, issuer)| self.provider(index, issuer)).collect(),
            renewal: Renewal::RefreshToken,
            sign_out: SignOut::EndSession { post_logout_redirect_uri: self.post_logout_redirect_uri() },
            session_lifetime: SessionLifetime::Seconds(SESSION),
            error_redirect: false,
            services: Services {
                starts_anew: true,
                frontchannel_names_session: true,
                ends_when_refused: true,
                refresh: Some("/refresh".to_owned()),
                initiate: Some(INITIATE.to_owned()),
                backchannel_logout: Some(BACKCHANNEL_LOGOUT.to_owned()),
                check_session: self.watches_session.then(|| CHECK_SESSION.to_owned()),
                jwks: Some(JWKS.to_owned()),
                request_objects: Some(REQUEST_OBJECTS.to_owned()),
            },
        }
    }

    fn provider(&self, index: usize, issuer: &str) -> ProviderProfile {
        ProviderProfile {
            name: issuer.to_owned(),
            label: format!("Sign in with {issuer}"),
            issuer: issuer.to_owned(),
            authority: None,
            client_id: self.client_id.clone(),
            client_secret: self.client_secret.clone(),
            client_authentication: self.client_authentication,
            response_type: self.response_type,
            response_mode: self.response_mode,
            accepted_modes: vec![self.mode()],
            scope: self.scope.clone(),
            redirect_uri: self.redirect_uri(index),
            pkce: self.pkce && self.response_type.has_code(),
            algorithms: vec![self.id_token_alg],
            issuer_match: IssuerMatch::Exact,
            leeway: LEEWAY,
            keys: KeySource::Discovered,
            identity: IdentityDocument::IdToken,
            userinfo: self.userinfo.then_some(UserinfoCall {
                query: None,
                compares_subject: true,
                token_in_body: self.token_in_body,
            }),
            abilities: Abilities {
                registration: self.registration,
                identifier: self.identifier.clone().filter(|_| index == 0),
                request: self.request,
                claims: self.claims.clone(),
                max_age: self.max_age,
                acr: self.acr.clone(),
                userinfo_alg: self.userinfo_alg,
                claims_providers: self.claims_providers.clone(),
            },
        }
    }

    /// The mode in which responses come: OAuth 2.0 Multiple Response Types 3 to 5 give `code` the query and all others the
    /// fragment.
    fn mode(&self) -> ResponseMode {
        match (self.response_mode, self.response_type) {
            (Some(mode), _) => mode,
            (None, ResponseType::Code) => ResponseMode::Query,
            (None, _) => ResponseMode::Fragment,
        }
    }
}

fn callback(provider: usize) -> String {
    if provider == 0 { "/callback".to_owned() } else { format!("/callback/{}", provider + 1) }
}

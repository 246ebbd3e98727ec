//! A whole sign-in: request, pages, response, tokens, and every check on the way.

use super::client::Client;
use super::id_token::{IdToken, IssuedWith};
use super::request::Request;
use super::run::Run;
use super::token::Tokens;
use super::visit::{Arrival, Visit};
use super::{Answer, AuthorizationResponse};

/// What a sign-in brought.
#[derive(Debug)]
pub(crate) struct SignIn {
    pub(crate) visit: Visit,
    /// From the authorization endpoint, where the response type says so.
    pub(crate) id_token_by_browser: Option<IdToken>,
    /// From the token endpoint, where there was a code.
    pub(crate) tokens: Option<Tokens>,
    id_token_by_code: Option<IdToken>,
}

impl SignIn {
    /// The ID token; that of the token endpoint where there are two.
    pub(crate) fn id_token(&self) -> &IdToken {
        let either = self.id_token_by_code.as_ref().or(self.id_token_by_browser.as_ref());
        either.expect("every response type brings an ID token")
    }

    /// The access token; that of the token endpoint where there are two.
    pub(crate) fn access_token(&self) -> &str {
        let by_browser = || self.response().required("access_token");
        self.tokens.as_ref().map_or_else(by_browser, Tokens::access_token)
    }

    /// No ID token says anything of the person that nobody asked for.
    pub(crate) fn assert_thin(&self) {
        self.id_token_by_browser.iter().chain(&self.id_token_by_code).for_each(IdToken::assert_thin);
    }

    pub(crate) fn response(&self) -> &AuthorizationResponse {
        self.visit.response()
    }
}

impl Run {
    /// Signs in with the plainest request.
    pub(crate) async fn plain_sign_in(&mut self, client: &Client) -> SignIn {
        let request = self.request(client);
        self.sign_in(client, &request).await
    }

    /// Signs in.
    pub(crate) async fn sign_in(&mut self, client: &Client, request: &Request) -> SignIn {
        let visit = self.visit(request).await;
        self.completed(client, request, visit).await
    }

    /// Takes what a trip to the provider brought, and fetches the rest.
    pub(crate) async fn completed(&mut self, client: &Client, request: &Request, visit: Visit) -> SignIn {
        let id_token_by_browser = self.accepted(client, request, visit.response());
        if !self.entry.response_type.has_code() {
            return SignIn { visit, id_token_by_browser, tokens: None, id_token_by_code: None };
        }
        let answer = self.redemption(client, request, visit.response()).await;
        let (tokens, id_token) = self.redeemed(client, request, &answer);
        if let Some(first) = &id_token_by_browser {
            assert_same_event(first, &id_token);
        }
        SignIn { visit, id_token_by_browser, tokens: Some(tokens), id_token_by_code: Some(id_token) }
    }

    /// Checks a response that has to be good, and the ID token in it.
    pub(crate) fn accepted(
        &self,
        client: &Client,
        request: &Request,
        response: &AuthorizationResponse,
    ) -> Option<IdToken> {
        let response_type = self.entry.response_type;
        response.assert_complete(response_type);
        let with = IssuedWith {
            nonce: request.value("nonce"),
            code: response.value("code"),
            access_token: response.value("access_token"),
            by_browser: true,
        };
        response.value("id_token").map(|text| IdToken::read(self, client, text, with))
    }

    /// Checks a token response that has to be good, and the ID token in it.
    pub(crate) fn redeemed(&self, client: &Client, request: &Request, answer: &Answer) -> (Tokens, IdToken) {
        let tokens = Tokens::read(answer);
        let with = IssuedWith {
            nonce: request.value("nonce"),
            access_token: Some(tokens.access_token()),
            ..IssuedWith::default()
        };
        let id_token = IdToken::read(self, client, tokens.id_token(), with);
        (tokens, id_token)
    }

    /// A request with `prompt=none` has to fail now.
    pub(crate) async fn assert_nobody_is_signed_in(&mut self, client: &Client) {
        let request = self.request(client).with("prompt", "none");
        match self.visit(&request).await.arrival {
            Arrival::Client(response) => {
                response.assert_refused_with(&["login_required", "interaction_required"]);
            }
            Arrival::Provider(page) => panic!("`prompt=none` shows a page: {}", page.body),
        }
    }
}

/// "The `iss` and `sub` Claim Values MUST be identical in both ID Tokens" (OIDCC-3.3.3.6), and what both say of the
/// authentication is the same.
fn assert_same_event(by_browser: &IdToken, by_code: &IdToken) {
    for claim in ["iss", "sub", "auth_time", "acr", "amr", "azp", "sid"] {
        assert_eq!(by_browser.claims().get(claim), by_code.claims().get(claim), "`{claim}`");
    }
}

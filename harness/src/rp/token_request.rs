//! The token endpoint: redeeming a code (OIDCC-3.1.3.1) and refreshing (OIDCC-12.1).

use openidconnect::core::CoreErrorResponseType;
use openidconnect::{
    AuthorizationCode, HttpRequest, OAuth2TokenResponse as _, PkceCodeVerifier, RefreshToken,
    RequestTokenError, StandardErrorResponse,
};

use super::client::{OidcClient, RawTokenResponse};
use super::rejection::Rejection;
use crate::transport::{Transport, TransportError};

/// The tokens of one response, as they were written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Tokens {
    pub(super) id_token: Option<String>,
    pub(super) access_token: Option<String>,
    pub(super) refresh_token: Option<String>,
    pub(super) token_type: Option<String>,
    pub(super) expires_in: Option<i64>,
    pub(super) scope: Option<String>,
}

/// Redeems a code.
pub(super) async fn redeem(
    client: &OidcClient,
    transport: &Transport,
    code: &str,
    verifier: Option<&str>,
) -> Result<Tokens, Rejection> {
    let http = |request: HttpRequest| {
        let transport = transport.clone();
        async move { transport.send(request).await }
    };
    let mut request =
        client.exchange_code(AuthorizationCode::new(code.to_owned())).map_err(|e| unavailable(&e))?;
    if let Some(verifier) = verifier {
        request = request.set_pkce_verifier(PkceCodeVerifier::new(verifier.to_owned()));
    }
    request.request_async(&http).await.map(|response| tokens(&response)).map_err(rejection)
}

/// Asks for new tokens with a refresh token.
pub(super) async fn refresh(
    client: &OidcClient,
    transport: &Transport,
    refresh_token: &str,
) -> Result<Tokens, Rejection> {
    let http = |request: HttpRequest| {
        let transport = transport.clone();
        async move { transport.send(request).await }
    };
    let token = RefreshToken::new(refresh_token.to_owned());
    let request = client.exchange_refresh_token(&token).map_err(|e| unavailable(&e))?;
    request.request_async(&http).await.map(|response| tokens(&response)).map_err(rejection)
}

fn tokens(response: &RawTokenResponse) -> Tokens {
    let scopes = response.scopes().map(|scopes| {
        let words: Vec<&str> = scopes.iter().map(|scope| scope.as_str()).collect();
        words.join(" ")
    });
    Tokens {
        id_token: response.extra_fields().id_token.clone(),
        access_token: Some(response.access_token().secret().clone()),
        refresh_token: response.refresh_token().map(|token| token.secret().clone()),
        token_type: Some(response.token_type().as_ref().to_owned()),
        expires_in: response.expires_in().and_then(|time| i64::try_from(time.as_secs()).ok()),
        scope: scopes,
    }
}

type TokenError = RequestTokenError<TransportError, StandardErrorResponse<CoreErrorResponseType>>;

fn rejection(error: TokenError) -> Rejection {
    match error {
        // RFC6749-5.2
        RequestTokenError::ServerResponse(answer) => {
            Rejection::token_error(answer.error().as_ref(), answer.error_description().map(String::as_str))
        }
        RequestTokenError::Request(cause) => unavailable(&cause),
        RequestTokenError::Parse(cause, _) => unavailable(&cause),
        RequestTokenError::Other(cause) => Rejection::Unavailable { endpoint: "token", cause },
    }
}

fn unavailable(cause: &dyn std::error::Error) -> Rejection {
    Rejection::Unavailable { endpoint: "token", cause: cause.to_string() }
}

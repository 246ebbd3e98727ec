//! The token endpoint: redeeming a code (OIDCC-3.1.3.1) and refreshing (OIDCC-12.1).

use http::HeaderValue;
use http::header::CONTENT_TYPE;
use openidconnect::core::CoreErrorResponseType;
use openidconnect::{
    AuthorizationCode, HttpRequest, HttpResponse, OAuth2TokenResponse as _, PkceCodeVerifier, RefreshToken,
    RequestTokenError, StandardErrorResponse,
};
use serde_json::{Map, Value};

use super::RelyingParty;
use super::call::media_type;
use super::client::{OidcClient, RawTokenResponse, client};
use super::client_assertion;
use super::discovery::Metadata;
use super::json;
use super::rejection::Rejection;
use super::weakness::Weakness;
use crate::decision::ProviderProfile;
use crate::transport::TransportError;

const JSON: &str = "application/json";

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

/// The token endpoint of a provider, and who asks there.
pub(super) struct TokenEndpoint<'a> {
    rp: &'a RelyingParty,
    client: OidcClient,
    /// Parameters by which the client proves who it is.
    proof: Vec<(&'static str, String)>,
}

impl<'a> TokenEndpoint<'a> {
    pub(super) fn new(
        rp: &'a RelyingParty,
        profile: &ProviderProfile,
        metadata: &Metadata,
    ) -> Result<Self, Rejection> {
        let client = client(profile, metadata)?;
        let mut proof = client_assertion::parameters(rp, profile, metadata);
        if let Some(secret) = &profile.client_secret
            && rp.skips(Weakness::SendsSecretTwice)
        {
            proof.push(("client_secret", secret.clone()));
        }
        Ok(Self { rp, client, proof })
    }

    /// Redeems a code.
    pub(super) async fn redeem(&self, code: &str, verifier: Option<&str>) -> Result<Tokens, Rejection> {
        let http = |request: HttpRequest| asked(self.rp.clone(), request);
        let code = AuthorizationCode::new(code.to_owned());
        let mut request = self.client.exchange_code(code).map_err(|e| unavailable(&e))?;
        if let Some(verifier) = verifier {
            request = request.set_pkce_verifier(PkceCodeVerifier::new(verifier.to_owned()));
        }
        for (name, value) in &self.proof {
            request = request.add_extra_param(*name, value);
        }
        let response = request.request_async(&http).await.map_err(rejection)?;
        self.usable(tokens(&response))
    }

    /// Asks for new tokens with a refresh token.
    pub(super) async fn refresh(&self, refresh_token: &str) -> Result<Tokens, Rejection> {
        let http = |request: HttpRequest| asked(self.rp.clone(), request);
        let token = RefreshToken::new(refresh_token.to_owned());
        let mut request = self.client.exchange_refresh_token(&token).map_err(|e| unavailable(&e))?;
        for (name, value) in &self.proof {
            request = request.add_extra_param(*name, value);
        }
        let response = request.request_async(&http).await.map_err(rejection)?;
        self.usable(tokens(&response))
    }

    fn usable(&self, tokens: Tokens) -> Result<Tokens, Rejection> {
        self.rp.knows_token_type(tokens.token_type.as_deref()).map(|()| tokens)
    }
}

impl RelyingParty {
    /// RFC6749-7.1: "The client MUST NOT use an access token if it does not understand the token type." Types are compared
    /// without regard to case (RFC6749-5.1).
    pub(super) fn knows_token_type(&self, found: Option<&str>) -> Result<(), Rejection> {
        if found.is_some_and(|it| it.eq_ignore_ascii_case("bearer")) || self.skips(Weakness::SkipsTokenType) {
            return Ok(());
        }
        Err(Rejection::TokenTypeUnknown(found.map_or_else(|| "none".to_owned(), |it| format!("`{it}`"))))
    }
}

async fn asked(rp: RelyingParty, request: HttpRequest) -> Result<HttpResponse, TransportError> {
    let mut answer = rp.carry(request).await?;
    if let Some(made_up) = made_up(&answer)
        && rp.skips(Weakness::MakesUpTokens)
    {
        return Ok(made_up);
    }
    if let Some(readable) = without_unreadable_id_token(&answer)
        && rp.skips(Weakness::BelievesUserinfo)
    {
        return Ok(readable);
    }
    if media_type(&answer).is_none_or(|kind| kind != JSON) && rp.skips(Weakness::SkipsContentType) {
        answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(JSON));
    }
    if answer.status().is_success() {
        readable(&rp, &answer).map_err(|cause| TransportError::Unreachable {
            authority: "the token endpoint".to_owned(),
            cause,
        })?;
    }
    Ok(answer)
}

/// RFC6749-5.1 has the parameters "using the application/json media type"; what stands there twice is refused before the
/// crate reads it.
fn readable(rp: &RelyingParty, answer: &HttpResponse) -> Result<(), String> {
    let kind = media_type(answer).unwrap_or_default();
    if kind != JSON {
        return Err(format!("the content type is `{kind}`"));
    }
    json::read(answer.body(), &rp.left_out).map(drop).map_err(|e| e.to_string())
}

/// What a relying party makes of an answer that lacks something, if it goes on regardless; `None` when nothing is lacking.
fn made_up(answer: &HttpResponse) -> Option<HttpResponse> {
    let mut members = members(answer)?;
    let received = members.clone();
    for (name, value) in [("access_token", "none"), ("token_type", "Bearer")] {
        members.entry(name).or_insert_with(|| value.into());
    }
    members.retain(|name, value| name != "expires_in" || value.is_u64());
    (members != received || answer.status() != http::StatusCode::OK).then(|| written(members))
}

/// The answer for somebody who does without an ID token; `None` when it can be read.
fn without_unreadable_id_token(answer: &HttpResponse) -> Option<HttpResponse> {
    let mut members = members(answer).filter(|_| answer.status().is_success())?;
    let id_token = members.remove("id_token")?;
    (!id_token.is_string()).then(|| written(members))
}

fn members(answer: &HttpResponse) -> Option<Map<String, Value>> {
    serde_json::from_slice(answer.body()).ok()
}

fn written(members: Map<String, Value>) -> HttpResponse {
    let mut answer = http::Response::new(Value::Object(members).to_string().into_bytes());
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(JSON));
    answer
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

//! Each endpoint: ask the provider, and put its outcome into an HTTP answer.

use std::sync::Arc;

use axum::response::Response;

use super::extract::Received;
use super::fetch::Outgoing;
use super::{answer, notify, respond};
use crate::provider::{Endpoint, Farewell, Provider, UserInfo};

pub(super) fn discovery(provider: &Provider, received: &Received, endpoint: Endpoint) -> Response {
    answer::public_json(&provider.discovery(&received.call, endpoint))
}

pub(super) fn jwks(provider: &Provider, received: &Received) -> Response {
    answer::public_json(&provider.jwks(&received.call))
}

pub(super) fn authorize(provider: &Provider, received: &Received) -> Response {
    let interaction = provider.authorize(&received.call, &received.cookies);
    respond::interaction(interaction, &provider.issuer(&received.call.base))
}

pub(super) fn login(provider: &Provider, received: &Received) -> Response {
    let interaction = provider.login(&received.call, &received.cookies);
    respond::interaction(interaction, &provider.issuer(&received.call.base))
}

pub(super) fn consent(provider: &Provider, received: &Received) -> Response {
    let interaction = provider.consent(&received.call, &received.cookies);
    respond::interaction(interaction, &provider.issuer(&received.call.base))
}

pub(super) fn token(provider: &Provider, received: &Received) -> Response {
    match provider.token(&received.call, &received.basic()) {
        Ok(tokens) => answer::private_json(&tokens),
        Err(cause) => answer::oauth_error(&cause),
    }
}

pub(super) fn push(provider: &Provider, received: &Received) -> Response {
    match provider.push(&received.call, &received.basic()) {
        Ok(pushed) => answer::created(&pushed),
        Err(cause) => answer::oauth_error(&cause),
    }
}

pub(super) fn userinfo(provider: &Provider, received: &Received) -> Response {
    match provider.userinfo(&received.call, received.authorization()) {
        Ok(UserInfo::Claims(claims)) => answer::private_json(&claims),
        Ok(UserInfo::Jwt(jwt)) => answer::private_jwt(jwt),
        Err(cause) => answer::bearer_error(&cause),
    }
}

/// Distributed claims: a JWT as UserInfo's are.
pub(super) fn claims(provider: &Provider, received: &Received) -> Response {
    match provider.distributed_claims(&received.call, received.authorization()) {
        Ok(jwt) => answer::private_jwt(jwt),
        Err(cause) => answer::bearer_error(&cause),
    }
}

pub(super) fn claims_provider(provider: &Provider, received: &Received) -> Response {
    answer::public_json(&provider.claims_provider(&received.call))
}

pub(super) fn claims_provider_keys(provider: &Provider, received: &Received) -> Response {
    answer::public_json(&provider.claims_provider_keys(&received.call))
}

pub(super) fn introspect(provider: &Provider, received: &Received) -> Response {
    match provider.introspect(&received.call, &received.basic()) {
        Ok(known) => answer::private_json(&known),
        Err(cause) => answer::oauth_error(&cause),
    }
}

pub(super) fn revoke(provider: &Provider, received: &Received) -> Response {
    match provider.revoke(&received.call, &received.basic()) {
        Ok(()) => answer::empty(),
        Err(cause) => answer::oauth_error(&cause),
    }
}

pub(super) fn device_authorization(provider: &Provider, received: &Received) -> Response {
    match provider.device_authorization(&received.call, &received.basic()) {
        Ok(codes) => answer::private_json(&codes),
        Err(cause) => answer::oauth_error(&cause),
    }
}

pub(super) fn device(provider: &Provider, received: &Received) -> Response {
    let interaction = provider.device(&received.call, &received.cookies);
    respond::device(interaction, &provider.issuer(&received.call.base))
}

/// The method says what is meant: POST registers (OIDCR-3), the others read, replace and delete (RFC7592-2).
pub(super) fn register(provider: &Provider, received: &Received) -> Response {
    let Received { call, .. } = received;
    let authorization = received.authorization();
    let outcome = match call.method.as_str() {
        "POST" => provider.register(call, received.document()).map(|told| answer::created(&told)),
        "PUT" => provider
            .update_registration(call, authorization, received.document())
            .map(|told| answer::private_json(&told)),
        "DELETE" => provider.unregister(call, authorization).map(|()| answer::gone()),
        _ => provider.registration(call, authorization).map(|told| answer::private_json(&told)),
    };
    outcome.unwrap_or_else(|cause| answer::registration_error(&cause))
}

pub(super) fn check_session(provider: &Provider, received: &Received) -> Response {
    provider.check_session(&received.call);
    respond::session_check()
}

/// Clients with a back channel are told before the browser is answered, so that the page can say what became of it.
pub(super) async fn log_out(
    outgoing: &Arc<Outgoing>,
    provider: &Arc<Provider>,
    received: &Received,
) -> Response {
    let mut farewell = provider.log_out(&received.call, &received.cookies);
    let told = match &mut farewell {
        Farewell::LoggedOut(logged_out) => {
            notify::tell(outgoing, provider, std::mem::take(&mut logged_out.calls)).await
        }
        Farewell::Confirm(_) | Farewell::Stayed(_) | Farewell::Refuse(_) => Vec::new(),
    };
    respond::farewell(farewell, &told, &provider.issuer(&received.call.base))
}

//! Each endpoint: ask the provider, and put its outcome into an HTTP answer.

use axum::response::Response;

use super::extract::Received;
use super::{answer, respond};
use crate::provider::{Endpoint, Provider};

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
        Ok(claims) => answer::private_json(&claims),
        Err(cause) => answer::bearer_error(&cause),
    }
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

pub(super) fn log_out(provider: &Provider, received: &Received) -> Response {
    let farewell = provider.log_out(&received.call, &received.cookies);
    respond::farewell(farewell, &provider.issuer(&received.call.base))
}

//! Somebody else begins a sign-in (OIDCC-4).

use axum::response::Response;
use http::StatusCode;

use super::answers::{html, redirect, refusal};
use super::request::Inbound;
use crate::decision::{Profile, Start};
use crate::rp::authentication_request::{Begin, Overrides, Purpose};
use crate::rp::weakness::Weakness;
use crate::rp::{RelyingParty, pages};

impl RelyingParty {
    /// The parameters "can either be passed as query parameters using the HTTP GET method or be passed as HTML form values",
    /// by POST.
    pub(super) async fn initiate(&self, profile: &Profile, inbound: &Inbound) -> Response {
        let of = |name: &str| {
            let mut named = inbound.parameters().iter().filter(|(key, _)| key == name);
            named.next().map(|(_, value)| value.clone())
        };
        let first =
            || self.provider(0).map(|it| it.issuer).filter(|_| self.skips(Weakness::InitiatesAnywhere));
        let Some(issuer) = of("iss").or_else(first) else {
            return html(StatusCode::BAD_REQUEST, pages::notice(profile, "there is no `iss`"));
        };
        // Who is unknown is not even asked for metadata: the address would be a stranger's choice.
        let known = (0..).map_while(|index| self.provider(index)).position(|it| it.issuer == issuer);
        let Some(index) = known else {
            if self.skips(Weakness::InitiatesAnywhere) {
                return self.sent_anywhere(profile, &issuer).await;
            }
            return html(StatusCode::FORBIDDEN, pages::notice(profile, "the issuer is not known here"));
        };
        let Some(provider) = profile.providers.get(index) else {
            return html(StatusCode::INTERNAL_SERVER_ERROR, pages::notice(profile, "no such provider"));
        };
        let start = Start {
            protocol: None,
            provider: Some(provider.name.clone()),
            return_to: of("target_link_uri").map(|target| own_path(profile, target)),
        };
        if let Err(envelope) = self.product().admit(&start) {
            self.record_refused_start(start, (*envelope).clone());
            return refusal(profile, &envelope, StatusCode::BAD_REQUEST);
        }
        let begin = Begin {
            provider: index,
            browser: self.browser(profile, inbound),
            start,
            purpose: Purpose::SignIn,
            overrides: Overrides { login_hint: of("login_hint"), ..Overrides::default() },
            id_token_hint: None,
        };
        self.send_away(profile, provider, begin).await
    }

    /// Asks any issuer for its metadata, and goes wherever that says.
    async fn sent_anywhere(&self, profile: &Profile, issuer: &str) -> Response {
        let uri = format!("{issuer}/.well-known/openid-configuration");
        let document: Result<serde_json::Value, _> = self.fetch_json("discovery", &uri).await;
        let endpoint =
            document.ok().and_then(|it| Some(it.get("authorization_endpoint")?.as_str()?.to_owned()));
        match endpoint {
            Some(endpoint) => redirect(StatusCode::FOUND, &endpoint),
            None => html(StatusCode::FORBIDDEN, pages::notice(profile, "the issuer has no metadata")),
        }
    }
}

/// A target below our own address, as the path that it is; others are left to the product, which follows none. Clients "MUST
/// verify the value of the `target_link_uri` to prevent being used as an open redirector to external sites".
fn own_path(profile: &Profile, target: String) -> String {
    match target.strip_prefix(&profile.base_url) {
        Some(path) if path.starts_with('/') => path.to_owned(),
        _ => target,
    }
}

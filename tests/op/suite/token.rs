//! The token endpoint: what the client sends, and what has to come back.

use serde_json::{Map, Value};

use super::client::Client;
use super::entropy::assert_unguessable;
use super::request::{Request, form};
use super::run::Run;
use super::{Answer, AuthorizationResponse};

/// A token response.
#[derive(Clone, Debug)]
pub(crate) struct Tokens {
    pub(crate) members: Map<String, Value>,
}

impl Tokens {
    /// Reads a successful response (OIDCC-3.1.3.3, RFC6749-5.1).
    pub(crate) fn read(answer: &Answer) -> Self {
        let Value::Object(members) = answer.json_with(200) else { panic!("not an object: {}", answer.body) };
        answer.assert_never_kept();
        let tokens = Self { members };
        tokens.assert_access_token();
        tokens.assert_refresh_token();
        tokens
    }

    pub(crate) fn access_token(&self) -> &str {
        self.members["access_token"].as_str().expect("`access_token` is a string")
    }

    pub(crate) fn id_token(&self) -> &str {
        self.members["id_token"].as_str().expect("`id_token` is a string")
    }

    pub(crate) fn refresh_token(&self) -> Option<&str> {
        self.members.get("refresh_token").map(|token| token.as_str().expect("`refresh_token` is a string"))
    }

    /// `token_type` "MUST be Bearer" (OIDCC-3.1.3.3); `expires_in` is a number, and the suite warns without it.
    fn assert_access_token(&self) {
        assert_token("the access token", self.access_token());
        assert!(self.members["token_type"].as_str().is_some_and(|kind| kind.eq_ignore_ascii_case("bearer")));
        assert!(self.members["expires_in"].as_u64().is_some_and(|seconds| seconds > 0), "{:?}", self.members);
    }

    fn assert_refresh_token(&self) {
        if let Some(token) = self.refresh_token() {
            assert_token("the refresh token", token);
        }
    }
}

/// Nobody can guess it (RFC6749-10.10), and it has no characters but `VSCHAR` (RFC6749-A.12, RFC6749-A.17).
fn assert_token(name: &str, token: &str) {
    assert_unguessable(name, token);
    assert!(token.bytes().all(|byte| (0x20..=0x7e).contains(&byte)), "{name} is `{token}`");
}

impl Run {
    /// Sends a token request with the client's proof. The assertion, where there is one, is for the token endpoint.
    pub(crate) async fn token_request(&self, client: &Client, fields: &[(&str, &str)]) -> Answer {
        let audience = self.endpoint("token_endpoint");
        self.token_request_for(client, fields, &audience).await
    }

    /// The same, with an assertion for this audience.
    pub(crate) async fn token_request_for(
        &self,
        client: &Client,
        fields: &[(&str, &str)],
        audience: &str,
    ) -> Answer {
        let (authorization, proof) = client.proof(audience, self.op.now(), &self.fresh("jti"));
        let proof = proof.iter().map(|(name, value)| (*name, value.as_str()));
        let body = form(&fields.iter().copied().chain(proof).collect::<Vec<_>>());
        let mut headers = vec![("content-type", "application/x-www-form-urlencoded")];
        headers.extend(authorization.as_deref().map(|value| ("authorization", value)));
        self.send("POST", &self.endpoint("token_endpoint"), &headers, &body).await
    }

    /// Tries to redeem the code of a response.
    pub(crate) async fn redemption(
        &self,
        client: &Client,
        request: &Request,
        response: &AuthorizationResponse,
    ) -> Answer {
        let mut fields = vec![("grant_type", "authorization_code"), ("code", response.required("code"))];
        fields.push(("redirect_uri", request.value("redirect_uri").unwrap_or(&client.redirect_uri)));
        self.token_request(client, &fields).await
    }

    /// Tries to refresh.
    pub(crate) async fn refresh(&self, client: &Client, refresh_token: &str) -> Answer {
        self.token_request(client, &[("grant_type", "refresh_token"), ("refresh_token", refresh_token)]).await
    }
}

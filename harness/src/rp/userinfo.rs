//! The UserInfo request (OIDCC-5.3.1), and what its answer has to be (OIDCC-5.3.2, OIDCC-5.3.4).

use http::Method;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use serde_json::{Map, Value};
use url::Url;

use super::call::media_type;
use super::client;
use super::discovery::Metadata;
use super::flaw::{Flaw, TokenKind};
use super::id_token::{already_valid, audience, critical_header, issuer, kind, no_own_key, unexpired};
use super::json;
use super::jws::Jwt;
use super::rejection::Rejection;
use super::sign_in::Exchange;
use super::weakness::Weakness;
use crate::decision::{Algorithm, Document, Userinfo, UserinfoCall};
use crate::transport::{Request, Response};

impl Exchange<'_> {
    /// Calls UserInfo, if the product wants that. An answer other than 200 is an answer: what it means is the product's rule.
    pub(super) async fn userinfo(&mut self, metadata: &Metadata) -> Result<(), Rejection> {
        let (Some(call), Some(token)) = (&self.profile.userinfo, &self.tokens.access_token) else {
            return Ok(());
        };
        let Some(endpoint) = self.userinfo_endpoint(call, metadata)? else { return Ok(()) };
        let request = self.request(call, endpoint, token).map_err(|e| unavailable(e.to_string()))?;
        let response = self.rp.call("userinfo", request).await?;
        let status = response.status().as_u16();
        let claims = if status == 200 { self.claims(&response).await? } else { None };
        self.documents.userinfo = Some(Userinfo { status, claims: claims.unwrap_or_default() });
        let same = if call.compares_subject && status == 200 { self.of_the_same_person() } else { Ok(()) };
        let without = [
            Weakness::SkipsUserinfoSubject,
            Weakness::SkipsSubject,
            Weakness::BelievesUserinfo,
            Weakness::TrustsHeaderClaims,
        ];
        self.rp.unless_without(&without, same)
    }

    /// Where to ask; `None` where there is nobody to be asked, and the product does without.
    fn userinfo_endpoint(&self, call: &UserinfoCall, metadata: &Metadata) -> Result<Option<Url>, Rejection> {
        let alias = client::alias(self.profile, metadata, "userinfo_endpoint");
        let alias = alias.and_then(|alias| Url::parse(&alias).ok());
        let endpoint = alias.or_else(|| metadata.userinfo_endpoint().map(|it| it.url().clone()));
        // OIDCD-3 makes the member no more than recommended.
        let Some(mut url) = endpoint else {
            let optional = call.compares_subject;
            let missing = || unavailable("the metadata names no such endpoint".to_owned());
            return optional.then_some(None).ok_or_else(missing);
        };
        if let Some(query) = call.query {
            let query = url.query().map_or_else(|| query.to_owned(), |own| format!("{own}&{query}"));
            url.set_query(Some(&query));
        }
        Ok(Some(url))
    }

    /// RFC6750-2.1, or RFC6750-2.2 where the profile says so; never RFC6750-2.3, the query.
    fn request(&self, call: &UserinfoCall, mut url: Url, token: &str) -> Result<Request, http::Error> {
        let request = http::Request::builder().header(ACCEPT, "application/json, application/jwt");
        if self.rp.skips(Weakness::SendsTokenInQuery) {
            url.query_pairs_mut().append_pair("access_token", token);
            return request.uri(url.as_str()).body(Vec::new());
        }
        if call.token_in_body {
            let body =
                form_urlencoded::Serializer::new(String::new()).append_pair("access_token", token).finish();
            let request = request.method(Method::POST).uri(url.as_str());
            return request.header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(body.into_bytes());
        }
        request.uri(url.as_str()).header(AUTHORIZATION, format!("Bearer {token}")).body(Vec::new())
    }

    /// The claims of an answer; `None` when it is neither JSON nor, where that is agreed, a JWT.
    async fn claims(&self, response: &Response) -> Result<Option<Map<String, Value>>, Rejection> {
        let signed = media_type(response).is_some_and(|kind| kind == "application/jwt");
        match (self.profile.abilities.userinfo_alg, signed) {
            (Some(agreed), true) => self.verified(response.body(), agreed).await.map(Some),
            // OIDCR-2, `userinfo_signed_response_alg`: "If this is specified, the response will be JWT [JWT] serialized, and
            // signed using JWS." What is not signed is then not from the provider.
            (Some(_), false) if !self.rp.skips(Weakness::SkipsUserinfoSignature) => {
                Err(flawed(Flaw::Malformed))
            }
            (None, true) => Ok(None),
            (Some(_) | None, false) => Ok(json::read_object(response.body(), &self.rp.left_out)),
        }
    }

    /// OIDCC-5.3.4: "If the response was signed, the Client SHOULD validate the signature according to JWS". It does.
    async fn verified(&self, body: &[u8], agreed: Algorithm) -> Result<Map<String, Value>, Rejection> {
        let text = String::from_utf8_lossy(body);
        let jwt = Jwt::read(text.trim(), &self.rp.left_out).ok_or(flawed(Flaw::Malformed))?;
        let verdict = self.signature(&jwt, &[agreed]).await;
        let verdict =
            verdict.and_then(|signed| signed.and_then(|_| self.addressed_to_us(&jwt)).map_err(flawed));
        self.rp.unless_without(&[Weakness::SkipsUserinfoSignature], verdict)?;
        Ok(jwt.claims)
    }

    /// OIDCC-5.3.2: "If signed, the UserInfo Response MUST contain the Claims iss (issuer) and aud (audience) as members."
    fn addressed_to_us(&self, jwt: &Jwt) -> Result<(), Flaw> {
        critical_header(jwt)?;
        no_own_key(jwt)?;
        kind(jwt)?; // RFC8725-3.11
        issuer(jwt, std::slice::from_ref(&self.profile.issuer))?;
        audience(jwt, &self.profile.client_id)?;
        already_valid(jwt, self.profile.leeway, self.now)?;
        match jwt.claim("exp") {
            Some(_) => unexpired(jwt, self.profile.leeway, self.now),
            None => Ok(()),
        }
    }

    /// OIDCC-5.3.2: "The sub Claim in the UserInfo Response MUST be verified to exactly match the sub Claim in the ID
    /// Token; if they do not match, the UserInfo Response values MUST NOT be used." OIDCC-5.3.4 knows the issuer from the
    /// endpoint; an answer that names another one is not from there.
    fn of_the_same_person(&self) -> Result<(), Rejection> {
        let of = |document, name: &str| self.documents.claims(document).and_then(|claims| claims.get(name));
        let named = of(Document::Userinfo, "iss").filter(|iss| iss.as_str() != Some(&self.profile.issuer));
        if let Some(found) = named {
            let expected = format!("`{}`", self.profile.issuer);
            return Err(flawed(Flaw::IssuerMismatch { expected, found: found.to_string() }));
        }
        let (expected, found) = (of(Document::IdToken, "sub"), of(Document::Userinfo, "sub"));
        if found == expected {
            return Ok(());
        }
        let shown = |value: Option<&Value>| value.map_or_else(|| "none".to_owned(), Value::to_string);
        Err(Rejection::UserinfoSubject { expected: shown(expected), found: shown(found) })
    }
}

const fn flawed(flaw: Flaw) -> Rejection {
    Rejection::Token { kind: TokenKind::Userinfo, flaw }
}

const fn unavailable(cause: String) -> Rejection {
    Rejection::Unavailable { endpoint: "userinfo", cause }
}

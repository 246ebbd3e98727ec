//! The UserInfo request (OIDCC-5.3.1).

use http::header::{ACCEPT, AUTHORIZATION};
use serde_json::Value;

use super::discovery::Metadata;
use super::rejection::Rejection;
use super::sign_in::Exchange;
use super::weakness::Weakness;
use crate::decision::{Document, Userinfo, UserinfoCall};
use crate::transport::Transport;

impl Exchange<'_> {
    /// OIDCC-5.3.2: "The sub Claim in the UserInfo Response MUST be verified to exactly match the sub Claim in the ID
    /// Token".
    pub(super) fn userinfo_of_the_same_person(&self) -> Result<(), Rejection> {
        let Some(userinfo) = self.documents.userinfo.as_ref().filter(|it| it.status == 200) else {
            return Ok(());
        };
        let found = userinfo.claims.get("sub");
        let expected = self.documents.claims(Document::IdToken).and_then(|claims| claims.get("sub"));
        let any = self.rp.skips(Weakness::SkipsUserinfoSubject) || self.rp.skips(Weakness::SkipsSubject);
        if any || found == expected {
            return Ok(());
        }
        let shown = |value: Option<&Value>| value.map_or_else(|| "none".to_owned(), Value::to_string);
        Err(Rejection::UserinfoSubject { expected: shown(expected), found: shown(found) })
    }
}

/// Calls the UserInfo endpoint. An answer other than 200 is an answer: what it means is the product's rule.
///
/// The crate's request is not used: it would parse every standard claim and hide the status and body of the others.
pub(super) async fn call(
    transport: &Transport,
    metadata: &Metadata,
    call: &UserinfoCall,
    access_token: &str,
) -> Result<Userinfo, Rejection> {
    let unavailable = |cause: String| Rejection::Unavailable { endpoint: "userinfo", cause };
    let endpoint = metadata
        .userinfo_endpoint()
        .ok_or_else(|| unavailable("the metadata names no such endpoint".to_owned()))?;
    let mut url = endpoint.url().clone();
    if let Some(query) = call.query {
        let query = url.query().map_or_else(|| query.to_owned(), |own| format!("{own}&{query}"));
        url.set_query(Some(&query));
    }
    let request = http::Request::get(url.as_str())
        .header(ACCEPT, "application/json")
        .header(AUTHORIZATION, format!("Bearer {access_token}"))
        .body(Vec::new())
        .map_err(|e| unavailable(e.to_string()))?;
    let response = transport.send(request).await.map_err(|e| unavailable(e.to_string()))?;
    let status = response.status().as_u16();
    let claims = if status == 200 { serde_json::from_slice(response.body()).ok() } else { None };
    Ok(Userinfo { status, claims: claims.unwrap_or_default() })
}

//! The UserInfo request (OIDCC-5.3.1).

use http::header::{ACCEPT, AUTHORIZATION};

use super::discovery::Metadata;
use super::rejection::Rejection;
use crate::decision::{Userinfo, UserinfoCall};
use crate::transport::Transport;

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

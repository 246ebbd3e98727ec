//! Who may drive: programs on this machine, and no page that its browser happens to show.
//!
//! A page elsewhere can have a name of its own resolve to `127.0.0.1` and then talks to us as to its own server; it cannot
//! have the browser send another `Host` than that name. And it can send some requests across origins without asking; those
//! say where they come from.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use http::header::{HOST, HeaderName, ORIGIN};
use http::uri::Authority;
use http::{HeaderMap, StatusCode, Uri};

use super::problem::Problem;
use crate::protocol::client::is_loopback;

/// Lets requests through that come from this machine and from no page of another origin.
pub(super) async fn local_only(request: Request, next: Next) -> Response {
    match allowed(request.uri(), request.headers()) {
        Ok(()) => next.run(request).await,
        Err(problem) => problem.into_response(),
    }
}

fn allowed(uri: &Uri, headers: &HeaderMap) -> Result<(), Problem> {
    let refused = |detail: String| Err(Problem::new(StatusCode::FORBIDDEN, detail));
    let host = uri.authority().map(Authority::as_str).or_else(|| text(headers, &HOST)).unwrap_or_default();
    let own = format!("http://{host}");
    if !is_loopback(&own) {
        return refused(format!("the host is `{host}`, and this is for the loopback interface only"));
    }
    if let Some(origin) = text(headers, &ORIGIN).filter(|origin| *origin != own) {
        return refused(format!("the request comes from a page at `{origin}`"));
    }
    let site = text(headers, &HeaderName::from_static("sec-fetch-site"));
    if let Some(site) = site.filter(|site| !matches!(*site, "same-origin" | "none")) {
        return refused(format!("the request comes from a page elsewhere ({site})"));
    }
    Ok(())
}

/// A header; one that is not text matches nothing that is allowed.
fn text<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    headers.get(name).map(|value| value.to_str().unwrap_or("?"))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn outcome(headers: &[(&'static str, &'static str)]) -> Result<(), Problem> {
        let pairs = headers
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), http::HeaderValue::from_static(value)));
        allowed(&Uri::from_static("/issuers"), &pairs.collect())
    }

    #[rstest]
    #[case::by_address(&[("host", "127.0.0.1:9401")])]
    #[case::by_name(&[("host", "localhost:9401")])]
    #[case::six(&[("host", "[::1]:9401")])]
    #[case::its_own_page(&[("host", "localhost:9401"), ("origin", "http://localhost:9401")])]
    #[case::typed_into_the_address_bar(&[("host", "localhost:9401"), ("sec-fetch-site", "none")])]
    fn programs_on_this_machine_may(#[case] headers: &[(&'static str, &'static str)]) {
        assert_eq!(outcome(headers), Ok(()));
    }

    #[rstest]
    #[case::no_host(&[])]
    #[case::a_name_that_leads_here(&[("host", "evil.example:9401")])]
    #[case::a_name_that_only_begins_so(&[("host", "localhost.evil.example")])]
    #[case::a_user_before_the_host(&[("host", "localhost@evil.example")])]
    #[case::a_path_behind_it(&[("host", "evil.example/localhost")])]
    #[case::a_page_elsewhere(&[("host", "127.0.0.1:9401"), ("origin", "https://evil.example")])]
    #[case::a_page_on_another_port(&[("host", "localhost:9401"), ("origin", "http://localhost:3000")])]
    #[case::a_page_that_hides(&[("host", "localhost:9401"), ("origin", "null")])]
    #[case::an_image_elsewhere(&[("host", "localhost:9401"), ("sec-fetch-site", "cross-site")])]
    #[case::a_frame_on_another_port(&[("host", "localhost:9401"), ("sec-fetch-site", "same-site")])]
    fn pages_of_others_may_not(#[case] headers: &[(&'static str, &'static str)]) {
        let problem = outcome(headers).unwrap_err();
        assert_eq!(problem.into_response().status(), StatusCode::FORBIDDEN);
    }
}

//! The authentication response, checked the moment it arrives.

use std::collections::BTreeMap;

use harness::user_agent::Page;
use http::Method;
use url::form_urlencoded;

use super::entropy::assert_unguessable;
use super::request::Request;
use super::run::Run;
use crate::op::plans::{Mode, ResponseType};

/// What came back to the client.
#[derive(Clone, Debug)]
pub(crate) struct AuthorizationResponse {
    pub(crate) parameters: BTreeMap<String, String>,
}

/// Members of an error (OIDCC-3.1.2.6, RFC9207-2).
const OF_AN_ERROR: [&str; 6] = ["error", "error_description", "error_uri", "state", "iss", "session_state"];

impl AuthorizationResponse {
    /// Reads the page at which the browser arrived, and what the site saw of it.
    pub(super) fn read(run: &Run, page: &Page, request: &Request) -> Self {
        let redirect_uri = request.value("redirect_uri").unwrap_or_default();
        let registered = url::Url::parse(redirect_uri).ok();
        let query = registered.as_ref().and_then(url::Url::query).unwrap_or_default();
        let path = registered.as_ref().map_or("/callback", url::Url::path);
        let hit = run.site.last();
        assert_eq!((hit.path.as_str(), page.url.path()), (path, path), "the response went elsewhere");
        let came_by = page.url.query().unwrap_or_default();
        let encoded = match mode_of(run, request) {
            Mode::Query => {
                assert_eq!((&hit.method, page.url.fragment()), (&Method::GET, None));
                // a query string "MUST be retained when adding additional query parameters" (RFC6749-3.1.2)
                came_by.strip_prefix(query).expect("the registered query is retained").trim_start_matches('&')
            }
            Mode::Fragment => {
                assert_eq!((&hit.method, came_by), (&Method::GET, query), "nothing stands in the query");
                page.url.fragment().expect("the response is in the fragment")
            }
            Mode::FormPost => {
                // "the result parameters being encoded in the body using the application/x-www-form-urlencoded format"
                // (OAuth 2.0 Form Post Response Mode 2)
                assert_eq!((&hit.method, came_by, page.url.fragment()), (&Method::POST, query, None));
                assert_eq!(hit.content_type, "application/x-www-form-urlencoded");
                hit.body.as_str()
            }
        };
        let response = Self { parameters: decoded(encoded) };
        response.assert_state(request);
        response.assert_issuer(run);
        if response.parameters.contains_key("error") {
            response.assert_error_form();
        }
        response
    }

    pub(crate) fn value(&self, name: &str) -> Option<&str> {
        self.parameters.get(name).map(String::as_str)
    }

    /// A parameter that has to be there.
    pub(crate) fn required(&self, name: &str) -> &str {
        self.value(name).unwrap_or_else(|| panic!("there is no `{name}` in {:?}", self.parameters))
    }

    /// "REQUIRED if the `state` parameter was present in the client authorization request. The exact value received from the
    /// client." (RFC6749-4.1.2)
    fn assert_state(&self, request: &Request) {
        assert_eq!(self.value("state"), request.value("state"));
    }

    /// "authorization servers […] MUST include" it when they say that they do (RFC9207-2.3), errors included.
    fn assert_issuer(&self, run: &Run) {
        let promised = run.metadata["authorization_response_iss_parameter_supported"] == true;
        assert_eq!(self.value("iss"), promised.then_some(run.op.issuer.as_str()));
    }

    fn assert_error_form(&self) {
        for (name, value) in &self.parameters {
            assert!(OF_AN_ERROR.contains(&name.as_str()), "an error has no member `{name}`");
            if name.starts_with("error") {
                assert_printable(value);
            }
        }
    }

    /// It is an error, with one of these codes.
    pub(crate) fn assert_refused_with(&self, codes: &[&str]) {
        assert!(codes.contains(&self.required("error")), "{:?} is none of {codes:?}", self.parameters);
    }

    /// It is not an error, and has what the response type brings and nothing else.
    pub(crate) fn assert_complete(&self, response_type: ResponseType) {
        let mut expected: Vec<&str> = vec!["state", "iss"];
        if response_type.has_code() {
            expected.push("code");
            assert_unguessable("the code", self.required("code"));
        }
        if response_type.has("id_token") {
            expected.push("id_token");
        }
        if response_type.has("token") {
            expected.extend(["access_token", "token_type", "expires_in"]);
            self.assert_access_token();
        }
        for name in &expected {
            self.required(name);
        }
        // `scope` may be repeated (RFC6749-4.2.2), `session_state` is OIDCSM-2's
        let more = |name: &&String| !expected.contains(&name.as_str());
        let more: Vec<_> = self.parameters.keys().filter(more).collect();
        assert!(more.iter().all(|name| matches!(name.as_str(), "scope" | "session_state")), "{more:?}");
    }

    /// `token_type` "MUST be Bearer" (OIDCC-3.2.2.5); `expires_in` is a number (RFC6749-4.2.2).
    fn assert_access_token(&self) {
        assert_unguessable("the access token", self.required("access_token"));
        assert!(self.required("token_type").eq_ignore_ascii_case("bearer"));
        let lifetime: u32 = self.required("expires_in").parse().expect("`expires_in` is a number");
        assert!(lifetime > 0);
    }
}

/// How this response has to travel. A request that names no response type gets its error in the query (OIDCC-3.1.2.6).
fn mode_of(run: &Run, request: &Request) -> Mode {
    match request.value("response_type") {
        None if run.entry.mode != Mode::FormPost => Mode::Query,
        _ => run.entry.mode,
    }
}

fn decoded(encoded: &str) -> BTreeMap<String, String> {
    let mut parameters = BTreeMap::new();
    for (name, value) in form_urlencoded::parse(encoded.as_bytes()).into_owned() {
        assert!(!parameters.contains_key(&name), "`{name}` came twice: {encoded}");
        parameters.insert(name, value);
    }
    parameters
}

/// "Values […] MUST NOT include characters outside the set %x20-21 / %x23-5B / %x5D-7E" (RFC6749-4.1.2.1), so no line breaks
/// and no tabs.
pub(super) fn assert_printable(text: &str) {
    let allowed = |c: char| matches!(c, '\x20'..='\x21' | '\x23'..='\x5b' | '\x5d'..='\x7e');
    assert!(!text.is_empty() && text.chars().all(allowed), "`{text}` cannot be printed");
}

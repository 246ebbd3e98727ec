//! How any relying party is driven and looked at: where a login starts, and how to see who is signed in.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;
use serde_json::Value;

use super::evidence::Who;

/// A request: `GET /path`, or `POST /path` with an empty form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Ask {
    /// Whether it is a POST.
    pub post: bool,
    /// The path, with its query.
    pub path: String,
}

/// Text that is no request.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a request such as `GET /api/me`")]
pub struct NotARequest(String);

impl Ask {
    /// A GET.
    pub fn get(path: impl Into<String>) -> Self {
        Self { post: false, path: path.into() }
    }

    /// A POST.
    pub fn post(path: impl Into<String>) -> Self {
        Self { post: true, path: path.into() }
    }
}

impl fmt::Display for Ask {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} {}", if self.post { "POST" } else { "GET" }, self.path)
    }
}

impl FromStr for Ask {
    type Err = NotARequest;

    /// `GET /path`, `POST /path`, or `/path` alone.
    fn from_str(text: &str) -> Result<Self, NotARequest> {
        let (method, path) = text.trim().split_once(' ').unwrap_or(("GET", text.trim()));
        let post = match method {
            "GET" => false,
            "POST" => true,
            _ => return Err(NotARequest(text.to_owned())),
        };
        let path = path.trim();
        if !path.starts_with('/') || path.contains(char::is_whitespace) {
            return Err(NotARequest(text.to_owned()));
        }
        Ok(Self { post, path: path.to_owned() })
    }
}

/// What tells in an answer that somebody is signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Needle {
    /// The person's subject identifier, anywhere.
    Subject,
    /// A text that is there only when somebody is signed in.
    Text(String),
    /// The value at this place of a JSON answer, which is the subject.
    Pointer(String),
}

/// How to see who is signed in: a request, and what to look for in its answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Probe {
    /// The request.
    pub ask: Ask,
    /// What to look for.
    pub needle: Needle,
}

impl FromStr for Probe {
    type Err = NotARequest;

    /// `GET /api/me`, and behind it a JSON pointer to the subject (`GET /api/me /sub`) or a text (`GET / Sign out`).
    fn from_str(text: &str) -> Result<Self, NotARequest> {
        let (method, rest) = match text.trim().split_once(' ') {
            Some((method @ ("GET" | "POST"), rest)) => (method, rest.trim()),
            Some(_) | None => ("GET", text.trim()),
        };
        let (path, needle) = rest.split_once(' ').unwrap_or((rest, ""));
        let needle = match needle.trim() {
            "" => Needle::Subject,
            pointer if pointer.starts_with('/') => Needle::Pointer(pointer.to_owned()),
            text => Needle::Text(text.to_owned()),
        };
        let ask = format!("{method} {path}").parse().map_err(|_| NotARequest(text.to_owned()))?;
        Ok(Self { ask, needle })
    }
}

impl fmt::Display for Probe {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.needle {
            Needle::Subject => write!(out, "{}", self.ask),
            Needle::Text(needle) | Needle::Pointer(needle) => write!(out, "{} {needle}", self.ask),
        }
    }
}

impl Probe {
    /// Who is signed in, as an answer says. `subjects` are those that anybody could have been told.
    pub fn read(&self, status: u16, body: &str, subjects: &[&str]) -> Who {
        if status >= 500 {
            return Who::Unclear(format!("`{}` answered {status}", self.ask));
        }
        let known = || subjects.iter().find(|subject| body.contains(**subject)).map(|it| (*it).to_owned());
        match &self.needle {
            Needle::Subject => known().map_or(Who::Nobody, |subject| Who::Somebody(Some(subject))),
            Needle::Text(text) if body.contains(text.as_str()) => Who::Somebody(known()),
            Needle::Text(_) => Who::Nobody,
            Needle::Pointer(pointer) => match serde_json::from_str::<Value>(body) {
                Ok(json) => at(&json, pointer),
                // what a relying party answers to strangers may well be a page
                Err(_) => Who::Nobody,
            },
        }
    }

    /// Why an answer says that nobody is signed in.
    pub fn explain(&self, status: u16, body: &str) -> String {
        let missing = match &self.needle {
            Needle::Subject => "which does not hold the subject of anybody who could be".to_owned(),
            Needle::Text(text) => format!("which does not hold `{text}`"),
            Needle::Pointer(pointer) => match serde_json::from_str::<Value>(body) {
                Err(_) => "which is no JSON".to_owned(),
                Ok(json) => match json.pointer(pointer) {
                    None => format!("JSON with nothing at `{pointer}`"),
                    Some(value) => format!("JSON with {value} at `{pointer}`"),
                },
            },
        };
        format!("`{}` answered {status}, {missing}", self.ask)
    }
}

/// The subject at a place: whatever is there, unless it says that nobody is.
fn at(json: &Value, pointer: &str) -> Who {
    match json.pointer(pointer) {
        None | Some(Value::Null | Value::Bool(false)) => Who::Nobody,
        Some(Value::Bool(true)) => Who::Somebody(None),
        Some(Value::String(subject)) => Who::Somebody(Some(subject.clone())),
        Some(other @ (Value::Number(_) | Value::Array(_) | Value::Object(_))) => {
            Who::Somebody(Some(other.to_string()))
        }
    }
}

/// What is known of a relying party from outside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Contract {
    /// Scheme, host and port, without a final slash.
    pub base_url: String,
    /// Where a login starts, with its query. `{issuer}` in it is the issuer to sign in at, `{target}` the address to return
    /// to.
    pub start: String,
    /// Where a login starts that is to show no page at the provider (`prompt=none`, `max_age=0`); written like the other.
    pub silent: Option<String>,
    /// How to see who is signed in.
    pub session: Option<Probe>,
    /// What makes it refresh its tokens.
    pub refresh: Option<Ask>,
    /// Where a person signs out.
    pub logout: Option<Ask>,
    /// Where others start a login for it (OIDCC-4).
    pub initiate: Option<String>,
}

impl Contract {
    /// An address of the relying party.
    pub fn address(&self, path: &str) -> String {
        if path.starts_with("http://") || path.starts_with("https://") {
            return path.to_owned();
        }
        format!("{}{path}", self.base_url)
    }

    /// Where a login at an issuer starts.
    pub fn start_url(&self, issuer: &str, target: &str) -> String {
        let encoded = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        let path = self.start.replace("{issuer}", &encoded(issuer)).replace("{target}", &encoded(target));
        self.address(&path)
    }

    /// Where a login at an issuer starts that is to show no page there.
    pub fn silent_url(&self, issuer: &str) -> Option<String> {
        let silent = Self { start: self.silent.clone()?, ..self.clone() };
        Some(silent.start_url(issuer, &self.base_url))
    }

    /// Whether an address is the relying party's.
    pub fn is_at(&self, address: &str) -> bool {
        let origin = |url: &str| url::Url::parse(url).ok().map(|url| url.origin());
        origin(address).is_some_and(|it| Some(it) == origin(&self.base_url))
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::{Ask, Contract, Needle, Probe};
    use crate::conformance::evidence::Who;

    fn somebody(subject: &str) -> Who {
        Who::Somebody(Some(subject.to_owned()))
    }

    #[rstest]
    #[case::subject_anywhere("GET /me", "<p>hello ada-1</p>", somebody("ada-1"))]
    #[case::subject_of_somebody_else("GET /me", "<p>hello bob-2</p>", somebody("bob-2"))]
    #[case::no_subject("GET /me", "<p>sign in</p>", Who::Nobody)]
    #[case::text("GET / Sign out", "<a>Sign out</a>", Who::Somebody(None))]
    #[case::text_and_subject("GET / Sign out", "ada-1 <a>Sign out</a>", somebody("ada-1"))]
    #[case::no_text("GET / Sign out", "ada-1 <a>Sign in</a>", Who::Nobody)]
    #[case::pointer("GET /me /user/sub", r#"{"user":{"sub":"u"}}"#, somebody("u"))]
    #[case::a_subject_that_is_no_text("GET /me /sub", r#"{"sub":["u"]}"#, somebody("[\"u\"]"))]
    #[case::pointer_to_true("GET /me /in", r#"{"in":true}"#, Who::Somebody(None))]
    #[case::pointer_to_null("GET /me /sub", r#"{"sub":null}"#, Who::Nobody)]
    #[case::pointer_to_nothing("GET /me /sub", "{}", Who::Nobody)]
    #[case::a_page_where_json_was_looked_for("GET /me /sub", "<p>", Who::Nobody)]
    fn an_answer_says_who_is_signed_in(#[case] probe: &str, #[case] body: &str, #[case] who: Who) {
        let probe: Probe = probe.parse().unwrap();
        assert_eq!(probe.read(200, body, &["ada-1", "bob-2"]), who);
    }

    #[test]
    fn a_server_error_says_nothing() {
        let probe: Probe = "GET /me".parse().unwrap();
        assert_eq!(probe.read(503, "ada-1", &["ada-1"]), Who::Unclear("`GET /me` answered 503".to_owned()));
    }

    #[rstest]
    #[case::no_json("GET /me /sub", "<p>", "`GET /me` answered 200, which is no JSON")]
    #[case::nothing("GET /me /sub", "{}", "`GET /me` answered 200, JSON with nothing at `/sub`")]
    #[case::nobody("GET /me /sub", r#"{"sub":null}"#, "`GET /me` answered 200, JSON with null at `/sub`")]
    #[case::no_text("GET / Sign out", "<p>", "`GET /` answered 200, which does not hold `Sign out`")]
    #[case::no_subject(
        "GET /me",
        "<p>",
        "`GET /me` answered 200, which does not hold the subject of anybody who could be"
    )]
    fn why_nobody_is_signed_in_is_told(#[case] probe: &str, #[case] body: &str, #[case] why: &str) {
        assert_eq!(probe.parse::<Probe>().unwrap().explain(200, body), why);
    }

    #[test]
    fn what_is_no_probe_is_told_as_it_was_written() {
        let mistake = "FETCH /me /sub".parse::<Probe>().unwrap_err().to_string();
        assert_eq!(mistake, "`FETCH /me /sub` is not a request such as `GET /api/me`");
    }

    #[rstest]
    #[case::path_alone("/me", Needle::Subject, "GET /me")]
    #[case::post("POST /me", Needle::Subject, "POST /me")]
    #[case::pointer("/me /sub", Needle::Pointer("/sub".to_owned()), "GET /me /sub")]
    fn a_probe_is_written_in_few_words(#[case] text: &str, #[case] needle: Needle, #[case] shown: &str) {
        let probe: Probe = text.parse().unwrap();
        assert_eq!((probe.needle.clone(), probe.to_string().as_str()), (needle, shown));
    }

    #[rstest]
    #[case::method("PUT /me")]
    #[case::no_path("GET me")]
    fn another_request_is_refused(#[case] text: &str) {
        assert_eq!(
            text.parse::<Ask>().unwrap_err().to_string(),
            format!("`{text}` is not a request such as `GET /api/me`")
        );
    }

    #[test]
    fn a_start_address_names_the_issuer_and_the_way_back() {
        let contract = Contract {
            base_url: "http://127.0.0.1:3000".to_owned(),
            start: "/login?iss={issuer}&to={target}".to_owned(),
            silent: Some("/login?iss={issuer}&prompt=none".to_owned()),
            session: None,
            refresh: None,
            logout: None,
            initiate: None,
        };
        assert_eq!(
            contract.start_url("http://127.0.0.1:9/op", "//evil"),
            "http://127.0.0.1:3000/login?iss=http%3A%2F%2F127.0.0.1%3A9%2Fop&to=%2F%2Fevil"
        );
        assert_eq!(
            contract.silent_url("http://127.0.0.1:9").as_deref(),
            Some("http://127.0.0.1:3000/login?iss=http%3A%2F%2F127.0.0.1%3A9&prompt=none")
        );
    }
}

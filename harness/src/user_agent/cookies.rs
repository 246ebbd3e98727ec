//! A cookie jar with the rules that decide about OpenID Connect logins: `Domain`, `Path`, `Secure`, `HttpOnly`,
//! `SameSite`, `Max-Age` and `Expires` (RFC 6265bis).

use jiff::fmt::rfc2822;
use url::Url;

use super::site::{is_trustworthy, same_site};

/// When a cookie travels with requests that another site caused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SameSite {
    /// Never.
    Strict,
    /// With top-level navigations by a safe method; also what a cookie without the attribute gets.
    Lax,
    /// Always.
    None,
}

/// A stored cookie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cookie {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
    /// The host that set it, or the domain that it named.
    pub domain: String,
    /// Whether only that very host gets it.
    pub host_only: bool,
    /// The path below which it is sent.
    pub path: String,
    /// Whether it is sent to trustworthy origins only.
    pub secure: bool,
    /// Whether scripts cannot see it.
    pub http_only: bool,
    /// Its rule for requests caused by other sites.
    pub same_site: SameSite,
    /// When it ends, in seconds since 1970; `None` ends with the browser session.
    pub expires: Option<i64>,
}

/// What a request is made for, as far as cookies care.
#[derive(Clone, Copy, Debug)]
pub(super) struct Context<'a> {
    /// The document that caused the request; `None` for an address typed by a person.
    pub(super) initiator: Option<&'a Url>,
    /// The top-level document, when the request is made inside an iframe of it.
    pub(super) framed_by: Option<&'a Url>,
    /// Whether the method is safe (GET, HEAD).
    pub(super) safe_method: bool,
}

impl Context<'_> {
    fn is_same_site(&self, url: &Url) -> bool {
        self.initiator.is_none_or(|initiator| same_site(initiator, url))
            && self.framed_by.is_none_or(|top| same_site(top, url))
    }

    fn admits(&self, rule: SameSite, url: &Url) -> bool {
        match rule {
            SameSite::None => true,
            SameSite::Lax => self.is_same_site(url) || (self.framed_by.is_none() && self.safe_method),
            SameSite::Strict => self.is_same_site(url),
        }
    }
}

/// The cookies of one browser.
#[derive(Clone, Debug, Default)]
pub struct CookieJar {
    cookies: Vec<Cookie>,
}

impl CookieJar {
    /// All cookies that have not ended.
    pub fn live(&self, now: i64) -> impl Iterator<Item = &Cookie> {
        self.cookies.iter().filter(move |cookie| is_live(cookie, now))
    }

    /// The value of a live cookie of this host.
    pub fn value(&self, host: &str, name: &str, now: i64) -> Option<&str> {
        let here = |cookie: &&Cookie| cookie.name == name && domain_matches(cookie, host);
        self.live(now).find(here).map(|cookie| cookie.value.as_str())
    }

    /// Forgets every cookie that this host would be sent.
    pub fn forget(&mut self, host: &str) {
        self.cookies.retain(|cookie| !domain_matches(cookie, host));
    }

    /// The value of the `Cookie` header for a request, if any cookie goes with it.
    pub(super) fn header(&self, url: &Url, context: Context<'_>, now: i64) -> Option<String> {
        let host = url.host_str().unwrap_or_default();
        let goes = |cookie: &&Cookie| {
            domain_matches(cookie, host)
                && path_matches(&cookie.path, url.path())
                && (!cookie.secure || is_trustworthy(url))
                && context.admits(cookie.same_site, url)
        };
        let mut going: Vec<&Cookie> = self.live(now).filter(goes).collect();
        going.sort_by_key(|cookie| std::cmp::Reverse(cookie.path.len()));
        let pairs: Vec<String> = going.iter().map(|c| format!("{}={}", c.name, c.value)).collect();
        (!pairs.is_empty()).then(|| pairs.join("; "))
    }

    /// Takes in one `Set-Cookie` header. A cookie that a browser would refuse is dropped.
    pub(super) fn set(&mut self, header: &str, url: &Url, context: Context<'_>, now: i64) {
        let Some(cookie) = parse(header, url, now) else { return };
        let refused = (cookie.secure && !is_trustworthy(url))
            || (cookie.same_site == SameSite::None && !cookie.secure)
            || (cookie.same_site != SameSite::None
                && context.framed_by.is_some()
                && !context.is_same_site(url))
            || !prefix_holds(&cookie);
        if refused {
            return;
        }
        self.cookies.retain(|old| {
            (&old.name, &old.domain, &old.path) != (&cookie.name, &cookie.domain, &cookie.path)
        });
        if is_live(&cookie, now) {
            self.cookies.push(cookie);
        }
    }
}

fn is_live(cookie: &Cookie, now: i64) -> bool {
    cookie.expires.is_none_or(|expires| expires > now)
}

/// RFC 6265bis, 5.1.3
fn domain_matches(cookie: &Cookie, host: &str) -> bool {
    host == cookie.domain
        || (!cookie.host_only
            && host.strip_suffix(cookie.domain.as_str()).is_some_and(|rest| rest.ends_with('.')))
}

/// RFC 6265bis, 5.1.4
fn path_matches(cookie: &str, request: &str) -> bool {
    request
        .strip_prefix(cookie)
        .is_some_and(|rest| rest.is_empty() || cookie.ends_with('/') || rest.starts_with('/'))
}

/// RFC 6265bis, 4.1.3: a name with a prefix promises attributes.
fn prefix_holds(cookie: &Cookie) -> bool {
    if cookie.name.starts_with("__Host-") {
        cookie.secure && cookie.host_only && cookie.path == "/"
    } else {
        !cookie.name.starts_with("__Secure-") || cookie.secure
    }
}

fn parse(header: &str, url: &Url, now: i64) -> Option<Cookie> {
    let mut parts = header.split(';');
    let (name, value) = parts.next()?.split_once('=')?;
    let host = url.host_str()?.to_owned();
    let mut cookie = Cookie {
        name: name.trim().to_owned(),
        value: value.trim().to_owned(),
        domain: host.clone(),
        host_only: true,
        path: default_path(url),
        secure: false,
        http_only: false,
        same_site: SameSite::Lax,
        expires: None,
    };
    let mut max_age = None;
    for attribute in parts {
        let (key, value) = attribute.split_once('=').unwrap_or((attribute, ""));
        let value = value.trim();
        match key.trim().to_ascii_lowercase().as_str() {
            "domain" if !value.is_empty() => {
                cookie.domain = value.trim_start_matches('.').to_ascii_lowercase();
                cookie.host_only = false;
            }
            "path" if value.starts_with('/') => value.clone_into(&mut cookie.path),
            "secure" => cookie.secure = true,
            "httponly" => cookie.http_only = true,
            "samesite" => cookie.same_site = same_site_word(value),
            "max-age" => max_age = value.parse::<i64>().ok().or(max_age),
            "expires" => cookie.expires = http_date(value).or(cookie.expires),
            _ => {}
        }
    }
    // Max-Age outranks Expires wherever it stands (RFC 6265bis, 5.5).
    cookie.expires = max_age.map(|age| now.saturating_add(age)).or(cookie.expires);
    domain_matches(&cookie, &host).then_some(cookie)
}

fn same_site_word(value: &str) -> SameSite {
    match value.to_ascii_lowercase().as_str() {
        "strict" => SameSite::Strict,
        "none" => SameSite::None,
        _ => SameSite::Lax,
    }
}

/// RFC 6265bis, 5.1.4: the directory of the request path.
fn default_path(url: &Url) -> String {
    match url.path().rsplit_once('/') {
        Some((directory, _)) if !directory.is_empty() => directory.to_owned(),
        _ => "/".to_owned(),
    }
}

/// The date form that servers send (RFC 9110, 5.6.7), for example `Sun, 06 Nov 1994 08:49:37 GMT`.
fn http_date(text: &str) -> Option<i64> {
    rfc2822::parse(text).ok().map(|date| date.timestamp().as_second())
}

#[cfg(test)]
mod tests;

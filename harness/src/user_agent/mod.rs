//! A scripted browser for any relying party.
//!
//! It keeps cookies by the rules that browsers keep, follows redirects, submits forms that submit themselves, loads
//! frames, and does what a script tells it on all other pages. It knows nothing of OpenID Connect.

pub mod chromium;
mod cookies;
mod held;
mod page;
mod site;

use std::fmt;
use std::sync::Arc;

use http::header::{ACCEPT, CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE};
use http::{HeaderValue, Method, StatusCode};
use url::Url;

use crate::transport::{Clock, Response, Transport, TransportError};
use cookies::Context;

pub use cookies::{Cookie, CookieJar, SameSite};
pub use held::Held;
pub use page::{Button, Form, Page};

/// More than any login takes; browsers stop at about this number too.
const HOP_LIMIT: usize = 20;

/// Why a page could not be loaded.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BrowserError {
    /// The address is not a URL.
    #[error("`{0}` is not an address")]
    Address(String),
    /// No answer.
    #[error("{0}")]
    Transport(#[from] TransportError),
    /// Redirects and self-submitting forms did not end.
    #[error("stopped after {HOP_LIMIT} hops at `{0}`")]
    TooManyHops(String),
    /// It was on its way to a site before which it is held up, see [`Browser::hold_before`].
    #[error("held up before `{0}`")]
    HeldUp(String),
    /// It was on its way to a host that is none of those that may be asked.
    #[error("`{0}` is neither on this machine nor the relying party's, and the browser goes nowhere else")]
    Elsewhere(String),
    /// Chromium does not do what it is told.
    #[error("{0}")]
    Driver(String),
    /// A redirect leads to something that is not an address.
    #[error("`{from}` redirects to `{location}`, which is not an address")]
    Redirect {
        /// The page that redirects.
        from: String,
        /// Its `Location` header.
        location: String,
    },
}

/// One request that the browser made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visit {
    /// `GET` or `POST`.
    pub method: String,
    /// The address, with its query.
    pub url: String,
    /// The HTTP status of the answer.
    pub status: u16,
    /// Whether it was made inside a frame.
    pub framed: bool,
}

/// A browser with its cookies and the page it shows.
#[derive(Clone)]
pub struct Browser {
    transport: Transport,
    clock: Arc<dyn Clock>,
    jar: CookieJar,
    page: Option<Page>,
    log: Vec<Visit>,
    barrier: Option<url::Origin>,
    held: Option<Held>,
}

impl fmt::Debug for Browser {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = self.page.as_ref().map(|page| page.url.as_str());
        out.debug_struct("Browser").field("jar", &self.jar).field("page", &shown).finish_non_exhaustive()
    }
}

/// A request about to be made.
#[derive(Clone, Debug)]
struct Navigation {
    method: Method,
    url: Url,
    body: Option<String>,
    initiator: Option<Url>,
    framed_by: Option<Url>,
}

impl Navigation {
    fn to(url: Url) -> Self {
        Self { method: Method::GET, url, body: None, initiator: None, framed_by: None }
    }

    fn context(&self) -> Context<'_> {
        Context {
            initiator: self.initiator.as_ref(),
            framed_by: self.framed_by.as_ref(),
            safe_method: self.method.is_safe(),
        }
    }
}

impl Browser {
    /// A browser without cookies.
    pub fn new(transport: &Transport, clock: Arc<dyn Clock>) -> Self {
        let transport = transport.called_by("browser");
        Self {
            transport,
            clock,
            jar: CookieJar::default(),
            page: None,
            log: Vec::new(),
            barrier: None,
            held: None,
        }
    }

    /// Goes to an address as if a person had typed it.
    ///
    /// # Errors
    ///
    /// When no page comes of it.
    pub async fn open(&mut self, address: &str) -> Result<&Page, BrowserError> {
        let url = Url::parse(address).map_err(|_| BrowserError::Address(address.to_owned()))?;
        self.go(Navigation::to(url)).await
    }

    /// Follows a link of the page shown.
    ///
    /// # Errors
    ///
    /// When no page comes of it.
    pub async fn follow(&mut self, link: Url) -> Result<&Page, BrowserError> {
        let initiator = self.address();
        self.go(Navigation { initiator, ..Navigation::to(link) }).await
    }

    /// Sends a form of the page shown.
    ///
    /// # Errors
    ///
    /// When no page comes of it.
    pub async fn submit(&mut self, form: &Form) -> Result<&Page, BrowserError> {
        let initiator = self.address();
        self.go(Navigation { initiator, ..submission(form) }).await
    }

    /// Loads an address inside a frame of the page shown, which stays; gives what the frame shows in the end.
    ///
    /// # Errors
    ///
    /// When no page comes of it.
    pub async fn frame(&mut self, address: &str) -> Result<Page, BrowserError> {
        let url = Url::parse(address).map_err(|_| BrowserError::Address(address.to_owned()))?;
        let top = self.address();
        self.settle(Navigation { initiator: top.clone(), framed_by: top, ..Navigation::to(url) }).await
    }

    /// The page shown.
    pub const fn page(&self) -> Option<&Page> {
        self.page.as_ref()
    }

    /// The cookies.
    pub const fn cookies(&self) -> &CookieJar {
        &self.jar
    }

    /// Forgets the cookies of one host, as if its site data were cleared.
    pub fn forget(&mut self, host: &str) {
        self.jar.forget(host);
    }

    /// Every request made, in order.
    pub fn log(&self) -> &[Visit] {
        &self.log
    }

    /// Hands out the log and starts a new one.
    pub fn take_log(&mut self) -> Vec<Visit> {
        std::mem::take(&mut self.log)
    }

    fn address(&self) -> Option<Url> {
        self.page.as_ref().map(|page| page.url.clone())
    }

    /// Loads a page, its frames, and what it goes on to by itself.
    async fn go(&mut self, first: Navigation) -> Result<&Page, BrowserError> {
        let mut next = first;
        for _ in 0..HOP_LIMIT {
            let page = self.load(next).await?;
            let frames = page.frames.clone();
            let onward = onward(&page);
            let top = Some(page.url.clone());
            self.page = Some(page);
            for url in frames {
                // A frame that does not load is the framed site's trouble; the page goes on.
                let inside =
                    Navigation { initiator: top.clone(), framed_by: top.clone(), ..Navigation::to(url) };
                let _ = self.settle(inside).await;
            }
            match onward {
                Some(navigation) => {
                    next = Navigation { initiator: top, ..navigation };
                    self.pass(next.initiator.as_ref(), &next)?;
                }
                None => return self.shown(),
            }
        }
        Err(BrowserError::TooManyHops(next.url.into()))
    }

    fn shown(&self) -> Result<&Page, BrowserError> {
        self.page.as_ref().ok_or_else(|| BrowserError::Address(String::new()))
    }

    /// Loads a page inside a frame, and what it goes on to by itself. Frames in frames are not loaded.
    async fn settle(&mut self, first: Navigation) -> Result<Page, BrowserError> {
        let framed_by = first.framed_by.clone();
        let mut next = first;
        for _ in 0..HOP_LIMIT {
            let page = self.load(next).await?;
            match onward(&page) {
                Some(navigation) => {
                    let initiator = Some(page.url);
                    next = Navigation { initiator, framed_by: framed_by.clone(), ..navigation };
                }
                None => return Ok(page),
            }
        }
        Err(BrowserError::TooManyHops(next.url.into()))
    }

    /// Makes one request and follows its redirects.
    async fn load(&mut self, first: Navigation) -> Result<Page, BrowserError> {
        let mut navigation = first;
        for _ in 0..HOP_LIMIT {
            let response = self.request(&navigation).await?;
            match redirect(&navigation.url, &response)? {
                Some(target) => {
                    let from = navigation.url.clone();
                    turn(&mut navigation, response.status(), target);
                    self.pass(Some(&from), &navigation)?;
                }
                None => return Ok(Page::read(navigation.url, response)),
            }
        }
        Err(BrowserError::TooManyHops(navigation.url.into()))
    }

    async fn request(&mut self, navigation: &Navigation) -> Result<Response, BrowserError> {
        let now = self.clock.now();
        let mut address = navigation.url.clone();
        address.set_fragment(None);
        let bad = || BrowserError::Address(address.to_string());
        let mut request = http::Request::builder()
            .method(navigation.method.clone())
            .uri(address.as_str())
            .header(ACCEPT, "text/html,application/xhtml+xml,*/*;q=0.8");
        let cookies = self.jar.header(&address, navigation.context(), now);
        if let Some(cookies) = cookies.and_then(|cookies| HeaderValue::from_str(&cookies).ok()) {
            request = request.header(COOKIE, cookies);
        }
        if navigation.body.is_some() {
            request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
            let origin = navigation.initiator.as_ref().map(|url| url.origin().ascii_serialization());
            request = request.header("origin", origin.unwrap_or_else(|| "null".to_owned()));
        }
        let body = navigation.body.clone().unwrap_or_default().into_bytes();
        let response = self.transport.send(request.body(body).map_err(|_| bad())?).await?;
        for header in response.headers().get_all(SET_COOKIE) {
            if let Ok(header) = header.to_str() {
                self.jar.set(header, &address, navigation.context(), now);
            }
        }
        self.log.push(Visit {
            method: navigation.method.to_string(),
            url: address.to_string(),
            status: response.status().as_u16(),
            framed: navigation.framed_by.is_some(),
        });
        Ok(response)
    }
}

/// What a page goes on to by itself.
fn onward(page: &Page) -> Option<Navigation> {
    if page.submits_itself {
        let mut form = page.forms.first()?.clone();
        if let (true, Some((_, value))) = (page.hands_over_fragment, form.fields.first_mut()) {
            page.url.fragment().unwrap_or_default().clone_into(value);
        }
        return Some(submission(&form));
    }
    page.refresh.clone().map(Navigation::to)
}

fn submission(form: &Form) -> Navigation {
    let fields = form_urlencoded::Serializer::new(String::new()).extend_pairs(&form.fields).finish();
    let mut url = form.action.clone();
    if form.method == Method::POST {
        return Navigation { method: Method::POST, body: Some(fields), ..Navigation::to(url) };
    }
    url.set_query(Some(&fields));
    Navigation::to(url)
}

/// The target of a redirect; a fragment of the address stays unless the target has its own (RFC 9110, 10.2.2).
fn redirect(from: &Url, response: &Response) -> Result<Option<Url>, BrowserError> {
    let is_redirect = matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308);
    let Some(location) = response.headers().get(LOCATION).filter(|_| is_redirect) else {
        return Ok(None);
    };
    let location = String::from_utf8_lossy(location.as_bytes()).into_owned();
    let joined = from.join(&location);
    let mut target = joined.map_err(|_| BrowserError::Redirect { from: from.to_string(), location })?;
    if target.fragment().is_none() {
        target.set_fragment(from.fragment());
    }
    Ok(Some(target))
}

/// Turns a navigation to the target of a redirect: 307 and 308 keep method and body, the others become GET.
fn turn(navigation: &mut Navigation, status: StatusCode, target: Url) {
    navigation.url = target;
    if !matches!(status.as_u16(), 307 | 308) {
        navigation.method = Method::GET;
        navigation.body = None;
    }
}

#[cfg(test)]
mod tests;

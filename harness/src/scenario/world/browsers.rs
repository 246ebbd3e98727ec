//! The people of a scenario: a browser each, and what they do with it.

use http::Method;
use mock_idp::config::Duration;
use serde::Deserialize;
use serde_json::Value;

use super::{Trouble, World};
use crate::rp::LOGIN_PATH;
use crate::scenario::model::DetailedLogin;
use crate::user_agent::{Browser, Form, Page};

/// A login page and a consent page, and one more for a page that comes again.
const MOST_PAGES: usize = 3;

/// What the product's who-am-I endpoint says of a browser.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub(in crate::scenario) struct Who {
    /// Whether somebody is signed in.
    pub(in crate::scenario) signed_in: bool,
    /// Why a session no longer stands.
    pub(in crate::scenario) reason: Option<String>,
    pub(super) issuer: Option<String>,
    #[serde(rename = "sub")]
    pub(super) subject: Option<String>,
    pub(super) expires_at: Option<i64>,
    /// What the session shows.
    #[serde(default)]
    pub(in crate::scenario) record: Value,
}

impl Who {
    /// Who it is, unlike anybody else at any provider.
    pub(in crate::scenario) fn person(&self) -> Option<String> {
        Some(format!("{} {}", self.issuer.as_deref()?, self.subject.as_deref()?))
    }
}

impl World {
    /// Whether there is a browser that a step without a name of its own would use.
    pub(in crate::scenario) fn has_browser(&self, named: Option<&str>) -> bool {
        named.map_or(self.current.is_some(), |name| self.browsers.contains_key(name))
    }

    /// The browser with this name, which is then the current one.
    fn browser(&mut self, name: &str) -> &mut Browser {
        self.current = Some(name.to_owned());
        let (transport, clock) = (self.transport.clone(), self.idp.clock());
        self.browsers.entry(name.to_owned()).or_insert_with(|| Browser::new(&transport, clock))
    }

    /// The browser that a step names, or the current one.
    pub(in crate::scenario) fn used_browser(&mut self, named: Option<&str>) -> Result<&mut Browser, Trouble> {
        let name = named.map(str::to_owned).or_else(|| self.current.clone());
        let name = name.ok_or_else(|| Trouble("nobody has used a browser yet: sign in first".to_owned()))?;
        Ok(self.browser(&name))
    }

    /// Signs somebody in; gives the page that they end on.
    pub(in crate::scenario) async fn sign_in(
        &mut self,
        login: &DetailedLogin,
        named: Option<&str>,
    ) -> Result<Page, Trouble> {
        let signed_in = self.browsers.contains_key(named.unwrap_or(&login.user))
            && self.who(Some(named.unwrap_or(&login.user))).await?.signed_in;
        let start = self.start_url(login, signed_in);
        self.delay.set(login.delay.map_or(0, Duration::as_secs));
        let browser = self.browser(named.unwrap_or(&login.user));
        let mut page = browser.open(&start).await.map_err(Trouble::because)?.clone();
        for _ in 0..MOST_PAGES {
            let Some(form) = answer(&page, login) else { break };
            page = browser.submit(&form).await.map_err(Trouble::because)?.clone();
        }
        Ok(page)
    }

    /// Where a sign-in starts. A person who is signed in uses a link of ours, since the product would show its home.
    fn start_url(&self, login: &DetailedLogin, signed_in: bool) -> String {
        let max_age = login.max_age.map(|seconds| seconds.to_string());
        let more: Vec<(&str, &str)> = [
            ("return_to", &login.return_to),
            ("prompt", &login.prompt),
            ("login_hint", &login.login_hint),
            ("max_age", &max_age),
            ("scope", &login.scope),
            ("response_mode", &login.response_mode),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name, value.as_deref()?)))
        .collect();
        let profile = self.rp.profile();
        let first = profile.providers.first().map(|provider| provider.name.as_str());
        let documented = self.rp.start_url(login.provider.as_deref().or(first), &more);
        let (path, query) = documented.split_once('?').unwrap_or((&documented, ""));
        let path = if signed_in { self.rp.address(LOGIN_PATH) } else { path.to_owned() };
        let query = match &login.protocol {
            Some(protocol) => with_protocol(query, protocol),
            None => query.to_owned(),
        };
        if query.is_empty() { path } else { format!("{path}?{query}") }
    }

    /// Who is signed in, as the product's own endpoint says; asked in a copy of the browser, which stays where it is.
    pub(in crate::scenario) async fn who(&mut self, named: Option<&str>) -> Result<Who, Trouble> {
        let address = self.rp.address(&self.rp.profile().paths.who_am_i);
        let mut browser = self.used_browser(named)?.clone();
        let page = browser.open(&address).await.map_err(Trouble::because)?;
        let mut who: Who = serde_json::from_str(&page.body)
            .map_err(|error| Trouble(format!("`{address}` did not say who is signed in: {error}")))?;
        let name = named.map(str::to_owned).or_else(|| self.current.clone()).unwrap_or_default();
        match &who.reason {
            _ if who.signed_in => drop(self.ended.remove(&name)),
            Some(reason) => drop(self.ended.insert(name, reason.clone())),
            None => who.reason = self.ended.get(&name).cloned(),
        }
        Ok(who)
    }

    /// The id of the session that a browser is in.
    pub(in crate::scenario) fn session_id(&mut self, named: Option<&str>) -> Result<String, Trouble> {
        let (cookie, now) = (self.rp.session_cookie(), self.idp.now());
        let base = self.rp.profile().base_url;
        let host =
            url::Url::parse(&base).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default();
        let browser = self.used_browser(named)?;
        let id = browser.cookies().value(&host, &cookie, now).map(str::to_owned);
        id.ok_or_else(|| Trouble("nobody is signed in in this browser".to_owned()))
    }

    /// Makes one request to the product: `GET /path`, or `POST /path` with an empty form.
    pub(in crate::scenario) async fn request(
        &mut self,
        text: &str,
        named: Option<&str>,
    ) -> Result<Page, Trouble> {
        let (method, path) = text.split_once(' ').unwrap_or(("GET", text));
        let address = self.rp.address(path);
        let browser = self.used_browser(named)?;
        let page = if method == "POST" {
            let action = url::Url::parse(&address).map_err(Trouble::because)?;
            let form = Form { action, method: Method::POST, fields: Vec::new(), buttons: Vec::new() };
            browser.submit(&form).await
        } else {
            browser.open(&address).await
        };
        page.map_err(Trouble::because).cloned()
    }
}

/// The answer to the provider's login page or consent page, if this is one.
fn answer(page: &Page, login: &DetailedLogin) -> Option<Form> {
    let asks_for_consent = page.button("action", "allow").is_some();
    let (name, value) = match (login.deny, asks_for_consent) {
        (true, _) => ("action", "deny"),
        (false, true) => ("action", login.consent.button()),
        (false, false) => ("user", login.user.as_str()),
    };
    let (form, button) = page.button(name, value)?;
    Some(form.clone().pressing(button))
}

/// The query with another `protocol` in place of the usual one.
fn with_protocol(query: &str, protocol: &str) -> String {
    let pairs = form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| name != "protocol");
    form_urlencoded::Serializer::new(String::new())
        .append_pair("protocol", protocol)
        .extend_pairs(pairs)
        .finish()
}

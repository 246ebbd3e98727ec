//! The same person in another window, and a browser as it was at one moment.

use serde_json::{Value, json};
use url::Url;

use super::Tab;
use super::tab::{Profile, text};
use crate::user_agent::BrowserError;

/// What a site has stored, of both kinds.
const STORED: &str = "[Object.entries(localStorage), Object.entries(sessionStorage)]";

/// Opens a window, which has what the tab has stored; it is told nothing of the tab that opened it.
const OPENED: &str =
    "(window => { if (window) window.opener = null; return window !== null })(window.open('about:blank'))";

impl Tab {
    /// Another window of the same person: the same cookies, and what this tab has stored.
    ///
    /// # Errors
    ///
    /// When Chromium does not open it.
    pub async fn window(&self) -> Result<Self, BrowserError> {
        let (profile, courier) = (self.inner.profile.clone(), self.inner.courier.clone());
        let before = self.windows().await?;
        let opened = self.inner.ask(OPENED).await.ok() == Some(Value::Bool(true));
        let new = if opened { self.windows().await? } else { Vec::new() };
        match new.into_iter().find(|target| !before.contains(target)) {
            Some(target) => Self::attached(target, profile, courier).await,
            // a page in a sandbox opens no windows, and stores nothing for them
            None => Self::beside(profile, courier).await,
        }
    }

    /// The windows that this tab has opened.
    pub(super) async fn windows(&self) -> Result<Vec<String>, BrowserError> {
        let targets = self.inner.wire.call(None, "Target.getTargets", json!({})).await?;
        let targets = targets.get("targetInfos").and_then(Value::as_array).cloned().unwrap_or_default();
        let own = targets.iter().filter(|it| text(it, "openerId") == self.inner.target);
        Ok(own.map(|it| text(it, "targetId")).collect())
    }

    /// A browser of its own with the cookies as they are now, and with what this tab has stored for a site.
    ///
    /// # Errors
    ///
    /// When Chromium does not open it.
    pub async fn copy(&self, site: &Url) -> Result<Self, BrowserError> {
        let reader = self.window().await?;
        reader.rest_at(site).await?;
        let stored = reader.inner.ask(STORED).await?;
        drop(reader);
        let copy = Self::alone(self.inner.wire.clone(), self.inner.courier.clone()).await?;
        let cookies = self.cookies(&self.inner.profile).await?;
        let cookies = json!({ "cookies": cookies, "browserContextId": copy.inner.profile.id });
        self.inner.wire.call(None, "Storage.setCookies", cookies).await?;
        copy.rest_at(site).await?;
        let script = format!(
            "(stored => {{ for (const [name, value] of stored[0]) localStorage.setItem(name, value); \
             for (const [name, value] of stored[1]) sessionStorage.setItem(name, value) }})({stored})"
        );
        copy.inner.ask(&script).await?;
        Ok(copy)
    }

    /// Whether a site has stored anything in this browser, cookies left aside.
    ///
    /// # Errors
    ///
    /// When Chromium does not tell.
    pub async fn stores(&self, site: &Url) -> Result<bool, BrowserError> {
        let reader = self.window().await?;
        reader.rest_at(site).await?;
        Ok(reader.inner.ask("localStorage.length + sessionStorage.length > 0").await? == Value::Bool(true))
    }

    async fn cookies(&self, profile: &Profile) -> Result<Vec<Value>, BrowserError> {
        let whose = json!({ "browserContextId": profile.id });
        let cookies = self.inner.wire.call(None, "Storage.getCookies", whose).await?;
        let cookies = cookies.get("cookies").and_then(Value::as_array).cloned().unwrap_or_default();
        Ok(cookies.into_iter().map(as_set).collect())
    }
}

/// A cookie as it is set, from one as it is told.
fn as_set(mut cookie: Value) -> Value {
    let domain = text(&cookie, "domain");
    let url = if domain.starts_with('.') {
        None
    } else {
        // one of this host alone has no domain when it is set
        let secure = cookie.get("secure").and_then(Value::as_bool).unwrap_or_default();
        let scheme = if secure || text(&cookie, "sourceScheme") == "Secure" { "https" } else { "http" };
        Some(format!("{scheme}://{domain}{}", text(&cookie, "path")))
    };
    let is_session = cookie.get("session").and_then(Value::as_bool).unwrap_or_default();
    let Some(members) = cookie.as_object_mut() else { return cookie };
    for told in ["size", "session", "partitionKeyOpaque", "sourcePort", "sourceScheme"] {
        members.remove(told);
    }
    if is_session {
        members.remove("expires");
    }
    if let Some(url) = url {
        members.remove("domain");
        members.insert("url".to_owned(), url.into());
    }
    cookie
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_of_one_host_stays_with_it() {
        let told = json!({
            "name": "__Host-s", "value": "1", "domain": "127.0.0.1", "path": "/", "expires": -1, "size": 9,
            "httpOnly": true, "secure": true, "session": true, "sameSite": "Strict", "sourcePort": 443,
        });
        let set = json!({
            "name": "__Host-s", "value": "1", "url": "https://127.0.0.1/", "path": "/", "httpOnly": true,
            "secure": true, "sameSite": "Strict",
        });
        assert_eq!(as_set(told), set);
    }

    #[test]
    fn a_cookie_of_a_domain_and_its_end_are_kept() {
        let told = json!({ "name": "s", "value": "1", "domain": ".rp.test", "path": "/a", "expires": 2.5e9, "session": false });
        let set = json!({ "name": "s", "value": "1", "domain": ".rp.test", "path": "/a", "expires": 2.5e9 });
        assert_eq!(as_set(told), set);
    }
}

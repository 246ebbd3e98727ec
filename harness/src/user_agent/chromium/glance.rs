//! What a page shows, and waiting until it is finished.

use std::time::Duration;

use http::Response as Http;
use serde::Deserialize;
use tokio::time::timeout;
use url::Url;

use super::Tab;
use crate::transport::Response;
use crate::user_agent::{BrowserError, Page};

/// How long a page with script has to be quiet. Where a script starts something by a timer, it is short ones that count.
const QUIET: Duration = Duration::from_millis(300);

/// How long one that shows nobody has to be quiet before that is believed.
const LONG_QUIET: Duration = Duration::from_millis(800);

/// A page that is not quiet by then never is, and is looked at as it is.
const LONGEST: Duration = Duration::from_secs(20);

/// A page that sends itself elsewhere later than that is read before it does.
const LATEST_REFRESH: f64 = 10.0;

/// When a page has nothing to do: what it shows, and whether that may change.
const GLANCE: &str = r"(async () => {
  await new Promise(done => requestIdleCallback(done, { timeout: 2000 }));
  const fields = [...document.querySelectorAll('input:not([type=hidden]), textarea')].map(it => it.value);
  const refresh = document.querySelector('meta[http-equiv=refresh i]');
  return {
    url: location.href,
    kind: document.contentType,
    html: document.documentElement ? document.documentElement.outerHTML : '',
    text: [document.body ? document.body.innerText : '', ...fields].join('\n'),
    alive: document.scripts.length > 0 || document.querySelector('[onload], iframe, frame') !== null,
    refresh: refresh ? parseFloat(refresh.content) || 0 : null,
  };
})()";

/// What an answer shows to the person in front of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The status.
    pub status: u16,
    /// The text that can be read, or the answer itself where it is no page.
    pub text: String,
}

/// A page at one moment.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub(super) struct Glance {
    pub(super) url: String,
    kind: String,
    html: String,
    text: String,
    alive: bool,
    refresh: Option<f64>,
}

impl Glance {
    /// Whether it is a page at all, and no text or JSON that Chromium dresses up.
    fn is_page(&self) -> bool {
        matches!(self.kind.as_str(), "text/html" | "application/xhtml+xml")
    }

    /// How long it has to be quiet.
    fn quiet(&self, at_least: Duration) -> Option<Duration> {
        if !self.is_page() {
            return None;
        }
        let refresh = self.refresh.filter(|seconds| (0.0..=LATEST_REFRESH).contains(seconds));
        let refresh = refresh.map(|seconds| Duration::from_secs_f64(seconds) + at_least);
        refresh.or_else(|| self.alive.then_some(at_least))
    }

    /// The page, as scripts have made it, of this answer.
    pub(super) fn page(self, asked: Url, response: Response, is_shown: bool) -> Page {
        if !is_shown || !self.is_page() {
            return Page::read(asked, response);
        }
        let (parts, _) = response.into_parts();
        let url = Url::parse(&self.url).unwrap_or(asked);
        Page::read(url, Http::from_parts(parts, self.html.into_bytes()))
    }
}

impl Tab {
    /// What the page shows when it is finished.
    ///
    /// # Errors
    ///
    /// When there is no page.
    pub async fn seen(&self) -> Result<Seen, BrowserError> {
        let glance = self.settled().await?;
        self.told(glance)
    }

    /// The same after a longer quiet: a script that is slow to say who is signed in says it now.
    ///
    /// # Errors
    ///
    /// When there is no page.
    pub async fn seen_later(&self) -> Result<Seen, BrowserError> {
        let glance = self.quiet_for(LONG_QUIET).await?;
        self.told(glance)
    }

    fn told(&self, glance: Glance) -> Result<Seen, BrowserError> {
        let state = self.inner.state();
        if let Some(trouble) = state.trouble.clone() {
            return Err(trouble);
        }
        let (_, response) = state.answer.as_ref().ok_or_else(|| BrowserError::Address(glance.url.clone()))?;
        let text = if state.is_shown && glance.is_page() {
            glance.text
        } else {
            String::from_utf8_lossy(response.body()).into_owned()
        };
        Ok(Seen { status: response.status().as_u16(), text })
    }

    /// Waits until the page is finished: it has loaded, all that it asked for is answered, its scripts have nothing to do,
    /// and for a while nothing is asked for and nothing changes. A page without script is finished when it has loaded.
    pub(super) async fn settled(&self) -> Result<Glance, BrowserError> {
        self.quiet_for(QUIET).await
    }

    async fn quiet_for(&self, at_least: Duration) -> Result<Glance, BrowserError> {
        // a document that does not come is waited for: how long is the caller's business
        self.inner.until(|state| state.activity.is_here()).await?;
        match timeout(LONGEST, self.at_rest(at_least)).await {
            Ok(glance) => glance,
            Err(_) => self.glance().await,
        }
    }

    async fn at_rest(&self, at_least: Duration) -> Result<Glance, BrowserError> {
        loop {
            self.inner.until(|state| state.activity.is_at_rest()).await?;
            let mut changes = self.inner.changes();
            let version = self.version();
            let Some(glance) = self.glance_at(version).await? else { continue };
            let Some(quiet) = glance.quiet(at_least) else { return Ok(glance) };
            let moved = timeout(quiet, changes.changed()).await.is_ok();
            if moved || self.version() != version {
                continue;
            }
            if self.glance_at(version).await?.as_ref() == Some(&glance) {
                return Ok(glance);
            }
        }
    }

    /// What the page shows, if nothing has happened meanwhile.
    async fn glance_at(&self, version: u64) -> Result<Option<Glance>, BrowserError> {
        let mut changes = self.inner.changes();
        let glance = self.glance().await;
        // a page that is being left does not answer, and what it is left for is on its way
        let is_left = glance.is_err() && timeout(LONG_QUIET, changes.changed()).await.is_ok();
        if is_left || self.version() != version { Ok(None) } else { glance.map(Some) }
    }

    async fn glance(&self) -> Result<Glance, BrowserError> {
        let glance = self.inner.ask(GLANCE).await?;
        serde_json::from_value(glance).map_err(|error| BrowserError::Driver(error.to_string()))
    }

    fn version(&self) -> u64 {
        self.inner.state().activity.version()
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn page(alive: bool, refresh: Option<f64>) -> Glance {
        Glance { kind: "text/html".to_owned(), alive, refresh, ..Glance::default() }
    }

    #[rstest]
    #[case::without_script(page(false, None), None)]
    #[case::with_script(page(true, None), Some(300))]
    #[case::that_sends_itself_elsewhere(page(false, Some(2.0)), Some(2_300))]
    #[case::that_does_so_too_late(page(true, Some(60.0)), Some(300))]
    #[case::that_is_none(Glance { kind: "application/json".to_owned(), alive: true, ..Glance::default() }, None)]
    fn a_page_has_to_be_quiet(#[case] glance: Glance, #[case] milliseconds: Option<u64>) {
        assert_eq!(glance.quiet(QUIET), milliseconds.map(Duration::from_millis));
    }

    #[test]
    fn a_page_is_what_scripts_have_made_of_the_answer() {
        let response = || Http::builder().header("content-type", "text/html").body(b"<p>".to_vec()).unwrap();
        let asked: Url = "https://rp.test/cb".parse().unwrap();
        let glance = Glance {
            url: "https://rp.test/home".to_owned(),
            html: "<form action=x><button name=user value=ada>Ada</button></form>".to_owned(),
            ..page(true, None)
        };
        let made = glance.clone().page(asked.clone(), response(), true);
        assert_eq!(made.url.as_str(), "https://rp.test/home");
        assert!(made.button("user", "ada").is_some());
        let kept = glance.page(asked.clone(), response(), false);
        assert_eq!((kept.url, kept.body.as_str()), (asked, "<p>"), "an answer that is not shown is itself");
    }
}

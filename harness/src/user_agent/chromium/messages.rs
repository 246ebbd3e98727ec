//! What windows and frames say to each other (HTML, cross-document messaging): listening in on a frame, and speaking up in it or
//! from another site.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::timeout;
use url::Url;

use super::Tab;
use super::tab::text;
use crate::user_agent::{BrowserError, Page};

/// Says something to a window and to all frames in it.
const TELL: &str = "const tell = (window, text) => { window.postMessage(text, '*'); \
                    for (let at = 0; at < window.length; at += 1) tell(window[at], text) };";

/// Opens a window and keeps hold of it.
const OPENED: &str = "(opened => opened !== null)(window.opened = window.open('about:blank'))";

/// Something that a frame was told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// The origin of who says it.
    pub origin: String,
    /// What it says.
    pub text: String,
}

impl Tab {
    /// The next thing that a frame with this address is told, if it is told anything within that time.
    ///
    /// # Errors
    ///
    /// When there is no such frame, or Chromium does not tell.
    pub async fn overheard(&self, frame: &Url, within: Duration) -> Result<Option<Message>, BrowserError> {
        let script = "new Promise(told => addEventListener('message', event => \
                      told({ origin: event.origin, text: String(event.data) }), { once: true }))";
        let heard = match timeout(within, self.ask_in(frame, script)).await {
            Ok(heard) => heard?,
            Err(_) => return Ok(None),
        };
        Ok(Some(Message { origin: text(&heard, "origin"), text: text(&heard, "text") }))
    }

    /// A frame with this address says something to the page around it and to all its frames.
    ///
    /// # Errors
    ///
    /// When there is no such frame, or Chromium does not do it.
    pub async fn says_in(&self, frame: &Url, text: &str) -> Result<(), BrowserError> {
        self.ask_in(frame, &format!("{{ {TELL} tell(top, {}) }}", json!(text))).await.map(drop)
    }

    /// The page shown opens an address in another window, of which it keeps hold.
    ///
    /// # Errors
    ///
    /// When Chromium does not open it, or no page comes of it.
    pub async fn opens(&self, address: &str) -> Result<(Self, Page), BrowserError> {
        let before = self.windows().await?;
        self.inner.ask(OPENED).await?;
        let new = self.windows().await?.into_iter().find(|target| !before.contains(target));
        let new = new.ok_or_else(|| BrowserError::Driver("the page opens no window".to_owned()))?;
        let window = Self::attached(new, self.inner.profile.clone(), self.inner.courier.clone()).await?;
        self.inner.ask(&format!("(opened.location = {}, true)", json!(address))).await?;
        let page = window.moved().await?;
        Ok((window, page))
    }

    /// The page shown says something to the window that it has opened, and to all frames in it.
    ///
    /// # Errors
    ///
    /// When it has opened none.
    pub async fn says_to_opened(&self, text: &str) -> Result<(), BrowserError> {
        self.inner.ask(&format!("{{ {TELL} tell(opened, {}) }}", json!(text))).await.map(drop)
    }

    /// What a script of ours says in a frame, without being seen by the scripts of the page.
    async fn ask_in(&self, frame: &Url, script: &str) -> Result<Value, BrowserError> {
        let tree = self.inner.call("Page.getFrameTree", json!({})).await?;
        let tree = tree.get("frameTree").cloned().unwrap_or_default();
        let id = frame_at(&tree, frame);
        let id = id.ok_or_else(|| BrowserError::Driver(format!("the page has no frame at `{frame}`")))?;
        let world = json!({ "frameId": id, "worldName": "harness" });
        let world = self.inner.call("Page.createIsolatedWorld", world).await?;
        self.inner.ask_within(world.get("executionContextId").cloned(), script).await
    }
}

/// The name of the first frame that shows an address, whatever its query.
fn frame_at(tree: &Value, address: &Url) -> Option<String> {
    let frame = tree.get("frame")?;
    let shown = Url::parse(&text(frame, "url")).ok();
    if shown.is_some_and(|shown| shown.origin() == address.origin() && shown.path() == address.path()) {
        return Some(text(frame, "id"));
    }
    let children = tree.get("childFrames").and_then(Value::as_array);
    children.into_iter().flatten().find_map(|child| frame_at(child, address))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::frame_at;

    #[rstest]
    #[case::with_another_query("https://idp.test/check_session", Some("B"))]
    #[case::deeper("https://idp.test/deep", Some("D"))]
    #[case::of_another_origin("https://idp.test:8443/check_session", None)]
    fn a_frame_is_found_by_its_address(#[case] address: &str, #[case] id: Option<&str>) {
        let frame = |id: &str, url: &str| json!({ "id": id, "url": url });
        let tree = json!({
            "frame": frame("A", "https://rp.test/"),
            "childFrames": [
                { "frame": frame("B", "https://idp.test/check_session?v=1") },
                { "frame": frame("C", "about:blank"), "childFrames": [{ "frame": frame("D", "https://idp.test/deep") }] },
            ],
        });
        assert_eq!(frame_at(&tree, &address.parse().unwrap()).as_deref(), id);
    }
}

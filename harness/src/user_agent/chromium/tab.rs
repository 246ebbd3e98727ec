//! A tab with somebody in front of it.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http::Method;
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use url::Url;

use super::activity::Activity;
use super::glance::Seen;
use super::pump::{Courier, pump};
use super::wire::{Wire, WireError};
use crate::transport::Response;
use crate::user_agent::{BrowserError, Button, Held, Navigation, Page, Visit};

/// How long a page may take to ask for another one after it was told to.
const REACTION: Duration = Duration::from_secs(10);

/// One tab, with the cookies of its owner.
pub struct Tab {
    pub(super) inner: Arc<Inner>,
    pump: JoinHandle<()>,
}

impl fmt::Debug for Tab {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Tab").field("target", &self.inner.target).finish_non_exhaustive()
    }
}

impl Drop for Tab {
    fn drop(&mut self) {
        self.pump.abort();
        let inner = &self.inner;
        inner.wire.forget(&inner.session);
        inner.wire.tell(None, "Target.closeTarget", &json!({ "targetId": inner.target }));
    }
}

/// What a tab and whoever carries its requests have in common.
pub(super) struct Inner {
    pub(super) wire: Arc<Wire>,
    pub(super) session: String,
    /// The name of the tab, which is that of its main frame too.
    pub(super) target: String,
    pub(super) profile: Arc<Profile>,
    pub(super) courier: Courier,
    state: Mutex<State>,
    changed: watch::Sender<u64>,
}

/// The cookies and the storage of one person, which are gone when nobody has a tab of theirs.
#[derive(Debug)]
pub(super) struct Profile {
    wire: Arc<Wire>,
    pub(super) id: String,
}

impl Drop for Profile {
    fn drop(&mut self) {
        self.wire.tell(None, "Target.disposeBrowserContext", &json!({ "browserContextId": self.id }));
    }
}

/// What is known of a tab.
#[derive(Default)]
pub(super) struct State {
    pub(super) activity: Activity,
    /// The address shown.
    pub(super) url: Option<Url>,
    /// The last document that came, where it came from, and whether it is shown.
    pub(super) answer: Option<(Url, Response)>,
    /// What is shown was made from it.
    pub(super) is_shown: bool,
    pub(super) visits: Vec<Visit>,
    /// Whether the next document is what the person in front of it asked for.
    pub(super) typed: bool,
    /// The last address of the chain of redirects that is under way.
    pub(super) chain: Option<Url>,
    /// How many redirects it has.
    pub(super) redirects: usize,
    /// How many documents came of themselves since the person did something.
    pub(super) hops: usize,
    pub(super) barrier: Option<url::Origin>,
    pub(super) held: Option<Held>,
    /// An address at which there is an empty page of ours.
    pub(super) blank: Option<Url>,
    /// Why there is no page.
    pub(super) trouble: Option<BrowserError>,
    /// What scripts have put before the person.
    pub(super) dialogs: Vec<String>,
    /// There is no browser any more.
    pub(super) is_over: bool,
}

impl Inner {
    /// What is known; whoever waits for a change is told when the guard is gone.
    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes what is known, and tells those who wait.
    pub(super) fn change<T>(&self, how: impl FnOnce(&mut State) -> T) -> T {
        let (result, version) = {
            let mut state = self.state();
            (how(&mut state), state.activity.version())
        };
        self.changed.send_replace(version);
        result
    }

    /// To be told of changes from now on.
    pub(super) fn changes(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }

    pub(super) async fn call(&self, method: &str, params: Value) -> Result<Value, BrowserError> {
        Ok(self.wire.call(Some(&self.session), method, params).await?)
    }

    /// What a script of ours says about the page.
    pub(super) async fn ask(&self, script: &str) -> Result<Value, BrowserError> {
        self.ask_within(None, script).await
    }

    /// The same in one of its worlds: a frame, or a place in it that the page's own scripts do not see.
    pub(super) async fn ask_within(&self, world: Option<Value>, script: &str) -> Result<Value, BrowserError> {
        let mut asked = json!({
            "expression": script, "awaitPromise": true, "returnByValue": true, "userGesture": true,
        });
        if let (Some(world), Some(members)) = (world, asked.as_object_mut()) {
            members.insert("contextId".to_owned(), world);
        }
        let mut answer = self.call("Runtime.evaluate", asked).await?;
        if let Some(details) = answer.get("exceptionDetails") {
            let text = details.pointer("/exception/description").or_else(|| details.get("text"));
            let text = text.and_then(Value::as_str).unwrap_or("it failed");
            return Err(BrowserError::Driver(format!("a script of ours: {text}")));
        }
        Ok(answer.pointer_mut("/result/value").map(Value::take).unwrap_or_default())
    }

    /// Waits until something is so.
    pub(super) async fn until(&self, so: impl Fn(&State) -> bool) -> Result<(), BrowserError> {
        let mut changes = self.changes();
        loop {
            let (so, is_over) = {
                let state = self.state();
                (so(&state), state.is_over)
            };
            if so {
                return Ok(());
            }
            if is_over || changes.changed().await.is_err() {
                return Err(WireError::Closed.into());
            }
        }
    }
}

impl Tab {
    /// A tab of somebody new.
    pub(super) async fn alone(wire: Arc<Wire>, courier: Courier) -> Result<Self, BrowserError> {
        let made = wire.call(None, "Target.createBrowserContext", json!({ "disposeOnDetach": true })).await?;
        let profile = Arc::new(Profile { wire: Arc::clone(&wire), id: text(&made, "browserContextId") });
        let deny = json!({ "behavior": "deny", "browserContextId": profile.id });
        wire.tell(None, "Browser.setDownloadBehavior", &deny);
        Self::beside(profile, courier).await
    }

    /// A new tab of somebody.
    pub(super) async fn beside(profile: Arc<Profile>, courier: Courier) -> Result<Self, BrowserError> {
        let wire = Arc::clone(&profile.wire);
        let blank = json!({ "url": "about:blank", "browserContextId": profile.id });
        let made = wire.call(None, "Target.createTarget", blank).await?;
        Self::attached(text(&made, "targetId"), profile, courier).await
    }

    /// A tab that is there.
    pub(super) async fn attached(
        target: String,
        profile: Arc<Profile>,
        courier: Courier,
    ) -> Result<Self, BrowserError> {
        let wire = Arc::clone(&profile.wire);
        let attach = json!({ "targetId": target, "flatten": true });
        let made = wire.call(None, "Target.attachToTarget", attach).await?;
        let session = text(&made, "sessionId");
        let events = wire.listen(&session);
        let (changed, _) = watch::channel(0);
        let state = Mutex::default();
        let inner = Arc::new(Inner { wire, session, target, profile, courier, state, changed });
        let tab = Self { pump: tokio::spawn(pump(Arc::clone(&inner), events)), inner };
        tab.set_up().await?;
        Ok(tab)
    }

    async fn set_up(&self) -> Result<(), BrowserError> {
        let tab = &self.inner;
        let everything = json!({ "patterns": [{ "urlPattern": "*" }] });
        tokio::try_join!(
            tab.call("Page.enable", json!({})),
            tab.call("Page.setLifecycleEventsEnabled", json!({ "enabled": true })),
            tab.call("Network.enable", json!({})),
            // a worker that answers for the network would answer from memory, and ask where nobody looks
            tab.call("Network.setBypassServiceWorker", json!({ "bypass": true })),
            tab.call("Emulation.setFocusEmulationEnabled", json!({ "enabled": true })),
            tab.call("Fetch.enable", everything),
        )?;
        Ok(())
    }

    /// Goes to an address as if a person had typed it.
    ///
    /// # Errors
    ///
    /// When no page comes of it.
    pub async fn open(&self, address: &str) -> Result<Page, BrowserError> {
        self.go(address).await?;
        self.page().await
    }

    /// Goes to an address as if a person had typed it, and says what they see there.
    ///
    /// # Errors
    ///
    /// When no page comes of it.
    pub async fn look(&self, address: &str) -> Result<Seen, BrowserError> {
        self.go(address).await?;
        self.seen().await
    }

    async fn go(&self, address: &str) -> Result<(), BrowserError> {
        let url = Url::parse(address).map_err(|_| BrowserError::Address(address.to_owned()))?;
        self.begin();
        self.inner.change(|state| state.typed = true);
        self.navigate(&url).await
    }

    /// Presses the first button of the page that has this name and value.
    ///
    /// # Errors
    ///
    /// When there is none, or no page comes of it.
    pub async fn press(&self, button: &Button) -> Result<Page, BrowserError> {
        self.begin();
        let [name, value] = [json!(button.name), json!(button.value)];
        let script = format!(
            "(() => {{ for (const it of document.querySelectorAll('button, input[type=submit], input[type=image]')) \
             if (it.name === {name} && it.value === {value}) {{ it.click(); return true }} return false }})()"
        );
        self.moved_by(&script, &format!("button `{}`", button.name)).await?;
        self.page().await
    }

    /// Sends a form that the page does not have.
    ///
    /// # Errors
    ///
    /// When no page comes of it.
    pub async fn post(&self, action: &Url, fields: &[(String, String)]) -> Result<Page, BrowserError> {
        let from = self.inner.state().url.clone().filter(|url| matches!(url.scheme(), "http" | "https"));
        let from = from.unwrap_or_else(|| action.clone());
        self.send_from(&from, action, Some(fields)).await
    }

    /// From now on the tab is held up when a page of another site sends it to this one by itself.
    pub fn hold_before(&self, site: &Url) {
        self.inner.change(|state| state.barrier = Some(site.origin()));
    }

    /// What was held up, once; the tab goes its way again.
    pub fn take_held(&self) -> Option<Held> {
        self.inner.change(|state| {
            state.barrier = None;
            state.held.take()
        })
    }

    /// Goes on with something that was held up, here or in another tab.
    ///
    /// # Errors
    ///
    /// When no page comes of it.
    pub async fn deliver(&self, held: Held) -> Result<Page, BrowserError> {
        let Navigation { method, url, body, initiator, .. } = held.into_navigation();
        let from = initiator.unwrap_or_else(|| url.clone());
        let fields =
            body.map(|body| form_urlencoded::parse(body.as_bytes()).into_owned().collect::<Vec<_>>());
        let fields = fields.or_else(|| (method == Method::POST).then(Vec::new));
        self.send_from(&from, &url, fields.as_deref()).await
    }

    /// Every request made, in order.
    pub fn visits(&self) -> Vec<Visit> {
        self.inner.state().visits.clone()
    }

    /// What scripts have put before the person: alerts and questions.
    pub fn dialogs(&self) -> Vec<String> {
        self.inner.state().dialogs.clone()
    }

    /// Goes somewhere from a page of some site, as that page would by itself: Chromium then knows who sends it.
    async fn send_from(
        &self,
        from: &Url,
        to: &Url,
        fields: Option<&[(String, String)]>,
    ) -> Result<Page, BrowserError> {
        self.rest_at(from).await?;
        self.begin();
        let address = json!(to.as_str());
        let script = fields.map_or_else(
            || format!("(location.href = {address}, true)"),
            |fields| {
                let fields = json!(fields);
                format!(
                    "(() => {{ const form = document.createElement('form'); form.method = 'post'; form.action = {address}; \
                     for (const [name, value] of {fields}) {{ const field = document.createElement('input'); \
                     field.type = 'hidden'; field.name = name; field.value = value; form.append(field) }} \
                     document.documentElement.append(form); HTMLFormElement.prototype.submit.call(form); return true }})()"
                )
            },
        );
        self.moved_by(&script, "page").await?;
        self.page().await
    }

    /// Shows an empty page of ours at the root of a site, which is not asked for it.
    ///
    /// # Errors
    ///
    /// When Chromium does not show it.
    pub async fn rest_at(&self, site: &Url) -> Result<(), BrowserError> {
        let mut blank = site.clone();
        blank.set_path("/");
        blank.set_query(None);
        blank.set_fragment(None);
        self.begin();
        self.inner.change(|state| {
            state.typed = true;
            state.blank = Some(blank.clone());
        });
        self.navigate(&blank).await?;
        self.inner.until(|state| state.activity.is_here()).await
    }

    /// A new beginning: what was in the way of the last page is forgotten.
    fn begin(&self) {
        self.inner.change(|state| {
            state.trouble = None;
            state.held = None;
            state.hops = 0;
        });
    }

    async fn navigate(&self, url: &Url) -> Result<(), BrowserError> {
        let went = self.inner.call("Page.navigate", json!({ "url": url.as_str() })).await?;
        let error = text(&went, "errorText");
        let mut state = self.inner.state();
        // what is a fragment of the page shown was asked of nobody
        state.typed = false;
        let is_kept = state.answer.is_some() && !state.is_shown;
        if !error.is_empty() && state.trouble.is_none() && state.held.is_none() && !is_kept {
            state.trouble = Some(BrowserError::Driver(format!("`{url}` did not load: {error}")));
        }
        Ok(())
    }

    /// Has a script make the page ask for another one, and waits until it does.
    async fn moved_by(&self, script: &str, what: &str) -> Result<(), BrowserError> {
        let before = self.inner.state().activity.asked();
        // a page that is left does not always answer any more
        if let Ok(Value::Bool(false)) = self.inner.ask(script).await {
            return Err(BrowserError::Driver(format!("the page has no {what}")));
        }
        let moved = self.inner.until(|state| state.activity.asked() > before);
        timeout(REACTION, moved).await.unwrap_or_else(|_| {
            Err(BrowserError::Driver(format!("the {what} led nowhere for {} seconds", REACTION.as_secs())))
        })
    }

    /// What comes of another page's sending this one somewhere.
    pub(super) async fn moved(&self) -> Result<Page, BrowserError> {
        let moved = self.inner.until(|state| state.activity.asked() > 0);
        timeout(REACTION, moved)
            .await
            .unwrap_or_else(|_| Err(BrowserError::Driver("the window stays empty".to_owned())))?;
        self.page().await
    }

    /// The page shown, when it is finished.
    async fn page(&self) -> Result<Page, BrowserError> {
        let glance = self.settled().await?;
        let mut state = self.inner.state();
        if let Some(held) = &state.held {
            return Err(BrowserError::HeldUp(held.address().to_string()));
        }
        if let Some(trouble) = state.trouble.take() {
            return Err(trouble);
        }
        let (url, response) =
            state.answer.clone().ok_or_else(|| BrowserError::Address(glance.url.clone()))?;
        Ok(glance.page(url, response, state.is_shown))
    }
}

/// A member that is a text.
pub(super) fn text(value: &Value, name: &str) -> String {
    value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
}
